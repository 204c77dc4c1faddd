"""Two load balancers behind one HAVIP that has a public address."""

import pulumi

import pulumi_havip as havip
from pulumi_havip.components import LoadBalancerPair

config = pulumi.Config()

vpc = havip.Vpc("lb", name="lb-ha-pair", cidr_block="172.17.0.0/16")
subnet = havip.Subnet(
    "lb",
    name="lb-ha-pair",
    vpc_id=vpc.id,
    cidr_block="172.17.16.0/24",
    zone=config.require("zone"),
)
pair = LoadBalancerPair(
    "lb",
    name=config.require("havipName"),
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip=config.require("address"),
    nodes=[
        {"name": "lb-a", "private_ip": "172.17.16.7"},
        {"name": "lb-b", "private_ip": "172.17.16.13"},
    ],
    machine={
        "image_id": config.require("image"),
        "instance_type": "S5.MEDIUM4",
        "zone": subnet.zone,
    },
    services=[
        {
            "name": "web",
            "port": 80,
            "servers": [
                {"name": "web1", "address": "172.17.16.21", "port": 8080},
                {"name": "web2", "address": "172.17.16.22", "port": 8080},
            ],
        }
    ],
    eip=True,
    virtual_router_id=51,
    vrrp_password=config.get_secret("vrrpPassword"),
    opts=pulumi.ResourceOptions(protect=config.require_bool("protect")),
)

pulumi.export("address", pair.address)
pulumi.export("publicAddress", pair.public_address)
pulumi.export("health", pair.health_command)
pulumi.export("keepalived", pair.keepalived)
pulumi.export("files", pair.files)
