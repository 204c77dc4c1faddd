"""Nothing leaves the process for Tencent's API while the mock runs, whatever is used."""

from __future__ import annotations

import asyncio
import http.client
import json
import multiprocessing
import os
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import urllib3

import havip
from havip.emulator import Cloud, Control, Fault, UnsupportedRequestError, mock_havip
from havip.emulator.interception.guard.sitecustomize import is_cloud_host

HOST = "vpc.tencentcloudapi.com"
KEY = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Record what gets past the mock to name resolution or to a connection; loopback is allowed."""
    seen: list[Any] = []
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def spy_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", "::1"):
            seen.append(host)
            raise socket.gaierror("no names are resolved in this test")
        return resolve(host, *args, **kwargs)

    def spy_connect(sock: Any, address: Any) -> None:
        if isinstance(address, tuple) and address[0] != "127.0.0.1":
            seen.append(address)
            raise ConnectionRefusedError("nothing is connected in this test")
        connect(sock, address)

    monkeypatch.setattr(socket, "getaddrinfo", spy_resolve)
    monkeypatch.setattr(socket.socket, "connect", spy_connect)
    return seen


@pytest.fixture
def mock(reached: list[Any]) -> Iterator[Control]:
    assert reached == []  # the spy lies below the mock
    running = mock_havip()
    running.start()
    yield running.control
    running.stop()


@pytest.fixture
def cloud(mock: Control) -> Cloud:
    return mock.cloud


def with_http_client() -> None:
    connection = http.client.HTTPSConnection(HOST, timeout=2)
    connection.request("POST", "/", "{}")


def through_a_proxy() -> None:
    connection = http.client.HTTPSConnection("127.0.0.1", 9, timeout=2)
    connection.set_tunnel(HOST)
    connection.request("POST", "/", "{}")


def with_an_absolute_target() -> None:
    http.client.HTTPConnection("127.0.0.1", 9, timeout=2).request("GET", f"http://{HOST}/")


def with_an_absolute_target_and_a_password() -> None:
    http.client.HTTPConnection("127.0.0.1", 9, timeout=2).request("GET", f"http://u:p@{HOST}/")


def with_an_absolute_target_by_keyword() -> None:
    connection = http.client.HTTPConnection("127.0.0.1", 9, timeout=2)
    connection.putrequest(method="GET", url=f"http://{HOST}/")


def with_urllib() -> None:
    urllib.request.urlopen(f"https://{HOST}/", timeout=2)


def with_urllib3() -> None:
    urllib3.PoolManager(retries=False).request("GET", f"https://{HOST}/")


def with_urllib3_and_a_proxy() -> None:
    urllib3.ProxyManager("http://127.0.0.1:9/", retries=False).request("GET", f"https://{HOST}/")


def with_a_socket() -> None:
    socket.create_connection((HOST.upper(), 443), timeout=2)


def with_a_bare_connect() -> None:
    with socket.socket() as sock:
        sock.connect((HOST + ".", 443))


def with_connect_ex() -> None:
    with socket.socket() as sock:
        sock.connect_ex((HOST, 443))


def with_bytes() -> None:
    socket.gethostbyname(HOST.encode())  # type: ignore[arg-type]


def with_asyncio() -> None:
    asyncio.run(asyncio.open_connection(HOST, 443))


def with_aiohttp() -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def ask() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(f"https://{HOST}/")

    asyncio.run(ask())


def with_httpcore() -> None:
    pytest.importorskip("httpcore").request("GET", f"https://{HOST}/")


def with_httpcore_and_a_proxy() -> None:
    pytest.importorskip("httpcore").HTTPProxy("http://127.0.0.1:9").request(
        "GET", f"http://{HOST}/"
    )


def with_httpcore_and_asyncio() -> None:
    httpcore = pytest.importorskip("httpcore")
    pool = httpcore.AsyncHTTPProxy("http://127.0.0.1:9")
    asyncio.run(pool.request("GET", f"http://{HOST}/"))


def with_httpx_for_another_product() -> None:
    pytest.importorskip("httpx").get("https://cos.tencentcloudapi.com/")


OTHERS = [
    with_http_client,
    through_a_proxy,
    with_an_absolute_target,
    with_an_absolute_target_and_a_password,
    with_an_absolute_target_by_keyword,
    with_urllib,
    with_urllib3,
    with_urllib3_and_a_proxy,
    with_a_socket,
    with_a_bare_connect,
    with_connect_ex,
    with_bytes,
    with_asyncio,
    with_aiohttp,
    with_httpcore,
    with_httpcore_and_a_proxy,
    with_httpcore_and_asyncio,
    with_httpx_for_another_product,
]


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("send", OTHERS)
def test_other_transports_are_refused(send: Callable[[], None], reached: list[Any]) -> None:
    with pytest.raises(UnsupportedRequestError, match="nothing was sent"):
        send()
    assert reached == []


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("send", OTHERS)
def test_other_transports_are_refused_in_threads(
    send: Callable[[], None], reached: list[Any]
) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            send()
        except BaseException as error:  # handed to the test's thread
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert [type(error) for error in errors] == [UnsupportedRequestError]
    assert reached == []


def test_everything_is_as_before_once_the_mock_has_stopped() -> None:
    owners = [socket, socket.socket, http.client.HTTPConnection, subprocess.Popen]
    before = [dict(vars(owner)) for owner in owners]
    environment, finders = dict(os.environ), list(sys.meta_path)
    with mock_havip():
        assert [dict(vars(owner)) for owner in owners] != before
    assert [dict(vars(owner)) for owner in owners] == before
    assert (dict(os.environ), sys.meta_path) == (environment, finders)
    assert "mock-havip-children" not in {thread.name for thread in threading.enumerate()}


def signed(body: bytes) -> dict[str, str]:
    """The headers of a request that need not be signed right: the key is unknown."""
    return {
        "Content-Type": "application/json",
        "X-TC-Action": "DescribeVpcs",
        "X-TC-Version": "2017-03-12",
        "X-TC-Region": "ap-guangzhou",
        "Authorization": "TC3-HMAC-SHA256 Credential=AKIDany/2026-01-01/vpc/tc3_request, "
        f"SignedHeaders=content-type;host, Signature={'0' * 64}",
    }


@pytest.mark.usefixtures("cloud")
def test_httpx_is_answered(reached: list[Any]) -> None:
    httpx = pytest.importorskip("httpx")
    answer = httpx.post(f"https://{HOST}/", content=b"{}", headers=signed(b"{}"))
    assert answer.json()["Response"]["TotalCount"] == 0
    assert reached == []


def test_httpx_meets_faults_like_those_of_a_network(mock: Control, reached: list[Any]) -> None:
    httpx = pytest.importorskip("httpx")
    mock.faults.add(Fault(drop=True))
    mock.faults.add(Fault(nth=2, latency=3.0))
    mock.faults.add(Fault(nth=3, status=502))
    with httpx.Client(timeout=2.0, headers=signed(b"{}")) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(f"https://{HOST}/", content=b"{}")
        with pytest.raises(httpx.ReadTimeout):
            client.post(f"https://{HOST}/", content=b"{}")
        assert client.post(f"https://{HOST}/", content=b"{}").status_code == 502
    assert reached == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async_httpx_is_answered_on_each_event_loop(
    backend: str, mock: Control, reached: list[Any]
) -> None:
    httpx, anyio = pytest.importorskip("httpx"), pytest.importorskip("anyio")
    if backend == "trio":
        pytest.importorskip("trio")
    mock.faults.add(Fault(latency=0.001))

    async def ask() -> Any:
        async with httpx.AsyncClient() as client:
            return await client.post(f"https://{HOST}/", content=b"{}", headers=signed(b"{}"))

    assert anyio.run(ask, backend=backend).json()["Response"]["TotalCount"] == 0
    assert reached == []


def test_tencents_asyncio_client_is_answered(cloud: Cloud, reached: list[Any]) -> None:
    pytest.importorskip("httpx")
    client_module = pytest.importorskip("tencentcloud.vpc.v20170312.vpc_client_async")
    models = import_module("tencentcloud.vpc.v20170312.models")
    credential = import_module("tencentcloud.common.credential")

    async def create() -> tuple[str, int]:
        key = credential.Credential("AKIDEXAMPLE", "SECRETEXAMPLE")
        async with client_module.VpcClient(key, "ap-guangzhou") as client:
            wanted = models.CreateVpcRequest()
            wanted.VpcName, wanted.CidrBlock = "a", "10.0.0.0/16"
            made = await client.CreateVpc(wanted)
            told = await client.DescribeVpcs(models.DescribeVpcsRequest())
            return made.Vpc.VpcId, told.TotalCount

    vpc_id, count = asyncio.run(create())
    assert count == 1
    assert vpc_id in cloud.region("100000000001", "ap-guangzhou").vpcs
    assert reached == []


CHILD = """
import json, os, sys
import _socket
resolved = []
def resolve(host, *args):  # below every guard in Python
    resolved.append(str(host))
    raise OSError("no names are resolved in this test")
