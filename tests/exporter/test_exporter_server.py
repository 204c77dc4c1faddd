"""The exporter's server: TLS, basic auth, health, and refusals of its configuration."""

from __future__ import annotations

import socket
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import bcrypt
import pytest
import trustme
from prometheus_client import CollectorRegistry, Gauge

from havip.errors import UsageError
from havip.exporter.server import WebConfig, read_web_config, serve


@pytest.fixture
def registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    Gauge("sample", "A sample.", registry=registry).set(1)
    return registry


def get(url: str, header: str = "", context: ssl.SSLContext | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Authorization": header} if header else {})
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def test_it_answers_metrics_health_and_nothing_else(registry: CollectorRegistry) -> None:
    with serve(registry, "127.0.0.1", 0) as url:
        assert "sample 1.0" in get(url)[1]
        assert get(url.replace("/metrics", "/health"))[0] == 200
        assert get(url.replace("/metrics", "/other"))[0] == 404


def test_a_password_is_asked_for_and_checked(registry: CollectorRegistry) -> None:
    hashed = bcrypt.hashpw(b"s3cret", bcrypt.gensalt(4)).decode()
    with serve(registry, "127.0.0.1", 0, WebConfig(basic_auth_users={"prom": hashed})) as url:
        assert get(url, basic("prom", "s3cret"))[0] == 200
        for header in ("", basic("prom", "wrong"), basic("other", "s3cret"), "Basic !", "Bearer x"):
            assert get(url, header)[0] == 401


@pytest.fixture
def tls(tmp_path: Path) -> tuple[WebConfig, ssl.SSLContext]:
    """A web config with TLS, and the context of a client that trusts it."""
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        str(tmp_path / "server.pem")
    )
    config = tmp_path / "web.yml"
    files = "\n".join(f"  {key}: {tmp_path}/server.pem" for key in ("cert_file", "key_file"))
    config.write_text(f"tls_server_config:\n{files}\n")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return read_web_config(config), context


def test_it_speaks_tls(registry: CollectorRegistry, tls: tuple[WebConfig, ssl.SSLContext]) -> None:
    with serve(registry, "127.0.0.1", 0, tls[0]) as url:
        assert url.startswith("https://")
        assert get(url, context=tls[1])[0] == 200


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


def test_idle_connections_hold_up_nobody(
    registry: CollectorRegistry, tls: tuple[WebConfig, ssl.SSLContext]
) -> None:
    for web, context in ((None, None), tls):
        with (
            serve(registry, "127.0.0.1", 0, web) as url,
            socket.create_connection(address(url)),
            socket.create_connection(address(url)),
        ):
            assert get(url, context=context)[0] == 200


def test_a_failed_connection_is_closed_without_a_traceback(
    registry: CollectorRegistry,
    tls: tuple[WebConfig, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("havip.exporter.server._QuietHandler.timeout", 0.2)
    for web in (None, tls[0]):
        with serve(registry, "127.0.0.1", 0, web) as url:
            for sent in (b"", b"GET / HTTP/1.1\r\n", b"\x16\x03\x01"):
                with socket.create_connection(address(url), timeout=10) as idle:
                    idle.sendall(sent)
                    while idle.recv(4096):
                        pass
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("http_server_config: {http2: true}", "http_server_config"),
        ("tls_server_config: {cert_file: a}", "key_file"),
        ("basic_auth_users: [a]", "basic_auth_users"),
        ("- 1", "the file"),
        (":\n- :", "not a YAML file"),
    ],
)
def test_a_configuration_it_does_not_support_is_refused(
    text: str, named: str, tmp_path: Path
) -> None:
    config = tmp_path / "web.yml"
    config.write_text(text)
    with pytest.raises(UsageError, match=named) as refused:
        read_web_config(config)
    assert "\n" not in str(refused.value)


def test_a_port_in_use_is_one_line(registry: CollectorRegistry) -> None:
    with serve(registry, "127.0.0.1", 0) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        with (
            pytest.raises(UsageError, match=f"127.0.0.1:{port}"),
            serve(registry, "127.0.0.1", port),
        ):
            pass
