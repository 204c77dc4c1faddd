"""The credentials file shared by Tencent's SDKs, and helpers for reading such files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from havip._checks import path as check_path
from havip.credentials.base import Credentials, NoCredentialsError
from havip.credentials.profiles import check_name
from havip.errors import CredentialError

if TYPE_CHECKING:
    import configparser

SYSTEM_FILE: Final = Path("/etc/tencentcloud/credentials")
Stamp = tuple[Path, int, int]


class ProfileFile:
    """Credentials of a profile in the credentials file shared by Tencent's SDKs.

    The file is ``~/.tencentcloud/credentials``, or ``/etc/tencentcloud/credentials`` if that does
    not exist; ``TENCENTCLOUD_CREDENTIALS_FILE`` sets another path. It is an INI file with a section
    for each profile, which contains ``secret_id``, ``secret_key`` and optionally ``token``. ``havip
    configure`` writes it. It is read again after a change.

    Args:
        profile: The section to read.
        path: The file; the default paths above if omitted.
    """

    def __init__(
        self, profile: str = "default", path: str | os.PathLike[str] | None = None
    ) -> None:
        self._profile = check_name(profile, "profile")
        self._path = (
            None if path is None else check_path("path", path, "~/.tencentcloud/credentials")
        )
        self._read: tuple[Stamp, Credentials] | None = None

    def get(self) -> Credentials:
        """Read the file.

        Raises:
            CredentialError: It does not exist, is not readable, or lacks the profile or a key.
        """
        stamp = stamp_of(_find(self._path))
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, self._parse(stamp[0]))
        return self._read[1]

    def has_profile(self) -> bool:
        """Return whether the file exists and has the section.

        Raises:
            CredentialError: It is not readable.
        """
        try:
            return _sections(_find(self._path)).has_section(self._profile)
        except NoCredentialsError:
            return False

    def _parse(self, path: Path) -> Credentials:
        parser = _sections(path)
        if not parser.has_section(self._profile):
            raise CredentialError(f"{path} has no section [{self._profile}]")
        section = {name: value.strip(" \"'") for name, value in parser.items(self._profile)}
        return credentials_of(f"{path} [{self._profile}]", section, ("secret_id", "secret_key"))


def section_region(profile: str) -> str | None:
    """Return the ``region`` of a section of the credentials file, if it has one.

    Args:
        profile: The section.
    """
    try:
        parser = _sections(_find(None))
    except CredentialError:
        return None  # reading the key in the file reports the problem
    return parser.get(profile, "region", fallback="").strip(" \"'") or None


def _find(path: str | os.PathLike[str] | None) -> Path:
    named = path or os.environ.get("TENCENTCLOUD_CREDENTIALS_FILE")
    if named:
        return Path(named)
    own = in_home(".tencentcloud", "credentials")
    for candidate in (own, SYSTEM_FILE):
        if candidate is not None and exists(candidate):
            return candidate
    raise NoCredentialsError(f"no file {own or '~/.tencentcloud/credentials'} or {SYSTEM_FILE}")


def in_home(*parts: str) -> Path | None:
    """Return a path in the home directory, or None if the user has none."""
    try:
        return Path.home().joinpath(*parts)
    except RuntimeError:
        return None


def exists(path: Path) -> bool:
    """Return whether a file is there for this user: not in a directory that it cannot enter."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _sections(path: Path) -> configparser.ConfigParser:
    import configparser  # here because few processes read this file, but all import this module

    parser = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        parser.read_string(_text(path), source=str(path))
    except configparser.Error:
        raise CredentialError(f"{path} is not an INI file with a [section]") from None
    return parser


def credentials_of(
    where: str, found: Mapping[str, Any], names: tuple[str, str], expires: str = ""
) -> Credentials:
    """Build credentials from the content of a file."""
    for name in names:
        if not found.get(name):
            raise CredentialError(f"{where} has no {name}")
    until = found.get(expires)
    try:
        end = float(until) if until else None
    except (TypeError, ValueError, OverflowError):
        raise CredentialError(f"{where}: {expires} is not a number") from None
    try:
        return Credentials(
            str(found[names[0]]),
            str(found[names[1]]),
            str(found.get("token") or "") or None,
            end,
        )
    except CredentialError as error:
        raise CredentialError(f"{where}: {error}") from None


def stamp_of(path: Path) -> Stamp:
    """Return a value that changes whenever a file changes."""
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


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; errors do not show its content."""
    try:
        content = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise CredentialError(f"{path} is not JSON (line {line})") from None
    if not isinstance(content, dict):
        raise CredentialError(f"{path} is not a JSON object")
    return content
