"""Rules on gratuitous ARP, by which a HAVIP moves."""

from __future__ import annotations

from collections.abc import Iterator

from havip.keepalived.lint.registry import GUIDE, RULES, Subject, line_of
from havip.rules import Problem, Severity


@RULES.rule(
    "garp-delay",
    Severity.ERROR,
    reason="The cloud moves a HAVIP on gratuitous ARP alone; a second volley after the switch "
    "covers a lost first one, and Tencent's guide requires it.",
    fix="Set garp_master_delay 1.",
    source=GUIDE,
)
def _garp_delay(subject: Subject) -> Iterator[Problem]:
    yield from _unset(subject, "garp_master_delay")


@RULES.rule(
    "garp-refresh",
    Severity.ERROR,
    reason="A lost announcement is repaired only by the next one: without garp_master_refresh "
    "none is sent, and a split brain stays unnoticed.",
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
