"""Finding what is wrong with a keepalived.conf before a failover does.

Example:
    >>> from havip.keepalived.lint import lint
    >>> found = lint("vrrp_instance VI_1 { interface lo }", file="node.conf")
    >>> [finding.line for finding in found if finding.rule == "interface-no-arp"]
    [1]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from havip.keepalived.config.definitions import expand
from havip.keepalived.config.recovery import recover
from havip.keepalived.errors import ParseError
from havip.keepalived.lint import file as _file
from havip.keepalived.lint import havip as _havip
from havip.keepalived.lint import instance as _instance
from havip.keepalived.lint import peers as _peers
from havip.keepalived.lint import scripts as _scripts
from havip.keepalived.lint.registry import MANUAL, RULES, Subject
from havip.keepalived.nodes.cloud import HaVipFacts
from havip.rules import Finding, Problem, Rule, Severity

Level = Severity
"""The name that `Severity` had in 0.1.0."""

SYNTAX = "syntax"
ACROSS = {"script-undefined", "script-unused", "group-member", "no-instance"}
"""Rules on what blocks say of each other: idle where a block could not be read."""
RULE_MODULES = (_file, _instance, _scripts, _peers, _havip)
"""The modules whose import fills `RULES`."""


@RULES.rule(
    SYNTAX,
    Severity.ERROR,
    reason="What cannot be read cannot be judged, and keepalived does not run it as written.",
    fix="Correct the line.",
    source=MANUAL,
)
def _syntax(subject: Subject) -> Iterator[Problem]:
    """Nothing to look for: a file that could be read keeps this rule."""
    del subject
    return iter(())


def lint(
    text: str,
    *,
    file: str = "keepalived.conf",
    peers: Mapping[str, str] | None = None,
    havip: HaVipFacts | None = None,
) -> list[Finding]:
    """Find what is wrong with the configuration of a node.

    Args:
        text: The text of its keepalived.conf.
        file: The name of the file, for the findings.
        peers: The texts of the other nodes' files, by name; they are held against this one.
        havip: The HAVIP, from `havip.keepalived.nodes.cloud.facts`; the file is held against it.

    Returns:
        The findings in the order of their lines; those of the rule ``syntax`` can be of a peer.
        Where a block cannot be read, the rules look at the other blocks of the file alone.
    """
    own = recover(expand(text), file)
    others = {name: recover(expand(content), name) for name, content in (peers or {}).items()}
    unread = [_unreadable(error) for one in (own, *others.values()) for error in one.errors]
    if own.lost & {"", "global_defs"}:
        return unread
    if own.errors:
        rules = [one for one in RULES.values() if one.id not in ACROSS]
        found = _look(rules, Subject(file, own.document, own.document.config))
    else:
        readable = [
            Subject(name, one.document, one.document.config)
            for name, one in others.items()
            if not one.errors
        ]
        subject = Subject(file, own.document, own.document.config, tuple(readable), havip)
        found = _look(RULES.values(), subject)
    mine = [finding for finding in unread if finding.subject == file]
    theirs = [finding for finding in unread if finding.subject != file]
    return [*theirs, *sorted([*mine, *found], key=lambda finding: finding.line)]


def _look(rules: Iterable[Rule[Subject]], subject: Subject) -> list[Finding]:
    return [finding for one in rules for finding in one.findings(subject, subject.file)]


def _unreadable(error: ParseError) -> Finding:
    return RULES[SYNTAX].finding(Problem(error.reason, error.line, error.file))


__all__ = ["RULES", "Finding", "Level", "Rule", "Severity", "lint"]
