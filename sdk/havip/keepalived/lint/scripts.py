"""Rules about the commands that keepalived runs: checks and notify scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from havip.keepalived.config.blocks import Block
from havip.keepalived.config.commands import UnclosedQuoteError, line_of_command, split_command
from havip.keepalived.config.model import VrrpInstance, VrrpScript, VrrpSyncGroup
from havip.keepalived.config.syntax import Statement
from havip.keepalived.lint.load_balancing import script_lines
from havip.keepalived.lint.registry import MANUAL, RULES, TESTED, Subject, line_of
from havip.keepalived.lint.tracking import trackers
from havip.rules import Problem, Severity

NOTIFIES = (
    "notify",
    "notify_master",
    "notify_backup",
    "notify_fault",
    "notify_stop",
    "notify_master_rx_lower_pri",
)
_SETTINGS = {"vrrp_script": ("script",), "vrrp_instance": NOTIFIES, "vrrp_sync_group": NOTIFIES}
_USERS = frozenset(
    {"root", "nobody", "daemon", "keepalived_script", "haproxy", "nginx", "www-data", "mysql"}
    | {"postgres", "patroni", "redis", "etcd", "ubuntu", "debian", "admin"}
)
"""Users that a node may have without a mention in its file."""
_SHELLS = ("sh", "bash", "dash", "ash", "zsh", "ksh")
_OPERATORS = ("||", "&&", "|", "&", ";", ">", ">>", "<", "2>&1", "2>/dev/null", ">/dev/null")


class Command(NamedTuple):
    """A command of a file: the block and its name, the setting, the command, user and group."""

    block: Block
    name: str
    setting: str
    text: str
    users: tuple[str, ...]


def commands(subject: Subject) -> Iterator[Command]:
    """Yield each command of a file."""
    for block in (*subject.config.vrrp_script, *trackers(subject)):
        yield from commands_of(subject, block)


def commands_of(
    subject: Subject, block: VrrpScript | VrrpInstance | VrrpSyncGroup
) -> Iterator[Command]:
    """Yield the commands of a block."""
    statement = subject.statement(block)
    for item in statement.statements if statement else ():
        if item.name in _SETTINGS[block.keyword] and getattr(block, item.name, None):
            text, *users = line_of_command(item) or [""]
            if text:
                yield Command(block, block.name, item.name, text, tuple(users))


def words_of(command: str) -> list[str]:
    """Split a command into words, at spaces if its quotes are not balanced."""
    try:
        return split_command(command)
    except UnclosedQuoteError:
        return command.split()


@RULES.rule(
    "script-security",
    Severity.ERROR,
    reason="Without enable_script_security keepalived reports a security violation, and any user "
    "who can modify a script can become root.",
    fix="Set enable_script_security in global_defs.",
    source=TESTED,
    since="2.0.0",
)
def _script_security(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    lines = [line_of(one[0]) for one in commands(subject) if subject.config.vrrp_instance]
    lines += [one.line for one, _ in script_lines(subject)]
    if not subject.has_all_globals("enable_script_security"):
        return
    if lines and (definitions is None or not definitions.enable_script_security):
        line = line_of(definitions) if definitions else lines[0]
        yield Problem("scripts are used, but enable_script_security is not set", line)


@RULES.rule(
    "script-user",
    Severity.ERROR,
    reason="Without script_user scripts run as keepalived_script; if that user does not exist and "
    "script security is enabled, keepalived does not run them.",
    fix="Set script_user root in global_defs, or the user that the scripts need.",
    source=TESTED,
    since="2.0.0",
)
def _script_user(subject: Subject) -> Iterator[Problem]:
    definitions = subject.config.global_defs
    if (definitions and definitions.script_user) or not subject.has_all_globals("script_user"):
        return
    for block, name, setting, _, users in commands(subject):
        if setting == "script" and not subject.is_complete(block, "user"):
            continue
        if not (getattr(block, "user", None) if setting == "script" else users):
            where = line_of(definitions) if definitions else line_of(block, setting)
            yield Problem(f"{name} runs scripts, but script_user is not set", where)
            return
    for line, has_user in script_lines(subject):
        if not has_user:
            yield Problem(f"{line.name} runs a script, but script_user is not set", line.line)
            return


@RULES.rule(
    "script-shell",
    Severity.ERROR,
    reason="keepalived runs commands without a shell: operators such as || and > are passed as "
    "arguments, so the result of the check is wrong.",
    fix="Use a shell: \"/bin/sh -c '… || exit 1'\" (bash for /dev/tcp), or move the command into a "
    "script.",
    source="measured with keepalived 2.2.7: the operators were passed as arguments",
    since="2.0.0",
)
def _script_shell(subject: Subject) -> Iterator[Problem]:
    for block, name, setting, command, _ in commands(subject):
        words = words_of(command)
        if words and words[0].rpartition("/")[2] in _SHELLS:
            continue
        found = next(filter(is_operator, words), None)
        if found is not None:
            line = line_of(block, setting)
            yield Problem(f"{name}: {setting} has the shell operator {found}", line)


def is_operator(word: str) -> bool:
    """Return whether a word is a shell operator."""
    return (
        word in _OPERATORS
        or word.startswith(("$(", "`", "</", ">/", "2>", "&>", ">>"))
        or word.endswith(("||", "&&"))
        or (word.endswith(";") and len(word) > 1)
    )


@RULES.rule(
    "script-unquoted",
    Severity.ERROR,
    reason="keepalived uses the first word after script (or the first quoted text) as the whole "
    "command: arguments outside of the quotes are dropped. After notify they are the user and the "
    "group; if these do not exist, keepalived ignores the script.",
    fix='Put the command with its arguments into double quotes: script "/usr/bin/killall -0 x".',
    source="the code of keepalived 2.0 to 2.4",
    since="2.0.0",
)
def _script_unquoted(subject: Subject) -> Iterator[Problem]:
    users = _users(subject)
    for item in subject.document.items:
        if not isinstance(item, Statement) or item.name not in _SETTINGS:
            continue
        for inner in item.statements:
            if inner.name not in _SETTINGS[item.name]:
                continue
            words = line_of_command(inner)
            most = 1 if inner.name == "script" else 3
            if len(words) > most:
                message = f"{inner.name}: {words[most]!r} is outside of the quotes"
                yield Problem(message, inner.line)
            elif len(words) > 1 and not _may_be_user(words[1], inner, users):
                message = f"{inner.name}: {words[1]!r}, outside of the quotes, is not a user"
                yield Problem(message, inner.line)


def _users(subject: Subject) -> set[str]:
    """Return the users that a file names, and the usual ones."""
    definitions = subject.config.global_defs
    named = [definitions.script_user if definitions else None]
    named += [script.user for script in subject.config.vrrp_script]
    return {*_USERS, *(text.split()[0] for text in named if text)}


def _may_be_user(word: str, item: Statement, users: set[str]) -> bool:
    """Return whether a word behind a command is a user; behind quotes, it is meant as one."""
    if word.startswith("$"):
        return True
    if item.words[1][0] in "\"'":
        return re.fullmatch(r"[A-Za-z_][\w.-]*\$?", word, re.ASCII) is not None
    return word in users


@RULES.rule(
    "script-path",
    Severity.WARNING,
    reason="A script without an absolute path is looked up in the PATH of keepalived; if it is not "
    "found, it is disabled, and its service is not monitored.",
    fix="Use the absolute path, such as /usr/bin/killall.",
    source=MANUAL,
)
def _script_path(subject: Subject) -> Iterator[Problem]:
    for block, name, setting, command, _ in commands(subject):
        if not command.startswith(("/", "</", "< /", "$")):
            what = (words_of(command) or [command])[0]
            yield Problem(f"{name}: {setting} runs {what}", line_of(block, setting))


@RULES.rule(
    "notify-lower-priority",
    Severity.ERROR,
    reason="A master that receives a lower priority, as after a short loss of VRRP, wins the new "
    "election and stays master: no notify script runs. If notify calls an API that has moved the "
    "address to the other node in the meantime, the address stays there.",
    fix="Run the same script as notify_master_rx_lower_pri: it is called without keepalived's "
    "arguments, so pass the required ones (INSTANCE NAME MASTER).",
    source="https://github.com/acassen/keepalived/issues/950, #2135; reproduced with 2.2.7",
    since="2.0.6",
)
def _notify_lower_priority(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        groups = [group for group in subject.config.vrrp_sync_group if one.name in group.group]
        holders: tuple[VrrpInstance | VrrpSyncGroup, ...] = (one, *groups)
        known = subject.is_complete(one, "notify_master_rx_lower_pri")
        if not known or one.notify_master_rx_lower_pri is not None:
            continue
        for holder in holders:
            for _, _, setting, command, _ in commands_of(subject, holder):
                if setting in {"notify_master", "notify"} and calls_api(command):
                    yield Problem(
                        f"{one.name}: {setting} calls an API, but there is no "
                        "notify_master_rx_lower_pri",
                        line_of(holder, setting),
                    )


_API = (
    "aliyun",
    "api",
    "assign",
    "attach",
    "aws",
    "az",
    "curl",
    "eip",
    "eni",
    "floating",
    "gcloud",
    "havip",
    "hcloud",
    "huaweicloud",
    "migrate",
    "oci",
    "openstack",
    "switch",
    "takeover",
    "tccli",
    "vip",
    "wget",
)


def calls_api(command: str) -> bool:
    """Return whether a command appears to move an address through a cloud's API."""
    for word in words_of(command):
        name = word.rpartition("/")[2].lower()
        parts = {part for piece in name.split(".")[:1] for part in _parts(piece)}
        if parts & {*_API}:
            return True
    return False


def _parts(name: str) -> list[str]:
    return name.replace("_", "-").split("-")
