"""Temporary credentials of a role that is assumed with another key."""

from __future__ import annotations

import os
from typing import ClassVar, Final, NamedTuple, Protocol, TypeVar

from havip._transport import wire
from havip._transport.caller import Call, Caller
from havip._transport.clock import Clock, SystemClock
from havip._transport.endpoint import check_site
from havip._transport.http import Transport
from havip._transport.retry import Kind, Retry
from havip.api._base import Request, Response
from havip.credentials.base import CredentialProvider, Credentials, Renewed

STS_REGION: Final = "ap-guangzhou"
R = TypeVar("R", bound=Response)


class Session(NamedTuple):
    """How the security token service is reached; None leaves it to the defaults of `Client`.

    Attributes:
        region: Region id.
        endpoint: As in `Client`.
        site: As in `Client`.
        clock: Where time comes from.
    """

    region: str | None = None
    endpoint: str | None = None
    site: str = "china"
    clock: Clock | None = None


class SourceFactory(Protocol):
    """Builds the credentials with which a role is assumed."""

    def __call__(self, session: Session, /) -> CredentialProvider:
        """Build the provider; `session` says how the security token service is reached."""
        ...


class AssumeRole(Renewed):
    """The temporary credentials of a role that a key may take on.

    Example::

        role = havip.AssumeRole("qcs::cam::uin/100000000001:roleName/havip")
        client = havip.Client("ap-guangzhou", credentials=role)

    Args:
        role_arn: Which role.
        session_name: A name that the service's audit log shows.
        source: The key that takes it on; the environment's and so on if left out.
        duration: Seconds that the credentials are good for, at most 43200.
        external_id: What the role may ask for besides.
        session: How the security token service is reached.
    """

    default_source: ClassVar[SourceFactory]
    """Builds the source where none is given; `havip.credentials.chain`, which imports this
    module, sets it."""

    def __init__(
        self,
        role_arn: str,
        session_name: str = "havip",
        *,
        source: CredentialProvider | None = None,
        duration: int = 7200,
        external_id: str | None = None,
        session: Session | None = None,
    ) -> None:
        self._session = session or Session()
        super().__init__(self._session.clock)
        self._role_arn = role_arn
        self._session_name = session_name
        self._source = source
        self._duration = duration
        self._external_id = external_id

    def _fetch(self) -> Credentials:
        from havip.api import sts

        request = sts.AssumeRole(
            role_arn=self._role_arn,
            role_session_name=self._session_name,
            duration_seconds=self._duration,
            external_id=self._external_id,
        )
        source = self._source or self.default_source(self._session)
        answer = call_sts(request, sts.AssumeRoleResponse, source, self._session)
        found = answer.credentials
        return Credentials(
            found.tmp_secret_id, found.tmp_secret_key, found.token, float(answer.expired_time)
        )


def call_sts(
    request: Request[R], answer: type[R], source: CredentialProvider, session: Session
) -> R:
    """Send a request to the security token service.

    Args:
        request: The request.
        answer: The class of its response.
        source: Credentials to sign with.
        session: How the service is reached.
    """
    clock = session.clock or SystemClock()
    transport = Transport()
    caller = Caller(
        credentials=source,
        transport=transport,
        clock=clock,
        retry=Retry(),
        site=check_site(session.site),
        region=lambda: session.region or os.environ.get("TENCENTCLOUD_REGION") or STS_REGION,
        endpoint=session.endpoint,
        language="en-US",
        limiter=None,
    )
    action = type(request).__name__
    call = Call(action, request.service, wire.encode(request), Kind.CHANGE, request.rate)
    try:
        return caller.make(call, lambda reply, now: wire.decode(action, answer, reply, now))
    finally:
        transport.close()