real, _socket.getaddrinfo = _socket.getaddrinfo, resolve
def ask_havip():
    import havip
    with havip.Client(timeout=5) as client:
        return client.describe_vpcs().total_count
def ask_tencent():
    from tencentcloud.common import credential
    from tencentcloud.vpc.v20170312 import models, vpc_client
    key = credential.Credential("AKIDEXAMPLE", "SECRETEXAMPLE")
    client = vpc_client.VpcClient(key, "ap-guangzhou")
    return client.DescribeVpcs(models.DescribeVpcsRequest()).TotalCount
def ask_socket():
    import socket
    socket.create_connection(("vpc.tencentcloudapi.com", 443), 2)
def main():
    told = {}
    _socket.getaddrinfo = lambda host, *a: (real if host == "127.0.0.1" else resolve)(host, *a)
    for ask in (ask_havip, ask_tencent, ask_socket):
        try:
            told[ask.__name__] = ask()
        except BaseException as error:
            told[ask.__name__] = f"{type(error).__name__}: {error}"
    print(json.dumps({**told, "resolved": resolved}))
"""
RUN = CHILD + "main()\n"


def check_child(output: str, *, guarded: bool = True) -> None:
    """Check what a child tells: havip reaches the mock's cloud, nothing reaches the real one."""
    told = json.loads(output.splitlines()[-1])
    assert told["ask_havip"] == 1, told
    if guarded:
        assert "nothing was sent" in told["ask_tencent"], told
        assert "nothing was sent" in told["ask_socket"], told
        assert not [host for host in told["resolved"] if is_cloud_host(host)]


