"""Metrics of a node: the state of keepalived and of the database on this machine.

The state of an instance is derived from the machine's addresses. keepalived can also write its
state to a file, but that file is world-readable and contains the VRRP passwords.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from havip._transport.clock import Clock, SystemClock
from havip.doctor.database import Database
from havip.doctor.probe import Link, LocalProbe, ProbeError
from havip.exporter.collector import encodable
from havip.keepalived.config.model import VrrpInstance
from havip.keepalived.config.parse import parse
from havip.keepalived.errors import ParseError

STATES: Final = ("master", "not_master", "stopped")


@dataclass(frozen=True, slots=True)
class VrrpState:
    """State of a vrrp_instance: its name, its first address, and one of `STATES`."""

    instance: str
    vip: str
    state: str


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """State of this machine at a point in time.

    Attributes:
        runs: Whether keepalived is running; None if unknown.
        states: The instances in keepalived.conf.
        database: The database cluster of this machine, or None.
        failed: The parts that could not be read.
    """

    runs: bool | None
    states: tuple[VrrpState, ...]
    database: Database | None
    failed: tuple[str, ...]


class NodeReader:
    """Reads the state of this machine, as far as possible.

    Args:
        make_probe: Creates the probe for a reading; `LocalProbe` by default.
    """

    def __init__(self, make_probe: type[LocalProbe] = LocalProbe) -> None:
        self._make_probe = make_probe

    def read(self) -> NodeStatus:
        """Read keepalived, its addresses and the database."""
        probe = self._make_probe()
        failed: list[str] = []
        runs: bool | None = None
        states: tuple[VrrpState, ...] = ()
        database = None
        try:
            runs = probe.keepalived_runs()
            states = _states(probe.config() or "", probe.links(), runs)
        except (ProbeError, ParseError):
            failed.append("keepalived")
        try:
            database = probe.database()
        except ProbeError:
            failed.append("database")
        return NodeStatus(runs, states, database, tuple(failed))


def _states(text: str, links: list[Link], runs: bool) -> tuple[VrrpState, ...]:
    present = {address for link in links for address in link.addresses}
    return tuple(
        VrrpState(one.name, held[0] if (held := _held(one)) else "", _state(one, present, runs))
        for one in parse(text).config.vrrp_instance
    )


def _held(one: VrrpInstance) -> list[str]:
    return [virtual.address for virtual in one.virtual_ipaddress if ":" not in virtual.address]


def _state(one: VrrpInstance, present: set[str], runs: bool) -> str:
    if present.issuperset(held := _held(one)) and held:
        return "master"
    return "not_master" if runs else "stopped"


class NodeCollector(Collector):
    """Metrics of this machine, read at most once in `interval` seconds.

    Args:
        interval: Seconds for which a reading is cached.
        reader: Reads the state of the machine.
        clock: Measures the interval.
    """

    def __init__(
        self, interval: float = 15.0, reader: NodeReader | None = None, clock: Clock | None = None
    ) -> None:
        self._interval = interval
        self._reader = reader or NodeReader()
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._status = NodeStatus(None, (), None, ())

    def describe(self) -> list[Metric]:
        """Return nothing, so that registering the collector does not read the machine."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; read the machine if the cached values are too old."""
        with self._lock:
            if self._clock.monotonic() - self._read_at >= self._interval:
                self._read_at = self._clock.monotonic()
                self._status = self._reader.read()
            status = self._status
        yield from encodable(_of_keepalived(status))
        if status.database is not None:
            yield from encodable(_of_database(status.database))


def _of_keepalived(status: NodeStatus) -> Iterator[Metric]:
    unread = GaugeMetricFamily(
        "havip_node_unread", "A part of this machine that cannot be read.", labels=["part"]
    )
    for part in status.failed:
        unread.add_metric([part], 1.0)
    runs = GaugeMetricFamily(
        "havip_keepalived_running", "Whether keepalived is running on this machine."
    )
    if status.runs is not None:
        runs.add_metric([], float(status.runs))
    state = GaugeMetricFamily(
        "havip_vrrp_state",
        "State of a vrrp_instance: master if this machine has its addresses.",
        labels=["vrrp_instance", "vip", "state"],
    )
    for one in status.states:
        for each in STATES:
            state.add_metric([one.instance, one.vip, each], float(each == one.state))
    yield from (unread, runs, state)


def _of_database(database: Database) -> Iterator[Metric]:
    whole = {
        "havip_database_quorum": ("Whether a majority of the machines responds.", database.quorum),
        "havip_database_redundant": (
            "Whether the cluster survives the next fault.",
            not database.lacks,
        ),
        "havip_database_serves": (
            "Whether the server on this machine may hold the HAVIP.",
            database.serves,
        ),
    }
    for name, (text, value) in whole.items():
        gauge = GaugeMetricFamily(name, text, labels=["engine"])
        gauge.add_metric([database.engine], float(value))
        yield gauge
    labels = ["engine", "server"]
    role = GaugeMetricFamily(
        "havip_database_role",
        "Role of a server according to the cluster.",
        labels=[*labels, "role"],
    )
    writable = GaugeMetricFamily(
        "havip_database_writable", "Whether a server is writable.", labels=labels
    )
    pending = GaugeMetricFamily(
        "havip_database_restart_pending",
        "Whether a changed setting needs a restart.",
        labels=labels,
    )
    for one in database.servers.values():
        key = [database.engine, one.node]
        role.add_metric([*key, one.role or "unknown"], 1.0)
        writable.add_metric(key, float(one.writable))
        pending.add_metric(key, float(one.restart_pending))
    yield from (role, writable, pending)
