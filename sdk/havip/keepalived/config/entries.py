"""Checks of list entries: addresses, peers, routes, rules and trackers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from havip.keepalived.config.values import (
    LONGEST_INTERFACE,
    UINT,
    Check,
    Words,
    host,
    integer_problems,
    interface_problems,
    parse_address,
)

_ALONE: Final = frozenset(
    {"home", "-nodad", "mngtmpaddr", "noprefixroute", "autojoin", "no_track", "use_vmac"}
)
_SCOPES: Final = frozenset({"global", "site", "link", "host", "nowhere"})


def virtual_address(words: Words) -> Iterator[str]:
    """Check an entry of virtual_ipaddress: an address and its options."""
    first, _, prefix = words[0].partition("/")
    found = parse_address(first)
    if found is None:
        yield f"{words[0]!r} is not an IP address"
        return
    if "/" in words[0]:
        for _ in integer_problems(prefix, 0, found.max_prefixlen):
            yield f"{words[0]}: {prefix!r} is not a prefix length"
    rest = iter(words[1:])
    seen: set[str] = set()
    for option in rest:
        if option in _ALONE:
            continue
        check = _OPTIONS.get(option)
        if check is None:
            yield f"{option!r} behind {words[0]} is ignored: put each address on its own line"
            continue
        given = next(rest, None)
        if given is None:
            yield f"{option!r} behind {words[0]} needs a value"
            return
        if option == "dev" and option in seen:
            yield f"{words[0]} has two devices"
        seen.add(option)
        for reason in check(found.version, given):
            yield type(reason)(f"{words[0]}: {reason}")
        length = int(prefix) if prefix.isdigit() else found.max_prefixlen
        if option in {"brd", "broadcast"} and given in {"+", "-"} and length > 30:
            yield f"{words[0]}: a /{length} has no broadcast address for {given!r}"


def _dev(version: int, given: str) -> Iterator[str]:
    del version
    yield from interface_problems(given)


def _label(version: int, given: str) -> Iterator[str]:
    if len(given.encode()) > LONGEST_INTERFACE:
        yield f"the label {given!r} is longer than {LONGEST_INTERFACE} characters"
    if version == 6:
        yield "an IPv6 address cannot have a label"


def _broadcast(version: int, given: str) -> Iterator[str]:
    if version == 6:
        yield "an IPv6 address cannot have a broadcast address"
    elif given not in {"+", "-"} and getattr(parse_address(given), "version", 0) != 4:
        yield f"{given!r} is not a broadcast address"


def _scope(version: int, given: str) -> Iterator[str]:
    if given not in _SCOPES and any(integer_problems(given, 0, 255)):
        yield f"{given!r} is not a scope"
    elif version == 6 and given not in {"global", "0"}:
        yield "an IPv6 address cannot have a scope"


def _peer(version: int, given: str) -> Iterator[str]:
    found = parse_address(given)
    if found is None or found.version != version:
        yield f"the peer {given!r} is not an IPv{version} address"


def _lifetime(version: int, given: str) -> Iterator[str]:
    del version
    if given != "forever":
        yield from integer_problems(given, 0, UINT)


_OPTIONS: Final = {
    "dev": _dev,
    "scope": _scope,
    "broadcast": _broadcast,
    "brd": _broadcast,
    "label": _label,
    "peer": _peer,
    "preferred_lft": _lifetime,
}


def unicast_peer(words: Words) -> Iterator[str]:
    """Check an entry of unicast_peer: an address and its TTL limits."""
    if host(words[0]) is None:
        yield f"{words[0]!r} is not an IP address"
        return
    limits = {"min_ttl": 0, "max_ttl": 255}
    for at in range(1, len(words), 2):
        if at + 1 == len(words):
            yield f"{words[at]!r} behind {words[0]} needs a value"
        elif problems := list(integer_problems(words[at + 1], 0, 255)):
            yield from problems
        elif words[at] not in limits:
            yield f"{words[at]!r} behind {words[0]} is not an option of a peer"
            return
        else:
            limits[words[at]] = int(words[at + 1] or "0")
    if limits["min_ttl"] > limits["max_ttl"]:
        yield f"{words[0]}: min_ttl is above max_ttl, so that no packet is accepted"


def route(words: Words) -> Iterator[str]:
    """Check an entry of virtual_routes or static_routes, as far as it affects tracking."""
    for old, new in (("gw", "via"), ("or", "nexthop")):
        if old in words[1:]:
            yield f"{old!r} is deprecated: use {new!r}"
    if not {"dev", "oif", "nexthop", "no_track"} & {*words}:
        yield f"the route {words[0]} has no interface (dev), so it cannot be tracked"


def interface(words: Words) -> Iterator[str]:
    """Check an entry that begins with the name of an interface."""
    yield from interface_problems(words[0])


def rule(words: Words) -> Iterator[str]:
    """Check the first word of a routing rule."""
    if words[0] not in _RULE:
        yield f"{words[0]!r} is not an option of a rule"


_RULE: Final = frozenset(
    {"inet", "inet6", "from", "to", "table", "lookup", "preference", "order", "priority", "tos"}
    | {"dsfield", "fwmark", "realms", "suppress_prefixlength", "suppress_ifgroup", "sup_pl"}
    | {"sup_group", "iif", "oif", "dev", "tunnel-id", "uidrange", "l3mdev", "protocol", "ipproto"}
    | {"sport", "dport", "no_track", "track_group", "type", "goto", "nop", "not", "nat"}
    | {"map-to", "blackhole", "unreachable", "prohibit", "throw"}
)


def track_interface(words: Words) -> Iterator[str]:
    """Check an entry of track_interface."""
    yield from interface_problems(words[0])
    yield from track(253, "reverse")(words)


def track(limit: int, *options: str) -> Check:
    """Build a check of ``NAME weight NUMBER`` with an option, for entries of trackers."""

    def check(words: Words) -> Iterator[str]:
        if len(words) < 2:
            return
        if words[1] != "weight":
            yield f"{words[1]!r} behind {words[0]} is ignored: expected 'weight NUMBER'"
        elif len(words) == 2:
            yield f"the weight of {words[0]} has no number"
        else:
            yield from integer_problems(words[2], -limit, limit)
            if len(words) > 3 and words[3] not in options:
                yield f"{words[3]!r} behind the weight of {words[0]} is not one of {options}"

    return check
