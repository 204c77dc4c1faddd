"""Start the lab of a stack, and provide programs with its endpoint."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from havip import _files
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.errors import UsageError
from havip.lab import labs, namespace
from havip.lab.cloud import REGION
from havip.lab.filesystem import overlay_works
from havip.lab.labs import LabFolder
from havip.lab.namespace import LabError

_FILE = "cloud.json"


class CloudAddress(BaseModel):
    """Endpoint of a lab's emulator.

    Attributes:
        url: The endpoint URL.
        token: The token of the dashboard.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    token: str = Field(repr=False)

    @property
    def dashboard(self) -> str:
        """URL of the dashboard."""
        return f"{self.url}/?token={self.token}"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that point programs at the lab instead of the cloud."""
        return {
            "HAVIP_ENDPOINT": self.url,
            "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
            "TENCENTCLOUD_REGION": REGION,
        }

    def save(self, folder: Path) -> None:
        """Write the endpoint into the folder of a lab, readable only by its owner."""
        _files.write(folder / _FILE, self.model_dump_json(), mode=_files.PRIVATE)


def cloud_of(lab: LabFolder) -> CloudAddress:
    """Return the endpoint of a lab's emulator.

    Raises:
        UsageError: The lab was started from a topology and has no cloud.
    """
    try:
        return CloudAddress.model_validate_json((lab.path / _FILE).read_text())
    except (OSError, ValidationError):
        raise UsageError(
            f"the lab {lab.name} has no cloud; start a lab of a stack with: havip lab up STACK"
        ) from None


def missing() -> str | None:
    """Return the reason why a lab of a stack cannot run on this machine, or None."""
    lacking = namespace.missing(())
    if lacking is None and not overlay_works():
        return (
            "user data may write anywhere, so a lab of a stack needs an overlay over this "
            "machine's file system, which the kernel does not allow here (it needs root)"
        )
    return lacking


def lab_name(stack: Path) -> str:
    """Return the default name of a stack's lab: that of its folder, in lower case.

    Example:
        >>> lab_name(Path("/x/My Stack"))
        'my-stack'
    """
    letters = (one if one.isascii() and one.isalnum() else "-" for one in stack.resolve().name)
    return "".join(letters).lower().strip("-")[:30].strip("-") or "lab"


def start(
    name: str, about: str, *, port: int = 0, stand_ins: bool = True, timeout: float = 300,
    tied: bool = False,
) -> LabFolder:  # fmt: skip
    """Start the lab of a stack without instances, and return when its emulator is ready.

    Args:
        name: The name of the lab.
        about: A description for lists.
        port: The port of the emulator; 0 selects a free one.
        stand_ins: Whether web servers stand in for haproxy servers outside of the stack.
        timeout: Timeout in seconds for the user data of a node.
        tied: Whether the lab ends with this process.

    Raises:
        LabError: The lab cannot run on this machine, its name is in use, or it did not start;
            nothing is left behind.
    """
    lacking = missing()
    if lacking is not None:
        raise LabError(lacking)
    with contextlib.closing(_listen(port)) as listener:
        path = labs.claim(name, os.getpid(), about)
        try:
            return _start(path, about, listener, stand_ins, timeout, tied)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise


def _start(
    path: Path, about: str, listener: socket.socket, stand_ins: bool, timeout: float, tied: bool
) -> LabFolder:
    number = listener.fileno()
    words = (str(path), str(number), str(int(stand_ins)), str(timeout))
    with (path / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            namespace.command(sys.executable, "-m", "havip.lab.stack.server", *words, tied=tied),
            env=namespace.environment(),
            pass_fds=[number],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    labs.own(path, process.pid, about)
    found = next(one for one in labs.labs() if one.path == path)
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    with process.stdout:
        line = process.stdout.readline()
    answer = json.loads(line) if line.strip() else {}
    if "ready" not in answer:
        lines = (path / "lab.log").read_text(errors="replace").strip().splitlines()
        labs.take_down(found)
        process.wait(10)
        reason = answer.get("error") or (lines[-1] if lines else "unknown reason")
        raise LabError(f"the lab did not start: {reason}")
    process.returncode = 0  # the process must outlive this command, without a warning
    return found


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise LabError(f"cannot listen on 127.0.0.1:{port}: {error.strerror}") from None
    listener.listen(128)
    return listener
