"""Life cycle of DatabaseFailoverCluster on the embedded engine and the emulated cloud."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from cryptography.x509 import SubjectAlternativeName, load_pem_x509_certificate

from havip.keepalived import parse
from pulumi_havip.components import DatabaseFailoverCluster

if TYPE_CHECKING:
    from tests.components.conftest import Stage

MEMBER = "/etc/havip/member.json"
PATRONI = "/etc/havip/patroni.yml"
GALERA = "/etc/mysql/mariadb.conf.d/70-havip.cnf"
WITNESS = {"private_ip": "172.17.16.21"}
OUTPUTS = (
    "address",
    "connection_string",
    "instance_ids",
    "files",
    "keepalived",
    "user_data",
    "vrrp_password",
    "replication_password",
    "certificate",
    "health_command",
)


def cluster(stage: Any, **changes: Any) -> None:
    given = {"engine": "postgresql", "vip": "172.17.16.30", "protect": None, "witness": WITNESS}
    more = {"nodes": stage.nodes, "machine": stage.machine}
    where = {} if "subnet_id" in changes else stage.network()
    made = DatabaseFailoverCluster("db", **{**where, **given, **more, **changes})
    for output in OUTPUTS:
        pulumi.export(output, getattr(made, output))


def member(seen: Any, node: str) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(seen["files"][node][MEMBER])
    return known


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_a_cluster_goes_through_its_life_cycle(stage: Stage, engine: str) -> None:
    def program() -> None:
        cluster(stage, engine=engine)

    stage.preview(program)
    stage.up(program)
    seen = stage.plain(program)
    assert stage.booted_with() == seen["user_data"]
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    assert row.check_associate
    ids = seen["instance_ids"]
    assert set(ids) == {"db-1", "db-2", "db-witness"}
    # The range holds the two servers, and never the third machine.
    assert {item.instance_id for item in row.ha_vip_association_set} == {ids["db-1"], ids["db-2"]}
    assert set(seen["keepalived"]) == {"db-1", "db-2"}
    instance = parse(seen["keepalived"]["db-2"]).config.vrrp_instance[0]
    assert instance.notify_master is None
    assert instance.nopreempt
    assert instance.virtual_router_id == 30
    machines = ["172.17.16.7", "172.17.16.13", "172.17.16.21"]
    for name, own in zip(ids, machines, strict=True):
        assert (member(seen, name)["self"], member(seen, name)["nodes"]) == (own, machines)
        for block in ("/etc/havip/cluster.key", "/etc/havip/cluster.crt"):
            assert seen["files"][name][block] in seen["certificate"]
    assert not stage.preview(program).changed
    assert not stage.refresh(program).changed
    stage.destroy(program)
    assert set(stage.left().values()) == {0}


def test_the_machines_are_kept_apart_and_the_third_may_be_smaller(stage: Stage) -> None:
    third = {**WITNESS, "instance_type": "S5.SMALL1", "system_disk_size": 20, "name": "vote"}
    stage.up(lambda: cluster(stage, witness=third))
    rows = {row.instance_name: row for row in stage.client.describe_instances().instance_set}
    assert rows["vote"].instance_type == "S5.SMALL1"
    assert rows["db-1"].instance_type == stage.machine["instance_type"]
    assert len({row.disaster_recover_group_id for row in rows.values()}) == 1


def test_the_certificate_names_the_three_machines_and_stays(stage: Stage) -> None:
    stage.up(lambda: cluster(stage, engine="mariadb"))
    first = stage.plain(lambda: None)["certificate"]
    names = load_pem_x509_certificate(first.encode()).extensions.get_extension_for_class(
        SubjectAlternativeName
    )
    assert {str(one.value) for one in names.value} == {
        "172.17.16.7",
        "172.17.16.13",
        "172.17.16.21",
        "127.0.0.1",
    }
    stage.up(lambda: cluster(stage, engine="mariadb", garp_master_refresh=10))
    assert stage.plain(lambda: None)["certificate"] == first


def test_the_connection_string_is_an_output(stage: Stage) -> None:
    stage.up(lambda: cluster(stage, port=5433, database="shop"))
    seen = stage.plain(lambda: None)
    assert seen["connection_string"].startswith(
        "host=172.17.16.30 port=5433 dbname=shop target_session_attrs=read-write"
    )
    assert seen["health_command"] == "pg_isready -q -t 3 -h 172.17.16.30 -p 5433"


def test_the_connection_string_of_mariadb_is_an_output(stage: Stage) -> None:
    outputs = stage.preview(lambda: cluster(stage, engine="mariadb", database="shop")).outputs
    assert outputs["connection_string"] == "mysql://172.17.16.30:3306/shop?connect_timeout=2"
    assert outputs["health_command"].endswith("-h 172.17.16.30 -P 3306 ping")


def test_the_engine_is_set_up_as_the_program_says(stage: Stage) -> None:
    stage.up(lambda: cluster(stage, synchronous=False, version=16, clients="10.0.0.0/8"))
    conf = stage.plain(lambda: None)["files"]["db-1"][PATRONI]
    assert "synchronous_mode: false" in conf
    assert "/usr/lib/postgresql/16/bin" in conf
    assert "host all all 10.0.0.0/8 scram-sha-256" in conf


def test_times_of_checks_and_announcements_are_arguments(stage: Stage) -> None:
    times = {"check_interval": 2, "check_fall": 5, "garp_master_refresh": 0}
    stage.up(lambda: cluster(stage, engine="mariadb", port=3307, **times))
    seen = stage.plain(lambda: None)
    conf = parse(seen["keepalived"]["db-1"]).config
    assert (conf.vrrp_script[0].interval, conf.vrrp_script[0].fall) == (2, 5)
    assert conf.vrrp_instance[0].garp_master_refresh == 0
    assert "port = 3307" in seen["files"]["db-witness"][GALERA]


def test_patroni_may_come_from_the_packages_of_the_image(stage: Stage) -> None:
    stage.up(lambda: cluster(stage, patroni_source="packages"))
    assert "\netcd:\n" in stage.plain(lambda: None)["files"]["db-1"][PATRONI]


def test_a_changed_set_up_is_written_and_replaces_no_machine(stage: Stage) -> None:
    stage.up(lambda: cluster(stage))
    names = {
        row.instance_id: row.instance_name for row in stage.client.describe_instances().instance_set
    }
    stage.up(lambda: cluster(stage, synchronous=False))
    written = [entry.params["InstanceIds"][0] for entry in stage.calls("ModifyInstancesAttribute")]
    changed = [names[id] for id in written]
    assert [name for name in changed if name != "db-witness"] == ["db-2", "db-1"]
    assert stage.calls("RunInstances") == []


def test_machines_that_hold_data_are_protected(stage: Stage) -> None:
    machine = {**stage.machine, "instance_type": "S5.LARGE8"}
    stage.up(lambda: cluster(stage, protect=True))
    result = stage.workspace(lambda: cluster(stage, protect=True, machine=machine)).up()
    assert "protect" in result.error
    assert stage.calls("TerminateInstances", "RunInstances") == []
    assert "protect" in stage.workspace(lambda: None).destroy().error
    assert stage.left()["instances"] == 3
    stage.up(lambda: cluster(stage, protect=False))
    stage.destroy(lambda: None)


def test_existing_nodes_are_given_by_id(stage: Stage) -> None:
    vpc, subnet, ids = stage.existing("172.17.16.31", "172.17.16.32", "172.17.16.33")
    where = {"vpc_id": vpc, "subnet_id": subnet, "machine": None}
    stage.up(lambda: cluster(stage, nodes=ids[:2], witness=ids[2], **where))
    assert stage.calls("RunInstances") == []
    seen = stage.plain(lambda: None)
    assert member(seen, "db-1")["self"] == "172.17.16.31"
    assert member(seen, "db-witness")["self"] == "172.17.16.33"
    (row,) = stage.client.describe_ha_vips().ha_vip_set
    assert {item.instance_id for item in row.ha_vip_association_set} == set(ids[:2])
    assert "#cloud-config" in seen["user_data"]["db-1"]


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_passwords_are_generated_once_and_never_shown(
    stage: Stage,
    engine: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(1)
    stage.preview(lambda: cluster(stage, engine=engine))
    stage.up(lambda: cluster(stage, engine=engine))
    first = stage.plain(lambda: None)
    stage.up(lambda: cluster(stage, engine=engine, check_fall=3))
    stage.refresh(lambda: None)
    seen = stage.plain(lambda: None)
    output = capfd.readouterr()
    key = seen["certificate"].splitlines()[1]
    for name in ("vrrp_password", "replication_password", "certificate"):
        assert seen[name] == first[name]
    for secret in (seen["vrrp_password"], seen["replication_password"], key):
        for text in (stage.kept(), output.out, output.err, caplog.text):
            assert secret not in text


def test_given_passwords_are_used_and_never_shown(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    given = {"vrrp_password": "q7Kx2mZ9", "replication_password": "given.replication-1"}
    stage.up(lambda: cluster(stage, **given))
    seen = stage.plain(lambda: None)
    assert "password: given.replication-1" in seen["files"]["db-1"][PATRONI]
    output = capfd.readouterr()
    for secret in given.values():
        for text in (stage.kept(), output.out, output.err):
            assert secret not in text


NODE_A = {"private_ip": "172.17.16.8"}
REFUSED: Any = {
    "an unknown engine": (
        {"engine": "oracle"},
        "engine: 'oracle' is not supported: use postgresql or mariadb",
    ),
    "a pair without a third machine": (
        {"witness": None},
        "witness: a third machine is needed, since two cannot decide which of them may write: "
        "give it a free address of the subnet, such as {'private_ip': '172.17.16.33'}; how a "
        "pair made by havip 0.1.0 is moved without loss is in docs/howto/migrate-databases.md",
    ),
    "one node": (
        {"nodes": [{"private_ip": "172.17.16.7"}]},
        "nodes: one node has nothing to fail over to: give a DatabaseFailoverCluster two",
    ),
    "three nodes": (
        {"nodes": [{"private_ip": f"172.17.16.{number}"} for number in (7, 8, 9)]},
        "nodes: 3 are too many: give the two servers behind the HAVIP as `nodes` and one more "
        "machine as `witness`",
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
    "a witness in another subnet": (
        {"witness": {"private_ip": "172.17.17.9"}},
        "witness.private_ip: 172.17.17.9 is outside of the subnet 172.17.16.0/24: take one from "
        "172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "a witness in the range, by address": (
        {"witness": {"private_ip": "172.17.16.7"}},
        "witness.private_ip: 172.17.16.7 is also nodes[0].private_ip: give each its own address",
    ),
    "a witness in the range, by id": (
        {
            "nodes": [NODE_A, {"instance_id": "ins-22222222", "private_ip": "172.17.16.9"}],
            "witness": {"instance_id": "ins-22222222", "private_ip": "172.17.16.10"},
        },
        "witness: it is nodes[1] as well, which is in the HAVIP's range: give a third machine",
    ),
    "a witness at the gateway": (
        {"witness": {"private_ip": "172.17.16.1"}},
        "witness.private_ip: 172.17.16.1 is reserved by the cloud in the subnet 172.17.16.0/24: "
        "take one from 172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "a node at the gateway": (
        {"nodes": [{"private_ip": "172.17.16.1"}, {"private_ip": "172.17.16.7"}]},
        "nodes[0].private_ip: 172.17.16.1 is reserved by the cloud in the subnet 172.17.16.0/24: "
        "take one from 172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "a HAVIP at the gateway": (
        {"vip": "172.17.16.1"},
        "vip: 172.17.16.1 is reserved by the cloud in the subnet 172.17.16.0/24: take one from "
        "172.17.16.2 to 172.17.16.254, since a HAVIP moves within one subnet only",
    ),
    "a witness that is described wrongly": (
        {"witness": {"private_ip": "172.17.16.9", "size": "small"}},
        "witness: 'size' is not a property of a node: use private_ip, instance_id, name",
    ),
    "an old version": (
        {"version": 13},
        "version: PostgreSQL 13 is not supported: use a major version from 14 to 18 that the "
        "image's package sources have",
    ),
    "a version that is none": (
        {"version": 15.4},
        "version: PostgreSQL 15.4 is not supported: use a major version from 14 to 18 that the "
        "image's package sources have",
    ),
    "a setting of the other engine": (
        {"engine": "mariadb", "version": 11},
        "version: mariadb has no such setting here: leave it out",
    ),
    "an asynchronous Galera": (
        {"engine": "mariadb", "synchronous": False},
        "synchronous: mariadb has no such setting here: leave it out",
    ),
    "a source of Patroni that is none": (
        {"patroni_source": "git"},
        "patroni_source: 'git' is not supported: use pypi or packages",
    ),
    "checks that never come": (
        {"check_interval": 0},
        "check_interval: 0 is not a whole number of seconds from 1 to 60",
    ),
    "the port of etcd": (
        {"port": 2379, "vip": None},
        "port: 2379 is the port of etcd on these machines: choose another one",
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
def test_invalid_arguments_are_rejected_in_one_line(stage: Stage, case: str) -> None:
    changes, reason = REFUSED[case]
    error = stage.refused(lambda: cluster(stage, **changes))
    assert error == f"DatabaseFailoverCluster 'db': {reason}"
    assert "too-short" not in stage.kept()
