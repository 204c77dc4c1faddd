"""The blocking client: one typed verb for each action, and the operations that all rest on.

The types of the verbs are in the stub beside this module, which `make generate` writes.
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
    """Build the I/O of a client; requests is imported with the first client, not before."""
    http = load("havip._transport.http")
    settings = connection._asdict()
    del settings["clock"]
    backend: Backend = http.Blocking(http.Transport(**settings), connection.clock)
    return backend


@with_verbs(BoundVerb)
class Client(BaseClient):
    """A blocking client of one region and account; threads may share it.

    Creating one does no I/O: credentials, region and endpoint are looked up when they are first
    needed.

    Example::

        client = havip.Client("ap-guangzhou")
        made = client.create_ha_vip(vpc_id="vpc-1a2b3c4d", ha_vip_name="web").ha_vip
        for vip in client.items(api.DescribeHaVips()):
            print(vip.ha_vip_id, vip.vip)

    Args:
        region: Region id; that of ``TENCENTCLOUD_REGION`` or of the profile if left out.
        credentials: A key, or a provider that returns one; if left out, the credential chain
            that `havip.credentials` describes.
        profile: The profile to take credentials and region from, before the environment.
        endpoint: A URL to send everything to, in which ``{service}`` and ``{region}`` are filled
            in; or ``regional``, or ``internal``; if left out, that of ``HAVIP_ENDPOINT``, of
            ``TENCENTCLOUD_DOMAIN`` and ``TENCENTCLOUD_PROTOCOL``, or the nearest public one.
        site: ``china`` or ``intl``: what that site lacks is refused before it is sent.
        clock: The clock; a `FakeClock` in tests.
        retry: When and how long a failed call is repeated.
        timeout: Seconds that one attempt may take, from waiting for a free connection to the
            last byte of the response.
        connect_timeout: Seconds to wait for a connection, in each attempt.
        connections: Most requests that are under way at once; more threads wait for one.
        proxies: URL of a proxy by scheme, as in `requests`; the environment's if left out.
        ca: Path of certificates to trust; the environment's, then `requests`' own if left out.
        pace: Calls per second of each action that the client keeps to; True for what the
            service documents (20 mostly); False for no limit.
        language: Language of the service's messages: ``en-US`` or ``zh-CN``.
        task_timeout: Seconds that a verb waits for the task of its action.
        max_response_bytes: Largest response, before and after decompression.
        tcp_keepalive: Whether idle connections are kept open by TCP keepalive.
        user_agent: Text that is added to the User-Agent header, such as ``myapp/1.0``.
        on_attempt: Called with an `Attempt` after each attempt of a call, for traces and
            metrics; what it raises is logged.

    Raises:
        UsageError: An argument is out of range or of the wrong type.
    """

    _backend = staticmethod(_blocking)

    def send(
        self, request: Request[R], *, retry: Retry | None = None, timeout: float | None = None
    ) -> R:
        """Send a request and return its response; the task it may begin is not waited for.

        A ``client_token`` that the action has and the request has not is made here, once, so
        that sending again after a lost answer does the work once. Sending the same request a
        second time is another call, with another token.

        Args:
            request: The request, such as ``api.DescribeHaVips()``.
            retry: Other than the client's.
            timeout: Seconds of one attempt, other than the client's.

        Raises:
            ApiError: The service refused the call.
            TransportError: No usable response came.
            CredentialError: There is nothing to sign with.
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
        """Call an action in the API's own terms, such as one that has no verb yet.

        Args:
            action: The action, such as ``DescribeCcns``.
            params: Its parameters as in the API's documents.
            service: The service that has it; if left out, the one that is known to have it, or
                vpc.
            version: The version of the service's API; known for vpc, cvm, tag and sts.
            retry: Other than the client's.
            timeout: Seconds of one attempt, other than the client's.

        Returns:
            The content of the ``Response``.

        Raises:
            UsageError: The version of the service is not known, a name is unknown to the API,
                or the parameters are not JSON.
            ApiError: The service refused the call.
            TransportError: No usable response came.
            CredentialError: There is nothing to sign with.
            SiteError: The site lacks the action, an input or a filter.
        """
        return run(self._core.call(action, params, service, version, retry, timeout))

    def pages(self, request: Request[R]) -> Iterator[R]:
        """Send a listing request page by page, and yield each response as it comes.

        Items may be deleted in the loop: what moves forward by that is still found, and nothing
        comes twice.

        Example::

            for page in client.pages(api.DescribeHaVips()):
                for vip in page.ha_vip_set:
                    print(vip.ha_vip_id, vip.vip)

        Args:
            request: The request. Its offset is where to begin, its limit the size of a page,
                the most that the service allows if left out.

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
        """Poll a reading request until its response is as wanted.

        It may be so at once: the response may show a state from before the change that is
        waited for. `havip.ready` has ready-made conditions. Throttling, lost answers and errors
        inside the service do not end a wait; nor does «not found» in its first 15 seconds, since
        what was just created may not be visible yet.

        Example::

            client.wait(
                api.DescribeHaVips(ha_vip_ids=["havip-1a2b3c4d"]),
                ready.holder_is("ins-1a2b3c4d"),
                timeout=30.0,
            )

        Args:
            request: The request of a reading action.
            ready: Returns whether a response is as wanted.
            error: Returns whether to give up on a response, as it will never be.
            timeout: Seconds to wait at most, requests and their repetitions included.
            delay: Seconds between the first two requests; each next pause is a quarter longer.
            max_delay: Seconds of the longest pause.

        Returns:
            The response that was as wanted.

        Raises:
            WaitTimeout: It was not so in time; the text shows the last state.
            WaitError: The error condition held.
            UsageError: The action changes something, or it is not a request.
        """
        check_request("wait", request)
        return run(self._core.wait(request, ready, error, timeout, delay, max_delay))

    def close(self) -> None:
        """Close the connections that are kept alive; the client can still be used."""
        self._caller.backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
