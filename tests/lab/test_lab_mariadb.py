"""A MariaDB pair on real servers: promoted, fenced, rejoined and rebuilt by its own script."""

from __future__ import annotations

from typing import Any

import pytest

from havip.keepalived.nodes.mariadb import mariadb_nodes
from havip.lab import namespace as namespace

REASON = namespace.missing(("keepalived", "killall", "mariadbd", "mariadb", "service"))
pytestmark = [
    pytest.mark.lab,
    pytest.mark.soak,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
VIP, FIRST, SECOND = "172.17.16.3", "172.17.16.31", "172.17.16.32"
CLIENT = "mariadb --no-defaults --unbuffered -N -B --connect-timeout=2"
LOGIN = ("-D", "lab", "-u", "app", "-pmade-up")


def run(make_plan: Any, **more: Any) -> Any:
    return namespace.run("promotion", planned(make_plan, **more), seconds=200)


def planned(
    make_plan: Any,
    *,
    synchronous: bool,
    fault: str = "crash",
    nodes: tuple[str, str] = (FIRST, SECOND),
    **more: Any,
) -> Any:
    setups = mariadb_nodes(
        VIP,
        nodes,
        subnet="172.17.16.0/24",
        auth_pass="f7Kq2xZ9",
        replication_password="made-up-for-the-lab",
        synchronous=synchronous,
    )
    return make_plan(
        VIP,
        setups,
        # What Debian's package does when it is installed.
        prepare=[["mariadb-install-db", "--user=mysql", "--skip-test-db"]],
        script="/etc/keepalived/mariadb.sh",
        power_on=["service", "mariadb", "start"],
        client_command=[*CLIENT.split(), *LOGIN, "-h", VIP],
        local_command=["mariadb", "--no-defaults", "-N", "-B", "-e"],
        rows_sql="SELECT n FROM lab.lab",
        prepare_sql=[
            "CREATE DATABASE lab; CREATE TABLE lab.lab (n int primary key)",
            "CREATE USER app IDENTIFIED BY 'made-up'; GRANT INSERT, SELECT ON lab.* TO app",
        ],
        fault=fault,
        diverges=fault == "cut" and not synchronous,
        **more,
    )


SERVER = ["mysqld_safe", "mariadbd"]


@pytest.mark.parametrize(
    ("fault", "victims"),
    [("crash", []), ("leave", []), ("cut", []), ("kill", SERVER), ("kill", ["keepalived"])],
)
def test_no_acknowledged_row_is_lost_where_commits_wait(
    make_plan: Any, fault: str, victims: list[str]
) -> None:
    seen = run(make_plan, synchronous=True, fault=fault, victims=victims)
    assert seen["before"]["servers"] == {FIRST: "primary sync", SECOND: "standby streaming"}
    assert seen["after"]["masters"] == [*([FIRST] if victims == ["keepalived"] else []), SECOND]
    assert seen["acknowledged"] > 100
    assert seen["lost_count"] == 0, seen["lost"]
    assert seen["returned"]["masters"] == [SECOND]
    assert seen["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary sync"}


def test_the_standby_of_a_dead_primary_takes_writes_at_once(make_plan: Any) -> None:
    # It was connecting to the dead one when it was told to stop; that took two seconds more.
    seen = run(make_plan, synchronous=True, fault="crash")
    assert seen["promoted_s"] < seen["moved_s"] + 1.8


def test_a_primary_that_is_started_anew_gives_the_address_up(make_plan: Any) -> None:
    # Within less time than the health check needs to miss it; and it comes back read-only.
    seen = run(make_plan, synchronous=True, fault="kill", victims=["mariadbd"])
    assert seen["after"]["masters"] == [SECOND]
    assert seen["lost_count"] == 0, seen["lost"]
    assert seen["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary sync"}


def test_without_waiting_a_cut_loses_rows_and_the_old_primary_is_rebuilt(make_plan: Any) -> None:
    seen = run(make_plan, synchronous=False, fault="cut")
    assert seen["lost_count"] > 0
    assert seen["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary async"}


@pytest.mark.parametrize("only", ["", "vrrp"], ids=["all packets", "vrrp"])
@pytest.mark.parametrize("nodes", [(FIRST, SECOND), (SECOND, FIRST)], ids=["low first", "high"])
def test_a_split_pair_loses_no_acknowledged_row(
    make_plan: Any, nodes: tuple[str, str], only: str
) -> None:
    # When the two hear each other again, VRRP keeps the higher address, be it the old primary's.
    plan = planned(
        make_plan,
        synchronous=True,
        nodes=nodes,
        only=only,
        rogue=[*CLIENT.split(), *LOGIN, "-h", nodes[0], "-e", "INSERT INTO lab VALUES (-1)"],
        mend={"1236": "rebuild"},  # it has what it never acknowledged, and no one else has
    )
    seen = namespace.run("database_split", plan, seconds=240)
    assert nodes[1] in seen["during"]["masters"]
    assert not seen["during"]["rogue"]
    assert seen["acknowledged"] > 100
    assert seen["lost_count"] == 0, seen["lost"]
    assert seen["after"]["masters"] == [seen["after"]["holder"]]
    assert sorted(seen["after"]["servers"].values()) == ["primary sync", "standby streaming"]
