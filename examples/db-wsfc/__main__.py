"""Two Windows machines, and the HAVIP of their failover cluster's database role."""

import pulumi

import pulumi_havip as havip
from havip.keepalived.nodes.wsfc import wsfc_command, wsfc_steps

config = pulumi.Config()
cidr = "172.17.16.0/24"
address = config.require("address")
role = config.require("role")
nodes = {"sql-a": "172.17.16.41", "sql-b": "172.17.16.42"}
safe = pulumi.ResourceOptions(protect=config.require_bool("protect"))

vpc = havip.Vpc("db", name="db-wsfc", cidr_block="172.17.0.0/16")
subnet = havip.Subnet(
    "db", name="db-wsfc", vpc_id=vpc.id, cidr_block=cidr, zone=config.require("zone")
)
apart = havip.PlacementGroup("db", name="db-wsfc")
machines = [
    havip.Instance(
        name,
        image_id=config.require("image"),
        instance_type="S5.LARGE8",
        zone=subnet.zone,
        vpc_id=vpc.id,
        subnet_id=subnet.id,
        private_ip=private_ip,
        placement_group_ids=[apart.id],
        password=config.require_secret("password"),
        system_disk_size=100,
        opts=safe,
    )
    for name, private_ip in nodes.items()
]
floating = havip.HaVip(
    "db",
    name="db-wsfc",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip=address,
    check_associate=True,
    associations=[machine.id for machine in machines],
    opts=safe,
)

pulumi.export("address", floating.vip)
pulumi.export("haVipId", floating.id)
pulumi.export("command", wsfc_command(address, cidr, role))
pulumi.export("steps", wsfc_steps(address, cidr, role))
