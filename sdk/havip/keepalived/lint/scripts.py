"""Rules on health checks and on what stands outside the typed model."""

from __future__ import annotations

from collections.abc import Iterator

from havip.keepalived.config.model import VrrpInstance, VrrpSyncGroup
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.lint.registry import (
    MANUAL,
    MEASURED,
    RULES,
    TESTED,
    Subject,
    line_of,
)
from havip.rules import Problem, Severity


@RULES.rule(
    "script-undefined",
    Severity.ERROR,
    reason="keepalived ignores a track_script that no vrrp_script defines: the service is not "
    "watched, and its death moves nothing. Tencent's sample file has this defect.",
    fix='Define it: vrrp_script NAME { script "…" interval 1 fall 2 rise 1 }.',
    source=TESTED,
)
def _script_undefined(subject: Subject) -> Iterator[Problem]:
    defined = {script.name for script in subject.config.vrrp_script}
    for one in _trackers(subject):
        for track in one.track_script:
            if track.name not in defined:
                yield Problem(
                    f"{one.name} tracks {track.name}, not defined", line_of(one, "track_script")
                )


def _trackers(subject: Subject) -> Iterator[VrrpInstance | VrrpSyncGroup]:
    yield from subject.config.vrrp_instance
    yield from subject.config.vrrp_sync_group


@RULES.rule(
    "script-unused",
    Severity.WARNING,
    reason="A check that nobody tracks does not move the address.",
    fix="Add its name to the instance's track_script.",
    source=MANUAL,
)
def _script_unused(subject: Subject) -> Iterator[Problem]:
    tracked = {track.name for one in _trackers(subject) for track in one.track_script}
    for script in subject.config.vrrp_script:
        if script.name not in tracked:
            yield Problem(f"vrrp_script {script.name} is tracked by no instance", line_of(script))


@RULES.rule(
    "weight-nopreempt",
    Severity.ERROR,
    reason="A weight lowers the priority and leaves the master in the election, and a backup "
    "with nopreempt lets a lower priority pass: the address is never given up (601 of 611 "
    "requests failed in 12 s).",
    fix="Remove the weight: a failing check is then a FAULT, which gives the address up.",
    source=MEASURED,
)
def _weight_nopreempt(subject: Subject) -> Iterator[Problem]:
    weights = {script.name: script.weight for script in subject.config.vrrp_script}
    for one in subject.config.vrrp_instance:
        for track in one.track_script if one.nopreempt else ():
            weight = weights.get(track.name) if track.weight is None else track.weight
            if weight:
                yield Problem(
                    f"{one.name} has nopreempt, and {track.name} the weight {weight}",
                    line_of(one, "track_script"),
                )


@RULES.rule(
    "weight-sync-group",
    Severity.ERROR,
    reason="keepalived ignores the weights of instances in a sync group, since the members "
    "share one state, unless sync_group_tracking_weight is set.",
    fix="Remove the weights, or move the tracking to the group.",
    source=TESTED,
)
def _weight_sync_group(subject: Subject) -> Iterator[Problem]:
    grouped = {
        name
        for group in subject.config.vrrp_sync_group
        if not any(_keyword(item) == "sync_group_tracking_weight" for item in group.unknown)
        for name in group.group
    }
    for one in subject.config.vrrp_instance:
        for setting in ("track_script", "track_interface"):
            for track in getattr(one, setting) if one.name in grouped else ():
                if track.weight:
                    yield Problem(
                        f"{one.name} is in a group; {track} has a weight", line_of(one, setting)
                    )


@RULES.rule(
    "script-security",
    Severity.ERROR,
    reason="Scripts run as root or as keepalived_script; without enable_script_security "
    "keepalived reports a security violation, and anyone who may change a script becomes root.",
    fix="Set enable_script_security and script_user root in global_defs.",
    source=TESTED,
)
def _script_security(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    first = next(iter(subject.config.vrrp_script), None)
    if first is None:
        return
    line = line_of(definitions) if definitions else line_of(first)
    if definitions is None or not definitions.enable_script_security:
        yield Problem("scripts run, and enable_script_security is not set", line)
    if (definitions is None or definitions.script_user is None) and any(
        script.user is None for script in subject.config.vrrp_script
    ):
        yield Problem("scripts run, and no script_user is set", line)


@RULES.rule(
    "script-interval",
    Severity.ERROR,
    reason="The interval and timeout of a check are whole seconds from 1 on; keepalived refuses "
    "others and takes 1.",
    fix="Set interval 1 and fall 2: a dead service is seen within two seconds.",
    source=TESTED,
)
def _script_interval(subject: Subject) -> Iterator[Problem]:
    for script in subject.config.vrrp_script:
        for name in ("interval", "timeout"):
            value = getattr(script, name)
            if value is not None and (value < 1 or value % 1):
                yield Problem(f"{script.name} has the {name} {value:g}", line_of(script, name))


@RULES.rule(
    "script-timeout",
    Severity.WARNING,
    reason="A check that may run longer than its interval delays the next one, and with it the "
    "failover.",
    fix="Set a timeout no longer than the interval.",
    source=MANUAL,
)
def _script_timeout(subject: Subject) -> Iterator[Problem]:
    for script in subject.config.vrrp_script:
        if script.timeout and script.timeout > (script.interval or 1):
            yield Problem(
                f"{script.name} may take {script.timeout:g} s, every {script.interval or 1:g} s",
                line_of(script, "timeout"),
            )


@RULES.rule(
    "script-path",
    Severity.WARNING,
    reason="A script without an absolute path is looked for along the PATH that keepalived was "
    "started with; one that is not found is disabled, and its service not watched.",
    fix="Write the path from the root, such as /usr/bin/killall.",
    source=MANUAL,
)
def _script_path(subject: Subject) -> Iterator[Problem]:
    for script in subject.config.vrrp_script:
        if not script.script.startswith("/"):
            yield Problem(
                f"{script.name} runs {script.script.split()[0]}", line_of(script, "script")
            )
    for one in _trackers(subject):
        for name in ("notify", "notify_master", "notify_backup", "notify_fault", "notify_stop"):
            command = getattr(one, name)
            if command and not command.startswith("/"):
                yield Problem(f"{one.name}: {name} runs {command.split()[0]}", line_of(one, name))


@RULES.rule(
    "duplicate-name",
    Severity.ERROR,
    reason="Two blocks of one name: keepalived keeps one of them, and the other's settings are "
    "not in force.",
    fix="Give each block a name of its own.",
    source=MANUAL,
)
def _duplicate_name(subject: Subject) -> Iterator[Problem]:
    config = subject.config
    for kind in (config.vrrp_script, config.vrrp_instance, config.vrrp_sync_group):
        seen: set[str] = set()
        for block in kind:
            if block.name in seen:
                yield Problem(f"{block.keyword} {block.name} is there twice", line_of(block))
            seen.add(block.name)


@RULES.rule(
    "group-member",
    Severity.ERROR,
    reason="A sync group of instances that are not there keeps nothing together.",
    fix="List the names of vrrp_instance blocks of this file.",
    source=MANUAL,
)
def _group_member(subject: Subject) -> Iterator[Problem]:
    names = {one.name for one in subject.config.vrrp_instance}
    for group in subject.config.vrrp_sync_group:
        for name in group.group:
            if name not in names:
                yield Problem(
                    f"{group.name} has {name}, which is no instance", line_of(group, "group")
                )


def _keyword(item: Item) -> str:
    return item.name if isinstance(item, Statement) else ""
