"""Two load balancers behind one HAVIP that has a public address."""

import pulumi

import pulumi_havip as havip
from havip.keepalived import lb_pair, render

config = pulumi.Config()
nodes = {"lb-a": "172.17.16.7", "lb-b": "172.17.16.13"}

vpc = havip.Vpc("lb", name="lb-ha-pair", cidr_block="172.17.0.0/16")
subnet = havip.Subnet(
    "lb",
    name="lb-ha-pair",
    vpc_id=vpc.id,
    cidr_block="172.17.16.0/24",
    zone=config.get("zone") or "ap-guangzhou-3",
)
instances = [
    havip.Instance(
        name,
        name=name,
        image_id=config.get("image") or "img-487zeit5",
        instance_type="S5.MEDIUM4",
        zone=subnet.zone,
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
    vip=config.get("address") or "172.17.16.3",
    check_associate=True,
    associations=[instance.id for instance in instances],
)
public = havip.Eip("lb", name="lb-ha-pair")
havip.HaVipEipAttachment("lb", ha_vip_id=floating.id, address_ip=public.public_ip)


def keepalived_files(known: tuple[str, str]) -> dict[str, str]:
    """Render the keepalived.conf of each node."""
    address, password = known
    pair = lb_pair(address, list(nodes.values()), auth_pass=password)
    return {name: render(pair[private_ip]) for name, private_ip in nodes.items()}


pulumi.export("address", floating.vip)
pulumi.export("publicAddress", public.public_ip)
pulumi.export(
    "keepalived",
    pulumi.Output.all(floating.vip, config.require_secret("vrrpPassword")).apply(keepalived_files),
)
