"""The scripts over the SDK, as commands on the emulated cloud."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import havip
from havip.keepalived import lb_pair, render

if TYPE_CHECKING:
    from havip.emulator.http.controls import Control
    from tests.examples.conftest import RunScript

REGION = "ap-guangzhou"


class Site(NamedTuple):
    client: Any
    vpc: str
    subnet: str
    nodes: list[str]

    def havip(self, vip: str, **more: Any) -> Any:
        made = self.client.create_ha_vip(
            vpc_id=self.vpc, subnet_id=self.subnet, ha_vip_name=f"at {vip}", vip=vip, **more
        )
        return made.ha_vip.ha_vip_id

    def eip(self, ha_vip_id: str) -> Any:
        (id,) = self.client.allocate_addresses().address_set
        (row,) = self.client.describe_addresses(address_ids=[id]).address_set
        self.client.ha_vip_associate_address_ip(ha_vip_id=ha_vip_id, address_ip=row.address_ip)
        return row.address_ip

    def start(self, address: str, subnet: str | None = None) -> Any:
        network = {"VpcId": self.vpc, "SubnetId": subnet or self.subnet}
        (id,) = self.client.run_instances(
            placement={"Zone": f"{REGION}-3"},
            instance_type="S5.MEDIUM2",
            image_id="img-487zeit5",
            virtual_private_cloud={**network, "PrivateIpAddresses": [address]},
        ).instance_id_set
        return id

    def ordinary(self, node: str, address: str) -> Any:
        """Assign an ordinary secondary address to a node."""
        wanted = [{"Name": "attachment.instance-id", "Values": [node]}]
        (eni,) = self.client.describe_network_interfaces(filters=wanted).network_interface_set
        self.client.assign_private_ip_addresses(
            network_interface_id=eni.network_interface_id,
            private_ip_addresses=[{"PrivateIpAddress": address}],
        )
        return eni.network_interface_id

    def havips(self) -> dict[str, set[str]]:
        """Return the range of every HAVIP, by its address."""
        return {
            vip.vip: {member.instance_id for member in vip.ha_vip_association_set}
            for vip in self.client.describe_ha_vips().ha_vip_set
        }


@pytest.fixture
def site(control: Control) -> Site:
    client = havip.Client(REGION)
    vpc = client.create_vpc(vpc_name="there", cidr_block="172.17.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="there", cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
    ).subnet.subnet_id
    site = Site(client, vpc, subnet, [])
    site.nodes.extend(site.start(f"172.17.16.{last}") for last in (7, 13))
    return site


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "keepalived.conf"
    pair = lb_pair("172.17.16.3", ["172.17.16.7", "172.17.16.13"], auth_pass="1111")
    path.write_text(render(pair["172.17.16.7"]))
    return path


def test_inventory_lists_holders_ranges_and_eips(
    site: Site, script: RunScript, control: Control
) -> None:
    first = site.havip("172.17.16.3", check_associate=True)
    site.client.associate_ha_vip_instance(
        ha_vip_association_set=[{"HaVipId": first, "InstanceId": site.nodes[0]}]
    )
    eip = site.eip(first)
    second = site.havip("172.17.16.4")
    control.cloud.announce(site.nodes[0], first)
    code, out, _ = script("inventory", "--region", REGION)
    assert code == 0
    titles, *lines = (line.split() for line in out.splitlines())
    assert titles == ["REGION", "ID", "ADDRESS", "NAME", "HOLDER", "EIP", "RANGE"]
    rows = {line[1]: line for line in lines}
    assert rows[first][-3:] == [site.nodes[0], eip, site.nodes[0]]
    assert rows[second][-3:] == ["-", "-", "anybody"]
    _, out, _ = script("inventory", "--region", REGION, "--json")
    assert {row["id"]: row["holder"] for row in json.loads(out)} == {
        first: site.nodes[0],
        second: "",
    }


def test_inventory_pages_through_all(control: Control, script: RunScript) -> None:
    control.cloud.settings.quotas.havips_per_vpc = 200
    client = havip.Client(REGION)
    vpc = client.create_vpc(vpc_name="many", cidr_block="10.0.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="many", cidr_block="10.0.0.0/24", zone=f"{REGION}-3"
    ).subnet.subnet_id
    for _ in range(120):
        client.send(havip.api.CreateHaVip(vpc_id=vpc, subnet_id=subnet, ha_vip_name="one"))
    _, out, _ = script("inventory", "--region", REGION)
    assert len(out.splitlines()) == 121


def test_idle_eips_are_those_of_havips_without_a_holder(
    site: Site, script: RunScript, control: Control
) -> None:
    held, idle = site.havip("172.17.16.3"), site.havip("172.17.16.4")
    site.havip("172.17.16.5")
    site.eip(held)
    control.cloud.announce(site.nodes[0], held)
    assert script("idle_eips", "--region", REGION) == (0, "", "")
    eip = site.eip(idle)
    code, out, _ = script("idle_eips", "--region", REGION)
    assert code == 1
    assert out == (
        f"{REGION} {idle} 172.17.16.4 (at 172.17.16.4): nobody has ever held it, and {eip} is "
        f"billed; start keepalived on its nodes, or: havip eip unbind {idle}\n"
    )
    control.cloud.release(held)
    _, out, _ = script("idle_eips", "--region", REGION)
    assert f"{held} 172.17.16.3 (at 172.17.16.3): nobody holds it since 2" in out


def test_a_script_reports_a_failure_in_one_line(
    control: Control,
    script: RunScript,
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    control.configure(regions=("ap-tokyo",))
    for name, *arguments in (
        ("inventory", "--region", REGION),
        ("idle_eips", "--region", REGION),
        ("migrate_to_havip", str(config), "--region", REGION),
    ):
        code, out, err = script(name, *arguments)
        assert code != 0
        assert out == ""
        assert err.startswith(f"{name}: ")
        assert err.count("\n") == 1


def test_migration_prints_its_plan_and_carries_it_out(
    site: Site, script: RunScript, config: Path
) -> None:
    both = " and ".join(site.nodes)
    code, out, _ = script("migrate_to_havip", str(config), "--region", REGION, "--dry-run")
    assert (code, out) == (0, f"would make the HAVIP 172.17.16.3 for {both}\n")
    assert site.havips() == {}
    code, out, _ = script("migrate_to_havip", str(config), "--region", REGION)
    assert code == 0
    assert f"next: havip keepalived lint {config}" in out
    assert site.havips() == {"172.17.16.3": set(site.nodes)}
    code, out, _ = script("migrate_to_havip", str(config), "--region", REGION)
    assert out.startswith("nothing to do")


def test_migration_unassigns_an_ordinary_address_only_with_release(
    site: Site, script: RunScript, config: Path
) -> None:
    eni = site.ordinary(site.nodes[0], "172.17.16.3")
    code, _, err = script("migrate_to_havip", str(config), "--region", REGION)
    assert code == 1
    assert f"172.17.16.3 is an ordinary address of {eni}" in err
    assert "--release" in err
    assert site.havips() == {}
    code, out, _ = script("migrate_to_havip", str(config), "--region", REGION, "--release")
    assert code == 0
    assert out.startswith(f"take 172.17.16.3 off {eni}\n")
    assert site.havips() == {"172.17.16.3": set(site.nodes)}


def test_migration_completes_a_range(site: Site, script: RunScript, config: Path) -> None:
    id = site.havip("172.17.16.3", check_associate=True)
    _, out, _ = script("migrate_to_havip", str(config), "--region", REGION)
    both = " and ".join(site.nodes)
    assert out.startswith(f"let {both} into the range of {id} (172.17.16.3)\n")
    assert site.havips() == {"172.17.16.3": set(site.nodes)}


def refused(script: Any, config: Path, *more: str) -> str:
    code, _, err = script("migrate_to_havip", str(config), "--region", REGION, *more)
    assert code == 1
    return str(err)


def test_migration_refuses_what_it_cannot_do(site: Site, script: RunScript, tmp_path: Path) -> None:
    def write(vip: str, *nodes: str) -> Path:
        path = tmp_path / "keepalived.conf"
        path.write_text(render(lb_pair(vip, nodes, auth_pass="1111")[nodes[0]]))
        return path

    error = refused(script, write("172.17.16.3", "172.17.16.7", "172.17.16.99"))
    assert "172.17.16.99: no instance of the region has this address" in error
    other = site.client.create_subnet(
        vpc_id=site.vpc, subnet_name="other", cidr_block="172.17.17.0/24", zone=f"{REGION}-3"
    ).subnet.subnet_id
    site.start("172.17.17.7", other)
    error = refused(script, write("172.17.16.3", "172.17.16.7", "172.17.17.7"))
    assert "and a HAVIP moves within one subnet only" in error
    site.start("172.17.16.50")
    error = refused(script, write("172.17.16.50", "172.17.16.7", "172.17.16.13"))
    assert "172.17.16.50 is the primary address of eni-" in error
    path = tmp_path / "keepalived.conf"
    path.write_text("vrrp_instance VI_1 {\n  virtual_ipaddress {\n    172.17.16.3\n  }\n}\n")
    assert "multicast does not work in a VPC" in refused(script, path)
    path.write_text("global_defs {\n}\n")
    assert "no vrrp_instance floats an IPv4 address" in refused(script, path)
    assert "missing.conf" in refused(script, tmp_path / "missing.conf")
