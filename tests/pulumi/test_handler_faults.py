"""Exactly one of each resource, and none after its deletion, whichever responses are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_havip.handlers import HANDLERS
from pulumi_havip.handlers.errors import InDoubtError

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

FAULTS: dict[str, dict[str, Any]] = {
    "lost before": {"drop": True, "effect": "before"},
    "lost after": {"drop": True, "effect": "after"},
    "lost twice after": {"drop": True, "effect": "after", "times": 2},
    "broken gateway before": {"status": 502, "effect": "before"},
    "broken gateway after": {"status": 502, "effect": "after"},
    "internal error after": {"code": "InternalError", "effect": "after"},
    "throttled": {"code": "RequestLimitExceeded", "times": 3},
}


def vpc(life: LifeCycle) -> Any:
    return life.create("Vpc", "x", cidr_block="10.0.0.0/16")


def subnet(life: LifeCycle) -> Any:
    parent = life.create("Vpc", "parent", cidr_block="10.0.0.0/16")
    return life.create(
        "Subnet", "x", vpc_id=parent.id, cidr_block="10.0.0.0/24", zone="ap-guangzhou-3"
    )


def instance(life: LifeCycle) -> Any:
    return life.instance(life.network()[1], "x")


def eip(life: LifeCycle) -> Any:
    return life.create("Eip", "x")


def havip(life: LifeCycle) -> Any:
    parent, inside = life.network()
    return life.create("HaVip", "x", vpc_id=parent.id, subnet_id=inside.id)


def interface(life: LifeCycle) -> Any:
    parent, inside = life.network()
    return life.create("NetworkInterface", "x", vpc_id=parent.id, subnet_id=inside.id)


def attached(life: LifeCycle) -> Any:
    parent, inside = life.network()
    place = {"vpc_id": parent.id, "subnet_id": inside.id}
    return life.create(
        "NetworkInterface", "x", **place, instance_id=life.instance(inside, "node").id
    )


def group(life: LifeCycle) -> Any:
    return life.create("PlacementGroup", "x")


def member(life: LifeCycle) -> Any:
    parent, inside = life.network()
    node = life.instance(inside, "node")
    address = life.create("HaVip", "address", vpc_id=parent.id, subnet_id=inside.id)
    return life.create("HaVipInstanceAttachment", "x", ha_vip_id=address.id, instance_id=node.id)


def binding(life: LifeCycle) -> Any:
    parent, inside = life.network()
    public = life.create("Eip", "public")
    address = life.create("HaVip", "address", vpc_id=parent.id, subnet_id=inside.id)
    return life.create("HaVipEipAttachment", "x", ha_vip_id=address.id, address_ip=public.public_ip)


def route(life: LifeCycle) -> Any:
    parent, inside = life.network()
    address = life.create("HaVip", "address", vpc_id=parent.id, subnet_id=inside.id)
    return life.create(
        "RouteEntry",
        "x",
        route_table_id=inside.route_table_id,
        destination_cidr_block="192.0.2.0/24",
        gateway_id=address.id,
    )


def count(life: LifeCycle, kind: str) -> int:
    """Count what the cloud holds of a kind, asking it directly."""
    region = life.cloud.region("100000000001", "ap-guangzhou")
    havips = list(region.havips)
    counts: dict[str, Callable[[], int]] = {
        "Vpc": lambda: sum(row.cidr_block == "10.0.0.0/16" for row in region.vpcs),
        "Subnet": lambda: len(region.subnets),
        "Instance": lambda: len(region.instances),
        "PlacementGroup": lambda: len(region.placement_groups),
        "Eip": lambda: len(region.eips),
        "HaVip": lambda: len(region.havips),
        "NetworkInterface": lambda: sum(not row.primary for row in region.enis),
        "HaVipInstanceAttachment": lambda: sum(len(v.ha_vip_association_set) for v in havips),
        "HaVipEipAttachment": lambda: sum(bool(v.address_ip) for v in havips),
        "RouteEntry": lambda: sum(
            route.destination_cidr_block == "192.0.2.0/24"
            for table in region.route_tables
            for route in table.route_set
        ),
    }
    return counts[kind]()


CASES: list[tuple[Callable[[Any], Any], str, str]] = [
    (vpc, "CreateVpc", "DeleteVpc"),
    (subnet, "CreateSubnet", "DeleteSubnet"),
    (instance, "RunInstances", "TerminateInstances"),
    (eip, "AllocateAddresses", "ReleaseAddresses"),
    (havip, "CreateHaVip", "DeleteHaVip"),
    (interface, "CreateNetworkInterface", "DeleteNetworkInterface"),
    (attached, "AttachNetworkInterface", "DetachNetworkInterface"),
    (group, "CreateDisasterRecoverGroup", "DeleteDisasterRecoverGroups"),
    (member, "AssociateHaVipInstance", "DisassociateHaVipInstance"),
    (binding, "HaVipAssociateAddressIp", "HaVipDisassociateAddressIp"),
    (route, "CreateRoutes", "DeleteRoutes"),
]
pytestmark = pytest.mark.fuzz  # every fault at every call of every resource

each_case = pytest.mark.parametrize(
    ("make", "create", "delete"), CASES, ids=[case[0].__name__ for case in CASES]
)
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
each_pace = pytest.mark.parametrize("delay", [0.0, 2.0], ids=["at once", "slow"])


@each_case
@each_fault
@each_pace
def test_a_creation_creates_exactly_one_resource(
    life: LifeCycle, make: Any, create: str, delete: str, fault: dict[str, Any], delay: float
) -> None:
    life.control.configure(task_delay=delay, instance_delay=delay)
    life.fault(action=create, **fault)
    if make is vpc and fault.get("effect") == "before" and "code" not in fault:
        row = in_doubt(life)
    else:
        row = make(life)
    assert count(life, row.kind) == 1
    assert not life.gone(row)


def in_doubt(life: LifeCycle) -> Any:
    """Create a VPC whose creation is lost: nothing makes it unique, so it is not sent again."""
    inputs = life.check("Vpc", "x", cidr_block="10.0.0.0/16").inputs
    handler = HANDLERS["Vpc"]
    with pytest.raises(InDoubtError):
        handler.create(life.ctx, inputs)
    with pytest.raises(InDoubtError):  # so the engine keeps it pending
        handler.find(life.ctx, inputs)
    assert count(life, "Vpc") == 0
    life.deploy()
    assert handler.find(life.ctx, inputs) is None
    return life.create("Vpc", "x", cidr_block="10.0.0.0/16")


@each_case
@each_fault
@each_pace
def test_a_deletion_leaves_no_resource(
    life: LifeCycle, make: Any, create: str, delete: str, fault: dict[str, Any], delay: float
) -> None:
    life.control.configure(task_delay=delay, instance_delay=delay)
    row = make(life)
    life.fault(action=delete, **fault)
    life.delete(row)
    assert count(life, row.kind) == 0
    assert life.gone(row)


@each_case
def test_an_interrupted_creation_is_found_by_its_arguments(
    life: LifeCycle, make: Any, create: str, delete: str
) -> None:
    row = make(life)
    life.deploy()
    found = HANDLERS[row.kind].find(life.ctx, row.inputs)
    assert found is not None
    assert found.id == row.id
    assert found.inputs["creation_id"] == row.creation_id


@each_case
def test_an_undone_creation_can_be_repeated(
    life: LifeCycle, make: Any, create: str, delete: str
) -> None:
    row = make(life)
    life.delete(row)  # the service still knows its token
    life.deploy()
    made = again(life, row.kind, row.inputs)
    assert made.id != row.id or "#" in row.id
    assert count(life, row.kind) == 1


def test_a_creation_without_effect_is_retried_with_the_same_id(life: LifeCycle) -> None:
    inputs = life.check("Eip", "x").inputs
    life.deploy()
    assert again(life, "Eip", inputs).state.creation_id == inputs["creation_id"]
    assert count(life, "Eip") == 1


def again(life: LifeCycle, kind: str, inputs: dict[str, Any]) -> Any:
    """Do what an engine does about a creation that was interrupted and made nothing."""
    handler = HANDLERS[kind]
    assert handler.find(life.ctx, inputs) is None
    news = {key: value for key, value in inputs.items() if key != "creation_id"}
    checked = handler.check(life.ctx, news, inputs)
    return handler.create(life.ctx, checked.inputs)


@pytest.mark.parametrize(
    ("make", "modify"),
    [
        (vpc, "ModifyVpcAttribute"),
        (subnet, "ModifySubnetAttribute"),
        (instance, "ModifyInstancesAttribute"),
        (eip, "ModifyAddressAttribute"),
        (havip, "ModifyHaVipAttribute"),
        (interface, "ModifyNetworkInterfaceAttribute"),
        (havip, "ModifyResourceTags"),
    ],
)
@each_fault
def test_a_change_takes_effect_even_if_the_response_is_lost(
    life: LifeCycle, make: Any, modify: str, fault: dict[str, Any]
) -> None:
    row = make(life)
    news = {**row.inputs, "name": "other", "tags": {"env": "dev"}}
    hidden = ("creation_id", "origin")
    life.fault(action=modify, **fault)
    life.up(row, **{key: value for key, value in news.items() if key not in hidden})
    life.deploy()
    found = life.read(row)
    assert (found.outputs["name"], found.tags) == ("other", {"env": "dev"})


def test_an_address_that_is_just_being_unbound_is_released(life: LifeCycle) -> None:
    row = binding(life)
    public = life.cloud.region("100000000001", "ap-guangzhou").eips
    [address] = [eip.address_id for eip in public]
    life.control.configure(task_delay=2.0)
    havip_id = row.ha_vip_id
    life.ctx.region().client.ha_vip_disassociate_address_ip.start(ha_vip_id=havip_id)
    state = {"region": "ap-guangzhou", "account": "100000000001", "public_ip": row.address_ip}
    HANDLERS["Eip"].delete(life.ctx, address, state)
    assert len(public) == 0
