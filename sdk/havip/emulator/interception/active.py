"""The stack of active mocks, and the changes to this process while it is not empty."""

from __future__ import annotations

import os
import threading
from functools import partial
from typing import Final

from havip.emulator.http.controls import Control
from havip.emulator.interception import boundary, with_httpx, with_requests
from havip.emulator.interception.children import ChildMocks, placeholders
from havip.emulator.interception.patch import LibraryPatches

_ELSEWHERE: Final = ("HAVIP_ENDPOINT", "TENCENTCLOUD_DOMAIN", "TENCENTCLOUD_PROTOCOL")
"""Variables that point clients at other hosts than Tencent's, past the mock."""


class Active:
    """The stack of active mocks, newest last."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._stack: list[Control] = []
        self._held: list[Control] = []
        self._environment: dict[str, str] = {}
        self._elsewhere: dict[str, str] = {}
        self._children = ChildMocks(self.top)
        self._patches = [*with_requests.patches(self.top), *boundary.patches(self.top)]
        self._libraries = LibraryPatches(
            {
                "responses": partial(with_requests.patches_of_responses, self.top),
                "httpx": partial(with_httpx.patches, self.top),
                "aiohttp": partial(boundary.patches_of_aiohttp, self.top),
                "httpcore": partial(boundary.patches_of_httpcore, self.top),
            }
        )

    def top(self) -> Control | None:
        """Return the newest mock."""
        stack = self._stack
        return stack[-1] if stack else None

    def push(self, control: Control) -> None:
        """Activate a mock."""
        with self._lock:
            self._stack.append(control)
            if len(self._stack) == 1:
                for patch in self._patches:
                    patch.apply()
                self._libraries.apply()
                self._fill_environment()
                self._children.start()

    def remove(self, control: Control) -> None:
        """Remove the newest entry of a mock, which is not necessarily the top of the stack."""
        with self._lock:
            index = max(i for i, known in enumerate(self._stack) if known is control)
            del self._stack[index]
            if not self._stack:
                self._children.stop()
                self._libraries.undo()
                for patch in self._patches:
                    patch.undo()
                self._empty_environment()

    def lock(self) -> None:
        """Acquire all locks of the mocks before a fork, so that the child can release them."""
        self._lock.acquire()
        self._held = list(dict.fromkeys(self._stack))
        for control in self._held:
            control.cloud.lock.acquire()
            control.faults.lock.acquire()

    def unlock(self) -> None:
        """Release the locks after a fork, in the parent and in the child."""
        for control in reversed(self._held):
            control.faults.lock.release()
            control.cloud.lock.release()
        self._held = []
        self._lock.release()

    def _fill_environment(self) -> None:
        self._environment = placeholders(os.environ)
        os.environ.update(self._environment)
        self._elsewhere = {n: os.environ.pop(n) for n in _ELSEWHERE if n in os.environ}

    def _empty_environment(self) -> None:
        for name, value in self._environment.items():
            if os.environ.get(name) == value:
                del os.environ[name]
        for name, value in self._elsewhere.items():
            os.environ.setdefault(name, value)


ACTIVE: Final = Active()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=ACTIVE.lock, after_in_parent=ACTIVE.unlock, after_in_child=ACTIVE.unlock
    )
