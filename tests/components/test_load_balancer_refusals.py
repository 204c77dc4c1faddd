"""Arguments that LoadBalancerPair rejects before anything is created, with the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_havip.components import LoadBalancerPair

if TYPE_CHECKING:
    from tests.components.conftest import Stage

WEB: Any = {
    "name": "web",
    "port": 80,
    "servers": [{"name": "web1", "address": "172.17.16.21", "port": 8080}],
}
REFUSED: Any = {
    "one node": (
        {"nodes": [{"private_ip": "172.17.16.7"}]},
        "nodes: one node has nothing to fail over to: give a LoadBalancerPair two",
    ),
    "too many nodes": (
        {"nodes": [{"private_ip": f"172.17.16.{number}"} for number in range(10, 21)]},
        "nodes: 11 are too many: a LoadBalancerPair takes 10, the most that a range may have",
    ),
    "two nodes with one address": (
        {"nodes": [{"private_ip": "172.17.16.7"}, {"private_ip": "172.17.16.7"}]},
        "nodes[1].private_ip: 172.17.16.7 is also nodes[0].private_ip: give each its own address",
    ),
    "nodes in different subnets": (
        {"nodes": [{"private_ip": "172.17.16.7"}, {"private_ip": "172.17.17.7"}]},
        "nodes[1].private_ip: 172.17.17.7 is outside of the subnet 172.17.16.0/24: take one from "
        "172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "an address in no subnet": (
        {"vip": "10.0.0.1"},
        "vip: 10.0.0.1 is outside of the subnet 172.17.16.0/24: take one from "
        "172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "an address of the cloud": (
        {"vip": "172.17.16.1", "subnet_cidr": "172.17.16.0/24"},
        "vip: 172.17.16.1 is reserved by the cloud in the subnet 172.17.16.0/24: take one from "
        "172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "the broadcast address": (
        {"vip": "172.17.16.255", "subnet_cidr": "172.17.16.0/24"},
        "vip: 172.17.16.255 is reserved by the cloud in the subnet 172.17.16.0/24: take one from "
        "172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "a node that is the HAVIP": (
        {"vip": "172.17.16.7"},
        "nodes[0].private_ip: 172.17.16.7 is also vip: give each its own address",
    ),
    "no address": (
        {"vip": "172.17.16.300"},
        "vip: '172.17.16.300' is not an IPv4 address such as 10.0.0.5 (HAVIP has no IPv6)",
    ),
    "no network": (
        {"subnet_cidr": "172.17.16.3/24"},
        "subnet_cidr: '172.17.16.3/24' is not an IPv4 CIDR such as 10.0.0.0/24, with its host bits "
        "clear",
    ),
    "a password that is too long": (
        {"vrrp_password": "much-too-long"},
        "vrrp_password: it has 13 bytes, and VRRP takes one to 8: shorten it, or leave it "
        "out to have one drawn",
    ),
    "a password of eight letters and nine bytes": (
        {"vrrp_password": "ärgerlic"},
        "vrrp_password: it has 9 bytes, and VRRP takes one to 8: shorten it, or leave it "
        "out to have one drawn",
    ),
    "a password that its file cannot hold": (
        {"vrrp_password": 'a"b', "vip": None},
        "vrrp_password: it is not printable text without double quotes and backslashes, which "
        "keepalived could not read: use letters and digits",
    ),
    "an interface with a label": (
        {"interface": "eth0:1", "vip": None},
        "interface: 'eth0:1' is not the name of an interface, such as eth0",
    ),
    "the loopback interface": (
        {"interface": "lo", "vip": None},
        "interface: 'lo' is not the name of an interface, such as eth0",
    ),
    "no services": ({"services": []}, "services: there are none: give one or more"),
    "a service without servers": (
        {"services": [{"name": "web", "port": 80, "servers": []}]},
        "services[0]: needs at least one server",
    ),
    "a machine without an address": (
        {"nodes": [{"name": "a"}, {"private_ip": "172.17.16.7"}]},
        "nodes[0].private_ip: a machine that is made needs its address beforehand, since its "
        "peer's files hold it: choose a free one of the subnet",
    ),
    "nothing to make machines of": (
        {"machine": None},
        "nodes[0].instance_id: it names no instance, and nothing says how to make one: give the "
        "id of one, or `machine`",
    ),
    "a misspelt property": (
        {"nodes": [{"privat_ip": "172.17.16.7"}, {"private_ip": "172.17.16.7"}]},
        "nodes[0]: 'privat_ip' is not a property of a node: use private_ip, instance_id, name",
    ),
    "two names": (
        {"nodes": [{"private_ip": f"172.17.16.{n}", "name": "a"} for n in (7, 13)]},
        "nodes: two are named 'a': give each its own name",
    ),
    "two EIPs": (
        {"eip": True, "eip_address": "198.18.0.2"},
        "eip_address: give it, or `eip` for a new one, not both",
    ),
    "an id that is none": (
        {"virtual_router_id": 300},
        "virtual_router_id: 300 is not a whole number from 1 to 255",
    ),
    "an interval that keepalived refuses": (
        {"advert_int": 0},
        "advert_int: 0 is not a whole number of seconds from 1 to 255",
    ),
    "time that does not pass": (
        {"settle_seconds": -1},
        "settle_seconds: -1 is not a whole number of seconds from 0 to 86400",
    ),
    "an interface that is none": (
        {"interface": "eth0; reboot"},
        "interface: 'eth0; reboot' is not the name of an interface, such as eth0",
    ),
    "an address in place of whether to make one": (
        {"eip": "198.18.0.2"},
        "eip: '198.18.0.2' is not True or False: an elastic IP that exists goes into `eip_address`",
    ),
    "a switch in text": (
        {"replace_nodes": "false"},
        "replace_nodes: 'false' is not True or False (text such as 'false' would count as true)",
    ),
    "one id in place of nodes": (
        {"nodes": "ins-00000001"},
        "nodes: 'ins-00000001' is not a list: give two nodes or more, each as the id of an "
        "instance that exists or by its properties",
    ),
    "a node that is none": (
        {"nodes": [7, {"private_ip": "172.17.16.7"}]},
        "nodes[0]: 7 is not a node: give the id of an instance that exists, or its properties, "
        "such as {'private_ip': '10.0.0.7'}",
    ),
    "a name that is none": (
        {"nodes": [{"private_ip": "172.17.16.7", "name": 7}, {"private_ip": "172.17.16.8"}]},
        "nodes[0].name: 7 is not text that is known beforehand, as a name must be",
    ),
    "a misspelt property of machines": (
        {"machine": {"imageid": "img-487zeit5"}},
        "machine: 'imageid' is not a property of a machine: use image_id, instance_type, zone, "
        "security_group_ids, key_ids, password, charge_type, system_disk_type, "
        "system_disk_size, placement_group_id",
    ),
    "a machine that lacks something": (
        {"machine": {"image_id": "img-487zeit5"}},
        "machine: it lacks instance_type, zone: a machine needs image_id, instance_type, zone",
    ),
    "a machine that is none": (
        {"machine": "S5.MEDIUM4"},
        "machine: it is of the type str, no mapping: a machine needs image_id, instance_type, zone",
    ),
    "two services of one name": (
        {"services": [{**WEB, "port": port} for port in (80, 81)]},
        "two services have the same name",
    ),
    "services that are no list": (
        {"services": "web"},
        "services: 'web' is not a list: give services, each with name, port and servers",
    ),
    "an instance that is not there": (
        {"nodes": [{"private_ip": "172.17.16.7"}, "ins-00000001"]},
        "nodes[1].instance_id: there is no ins-00000001 here: check the id and the region, or "
        "give its private_ip as well",
    ),
    "a check given as text": (
        {"check_associate": "false"},
        "check_associate: 'false' is not True or False (text such as 'false' would count as true)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_arguments_are_rejected_in_one_line(stage: Stage, case: str) -> None:
    changes, reason = REFUSED[case]
    given: Any = {
        "vip": "172.17.16.3",
        "nodes": stage.nodes,
        "machine": stage.machine,
        "services": [WEB],
    }
    error = stage.refused(lambda: LoadBalancerPair("lb", **stage.network(), **(given | changes)))
    assert error == f"LoadBalancerPair 'lb': {reason}"
    assert "much-too-long" not in stage.kept()
