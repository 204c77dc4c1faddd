"""Keep a Python process started under `mock_havip` away from the real cloud.

While a mock is active, this folder is first in ``PYTHONPATH``, so each Python process started then
imports this module first, whatever its interpreter has installed (hence only the standard library
is used). It points havip at the parent's cloud, by ``HAVIP_ENDPOINT``, and blocks every connection
to Tencent's API hosts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

SERVER = "HAVIP_MOCK_ENDPOINT"
"""Variable with the URL of the parent's cloud."""
ROOT_DOMAIN = "tencentcloudapi.com"

Hosts = Callable[..., "tuple[object, ...]"]


def is_cloud_host(host: object) -> bool:
    """Return whether a host name belongs to Tencent Cloud's API."""
    if isinstance(host, (bytes, bytearray)):
        host = bytes(host).decode("ascii", "replace")
    name = str(host).rstrip(".").lower()
    return name == ROOT_DOMAIN or name.endswith(f".{ROOT_DOMAIN}")


def first_argument(host: object = None, *_: Any, **__: Any) -> tuple[object, ...]:
    """Return the host passed to a function that resolves names."""
    return (host,)


def socket_address(_: object, address: object = None, *__: Any) -> tuple[object, ...]:
    """Return the host of a socket's address."""
    return address[:1] if isinstance(address, tuple) else ()


def http_hosts(connection: Any, *arguments: Any, **options: Any) -> tuple[object, ...]:
    """Return the hosts that an ``http.client`` connection is about to contact."""
    url = options.get("url", arguments[1] if len(arguments) > 1 else "")
    place = str(url).partition("://")[2].partition("/")[0]
    absolute = place.rpartition("@")[2].partition(":")[0]
    return connection.host, getattr(connection, "_tunnel_host", None), absolute


def tunnel_host(_: object, host: object = None, *__: Any, **___: Any) -> tuple[object, ...]:
    """Return the target host of a tunnel."""
    return (str(host).partition(":")[0],)


def boundaries() -> list[tuple[Any, str, Hosts]]:
    """List the functions to guard: owner, name, and a function that extracts the hosts."""
    import http.client
    import socket

    return [
        (socket, "getaddrinfo", first_argument),
        (socket, "gethostbyname", first_argument),
        (socket, "gethostbyname_ex", first_argument),
        (socket.socket, "connect", socket_address),
        (socket.socket, "connect_ex", socket_address),
        (http.client.HTTPConnection, "putrequest", http_hosts),
        (http.client.HTTPConnection, "set_tunnel", tunnel_host),
    ]


def _guarded(function: Callable[..., Any], hosts: Hosts) -> Callable[..., Any]:
    @wraps(function)
    def guarded(*arguments: Any, **options: Any) -> Any:
        for host in hosts(*arguments, **options):
            if is_cloud_host(host):
                raise RuntimeError(
                    f"{host}: this process was started under mock_havip; nothing was sent. "
                    f"The mocked cloud is at {os.environ.get('HAVIP_ENDPOINT')}"
                )
        return function(*arguments, **options)

    return guarded


def _start() -> None:
    if server := os.environ.get(SERVER):
        os.environ.setdefault("HAVIP_ENDPOINT", server)
        for owner, name, hosts in boundaries():
            setattr(owner, name, _guarded(getattr(owner, name), hosts))


def _import_shadowed() -> None:
    """Import the `sitecustomize` that this module shadows, if any."""
    here = Path(__file__).resolve().parent
    rest = [entry for entry in sys.path if Path(entry or ".").resolve() != here]
    spec = PathFinder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if __name__ == "sitecustomize":
    _start()
    _import_shadowed()
