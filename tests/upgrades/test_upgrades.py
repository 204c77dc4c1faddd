"""States of released versions: refreshed without changes, previewed without changes, destroyed.

Each folder `VERSION/PROJECT` holds a program, and in `engine` and `cli` the state that the
embedded engine and the Pulumi CLI wrote of it, with the cloud as it was then (`record.py`).
"""

from __future__ import annotations

import gzip
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from havip.emulator import EmulatorServer
from havip.emulator.state.table import RowChange
from pulumi_havip.engine import Result, Workspace
from pulumi_havip.engine.dynamic_server import serve_dynamic
from pulumi_havip.engine.project import load_project
from pulumi_havip.handlers import Context, ProviderSettings
from pulumi_havip.provider.serving import DEPLOYMENT
from pulumi_havip.resources.lookups import PROGRAM
from pulumi_havip.testing import CloudClock

HERE: Final = Path(__file__).parent
REGION: Final = "ap-guangzhou"
RECORDED: Final = [
    pytest.param(project, engine, id=f"{project.parent.name}-{project.name}-{engine}")
    for project in sorted(HERE.glob("*/*/"))
    for engine in ("engine", "cli")
    if (project / engine).is_dir()
]
_PAIR: Final = r"witness: a third machine is needed"
CHANGED: Final[dict[str, str]] = {
    "0.1.0/database-mariadb": _PAIR,
    "0.1.0/database-postgresql": _PAIR,
}
"""Projects whose program a later version refuses on purpose, and what its preview says (a
pattern): what was recorded of them is still refreshed without changes and destroyed."""
UPDATED: Final = {"0.1.0/load-balancer-pair": {"user_data", "replace_on_user_data_change"}}
"""Projects whose nodes get other files since: instances are updated in place, never replaced."""


class Recorded:
    """A recorded stack in a folder of its own, and its cloud."""

    def __init__(self, folder: Path, server: EmulatorServer, project: Path, engine: str) -> None:
        self.folder, self.server = folder, server
        self.name = project.name
        self.refused = CHANGED.get(f"{project.parent.name}/{project.name}")
        self.updated = UPDATED.get(f"{project.parent.name}/{project.name}", set())
        for file in project.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        stacks = folder / ".pulumi" / "stacks" / project.name
        stacks.mkdir(parents=True)
        (folder / ".pulumi" / "meta.yaml").write_text("version: 1\n")
        state = gzip.decompress((project / engine / "state.json.gz").read_bytes())
        (stacks / "dev.json").write_bytes(state)
        rows = json.loads(gzip.decompress((project / engine / "cloud.json.gz").read_bytes()))
        server.cloud.load(RowChange(**row) for row in rows)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "HAVIP_"))},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HAVIP_ENDPOINT": server.url,
            "HAVIP_PACING": "false",
            "TENCENTCLOUD_REGION": REGION,
            "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
            "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
            "PULUMI_CONFIG_PASSPHRASE": "upgrade",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder}",
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's folder."""
        return subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def within(self, operation: str) -> Result:
        """Run an operation of the embedded engine in this process."""
        fixed = {"region": REGION, "endpoint": self.server.url, "pacing": False}
        keys = {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE"}
        settings = ProviderSettings.model_validate(fixed | keys)
        for shared in (DEPLOYMENT, PROGRAM):
            shared.use(Context(settings, clock=CloudClock(self.server.cloud, real_part=0.01)))
        main = str(self.folder / "__main__.py")
        workspace = Workspace(
            replace(load_project(self.folder), program=lambda: runpy.run_path(main)),
            "dev",
            environment=self.environment,
            servers={"pulumi-python": serve_dynamic},
        )
        result: Result = getattr(workspace, operation)()
        return result

    def left(self) -> set[str]:
        """Return what the cloud holds that a stack makes."""
        kinds = ("vpc", "subnet", "havip", "eip", "placement-group")
        return {f"{row.kind} {row.id}" for row in self.server.cloud.dump() if row.kind in kinds}


@pytest.fixture
def recorded(request: Any, tmp_path: Path) -> Iterator[Recorded]:
    project, engine = request.param
    with EmulatorServer() as server:
        yield Recorded(tmp_path, server, project, engine)
    DEPLOYMENT.use(None)
    PROGRAM.use(None)


PAIRS = [pytest.param(tuple(param.values), id=param.id) for param in RECORDED]


def test_there_are_records_of_every_kind() -> None:
    names = {project.name for project in HERE.glob("0.1.0/*/")}
    assert names >= {"resources", "plugin", "load-balancer-pair", "database-postgresql"}
    assert len(RECORDED) == 2 * len(list(HERE.glob("*/*/Pulumi.yaml")))


@pytest.mark.process
@pytest.mark.parametrize("recorded", PAIRS, indirect=True)
def test_the_engine_continues_from_an_older_state(recorded: Recorded) -> None:
    for operation in ("refresh", "preview"):
        result = recorded.within(operation)
        if operation == "preview" and recorded.refused:
            assert re.search(recorded.refused, result.error)
            continue
        assert result.ok, result.error
        changed = [(str(step.op), step.name, step.changes) for step in result.steps if step.changes]
        if operation == "preview" and recorded.updated:
            assert {op for op, _, _ in changed} <= {"update"}
            paths = {change.path for _, _, changes in changed for change in changes}
            assert paths <= recorded.updated
            continue
        assert not result.changed, changed
    assert recorded.within("destroy").ok
    assert recorded.left() == set()


@pytest.mark.soak
@pytest.mark.pulumi_cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
@pytest.mark.parametrize("recorded", PAIRS, indirect=True)
def test_the_cli_continues_from_an_older_state(recorded: Recorded) -> None:
    at = ("--stack", "dev", "--non-interactive")
    same = "--expect-no-changes"
    done = recorded.command("pulumi", "refresh", "--yes", "--skip-preview", same, *at)
    assert done.returncode == 0, done.stdout + done.stderr
    done = recorded.command("pulumi", "preview", *([] if recorded.updated else [same]), *at)
    shown = done.stdout + done.stderr
    if recorded.refused:
        assert re.search(recorded.refused, shown)
    else:
        assert done.returncode == 0, shown
        assert not re.search(r"\d+ to (create|delete|replace)", shown)
    done = recorded.command("pulumi", "destroy", "--yes", "--skip-preview", *at)
    assert done.returncode == 0, done.stdout + done.stderr
    assert recorded.left() == set()
