"""An adopted object stays as long as the program declares it, under whatever name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import pulumi_havip as havip
from havip import Client
from havip.api import Placement, VirtualPrivateCloud
from havip.testing import StackFactory
from pulumi_havip.testing import StackFailedError, StackUnderTest

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

ZONE = "ap-guangzhou-3"
MACHINE: Any = {"zone": ZONE, "instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5"}


def _existing(client: Client) -> dict[str, str]:
    """Create one object of each type by hand, and return their ids by type."""
    vpc = client.create_vpc(vpc_name="there", cidr_block="10.9.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="there", cidr_block="10.9.1.0/24", zone=ZONE
    ).subnet.subnet_id
    inside: Any = {"vpc_id": vpc, "subnet_id": subnet}
    nic = client.create_network_interface(**inside, network_interface_name="there")
    node = client.run_instances(
        placement=Placement(zone=ZONE),
        image_id=MACHINE["image_id"],
        instance_type=MACHINE["instance_type"],
        virtual_private_cloud=VirtualPrivateCloud(**inside),
    )
    group = client.create_disaster_recover_group(name="there", type="HOST")
    return {
        "Vpc": vpc,
        "Subnet": subnet,
        "HaVip": client.create_ha_vip(**inside, ha_vip_name="there").ha_vip.ha_vip_id,
        "NetworkInterface": nic.network_interface.network_interface_id,
        "Instance": node.instance_id_set[0],
        "PlacementGroup": group.disaster_recover_group_id,
        "Eip": client.allocate_addresses(address_count=1).address_set[0],
    }


def _adopt(name: str, ids: dict[str, str], *, adopts: bool = True) -> None:
    """Declare every object under a name."""
    adopt = ids if adopts else {}
    inside: Any = {"vpc_id": ids["Vpc"], "subnet_id": ids["Subnet"]}
    block: Any = {"cidr_block": "10.9.1.0/24", "zone": ZONE, "vpc_id": ids["Vpc"]}
    havip.Vpc(name, cidr_block="10.9.0.0/16", adopt=adopt.get("Vpc"))
    havip.Subnet(name, **block, adopt=adopt.get("Subnet"))
    havip.HaVip(name, **inside, adopt=adopt.get("HaVip"))
    havip.NetworkInterface(name, **inside, adopt=adopt.get("NetworkInterface"))
    havip.Instance(name, **MACHINE, **inside, adopt=adopt.get("Instance"))
    havip.PlacementGroup(name, adopt=adopt.get("PlacementGroup"))
    havip.Eip(name, adopt=adopt.get("Eip"))


def _deployed(make: StackFactory) -> tuple[StackUnderTest, list[Callable[[], None]]]:
    """Return a stack, and the list whose only item is its program."""
    programs: list[Callable[[], None]] = [lambda: None]
    return make(lambda: programs[0]()), programs


@pytest.mark.parametrize("left_out", [False, True], ids=["adopted", "adopt left out once"])
def test_a_renamed_resource_keeps_its_adopted_object(
    havip_stack: StackFactory, havip_client: Client, left_out: bool
) -> None:
    ids = _existing(havip_client)
    stack, programs = _deployed(havip_stack)
    programs[0] = lambda: _adopt("web", ids)
    stack.up()
    if left_out:
        programs[0] = lambda: _adopt("web", ids, adopts=False)
        stack.up()
    programs[0] = lambda: _adopt("site", ids)
    stack.up()
    rows = [row for row in stack.resources if row.type.rpartition(":")[2] in ids]
    assert {row.name for row in rows} == {"site"}
    assert {row.type.rpartition(":")[2]: row.id for row in rows} == ids
    stack.assert_no_drift()
    stack.assert_clean_destroy()


def test_an_object_stays_with_the_last_resource_that_has_it(
    havip_stack: StackFactory, havip_client: Client
) -> None:
    (eip,) = havip_client.allocate_addresses(address_count=1).address_set
    stack, programs = _deployed(havip_stack)

    def first() -> None:
        havip.Eip("a", adopt=eip)

    def both() -> None:
        havip.Eip("a")
        havip.Eip("b", adopt=eip)

    def last() -> None:
        havip.Eip("b", adopt=eip)

    for program in (first, both, last):
        programs[0] = program
        stack.up()
    assert [row.address_id for row in havip_client.describe_addresses().address_set] == [eip]
    stack.assert_no_drift()


def test_two_resources_do_not_adopt_the_same_object(
    havip_stack: StackFactory, havip_client: Client
) -> None:
    (eip,) = havip_client.allocate_addresses(address_count=1).address_set

    def program() -> None:
        havip.Eip("a", adopt=eip)
        havip.Eip("b", adopt=eip)

    stack = havip_stack(program, deploy=False)
    for operation in (stack.preview, stack.up):
        with pytest.raises(StackFailedError, match=r"adopt: .*Eip '[ab]'"):
            operation()


def test_a_deletion_leaves_what_another_resource_adopts(life: LifeCycle) -> None:
    """Any engine: the new name is created first, and the old one deleted after it."""
    old = life.create("Eip", "a")
    new = life.create("Eip", "b", adopt=old.id)
    life.delete(old, replaced=True)  # in the same deployment
    assert life.read(new).public_ip == old.public_ip
    life.delete(new)
    assert life.gone(new)
