"""Rules about IPVS load balancing (virtual_server) and BFD sessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from havip.keepalived.config.grammar import mistakes
from havip.keepalived.config.load_balancing import CHECKS, SCHEDULERS
from havip.keepalived.config.syntax import Statement
from havip.keepalived.config.values import host
from havip.keepalived.lint.registry import RULES, TESTED, Subject
from havip.rules import Problem, Severity

_METHODS = ("lb_kind", "lvs_method")


@RULES.rule(
    "virtual-server",
    Severity.ERROR,
    reason="keepalived drops a virtual server without real servers, and changes inconsistent "
    "settings: a missing protocol to UDP, an unreachable quorum, and different ports, which DR and "
    "TUN cannot translate.",
    fix="Set protocol, lb_algo and lb_kind, use a single port unless lb_kind is NAT, and a quorum "
    "of at most the total weight of the real servers.",
    source=TESTED,
    since="2.0.0",
)
def _virtual_server(subject: Subject) -> Iterator[Problem]:
    groups = [*_blocks(subject, "virtual_server_group")]
    for item in _blocks(subject, "virtual_server"):
        if item.values and not any(map(subject.has_open, (item, *groups))):
            yield from _VirtualServer(item, subject).problems()


@RULES.rule(
    "server-group-undefined",
    Severity.ERROR,
    reason="keepalived silently drops a virtual_server with an undefined group.",
    fix="Define the group: virtual_server_group NAME { ADDRESS PORT }.",
    source="measured with keepalived 2.2.7: --config-test accepts it",
    since="2.0.0",
)
def _server_group_undefined(subject: Subject) -> Iterator[Problem]:
    if not subject.is_complete(subject.config, "virtual_server_group"):
        return
    defined = {item.values[0] for item in _blocks(subject, "virtual_server_group") if item.values}
    for item in _blocks(subject, "virtual_server"):
        if item.values[:1] == ("group",) and not {*item.values[1:2]} <= defined:
            yield Problem(f"there is no virtual_server_group {item.values[1]}", item.line)


class _VirtualServer:
    """A virtual_server after keepalived has read the whole file."""

    def __init__(self, item: Statement, subject: Subject) -> None:
        self._item = item
        refused = {id(one.statement) for one in mistakes(subject.document.items)}
        self._refused = refused
        self._settings = {
            one.name: (one.name, *one.values)
            for one in item.statements
            if id(one) not in refused and one.name != "real_server"
        }
        self._name = f"virtual_server {' '.join(item.values[:2])}"
        self._kind = item.values[0] if item.values[0] in {"fwmark", "group"} else "address"
        self._groups = [
            one
            for one in _blocks(subject, "virtual_server_group")
            if self._kind == "group" and one.values[:1] == item.values[1:2]
        ]
        entries = [entry for group in self._groups[:1] for entry in group.statements]
        self._marked = self._kind == "fwmark" or any(one.name == "fwmark" for one in entries)
        self._ports = [
            _port(one.values) for one in entries if one.name != "fwmark" and id(one) not in refused
        ]
        if self._kind == "address":
            self._ports = [_port(item.values[1:])]

    def problems(self) -> Iterator[Problem]:
        """Yield the settings that keepalived changes or drops."""
        if id(self._item) in self._refused or (self._kind == "group" and not self._groups):
            return
        servers = self._real_servers()
        if not servers:
            yield self._problem("has no real server")
            return
        yield from self._families(servers)
        if "lb_algo" not in self._settings and "lvs_sched" not in self._settings:
            yield self._problem("has no lb_algo")
        yield from self._protocol()
        yield from self._forwarding(servers)
        yield from self._quorum(servers)
        addresses = [_server(one) for one in servers]
        if len({*addresses}) < len(addresses):
            yield self._problem("has a duplicate real server")

    def _real_servers(self) -> list[Statement]:
        found = [one for one in self._item.statements if one.name == "real_server"]
        return [one for one in found if one.values and id(one) not in self._refused]

    def _problem(self, message: str, line: int = 0) -> Problem:
        return Problem(f"{self._name} {message}", line or self._item.line)

    def _families(self, servers: Iterable[Statement]) -> Iterator[Problem]:
        if self._kind != "address":
            return
        own = getattr(host(self._item.values[0]), "version", 0)
        for one in servers:
            other = getattr(host(one.values[0]), "version", 0)
            if other != own and self._method(one) != "TUN":
                yield self._problem(f"is IPv{own}, and {one.values[0]} is not", one.line)

    def _protocol(self) -> Iterator[Problem]:
        has_protocol = "protocol" in self._settings
        if self._ports and not has_protocol:
            yield self._problem("has no protocol")
        if has_protocol and self._marked and not self._ports:
            yield self._problem("has a fwmark, so its protocol is ignored")
        kept = {"persistence_timeout", "persistence_granularity"} & self._settings.keys()
        if 0 in self._ports and not kept:
            yield self._problem("has no port and no persistence_timeout")
        protocol = (*self._settings.get("protocol", ()), "", "UDP")[1].upper() or "UDP"
        if "ops" in self._settings and self._ports and protocol != "UDP":
            yield self._problem("has ops, which is for UDP")
        if "ha_suspend" in self._settings and self._marked:
            yield self._problem("has ha_suspend and a fwmark")

    def _method(self, server: Statement) -> str:
        """Return the forwarding method of a real server, or "" if it is not set."""
        own = [one for one in server.statements if one.name == "lvs_method"]
        common = [one for one in self._item.statements if one.name in _METHODS]
        chosen = [one for one in (*common, *own) if id(one) not in self._refused]
        return (*chosen[-1].values, "")[0] if chosen else ""

    def _forwarding(self, servers: Iterable[Statement]) -> Iterator[Problem]:
        for one in servers:
            method = self._method(one)
            if not method:
                yield self._problem("has no lb_kind")
                return
            port = _port(one.values[1:])
            if method == "NAT" or not port:
                continue
            if self._marked:
                yield self._problem(f"has a fwmark, and {one.values[0]} a port", one.line)
            elif any(own != port for own in self._ports):
                yield self._problem(f"and {one.values[0]} have different ports", one.line)

    def _quorum(self, servers: Iterable[Statement]) -> Iterator[Problem]:
        common = self._number(self._item.statements, "weight", 1)
        total = sum(self._number(one.statements, "weight", common) for one in servers)
        quorum = self._number(self._item.statements, "quorum", 1)
        hysteresis = self._number(self._item.statements, "hysteresis", 0)
        if quorum > total:
            yield self._problem(f"has the quorum {quorum}, but a total weight of {total}")
        if hysteresis >= min(quorum, total):
            yield self._problem(f"has the hysteresis {hysteresis} for a quorum of {quorum}")

    def _number(self, statements: Iterable[Statement], name: str, default: int) -> int:
        number = default
        for one in statements:
            if one.name == name and one.values and id(one) not in self._refused:
                number = int(one.values[0] or "0")
        return number


def _port(words: tuple[str, ...]) -> int:
    word = (*words, "")[0]
    return int(word) if word.isdigit() else 0


def _server(item: Statement) -> tuple[str, int]:
    return str(host(item.values[0])), _port(item.values[1:])


@RULES.rule(
    "sorry-server-order",
    Severity.ERROR,
    reason="keepalived applies these settings to the sorry_server above them, and ignores them "
    "without one.",
    fix="Move sorry_server above them.",
    source=TESTED,
    since="2.0.0",
)
def _sorry_server_order(subject: Subject) -> Iterator[Problem]:
    for item in _blocks(subject, "virtual_server"):
        seen = False
        for one in item.statements:
            seen = seen or (one.name == "sorry_server" and bool(one.values))
            wants = one.name in {"sorry_server_inhibit", "sorry_server_lvs_method"}
            if wants and not seen and subject.is_complete(item, "sorry_server"):
                yield Problem(f"{one.name} has no sorry_server above it", one.line)


@RULES.rule(
    "scheduler-flag",
    Severity.ERROR,
    reason="The flags sh-port, sh-fallback, mh-port and mh-fallback only apply to the schedulers "
    "sh and mh, set above them; otherwise keepalived ignores them. It always ignores hashed.",
    fix="Remove the flag, or put lb_algo sh or mh above it.",
    source=TESTED,
    since="2.0.0",
)
def _scheduler_flag(subject: Subject) -> Iterator[Problem]:
    for item in _blocks(subject, "virtual_server"):
        scheduler = ""
        for one in item.statements:
            if one.name in {"lb_algo", "lvs_sched"} and {*one.values[:1]} & {*SCHEDULERS}:
                scheduler = one.values[0]
            elif one.name not in _FLAGS or scheduler in {"sh", "mh"}:
                continue
            elif subject.is_complete(item, "lb_algo", "lvs_sched"):
                yield Problem(f"{one.name} is not for {scheduler or 'no scheduler'}", one.line)


_FLAGS = frozenset({"hashed", "sh-port", "sh-fallback", "mh-port", "mh-fallback"})


@RULES.rule(
    "ssl-twice",
    Severity.ERROR,
    reason="keepalived overrides the settings of the first SSL block by those of the last one.",
    fix="Put all settings into one SSL block.",
    source=TESTED,
    since="2.0.0",
)
def _ssl_twice(subject: Subject) -> Iterator[Problem]:
    items = subject.document.items
    found = [item for item in items if isinstance(item, Statement) and item.name == "SSL"]
    for item in found[1:]:
        yield Problem("there is a second SSL block", item.line)


@RULES.rule(
    "check-empty",
    Severity.ERROR,
    reason="keepalived removes a health check without a target.",
    fix="Add the url with its path, misc_path, name or track_file.",
    source=TESTED,
    since="2.0.0",
)
def _check_empty(subject: Subject) -> Iterator[Problem]:
    for check in _checks(subject):
        needed = _NEEDED.get(check.name)
        missing = needed and not any(_says(one, needed) for one in check.statements)
        if needed and missing and subject.is_complete(check, needed):
            yield Problem(f"{check.name} has no {needed}", check.line)
        for url in check.statements:
            missing = url.name == "url" and not any(one.name == "path" for one in url.statements)
            if missing and subject.is_complete(url, "path"):
                yield Problem(f"a url of {check.name} has no path", url.line)


def _says(item: Statement, needed: str) -> bool:
    return item.name == needed and (item.body is not None or bool(item.values))


_NEEDED = {
    "HTTP_GET": "url",
    "SSL_GET": "url",
    "MISC_CHECK": "misc_path",
    "BFD_CHECK": "name",
    "FILE_CHECK": "track_file",
}


@RULES.rule(
    "check-undefined",
    Severity.ERROR,
    reason="keepalived removes a health check of a file or BFD session that is not defined above "
    "it.",
    fix="Define it above the virtual_server: track_file NAME { file … }, bfd_instance NAME { … }.",
    source=TESTED,
    since="2.0.0",
)
def _check_undefined(subject: Subject) -> Iterator[Problem]:
    defined: dict[str, dict[str, int]] = {"track_file": {}, "name": {}}
    kinds = {"track_file": "track_file", "vrrp_track_file": "track_file", "bfd_instance": "name"}
    for item in subject.document.items:
        if isinstance(item, Statement) and item.name in kinds and item.values:
            if item.name == "bfd_instance" and not serves(item, "checker"):
                continue
            defined[kinds[item.name]].setdefault(item.values[0], item.line)
    if not subject.is_complete(subject.config, *kinds):
        return
    for check in _checks(subject):
        wanted = {"FILE_CHECK": "track_file", "BFD_CHECK": "name"}.get(check.name)
        for one in check.statements:
            if one.name == wanted and one.values:
                line = defined[wanted].get(one.values[0])
                if line is None or line > one.line:
                    yield Problem(
                        f"{check.name} has {one.values[0]}, which is not defined above", one.line
                    )


@RULES.rule(
    "bfd-session",
    Severity.ERROR,
    reason="keepalived disables a BFD session without neighbor, with a neighbor of another address "
    "family, or with the name or neighbor of another session.",
    fix="Give each bfd_instance a unique name and neighbor_ip.",
    source=TESTED,
    since="2.0.0",
)
def _bfd_session(subject: Subject) -> Iterator[Problem]:
    names: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for item in _blocks(subject, "bfd_instance"):
        name = (*item.values, "")[0]
        settings = {one.name: one.values[0] for one in item.statements if one.values}
        neighbor = host(settings.get("neighbor_ip", settings.get("neighbour_ip", "")))
        source = host(settings.get("source_ip", ""))
        if name in names:
            yield Problem(f"bfd_instance {name} is repeated", item.line)
            continue
        names.add(name)
        if len(name.encode()) > _LONGEST_NAME:
            yield Problem(
                f"bfd_instance {name} is longer than {_LONGEST_NAME} characters", item.line
            )
        if neighbor is None:
            if subject.is_complete(item, "neighbor_ip", "neighbour_ip"):
                yield Problem(f"bfd_instance {name} has no neighbor_ip", item.line)
            continue
        if source is not None and source.version != neighbor.version:
            yield Problem(f"bfd_instance {name} has addresses of different families", item.line)
            continue
        if (str(neighbor), str(source)) in pairs:
            yield Problem(f"bfd_instance {name} has the neighbor of another one", item.line)
        pairs.add((str(neighbor), str(source)))
        hops = settings.get("max_hops", "0")
        reach = settings.get("ttl", settings.get("hoplimit", "255"))
        if hops.isdigit() and reach.isdigit() and int(hops) > int(reach) > 0:
            yield Problem(f"bfd_instance {name} has max_hops above its ttl", item.line)


_LONGEST_NAME = 31


def script_lines(subject: Subject) -> Iterator[tuple[Statement, bool]]:
    """Yield the lines of virtual_servers that run a command, and whether they set a user."""
    for item in _blocks(subject, "virtual_server"):
        yield from ((one, False) for one in item.statements if one.name in _COMMANDS)
        for server in item.statements:
            yield from ((one, False) for one in server.statements if one.name in _COMMANDS)
    for check in _checks(subject):
        has_user = any(one.name == "user" and one.values for one in check.statements)
        has_user = has_user or not subject.is_complete(check, "user")
        yield from ((one, has_user) for one in check.statements if one.name == "misc_path")


_COMMANDS = frozenset({"quorum_up", "quorum_down", "notify_up", "notify_down"})


def serves(session: Statement, process: str) -> bool:
    """Return whether a process of keepalived uses a BFD session; by default all do."""
    named = {one.name for one in session.statements} & {"vrrp", "checker"}
    return not named or process in named


def _blocks(subject: Subject, keyword: str) -> Iterator[Statement]:
    for item in subject.document.items:
        if isinstance(item, Statement) and item.name == keyword and item.body is not None:
            yield item


def _checks(subject: Subject) -> Iterator[Statement]:
    for item in _blocks(subject, "virtual_server"):
        for server in item.statements:
            for one in server.statements if server.name == "real_server" else ():
                if one.name in CHECKS and one.body is not None:
                    yield one
