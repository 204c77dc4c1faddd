from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from havip import Client
from havip.api import HaVipAssociation, Placement, VirtualPrivateCloud
from havip.cli.keepalived import app
from havip.emulator.mock import mock_havip
from havip.errors import UsageError
from havip.keepalived import Config, KeepalivedError, parse, render
from havip.keepalived.lint import RULES
from havip.keepalived.nodes.cloud import facts


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    for name in ("HAVIP_VRRP_PASSWORD", "HAVIP_ENDPOINT", "HAVIP_REGION"):
        monkeypatch.delenv(name, raising=False)
    with mock_havip():
        monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-guangzhou")
        yield Client("ap-guangzhou")


@pytest.fixture
def havip(client: Client) -> str:
    """The use case of Tencent's page: two machines, and a HAVIP whose range they are."""
    vpc = client.create_vpc(vpc_name="v", cidr_block="172.17.0.0/16").vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="s", cidr_block="172.17.16.0/24", zone="ap-guangzhou-3"
    ).subnet.subnet_id
    nodes = [_machine(client, vpc, subnet, node) for node in ("172.17.16.7", "172.17.16.13")]
    return _havip(client, vpc, subnet, "172.17.16.3", nodes)


def _machine(client: Client, vpc: str, subnet: str, address: str) -> str:
    return client.run_instances(
        placement=Placement(zone="ap-guangzhou-3"),
        image_id="img-1a2b3c4d",
        virtual_private_cloud=VirtualPrivateCloud(
            vpc_id=vpc, subnet_id=subnet, private_ip_addresses=[address]
        ),
    ).instance_id_set[0]


def _havip(client: Client, vpc: str, subnet: str, vip: str, nodes: list[str]) -> str:
    return client.create_ha_vip(
        vpc_id=vpc,
        ha_vip_name="web",
        subnet_id=subnet,
        vip=vip,
        check_associate=True,
        ha_vip_association_set=[
            HaVipAssociation(instance_id=node, instance_type="CVM") for node in nodes
        ],
    ).ha_vip.ha_vip_id


def run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=text)


def test_lint_passes_a_good_pair(tmp_path: Path, pair: list[Config]) -> None:
    for name, config in zip("ab", pair, strict=True):
        text = render(config).replace("auth_pass 1111", "auth_pass f7Kq2xZ9")
        (tmp_path / name).write_text(text)
    done = run("lint", str(tmp_path / "a"), "--peer", str(tmp_path / "b"))
    assert (done.exit_code, done.output) == (0, "no problems found\n")


def test_lint_says_where_why_and_how_and_fails(seed: str, tmp_path: Path) -> None:
    file = tmp_path / "node.conf"
    file.write_text(seed)
    done = run("lint", str(file))
    assert done.exit_code == 1
    assert (
        f"{file}:31: error: VI_1 tracks checkhaproxy, which is not defined [script-undefined]"
        in (done.output)
    )
    assert done.output.endswith("2 errors, 1 warning\n")


def test_lint_explains_a_rule_once_and_counts_in_plain_words() -> None:
    text = "include b\nglobal_defs {\n  vrrp_version x\n  smtp_alert x\n}\n"
    done = run("lint", "-", text=text)
    lines = done.output.splitlines()
    told = [line.split(" ")[0] for line in lines if line.startswith("-:")]
    assert told == ["-:1:", "-:3:", "-:4:"]
    assert sum("Fix: " in line for line in lines) == 2
    assert lines[-1] == "2 errors, 1 warning"
    done = run("lint", "-", text="}")
    assert done.output.endswith("1 error, 0 warnings\n")


def test_lint_gives_json_to_programs(seed: str) -> None:
    done = run("lint", "-", "--output", "json", text=seed)
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert [(one["rule"], one["level"], one["line"]) for one in found] == [
        ("auth-sample", "warning", 11),
        ("own-interface", "error", 27),
        ("script-undefined", "error", 31),
    ]
    assert all(one["reason"] and one["fix"] and one["source"] for one in found)


