"""Location of a project's state: the folder of Pulumi's file backend.

`havip stack` and `pulumi` share a folder if the CLI is logged in to it: the project's own
(`pulumi login file://PROJECT`), unless an option, `HAVIP_STATE`, `PULUMI_BACKEND_URL` or the
project's `backend` selects another.
"""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from havip import _files as files
from pulumi_havip.engine.errors import LockedError, StateError, UnsupportedFeatureError
from pulumi_havip.engine.store import prepare

_SCHEME: Final = "file://"
_OLD: Final = ".havip"
_KINDS: Final = (".journal", ".json.bak", ".json")
"""Files to move, in this order: a journal never exists without the state that it continues."""


def locate(
    project: Path, chosen: str | Path | None, environment: Mapping[str, str], backend: str = ""
) -> Path:
    """Return the state folder.

    Args:
        project: The project's folder.
        chosen: The user's choice: a folder, or a URL as for `pulumi login`.
        environment: The environment.
        backend: The backend in `Pulumi.yaml`.

    Raises:
        UnsupportedError: The backend does not store files.
    """
    here = Path.cwd()
    places = (
        (str(chosen or ""), here),
        (environment.get("HAVIP_STATE", ""), here),
        (environment.get("PULUMI_BACKEND_URL", ""), here),
        (backend, project),
    )
    given, base = next(((given, base) for given, base in places if given), (".", project))
    if "://" in given and not given.startswith(_SCHEME):
        raise UnsupportedFeatureError(f"the backend {given}")
    folder = (base / Path(given.removeprefix(_SCHEME)).expanduser()).resolve()
    return folder if folder.name == ".pulumi" else folder / ".pulumi"


def take_over(project_folder: Path, root: Path, project: str) -> str:
    """Move the state of versions before 0.2.0 to the folder that the CLI uses.

    Args:
        project_folder: The project's folder.
        root: The state folder.
        project: The project's name.

    Returns:
        A message for the user about what was moved; empty if nothing.

    Raises:
        StateError: Both folders have a stack of the same name, or moving failed.
        LockedError: A process of an older version is using a stack there.
    """
    moved = []
    olds = [root.parent] + ([project_folder / _OLD] if root.parent == project_folder else [])
    for old in olds:
        source, target = old / "stacks" / project, root / "stacks" / project
        found = [
            path
            for kind in _KINDS
            for path in sorted(source.glob(f"*{kind}"))
            if path.is_file() and path.name.endswith(kind)
        ]
        if not found:
            continue
        _refuse_locked(old / "locks" / project)
        try:
            prepare(root)
            files.make_folder(target)
            for path in found:
                _move(path, target / path.name)
        except OSError as error:
            raise StateError(f"{source} cannot be moved to {target}: {error.strerror}") from None
        moved.append(f"moved the state of {project} from {source} to {target}")
    if not moved:
        return ""
    return f"{'; '.join(moved)}: the Pulumi CLI finds it there after `pulumi login file://{root.parent}`"


def _move(path: Path, target: Path) -> None:
    if target.exists() and path.suffix != ".bak":
        raise StateError(
            f"{path} and {target} both hold a state of the stack; move the one that is out of date "
            "away and run it again"
        )
    files.DISK.rename(str(path), str(target))


def _refuse_locked(folder: Path) -> None:
    for path in folder.glob("*.lock"):
        with path.open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LockedError(f"{path} is held by a run of an older version") from None
