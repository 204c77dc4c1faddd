"""`mock_havip`: the emulator in place of the network, for tests."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable
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
    """A mocked cloud: usable as decorator, as context manager, or with `start` and `stop`.

    Created by `mock_havip`; see there.
    """

    def __init__(
        self,
        cloud: Cloud | None = None,
        settings: Settings | None = None,
        clock: TimeSource | None = None,
        verify: Verify | None = None,
    ) -> None:
        if cloud is not None and (settings is not None or clock is not None):
            raise UsageError(
                "mock_havip accepts either a cloud, or settings and clock of a new one"
            )
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
        """The controls: state, clock, faults, rate limits and request log.

        Raises:
            UsageError: The mock is not started.
        """
        if not self._running:
            raise UsageError("mock_havip is not started")
        return self._running[-1]

    @property
    def cloud(self) -> Cloud:
        """The mocked cloud."""
        return self.control.cloud

    def start(self) -> Cloud:
        """Activate the mock."""
        control = ACTIVE.top() if self._joins() else None
        control = control or Control(self._gateway())
        self._running.append(control)
        ACTIVE.push(control)
        return control.cloud

    def stop(self) -> None:
        """Deactivate the mock, and restore what it replaced.

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
        """Wrap a function, sync or async, to run each call under its own mock.

        Raises:
            UsageError: It is not a function, or code of it would run after the call, outside of
                the mock.
        """
        if isinstance(function, staticmethod | classmethod):
            return type(function)(self(function.__func__))
        if not callable(function):
            raise UsageError(
                f"mock_havip decorates functions, not {type(function).__name__}; pass options by "
                "keyword: mock_havip(cloud=..., settings=...)"
            )
        forms = (function, type(function).__call__)  # a function, or an object that is called
        if isinstance(function, type) or any(map(_generates, forms)):
            raise UsageError(
                "mock_havip decorates functions; for a class or a generator use it in a `with` "
                "block, or use the pytest fixture havip_cloud"
            )
        if any(map(inspect.iscoroutinefunction, forms)):

            @wraps(function)
            async def awaited(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self._fresh():
                    return await cast(Callable[P, Awaitable[Any]], function)(*args, **kwargs)

            return cast(Callable[P, T], awaited)

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> T:
            with self._fresh():
                result = function(*args, **kwargs)
            _check_finished(result)
            return result

        return called

    def _fresh(self) -> MockHavip:
        return MockHavip(self._cloud, self._settings, self._clock, self._verify)

    def _joins(self) -> bool:
        given = (self._cloud, self._settings, self._clock, self._verify)
        return all(one is None for one in given)

    def _gateway(self) -> Gateway:
        cloud = self._cloud or Cloud(self._clock or time, self._settings)
        return Gateway(cloud, verify=self._verify or "known")


def _generates(function: object) -> bool:
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def _check_finished(result: Any) -> None:
    """Check that a function has run to its end, and left no code that would run after the mock."""
    pending = getattr(result, "gen", result)  # a context manager made of a generator
    generates = inspect.isgenerator(pending) or inspect.isasyncgen(pending)
    if not generates and not inspect.isawaitable(pending):
        return
    for stop in ("close", "cancel"):  # of a generator or coroutine; of a future
        getattr(pending, stop, lambda: None)()
    raise UsageError(
        f"mock_havip: the decorated function returned a {type(result).__name__}, which would run "
        "without the mock; decorate an `async def` function, or use the mock in a `with` block"
    )


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
    """Mock Tencent's API in this process, in place of the network.

    Requests of this process to ``*.tencentcloudapi.com`` through the packages ``requests`` or
    ``httpx``, sync or async, are handled by an emulated cloud that is initially empty, whether the
    client was created before or after. All of Tencent's own Python clients use these packages.
    Other ways to these hosts (aiohttp, urllib3, a plain socket) and other products raise
    `UnsupportedRequestError`; nothing reaches the network. Other hosts are not affected.

    Child processes are covered too. ``HAVIP_ENDPOINT`` points havip at the same cloud through a
    server on loopback; in Python processes, every other connection to Tencent's hosts fails. A
    forked process continues with a copy of the cloud.

    While the mock is active, ``TENCENTCLOUD_SECRET_ID`` and ``_SECRET_KEY`` have dummy values if
    neither is set, and ``TENCENTCLOUD_REGION`` is ``ap-guangzhou`` if not set. ``HAVIP_ENDPOINT``,
    ``TENCENTCLOUD_DOMAIN`` and ``TENCENTCLOUD_PROTOCOL``, which would bypass the mock, are unset;
    an explicit ``endpoint`` of a client is respected.

    A nested mock shares the cloud of the outer one, so that a decorated test sees what its fixtures
    created; with arguments it uses a cloud of its own until it stops.

    Example::

        @mock_havip
        def test_a_havip_is_made() -> None:
            client = havip.Client("ap-guangzhou")
            ...

        with mock_havip(settings=Settings(task_delay=2.0)) as cloud:
            ...
            cloud.clock.advance(2)

    Args:
        function: The function to decorate, if used without parentheses.
        cloud: The cloud to use; a new one by default.
        settings: The settings of the new cloud.
        clock: The time source of the new cloud, such as the `FakeClock` of the client under test.
        verify: Which signatures are verified, see `Gateway`; ``known`` by default, so that clients
            created before, with any keys, work as well.
    """
    mock = MockHavip(cloud, settings, clock, verify)
    return mock if function is None else mock(function)
