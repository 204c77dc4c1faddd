"""Send one call: sign it, send it, read the response, and retry until its deadline.

The coroutines here serve blocking and asynchronous clients alike. The differences between the two
(sending, sleeping, fetching credentials) are in the `Backend`; that of a blocking client never
suspends, and `run` runs such a coroutine to its end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from havip import __version__
from havip._transport.clock import Clock, Deadline
from havip._transport.log import log, shown
from havip._transport.reply import Reply
from havip._transport.retry import Kind, Retry
from havip._transport.sign import CONTENT_TYPE, SKIP, authorization, check_key
from havip.api._base import Service
from havip.errors import ApiError, HavipError, TransportError, UnreachableError

if TYPE_CHECKING:  # not imported at run time
    from havip._transport.endpoint import Target
    from havip._transport.rate_limit import RateLimiter
    from havip.credentials import CredentialProvider, Credentials

T = TypeVar("T")
USER_AGENT: Final = f"havip/{__version__}"
WORTHWHILE: Final = 0.1
"""Fraction of a call's time (at most a second) that must be left for another attempt."""


class Backend(Protocol):
    """The I/O of a client."""

    async def request(
        self, url: str, headers: Mapping[str, str], body: bytes, timeout: float
    ) -> Reply:
        """Send a POST request within `timeout` seconds in total."""
        ...

    async def credentials(self, provider: CredentialProvider) -> Credentials:
        """Return the credentials of a provider, within the deadline of the context."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        ...


class Call(NamedTuple):
    """One call.

    Attributes:
        action: The action.
        service: The service it belongs to.
        body: The encoded parameters.
        kind: The effect of sending it twice.
        rate: Calls per second that the service allows.
        signed: Whether the call is signed; that of a web identity is not.
    """

    action: str
    service: Service
    body: bytes
    kind: Kind
    rate: float
    signed: bool = True


class Attempt(NamedTuple):
    """One attempt of a call, for the `on_attempt` of a client.

    Attributes:
        action: The action, such as ``CreateHaVip``.
        service: The service, such as ``vpc``.
        region: The region id.
        number: 1 for the first attempt of a call.
        started: Start time, in seconds since 1970.
        seconds: Its duration.
        code: The code of the API's error or of the `havip.errors.TransportError`; empty on
            success.
        request_id: The request id, for Tencent's support; empty without a response.
    """

    action: str
    service: str
    region: str
    number: int
    started: float
    seconds: float
    code: str
    request_id: str


class Options(NamedTuple):
    """Options of a single call.

    Attributes:
        retry: The retry policy.
        timeout: Timeout in seconds for one attempt.
    """

    retry: Retry
    timeout: float


class CallSender:
    """Sends calls with shared settings.

    Args:
        backend: The I/O.
        credentials: Provider of the key that calls are signed with.
        clock: Clock for signatures and deadlines.
        resolve: Returns the address and region of a service; called once for each service.
        language: Language of the service's messages.
        limiter: Client-side rate limiter, if any.
        user_agent: Suffix of the User-Agent header.
        on_attempt: Called after each attempt.
    """

    def __init__(
        self,
        *,
        backend: Backend,
        credentials: CredentialProvider | None,
        clock: Clock,
        resolve: Callable[[str], tuple[Target, str]],
        language: str = "en-US",
        limiter: RateLimiter | None = None,
        user_agent: str = "",
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> None:
        self.backend = backend
        self._credentials = credentials
        self._clock = clock
        self._resolve = resolve
        self._language = language
        self._limiter = limiter
        self._user_agent = f"{USER_AGENT} {user_agent}" if user_agent else USER_AGENT
        self._on_attempt = on_attempt
        self._targets: dict[str, tuple[Target, str]] = {}

    async def make(self, call: Call, read: Callable[[Reply, float], T], options: Options) -> T:
        """Send a call, retry it by the rules, and parse its response.

        The deadline is that of `options.retry`, or one `options.timeout` if that is longer, and in
        any case no later than the deadline of the context.

        Args:
            call: The call.
            read: Parses the response, given the local time of sending.
            options: The retry policy and the timeout.

        Raises:
            ApiError: The service rejected the call.
            TransportError: No usable response was received.
            CredentialError: No credentials were found.
        """
        retry, timeout = options
        failures: list[ApiError | TransportError] = []
        with Deadline(self._clock, max(retry.deadline, timeout)) as deadline:
            beyond = max(0.0, deadline.seconds - retry.deadline)  # for the first attempt only
            worthwhile = min(1.0, WORTHWHILE * deadline.seconds)
            while True:
                try:
                    if self._limiter is not None:
                        await self._take_turn(self._limiter, call, deadline)
                    # A failure here is not a failure of this call, and is not retried.
                    key = await self._key(call)
                    limit = min(timeout, deadline.left() - (beyond if failures else 0.0))
                    if limit <= 0:
                        raise _Failed(_not_sent(call, "the time was over before", deadline))
                    return await self._attempt(call, key, read, limit, len(failures) + 1)
                except _Failed as failed:
                    failures.append(failed.error)
                pause = retry.pause(failures[-1].code, call.kind, len(failures))
                left = 0.0 if deadline.final else deadline.left() - beyond
                if pause is None or pause + worthwhile >= left:
                    raise _last(call, retry, failures) from failures[-1].__cause__
                log.info("%s: %s; again in %.2f s", call.action, failures[-1].code, pause)
                await self._sleep(pause, deadline)

    def where(self, service: str) -> tuple[Target, str]:
        """Return the address and region of a service; the environment is read once.

        Raises:
            UsageError: There is no region, or the region or endpoint is malformed.
        """
        found = self._targets.get(service)
        if found is None:
            found = self._targets[service] = self._resolve(service)
        return found

    def redirect(self, resolve: Callable[[str], tuple[Target, str]]) -> None:
        """Replace the resolver of addresses and regions.

        Args:
            resolve: Returns the address and region of a service.
        """
        self._resolve = resolve
        self._targets = {}

    async def _take_turn(self, limiter: RateLimiter, call: Call, deadline: Deadline) -> None:
        """Wait for a turn of the rate limiter."""
        pause = limiter.take(call.action, call.rate, deadline.left())
        if pause is None:
            raise _Failed(_not_sent(call, "the rate limiter (pace=) had no turn for it", deadline))
        if pause > 0:
            await self._sleep(pause, deadline)

    async def _sleep(self, seconds: float, deadline: Deadline) -> None:
        await self.backend.sleep(seconds)
        deadline.slept += seconds

    async def _key(self, call: Call) -> Credentials | None:
        if not call.signed or self._credentials is None:
            return None
        key = await self.backend.credentials(self._credentials)
        check_key(key, self._credentials)
        return key

    async def _attempt(
        self,
        call: Call,
        key: Credentials | None,
        read: Callable[[Reply, float], T],
        limit: float,
        number: int,
    ) -> T:
        """Send the call once and parse the response."""
        target, region = self.where(call.service.name)
        now = self._clock.time()
        headers = self._headers(call, key, target.host, region, int(now))
        verbose = log.isEnabledFor(logging.DEBUG)
        if verbose:
            place = f"{target.host}, {region}, attempt {number}"
            log.debug("%s: to %s: %s", call.action, place, shown(call.body))
        begun = self._clock.monotonic()
        error: ApiError | TransportError | None = None
        result: Any = None
        try:
            reply = await self.backend.request(target.url, headers, call.body, limit)
            if verbose:
                took = self._clock.monotonic() - begun
                log.debug(
                    "%s: HTTP %d in %.3f s: %s", call.action, reply.status, took, shown(reply.body)
                )
            result = read(reply, now)
        except (ApiError, TransportError) as caught:
            error = caught
        if self._on_attempt is not None:
            seconds = self._clock.monotonic() - begun
            self._report(call, region, number, (now, seconds), error or result)
        if error is not None:
            raise _Failed(error)
        answer: T = result
        return answer

    def _report(
        self, call: Call, region: str, number: int, time: tuple[float, float], outcome: Any
    ) -> None:
        """Call the hook; its exceptions must not fail the call."""
        code = outcome.code if isinstance(outcome, ApiError | TransportError) else ""
        request_id = str(
            outcome.get("RequestId", "")
            if isinstance(outcome, dict)
            else getattr(outcome, "request_id", "")
        )
        attempt = Attempt(call.action, call.service.name, region, number, *time, code, request_id)
        try:
            assert self._on_attempt is not None  # noqa: S101 - the caller has looked
            self._on_attempt(attempt)
        except Exception:
            log.exception("%s: on_attempt failed, and the call goes on", call.action)

    def _headers(
        self, call: Call, key: Credentials | None, host: str, region: str, timestamp: int
    ) -> dict[str, str]:
        """Build the headers of a call, including the signature."""
        headers = {
            "Host": host,
            "Content-Type": CONTENT_TYPE,
            "User-Agent": self._user_agent,
            "X-TC-Action": call.action,
            "X-TC-Version": call.service.version,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Region": region,
            "X-TC-Language": self._language,
        }
        if key is None:
            headers["Authorization"] = SKIP
            return headers
        headers["Authorization"] = authorization(
            secret_id=key.secret_id,
            secret_key=key.secret_key,
            service=call.service.name,
            host=host,
            timestamp=timestamp,
            body=call.body,
        )
        if key.token:
            headers["X-TC-Token"] = key.token
        return headers


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine of a blocking client to its end, without an event loop.

    Args:
        coroutine: A coroutine that never suspends.
    """
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise RuntimeError("a blocking client suspended: this is a defect of havip")


class _Failed(Exception):  # noqa: N818 - it never leaves this module
    """An attempt failed; credential errors are not wrapped, even those of the same classes."""

    def __init__(self, error: ApiError | TransportError) -> None:
        self.error = error


def _not_sent(call: Call, why: str, deadline: Deadline) -> UnreachableError:
    error = UnreachableError(
        f"{call.action}: not sent, since {why}; it had {deadline.seconds:.3g} s, give it more "
        "(retry=, timeout=)"
    )
    error.code = "Unreachable.Timeout"
    return error


def _last(call: Call, retry: Retry, failures: list[ApiError | TransportError]) -> HavipError:
    """Choose the error to raise: the last one, unless an earlier one says more."""
    told = [failure for failure in failures if not isinstance(failure, UnreachableError)]
    error: HavipError = told[-1] if told else failures[-1]
    if len(failures) > 1:
        error.attempts = tuple(failure.code for failure in failures)
    if call.kind is not Kind.READ:
        error.in_doubt = any(retry.rule(failure.code).doubt for failure in failures)
    return error
