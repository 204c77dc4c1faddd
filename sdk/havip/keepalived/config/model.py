"""Typed models of the parts of keepalived.conf that a highly available pair uses.

Fields have the names of the settings, so that keepalived.conf(5) documents them. Statements without
a field are preserved in `unknown`. `lines` has the line number of each setting in the source file
(``""`` is that of the block itself) and is ignored in comparisons.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from havip.keepalived.config.blocks import Block, Line
from havip.keepalived.config.field_types import (
    Address,
    Command,
    Count,
    Delay,
    Entry,
    Name,
    Nic,
    OwnAddress,
    Positive,
    Seconds,
    Text,
    Weight,
    WholeSeconds,
    WideWeight,
    is_reading,
)


class Peer(Line):
    """The address of another node, with options."""

    address: OwnAddress
    options: tuple[Name, ...] = ()

    @classmethod
    def _fields(cls, first: str, *rest: str) -> dict[str, Any]:
        return {"address": first, "options": rest}

    def words(self) -> tuple[str, ...]:
        """Return the words of the line."""
        return (self.address, *self.options)


class VirtualAddress(Line):
    """An address held by the master: ``172.17.16.3`` or ``172.17.16.3/24 dev eth0``.

    Without a prefix keepalived configures a /32 (IPv4) or a /128 (IPv6).
    """

    address: Address
    prefix: Annotated[int, Field(ge=0, le=128)] | None = None
    dev: Nic | None = None
    options: tuple[Name, ...] = ()
    """Remaining words of the line (``label``, ``brd``, ``scope`` and their values)."""

    @classmethod
    def _fields(cls, first: str, *rest: str) -> dict[str, Any]:
        address, slash, prefix = first.partition("/")
        found: dict[str, Any] = {"address": address, "options": rest}
        if "dev" in rest[:-1]:
            at = rest.index("dev")
            found |= {"dev": rest[at + 1], "options": rest[:at] + rest[at + 2 :]}
        return found | ({"prefix": prefix or "0"} if slash else {})

    def words(self) -> tuple[str, ...]:
        """Return the words of the line."""
        prefix = "" if self.prefix is None else f"/{self.prefix}"
        dev = () if self.dev is None else ("dev", self.dev)
        return (f"{self.address}{prefix}", *dev, *self.options)


class Track(Line):
    """A script, process, interface or file that an instance tracks, with an optional weight.

    Without a weight (or with 0), a failure puts the instance into FAULT, which releases the
    address. With a weight, a failure changes the priority and the instance stays in the election.
    """

    name: Name
    weight: WideWeight | None = None
    reverse: bool = False

    @classmethod
    def _fields(cls, first: str, *rest: str) -> dict[str, Any]:
        found: dict[str, Any] = {"name": first}
        if rest and rest[-1] in {"reverse", "noreverse"}:
            found["reverse"] = rest[-1] == "reverse"
            rest = rest[:-1]
        if not rest:
            return found
        if len(rest) != 2 or rest[0] != "weight":
            raise ValueError("must be followed by 'weight NUMBER', 'reverse' or nothing")
        return found | {"weight": rest[1]}

    def words(self) -> tuple[str, ...]:
        """Return the words of the line."""
        weight = () if self.weight is None else ("weight", str(self.weight))
        return (self.name, *weight, *(("reverse",) if self.reverse else ()))


def _narrow(track: Track) -> Track:
    if abs(track.weight or 0) > 253:
        raise ValueError("the weight must be from -253 to 253")
    return track


NarrowTrack: TypeAlias = Annotated[Track, AfterValidator(_narrow)]
"""A tracked script, interface or BFD session; only a process or a file has a weight of 254."""


class Authentication(Block):
    """The password of VRRP version 2; version 3 does not support passwords.

    Example:
        >>> Authentication(auth_pass=SecretStr("1111"))
        Authentication(auth_type='PASS', auth_pass=SecretStr('**********'))
    """

    keyword = "authentication"
    auth_type: Literal["PASS", "AH"] = "PASS"
    auth_pass: SecretStr
    """The password; keepalived sends its first eight characters, in clear text."""

    @field_validator("auth_pass")
    @classmethod
    def _writable(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        text = value.get_secret_value()
        if is_reading(info):
            return value
        if not text or '"' in text or "\\" in text or not text.isprintable():
            raise ValueError("must be printable text without double quotes and backslashes")
        return value


class HmacKey(Line):
    """A key of `AuthHmac`: 32 to 64 bytes as text, ``hex:…``, or ``file:PATH``."""

    id: Annotated[int, Field(ge=1, le=255)]
    value: SecretStr

    @classmethod
    def _fields(cls, first: str, *rest: str) -> dict[str, Any]:
        return {"id": first, "value": " ".join(rest)}

    @field_validator("value")
    @classmethod
    def _fits(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        text = value.get_secret_value()
        if is_reading(info):
            return value
        if not re.fullmatch(r"[!#-\[\]-z|~]+", text):
            raise ValueError("must be printable, without spaces, quotes, backslashes and braces")
        kind, _, rest = text.partition(":")
        if kind == "file":
            return value
        if kind == "hex" and not re.fullmatch(r"(?:[0-9A-Fa-f]{2})*", rest):
            raise ValueError("must be pairs of hexadecimal digits after hex:")
        if not 32 <= (len(rest) // 2 if kind == "hex" else len(text.encode())) <= 64:
            raise ValueError("must have 32 to 64 bytes")
        return value

    def words(self) -> tuple[str, ...]:
        """Return the words of the line."""
        return (str(self.id), self.value.get_secret_value())


class AuthHmac(Block):
    """HMAC authentication of keepalived 2.4, with replay protection.

    Example:
        >>> AuthHmac(active_key=1, key=(HmacKey(id=1, value=SecretStr("k" * 32)),)).mode is None
        True
    """

    keyword = "auth_hmac"
    key: tuple[HmacKey, ...]
    active_key: Annotated[int, Field(ge=1, le=255)] | None = None
    """Id of the key that this node signs with; every node needs all keys."""
    time_window: Annotated[int, Field(ge=1)] | None = None
    """Maximum difference between the nodes' clocks in seconds."""
    anti_replay: Literal["time", "monotonic"] | None = None
    mode: Literal["enforce", "permissive", "receive-only"] | None = None


