"""The emulator's HTTP server."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import trustme

import havip
from havip.emulator.cloud import Cloud
from havip.emulator.http.faults import Fault
from havip.emulator.http.messages import MAX_BODY, RawRequest
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.settings import Quotas, Settings
from havip.errors import HavipError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.front.conftest import NewRequest

KEY = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")


@pytest.fixture(scope="module")
def shared() -> Iterator[EmulatorServer]:
    with EmulatorServer(Cloud(settings=Settings(quotas=Quotas(vpcs_per_region=1000)))) as server:
        yield server


@pytest.fixture
def server(shared: EmulatorServer) -> EmulatorServer:
    shared.control.reset()
    return shared


@pytest.fixture
def current_request(signed_request: NewRequest) -> Callable[..., Any]:
    """A signed request for a server whose clock runs."""
    import time

    return lambda **change: signed_request(timestamp=int(time.time()), **change)


def port_of(server: EmulatorServer) -> int:
    return int(server.url.rpartition(":")[2])


def send(server: EmulatorServer, raw: RawRequest) -> http.client.HTTPResponse:
    """Send a request as it stands, and read the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=10)
    connection.putrequest(raw.method, raw.target, skip_host=True, skip_accept_encoding=True)
    for name, value in raw.headers:
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(raw.body)))
    connection.endheaders(raw.body)
    answer = connection.getresponse()
    answer.content = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def response(answer: http.client.HTTPResponse) -> dict[str, Any]:
    assert answer.status == 200
    assert answer.getheader("Content-Type") == "application/json"
    found: dict[str, Any] = json.loads(answer.content)["Response"]  # type: ignore[attr-defined]
    return found


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("/", "127.0.0.1:8765"),
        ("/", "http://127.0.0.1:8765"),
        ("/", "vpc.localhost:8765"),
        ("http://vpc.tencentcloudapi.com/", "vpc.tencentcloudapi.com"),
        ("http://vpc.ap-guangzhou.tencentcloudapi.com", "vpc.ap-guangzhou.tencentcloudapi.com"),
    ],
)
def test_clients_in_all_their_ways_are_understood(
    target: str, host: str, server: EmulatorServer, current_request: NewRequest
) -> None:
    answer = response(send(server, current_request(target=target, host=host).raw()))
    assert answer["TotalCount"] == 0


@pytest.mark.evidence("official-sdk")
def test_get_with_a_long_query(server: EmulatorServer, current_request: NewRequest) -> None:
    values = "&".join(f"VpcIds.{number}=vpc-{number:08}" for number in range(100))
    asked = current_request(
        method="GET",
        target=f"/?{values}&Filters.0.Name={'x' * 8000}",
        body=b"",
        content_type="application/x-www-form-urlencoded",
    )
    assert "AuthFailure" not in response(send(server, asked.raw()))["Error"]["Code"]


@pytest.mark.evidence("terraform")
def test_an_empty_host_is_valid_http(server: EmulatorServer, current_request: NewRequest) -> None:
    assert "TotalCount" in response(send(server, current_request(host="").raw()))


@pytest.mark.evidence("assumed")
def test_connections_are_kept(server: EmulatorServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=10)
    sockets = set()
    for _ in range(3):
        connection.request("POST", "/", b"{}")
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1
    assert None not in sockets


@pytest.mark.evidence("doc")
def test_a_body_beyond_the_limit_is_an_error_of_the_api(
    server: EmulatorServer, current_request: NewRequest
) -> None:
    asked = current_request(body=b" " * (MAX_BODY + 1024 * 1024))
    assert response(send(server, asked.raw()))["Error"]["Code"] == "RequestSizeLimitExceeded"


