"""Every resource type once, and what a state may hold beside them."""

import pulumi

import pulumi_havip as havip

zone = "ap-guangzhou-3"
vpc = havip.Vpc("vpc", cidr_block="172.17.0.0/16", tags={"team": "net"})
subnet = havip.Subnet("subnet", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone)
inside = {"vpc_id": vpc.id, "subnet_id": subnet.id}
machine = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5", "zone": zone, **inside}
group = havip.PlacementGroup("group")
a, b = (
    havip.Instance(
        name,
        placement_group_ids=[group.id],
        password=pulumi.Output.secret("Sup3r-S3cret"),
        user_data="#!/bin/sh\ntrue\n",
        **machine,
    )
    for name in ("a", "b")
)
havip.NetworkInterface("eni", instance_id=a.id, **inside)
web = havip.HaVip("web", vip="172.17.16.200", associations=[a.id], check_associate=True, **inside)
db = havip.HaVip("db", **inside)
havip.HaVipInstanceAttachment("member", ha_vip_id=db.id, instance_id=b.id)
eip = havip.Eip("eip")
havip.HaVipEipAttachment("bound", ha_vip_id=web.id, address_ip=eip.public_ip)
havip.RouteEntry(
    "route",
    route_table_id=subnet.route_table_id,
    destination_cidr_block="192.0.2.0/24",
    gateway_id=web.id,
)


class Group(pulumi.ComponentResource):
    """A component of the program's own, with a child."""

    def __init__(self) -> None:
        super().__init__("app:index:Group", "own")
        inner = havip.HaVip("inner", opts=pulumi.ResourceOptions(parent=self), **inside)
        self.register_outputs({"vip": inner.vip})


Group()
pulumi.export("vip", web.vip)
pulumi.export("secret", pulumi.Output.secret("hush"))