class Notifies(Block):
    """Scripts that keepalived runs on state changes."""

    notify_master: Command | None = None
    notify_backup: Command | None = None
    notify_fault: Command | None = None
    notify_stop: Command | None = None
    notify: Command | None = None


class GlobalDefs(Block):
    """Global settings of the daemon."""

    keyword = "global_defs"
    router_id: Text | None = None
    script_user: Command | None = None
    """The user, and optionally the group, that scripts run as."""
    enable_script_security: bool = False
    """True to reject scripts that can be modified by users other than root."""
    vrrp_version: Literal[2, 3] | None = None
    vrrp_strict: bool = False
    vrrp_skip_check_adv_addr: bool = False
    vrrp_garp_master_delay: Count | None = None
    vrrp_garp_master_repeat: Positive | None = None
    vrrp_garp_master_refresh: Count | None = None
    vrrp_garp_master_refresh_repeat: Positive | None = None
    vrrp_garp_interval: Delay | None = None
    vrrp_gna_interval: Delay | None = None
    vrrp_startup_delay: Delay | None = None
    """Seconds after the start of keepalived during which it cannot become master."""

    @field_validator("vrrp_version", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdigit() else value


class VrrpScript(Block):
    """A health check that instances track.

    Example:
        >>> VrrpScript(name="checkhaproxy", script="/usr/bin/killall -0 haproxy").fall is None
        True
    """

    keyword = "vrrp_script"
    name: Name
    script: Command
    interval: WholeSeconds | None = None
    """Seconds between two runs: whole seconds, 1 by default."""
    timeout: WholeSeconds | None = None
    weight: Weight | None = None
    weight_reverse: bool = False
    """True if the weight applies while the check succeeds (``weight N reverse``)."""
    fall: Positive | None = None
    """Number of consecutive failures before the check counts as failed."""
    rise: Positive | None = None
    """Number of consecutive successes before the check counts as healthy."""
    user: Command | None = None
    init_fail: bool = False

    @model_validator(mode="before")
    @classmethod
    def _reversed(cls, data: Any) -> Any:
        weight = data.get("weight") if isinstance(data, dict) else None
        if isinstance(weight, str) and weight.endswith(" reverse"):
            return data | {"weight": weight.removesuffix(" reverse"), "weight_reverse": True}
        return data


class VrrpTrackProcess(Block):
    """A process that instances track: the kernel notifies keepalived immediately when it ends.

    Process tracking does not work inside a network namespace.
    """

    keyword = "vrrp_track_process"
    name: Name
    process: Command
    weight: WideWeight | None = None
    quorum: Count | None = None
    delay: Seconds | None = None


class VrrpInstance(Notifies):
    """A virtual router: the nodes that share its id elect the holder of its addresses."""

    keyword = "vrrp_instance"
    name: Name
    state: Literal["MASTER", "BACKUP"] | None = None
    interface: Nic | None = None
    virtual_router_id: Annotated[int, Field(ge=1, le=255)] | None = None
    version: Literal[2, 3] | None = None
    nopreempt: bool = False
    preempt_delay: Annotated[float, Field(ge=0, le=1000)] | None = None
    priority: Annotated[int, Field(ge=1, le=255)] | None = None
    advert_int: Annotated[float, Field(ge=0.01, le=255, allow_inf_nan=False)] | None = None
    authentication: Authentication | None = None
    auth_hmac: AuthHmac | None = None
    """Requires keepalived 2.4 on all nodes; replaces `authentication`."""
    unicast_src_ip: OwnAddress | None = None
    track_src_ip: bool = False
    """True if the instance enters FAULT while `unicast_src_ip` is not configured."""
    unicast_peer: tuple[Peer, ...] = ()
    virtual_ipaddress: tuple[VirtualAddress, ...] = ()
    virtual_ipaddress_excluded: tuple[VirtualAddress, ...] = ()
    virtual_routes: tuple[Entry, ...] = ()
    garp_master_delay: Count | None = None
    garp_master_repeat: Positive | None = None
    garp_master_refresh: Count | None = None
    garp_master_refresh_repeat: Positive | None = None
    dont_track_primary: bool = False
    strict_mode: bool = False
    track_interface: tuple[NarrowTrack, ...] = ()
    track_script: tuple[NarrowTrack, ...] = ()
    track_process: tuple[Track, ...] = ()
    track_file: tuple[Track, ...] = ()
    track_bfd: tuple[NarrowTrack, ...] = ()
    notify_master_rx_lower_pri: Command | None = None
    """Runs when a master receives a lower priority and stays master: no other notify runs then."""

    @field_validator("version", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdigit() else value


class VrrpSyncGroup(Notifies):
    """Instances that change state together."""

    keyword = "vrrp_sync_group"
    name: Name
    group: tuple[Name, ...] = ()
    global_tracking: bool = False
    sync_group_tracking_weight: bool = False
    track_interface: tuple[NarrowTrack, ...] = ()
    track_script: tuple[NarrowTrack, ...] = ()
    track_process: tuple[Track, ...] = ()
    track_file: tuple[Track, ...] = ()
    track_bfd: tuple[NarrowTrack, ...] = ()


class Config(Block):
    """A complete keepalived.conf."""

    global_defs: GlobalDefs | None = None
    vrrp_script: tuple[VrrpScript, ...] = ()
    vrrp_track_process: tuple[VrrpTrackProcess, ...] = ()
    vrrp_sync_group: tuple[VrrpSyncGroup, ...] = ()
    vrrp_instance: tuple[VrrpInstance, ...] = ()


__all__ = [
    "Address",
    "AuthHmac",
    "Authentication",
    "Block",
    "Config",
    "GlobalDefs",
    "HmacKey",
    "Line",
    "Notifies",
    "Peer",
    "Track",
    "VirtualAddress",
    "VrrpInstance",
    "VrrpScript",
    "VrrpSyncGroup",
    "VrrpTrackProcess",
]
