"""A process that can be killed at any of its file operations and calls of the API."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from havip import Client, _files
from havip.errors import LostAnswerError
from pulumi_havip.engine.errors import ProviderLostError
from pulumi_havip.handlers import ProviderSettings
from pulumi_havip.handlers.client import connect


class KilledError(BaseException):
    """The process was killed; nothing may catch this."""


class Kill(NamedTuple):
    """When and how a process dies: at its n-th event, ``before``, ``inside`` or ``after`` it.

    ``interrupted``: it does not die, but is interrupted then, as by Ctrl-C.
    """

    at: int
    how: str


class Trouble(NamedTuple):
    """Fault of the n-th call of the API, or of the disk at the n-th write.

    ``lost`` and ``broken``: the answer does not come, and the effect does, also for several calls
    in a row; ``unreachable``: no call reaches the API from then on; ``refused``: an error
    of the server, without an effect; ``throttled``; ``late``: the answer does not come, and the
    effect comes when the operation is over; ``dead``: the provider's process dies; ``full``: the
    disk takes half of a write, and nothing from then on.
    """

    at: int
    kind: str


class Events:
    """The row of events of one process."""

    def __init__(self, kill: Kill | None) -> None:
        self.kill = kill
        self.count = 0
        self.dead = False
        self.interrupt: Callable[[], None] = lambda: None
        """Interrupts the operation under way."""

    def run(self, do: Callable[[], Any], tear: Callable[[], Any] | None = None) -> Any:
        """Carry an event out, unless the process dies of it or is dead."""
        if self.dead:
            raise KilledError
        self.count += 1
        if self.kill is None or self.count != self.kill.at:
            return do()
        if self.kill.how == "interrupted":
            done = do()
            self.interrupt()
            return done
        self.dead = True
        if self.kill.how == "inside" and tear is not None:
            tear()
        elif self.kill.how == "after":
            do()
        raise KilledError


class MortalDisk(_files.Disk):
    """The disk of a process that can be killed; what is written need not reach the platters."""

    def __init__(self, events: Events, full_at: int | None = None) -> None:
        self._events = events
        self._full_at = full_at
        self._writes = 0

    def create(self, path: str, mode: int) -> int:
        return int(self._events.run(lambda: super(MortalDisk, self).create(path, mode)))

    def write(self, descriptor: int, content: bytes) -> int:
        half = content[: len(content) // 2]
        self._writes += 1
        if self._full_at is not None and self._writes >= self._full_at:
            if self._writes == self._full_at and half:
                return int(self._events.run(lambda: os.write(descriptor, half)))
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(
            self._events.run(
                lambda: os.write(descriptor, content), lambda: os.write(descriptor, half)
            )
        )

    def sync(self, descriptor: int) -> None:
        self._events.run(lambda: None)

    def truncate(self, descriptor: int, length: int) -> None:
        self._events.run(lambda: os.ftruncate(descriptor, length))

    def rename(self, source: str, target: str) -> None:
        self._events.run(lambda: super(MortalDisk, self).rename(source, target))

    def link(self, source: str, target: str) -> None:
        self._events.run(lambda: super(MortalDisk, self).link(source, target))

    def unlink(self, path: str) -> None:
        self._events.run(lambda: super(MortalDisk, self).unlink(path))

    def make_folder(self, path: str, mode: int) -> None:
        self._events.run(lambda: super(MortalDisk, self).make_folder(path, mode))


class Api:
    """Connection of one process to the cloud."""

    def __init__(self, events: Events, trouble: Trouble | None) -> None:
        self._events = events
        self._trouble = trouble
        self.calls = 0
        self.provider_dead = False
        self.late: list[Callable[[], Any]] = []

    def connect(self, settings: ProviderSettings, region: str, clock: Any) -> Client:
        client = connect(settings, region, clock)
        send: Callable[[Any], Any] = client.send
        client.send = lambda request: self._send(send, request)  # type: ignore[method-assign, misc, assignment]
        return client

    def _send(self, send: Callable[[Any], Any], request: Any) -> Any:
        self.calls += 1
        action = type(request).__name__
        trouble = self._trouble
        if trouble is not None and self.calls == trouble.at:
            if trouble.kind == "dead":
                self.provider_dead = True
            if trouble.kind == "late" and not action.startswith("Describe"):
                self.late.append(lambda: send(request))
                raise LostAnswerError(action, "the answer was lost")
        if self.provider_dead:
            raise ProviderLostError("the provider went away before it answered")
        return self._events.run(lambda: send(request))
