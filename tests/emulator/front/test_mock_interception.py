"""Requests that the mock answers and those that it lets pass, beside other mocks."""

from __future__ import annotations

import asyncio
import http.server
import os
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import pytest
import requests
import responses
from requests.adapters import HTTPAdapter

import havip
from havip.emulator.cloud import Cloud
from havip.emulator.http.faults import Fault
from havip.emulator.interception import ACTIVE
from havip.emulator.mock import UnsupportedRequestError, mock_havip
from havip.emulator.state.access_keys import Key, Keys
from havip.emulator.state.settings import Quotas, Settings
from havip.errors import ApiError, TransportError, UsageError

pytestmark = pytest.mark.evidence("assumed")

KEY = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")


def a_client(**options: Any) -> havip.Client:
    return havip.Client("ap-guangzhou", **{"credentials": KEY, **options})


def vpcs(client: havip.Client) -> int:
    return client.describe_vpcs().total_count


@pytest.fixture
def site() -> Iterator[str]:
    """A server of somebody else, on loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"other")

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(url: str) -> str:
    with requests.Session() as session:
        return session.get(url, timeout=5).text


def test_clients_made_before_and_after_are_answered() -> None:
    with a_client() as before, mock_havip():
        before.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        with a_client() as after:
            assert vpcs(after) == vpcs(before) == 1


def test_each_mock_begins_empty_and_leaves_nothing_behind() -> None:
    send = HTTPAdapter.send
    with a_client() as client:
        for _ in range(2):
            with mock_havip():
                assert HTTPAdapter.send is not send
                client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
                assert vpcs(client) == 1
            assert HTTPAdapter.send is send


@pytest.mark.parametrize(
    "host",
    [
        "cos.tencentcloudapi.com",
        "tencentcloudapi.com",
        "cdb.ap-guangzhou.tencentcloudapi.com",
        "VPC2.TencentCloudAPI.com",
    ],
)
def test_a_product_that_is_not_served_fails_in_process(host: str) -> None:
    with mock_havip(), pytest.raises(UnsupportedRequestError, match="nothing was sent"):
        fetch(f"https://{host}/")


@pytest.mark.parametrize(
    "host",
    ["vpc.tencentcloudapi.com", "vpc.intl.tencentcloudapi.com", "vpc.internal.tencentcloudapi.com"],
)
def test_all_sites_are_answered(host: str) -> None:
    with mock_havip(), a_client(endpoint=f"https://{host}") as client:
        assert vpcs(client) == 0


def test_other_hosts_are_left_alone(site: str) -> None:
    with mock_havip():
        assert fetch(site) == "other"
        with pytest.raises(requests.ConnectionError):
            fetch("http://tencentcloudapi.com.localhost:1/")


def test_inside_a_users_responses(site: str) -> None:
    with responses.RequestsMock() as users:
        users.add("GET", "https://example.com/", body="theirs")
        with mock_havip(), a_client() as client:
            assert fetch("https://example.com/") == "theirs"
            assert vpcs(client) == 0
            with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
                fetch(site)
        assert fetch("https://example.com/") == "theirs"


def test_around_a_users_responses(site: str) -> None:
    with mock_havip(), a_client() as client:
        with responses.RequestsMock() as users:
            users.add("GET", "https://example.com/", body="theirs")
            assert fetch("https://example.com/") == "theirs"
            assert vpcs(client) == 0
            with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
                fetch(site)
        assert fetch(site) == "other"
        assert vpcs(client) == 0


def test_what_a_user_registers_for_the_api_inside_wins() -> None:
    with mock_havip(), responses.RequestsMock() as users, a_client() as client:
        users.add(
            "POST",
            "https://vpc.tencentcloudapi.com/",
            json={"Response": {"TotalCount": 7, "VpcSet": [], "RequestId": "r"}},
            match=[responses.matchers.query_param_matcher({})],
        )
        assert vpcs(client) == 7


@responses.activate
@mock_havip
def test_decorators_of_both_kinds() -> None:
    responses.add("GET", "https://example.com/", body="theirs")
    assert fetch("https://example.com/") == "theirs"
    with a_client() as client:
        assert vpcs(client) == 0


def test_passing_the_api_through_inside_does_not_let_it_out() -> None:
    with mock_havip(), responses.RequestsMock() as users:
        users.add_passthru("https://")
        with pytest.raises(UnsupportedRequestError):
            fetch("https://cos.tencentcloudapi.com/")


def test_mocks_stopped_in_any_order_stay_closed() -> None:
    send = HTTPAdapter.send
    users = responses.RequestsMock()
    users.start()
    mock = mock_havip()
    mock.start()
    users.stop()  # puts back what was there before both
    with pytest.raises(UnsupportedRequestError, match="reverse order"):
        fetch("https://vpc.tencentcloudapi.com/")
    mock.stop()
    assert HTTPAdapter.send is send


def test_a_mock_inside_a_mock_joins_it() -> None:
    with mock_havip() as outer, a_client() as client:
        client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        with mock_havip() as inner:
            assert inner is outer
            assert vpcs(client) == 1
        assert vpcs(client) == 1


def test_a_mock_with_a_cloud_of_its_own_stands_alone() -> None:
    with mock_havip(), a_client() as client:
        client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        with mock_havip(settings=Settings(quotas=Quotas(vpcs_per_region=0))):
            assert vpcs(client) == 0
            with pytest.raises(ApiError, match="LimitExceeded"):
                client.create_vpc(vpc_name="b", cidr_block="10.0.0.0/16")
        own = Cloud()
        with mock_havip(cloud=own) as cloud:
            assert cloud is own
        assert vpcs(client) == 1


def test_a_client_under_a_clock_of_its_own() -> None:
    clock = havip.FakeClock(start=1_000_000_000.0)
    with a_client(clock=clock) as client, mock_havip(clock=clock) as cloud:
        client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        clock.advance(3600)
        assert vpcs(client) == 1
        assert cloud.clock.time() == clock.time()


def test_latency_takes_no_time_on_a_fake_clock() -> None:
    clock = havip.FakeClock()
    mock = mock_havip(clock=clock)
    mock.start()
    mock.control.faults.add(Fault(latency=20.0))
    with a_client(clock=clock, timeout=30.0) as client:
        assert vpcs(client) == 0
    mock.stop()
    assert clock.slept == [20.0]


def test_start_and_stop_nest_and_pair() -> None:
    mock = mock_havip()
    with pytest.raises(UsageError, match="not started"):
        mock.stop()
    assert mock.start() is mock.start()
    mock.stop()
    with a_client() as client:
        assert vpcs(client) == 0
    mock.stop()
    with pytest.raises(UsageError, match="not started"):
        _ = mock.cloud


def test_a_decorated_function_has_a_fresh_cloud_each_call() -> None:
    @mock_havip()
    def make() -> int:
        with a_client() as client:
            client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
            return vpcs(client)

    assert [make(), make()] == [1, 1]


def test_a_decorated_coroutine_is_covered_while_it_runs() -> None:
    @mock_havip
    async def make() -> int:
        await asyncio.sleep(0)
        with a_client() as client:
            return vpcs(client)

    assert asyncio.run(make()) == 0


def test_decorated_functions_may_run_in_threads() -> None:
    @mock_havip(settings=Settings())
    def make(number: int) -> int:
        with a_client() as client:
            client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        return number

    send = HTTPAdapter.send
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(20))) == list(range(20))
    assert HTTPAdapter.send is send


class _Called:
    async def __call__(self) -> bool:
        return mocked()


class _Yielding:
    def __call__(self) -> Iterator[bool]:
        yield mocked()


class _YieldingLater:
    async def __call__(self) -> AsyncIterator[bool]:
        yield mocked()


def mocked() -> bool:
    return ACTIVE.top() is not None


async def awaiting() -> bool:
    return mocked()


def yielding() -> Iterator[bool]:
    yield mocked()


async def yielding_later() -> AsyncIterator[bool]:
    yield mocked()


class _Methods:
    @mock_havip
    @staticmethod
    async def static() -> bool:
        return mocked()

    @mock_havip()
    @classmethod
    def of_class(cls) -> bool:
        return mocked() and cls is _Methods

    @mock_havip
    async def method(self) -> bool:
        return mocked()


@pytest.mark.parametrize(
    "function",
    [awaiting, _Called(), partial(awaiting), _Methods.static, _Methods().static, _Methods().method],
    ids=["coroutine", "object", "partial", "static", "static_of_object", "method"],
)
def test_asynchronous_functions_of_any_form_are_covered(function: Any) -> None:
    assert asyncio.run(mock_havip(function)())
    assert _Methods.of_class()
    assert not mocked()


@pytest.mark.parametrize(
    "function",
    [type, yielding, yielding_later, _Yielding(), _YieldingLater(), staticmethod(yielding)],
)
def test_a_class_or_a_generator_cannot_be_decorated(function: Any) -> None:
    with pytest.raises(UsageError, match="havip_cloud"):
        mock_havip(function)
    with pytest.raises(UsageError, match="havip_cloud"):
        mock_havip()(function)


@pytest.mark.parametrize(
    "function",
    [
        lambda: awaiting(),
        lambda: yielding(),
        lambda: yielding_later(),
        partial(_Called()),
        partial(_YieldingLater()),
        contextmanager(yielding),
        asynccontextmanager(yielding_later),
        lambda: (mocked() for _ in range(1)),
    ],
)
def test_what_would_run_after_the_mock_is_refused(function: Any) -> None:
    with pytest.raises(UsageError, match="without the mock"):
        mock_havip(function)()


def test_a_task_that_would_run_after_the_mock_is_cancelled() -> None:
    async def begin() -> asyncio.Task[bool]:
        tasks: list[asyncio.Task[bool]] = []

        def task() -> asyncio.Task[bool]:
            tasks.append(asyncio.ensure_future(awaiting()))
            return tasks[0]

        with pytest.raises(UsageError, match="without the mock"):
            mock_havip(task)()
        await asyncio.wait(tasks)
        return tasks[0]

    assert asyncio.run(begin()).cancelled()


def test_types_of_decorated_functions_are_kept() -> None:
    """Mypy reads this test with unused ignores as errors, so each line of it is a check."""

    @mock_havip
    def bare(name: str, *, count: int = 1) -> list[str]:
        return [name] * count

    @mock_havip(settings=Settings())
    def called(name: str, *, count: int = 1) -> list[str]:
        return [name] * count

    kept: list[str] = bare("a", count=2)
    assert kept == called("a", count=2)
    if os.environ.get("NEVER"):
        bare(1)  # type: ignore[arg-type]
        called("a", counts=1)  # type: ignore[call-arg]
        wrong: int = called("a")  # type: ignore[assignment]
        assert wrong


def test_credentials_and_region_are_filled_in_where_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_REGION")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    with mock_havip(), havip.Client() as client:
        assert vpcs(client) == 0
        assert os.environ["TENCENTCLOUD_REGION"] == "ap-guangzhou"
    assert not any(name in os.environ for name in names)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDmine")
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-shanghai")
    with mock_havip():
        assert os.environ["TENCENTCLOUD_SECRET_ID"] == "AKIDmine"
        assert "TENCENTCLOUD_SECRET_KEY" not in os.environ
    assert os.environ["TENCENTCLOUD_REGION"] == "ap-shanghai"


ELSEWHERE = ("HAVIP_ENDPOINT", "TENCENTCLOUD_DOMAIN", "TENCENTCLOUD_PROTOCOL")


def test_an_endpoint_in_the_environment_does_not_bypass_the_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in zip(ELSEWHERE, ("http://127.0.0.1:9", "example.com", "http"), strict=True):
        monkeypatch.setenv(name, value)
    before = havip.Client("ap-guangzhou")
    with mock_havip(), havip.Client("ap-guangzhou") as client:
        client.create_vpc(vpc_name="web", cidr_block="172.17.0.0/16")
        assert (vpcs(client), vpcs(before)) == (1, 1)
    assert os.environ["HAVIP_ENDPOINT"] == "http://127.0.0.1:9"
    assert os.environ["TENCENTCLOUD_DOMAIN"] == "example.com"
    assert os.environ["TENCENTCLOUD_PROTOCOL"] == "http"


def test_an_endpoint_that_is_set_under_the_mock_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAVIP_ENDPOINT", "http://127.0.0.1:9")
    with mock_havip():
        os.environ["HAVIP_ENDPOINT"] = "http://127.0.0.1:10"
    assert os.environ["HAVIP_ENDPOINT"] == "http://127.0.0.1:10"


def test_any_key_may_call_unless_told_otherwise() -> None:
    other = havip.Credentials("AKIDsomeone", "anything")
    with a_client(credentials=other) as client:
        with mock_havip():
            assert vpcs(client) == 0
        with (
            mock_havip(verify="all"),
            pytest.raises(ApiError, match=r"AuthFailure\.SecretIdNotFound"),
        ):
            vpcs(client)
        with mock_havip(cloud=Cloud(keys=Keys([Key("AKIDsomeone", "anything")])), verify="all"):
            assert vpcs(client) == 0


def test_a_known_key_must_sign_right() -> None:
    wrong = havip.Credentials("AKIDEXAMPLE", "wrong")
    with (
        mock_havip(),
        a_client(credentials=wrong) as client,
        pytest.raises(ApiError, match=r"AuthFailure\.SignatureFailure"),
    ):
        vpcs(client)


@pytest.mark.parametrize(
    "fault", [Fault(drop=True, effect="after"), Fault(latency=3.0), Fault(status=502)]
)
def test_faults_look_like_those_of_a_network(fault: Fault) -> None:
    mock = mock_havip()
    mock.start()
    try:
        with a_client(timeout=3.0) as client:
            mock.control.faults.add(fault)
            with pytest.raises(TransportError):
                client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
            assert vpcs(client) == (0 if fault.status else 1)  # struck after the effect
    finally:
        mock.stop()


@pytest.mark.parametrize("body", ["{}", b"{}", bytearray(b"{}"), iter([b"{", b"}"]), None])
def test_bodies_of_every_kind_are_read(body: Any) -> None:
    with mock_havip(), requests.Session() as session:
        answer = session.post("https://vpc.tencentcloudapi.com/", data=body)
    assert "AuthFailure" in answer.json()["Response"]["Error"]["Code"]
