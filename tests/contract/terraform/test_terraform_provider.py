"""Tencent's Terraform provider itself, unmodified, against the emulator with signatures checked.

The provider is in no package registry. Build it from its public source and name the binary::

    HAVIP_TERRAFORM_PROVIDER=…/terraform-provider-tencentcloud pytest tests/contract/terraform

``terraform`` must be on PATH. All traffic stays on this machine: the emulator is the provider's
proxy, and Terraform is told to ask nobody for the provider.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from havip import api
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.http.server import EmulatorServer

if TYPE_CHECKING:
    from tests.contract.terraform.conftest import Emulator, Start, Terraform

CHANGES = 2
"""Exit code of ``plan -detailed-exitcode`` with changes."""

pytestmark = [pytest.mark.evidence("terraform"), pytest.mark.process]

Names = dict[str, Any]
RECORDED: Names = json.loads((Path(__file__).parent / "calls.json").read_text(encoding="utf-8"))
"""The provider's calls: those after each change, and those of each refresh."""
RENAMED = {
    "tencentcloud_ha_vip.auto": "update",
    "data.tencentcloud_ha_vips.of_vpc": "read",
    "data.tencentcloud_ha_vips.one": "read",
}
"""The plan of a new name; what reads HAVIPs is read again."""


def check_order(actions: list[str], *first: str) -> None:
    """Check that every change is followed by its own reads and by nothing else."""
    rest = list(actions)
    while rest:
        head = rest.pop(0)
        assert head in RECORDED["after_change"] or head in first, f"{head} alone in {actions}"
        follow = RECORDED["after_change"].get(head, [])
        assert rest[: len(follow)] == follow, f"after {head}: {rest}"
        del rest[: len(follow)]


def reads(*kinds: str) -> Counter[str]:
    """Count the calls of one refresh of these things."""
    return Counter(action for kind in kinds for action in RECORDED["refresh"][kind])


def of_stack() -> Counter[str]:
    """Count the calls of one refresh of ``stack.tf``."""
    sources = ["data source"] * 3
    return reads("vpc", "subnet", "eip", "ha_vip", "ha_vip", "eip attachment", *sources)


@pytest.fixture
def stack(terraform: Start) -> Terraform:
    return terraform("stack")


def run_instances(cloud: Cloud, caller: Caller, place: Names, count: int = 1) -> list[str]:
    """Run instances in the network of a thing, past Terraform."""
    network = api.VirtualPrivateCloud(vpc_id=place["vpc_id"], subnet_id=place["subnet_id"])
    wanted = api.RunInstances(virtual_private_cloud=network, instance_count=count)
    return cloud.call(caller, wanted).instance_id_set


def left(server: Emulator, caller: Caller) -> list[Any]:
    """List what there still is, of all kinds that these stacks have."""
    cloud = server.cloud
    return [
        *cloud.call(caller, api.DescribeVpcs()).vpc_set,
        *cloud.call(caller, api.DescribeSubnets()).subnet_set,
        *cloud.call(caller, api.DescribeHaVips()).ha_vip_set,
        *cloud.call(caller, api.DescribeAddresses()).address_set,
        *cloud.call(caller, api.DescribeNetworkInterfaces()).network_interface_set,
    ]


def test_a_stack_is_created_call_by_call_and_destroyed(stack: Terraform, caller: Caller) -> None:
    stack.apply("-parallelism=1")
    check_order(stack.actions, "DescribeHaVips")
    assert len(stack.actions) == 3 + 5 + 6 + 2 * 2 + 3 + 3
    assert stack.plan() == {}
    assert Counter(stack.actions) == of_stack()
    stack.destroy("-parallelism=1")
    changes = stack.actions[of_stack().total() :]
    assert Counter(stack.actions) - Counter(changes) == of_stack()
    check_order(changes, "DescribeAddresses")
    assert len(changes) == 1 + 1 + 4 + 2 * 2 + 2
    assert "DisassociateAddress" not in changes, "EIP and HAVIP are in step"
    assert left(stack.server, caller) == []


def test_a_stack_lives_in_the_mock(mocked_stack: Terraform, caller: Caller) -> None:
    mocked_stack.apply()
    assert mocked_stack.plan() == {}
    assert Counter(mocked_stack.actions) == of_stack()
    mocked_stack.destroy()
    assert left(mocked_stack.server, caller) == []