@pytest.mark.evidence("assumed")
def test_a_client_that_sends_expect_100_continue(
    server: EmulatorServer, current_request: NewRequest
) -> None:
    raw = current_request().raw()
    lines = [f"{n}: {v}" for n, v in raw.headers]
    head = ["POST / HTTP/1.1", *lines, "Content-Length: 2", "Expect: 100-continue", "", ""]
    with socket.create_connection(("127.0.0.1", port_of(server)), 5) as peer:
        peer.sendall("\r\n".join(head).encode())
        assert peer.recv(1000).startswith(b"HTTP/1.1 100 ")
        peer.sendall(b"{}")
        assert peer.recv(1000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_dropped_connection_says_nothing(effect: Any, server: EmulatorServer) -> None:
    server.control.faults.add(Fault(action="CreateVpc", drop=True, effect=effect))
    with havip.Client("ap-guangzhou", credentials=KEY, endpoint=server.url) as client:
        with pytest.raises(havip.errors.LostAnswerError):
            client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        assert client.describe_vpcs().total_count == (effect == "after")


@pytest.mark.evidence("terraform")
def test_a_tunnel_is_rejected_with_the_next_step(server: EmulatorServer) -> None:
    host = "vpc.tencentcloudapi.com:443"
    answer = send(server, RawRequest("CONNECT", host, [("Host", host)]))
    assert answer.status == 405
    assert b"TENCENTCLOUD_PROTOCOL=HTTP" in answer.content  # type: ignore[attr-defined]


@pytest.mark.evidence("assumed")
def test_a_broken_gateway_answers_as_one(
    server: EmulatorServer, current_request: NewRequest
) -> None:
    server.control.faults.add(Fault(status=503))
    answer = send(server, current_request().raw())
    assert answer.status == 503
    assert "json" not in (answer.getheader("Content-Type") or "")


@pytest.mark.evidence("assumed")
def test_latency_delays_one_caller_and_not_the_others(
    server: EmulatorServer, current_request: NewRequest
) -> None:
    server.control.faults.add(Fault(action="CreateVpc", latency=3600))
    body = b'{"VpcName": "a", "CidrBlock": "10.0.0.0/16"}'
    slow = current_request(action="CreateVpc", body=body).raw()
    with socket.create_connection(("127.0.0.1", port_of(server)), 5) as peer:
        lines = [f"{n}: {v}" for n, v in slow.headers]
        head = ["POST / HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", ""]
        peer.sendall("\r\n".join(head).encode() + body)
        while response(send(server, current_request().raw()))["TotalCount"] == 0:
            pass
        peer.settimeout(0.05)
        with pytest.raises(TimeoutError):
            peer.recv(1)


@pytest.mark.evidence("terraform")
def test_concurrent_calls_are_neither_lost_nor_repeated(server: EmulatorServer) -> None:
    with havip.Client("ap-guangzhou", credentials=KEY, endpoint=server.url) as client:

        def make(number: int) -> str:
            made = client.create_vpc(vpc_name=str(number), cidr_block="10.0.0.0/16")
            return made.vpc.vpc_id

        with ThreadPoolExecutor(8) as pool:
            ids = set(pool.map(make, range(64)))
        listed = {v.vpc_id for page in client.pages(havip.api.DescribeVpcs()) for v in page.vpc_set}
    assert len(ids) == 64
    assert listed == ids


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\x00" * 64])
def test_invalid_http_closes_only_its_own_connection(
    noise: bytes, server: EmulatorServer, current_request: NewRequest
) -> None:
    with socket.create_connection(("127.0.0.1", port_of(server)), 5) as peer:
        peer.sendall(noise)
        peer.shutdown(socket.SHUT_WR)
        assert b" 500 " not in peer.recv(65536)
    assert "TotalCount" in response(send(server, current_request().raw()))


@pytest.mark.evidence("terraform")
def test_https_with_a_certificate_of_ones_own(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("vpc.localhost", "127.0.0.1")
    certificate, key, ca = (tmp_path / name for name in ("cert.pem", "key.pem", "ca.pem"))
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    authority.cert_pem.write_to_path(str(ca))
    with EmulatorServer(tls=(certificate, key)) as server:
        assert server.url.startswith("https://")
        with havip.Client("ap-guangzhou", credentials=KEY, endpoint=server.url, ca=ca) as client:
            assert client.describe_vpcs().total_count == 0
    with pytest.raises(UsageError, match="cannot be used"):
        EmulatorServer(tls=(certificate, ca))
    with pytest.raises(UsageError, match="cannot be used"):
        EmulatorServer(tls=(tmp_path / "none", key))
    assert ssl.OPENSSL_VERSION  # keeps the reader from wondering what speaks TLS here


@pytest.mark.evidence("assumed")
def test_a_port_that_is_taken_is_named(server: EmulatorServer) -> None:
    second = EmulatorServer(port=port_of(server))
    for _ in range(2):
        with pytest.raises(HavipError, match=rf"cannot listen on 127\.0\.0\.1:{port_of(server)}"):
            second.start()


@pytest.mark.evidence("assumed")
def test_a_server_starts_and_stops_again() -> None:
    server = EmulatorServer()
    for _ in range(2):
        with server:
            assert requests.post(server.url, json={}, timeout=5).status_code == 200
            with pytest.raises(UsageError, match="already running"):
                server.start()
        server.stop()
        with pytest.raises(requests.ConnectionError):
            requests.post(server.url, json={}, timeout=5)
