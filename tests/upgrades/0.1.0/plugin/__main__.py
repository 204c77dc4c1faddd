"""The native plugin's resources, as another language or YAML would declare them."""

import pulumi


class Native(pulumi.CustomResource):
    """A resource of the plugin."""

    def __init__(self, kind, name, outputs=(), **props):
        super().__init__(f"havip:index:{kind}", name, props | dict.fromkeys(outputs))


vpc = Native("Vpc", "vpc", cidrBlock="172.17.0.0/16")
subnet = Native("Subnet", "subnet", vpcId=vpc.id, cidrBlock="172.17.16.0/24", zone="ap-guangzhou-3")
Native("HaVip", "web", vpcId=vpc.id, subnetId=subnet.id, vip="172.17.16.200", tags={"Env_x": "y"})
Native("Eip", "eip")
