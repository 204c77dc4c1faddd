"""Rules about tracked scripts, processes, files and interfaces, and their weights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from havip.keepalived.config.blocks import Block
from havip.keepalived.config.commands import arguments
from havip.keepalived.config.grammar import is_open
from havip.keepalived.config.model import Track, VrrpInstance, VrrpSyncGroup
from havip.keepalived.config.syntax import Statement
from havip.keepalived.lint.election import OWNER, is_owner
from havip.keepalived.lint.load_balancing import serves
from havip.keepalived.lint.registry import (
    MANUAL,
    MEASURED,
    RULES,
    TESTED,
    Subject,
    line_of,
)
from havip.rules import Problem, Severity

KINDS = {
    "track_script": ("vrrp_script",),
    "track_process": ("vrrp_track_process",),
    "track_file": ("track_file", "vrrp_track_file"),
    "track_bfd": ("bfd_instance",),
}
"""Blocks that define the names for each tracker."""
TRACKERS = ("track_interface", *KINDS)


def trackers(subject: Subject) -> Iterator[VrrpInstance | VrrpSyncGroup]:
    """Yield the blocks that can track something: instances and sync groups."""
    yield from subject.config.vrrp_instance
    yield from subject.config.vrrp_sync_group


def weight_of(subject: Subject, setting: str, track: Track) -> int:
    """Return the weight of a tracker, by default that of the tracked definition."""
    if track.weight is not None:
        return track.weight
    default = 1 if setting == "track_file" else 0
    for item in _definitions(subject, KINDS.get(setting, ())):
        if item.values[0] != track.name:
            continue
        for inner in item.statements:
            if inner.name == "weight" and re.fullmatch(r"[+-]?\d+", (*inner.values, "")[0]):
                return int(inner.values[0])
        return default if subject.is_complete(item, "weight") else 0
    return 0


@RULES.rule(
    "script-undefined",
    Severity.ERROR,
    reason="keepalived ignores a track_script that is not defined above: the service is not "
    "monitored, and no failover happens when it dies. Tencent's sample file has this defect.",
    fix='Define it above: vrrp_script NAME { script "…" interval 1 fall 2 rise 1 }.',
    source=TESTED,
    since="2.0.0",
)
def _script_undefined(subject: Subject) -> Iterator[Problem]:
    yield from _undefined(subject, "track_script")


@RULES.rule(
    "tracker-undefined",
    Severity.ERROR,
    reason="keepalived ignores a tracked process, file or BFD session that is not defined above: "
    "it is not monitored, and no failover happens when it fails.",
    fix="Define it above the instance: vrrp_track_process NAME { process … }, track_file NAME "
    "{ file … }, bfd_instance NAME { … }.",
    source=TESTED,
    since="2.0.11",
)
def _tracker_undefined(subject: Subject) -> Iterator[Problem]:
    for setting in ("track_process", "track_file", "track_bfd"):
        yield from _undefined(subject, setting)


def _undefined(subject: Subject, setting: str) -> Iterator[Problem]:
    known = subject.is_complete(subject.config, *KINDS[setting])
    defined: dict[str, int] = {}
    for item in _definitions(subject, KINDS[setting]):
        if _usable(item):
            defined.setdefault(item.values[0], item.line)
    for one in trackers(subject):
        line = line_of(one, setting)
        for name in _names(subject, one, setting):
            if name not in defined:
                if known:
                    what = name or "nothing"
                    yield Problem(f"{one.name} tracks {what}, which is not defined", line)
            elif defined[name] > line:
                yield Problem(f"{one.name} tracks {name}, which is defined below", line)


def _names(subject: Subject, one: Block, setting: str) -> Iterator[str]:
    """Yield the names that a block tracks, valid or not."""
    names = subject.names
    statement = subject.statement(one)
    for item in statement.statements if statement else ():
        if item.name == setting:
            yield from (entry.name for entry in item.statements if not is_open(entry, names))


def _definitions(subject: Subject, kinds: tuple[str, ...]) -> Iterator[Statement]:
    for item in subject.document.items:
        if isinstance(item, Statement) and item.name in kinds and item.values:
            yield item


def _usable(item: Statement) -> bool:
    """Return whether keepalived keeps a definition: one without a target is removed."""
    if item.name == "bfd_instance":
        return serves(item, "vrrp")
    if item.name == "vrrp_script":
        return any(arguments(one) for one in item.statements if one.name == "script")
    needs = "process" if item.name == "vrrp_track_process" else "file"
    return any(one.name == needs and any(one.values) for one in item.statements)


@RULES.rule(
    "tracker-empty",
    Severity.ERROR,
    reason="keepalived removes a definition without a target.",
    fix="Add the script, process or file line.",
    source=TESTED,
    since="2.0.0",
)
def _tracker_empty(subject: Subject) -> Iterator[Problem]:
    kinds = ("vrrp_script", "vrrp_track_process", "track_file", "vrrp_track_file")
    for item in _definitions(subject, kinds):
        usable = _usable(item) or not subject.is_complete(item, "script", "process", "file")
        if item.body is not None and not usable:
            yield Problem(f"{item.name} {item.values[0]} has no target", item.line)


@RULES.rule(
    "tracked-twice",
    Severity.ERROR,
    reason="keepalived uses the first of two trackers with the same name, and ignores the other.",
    fix="List it once.",
    source=TESTED,
    since="2.0.0",
)
def _tracked_twice(subject: Subject) -> Iterator[Problem]:
    for one in trackers(subject):
        for setting in TRACKERS:
            names = [track.name for track in getattr(one, setting)]
            for name in dict.fromkeys(name for name in names if names.count(name) > 1):
                yield Problem(f"{one.name} tracks {name} twice", line_of(one, setting))


@RULES.rule(
    "script-unused",
    Severity.WARNING,
    reason="A check that no instance tracks has no effect.",
    fix="Add its name to the instance's track_script.",
    source=MANUAL,
)
def _script_unused(subject: Subject) -> Iterator[Problem]:
    if not subject.is_complete(subject.config, "vrrp_instance", "vrrp_sync_group"):
        return
    tracked = {track.name for one in trackers(subject) for track in one.track_script}
    for script in subject.config.vrrp_script:
        if script.name not in tracked:
            yield Problem(
                f"vrrp_script {script.name} is not tracked by any instance", line_of(script)
            )


@RULES.rule(
    "weight-nopreempt",
    Severity.ERROR,
    reason="A weight lowers the priority but keeps the master in the election, and a backup with "
    "nopreempt accepts a lower priority: the address is never released (601 of 611 requests failed "
    "in 12 s).",
    fix="Remove the weight: a failing check is then a FAULT, which releases the address.",
    source=MEASURED,
)
def _weight_nopreempt(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        groups = [group for group in subject.config.vrrp_sync_group if one.name in group.group]
        for holder in (one, *groups) if one.nopreempt else ():
            for setting in TRACKERS:
                for track in getattr(holder, setting):
                    weight = weight_of(subject, setting, track)
                    if weight:
                        yield Problem(
                            f"{one.name} has nopreempt, but {track.name} has the weight {weight}",
                            line_of(holder, setting),
                        )


@RULES.rule(
    "weight-sync-group",
    Severity.ERROR,
    reason="keepalived ignores the weights of instances in a sync group, whose members share one "
    "state, unless sync_group_tracking_weight is set.",
    fix="Remove the weights, or track in the group.",
    source=TESTED,
    since="2.0.0",
)
def _weight_sync_group(subject: Subject) -> Iterator[Problem]:
    grouped = {
        name
        for group in subject.config.vrrp_sync_group
        if not (group.sync_group_tracking_weight or group.global_tracking)
        and subject.is_complete(group)
        for name in group.group
    }
    for one in subject.config.vrrp_instance:
        if one.name in grouped:
            yield from _weights(subject, one, "is in a group")


@RULES.rule(
    "weight-owner",
    Severity.ERROR,
    reason="An address owner (priority 255, or state MASTER without a priority) keeps its "
    "priority: keepalived ignores weights.",
    fix="Set state BACKUP and a priority below 255.",
    source=TESTED,
    since="2.0.0",
)
def _weight_owner(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if is_owner(subject, one):
            yield from _weights(subject, one, "has priority 255")


def _weights(subject: Subject, one: VrrpInstance, where: str) -> Iterator[Problem]:
    for setting in ("track_interface", "track_script", "track_file", "track_bfd"):
        for track in getattr(one, setting):
            if weight_of(subject, setting, track):
                message = f"{one.name} {where}; {track.name} has a weight"
                yield Problem(message, line_of(one, setting))


@RULES.rule(
    "own-interface",
    Severity.ERROR,
    reason="keepalived always tracks the instance's own interface, and reports a redundant "
    "track_interface.",
    fix="Remove the interface from track_interface.",
    source=TESTED,
    since="2.0.0",
)
def _own_interface(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if any(track.name == one.interface for track in one.track_interface):
            yield Problem(
                f"{one.name} tracks its own {one.interface}", line_of(one, "track_interface")
            )


@RULES.rule(
    "interface-tracked-by-group",
    Severity.ERROR,
    reason="A sync group tracks for all its members: keepalived reports an interface that a member "
    "tracks as well, including its own.",
    fix="Remove it from the group; a member's own interface is always tracked.",
    source=TESTED,
    since="2.0.0",
)
def _interface_tracked_by_group(subject: Subject) -> Iterator[Problem]:
    for group in subject.config.vrrp_sync_group:
        members = [one for one in subject.config.vrrp_instance if one.name in group.group]
        for one in members:
            mine = {one.interface, *(track.name for track in one.track_interface)}
            for track in group.track_interface:
                if track.name in mine:
                    message = f"{group.name} and {one.name} track {track.name}"
                    yield Problem(message, line_of(group, "track_interface"))


@RULES.rule(
    "script-timeout",
    Severity.WARNING,
    reason="A check that may run longer than its interval delays the next one, and thereby the "
    "failover; the default timeout is the interval.",
    fix="Set a timeout of at most the interval.",
    source=MANUAL,
)
def _script_timeout(subject: Subject) -> Iterator[Problem]:
    for script in subject.config.vrrp_script:
        late = script.timeout and script.timeout > (script.interval or 1)
        if late and (script.interval or subject.is_complete(script, "interval")):
            yield Problem(
                f"{script.name} may take {script.timeout:g} s, every {script.interval or 1:g} s",
                line_of(script, "timeout"),
            )


@RULES.rule(
    "quorum-range",
    Severity.ERROR,
    reason="keepalived ignores a quorum above quorum_max, which must be set before it.",
    fix="Set quorum_max first, and a quorum of at most that.",
    source=TESTED,
    since="2.0.16",
)
def _quorum_range(subject: Subject) -> Iterator[Problem]:
    for item in _definitions(subject, ("vrrp_track_process",)):
        most, least = 2**32 - 1, 1
        for inner in item.statements:
            word = (*inner.values, "")[0]
            if inner.name not in {"quorum", "quorum_max"} or not word.isdigit():
                continue
            number = int(word)
            if inner.name == "quorum" and 1 <= number <= 65535:
                if number > most:
                    yield Problem(f"the quorum {number} is above {most}", inner.line)
                else:
                    least = number
            elif inner.name == "quorum_max" and number <= 65535:
                if (number or least > 1) and number < least:
                    yield Problem(f"quorum_max {number} is below {least}", inner.line)
                else:
                    most, least = number, 0 if number == 0 else max(least, 1)


@RULES.rule(
    "group-member",
    Severity.ERROR,
    reason="A sync group needs at least two instances; keepalived ignores a member that does not "
    "exist or is in another group, and warns about a group of one.",
    fix="List two or more vrrp_instance blocks of this file, each in one group only.",
    source=TESTED,
    since="2.0.0",
)
def _group_member(subject: Subject) -> Iterator[Problem]:
    known = subject.is_complete(subject.config, "vrrp_instance")
    names = {one.name for one in subject.config.vrrp_instance}
    taken: set[str] = set()
    for group in subject.config.vrrp_sync_group:
        line = line_of(group, "group")
        listed = [*_listed(subject, group)]
        members = [name for name in dict.fromkeys(listed) if name in names - taken]
        for name in listed:
            if name not in names:
                if known:
                    yield Problem(f"{group.name} has {name}, which is not an instance", line)
            elif name in taken or listed.count(name) > 1:
                yield Problem(f"{group.name} has {name}, which is already in a group", line)
        if len(members) < 2 and known and subject.is_complete(group, "group"):
            yield Problem(f"{group.name} has fewer than two instances", line)
        taken |= {*members}


def _listed(subject: Subject, group: VrrpSyncGroup) -> Iterator[str]:
    """Yield the members of a group as listed, valid or not."""
    names = subject.names
    statement = subject.statement(group)
    for item in statement.statements if statement else ():
        for entry in item.statements if item.name == "group" else ():
            if not is_open(entry, names):
                yield from (entry.name, *entry.values)


@RULES.rule(
    "group-owner",
    Severity.ERROR,
    reason="The members of a sync group share one state, so an address owner (priority 255) cannot "
    "be combined with other instances.",
    fix="Give all members the same priority below 255 and state BACKUP.",
    source=TESTED,
    since="2.0.0",
)
def _group_owner(subject: Subject) -> Iterator[Problem]:
    instances = {one.name: one for one in subject.config.vrrp_instance}
    for group in subject.config.vrrp_sync_group:
        owned = False
        for one in (instances[name] for name in group.group if name in instances):
            if owned and one.state == "BACKUP":
                yield Problem(
                    f"{group.name} has address owners and other instances", line_of(group, "group")
                )
                break
            owned = one.state == "MASTER" and one.priority == OWNER
