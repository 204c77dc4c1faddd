"""A PostgreSQL pair on real servers: promoted, fenced and rejoined by the scripts of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from havip.keepalived.nodes.postgresql import postgresql_dsn, postgresql_nodes
from havip.keepalived.nodes.setup import NodeSetup
from havip.lab import namespace as namespace

VERSION = 15
REASON = namespace.missing(("keepalived", "killall", "pg_createcluster", "setpriv", "psql"))
if REASON is None and not Path(f"/usr/lib/postgresql/{VERSION}/bin/postgres").exists():
    REASON = f"the lab needs PostgreSQL {VERSION}: apt-get install postgresql-{VERSION}"
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
VIP, FIRST, SECOND = "172.17.16.30", "172.17.16.31", "172.17.16.32"
SUPERUSER = "setpriv --reuid=postgres --regid=postgres --init-groups --reset-env"


def made(*, synchronous: bool, nodes: tuple[str, str] = (FIRST, SECOND)) -> dict[str, NodeSetup]:
    return postgresql_nodes(
        VIP,
        nodes,
        subnet="172.17.16.0/24",
        auth_pass="f7Kq2xZ9",
        replication_password="made-up-for-the-lab",
        synchronous=synchronous,
        version=VERSION,
    )


def client(address: str) -> list[str]:
    return ["psql", "-XqAtw", f"{postgresql_dsn(address)} user=app password=made-up-for-the-lab"]


def run(make_plan: Any, setups: dict[str, NodeSetup], **more: Any) -> Any:
    plan = planned(make_plan, setups, **more)
    return namespace.run("promotion", plan, seconds=150)


def planned(make_plan: Any, setups: dict[str, NodeSetup], **more: Any) -> Any:
    return make_plan(
        VIP,
        setups,
        # What Debian's package does when it is installed, less its care for the disk.
        prepare=[["pg_createcluster", str(VERSION), "main", "--", "--no-sync"]],
        script="/etc/keepalived/postgresql.sh",
        power_on=["/etc/keepalived/postgresql.sh", "start"],
        client_command=client(VIP),
        local_command=[*SUPERUSER.split(), "psql", "-XAtq", "-d", "postgres", "-c"],
        prepare_sql=[
            "CREATE ROLE app LOGIN PASSWORD 'made-up-for-the-lab'",
            "CREATE TABLE lab (n int)",
            "GRANT INSERT, SELECT ON lab TO app",
        ],
        **more,
    )


@pytest.fixture(scope="module")
def crash(make_plan: Any, stack: Any) -> Any:
    """The example db-postgresql, which loses its primary."""
    setups = stack("db-postgresql")
    assert list(setups) == [FIRST, SECOND]
    return run(make_plan, setups, fault="crash")


def test_the_first_node_is_the_primary_and_has_a_synchronous_standby(crash: Any) -> None:
    assert crash["before"] == {
        "masters": [FIRST],
        "holder": FIRST,
        "servers": {FIRST: "primary sync", SECOND: "standby streaming"},
    }


def test_the_notify_script_promotes_the_standby_of_a_dead_primary(crash: Any) -> None:
    assert crash["after"] == {
        "masters": [SECOND],
        "holder": SECOND,
        "servers": {FIRST: "no power", SECOND: "primary alone"},
    }
    assert 0.5 < crash["outage_s"] < 10


def test_no_acknowledged_row_is_lost(crash: Any) -> None:
    assert crash["acknowledged"] > 100
    assert crash["lost_count"] == 0, crash["lost"]


def test_the_old_primary_returns_as_a_standby_and_takes_nothing_back(crash: Any) -> None:
    assert crash["returned"]["masters"] == [SECOND]
    assert crash["returned"]["holder"] == SECOND
    assert crash["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary sync"}


@pytest.mark.soak
def test_a_primary_that_gives_the_address_up_is_fenced(make_plan: Any) -> None:
    seen = run(make_plan, made(synchronous=True), fault="leave")
    assert seen["returned"]["fenced"] == "down"
    assert seen["lost_count"] == 0
    assert seen["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary sync"}


@pytest.mark.soak
@pytest.mark.parametrize("synchronous", [True, False])
def test_a_cut_before_the_crash_loses_rows_only_without_waiting(
    make_plan: Any, synchronous: bool
) -> None:
    seen = run(make_plan, made(synchronous=synchronous), fault="cut")
    assert (seen["lost_count"] == 0) is synchronous


@pytest.mark.soak
@pytest.mark.parametrize("victims", [["postgres"], ["keepalived"]], ids=lambda names: names[0])
def test_no_acknowledged_row_is_lost_when_a_daemon_dies(make_plan: Any, victims: list[str]) -> None:
    seen = run(make_plan, made(synchronous=True), fault="kill", victims=victims)
    assert seen["after"]["masters"] == [*([FIRST] if victims == ["keepalived"] else []), SECOND]
    assert seen["lost_count"] == 0, seen["lost"]
    assert seen["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary sync"}


@pytest.mark.soak
@pytest.mark.parametrize("only", ["", "vrrp"], ids=["all packets", "vrrp"])
@pytest.mark.parametrize("nodes", [(FIRST, SECOND), (SECOND, FIRST)], ids=["low first", "high"])
def test_a_split_pair_loses_no_acknowledged_row(
    make_plan: Any, nodes: tuple[str, str], only: str
) -> None:
    # When the two hear each other again, VRRP keeps the higher address, be it the old primary's.
    setups = made(synchronous=True, nodes=nodes)
    rogue = [*client(nodes[0]), "-c", "INSERT INTO lab VALUES (-1)"]
    plan = planned(make_plan, setups, only=only, rogue=rogue, mend={"down": "rejoin"})
    seen = namespace.run("database_split", plan, seconds=240)
    assert nodes[1] in seen["during"]["masters"]
    assert not seen["during"]["rogue"]
    assert seen["acknowledged"] > 100
    assert seen["lost_count"] == 0, seen["lost"]
    assert seen["after"]["masters"] == [seen["after"]["holder"]]
    assert sorted(seen["after"]["servers"].values()) == ["primary sync", "standby streaming"]