@pytest.fixture
def a_vpc(cloud: Cloud) -> Cloud:
    with havip.Client("ap-guangzhou", credentials=KEY) as client:
        client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
    return cloud


def bare_environment() -> dict[str, str]:
    """An environment that a test gives its child: nothing of the parent's but where things are."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


@pytest.mark.process
@pytest.mark.usefixtures("a_vpc")
@pytest.mark.parametrize("environment", [None, bare_environment(), {b"PATH": b"/usr/bin"}])
def test_children_talk_to_the_cloud_of_the_mock(environment: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN], env=environment, capture_output=True, text=True, check=True
    )
    check_child(done.stdout)


@pytest.mark.process
@pytest.mark.usefixtures("a_vpc")
def test_children_of_children_and_of_shells_do_too() -> None:
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {RUN!r}], check=True)"
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1"', sys.executable, script],
        capture_output=True,
        text=True,
        check=True,
    )
    check_child(done.stdout)


@pytest.mark.process
@pytest.mark.usefixtures("a_vpc")
def test_an_isolated_interpreter_is_led_there_by_the_environment() -> None:
    code = "import os; print(os.environ['HAVIP_ENDPOINT'], os.environ['TENCENTCLOUD_DOMAIN'])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )
    endpoint, domain = done.stdout.split()
    assert endpoint == os.environ["HAVIP_MOCK_ENDPOINT"]
    assert domain.endswith(".invalid")


@pytest.mark.process
@pytest.mark.usefixtures("a_vpc")
def test_an_endpoint_that_a_child_is_given_holds() -> None:
    given = {**os.environ, "HAVIP_ENDPOINT": "http://127.0.0.1:9"}
    code = "import os; print(os.environ['HAVIP_ENDPOINT'])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "http://127.0.0.1:9"


@pytest.mark.process
@pytest.mark.usefixtures("a_vpc")
def test_children_of_os_system_do_too(tmp_path: Path) -> None:
    program, output = tmp_path / "child.py", tmp_path / "out"
    program.write_text(RUN)
    assert os.system(f"{sys.executable} {program} > {output}") == 0
    check_child(output.read_text())


STARTS: dict[str, Callable[[str, list[str], dict[str, str]], object]] = {
    "posix_spawn": lambda path, argv, env: os.posix_spawn(path, argv, env),
    "posix_spawnp": lambda path, argv, env: os.posix_spawnp(path, argv, env),
    "spawnve": lambda path, argv, env: os.spawnve(os.P_NOWAIT, path, argv, env),
    "spawnvpe": lambda path, argv, env: os.spawnvpe(os.P_NOWAIT, path, argv, env),
    "execve": lambda path, argv, env: os.fork() or os.execve(path, argv, env),
    "execvpe": lambda path, argv, env: os.fork() or os.execvpe(path, argv, env),
    "spawnv": lambda path, argv, _: os.spawnv(os.P_NOWAIT, path, argv),
    "execv": lambda path, argv, _: os.fork() or os.execv(path, argv),
    "system": lambda path, argv, _: os.system(shlex.join([path, *argv[1:]])),
    "popen": lambda path, argv, _: os.popen(shlex.join([path, *argv[1:]])).close(),
    "asyncio": lambda path, argv, env: asyncio.run(_with_asyncio(path, argv, env)),
}


async def _with_asyncio(path: str, argv: list[str], env: dict[str, str]) -> None:
    await (await asyncio.create_subprocess_exec(path, *argv[1:], env=env)).wait()


@pytest.mark.process
@pytest.mark.usefixtures("a_vpc")
@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("program", ["python", "sh"])
def test_children_of_every_starter_do_too(name: str, program: str, tmp_path: Path) -> None:
    output = tmp_path / "out"
    argv = [sys.executable, "-c", f"import sys; sys.stdout = open({str(output)!r}, 'w')\n{RUN}"]
    if program == "sh":
        shown = f'echo "$HAVIP_ENDPOINT $TENCENTCLOUD_DOMAIN" > {shlex.quote(str(output))}'
        argv = ["/bin/sh", "-c", shown]
    if isinstance(pid := STARTS[name](argv[0], argv, bare_environment()), int) and pid:
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    if program == "sh":
        assert output.read_text().split() == [
            os.environ["HAVIP_MOCK_ENDPOINT"],
            "mock-havip.invalid",
        ]
    else:
        check_child(output.read_text())


@pytest.mark.process
def test_the_environment_of_children_is_as_before_after_the_mock() -> None:
    shown = "echo [$HAVIP_ENDPOINT] [$TENCENTCLOUD_DOMAIN]"
    with mock_havip():
        pass
    with os.popen(shown) as told:
        assert told.read().split() == ["[]", "[]"]


SPAWNED = (
    CHILD
    + """
