"""Linter for keepalived.conf behind a HAVIP.

Example:
    >>> from havip.keepalived.lint import lint
    >>> found = lint("vrrp_instance VI_1 { interface lo }", file="node.conf")
    >>> [finding.line for finding in found if finding.rule == "interface-no-arp"]
    [1]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from havip.keepalived.config.preprocess import config_ids, preprocess, split_comment
from havip.keepalived.config.recovery import Recovered, read_text, recover
from havip.keepalived.errors import ParseError
from havip.keepalived.lint import (
    addresses,
    announcements,
    authentication,
    election,
    load_balancing,
    peers,
    scripts,
    tracking,
)
from havip.keepalived.lint import file as file_rules
from havip.keepalived.lint import havip as havip_rules
from havip.keepalived.lint.registry import DEFAULT_VERSION, RULES, TESTED, Subject
from havip.keepalived.nodes.cloud import HaVipFacts
from havip.rules import Finding, Problem, Rule, Severity

Level = Severity
"""The name of `Severity` in 0.1.0."""

RULE_MODULES = (
    file_rules,
    election,
    addresses,
    announcements,
    authentication,
    tracking,
    scripts,
    peers,
    load_balancing,
    havip_rules,
)
"""Modules whose import registers rules in `RULES`."""


def lint(
    text: str,
    *,
    file: str = "keepalived.conf",
    peers: Mapping[str, str] | None = None,
    havip: HaVipFacts | None = None,
    keepalived: str = DEFAULT_VERSION,
    config_id: str | None = None,
) -> list[Finding]:
    """Lint the configuration of a node.

    Args:
        text: The text of the keepalived.conf.
        file: The file name for the findings.
        peers: The texts of the other nodes' files by name, to compare with this one.
        havip: The HAVIP to compare with, from `havip.keepalived.nodes.cloud.facts`.
        keepalived: The version that will read the file, 2.0 to 2.4.
        config_id: The id passed to keepalived (``-i``). By default a file with conditions
            (``@ID``) is linted once for each of its ids.

    Returns:
        The findings ordered by line; those of the rule ``syntax`` may be about a peer's file. An
        invalid value is a finding and does not affect the other rules. A block with unbalanced
        braces or quotes is skipped by the rules.
    """
    named = [] if config_id else config_ids(text)
    found: dict[Finding, None] = {}
    chosen: list[str | None] = [*named] or [config_id]
    if len(named) == 1 and any("@^" in split_comment(line)[0] for line in text.split("\n")):
        chosen.append(None)  # the other node, whose id the file does not name
    for one in chosen:
        others = {name: read_text(content, name, one) for name, content in (peers or {}).items()}
        subject = recover(preprocess(text, one), file)
        found |= dict.fromkeys(_judge(subject, others, havip, keepalived))
    found |= dict.fromkeys(_too_long(text, file))
    if named:
        others_too = ["any other id"] if None in chosen else []
        found[_conditional(text, file, [*named, *others_too])] = None
    mine = [one for one in found if one.subject == file or not _is_of(one, peers)]
    theirs = [one for one in found if one not in mine]
    return [*theirs, *sorted(mine, key=lambda one: one.line)]


def _is_of(finding: Finding, peers: Mapping[str, str] | None) -> bool:
    return finding.subject in (peers or {})


def _judge(
    own: Recovered,
    others: Mapping[str, Recovered],
    havip: HaVipFacts | None,
    version: str,
) -> Iterator[Finding]:
    """Yield the findings of a file after preprocessing."""
    for one in (own, *others.values()):
        yield from map(_unreadable, one.errors)
    if own.lost & {"", "global_defs"}:
        return
    readable = tuple(
        Subject(name, one.document, one.config, version=version)
        for name, one in others.items()
        if not one.lost
    )
    subject = Subject(
        own.document.file,
        own.document,
        own.config,
        () if own.lost else readable,
        None if own.lost else havip,
        version,
        own.lost,
    )
    for rule in RULES.values():
        yield from rule.findings(subject, subject.file)


def _too_long(text: str, file: str) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), start=1):
        if (size := len(line.encode(errors="surrogateescape"))) > file_rules.MOST_BYTES:
            message = f"the line has {size} bytes, and keepalived reads {file_rules.MOST_BYTES}"
            yield RULES[file_rules.TOO_LONG].finding(Problem(message, number), file)


def _conditional(text: str, file: str, ids: list[str]) -> Finding:
    """Return the finding that lists the ids for which a file was linted."""
    lines = enumerate(text.split("\n"), start=1)
    first = next(number for number, line in lines if "@" in split_comment(line)[0])
    names = ", ".join(ids)
    message = f"lines with '@' are checked as read by keepalived -i, for {names}"
    return RULES[file_rules.CONDITIONS].finding(Problem(message, first), file)


def _unreadable(error: ParseError) -> Finding:
    return RULES[error.rule].finding(Problem(error.reason, error.line, error.file))


def refused(findings: Iterable[Finding]) -> bool:
    """Return whether keepalived's config test rejects a file with these findings."""
    return any(one.source == TESTED for one in findings)


__all__ = ["RULES", "Finding", "Level", "Rule", "Severity", "lint", "refused"]
