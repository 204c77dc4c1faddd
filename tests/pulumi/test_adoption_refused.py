"""Rejected adoptions, however often tried, leave what was there before the stack."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_havip
from havip import Client
from havip.testing import StackFactory
from pulumi_havip.testing import StackFailedError


def _existing(client: Client) -> dict[str, Any]:
    vpc = client.create_vpc(vpc_name="there", cidr_block="10.0.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="there", cidr_block="10.0.1.0/24", zone="ap-guangzhou-3"
    ).subnet.subnet_id
    made = client.create_ha_vip(
        vpc_id=vpc, subnet_id=subnet, ha_vip_name="web", vip="10.0.1.9", check_associate=True
    )
    return {"vpc_id": vpc, "subnet_id": subnet, "adopt": made.ha_vip.ha_vip_id}


def test_a_refused_adoption_is_refused_again_and_deletes_nothing(
    havip_stack: StackFactory, havip_client: Client
) -> None:
    there = _existing(havip_client)

    def program() -> None:
        checked = pulumi.Config().get_bool("checked") or False
        pulumi_havip.HaVip("web", name="web", vip="10.0.1.9", check_associate=checked, **there)

    stack = havip_stack(program, deploy=False)
    for _ in range(3):
        with pytest.raises(StackFailedError, match="has check_associate True, which cannot be"):
            stack.up()
        (row,) = havip_client.describe_ha_vips().ha_vip_set
        assert row.ha_vip_id == there["adopt"]
    stack.config["checked"] = "true"
    stack.up()
    assert stack.resource("web", "HaVip").id == there["adopt"]
    stack.assert_no_drift()


def test_a_destroy_after_a_refused_adoption_leaves_what_was_there(
    havip_stack: StackFactory, havip_client: Client
) -> None:
    there = _existing(havip_client)

    def program() -> None:
        pulumi_havip.HaVip("web", name="web", vip="10.0.1.9", **there)

    stack = havip_stack(program, deploy=False)
    with pytest.raises(StackFailedError):
        stack.up()
    stack.destroy()
    (row,) = havip_client.describe_ha_vips().ha_vip_set
    assert row.ha_vip_id == there["adopt"]


def test_what_was_adopted_is_not_replaced_while_the_program_adopts_it(
    havip_stack: StackFactory, havip_client: Client
) -> None:
    """It would be deleted first, and then there would be nothing to adopt."""
    there = _existing(havip_client)

    def program() -> None:
        config = pulumi.Config()
        place = there if config.get_bool("adopt") else {**there, "adopt": None}
        checked = config.get_bool("checked")
        pulumi_havip.HaVip("web", name="web", vip="10.0.1.9", check_associate=checked, **place)

    stack = havip_stack(program, config={"adopt": "true", "checked": "true"})
    stack.config["checked"] = "false"
    for operation in (stack.preview, stack.up):
        with pytest.raises(StackFailedError, match="take `adopt` out of the program"):
            operation()
    (row,) = havip_client.describe_ha_vips().ha_vip_set
    assert row.ha_vip_id == there["adopt"]
    stack.config["adopt"] = "false"
    assert stack.up().counts["replace"] == 1
    (row,) = havip_client.describe_ha_vips().ha_vip_set
    assert row.ha_vip_id != there["adopt"]
    assert not row.check_associate
