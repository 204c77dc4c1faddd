"""Temporary credentials of roles: that of the machine, and those that a key may take on."""

from __future__ import annotations

import json
import os
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from havip._transport.clock import Clock
from havip._transport.http import Reply, Transport
from havip.credentials.base import (
    AbsentError,
    CredentialProvider,
    Credentials,
    Renewed,
)
from havip.errors import CredentialError, TransportError, one_line

METADATA: Final = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/"
STS_REGION: Final = "ap-guangzhou"


class CvmRole(Renewed):
    """The credentials of the role that is attached to this machine, from its metadata service.

    They are renewed five minutes before they run out. ``HAVIP_METADATA_URL`` names another
    address to ask; set to nothing, it switches this off.

    Args:
        role: Name of the role; the machine's own if left out.
        url: Where to ask.
        clock: Where time comes from.
        timeout: Seconds to wait for the answer; a machine elsewhere has no such service.
    """

    def __init__(
        self,
        role: str | None = None,
        *,
        url: str | None = None,
        clock: Clock | None = None,
        timeout: float = 2.0,
    ) -> None:
        super().__init__(clock)
        self._role = role
        self._url = url
        self._timeout = timeout

    def _fetch(self) -> Credentials:
        url = self._url if self._url is not None else os.environ.get("HAVIP_METADATA_URL", METADATA)
        if not url:
            raise AbsentError("role of the machine: switched off by HAVIP_METADATA_URL")
        base = url if url.endswith("/") else f"{url}/"
        transport = Transport(connect_timeout=1.0, read_timeout=self._timeout, proxies={})
        try:
            role = self._role or _attached(_ask(transport, base))
            return _role_credentials(role, _ask(transport, base + quote(role, safe="")))
        finally:
            transport.close()


def _ask(transport: Transport, url: str) -> Reply:
    """Ask the metadata service, which only machines in the cloud have."""
    try:
        return transport.request("GET", url, {"Accept": "*/*"})
    except TransportError:
        raise AbsentError("role of the machine: no metadata service answers") from None


def _attached(reply: Reply) -> str:
    """Read which role is attached to the machine."""
    lines = reply.body.decode("utf-8", errors="replace").split()
    if reply.status != 200 or not lines:
        raise AbsentError("role of the machine: none is attached")
    return lines[0]


def _role_credentials(role: str, reply: Reply) -> Credentials:
    """Read the credentials of a role from the metadata service's answer."""
    try:
        found: dict[str, Any] = json.loads(reply.body)
        code, until = str(found["Code"]), float(found.get("ExpiredTime") or 0)
        secret_id, secret_key, token = (
            str(found.get(name) or "") for name in ("TmpSecretId", "TmpSecretKey", "Token")
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CredentialError(
            f"the metadata service's answer for the role {role!r} is not as documented "
            f"(HTTP {reply.status})"
        ) from None
    if code != "Success":
        raise CredentialError(
            f"the metadata service has no credentials for the role {role!r}: {one_line(code)}"
        )
    return Credentials(secret_id, secret_key, token, until)


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
        from havip import api
        from havip.client import Client

        request = api.AssumeRole(
            role_arn=self._role_arn,
            role_session_name=self._session_name,
            duration_seconds=self._duration,
            external_id=self._external_id,
        )
        with Client(
            self._session.region or os.environ.get("TENCENTCLOUD_REGION") or STS_REGION,
            credentials=self._source,
            endpoint=self._session.endpoint,
            site=self._session.site,
            clock=self._clock,
        ) as client:
            answer = client.send(request)
        found = answer.credentials
        return Credentials(
            found.tmp_secret_id, found.tmp_secret_key, found.token, float(answer.expired_time)
        )
