"""haproxy.cfg for the backends behind a HAVIP, as a small typed model.

Example:
    >>> server = HaproxyServer(name="web1", address="10.0.0.11")
    >>> web = HaproxyService(name="web", port=80, servers=(server,))
    >>> print(render_haproxy(Haproxy(services=(web,))).split("listen ")[1], end="")
    web
        bind *:80
        mode http
        balance roundrobin
        option httplog
        option forwardfor
        timeout http-request 10s
        option httpchk GET /
        server web1 10.0.0.11:80 check inter 2s fall 2 rise 1
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from havip._deprecated import renamed
from havip.keepalived.config.blocks import Part
from havip.keepalived.config.field_types import Address
from havip.keepalived.config.model import VrrpScript
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.nodes.health_checks import http_check

Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]
Word: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]+$")]
Path: TypeAlias = Annotated[str, StringConstraints(pattern=r"^/[\w.~/?&=%+,;:@-]*$")]


class HaproxyServer(Part):
    """A backend server of a service."""

    name: Word
    address: Address
    port: Port | None = None
    """The port of the server, by default that of the service."""
    weight: Annotated[int, Field(ge=0, le=256)] | None = None
    backup: bool = False
    """True if it is used only if all others are down."""


class HaproxyService(Part):
    """A port served on the HAVIP, and its backend servers."""

    name: Word
    port: Port
    servers: tuple[HaproxyServer, ...]
    mode: Literal["http", "tcp"] = "http"
    balance: Literal["roundrobin", "leastconn", "source"] = "roundrobin"
    health_path: Path | None = None
    """Path requested by the health check with GET (mode http only); ``/`` by default."""
    certificate: Path | None = None
    """File with certificate and private key for TLS; without it the port is plain text.

    As a secret, it is not part of the node set-up: install it on the nodes separately, readable
    only by root.
    """
    maxconn: Annotated[int, Field(ge=1)] | None = None
    """Maximum number of connections to the port; others are queued."""

    @model_validator(mode="after")
    def _can_work(self) -> HaproxyService:
        if not self.servers:
            raise ValueError("needs at least one server")
        if self.health_path is not None and self.mode == "tcp":
            raise ValueError("health_path requires mode http")
        names = [server.name for server in self.servers]
        if len(set(names)) != len(names):
            raise ValueError("two servers have the same name")
        return self


class Haproxy(Part):
    """A complete haproxy.cfg.

    It binds all addresses of the node, so that haproxy can start before the node holds the HAVIP.
    """

    services: tuple[HaproxyService, ...]
    maxconn: Annotated[int, Field(ge=1)] = 4096
    connect_seconds: Annotated[int, Field(ge=1)] = 5
    idle_seconds: Annotated[int, Field(ge=1)] = 60
    request_seconds: Annotated[int, Field(ge=1)] = 10
    """Timeout in seconds for the header of a request (mode http)."""
    health_port: Port | None = 8404
    """Port of ``/health`` (for `service_check`), ``/metrics`` (Prometheus) and ``/stats``."""
    health_address: Address = "127.0.0.1"
    """Address of that port: loopback, or an address that Prometheus can reach."""
    stats_socket: Path | None = "/var/lib/haproxy/stats"
    """Path of the socket for haproxy's runtime commands, accessible to root."""

    @model_validator(mode="after")
    def _can_work(self) -> Haproxy:
        if any(service.port == self.health_port for service in self.services):
            raise ValueError(f"health_port {self.health_port} is used by a service")
        for what in ("name", "port"):
            values = [getattr(service, what) for service in self.services]
            if len(set(values)) != len(values):
                raise ValueError(f"two services have the same {what}")
        return self


def service_check(config: Haproxy) -> VrrpScript:
    """Return a health check that queries haproxy, instead of only looking for its process.

    Raises:
        KeepalivedError: `health_port` is None.
    """
    if config.health_port is None:
        raise KeepalivedError("health_port is None: the check needs it to query haproxy")
    host = "127.0.0.1" if config.health_address == "0.0.0.0" else config.health_address
    where = f"[{host}]" if ":" in host else host
    return http_check(f"http://{where}:{config.health_port}/health", name="checkhaproxy")


def render_haproxy(config: Haproxy) -> str:
    """Render a configuration as the text of haproxy.cfg, deterministically."""
    return "\n\n".join("\n".join(section) for section in _sections(config)) + "\n"


def _sections(config: Haproxy) -> Iterator[list[str]]:
    yield [
        "global",
        "    log /dev/log local0",
        "    user haproxy",
        "    group haproxy",
        f"    maxconn {config.maxconn}",
        *_global(config),
    ]
    yield [
        "defaults",
        "    log global",
        "    option dontlognull",
        f"    timeout connect {config.connect_seconds}s",
        f"    timeout client {config.idle_seconds}s",
        f"    timeout server {config.idle_seconds}s",
    ]
    if config.health_port is not None:
        yield _health(config)
    for service in config.services:
        lines = _service(service, config.request_seconds)
        yield [f"listen {service.name}", *(f"    {line}" for line in lines)]


def _global(config: Haproxy) -> Iterator[str]:
    if config.stats_socket is not None:
        yield f"    stats socket {config.stats_socket} mode 600 level admin"
    if any(service.certificate for service in config.services):
        yield "    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets"


def _health(config: Haproxy) -> list[str]:
    host = f"[{config.health_address}]" if ":" in config.health_address else config.health_address
    return [
        "frontend health",
        f"    bind {host}:{config.health_port}",
        "    mode http",
        f"    timeout http-request {config.request_seconds}s",
        "    monitor-uri /health",
        "    http-request use-service prometheus-exporter if { path /metrics }",
        "    stats enable",
        "    stats uri /stats",
        "    no log",
    ]


def _service(service: HaproxyService, request_seconds: int) -> Iterator[str]:
    tls = f" ssl crt {service.certificate}" if service.certificate else ""
    if tls and service.mode == "http":
        tls += " alpn h2,http/1.1"
    yield f"bind *:{service.port}{tls}"
    if service.maxconn is not None:
        yield f"maxconn {service.maxconn}"
    yield f"mode {service.mode}"
    yield f"balance {service.balance}"
    yield f"option {service.mode}log"
    if service.mode == "http":
        yield "option forwardfor"
        yield f"timeout http-request {request_seconds}s"
        # haproxy's default method is OPTIONS, which many servers reject.
        yield f"option httpchk GET {service.health_path or '/'}"
    for server in service.servers:
        weight = "" if server.weight is None else f" weight {server.weight}"
        backup = " backup" if server.backup else ""
        where = f"{server.address}:{server.port or service.port}"
        yield f"server {server.name} {where} check inter 2s fall 2 rise 1{weight}{backup}"


if TYPE_CHECKING:  # names of 0.1.0
    Server = HaproxyServer
    Service = HaproxyService
else:

    def __getattr__(name: str) -> object:
        """Resolve the names of 0.1.0."""
        return renamed(__name__, name)
