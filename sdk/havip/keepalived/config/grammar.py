"""The statements that keepalived takes: which value each has, and which are lists or blocks.

`mistakes` walks through a file and says what keepalived refuses or ignores of it. Where versions
differ it follows 2.2, the one that the distributions of the node set-up have.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from havip.keepalived.config import entries
from havip.keepalived.config.keywords import KEYWORDS, OPAQUE
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.config.values import (
    MICROSECONDS,
    UINT,
    Check,
    Words,
    address,
    decimal,
    integer,
    interface,
    nothing,
    one_of,
    switch,
    value,
    weight,
)

_SECONDS: Final = integer(0, UINT // MICROSECONDS)
_COUNT: Final = integer(1, UINT)
_AFFINITY: Final = value
_PRIORITY: Final = integer(-20, 19)
_REALTIME: Final = integer(1, 99)


def _once_deprecated(instead: str) -> Check:
    def check(words: Words) -> Iterator[str]:
        del words
        yield f"is deprecated: {instead}"

    return check


def _closed(words: Words) -> Iterator[str]:
    try:
        shlex.split(" ".join(words[1:]))
    except ValueError:
        yield "has a quote that is never closed"


def _command(words: Words) -> Iterator[str]:
    yield from value(words)
    yield from _closed(words)


def _auth_pass(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 1 and len(words[1].encode()) > 8:
        yield "has more than eight bytes, and keepalived cuts off the rest"


def _garp_extra_if(words: Words) -> Iterator[str]:
    numbers = [word for word in words[1:] if word != "all"]
    for number in numbers:
        yield from integer(0, 86400)((words[0], number))
    if not numbers:
        yield "needs a time"


def _kernel_buffer(words: Words) -> Iterator[str]:
    if len(words) != 2:
        yield "takes one number"
    else:
        yield from integer(0, UINT)(words)


def _param_match(words: Words) -> Iterator[str]:
    yield from one_of("initial", "partial", optional=True)(words)


def _init_file(words: Words) -> Iterator[str]:
    for word in words[1:]:
        if word.lstrip()[:1].isdigit() or word.lstrip()[:1] == "-":
            yield from integer(-254, 254)((words[0], word))
        elif word != "overwrite":
            yield f"{word!r} is no option of it"


def _hmac_key(words: Words) -> Iterator[str]:
    if len(words) < 3:
        yield "needs an id and a value"
        return
    yield from integer(1, 255)(words)
    kind, _, rest = words[2].partition(":")
    if kind == "file":
        return
    length = len(rest) // 2 if kind == "hex" else len(words[2].encode())
    if not 32 <= length <= 64:
        yield f"has {length} bytes, and a key has 32 to 64"


_LEAVES: Final[dict[str, dict[str, Check]]] = {
    "global_defs": {
        "router_id": value,
        "notification_email_from": value,
        "smtp_server": value,
        "smtp_connect_timeout": integer(1, UINT // MICROSECONDS),
        "smtp_alert": switch,
        "smtp_alert_vrrp": switch,
        "smtp_alert_checker": switch,
        "checker_log_all_failures": switch,
        "startup_script": value,
        "shutdown_script": value,
        "startup_script_timeout": integer(1, 1000),
        "shutdown_script_timeout": integer(1, 1000),
        "min_auto_priority_delay": integer(1, 10_000_000),
        "dynamic_interfaces": one_of("allow_if_changes", optional=True),
        "default_interface": value,
        "vrrp_mcast_group4": address,
        "vrrp_mcast_group6": address,
        "vrrp_garp_master_delay": _SECONDS,
        "vrrp_garp_master_repeat": _COUNT,
        "vrrp_garp_master_refresh": integer(0, UINT),
        "vrrp_garp_master_refresh_repeat": _COUNT,
        "vrrp_garp_lower_prio_delay": _SECONDS,
        "vrrp_garp_lower_prio_repeat": integer(0, 2**31 - 1),
        "vrrp_down_timer_adverts": integer(1, 100),
        "vrrp_garp_interval": decimal(1, UINT),
        "vrrp_gna_interval": decimal(1, UINT),
        "vrrp_startup_delay": decimal(1000, UINT),
        "vrrp_min_garp": switch,
        "vrrp_lower_prio_no_advert": switch,
        "vrrp_higher_prio_send_advert": switch,
        "vrrp_version": integer(2, 3),
        "vrrp_priority": _PRIORITY,
        "checker_priority": _PRIORITY,
        "bfd_priority": _PRIORITY,
        "vrrp_rt_priority": _REALTIME,
        "checker_rt_priority": _REALTIME,
        "bfd_rt_priority": _REALTIME,
        "vrrp_cpu_affinity": _AFFINITY,
        "checker_cpu_affinity": _AFFINITY,
        "bfd_cpu_affinity": _AFFINITY,
        "vrrp_rlimit_rttime": _COUNT,
        "vrrp_rlimit_rtime": _COUNT,
        "notify_fifo": value,
        "vrrp_notify_fifo": value,
        "lvs_notify_fifo": value,
        "notify_fifo_script": value,
        "vrrp_notify_fifo_script": value,
        "lvs_notify_fifo_script": value,
        "vrrp_notify_priority_changes": switch,
        "script_user": value,
        "rs_init_notifies": switch,
        "random_seed": integer(0, UINT),
        "nftables_priority": integer(-(2**31), 2**31 - 1),
        "vrrp_vmac_garp_intvl": _once_deprecated("use vrrp_garp_extra_if"),
        "process_name": value,
        "vrrp_process_name": value,
        "checker_process_name": value,
        "bfd_process_name": value,
        "snmp_socket": value,
        "lvs_sync_daemon": value,
    },
    "vrrp_instance": {
        "state": one_of("MASTER", "BACKUP"),
        "interface": interface,
        "vrf": interface,
        "mcast_src_ip": address,
        "unicast_src_ip": address,
        "mcast_dst_ip": address,
        "virtual_router_id": integer(1, 255),
        "unicast_ttl": integer(0, 255),
        "version": integer(2, 3),
        "priority": integer(1, 255),
        "advert_int": decimal(MICROSECONDS // 100, 255 * MICROSECONDS),
        "preempt_delay": decimal(0, 1000 * MICROSECONDS),
        "debug": integer(0, 4),
        "skip_check_adv_addr": switch,
        "strict_mode": switch,
        "old_unicast_checksum": one_of("never", optional=True),
        "linkbeat_use_polling": _once_deprecated("use a linkbeat_interfaces block"),
        "lvs_sync_daemon_interface": _once_deprecated("use lvs_sync_daemon in global_defs"),
        "vmac_garp_intvl": _once_deprecated("use garp_extra_if"),
        "garp_extra_if": _garp_extra_if,
        "notify_backup": _command,
        "notify_master": _command,
        "notify_fault": _command,
        "notify_stop": _command,
        "notify": _command,
        "notify_master_rx_lower_pri": _command,
        "smtp_alert": switch,
        "notify_priority_changes": switch,
        "garp_master_delay": _SECONDS,
        "garp_master_refresh": integer(0, UINT),
        "garp_master_repeat": _COUNT,
        "garp_master_refresh_repeat": _COUNT,
        "garp_lower_prio_delay": _SECONDS,
        "garp_lower_prio_repeat": integer(0, 2**31 - 1),
        "down_timer_adverts": integer(1, 100),
        "lower_prio_no_advert": switch,
        "higher_prio_send_advert": switch,
        "kernel_rx_buf_size": _kernel_buffer,
    },
    "authentication": {"auth_type": one_of("PASS", "AH"), "auth_pass": _auth_pass},
    "auth_hmac": {
        "key": _hmac_key,
        "active_key": integer(1, 255),
        "anti_replay": one_of("time", "monotonic"),
        "mode": one_of("enforce", "permissive", "receive-only"),
    },
    "vrrp_script": {
        "script": _closed,
        "interval": integer(1, UINT // MICROSECONDS),
        "timeout": integer(1, UINT // MICROSECONDS),
        "weight": weight(253),
        "rise": integer(1, 2**31 - 1),
        "fall": integer(1, 2**31 - 1),
        "user": value,
    },
    "vrrp_sync_group": {
        "notify_backup": _command,
        "notify_master": _command,
        "notify_fault": _command,
        "notify_stop": _command,
        "notify": _command,
        "smtp_alert": switch,
        "notify_priority_changes": switch,
        "global_tracking": _once_deprecated("track in the group itself"),
    },
    "vrrp_track_process": {
        "process": value,
        "param_match": _param_match,
        "weight": weight(254),
        "quorum": integer(1, 65535),
        "quorum_max": integer(0, 65535),
        "delay": decimal(1, 3600 * MICROSECONDS),
        "terminate_delay": decimal(1, 3600 * MICROSECONDS),
        "fork_delay": decimal(1, 3600 * MICROSECONDS),
    },
    "track_file": {"file": value, "weight": weight(254), "init_file": _init_file},
    "garp_group": {
        "garp_interval": decimal(0, 2**31 - 1),
        "gna_interval": decimal(0, 2**31 - 1),
        "interface": value,
    },
}
_TRACKED: Final[dict[str, Check]] = {
    "track_interface": entries.track_interface,
    "track_script": entries.track(253, "reverse", "noreverse"),
    "track_file": entries.track(254, "reverse", "noreverse"),
    "track_process": entries.track(254, "reverse", "noreverse"),
    "track_bfd": entries.track(253, "reverse", "noreverse"),
}
_AT_TOP: Final[dict[str, Check]] = {
    "static_ipaddress": nothing,
    "static_rules": nothing,
    "static_routes": entries.route,
    "linkbeat_interfaces": nothing,
    "interface_up_down_delays": nothing,
}
LISTS: Final[dict[str, dict[str, Check]]] = {
    "": _AT_TOP,
    "global_defs": {"notification_email": nothing},
    "vrrp_instance": _TRACKED
    | {
        "unicast_peer": entries.unicast_peer,
        "virtual_ipaddress": entries.virtual_address,
        "virtual_ipaddress_excluded": entries.virtual_address,
        "virtual_routes": entries.route,
        "virtual_rules": nothing,
    },
    "vrrp_sync_group": _TRACKED | {"group": nothing},
    "track_group": {"group": nothing},
    "garp_group": {"interfaces": nothing},
}
"""The statements that are lists, an entry on each line, by their block."""
BLOCKS: Final[dict[str, frozenset[str]]] = {
    "": frozenset(KEYWORDS) & frozenset(KEYWORDS[""]) | OPAQUE,
    "vrrp_instance": frozenset({"authentication", "auth_hmac"}),
}
"""The statements that hold others, by their block."""
NAMED: Final = frozenset(
    {"vrrp_instance", "vrrp_sync_group", "vrrp_script", "vrrp_track_process", "track_file"}
    | {"vrrp_track_file", "track_group"}
)
"""Blocks that have a name."""
_ONE_NAME: Final = frozenset({"vrrp_instance", "vrrp_sync_group", "track_group"})
"""Those that have nothing but their name before the brace."""
_NOTIFIES: Final = frozenset(
    {"notify", "notify_master", "notify_backup", "notify_fault", "notify_stop"}
)
_ONCE: Final[dict[str, frozenset[str]]] = {
    "global_defs": frozenset(
        {"startup_script", "shutdown_script", "snmp_socket", "nftables", "lvs_sync_daemon"}
        | {"notify_fifo", "vrrp_notify_fifo", "lvs_notify_fifo"}
        | {"notify_fifo_script", "vrrp_notify_fifo_script", "lvs_notify_fifo_script"}
    ),
    "vrrp_instance": _NOTIFIES | {"notify_master_rx_lower_pri", "notify_deleted", "use_ipvlan"},
    "vrrp_sync_group": _NOTIFIES | {"group"},
    "vrrp_track_process": frozenset({"process", "weight"}),
    "track_file": frozenset({"file", "weight"}),
    "vrrp_track_file": frozenset({"file", "weight"}),
    "track_group": frozenset({"group"}),
}
"""Statements that keepalived takes once, by their block; of others the last one counts."""
_EXPLAINED: Final = {
    ("vrrp_script", "interval"): "script-interval",
    ("vrrp_script", "timeout"): "script-interval",
    ("global_defs", "vrrp_garp_interval"): "garp-interval-zero",
    ("global_defs", "vrrp_gna_interval"): "garp-interval-zero",
    ("authentication", "auth_pass"): "auth-cut",
}
"""Statements whose mistakes have a rule of their own."""
_LEAVES["vrrp_track_file"] = _LEAVES["track_file"]


class Mistake(NamedTuple):
    """Something that keepalived refuses.

    Attributes:
        message: Where and what it is.
        statement: The statement that is refused.
        rule: The id of the lint rule that explains it.
    """

    message: str
    statement: Statement
    rule: str = "syntax"

    @property
    def line(self) -> int:
        """The line of the statement."""
        return self.statement.line


def mistakes(items: Iterable[Item]) -> Iterator[Mistake]:
    """Yield what keepalived refuses of a file, apart from keywords that it does not know.

    Where the file includes others, a ``$NAME`` that nothing here defines may be defined there:
    statements with one are not judged.

    Args:
        items: What stands at the top of the file.
    """
    kept = tuple(items)
    yield from _in_block(kept, "", "", open_names(kept))


def open_names(items: Iterable[Item]) -> re.Pattern[str]:
    """Return the pattern of the names that this file alone does not decide.

    Those are keepalived's own, which begin with an underscore, and all where files are included.
    """
    included = any(isinstance(item, Statement) and is_include(item) for item in _all(items))
    return _ANY_NAME if included else _OWN_NAME


def _all(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        if isinstance(item, Statement):
            yield from _all(item.body or ())


def is_include(item: Statement) -> bool:
    """Return whether a statement includes other files."""
    return re.fullmatch("include[rmwba]?", item.words[0]) is not None


def _in_block(
    items: Iterable[Item], block: str, where: str, names: re.Pattern[str]
) -> Iterator[Mistake]:
    seen: set[str] = set()
    for item in items:
        if not isinstance(item, Statement) or item.name not in KEYWORDS[block]:
            continue
        head = f"{where}: {item.name}" if where else item.name
        for reason in () if is_open(item, names) else _in_statement(item, block):
            rule = _EXPLAINED.get((block, item.name), "syntax")
            yield Mistake(f"{head}: {reason}", item, rule)
        if item.name in seen and item.name in _ONCE.get(block, ()):
            yield Mistake(f"{head}: is there twice, and keepalived takes the first", item)
        seen.add(item.name)
        if item.name in BLOCKS.get(block, ()) and item.name in KEYWORDS:
            name = " ".join((item.name, *item.values[:1]))
            inside = f"{where}: {name}" if where else name
            yield from _in_block(item.body or (), item.name, inside, names)
        elif (check := LISTS.get(block, {}).get(item.name)) is not None:
            yield from _in_list(item, check, head, names)


def _in_statement(item: Statement, block: str) -> Iterator[str]:
    """Yield what keepalived refuses of a statement itself, whatever stands in its braces."""
    words = (item.name, *item.values)
    if item.name in LISTS.get(block, {}):
        if len(words) > 1:
            yield f"has {words[1]!r} before its brace"
        if item.body is None:
            yield "needs braces"
    elif item.name in BLOCKS.get(block, ()):
        if item.body is None:
            yield "needs braces"
        if item.name in NAMED and (len(words) < 2 or (len(words) > 2 and item.name in _ONE_NAME)):
            yield "takes one name before its brace"
    else:
        if item.body is not None:
            yield "takes no braces"
        yield from _LEAVES.get(block, {}).get(item.name, nothing)(words)


def _in_list(item: Statement, check: Check, head: str, names: re.Pattern[str]) -> Iterator[Mistake]:
    """Yield what keepalived refuses of the entries of a list."""
    if item.body is not None and item.name in _FILLED and not any(item.statements):
        yield Mistake(f"{head}: is empty", item)
    for entry in item.statements:
        if entry.body is not None:
            yield Mistake(f"{head}: has braces inside", entry)
        if not is_open(entry, names) and not is_include(entry):
            for reason in check((entry.name, *entry.values)):
                yield Mistake(f"{head}: {reason}", entry)


def is_open(item: Statement, names: re.Pattern[str]) -> bool:
    """Return whether a statement has words that only keepalived can replace."""
    return item.words[0][:1] in {"@", "~"} or any(names.search(word) for word in item.words)


_FILLED: Final = frozenset({"notification_email", "group", "interfaces"})
"""Lists that may not be empty."""
_OWN_NAME: Final = re.compile(r"\$\{?_[A-Z]")
_ANY_NAME: Final = re.compile(r"\$\{?[A-Za-z_]")