def test_lint_fails_on_warnings_only_when_asked(pair: list[Config]) -> None:
    text = render(pair[0])
    assert run("lint", "-", text=text).exit_code == 0
    assert run("lint", "-", "--strict", text=text).exit_code == 1


def test_a_file_that_is_not_there_is_wrong_usage() -> None:
    done = run("lint", "nowhere.conf")
    assert isinstance(done.exception, UsageError)
    assert str(done.exception) == "nowhere.conf: No such file or directory"


def test_rules_lists_every_rule() -> None:
    listed = json.loads(run("rules", "--output", "json").stdout)
    assert [rule["id"] for rule in listed] == sorted(RULES)
    assert all(f"{name} (" in run("rules").output for name in RULES)


def test_lint_holds_a_file_against_its_havip(havip: str, pair: list[Config]) -> None:
    text = render(pair[0]).replace("172.17.16.3\n", "172.17.16.4\n")
    found = json.loads(run("lint", "-", "--havip", havip, "-o", "json", text=text).stdout)
    rules = {one["rule"] for one in found}
    assert {"not-a-havip", "havip-unused"} <= rules
    clean = run("lint", "-", "--havip", "172.17.16.3", text=render(pair[0]))
    assert clean.exit_code == 0


def test_the_facts_of_a_havip_name_its_range_and_its_siblings(havip: str, client: Client) -> None:
    one = client.describe_ha_vips(ha_vip_ids=[havip]).ha_vip_set[0]
    _havip(client, one.vpc_id, one.subnet_id, "172.17.16.9", [])
    known = facts(client, havip)
    assert known.nodes == ["172.17.16.7", "172.17.16.13"]
    assert [str(other) for other in known.others] == ["172.17.16.9"]
    assert str(known.subnet) == "172.17.16.0/24"
    assert known.check_associate


def test_the_facts_of_no_havip_are_an_error(client: Client) -> None:
    with pytest.raises(KeepalivedError, match="havip-nowhere0: there is no such HAVIP"):
        facts(client, "havip-nowhere0")


