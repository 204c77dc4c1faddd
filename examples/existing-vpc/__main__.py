"""A HAVIP and the set-up of load balancers for an existing network and existing machines."""

import pulumi

from pulumi_havip.components import LoadBalancerPair

config = pulumi.Config()
servers = [
    {"name": f"web{number}", "address": address, "port": 8080}
    for number, address in enumerate(config.require_object("backends"), 1)
]
pair = LoadBalancerPair(
    "lb",
    name="existing-vpc",
    vpc_id=config.require("vpcId"),
    subnet_id=config.require("subnetId"),
    vip=config.require("address"),
    nodes=config.require_object("instanceIds"),
    services=[{"name": "web", "port": 80, "servers": servers}],
    vrrp_password=config.get_secret("vrrpPassword"),
    opts=pulumi.ResourceOptions(protect=config.require_bool("protect")),
)

pulumi.export("address", pair.address)
pulumi.export("nodes", pair.instance_ids)
pulumi.export("health", pair.health_command)
pulumi.export("files", pair.files)
pulumi.export("userData", pair.user_data)
