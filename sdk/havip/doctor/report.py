"""Run the checks on HAVIPs, and collect the findings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from havip.doctor import checks_api, checks_database, checks_node
from havip.doctor.database import read_cluster
from havip.doctor.facts import Facts, RangeMember
from havip.doctor.local import Local
from havip.doctor.probe import LocalProbe, Probe, ProbeError
from havip.doctor.registry import CHECKS, DATABASE, NODE, RANGE, Skipped
from havip.errors import DeniedError, SiteError
from havip.rules import Finding, Rule, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from havip.api import HaVip
    from havip.client import Client

CHECK_MODULES = (checks_api, checks_node, checks_database)
"""Modules whose import registers checks in `CHECKS`."""
_NO_RANGE = "the international site does not return the range of a HAVIP"


@dataclass(slots=True)
class Report:
    """The result of a diagnosis.

    Attributes:
        vips: The HAVIPs that were checked.
        findings: The findings in the order of the HAVIPs, errors before warnings.
        skipped: The checks that could not run.
        machine: The id of this machine if the checks on a node ran, or "".
        notes: State worth knowing that is not a finding, such as the roles of a database.
    """

    vips: list[HaVip]
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    machine: str = ""
    notes: list[str] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return sum(one.severity is severity for one in self.findings)

    def failed(self, *, strict: bool = False) -> bool:
        """Return whether there is an error or, if strict, any finding."""
        return bool(self.findings) if strict else self.count(Severity.ERROR) > 0


def diagnose(
    client: Client,
    vips: Sequence[HaVip],
    *,
    gone: Sequence[str] = (),
    node: bool | None = None,
    probe: Probe | None = None,
    cluster: Path | None = None,
) -> Report:
    """Run all checks on HAVIPs of a region.

    Facts are read in batches: a hundred HAVIPs need about as many calls as one, plus one call for
    each security group.

    Args:
        client: A client for the HAVIPs' region.
        vips: The HAVIPs, recently read, for example by `find_havips`.
        gone: Ids of expected HAVIPs that do not exist.
        node: Whether to run the checks on a node; by default if an interface of this machine has
            the MAC address of one that may hold a HAVIP.
        probe: Reads the state of the machine; `LocalProbe` by default.
        cluster: A folder with a copy of ``member.json``, ``cluster.crt`` and ``cluster.key`` of a
            machine of the database cluster behind the HAVIPs, to check it from outside.

    Raises:
        ProbeError: The checks on a node were requested, but the machine's id is unknown; or
            the folder of the cluster cannot be read.
        ApiError: The service rejected a call; checks without permission are skipped instead.
        TransportError: There was no usable response.
    """
    probe = probe or LocalProbe()
    database = read_cluster(cluster) if cluster else None
    facts = Facts(client, vips, gone, probe.instance_id() if node else "", database)
    report = Report(facts.vips)
    try:
        if node is not False:
            facts.local = list(_local_nodes(facts, probe))
    except DeniedError as error:
        report.skipped.append(Skipped("checks on a node", str(error)))
    report.machine = facts.local[0].machine if facts.local else ""
    report.notes += _notes(facts)
    for one in CHECKS.values():
        _run_check(one, facts, report)
    order = {vip.ha_vip_id: number for number, vip in enumerate(facts.vips)}
    report.findings.sort(
        key=lambda one: (order.get(one.subject, len(order)), one.severity is not Severity.ERROR)
    )
    return report


def _notes(facts: Facts) -> list[str]:
    """Return the state of the databases that are checked."""
    found = [str(facts.cluster)] if facts.cluster else []
    with contextlib.suppress(ProbeError):  # reported by a check
        found += [str(here.database) for here in facts.local if here.database is not None]
    return list(dict.fromkeys(found))


def _run_check(one: Rule[Facts], facts: Facts, report: Report) -> None:
    """Run a check; record the reason if it cannot run."""
    if one.needs == NODE and not facts.local:
        return
    if one.needs == DATABASE and not facts.local and facts.cluster is None:
        return
    if one.needs == RANGE and facts.client.site == "intl":
        report.skipped.append(Skipped(one.id, _NO_RANGE))
        return
    try:
        report.findings.extend(list(one.findings(facts)))
    except (DeniedError, SiteError, ProbeError) as error:
        report.skipped.append(Skipped(one.id, str(error)))


def _local_nodes(facts: Facts, probe: Probe) -> Iterator[Local]:
    """Yield this machine as a node of each HAVIP that it may hold or holds."""
    macs = set() if facts.machine else _macs(probe)
    if not facts.machine and not macs:
        return
    for vip in facts.vips:
        member = _local_member(facts, vip, macs)
        if member is not None:
            admitted = not vip.check_associate or member in facts.members(vip)
            yield Local(vip, member.machine, member.interfaces, admitted, probe)


def _macs(probe: Probe) -> set[str]:
    """Return this machine's MAC addresses; if they cannot be read, it is not a node."""
    try:
        return {link.mac for link in probe.links()} - {"", "00:00:00:00:00:00"}
    except ProbeError:
        return set()


def _local_member(facts: Facts, vip: HaVip, macs: set[str]) -> RangeMember | None:
    """Return this machine among the members of a range, or as the holder."""
    found = list(facts.members(vip))
    if vip.instance_id:
        found.append(facts.member(vip, vip.instance_id))
    if facts.machine:
        found.append(facts.member(vip, facts.machine))
        return next(one for one in found if one.machine == facts.machine)
    return next(
        (one for one in found if macs & {eni.mac_address.lower() for eni in one.interfaces}), None
    )
