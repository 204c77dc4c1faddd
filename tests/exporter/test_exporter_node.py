"""Metrics of a node: keepalived, the addresses and the database."""

from __future__ import annotations

import urllib.request
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from havip import FakeClock
from havip.cli.app import app
from havip.doctor.database import Database, DatabaseServer
from havip.doctor.probe import Link, LocalProbe, ProbeError
from havip.exporter import NodeCollector
from havip.exporter.node import NodeReader
from havip.exporter.server import serve
from havip.keepalived import lb_pair, render

NODES = ("172.17.16.7", "172.17.16.13", "172.17.16.21")
CONFIG = render(lb_pair("172.17.16.3", list(NODES[:2]), auth_pass="f7Kq2xZ9")[NODES[0]])
WHOLE = Database(
    engine="postgresql",
    own=NODES[0],
    nodes=NODES,
    servers={
        NODES[0]: DatabaseServer(NODES[0], "primary", "running", writable=True),
        NODES[1]: DatabaseServer(NODES[1], "", "no reply", False, restart_pending=True),
    },
    votes=NODES,
    serves=True,
    lacks="no standby",
    certificate_ends=False,
)
MACHINE = SimpleNamespace(runs=True, config=CONFIG, addresses=(NODES[0], "172.17.16.3"), reads=0)


class Probe(LocalProbe):
    """A machine whose facts are set by a test."""

    machine = MACHINE
    found: Database | None = WHOLE

    def keepalived_runs(self) -> bool:
        self.machine.reads += 1
        return bool(self.machine.runs)

    def config(self) -> str | None:
        return None if self.machine.config is None else str(self.machine.config)

    def links(self) -> list[Link]:
        return [Link("eth0", "52:54:00:00:00:01", True, self.machine.addresses)]

    def database(self) -> Database | None:
        return self.found


def scrape(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    """Return the values by name and by the values of the labels."""
    text = generate_latest(registry).decode()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def node(found: Database | None = None, **machine: Any) -> CollectorRegistry:
    chosen = SimpleNamespace(**(vars(MACHINE) | machine))
    probe = type("Chosen", (Probe,), {"machine": chosen, "found": found})
    registry = CollectorRegistry()
    registry.register(NodeCollector(15.0, NodeReader(probe), FakeClock()))
    return registry


@pytest.mark.parametrize(
    ("machine", "state"),
    [
        ({}, "master"),
        ({"addresses": NODES[:1]}, "not_master"),
        ({"addresses": NODES[:1], "runs": False}, "stopped"),
        ({"runs": False}, "master"),
    ],
)
def test_an_instance_is_the_master_where_its_addresses_are(
    machine: dict[str, Any], state: str
) -> None:
    found = scrape(node(**machine))
    names = {key[1:] for key, value in found.items() if key[0] == "havip_vrrp_state" and value}
    assert names == {tuple(sorted(("172.17.16.3", "VI_1", state)))}
    assert found[("havip_keepalived_running",)] == float(bool(machine.get("runs", True)))


def test_the_database_shows_who_writes_and_what_is_missing() -> None:
    found = scrape(node(found=WHOLE))
    assert found[("havip_database_writable", *sorted((NODES[0], "postgresql")))] == 1
    assert found[("havip_database_writable", *sorted((NODES[1], "postgresql")))] == 0
    assert found[("havip_database_role", *sorted((NODES[1], "postgresql", "unknown")))] == 1
    assert found[("havip_database_restart_pending", *sorted((NODES[1], "postgresql")))] == 1
    assert found[("havip_database_quorum", "postgresql")] == 1
    assert found[("havip_database_redundant", "postgresql")] == 0
    whole = scrape(node(found=replace(WHOLE, lacks="")))
    assert whole[("havip_database_redundant", "postgresql")] == 1


def test_a_part_that_cannot_be_read_is_named_and_hides_nothing() -> None:
    found = scrape(node(config="vrrp_instance {", found=WHOLE))
    assert found[("havip_node_unread", "keepalived")] == 1
    assert found[("havip_database_quorum", "postgresql")] == 1


def test_the_machine_is_read_once_in_an_interval() -> None:
    clock = FakeClock()
    machine = SimpleNamespace(**vars(MACHINE))
    probe = type("Counted", (Probe,), {"machine": machine})
    registry = CollectorRegistry()
    registry.register(NodeCollector(15.0, NodeReader(probe), clock))
    for _ in range(5):
        scrape(registry)
    assert machine.reads == 1
    clock.advance(15)
    scrape(registry)
    assert machine.reads == 2


def test_a_node_is_served_over_http() -> None:
    with (
        serve(node(found=WHOLE), "127.0.0.1", 0) as url,
        urllib.request.urlopen(url, timeout=10) as answer,
    ):
        text = answer.read().decode()
    assert 'havip_vrrp_state{state="master",vip="172.17.16.3",vrrp_instance="VI_1"} 1.0' in text
    assert "f7Kq2xZ9" not in text


def test_a_machine_without_a_keepalived_conf_has_no_states() -> None:
    reader = NodeReader(type("Bare", (Probe,), {"config": lambda self: None}))
    assert reader.read().states == ()


def test_serving_nothing_is_wrong_use() -> None:
    done = CliRunner().invoke(app, ["exporter", "--no-api", "--no-node"])
    assert done.exit_code != 0


def test_a_database_for_root_alone_is_named() -> None:
    def refuse(self: LocalProbe) -> Database | None:
        raise ProbeError("run as root")

    found = NodeReader(type("Refusing", (Probe,), {"database": refuse})).read()
    assert found.failed == ("database",)
    assert [one.state for one in found.states] == ["master"]
