"""Life cycle of LoadBalancerPair on the embedded engine and the emulated cloud."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import pulumi_havip
from havip.api import HaVipAssociation
from havip.emulator.http.faults import Fault
from havip.keepalived import parse
from pulumi_havip.components import LoadBalancerPair
from pulumi_havip.components._pause import PauseProvider
from pulumi_havip.engine import UNKNOWN
from tests.user_data import read_user_data

if TYPE_CHECKING:
    from tests.components.conftest import Stage

WEB: Any = {
    "name": "web",
    "port": 80,
    "servers": [{"name": "web1", "address": "172.17.16.21", "port": 8080}],
}
OUTPUTS = (
    "address",
    "public_address",
    "ha_vip_id",
    "virtual_router_id",
    "instance_ids",
    "files",
    "keepalived",
    "user_data",
    "vrrp_password",
    "health_command",
)


def pair(stage: Any, name: str = "lb", **changes: Any) -> LoadBalancerPair:
    given = {"vip": "172.17.16.3", "nodes": stage.nodes, "machine": stage.machine}
    where = {} if "subnet_id" in changes else stage.network()
    made = LoadBalancerPair(name, **{**where, **given, "services": [WEB], **changes})
    for output in OUTPUTS:
        pulumi.export(output, getattr(made, output))
    return made


def test_a_pair_goes_through_its_life_cycle(stage: Stage) -> None:
    def program() -> None:
        pair(stage, eip=True, tags={"env": "dev"})

    preview = stage.preview(program)
    assert (preview.outputs["address"], preview.counts["create"]) == ("172.17.16.3", 13)
    stage.up(program)
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    (eip,) = stage.client.describe_addresses().address_set
    nodes = stage.client.describe_instances().instance_set
    (group,) = stage.client.describe_disaster_recover_groups().disaster_recover_group_set
    assert (row.vip, row.check_associate, row.address_ip) == ("172.17.16.3", True, eip.address_ip)
    ids = {node.instance_id for node in nodes}
    assert {member.instance_id for member in row.ha_vip_association_set} == ids
    assert {node.private_ip_addresses[0] for node in nodes} == {"172.17.16.7", "172.17.16.13"}
    assert set(group.instance_ids) == ids
    assert not stage.preview(program).changed
    assert not stage.refresh(program).changed
    stage.destroy(program)
    assert set(stage.left().values()) == {0}


def test_the_nodes_get_the_complete_set_up(stage: Stage) -> None:
    def program() -> None:
        pair(stage)

    stage.up(program)
    seen = stage.plain(program)
    assert stage.booted_with() == seen["user_data"]
    setup = read_user_data(seen["user_data"]["lb-1"])
    assert {file.path: file.content for file in setup.files} == seen["files"]["lb-1"]
    assert setup.services == ("haproxy", "keepalived")
    first = parse(seen["keepalived"]["lb-1"]).config.vrrp_instance[0]
    assert str(first.unicast_src_ip) == "172.17.16.7"
    assert [str(peer) for peer in first.unicast_peer] == ["172.17.16.13"]
    assert [str(address.address) for address in first.virtual_ipaddress] == ["172.17.16.3"]
    assert first.virtual_router_id == seen["virtual_router_id"] == 3
    assert first.nopreempt
    assert "server web1 172.17.16.21:8080" in seen["files"]["lb-2"]["/etc/haproxy/haproxy.cfg"]
    assert seen["health_command"] == "curl -fsS -m 3 -o /dev/null http://172.17.16.3:80/"


def test_existing_nodes_are_given_by_id(stage: Stage) -> None:
    vpc, subnet, ids = stage.existing("172.17.16.7", "172.17.16.13")
    stage.client.allocate_addresses()
    (eip,) = stage.client.describe_addresses().address_set

    def program() -> None:
        pair(
            stage,
            vpc_id=vpc,
            subnet_id=subnet,
            nodes=[ids[0], {"instance_id": ids[1], "name": "second"}],
            machine=None,
            eip_address=eip.address_ip,
        )

    assert stage.preview(program).outputs["address"] == "172.17.16.3"
    stage.up(program)
    assert stage.calls("RunInstances", "CreateDisasterRecoverGroup", "AllocateAddresses") == []
    seen = stage.plain(program)
    assert seen["instance_ids"] == {"lb-1": ids[0], "second": ids[1]}
    assert "unicast_src_ip 172.17.16.13" in seen["keepalived"]["second"]
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    assert {member.instance_id for member in row.ha_vip_association_set} == set(ids)
    assert row.address_ip == seen["public_address"] == eip.address_ip
    stage.destroy(program)
    assert stage.left()["instances"] == 2
    assert stage.left()["eips"] == 1


def test_a_preview_works_with_addresses_that_are_not_known_yet(stage: Stage) -> None:
    """As with machines of another provider, whose ids and addresses come from their creation."""

    def program() -> None:
        where = stage.network()
        nodes = [
            pulumi_havip.Instance(f"other-{number}", **where, **stage.machine) for number in (1, 2)
        ]
        given = [{"instance_id": node.id, "private_ip": node.private_ip} for node in nodes]
        pair(stage, **where, nodes=given, machine=None, vip=None)

    preview = stage.preview(program)
    assert preview.outputs["address"] is UNKNOWN
    stage.up(program)
    seen = stage.plain(program)
    assert f" {seen['address']}\n" in seen["keepalived"]["lb-1"]
    assert not stage.preview(program).changed


def test_a_changed_set_up_reaches_the_standby_first(stage: Stage) -> None:
    more: Any = {**WEB, "servers": [*WEB["servers"], {"name": "web2", "address": "172.17.16.22"}]}
    stage.up(lambda: pair(stage))
    before = [row.instance_id for row in stage.client.describe_instances().instance_set]
    changed = stage.up(lambda: pair(stage, services=[more]))
    after = stage.client.describe_instances().instance_set
    assert [row.instance_id for row in after] == before
    names = {row.instance_id: row.instance_name for row in after}
    written = [entry.params["InstanceIds"][0] for entry in stage.calls("ModifyInstancesAttribute")]
    assert [names[id] for id in written] == ["lb-2", "lb-1"]
    assert changed.counts["update"] == 2
    assert all("server web2" in text for text in stage.booted_with().values())


def test_machines_are_replaced_one_at_a_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[tuple[float, int]] = []

    def sleep(seconds: float) -> None:
        pauses.append((seconds, len(stage.calls("RunInstances"))))

    monkeypatch.setattr(PauseProvider, "sleep", sleep)
    stage.up(lambda: pair(stage, replace_nodes=True, settle_seconds=90))
    assert pauses == []
    stage.up(lambda: pair(stage, replace_nodes=True, settle_seconds=90, advert_int=2))
    assert pauses == [(90, 1)]
    steps = ("TerminateInstances", "RunInstances", "AssociateHaVipInstance")
    assert [entry.action for entry in stage.calls(*steps)] == [*steps, *steps]
    named = [entry.params["InstanceName"] for entry in stage.calls("RunInstances")]
    assert named == ["lb-2", "lb-1"]
    assert all("advert_int 2" in text for text in stage.booted_with().values())


def test_the_node_that_holds_the_address_changes_last(stage: Stage) -> None:
    """After a failover, too: the stack shows no change for it, and the order follows it."""

    def program(advert_int: int) -> None:
        pair(stage, replace_nodes=True, settle_seconds=0, advert_int=advert_int)

    stage.up(lambda: program(1))
    for now, (other, holder) in enumerate([("lb-1", "lb-2"), ("lb-2", "lb-1")], start=1):
        ids = stage.plain(lambda: None)["instance_ids"]
        stage.control.cloud.announce(ids[holder], "172.17.16.3")
        assert not stage.preview(partial(program, now)).changed
        stage.up(partial(program, now + 1))
        named = [entry.params["InstanceName"] for entry in stage.calls("RunInstances")]
        assert named == [other, holder]


def test_given_nodes_change_in_the_same_order(stage: Stage) -> None:
    vpc, subnet, ids = stage.existing("172.17.16.7", "172.17.16.13")

    def program() -> None:
        pair(stage, vpc_id=vpc, subnet_id=subnet, nodes=ids, machine=None)

    stage.up(program)
    stage.control.cloud.announce(ids[1], "172.17.16.3")
    for id in ids:
        (row,) = stage.client.describe_ha_vips().ha_vip_set
        stage.client.disassociate_ha_vip_instance(
            ha_vip_association_set=[HaVipAssociation(ha_vip_id=row.ha_vip_id, instance_id=id)]
        )
    stage.refresh(program)
    stage.up(program)
    put_back = [
        entry.params["HaVipAssociationSet"][0]["InstanceId"]
        for entry in stage.calls("AssociateHaVipInstance")
    ]
    assert put_back == ids


def test_a_holder_that_cannot_be_read_is_a_warning(stage: Stage) -> None:
    stage.up(lambda: pair(stage))
    stage.control.faults.add(Fault(action="DescribeHaVips", code="UnauthorizedOperation"))
    seen = stage.preview(lambda: pair(stage))
    assert not seen.changed
    (warning,) = [message.text for message in seen.messages if message.severity == "warning"]
    assert warning.startswith("LoadBalancerPair 'lb': who holds the address cannot be read")
    assert "UnauthorizedOperation" in warning


def test_a_password_is_generated_once_and_never_shown(
    stage: Stage, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    stage.preview(lambda: pair(stage))
    stage.up(lambda: pair(stage))
    first = stage.plain(lambda: None)["vrrp_password"]
    stage.up(lambda: pair(stage, advert_int=3))
    seen = stage.plain(lambda: None)
    assert seen["vrrp_password"] == first
    assert len(first) == 8
    assert f"auth_pass {first}" in seen["keepalived"]["lb-1"]
    output = capfd.readouterr()
    for text in (stage.kept(), output.out, output.err, caplog.text):
        assert first not in text
        assert "auth_pass" not in text


def test_a_given_password_is_used_and_never_shown(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.up(lambda: pair(stage, vrrp_password="q7Kx2mZ9"))
    assert "auth_pass q7Kx2mZ9" in stage.plain(lambda: None)["keepalived"]["lb-2"]
    stage.up(lambda: pair(stage, vrrp_password=pulumi.Output.from_input("b7Kx2mZ9")))
    stage.refresh(lambda: None)
    output = capfd.readouterr()
    for text in (stage.kept(), output.out, output.err):
        assert "q7Kx2mZ9" not in text
        assert "b7Kx2mZ9" not in text


def test_a_lost_member_is_added_again(stage: Stage) -> None:
    stage.up(lambda: pair(stage))
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    lost = row.ha_vip_association_set[0]
    stage.client.disassociate_ha_vip_instance(ha_vip_association_set=[lost])
    assert stage.refresh(lambda: pair(stage)).changed
    stage.up(lambda: pair(stage))
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    assert len(row.ha_vip_association_set) == 2


def test_another_address_replaces_the_pair(stage: Stage) -> None:
    stage.up(lambda: pair(stage, eip=True))
    stage.up(lambda: pair(stage, eip=True, vip="172.17.16.4"))
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    assert (row.vip, len(row.ha_vip_association_set), bool(row.address_ip)) == (
        "172.17.16.4",
        2,
        True,
    )
    assert all("    172.17.16.4\\n" in text for text in stage.booted_with().values())


def test_nothing_of_a_protected_pair_is_deleted(stage: Stage) -> None:
    stage.up(lambda: pair(stage, eip=True, opts=pulumi.ResourceOptions(protect=True)))
    before = stage.left()
    result = stage.workspace(lambda: None).destroy()
    assert "protect" in result.error
    assert stage.left() == before
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    assert (len(row.ha_vip_association_set), bool(row.address_ip)) == (2, True)


def test_the_international_site_has_no_range(stage: Stage) -> None:
    stage.settings["site"] = "intl"
    refused = stage.workspace(lambda: pair(stage)).preview()
    assert "check_associate: the international site has no such input" in refused.error
    stage.up(lambda: pair(stage, check_associate=False))
    named = [entry.params["InstanceName"] for entry in stage.calls("RunInstances")]
    assert named == ["lb-2", "lb-1"]
    assert stage.calls("AssociateHaVipInstance") == []
    assert not stage.preview(lambda: pair(stage, check_associate=False)).changed


def test_a_placement_group_that_exists_is_used(stage: Stage) -> None:
    group = stage.client.create_disaster_recover_group(name="there", type="RACK")
    id = group.disaster_recover_group_id
    stage.up(lambda: pair(stage, machine={**stage.machine, "placement_group_id": id}))
    (row,) = stage.client.describe_disaster_recover_groups().disaster_recover_group_set
    assert (row.disaster_recover_group_id, row.current_num) == (id, 2)


def test_pairs_of_a_program_have_different_router_ids(stage: Stage) -> None:
    def second(number: int) -> dict[str, Any]:
        nodes = [{"private_ip": f"172.17.{number}.{last}"} for last in (7, 13)]
        vpc = pulumi_havip.Vpc(f"vpc-{number}", cidr_block="172.17.0.0/16")
        subnet = pulumi_havip.Subnet(
            f"subnet-{number}",
            vpc_id=vpc.id,
            cidr_block=f"172.17.{number}.0/24",
            zone="ap-guangzhou-3",
        )
        where = {"vpc_id": vpc.id, "subnet_id": subnet.id}
        return {**where, "nodes": nodes, "vip": f"172.17.{number}.3"}

    def program() -> None:
        pairs = [pair(stage, f"lb{number}", **second(number)) for number in (20, 21, 22)]
        pairs.append(pair(stage, "lb23", **second(23), virtual_router_id=77))
        for number, made in enumerate(pairs):
            pulumi.export(f"id{number}", made.virtual_router_id)

    preview = stage.preview(program)
    wanted = [3, 4, 5, 77]
    assert [preview.outputs[f"id{number}"] for number in range(4)] == wanted
    stage.up(program)
    assert [stage.plain(program)[f"id{number}"] for number in range(4)] == wanted
    deployment = stage.workspace(program).export()["deployment"]
    of_second = [item for item in deployment["resources"] if "lb21" in item["urn"]]
    assert of_second
    assert not any("lb20" in urn for item in of_second for urn in item.get("dependencies", ()))

    def clash() -> None:
        pair(stage, "lb20", **second(20))
        pair(stage, "lb21", **second(21), virtual_router_id=3)

    result = stage.workspace(clash).preview()
    assert result.error == (
        "LoadBalancerPair 'lb21': virtual_router_id: 3 is already that of LoadBalancerPair "
        "'lb20': take another one, or leave it out"
    )
