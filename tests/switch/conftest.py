"""Two machines on the emulator, one of which has an ordinary secondary address."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

import havip
from havip import Credentials, api
from havip.emulator.http.controls import Control
from havip.emulator.mock import mock_havip
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.emulator.state.settings import Settings
from pulumi_havip.testing import CloudClock

REGION = "ap-guangzhou"
KEY = Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)


@dataclass
class Interrupted:
    """A key that does something else first, when it is asked for the n-th time.

    A key is asked for before each call, so that something can be put between any two calls.
    """

    at: int
    do: Callable[[], Any]
    asked: int = 0

    def get(self) -> Credentials:
        self.asked += 1
        if self.asked == self.at:
            self.do()
        return KEY


@dataclass
class Pair:
    """Two instances of a subnet, and an address of the first one that is to move."""

    control: Control
    client: havip.Client
    address: str = "172.17.16.4"
    vpc: str = ""
    subnet: str = ""
    nodes: list[str] = field(default_factory=list)
    enis: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        made = self.client.create_vpc(vpc_name="v", cidr_block="172.17.0.0/16")
        self.vpc = made.vpc.vpc_id
        self.subnet = self.make_subnet("172.17.16.0/24")
        for address in ("172.17.16.7", "172.17.16.13"):
            self.add_node(address)
        self.client.assign_private_ip_addresses(
            network_interface_id=self.enis[0],
            private_ip_addresses=[
                api.PrivateIpAddressSpecification(private_ip_address=self.address)
            ],
        )
        self.control.requests.clear()

    def make_subnet(self, block: str) -> str:
        return self.client.create_subnet(
            vpc_id=self.vpc, subnet_name="s", cidr_block=block, zone=f"{REGION}-3"
        ).subnet.subnet_id

    def add_node(self, address: str, subnet: str | None = None) -> str:
        (node,) = self.client.run_instances(
            placement=api.Placement(zone=f"{REGION}-3"),
            image_id="img-1a2b3c4d",
            virtual_private_cloud=api.VirtualPrivateCloud(
                vpc_id=self.vpc, subnet_id=subnet or self.subnet, private_ip_addresses=[address]
            ),
        ).instance_id_set
        self.nodes.append(node)
        self.enis.append(self.interfaces(node)[0].network_interface_id)
        return node

    def interfaces(self, node: str) -> list[api.NetworkInterface]:
        filters = [api.Filter(name="attachment.instance-id", values=[node])]
        return self.client.describe_network_interfaces(filters=filters).network_interface_set

    def second_client(self, key: Any = KEY) -> havip.Client:
        return havip.Client(REGION, credentials=key, clock=self.client.clock)

    def place(self) -> str:
        """Return the interface that has the address; there must be exactly one."""
        (found,) = [
            one.network_interface_id
            for one in self.client.describe_network_interfaces(limit=100).network_interface_set
            for spec in one.private_ip_address_set
            if spec.private_ip_address == self.address
        ]
        return found

    def calls(self) -> list[str]:
        return [entry.action for entry in self.control.requests]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in [*os.environ]:
        if name.startswith(("TENCENTCLOUD_", "TCCLI_", "HAVIP_")) or name.endswith("_proxy"):
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
def pair(control: Control) -> Pair:
    return Pair(control, havip.Client(REGION, credentials=KEY, clock=CloudClock(control.cloud)))


@pytest.fixture
def interrupted() -> type[Interrupted]:
    return Interrupted
