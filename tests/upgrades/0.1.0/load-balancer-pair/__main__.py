"""Two load balancers behind one HAVIP that has a public address."""

import pulumi

import pulumi_havip as havip
from pulumi_havip.components import LoadBalancerPair

vpc = havip.Vpc("lb", cidr_block="172.17.0.0/16")
subnet = havip.Subnet("lb", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3")
pair = LoadBalancerPair(
    "lb",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip="172.17.16.3",
    nodes=[
        {"name": "lb-a", "private_ip": "172.17.16.7"},
        {"name": "lb-b", "private_ip": "172.17.16.13"},
    ],
    machine={"image_id": "img-487zeit5", "instance_type": "S5.MEDIUM4", "zone": subnet.zone},
    services=[
        {
            "name": "web",
            "port": 80,
            "servers": [{"name": "web1", "address": "172.17.16.21", "port": 8080}],
        }
    ],
    eip=True,
    virtual_router_id=51,
)
pulumi.export("address", pair.address)
