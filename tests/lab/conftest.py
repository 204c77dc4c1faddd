from __future__ import annotations

import base64
import dataclasses
import gzip
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from havip.emulator.mock import mock_havip
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT
from havip.keepalived.nodes.setup import NodeSetup
from havip.lab import namespace, runs
from havip.lab.history import History
from havip.lab.judge import Judgment
from pulumi_havip.engine import Workspace
from pulumi_havip.engine.dynamic_server import serve_dynamic
from pulumi_havip.engine.project import load_project
from pulumi_havip.handlers import Context, ProviderSettings
from pulumi_havip.provider.serving import DEPLOYMENT
from pulumi_havip.resources.lookups import PROGRAM
from pulumi_havip.testing import CloudClock
from tests.user_data import read_user_data

EXAMPLES = Path(__file__).parents[2] / "examples"
REGION = "ap-guangzhou"


def deployed(name: str, folder: Path, **config: str) -> dict[str, NodeSetup]:
    """Deploy an example to the emulated cloud, and read what its machines boot with."""
    copy = folder / name
    shutil.copytree(EXAMPLES / name, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with mock_havip() as cloud:
        for shared in (DEPLOYMENT, PROGRAM):
            settings = ProviderSettings.model_validate({"region": REGION, "pacing": False})
            shared.use(Context(settings, clock=CloudClock(cloud)))
        project = dataclasses.replace(
            load_project(copy), program=lambda: runpy.run_path(str(copy / "__main__.py"))
        )
        workspace = Workspace(
            project,
            "dev",
            config=config,
            environment={"PULUMI_CONFIG_PASSPHRASE": "lab"},
            sink=lambda event: None,
            servers={"pulumi-python": serve_dynamic},
        )
        result = workspace.up()
        assert result.ok, result.error
        machines = list(cloud.region(DEFAULT_ACCOUNT, REGION).instances)
    machines.sort(key=lambda one: one.instance_name)
    return {
        one.private_ip_addresses[0]: read_user_data(_unpacked(one.user_data)) for one in machines
    }


def _unpacked(user_data: str) -> str:
    data = base64.b64decode(user_data)
    return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Yield the user data of an example's machines, by their addresses in the order of names."""
    yield lambda name, **config: deployed(name, tmp_path_factory.mktemp("stack"), **config)
    DEPLOYMENT.use(None)
    PROGRAM.use(None)


@pytest.fixture
def blame_crashes(monkeypatch: pytest.MonkeyPatch) -> list[History]:
    """Judge that every node-crashed breaks P5, in place of the lab; returns what was played."""
    played: list[History] = []

    def judge(histories: list[History], *, done: Any = None, **_: object) -> list[Judgment]:
        played.extend(histories)
        found = [_blamed(one) for one in histories]
        for one, its in zip(histories, found, strict=True):
            if done is not None:
                done(one, its)
        return found

    monkeypatch.setattr(namespace, "missing", lambda: None)
    monkeypatch.setattr(runs, "run_all", judge)
    return played


def _blamed(history: History) -> Judgment:
    guilty = any(step.fault.name == "node-crashed" for step in history.steps)
    promise = {"id": "P5", "held": not guilty, "text": "made up"}
    return Judgment.model_validate(
        {
            "name": history.name, "title": "", "ok": not guilty,
            "failures": ["P5: made up"] if guilty else [], "ready": 0, "ended": 1, "outage": 0,
            "slowness": 1, "steps": [], "promises": [promise], "acknowledged": 0, "lost": 0,
            "recovered": 0, "address": "", "events": [], "adverts": [], "requests": [],
        }
    )  # fmt: skip
