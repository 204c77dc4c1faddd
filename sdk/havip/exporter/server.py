"""HTTP server of the exporter, with TLS and basic auth from Prometheus' web config file."""

from __future__ import annotations

import base64
import re
import ssl
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from havip.errors import UsageError, one_line

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
REALM: Final = 'Basic realm="havip exporter", charset="UTF-8"'
_BCRYPT: Final = re.compile(r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}")


def _checked_hash(value: str) -> str:
    if not _BCRYPT.fullmatch(value):
        raise ValueError("not a bcrypt hash, such as `htpasswd -nBC 10 USER` prints")
    return value


class TlsServerConfig(BaseModel):
    """TLS settings of Prometheus' web config file."""

    model_config = ConfigDict(extra="forbid")
    cert_file: Path
    key_file: Path


class WebConfig(BaseModel):
    """The supported settings of Prometheus' web config file.

    See https://prometheus.io/docs/prometheus/latest/configuration/https/. Unsupported keys are
    errors, since silently ignoring a protection would be worse.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    tls_server_config: TlsServerConfig | None = None
    basic_auth_users: dict[str, Annotated[str, AfterValidator(_checked_hash)]] = Field(
        default={}, repr=False
    )
    """bcrypt hashes of passwords by user name."""


def read_web_config(path: Path) -> WebConfig:
    """Load a web config file.

    Raises:
        UsageError: The file cannot be read, or contains unsupported settings.
    """
    import yaml

    try:
        return WebConfig.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "not a YAML file"
        raise UsageError(f"web config {path}: {reason}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"web config {path}: {where}: {one_line(first['msg'])}") from None


IDLE: Final = 30.0
"""Seconds after which a connection without data is closed."""


class _Server(ThreadingWSGIServer):
    """A server with a thread for each connection, which also does its TLS handshake."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print a traceback, except for a connection that failed or was idle."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _QuietHandler(WSGIRequestHandler):
    """Does not log scrapes, of which there is one every few seconds."""

    timeout = IDLE

    def log_message(self, format: str, *args: Any) -> None:
        """Do nothing."""


@contextmanager
def serve(
    registry: CollectorRegistry, host: str, port: int, web: WebConfig | None = None
) -> Iterator[str]:
    """Serve the metrics of a registry in a thread, and yield the URL.

    Args:
        registry: The registry of the metrics.
        host: The address to listen on.
        port: The port; 0 selects a free one.
        web: TLS and basic auth.

    Raises:
        UsageError: The address cannot be bound, or the certificate cannot be loaded.
    """
    web = web or WebConfig()
    app = with_health(make_wsgi_app(registry))
    if web.basic_auth_users:
        app = with_basic_auth(app, web.basic_auth_users)
    try:
        server: WSGIServer = make_server(host, port, app, _Server, _QuietHandler)
    except (OSError, UnicodeError) as error:  # a host name that IDNA cannot encode
        reason = getattr(error, "strerror", None) or "not a host name"
        raise UsageError(f"cannot listen on {host[:100]}:{port}: {reason}") from None
    scheme = "https" if web.tls_server_config else "http"
    with server:
        if web.tls_server_config:
            server.socket = _tls(web.tls_server_config).wrap_socket(
                server.socket,
                server_side=True,
                do_handshake_on_connect=False,  # accept() would wait for it
            )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"{scheme}://{host}:{server.server_port}/metrics"
        finally:
            server.shutdown()


def with_health(metrics: App) -> App:
    """Return an application that serves only ``/metrics`` and ``/health``."""

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return metrics(environ, start)
        status = "200 OK" if path == "/health" else "404 Not Found"
        start(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [f"{status}\n".encode()]

    return app


def with_basic_auth(app: App, users: Mapping[str, str]) -> App:
    """Return an application that requires a user name and password."""
    import bcrypt

    def known(header: str) -> bool:
        scheme, _, value = header.partition(" ")
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:  # not Base64, not UTF-8, or not even ASCII
            return False
        hashed = users.get(user)
        if scheme.lower() != "basic" or hashed is None:
            return False
        try:
            return bcrypt.checkpw(password.encode(), hashed.encode())
        except ValueError:
            return False

    def guarded(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if known(environ.get("HTTP_AUTHORIZATION", "")):
            return app(environ, start)
        start("401 Unauthorized", [("WWW-Authenticate", REALM), ("Content-Type", "text/plain")])
        return [b"401 Unauthorized\n"]

    return guarded


def _tls(files: TlsServerConfig) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(files.cert_file, files.key_file)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "strerror", None) or one_line(str(error))
        raise UsageError(f"web config: cannot load {files.cert_file}: {reason}") from None
    return context
