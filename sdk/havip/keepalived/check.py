"""Validate a configuration with the real keepalived.

``keepalived --config-test`` runs as root in its own namespaces, which contain the interfaces named
in the file; the host's network, processes and /etc/keepalived are not visible there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from havip.keepalived.config.parse import read_items
from havip.keepalived.config.preprocess import preprocess
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.errors import CheckUnavailableError, Complaints, KeepalivedError

_TIMEOUT = 20.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MESSAGE = re.compile(r"\((?:\S*: )?Line (\d+)\) (.*)")
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
    mount -t tmpfs -o mode=755 tmpfs /etc/keepalived
    cp -r files/. /etc/keepalived/
fi
number=0
while [ -f "$number.conf" ]; do
    code=0
    timeout 20 keepalived --config-test --use-file="$PWD/$number.conf" \
        ${config_id:+--config-id="$config_id"} 2>"$number.output" || code=$?
    echo "$code" >"$number.code"
    number=$((number + 1))
done
"""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A message of keepalived, with its line in the file, or 0 if it has none."""

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
    text: str, *, files: Mapping[str, str] | None = None, config_id: str | None = None
) -> CheckResult:
    """Run keepalived's config test.

    Args:
        text: The text of the keepalived.conf.
        files: Scripts that the configuration calls, by path below /etc/keepalived.
        config_id: The id passed to keepalived (``-i``), for lines with ``@ID``.

    Returns:
        Whether keepalived accepts the configuration, and its complaints.

    Raises:
        CheckUnavailableError: The config test cannot run on this machine; see `unavailable`.
        KeepalivedError: A path is not directly below /etc/keepalived.
    """
    return check_all([text], files=files, config_id=config_id)[0]


def check_all(
    texts: Sequence[str],
    *,
    files: Mapping[str, str] | None = None,
    config_id: str | None = None,
) -> list[CheckResult]:
    """Run keepalived's config test on several configurations, in one namespace.

    Args:
        texts: The texts; the interfaces named in any of them exist for all.
        files: As for `check`.
        config_id: As for `check`.

    Returns:
        The results, in the order of the texts.

    Raises:
        CheckUnavailableError: The config test cannot run on this machine.
        KeepalivedError: A path is not directly below /etc/keepalived.
    """
    reason = unavailable()
    if reason is not None:
        raise CheckUnavailableError(reason)
    names = sorted({name for text in texts for name in _interfaces(_items(text, config_id))})
    with tempfile.TemporaryDirectory(prefix="havip-check-") as home:
        folder = Path(home)
        _lay_out(folder, texts, files or {})
        subprocess.run(
            [*_unshare(), "sh", "-c", _IN_NAMESPACE, "sh", *names],
            cwd=folder,
            env={"PATH": _PATH, "config_id": config_id or ""},
            capture_output=True,
            timeout=_TIMEOUT * (1 + len(texts)),
            check=True,
        )
        return [_result(folder, number) for number in range(len(texts))]


def _items(text: str, config_id: str | None) -> tuple[Item, ...]:
    """Parse as much of a text as possible; keepalived reports the rest."""
    return read_items(preprocess(text, config_id), Complaints(""))


def _result(folder: Path, number: int) -> CheckResult:
    code = (folder / f"{number}.code").read_text().strip()
    output = (folder / f"{number}.output").read_text(errors="replace")
    return CheckResult(code == "0", tuple(_complaints(output)))


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
        target.chmod(0o755)


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


def _complaints(output: str) -> Iterator[Complaint]:
    for line in output.splitlines():
        found = _MESSAGE.match(line)
        if found:
            yield Complaint(int(found[1]), found[2])
        elif line.strip():
            yield Complaint(0, line.strip())
