"""Snapshot of the HAVIPs of a region, and their moves since the previous one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from havip import api
from havip.doctor import diagnose
from havip.doctor.facts import Facts
from havip.errors import HavipError, one_line

if TYPE_CHECKING:
    from havip.client import Client


@dataclass(frozen=True, slots=True)
class HaVipStatus:
    """State of a HAVIP.

    Attributes:
        vip: The HAVIP.
        members: The number of instances and interfaces in its range.
        running: The number of them on running instances; None if unknown.
        moves: The number of holder changes since the exporter started.
        moved_at: Time of the last observed change, in seconds since the epoch; 0 for never.
    """

    vip: api.HaVip
    members: int
    running: int | None
    moves: int
    moved_at: float

    @property
    def holder(self) -> str:
        """The instance or interface that holds the address, or ""."""
        return self.vip.instance_id or self.vip.network_interface_id

    @property
    def holder_in_range(self) -> bool:
        """Return whether the holder is allowed: in the range, or `check_associate` is off."""
        members = {one.instance_id for one in self.vip.ha_vip_association_set}
        holders = {self.vip.instance_id, self.vip.network_interface_id}
        return not self.vip.check_associate or not self.holder or bool(members & holders)


@dataclass(frozen=True, slots=True)
class RegionStatus:
    """State of a region at a point in time.

    Attributes:
        at: Time of the reading, in seconds since the epoch.
        havips: Its HAVIPs.
        idle_eips: Addresses of unbound EIPs, which are charged, by id.
        findings: The number of the doctor's findings, by HAVIP, rule and severity.
    """

    at: float
    havips: tuple[HaVipStatus, ...] = ()
    idle_eips: dict[str, str] = field(default_factory=dict)
    findings: Counter[tuple[str, str, str]] = field(default_factory=Counter)


class RegionReader:
    """Reads a region repeatedly, and detects moves.

    Args:
        client: A client for the region.
        findings_every: Seconds between runs of the doctor, which needs more calls.
    """

    def __init__(self, client: Client, findings_every: float = 300.0) -> None:
        self._client = client
        self._findings_every = findings_every
        self._findings: Counter[tuple[str, str, str]] = Counter()
        self._diagnosed_at = float("-inf")
        self._holders: dict[str, str] = {}
        self._moves: Counter[str] = Counter()
        self._moved_at: dict[str, float] = {}

    def read(self) -> RegionStatus:
        """Read the region: one listing each of HAVIPs, EIPs, and instances in the ranges.

        Raises:
            HavipError: The HAVIPs cannot be read.
        """
        vips = [
            vip
            for page in self._client.pages(api.DescribeHaVips())
            for vip in page.ha_vip_set
            if not vip.business
        ]
        now = self._client.clock.time()
        for vip in vips:
            self._note_holder(vip, now)
        self._diagnose(vips)
        facts = Facts(self._client, vips)
        return RegionStatus(
            at=now,
            havips=tuple(self._status(vip, facts) for vip in vips),
            idle_eips=self._idle_eips(),
            findings=self._findings,
        )

    def _note_holder(self, vip: api.HaVip, now: float) -> None:
        holder = vip.instance_id or vip.network_interface_id
        before = self._holders.get(vip.ha_vip_id)
        if holder and before and holder != before:
            self._moves[vip.ha_vip_id] += 1
            self._moved_at[vip.ha_vip_id] = now
        if holder:
            self._holders[vip.ha_vip_id] = holder

    def _status(self, vip: api.HaVip, facts: Facts) -> HaVipStatus:
        try:
            states = [
                member.instance is not None and member.instance.instance_state == "RUNNING"
                for member in facts.members(vip)
            ]
        except HavipError:
            states = []  # without permission to read instances, their state stays unknown
        members = len(vip.ha_vip_association_set)
        return HaVipStatus(
            vip=vip,
            members=members,
            running=sum(states) if len(states) == members else None,
            moves=self._moves[vip.ha_vip_id],
            moved_at=self._moved_at.get(vip.ha_vip_id, 0.0),
        )

    def _idle_eips(self) -> dict[str, str]:
        try:
            return {
                eip.address_id: eip.address_ip
                for page in self._client.pages(api.DescribeAddresses())
                for eip in page.address_set
                if eip.address_status == "UNBIND"
            }
        except HavipError:
            return {}

    def _diagnose(self, vips: list[api.HaVip]) -> None:
        now = self._client.clock.monotonic()
        if now - self._diagnosed_at < self._findings_every:
            return
        try:
            report = diagnose(self._client, vips, node=False)
        except HavipError:
            return  # keep the previous findings until the doctor can run again
        self._diagnosed_at = now
        self._findings = Counter(
            (one_line(one.subject), one.rule, one.severity.value) for one in report.findings
        )
