"""Servers that answer in hostile ways: slow, endless, torn, malformed or huge.

A shape is what a server does with a connection: how it begins, how it sends headers and body, how
it ends.
"""

from __future__ import annotations

import contextlib
import gzip
import random
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

GOOD = b'{"Response":{"TotalCount":0,"HaVipSet":[],"RequestId":"req-1"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Play = Callable[[socket.socket, threading.Event], None]


class Shape(NamedTuple):
    """Behavior of a server on one connection."""

    name: str
    play: Play


def drip(data: bytes, pause: float) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        for at in range(len(data)):
            peer.sendall(data[at : at + 1])
            if over.wait(pause):
                return

    return play


def endless(head: bytes, chunk: bytes) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(head)
        while not over.is_set():
            peer.sendall(chunk)

    return play


def whole(data: bytes, wait: float = 0.0) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        over.wait(wait)
        peer.sendall(data)

    return play


def silent(data: bytes) -> Play:
    def play(peer: socket.socket, over: threading.Event) -> None:
        peer.sendall(data)
        over.wait(5)

    return play


def compressed(random_: random.Random) -> Play:
    plain = random_.choice([b" ", b"[", b'{"a":', b"\0", b'"Error"']) * random_.choice(
        [10, 10_000, 3_000_000]
    )
    kind = random_.choice([b"gzip", b"deflate", b"br", b"x-gzip"])
    body = gzip.compress(plain, 9) if kind != b"deflate" else zlib.compress(plain, 9)
    body = body[: random_.choice([len(body), len(body) // 2, 5])]
    lines = b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
    return whole(HEAD + lines + body)


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
            ("drip", partial(drip, answer[cut:] + b" " * 500, pause)),
            ("drip all", partial(drip, answer, pause)),
            ("torn", partial(whole, answer[:cut])),
            ("torn, silent", partial(silent, answer[:cut])),
            ("late", partial(whole, answer, late)),
            ("noise", partial(whole, noise[: cut * 16])),
            ("flipped", partial(whole, answer[:cut] + noise[:3] + answer[cut + 3 :])),
            ("length", partial(silent, HEAD + b"Content-Length: %d\r\n\r\n%b" % (length, GOOD))),
            ("endless body", partial(endless, HEAD + b"\r\n", brackets)),
            ("endless head", partial(endless, HEAD, pad)),
            ("endless line", partial(endless, b"HTTP/1.1 200 ", letters)),
            ("endless 100", partial(endless, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)),
            ("endless chunks", partial(endless, chunked, chunks)),
            ("endless chunk size", partial(endless, chunked, zeros)),
            ("chunk size", partial(whole, chunked + b"%d\r\n{}\r\n" % random_.randrange(-9, 0))),
            ("compressed", partial(compressed, random_)),
            ("nested", partial(whole, nested)),
            ("status", partial(whole, b"HTTP/1.1 %d X\r\n\r\n" % status)),
            ("redirect", partial(whole, b"HTTP/1.1 302 X\r\nLocation: http://[::1]/\r\n\r\n")),
        ]
        name, make = kinds[number % len(kinds)]
        yield Shape(name, make())


class Endpoint:
    """Plays one shape after the other, one for each connection that it accepts.

    Attributes:
        shape: The current shape.
        played: Whether a request has come for it.
    """

    def __init__(self) -> None:
        self.shape = Shape("", whole(b""))
        self.played = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def next(self, shape: Shape) -> None:
        """Stop the current shape and play another one from now on."""
        self._over.set()
        self._over = threading.Event()
        self.shape = shape
        self.played = False

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
                self.played = self.played or shape is self.shape
                shape.play(peer, over)
            except OSError:
                return
