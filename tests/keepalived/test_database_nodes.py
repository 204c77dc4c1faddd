"""The files of database clusters, without a database."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havip.errors import HavipError
from havip.keepalived import KeepalivedError, check, unavailable
from havip.keepalived.lint import lint
from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.keepalived.nodes.postgresql import postgresql_dsn, postgresql_nodes
from havip.keepalived.nodes.setup import (
    LIMIT,
    NodeSetup,
    packed_size,
    user_data,
)
from pulumi_havip.components.certificate import draw_certificate
from tests.user_data import read_user_data

NODES, WITNESS = ["172.17.16.31", "172.17.16.32"], "172.17.16.33"
MACHINES = [*NODES, WITNESS]
PEM = draw_certificate(MACHINES)
Nodes = Callable[..., dict[str, NodeSetup]]
CONF = "/etc/keepalived/keepalived.conf"


def given(**changes: Any) -> dict[str, Any]:
    return {
        "witness": WITNESS,
        "subnet": "172.17.16.0/24",
        "auth_pass": "f7Kq2xZ9",
        "certificate": PEM,
        **changes,
    }


def postgresql(**changes: Any) -> dict[str, NodeSetup]:
    return postgresql_nodes(
        "172.17.16.3", NODES, **given(replication_password="made-up-password", **changes)
    )


def mariadb(**changes: Any) -> dict[str, NodeSetup]:
    return mariadb_nodes("172.17.16.3", NODES, **given(**changes))


ENGINES = pytest.mark.parametrize("nodes", [postgresql, mariadb], ids=["postgresql", "mariadb"])


def places(setup: NodeSetup) -> set[str]:
    return {file.path for file in setup.files}


@ENGINES
def test_the_third_machine_never_has_the_address(nodes: Nodes) -> None:
    setups = nodes()
    assert list(setups) == MACHINES
    assert [CONF in places(setup) for setup in setups.values()] == [True, True, False]
    assert ["keepalived" in setup.packages for setup in setups.values()] == [True, True, False]
    assert ["keepalived" in setup.services for setup in setups.values()] == [True, True, False]


@ENGINES
def test_no_machine_has_to_start_first(nodes: Nodes) -> None:
    # What differs between the two servers is their own address, and nothing else.
    first, second = (nodes()[one] for one in NODES)
    swap = {NODES[0]: NODES[1], NODES[1]: NODES[0]}
    for one, other in zip(first.files, second.files, strict=True):
        own = re.compile("|".join(map(re.escape, swap)))
        assert one.path == other.path
        mine = own.sub(lambda found: swap[found[0]], one.content)
        assert sorted(_words(mine)) == sorted(_words(other.content)), one.path
    assert (first.commands, first.services, first.waiting) == (
        second.commands,
        second.services,
        second.waiting,
    )


def _words(text: str) -> list[str]:
    return re.split(r"[^\w.]+", text)


@ENGINES
def test_nothing_waits_for_a_service_that_waits_for_its_peers(nodes: Nodes) -> None:
    for setup in nodes().values():
        assert setup.waiting
        for service in setup.waiting:
            text = user_data(setup)
            assert f'["systemctl", "restart", "--no-block", "{service}"]' in text
            assert f'\n- ["systemctl", "restart", "{service}"]' not in text
            assert f'["systemctl", "enable", "{service}"]' in text


@ENGINES
def test_keepalived_follows_the_engine_and_calls_no_script_of_its_own(nodes: Nodes) -> None:
    for one in NODES:
        conf = nodes()[one].file(CONF)
        assert "notify" not in conf
        assert "weight" not in conf
        assert "nopreempt" in conf


def test_the_checks_ask_the_engine() -> None:
    assert f"https://{NODES[0]}:8008/primary" in postgresql()[NODES[0]].file(CONF)
    assert "/etc/keepalived/galera-check.sh" in mariadb()[NODES[0]].file(CONF)


@ENGINES
def test_check_times_and_announcements_are_arguments(nodes: Nodes) -> None:
    slow = nodes(check_interval=3, check_fall=4, garp_master_refresh=60)[NODES[0]].file(CONF)
    for line in ("interval 3", "fall 4", "garp_master_refresh 60"):
        assert line in slow


@ENGINES
def test_the_files_of_a_cluster_break_no_rule(nodes: Nodes) -> None:
    first, second = (nodes()[one].file(CONF) for one in NODES)
    assert lint(first, peers={"second": second}) == []


@ENGINES
def test_files_with_secrets_are_readable_by_one_user_only(nodes: Nodes) -> None:
    key = re.search(r"-----BEGIN PRIVATE KEY-----\n(.*?)\n", PEM)
    assert key is not None
    for setup in nodes().values():
        for file in setup.files:
            holds = any(word in file.content for word in ("made-up-password", "f7Kq2xZ9", key[1]))
            assert holds is file.secret, file.path
            assert not holds or file.mode == "0600", file.path
        words = [word for command in setup.commands for word in command]
        assert not any("made-up-password" in word or key[1] in word for word in words)
        assert "made-up-password" not in repr(setup)
        assert key[1] not in repr(setup)


def test_nobody_without_the_certificate_may_write_to_etcd_or_stop_a_server() -> None:
    setup = postgresql()[NODES[0]]
    etcd = setup.file("/etc/havip/etcd.env")
    assert "ETCD_CLIENT_CERT_AUTH=true" in etcd
    assert "ETCD_PEER_CLIENT_CERT_AUTH=true" in etcd
    assert "http://" not in etcd
    assert "verify_client: optional" in setup.file("/etc/havip/patroni.yml")


def test_nobody_without_the_certificate_may_join_galera_or_get_a_copy() -> None:
    conf = mariadb()[WITNESS].file("/etc/mysql/mariadb.conf.d/70-havip.cnf")
    assert "socket.ssl_ca=/etc/havip/cluster.crt" in conf
    assert "encrypt = 4" in conf


def test_patroni_is_fixed_by_its_hash_or_uses_the_api_that_is_safe_with_old_ones() -> None:
    fixed = postgresql()[NODES[0]]
    assert re.fullmatch(
        r"patroni==4\.\d+\.\d+ --hash=sha256:[0-9a-f]{64}\n", fixed.file("/etc/havip/patroni.txt")
    )
    assert "\netcd3:\n" in fixed.file("/etc/havip/patroni.yml")
    assert "ETCD_ENABLE_V2" not in fixed.file("/etc/havip/etcd.env")
    packaged = postgresql(patroni_source="packages")[NODES[0]]
    assert "patroni" in packaged.packages
    assert "/etc/havip/patroni.txt" not in places(packaged)
    assert "\netcd:\n" in packaged.file("/etc/havip/patroni.yml")
    assert "ETCD_ENABLE_V2=true" in packaged.file("/etc/havip/etcd.env")
    assert json.loads(packaged.file("/etc/havip/member.json"))["etcd_api"] == 2


@pytest.mark.parametrize("version", [14, 15, 16])
def test_the_version_of_postgresql_is_that_of_the_image(version: int) -> None:
    setup = postgresql(version=version)[NODES[0]]
    assert f"postgresql-{version}" in setup.packages
    assert f"/usr/lib/postgresql/{version}/bin" in setup.file("/etc/havip/patroni.yml")


def test_waiting_for_the_standby_is_a_choice() -> None:
    for synchronous in (True, False):
        conf = postgresql(synchronous=synchronous)[NODES[0]].file("/etc/havip/patroni.yml")
        assert f"synchronous_mode: {str(synchronous).lower()}" in conf


def test_a_server_that_was_there_before_is_stopped_and_keeps_its_data() -> None:
    commands = [" ".join(command) for command in postgresql()[NODES[0]].commands]
    assert "sh -c pg_ctlcluster 15 main stop || true" in commands
    assert not any(re.search(r"\brm\b|drop", command) for command in commands)


@pytest.mark.process
@ENGINES
@pytest.mark.skipif(unavailable() is not None, reason=str(unavailable()))
def test_keepalived_accepts_the_files_of_a_cluster(nodes: Nodes) -> None:
    for one in NODES:
        setup = nodes()[one]
        scripts = {
            file.path: file.content for file in setup.files if file.path.endswith("-check.sh")
        }
        assert check(setup.file(CONF), files=scripts).complaints == ()


@pytest.mark.process
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@ENGINES
def test_systemd_accepts_the_units(nodes: Nodes, tmp_path: Path) -> None:
    script = tmp_path / "member"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    seen = set()
    for setup in nodes().values():
        for file in setup.files:
            if not file.path.startswith("/etc/systemd/system/"):
                continue
            text = file.content.replace("/etc/havip/member", str(script))
            text = re.sub(r"/opt/havip/\S+", str(script), text)
            target = tmp_path / file.path.removeprefix("/etc/systemd/system/")
            target.parent.mkdir(exist_ok=True)
            target.write_text(text)
            seen.add(target.name)
    units = [str(one) for one in tmp_path.iterdir() if one.suffix in (".service", ".timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(units)],
        capture_output=True,
        text=True,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert {"havip-member.service", "havip-redundancy.timer", "havip.conf"} <= seen
    assert "havip" not in re.sub(rf"{re.escape(str(tmp_path))}\S*", "", done.stderr), done.stderr


@pytest.mark.process
@ENGINES
def test_the_command_of_a_machine_runs_without_havip(nodes: Nodes, tmp_path: Path) -> None:
    setup = nodes()[WITNESS]
    for file in setup.files:
        if file.path.startswith("/etc/havip/"):
            target = tmp_path / file.path.removeprefix("/etc/havip/")
            target.parent.mkdir(exist_ok=True)
            target.write_text(file.content)
    command = [sys.executable, "-S", "-s", str(tmp_path / "member"), "unknown"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"HAVIP_HOME": str(tmp_path)}, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Usage: member COMMAND")
    assert not list(tmp_path.rglob("__pycache__"))


@ENGINES
def test_user_data_fits_an_instance_and_can_be_read_back(nodes: Nodes) -> None:
    for setup in nodes().values():
        assert setup.secret
        assert packed_size(user_data(setup)) < 0.75 * LIMIT
        back = read_user_data(user_data(setup))
        assert (back.commands, back.services, back.waiting) == (
            setup.commands,
            setup.services,
            setup.waiting,
        )
        assert {file.path: file.content for file in back.files} == {
            file.path: file.content for file in setup.files
        }


@ENGINES
def test_no_file_names_a_foreign_host(nodes: Nodes) -> None:
    for setup in nodes().values():
        for file in setup.files:
            for host in re.findall(r"https?://([^/:\s]+)", file.content):
                assert host.startswith(("172.17.16.", "127.0.0.1", "{")), (file.path, host)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 13}, "PostgreSQL 13 is not supported: use 14 or later"),
        ({"replication_password": "short"}, "must be 12 to 64 letters"),
        ({"replication_password": "with a space and '"}, "must be 12 to 64 letters"),
        ({"clients": "everyone"}, "'everyone' is not a CIDR block"),
        ({"subnet": "172.17.20.0/24"}, "is not in the subnet"),
        ({"witness": NODES[0]}, "must be a third machine"),
        ({"witness": "10.0.0.1"}, "the witness: 10.0.0.1 is not in the subnet"),
        ({"witness": "172.17.16.3"}, "the witness 172.17.16.3 is also the HAVIP"),
        ({"witness": "172.17.16.1"}, "the witness: 172.17.16.1 is the gateway"),
        ({"witness": "x"}, "the address of the witness, is not an IPv4 address"),
        ({"witness": "::1"}, "the address of the witness, is not an IPv4 address"),
        ({"subnet": "10.0.0.5/24"}, "is not an IPv4 CIDR block"),
        ({"garp_master_refresh": -5}, "garp_master_refresh"),
        ({"garp_master_refresh": "x"}, "garp_master_refresh"),
        ({"virtual_router_id": 0}, "virtual_router_id"),
        ({"port": 0}, "port"),
        ({"port": True}, "port"),
        ({"port": 8008}, "8008 is the port of Patroni"),
        ({"port": 22}, "22 is the port of SSH"),
        ({"version": 15.5}, "version"),
        ({"version": "15"}, "version"),
        ({"patroni_source": "x"}, "patroni_source"),
        ({"synchronous": "false"}, "synchronous"),
        ({"certificate": "nothing"}, "0 certificates and 0 private keys"),
        ({"certificate": PEM + PEM}, "2 certificates and 2 private keys"),
    ],
)
def test_an_invalid_cluster_is_rejected(changes: dict[str, Any], message: str) -> None:
    arguments = given(replication_password="made-up-password") | changes
    with pytest.raises(HavipError, match=message) as caught:
        postgresql_nodes("172.17.16.3", NODES, **arguments)
    assert "with a space" not in str(caught.value)


def test_a_cluster_has_two_nodes_and_a_witness() -> None:
    with pytest.raises(KeepalivedError, match="exactly two nodes behind the HAVIP, got 3"):
        mariadb_nodes("172.17.16.3", MACHINES, **given())


def test_clients_connect_to_the_havip_and_want_to_write() -> None:
    assert postgresql_dsn("10.0.0.2", database="shop").startswith(
        "host=10.0.0.2 port=5432 dbname=shop target_session_attrs=read-write"
    )
