"""The cluster on an emulated cloud.

Needs no account: `pip install pytest`, then `pytest` in this folder.
"""

from pathlib import Path

from havip.testing import StackFactory
from pulumi_havip.testing import StackUnderTest

HERE = Path(__file__).parent


def test_both_nodes_have_what_they_need(havip_stack: StackFactory) -> None:
    stack = havip_stack(HERE)
    assert "172.17.16.30" in stack.outputs["connection"]
    assert all("HAVIP_SYNC=on" in environment for environment in environments(stack))
    stack.assert_no_drift()
    stack.config["synchronous"] = "false"
    stack.up()
    assert all("HAVIP_SYNC=off" in environment for environment in environments(stack))
    stack.config["protect"] = "false"
    stack.up()
    stack.assert_clean_destroy()


def environments(stack: StackUnderTest) -> list[str]:
    return [files["/etc/keepalived/database.env"] for files in stack.outputs["files"].values()]
