"""The asynchronous client, for asyncio: ``pip install 'havip[async]'``.

It has the methods of `havip.Client` as coroutines, with the same request classes, retry rules,
signatures and polling. Their types are in the stub file next to this module, which `make generate`
writes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Self, TypeVar

from havip._client.base import BaseClient, Connection
from havip._client.core import check_request
from havip._client.paging import Cursor
from havip._client.verb import AsyncBoundVerb, with_verbs
from havip._lazy import load
from havip._transport.caller import Backend
from havip._transport.retry import Retry
from havip.api._base import Request, Response

R = TypeVar("R", bound=Response)


def _asynchronous(connection: Connection) -> Backend:
    """Build the I/O of a client; httpx is imported with the first client."""
    http = load("havip._transport.http_async")
    backend: Backend = http.Asynchronous(**connection._asdict())
    return backend


@with_verbs(AsyncBoundVerb)
class AsyncClient(BaseClient):
    """An asynchronous client of one region and account; the tasks of one event loop share it.

    Creating one does no I/O. Close it, or use ``async with``, so that its connections are closed
    before the event loop is.

    Example::

        async with havip.AsyncClient("ap-guangzhou") as client:
            made = await client.create_ha_vip(vpc_id="vpc-1a2b3c4d", ha_vip_name="web")
            async for vip in client.items(api.DescribeHaVips()):
                print(vip.ha_vip_id, vip.vip)

    Args:
        region: Region id; that of ``TENCENTCLOUD_REGION`` or of the profile if omitted.
        credentials: As in `havip.Client`; a provider that would block runs in a thread.
        profile: As in `havip.Client`, like all further arguments.
        endpoint: A URL, ``regional`` or ``internal``.
        site: ``china`` or ``intl``.
        clock: The clock; with a `FakeClock` nothing sleeps.
        retry: The retry policy.
        timeout: Total timeout in seconds for one attempt, including the wait for a free
            connection and reading the response.
        connect_timeout: Timeout in seconds for a connection, in each attempt.
        connections: Maximum number of open connections; further calls wait for one.
        proxies: Proxy URL by scheme; those of the environment if omitted.
        ca: Path of the CA bundle; that of the environment, then certifi's, if omitted.
        pace: Calls per second of each action; True for the documented rates.
        language: ``en-US`` or ``zh-CN``.
        task_timeout: Seconds that a method waits for the task of its action.
        max_response_bytes: Maximum size of a response, before and after decompression.
        tcp_keepalive: Whether TCP keepalive keeps idle connections open.
        user_agent: Suffix of the User-Agent header.
        on_attempt: Called with an `Attempt` after each attempt of a call; not a coroutine.

    Raises:
        UsageError: An argument is out of range, or httpx is not installed.
    """

    _backend = staticmethod(_asynchronous)

    async def send(
        self, request: Request[R], *, retry: Retry | None = None, timeout: float | None = None
    ) -> R:
        """Send a request and return its response, as `havip.Client.send` does.

        Args:
            request: The request, such as ``api.DescribeHaVips()``.
            retry: The retry policy, if it differs from the client's.
            timeout: Timeout in seconds for one attempt, if it differs from the client's.
        """
        check_request("send", request)
        return await self._core.send(request, retry, timeout)

    async def call(
        self,
        action: str,
        params: Mapping[str, Any] | None = None,
        *,
        service: str | None = None,
        version: str | None = None,
        retry: Retry | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Call an action with parameters in wire form, as `havip.Client.call` does.

        Args:
            action: The action, such as ``DescribeCcns``.
            params: Its parameters, named as in the API's documentation.
            service: The service of the action.
            version: The version of the service's API.
            retry: The retry policy, if it differs from the client's.
            timeout: Timeout in seconds for one attempt, if it differs from the client's.
        """
        return await self._core.call(action, params, service, version, retry, timeout)

    async def pages(self, request: Request[R]) -> AsyncIterator[R]:
        """Send a listing request page by page, as `havip.Client.pages` does.

        Args:
            request: The request.
        """
        check_request("pages", request)
        cursor = Cursor(request, "pages")
        while not cursor.ended:
            page = cursor.take(await self._core.send(cursor.next_request()))
            if page is not None:
                yield page

    async def items(self, request: Request[R]) -> AsyncIterator[Any]:
        """Send a listing request page by page, and yield each item.

        Example::

            async for vip in client.items(api.DescribeHaVips()):
                print(vip.ha_vip_id, vip.vip)

        Args:
            request: The request.
        """
        check_request("items", request)
        cursor = Cursor(request, "items")
        while not cursor.ended:
            page = cursor.take(await self._core.send(cursor.next_request()))
            for item in cursor.items_of(page) if page is not None else ():
                yield item

    async def wait(
        self,
        request: Request[R],
        ready: Callable[[R], bool],
        *,
        error: Callable[[R], bool] | None = None,
        timeout: float = 60.0,
        delay: float = 1.0,
        max_delay: float = 5.0,
    ) -> R:
        """Poll a reading request until a condition holds, as `havip.Client.wait` does.

        Args:
            request: The request of a reading action.
            ready: Returns whether a response satisfies the condition.
            error: Returns whether to give up because of a response.
            timeout: Timeout in seconds, including requests and their retries.
            delay: Seconds between the first two requests.
            max_delay: Longest pause in seconds.
        """
        check_request("wait", request)
        return await self._core.wait(request, ready, error, timeout, delay, max_delay)

    async def aclose(self) -> None:
        """Close the connections; the client remains usable."""
        await self._caller.backend.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
