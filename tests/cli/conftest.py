"""The ``havip`` command as a process runs it, in this process, on an emulated cloud."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import havip
from havip import api
from havip.cli.main import main
from havip.emulator.http.controls import Control
from havip.emulator.mock import mock_havip
from havip.emulator.state.settings import Settings

REGION = "ap-guangzhou"


class Done(NamedTuple):
    """Result of a run of the command."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A standard input at a terminal."""

    def isatty(self) -> bool:
        return True


Shell = Callable[..., Done]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    """Run ``havip`` with arguments; there is no terminal unless something is typed."""

    def run(*words: str, typed: str | None = None, stdin: str | None = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["havip", *words])
        read = None if stdin is None else io.StringIO(stdin)  # None: closed
        given = read if typed is None else Terminal(typed)
        monkeypatch.setattr(sys, "stdin", given)
        capfd.readouterr()
        code: Any = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        if given is None and sys.stdin is not None:
            sys.stdin.close()
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return run


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Remove the machine's own settings, so that tests do not depend on them."""
    ours = ("TENCENTCLOUD_", "TCCLI_", "HAVIP_", "PULUMI_", "NO_COLOR", "FORCE_COLOR")
    for name in [*os.environ]:
        if name.startswith(ours) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HAVIP_METADATA_URL", "")


@pytest.fixture
def control(bare: None) -> Iterator[Control]:
    """The controls of an emulated cloud, empty at first."""
    mock = mock_havip(settings=Settings(seed=5))
    mock.start()
    try:
        yield mock.control
    finally:
        mock.stop()


class Stage:
    """Two machines of a subnet, to make HAVIPs for."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.client = havip.Client(REGION)
        made = self.client.create_vpc(vpc_name="v", cidr_block="10.0.0.0/16")
        self.vpc = made.vpc.vpc_id
        self.subnet = self.client.create_subnet(
            vpc_id=self.vpc, subnet_name="s", cidr_block="10.0.0.0/24", zone=f"{REGION}-3"
        ).subnet.subnet_id
        self.nodes = self.client.run_instances(
            placement=api.Placement(zone=f"{REGION}-3"),
            image_id="img-1a2b3c4d",
            instance_count=2,
            virtual_private_cloud=api.VirtualPrivateCloud(vpc_id=self.vpc, subnet_id=self.subnet),
        ).instance_id_set
        self.control.requests.clear()

    def havip(self, name: str = "web", **given: Any) -> api.HaVip:
        return self.client.create_ha_vip(
            vpc_id=self.vpc, subnet_id=self.subnet, ha_vip_name=name, **given
        ).ha_vip

    def eip(self) -> str:
        (made,) = self.client.allocate_addresses().address_set
        return self.client.describe_addresses(address_ids=[made]).address_set[0].address_ip

    def read(self, vip: api.HaVip) -> api.HaVip:
        return self.client.describe_ha_vips(ha_vip_ids=[vip.ha_vip_id]).ha_vip_set[0]

    def range_of(self, vip: api.HaVip) -> list[str]:
        return [one.instance_id for one in self.read(vip).ha_vip_association_set]

    def exists(self, vip: api.HaVip) -> bool:
        return bool(self.client.describe_ha_vips(ha_vip_ids=[vip.ha_vip_id]).ha_vip_set)

    def take(self, node: str, vip: api.HaVip) -> None:
        assert self.control.cloud.announce(node, vip.ha_vip_id).accepted

    def changes(self) -> list[str]:
        """List the calls since the log was cleared that change something."""
        names = [entry.action for entry in self.control.requests]
        return [name for name in names if not name.startswith("Describe")]


@pytest.fixture
def stage(control: Control) -> Stage:
    return Stage(control)