def test_render_makes_the_files_of_the_range(
    havip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAVIP_VRRP_PASSWORD", "f7Kq2xZ9")
    done = run("render", havip, "--out", str(tmp_path))
    assert done.exit_code == 0, done.exception
    assert "f7Kq2xZ9" not in done.output
    files = [tmp_path / node / "keepalived.conf" for node in ("172.17.16.7", "172.17.16.13")]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    instance = parse(files[1].read_text()).config.vrrp_instance[0]
    assert str(instance.unicast_src_ip) == "172.17.16.13"
    assert instance.virtual_router_id == 3
    linted = run("lint", str(files[0]), "--peer", str(files[1]), "--havip", havip)
    assert (linted.exit_code, linted.output) == (0, "no problems found\n")


def test_render_shows_the_files_without_the_password(havip: str) -> None:
    done = run("render", havip, "--password-file", "-", text="f7Kq2xZ9\n")
    assert "f7Kq2xZ9" not in done.output
    assert done.output.count("auth_pass ********") == 2
    assert done.output.startswith("# 172.17.16.7\nglobal_defs {")


@pytest.mark.parametrize(
    ("check", "script"),
    [
        ("haproxy", "killall -0 haproxy"),
        ("nginx", "killall -0 nginx"),
        ("postgresql", "pg_isready"),
        ("mariadb", "mariadb-admin"),
        ("http://127.0.0.1:8404/health", "curl -sf"),
        ("/usr/local/bin/check --fast", '"/usr/local/bin/check --fast"'),
    ],
)
def test_render_takes_a_check(havip: str, tmp_path: Path, check: str, script: str) -> None:
    options = ["--check", check, "--check-interval", "5", "--check-fall", "3"]
    options += ["--notify", "/etc/keepalived/notify-log.sh", "--garp-refresh", "60"]
    options += ["--startup-delay", "5", "--password-file", "-", "--out", str(tmp_path)]
    done = run("render", havip, *options, text="f7Kq2xZ9\n")
    assert done.exit_code == 0, done.exception
    text = (tmp_path / "172.17.16.7/keepalived.conf").read_text()
    assert script in text
    for line in ("interval 5", "fall 3", "garp_master_refresh 60", "vrrp_startup_delay 5"):
        assert f" {line}\n" in text
    assert "notify_master_rx_lower_pri" in text
    assert run("lint", str(tmp_path / "172.17.16.7/keepalived.conf")).exit_code == 0


@pytest.mark.parametrize("check", ["apache", "killall -0 x", '/bin/x "a"', "http://x y"])
def test_render_refuses_a_check_that_is_none(havip: str, check: str) -> None:
    done = run("render", havip, "--check", check)
    assert done.exit_code != 0
    assert isinstance(done.exception, UsageError)


def test_lint_judges_for_a_version_and_an_id() -> None:
    text = "vrrp_instance a {\n@x no_virtual_ipaddress\n}\n"
    assert "keyword-version" in run("lint", "-", text=text).output
    assert "keyword-version" not in run("lint", "-", "--keepalived", "2.4", text=text).output
    assert "keyword-version" not in run("lint", "-", "--config-id", "y", text=text).output
    refused = run("lint", "-", "--keepalived", "two", text=text)
    assert isinstance(refused.exception, UsageError)


@pytest.mark.parametrize(
    ("option", "value"), [("--router-id", "256"), ("--priority", "0"), ("--advert-int", "0")]
)
def test_render_refuses_numbers_that_vrrp_has_not(havip: str, option: str, value: str) -> None:
    done = run("render", havip, option, value)
    assert done.exit_code == 2
    assert option in done.output


def test_render_makes_a_pair_of_vrrp_3_for_fractions_of_a_second(
    havip: str, tmp_path: Path
) -> None:
    words = ("render", havip, "--advert-int", "0.2")
    assert run(*words, "--out", str(tmp_path)).exit_code == 0
    text = (tmp_path / "172.17.16.7" / "keepalived.conf").read_text()
    assert "vrrp_version 3" in text
    assert "advert_int 0.2\n" in text
    assert "authentication" not in text
    assert run("lint", str(tmp_path / "172.17.16.7" / "keepalived.conf")).exit_code == 0
    (tmp_path / "password").write_text("f7Kq2xZ9")
    refused = run(*words, "--password-file", str(tmp_path / "password"))
    assert isinstance(refused.exception, UsageError)
    assert run("render", havip, "--advert-int", "0.005").exit_code == 2


def test_render_says_that_vrrp_3_has_no_password(
    havip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAVIP_VRRP_PASSWORD", "f7Kq2xZ9")
    fast = run("render", havip, "--advert-int", "0.2")
    assert fast.exit_code == 0
    (line,) = fast.stderr.splitlines()
    assert "HAVIP_VRRP_PASSWORD is not used" in line
    assert "f7Kq2xZ9" not in fast.output
    assert run("render", havip, "--advert-int", "2").stderr == ""


def test_render_without_a_password_writes_nothing(havip: str, tmp_path: Path) -> None:
    done = run("render", havip, "--out", str(tmp_path))
    assert isinstance(done.exception, UsageError)
    assert "set HAVIP_VRRP_PASSWORD" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_render_of_a_range_other_than_a_pair_says_the_next_step(havip: str, client: Client) -> None:
    one = client.describe_ha_vips(ha_vip_ids=[havip]).ha_vip_set[0]
    lone = _havip(client, one.vpc_id, one.subnet_id, "172.17.16.9", [])
    done = run("render", lone)
    assert isinstance(done.exception, UsageError)
    assert "its range has nobody" in str(done.exception)
    named = run("render", lone, "--node", "172.17.16.7", "--node", "172.17.16.13")
    assert named.exit_code == 0
