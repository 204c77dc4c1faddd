"""The routers on an emulated cloud.

Needs no account: `pip install pytest`, then `pytest` in this folder.
"""

from pathlib import Path

from havip.testing import StackFactory

HERE = Path(__file__).parent


def test_the_route_leads_to_the_havip(havip_stack: StackFactory) -> None:
    stack = havip_stack(HERE)
    (havip,) = stack.client.describe_ha_vips().ha_vip_set
    (table,) = stack.client.describe_route_tables().route_table_set
    (route,) = [one for one in table.route_set if one.gateway_type == "INTRANAT"]
    assert (route.destination_cidr_block, route.gateway_id) == (
        stack.outputs["route"],
        havip.ha_vip_id.replace("havip-", "intranat-"),  # as the cloud answers it
    )
    stack.assert_no_drift()
    stack.config["protect"] = "false"
    stack.up()
    stack.assert_clean_destroy()
