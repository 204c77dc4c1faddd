"""The configurations of the nodes that share one HAVIP, from the few facts that differ."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from pydantic import SecretStr, ValidationError

from havip.keepalived.config.model import (
    Authentication,
    Config,
    GlobalDefs,
    Peer,
    Track,
    VirtualAddress,
    VrrpInstance,
    VrrpScript,
)
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes.health_checks import HAPROXY_CHECK


def router_id(vip: str, taken: Collection[int] = ()) -> int:
    """Choose the virtual_router_id of a HAVIP: the same one for the same address, every time.

    Addresses that follow one another get different ids, so that those of one /24 never meet.

    Args:
        vip: The HAVIP's address.
        taken: Ids that other HAVIPs of the subnet have.

    Raises:
        KeepalivedError: Not an address, or all 255 ids are taken.

    Example:
        >>> router_id("172.17.16.3")
        3
        >>> router_id("172.17.16.3", taken={3})
        4
    """
    first = int(IPv4Address(_ipv4(vip, "the HAVIP"))) % 256
    for step in range(256):
        candidate = (first + step) % 256
        if candidate and candidate not in taken:
            return candidate
    raise KeepalivedError(f"{vip}: all 255 virtual router ids are taken")


def lb_pair(
    vip: str,
    nodes: Sequence[str],
    *,
    auth_pass: str | SecretStr,
    subnet: str | None = None,
    interface: str = "eth0",
    virtual_router_id: int = 51,
    priority: int = 80,
    advert_int: float = 1,
    name: str = "VI_1",
    check: VrrpScript = HAPROXY_CHECK,
) -> dict[str, Config]:
    """Make the configuration of every node behind a HAVIP, each with the others as its peers.

    All nodes are alike: state BACKUP, one priority, nopreempt, so that who holds the address
    keeps it until it fails. What keepalived needs to run the check is there: the script is
    defined, and scripts run as root under script security. The instance's own interface is not
    tracked by name, since keepalived always tracks it and rejects saying so.

    Args:
        vip: The HAVIP's address.
        nodes: The private addresses of the nodes, two or more.
        auth_pass: The VRRP password, one to eight characters.
        subnet: The CIDR block of the subnet; where given, every address must be one of it.
        interface: The interface that has the node's private address.
        virtual_router_id: 1 to 255, one of its own for each HAVIP of a subnet.
        priority: 1 to 254, the same on all nodes.
        advert_int: Seconds between two advertisements; whole seconds, as VRRP 2 has it.
        name: The name of the instance.
        check: The health check whose failure gives the address up.

    Returns:
        The configurations by node address, in the order of `nodes`.

    Raises:
        KeepalivedError: The addresses, the password or a setting cannot work.

    Example:
        >>> pair = lb_pair("172.17.16.3", ["172.17.16.7", "172.17.16.13"], auth_pass="1111")
        >>> [str(peer) for peer in pair["172.17.16.7"].vrrp_instance[0].unicast_peer]
        ['172.17.16.13']
    """
    address, members = _addresses(vip, nodes, subnet)
    if not 0 < advert_int <= 255:
        raise KeepalivedError(
            f"advert_int: {advert_int} is out of range: take more than 0 s, and 255 at most"
        )
    instance = _instance(
        name=name,
        state="BACKUP",
        interface=interface,
        virtual_router_id=virtual_router_id,
        nopreempt=True,
        priority=priority,
        advert_int=advert_int,
        authentication=Authentication(auth_pass=_password(auth_pass)),
        virtual_ipaddress=(VirtualAddress(address=address),),
        garp_master_delay=1,
        garp_master_refresh=5,
        track_script=(Track(name=check.name),),
    )
    return {member: _config(instance, check, member, members) for member in members}


def _instance(**settings: Any) -> VrrpInstance:
    try:
        return VrrpInstance(**settings)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise KeepalivedError(f"{place}: {first['msg']}") from None


def _config(instance: VrrpInstance, check: VrrpScript, own: str, members: Sequence[str]) -> Config:
    peers = tuple(Peer(address=member) for member in members if member != own)
    return Config(
        global_defs=GlobalDefs(enable_script_security=True, script_user="root"),
        vrrp_script=(check,),
        vrrp_instance=(instance.model_copy(update={"unicast_src_ip": own, "unicast_peer": peers}),),
    )


def _addresses(vip: str, nodes: Sequence[str], subnet: str | None) -> tuple[str, list[str]]:
    address = _ipv4(vip, "the HAVIP")
    members = [_ipv4(node, "a node") for node in nodes]
    if len(members) < 2:
        raise KeepalivedError(f"a HAVIP needs two nodes or more to fail over, not {len(members)}")
    for index, member in enumerate(members):
        if member in members[:index]:
            raise KeepalivedError(f"two nodes have the address {member}: give each its own")
    if address in members:
        raise KeepalivedError(f"{address} is both the HAVIP and a node's own address")
    for one in (address, *members) if subnet else ():
        if IPv4Address(one) not in IPv4Network(subnet or ""):
            raise KeepalivedError(
                f"{one} is not in the subnet {subnet}: a HAVIP moves within one subnet only"
            )
    return address, members


def _ipv4(text: str, what: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise KeepalivedError(f"{text!r}, the address of {what}, is not an IPv4 address") from None


def _password(value: str | SecretStr) -> SecretStr:
    secret = value if isinstance(value, SecretStr) else SecretStr(value)
    if not 1 <= len(secret.get_secret_value()) <= 8:
        raise KeepalivedError(
            f"the VRRP password has {len(secret.get_secret_value())} characters: "
            "auth_pass takes one to eight"
        )
    return secret