import multiprocessing
def work(pipe):
    import contextlib, io
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        main()
    pipe.send(text.getvalue())
def start(method):
    context = multiprocessing.get_context(method)
    mine, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs,))
    process.start()
    told = mine.recv()
    process.join()
    return told
def idle():
    pass
if __name__ == "__main__":
    from havip.emulator import mock_havip
    import havip
    method = sys.argv[1]
    context = multiprocessing.get_context(method)
    process = context.Process(target=idle)  # a fork server, say, that runs before the mock
    process.start()
    process.join()
    with mock_havip():
        _socket.getaddrinfo = real
        key = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
        with havip.Client("ap-guangzhou", credentials=key) as client:
            client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        print(start(method))
    print(json.dumps({"after": "HAVIP_MOCK_ENDPOINT" in os.environ}))
"""
)


@pytest.mark.process
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_processes_of_multiprocessing_do_too(method: str, tmp_path: Path) -> None:
    assert method in multiprocessing.get_all_start_methods()
    program = tmp_path / "program.py"
    program.write_text(SPAWNED)
    done = subprocess.run(
        [sys.executable, str(program), method], capture_output=True, text=True, check=True
    )
    told, after = (line for line in done.stdout.splitlines() if line)
    if method == "fork":  # the patches of the parent, and a copy of its cloud
        answers = json.loads(told)
        assert (answers["ask_havip"], answers["ask_tencent"]) == (1, 1)
        assert "nothing was sent" in answers["ask_socket"]
        assert answers["resolved"] == []
    else:
        check_child(told)
    assert json.loads(after) == {"after": False}


LATE = """
import sys
async def ask():
    async with sys.modules["aiohttp"].ClientSession() as session:
        await session.get("https://vpc.tencentcloudapi.com/")
