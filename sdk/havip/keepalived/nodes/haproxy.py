"""haproxy.cfg for the backends behind a HAVIP: a small typed model and its text.

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
    """A server behind a service."""

    name: Word
    address: Address
    port: Port | None = None
    """Its port; else that of the service."""
    weight: Annotated[int, Field(ge=0, le=256)] | None = None
    backup: bool = False
    """Whether it serves only where all others are down."""


class HaproxyService(Part):
    """A port that is served on the HAVIP, and the servers behind it."""

    name: Word
    port: Port
    servers: tuple[HaproxyServer, ...]
    mode: Literal["http", "tcp"] = "http"
    balance: Literal["roundrobin", "leastconn", "source"] = "roundrobin"
    health_path: Path | None = None
    """Path of the health check (mode http), read by GET; by
    default ``/``."""
    certificate: Path | None = None
    """The file with certificate and key that the port speaks TLS with; else it is plain.

    It holds a secret, so that the node set-up does not carry it: lay it on the nodes by itself,
    readable for root alone.
    """
    maxconn: Annotated[int, Field(ge=1)] | None = None
    """Connections that the port takes at most; others wait."""

    @model_validator(mode="after")
    def _can_work(self) -> HaproxyService:
        if not self.servers:
            raise ValueError("needs one server or more")
        if self.health_path is not None and self.mode == "tcp":
            raise ValueError("health_path needs mode http")
        names = [server.name for server in self.servers]
        if len(set(names)) != len(names):
            raise ValueError("two servers have one name")
        return self


class Haproxy(Part):
    """A whole haproxy.cfg.

    It binds every address of the node, so that it runs before the HAVIP arrives.
    """

    services: tuple[HaproxyService, ...]
    maxconn: Annotated[int, Field(ge=1)] = 4096
    connect_seconds: Annotated[int, Field(ge=1)] = 5
    idle_seconds: Annotated[int, Field(ge=1)] = 60
    request_seconds: Annotated[int, Field(ge=1)] = 10
    """Time that a client may take to send the header of a request (mode http)."""
    health_port: Port | None = 8404
    """The port of ``/health`` (for `service_check`), ``/metrics`` (Prometheus) and ``/stats``."""
    health_address: Address = "127.0.0.1"
    """The address of that port: the node itself, or one that Prometheus reaches."""
    stats_socket: Path | None = "/var/lib/haproxy/stats"
    """The socket of haproxy's commands, for root."""

    @model_validator(mode="after")
    def _can_work(self) -> Haproxy:
        if any(service.port == self.health_port for service in self.services):
            raise ValueError(f"health_port {self.health_port} is a service's")
        for what in ("name", "port"):
            values = [getattr(service, what) for service in self.services]
            if len(set(values)) != len(values):
                raise ValueError(f"two services have one {what}")
        return self


def service_check(config: Haproxy) -> VrrpScript:
    """Return the check that asks haproxy itself whether it serves, rather than for a process.

    Raises:
        KeepalivedError: `health_port` is None.
    """
    if config.health_port is None:
        raise KeepalivedError("health_port is None: without it haproxy cannot be asked")
    host = "127.0.0.1" if config.health_address == "0.0.0.0" else config.health_address
    where = f"[{host}]" if ":" in host else host
    return http_check(f"http://{where}:{config.health_port}/health", name="checkhaproxy")


def render_haproxy(config: Haproxy) -> str:
    """Write a configuration as the text of haproxy.cfg; the same text for the same model."""
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
        # haproxy's own default asks with OPTIONS, which many servers refuse.
        yield f"option httpchk GET {service.health_path or '/'}"
    for server in service.servers:
        weight = "" if server.weight is None else f" weight {server.weight}"
        backup = " backup" if server.backup else ""
        where = f"{server.address}:{server.port or service.port}"
        yield f"server {server.name} {where} check inter 2s fall 2 rise 1{weight}{backup}"


if TYPE_CHECKING:  # their names in 0.1.0
    Server = HaproxyServer
    Service = HaproxyService
else:

    def __getattr__(name: str) -> object:
        """Return what a name of 0.1.0 stands for."""
        return renamed(__name__, name)
