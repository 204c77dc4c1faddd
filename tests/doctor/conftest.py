"""A healthy pair on the emulator, and a node whose facts are set by a test."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import havip
from havip import Credentials, api
from havip.doctor import Finding, Link, ProbeError, Report, diagnose
from havip.emulator.http.controls import Control
from havip.emulator.mock import mock_havip
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.emulator.state.settings import Settings
from havip.keepalived import lb_pair, render

REGION = "ap-guangzhou"
KEY = Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)


@dataclass
class Node:
    """A machine whose facts are set by a test."""

    id: str = "ins-unknown1"
    interfaces: list[Link] = field(default_factory=list)
    runs: bool = True
    conf: str | None = None
    leaves: frozenset[str] = frozenset({"eth0"})
    kept: tuple[str, ...] = ("vim",)
    fails: dict[str, str] = field(default_factory=dict)
    """Reasons why it cannot answer, by the name of the question."""
    listened: list[float] = field(default_factory=list)

    def _check(self, question: str) -> None:
        if question in self.fails:
            raise ProbeError(self.fails[question])

    def instance_id(self) -> str:
        self._check("instance_id")
        return self.id

    def links(self) -> list[Link]:
        self._check("links")
        return self.interfaces

    def keepalived_runs(self) -> bool:
        self._check("keepalived_runs")
        return self.runs

    def config(self) -> str | None:
        self._check("config")
        return self.conf

    def held(self) -> tuple[str, ...]:
        return self.kept

    def announced(self, vip: str, seconds: float) -> frozenset[str]:
        self._check("announced")
        self.listened.append(seconds)
        return self.leaves


@dataclass
class Ward:
    """A healthy pair behind a HAVIP; tests break it."""

    control: Control
    client: havip.Client
    vip: str = ""
    nodes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        made = self.client.create_vpc(vpc_name="v", cidr_block="172.17.0.0/16")
        self.vpc = made.vpc.vpc_id
        self.subnet = self.make_subnet("172.17.16.0/24")
        self.group = self.client.create_disaster_recover_group(
            name="spread", type="HOST"
        ).disaster_recover_group_id
        for address in ("172.17.16.7", "172.17.16.13"):
            self.nodes.append(self.machine(address))
        self.vip = self.havip("172.17.16.3", self.nodes)
        self.take(self.nodes[0])

    def make_subnet(self, block: str, vpc: str | None = None) -> str:
        return self.client.create_subnet(
            vpc_id=vpc or self.vpc, subnet_name="s", cidr_block=block, zone=f"{REGION}-3"
        ).subnet.subnet_id

    def machine(
        self,
        address: str,
        subnet: str | None = None,
        vpc: str | None = None,
        *,
        spread: bool = True,
        groups: Sequence[str] = (),
    ) -> str:
        (made,) = self.client.run_instances(
            placement=api.Placement(zone=f"{REGION}-3"),
            image_id="img-1a2b3c4d",
            virtual_private_cloud=api.VirtualPrivateCloud(
                vpc_id=vpc or self.vpc,
                subnet_id=subnet or self.subnet,
                private_ip_addresses=[address],
            ),
            disaster_recover_group_ids=[self.group] if spread else None,
            security_group_ids=list(groups) or None,
        ).instance_id_set
        return made

    def havip(
        self, vip: str | None, members: Sequence[str], *, check: bool = True, vpc: str = ""
    ) -> str:
        subnet = self.make_subnet("172.17.16.0/24", vpc) if vpc else self.subnet
        return self.client.create_ha_vip(
            vpc_id=vpc or self.vpc,
            subnet_id=subnet,
            ha_vip_name="web",
            vip=vip,
            check_associate=check,
            ha_vip_association_set=[
                api.HaVipAssociation(
                    instance_id=one, instance_type="ENI" if one.startswith("eni-") else "CVM"
                )
                for one in members
            ]
            or None,
        ).ha_vip.ha_vip_id

    def take(self, node: str, vip: str | None = None) -> None:
        assert self.control.cloud.announce(node, vip or self.vip).accepted

    def read(self, vip: str | None = None) -> api.HaVip:
        return self.client.describe_ha_vips(ha_vip_ids=[vip or self.vip]).ha_vip_set[0]

    def eni(self, node: str) -> api.NetworkInterface:
        filters = [api.Filter(name="attachment.instance-id", values=[node])]
        return self.client.describe_network_interfaces(filters=filters).network_interface_set[0]

    def secondary(self, node: str = "", subnet: str | None = None) -> str:
        made = self.client.create_network_interface(
            vpc_id=self.vpc, subnet_id=subnet or self.subnet, network_interface_name="eth1"
        ).network_interface.network_interface_id
        if node:
            self.client.attach_network_interface(network_interface_id=made, instance_id=node)
        return made

    def security(
        self,
        ingress: Sequence[api.SecurityGroupPolicy],
        egress: Sequence[api.SecurityGroupPolicy] | None = None,
    ) -> str:
        """Create a security group; it allows all egress unless given other policies."""
        group = self.client.create_security_group(
            group_name="g", group_description="d"
        ).security_group.security_group_id
        out = [policy("ALL", "0.0.0.0/0")] if egress is None else list(egress)
        for policies in (
            api.SecurityGroupPolicySet(ingress=list(ingress)) if ingress else None,
            api.SecurityGroupPolicySet(egress=out) if out else None,
        ):
            if policies:
                self.client.create_security_group_policies(
                    security_group_id=group, security_group_policy_set=policies
                )
        return group

    def guard(self, node: str, *groups: str) -> None:
        """Set the security groups of a machine's interface to these alone."""
        self.client.modify_network_interface_attribute(
            network_interface_id=self.eni(node).network_interface_id,
            security_group_ids=list(groups),
        )

    def diagnose(self, *vips: str, **given: Any) -> Report:
        given = {"node": False, **given}
        self.control.requests.clear()
        return diagnose(self.client, [self.read(vip) for vip in vips or (self.vip,)], **given)

    def found(self, check: str, **given: Any) -> list[Finding]:
        """Run the diagnosis and return the findings of one check."""
        return [one for one in self.diagnose(**given).findings if one.rule == check]

    def node(self, number: int = 0, **changes: Any) -> Node:
        """Create a healthy machine of the pair; the first one is the master."""
        addresses = ["172.17.16.7", "172.17.16.13"]
        own = (addresses[number], *(["172.17.16.3"] if number == 0 else []))
        config = lb_pair("172.17.16.3", addresses, auth_pass="f7Kq2xZ9")[addresses[number]]
        mac = self.eni(self.nodes[number]).mac_address
        given: dict[str, Any] = {
            "id": self.nodes[number],
            "interfaces": [
                Link("lo", "00:00:00:00:00:00", True, ("127.0.0.1",)),
                Link("eth0", mac, True, own),
            ],
            "conf": render(config),
            **changes,
        }
        return Node(**given)


def policy(protocol: str, cidr: str) -> api.SecurityGroupPolicy:
    """Build a policy of a security group."""
    return api.SecurityGroupPolicy(protocol=protocol, cidr_block=cidr, action="ACCEPT")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*os.environ]:
        if name.startswith(("TENCENTCLOUD_", "TCCLI_", "HAVIP_", "PULUMI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HAVIP_METADATA_URL", "")


@pytest.fixture
def control() -> Iterator[Control]:
    mock = mock_havip(settings=Settings(seed=3))
    mock.start()
    try:
        yield mock.control
    finally:
        mock.stop()


@pytest.fixture
def ward(control: Control) -> Ward:
    return Ward(control, havip.Client(REGION, credentials=KEY))
