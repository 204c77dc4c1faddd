"""Profiles from end to end: what `configure` wrote is what each command signs with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from typer.main import get_command

import havip
from havip.cli._options import place
from havip.cli.app import app
from havip.emulator import Cloud, Control, mock_havip
from havip.emulator.state.access_keys import Key, Keys

Shell = Callable[..., Any]
REGION = "ap-guangzhou"
PROD, TEST = "100000000002", "100000000003"
KEYS = {"prod": Key("AKIDprod", "secretprod", PROD), "test": Key("AKIDtest", "secrettest", TEST)}


@pytest.fixture
def control(bare: None) -> Iterator[Control]:
    mock = mock_havip(cloud=Cloud(keys=Keys(KEYS.values())), verify="all")
    mock.start()
    try:
        yield mock.control
    finally:
        mock.stop()


@pytest.fixture
def profiles(control: Control, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Control:
    """Two profiles that ``havip configure`` wrote, each the key of its own account."""
    for name, key in KEYS.items():
        done = shell("configure", "--profile", name, stdin=f"{key.secret_id}\n{key.secret_key}\n")
        assert done.code == 0
    for name in ("ID", "KEY"):  # mock_havip has set those of the example
        monkeypatch.delenv(f"TENCENTCLOUD_SECRET_{name}")
    monkeypatch.setenv("TENCENTCLOUD_REGION", REGION)
    return control


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield the commands that reach the cloud, by their words."""

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, (*words, name))
        if not hasattr(command, "commands"):
            yield " ".join(words), command

    for words, command in walk(get_command(app), ()):
        if "endpoint" in {parameter.name for parameter in command.params}:
            yield words, command


USES: dict[str, list[str]] = {
    "ls": [],
    "list": [],
    "show": ["VIP"],
    "get": ["VIP"],
    "create": ["--vpc", "VPC", "--subnet", "SUBNET", "--name", "b"],
    "rename": ["VIP", "other"],
    "attach": ["VIP", "INSTANCE"],
    "detach": ["VIP", "INSTANCE"],
    "wait": ["VIP", "--timeout", "0"],
    "watch": ["VIP", "--duration", "0"],
    "switch-ip": ["ADDRESS", "--to", "INSTANCE"],
    "doctor": ["VIP"],
    "call": ["DescribeHaVips"],
    "orphans": ["--stack", "shop/dev", "--export", "EXPORT"],
    "eip bind": ["VIP", "1.1.1.1"],
    "eip unbind": ["VIP"],
    "keepalived render": ["VIP"],
    "keepalived lint": ["FILE", "--havip", "VIP"],
    "rm": ["VIP", "--yes"],
    "delete": ["VIP", "--yes"],
}
SERVERS = {"exporter"}


def test_each_command_that_reaches_the_cloud_has_the_option() -> None:
    found = dict(commands())
    assert set(found) == {*USES, *SERVERS}
    lacking = [
        words
        for words, command in found.items()
        if "profile" not in {parameter.name for parameter in command.params}
    ]
    assert lacking == []


@pytest.mark.parametrize("way", ["option", "HAVIP_PROFILE", "TENCENTCLOUD_PROFILE"])
@pytest.mark.parametrize(
    "words",
    [pytest.param(one, marks=pytest.mark.process) if one == "doctor" else one for one in USES],
)
def test_each_command_signs_with_the_key_of_its_profile(
    words: str,
    way: str,
    profiles: Control,
    shell: Shell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = _stage()
    file = tmp_path / "keepalived.conf"
    file.write_text("vrrp_instance VI_1 {\n}\n")
    export = tmp_path / "export.json"
    export.write_text('{"version": 3, "deployment": {"resources": []}}')
    names |= {"FILE": str(file), "EXPORT": str(export)}
    given = [*words.split(), *(names.get(word, word) for word in USES[words])]
    profiles.requests.clear()
    if way == "option":
        given += ["--profile", "prod"]
        monkeypatch.setenv("HAVIP_PROFILE", "test")
    else:
        monkeypatch.setenv(way, "prod")

    shell(*given)

    assert {entry.account for entry in profiles.requests} == {PROD}, words


def _stage() -> dict[str, str]:
    """Create a HAVIP and an instance in the account of prod."""
    with havip.Client(REGION, profile="prod") as client:
        vpc = client.create_vpc(vpc_name="v", cidr_block="10.0.0.0/16").vpc.vpc_id
        subnet = client.create_subnet(
            vpc_id=vpc, subnet_name="s", cidr_block="10.0.0.0/24", zone=f"{REGION}-3"
        ).subnet.subnet_id
        made = client.create_ha_vip(vpc_id=vpc, subnet_id=subnet, ha_vip_name="a").ha_vip
        (instance,) = client.run_instances(
            placement=havip.api.Placement(zone=f"{REGION}-3"),
            image_id="img-1a2b3c4d",
            virtual_private_cloud=havip.api.VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet),
        ).instance_id_set
    return {
        "VPC": vpc,
        "SUBNET": subnet,
        "VIP": made.ha_vip_id,
        "ADDRESS": made.vip,
        "INSTANCE": instance,
    }


@pytest.mark.usefixtures("profiles")
def test_a_profile_that_does_not_exist_is_an_error_of_one_line(shell: Shell) -> None:
    for words in (
        "ls",
        "call DescribeVpcs",
        "show havip-1a2b3c4d",
        "keepalived render havip-1a2b3c4d",
    ):
        done = shell(*words.split(), "--profile", "other")
        assert (done.code, done.err.count("\n")) == (4, 1), words
        assert "havip configure --profile other" in done.err


def test_the_region_of_a_profile_is_used(
    profiles: Control, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENCENTCLOUD_REGION")
    file = Path.home() / ".tencentcloud" / "credentials"
    file.write_text(file.read_text().replace("[prod]\n", "[prod]\nregion = ap-shanghai\n"))
    profiles.requests.clear()
    assert shell("ls", "--profile", "prod").code == 0
    assert {entry.region for entry in profiles.requests} == {"ap-shanghai"}


def test_a_profile_of_tccli_is_used(
    profiles: Control, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path.home() / ".tccli"
    folder.mkdir()
    (folder / "work.credential").write_text(
        json.dumps({"secretId": "AKIDtest", "secretKey": "secrettest"})
    )
    profiles.requests.clear()
    assert shell("ls", "--profile", "work").code == 0
    monkeypatch.setenv("TCCLI_PROFILE", "work")
    assert shell("ls").code == 0
    assert {entry.account for entry in profiles.requests} == {TEST}


def test_messages_name_the_region_wherever_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENCENTCLOUD_REGION", raising=False)
    monkeypatch.setenv("TKE_REGION", "ap-tokyo")
    assert place(None, None) == "ap-tokyo"
    assert place("ap-seoul", None) == "ap-seoul"
    assert place("all", None) == "all"
