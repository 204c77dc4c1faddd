"""Upper bounds of outages, computed from the VRRP timers in the nodes' configuration files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from havip.keepalived import Config, VrrpInstance, VrrpScript
from havip.lab.faults import LabFault
from havip.lab.files import config_of
from havip.lab.lab import Lab, election_bound, skew
from havip.lab.namespace import LabError

_AT_ONCE = 0.1
"""Seconds that an orderly change takes besides its timer: signal, advertisement, ARP."""
_API = 3.0
"""Seconds that moving an ordinary address through the API may take: request and task."""
_SILENT = ("node-crashed", "node-paused", "nic-down", "port-down", "node-isolated",
           "keepalived-killed children")  # fmt: skip
_ADDRESS_STAYS = ("keepalived-killed", "keepalived-hung", "vrrp-lost", "vrrp-refused",
                  "announcements-lost", "network-slow", "clock-jumped", "disk-full",
                  "keepalived-reloaded", "witness-lost", "link-lost", "api-down", "api-slow",
                  "api-throttled", "range-changed")  # fmt: skip
_LEAVING = ("keepalived-stopped", "keepalived-restarted", "node-rebooted",
            "keepalived-killed parent")  # fmt: skip
_SERVICE = ("service-killed", "service-hung", "service-stopped", "package-reinstalled")
_BOOT = 5.0
"""Seconds from power-on until the services of a node are running."""
_BURST = 5
"""Number of announcements in keepalived's first burst (garp_master_repeat)."""
REFRESH = 5.0
"""Seconds between a holder's refreshing announcements if the file does not set them."""


@dataclass(frozen=True)
class Bound:
    """Upper bound of an outage: `seconds` (None is unbounded), and how it was computed."""

    seconds: float | None
    formula: str


@dataclass(frozen=True)
class Timers:
    """VRRP timers of one address in a node's keepalived.conf."""

    advert_int: float
    priority: int
    version: int
    nopreempt: bool
    detection: float | None
    """Seconds until a failing check counts; None without a tracked check."""
    weighted: bool
    """True if a failing check only lowers the priority."""
    detects_hang: bool
    """True if every check detects a hanging process, not only a missing one."""
    refresh: float
    again: float
    """Seconds between the first and the second burst of announcements (garp_master_delay)."""

    @property
    def election(self) -> float:
        """Seconds until this node takes over from a master that stopped advertising."""
        return election_bound(self.advert_int, self.priority, version=self.version)

    @property
    def skew(self) -> float:
        """Seconds until this node takes over from a master that resigned."""
        return skew(self.advert_int, self.priority, version=self.version)


def timers(text: str, address: str) -> Timers | None:
    """Read the timers from a keepalived.conf; return None if it cannot be parsed."""
    try:
        config = config_of(text, "")
    except LabError:
        return None
    instance = _instance(config, address)
    if instance is None:
        return None
    scripts = list(_tracked(config, instance))
    version = getattr(config.global_defs, "vrrp_version", None) or instance.version or 2
    checks = [_detection(one) for one, _ in scripts]
    weights = [track if track is not None else (one.weight or 0) for one, track in scripts]
    refresh = instance.garp_master_refresh
    return Timers(
        advert_int=float(instance.advert_int or 1),
        priority=instance.priority or 100,
        version=version,
        nopreempt=bool(instance.nopreempt),
        detection=max(checks) if checks else None,
        weighted=any(weights),
        detects_hang=bool(checks) and not any(_only_exists(one) for one, _ in scripts),
        again=float(5 if instance.garp_master_delay is None else instance.garp_master_delay),
        refresh=float(REFRESH if refresh is None else refresh),
    )


def _instance(config: Config, address: str) -> VrrpInstance | None:
    found = [
        one
        for one in config.vrrp_instance
        if any(held.address.partition("/")[0] == address for held in one.virtual_ipaddress)
    ]
    return next(iter((*found, *config.vrrp_instance)), None)


