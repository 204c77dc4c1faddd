"""Diagnose why a HAVIP would not fail over, before it has to.

Example::

    from havip.doctor import diagnose

    client = havip.Client("ap-guangzhou")
    report = diagnose(client, client.describe_ha_vips().ha_vip_set)
    for finding in report.findings:
        print(finding)

The checks are in `CHECKS`, each with its reason, fix and source. Checks of API facts run anywhere;
checks of a node examine the machine that they run on, through a `Probe`.
"""

from __future__ import annotations

from havip.doctor.facts import find_havips
from havip.doctor.probe import Link, LocalProbe, Probe, ProbeError
from havip.doctor.registry import CHECKS, Skipped
from havip.doctor.report import Report, diagnose
from havip.rules import Finding, Severity
from havip.rules import Rule as Check

Level = Severity
"""The name of `Severity` in 0.1.0."""

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Level",
    "Link",
    "LocalProbe",
    "Probe",
    "ProbeError",
    "Report",
    "Severity",
    "Skipped",
    "diagnose",
    "find_havips",
]
