"""The cluster on an emulated cloud.

Needs no account: `pip install pytest`, then `pytest` in this folder.
"""

from pathlib import Path

from havip.testing import StackFactory

HERE = Path(__file__).parent


def test_three_machines_have_what_they_need(havip_stack: StackFactory) -> None:
    stack = havip_stack(HERE)
    assert "172.17.16.30" in stack.outputs["connection"]
    files = stack.outputs["files"]
    assert set(files) == {"db-a", "db-b", "db-c"}
    assert all("172.17.16.33" in one["/etc/havip/member.json"] for one in files.values())
    (havip,) = stack.client.describe_ha_vips().ha_vip_set
    assert len(havip.ha_vip_association_set) == 2  # never the third
    stack.assert_no_drift()
    stack.config["protect"] = "false"
    stack.up()
    stack.assert_clean_destroy()
