"""The metadata service of a CVM instance: instance id, region, credentials of its role."""

from __future__ import annotations

import json
import os
from typing import Any, Final
from urllib.parse import quote

from havip._checks import seconds, text
from havip._lazy import load
from havip._transport.clock import Clock, current_deadline
from havip._transport.reply import Reply
from havip.credentials.base import Credentials, NoCredentialsError, Renewed
from havip.errors import (
    BadAnswerError,
    CredentialError,
    TransportError,
    UnreachableError,
    one_line,
)

ROOT: Final = "http://metadata.tencentyun.com/latest/meta-data"
_ROLES: Final = "cam/security-credentials"


class MetadataService:
    """Client of the metadata service, which is only available on CVM instances.

    ``HAVIP_METADATA_URL`` sets another address, with or without the path of the role credentials;
    an empty value disables the service. Requests time out within seconds, since keepalived's
    scripts wait for them.

    Args:
        url: Address of the service; that of the variable, or the cloud's own, if omitted.
        timeout: Timeout in seconds.
    """

    def __init__(self, url: str | None = None, *, timeout: float = 2.0) -> None:
        self._url = None if url is None else text("url", url, "http://metadata.tencentyun.com")
        self._timeout = seconds("timeout", timeout)

    def instance_id(self) -> str:
        """Return the id of this instance, such as ``ins-1a2b3c4d``.

        Raises:
            TransportError: The service does not answer, or its response has no id.
        """
        return self._word("instance-id")

    def region(self) -> str:
        """Return the region of this instance, such as ``ap-guangzhou``.

        Raises:
            TransportError: The service does not answer, or its response has no region.
        """
        return self._word("placement/region")

    def role_names(self) -> list[str]:
        """Return the names of the attached roles; empty if there are none.

        Raises:
            TransportError: The service does not answer.
        """
        reply = self._get(_ROLES, "")
        return reply.body.decode("utf-8", errors="replace").split() if reply.status == 200 else []

    def role_credentials(self, role: str) -> Reply:
        """Request the temporary credentials of a role.

        Args:
            role: Name of the role.

        Raises:
            TransportError: The service does not answer.
        """
        return self._get(_ROLES, quote(role, safe=""))

    def _word(self, what: str) -> str:
        try:
            reply = self._get("", what)
        except UnreachableError as error:
            if error.code == _OFF:
                raise
            raise _silent(what) from None
        except TransportError:
            raise _silent(what) from None
        words = reply.body.decode("utf-8", errors="replace").split()
        if reply.status != 200 or len(words) != 1:
            raise BadAnswerError(
                f"metadata service: no {what} in its answer (HTTP {reply.status})", reply.status
            )
        return words[0]

    def _get(self, folder: str, name: str) -> Reply:
        url = self._url if self._url is not None else os.environ.get("HAVIP_METADATA_URL", ROOT)
        if not url:
            off = UnreachableError("metadata service: switched off by HAVIP_METADATA_URL")
            off.code = _OFF
            raise off
        deadline = current_deadline()
        left = self._timeout if deadline is None else max(0.0, deadline.left())
        transport = load("havip._transport.http").Transport(
            connect_timeout=1.0, timeout=min(self._timeout, left), proxies={}
        )
        try:
            reply: Reply = transport.request(
                "GET", f"{_base(url, folder)}/{name}", {"Accept": "*/*"}
            )
            return reply
        finally:
            transport.close()


_OFF: Final = "Unreachable.Off"


def _base(url: str, folder: str) -> str:
    """Return the URL of a folder; an address without a path is that of the role credentials."""
    root, roles, _ = url.partition(_ROLES)
    if folder and not roles and not root.rstrip("/").endswith("meta-data"):
        return root.rstrip("/")
    return f"{root.rstrip('/')}/{folder}".rstrip("/")


def _silent(what: str) -> UnreachableError:
    return UnreachableError(
        f"metadata service: no {what}, since none answers, as on a machine outside of Tencent Cloud"
    )


class CvmRole(Renewed):
    """Credentials of the CAM role of this CVM instance, from the metadata service.

    They are renewed five minutes before they expire. ``HAVIP_METADATA_URL`` sets another address;
    an empty value disables this provider.

    Args:
        role: Name of the role; the instance's own if omitted.
        url: Address of the metadata service.
        clock: Clock for the expiry time.
        timeout: Timeout in seconds; other machines have no such service.
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
        self._role = None if role is None else text("role", role, "web")
        self._service = MetadataService(url, timeout=timeout)

    def _fetch(self) -> Credentials:
        try:
            role = self._role or next(iter(self._service.role_names()), "")
            if not role:
                raise NoCredentialsError("role of the machine: none is attached")
            return _parse(role, self._service.role_credentials(role))
        except TransportError as error:
            off = error.code == _OFF
            why = "switched off by HAVIP_METADATA_URL" if off else "no metadata service answers"
            raise NoCredentialsError(f"role of the machine: {why}") from None


def _parse(role: str, reply: Reply) -> Credentials:
    """Parse the credentials in the metadata service's response."""
    try:
        found: dict[str, Any] = json.loads(reply.body)
        code, until = str(found["Code"]), float(found.get("ExpiredTime") or 0)
        secret_id, secret_key, token = (
            str(found.get(name) or "") for name in ("TmpSecretId", "TmpSecretKey", "Token")
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise CredentialError(
            f"the metadata service's answer for the role {role!r} is not as documented "
            f"(HTTP {reply.status})"
        ) from None
    if code != "Success":
        raise CredentialError(
            f"the metadata service has no credentials for the role {role!r}: {one_line(code)}"
        )
    return Credentials(secret_id, secret_key, token, until)
