"""Checks of all statements by block, and which of them are lists or blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from havip.keepalived.config import entries, global_definitions, load_balancing
from havip.keepalived.config.commands import closed, command
from havip.keepalived.config.keywords import KEYWORDS
from havip.keepalived.config.values import (
    MICROSECONDS,
    UINT,
    Check,
    Words,
    address,
    decimal,
    deprecated,
    extra_interfaces,
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


def _auth_pass(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 1 and len(words[1].encode()) > 8:
        yield "has more than eight bytes; keepalived truncates it"


def _kernel_buffer(words: Words) -> Iterator[str]:
    if len(words) != 2:
        yield "needs exactly one number"
    else:
        yield from integer(0, UINT)(words)


def _param_match(words: Words) -> Iterator[str]:
    yield from one_of("initial", "partial", optional=True)(words)


def _init_file(words: Words) -> Iterator[str]:
    for word in words[1:]:
        if word.lstrip()[:1].isdigit() or word.lstrip()[:1] == "-":
            yield from integer(-254, 254)((words[0], word))
        elif word != "overwrite":
            yield f"{word!r} is not a valid option"


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
        yield f"has {length} bytes; a key must have 32 to 64"


LEAVES: Final[dict[str, dict[str, Check]]] = {
    "": {"child_wait_time": integer(0, UINT), "instance": value},
    "global_defs": global_definitions.LEAVES,
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
        "linkbeat_use_polling": deprecated("use a linkbeat_interfaces block"),
        "lvs_sync_daemon_interface": deprecated("use lvs_sync_daemon in global_defs"),
        "vmac_garp_intvl": deprecated("use garp_extra_if"),
        "garp_extra_if": extra_interfaces(0),
        "notify_backup": command,
        "notify_master": command,
        "notify_fault": command,
        "notify_stop": command,
        "notify": command,
        "notify_master_rx_lower_pri": command,
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
        "script": closed,
        "interval": integer(1, UINT // MICROSECONDS),
        "timeout": integer(1, UINT // MICROSECONDS),
        "weight": weight(253),
        "rise": integer(1, 2**31 - 1),
        "fall": integer(1, 2**31 - 1),
        "user": value,
    },
    "vrrp_sync_group": {
        "notify_backup": command,
        "notify_master": command,
        "notify_fault": command,
        "notify_stop": command,
        "notify": command,
        "smtp_alert": switch,
        "notify_priority_changes": switch,
        "global_tracking": deprecated("track in the group instead"),
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
} | load_balancing.LEAVES
_TRACKED: Final[dict[str, Check]] = {
    "track_interface": entries.track_interface,
    "track_script": entries.track(253, "reverse", "noreverse"),
    "track_file": entries.track(254, "reverse", "noreverse"),
    "track_process": entries.track(254, "reverse", "noreverse"),
    "track_bfd": entries.track(253, "reverse", "noreverse"),
}
_AT_TOP: Final[dict[str, Check]] = {
    "static_ipaddress": entries.virtual_address,
    "static_rules": entries.rule,
    "static_routes": entries.route,
    "linkbeat_interfaces": entries.interface,
    "interface_up_down_delays": entries.interface,
    "virtual_server_group": load_balancing.group_entry,
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
        "virtual_rules": entries.rule,
    },
    "vrrp_sync_group": _TRACKED | {"group": nothing},
    "track_group": {"group": nothing},
    "garp_group": {"interfaces": nothing},
}
"""Statements that are lists with one entry per line, by block."""
BLOCKS: Final[dict[str, frozenset[str]]] = {
    "": frozenset(KEYWORDS) & frozenset(KEYWORDS[""]),
    "vrrp_instance": frozenset({"authentication", "auth_hmac"}),
} | load_balancing.BLOCKS
"""Statements that contain other statements, by block."""
NAMED: Final = frozenset(
    {"vrrp_instance", "vrrp_sync_group", "vrrp_script", "vrrp_track_process", "track_file"}
    | {"vrrp_track_file", "track_group", "virtual_server_group", "bfd_instance"}
)
"""Blocks with a name."""
ONE_NAME: Final = frozenset({"vrrp_instance", "vrrp_sync_group", "track_group"})
"""Blocks with only a name before the brace."""
_NOTIFIES: Final = frozenset(
    {"notify", "notify_master", "notify_backup", "notify_fault", "notify_stop"}
)
ONCE: Final[dict[str, frozenset[str]]] = {
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
} | load_balancing.ONCE
"""Statements of which keepalived uses the first occurrence, by block; otherwise the last."""
EXPLAINED: Final = {
    ("vrrp_script", "interval"): "script-interval",
    ("vrrp_script", "timeout"): "script-interval",
    ("global_defs", "vrrp_garp_interval"): "garp-interval-zero",
    ("global_defs", "vrrp_gna_interval"): "garp-interval-zero",
    ("authentication", "auth_pass"): "auth-cut",
}
"""Statements whose errors have their own lint rule."""
LEAVES["vrrp_track_file"] = LEAVES["track_file"]
FILLED: Final = frozenset({"notification_email", "group", "interfaces", "virtual_server_group"})
"""Lists that must not be empty."""
