"""Hostile endpoints: whatever a server does, a call ends in its time and in its memory.

The long search plays 10,000 shapes, drawn by a seed; a sample runs each time.
"""

from __future__ import annotations

import asyncio
import ctypes
import gzip
import resource
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

import havip
from havip import Retry, errors
from tests.unit.hostile_endpoint import GOOD, HEAD, Endpoint, Shape, shapes, silent, whole

SEED = 20261127
LIMIT = 0.4
"""Seconds of an attempt, and of a call."""
CAP = 256 * 1024
"""Largest response."""
SLACK = 0.5
WORKERS = 4
TASKS = 8
PLAYS = 20
"""Number of times that a call is made until the machine was idle enough to judge it."""
UNDECIDED = "undecided"
M_ARENA_MAX = -8
KEY = havip.Credentials("AKIDexample0000000000", "examplekey0000000000")


class Metronome:
    """Measures by how much this machine is late at present, which no call can undo."""

    TICK = 0.02

    def __init__(self) -> None:
        self._ticks: deque[tuple[float, float]] = deque(maxlen=1000)
        self._begun = time.monotonic()
        threading.Thread(target=self._beat, daemon=True).start()

    def late(self, since: float) -> float:
        """Return the seconds that the machine lost since a moment."""
        now = time.monotonic()
        lost = [end - max(start, since) - self.TICK for start, end in [*self._ticks] if end > since]
        return sum(one for one in [*lost, now - max(self._begun, since) - self.TICK] if one > 0)

    def _beat(self) -> None:
        while True:
            self._begun = time.monotonic()
            time.sleep(self.TICK)
            self._ticks.append((self._begun, time.monotonic()))


@cache
def metronome() -> Metronome:
    return Metronome()


class Watch:
    """Judges whether a call ends in its time, counted from now on, on a machine that is busy.

    What the machine took from a call is not the call's overrun: the time in which its thread was
    ready and had no processor (as the kernel counts it), or in which all threads were late. It
    decides nothing either, since no measure of it is exact: such a call is to be made again.
    """

    def __init__(self) -> None:
        self._machine = metronome()
        self._begun = time.monotonic()
        self._unserved = _unserved()

    def decides(self, shape: Shape) -> bool:
        """Return whether the call ended in time; False if it may only have lacked a processor."""
        took = time.monotonic() - self._begun
        late = max(self._machine.late(self._begun), _unserved() - self._unserved)
        told = f"{shape.name}: {took:.2f} s, {late:.2f} s late"
        assert late > SLACK or took <= LIMIT + SLACK + late, told
        return took <= LIMIT + SLACK


