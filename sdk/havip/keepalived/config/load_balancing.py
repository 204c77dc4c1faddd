"""Checks of IPVS load balancing (virtual_server) and of BFD sessions.

A pair behind a HAVIP may use both in the file that configures VRRP, and a statement that keepalived
rejects there makes the config test of the whole file fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from socket import inet_aton
from typing import Final

from havip.keepalived.config.commands import closed, command
from havip.keepalived.config.values import (
    LONGEST_INTERFACE,
    MICROSECONDS,
    UINT,
    Check,
    Words,
    address,
    decimal,
    host,
    integer,
    integer_problems,
    one_of,
    parse_address,
    switch,
    value,
)

SCHEDULERS: Final = (
    *("rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf"),
    *("lblcr", "sed", "nq", "twos"),
)
_WEIGHT: Final = 2**31 - 1 - 2
_ANY_TIME: Final = 2**64 - 2
_LONGEST_PERSISTENCE: Final = 86400 * 31
_DNS_TYPES: Final = frozenset({"A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"})
_TIMEOUT: Final = decimal(1, UINT)
_DELAY: Final = decimal(1, _ANY_TIME)
_PAUSE: Final = decimal(0, _ANY_TIME)
_RETRIES: Final = integer(0, UINT)


def server(words: Words) -> Iterator[str]:
    """Check the address, with optional prefix or range, and the port of a real server."""
    if len(words) < 2:
        yield "needs an address"
    elif host(words[1]) is None:
        yield f"{words[1]!r} is not an IP address"
    elif len(words) > 2:
        yield from _port(words[2])


def virtual(words: Words) -> Iterator[str]:
    """Check the head of a virtual_server: ADDRESS PORT, fwmark NUMBER or group NAME."""
    if words[1:2] == ("group",):
        if len(words) < 3:
            yield "needs a group name"
    elif words[1:2] == ("fwmark",):
        if len(words) < 3:
            yield "needs a number after fwmark"
        else:
            yield from integer_problems(words[2], 0, UINT)
    else:
        yield from server(words)


def _port(word: str) -> Iterator[str]:
    if word.strip("0"):
        yield from integer_problems(word, 1, 65535)


def group_entry(words: Words) -> Iterator[str]:
    """Check an entry of virtual_server_group: an address, a range or network, or a fwmark."""
    if words[0] == "fwmark":
        if len(words) < 2:
            yield "fwmark needs a number"
        elif problems := list(integer_problems(words[1], 0, UINT)):
            yield from problems
        elif len(words) > 2 and words[2] not in {"inet", "inet6"}:
            yield f"{words[2]!r} is not one of inet and inet6"
        return
    problems = list(server(("", *words)))
    yield from problems
    if not problems and "/" in words[0] and "-" not in words[0]:
        yield from _network(words[0])
    elif not problems and "-" in words[0]:
        yield from _range(words[0])


def _network(word: str) -> Iterator[str]:
    try:
        if ip_network(word).prefixlen == 0:
            yield f"{word} has no prefix length"
    except ValueError:
        yield f"{word} is not a network"


def _range(word: str) -> Iterator[str]:
    first, _, last = word.partition("-")
    begin, end = parse_address(first), parse_address(last)
    if begin is None:
        return
    if end is not None:
        if begin.version != end.version or int(begin) > int(end):
            yield f"{word} is not a range of addresses"
        return
    base, most, bits = (16, 0xFFFF, 0xFFFF) if begin.version == 6 else (10, 255, 255)
    try:
        number = int(last, base)
    except ValueError:
        number = -1
    if not int(begin) & bits < number <= most:
        yield f"{word} is not a range of addresses"


def forwarding(words: Words) -> Iterator[str]:
    """Check lb_kind and lvs_method: NAT, DR or TUN, and the tunnel options."""
    yield from one_of("NAT", "DR", "TUN")(words)
    kind, port, sums = "ipip", "", "nocsum"
    rest = iter(words[2:])
    for option in rest:
        if option in {"nocsum", "csum", "remcsum"}:
            sums = option
            continue
        if option not in {"type", "port"}:
            yield f"{option!r} is not an option of a tunnel"
            return
        given = next(rest, None)
        if given is None:
            yield f"{option} needs a value"
            return
        if option == "type":
            kind = given
        else:
            port = given
    if kind not in {"ipip", "gue", "gre"}:
        yield f"{kind!r} is not one of ipip, gue, gre"
    elif (kind == "gue") != bool(port) or (port and any(integer_problems(port, 1, 65535))):
        yield "a gue tunnel needs a port from 1 to 65535, and others cannot have one"
    elif (kind, sums) == ("gre", "remcsum") or (kind == "ipip" and sums != "nocsum"):
        yield f"a {kind} tunnel cannot have {sums}"


def _persistence(words: Words) -> Iterator[str]:
    if len(words) > 1:
        yield from integer_problems(words[1], 1, _LONGEST_PERSISTENCE)


def _granularity(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 1:
        try:
            inet_aton(words[1])
        except OSError:
            yield f"{words[1]!r} is not a netmask"


def _octets(digits: str, *, optional: bool = False) -> Check:
    def check(words: Words) -> Iterator[str]:
        if len(words) < 2:
            yield from () if optional else value(words)
        elif not re.fullmatch(rf"(?:[{digits}][ \t]*)+", " ".join(words[1:])):
            yield f"{' '.join(words[1:])!r} is not a string of hexadecimal digits"

    return check


def _protocol(words: Words) -> Iterator[str]:
    yield from one_of("TCP", "UDP", "SCTP")((words[0], *(word.upper() for word in words[1:])))


def _engine(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 1 and len(words[1].encode()) > 16:
        yield f"{words[1]!r} is longer than 16 characters"


def _one(words: Words) -> Iterator[str]:
    if len(words) != 2:
        yield "needs exactly one value"


def _status_codes(words: Words) -> Iterator[str]:
    for word in words[1:]:
        found = re.fullmatch(r"(\d+)(?:-(\d+))?", word)
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 100 <= low <= high <= 599:
            yield f"{word!r} is not a status code, or range of them"


def _digest(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 1 and not re.fullmatch(r"[0-9a-fA-F]{32}", words[1]):
        yield f"{words[1]!r} is not a digest of 32 hexadecimal digits"


def _interface_name(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 1 and len(words[1].encode()) > LONGEST_INTERFACE:
        yield f"{words[1]!r} is longer than {LONGEST_INTERFACE} characters"


def _dns_type(words: Words) -> Iterator[str]:
    yield from one_of(*sorted(_DNS_TYPES))((words[0], *(word.upper() for word in words[1:])))


def _dns_name(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 1 and words[1] != "." and (words[1].startswith(".") or ".." in words[1]):
        yield f"{words[1]!r} has an empty label"


def _retry_deprecated(words: Words) -> Iterator[str]:
    yield "is deprecated: use retry"
    yield from _RETRIES(words)


def _file_weight(words: Words) -> Iterator[str]:
    yield from integer(-_WEIGHT, _WEIGHT)(words)
    if len(words) > 2 and words[2] not in {"reverse", "noreverse"}:
        yield f"{words[2]!r} is not an option of a weight"


def _bfd_weight(words: Words) -> Iterator[str]:
    yield from integer(-253, 253)(words)
    if len(words) > 2 and words[2] != "reverse":
        yield f"{words[2]!r} is not an option of a weight"


def _milliseconds(low: int) -> Check:
    """Build a check of milliseconds, at least `low`, with up to three decimal places."""

    def check(words: Words) -> Iterator[str]:
        yield from value(words)
        if len(words) < 2:
            return
        number = re.fullmatch(r"[ \t]*\+?(\d*)(?:\.(\d{0,3}))?", words[1], re.ASCII)
        if number is None:
            yield f"{words[1]!r} is not a number of milliseconds"
        elif not low * 1000 <= int(number[1] or 0) * 1000 <= UINT:
            yield f"{words[1]} is not from {low} to {UINT // 1000}"

    return check


_TIMES: Final[dict[str, Check]] = {
    "connect_timeout": _TIMEOUT,
    "delay_loop": _DELAY,
    "delay_before_retry": _PAUSE,
    "warmup": _PAUSE,
}
_ANY_CHECK: Final = _TIMES | {"retry": _RETRIES, "alpha": switch, "log_all_failures": switch}
_CONNECTION: Final[dict[str, Check]] = {
    "connect_ip": address,
    "connect_port": integer(1, 65535),
    "bindto": address,
    "bind_port": integer(1, 65535),
    "bind_if": _interface_name,
    "fwmark": integer(0, UINT),
}
_OF_HTTP: Final = (
    _ANY_CHECK
    | _CONNECTION
    | {
        "nb_get_retry": _retry_deprecated,
        "virtualhost": value,
        "http_protocol": one_of("1.0", "1.1", "1.0C", "1.0c"),
        "enable_sni": switch,
        "fast_recovery": switch,
    }
)
_MISC: Final = {name: check for name, check in _ANY_CHECK.items() if name != "connect_timeout"}
LEAVES: Final[dict[str, dict[str, Check]]] = {
    "virtual_server": _TIMES
    | {
        "ip_family": one_of("inet", "inet6"),
        "retry": integer(1, UINT),
        "lb_algo": one_of(*SCHEDULERS),
        "lvs_sched": one_of(*SCHEDULERS),
        "lb_kind": forwarding,
        "lvs_method": forwarding,
        "persistence_engine": _engine,
        "persistence_timeout": _persistence,
        "persistence_granularity": _granularity,
        "protocol": _protocol,
        "smtp_alert": switch,
        "virtualhost": value,
        "snmp_name": _one,
        "quorum": integer(1, UINT),
        "hysteresis": integer(0, UINT),
        "weight": integer(1, _WEIGHT),
        "sorry_server": server,
        "sorry_server_lvs_method": forwarding,
        "quorum_up": command,
        "quorum_down": command,
    },
    "real_server": _TIMES
    | {
        "weight": integer(0, _WEIGHT),
        "lvs_method": forwarding,
        "uthreshold": integer(0, UINT),
        "lthreshold": integer(0, UINT),
        "inhibit_on_failure": switch,
        "alpha": switch,
        "retry": integer(1, UINT),
        "smtp_alert": switch,
        "virtualhost": value,
        "snmp_name": _one,
        "notify_up": command,
        "notify_down": command,
    },
    "HTTP_GET": _OF_HTTP,
    "SSL_GET": _OF_HTTP,
    "url": {"path": value, "digest": _digest, "status_code": _status_codes, "virtualhost": value},
    "TCP_CHECK": _ANY_CHECK | _CONNECTION,
    "PING_CHECK": _ANY_CHECK | _CONNECTION,
    "UDP_CHECK": _ANY_CHECK
    | _CONNECTION
    | {
        "payload": _octets("0-9a-fA-F"),
        "require_reply": _octets("0-9a-fA-FxX", optional=True),
        "min_reply_length": integer(0, 65535),
        "max_reply_length": integer(0, 65535),
    },
    "SMTP_CHECK": _ANY_CHECK | _CONNECTION | {"helo_name": value},
    "host": _ANY_CHECK | _CONNECTION,
    "DNS_CHECK": _ANY_CHECK | _CONNECTION | {"type": _dns_type, "name": _dns_name},
    "MISC_CHECK": _MISC
    | {"misc_path": closed, "misc_timeout": integer(0, UINT // MICROSECONDS), "user": value},
    "FILE_CHECK": {"track_file": value, "weight": _file_weight},
    "BFD_CHECK": {"name": _one, "alpha": switch},
    "SSL": dict.fromkeys(("password", "ca", "certificate", "key"), value),
    "bfd_instance": {
        "source_ip": address,
        "neighbor_ip": address,
        "neighbour_ip": address,
        "min_rx": _milliseconds(1),
        "min_tx": _milliseconds(1),
        "idle_tx": _milliseconds(1000),
        "multiplier": integer(1, 255),
        "ttl": integer(1, 255),
        "hoplimit": integer(1, 255),
        "max_hops": integer(-1, 255),
        "weight": _bfd_weight,
    },
}
CHECKS: Final = frozenset(name for name in LEAVES if name.endswith(("_CHECK", "_GET")))
"""Health checks of a real server."""
BLOCKS: Final[dict[str, frozenset[str]]] = {
    "virtual_server": frozenset({"real_server"}),
    "real_server": CHECKS,
    "HTTP_GET": frozenset({"url"}),
    "SSL_GET": frozenset({"url"}),
    "SMTP_CHECK": frozenset({"host"}),
}
HEADS: Final[dict[str, Check]] = {"virtual_server": virtual, "real_server": server}
"""Checks of the words between the keyword of a block and its brace."""
ONCE: Final[dict[str, frozenset[str]]] = {
    "virtual_server": frozenset({"quorum_up", "quorum_down"}),
    "real_server": frozenset({"notify_up", "notify_down"}),
    "url": frozenset({"digest"}),
    "DNS_CHECK": frozenset({"name"}),
    "BFD_CHECK": frozenset({"name"}),
    "SSL": frozenset({"password", "ca", "certificate", "key"}),
}
