"""The blocking client: a typed method for each action, and generic operations.

The types of the methods are in the stub file next to this module, which `make generate` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

from havip._client.base import BaseClient, Connection
from havip._client.core import check_request
from havip._client.paging import Cursor
from havip._client.verb import BoundVerb, with_verbs
from havip._lazy import load
from havip._transport.caller import Backend, run
from havip._transport.retry import Retry
from havip.api._base import Request, Response

R = TypeVar("R", bound=Response)


def _blocking(connection: Connection) -> Backend:
    """Build the I/O of a client; requests is imported with the first client."""
    http = load("havip._transport.http")
    settings = connection._asdict()
    del settings["clock"]
    backend: Backend = http.Blocking(http.Transport(**settings), connection.clock)
    return backend


@with_verbs(BoundVerb)
class Client(BaseClient):
    """A blocking client of one region and account; threads may share it.

    Creating one does no I/O: credentials, region and endpoint are looked up on first use.

    Example::

        client = havip.Client("ap-guangzhou")
        made = client.create_ha_vip(vpc_id="vpc-1a2b3c4d", ha_vip_name="web").ha_vip
        for vip in client.items(api.DescribeHaVips()):
            print(vip.ha_vip_id, vip.vip)

    Args:
        region: Region id; that of ``TENCENTCLOUD_REGION`` or of the profile if omitted.
        credentials: A key, or a provider that returns one; if omitted, the credential chain
            described in `havip.credentials`.
        profile: The profile for credentials and region, which takes precedence over the
            environment.
        endpoint: A URL for all requests, in which ``{service}`` and ``{region}`` are replaced; or
            ``regional``, or ``internal``. If omitted, that of ``HAVIP_ENDPOINT``, of
            ``TENCENTCLOUD_DOMAIN`` and ``TENCENTCLOUD_PROTOCOL``, or the nearest public one.
        site: ``china`` or ``intl``; parameters that the site lacks are rejected before sending.
        clock: The clock; a `FakeClock` in tests.
        retry: The retry policy.
        timeout: Total timeout in seconds for one attempt, including the wait for a free
            connection and reading the response.
        connect_timeout: Timeout in seconds for a connection, in each attempt.
        connections: Maximum number of concurrent requests; further threads wait for one.
        proxies: Proxy URL by scheme, as in `requests`; those of the environment if omitted.
        ca: Path of the CA bundle; that of the environment, then of `requests`, if omitted.
        pace: Client-side limit of calls per second of each action; True for the documented rates
            (mostly 20); False for no limit.
        language: Language of the service's messages: ``en-US`` or ``zh-CN``.
        task_timeout: Seconds that a method waits for the task of its action.
        max_response_bytes: Maximum size of a response, before and after decompression.
        tcp_keepalive: Whether TCP keepalive keeps idle connections open.
        user_agent: Suffix of the User-Agent header, such as ``myapp/1.0``.
        on_attempt: Called with an `Attempt` after each attempt of a call, for traces and
            metrics; its exceptions are logged.

    Raises:
        UsageError: An argument is out of range or of the wrong type.
    """

    _backend = staticmethod(_blocking)

    def send(
        self, request: Request[R], *, retry: Retry | None = None, timeout: float | None = None
    ) -> R:
        """Send a request and return its response, without waiting for a task that it starts.

        If the action has a ``client_token`` and the request does not set it, one is generated for
        this call, so that retries after a lost response take effect once. Sending the same request
        object again is another call, with another token.

        Args:
            request: The request, such as ``api.DescribeHaVips()``.
            retry: The retry policy, if it differs from the client's.
            timeout: Timeout in seconds for one attempt, if it differs from the client's.

        Raises:
            ApiError: The service rejected the call.
            TransportError: No usable response was received.
            CredentialError: No credentials were found.
            SiteError: The site lacks the action, an input or a filter.
            UsageError: It is not a request, or an option is out of range.
        """
        check_request("send", request)
        return run(self._core.send(request, retry, timeout))

    def call(
        self,
        action: str,
        params: Mapping[str, Any] | None = None,
        *,
        service: str | None = None,
        version: str | None = None,
        retry: Retry | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Call an action with parameters in wire form, such as an action without a method here.

        Args:
            action: The action, such as ``DescribeCcns``.
            params: Its parameters, named as in the API's documentation.
            service: The service of the action; if omitted, the one known to have it, or vpc.
            version: The version of the service's API; known for vpc, cvm, tag and sts.
            retry: The retry policy, if it differs from the client's.
            timeout: Timeout in seconds for one attempt, if it differs from the client's.

        Returns:
            The content of the ``Response``.

        Raises:
            UsageError: The version of the service is unknown, a name is malformed, or the
                parameters are not valid JSON.
            ApiError: The service rejected the call.
            TransportError: No usable response was received.
            CredentialError: No credentials were found.
            SiteError: The site lacks the action, an input or a filter.
        """
        return run(self._core.call(action, params, service, version, retry, timeout))

    def pages(self, request: Request[R]) -> Iterator[R]:
        """Send a listing request page by page, and yield each response.

        Items may be deleted during the iteration: no other item is skipped, and none is listed
        twice.

        Example::

            for page in client.pages(api.DescribeHaVips()):
                for vip in page.ha_vip_set:
                    print(vip.ha_vip_id, vip.vip)

        Args:
            request: The request, with the start offset and the page size as its offset and limit;
                the largest page size of the service if omitted.

        Raises:
            UsageError: The action is not paged, or it is not a request.
        """
        check_request("pages", request)
        cursor = Cursor(request, "pages")
        while not cursor.ended:
            page = cursor.take(run(self._core.send(cursor.next_request())))
            if page is not None:
                yield page

    def items(self, request: Request[R]) -> Iterator[Any]:
        """Send a listing request page by page, and yield each item.

        Items may be deleted in the loop, as in `pages`.

        Example::

            for vip in client.items(api.DescribeHaVips()):
                print(vip.ha_vip_id, vip.vip)

        Args:
            request: The request, as for `pages`.

        Raises:
            UsageError: The action is not paged, or it is not a request.
        """
        check_request("items", request)
        cursor = Cursor(request, "items")
        while not cursor.ended:
            page = cursor.take(run(self._core.send(cursor.next_request())))
            if page is not None:
                yield from cursor.items_of(page)

    def wait(
        self,
        request: Request[R],
        ready: Callable[[R], bool],
        *,
        error: Callable[[R], bool] | None = None,
        timeout: float = 60.0,
        delay: float = 1.0,
        max_delay: float = 5.0,
    ) -> R:
        """Poll a reading request until a condition holds.

        The condition may hold at once, as the response may show a state from before an expected
        change. `havip.ready` has ready-made conditions. Throttling, lost responses and internal
        errors of the service do not end a wait. Neither does "not found" in its first 15 seconds,
        as a new object may not be visible yet.

        Example::

            client.wait(
                api.DescribeHaVips(ha_vip_ids=["havip-1a2b3c4d"]),
                ready.holder_is("ins-1a2b3c4d"),
                timeout=30.0,
            )

        Args:
            request: The request of a reading action.
            ready: Returns whether a response satisfies the condition.
            error: Returns whether to give up because of a response.
            timeout: Timeout in seconds, including requests and their retries.
            delay: Seconds between the first two requests; each further pause is a quarter longer.
            max_delay: Longest pause in seconds.

        Returns:
            The response that satisfies the condition.

        Raises:
            WaitTimeout: The timeout expired; the message shows the last state.
            WaitError: The error condition held.
            UsageError: The action changes something, or it is not a request.
        """
        check_request("wait", request)
        return run(self._core.wait(request, ready, error, timeout, delay, max_delay))

    def close(self) -> None:
        """Close the idle connections; the client remains usable."""
        self._caller.backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
