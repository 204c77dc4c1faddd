"""Named topologies."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network
from pathlib import Path

from havip.keepalived import HAPROXY_CHECK, Config, lb_pair, render
from havip.keepalived.nodes.haproxy import Haproxy, HaproxyServer, HaproxyService, render_haproxy
from havip.keepalived.nodes.node import keepalived_file
from havip.keepalived.nodes.scripts import NOTIFY_SWITCH, script
from havip.keepalived.nodes.setup import NodeFile
from havip.lab import databases, services
from havip.lab.cloud import REGION
from havip.lab.fabric import METADATA
from havip.lab.namespace import LabError
from havip.lab.topology import KEEPALIVED_CONF, NodeSpec, Topology, WebSpec

ADDRESS, FIRST, SECOND = "172.17.16.3", "172.17.16.7", "172.17.16.13"
SUBNET = "172.17.16.0/24"
BACKENDS = {"web1": "172.17.16.21", "web2": "172.17.16.22"}
_WIDEST = 16
"""Shortest prefix of a VPC's subnet."""
_PASSWORD = "f7Kq2xZ9"  # noqa: S105 - of a pair that lives for a minute
_NAMED = "    http-response set-header X-LB %[hostname]\n"

Builder = Callable[[], Topology]
REGISTRY: dict[str, Builder] = {}


def topology(name: str) -> Callable[[Builder], Builder]:
    """Register the function that builds a topology under a name."""

    def register(build: Builder) -> Builder:
        REGISTRY[name] = build
        return build

    return register


def build(name: str) -> Topology:
    """Build a topology by name.

    Raises:
        LabError: The topology does not exist.
    """
    if name not in REGISTRY:
        raise LabError(f"unknown topology {name}; known: {', '.join(sorted(REGISTRY))}")
    return REGISTRY[name]()


def haproxy_cfg() -> str:
    """Return the haproxy.cfg of a pair: two web servers, with the responding one in X-LB."""
    web = HaproxyService(
        name="web", port=80, health_path="/",
        servers=tuple(HaproxyServer(name=n, address=at, port=8080) for n, at in BACKENDS.items()),
    )  # fmt: skip
    return render_haproxy(Haproxy(services=(web,))) + _NAMED


def pair_of(
    configs: Mapping[str, Config], *, havip: str | None = None, members: list[str] | None = None,
    secondary: str = "", first: str = "",
) -> Topology:  # fmt: skip
    """Build a load balancer pair from keepalived configurations by node address."""
    balancer = NodeFile(path="/etc/haproxy/haproxy.cfg", content=haproxy_cfg())
    return Topology(
        address=ADDRESS,
        havip=havip,
        members=members,
        secondary=secondary,
        first=first,
        subnet=SUBNET,
        nodes={
            f"lb{number}": NodeSpec(
                address=address,
                files=[keepalived_file(config), balancer],
                services={one: services.KNOWN[one] for one in ("haproxy", "keepalived")},
            )
            for number, (address, config) in enumerate(configs.items(), start=1)
        },
        web={name: WebSpec(address=address) for name, address in BACKENDS.items()},
    )


def _configs() -> dict[str, Config]:
    return lb_pair(ADDRESS, [FIRST, SECOND], auth_pass=_PASSWORD, subnet=SUBNET)


@topology("pair")
def pair() -> Topology:
    """A pair behind a HAVIP, with the configuration of `havip keepalived render`."""
    return pair_of(_configs())


@topology("pair-havip")
def pair_havip() -> Topology:
    """A pair like `pair`, with the address on the second node at first."""
    return pair_of(_configs(), first="lb2")


@topology("pair-fast")
def pair_fast() -> Topology:
    """A pair like `pair`, with VRRP 3 and an advertisement every 0.2 s."""
    return pair_of(lb_pair(ADDRESS, [FIRST, SECOND], advert_int=0.2, subnet=SUBNET))


@topology("pair-ordinary")
def pair_ordinary() -> Topology:
    """A pair like `pair`, with an ordinary secondary address instead of a HAVIP."""
    return pair_of(_configs(), secondary="lb2", first="lb2")


@topology("pair-outside-range")
def pair_outside() -> Topology:
    """A pair like `pair`, with only the second node in the HAVIP's range."""
    return pair_of(_configs(), members=["lb2"], first="lb2")


@topology("pair-weight")
def pair_weight() -> Topology:
    """A pair like `pair`, with a weighted check and nopreempt, which never fails over."""
    check = HAPROXY_CHECK.model_copy(update={"weight": -30})
    return pair_of(lb_pair(ADDRESS, [FIRST, SECOND], auth_pass=_PASSWORD, check=check))


@topology("api-switch")
def api_switch() -> Topology:
    """A pair whose ordinary address is moved by `havip switch-ip`, as in examples/api-switch."""
    settings = (
        f"TENCENTCLOUD_REGION={REGION}\nHAVIP_ENDPOINT=http://{METADATA}:8765\n"
        f"HAVIP_COMMAND={Path(sys.executable).parent / 'havip'}\nHOME=/root\n"
    )
    made = pair_of({node: _calling(config) for node, config in _configs().items()},
                   secondary="lb2", first="lb2")  # fmt: skip
    more = [script(NOTIFY_SWITCH), NodeFile(path="/etc/keepalived/switch.env", content=settings)]
    nodes = {
        name: node.model_copy(update={"files": [*node.files, *more]})
        for name, node in made.nodes.items()
    }
    return made.model_copy(update={"nodes": nodes, "api": True})


@topology("mariadb-cluster")
def mariadb_cluster() -> Topology:
    """Three MariaDB servers in a Galera cluster, two of them behind a HAVIP."""
    return databases.mariadb_cluster()


@topology("postgresql-cluster")
def postgresql_cluster() -> Topology:
    """Two PostgreSQL servers behind a HAVIP with Patroni, and a witness with etcd."""
    return databases.postgresql_cluster()


def _calling(config: Config) -> Config:
    (instance,) = config.vrrp_instance
    notify = f"{NOTIFY_SWITCH} {ADDRESS}"
    return config.model_copy(
        update={"vrrp_instance": (instance.model_copy(update={"notify": notify}),)}
    )


def subnet_of(addresses: Mapping[str, str]) -> str:
    """Return the smallest network of /24 or wider that contains all addresses.

    Args:
        addresses: The addresses, by their names in messages.

    Raises:
        LabError: No subnet of a VPC can contain all of them.

    Example:
        >>> subnet_of({"one": "10.0.0.2", "two": "10.0.1.9"})
        '10.0.0.0/23'
    """
    (first, start), *rest = addresses.items()
    network = _ipv4(first, start, "/24")
    for name, address in rest:
        while _ipv4(name, address)[0] not in network:
            if network.prefixlen <= _WIDEST:
                raise LabError(
                    f"{first} {start} and {name} {address} cannot be in the same subnet: a HAVIP "
                    "moves within one subnet"
                )
            network = network.supernet()
    return str(network)


def _ipv4(name: str, address: str, prefix: str = "") -> IPv4Network:
    try:
        return IPv4Network(f"{address}{prefix}", strict=False)
    except ValueError:
        raise LabError(f"{name}: {address!r} is not an IPv4 address") from None


__all__ = ["KEEPALIVED_CONF", "REGISTRY", "build", "pair_of", "render", "subnet_of", "topology"]
