"""gRPC servers and channels for the engine: loopback only, no TLS, Pulumi's message sizes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import grpc

_LARGEST: Final = 400 * 1024 * 1024
OPTIONS: Final = [
    ("grpc.max_receive_message_length", _LARGEST),
    ("grpc.max_send_message_length", _LARGEST),
    ("grpc.so_reuseport", 0),
    ("grpc.enable_http_proxy", 0),
]


def server(workers: int) -> grpc.Server:
    """Create a server whose calls may block for as long as a deployment takes."""
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="monitor")
    return grpc.server(pool, options=OPTIONS)


def listen(target: grpc.Server) -> str:
    """Bind a server to a free loopback port and return its address."""
    return f"127.0.0.1:{target.add_insecure_port('127.0.0.1:0')}"


def channel(port: int) -> grpc.Channel:
    """Open a channel to a provider on this machine."""
    return grpc.insecure_channel(f"127.0.0.1:{port}", options=OPTIONS)
