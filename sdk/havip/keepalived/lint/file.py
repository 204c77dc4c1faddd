"""Rules about the file as a whole: unknown, ignored and conflicting statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from havip.keepalived.config.grammar import is_unread
from havip.keepalived.config.keywords import KEYWORDS, at_least
from havip.keepalived.config.statements import BLOCKS
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.lint.addresses import peers_of
from havip.keepalived.lint.registry import GUIDE, MANUAL, RULES, TESTED, Subject, line_of
from havip.rules import Problem, Severity

SYNTAX = "syntax"
CONDITIONS = "not-read"
TOO_LONG = "line-too-long"
MOST_BYTES = 1023
"""Maximum length of a line, comments included."""


@RULES.rule(
    SYNTAX,
    Severity.ERROR,
    reason="keepalived ignores or replaces what it cannot parse: the effective configuration "
    "differs from the file.",
    fix="Correct the line.",
    source=TESTED,
    since="2.0.0",
)
def _syntax(subject: Subject) -> Iterator[Problem]:
    """Yield nothing: the problems of this rule are found by the parser."""
    del subject
    return iter(())


RULES.rule(
    "script-interval",
    Severity.ERROR,
    reason="The interval and timeout of a check are whole seconds, at least 1; keepalived rejects "
    "other values and uses 1.",
    fix="Set interval 1 and fall 2: a dead service is detected within two seconds.",
    source=TESTED,
    since="2.0.0",
)(_syntax)
RULES.rule(
    "garp-interval-zero",
    Severity.WARNING,
    reason="Tencent's guide sets vrrp_garp_interval and vrrp_gna_interval to 0, but keepalived 2.2 "
    "rejects 0 as an invalid number; without the settings, the effect is the same.",
    fix="Remove the setting.",
    source=TESTED,
    since="2.0.0",
)(_syntax)
RULES.rule(
    "auth-cut",
    Severity.ERROR,
    reason="A password has at most eight bytes (a non-ASCII character has two or more); keepalived "
    "truncates it, so that two nodes may end up with different ones.",
    fix="Use a password of eight ASCII characters.",
    source=TESTED,
    since="2.0.0",
)(_syntax)

RULES.rule(
    TOO_LONG,
    Severity.ERROR,
    reason="keepalived reads a line in pieces of 1023 bytes, and takes the rest of a longer one, "
    "also of a comment, for a line of its own.",
    fix="Split the comment, or move the command to a script.",
    source=TESTED,
    since="2.0.0",
)(_syntax)
RULES.rule(
    "never-opened",
    Severity.ERROR,
    reason="The last block of the file has no braces: keepalived silently ignores it.",
    fix="Add the braces with the settings, or remove the line.",
    source="measured with keepalived 2.2.7: --config-test accepts it",
    since="2.0.0",
)(_syntax)
RULES.rule(
    "interface-impossible",
    Severity.ERROR,
    reason="No interface can have this name, and with dynamic_interfaces keepalived waits for it "
    "forever instead of rejecting the file.",
    fix="Set interface to the one with the node's private address, such as eth0.",
    source="Linux: an interface name has at most 15 bytes, without space, / or :",
    since="2.0.0",
)(_syntax)


@RULES.rule(
    "unknown-keyword",
    Severity.ERROR,
    reason="keepalived ignores a line with an unknown keyword and the braces that follow: the "
    "setting has no effect.",
    fix="Correct the keyword.",
    source=TESTED,
    since="2.0.0",
)
def _unknown_keyword(subject: Subject) -> Iterator[Problem]:
    names = subject.names
    for item, block in statements(subject.document.items, names):
        known = KEYWORDS[block]
        if item.name not in known:
            close = get_close_matches(item.name, known, n=1)
            meant = f": did you mean {close[0]}?" if close else ""
            yield Problem(f"'{item.name}' is not a keyword {_place(block)}{meant}", item.line)


@RULES.rule(
    "keyword-version",
    Severity.ERROR,
    reason="A keepalived that does not know a keyword ignores it; it reads the body of an unknown "
    "block as if it stood outside, and loses the rest of the instance.",
    fix="Remove the setting, or install the later keepalived on every node and pass its version: "
    "havip keepalived lint --keepalived VERSION.",
    source=TESTED,
    since="2.0.0",
)
def _keyword_version(subject: Subject) -> Iterator[Problem]:
    names = subject.names
    inside: set[int] = set()
    for item, block in statements(subject.document.items, names):
        since = KEYWORDS[block].get(item.name, "")
        if id(item) not in inside and not at_least(subject.version, since):
            inside.update(id(inner) for inner in item.statements)
            yield Problem(
                f"'{item.name}' needs keepalived {since}, but the file is for {subject.version}",
                item.line,
            )


def statements(
    items: Iterable[Item], names: re.Pattern[str], block: str = ""
) -> Iterator[tuple[Statement, str]]:
    """Yield each statement that a rule can check, with its block, except entries of lists."""
    for item in items:
        if not isinstance(item, Statement) or is_unread(item, names):
            continue
        yield item, block
        if item.body is not None and item.name in BLOCKS.get(block, ()) and item.name in KEYWORDS:
            yield from statements(item.body, names, item.name)


def _place(block: str) -> str:
    return f"of {block}" if block else "at the top level"


@RULES.rule(
    "no-instance",
    Severity.ERROR,
    reason="Without a vrrp_instance there is no election and no announced address.",
    fix="Add a vrrp_instance; havip keepalived render generates one from a HAVIP.",
    source=MANUAL,
)
def _no_instance(subject: Subject) -> Iterator[Problem]:
    items = [item for item in subject.document.items if isinstance(item, Statement)]
    found = any(item.name == "vrrp_instance" for item in items)
    if not found and subject.is_complete(subject.config):
        yield Problem("there is no vrrp_instance", 1)


@RULES.rule(
    CONDITIONS,
    Severity.WARNING,
    reason="Included files, sequences and keepalived's own definitions can only be expanded by "
    "keepalived: their content is not checked. Lines with a condition are checked for each id in "
    "the file, and for no other.",
    fix="Check the expanded file, or have keepalived check it: havip keepalived check.",
    source=MANUAL,
)
def _not_read(subject: Subject) -> Iterator[Problem]:
    yield from _unread(subject.document.items, subject.names)


def _unread(items: Iterable[Item], names: re.Pattern[str]) -> Iterator[Problem]:
    for item in items:
        if isinstance(item, Statement):
            if is_unread(item, names):
                yield Problem(f"'{item.words[0]}' is not expanded", item.line)
            yield from _unread(item.statements, names)


@RULES.rule(
    "duplicate-name",
    Severity.ERROR,
    reason="Two blocks have the same name: keepalived skips the second one, and its settings have "
    "no effect.",
    fix="Give each block a unique name.",
    source=TESTED,
    since="2.0.0",
)
def _duplicate_name(subject: Subject) -> Iterator[Problem]:
    yield from _twice(subject, ("vrrp_instance", "vrrp_sync_group", "track_group"))


@RULES.rule(
    "duplicate-check",
    Severity.ERROR,
    reason="Two definitions have the same name: keepalived silently uses the first one.",
    fix="Give each block a unique name.",
    source=MANUAL,
)
def _duplicate_check(subject: Subject) -> Iterator[Problem]:
    yield from _twice(subject, ("vrrp_script", "vrrp_track_process", "track_file"))


@RULES.rule(
    "garp-group-empty",
    Severity.ERROR,
    reason="keepalived removes a garp_group that sets no interval.",
    fix="Set garp_interval or gna_interval in it.",
    source=TESTED,
    since="2.0.0",
)
def _garp_group_empty(subject: Subject) -> Iterator[Problem]:
    for item in subject.document.items:
        if isinstance(item, Statement) and item.name == "garp_group":
            given = {one.name for one in item.statements if one.values}
            wanted = {"garp_interval", "gna_interval"}
            if not given & wanted and subject.is_complete(item, *wanted):
                yield Problem("garp_group sets no interval", item.line)


@RULES.rule(
    "vrf-and-interface",
    Severity.ERROR,
    reason="keepalived ignores vrf if the instance has an interface.",
    fix="Remove vrf: the interface is sufficient.",
    source=TESTED,
    since="2.2.5",
)
def _vrf_and_interface(subject: Subject) -> Iterator[Problem]:
    for item in subject.document.items:
        if isinstance(item, Statement) and item.name == "vrrp_instance":
            given = {one.name: one.line for one in item.statements if one.values}
            if {"vrf", "interface"} <= given.keys():
                yield Problem("the instance has vrf and interface", given["vrf"])


def _twice(subject: Subject, keywords: tuple[str, ...]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for item in subject.document.items:
        if isinstance(item, Statement) and item.name in keywords and item.values:
            key = (item.name, item.values[0])
            if key in seen:
                yield Problem(f"{item.name} {item.values[0]} is repeated", item.line)
            seen.add(key)


@RULES.rule(
    "no-router-id",
    Severity.ERROR,
    reason="keepalived does not start an instance without a virtual_router_id.",
    fix="Give each instance an id that is unique among the clusters of the VPC.",
    source=TESTED,
    since="2.0.0",
)
def _no_router_id(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.virtual_router_id is None and subject.is_complete(one, "virtual_router_id"):
            yield Problem(f"{one.name} has no virtual_router_id", line_of(one, "virtual_router_id"))


@RULES.rule(
    "router-id-reused",
    Severity.ERROR,
    reason="Two clusters with the same virtual_router_id accept each other's advertisements as "
    "their own.",
    fix="Give each instance an id that is unique among the clusters of the VPC.",
    source=GUIDE,
)
def _router_id_reused(subject: Subject) -> Iterator[Problem]:
    seen: dict[tuple[str | None, int], str] = {}
    for one in subject.config.vrrp_instance:
        if one.virtual_router_id is None or not subject.is_complete(one, "interface"):
            continue
        key = (one.interface, one.virtual_router_id)
        if key in seen:
            yield Problem(
                f"{one.name} has the virtual_router_id {one.virtual_router_id} of {seen[key]}",
                line_of(one, "virtual_router_id"),
            )
        seen.setdefault(key, one.name)


@RULES.rule(
    "router-id-conflict",
    Severity.ERROR,
    reason="Two instances with the same virtual_router_id on one interface, with the same source "
    "and a common peer, or both with multicast, cannot distinguish their advertisements.",
    fix="Give each instance a unique id.",
    source=TESTED,
    since="2.0.0",
)
def _router_id_conflict(subject: Subject) -> Iterator[Problem]:
    compared = ("interface", "unicast_src_ip", "unicast_peer")
    instances = [one for one in subject.config.vrrp_instance if subject.is_complete(one, *compared)]
    for at, one in enumerate(instances):
        for other in instances[at + 1 :]:
            if one.virtual_router_id is None or one.virtual_router_id != other.virtual_router_id:
                continue
            if subject.family(one)[0] != subject.family(other)[0]:
                continue
            mine, theirs = peers_of(subject, one), peers_of(subject, other)
            if bool(mine) != bool(theirs) or one.interface != other.interface:
                continue
            if mine and not ({*mine} & {*theirs} and one.unicast_src_ip == other.unicast_src_ip):
                continue
            if mine and one.unicast_src_ip is None:
                continue
            yield Problem(
                f"{one.name} and {other.name} have the virtual_router_id {one.virtual_router_id}",
                line_of(other, "virtual_router_id"),
            )
