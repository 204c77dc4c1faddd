"""Programs of whole pairs: literals of dictionaries are checked, and outputs fit where they go."""

from __future__ import annotations

import pulumi

import pulumi_havip as havip
from pulumi_havip.components import DatabaseFailoverCluster, LoadBalancerPair, NodeArgs, Password

vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3")

pair = LoadBalancerPair(
    "web",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip="172.17.16.3",
    nodes=[{"private_ip": "172.17.16.7"}, {"private_ip": "172.17.16.13", "name": "second"}],
    machine={"image_id": "img-1a2b3c4d", "instance_type": "S5.MEDIUM4", "zone": subnet.zone},
    services=[
        {
            "name": "web",
            "port": 80,
            "servers": [{"name": "web1", "address": "172.17.16.21", "port": 8080}],
        }
    ],
    vrrp_password=Password("vrrp", length=8).value,
)
address: pulumi.Output[str] = pair.address
files: pulumi.Output[dict[str, dict[str, str]]] = pair.files

machines = [
    havip.Instance(
        name,
        zone=subnet.zone,
        instance_type="S5.LARGE8",
        image_id="img-1a2b3c4d",
        vpc_id=vpc.id,
        subnet_id=subnet.id,
    )
    for name in ("db-a", "db-b")
]
given: list[NodeArgs] = [
    {"instance_id": machine.id, "private_ip": machine.private_ip} for machine in machines
]
cluster = DatabaseFailoverCluster(
    "db",
    engine="postgresql",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    nodes=given,
    witness={"private_ip": "172.17.16.9", "instance_type": "S5.SMALL1"},
)
connection: pulumi.Output[str] = cluster.connection_string

DatabaseFailoverCluster(
    "ids",
    engine="mariadb",
    vpc_id="vpc-1a2b3c4d",
    subnet_id="subnet-1a2b3c4d",
    nodes=["ins-1a2b3c4d", machines[0].id],
    witness="ins-9z8y7x6w",
)
DatabaseFailoverCluster(
    "unknown",
    engine="oracle",  # type: ignore[arg-type]
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    nodes=["ins-1a2b3c4d", "ins-5e6f7g8h"],
)
LoadBalancerPair(
    "misspelt",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    nodes=[{"privat_ip": "172.17.16.7"}, "ins-1a2b3c4d"],  # type: ignore[list-item]
    services=[{"name": "web", "port": 80}],  # type: ignore[list-item]
)
