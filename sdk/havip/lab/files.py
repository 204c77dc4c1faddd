"""Build a topology from the configuration files of two or more nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from havip.keepalived import Config, KeepalivedError, VrrpInstance
from havip.keepalived.config.preprocess import preprocess
from havip.keepalived.config.recovery import recover
from havip.keepalived.nodes.setup import NodeFile
from havip.lab.namespace import LabError
from havip.lab.services import KNOWN
from havip.lab.topologies import subnet_of
from havip.lab.topology import KEEPALIVED_CONF, NodeSpec, Topology, WebSpec

Serving = Literal["haproxy", "nginx", "none"]
_SERVER = re.compile(r"^\s*server\s+\S+\s+(\d+\.\d+\.\d+\.\d+):(\d+)", re.MULTILINE)
_BIND = re.compile(r"^\s*bind\s+(?:\*|[\d.]+|):(\d+)", re.MULTILINE)
_FIRST_HOST = 10
_HAPROXY = """\
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s

frontend web
    bind *:80
    http-request return status 200 content-type text/plain lf-string "%[hostname]\\n" \
hdr X-LB "%[hostname]"
"""
_NGINX = """\
events {}
http {
    access_log off;
    server {
        listen 80;
        add_header X-LB $hostname;
        location / { return 200 "$hostname\\n"; }
    }
}
"""


def topology_of(
    files: Mapping[str, str],
    *,
    havip: str | None = None,
    members: Sequence[str] | None = None,
    haproxy: str | None = None,
    serving: Serving | None = None,
) -> Topology:
    """Build the topology of nodes from their keepalived.conf files.

    Args:
        files: The text of each node's file, by a name for messages, such as its path.
        havip: The address of the HAVIP; by default the first virtual_ipaddress. If it is not an
            address of the files, their address is an ordinary one.
        members: The HAVIP's range, as addresses of nodes; all nodes by default.
        haproxy: The text of an haproxy.cfg for every node.
        serving: The service on the nodes; by default the one that the files check, else haproxy.

    Raises:
        LabError: The files do not form a pair.
    """
    configs = {name: config_of(text, name) for name, text in files.items()}
    chosen = {name: _instance(config, havip, name) for name, config in configs.items()}
    virtual = _virtual(chosen, havip)
    addresses = _addresses(chosen, virtual)
    kind = "haproxy" if haproxy is not None else serving or _checked(files.values())
    subnet = subnet_of({"the virtual address": virtual, **addresses})
    names = {f"node{number}": name for number, name in enumerate(files, start=1)}
    nodes = {
        node: _node(files[name], addresses[name], chosen[name], kind, haproxy)
        for node, name in names.items()
    }
    try:
        return Topology(
            address=virtual,
            havip=havip or virtual,
            members=_members(nodes, members),
            subnet=subnet,
            nodes=nodes,
            web=_backends(haproxy or "", addresses.values()),
            port=_port(haproxy),
        )
    except ValidationError as error:
        message = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise LabError(f"{', '.join(files)}: {message}") from None


def read(path: Path) -> str:
    """Read a text file.

    Raises:
        LabError: The file cannot be read.
    """
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text file"
        raise LabError(f"{path}: cannot be read: {reason}") from None


def config_of(text: str, name: str) -> Config:
    """Read a keepalived.conf as keepalived does, which ignores single values that are wrong.

    Raises:
        LabError: Braces or quotes do not match.
    """
    try:
        found = recover(preprocess(text), name)
    except KeepalivedError as error:
        raise LabError(" ".join(str(error).split())) from None
    if found.lost:
        reason = " ".join(str(found.errors[0]).split())
        raise LabError(reason if reason.startswith(f"{name}:") else f"{name}: {reason}")
    return found.config


def _instance(config: Config, havip: str | None, name: str) -> VrrpInstance:
    if not config.vrrp_instance:
        raise LabError(f"{name}: has no vrrp_instance, so there is nothing to fail over")
    having = [one for one in config.vrrp_instance if havip in _held(one)]
    return (having or list(config.vrrp_instance))[0]


def _held(instance: VrrpInstance) -> list[str]:
    return [one.address.partition("/")[0] for one in instance.virtual_ipaddress]


def _virtual(chosen: Mapping[str, VrrpInstance], havip: str | None) -> str:
    held = {name: _held(one) for name, one in chosen.items()}
    for name, addresses in held.items():
        if not addresses:
            raise LabError(f"{name}: the instance {chosen[name].name} has no virtual_ipaddress")
    shared = [one for one in next(iter(held.values())) if all(one in its for its in held.values())]
    if not shared:
        listed = "; ".join(f"{name} has {', '.join(its)}" for name, its in held.items())
        raise LabError(f"the nodes have no virtual_ipaddress in common: {listed}")
    address = havip if havip in shared else shared[0]
    try:
        return str(IPv4Address(address))
    except AddressValueError:
        raise LabError(f"{address}: the lab supports only IPv4") from None


def _addresses(chosen: Mapping[str, VrrpInstance], virtual: str) -> dict[str, str]:
    """Find each node's own address: its unicast_src_ip, or else its peers' unicast_peer.

    A node that no file names, as where VRRP is sent to multicast, gets a free one.
    """
    peers = {name: [_bare(one.address) for one in its.unicast_peer] for name, its in chosen.items()}
    found = {name: _bare(its.unicast_src_ip) for name, its in chosen.items() if its.unicast_src_ip}
    for name in chosen:
        if name in found:
            continue
        called = {one for other, its in peers.items() if other != name for one in its}
        free = sorted(called - set(found.values()) - set(peers[name]))
        if len(free) > 1:
            raise LabError(f"{name}: its own address is {' or '.join(free)}: set unicast_src_ip")
        held = {one for its in chosen.values() for one in _held(its)}
        network = IPv4Network(f"{virtual}/24", strict=False)
        unused = (str(one) for one in list(network.hosts())[_FIRST_HOST:])
        taken = {*found.values(), *called, *peers[name], *held}
        found[name] = free[0] if free else next(one for one in unused if one not in taken)
    for name, address in found.items():
        twice = [other for other, its in found.items() if its == address and other != name]
        if twice:
            raise LabError(f"{name} and {twice[0]} are both {address}: pass one file per node")
    return found


def _bare(address: str) -> str:
    return str(address).partition("/")[0]


def _node(
    text: str, address: str, instance: VrrpInstance, kind: str, haproxy: str | None
) -> NodeSpec:
    served = {
        "haproxy": ("/etc/haproxy/haproxy.cfg", haproxy or _HAPROXY),
        "nginx": ("/etc/nginx/nginx.conf", _NGINX),
    }
    files = [NodeFile(path=KEEPALIVED_CONF, content=text, mode="0600", secret=True)]
    services = ["keepalived"]
    if kind in served:
        path, content = served[kind]
        files.append(NodeFile(path=path, content=content))
        services.insert(0, kind)
    return NodeSpec(
        address=address,
        files=files,
        services={one: KNOWN[one] for one in services},
        interface=instance.interface or "eth0",
        page=kind == "none",
    )


def _checked(texts: Iterable[str]) -> str:
    """Return the service that the files check: nginx if only that is mentioned, else haproxy."""
    joined = " ".join(texts)
    return "nginx" if "nginx" in joined and "haproxy" not in joined else "haproxy"


def _members(nodes: Mapping[str, NodeSpec], wanted: Sequence[str] | None) -> list[str]:
    if wanted is None:
        return list(nodes)
    by_address = {one.address: name for name, one in nodes.items()}
    found = []
    for one in wanted:
        name = one if one in nodes else by_address.get(one)
        if name is None:
            known = ", ".join(f"{its.address} ({name})" for name, its in nodes.items())
            raise LabError(f"--range: {one} is not a node; the nodes are {known}")
        found.append(name)
    return found


def _backends(haproxy: str, taken: Iterable[str]) -> dict[str, WebSpec]:
    """Return a web server for each server of an haproxy.cfg."""
    used = set(taken)
    found: dict[str, WebSpec] = {}
    for address, port in dict.fromkeys(_SERVER.findall(haproxy)):
        if address not in used and not IPv4Address(address).is_loopback:
            used.add(address)
            found[f"web{len(found) + 1}"] = WebSpec(address=address, port=int(port))
    return found


def _port(haproxy: str | None) -> int:
    found = _BIND.search(haproxy or "")
    return int(found[1]) if found else 80
