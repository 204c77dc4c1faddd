"""Load systemd unit files with their drop-ins, templates and specifiers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/lib/systemd/system",
)
_SECONDS = {
    "us": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60,
    "minute": 60, "minutes": 60, "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600, "d": 86400,
    "day": 86400, "days": 86400, "w": 604800, "week": 604800,
}  # fmt: skip
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)\s*")


class UnitError(Exception):
    """A unit does not exist, or an operation on it failed."""


@dataclass
class Unit:
    """A unit with the merged settings of its files.

    Attributes:
        name: The full name, such as ``postgresql@15-main.service``.
        settings: Values by section and key, in order; an empty value clears the previous ones.
    """

    name: str
    settings: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def all(self, section: str, key: str) -> list[str]:
        """Return every value of a setting."""
        return self.settings.get((section, key), [])

    def get(self, key: str, default: str = "", section: str = "Service") -> str:
        """Return the last value of a setting."""
        return (self.all(section, key) or [default])[-1]

    def flag(self, key: str, section: str = "Service") -> bool:
        """Return the value of a boolean setting."""
        return self.get(key, section=section).lower() in ("1", "yes", "true", "on")

    def seconds(self, key: str, default: float, section: str = "Service") -> float:
        """Return a time span setting in seconds."""
        text = self.get(key, section=section)
        return span(text, default) if text else default

    def names(self, *keys: str) -> list[str]:
        """Return the units listed in settings of [Unit]."""
        return [name for key in keys for value in self.all("Unit", key) for name in value.split()]


def span(text: str, default: float = 0.0) -> float:
    """Parse a systemd time span.

    Example:
        >>> span("1min 30s"), span("5"), span("infinity", 9.0)
        (90.0, 5.0, 9.0)
    """
    if text.strip() == "infinity":
        return default
    parts = _SPAN.findall(text)
    return float(sum(float(number) * _SECONDS.get(unit or "s", 1) for number, unit in parts))


def full_name(name: str) -> str:
    """Return the full name of a unit; the default type is service."""
    return (
        name
        if re.search(r"\.(service|timer|socket|target|path|mount)$", name)
        else f"{name}.service"
    )


def find(name: str, root: str = "") -> Path | None:
    """Return the file of a unit or of its template; None if it does not exist."""
    for candidate in _candidates(name):
        for folder in FOLDERS:
            path = Path(f"{root}{folder}/{candidate}")
            if path.is_file():
                return path
    return None


def load(name: str, root: str = "") -> Unit:
    """Load a unit with its drop-ins.

    Raises:
        UnitError: The unit does not exist, or is masked.
    """
    path = find(name, root)
    if any(
        Path(f"{root}{folder}/{name}").is_symlink()
        and str(Path(f"{root}{folder}/{name}").readlink()) == "/dev/null"
        for folder in FOLDERS[:2]
    ):
        raise UnitError(f"Unit {name} is masked.")
    if path is None:
        raise UnitError(f"Unit {name} not found.")
    unit = Unit(name)
    for file in (path, *_drop_ins(name, root)):
        _read(unit, file.read_text(errors="replace"))
    return unit


def instances_wanted(folder: str = FOLDERS[0]) -> list[str]:
    """Return the names of the enabled units."""
    found: dict[str, None] = {}
    for wants in ("multi-user.target.wants", "timers.target.wants", "sockets.target.wants"):
        path = Path(folder) / wants
        if path.is_dir():
            found |= dict.fromkeys(sorted(entry.name for entry in path.iterdir()))
    return list(found)


def _candidates(name: str) -> list[str]:
    stem, at, rest = name.partition("@")
    return [name, f"{stem}@.{rest.rpartition('.')[2]}"] if at else [name]


def _drop_ins(name: str, root: str) -> Iterator[Path]:
    seen: set[str] = set()
    files: list[Path] = []
    for folder in FOLDERS:
        for candidate in _candidates(name):
            for file in sorted(Path(f"{root}{folder}/{candidate}.d").glob("*.conf")):
                if file.name not in seen:
                    seen.add(file.name)
                    files.append(file)
    yield from sorted(files, key=lambda file: file.name)


def _read(unit: Unit, text: str) -> None:
    section = ""
    for line in _lines(text):
        if line.startswith("["):
            section = line.strip("[]")
            continue
        key, equals, value = line.partition("=")
        if not equals:
            continue
        values = unit.settings.setdefault((section, key.strip()), [])
        if value.strip():
            values.append(_specifiers(unit.name, value.strip()))
        else:
            values.clear()


def _lines(text: str) -> Iterator[str]:
    whole = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith(("#", ";")) or (not line and not whole):
            continue
        if raw.endswith("\\"):
            whole += raw[:-1].strip() + " "
            continue
        yield whole + line
        whole = ""
    if whole:
        yield whole


def _specifiers(name: str, value: str) -> str:
    stem = name.rpartition(".")[0]
    prefix, _, instance = stem.partition("@")
    known = {
        "n": name, "N": stem, "p": prefix, "i": instance, "j": prefix.rpartition("-")[2],
        "I": instance.replace("-", "/"), "t": "/run", "S": "/var/lib", "L": "/var/log",
        "C": "/var/cache", "E": "/etc", "h": "/root", "u": "root", "U": "0", "%": "%",
    }  # fmt: skip
    return re.sub(r"%([a-zA-Z%])", lambda found: known.get(found[1], found[0]), value)


def environment_of(unit: Unit) -> dict[str, str]:
    """Return the environment of a service: the unit's variables, then those of its files.

    Raises:
        UnitError: A mandatory environment file is missing.
    """
    found: dict[str, str] = {}
    for value in unit.all("Service", "Environment"):
        found.update(_assignments(shlex.split(value)))
    for name in unit.all("Service", "EnvironmentFile"):
        path = Path(name.removeprefix("-"))
        files = sorted(path.parent.glob(path.name)) if "*" in path.name else [path]
        for file in files:
            if file.is_file():
                lines = [one for one in _lines(file.read_text(errors="replace")) if "=" in one]
                found.update(_assignments(_unquoted(one) for one in lines))
            elif not name.startswith("-"):
                raise UnitError(f"Failed to load environment file {name}.")
    return found


def _assignments(words: Iterator[str] | list[str]) -> Mapping[str, str]:
    pairs = (word.partition("=") for word in words)
    return {key.strip(): value for key, equals, value in pairs if equals}


def _unquoted(line: str) -> str:
    key, _, value = line.partition("=")
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return f"{key.removeprefix('export ')}={value}"


@dataclass(frozen=True)
class CommandLine:
    """A parsed command line of a unit.

    Attributes:
        words: The command with variables expanded.
        ignored: Whether a failure is ignored (``-``).
        privileged: Whether it always runs as root (``+`` and ``!``).
    """

    words: tuple[str, ...]
    ignored: bool
    privileged: bool


def command(line: str, environment: Mapping[str, str]) -> CommandLine:
    """Parse a command line: prefixes, quotes and variables."""
    rest = line.lstrip("@-:+!")
    prefixes = line[: len(line) - len(rest)]
    words: list[str] = []
    for word in _split(rest):
        whole = re.fullmatch(r"\$(\w+)", word)
        if whole and ":" not in prefixes:
            words += environment.get(whole[1], "").split()
            continue
        words.append(word if ":" in prefixes else _expand(word, environment))
    if "@" in prefixes and len(words) > 1:
        del words[1]  # argv[0] for the process, which is not supported
    return CommandLine(tuple(words), "-" in prefixes, "+" in prefixes or "!" in prefixes)


def _split(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    return list(lexer)


def _expand(word: str, environment: Mapping[str, str]) -> str:
    word = re.sub(r"\$\{(\w+)\}", lambda found: environment.get(found[1], ""), word)
    return word.replace("$$", "$")
