"""Set-up of a node: packages, files, commands and services, in this order.

A `NodeSetup` becomes cloud-init user data of a CVM, or is applied directly by the lab.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, TypeAlias

from pydantic import Field, StringConstraints

from havip.keepalived.config.blocks import Part
from havip.keepalived.errors import KeepalivedError

HEADER = "#cloud-config"
LIMIT = 16 * 1024
"""Maximum size of user data in bytes, before base64."""
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that are literal in JSON but must be escaped in YAML."""

AbsolutePath: TypeAlias = Annotated[str, StringConstraints(pattern=r"^/[\w.@+-]+(/[\w.@+-]+)*$")]


class NodeFile(Part):
    """A file on a node, owned by root."""

    path: AbsolutePath
    content: str = Field(repr=False)
    mode: Annotated[str, StringConstraints(pattern=r"^0[0-7]{3}$")] = "0644"
    secret: bool = False
    """True if the content includes a password."""


class NodeSetup(Part):
    """The complete set-up of a node."""

    packages: tuple[str, ...] = ()
    files: tuple[NodeFile, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    """One-time commands, as lists of words, run after packages and files are installed."""
    services: tuple[str, ...] = ()
    """Services that are enabled, and restarted after the commands."""
    waiting: tuple[str, ...] = ()
    """Services that wait for other machines: started without waiting for them."""

    @property
    def secret(self) -> bool:
        """True if a file, and therefore the user data, includes a password."""
        return any(file.secret for file in self.files)

    def file(self, path: str) -> str:
        """Return the content of a file.

        Raises:
            KeepalivedError: The node does not have the file.
        """
        for one in self.files:
            if one.path == path:
                return one.content
        raise KeepalivedError(f"{path} is not a file of this node")


def user_data(setup: NodeSetup) -> str:
    """Render a set-up as cloud-init user data, which is applied once at the first boot.

    The text is JSON, which cloud-init accepts as YAML.

    Args:
        setup: What the node needs.

    Returns:
        The text of a ``#cloud-config``, including the passwords in the files.

    Example:
        >>> print(user_data(NodeSetup(packages=("keepalived",))), end="")
        #cloud-config
        {"package_update": true, "packages": ["keepalived"]}
    """
    text = json.dumps(_cloud_config(setup), ensure_ascii=False)
    return f"{HEADER}\n{_ODD.sub(_escaped, text)}\n"


def packed(text: str) -> bytes:
    """Return the bytes of user data, compressed if it is too long otherwise.

    cloud-init accepts both. The result is deterministic.
    """
    data = text.encode()
    return data if len(data) <= LIMIT else gzip.compress(data, mtime=0)


def packed_size(text: str) -> int:
    """Return the size of user data in bytes, compressed if necessary."""
    return len(packed(text))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


_ENABLE = ("systemctl", "enable")
_RESTART_LATER = ("systemctl", "restart", "--no-block")


def _cloud_config(setup: NodeSetup) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if setup.packages:
        config |= {"package_update": True, "packages": setup.packages}
    if setup.files:
        # Written after the packages are installed: Debian's packages start their services, which
        # must not find a configuration before the commands have prepared the node.
        config["write_files"] = [
            {"path": one.path, "permissions": one.mode, "defer": True, "content": one.content}
            for one in setup.files
        ]
    commands = [*setup.commands, *_start(setup)]
    if commands:
        config["runcmd"] = commands
    return config


def _start(setup: NodeSetup) -> Iterator[tuple[str, ...]]:
    if setup.services or setup.waiting:
        yield ("systemctl", "daemon-reload")
    for service in setup.services:
        yield (*_ENABLE, service)
        yield ("systemctl", "restart", service)
    for service in setup.waiting:
        yield (*_ENABLE, service)
        yield (*_RESTART_LATER, service)
