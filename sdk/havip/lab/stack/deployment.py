"""Deployment of a stack's program to its lab, and histories on it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from havip.lab import labs
from havip.lab.control import send_command
from havip.lab.history import History
from havip.lab.judge import Judgment
from havip.lab.labs import LabFolder
from havip.lab.namespace import LabError
from havip.lab.stack import launch
from havip.lab.topology import Topology

STACK = "lab"
"""The name of the stack that histories deploy."""
_HAVIP = "from havip.cli.main import main; main()"
_SECONDS = 300.0


def is_project(name: object) -> bool:
    """Return whether a name is the folder of a project.

    Example:
        >>> is_project("pair")
        False
    """
    return isinstance(name, str) and (Path(name) / "Pulumi.yaml").is_file()


def deploy(
    lab: LabFolder, project: Path, stack: str, config: Sequence[str] = (),
    output: IO[bytes] | int | None = None,
) -> bool:  # fmt: skip
    """Deploy the program of a project to a lab; return whether that succeeded.

    Args:
        lab: The lab.
        project: The folder of the project.
        stack: The name of the stack; its state belongs to the lab.
        config: Configuration as ``KEY=VALUE``.
        output: Destination of the command's output; by default that of this process.
    """
    environment = {**os.environ, **launch.cloud_of(lab).environment}
    environment["TENCENTCLOUD_REGION"] = os.environ.get("TENCENTCLOUD_REGION", "ap-guangzhou")
    environment.setdefault("PULUMI_CONFIG_PASSPHRASE", secrets.token_hex(16))
    own, chosen = project / f"Pulumi.{stack}.yaml", list(config)
    if not any(one.startswith("havip:region=") for one in chosen) and not (
        own.is_file() and "havip:region" in own.read_text(errors="replace")
    ):
        # Pulumi requires the region in the configuration of a new stack; use the emulator's.
        chosen.append(f"havip:region={environment['TENCENTCLOUD_REGION']}")
    given = [word for entry in chosen for word in ("-c", entry)]
    ended = subprocess.run(
        [sys.executable, "-c", _HAVIP, "stack", "up", "--yes", "-C", str(project), "-s", stack,
         "--state", str(lab.path / "state"), *given],
        env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
    )  # fmt: skip
    return ended.returncode == 0


def play(history: History) -> Judgment:
    """Deploy the project of a history to a lab of its own, and play the history there.

    Raises:
        LabError: The stack could not be deployed or set up, or a step is impossible.
    """
    with _running(Path(str(history.topology)), f"playing {history.name}") as lab:
        data = history.model_dump(mode="json")
        result = send_command(lab.control, "play", wait=_SECONDS * 3, history=data)
        return Judgment.model_validate(result)


def topology(project: Path) -> Topology:
    """Deploy a project to a lab for a moment, and return it in the form of a topology.

    Raises:
        LabError: The stack could not be deployed or set up.
    """
    with _running(project, f"reading {project}") as lab:
        return Topology.model_validate(send_command(lab.control, "topology"))


@contextmanager
def _running(project: Path, about: str) -> Iterator[LabFolder]:
    lab = launch.start("", about, tied=True)
    try:
        log = lab.path / "deployment.log"
        with log.open("wb") as output:
            deployed = deploy(lab, project, STACK, output=output)
        if not deployed:
            lines = log.read_text(errors="replace").split("\n")
            reasons = [line.removeprefix("havip: ") for line in lines if line.startswith("havip: ")]
            reason = f": {reasons[-1]}" if reasons else ""
            raise LabError(
                f"the deployment of {project} failed{reason}; see all of it with: "
                f"havip lab up {project}"
            )
        problems: dict[str, Any] = send_command(
            lab.control, "settle", wait=_SECONDS + 60, seconds=_SECONDS
        )
        if problems:
            told = "; ".join(f"{node}: {problem}" for node, problem in problems.items())
            raise LabError(f"the set-up of {project} failed: {told}")
        yield lab
    finally:
        labs.take_down(lab)
