"""`mock_havip`: the emulator inside a test, in place of the network."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast, overload

from havip._checks import instance, methods
from havip.emulator.cloud import Cloud
from havip.emulator.http.controls import Control
from havip.emulator.http.gateway import Gateway, Verify, check_verify
from havip.emulator.interception import ACTIVE, UnsupportedRequestError
from havip.emulator.state.clock import TimeSource
from havip.emulator.state.settings import Settings
from havip.errors import UsageError

__all__ = ["MockHavip", "UnsupportedRequestError", "mock_havip"]

P = ParamSpec("P")
T = TypeVar("T")


class MockHavip:
    """A stand-in for the cloud: a decorator, a context manager, or `start` and `stop`.

    Made by `mock_havip`, which describes it.
    """

    def __init__(
        self,
        cloud: Cloud | None = None,
        settings: Settings | None = None,
        clock: TimeSource | None = None,
        verify: Verify | None = None,
    ) -> None:
        if cloud is not None and (settings is not None or clock is not None):
            raise UsageError("mock_havip takes a cloud, or settings and clock of a new one")
        if cloud is not None:
            instance("cloud", cloud, Cloud, "havip.emulator.Cloud()")
        if settings is not None:
            instance("settings", settings, Settings, "havip.emulator.Settings(task_delay=5.0)")
        if clock is not None:
            methods("clock", clock, ("time",), "havip.FakeClock()")
        if verify is not None:
            check_verify(verify)
        self._cloud, self._settings, self._clock = cloud, settings, clock
        self._verify = verify
        self._running: list[Control] = []

    @property
    def control(self) -> Control:
        """Faults, rate limits, the request log and the rest of what tests turn.

        Raises:
            UsageError: The mock is not started.
        """
        if not self._running:
            raise UsageError("mock_havip is not started")
        return self._running[-1]

    @property
    def cloud(self) -> Cloud:
        """The cloud that answers while the mock is started."""
        return self.control.cloud

    def start(self) -> Cloud:
        """Begin to answer for the cloud."""
        control = ACTIVE.top() if self._joins() else None
        control = control or Control(self._gateway())
        self._running.append(control)
        ACTIVE.push(control)
        return control.cloud

    def stop(self) -> None:
        """Stop to answer; what was there before is there again.

        Raises:
            UsageError: The mock is not started.
        """
        control = self.control
        self._running.pop()
        ACTIVE.remove(control)

    def __enter__(self) -> Cloud:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """Run a function, plain or async, under a mock of its own for each call."""
        if not callable(function):
            raise UsageError(
                f"mock_havip decorates functions, not a {type(function).__name__}; options have "
                "names: mock_havip(cloud=..., settings=...)"
            )
        if isinstance(function, type) or inspect.isgeneratorfunction(function):
            raise UsageError(
                "mock_havip decorates functions; in a class or a generator use it in a `with` "
                "block, or take the pytest fixture havip_cloud"
            )
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def awaited(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self._fresh():
                    return await function(*args, **kwargs)

            return cast(Callable[P, T], awaited)

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> T:
            with self._fresh():
                return function(*args, **kwargs)

        return called

    def _fresh(self) -> MockHavip:
        return MockHavip(self._cloud, self._settings, self._clock, self._verify)

    def _joins(self) -> bool:
        given = (self._cloud, self._settings, self._clock, self._verify)
        return all(one is None for one in given)

    def _gateway(self) -> Gateway:
        cloud = self._cloud or Cloud(self._clock or time, self._settings)
        return Gateway(cloud, verify=self._verify or "known")


@overload
def mock_havip(function: Callable[P, T], /) -> Callable[P, T]: ...


@overload
def mock_havip(
    *,
    cloud: Cloud | None = None,
    settings: Settings | None = None,
    clock: TimeSource | None = None,
    verify: Verify | None = None,
) -> MockHavip: ...


def mock_havip(
    function: Callable[P, T] | None = None,
    /,
    *,
    cloud: Cloud | None = None,
    settings: Settings | None = None,
    clock: TimeSource | None = None,
    verify: Verify | None = None,
) -> MockHavip | Callable[P, T]:
    """Answer for Tencent's API in this process, in place of the network.

    Every request of this process to ``*.tencentcloudapi.com`` that is made with the packages
    ``requests`` or ``httpx``, sync or async, is answered by an emulated cloud, empty at first,
    whether its client was made before or after. All of Tencent's own Python clients use these.
    Any other way there (aiohttp, urllib3, a plain socket) and any other product raises
    `UnsupportedRequestError`; nothing reaches the network. Other hosts are left alone.

    Processes that are started meanwhile stay inside as well. ``HAVIP_ENDPOINT`` leads havip there
    to the same cloud, by a server on loopback; in Python processes everything else for Tencent's
    hosts fails. A forked process goes on with a copy of the cloud.

    While it runs, ``TENCENTCLOUD_SECRET_ID`` and ``_SECRET_KEY`` are set to made-up values where
    neither is set, and ``TENCENTCLOUD_REGION`` to ``ap-guangzhou`` where it is not set.
    ``HAVIP_ENDPOINT``, ``TENCENTCLOUD_DOMAIN`` and ``TENCENTCLOUD_PROTOCOL``, which would lead
    out of it, are set aside; an ``endpoint`` that a client is given holds.

    A mock inside another one joins it, so that a decorated test sees what its fixture made; with
    an argument of its own it stands alone until it stops.

    Example::

        @mock_havip
        def test_a_havip_is_made() -> None:
            client = havip.Client("ap-guangzhou")
            ...

        with mock_havip(settings=Settings(task_delay=2.0)) as cloud:
            ...
            cloud.clock.advance(2)

    Args:
        function: What to decorate, where it stands without brackets.
        cloud: The cloud that answers; a new one by default.
        settings: The settings of the new cloud.
        clock: What tells the new cloud the time: the `FakeClock` of the client under test, so
            that the two agree on it.
        verify: Which signatures must hold, as `Gateway` has it: ``known`` by default, so that a
            client made before, with whatever keys, is answered too.
    """
    mock = MockHavip(cloud, settings, clock, verify)
    return mock if function is None else mock(function)
