"""Validate a configuration with the real keepalived.

``keepalived --config-test`` runs as root in its own namespaces, which contain the interfaces named
in the file, and those of the machine if the file includes others. The host's network and processes
are not visible there, and files below /etc/keepalived are copies.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from havip.keepalived.config.grammar import includes_files
from havip.keepalived.config.parse import read_items
from havip.keepalived.config.preprocess import preprocess
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.errors import CheckUnavailableError, Complaints, KeepalivedError

_TIMEOUT = 20.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MESSAGE = re.compile(r"\((?:(?P<file>\S*): )?Line (?P<line>\d+)\) (?P<text>.*)")
_HOME = "/etc/keepalived"
_IN_NAMESPACE = """
set -e
ip link set lo up
number=0
for name; do
    [ "$name" = lo ] && continue
    ip link add name "$name" type veth peer name "other$number" && ip link set "$name" up || true
    number=$((number + 1))
done 2>/dev/null
if [ -d /etc/keepalived ]; then
    cp -a /etc/keepalived machine
    mount -t tmpfs -o mode=755 tmpfs /etc/keepalived
    cp -a machine/. files/. /etc/keepalived/
fi
number=0
while [ -f "$number.conf" ]; do
    code=0
    file="$PWD/$number.conf"
    if [ -n "$path" ]; then
        mount --bind "$file" "$path"
        file="$path"
    fi
    timeout 20 keepalived --config-test --use-file="$file" \
        ${config_id:+--config-id="$config_id"} 2>"$number.output" || code=$?
    echo "$code" >"$number.code"
    number=$((number + 1))
done
"""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A message of keepalived, with its line in the file, or 0 if it is on none of its lines."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Result of a config test: `ok`, and the `complaints` of keepalived if it failed."""

    ok: bool
    complaints: tuple[Complaint, ...] = ()


def unavailable() -> str | None:
    """Return the reason why `check` cannot run on this machine, or None.

    Example:
        >>> reason = unavailable()
        >>> reason is None or "keepalived" in reason
        True
    """
    if sys.platform != "linux":
        return "keepalived's own test needs Linux"
    missing = [tool for tool in ("keepalived", "unshare", "ip") if _which(tool) is None]
    if missing:
        return f"keepalived's own test needs {', '.join(missing)}: apt-get install keepalived"
    if os.geteuid() != 0:
        return "keepalived's own test needs root, for namespaces and script security"
    probe = subprocess.run(
        [*_unshare(), "true"], env={"PATH": _PATH}, capture_output=True, check=False
    )
    if probe.returncode != 0:
        return "keepalived's own test needs network namespaces, which this machine does not allow"
    return None


def check(
    text: str,
    *,
    files: Mapping[str, str] | None = None,
    config_id: str | None = None,
    path: Path | None = None,
) -> CheckResult:
    """Run keepalived's config test.

    Args:
        text: The text of the keepalived.conf.
        files: Scripts that the configuration calls, and files that it includes, by path below
            /etc/keepalived, in addition to those of this machine. A script begins with ``#!``.
        config_id: The id passed to keepalived (``-i``), for lines with ``@ID``.
        path: The file that has the text, for relative includes.

    Returns:
        Whether keepalived accepts the configuration, and its complaints.

    Raises:
        CheckUnavailableError: The config test cannot run on this machine; see `unavailable`.
        KeepalivedError: A path is not directly below /etc/keepalived.
    """
    return check_all([text], files=files, config_id=config_id, path=path)[0]


def check_all(
    texts: Sequence[str],
    *,
    files: Mapping[str, str] | None = None,
    config_id: str | None = None,
    path: Path | None = None,
) -> list[CheckResult]:
    """Run keepalived's config test on several configurations, in one namespace.

    Args:
        texts: The texts; the interfaces named in any of them exist for all.
        files: As for `check`.
        config_id: As for `check`.
        path: As for `check`.

    Returns:
        The results, in the order of the texts.

    Raises:
        CheckUnavailableError: The config test cannot run on this machine.
        KeepalivedError: A path is not directly below /etc/keepalived.
    """
    reason = unavailable()
    if reason is not None:
        raise CheckUnavailableError(reason)
    names = sorted({name for text in texts for name in _names(_items(text, config_id))})
    own = str(Path.cwd() / path) if path else ""
    with tempfile.TemporaryDirectory(prefix="havip-check-") as home:
        folder = Path(home)
        _lay_out(folder, texts, files or {})
        subprocess.run(
            [*_unshare(), "sh", "-c", _IN_NAMESPACE, "sh", *names],
            cwd=folder,
            env={
                "PATH": _PATH,
                "config_id": config_id or "",
                "path": own,
            },
            capture_output=True,
            timeout=_TIMEOUT * (1 + len(texts)),
            check=True,
        )
        return [_result(folder, number, own) for number in range(len(texts))]


def _items(text: str, config_id: str | None) -> tuple[Item, ...]:
    """Parse as much of a text as possible; keepalived reports the rest."""
    return read_items(preprocess(text, config_id), Complaints(""))


def _result(folder: Path, number: int, path: str) -> CheckResult:
    code = (folder / f"{number}.code").read_text().strip()
    output = (folder / f"{number}.output").read_text(errors="replace")
    own = path or str(folder / f"{number}.conf")
    return CheckResult(code == "0", tuple(_complaints(output, own)))


def _unshare() -> list[str]:
    options = "--net --mount --pid --fork --kill-child --mount-proc --propagation private"
    return [str(_which("unshare")), *options.split()]


def _which(tool: str) -> str | None:
    return shutil.which(tool, path=_PATH)


def _lay_out(folder: Path, texts: Sequence[str], files: Mapping[str, str]) -> None:
    (folder / "files").mkdir()
    for number, text in enumerate(texts):
        target = folder / f"{number}.conf"
        target.write_text(text, errors="surrogateescape")
        target.chmod(0o600)
    for path, content in files.items():
        if Path(path).parent != Path(_HOME):
            raise KeepalivedError(f"{path}: only files directly below {_HOME} are supported")
        target = folder / "files" / Path(path).name
        target.write_text(content)
        # keepalived includes no executable file.
        target.chmod(0o755 if content.startswith("#!") else 0o644)


def _names(items: tuple[Item, ...]) -> Iterator[str]:
    """Yield the interfaces of a file; included files name those of this machine."""
    yield from _interfaces(items)
    if includes_files(items):
        yield from (name for _, name in socket.if_nameindex())


def _interfaces(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if not isinstance(item, Statement):
            continue
        if item.name in {"interface", "default_interface"}:
            yield from item.values[:1]
        if item.name in _LISTS_OF_INTERFACES:
            yield from (line.name for line in item.statements)
        words = (item.name, *item.values)
        yield from (words[at + 1] for at, word in enumerate(words[:-1]) if word == "dev")
        yield from _interfaces(item.body or ())


_LISTS_OF_INTERFACES = frozenset(
    {"track_interface", "interfaces", "linkbeat_interfaces", "interface_up_down_delays"}
)


def _complaints(output: str, own: str) -> Iterator[Complaint]:
    """Yield the messages; only those on the file itself have a line."""
    for line in output.splitlines():
        found = _MESSAGE.match(line)
        if found and found["file"] in {None, own}:
            yield Complaint(int(found["line"]), found["text"])
        elif line.strip():
            yield Complaint(0, line.strip())
