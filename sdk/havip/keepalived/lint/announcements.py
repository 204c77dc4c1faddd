"""Rules about gratuitous ARP, which moves a HAVIP."""

from __future__ import annotations

from collections.abc import Iterator

from havip.keepalived.config.syntax import Statement
from havip.keepalived.config.values import is_on
from havip.keepalived.lint.registry import GUIDE, RULES, Subject, line_of
from havip.rules import Problem, Severity

_DEFAULTS = {"garp_master_delay": 5, "garp_master_refresh": 0, "garp_master_refresh_repeat": 1}
"""Defaults of keepalived."""


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
    "it is never repeated, and a split brain goes unnoticed. vrrp_min_garp switches the "
    "repetition off.",
    fix="Set garp_master_refresh 5, and remove vrrp_min_garp.",
    source=GUIDE,
)
def _garp_refresh(subject: Subject) -> Iterator[Problem]:
    yield from _unset(subject, "garp_master_refresh")


def _unset(subject: Subject, setting: str) -> Iterator[Problem]:
    common = _common(subject)
    for one in subject.config.vrrp_instance:
        own = getattr(one, setting)
        known = subject.is_complete(one, setting) and subject.has_all_globals(f"vrrp_{setting}")
        if own is None and not common[setting] and known:
            yield Problem(f"{one.name} has no {setting}", line_of(one, setting))
        elif own == 0:
            yield Problem(f"{one.name} sets {setting} to 0", line_of(one, setting))
        elif (
            setting == "garp_master_refresh"
            and common["garp_master_refresh_repeat"] == 0
            and one.garp_master_refresh_repeat is None
        ):
            message = f"{one.name} has {setting}, which vrrp_min_garp switches off"
            yield Problem(message, line_of(one, setting))


def _common(subject: Subject) -> dict[str, int | None]:
    """Return the settings of global_defs, in which vrrp_min_garp replaces default values by 0."""
    found: dict[str, int | None] = dict.fromkeys(_DEFAULTS)
    blocks = [item for item in subject.document.items if isinstance(item, Statement)]
    for item in (
        one for block in blocks if block.name == "global_defs" for one in block.statements
    ):
        name = item.name.removeprefix("vrrp_")
        if name == "min_garp" and is_on((name, *item.values)):
            found |= {one: 0 for one, usual in _DEFAULTS.items() if found[one] in {None, usual}}
        elif name in found and item.values and item.values[0].isdigit():
            found[name] = int(item.values[0])
    return found
