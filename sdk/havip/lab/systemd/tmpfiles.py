"""Create the directories below /run that packages expect, as systemd-tmpfiles does."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
from pathlib import Path

FOLDERS = ("/etc/tmpfiles.d", "/run/tmpfiles.d", "/usr/lib/tmpfiles.d")


def create(root: str = "") -> None:
    """Create the directories; ignore lines that are malformed or name an unknown user."""
    seen: set[str] = set()
    for folder in FOLDERS:
        for file in sorted(Path(f"{root}{folder}").glob("*.conf")):
            if file.name not in seen:
                seen.add(file.name)
                for line in file.read_text(errors="replace").splitlines():
                    with contextlib.suppress(ValueError, KeyError, OSError):
                        _create(line, root)


def _create(line: str, root: str) -> None:
    kind, name, *rest = shlex.split(line, comments=True)
    path = name.replace("/var/run/", "/run/", 1) if name.startswith("/var/run/") else name
    if kind.rstrip("!-+=") not in ("d", "D") or not path.startswith("/run/") or "%" in path:
        return
    mode, user, group = (rest + ["-"] * 3)[:3]
    folder = Path(f"{root}{path}")
    owner = 0 if user == "-" else pwd.getpwnam(user).pw_uid
    of = 0 if group == "-" else grp.getgrnam(group).gr_gid
    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, owner, of)
    folder.chmod(0o755 if mode == "-" else int(mode.lstrip("~:"), 8))
