"""Fixtures of the engine's tests: a project in memory, on a cloud that is a file."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent / "conformance"))

import boxes
import things

from pulumi_havip.engine import Workspace
from pulumi_havip.engine.dynamic_server import serve_dynamic
from pulumi_havip.engine.project import Project
from tests.engine.box_provider import Bench

PASSPHRASE = {"PULUMI_CONFIG_PASSPHRASE": "conformance"}


class Lab:
    """A stack of a project that is a function, and the cloud it is deployed on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cloud_path = str(folder / "cloud.json")
        self.events: list[Any] = []
        boxes.install(folder / "bin")
        self.environment = {**PASSPHRASE, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}

    def stack(
        self,
        program: Callable[[], None],
        *,
        config: dict[str, str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> Workspace:
        """Return the stack ``dev`` with a function as its program."""
        project = Project(self.folder, "conformance", program, sys.executable)
        given = {"things:file": self.cloud_path, **(config or {})}
        return Workspace(
            project,
            "dev",
            config=given,
            environment=self.environment if environment is None else environment,
            sink=self.events.append,
            servers={"pulumi-python": serve_dynamic},
        )

    @contextmanager
    def cloud(self) -> Iterator[dict[str, Any]]:
        """Open the cloud; what is changed in it is kept."""
        with things.cloud(self.cloud_path) as state:
            yield state


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr("pulumi_havip.engine.crypto._ROUNDS", 1000)  # a million take a second
    return Lab(tmp_path)


@pytest.fixture
def bench(lab: Lab) -> Bench:
    return Bench(lab)
