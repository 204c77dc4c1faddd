"""The emulator as an HTTP server: one port for all services, any Host header.

It runs on aiohttp's low-level server: widely maintained, with a parser in C that accepts absolute
URLs as targets and any Host, and connections that can be closed without a response. A bare protocol
over ``httptools`` took 0.09 ms of CPU per request against 0.17 ms: not worth a server of our own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Final

from havip._checks import count, path, text
from havip.emulator.cloud import Cloud
from havip.emulator.http.aiohttp_web import web
from havip.emulator.http.control_interface import (
    MAX_CONTROL_BODY,
    check_token,
    handle_control,
    is_control,
)
from havip.emulator.http.controls import Control
from havip.emulator.http.dashboard import Dashboard
from havip.emulator.http.escaping import escaped_logger
from havip.emulator.http.gateway import Gateway, Verify
from havip.emulator.http.messages import MAX_BODY, MAX_QUERY, RawRequest
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.errors import HavipError, UsageError

# Malformed HTTP is the client's fault: log it, do not print it.
_LOG = escaped_logger("havip.emulator.http")
_LOG.addHandler(logging.NullHandler())

__all__ = ["EmulatorServer", "HttpServer"]

HEALTH: Final = "/health"
"""Unauthenticated health check for container probes; returns only version and state."""
_STOP_TIME = 5.0
_HEAD_LIMIT = MAX_QUERY + 16 * 1024
_NO_TUNNEL = "The emulator proxies plain HTTP only: set TENCENTCLOUD_PROTOCOL=HTTP.\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def _client_environment(url: str) -> dict[str, str]:
    return {
        "HAVIP_ENDPOINT": url,
        "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
        "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
    }


class HttpServer:
    """The HTTP server, started and stopped inside an event loop.

    Args:
        control: The controls of the emulator to serve.
        host: The address to listen on.
        port: The port; 0 selects a free one.
        tls: The certificate for HTTPS; None serves HTTP.
        control_token: The token that authorizes remote control requests; see `handle_control`.
        listener: A listening socket to use instead of host and port.

    Raises:
        UsageError: The token is too short.
    """

    def __init__(
        self,
        control: Control,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        control_token: str | None = None,
        listener: socket.socket | None = None,
    ) -> None:
        self.control = control
        self._token = check_token(control_token)
        self.host = text("host", host, "127.0.0.1")
        self.port = count("port", port, 0, 65535)
        self.dashboard = Dashboard(control)
        self._tls = tls
        self._listener = listener
        self._runner: web.ServerRunner | None = None
        self._stopping = asyncio.Event()

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that point a havip client at this server: endpoint and key."""
        return _client_environment(self.url)

    @property
    def url(self) -> str:
        """Base URL, such as ``http://127.0.0.1:8080``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    @property
    def loopback_url(self) -> str:
        """The URL for clients on this machine, also if the server listens on all addresses."""
        anywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
        return (
            self.url.replace(self.host, anywhere[self.host]) if self.host in anywhere else self.url
        )

    async def start(self) -> None:
        """Start listening.

        Raises:
            HavipError: The address cannot be bound.
        """
        self._stopping = asyncio.Event()
        self.dashboard.open()
        server = web.Server(
            self._answer,
            access_log=None,
            logger=_LOG,
            auto_decompress=False,
            max_line_size=_HEAD_LIMIT,
            max_field_size=_HEAD_LIMIT,
            lingering_time=0,
        )
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=_STOP_TIME)
        await self._runner.setup()
        site: web.BaseSite
        if self._listener is not None:
            site = web.SockSite(self._runner, self._listener, ssl_context=self._tls)
        else:
            site = web.TCPSite(
                self._runner, self.host, self.port, ssl_context=self._tls, reuse_address=True
            )
        try:
            await site.start()
        except (OSError, UnicodeError) as error:  # a host name that IDNA cannot encode
            await self._runner.cleanup()
            reason = getattr(error, "strerror", None) or "not a host name"
            raise HavipError(
                f"the emulator cannot listen on {self.host[:100]}:{self.port}: {reason}; "
                "choose another --port, or 0 for a free one"
            ) from None
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening, finish pending requests, and close the connections."""
        self.dashboard.close()
        self._stopping.set()  # do not wait for responses that a fault delays
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "CONNECT":  # with status 200 the client would assume a tunnel
            return web.Response(status=405, text=_NO_TUNNEL, headers={"Connection": "close"})
        if request.raw_path == HEALTH and request.method in ("GET", "HEAD"):
            return web.json_response({"version": version("havip"), "state": "ready"})
        if self.dashboard.handles(request):
            return await self.dashboard.answer(request)
        control = is_control(request.raw_path)
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport:
            request.transport.write(_CONTINUE)
        body = await _read(request, MAX_CONTROL_BODY if control else MAX_BODY)
        raw = RawRequest(request.method, request.raw_path, list(request.headers.items()), body)
        if control:
            answer = handle_control(self.control, raw, request.remote or "", self._token)
        else:
            answer = self.control.gateway.handle(raw)
        if answer.delay:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), answer.delay)
        if answer.drop and request.transport is not None:
            request.transport.abort()
        return web.Response(body=answer.body, status=answer.status, headers=dict(answer.headers))


