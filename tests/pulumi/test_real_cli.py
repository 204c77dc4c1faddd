"""The provider under the real Pulumi CLI, against the emulator's own process."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from havip import api

if TYPE_CHECKING:
    from tests.pulumi.conftest import Cli

pytestmark = [
    pytest.mark.soak,
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"),
]

DYNAMIC = """
import pulumi
import pulumi_havip as havip

config = pulumi.Config()
vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3")
nodes = [
    havip.Instance(
        name,
        zone="ap-guangzhou-3",
        instance_type="S5.MEDIUM2",
        image_id="img-487zeit5",
        vpc_id=vpc.id,
        subnet_id=subnet.id,
        private_ip=address,
        password="Sup3r-S3cret",
        user_data=pulumi.Output.secret("hush-hush"),
    )
    for name, address in (("a", "172.17.16.7"), ("b", "172.17.16.13"))
]
address = havip.HaVip(
    "web",
    vpc_id=vpc.id,
    subnet_id=subnet.id,
    vip=config.get("vip") or "172.17.16.3",
    check_associate=True,
    associations=[node.id for node in nodes],
)
public = havip.Eip("web")
havip.HaVipEipAttachment("web", ha_vip_id=address.id, address_ip=public.public_ip)
havip.RouteEntry(
    "office",
    route_table_id=subnet.route_table_id,
    destination_cidr_block="192.0.2.0/24",
    gateway_id=address.id,
)
pulumi.export("vip", address.vip)
pulumi.export("found", havip.get_ha_vip_output(id=address.id).state)
"""

NATIVE = """
import pulumi


class Native(pulumi.CustomResource):
    def __init__(self, kind, name, **props):
        super().__init__(f"havip:index:{kind}", name, props)


config = pulumi.Config()
Native(
    "HaVip",
    "web",
    vpcId=config.require("vpc"),
    subnetId=config.require("subnet"),
    vip="172.17.16.3",
    adopt=config.get("adopt"),
    tags={"Env_x": "y"},
)
"""


def havips(cli: Cli) -> list[Any]:
    """List the HAVIPs of the cloud."""
    return list(cli.client.send(api.DescribeHaVips()).ha_vip_set)


def test_a_dynamic_stack_goes_through_its_life_cycle(cli: Cli) -> None:
    stack = cli.project("dynamic", DYNAMIC)
    stack.up()
    stack.unchanged()
    for secret in ("Sup3r-S3cret", "hush-hush", "AKIDEXAMPLE", "SECRETEXAMPLE"):
        assert secret not in stack.state()
    # Behind its back: renamed, and a member of the range taken out.
    [havip_] = havips(cli)
    cli.client.send(api.ModifyHaVipAttribute(ha_vip_id=havip_.ha_vip_id, ha_vip_name="x"))
    gone = havip_.ha_vip_association_set[:1]
    cli.client.send(api.DisassociateHaVipInstance(ha_vip_association_set=gone))
    assert "1 updated" in stack.run("refresh", "--yes")
    for secret in ("Sup3r-S3cret", "hush-hush"):
        assert secret not in stack.state()
    assert "1 updated" in stack.up()
    [havip_] = havips(cli)
    assert (havip_.ha_vip_name, len(havip_.ha_vip_association_set)) == ("web", 2)
    # Another address: the HAVIP and what hangs on it are replaced.
    stack.run("config", "set", "vip", "172.17.16.4")
    text = stack.up()
    assert "2 replaced" in text
    assert "1 updated" in text  # the route, in place
    assert [row.vip for row in havips(cli)] == ["172.17.16.4"]
    # Deleted behind its back: made again.
    [havip_] = havips(cli)
    table, _, destination = stack.ids()["RouteEntry"].partition("#")
    hop: Any = {"gateway_type": "HAVIP", "gateway_id": havip_.ha_vip_id}
    route = api.Route(destination_cidr_block=destination, **hop)
    cli.client.send(api.DeleteRoutes(route_table_id=table, routes=[route]))
    cli.client.ha_vip_disassociate_address_ip(ha_vip_id=havip_.ha_vip_id)
    cli.client.delete_ha_vip(ha_vip_id=havip_.ha_vip_id)
    stack.run("refresh", "--yes")
    stack.up()
    stack.unchanged()
    stack.run("destroy", "--yes")
    assert havips(cli) == []
    assert cli.client.send(api.DescribeVpcs()).vpc_set == []


def test_a_targeted_replacement_makes_another_one(cli: Cli) -> None:
    stack = cli.project("dynamic", DYNAMIC)
    stack.up()
    [before] = havips(cli)
    urn = "urn:pulumi:dev::dynamic::pulumi-python:dynamic/havip:Eip::web"
    old = stack.ids()["Eip"]
    stack.run("up", "--yes", "--skip-preview", "--target-replace", urn, "--target-dependents")
    assert stack.ids()["Eip"] != old
    [after] = havips(cli)
    assert after.ha_vip_id == before.ha_vip_id
    assert after.address_ip != before.address_ip
    stack.run("destroy", "--yes")


def test_an_error_is_one_line_without_a_traceback_of_ours(cli: Cli) -> None:
    program = """
    import pulumi_havip as havip

    havip.HaVip("web", vpc_id="vpc-1a2b3c4d", subnet_id="subnet-1a2b3c4d")
    """
    text = cli.project("errors", program).run("up", "--yes", "--skip-preview", ok=False)
    [line] = {line.strip() for line in text.splitlines() if line.startswith("    error: havip")}
    assert line.startswith("error: havip.Error: CreateHaVip: ResourceNotFound: The VPC")
    assert "(request id " in line
    assert "pulumi_havip/" not in text


def test_a_havip_moves_to_the_native_plugin_and_is_imported(cli: Cli) -> None:
    dynamic = cli.project("dynamic", DYNAMIC)
    dynamic.up()
    ids = dynamic.ids()
    urn = "urn:pulumi:dev::dynamic::pulumi-python:dynamic/havip:HaVip::web"
    native = cli.project("native", NATIVE)
    for key in ("Vpc", "Subnet"):
        native.run("config", "set", key.lower(), ids[key])
    native.run("config", "set", "adopt", ids["HaVip"])
    dynamic.run("state", "delete", urn, "--yes", "--force", "--target-dependents")
    refused = native.run("up", "--yes", "--skip-preview", ok=False)
    assert "has checkAssociate True, which cannot be changed" in refused
    program = native.folder / "__main__.py"
    program.write_text(program.read_text().replace("tags=", "checkAssociate=True,\n    tags="))
    native.up()
    native.unchanged()
    assert native.ids()["HaVip"] == ids["HaVip"]
    text = native.run("import", "havip:index:Vpc", "imported", ids["Vpc"], "--yes")
    assert 'cidr_block="172.17.0.0/16"' in text
    absent = native.run("import", "havip:index:Vpc", "absent", "vpc-zzzzzzzz", "--yes", ok=False)
    assert "does not exist" in absent


def test_the_schema_passes_pulumis_own_check(cli: Cli) -> None:
    stack = cli.project("schema", "")
    file = cli.folder / "schema.json"
    file.write_text(
        stack.run("package", "get-schema", str(cli.folder / "bin/pulumi-resource-havip"))
    )
    stack.run("schema", "check", str(file))