def _tracked(config: Config, instance: VrrpInstance) -> Iterator[tuple[VrrpScript, int | None]]:
    scripts = {one.name: one for one in config.vrrp_script}
    for track in instance.track_script:
        if track.name in scripts:
            yield scripts[track.name], track.weight


def _only_exists(script: VrrpScript) -> bool:
    return any(word in script.script for word in ("killall", "pidof", "pgrep"))


def _detection(script: VrrpScript) -> float:
    """Return the seconds until a failing check counts: `fall` runs, the last until its timeout."""
    return float(script.interval or 1) * (script.fall or 1) + float(script.timeout or 0)


def bound(lab: Lab, fault: LabFault, holder: str, *, lasting: float = 0, slow: float = 1) -> Bound:
    """Compute the longest outage that a client may see because of a fault.

    Args:
        lab: The lab.
        fault: The fault, with its roles resolved.
        holder: The holder of the address at that moment, or "".
        lasting: Duration of the fault in seconds.
        slow: Slowdown of this machine under load, by which the time of an API call scales.
    """
    kind = _kind(fault)
    delay = lab.fabric.delay + (_API * slow if lab.topology.moved_by_api else 0)
    backups = [
        read
        for name in lab.topology.holders
        if name != holder and (read := timers(lab.spec(name).keepalived_conf, lab.topology.address))
    ]
    conf = lab.spec(holder).keepalived_conf if holder else ""
    own = timers(conf, lab.topology.address)
    if kind == "power-lost":
        elections = [one.election for one in (*backups, own) if one is not None]
        seconds = lasting + min(elections, default=0.0) + _BOOT
        return Bound(seconds, f"power restored + {_BOOT:g} s + election")
    if not holder:
        return Bound(None, "no node held the address")
    if getattr(fault, "node", holder) != holder or kind in _ADDRESS_STAYS:
        return Bound(0.0, "the address does not move")
    if own is None or not backups:
        return Bound(None, "no other node takes over")
    first = min(backups, key=lambda one: one.election)
    lost_seconds = _announcement_delay(lab.fabric.lose_next, first)
    if lost_seconds is None:
        return Bound(None, "all announcements are lost")
    wait = f" + {lab.fabric.delay:g} s network delay" if lab.fabric.delay else ""
    wait += f" + {_API * slow:.1f} s API call" if lab.topology.moved_by_api else ""
    wait += f" + {lost_seconds:g} s lost announcements" if lost_seconds else ""
    delay += lost_seconds
    if kind in _SILENT or kind == "node-replaced":
        return Bound(first.election + delay, f"3 x advert_int + skew{wait}")
    if kind in _LEAVING:
        return Bound(first.skew + _AT_ONCE + delay, f"skew + {_AT_ONCE:g} s{wait}")
    if kind in _SERVICE:
        if kind == "service-hung" and not own.detects_hang:
            return Bound(None, "the check does not detect a hanging process")
        return _service(own, first, delay, wait)
    return Bound(None, "unknown")


def _kind(fault: LabFault) -> str:
    """Return the name of a fault, with the part of keepalived that it kills, if any."""
    part = getattr(fault, "process", "all")
    return fault.name if part == "all" else f"{fault.name} {part}"


def _announcement_delay(lost: int, timers: Timers) -> float | None:
    """Return the seconds until the first announcement that is not lost, None if all are."""
    if lost < 0:
        return None
    if lost < _BURST:
        return 0.0
    if lost < 2 * _BURST:
        return timers.again
    return timers.again + timers.refresh * (lost - 2 * _BURST + 1) if timers.refresh else None


def _service(own: Timers, first: Timers, delay: float, wait: str) -> Bound:
    if own.detection is None:
        return Bound(None, "no check is tracked: no failover")
    if not own.weighted:
        seconds = own.detection + first.skew + delay
        return Bound(seconds, f"interval x fall + skew{wait}")
    if first.nopreempt:
        return Bound(None, "a weight with nopreempt never releases the address")
    seconds = own.detection + own.advert_int + first.election + delay
    return Bound(seconds, f"interval x fall + advert_int + 3 x advert_int + skew{wait}")
