"""Reader of the cloud-config that `user_data` writes."""

from __future__ import annotations

from typing import Any

import yaml

from havip.keepalived.nodes.setup import HEADER, NodeFile, NodeSetup

_ENABLE = ("systemctl", "enable")
_RESTART_LATER = ("systemctl", "restart", "--no-block")


def read_user_data(text: str) -> NodeSetup:
    """Return the set-up from which `user_data` wrote a text."""
    assert text.startswith(HEADER)
    found: Any = yaml.safe_load(text) or {}
    commands = [tuple(command) for command in found.get("runcmd", ())]
    waiting = tuple(command[-1] for command in commands if command[:3] == _RESTART_LATER)
    enabled = [command[-1] for command in commands if command[:2] == _ENABLE]
    return NodeSetup(
        packages=tuple(found.get("packages", ())),
        files=tuple(
            NodeFile(path=one["path"], content=one["content"], mode=one["permissions"])
            for one in found.get("write_files", ())
        ),
        commands=tuple(one for one in commands if one[:1] != ("systemctl",)),
        services=tuple(one for one in enabled if one not in waiting),
        waiting=waiting,
    )
