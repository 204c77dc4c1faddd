"""The pair in an existing network, on an emulated cloud.

Needs no account: `pip install pytest`, then `pytest` in this folder.
"""

import json
from pathlib import Path

import havip
from havip.api import Placement, VirtualPrivateCloud
from havip.testing import StackFactory

HERE = Path(__file__).parent


def test_the_machines_stay_when_the_stack_goes(
    havip_client: havip.Client, havip_stack: StackFactory
) -> None:
    vpc, subnet, machines = network(havip_client)
    config = {
        "vpcId": vpc,
        "subnetId": subnet,
        "instanceIds": json.dumps(machines),
        "address": "172.17.16.100",
        "backends": '["172.17.16.21"]',
    }
    stack = havip_stack(HERE, config=config)
    (floating,) = havip_client.describe_ha_vips().ha_vip_set
    assert {one.instance_id for one in floating.ha_vip_association_set} == set(machines)
    stack.assert_no_drift()
    stack.config["protect"] = "false"
    stack.up()
    stack.assert_clean_destroy()
    assert havip_client.describe_instances().total_count == 2


def network(client: havip.Client) -> tuple[str, str, list[str]]:
    """Create the existing network; return the ids of the VPC, the subnet and the machines."""
    zone = "ap-guangzhou-3"
    vpc = client.create_vpc(vpc_name="net", cidr_block="172.17.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="net", cidr_block="172.17.16.0/24", zone=zone
    ).subnet.subnet_id
    machines = client.run_instances(
        placement=Placement(zone=zone),
        image_id="img-487zeit5",
        virtual_private_cloud=VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet),
        instance_count=2,
    ).instance_id_set
    return vpc, subnet, machines