from havip.emulator import mock_havip, UnsupportedRequestError
assert not {"httpx", "aiohttp"} & set(sys.modules), "the mock needs no extra"
with mock_havip():
    import LIBRARY
    import socket
    def resolve(*args): raise SystemExit("a name was resolved")
    socket.getaddrinfo = resolve
    try:
        STATEMENT
    except UnsupportedRequestError:
        print("refused")
assert not any(type(finder).__name__ == "LibraryPatches" for finder in sys.meta_path)
"""


@pytest.mark.process
@pytest.mark.parametrize(
    ("library", "statement"),
    [
        ("httpx", "httpx.get('https://cos.tencentcloudapi.com/')"),
        (
            "aiohttp",
            "import asyncio; asyncio.run(ask())",
        ),
    ],
)
def test_libraries_that_are_imported_later_are_covered(library: str, statement: str) -> None:
    pytest.importorskip(library)
    code = LATE.replace("LIBRARY", library).replace("STATEMENT", statement)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "refused", done.stderr


@pytest.mark.process
def test_where_no_socket_may_be_opened_children_fail_loudly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(*_: Any) -> None:
        raise RuntimeError("sockets are disabled")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "bind", forbidden)
        mock = mock_havip()
        mock.start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", RUN], capture_output=True, text=True, check=True
        )
    finally:
        mock.stop()
    told = json.loads(done.stdout.splitlines()[-1])
    assert "mock-havip.invalid" in told["ask_havip"]
    assert not [host for host in told["resolved"] if is_cloud_host(host)]


@pytest.mark.process
def test_a_users_own_sitecustomize_still_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os; os.environ['THEIRS'] = 'yes'")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code = "import os; print(os.environ.get('THEIRS'), 'HAVIP_ENDPOINT' in os.environ)"
    with mock_havip():
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["yes", "True"]
    assert os.environ["PYTHONPATH"] == str(tmp_path)


@pytest.mark.process
@pytest.mark.usefixtures("a_vpc")
@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("curl", ["-fsS", "-m", "20", "{url}"]),
        (
            "node",
            [
                "-e",
                "const ready = fetch(process.env.HAVIP_ENDPOINT);"
                "ready.then(found => found.text()).then(console.log)",
            ],
        ),
    ],
)
def test_children_in_other_languages_are_given_the_endpoint(tool: str, words: list[str]) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    url = os.environ["HAVIP_MOCK_ENDPOINT"]
    done = subprocess.run(
        [tool, *(word.replace("{url}", url) for word in words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "The Authorization header is missing" in done.stdout, done.stderr  # of the API
    assert os.environ["TENCENTCLOUD_SECRET_ID"] == "AKIDEXAMPLE"
