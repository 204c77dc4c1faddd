"""The nodes on an emulated cloud, and the move of their address.

Needs no account: `pip install pytest`, then `pytest` in this folder.
"""

import runpy
from pathlib import Path

from havip.switch import switch_ip
from havip.testing import StackFactory

HERE = Path(__file__).parent


def test_the_address_moves_by_a_call(havip_stack: StackFactory) -> None:
    config = {"havipSource": "https://example.org/havip.whl", "havip:region": "ap-guangzhou"}
    stack = havip_stack(HERE, config=config)
    first, second, address = (stack.outputs[name] for name in ("first", "second", "address"))
    assign = runpy.run_path(str(HERE / "assign.py"))["assign"]
    assign(stack.client, first, address)
    moved = switch_ip(stack.client, address, second)
    assert (moved.outcome, moved.source_instance) == ("moved", first)
    stack.assert_no_drift()
    stack.config["protect"] = "false"
    stack.up()
    stack.assert_clean_destroy()
