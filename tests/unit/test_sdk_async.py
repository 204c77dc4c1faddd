"""The asynchronous client does what the blocking one does: the same calls, pauses and errors."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import requests
from urllib3.exceptions import ConnectTimeoutError

import havip
from havip import Retry, api, errors
from tests.unit.conftest import KEY, Answer, FakeCloud, failure, reply, success

httpx = pytest.importorskip("httpx")
SEED = 20261127
SEARCHED = 400
Ask = Callable[[Any], Any]


@pytest.fixture
def both(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """The cloud of a test, which answers httpx as well."""

    async def handle(_: Any, request: Any) -> Any:
        prepared = requests.PreparedRequest()
        prepared.prepare("POST", str(request.url), dict(request.headers))
        prepared.body = request.content
        try:
            told = cloud.answer(prepared, {})
        except requests.ConnectTimeout as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except requests.ReadTimeout as error:
            await request.extensions["trace"]("http11.send_request_headers.started", {})
            raise httpx.ReadTimeout(str(error)) from error
        return httpx.Response(told.status_code, headers=dict(told.headers), content=told.raw.read())

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    monkeypatch.setattr("havip._transport.retry.random.uniform", lambda low, high: (low + high) / 2)
    return cloud


class Told(NamedTuple):
    """Observable effects of one use of a client."""

    outcome: object
    calls: list[tuple[str, dict[str, Any]]]
    slept: list[float]
    attempts: list[tuple[str, int, str]]


def use(cloud: FakeCloud, answers: list[Answer], ask: Ask, kind: type[Any]) -> Told:
    """Use a client of a kind against answers, and return what was seen."""
    cloud.will(*answers)
    cloud.clock = havip.FakeClock(1_790_000_000.0)
    attempts: list[tuple[str, int, str]] = []
    client = kind(
        "ap-guangzhou",
        credentials=KEY,
        clock=cloud.clock,
        retry=Retry(deadline=20.0),
        on_attempt=lambda one: attempts.append((one.action, one.number, one.code)),
    )
    try:
        outcome: object = _shown(
            asyncio.run(_asynchronously(client, ask)) if _is_async(kind) else _now(ask(client))
        )
    except errors.HavipError as error:
        outcome = (
            type(error).__name__,
            getattr(error, "code", ""),
            error.attempts,
            error.in_doubt,
            str(error),
        )
    calls = [(one.action, _without_token(one.params)) for one in cloud.seen]
    return Told(outcome, calls, cloud.clock.slept, attempts)


def _is_async(kind: type[Any]) -> bool:
    return kind is havip.AsyncClient


async def _asynchronously(client: Any, ask: Ask) -> Any:
    async with client:
        found = ask(client)
        if inspect.isasyncgen(found):
            return [item async for item in found]
        return await found


def _now(found: Any) -> Any:
    return list(found) if inspect.isgenerator(found) else found


def _shown(outcome: Any) -> object:
    if isinstance(outcome, list):
        return [_shown(one) for one in outcome]
    return outcome if isinstance(outcome, dict) else outcome.model_dump()


def _without_token(params: dict[str, Any]) -> dict[str, Any]:
    """Leave the idempotency token out, which is drawn for each use."""
    return {name: value for name, value in params.items() if name != "ClientToken"}


def vips(*numbers: int, total: int | None = None) -> Answer:
    """Build the response of DescribeHaVips."""
    rows = [{"HaVipId": f"havip-{number:08d}", "State": "UNBIND"} for number in numbers]
    return success(TotalCount=len(rows) if total is None else total, HaVipSet=rows)


ASKS: dict[str, Ask] = {
    "read": lambda client: client.describe_ha_vips(),
    "create": lambda client: client.create_ha_vip(
        vpc_id="vpc-1", subnet_id="subnet-1", ha_vip_name="a"
    ),
    "change": lambda client: client.modify_ha_vip_attribute(
        ha_vip_id="havip-00000001", ha_vip_name="b"
    ),
    "task": lambda client: client.delete_ha_vip(ha_vip_id="havip-00000001"),
    "call": lambda client: client.call("DescribeCcns", {"Limit": 1}, service="vpc"),
    "unknown change": lambda client: client.call("CreateCcn", {"CcnName": "a"}),
    "options": lambda client: client.with_options(retry=Retry(deadline=1.0)).describe_ha_vips(),
    "region": lambda client: client.for_region("ap-shanghai").describe_ha_vips(),
    "pages": lambda client: client.pages(api.DescribeHaVips(limit=2)),
    "items": lambda client: client.items(api.DescribeHaVips(limit=2)),
    "wait": lambda client: client.wait(
        api.DescribeHaVips(), lambda page: page.total_count == 1, timeout=9.0
    ),
    "refused": lambda client: client.pages(api.CreateHaVip(vpc_id="vpc-1", ha_vip_name="a")),
}

ANSWERS: list[Answer] = [
    vips(1),
    vips(1, 2, total=3),
    vips(),
    success(HaVip={"HaVipId": "havip-00000001"}),
    success(Status="SUCCESS"),
    success(Status="RUNNING"),
    success(Status="FAILED", Output="no"),
    success(CcnSet=[]),
    failure("RequestLimitExceeded"),
    failure("LimitExceeded"),
    failure("UnsupportedOperation.MutexTaskRunning"),
    failure("InternalError"),
    failure("ResourceNotFound"),
    failure("UnauthorizedOperation"),
    failure("InvalidParameterValue"),
    failure("AuthFailure.SignatureExpire"),
    requests.ConnectTimeout(ConnectTimeoutError("late")),
    requests.ReadTimeout("late"),
]
RAW: list[Callable[[], Answer]] = [
    lambda: reply(b"<html>bad gateway</html>", 502),
    lambda: reply(b"<html>no</html>", 404),
    lambda: reply(b"{", 200),
    lambda: reply(b"\xff\x00", 200),
    lambda: reply({"Response": {"HaVipSet": 3}}, 200),
    lambda: reply(b"", 200),
]


def drawn(number: int) -> tuple[str, list[Callable[[], Answer]]]:
    """Generate an operation and its responses, which are built again for each client."""
    random_ = random.Random(SEED + number)
    makers: list[Callable[[], Answer]] = [*((lambda a=a: a) for a in ANSWERS), *RAW]
    name = random_.choice([*ASKS])
    return name, [random_.choice(makers) for _ in range(random_.randint(1, 6))]


def compare(cloud: FakeCloud, name: str, makers: list[Callable[[], Answer]]) -> object:
    """Use both clients in the same way; returns how it ended."""
    blocking = use(cloud, [make() for make in makers], ASKS[name], havip.Client)
    other = use(cloud, [make() for make in makers], ASKS[name], havip.AsyncClient)
    assert other._replace(outcome=None) == blocking._replace(outcome=None), name
    assert _meaning(other.outcome) == _meaning(blocking.outcome), name
    return blocking.outcome


def _meaning(outcome: object) -> object:
    """Leave out the words of an error, which may quote those of the HTTP library."""
    return outcome[:4] if isinstance(outcome, tuple) else outcome


@pytest.mark.fuzz
@pytest.mark.parametrize("name", [*ASKS])
@pytest.mark.parametrize("number", range(len(ANSWERS) + len(RAW)))
def test_both_clients_do_the_same_with_one_answer(both: FakeCloud, name: str, number: int) -> None:
    make = (lambda: ANSWERS[number]) if number < len(ANSWERS) else RAW[number - len(ANSWERS)]
    compare(both, name, [make])


@pytest.mark.fuzz
def test_both_clients_do_the_same_with_any_answers(
    both: FakeCloud, record_property: Callable[[str, object], None]
) -> None:
    endings: dict[str, int] = {}
    for number in range(SEARCHED):
        outcome = compare(both, *drawn(number))
        ending = str(outcome[0]) if isinstance(outcome, tuple) else "answered"
        endings[ending] = endings.get(ending, 0) + 1
    record_property("told", f"both clients: {SEARCHED} uses, seed {SEED}: {endings}")
    assert len(endings) > 5
    assert endings["answered"] > SEARCHED / 20


def test_a_cancelled_call_sends_nothing_more(both: FakeCloud) -> None:
    both.will(failure("RequestLimitExceeded"))

    async def work() -> None:
        async with havip.AsyncClient("ap-guangzhou", credentials=KEY) as client:
            task = asyncio.create_task(client.describe_ha_vips())
            while not both.seen:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(work())
    assert len(both.seen) == 1


def test_a_client_serves_one_event_loop_after_the_other(both: FakeCloud) -> None:
    both.will(vips(1))
    client = havip.AsyncClient("ap-guangzhou", credentials=KEY)

    async def work() -> int | None:
        try:
            return (await client.describe_ha_vips()).total_count
        finally:
            await client.aclose()

    assert [asyncio.run(work()), asyncio.run(work())] == [1, 1]


@pytest.mark.parametrize("given", [KEY, None], ids=["key", "environment"])
def test_a_key_that_is_there_needs_no_thread(
    both: FakeCloud, monkeypatch: pytest.MonkeyPatch, given: havip.Credentials | None
) -> None:
    """A busy machine starts threads late: a call must not end for want of a key that it has."""
    both.will(vips(1))
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", KEY.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", KEY.secret_key)
    client = havip.AsyncClient("ap-guangzhou", credentials=given)

    async def work() -> None:
        await client.describe_ha_vips()  # the first call of a chain searches in a thread
        monkeypatch.setattr(asyncio, "to_thread", None)
        await client.describe_ha_vips()
        await client.aclose()

    asyncio.run(work())
    assert len(both.seen) == 2


@pytest.mark.parametrize(
    "proxy",
    [
        "http://a\nb",
        "\udcff",
        "http://[::1",
        "ftp://x",
        "socks5://127.0.0.1:9",
        "http://127.0.0.1:99999",
    ],
)
@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_that_cannot_be_used_is_an_error_of_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, proxy: str
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, proxy)

    async def work() -> None:
        where = "http://cloud.example.invalid"
        async with havip.AsyncClient(
            "ap-guangzhou", credentials=KEY, endpoint=where, retry=Retry(0.0), timeout=2
        ) as client:
            await client.describe_vpcs()

    with pytest.raises((errors.UsageError, errors.UnreachableError)) as caught:
        asyncio.run(work())
    assert str(caught.value).isprintable()
