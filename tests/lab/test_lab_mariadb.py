"""A MariaDB pair on real servers: promoted, fenced, rejoined and rebuilt by its own script."""

from __future__ import annotations

from typing import Any

import pytest

from havip.keepalived.mariadb import mariadb_nodes
from havip.lab import enclosure

REASON = enclosure.missing(("keepalived", "killall", "mariadbd", "mariadb", "service"))
pytestmark = [
    pytest.mark.lab,
    pytest.mark.soak,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
VIP, FIRST, SECOND = "172.17.16.3", "172.17.16.31", "172.17.16.32"
CLIENT = "mariadb --no-defaults --unbuffered -N -B --connect-timeout=2"


def run(make_plan: Any, *, synchronous: bool, fault: str) -> Any:
    setups = mariadb_nodes(
        VIP,
        [FIRST, SECOND],
        subnet="172.17.16.0/24",
        auth_pass="f7Kq2xZ9",
        replication_password="made-up-for-the-lab",
        synchronous=synchronous,
    )
    plan = make_plan(
        VIP,
        setups,
        # What Debian's package does when it is installed.
        prepare=[["mariadb-install-db", "--user=mysql", "--skip-test-db"]],
        script="/etc/keepalived/mariadb.sh",
        power_on=["service", "mariadb", "start"],
        client_command=[*CLIENT.split(), "-h", VIP, "-u", "app", "-pmade-up", "lab"],
        local_command=["mariadb", "--no-defaults", "-N", "-B", "-e"],
        rows_sql="SELECT n FROM lab.lab",
        prepare_sql=[
            "CREATE DATABASE lab; CREATE TABLE lab.lab (n int primary key)",
            "CREATE USER app IDENTIFIED BY 'made-up'; GRANT INSERT, SELECT ON lab.* TO app",
        ],
        fault=fault,
        diverges=fault == "cut" and not synchronous,
    )
    return enclosure.run("promotion", plan, seconds=200)


@pytest.mark.parametrize("fault", ["crash", "leave", "cut"])
def test_no_acknowledged_row_is_lost_where_commits_wait(make_plan: Any, fault: str) -> None:
    seen = run(make_plan, synchronous=True, fault=fault)
    assert seen["before"]["servers"] == {FIRST: "primary sync", SECOND: "standby streaming"}
    assert seen["after"]["masters"] == [SECOND]
    assert seen["acknowledged"] > 100
    assert seen["lost_count"] == 0, seen["lost"]
    assert seen["returned"]["masters"] == [SECOND]
    assert seen["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary sync"}


def test_without_waiting_a_cut_loses_rows_and_the_old_primary_is_rebuilt(make_plan: Any) -> None:
    seen = run(make_plan, synchronous=False, fault="cut")
    assert seen["lost_count"] > 0
    assert seen["returned"]["servers"] == {FIRST: "standby streaming", SECOND: "primary async"}
