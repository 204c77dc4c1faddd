"""A PostgreSQL primary and its standby behind one HAVIP, and a witness for the quorum."""

import pulumi

import pulumi_havip as havip
from pulumi_havip.components import DatabaseFailoverCluster

config = pulumi.Config()

vpc = havip.Vpc("db", name="db-postgresql", cidr_block="172.17.0.0/16")
subnet = havip.Subnet(
    "db",
    name="db-postgresql",
    vpc_id=vpc.id,
    cidr_block="172.17.16.0/24",
    zone=config.require("zone"),
)
cluster = DatabaseFailoverCluster(
    "db",
    engine="postgresql",
    name="db-postgresql",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip=config.require("address"),
    nodes=[
        {"name": "db-a", "private_ip": "172.17.16.31"},
        {"name": "db-b", "private_ip": "172.17.16.32"},
    ],
    witness={"name": "db-c", "private_ip": "172.17.16.33", "instance_type": "S5.SMALL1"},
    machine={
        "image_id": config.require("image"),
        "instance_type": "S5.LARGE8",
        "zone": subnet.zone,
        "system_disk_size": 100,
    },
    synchronous=config.require_bool("synchronous"),
    version=config.require_int("version"),
    clients="172.17.0.0/16",
    protect=config.require_bool("protect"),
)

pulumi.export("address", cluster.address)
pulumi.export("connection", cluster.connection_string)
pulumi.export("health", cluster.health_command)
pulumi.export("files", cluster.files)
