"""Credentials and region from the profiles of ``tccli``, Tencent's command line tool."""

from __future__ import annotations

import os
from pathlib import Path

from havip._transport.clock import Clock, SystemClock
from havip.credentials.base import CredentialProvider, Credentials, NoCredentialsError
from havip.credentials.files import Stamp, credentials_of, exists, in_home, read_json, stamp_of
from havip.credentials.metadata import CvmRole
from havip.credentials.profiles import check_name
from havip.credentials.roles import AssumedRole, Session, check_session
from havip.errors import CredentialError


class TccliProfile:
    """Credentials of a profile of Tencent's command line tool, ``tccli``.

    They are in ``~/.tccli/PROFILE.credential``; the default profile is that of ``TCCLI_PROFILE``,
    or ``default``. A profile may be a plain key, a role to assume with that key, the role of the
    instance, or the temporary key of a login, which only tccli itself can renew. The file is read
    again after a change.

    Args:
        profile: Name of the profile; that of the environment if omitted.
        session: The connection to the security token service, for a profile with a role.
    """

    def __init__(self, profile: str | None = None, session: Session | None = None) -> None:
        self._profile = None if profile is None else check_name(profile, "profile")
        self._session = check_session(session)
        self._read: tuple[Stamp, CredentialProvider] | None = None

    def get(self) -> Credentials:
        """Read the profile, and assume its role if it has one.

        Raises:
            CredentialError: It does not exist, is not readable, lacks a key, or its login expired.
        """
        stamp = stamp_of(self._find())
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, self._parse(stamp[0]))
        credentials = self._read[1].get()
        if credentials.expires and credentials.expires <= self._clock().time():
            raise CredentialError(f"{stamp[0]}: the log-in ran out: log in again with tccli")
        return credentials

    def _clock(self) -> Clock:
        return self._session.clock or SystemClock()

    def exists(self) -> bool:
        """Return whether the profile exists."""
        path = tccli_path(self._profile, "credential")
        return path is not None and exists(path)

    def _find(self) -> Path:
        path = tccli_path(self._profile, "credential")
        if path is not None and (self._profile or os.environ.get("TCCLI_PROFILE") or exists(path)):
            return path
        raise NoCredentialsError(f"no file {path or '~/.tccli/default.credential'}")

    def _parse(self, path: Path) -> CredentialProvider:
        content = read_json(path)
        if content.get("type") == "cvm-role":
            return CvmRole(clock=self._session.clock)
        key = credentials_of(str(path), content, ("secretId", "secretKey"), "expiresAt")
        role = content.get("role-arn")
        if not role:
            return key
        name = str(content.get("role-session-name") or "havip")
        return AssumedRole(str(role), name, source=key, session=self._session)


def tccli_path(profile: str | None, kind: str) -> Path | None:
    """Return the path of a file of a tccli profile, or None without a home directory.

    Args:
        profile: Name of the profile; that of the environment if omitted.
        kind: ``credential`` or ``configure``.
    """
    name = profile or os.environ.get("TCCLI_PROFILE") or "default"
    return in_home(".tccli", f"{name}.{kind}")


def tccli_region(profile: str | None = None) -> str | None:
    """Return the region of a tccli profile, if it has one.

    Args:
        profile: Name of the profile; that of the environment if omitted.
    """
    path = tccli_path(profile, "configure")
    if path is None or not exists(path):
        return None
    settings = read_json(path).get("_sys_param")
    region = settings.get("region") if isinstance(settings, dict) else None
    return str(region) if region else None
