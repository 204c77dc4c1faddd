"""The emulator as an HTTP server: one port for all services and any Host.

aiohttp's low-level server stands below: kept by many, with a parser in C that takes whole URLs
as targets and any Host, and its connections can be cut without an answer. A bare protocol over
``httptools`` took 0.09 ms of CPU a request against 0.17 ms: not worth a server of one's own.
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

# Anything that is not HTTP is the caller's matter: logged, and not printed.
_LOG = escaped_logger("havip.emulator.http")
_LOG.addHandler(logging.NullHandler())

__all__ = ["EmulatorServer", "HttpServer"]

HEALTH: Final = "/health"
"""Answers without a signature, with version and state alone: for probes of containers."""
_STOP_TIME = 5.0
_HEAD_LIMIT = MAX_QUERY + 16 * 1024
_NO_TUNNEL = "The emulator is a proxy for plain HTTP alone: set TENCENTCLOUD_PROTOCOL=HTTP.\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def _client_environment(url: str) -> dict[str, str]:
    return {
        "HAVIP_ENDPOINT": url,
        "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
        "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
    }


class HttpServer:
    """The listening server, to be started and stopped inside an event loop.

    Args:
        control: The emulator that answers.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        tls: The certificate to speak HTTPS with; None speaks HTTP.
        control_token: The token that lets other machines use the controls; see `handle_control`.
        listener: A socket that listens already, in place of host and port.

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
        """The variables that lead havip, in this process or another one, here: URL and key."""
        return _client_environment(self.url)

    @property
    def url(self) -> str:
        """Base URL, such as ``http://127.0.0.1:8080``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    @property
    def loopback_url(self) -> str:
        """The URL for this machine, also where it listens on all addresses."""
        anywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
        return (
            self.url.replace(self.host, anywhere[self.host]) if self.host in anywhere else self.url
        )

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            HavipError: The address cannot be listened on.
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
        except OSError as error:
            await self._runner.cleanup()
            raise HavipError(
                f"the emulator cannot listen on {self.host}:{self.port}: {error.strerror}; "
                "choose another --port, or 0 for a free one"
            ) from None
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop to listen, let the requests under way end, and close the connections."""
        self.dashboard.close()
        self._stopping.set()  # an answer that a fault holds back need not be waited for
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "CONNECT":  # status 200 would be taken for a tunnel
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
    """Read a body, one byte further than the limit at most: the gateway refuses that."""
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
    """An emulator that listens in a thread of this process; a context manager.

    Example::

        with EmulatorServer() as server:
            key = havip.Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
            client = havip.Client("ap-guangzhou", endpoint=server.url, credentials=key)
            server.cloud.announce("ins-1a2b3c4d", "10.0.0.8")

    Args:
        cloud: The state and the rules, with the keys that may call; a new cloud by default.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        verify: Which signatures must hold; see `Gateway`.
        tls: A certificate and its key, as two files in PEM; None speaks HTTP.
        control_token: The token that lets other machines use the controls, such as
            ``POST /_havip/reset``; None lets in this machine alone.
        listener: A socket that listens already, in place of host and port.

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
        """The cloud that answers."""
        return self.control.cloud

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead havip, in this process or another one, here: URL and key."""
        return _client_environment(self.url)

    @property
    def url(self) -> str:
        """Base URL, such as ``http://127.0.0.1:40123``."""
        return self._http.url

    @property
    def dashboard(self) -> Dashboard:
        """The dashboard that it serves."""
        return self._http.dashboard

    @property
    def dashboard_url(self) -> str:
        """The URL of the dashboard, with its token."""
        return self._http.dashboard.url(self.url)

    def start(self) -> EmulatorServer:
        """Listen; returns when requests are answered.

        Raises:
            HavipError: The address cannot be listened on, or the server runs already.
        """
        if self._thread is not None:
            raise UsageError("this emulator server runs already")
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
        """Stop to listen and close the connections."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop may have ended by itself
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
        except BaseException as error:  # raised again in the thread that waits
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
        raise UsageError("tls is a pair of files, a certificate and its key, both in PEM")
    certificate, key = (Path(path("tls", one, "server.pem")) for one in tls)
    return certificate, key


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Read a certificate and its key, both in PEM, to speak HTTPS with.

    Raises:
        UsageError: A file cannot be read, or they do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # SSLError is one
        raise UsageError(
            f"the certificate {certificate} and the key {key} cannot be used: {error}"
        ) from None
    return context
