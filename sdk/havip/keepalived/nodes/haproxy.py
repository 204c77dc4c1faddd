"""haproxy.cfg for the backends behind a HAVIP: a small typed model and its text.

Example:
    >>> web = Service(name="web", port=80, servers=(Server(name="web1", address="10.0.0.11"),))
    >>> print(render_haproxy(Haproxy(services=(web,))).split("listen ")[1], end="")
    web
        bind *:80
        mode http
        balance roundrobin
        option httplog
        option forwardfor
        option httpchk GET /
        server web1 10.0.0.11:80 check inter 2s fall 2 rise 1
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from havip.keepalived.config.model import Address, Part

Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]
Word: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]+$")]
Path: TypeAlias = Annotated[str, StringConstraints(pattern=r"^/[\w.~/?&=%+,;:@-]*$")]


class Server(Part):
    """A machine that does the work."""

    name: Word
    address: Address
    port: Port | None = None
    """Its port; else that of the service."""
    weight: Annotated[int, Field(ge=0, le=256)] | None = None
    backup: bool = False
    """Whether it serves only where all others are down."""


class Service(Part):
    """A port that is served on the HAVIP, and the servers behind it."""

    name: Word
    port: Port
    servers: tuple[Server, ...]
    mode: Literal["http", "tcp"] = "http"
    balance: Literal["roundrobin", "leastconn", "source"] = "roundrobin"
    health_path: Path | None = None
    """What is asked for to see whether a server lives (mode http), by GET; by
    default ``/``."""

    @model_validator(mode="after")
    def _can_work(self) -> Service:
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

    services: tuple[Service, ...]
    maxconn: Annotated[int, Field(ge=1)] = 4096
    connect_seconds: Annotated[int, Field(ge=1)] = 5
    idle_seconds: Annotated[int, Field(ge=1)] = 60

    @model_validator(mode="after")
    def _can_work(self) -> Haproxy:
        for what in ("name", "port"):
            values = [getattr(service, what) for service in self.services]
            if len(set(values)) != len(values):
                raise ValueError(f"two services have one {what}")
        return self


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
    ]
    yield [
        "defaults",
        "    log global",
        "    option dontlognull",
        f"    timeout connect {config.connect_seconds}s",
        f"    timeout client {config.idle_seconds}s",
        f"    timeout server {config.idle_seconds}s",
    ]
    for service in config.services:
        yield [f"listen {service.name}", *(f"    {line}" for line in _service(service))]


def _service(service: Service) -> Iterator[str]:
    yield f"bind *:{service.port}"
    yield f"mode {service.mode}"
    yield f"balance {service.balance}"
    yield f"option {service.mode}log"
    if service.mode == "http":
        yield "option forwardfor"
        # haproxy's own default asks with OPTIONS, which many servers refuse.
        yield f"option httpchk GET {service.health_path or '/'}"
    for server in service.servers:
        weight = "" if server.weight is None else f" weight {server.weight}"
        backup = " backup" if server.backup else ""
        where = f"{server.address}:{server.port or service.port}"
        yield f"server {server.name} {where} check inter 2s fall 2 rise 1{weight}{backup}"
