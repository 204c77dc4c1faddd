"""Record the states that the released version of today writes; run once before each release.

    python tests/upgrades/record.py 0.2.0 resources plugin …

For each project of the version's folder it deploys the program on an emulator, with the embedded
engine and with the Pulumi CLI, and keeps the stack's file and the rows of the cloud beside it.
`test_upgrades.py` has every later version refresh, preview and destroy what is recorded.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from havip.emulator import EmulatorServer

HERE = Path(__file__).parent
PASSPHRASE = "upgrade"
REGION = "ap-guangzhou"


def environment(server: EmulatorServer, folder: Path) -> dict[str, str]:
    """Return the environment of a command that deploys to an emulator and nowhere else."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TENCENTCLOUD_", "HAVIP_", "PULUMI_"))
    }
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HAVIP_ENDPOINT": server.url,
        "HAVIP_PACING": "false",
        "TENCENTCLOUD_REGION": REGION,
        "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
        "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder}",
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def commands(engine: str, folder: Path) -> list[list[str]]:
    """Return the commands that make and deploy a stack, and say where its file lies."""
    if engine == "cli":
        return [
            ["pulumi", "stack", "init", "dev", "--non-interactive"],
            ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"],
        ]
    place = ["--stack", "dev", "--state", str(folder / ".pulumi")]
    return [["havip", "stack", "init", *place], ["havip", "stack", "up", "--yes", *place]]


def record(project: Path, engine: str) -> None:
    """Deploy a project on a new cloud, and keep what its state and the cloud are then."""
    with tempfile.TemporaryDirectory() as name, EmulatorServer() as server:
        folder = Path(name)
        for file in project.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        for command in commands(engine, folder):
            subprocess.run(
                command, cwd=folder, env=environment(server, folder), check=True, timeout=300
            )
        (state,) = (folder / ".pulumi" / "stacks").rglob("dev.json")
        target = project / engine
        target.mkdir(exist_ok=True)
        (target / "state.json.gz").write_bytes(gzip.compress(state.read_bytes(), mtime=0))
        rows = [row._asdict() for row in server.cloud.dump()]
        text = json.dumps(rows, ensure_ascii=False)
        (target / "cloud.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def main() -> None:
    """Record the projects of a version."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("version", help="folder of the version")
    parser.add_argument("projects", nargs="*", help="folders in it; all if left out")
    options = parser.parse_args()
    for project in sorted((HERE / options.version).iterdir()):
        if not options.projects or project.name in options.projects:
            for engine in ("engine", "cli"):
                record(project, engine)
                print(f"recorded {options.version}/{project.name}/{engine}")


if __name__ == "__main__":
    main()
