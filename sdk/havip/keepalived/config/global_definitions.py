"""Checks of the statements of global_defs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from havip.keepalived.config.values import (
    MICROSECONDS,
    UINT,
    Check,
    Words,
    decimal,
    deprecated,
    extra_interfaces,
    host,
    integer,
    integer_problems,
    one_of,
    switch,
    value,
)

_SECONDS: Final = integer(0, UINT // MICROSECONDS)
_COUNT: Final = integer(1, UINT)
_PRIORITY: Final = integer(-20, 19)
_REALTIME: Final = integer(1, 99)


def _one(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 2:
        yield f"takes one value, not {words[2]!r} as well"


def _command(words: Words) -> Iterator[str]:
    yield from _one(words)
    if words[1:2] == ("",):
        yield "needs a command"


def _optional(check: Check) -> Check:
    def optional(words: Words) -> Iterator[str]:
        return check(words) if len(words) > 1 else iter(())

    return optional


def _directory(words: Words) -> Iterator[str]:
    yield from value(words)
    if words[1:2] == ("",):
        yield "needs a directory"


def _affinity(words: Words) -> Iterator[str]:
    yield from value(words)
    for word in words[1:]:
        if not re.fullmatch(r"\+?\d*", word, re.ASCII):
            yield f"{word!r} is not a CPU number"


def _multicast(version: int) -> Check:
    def check(words: Words) -> Iterator[str]:
        yield from value(words)
        found = host(words[1]) if len(words) > 1 else None
        if len(words) > 1 and (found is None or found.version != version):
            yield f"{words[1]!r} is not an IPv{version} address"
        elif found is not None and not found.is_multicast:
            yield f"{found} is not a multicast address"

    return check


def _include_check(words: Words) -> Iterator[str]:
    for word in words[1:]:
        if word.lstrip("-") not in {"readable", "match", "wildcard_match", "brace_match"}:
            yield f"{word!r} is not a check of included files"


def _timeouts(words: Words) -> Iterator[str]:
    if len(words) < 2:
        yield "needs tcp, tcpfin or udp, each with a number of seconds"
    for at in range(1, len(words), 2):
        if words[at] not in {"tcp", "tcpfin", "udp"}:
            yield f"{words[at]!r} is not one of tcp, tcpfin, udp"
            return
        if at + 1 == len(words):
            yield f"{words[at]} needs seconds"
        else:
            yield from integer_problems(words[at + 1], 0, 86400 * 31)


def _mail_server(words: Words) -> Iterator[str]:
    yield from value(words)
    if len(words) > 2:
        yield from integer_problems(words[2], 1, 65535)


def _umask(words: Words) -> Iterator[str]:
    yield from value(words)
    word = (*words, "", "")[1]
    if word[:1].isdigit():
        if len(words) > 2 or not re.fullmatch(r"0x[0-9a-fA-F]+|0[0-7]*|[1-9]\d*", word):
            yield f"{word!r} is not a umask"
        elif not 0 <= int(word, 16 if "x" in word else 8 if word[0] == "0" else 10) <= 0o777:
            yield f"{word} is above 0777"
    elif not re.fullmatch(r"I[RWX](USR|GRP|OTH)([ |]+I[RWX](USR|GRP|OTH))*", " ".join(words[1:])):
        yield f"{word!r} is not a umask"


def _multiplier(words: Words) -> Iterator[str]:
    yield from _one(words)
    yield from integer(1, UINT)(words)


def _buffer_policy(words: Words) -> Iterator[str]:
    yield from value(words)
    for word in words[1:]:
        if word.upper() not in {"MTU", "ADVERT"}:
            yield from integer_problems(words[1], 0, UINT)


def _other_build(words: Words) -> Iterator[str]:
    del words
    yield "is not supported by the keepalived of Debian and Ubuntu, which is built for nftables"


LEAVES: Final[dict[str, Check]] = {
    "router_id": value,
    "notification_email_from": value,
    "smtp_connect_timeout": integer(1, UINT // MICROSECONDS),
    "smtp_alert": switch,
    "smtp_alert_vrrp": switch,
    "smtp_alert_checker": switch,
    "checker_log_all_failures": switch,
    "startup_script_timeout": integer(1, 1000),
    "shutdown_script_timeout": integer(1, 1000),
    "min_auto_priority_delay": integer(1, 10_000_000),
    "dynamic_interfaces": one_of("allow_if_changes", optional=True),
    "default_interface": value,
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
    "vrrp_vmac_garp_intvl": deprecated("use vrrp_garp_extra_if"),
    "process_name": value,
    "vrrp_process_name": value,
    "checker_process_name": value,
    "bfd_process_name": value,
    "lvs_sync_daemon": value,
    "startup_script": _command,
    "shutdown_script": _command,
    "smtp_server": _mail_server,
    "snmp_socket": _one,
    "reload_time_file": _one,
    "vrrp_mcast_group4": _multicast(4),
    "vrrp_mcast_group6": _multicast(6),
    "vrrp_garp_extra_if": extra_interfaces(1),
    "max_auto_priority": _optional(integer(-1, 99)),
    "nftables_ipvs_priority": integer(-(2**31), 2**31 - 1),
    "nftables_ipvs_start_fwmark": integer(1, UINT),
    "config_save_dir": _directory,
    "tmp_config_directory": value,
    "dbus_service_name": value,
    "include_check": _include_check,
    "lvs_process_name": value,
    "lvs_timeouts": _timeouts,
    "lvs_flush_on_stop": one_of("VS", optional=True),
    "lvs_flush_onstop": one_of("VS", optional=True),
    "umask": _umask,
    "vmac_prefix": value,
    "vmac_addr_prefix": value,
    "vrrp_rx_bufs_multiplier": _multiplier,
    "vrrp_rx_bufs_policy": _buffer_policy,
    "data_use_instance": switch,
    "no_checker_emails": switch,
    "process_monitor_rcv_bufs": integer(0, UINT),
    "process_monitor_rcv_bufs_force": switch,
    "vrrp_iptables": _other_build,
    "vrrp_ipsets": _other_build,
    "set_supplementary_groups": _other_build,
}
for _process in ("bfd", "checker", "vrrp"):
    LEAVES[f"{_process}_rlimit_rtime"] = _COUNT
    LEAVES[f"{_process}_rlimit_rttime"] = _COUNT
    LEAVES[f"{_process}_cpu_affinity"] = _affinity
for _process in ("lvs", "vrrp"):
    for _purpose in ("cmd", "monitor"):
        LEAVES[f"{_process}_netlink_{_purpose}_rcv_bufs"] = integer(0, UINT)
        LEAVES[f"{_process}_netlink_{_purpose}_rcv_bufs_force"] = switch
