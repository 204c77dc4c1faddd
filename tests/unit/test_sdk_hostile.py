"""Hostile endpoints: whatever a server does, a call ends in its time and in its memory.

A shape is what a server does with a connection: how it begins, how it sends headers and body, how
it ends. The long search plays 10,000 of them, drawn by a seed; a sample runs each time.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gzip
import random
import resource
import socket
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, NamedTuple

import pytest

import havip
from havip import Retry, errors

SEED = 20261127
LIMIT = 0.4
"""Seconds of an attempt, and of a call."""
CAP = 256 * 1024
"""Largest response."""
SLACK = 0.5
WORKERS = 4
M_ARENA_MAX = -8
KEY = havip.Credentials("AKIDexample0000000000", "examplekey0000000000")
GOOD = b'{"Response":{"TotalCount":0,"HaVipSet":[],"RequestId":"req-1"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Play = Callable[[socket.socket, threading.Event], None]


class Shape(NamedTuple):
    """Behavior of a server on one connection."""

    name: str
    play: Play


def _drip(data: bytes, pause: float) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        for at in range(len(data)):
            peer.sendall(data[at : at + 1])
            if over.wait(pause):
                return

    return play


def _endless(head: bytes, chunk: bytes) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(head)
        while not over.is_set():
            peer.sendall(chunk)

    return play


def _whole(data: bytes, wait: float = 0.0) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        over.wait(wait)
        peer.sendall(data)

    return play


def _silent(data: bytes) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(data)
        over.wait(5)

    return play


def _compressed(random_: random.Random) -> Play:
    plain = random_.choice([b" ", b"[", b'{"a":', b"\0", b'"Error"']) * random_.choice(
        [10, 10_000, 3_000_000]
    )
    kind = random_.choice([b"gzip", b"deflate", b"br", b"x-gzip"])
    body = gzip.compress(plain, 9) if kind != b"deflate" else zlib.compress(plain, 9)
    body = body[: random_.choice([len(body), len(body) // 2, 5])]
    lines = b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
    return _whole(HEAD + lines + body)


def shapes(seed: int, count: int) -> Iterator[Shape]:
    """Generate shapes from a seed."""
    random_ = random.Random(seed)
    answer = HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(GOOD), GOOD)
    noise = bytes(random_.randrange(256) for _ in range(4096))
    # Built once: thousands of shapes would hold hundreds of megabytes of their own.
    brackets, pad = b"[" * 65536, b"X-Pad: " + b"x" * 60000 + b"\r\n"
    letters, zeros, chunks = b"x" * 65536, b"0" * 65536, b"1\r\n \r\n" * 999
    nested = HEAD + b'\r\n{"Response":' + b"[" * 100_000
    for number in range(count):
        cut = random_.randrange(len(answer))
        pause = random_.choice([0.005, 0.05, 0.2])
        length = random_.choice([0, 1, 60, 10**6, 10**12])
        late = random_.choice([0.1, 0.3, 0.6])
        status = random_.randrange(100, 600)
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        kinds: list[tuple[str, Callable[[], Play]]] = [
            ("drip", partial(_drip, answer[cut:] + b" " * 500, pause)),
            ("drip all", partial(_drip, answer, pause)),
            ("torn", partial(_whole, answer[:cut])),
            ("torn, silent", partial(_silent, answer[:cut])),
            ("late", partial(_whole, answer, late)),
            ("noise", partial(_whole, noise[: cut * 16])),
            ("flipped", partial(_whole, answer[:cut] + noise[:3] + answer[cut + 3 :])),
            ("length", partial(_silent, HEAD + b"Content-Length: %d\r\n\r\n%b" % (length, GOOD))),
            ("endless body", partial(_endless, HEAD + b"\r\n", brackets)),
            ("endless head", partial(_endless, HEAD, pad)),
            ("endless line", partial(_endless, b"HTTP/1.1 200 ", letters)),
            ("endless 100", partial(_endless, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)),
            ("endless chunks", partial(_endless, chunked, chunks)),
            ("endless chunk size", partial(_endless, chunked, zeros)),
            ("compressed", partial(_compressed, random_)),
            ("nested", partial(_whole, nested)),
            ("status", partial(_whole, b"HTTP/1.1 %d X\r\n\r\n" % status)),
            ("redirect", partial(_whole, b"HTTP/1.1 302 X\r\nLocation: http://[::1]/\r\n\r\n")),
        ]
        name, make = kinds[number % len(kinds)]
        yield Shape(name, make())


class Endpoint:
    """Plays one shape after the other, one for each connection that it accepts."""

    def __init__(self) -> None:
        self.shape = Shape("", _whole(b""))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def next(self, shape: Shape) -> None:
        """Stop the current shape and play another one from now on."""
        self._over.set()
        self._over = threading.Event()
        self.shape = shape

    def close(self) -> None:
        """Stop everything."""
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            args = (peer, self.shape, self._over)
            threading.Thread(target=self._serve, args=args, daemon=True).start()

    def _serve(self, peer: socket.socket, shape: Shape, over: threading.Event) -> None:
        with peer:
            try:
                peer.settimeout(5)
                peer.recv(65536)
                shape.play(peer, over)
            except OSError:
                return


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


def judge(call: Callable[[], Any], shape: Shape) -> str:
    """Call and return how the call ended; raise an error if it broke a promise."""
    machine, begun = metronome(), time.monotonic()
    try:
        call()
        ended = "answered"
    except errors.HavipError as error:
        ended = type(error).__name__
    took, late = time.monotonic() - begun, machine.late(begun)
    assert took <= LIMIT + SLACK + late, f"{shape.name}: {took:.2f} s, {late:.2f} s late"
    return ended


def search(seed: int, count: int) -> dict[str, int]:
    """Play shapes, a few at once; returns how the calls ended."""
    endings: dict[str, int] = {}
    drawn = list(shapes(seed, count))

    def work(worker: int) -> list[str]:
        endpoint = Endpoint()
        try:
            found = []
            for shape in drawn[worker::WORKERS]:
                endpoint.next(shape)
                with havip.Client(
                    "ap-guangzhou",
                    endpoint=endpoint.url,
                    credentials=KEY,
                    timeout=LIMIT,
                    retry=Retry(deadline=LIMIT, first=0.01),
                    max_response_bytes=CAP,
                ) as client:
                    found.append(judge(client.describe_ha_vips, shape))
            return found
        finally:
            endpoint.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        for found in threads.map(work, range(WORKERS)):
            for ending in found:
                endings[ending] = endings.get(ending, 0) + 1
    return endings


def growth(work: Callable[[], Any]) -> tuple[Any, float]:
    """Do something; returns what it returned, and by how many MB the peak of memory grew."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        # One arena: the threads of the endpoints come and go, and glibc keeps what each had.
        mallopt(M_ARENA_MAX, 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = work()
    return found, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


@pytest.mark.fuzz
def test_no_hostile_endpoint_blocks_a_call(record_property: Callable[[str, object], None]) -> None:
    endings, grown = growth(lambda: search(SEED, 72))

    record_property(
        "told", f"hostile endpoints: 72 shapes, seed {SEED}: {endings}, +{grown:.0f} MB"
    )
    assert set(endings) <= {"answered", "LostAnswerError", "BadAnswerError", "UnreachableError"}
    assert sum(endings.values()) == 72
    assert grown < 100


@pytest.mark.soak
def test_no_generated_hostile_endpoint_blocks_a_call(
    record_property: Callable[[str, object], None],
) -> None:
    endings, grown = growth(lambda: search(SEED + 1, 10_000))

    record_property(
        "told", f"hostile endpoints: 10000 shapes, seed {SEED + 1}: {endings}, +{grown:.0f} MB"
    )
    assert sum(endings.values()) == 10_000
    assert grown < 100


async def search_asynchronously(seed: int, count: int) -> dict[str, int]:
    """Do what `search` does, with the tasks of one event loop."""
    endings: dict[str, int] = {}
    drawn = list(shapes(seed, count))

    async def work(worker: int) -> None:
        endpoint = Endpoint()
        try:
            for shape in drawn[worker::WORKERS]:
                endpoint.next(shape)
                async with havip.AsyncClient(
                    "ap-guangzhou",
                    endpoint=endpoint.url,
                    credentials=KEY,
                    timeout=LIMIT,
                    retry=Retry(deadline=LIMIT, first=0.01),
                    max_response_bytes=CAP,
                ) as client:
                    machine, begun = metronome(), time.monotonic()
                    ending = "answered"
                    try:
                        await client.describe_ha_vips()
                    except errors.HavipError as error:
                        ending = type(error).__name__
                    took, late = time.monotonic() - begun, machine.late(begun)
                    assert took <= LIMIT + SLACK + late, f"{shape.name}: {took:.2f} s"
                    endings[ending] = endings.get(ending, 0) + 1
        finally:
            endpoint.close()

    await asyncio.gather(*(work(worker) for worker in range(WORKERS)))
    return endings


@pytest.mark.parametrize(
    "count",
    [pytest.param(24, marks=pytest.mark.fuzz), pytest.param(10_000, marks=pytest.mark.soak)],
)
def test_no_hostile_endpoint_holds_an_asynchronous_call(
    count: int, record_property: Callable[[str, object], None]
) -> None:
    pytest.importorskip("httpx")
    endings, grown = growth(lambda: asyncio.run(search_asynchronously(SEED + 2, count)))
    told = (
        f"hostile endpoints, asyncio: {count} shapes, seed {SEED + 2}: {endings}, +{grown:.0f} MB"
    )
    record_property("told", told)
    assert set(endings) <= {"answered", "LostAnswerError", "BadAnswerError", "UnreachableError"}
    assert sum(endings.values()) == count
    assert grown < 100


@pytest.mark.parametrize(
    "lines",
    [b"Content\xeb:0pe: x\r\n", b"no header\r\n", b" folded\r\n", b"X-\xff\x9b2J: \xff\r\n"],
)
def test_malformed_header_lines_are_not_printed(
    lines: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = Endpoint()
    endpoint.next(Shape("lines", _whole(HEAD + lines + b"Connection: close\r\n\r\n" + GOOD)))
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
    endpoint.next(Shape("silent", _silent(b"")))
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
        assert judge(client.describe_ha_vips, Shape("dns", _whole(b""))) == "UnreachableError"
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
    endpoint.next(Shape("gzip", _whole(HEAD + lines + small)))
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
