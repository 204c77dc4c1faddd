"""One call from its parameters to its answer: sign, send, read, and again by the rules."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from havip import __version__
from havip._transport.clock import Clock
from havip._transport.endpoint import (
    Site,
    Target,
    endpoint_of_environment,
    target,
)
from havip._transport.http import Reply, Transport
from havip._transport.log import log, shown
from havip._transport.rate_limit import Limiter
from havip._transport.retry import Kind, Retry
from havip._transport.sign import CONTENT_TYPE, authorization
from havip.api._base import Service
from havip.errors import ApiError, HavipError, TransportError, UnreachableError

if TYPE_CHECKING:  # at run time a caller is given both, and imports neither
    from havip.credentials import CredentialProvider, Credentials

T = TypeVar("T")
USER_AGENT = f"havip/{__version__}"


class Call(NamedTuple):
    """One call that is to be made.

    Attributes:
        action: The action.
        service: The service it belongs to.
        body: The bytes of its parameters.
        kind: What a second sending would do.
        rate: Calls per second that the service allows.
    """

    action: str
    service: Service
    body: bytes
    kind: Kind
    rate: float


class Caller:
    """Makes calls; all that is the same for each of them.

    The parameters are those of `havip.Client`, of which this is the inside; `region` is asked
    for the region when the first call is made.
    """

    def __init__(
        self,
        *,
        credentials: CredentialProvider,
        transport: Transport,
        clock: Clock,
        retry: Retry,
        site: Site,
        region: Callable[[], str],
        endpoint: str | None,
        language: str,
        limiter: Limiter | None,
    ) -> None:
        self._region = region
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._retry = retry
        self._site = site
        self._endpoint = endpoint
        self._language = language
        self._limiter = limiter
        self._places: dict[str, tuple[Target, str]] = {}

    def make(
        self, call: Call, read: Callable[[Reply, float], T], deadline: float | None = None
    ) -> T:
        """Make a call, repeat it by the rules, and read its answer.

        Args:
            call: The call.
            read: Reads what comes back, given the local time of sending.
            deadline: Seconds after which it is not repeated, if sooner than the own ones.

        Raises:
            ApiError: The service refused it.
            TransportError: No usable answer came.
            CredentialError: There is nothing to sign with.
        """
        self._pace(call)
        patience = self._retry.deadline if deadline is None else min(deadline, self._retry.deadline)
        end = self._clock.monotonic() + patience
        failures: list[ApiError | TransportError] = []
        limit: float | None = None  # the first attempt has the time of one attempt
        while True:
            key = self._credentials.get()  # what fails in there is not a failure of this call
            try:
                return self._attempt(call, key, read, limit, len(failures) + 1)
            except (ApiError, TransportError) as error:
                failures.append(error)
                pause = self._retry.pause(error.code, call.kind, len(failures))
                if pause is None or pause >= end - self._clock.monotonic():
                    raise self._last(call, failures) from error.__cause__
                log.info("%s: %s; again in %.2f s", call.action, error.code, pause)
            self._clock.sleep(pause)
            self._pace(call)
            limit = max(1.0, end - self._clock.monotonic())

    def where(self, service: str) -> tuple[Target, str]:
        """Find address and region of a service; the environment is asked once.

        Raises:
            UsageError: There is no region, or region or endpoint are malformed.
        """
        found = self._places.get(service)
        if found is None:
            region = self._region()
            endpoint = self._endpoint or endpoint_of_environment()
            found = target(endpoint, self._site, service, region), region
            self._places[service] = found
        return found

    def _pace(self, call: Call) -> None:
        if self._limiter is not None:
            self._limiter.wait(call.action, call.rate)

    def _attempt(
        self,
        call: Call,
        key: Credentials,
        read: Callable[[Reply, float], T],
        limit: float | None,
        number: int,
    ) -> T:
        """Send the call once and read what comes back."""
        address, region = self.where(call.service.name)
        now = self._clock.time()
        headers = self._headers(call, key, address.host, region, int(now))
        verbose = log.isEnabledFor(logging.DEBUG)
        if verbose:
            place = f"{address.host}, {region}, attempt {number}"
            log.debug("%s: to %s: %s", call.action, place, shown(call.body))
        reply = self._transport.request("POST", address.url, headers, call.body, limit)
        if verbose:
            took = self._clock.time() - now
            log.debug(
                "%s: HTTP %d in %.3f s: %s", call.action, reply.status, took, shown(reply.body)
            )
        return read(reply, now)

    def _headers(
        self, call: Call, key: Credentials, host: str, region: str, timestamp: int
    ) -> Mapping[str, str]:
        """Put the headers of a call together, signature included."""
        headers = {
            "Host": host,
            "Content-Type": CONTENT_TYPE,
            "User-Agent": USER_AGENT,
            "X-TC-Action": call.action,
            "X-TC-Version": call.service.version,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Region": region,
            "X-TC-Language": self._language,
            "Authorization": authorization(
                secret_id=key.secret_id,
                secret_key=key.secret_key,
                service=call.service.name,
                host=host,
                timestamp=timestamp,
                body=call.body,
            ),
        }
        if key.token:
            headers["X-TC-Token"] = key.token
        return headers

    def _last(self, call: Call, failures: list[Any]) -> HavipError:
        """Choose the error to raise: the last one, unless it hides one that says more."""
        told = [error for error in failures if not isinstance(error, UnreachableError)]
        error: HavipError = told[-1] if told else failures[-1]
        if len(failures) > 1:
            error.attempts = tuple(failure.code for failure in failures)
        if call.kind is not Kind.READ:
            error.in_doubt = any(self._retry.rule(failure.code).doubt for failure in failures)
        return error
