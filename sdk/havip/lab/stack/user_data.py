"""Parse user data as cloud-init does.

Supported are shell scripts (``#!``) and the cloud-config modules that set up a server: bootcmd,
write_files, packages, runcmd, hostname. Other modules are listed as skipped.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import shlex
import zlib
from dataclasses import dataclass, field
from typing import Any

from havip.lab.namespace import LabError

HEADER = "#cloud-config"
_LARGEST = 16 << 20
_KNOWN = {"bootcmd", "write_files", "packages", "runcmd", "hostname", "fqdn"}
_HARMLESS = {"package_update", "package_upgrade", "package_reboot_if_required", "output",
             "preserve_hostname", "manage_etc_hosts", "final_message"}  # fmt: skip


@dataclass(frozen=True)
class WrittenFile:
    """A file of write_files."""

    path: str
    content: bytes = field(repr=False)
    mode: int = 0o644
    owner: str = "root:root"
    append: bool = False


@dataclass(frozen=True)
class UserData:
    """Parsed user data.

    Attributes:
        boot: Commands of every boot, as lines of a shell script.
        files: Files in order; those with ``defer`` last.
        packages: Packages to install.
        run: Commands of the first boot, as lines of a shell script.
        script: The whole script if the user data is one.
        left_out: Modules that are not supported.
    """

    boot: tuple[str, ...] = ()
    files: tuple[WrittenFile, ...] = ()
    packages: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    script: str = ""
    left_out: tuple[str, ...] = ()


def read(encoded: str) -> UserData:
    """Parse user data as passed to the API: base64 of text or of gzip.

    Raises:
        LabError: It is malformed or not supported.
    """
    text = _text(encoded)
    if not text.strip():
        return UserData()
    if text.startswith("#!"):
        return UserData(script=text)
    if not text.startswith(HEADER):
        first = text.partition("\n")[0][:60]
        raise LabError(
            f"user data begins with {first!r}; the lab runs {HEADER} and shell scripts (#!)"
        )
    return _cloud_config(text)


def _text(encoded: str) -> str:
    try:
        data = base64.b64decode(encoded, validate=True)
        if data.startswith(b"\x1f\x8b"):
            data = _unpacked(data)
        return data.decode()
    except (binascii.Error, OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise LabError(f"user data cannot be read: {error}") from None


def _unpacked(data: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    found = stream.decompress(data, _LARGEST)
    if stream.unconsumed_tail:
        raise LabError(f"user data has more than {_LARGEST} bytes when unpacked")
    return found


def _cloud_config(text: str) -> UserData:
    import yaml

    try:
        found: Any = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 1}" if where else ""
        raise LabError(f"user data is not YAML{line}: {getattr(error, 'problem', error)}") from None
    if not isinstance(found, dict):
        raise LabError("user data is a cloud-config without keys")
    files = [_file(one) for one in _list(found, "write_files")]
    files.sort(key=lambda one: one[0])
    return UserData(
        boot=tuple(_line(one) for one in _list(found, "bootcmd")),
        files=tuple(file for _, file in files),
        packages=tuple(_package(one) for one in _list(found, "packages")),
        run=tuple(_line(one) for one in _list(found, "runcmd")),
        left_out=tuple(sorted(set(map(str, found)) - _KNOWN - _HARMLESS)),
    )


def _list(found: dict[str, Any], key: str) -> list[Any]:
    value = found.get(key) or []
    if not isinstance(value, list):
        raise LabError(f"user data: {key} must be a list")
    return value


def _line(command: Any) -> str:
    if isinstance(command, str):
        return command
    if isinstance(command, list):
        return shlex.join(str(word) for word in command)
    raise LabError(f"user data: a command must be text or a list: {command!r}"[:200])


def _package(package: Any) -> str:
    return str(package[0] if isinstance(package, list) and package else package)


def _file(one: Any) -> tuple[bool, WrittenFile]:
    if not isinstance(one, dict) or not str(one.get("path", "")).startswith("/"):
        raise LabError("user data: an entry of write_files needs an absolute path")
    permissions = str(one.get("permissions", "0644"))
    try:
        mode = int(permissions, 8)
    except ValueError:
        raise LabError(f"user data: {one['path']}: invalid permissions {permissions!r}") from None
    return bool(one.get("defer")), WrittenFile(
        path=one["path"],
        content=_content(one),
        mode=mode,
        owner=str(one.get("owner", "root:root")),
        append=bool(one.get("append")),
    )


def _content(one: dict[str, Any]) -> bytes:
    content = one.get("content", "")
    data: bytes = content if isinstance(content, bytes) else str(content).encode()
    encoding = str(one.get("encoding", "")).lower()
    try:
        if encoding in ("b64", "base64", "gz+b64", "gzip+b64", "gz+base64", "gzip+base64"):
            data = base64.b64decode(data)
        if encoding.startswith("gz"):
            data = gzip.decompress(data)
    except (binascii.Error, OSError, EOFError, zlib.error) as error:
        raise LabError(f"user data: {one['path']}: content is not {encoding}: {error}") from None
    return data


FAILED = "/run/user-data-failed"
"""File on the node that lists the failed commands: number and exit code, one per line."""


def shell_script(lines: tuple[str, ...]) -> str:
    """Build one shell script from commands that continues after failures, as cloud-init does.

    Each failure is recorded in `FAILED`, so that all of them can be reported.

    Example:
        >>> print(shell_script(("true",)), end="")
        #!/bin/sh
        true
        status=$?; [ $status -eq 0 ] || echo "1 $status" >>/run/user-data-failed
    """
    noted = [
        f'{line}\nstatus=$?; [ $status -eq 0 ] || echo "{number} $status" >>{FAILED}'
        for number, line in enumerate(lines, 1)
    ]
    return "\n".join(["#!/bin/sh", *noted]) + "\n"
