"""Rules about gratuitous ARP, which moves a HAVIP."""

from __future__ import annotations

from collections.abc import Iterator

from havip.keepalived.lint.registry import GUIDE, RULES, Subject, line_of
from havip.rules import Problem, Severity


@RULES.rule(
    "garp-delay",
    Severity.ERROR,
    reason="The cloud moves a HAVIP only on gratuitous ARP; a second burst after the switch covers "
    "the loss of the first one, and Tencent's guide requires it.",
    fix="Set garp_master_delay 1.",
    source=GUIDE,
)
def _garp_delay(subject: Subject) -> Iterator[Problem]:
    yield from _unset(subject, "garp_master_delay")


@RULES.rule(
    "garp-refresh",
    Severity.ERROR,
    reason="A lost announcement is only repaired by the next one: without garp_master_refresh "
    "it is never repeated, and a split brain goes unnoticed.",
    fix="Set garp_master_refresh 5.",
    source=GUIDE,
)
def _garp_refresh(subject: Subject) -> Iterator[Problem]:
    yield from _unset(subject, "garp_master_refresh")


def _unset(subject: Subject, setting: str) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    common = definitions and getattr(definitions, f"vrrp_{setting}")
    for one in subject.config.vrrp_instance:
        own = getattr(one, setting)
        if own is None and not common:
            yield Problem(f"{one.name} has no {setting}", line_of(one, setting))
        elif own == 0:
            yield Problem(f"{one.name} sets {setting} to 0", line_of(one, setting))
