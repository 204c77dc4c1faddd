"""Two load balancers behind one HAVIP that has a public address."""

import pulumi
from havip.keepalived import load_balancer_pair, render

import pulumi_havip as havip

config = pulumi.Config()
address = config.get("address") or "172.17.16.3"
zone = config.get("zone") or "ap-guangzhou-3"
image = config.get("image") or "img-487zeit5"
nodes = {"lb-a": "172.17.16.7", "lb-b": "172.17.16.13"}

vpc = havip.Vpc("lb", name="lb-ha-pair", cidr_block="172.17.0.0/16")
subnet = havip.Subnet(
    "lb", name="lb-ha-pair", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone
)
instances = [
    havip.Instance(
        name,
        name=name,
        image_id=image,
        instance_type="S5.MEDIUM4",
        zone=zone,
        vpc_id=vpc.id,
        subnet_id=subnet.id,
        private_ip=private_ip,
    )
    for name, private_ip in nodes.items()
]

floating = havip.HaVip(
    "lb",
    name=config.get("havipName") or "lb-ha-pair",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip=address,
    check_associate=True,
    associations=[{"instance_id": instance.id} for instance in instances],
)
public = havip.Eip("lb", name="lb-ha-pair")
havip.HaVipEipAttachment("lb", ha_vip_id=floating.id, address_ip=public.address_ip)


def keepalived_files(settings: list[str]) -> dict[str, str]:
    """Render the keepalived.conf of both nodes."""
    vip, password = settings
    pair = load_balancer_pair(vip, nodes, password=password)
    return {name: render(node) for name, node in pair.items()}


pulumi.export("address", floating.vip)
pulumi.export("publicAddress", public.address_ip)
pulumi.export(
    "keepalived",
    pulumi.Output.all(floating.vip, config.require_secret("vrrpPassword")).apply(keepalived_files),
)
