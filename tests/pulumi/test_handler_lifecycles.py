"""Life cycle of each resource: create, update, drift, repair, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle


def test_a_vpc_goes_through_its_life_cycle(life: LifeCycle) -> None:
    vpc = life.create("Vpc", "net", cidr_block="10.0.0.0/16", tags={"env": "dev"})
    assert (vpc.name, vpc.tags, vpc.region) == ("net", {"env": "dev"}, "ap-guangzhou")
    vpc = life.up(vpc, cidr_block="10.0.0.0/16", name="other", tags={"env": "prod"})
    assert (vpc.name, vpc.tags) == ("other", {"env": "prod"})
    found = life.read(vpc)
    assert (found.name, found.tags, found.inputs["cidr_block"]) == (
        "other",
        {"env": "prod"},
        "10.0.0.0/16",
    )
    life.delete(vpc)
    assert life.gone(vpc)


def test_a_subnet_goes_through_its_life_cycle(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    assert subnet.route_table_id.startswith("rtb-")
    props: Any = {"vpc_id": vpc.id, "zone": subnet.zone}
    subnet = life.up(subnet, **props, cidr_block="172.17.16.0/24", name="renamed")
    assert life.read(subnet).name == "renamed"
    moved = life.up(subnet, **props, cidr_block="172.17.17.0/24", name="renamed")
    assert life.steps == ["update", "create Subnet", "delete Subnet"]
    life.up(moved, **props, cidr_block="172.17.17.0/25", name="renamed")
    assert life.steps[3:] == ["delete Subnet", "create Subnet"]


def test_an_instance_goes_through_its_life_cycle(life: LifeCycle) -> None:
    _, subnet = life.network()
    node = life.instance(subnet, "a", private_ip="172.17.16.7", user_data="#!/bin/sh\n")
    assert (node.private_ip, node.state, node.name) == ("172.17.16.7", "RUNNING", "a")
    found = life.read(node)
    assert found.user_data == "#!/bin/sh\n"
    life.delete(node)
    assert life.gone(node)


def test_an_eip_goes_through_its_life_cycle(life: LifeCycle) -> None:
    eip = life.create("Eip", "web", tags={"a": "b"})
    assert eip.public_ip
    assert eip.status == "UNBIND"
    eip = life.up(eip, name="other", tags={})
    assert life.read(eip).outputs["name"] == "other"
    assert life.read(eip).tags == {}
    life.delete(eip)
    assert life.gone(eip)


def test_a_havip_goes_through_its_life_cycle(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    nodes = [life.instance(subnet, name, private_ip=f"172.17.16.{name}") for name in "789"]
    life.control.requests.clear()
    hints = {"subnet_cidr": subnet.cidr_block}
    props: Any = {
        "vpc_id": vpc.id,
        "subnet_id": subnet.id,
        "check_associate": True,
        "hints": hints,
    }
    ids = [node.id for node in nodes]
    havip = life.create("HaVip", "web", vip="172.17.16.3", associations=ids[:2], **props)
    assert life.calls() == ["CreateHaVip"]
    assert [item["instance_id"] for item in havip.associations] == sorted(ids[:2])

    life.control.requests.clear()
    havip = life.up(havip, vip="172.17.16.3", associations=ids[1:], name="web-2", **props)
    assert life.calls() == [
        "ModifyHaVipAttribute",
        "DescribeHaVips",
        "AssociateHaVipInstance",
        "DisassociateHaVipInstance",
        "DescribeHaVips",
    ]
    assert {item["instance_id"] for item in havip.associations} == set(ids[1:])
    assert life.up(havip, vip="172.17.16.3", associations=ids[1:], name="web-2", **props) is havip
    life.delete(havip)
    assert life.gone(havip)


def test_attachments_on_one_havip_stay_stable(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    nodes = [life.instance(subnet, name) for name in ("a", "b")]
    havip = life.create("HaVip", "web", vpc_id=vpc.id, subnet_id=subnet.id)
    given = [{"ha_vip_id": havip.id, "instance_id": node.id} for node in nodes]
    rows = [
        life.create("HaVipInstanceAttachment", str(number), **props)
        for number, props in enumerate(given)
    ]
    life.deploy()
    for row, props in zip(rows, given, strict=True):
        found = life.read(row)
        assert found.instance_id == row.instance_id
        assert not life.diff(found, **props).changed
    assert not life.diff(life.read(havip), vpc_id=vpc.id, subnet_id=subnet.id).changed
    life.delete(rows[0])
    assert life.gone(rows[0])
    assert not life.gone(rows[1])


def test_an_eip_attachment_goes_through_its_life_cycle(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    havip = life.create("HaVip", "web", vpc_id=vpc.id, subnet_id=subnet.id)
    one, two = life.create("Eip", "one"), life.create("Eip", "two")
    life.control.configure(task_delay=1.0)
    bound = life.create("HaVipEipAttachment", "web", ha_vip_id=havip.id, address_ip=one.public_ip)
    assert life.read(havip).address_ip == one.public_ip
    life.steps.clear()
    bound = life.up(bound, ha_vip_id=havip.id, address_ip=two.public_ip)
    assert life.steps == ["create HaVipEipAttachment", "delete HaVipEipAttachment"]
    assert life.read(havip).address_ip == two.public_ip
    life.delete(bound)
    assert life.read(havip).address_ip == ""
    assert life.gone(bound)


def test_a_network_interface_goes_through_its_life_cycle(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    one, two = (life.instance(subnet, name) for name in ("a", "b"))
    props: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id, "private_ip": "172.17.16.50"}
    eni = life.create("NetworkInterface", "eth1", instance_id=one.id, **props)
    assert (eni.instance_id, eni.private_ip) == (one.id, "172.17.16.50")
    eni = life.up(eni, instance_id=two.id, description="moved", **props)
    assert life.read(eni).instance_id == two.id
    assert life.read(eni).description == "moved"
    life.delete(eni)
    assert life.gone(eni)


def test_a_route_goes_through_its_life_cycle(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    havip = life.create("HaVip", "web", vpc_id=vpc.id, subnet_id=subnet.id, vip="172.17.16.3")
    other = life.create("HaVip", "db", vpc_id=vpc.id, subnet_id=subnet.id, vip="172.17.16.4")
    props: Any = {
        "route_table_id": subnet.route_table_id,
        "destination_cidr_block": "192.0.2.0/24",
    }
    route = life.create("RouteEntry", "out", gateway_id=havip.id, **props)
    assert (route.gateway_type, route.route_item_id[:4]) == ("HAVIP", "rti-")
    assert life.read(route).gateway_id == havip.id
    life.steps.clear()
    route = life.up(route, gateway_id=other.id, **props)
    assert life.steps == ["update"]
    assert life.calls("DeleteRoutes") == []
    life.delete(route)
    assert life.gone(route)


@pytest.mark.parametrize("kind", ["Vpc", "Eip"])
def test_a_deleted_resource_is_read_as_absent(life: LifeCycle, kind: str) -> None:
    row = life.create(kind, "x", **({"cidr_block": "10.0.0.0/16"} if kind == "Vpc" else {}))
    life.delete(row)
    life.deploy()
    assert life.gone(row)
    life.delete(row)  # deleting it again is fine
