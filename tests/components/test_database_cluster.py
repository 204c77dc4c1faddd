"""DatabaseFailoverCluster through its life on the embedded engine and the emulated cloud."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from havip.keepalived import parse
from pulumi_havip.components import DatabaseFailoverCluster

ENV = "/etc/keepalived/database.env"
OUTPUTS = (
    "address",
    "connection_string",
    "instance_ids",
    "files",
    "keepalived",
    "user_data",
    "vrrp_password",
    "replication_password",
    "health_command",
)


def cluster(stage: Any, **changes: Any) -> None:
    given = {"engine": "postgresql", "vip": "172.17.16.30", "protect": None}
    more = {"nodes": stage.nodes, "machine": stage.machine}
    where = {} if "subnet_id" in changes else stage.network()
    made = DatabaseFailoverCluster("db", **{**where, **given, **more, **changes})
    for output in OUTPUTS:
        pulumi.export(output, getattr(made, output))


def environment(seen: Any, node: str) -> dict[str, str]:
    lines = seen["files"][node][ENV].splitlines()
    return dict(line.removeprefix("HAVIP_").split("=", 1) for line in lines)


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_a_cluster_lives_and_leaves_nothing(stage: Any, engine: str) -> None:
    def program() -> None:
        cluster(stage, engine=engine)

    stage.preview(program)
    stage.up(program)
    seen = stage.plain(program)
    assert stage.booted_with() == seen["user_data"]
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    assert row.check_associate
    assert {item.instance_id for item in row.ha_vip_association_set} == set(
        seen["instance_ids"].values()
    )
    instance = parse(seen["keepalived"]["db-2"]).config.vrrp_instance[0]
    assert instance.notify_master == f"/etc/keepalived/{engine}.sh promote"
    assert instance.notify_fault == f"/etc/keepalived/{engine}.sh fence"
    assert instance.virtual_router_id == 30
    primary, standby = environment(seen, "db-1"), environment(seen, "db-2")
    assert (primary["FIRST"], standby["FIRST"]) == ("on", "off")
    assert (primary["PEER"], standby["SELF"]) == ("172.17.16.13", "172.17.16.13")
    assert primary["SYNC"] == "on"
    assert primary["REPLICATION_PASSWORD"] == seen["replication_password"]
    assert not stage.preview(program).changed
    assert not stage.refresh(program).changed
    stage.destroy(program)
    assert set(stage.left().values()) == {0}


def test_clients_are_told_where_to_connect(stage: Any) -> None:
    stage.up(lambda: cluster(stage, port=5433, database="shop"))
    seen = stage.plain(lambda: None)
    assert seen["connection_string"].startswith(
        "host=172.17.16.30 port=5433 dbname=shop target_session_attrs=read-write"
    )
    assert seen["health_command"] == "pg_isready -q -t 3 -h 172.17.16.30 -p 5433"


def test_clients_of_mariadb_are_told_too(stage: Any) -> None:
    outputs = stage.preview(lambda: cluster(stage, engine="mariadb", database="shop")).outputs
    assert outputs["connection_string"] == "mysql://172.17.16.30:3306/shop?connect_timeout=2"
    assert outputs["health_command"].endswith("-h 172.17.16.30 -P 3306 ping")


def test_synchronous_replication_is_a_choice(stage: Any) -> None:
    stage.up(lambda: cluster(stage, synchronous=False, version=16, clients="10.0.0.0/8"))
    seen = environment(stage.plain(lambda: None), "db-1")
    assert (seen["SYNC"], seen["VERSION"], seen["CLIENTS"]) == ("off", "16", "10.0.0.0/8")


def test_a_changed_set_up_is_written_and_makes_no_machine_anew(stage: Any) -> None:
    stage.up(lambda: cluster(stage))
    names = {
        row.instance_id: row.instance_name for row in stage.client.describe_instances().instance_set
    }
    stage.up(lambda: cluster(stage, synchronous=False))
    written = [entry.params["InstanceIds"][0] for entry in stage.calls("ModifyInstancesAttribute")]
    assert [names[id] for id in written] == ["db-2", "db-1"]
    assert stage.calls("RunInstances") == []


def test_machines_that_hold_data_are_protected(stage: Any) -> None:
    machine = {**stage.machine, "instance_type": "S5.LARGE8"}
    stage.up(lambda: cluster(stage, protect=True))
    result = stage.workspace(lambda: cluster(stage, protect=True, machine=machine)).up()
    assert "protect" in result.error
    assert stage.calls("TerminateInstances", "RunInstances") == []
    assert "protect" in stage.workspace(lambda: None).destroy().error
    assert stage.left()["instances"] == 2
    stage.up(lambda: cluster(stage, protect=False))
    stage.destroy(lambda: None)


def test_nodes_that_exist_are_taken_by_their_id(stage: Any) -> None:
    vpc, subnet, ids = stage.existing("172.17.16.31", "172.17.16.32")
    stage.up(lambda: cluster(stage, vpc_id=vpc, subnet_id=subnet, nodes=ids, machine=None))
    assert stage.calls("RunInstances") == []
    seen = stage.plain(lambda: None)
    assert environment(seen, "db-1")["SELF"] == "172.17.16.31"
    assert "#cloud-config" in seen["user_data"]["db-1"]


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_passwords_are_drawn_once_and_shown_nowhere(
    stage: Any,
    engine: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(1)
    stage.preview(lambda: cluster(stage, engine=engine))
    stage.up(lambda: cluster(stage, engine=engine))
    first = stage.plain(lambda: None)
    stage.up(lambda: cluster(stage, engine=engine, synchronous=False))
    stage.refresh(lambda: None)
    seen = stage.plain(lambda: None)
    output = capfd.readouterr()
    for name in ("vrrp_password", "replication_password"):
        assert seen[name] == first[name]
        for text in (stage.kept(), output.out, output.err, caplog.text):
            assert seen[name] not in text


def test_given_passwords_are_used_and_shown_nowhere(
    stage: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    given = {"vrrp_password": "q7Kx2mZ9", "replication_password": "given.replication-1"}
    stage.up(lambda: cluster(stage, **given))
    seen = stage.plain(lambda: None)
    assert environment(seen, "db-1")["REPLICATION_PASSWORD"] == "given.replication-1"
    output = capfd.readouterr()
    for secret in given.values():
        for text in (stage.kept(), output.out, output.err):
            assert secret not in text


REFUSED: Any = {
    "an unknown engine": (
        {"engine": "oracle"},
        "engine: 'oracle' is not known: take postgresql or mariadb",
    ),
    "one node": (
        {"nodes": [{"private_ip": "172.17.16.7"}]},
        "nodes: one node has nothing to fail over to: give a DatabaseFailoverCluster two",
    ),
    "three nodes": (
        {"nodes": [{"private_ip": f"172.17.16.{number}"} for number in (7, 8, 9)]},
        "nodes: 3 are too many: a DatabaseFailoverCluster has two nodes",
    ),
    "two nodes with one address": (
        {"nodes": [{"private_ip": "172.17.16.7"}, {"private_ip": "172.17.16.7"}]},
        "nodes[1].private_ip: 172.17.16.7 is also nodes[0].private_ip: give each its own address",
    ),
    "nodes in different subnets": (
        {"nodes": [{"private_ip": "172.17.16.7"}, {"private_ip": "172.18.16.7"}]},
        "nodes[1].private_ip: 172.18.16.7 is outside of the subnet 172.17.16.0/24: take one from "
        "172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "an old version": (
        {"version": 13},
        "version: an old primary of PostgreSQL 13 cannot be rejoined: take 15 or later",
    ),
    "a setting of the other engine": (
        {"engine": "mariadb", "version": 11},
        "version: mariadb has no such setting here: leave it out",
    ),
    "no port": ({"port": 0}, "port: 0 is not a port from 1 to 65535"),
    "clients that are no network": (
        {"clients": "everyone"},
        "clients: 'everyone' is not an IPv4 CIDR such as 10.0.0.0/16, with its host bits clear",
    ),
    "no name of a database": (
        {"database": "shop user=root"},
        "database: 'shop user=root' is not a name of letters, digits, '_', '$', '.' and '-'",
    ),
    "a switch in text": (
        {"synchronous": "false"},
        "synchronous: 'false' is not True or False (text such as 'false' would count as true)",
    ),
    "a short password": (
        {"replication_password": "too-short"},
        "replication_password: the replication password must be 12 to 64 letters, digits, '_', "
        "'.' and '-'",
    ),
    "protection given as text": (
        {"protect": "false"},
        "protect: 'false' is not True or False (text such as 'false' would count as true)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_work_is_refused_in_one_line(stage: Any, case: str) -> None:
    changes, reason = REFUSED[case]
    error = stage.refused(lambda: cluster(stage, **changes))
    assert error == f"DatabaseFailoverCluster 'db': {reason}"
    assert "too-short" not in stage.kept()
