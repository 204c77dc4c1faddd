"""The set-up of a node: packages, files, commands and services, in this order.

One `NodeSetup` becomes cloud-init user data for a CVM, or is laid out in the lab.
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
"""Bytes of user data that an instance takes, before base64."""
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that JSON has as they are, and YAML as an escape alone."""

AbsolutePath: TypeAlias = Annotated[str, StringConstraints(pattern=r"^/[\w.@+-]+(/[\w.@+-]+)*$")]


class NodeFile(Part):
    """A file of a node, owned by root."""

    path: AbsolutePath
    content: str = Field(repr=False)
    mode: Annotated[str, StringConstraints(pattern=r"^0[0-7]{3}$")] = "0644"
    secret: bool = False
    """Whether the content holds a password."""


class NodeSetup(Part):
    """The whole set-up of a node."""

    packages: tuple[str, ...] = ()
    files: tuple[NodeFile, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    """Commands that run once, word by word, when packages and files are there."""
    services: tuple[str, ...] = ()
    """Services that are enabled, and restarted with the files, after the commands."""
    waiting: tuple[str, ...] = ()
    """The same for services that wait for other machines: nothing waits for their start."""

    @property
    def secret(self) -> bool:
        """Whether any file holds a password; then the user data does."""
        return any(file.secret for file in self.files)

    def file(self, path: str) -> str:
        """Return the content of a file.

        Raises:
            KeepalivedError: The node has no such file.
        """
        for one in self.files:
            if one.path == path:
                return one.content
        raise KeepalivedError(f"{path} is not a file of this node")


def user_data(setup: NodeSetup) -> str:
    """Write a set-up as cloud-init user data, which does it once, at an instance's first start.

    It is JSON, which cloud-init reads as the YAML that it is.

    Args:
        setup: What the node needs.

    Returns:
        The text of a ``#cloud-config``. It holds the passwords that the files hold.

    Example:
        >>> print(user_data(NodeSetup(packages=("keepalived",))), end="")
        #cloud-config
        {"package_update": true, "packages": ["keepalived"]}
    """
    text = json.dumps(_cloud_config(setup), ensure_ascii=False)
    return f"{HEADER}\n{_ODD.sub(_escaped, text)}\n"


def packed(text: str) -> bytes:
    """Return the bytes of user data, compressed where the plain text is too long.

    cloud-init reads both. The same text gives the same bytes.
    """
    data = text.encode()
    return data if len(data) <= LIMIT else gzip.compress(data, mtime=0)


def packed_size(text: str) -> int:
    """Return how many bytes of user data a text is, compressed where it must be."""
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
        # Written after the packages: one that starts its service at installation, as Debian's do,
        # finds nothing to serve yet, and the commands make the node ready before anything runs.
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