def test_the_provider_reads_the_expected_values(stack: Terraform) -> None:
    stack.apply()
    told = stack.state()
    auto, fixed = told["ha_vip.auto"], told["ha_vip.fixed"]
    assert auto["vip"].startswith("10.0.1.")
    assert (auto["state"], auto["instance_id"], auto["network_interface_id"]) == ("UNBIND", "", "")
    assert (fixed["vip"], fixed["check_associate"]) == ("10.0.1.9", True)
    assert auto["check_associate"] is False
    listed = told["ha_vips.of_vpc"]["ha_vip_list"]
    assert {row["id"] for row in listed} == {auto["id"], fixed["id"]}
    assert [row["vip"] for row in told["ha_vips.one"]["ha_vip_list"]] == ["10.0.1.9"]
    bound = {"havip_id": auto["id"], "address_ip": told["eip.eip"]["public_ip"]}
    assert told["ha_vip_eip_attachments.bound"]["ha_vip_eip_attachment_list"] == [bound]


def test_a_havip_is_renamed_in_place(stack: Terraform) -> None:
    stack.apply()
    before = stack.state()["ha_vip.auto"]["id"]
    stack.variables["name"] = "renamed"
    assert stack.plan(CHANGES) == RENAMED
    stack.apply("-parallelism=1")
    renaming = Counter(["ModifyHaVipAttribute", "DescribeHaVips"])
    assert Counter(stack.actions) == of_stack() + renaming
    after = stack.state()["ha_vip.auto"]
    assert (after["id"], after["name"]) == (before, "renamed")
    assert stack.plan() == {}


def test_everything_is_imported(stack: Terraform) -> None:
    stack.apply()
    told = stack.state()
    ids = {to: thing["id"] for to, thing in told.items() if "s." not in to}
    bound = told["ha_vip_eip_attachment.bound"]
    assert ids["ha_vip_eip_attachment.bound"] == f"{bound['havip_id']}#{bound['address_ip']}"
    (stack.folder / "terraform.tfstate").unlink()
    blocks = [f'import {{\n  to = tencentcloud_{to}\n  id = "{ids[to]}"\n}}' for to in ids]
    (stack.folder / "imports.tf").write_text("\n".join(blocks))
    told_lines = stack.apply()
    assert "6 imported, 0 added, 0 changed, 0 destroyed" in told_lines
    assert all(action.startswith("Describe") for action in stack.actions)
    assert stack.plan() == {}


def test_changes_by_others_are_drift_and_failovers_are_not(
    stack: Terraform, caller: Caller
) -> None:
    stack.apply()
    told, cloud = stack.state(), stack.server.cloud
    auto, fixed = told["ha_vip.auto"]["id"], told["ha_vip.fixed"]["id"]
    cloud.announce(run_instances(cloud, caller, told["ha_vip.auto"])[0], auto)
    assert stack.plan() == {}, "the holder"
    cloud.call(caller, api.ModifyHaVipAttribute(ha_vip_id=auto, ha_vip_name="by hand"))
    assert stack.plan(CHANGES) == RENAMED
    cloud.call(caller, api.HaVipDisassociateAddressIp(ha_vip_id=auto))
    cloud.call(caller, api.DeleteHaVip(ha_vip_id=fixed))
    assert stack.plan(CHANGES) == {
        **RENAMED,
        "tencentcloud_ha_vip.fixed": "create",
        "tencentcloud_ha_vip_eip_attachment.bound": "create",
        "data.tencentcloud_ha_vip_eip_attachments.bound": "read",
    }
    stack.apply()
    assert stack.plan() == {}


@pytest.mark.parametrize(
    ("addresses", "code"),
    [
        (["10.0.1.9", "10.0.1.9"], "InvalidParameterValue.Duplicate"),
        (["10.0.1.1"], "InvalidParameterValue.Reserved"),
        (["10.0.2.9"], "InvalidParameterValue.Range"),
        ([f"10.0.1.{number}" for number in range(10, 21)], "LimitExceeded"),
    ],
)
def test_a_refused_havip_fails_at_once(
    terraform: Start, havip_server: EmulatorServer, network: Names, addresses: list[str], code: str
) -> None:
    many = terraform("many", addresses=addresses, **network)
    begun = time.monotonic()
    assert f"Code={code}," in many.apply("-parallelism=1", wanted=1)
    assert time.monotonic() - begun < 20, "the provider tries other codes for minutes"
    assert many.actions.count("CreateHaVip") == len(addresses)


