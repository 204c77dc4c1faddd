"""Two database servers behind one HAVIP."""

import pulumi

import pulumi_havip as havip
from pulumi_havip.components import DatabaseFailoverCluster

vpc = havip.Vpc("db", cidr_block="172.17.0.0/16")
subnet = havip.Subnet("db", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3")
cluster = DatabaseFailoverCluster(
    "db",
    engine="mariadb",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip="172.17.16.3",
    nodes=[
        {"name": "db-a", "private_ip": "172.17.16.31"},
        {"name": "db-b", "private_ip": "172.17.16.32"},
    ],
    machine={"image_id": "img-487zeit5", "instance_type": "S5.LARGE8", "zone": subnet.zone},
    protect=False,
)
pulumi.export("address", cluster.address)
