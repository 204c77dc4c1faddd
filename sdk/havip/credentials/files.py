"""Credentials and settings in files: the SDKs' own, and those of tccli."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from havip._transport.clock import Clock, SystemClock
from havip.credentials.base import AbsentError, CredentialProvider, Credentials
from havip.credentials.roles import AssumeRole, CvmRole, Session
from havip.errors import CredentialError

SYSTEM_FILE: Final = Path("/etc/tencentcloud/credentials")
Stamp = tuple[Path, int, int]


class ProfileFile:
    """Credentials of the file that Tencent's SDKs share.

    The file is ``~/.tencentcloud/credentials``, or ``/etc/tencentcloud/credentials`` where that
    one does not exist; ``TENCENTCLOUD_CREDENTIALS_FILE`` names another. It is an INI file with a
    section for each profile and ``secret_id``, ``secret_key`` and perhaps ``token`` in it. It is
    read again when it changed.

    Args:
        profile: The section to read.
        path: The file; the places above if left out.
    """

    def __init__(
        self, profile: str = "default", path: str | os.PathLike[str] | None = None
    ) -> None:
        self._profile = profile
        self._path = path
        self._read: tuple[Stamp, Credentials] | None = None

    def get(self) -> Credentials:
        """Read the file.

        Raises:
            CredentialError: It is not there, not readable, or lacks the profile or a key.
        """
        stamp = _stamp(self._find())
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, self._parse(stamp[0]))
        return self._read[1]

    def _find(self) -> Path:
        named = self._path or os.environ.get("TENCENTCLOUD_CREDENTIALS_FILE")
        if named:
            if not Path(named).exists():
                raise CredentialError(f"there is no credentials file {named}")
            return Path(named)
        own = Path.home() / ".tencentcloud" / "credentials"
        for path in (own, SYSTEM_FILE):
            if path.exists():
                return path
        raise AbsentError(f"no file {own} or {SYSTEM_FILE}")

    def _parse(self, path: Path) -> Credentials:
        import configparser  # here, since few processes read this file and all import this module

        parser = configparser.ConfigParser(interpolation=None, default_section="")
        try:
            parser.read_string(_text(path), source=str(path))
        except configparser.Error:
            raise CredentialError(f"{path} is not an INI file with a [section]") from None
        if not parser.has_section(self._profile):
            raise CredentialError(f"{path} has no section [{self._profile}]")
        section = {name: value.strip(" \"'") for name, value in parser.items(self._profile)}
        return _credentials(f"{path} [{self._profile}]", section, ("secret_id", "secret_key"))


class TccliProfile:
    """Credentials of a profile of Tencent's command line tool, ``tccli``.

    They lie in ``~/.tccli/PROFILE.credential``; the profile is the one of ``TCCLI_PROFILE``, or
    ``default``. A profile may be a plain key, a role to take on with that key, the role of the
    machine, or the temporary key of a log-in, which only tccli itself can renew. The file is read
    again when it changed.

    Args:
        profile: Name of the profile; the environment's if left out.
        session: How the security token service is reached where the profile is a role.
    """

    def __init__(self, profile: str | None = None, session: Session | None = None) -> None:
        self._profile = profile
        self._session = session or Session()
        self._read: tuple[Stamp, CredentialProvider] | None = None

    def get(self) -> Credentials:
        """Read the profile, and take on its role where it has one.

        Raises:
            CredentialError: It is not there, not readable, lacks a key, or its log-in ran out.
        """
        stamp = _stamp(self._find())
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, self._parse(stamp[0]))
        credentials = self._read[1].get()
        if credentials.expires and credentials.expires <= self._clock().time():
            raise CredentialError(f"{stamp[0]}: the log-in ran out: log in again with tccli")
        return credentials

    def _clock(self) -> Clock:
        return self._session.clock or SystemClock()

    def _find(self) -> Path:
        path = tccli_path(self._profile, "credential")
        if path.exists():
            return path
        if self._profile or os.environ.get("TCCLI_PROFILE"):
            raise CredentialError(f"there is no tccli profile {path}")
        raise AbsentError(f"no file {path}")

    def _parse(self, path: Path) -> CredentialProvider:
        content = _json(path)
        if content.get("type") == "cvm-role":
            return CvmRole(clock=self._session.clock)
        key = _credentials(str(path), content, ("secretId", "secretKey"), "expiresAt")
        role = content.get("role-arn")
        if not role:
            return key
        name = str(content.get("role-session-name") or "havip")
        return AssumeRole(str(role), name, source=key, session=self._session)


def tccli_path(profile: str | None, kind: str) -> Path:
    """Find a file of a tccli profile: ``credential`` or ``configure``."""
    name = profile or os.environ.get("TCCLI_PROFILE") or "default"
    return Path.home() / ".tccli" / f"{name}.{kind}"


def tccli_region() -> str | None:
    """Read the region of the tccli profile, if there is one."""
    path = tccli_path(None, "configure")
    if not path.exists():
        return None
    settings = _json(path).get("_sys_param")
    region = settings.get("region") if isinstance(settings, dict) else None
    return str(region) if region else None


def _credentials(
    where: str, found: Mapping[str, Any], names: tuple[str, str], expires: str = ""
) -> Credentials:
    """Make credentials of what a file holds."""
    for name in names:
        if not found.get(name):
            raise CredentialError(f"{where} has no {name}")
    until = found.get(expires)
    try:
        return Credentials(
            str(found[names[0]]),
            str(found[names[1]]),
            str(found.get("token") or "") or None,
            float(until) if until else None,
        )
    except (CredentialError, ValueError) as error:
        raise CredentialError(f"{where}: {error}") from None


def _stamp(path: Path) -> Stamp:
    """Tell one state of a file from another."""
    try:
        status = path.stat()
    except OSError as error:
        raise CredentialError(f"cannot read {path}: {error.strerror}") from None
    return path, status.st_mtime_ns, status.st_size


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CredentialError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CredentialError(f"cannot read {path}: it is not UTF-8 text") from None


def _json(path: Path) -> dict[str, Any]:
    """Read a JSON object; what is wrong with it is told without showing it."""
    try:
        content = json.loads(_text(path))
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise CredentialError(f"{path} is not JSON (line {line})") from None
    if not isinstance(content, dict):
        raise CredentialError(f"{path} is not a JSON object")
    return content
