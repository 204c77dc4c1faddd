"""The pair on an emulated cloud.

Needs no account: `pip install pytest`, then `pytest` in this folder.
"""

from pathlib import Path

from havip.testing import StackFactory

HERE = Path(__file__).parent


def test_the_address_moves_and_the_stack_stays(havip_stack: StackFactory) -> None:
    stack = havip_stack(HERE)
    (havip,) = stack.client.describe_ha_vips().ha_vip_set
    assert (havip.vip, havip.address_ip) == (
        stack.outputs["address"],
        stack.outputs["publicAddress"],
    )
    for member in havip.ha_vip_association_set:
        assert stack.cloud.announce(member.instance_id, havip.vip).accepted
        stack.assert_no_drift()
    stack.config["protect"] = "false"
    stack.up()
    stack.assert_clean_destroy()