def test_a_wrong_key_is_refused(terraform: Start, havip_server: EmulatorServer) -> None:
    stack = terraform("stack")
    stack.environment["TENCENTCLOUD_SECRET_KEY"] = "WRONG"
    assert "Code=AuthFailure.SignatureFailure," in stack.apply(wanted=1)
    assert havip_server.cloud.dump() == []


def test_interfaces_join_and_leave_a_range(
    terraform: Start, havip_server: EmulatorServer, network: Names, caller: Caller
) -> None:
    instances = run_instances(havip_server.cloud, caller, network)
    stack = terraform("range", instance_ids=instances, **network)
    stack.apply("-parallelism=1")
    check_order(stack.actions)
    assert stack.plan() == {}
    kinds = ["ha_vip", "eni", "eni attachment", "instance attachment"]
    assert Counter(stack.actions) == reads(*kinds)
    told = stack.state()
    member = "tencentcloud_ha_vip_instance_attachment.member[0]"
    stack.run("state", "rm", member)
    wanted = f"{told['ha_vip.havip']['id']}#{told['eni.second']['id']}"
    stack.run("import", "-no-color", member, wanted)
    assert stack.plan() == {}
    stack.destroy("-parallelism=1")
    check_order(stack.actions[reads(*kinds).total() :])
    assert "IN_USE" not in str(left(havip_server, caller)[-1])


def test_a_second_member_is_found_by_its_id(
    terraform: Start, havip_server: EmulatorServer, network: Names, caller: Caller
) -> None:
    cloud = havip_server.cloud
    instances = run_instances(cloud, caller, network, 2)
    stack = terraform("range", instance_ids=instances, **network)
    stack.apply()
    (changes,) = [set(stack.plan(CHANGES).values())]
    assert changes == {"replace"}, "the provider takes the first member for the one it asked for"
    cloud.settings.filtered_range = "matching"
    assert stack.plan() == {}


def test_routes_lead_to_a_havip(
    terraform: Start, havip_server: EmulatorServer, network: Names
) -> None:
    stack = terraform("routes", **network)
    stack.apply()
    told = stack.state()
    first, second = (told[f"route_table_entry.{name}"] for name in ("first", "second"))
    assert first["next_type"] == second["next_type"] == "INTRANAT"
    assert first["next_hub"] == second["next_hub"] != told["ha_vip.havip"]["id"]
    replaced = {"tencentcloud_route_table_entry.first": "replace"}
    assert stack.plan(CHANGES) == replaced, "the provider compares what it sent and what it read"
    stack.apply()
    assert stack.plan(CHANGES) == replaced
    stack.destroy()


def test_tasks_that_take_their_time(stack: Terraform, caller: Caller) -> None:
    stack.server.control.configure(task_polls=3)
    stack.apply()
    assert stack.plan() == {}
    stack.destroy()
    assert left(stack.server, caller) == []


def test_how_many_calls_ten_havips_take(
    terraform: Start, havip_server: EmulatorServer, network: Names
) -> None:
    addresses = [f"10.0.1.{number}" for number in range(10, 20)]
    many = terraform("many", addresses=addresses, **network)
    many.apply()
    assert Counter(many.actions) == {"CreateHaVip": 10, "DescribeHaVips": 10}
    many.plan()
    assert Counter(many.actions) == {"DescribeHaVips": 10}
    many.destroy()
    assert Counter(many.actions) == {"DeleteHaVip": 10, "DescribeHaVips": 20}


def test_an_instance_joins_a_range(
    terraform: Start, havip_server: EmulatorServer, caller: Caller
) -> None:
    stack = terraform("instance")
    stack.apply()
    node, havip = (stack.state()[name] for name in ("instance.node", "ha_vip.havip"))
    assert node["private_ip"].startswith("10.0.1.")
    assert havip_server.cloud.announce(node["id"], havip["vip"]).accepted
    assert stack.plan() == {}, "the holder"
    stack.variables |= {"name": "renamed", "bandwidth": 20}
    assert stack.plan(CHANGES) == {
        "tencentcloud_instance.node": "update",
        "tencentcloud_route_table.table": "update",
        "tencentcloud_eip.eip": "update",
    }
    stack.apply()
    assert stack.plan() == {}
    havip_server.cloud.release(havip["id"])
    stack.destroy()
    assert left(havip_server, caller) == []
    assert havip_server.cloud.call(caller, api.DescribeInstances()).total_count == 0
