"""The HTTP transport over real sockets."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import responses

import havip
from havip import Retry, errors
from havip._transport.http import Transport

KEY = havip.Credentials("AKIDexample0000000000", "examplekey0000000000")
BODY = b'{"Response":{"TotalCount":0,"HaVipSet":[],"RequestId":"req-1"}}'
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
ANSWER = GOOD % (len(BODY), BODY)
CHUNK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%b\r\nabc"
ONCE = Retry(deadline=0.0)
TLS_HELLO = b"\x16"


class Server:
    """Answers each request with the next of its answers, the last one for ever.

    An empty answer closes the connection; None keeps silent until the server is closed.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: list[bytes | None] = [ANSWER]
        self.requests: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.delay = 0.0
        self._tls = tls
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Stop answering and forget all connections."""
        self._ended.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with self._lock:
            self.connections += 1
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                while self._answer(connection):
                    pass
        except OSError:
            connection.close()

    def _answer(self, connection: socket.socket) -> bool:
        request = self._read(connection)
        if not request:
            return False
        with self._lock:
            self.requests.append(request)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            self._ended.wait(5)
            return False
        self._ended.wait(self.delay)
        with self._lock:
            self.open -= 1
        connection.sendall(answer)
        return answer == ANSWER

    def _read(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = self._chunk(connection)
            if not chunk:
                return b""
            data += chunk
            if data.startswith(TLS_HELLO):
                return data
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"ontent-Length" in line),
            0,
        )
        while len(body) < length:
            body += self._chunk(connection)
        return head + b"\r\n\r\n" + body

    def _chunk(self, connection: socket.socket) -> bytes:
        while not self._ended.is_set():
            connection.settimeout(0.05)
            try:
                return connection.recv(65536)
            except TimeoutError:
                continue
        return b""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def client(url: str, **options: object) -> havip.Client:
    settings: dict[str, object] = {"credentials": KEY, "retry": ONCE, "endpoint": url, **options}
    return havip.Client("ap-guangzhou", **settings)  # type: ignore[arg-type]


def failure(url: str, **options: object) -> errors.HavipError:
    """Send a change that must fail, and return the error."""
    with client(url, **options) as one, pytest.raises(errors.HavipError) as caught:
        one.modify_ha_vip_attribute(ha_vip_id="havip-1", ha_vip_name="web")
    return caught.value


def test_connections_are_kept_and_used_again(server: Server) -> None:
    with client(server.url) as one:
        for _ in range(5):
            one.describe_ha_vips()

    assert server.connections == 1
    assert len(server.requests) == 5


def test_what_goes_out_is_a_plain_post(server: Server) -> None:
    with client(server.url) as one:
        one.describe_ha_vips(limit=1)

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST / HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert "Content-Length: 11" in lines
    assert "X-TC-Action: DescribeHaVips" in lines
    assert body == b'{"Limit":1}'
    assert len({line.split(":")[0].lower() for line in lines}) == len(lines)


def test_many_threads_share_few_connections(server: Server) -> None:
    server.delay = 0.005
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                assert one.describe_ha_vips().total_count == 0
        except BaseException as error:  # told by the assertion below
            failures.append(error)

    with client(server.url, connections=4) as one:
        threads = [threading.Thread(target=work) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    assert failures == []
    assert len(server.requests) == 120
    assert server.connections <= 4
    assert server.most_open <= 4


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        ANSWER[:40],
        ANSWER[:-5],
        b"garbage\r\n\r\n",
        GOOD.replace(b"%d", b"x") % b"",
        CHUNK % b"-5",
    ],
    ids=["dropped", "half a head", "half a body", "garbage", "no length", "chunk size"],
)
def test_an_answer_that_breaks_off_is_lost(server: Server, answer: bytes) -> None:
    server.answers = [answer]

    error = failure(server.url)

    assert isinstance(error, errors.LostAnswerError | errors.BadAnswerError)
    assert error.in_doubt
    assert len(server.requests) == 1


def test_a_silent_server_is_left_after_the_timeout(server: Server) -> None:
    server.answers = [None]
    begun = time.monotonic()

    with (
        client(server.url, timeout=0.1) as one,
        pytest.raises(errors.LostAnswerError, match=r"within 0\.1 s"),
    ):
        one.describe_ha_vips()

    assert time.monotonic() - begun < 2


def test_a_dropped_connection_is_replaced(server: Server) -> None:
    server.answers = [ANSWER, b"", ANSWER]

    with client(server.url, retry=Retry(first=0.01)) as one:
        for _ in range(3):
            one.describe_ha_vips()

    assert len(server.requests) == 4


def test_a_refused_connection_is_reported_with_the_address(free_port: int) -> None:
    error = failure(f"http://127.0.0.1:{free_port}")

    assert type(error) is errors.UnreachableError
    assert str(error) == (
        f"cannot reach http://127.0.0.1:{free_port}: Connection refused; "
        "check the endpoint, the network and the proxy settings"
    )
    assert not error.in_doubt


def test_a_server_that_comes_back_is_found_again(server: Server) -> None:
    with client(server.url, retry=Retry(first=0.01)) as one:
        one.describe_ha_vips()
        server.answers = [b"", b"", ANSWER]
        one.describe_ha_vips()


def test_https_to_a_plain_server_says_so(server: Server) -> None:
    error = failure(server.url.replace("http", "https"))

    assert "TLS failed" in str(error)
    assert isinstance(error, errors.UnreachableError)
    assert error.code == "Unreachable.Tls"


def test_a_handshake_that_hangs_sent_nothing(server: Server) -> None:
    server.answers = [None]

    error = failure(server.url.replace("http", "https"), timeout=0.1)

    assert "no connection in time" in str(error)
    assert isinstance(error, errors.UnreachableError)
    assert error.code == "Unreachable"
    assert not error.in_doubt


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate of this test and is not here")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=havip test"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    made = Server(context)
    yield made
    made.close()


def test_an_own_certificate_is_trusted_when_it_is_given(
    tls_server: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client(tls_server.url, ca=certificate / "cert.pem") as one:
        assert one.describe_ha_vips().total_count == 0

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate / "cert.pem"))
    with client(tls_server.url) as one:
        assert one.describe_ha_vips().total_count == 0


def test_an_unknown_certificate_is_refused(tls_server: Server) -> None:
    error = failure(tls_server.url)

    assert isinstance(error, errors.UnreachableError)
    assert re.search(r"TLS failed: self.signed certificate.*ca=", str(error))
    assert tls_server.requests == []


def test_a_missing_bundle_is_a_usage_error(tmp_path: Path) -> None:
    error = failure("https://127.0.0.1:1", ca=tmp_path / "none.pem")

    assert isinstance(error, errors.UsageError)
    assert re.search(r"cannot use the CA bundle.*none\.pem", str(error))


def test_an_invalid_ca_bundle_is_reported(tls_server: Server, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("nothing", "utf-8")

    error = failure(tls_server.url, ca=bundle)

    assert isinstance(error, errors.UnreachableError)
    assert "ca=" in str(error)


def test_a_proxy_gets_the_request(server: Server) -> None:
    with client("http://vpc.example.com", proxies={"http": server.url}) as one:
        one.describe_ha_vips()

    assert server.requests[0].startswith(b"POST http://vpc.example.com/ HTTP/1.1\r\n")
    assert b"Host: vpc.example.com\r\n" in server.requests[0]


def test_the_proxy_of_the_environment_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with client("http://vpc.example.com") as one, client(server.url) as direct:
        one.describe_ha_vips()
        direct.describe_ha_vips()

    assert server.requests[0].startswith(b"POST http://")
    assert server.requests[1].startswith(b"POST / ")


def test_an_unreachable_proxy_is_reported_without_its_password(free_port: int) -> None:
    proxy = f"http://user:secret@127.0.0.1:{free_port}"

    error = failure("http://vpc.example.com", proxies={"http": proxy})

    assert isinstance(error, errors.UnreachableError)
    assert error.code == "Unreachable.Proxy"
    assert "http://vpc.example.com through the proxy 127.0.0.1" in str(error)
    assert "secret" not in str(error)


def test_a_mock_that_starts_later_covers_the_client(server: Server) -> None:
    with client(server.url) as one:
        one.describe_ha_vips()
        with responses.RequestsMock() as mock:
            mock.post(server.url, body=BODY.replace(b"0", b"7"), content_type="application/json")
            assert one.describe_ha_vips().total_count == 7
        assert one.describe_ha_vips().total_count == 0

    assert len(server.requests) == 2


def in_child(work: Callable[[], None]) -> int:
    """Run something in a forked process; returns its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_does_not_share_the_connection(server: Server) -> None:
    with client(server.url) as one:
        one.describe_ha_vips()
        assert in_child(lambda: [one.describe_ha_vips()].clear()) == 0
        one.describe_ha_vips()

    assert server.connections == 2


def test_a_closed_transport_opens_again(server: Server) -> None:
    transport = Transport()
    for _ in range(2):
        assert transport.request("POST", f"{server.url}/", {}, b"{}").body == BODY
        transport.close()
    assert server.connections == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_a_free_file_descriptor_nothing_is_sent(free_port: int, host: str) -> None:
    url = f"http://{host}:{free_port}"
    failure(url)  # loads what a call needs
    limits, held = resource.getrlimit(resource.RLIMIT_NOFILE), list[int]()
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (len([*Path("/proc/self/fd").iterdir()]) + 8, limits[1])
    )
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.dup(0))
        error = failure(url)
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    assert isinstance(error, errors.UnreachableError)
    assert "too many open files" in str(error).lower()
    assert not error.in_doubt


def test_without_a_thread_for_the_resolver_nothing_is_sent(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "havip-resolve":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    error = failure(server.url.replace("127.0.0.1", "localhost"))

    assert isinstance(error, errors.UnreachableError)
    assert "can't start new thread" in str(error)
    assert not error.in_doubt
