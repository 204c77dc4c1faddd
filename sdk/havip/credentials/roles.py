"""Temporary credentials of an assumed role."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, Protocol, TypeVar

from havip._checks import count, instance, text
from havip._lazy import load
from havip._transport import wire
from havip._transport.caller import Call, CallSender, Options, run
from havip._transport.clock import Clock, SystemClock
from havip._transport.endpoint import (
    Target,
    check_region,
    check_site,
    endpoint_of_environment,
    target,
)
from havip._transport.retry import Kind, Retry
from havip.api._base import Request, Response
from havip.credentials.base import CredentialProvider, Credentials, Renewed, check_provider

if TYPE_CHECKING:
    from havip.api.sts import AssumeRoleResponse, AssumeRoleWithWebIdentityResponse

STS_REGION: Final = "ap-guangzhou"
ROLE_ARN: Final = "qcs::cam::uin/100000000001:roleName/ci"
"""Example of a role, for messages."""
LONGEST_DURATION: Final = 43_200
"""Maximum lifetime of temporary credentials in seconds."""
R = TypeVar("R", bound=Response)


class Session(NamedTuple):
    """Connection to the security token service; None selects the default of `Client`.

    Attributes:
        region: Region id.
        endpoint: As in `Client`.
        site: As in `Client`.
        clock: Clock for signatures and expiry times.
        profile: As in `Client`; where the chain searches for a key.
    """

    region: str | None = None
    endpoint: str | None = None
    site: str = "china"
    clock: Clock | None = None
    profile: str | None = None


class SourceFactory(Protocol):
    """Builds the credentials with which a role is assumed."""

    def __call__(self, session: Session, /) -> CredentialProvider:
        """Build the provider; `session` is the connection to the security token service."""
        ...


class AssumedRole(Renewed):
    """Temporary credentials of a role that is assumed with another key.

    Example::

        role = havip.AssumedRole("qcs::cam::uin/100000000001:roleName/havip")
        client = havip.Client("ap-guangzhou", credentials=role)

    Args:
        role_arn: The role, as ``qcs::cam::uin/<uin>:roleName/<name>``.
        session_name: The session name in the audit log.
        source: Provider of the key that assumes the role; the credential chain if omitted.
        duration: Lifetime of the credentials in seconds, at most 43200.
        external_id: The external id required by the role's trust policy, if any.
        session: The connection to the security token service.
    """

    default_source: ClassVar[SourceFactory]
    """Builds the default source; set by `havip.credentials.chain`, which imports this module."""

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
        self._session = check_session(session)
        super().__init__(self._session.clock)
        self._role_arn = text("role_arn", role_arn, ROLE_ARN)
        self._session_name = text("session_name", session_name, "havip")
        self._source = check_provider(source, "source")
        self._duration = count("duration", duration, most=LONGEST_DURATION)
        self._external_id = (
            None if external_id is None else text("external_id", external_id, "partner-1")
        )

    def _fetch(self) -> Credentials:
        from havip.api import sts

        request = sts.AssumeRole(
            role_arn=self._role_arn,
            role_session_name=self._session_name,
            duration_seconds=self._duration,
            external_id=self._external_id,
        )
        source = self._source or self.default_source(self._session)
        return credentials_of(call_sts(request, sts.AssumeRoleResponse, source, self._session))


def check_session(session: Session | None) -> Session:
    """Return the given session, or the default one.

    Raises:
        UsageError: It is not a session.
    """
    if session is None:
        return Session()
    return instance("session", session, Session, "havip.credentials.Session('ap-guangzhou')")


def call_sts(
    request: Request[R], answer: type[R], source: CredentialProvider | None, session: Session
) -> R:
    """Send a request to the security token service.

    If it is part of another call, it shares that call's deadline.

    Args:
        request: The request.
        answer: The response class.
        source: Credentials for the signature; None for an unsigned action.
        session: The connection to the service.
    """
    http = load("havip._transport.http")
    clock = session.clock or SystemClock()
    transport = http.Transport()
    site = check_site(session.site)

    def resolve(service: str) -> tuple[Target, str]:
        region = session.region or os.environ.get("TENCENTCLOUD_REGION") or STS_REGION
        endpoint = session.endpoint if session.endpoint is not None else endpoint_of_environment()
        return target(endpoint, site, service, check_region(region)), region

    caller = CallSender(
        backend=http.Blocking(transport, clock), credentials=source, clock=clock, resolve=resolve
    )
    pair, action = type(request), type(request).__name__
    call = Call(action, pair.service, wire.encode(request), Kind.READ, pair.rate, pair.signed)
    try:
        return run(
            caller.make(
                call,
                lambda reply, now: wire.decode(action, answer, reply, now),
                Options(Retry(deadline=20.0), 10.0),
            )
        )
    finally:
        transport.close()


def credentials_of(answer: AssumeRoleResponse | AssumeRoleWithWebIdentityResponse) -> Credentials:
    """Build credentials from the response of an action that assumes a role."""
    found = answer.credentials
    return Credentials(
        found.tmp_secret_id, found.tmp_secret_key, found.token, float(answer.expired_time)
    )
