"""The cluster's cloud part on an emulated cloud.

Needs no account: `pip install pytest`, then `pytest` in this folder.
"""

from pathlib import Path

from havip.testing import StackFactory

HERE = Path(__file__).parent


def test_the_cluster_gets_its_address(havip_stack: StackFactory) -> None:
    stack = havip_stack(
        HERE, config={"image": "img-windows1"}, secrets={"password": "Adm1n-of-Windows"}
    )
    (havip,) = stack.client.describe_ha_vips().ha_vip_set
    assert (havip.vip, len(havip.ha_vip_association_set)) == ("172.17.16.40", 2)
    assert "-Address 172.17.16.40 -PrefixLength 24" in stack.outputs["command"]
    stack.assert_no_drift()
    stack.config["protect"] = "false"
    stack.up()
    stack.assert_clean_destroy()
