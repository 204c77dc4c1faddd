"""The lock of a stack, against other runs of this engine and of the Pulumi CLI.

Runs of this engine exclude each other by a kernel lock, which is released with its process::

    locks/havip/PROJECT/STACK.lock

The CLI looks for files in a folder, and creates one of its own there::

    locks/organization/PROJECT/STACK/havip.json     this engine's
    locks/organization/PROJECT/STACK/UUID.json      a run of the CLI
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from havip import _files as files
from pulumi_havip.engine.errors import LockedError, StateError
from pulumi_havip.engine.resource_state import now
from pulumi_havip.engine.store import StackFile

_OURS: Final = "havip.json"


@contextmanager
def locked(file: StackFile, operation: str) -> Iterator[None]:
    """Lock a stack exclusively.

    Args:
        file: The stack's files.
        operation: The operation, for the error message of other processes.

    Raises:
        LockedError: Another process holds the lock; the message says which.
        StateError: The lock cannot be created.
    """
    path = file.root / "locks" / "havip" / file.project / f"{file.stack}.lock"
    shown = file.root / "locks" / "organization" / file.project / file.stack
    with _open(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockedError(_held_by(path, file.stack)) from None
        file.clean()
        files.clean(shown / _OURS)
        _show(handle, shown / _OURS, operation)
        try:
            _refuse_cli(shown, file.stack)
            yield
        finally:
            if not file.journal.exists():
                files.remove(shown / _OURS)
            handle.truncate(0)


def _open(path: Path) -> IO[str]:
    try:
        files.make_folder(path.parent)
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StateError(f"the lock {path} cannot be made: {error.strerror}") from None


def _show(handle: IO[str], shown: Path, operation: str) -> None:
    """Record the lock's holder, for both engines; a full disk is ignored here."""
    holder = {"pid": os.getpid(), "operation": operation, "since": now()}
    theirs = {
        "pid": os.getpid(),
        "username": _user(),
        "hostname": socket.gethostname(),
        "timestamp": now(),
    }
    try:
        handle.truncate(0)
        handle.write(json.dumps(holder))
        handle.flush()
        files.make_folder(shown.parent)
        files.write(shown, json.dumps(theirs), mode=0o644)
    except OSError:
        return


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _refuse_cli(folder: Path, stack: str) -> None:
    """Raise an error while an operation of the Pulumi CLI holds its lock in the folder."""
    for path in sorted(folder.glob("*.json")):
        if path.name == _OURS:
            continue
        try:
            holder = json.loads(path.read_text(encoding="utf-8"))
            who = f" ({holder['username']}@{holder['hostname']}, process {holder['pid']})"
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError):
            who = ""
        raise LockedError(
            f"the stack {stack} is locked by the Pulumi CLI{who}; wait for it to end, or, where "
            f"it was killed, run `pulumi cancel` or delete {path}"
        )


def _held_by(path: Path, stack: str) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        who = f"{holder['operation']} (process {holder['pid']}, since {holder['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another operation"
    return f"the stack {stack} is locked by {who}; wait for it to end"