async def _read(request: web.BaseRequest, limit: int) -> bytes:
    """Read a body up to one byte beyond the limit, which the gateway then rejects."""
    if not request.can_read_body:
        return b""
    parts: list[bytes] = []
    size = 0
    while part := await request.content.readany():
        if size <= limit:
            parts.append(part)
            size += len(part)
    return b"".join(parts)


class EmulatorServer:
    """An emulator that serves in a background thread; a context manager.

    Example::

        with EmulatorServer() as server:
            key = havip.Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
            client = havip.Client("ap-guangzhou", endpoint=server.url, credentials=key)
            server.cloud.announce("ins-1a2b3c4d", "10.0.0.8")

    Args:
        cloud: The state and the rules, with the accepted keys; a new cloud by default.
        host: The address to listen on.
        port: The port; 0 selects a free one.
        verify: Which signatures are verified; see `Gateway`.
        tls: A certificate and its key, as two PEM files; None serves HTTP.
        control_token: The token that authorizes remote control requests, such as
            ``POST /_havip/reset``; None accepts this machine only.
        listener: A listening socket to use instead of host and port.

    Raises:
        UsageError: The token is too short, or the certificate cannot be used.
    """

    def __init__(
        self,
        cloud: Cloud | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        verify: Verify = "all",
        tls: tuple[Path, Path] | None = None,
        control_token: str | None = None,
        listener: socket.socket | None = None,
    ) -> None:
        self.control = Control(Gateway(Cloud() if cloud is None else cloud, verify=verify))
        context = None if tls is None else tls_context(*_checked_pair(tls))
        self._http = HttpServer(self.control, host, port, context, control_token, listener)
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    @property
    def cloud(self) -> Cloud:
        """The cloud that is served."""
        return self.control.cloud

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that point a havip client at this server: endpoint and key."""
        return _client_environment(self.url)

    @property
    def url(self) -> str:
        """Base URL, such as ``http://127.0.0.1:40123``."""
        return self._http.url

    @property
    def dashboard(self) -> Dashboard:
        """The dashboard of this server."""
        return self._http.dashboard

    @property
    def dashboard_url(self) -> str:
        """The URL of the dashboard, with its token."""
        return self._http.dashboard.url(self.url)

    def start(self) -> EmulatorServer:
        """Start serving, and return when requests are accepted.

        Raises:
            HavipError: The address cannot be bound, or the server is already running.
        """
        if self._thread is not None:
            raise UsageError("this emulator server is already running")
        self._thread = threading.Thread(target=self._run, name="havip-emulator", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            failure, self._failure, self._thread = self._failure, None, None
            self._ready.clear()
            raise failure
        return self

    def stop(self) -> None:
        """Stop listening and close the connections."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop may already be closed
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None
        self._ready.clear()

    def __enter__(self) -> EmulatorServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # re-raised in the waiting thread
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await self._http.start()
        self._ready.set()
        await self._stop.wait()
        await self._http.stop()


def _checked_pair(tls: tuple[Path, Path]) -> tuple[Path, Path]:
    if not isinstance(tls, tuple | list) or len(tls) != 2:
        raise UsageError("tls must be a pair of PEM files, a certificate and its key")
    certificate, key = (Path(path("tls", one, "server.pem")) for one in tls)
    return certificate, key


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Load a certificate and its key, both in PEM, for HTTPS.

    Raises:
        UsageError: A file cannot be read, or the certificate and the key do not match.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # SSLError is one
        raise UsageError(
            f"the certificate {certificate} and the key {key} cannot be used: {error}"
        ) from None
    return context
