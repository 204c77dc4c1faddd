"""keepalived configurations of the nodes that share a HAVIP."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network

from pydantic import SecretStr

from havip._checks import instance as checked
from havip._checks import is_number, sequence, words
from havip.keepalived.config.model import (
    Authentication,
    AuthHmac,
    Config,
    GlobalDefs,
    HmacKey,
    Peer,
    Track,
    VirtualAddress,
    VrrpInstance,
    VrrpScript,
)
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes.health_checks import HAPROXY_CHECK


def router_id(vip: str, taken: Collection[int] = ()) -> int:
    """Derive the virtual_router_id of a HAVIP from its address.

    Consecutive addresses get different ids, so that those of one /24 do not collide.

    Args:
        vip: The HAVIP's address.
        taken: Ids of the other HAVIPs in the subnet.

    Raises:
        KeepalivedError: The address is invalid, or all 255 ids are taken.

    Example:
        >>> router_id("172.17.16.3")
        3
        >>> router_id("172.17.16.3", taken={3})
        4
    """
    first = int(IPv4Address(ipv4(vip, "the HAVIP"))) % 256
    for step in range(256):
        candidate = (first + step) % 256
        if candidate and candidate not in taken:
            return candidate
    raise KeepalivedError(f"{vip}: all 255 virtual router ids are taken")


def lb_pair(
    vip: str | Sequence[str],
    nodes: Sequence[str],
    *,
    auth_pass: str | SecretStr | None = None,
    hmac_key: str | SecretStr | None = None,
    subnet: str | None = None,
    interface: str = "eth0",
    virtual_router_id: int = 51,
    priority: int = 80,
    advert_int: float = 1,
    name: str = "VI_1",
    check: VrrpScript = HAPROXY_CHECK,
    check_interval: int | None = None,
    check_fall: int | None = None,
    garp_master_refresh: int = 5,
    startup_delay: float | None = None,
    track_src_ip: bool = False,
    notify: str | None = None,
) -> dict[str, Config]:
    """Build the configuration of every node behind a HAVIP, with the others as unicast peers.

    All nodes are equal: state BACKUP, the same priority, nopreempt, so that the holder keeps the
    address until it fails. The configuration defines the check script, and runs scripts as root
    with script security. The instance's own interface is not listed in track_interface, since
    keepalived always tracks it and reports a redundant entry.

    Args:
        vip: The HAVIP's address, or several addresses that move together.
        nodes: The private addresses of the nodes, two or more.
        auth_pass: The VRRP password, one to eight bytes.
        hmac_key: Instead of a password, if every node has keepalived 2.4: the key that signs
            advertisements, 32 to 64 bytes (or ``hex:…``, or ``file:PATH``).
        subnet: The CIDR block of the subnet; if given, all addresses must be usable in it.
        interface: The interface with the node's private address.
        virtual_router_id: 1 to 255, unique among the HAVIPs of a subnet.
        priority: 1 to 254, the same on all nodes.
        advert_int: Seconds between advertisements: whole ones, or hundredths up to 40.95, which
            select VRRP 3 and leave no password.
        name: The name of the instance.
        check: The health check whose failure releases the address.
        check_interval: Seconds between runs of the check; by default as in `check`. Tencent's
            guide uses 5, and recommends more for expensive checks.
        check_fall: Number of consecutive failures that count; by default as in `check`.
        garp_master_refresh: Seconds between announcements of the holder.
        startup_delay: Seconds after its start during which a node cannot become master.
        track_src_ip: Whether a node enters FAULT if it loses its own address.
        notify: A command to run on each change of state, with keepalived's four arguments, and,
            as MASTER, when a master receives a lower priority and stays master.

    Returns:
        The configurations by node address, in the order of `nodes`.

    Raises:
        KeepalivedError: An address, the password or a setting is invalid.

    Example:
        >>> pair = lb_pair("172.17.16.3", ["172.17.16.7", "172.17.16.13"], auth_pass="1111")
        >>> [str(peer) for peer in pair["172.17.16.7"].vrrp_instance[0].unicast_peer]
        ['172.17.16.13']
    """
    addresses, members = _addresses(
        [vip] if isinstance(vip, str) else sequence("vip", vip, str, "10.0.0.9"),
        sequence("nodes", nodes, str, "10.0.0.7"),
        subnet and words("subnet", subnet, "10.0.0.0/24"),
    )
    checked("check", check, VrrpScript, "havip.keepalived.HAPROXY_CHECK")
    for what, number in (("priority", priority), ("advert_int", advert_int)):
        if not is_number(number):
            raise KeepalivedError(f"{what}: must be a number, not a {type(number).__name__}")
    fast = _is_fraction(advert_int)
    if fast and (auth_pass, hmac_key) != (None, None):
        raise KeepalivedError(
            f"advert_int: {advert_int} needs VRRP 3, which has no passwords: leave auth_pass and "
            "hmac_key out, or use whole seconds"
        )
    if not 0 < priority < 255:
        raise KeepalivedError(
            f"priority: {priority} is out of range: use 1 to 254 (255 claims to own the address)"
        )
    timed = _timed(check, check_interval, check_fall)
    instance = VrrpInstance(
        name=name,
        state="BACKUP",
        interface=interface,
        virtual_router_id=virtual_router_id,
        nopreempt=True,
        priority=priority,
        advert_int=advert_int,
        authentication=None if fast else _password(auth_pass, hmac_key),
        auth_hmac=_hmac(hmac_key),
        track_src_ip=track_src_ip,
        virtual_ipaddress=tuple(VirtualAddress(address=one) for one in addresses),
        garp_master_delay=1,
        garp_master_refresh=garp_master_refresh,
        track_script=(Track(name=timed.name),),
        notify=notify,
        notify_master_rx_lower_pri=notify and f"{notify} INSTANCE {name} MASTER {priority}",
    )
    definitions = GlobalDefs(
        vrrp_version=3 if fast else None,
        enable_script_security=True,
        script_user="root",
        vrrp_startup_delay=startup_delay,
        vrrp_garp_master_repeat=1 if len(addresses) > _MANY else None,
    )
    config = Config(global_defs=definitions, vrrp_script=(timed,), vrrp_instance=(instance,))
    return {member: _of_node(config, member, members) for member in members}


def _is_fraction(advert_int: float) -> bool:
    """Return whether an interval has fractions of a second, which only VRRP 3 has."""
    if not 0 < advert_int <= 255:
        raise KeepalivedError(
            f"advert_int: {advert_int} is out of range: use more than 0 and at most 255 s"
        )
    if not advert_int % 1:
        return False
    hundredths = round(advert_int * 100, 6)
    if hundredths % 1 or hundredths > 4095:
        raise KeepalivedError(
            f"advert_int: {advert_int} is neither whole seconds, as in VRRP 2, nor hundredths "
            "up to 40.95, as in VRRP 3: use 1 or 0.2"
        )
    return True


_MANY = 5
"""Number of HAVIPs per interface above which each announcement is sent only once (guide)."""


def _timed(check: VrrpScript, interval: int | None, fall: int | None) -> VrrpScript:
    given = {"interval": interval, "fall": fall}
    changed = {name: value for name, value in given.items() if value is not None}
    if interval is not None and check.timeout and check.timeout > interval:
        changed["timeout"] = interval
    fields = {field: getattr(check, field) for field in type(check).model_fields}
    return VrrpScript(**(fields | changed)) if changed else check


def _of_node(config: Config, own: str, members: Sequence[str]) -> Config:
    peers = tuple(Peer(address=member) for member in members if member != own)
    (instance,) = config.vrrp_instance
    mine = instance.model_copy(update={"unicast_src_ip": own, "unicast_peer": peers})
    return config.model_copy(update={"vrrp_instance": (mine,)})


def _addresses(
    vips: Sequence[str], nodes: Sequence[str], subnet: str | None
) -> tuple[list[str], list[str]]:
    addresses = [ipv4(vip, "the HAVIP") for vip in vips]
    members = [ipv4(node, "a node") for node in nodes]
    if not addresses:
        raise KeepalivedError("the address of the HAVIP is missing")
    if len(members) < 2:
        raise KeepalivedError(f"a HAVIP needs two nodes or more to fail over, got {len(members)}")
    for what, given in (("HAVIPs", addresses), ("nodes", members)):
        for index, one in enumerate(given):
            if one in given[:index]:
                raise KeepalivedError(f"two {what} have the address {one}: use different ones")
    for address in addresses:
        if address in members:
            raise KeepalivedError(f"{address} is both the HAVIP and a node's own address")
    for one in (*addresses, *members) if subnet else ():
        if reason := unusable(one, subnet or ""):
            raise KeepalivedError(reason)
    return addresses, members


def unusable(address: str, subnet: str) -> str | None:
    """Return the reason why an address cannot be used in a subnet, or None.

    Example:
        >>> unusable("10.0.0.1", "10.0.0.0/24")
        '10.0.0.1 is the gateway of the subnet 10.0.0.0/24: use one from 10.0.0.2 to 10.0.0.254'
    """
    try:
        network, one = IPv4Network(subnet), IPv4Address(address)
    except ValueError:
        return f"{subnet!r} is not an IPv4 CIDR block without host bits, such as 10.0.0.0/24"
    if one not in network:
        return f"{one} is not in the subnet {network}: a HAVIP moves within one subnet only"
    reserved = {
        network[0]: "the network address",
        network[-1]: "the broadcast address",
        network[min(1, network.num_addresses - 1)]: "the gateway",
    }
    if one not in reserved or network.num_addresses < 4:
        return None
    return (
        f"{one} is {reserved[one]} of the subnet {network}: use one from {network[2]} to "
        f"{network[-2]}"
    )


def ipv4(text: str, what: str) -> str:
    """Return an IPv4 address in canonical form.

    Raises:
        KeepalivedError: It is not one.
    """
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise KeepalivedError(f"{text!r}, the address of {what}, is not an IPv4 address") from None


def _password(
    value: str | SecretStr | None, hmac_key: str | SecretStr | None
) -> Authentication | None:
    if (value is None) == (hmac_key is None):
        raise KeepalivedError("pass either auth_pass, or hmac_key if every node has keepalived 2.4")
    if value is None:
        return None
    secret = _secret("auth_pass", value)
    size = len(secret.get_secret_value().encode(errors="surrogatepass"))
    if not 1 <= size <= PASSWORD_BYTES:
        raise KeepalivedError(
            f"the VRRP password has {size} bytes: auth_pass must have one to {PASSWORD_BYTES}; a "
            "non-ASCII character has two or more"
        )
    return Authentication(auth_pass=secret)


def _secret(name: str, value: str | SecretStr) -> SecretStr:
    if not isinstance(value, str | SecretStr):
        raise KeepalivedError(f"{name}: must be text, not a {type(value).__name__}")
    return value if isinstance(value, SecretStr) else SecretStr(value)


PASSWORD_BYTES = 8
"""Maximum length of a VRRP password in bytes; keepalived truncates longer ones."""


def _hmac(key: str | SecretStr | None) -> AuthHmac | None:
    if key is None:
        return None
    secret = _secret("hmac_key", key)
    return AuthHmac(key=(HmacKey(id=1, value=secret),), active_key=1)
