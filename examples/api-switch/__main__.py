"""Two web servers that share an ordinary address, moved by an API call instead of a HAVIP."""

import pulumi

import pulumi_havip as havip
from havip.keepalived import NGINX_CHECK, lb_pair, router_id
from havip.keepalived.nodes.node import keepalived_file
from havip.keepalived.nodes.scripts import NOTIFY_SWITCH, script
from havip.keepalived.nodes.setup import NodeFile, NodeSetup, user_data
from pulumi_havip.components import Password

config = pulumi.Config()
address = config.require("address")
source = config.require("havipSource")
region = pulumi.Config("havip").require("region")
nodes = {"web-a": "172.17.16.7", "web-b": "172.17.16.13"}
home = "/opt/havip"
# The nodes have no keys; they use the credentials of their instance's role.
settings = f"TENCENTCLOUD_REGION={region}\nHAVIP_COMMAND={home}/bin/havip\n"

vpc = havip.Vpc("net", name="api-switch", cidr_block="172.17.0.0/16")
subnet = havip.Subnet(
    "net",
    name="api-switch",
    vpc_id=vpc.id,
    cidr_block="172.17.16.0/24",
    zone=config.require("zone"),
)
password = Password("vrrp", length=8)


def set_up(name: str) -> pulumi.Output[str]:
    """Build the user data of a node: the new master calls the API for the address."""

    def render(auth_pass: str) -> str:
        pair = lb_pair(
            address,
            list(nodes.values()),
            auth_pass=auth_pass,
            virtual_router_id=router_id(address),
            check=NGINX_CHECK,
            # On every change of state, and after a short loss of VRRP without a change of state.
            notify=f"{NOTIFY_SWITCH} {address}",
        )
        return user_data(
            NodeSetup(
                packages=("keepalived", "nginx", "psmisc", "python3-venv"),
                files=(
                    keepalived_file(pair[nodes[name]]),
                    script(NOTIFY_SWITCH),
                    NodeFile(path="/etc/keepalived/switch.env", content=settings),
                ),
                commands=(
                    ("python3", "-m", "venv", home),
                    (f"{home}/bin/pip", "install", f"havip[cli] @ {source}"),
                ),
                services=("nginx", "keepalived"),
            )
        )

    return password.value.apply(render)


apart = havip.PlacementGroup("web", name="api-switch")
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
        cam_role_name=config.require("role"),
        user_data=set_up(name),
        opts=pulumi.ResourceOptions(protect=config.require_bool("protect")),
    )
    for name, private_ip in nodes.items()
]

pulumi.export("address", address)
pulumi.export("first", machines[0].id)
pulumi.export("second", machines[1].id)
