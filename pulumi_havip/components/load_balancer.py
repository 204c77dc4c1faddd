"""Two load balancers behind one HAVIP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired

import pulumi
from typing_extensions import TypedDict

from havip.keepalived import lb_pair
from havip.keepalived.nodes.haproxy import Haproxy, HaproxyService, service_check
from havip.keepalived.nodes.node import lb_nodes
from havip.keepalived.nodes.setup import NodeSetup
from pulumi_havip import Eip, HaVipEipAttachment
from pulumi_havip.components._errors import SetupError, refusing
from pulumi_havip.components._nodes import MachineArgs, Nodes, PairNode
from pulumi_havip.components._pair import Known, Network, Pair
from pulumi_havip.components._pause import Pause
from pulumi_havip.resources.base import Tags


class ServerArgs(TypedDict):
    """A backend server.

    Attributes:
        name: Its name in haproxy.
        address: Its address.
        port: Its port; that of the service if omitted.
        weight: Its share of the load, 0 to 256.
        backup: Whether it serves only while all others are down.
    """

    name: pulumi.Input[str]
    address: pulumi.Input[str]
    port: NotRequired[pulumi.Input[int]]
    weight: NotRequired[pulumi.Input[int]]
    backup: NotRequired[pulumi.Input[bool]]


class ServiceArgs(TypedDict):
    """A port that the pair serves, and its backend servers.

    Attributes:
        name: Its name in haproxy.
        port: The port.
        servers: The backend servers.
        mode: ``http`` (the default) or ``tcp``.
        balance: The balancing algorithm; ``roundrobin`` if omitted.
        health_path: The path of the HTTP health check of a server (mode ``http``).
        certificate: The path on the nodes of a file with certificate and key, for TLS. Copy it
            there by other means: every program on a machine can read user data.
        maxconn: Maximum number of connections of the port.
    """

    name: pulumi.Input[str]
    port: pulumi.Input[int]
    servers: pulumi.Input[Sequence[pulumi.Input[ServerArgs]]]
    mode: NotRequired[pulumi.Input[Literal["http", "tcp"]]]
    balance: NotRequired[pulumi.Input[Literal["roundrobin", "leastconn", "source"]]]
    health_path: NotRequired[pulumi.Input[str]]
    certificate: NotRequired[pulumi.Input[str]]
    maxconn: NotRequired[pulumi.Input[int]]


class LoadBalancerPair(Pair):
    """Two or more load balancers (keepalived and haproxy) that share one HAVIP.

    It creates the HAVIP, which only its nodes may bind, and the nodes' whole set-up. Nodes that it
    creates set themselves up at their first start. On existing nodes, install `files` or run
    `user_data` through cloud-init.

    Example::

        pair = LoadBalancerPair(
            "web",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            vip="172.17.16.3",
            nodes=[{"private_ip": "172.17.16.7"}, {"private_ip": "172.17.16.13"}],
            machine={
                "image_id": "img-487zeit5",
                "instance_type": "S5.MEDIUM4",
                "zone": "ap-guangzhou-3",
            },
            services=[
                {
                    "name": "web",
                    "port": 80,
                    "servers": [{"name": "web1", "address": "172.17.16.21", "port": 8080}],
                }
            ],
            eip=True,
        )
        pulumi.export("publicAddress", pair.public_address)

    A changed set-up (another backend, say) is written to the user data of the machines, one after
    the other. The holder of the address at the time of the run comes last; without a holder, the
    first node comes last. A failover alone changes nothing.

    A machine reads user data at its first start only. Either install the new files from `files`
    yourself, or set `replace_nodes` to replace the machines in that same order: each is deleted,
    created with the same private address and added to the range again before the next one is
    replaced, after a wait of `settle_seconds`. The address moves once, when its holder is replaced.

    Attributes:
        public_address: The elastic IP bound to the HAVIP, or empty.
    """

    public_address: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        nodes: Nodes,
        services: pulumi.Input[Sequence[pulumi.Input[ServiceArgs]]],
        machine: MachineArgs | None = None,
        vip: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        eip: bool = False,
        eip_bandwidth: pulumi.Input[int] | None = None,
        eip_address: pulumi.Input[str] | None = None,
        vrrp_password: pulumi.Input[str] | None = None,
        virtual_router_id: pulumi.Input[int] | None = None,
        advert_int: pulumi.Input[int] = 1,
        interface: pulumi.Input[str] = "eth0",
        subnet_cidr: pulumi.Input[str] | None = None,
        check_associate: bool = True,
        replace_nodes: bool = False,
        settle_seconds: pulumi.Input[int] = 180,
        tags: Tags = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a pair of load balancers.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC.
            subnet_id: The subnet, which the whole pair is in.
            nodes: Two to ten nodes: machines to create, or existing instances.
            services: The ports to serve, with the backend servers of each.
            machine: The properties shared by the machines to create.
            vip: The HAVIP's address; a free one of the subnet if omitted.
            name: The HAVIP's name in the console; `resource_name` if omitted.
            eip: Whether to create an elastic IP for the HAVIP.
            eip_bandwidth: Its outgoing bandwidth in Mbit/s.
            eip_address: The address of an existing elastic IP, to use instead of a new one.
            vrrp_password: The VRRP password of the nodes, one to eight characters; generated and
                kept if omitted.
            virtual_router_id: The nodes' VRRP id, 1 to 255. If omitted, it is derived from the
                address and unique among the pairs of the program; pairs of other programs in the
                VPC are not taken into account.
            advert_int: Seconds between two advertisements. A dead node is detected within three
                times as long plus one second.
            interface: The network interface of the nodes.
            subnet_cidr: The CIDR block of the subnet; looked up by `subnet_id` if omitted.
            check_associate: Whether only the nodes may bind the address (recommended). The
                international site cannot enforce that; set it to False there.
            replace_nodes: Whether a changed set-up replaces the machines, the holder of the address
                last. Existing nodes given by id are left alone.
            settle_seconds: Time for a replaced machine to set itself up before the next one is
                replaced. Readiness is not checked, so allow enough time. There is no wait when a
                pair is created, nor after the last machine.
            tags: Tags of everything that is created.
            opts: Pulumi resource options; `protect` applies to the whole pair.

        Raises:
            SetupError: The set-up is invalid. What is only known while the program runs is checked
                then, before anything of the pair is created.
        """
        super().__init__("LoadBalancerPair", resource_name, tags, opts)
        self._check_value("eip", eip)
        self._check_value("replace_nodes", replace_nodes)
        if eip and eip_address is not None:
            raise SetupError(self._owner, "eip_address: give it, or `eip` for a new one, not both")
        self._settle_seconds = settle_seconds if replace_nodes else None
        network = Network(vpc_id, subnet_id, subnet_cidr, vip, check_associate)
        self._read(network, nodes, machine, vrrp_password, virtual_router_id)
        self._require_sound(
            interface=interface, advert_int=advert_int, settle_seconds=settle_seconds
        )
        self._require(services, self._check_services)
        served = pulumi.Output.from_input(services).apply(self._check_services)
        settings = {"haproxy": served, "interface": interface, "advert_int": advert_int}
        self._require_set_up(_setups, **settings)
        self._make_address(name)
        self._set_up(_setups, **settings)
        self._make_nodes(replace=replace_nodes or None)
        self._make_public(eip_address, eip=eip, bandwidth=eip_bandwidth)
        self.health_command = pulumi.Output.all(self.address, served).apply(_health)
        self.register_outputs(
            {
                "address": self.address,
                "publicAddress": self.public_address,
                "haVipId": self.ha_vip_id,
                "virtualRouterId": self.virtual_router_id,
                "healthCommand": self.health_command,
            }
        )

    def _check_services(self, given: Any) -> Haproxy:
        if not given:
            raise SetupError(self._owner, "services: there are none: give one or more")
        if not isinstance(given, list | tuple):
            raise SetupError(
                self._owner,
                f"services: {given!r} is not a list: give services, each with name, port "
                "and servers",
            )
        with refusing(self._owner):
            return Haproxy.model_validate({"services": [_whole(one) for one in given]})

    def _make_public(
        self,
        given: pulumi.Input[str] | None,
        *,
        eip: bool,
        bandwidth: pulumi.Input[int] | None,
    ) -> None:
        opts = pulumi.ResourceOptions(parent=self)
        if eip:
            given = Eip(self._name, bandwidth=bandwidth, tags=self._tags, opts=opts).public_ip
        if given is not None:
            HaVipEipAttachment(self._name, ha_vip_id=self.ha_vip_id, address_ip=given, opts=opts)
        self.public_address = pulumi.Output.from_input(given or "")

    def _settle(
        self, node: PairNode, id: pulumi.Input[str], made: list[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        if self._settle_seconds is None or node.instance_id is not None:
            return []
        pause = Pause(
            node.name,
            instance_id=id,
            seconds=self._settle_seconds,
            last=self._order.apply(lambda names: names[-1] == node.name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=made),
        )
        return [pause]


def _whole(service: Any) -> Any:
    """Return a service with whole numbers as ints; Pulumi may have turned them into floats."""
    if isinstance(service, dict):
        return {key: _whole(value) for key, value in service.items()}
    if isinstance(service, (list, tuple)):
        return [_whole(value) for value in service]
    return int(service) if isinstance(service, float) and service.is_integer() else service


def _setups(known: Known) -> dict[str, NodeSetup]:
    configs = lb_pair(
        known["vip"],
        known["nodes"],
        auth_pass=known["auth_pass"],
        subnet=known["cidr"],
        interface=known["interface"],
        virtual_router_id=known["router_id"],
        advert_int=known["advert_int"],
        check=service_check(known["haproxy"]),
    )
    return lb_nodes(configs, known["haproxy"])


def _health(known: Sequence[Any]) -> str:
    address, haproxy = known
    service: HaproxyService = haproxy.services[0]
    if service.mode == "tcp":
        return f"nc -z -w 3 {address} {service.port}"
    path = service.health_path or "/"
    scheme, trust = ("https", " -k") if service.certificate else ("http", "")
    return f"curl -fsS{trust} -m 3 -o /dev/null {scheme}://{address}:{service.port}{path}"
