"""Two routers behind one HAVIP, the next hop of a route of the subnet."""

import pulumi

import pulumi_havip as havip
from havip.keepalived import VrrpScript, lb_pair, router_id
from havip.keepalived.nodes.node import keepalived_file
from havip.keepalived.nodes.setup import NodeFile, NodeSetup, user_data
from pulumi_havip.components import Password

config = pulumi.Config()
safe = pulumi.ResourceOptions(protect=config.require_bool("protect"))
routers = {"router-a": "172.17.16.7", "router-b": "172.17.16.13"}
# A router that does not forward must release the address.
forwards = VrrpScript(
    name="checkforward",
    script="/usr/bin/grep -qx 1 /proc/sys/net/ipv4/ip_forward",
    interval=1,
    fall=2,
    rise=1,
)

vpc = havip.Vpc("net", name="havip-route", cidr_block="172.17.0.0/16")
subnet = havip.Subnet(
    "net",
    name="havip-route",
    vpc_id=vpc.id,
    cidr_block="172.17.16.0/24",
    zone=config.require("zone"),
)
password = Password("vrrp", length=8)


def set_up(name: str) -> pulumi.Output[str]:
    """Build the user data of a router; a secret, since it contains the password."""

    def render(auth_pass: str) -> str:
        vip, own = config.require("address"), routers[name]
        pair = lb_pair(
            vip,
            list(routers.values()),
            auth_pass=auth_pass,
            virtual_router_id=router_id(vip),
            check=forwards,
        )
        sysctl = NodeFile(path="/etc/sysctl.d/90-router.conf", content="net.ipv4.ip_forward = 1\n")
        return user_data(
            NodeSetup(
                packages=("keepalived",),
                files=(keepalived_file(pair[own]), sysctl),
                commands=(("sysctl", "--system"),),
                services=("keepalived",),
            )
        )

    return password.value.apply(render)


apart = havip.PlacementGroup("routers", name="havip-route")
machines = [
    havip.Instance(
        name,
        image_id=config.require("image"),
        instance_type="S5.MEDIUM4",
        zone=subnet.zone,
        vpc_id=vpc.id,
        subnet_id=subnet.id,
        private_ip=private_ip,
        placement_group_ids=[apart.id],
        user_data=set_up(name),
        opts=safe,
    )
    for name, private_ip in routers.items()
]
floating = havip.HaVip(
    "gateway",
    name="havip-route",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip=config.require("address"),
    check_associate=True,
    associations=[machine.id for machine in machines],
    opts=safe,
)
route = havip.RouteEntry(
    "out",
    route_table_id=subnet.route_table_id,
    destination_cidr_block=config.require("destination"),
    gateway_type="HAVIP",
    gateway_id=floating.id,
    description="by whichever router holds the HAVIP",
    opts=safe,
)

pulumi.export("address", floating.vip)
pulumi.export("routeTable", subnet.route_table_id)
pulumi.export("route", route.destination_cidr_block)
