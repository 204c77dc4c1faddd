"""Start the two processes that nearly every operation needs ahead of time.

An interpreter takes half a second to load Pulumi's SDK. The processes of the program and of the
dynamic provider load it while the engine loads its own copy, derives the key of the stack's secrets
and reads the state. Then they wait for a command.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from pulumi_havip.engine.process import LAUNCHER, Child
from pulumi_havip.engine.project import Project


class ProcessPool:
    """Processes started ahead; unused ones are stopped.

    Args:
        project: The project whose interpreter they run.
        environment: Their environment.
        program: Whether to start the program's process ahead.
        provider: Whether to start the dynamic provider's process ahead.
    """

    def __init__(
        self, project: Project, environment: Mapping[str, str], *, program: bool, provider: bool
    ) -> None:
        self._project = project
        self._environment = environment
        self._lock = threading.Lock()
        self._program = self._start_program() if program else None
        self._provider = self._start_provider() if provider else None

    def program(self) -> Child:
        """Return a process that waits for the command to run the program."""
        with self._lock:
            ready, self._program = self._program, None
        return ready or self._start_program()

    def provider(self) -> Child:
        """Return a process that is about to serve dynamic providers."""
        with self._lock:
            ready, self._provider = self._provider, None
        return ready or self._start_provider()

    def dismiss(self) -> None:
        """Stop the processes that were not needed."""
        with self._lock:
            idle = [child for child in (self._program, self._provider) if child is not None]
            self._program = self._provider = None
        for child in idle:
            child.kill()

    def _start_program(self) -> Child:
        program = self._project.program
        assert isinstance(program, Path)  # noqa: S101 - a function needs no process
        folder = program if program.is_dir() else program.parent
        return self._start("program", folder)

    def _start_provider(self) -> Child:
        return self._start("provider", self._project.folder)

    def _start(self, role: str, folder: Path) -> Child:
        return Child([self._project.python, "-u", LAUNCHER, role], folder, self._environment)
