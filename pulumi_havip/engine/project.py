"""The files of a project: `Pulumi.yaml` and the configuration of its stacks."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from havip import _files as files
from pulumi_havip.engine import settings_yaml
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.errors import NoSettingError, ProjectError, UnsupportedFeatureError
from pulumi_havip.engine.values import check_nesting

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Project:
    """A project folder.

    Attributes:
        folder: The folder of `Pulumi.yaml`.
        name: The project's name.
        program: The program: a folder with a `__main__.py`, a Python file, or a function.
        python: The interpreter that runs it and its providers.
        config: Values in `Pulumi.yaml` that apply to every stack.
        required: Keys that `Pulumi.yaml` declares with neither a value nor a default.
        secret: Keys that `Pulumi.yaml` declares to be secret.
        backend: The URL of the backend in `Pulumi.yaml`; empty if it has none.
    """

    folder: Path
    name: str
    program: Path | Callable[[], Any]
    python: str
    config: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    backend: str = ""


def check_name(what: str, name: str) -> str:
    """Return the name of a project or stack after validating it, as it is also used in paths.

    Raises:
        ProjectError: It contains characters that the CLI does not allow, or is a path.
    """
    if not _NAME.fullmatch(name) or name in {".", ".."}:
        shown = name if len(name) <= 100 else f"{name[:20]}…"
        raise ProjectError(
            f"{shown!r} cannot be the name of a {what}: use up to 100 letters, digits and _.-"
        )
    return name


def load_project(folder: Path) -> Project:
    """Read `Pulumi.yaml`.

    Raises:
        ProjectError: The file is missing or invalid, or the program is not Python.
    """
    path = _find(folder.resolve())
    folder = path.parent
    source = _read_yaml(path)
    name = source.get("name")
    if not isinstance(name, str):
        raise ProjectError(f"{path}: name is missing")
    try:
        check_name("project", name)
    except ProjectError as error:
        raise ProjectError(f"{path}: {error}") from None
    runtime = source.get("runtime")
    kind: Any = runtime
    options: Mapping[str, Any] = {}
    if isinstance(runtime, dict):
        kind, options = runtime.get("name"), _mapping(runtime, "options", path)
    if kind != "python":
        raise UnsupportedFeatureError(f"a program in {kind!s} ({path})")
    program = folder / str(source.get("main") or ".")
    if not program.exists() or (program.is_dir() and not (program / "__main__.py").exists()):
        raise ProjectError(f"{program} has no program: __main__.py is missing")
    config, required, secret = _declared(path, name, source)
    backend = str(_mapping(source, "backend", path).get("url") or "")
    return Project(
        folder, name, program, _python(folder, options), config, required, secret, backend
    )


def _find(folder: Path) -> Path:
    """Find `Pulumi.yaml` in a folder or in one above it, as the CLI does."""
    if not folder.is_dir():
        raise ProjectError(f"{folder} is not a Pulumi project: there is no such folder")
    for at in (folder, *folder.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            if (at / name).is_file():
                return at / name
    raise ProjectError(
        f"{folder} is not a Pulumi project: neither it nor a folder above it has a Pulumi.yaml"
    )


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        source = settings_yaml.load(path.read_text(encoding="utf-8")) or {}
        if not isinstance(source, dict):
            raise ProjectError(f"{path} holds no mapping")
        check_nesting(source)
        json.dumps(source)  # sets, bytes and lists that hold themselves are no settings
    except (OSError, ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise ProjectError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    return source


def _mapping(source: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    inner = source.get(key) or {}
    if not isinstance(inner, dict):
        raise ProjectError(f"{path}: {key} is not a mapping")
    return inner


def _python(folder: Path, options: Mapping[str, Any]) -> str:
    virtualenv = options.get("virtualenv")
    if not virtualenv:
        return sys.executable
    python = folder / str(virtualenv) / "bin" / "python"
    if not python.exists():
        raise ProjectError(
            f"the virtualenv {virtualenv} of {folder / 'Pulumi.yaml'} is not there; make it with "
            f"python -m venv {virtualenv} and install the requirements"
        )
    return str(python)


def _declared(
    path: Path, project: str, source: Mapping[str, Any]
) -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """Return the values in `Pulumi.yaml`, the keys that a stack must set, and the secret keys."""
    found: dict[str, str] = {}
    required: set[str] = set()
    secret: set[str] = set()
    for key, given in _mapping(source, "config", path).items():
        name = full_key(project, str(key), path)
        described = (
            isinstance(given, dict)
            and {"type", "default", "value", "description", "secret"} & given.keys()
        )
        value = given.get("value", given.get("default")) if described else given
        if value is not None:
            found[name] = text_of(value)
        elif described:
            required.add(name)
        if described and given.get("secret") is True:
            secret.add(name)
    return found, frozenset(required), frozenset(secret)


def full_key(project: str, key: str, where: Path | str = "the configuration") -> str:
    """Return a configuration key with its namespace; the default is the project's."""
    space, _, name = key.partition(":") if ":" in key else (project, "", key)
    name = name.removeprefix("config:")
    if not space or not name:
        raise ProjectError(f"{where}: {key!r} is not a configuration key; write NAMESPACE:NAME")
    return f"{space}:{name}"


