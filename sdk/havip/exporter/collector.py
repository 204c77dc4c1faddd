"""Collector of HAVIP metrics for the Prometheus client library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from havip.errors import HavipError
from havip.exporter.snapshot import HaVipStatus, RegionReader, RegionStatus

if TYPE_CHECKING:
    from havip.client import Client

_HAVIP: Final = ("region", "havip")
_GAUGES: Final[Mapping[str, tuple[str, Callable[[HaVipStatus], float | None]]]] = {
    "havip_held": ("Whether the HAVIP has a holder.", lambda one: bool(one.holder)),
    "havip_holder_in_range": (
        "Whether the holder is in the range, if there is one.",
        lambda one: one.holder_in_range,
    ),
    "havip_range_members": ("Number of members in its range.", lambda one: one.members),
    "havip_range_members_running": (
        "Number of members in its range whose instance is running.",
        lambda one: one.running,
    ),
    "havip_eip_bound": ("Whether an EIP is bound to it.", lambda one: bool(one.vip.address_ip)),
    "havip_last_move_timestamp_seconds": (
        "Time of the last observed move; 0 for never.",
        lambda one: one.moved_at,
    ),
}
"""Gauges of each HAVIP: help text and value, None if unknown."""


class HaVipCollector(Collector):
    """Metrics of the HAVIPs of some regions.

    A region is read at most once in `interval` seconds, regardless of the number of scrapers; if it
    cannot be read, ``havip_up`` is 0 and there are no stale values.

    Args:
        clients: Clients by region.
        interval: Seconds for which a reading is cached.
        findings_every: Seconds between runs of the doctor.
    """

    def __init__(
        self, clients: Mapping[str, Client], interval: float = 15.0, findings_every: float = 300.0
    ) -> None:
        self._interval = interval
        self._clocks = {region: client.clock for region, client in clients.items()}
        self._readers = {
            region: RegionReader(client, findings_every) for region, client in clients.items()
        }
        self._lock = threading.Lock()
        self._read_at: dict[str, float] = {}
        self._statuses: dict[str, RegionStatus | None] = {}
        self._failures = dict.fromkeys(clients, 0)

    def describe(self) -> list[Metric]:
        """Return nothing, so that registering the collector does not call the API."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; read the regions whose cached values are too old."""
        with self._lock:
            for region in self._readers:
                self._refresh(region)
            statuses = dict(self._statuses)
            failures = dict(self._failures)
        rows = [
            (region, one) for region, status in statuses.items() if status for one in status.havips
        ]
        yield from encodable(_of_regions(statuses, failures))
        yield from encodable(_of_havips(rows))

    def _refresh(self, region: str) -> None:
        now = self._clocks[region].monotonic()
        if region in self._read_at and now - self._read_at[region] < self._interval:
            return
        self._read_at[region] = now
        try:
            self._statuses[region] = self._readers[region].read()
        except HavipError:
            self._statuses[region] = None
            self._failures[region] += 1


def encodable(metrics: Iterable[Metric]) -> Iterator[Metric]:
    """Yield metrics with labels that are valid UTF-8.

    A lone surrogate, which JSON allows in a name and a file name may contain, is escaped: it would
    fail the whole scrape.
    """
    for metric in metrics:
        metric.samples = [
            sample._replace(
                labels={
                    name: value.encode("utf-8", "backslashreplace").decode()
                    for name, value in sample.labels.items()
                }
            )
            for sample in metric.samples
        ]
        yield metric


def _of_regions(
    statuses: Mapping[str, RegionStatus | None], failures: Mapping[str, int]
) -> Iterator[Metric]:
    up = GaugeMetricFamily("havip_up", "Whether the region could be read.", labels=["region"])
    read = GaugeMetricFamily(
        "havip_read_timestamp_seconds", "Time of the last reading of the region.", labels=["region"]
    )
    failed = CounterMetricFamily(
        "havip_read_failures", "Failed readings of the region.", labels=["region"]
    )
    idle = GaugeMetricFamily(
        "havip_eip_idle",
        "An EIP that is not bound, and therefore charged.",
        labels=["region", "eip", "address"],
    )
    findings = GaugeMetricFamily(
        "havip_findings",
        "Findings of havip doctor.",
        labels=["region", "havip", "rule", "severity"],
    )
    for region, status in statuses.items():
        up.add_metric([region], float(status is not None))
        failed.add_metric([region], failures[region])
        if status is not None:
            read.add_metric([region], status.at)
            for eip, address in status.idle_eips.items():
                idle.add_metric([region, eip, address], 1.0)
            for (havip, rule, severity), number in status.findings.items():
                findings.add_metric([region, havip, rule, severity], number)
    yield from (up, read, failed, idle, findings)


def _of_havips(rows: list[tuple[str, HaVipStatus]]) -> Iterator[Metric]:
    info = InfoMetricFamily("havip", "A HAVIP.", labels=_HAVIP)
    holder = GaugeMetricFamily("havip_holder", "Holder of the HAVIP.", labels=[*_HAVIP, "holder"])
    moves = CounterMetricFamily(
        "havip_moves", "Moves to another holder since the exporter started.", labels=_HAVIP
    )
    for region, one in rows:
        vip, key = one.vip, [region, one.vip.ha_vip_id]
        about = {"name": vip.ha_vip_name, "vip": vip.vip, "vpc": vip.vpc_id}
        info.add_metric(key, {**about, "subnet": vip.subnet_id, "eip": vip.address_ip})
        if one.holder:
            holder.add_metric([*key, one.holder], 1.0)
        moves.add_metric(key, one.moves, created=None)
    yield from (info, holder, moves)
    for name, (text, value) in _GAUGES.items():
        gauge = GaugeMetricFamily(name, text, labels=_HAVIP)
        for region, one in rows:
            if (number := value(one)) is not None:
                gauge.add_metric([region, one.vip.ha_vip_id], float(number))
        yield gauge