def _unserved() -> float:
    """Return for how many seconds this thread was ready, but had no processor; 0 if unknown."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def judge(call: Callable[[], Any], shape: Shape, endpoint: Endpoint | None = None) -> str:
    """Call and return how the call ended; raise an error if it broke a promise.

    With an endpoint, the call is made until it got as far as its shape.
    """
    for _ in range(PLAYS):
        watch = Watch()
        try:
            call()
            ended = "answered"
        except errors.HavipError as error:
            ended = type(error).__name__
        if watch.decides(shape) and (endpoint is None or endpoint.played):
            return ended
    return UNDECIDED


def search(seed: int, count: int) -> Counter[str]:
    """Play shapes, a few at once; returns how the calls ended."""
    drawn = list(shapes(seed, count))

    def work(worker: int) -> list[str]:
        endpoint = Endpoint()

        def call(shape: Shape) -> None:
            endpoint.next(shape)
            with havip.Client(
                "ap-guangzhou",
                endpoint=endpoint.url,
                credentials=KEY,
                timeout=LIMIT,
                retry=Retry(deadline=LIMIT, first=0.01),
                max_response_bytes=CAP,
            ) as client:
                client.describe_ha_vips()

        try:
            mine = drawn[worker::WORKERS]
            return [judge(partial(call, shape), shape, endpoint) for shape in mine]
        finally:
            endpoint.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        return Counter(ending for found in threads.map(work, range(WORKERS)) for ending in found)


def growth(work: Callable[[], Any]) -> tuple[Any, float]:
    """Do something; returns what it returned, and by how many MB the peak of memory grew."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        # One arena: the threads of the endpoints come and go, and glibc keeps what each had.
        mallopt(M_ARENA_MAX, 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = work()
    return found, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def check_endings(endings: Counter[str], grown: float, count: int) -> None:
    """Check that all calls were judged, failed as documented, and took no memory."""
    known = {"answered", "LostAnswerError", "BadAnswerError", "UnreachableError", UNDECIDED}
    assert set(endings) <= known
    assert endings.total() == count
    assert endings[UNDECIDED] <= count // 500, "the machine is too busy to measure calls"
    assert grown < 100


@pytest.mark.parametrize(
    ("count", "seed"),
    [
        pytest.param(72, SEED, marks=pytest.mark.fuzz),
        pytest.param(10_000, SEED + 1, marks=pytest.mark.soak),
    ],
)
def test_no_hostile_endpoint_blocks_a_call(
    count: int, seed: int, record_property: Callable[[str, object], None]
) -> None:
    endings, grown = growth(lambda: search(seed, count))
    told = f"hostile endpoints: {count} shapes, seed {seed}: {dict(endings)}, +{grown:.0f} MB"
    record_property("told", told)
    check_endings(endings, grown, count)


async def search_asynchronously(seed: int, count: int) -> Counter[str]:
    """Do what `search` does, with the tasks of one event loop."""
    endings: Counter[str] = Counter()
    drawn = list(shapes(seed, count))

    async def judge_call(endpoint: Endpoint, shape: Shape) -> str:
        for _ in range(PLAYS):
            endpoint.next(shape)
            watch = Watch()
            async with havip.AsyncClient(
                "ap-guangzhou",
                endpoint=endpoint.url,
                credentials=KEY,
                timeout=LIMIT,
                retry=Retry(deadline=LIMIT, first=0.01),
                max_response_bytes=CAP,
            ) as client:
                ended = "answered"
                try:
                    await client.describe_ha_vips()
                except errors.HavipError as error:
                    ended = type(error).__name__
            if watch.decides(shape) and endpoint.played:
                return ended
        return UNDECIDED

    async def work(task: int) -> None:
        endpoint = Endpoint()
        try:
            for shape in drawn[task::TASKS]:
                endings[await judge_call(endpoint, shape)] += 1
        finally:
            endpoint.close()

    await asyncio.gather(*(work(task) for task in range(TASKS)))
    return endings


@pytest.mark.parametrize(
    "count",
    [pytest.param(24, marks=pytest.mark.fuzz), pytest.param(10_000, marks=pytest.mark.soak)],
)
def test_no_hostile_endpoint_holds_an_asynchronous_call(
    count: int, record_property: Callable[[str, object], None]
) -> None:
    pytest.importorskip("httpx")
    seed = SEED + 2
    endings, grown = growth(lambda: asyncio.run(search_asynchronously(seed, count)))
    told = f"{count} shapes, seed {seed}: {dict(endings)}, +{grown:.0f} MB"
    record_property("told", f"hostile endpoints, asyncio: {told}")
    check_endings(endings, grown, count)


@pytest.mark.parametrize(
    "lines",
    [b"Content\xeb:0pe: x\r\n", b"no header\r\n", b" folded\r\n", b"X-\xff\x9b2J: \xff\r\n"],
)
def test_malformed_header_lines_are_not_printed(
    lines: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = Endpoint()
    endpoint.next(Shape("lines", whole(HEAD + lines + b"Connection: close\r\n\r\n" + GOOD)))
    try:
        with havip.Client(
            "ap-guangzhou", endpoint=endpoint.url, credentials=KEY, retry=Retry(deadline=0.0)
        ) as client:
            judge(client.describe_ha_vips, endpoint.shape)
    finally:
        endpoint.close()
    assert [one for one in caplog.records if one.levelname == "WARNING"] == []


def test_an_exhausted_pool_ends_in_time() -> None:
    endpoint = Endpoint()
    endpoint.next(Shape("silent", silent(b"")))
    client = havip.Client(
        "ap-guangzhou",
        endpoint=endpoint.url,
        credentials=KEY,
        connections=1,
        timeout=LIMIT,
        retry=Retry(deadline=LIMIT),
    )
    try:
        with ThreadPoolExecutor(6) as threads:
            calls = [
                threads.submit(judge, client.describe_ha_vips, endpoint.shape) for _ in range(6)
            ]
            endings = [call.result() for call in calls]
    finally:
        endpoint.close()
    assert set(endings) <= {"UnreachableError", "LostAnswerError"}


def test_a_name_service_that_hangs_does_not_hold_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def slow(*_: Any, **__: Any) -> Any:
        over.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    client = havip.Client(
        "ap-guangzhou", credentials=KEY, timeout=LIMIT, retry=Retry(deadline=LIMIT)
    )
    try:
        assert judge(client.describe_ha_vips, Shape("dns", whole(b""))) == "UnreachableError"
    finally:
        over.set()


@pytest.mark.parametrize(("errno", "tries"), [(socket.EAI_NONAME, 1), (socket.EAI_AGAIN, 2)])
def test_a_wrong_host_name_is_not_retried(
    monkeypatch: pytest.MonkeyPatch, errno: int, tries: int
) -> None:
    asked: list[str] = []

    def refuse(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        raise socket.gaierror(errno, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(errors.UnreachableError, match="no such name"):
        havip.Client("ap-guangzhou", credentials=KEY, clock=havip.FakeClock()).describe_ha_vips()
    assert len(asked) == tries


def test_responses_up_to_the_limit_are_taken_compressed_or_not() -> None:
    endpoint = Endpoint()
    plain = GOOD + b" " * 1000
    small = gzip.compress(plain)
    lines = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(small)
    endpoint.next(Shape("gzip", whole(HEAD + lines + small)))
    try:
        client = havip.Client(
            "ap-guangzhou",
            endpoint=endpoint.url,
            credentials=KEY,
            retry=Retry(deadline=0.0),
            max_response_bytes=len(plain),
        )
        assert client.describe_ha_vips().request_id == "req-1"
        with pytest.raises(errors.BadAnswerError, match="max_response_bytes") as caught:
            havip.Client(
                "ap-guangzhou",
                endpoint=endpoint.url,
                credentials=KEY,
                max_response_bytes=len(plain) - 1,
            ).describe_ha_vips()
        assert caught.value.code == "BadAnswer.Size"
    finally:
        endpoint.close()