def _full_key_of_text(project: str, key: str, value: str) -> str:
    """Return a key with its namespace, if it is one line and both it and its value are text."""
    try:
        f"{key}{value}".encode()
    except UnicodeEncodeError:
        raise ProjectError(f"the configuration value {key!r} is not UTF-8 text") from None
    if _CONTROL.search(key):
        raise ProjectError(f"{key!r} is not a configuration key: it has a control character")
    return full_key(project, key)


def text_of(value: Any) -> str:
    """Format a configuration value as programs get it: text, or JSON for anything else."""
    return value if isinstance(value, str) else json.dumps(value)


class StackConfig:
    """The configuration of one stack: `Pulumi.STACK.yaml`, and values that override it.

    Args:
        project: The project.
        stack: The stack's name.
    """

    def __init__(self, project: Project, stack: str) -> None:
        self._project = project
        self.path = project.folder / f"Pulumi.{stack}.yaml"
        self._source = _read_yaml(self.path) if self.path.exists() else {}
        if self._source.get("environment"):
            raise UnsupportedFeatureError(f"an ESC environment ({self.path})")
        provider = str(self._source.get("secretsprovider") or "passphrase")
        if provider not in {"passphrase", "default"} or self._source.get("encryptedkey"):
            raise UnsupportedFeatureError(f"the secrets provider {provider} ({self.path})")

    @property
    def salt(self) -> str:
        """The salt of the stack's secrets, empty where the file has none."""
        return str(self._source.get("encryptionsalt") or "")

    def values(
        self, vault: Vault, given: Mapping[str, str] | None = None
    ) -> tuple[dict[str, str], set[str]]:
        """Return all values, decrypted, and the keys of the secret ones.

        Raises:
            SecretError: A value is secret, and the passphrase does not decrypt it.
        """
        found = dict(self._project.config)
        secret: set[str] = set()
        for key, value in self._entries().items():
            if _holds_secure(value):
                secret.add(key)
            found[key] = "" if value is None else text_of(_opened(value, vault))
        for key, value in (given or {}).items():
            found[_full_key_of_text(self._project.name, key, value)] = value
        return found, secret | (self._project.secret & found.keys())

    def _entries(self, source: Mapping[str, Any] | None = None) -> dict[str, Any]:
        entries = _mapping(self._source if source is None else source, "config", self.path)
        name = self._project.name
        return {full_key(name, str(key), self.path): value for key, value in entries.items()}

    def set(self, key: str, value: str, vault: Vault | None = None) -> None:
        """Write a value to the file, encrypted if a vault is given."""
        name = _full_key_of_text(self._project.name, key, value)
        with self._changing():
            if vault is None:
                self._put(name, value)
                return
            if self.salt:
                vault = vault.salted(self.salt)
            sealed = vault.encrypt(value)
            self._put(name, {"secure": sealed}, "" if vault.salt == self.salt else vault.salt)

    def remove(self, key: str) -> None:
        """Remove a value from the file.

        Raises:
            NoSettingError: There is no such value.
        """
        name = full_key(self._project.name, key)
        with self._changing():
            if name not in self._entries():
                raise NoSettingError(f"{self.path} has no value for {key}")
            self._put(name, None)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Lock the file against other processes that change it, and read it again."""
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            self._source = _read_yaml(self.path) if self.path.exists() else {}
            yield
        finally:
            os.close(folder)

    def _put(self, name: str, value: Any, salt: str = "") -> None:
        """Write a value, or remove it where it is None, and write the salt if one is given."""
        entries = self._entries() | {name: value}
        if value is None:
            del entries[name]
        salted = {"encryptionsalt": salt} if salt else {}
        self._source = salted | self._source | salted | {"config": entries}
        try:
            files.write(self.path, self._edited(name, value, salt))
        except OSError as error:
            raise ProjectError(
                f"{self.path} cannot be written: {error.strerror}; it is as it was"
            ) from None

    def _edited(self, name: str, value: Any, salt: str) -> str:
        """Return the file's new text; comments and other entries are kept if its form allows it."""
        before = self.path.read_text(encoding="utf-8") if self.path.exists() else ""

        def same_key(key: str) -> bool:
            return full_key(self._project.name, key) == name

        for ascii_only in (False, True):  # some characters break lines unless they are escaped
            with contextlib.suppress(yaml.YAMLError):
                text = before
                if salt:
                    text = settings_yaml.put(text, "", "encryptionsalt", salt)
                text = settings_yaml.put(text, "config", name, value, same_key, ascii_only)
                found = settings_yaml.load(text)
                if isinstance(found, dict) and self._says(found):
                    return text
        return settings_yaml.dump(self._source, ascii_only=True)

    def _says(self, found: dict[str, Any]) -> bool:
        return found | {"config": self._entries(found)} == self._source


def _holds_secure(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"secure"} or any(map(_holds_secure, value.values()))
    return isinstance(value, list) and any(map(_holds_secure, value))


def _opened(value: Any, vault: Vault) -> Any:
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return vault.decrypt(str(value["secure"]))
        return {key: _opened(item, vault) for key, item in value.items()}
    return [_opened(item, vault) for item in value] if isinstance(value, list) else value
