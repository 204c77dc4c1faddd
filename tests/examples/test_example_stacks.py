"""Every example stack: preview, deployment, no changes, clean destroy."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import pytest

from havip.api import Placement, VirtualPrivateCloud
from havip.keepalived import parse
from havip.switch import switch_ip
from tests.user_data import read_user_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.examples.conftest import Example

REGION = "ap-guangzhou"


def test_lb_ha_pair(example: Callable[[str], Example]) -> None:
    stack = example("lb-ha-pair")
    seen = stack.live()
    (row,) = stack.client.describe_ha_vips().ha_vip_set
    assert (seen["address"], seen["publicAddress"]) == ("172.17.16.3", row.address_ip)
    assert (row.ha_vip_name, row.check_associate) == ("lb-ha-pair", True)
    assert len(row.ha_vip_association_set) == 2
    assert set(seen["keepalived"]) == {"lb-a", "lb-b"}
    assert stack.left()["groups"] == 1
    stack.die()
    assert set(stack.left().values()) == {0}


@pytest.mark.parametrize(("name", "port"), [("db-postgresql", 5432), ("db-mariadb", 3306)])
def test_databases(example: Callable[[str], Example], name: str, port: int) -> None:
    stack = example(name)
    seen = stack.live()
    assert "172.17.16.30" in seen["connection"]
    assert str(port) in seen["health"]
    assert set(seen["files"]) == {"db-a", "db-b", "db-c"}
    key = seen["files"]["db-a"]["/etc/havip/cluster.key"].splitlines()[1]
    for machine, text in stack.booted_with().items():
        assert key in text, machine
    assert key not in stack.kept()
    stack.die()
    assert set(stack.left().values()) == {0}


def test_a_standby_that_commits_do_not_wait_for(example: Callable[[str], Example]) -> None:
    stack = example("db-postgresql")
    stack.live()
    stack.up(synchronous="false")
    changed = {
        name: "synchronous_mode: false" in text for name, text in stack.booted_with().items()
    }
    assert changed == {"db-a": True, "db-b": True, "db-c": False}


def test_existing_vpc(example: Callable[[str], Example]) -> None:
    stack = example("existing-vpc")
    client = stack.client
    vpc = client.create_vpc(vpc_name="there", cidr_block="10.0.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="there", cidr_block="10.0.7.0/24", zone="ap-guangzhou-3"
    ).subnet.subnet_id
    ids = client.run_instances(
        placement=Placement(zone="ap-guangzhou-3"),
        instance_type="S5.MEDIUM2",
        image_id="img-487zeit5",
        instance_count=2,
        virtual_private_cloud=VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet),
    ).instance_id_set
    stack.config |= {"vpcId": vpc, "subnetId": subnet, "address": "10.0.7.100"}
    stack.config |= {"instanceIds": f'["{ids[0]}", "{ids[1]}"]', "backends": '["10.0.8.1"]'}
    seen = stack.live()
    assert set(seen["nodes"].values()) == set(ids)
    assert "10.0.8.1:8080" in seen["files"]["lb-1"]["/etc/haproxy/haproxy.cfg"]
    config = parse(seen["files"]["lb-2"]["/etc/keepalived/keepalived.conf"]).config
    assert config.vrrp_instance[0].virtual_router_id == 100
    (row,) = client.describe_ha_vips().ha_vip_set
    assert {item.instance_id for item in row.ha_vip_association_set} == set(ids)
    stack.die()
    assert stack.left() == {**stack.left(), "havips": 0, "instances": 2, "vpcs": 1}


def test_existing_vpc_says_what_is_missing(example: Callable[[str], Example]) -> None:
    stack = example("existing-vpc")
    stack.config["backends"] = "[]"
    assert "vpcId" in stack.workspace().preview().error


def test_havip_route(example: Callable[[str], Example]) -> None:
    stack = example("havip-route")
    seen = stack.live()
    (table,) = stack.client.describe_route_tables().route_table_set
    routes = {route.destination_cidr_block: route for route in table.route_set}
    route = routes[seen["route"]]
    (vip,) = stack.client.describe_ha_vips().ha_vip_set
    hop = vip.ha_vip_id.replace("havip-", "intranat-")  # as the cloud answers it
    assert (route.gateway_type, route.gateway_id) == ("INTRANAT", hop)
    setup = read_user_data(stack.booted_with()["router-a"])
    assert "ip_forward = 1" in setup.file("/etc/sysctl.d/90-router.conf")
    assert "checkforward" in setup.file("/etc/keepalived/keepalived.conf")
    assert "auth_pass" not in stack.kept()
    stack.die()
    assert set(stack.left().values()) == {0}


def test_api_switch(example: Callable[[str], Example], capsys: pytest.CaptureFixture[str]) -> None:
    stack = example("api-switch")
    assert "havipSource" in stack.workspace().preview().error
    stack.config |= {"havipSource": "https://example.org/havip.whl", "havip:region": REGION}
    seen = stack.live()
    setup = read_user_data(stack.booted_with()["web-b"])
    vrrp = parse(setup.file("/etc/keepalived/keepalived.conf")).config.vrrp_instance[0]
    assert vrrp.notify == "/etc/keepalived/notify-switch.sh 172.17.16.5"
    assert "HAVIP_COMMAND=/opt/havip/bin/havip" in setup.file("/etc/keepalived/switch.env")
    assert ("/opt/havip/bin/pip", "install", "havip[cli] @ https://example.org/havip.whl") in (
        setup.commands
    )
    nodes = stack.client.describe_instances().instance_set
    assert {node.cam_role_name for node in nodes} == {"havip-switch"}
    assign = runpy.run_path(str(stack.folder / "assign.py"))["main"]
    assert assign([seen["first"], seen["address"]]) == 0
    assert "172.17.16.5 is on eni-" in capsys.readouterr().out
    assert assign(["ins-00000001", seen["address"]]) == 1
    done = switch_ip(stack.client, seen["address"], seen["second"])
    assert (done.outcome, done.source_instance) == ("moved", seen["first"])
    assert not stack.preview().changed
    stack.die()
    assert set(stack.left().values()) == {0}


def test_db_wsfc(example: Callable[[str], Example]) -> None:
    stack = example("db-wsfc")
    assert "image" in stack.workspace().preview().error
    stack.config["image"] = "img-windows1"
    stack.set_secret("password", "Adm1n-of-Windows")
    seen = stack.live()
    (row,) = stack.client.describe_ha_vips().ha_vip_set
    assert (row.vip, row.check_associate, len(row.ha_vip_association_set)) == (
        "172.17.16.40",
        True,
        2,
    )
    assert seen["command"].endswith("-Role 'SQL' -Address 172.17.16.40 -PrefixLength 24")
    assert any("holder" in step for step in seen["steps"])
    assert "Adm1n-of-Windows" not in stack.kept()
    stack.die()
    assert set(stack.left().values()) == {0}
