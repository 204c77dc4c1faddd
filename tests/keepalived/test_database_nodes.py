"""The files of database pairs, without a database."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havip.keepalived import KeepalivedError, check, unavailable
from havip.keepalived.lint import lint
from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.keepalived.nodes.postgresql import postgresql_dsn, postgresql_nodes
from havip.keepalived.nodes.setup import (
    NodeSetup,
    encoded_user_data,
    read_user_data,
    user_data,
)

NODES = ["172.17.16.31", "172.17.16.32"]
Nodes = Callable[..., dict[str, NodeSetup]]
CONF = "/etc/keepalived/keepalived.conf"


def postgresql(**changes: Any) -> dict[str, NodeSetup]:
    given: dict[str, Any] = {
        "subnet": "172.17.16.0/24",
        "auth_pass": "f7Kq2xZ9",
        "replication_password": "made-up-password",
    }
    return postgresql_nodes("172.17.16.3", NODES, **(given | changes))


def mariadb(**changes: Any) -> dict[str, NodeSetup]:
    given: dict[str, Any] = {
        "subnet": "172.17.16.0/24",
        "auth_pass": "f7Kq2xZ9",
        "replication_password": "made-up-password",
    }
    return mariadb_nodes("172.17.16.3", NODES, **(given | changes))


def environment(setup: NodeSetup) -> dict[str, str]:
    lines = setup.file("/etc/keepalived/database.env").splitlines()
    return dict(line.removeprefix("HAVIP_").split("=", 1) for line in lines)


def test_the_first_node_is_the_primary_and_each_knows_the_other() -> None:
    first, second = (environment(setup) for setup in postgresql().values())
    assert first == {
        "VERSION": "15",
        "PORT": "5432",
        "VIP": "172.17.16.3",
        "SYNC": "on",
        "CLIENTS": "172.17.16.0/24",
        "SELF": "172.17.16.31",
        "PEER": "172.17.16.32",
        "FIRST": "on",
        "REPLICATION_PASSWORD": "made-up-password",
    }
    assert (second["SELF"], second["PEER"], second["FIRST"]) == (*reversed(NODES), "off")


def test_not_waiting_for_the_standby_is_a_choice() -> None:
    assert environment(postgresql(synchronous=False)[NODES[0]])["SYNC"] == "off"


def test_keepalived_promotes_fences_and_starts_behind_the_server() -> None:
    setup = postgresql()[NODES[1]]
    conf = setup.file(CONF)
    for state in ("backup", "fault", "stop"):
        assert f'notify_{state} "/etc/keepalived/postgresql.sh fence"' in conf
    assert 'notify_master "/etc/keepalived/postgresql.sh promote"' in conf
    after = setup.file("/etc/systemd/system/keepalived.service.d/havip.conf")
    assert "After=havip-postgresql.service" in after
    assert "ConditionPathExists=/var/lib/postgresql/havip-setup-done" in after
    assert setup.commands == (("/etc/keepalived/postgresql.sh", "setup"),)


@pytest.mark.parametrize("nodes", [postgresql, mariadb])
def test_the_files_of_a_database_pair_break_no_rule(nodes: Nodes) -> None:
    first, second = (setup.file(CONF) for setup in nodes().values())
    assert lint(first, peers={"second": second}) == []


def test_a_mariadb_server_starts_read_only_and_has_a_number_of_its_own() -> None:
    files = [setup.file("/etc/keepalived/mariadb.cnf") for setup in mariadb().values()]
    assert all("read_only = ON" in file for file in files)
    assert "server_id = 2886799391\n" in files[0]
    assert "server_id = 2886799392\n" in files[1]


def test_the_password_of_the_mariadb_account_is_for_root_alone() -> None:
    secret = {file.path: file.mode for file in mariadb()[NODES[0]].files if file.secret}
    assert secret == {
        "/etc/keepalived/keepalived.conf": "0600",
        "/etc/keepalived/replication.cnf": "0600",
        "/etc/keepalived/database.env": "0600",
    }


@pytest.mark.skipif(
    unavailable() is not None or not Path("/usr/lib/postgresql/15/bin/pg_isready").exists(),
    reason=f"{unavailable() or 'PostgreSQL 15 is not installed'}",
)
def test_keepalived_accepts_the_files_of_a_database_pair() -> None:
    for setup in postgresql().values():
        script = "/etc/keepalived/postgresql.sh"
        assert check(setup.file(CONF), files={script: setup.file(script)}).complaints == ()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize(("nodes", "count"), [(postgresql, 3), (mariadb, 2)])
def test_systemd_accepts_the_units(nodes: Nodes, count: int, tmp_path: Path) -> None:
    setup = nodes()[NODES[0]]
    units = [file for file in setup.files if file.path.endswith((".service", ".timer"))]
    assert len(units) == count
    script = tmp_path / "database.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    for unit in units:
        text = re.sub(r"/etc/keepalived/\w+\.sh", str(script), unit.content)
        (tmp_path / Path(unit.path).name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.glob("havip-*")))],
        capture_output=True,
        text=True,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert "havip-" not in done.stderr, done.stderr


@pytest.mark.parametrize("nodes", [postgresql, mariadb])
def test_user_data_of_a_database_node_fits_an_instance(nodes: Nodes) -> None:
    for setup in nodes().values():
        assert setup.secret
        assert "made-up-password" not in repr(setup)
        assert len(encoded_user_data(setup)) <= 16 * 1024 * 4 / 3
        back = read_user_data(user_data(setup))
        assert (back.commands, back.services) == (setup.commands, setup.services)
        assert {file.path: file.content for file in back.files} == {
            file.path: file.content for file in setup.files
        }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 14}, "PostgreSQL 14 is too old"),
        ({"replication_password": "short"}, "must be 12 to 64 letters"),
        ({"replication_password": "with a space and '"}, "must be 12 to 64 letters"),
        ({"clients": "everyone"}, "'everyone' is not a CIDR block"),
        ({"subnet": "172.17.20.0/24"}, "is not in the subnet"),
    ],
)
def test_a_pair_that_cannot_work_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(KeepalivedError, match=message) as caught:
        postgresql(**changes)
    assert "with a space" not in str(caught.value)


def test_a_database_pair_has_two_nodes() -> None:
    with pytest.raises(KeepalivedError, match="exactly two nodes, not 3"):
        postgresql_nodes(
            "10.0.0.2",
            ["10.0.0.3", "10.0.0.4", "10.0.0.5"],
            subnet="10.0.0.0/24",
            auth_pass="x",
            replication_password="made-up-password",
        )


def test_clients_connect_to_the_havip_and_want_to_write() -> None:
    assert postgresql_dsn("10.0.0.2", database="shop").startswith(
        "host=10.0.0.2 port=5432 dbname=shop target_session_attrs=read-write"
    )
