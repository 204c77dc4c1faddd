"""Rules about the election: state, priority, preemption, intervals, VRRP version."""

from __future__ import annotations

from collections.abc import Iterator

from havip.keepalived.config.model import VrrpInstance
from havip.keepalived.config.values import MICROSECONDS
from havip.keepalived.lint.registry import (
    GUIDE,
    MANUAL,
    RULES,
    TESTED,
    Subject,
    line_of,
    other_settings,
    strict,
    version_of,
)
from havip.rules import Problem, Severity

OWNER = 255
"""Priority of the address owner."""


def starts_as_master(one: VrrpInstance) -> bool:
    """Return whether an instance starts in state MASTER, explicitly or by its priority."""
    return one.state == "MASTER" or (one.state is None and one.priority == OWNER)


def priority_of(one: VrrpInstance) -> int:
    """Return the priority of an instance, by default derived from its state."""
    return one.priority or (OWNER if one.state == "MASTER" else 100)


def is_owner(subject: Subject, one: VrrpInstance) -> bool:
    """Return whether an instance certainly has the priority of an address owner."""
    known = one.priority is not None or subject.is_complete(one, "priority")
    return known and priority_of(one) == OWNER


@RULES.rule(
    "master-nopreempt",
    Severity.ERROR,
    reason="keepalived ignores nopreempt if the initial state is MASTER: the node takes the "
    "address back when it returns.",
    fix="Set state BACKUP on every node.",
    source=TESTED,
    since="2.0.0",
)
def _master_nopreempt(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and starts_as_master(one) and priority_of(one) != OWNER:
            yield Problem(f"{one.name} has state MASTER and nopreempt", line_of(one, "state"))


@RULES.rule(
    "owner-nopreempt",
    Severity.ERROR,
    reason="Priority 255 claims to own the address: keepalived ignores nopreempt, and the node "
    "takes the address back when it returns. Without a priority, state MASTER implies 255.",
    fix="Set a priority from 1 to 254, the same on every node.",
    source=TESTED,
    since="2.0.0",
)
def _owner_nopreempt(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.nopreempt and is_owner(subject, one):
            yield Problem(f"{one.name} has priority 255 and nopreempt", line_of(one, "priority"))


@RULES.rule(
    "preempt-delay",
    Severity.ERROR,
    reason="keepalived ignores preempt_delay if the node never preempts, starts as the master, or "
    "is in strict mode.",
    fix="Remove preempt_delay or nopreempt. The delay is in seconds.",
    source=TESTED,
    since="2.0.0",
)
def _preempt_delay(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if not one.preempt_delay:
            continue
        if starts_as_master(one):
            other = "state MASTER"
        elif one.nopreempt and priority_of(one) != OWNER:
            other = "nopreempt"
        elif strict(subject, one):
            other = "strict mode"
        else:
            continue
        yield Problem(f"{one.name} has preempt_delay and {other}", line_of(one, "preempt_delay"))


@RULES.rule(
    "vrrp-strict",
    Severity.ERROR,
    reason="Strict mode rejects unicast peers, drops the authentication and does not repeat "
    "gratuitous ARPs, all of which a HAVIP needs.",
    fix="Remove vrrp_strict and strict_mode.",
    source=GUIDE,
)
def _vrrp_strict(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and definitions.vrrp_strict:
        yield Problem("vrrp_strict applies to every instance", line_of(definitions, "vrrp_strict"))
    for one in subject.config.vrrp_instance:
        if one.strict_mode:
            yield Problem(f"{one.name} has strict_mode", line_of(one, "strict_mode"))


@RULES.rule(
    "strict-ignores",
    Severity.ERROR,
    reason="Strict mode enforces RFC compliance: keepalived drops passwords, a state MASTER that "
    "does not own the address, and repeated announcements.",
    fix="Remove vrrp_strict and strict_mode.",
    source=TESTED,
    since="2.0.0",
)
def _strict_ignores(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if not strict(subject, one):
            continue
        if "auth_type" in (subject.inner(one, "authentication") or {}):
            yield Problem(
                f"{one.name} is strict and has a password", line_of(one, "authentication")
            )
        if one.state and (one.state == "MASTER") != (priority_of(one) == OWNER):
            yield Problem(
                f"{one.name} is strict, {one.state}, and has priority {priority_of(one)}",
                line_of(one, "state"),
            )
        if "accept" in other_settings(one) and version_of(subject, one) == 2:
            yield Problem(f"{one.name} is strict and has accept", line_of(one, "accept"))
        for setting, words in other_settings(one).items():
            if setting in _NOT_STRICT and words[1:] not in _NOT_STRICT[setting]:
                yield Problem(f"{one.name} is strict and has {setting}", line_of(one, setting))


_OFF = (("off",), ("no",), ("false",))
_ON = ((), ("on",), ("yes",), ("true",))
_NOT_STRICT: dict[str, tuple[tuple[str, ...], ...]] = {
    "garp_lower_prio_repeat": (("0",),),
    "garp_lower_prio_delay": (("0",),),
    "down_timer_adverts": (("3",),),
    "lower_prio_no_advert": _ON,
    "higher_prio_send_advert": _OFF,
}


@RULES.rule(
    "advert-int",
    Severity.ERROR,
    reason="advert_int is in whole seconds in VRRP 2, and in hundredths up to 40.95 s in VRRP 3: "
    "keepalived rounds other values, or uses the maximum.",
    fix="Use whole seconds, such as 1, or vrrp_version 3 (then without authentication).",
    source=TESTED,
    since="2.0.0",
)
def _advert_int(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.advert_int is None:
            continue
        time = round(one.advert_int * MICROSECONDS)
        version = version_of(subject, one)
        if version is None:
            continue
        if version == 2:
            fits = time % MICROSECONDS == 0 and 0 < time < 256 * MICROSECONDS
        else:
            fits = time % 10_000 == 0 and 0 < time < 4096 * 10_000
        if not fits:
            yield Problem(
                f"{one.name} has advert_int {one.advert_int:g} under VRRP {version}",
                line_of(one, "advert_int"),
            )


@RULES.rule(
    "startup-delay",
    Severity.WARNING,
    reason="A booting node receives nothing until its network works, and is a second master until "
    "then: keepalived starts before the switch port forwards.",
    fix="Set vrrp_startup_delay to about 5 s, and well below 60 s: if the peer is dead, no node "
    "has the address until the delay has passed.",
    source=MANUAL,
    since="2.0.14",
)
def _startup_delay(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if definitions and (definitions.vrrp_startup_delay or 0) >= 60:
        yield Problem(
            f"vrrp_startup_delay is {definitions.vrrp_startup_delay:g} s",
            line_of(definitions, "vrrp_startup_delay"),
        )
