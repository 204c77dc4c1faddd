"""Records what the Pulumi CLI on PATH makes of the cases: `python record.py [CASE...]`."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import boxes  # noqa: E402
import normal  # noqa: E402
import things  # noqa: E402
from cases import CASES, CLOUD, Case, Do  # noqa: E402

RECORDINGS = HERE / "recordings.json"


class Cli:
    """The CLI with a backend, a home and a copy of the project of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        shutil.copytree(HERE, self.project, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("backend", "home"):
            (folder / name).mkdir()
        boxes.install(folder / "bin")
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "conformance",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.project,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )

    def must(self, *arguments: str, text: str = "") -> str:
        done = self.run(*arguments, text=text)
        if done.returncode:
            raise SystemExit(f"pulumi {' '.join(arguments)}: {done.stderr}{done.stdout}")
        return done.stdout

    def export(self) -> dict[str, Any]:
        return dict(json.loads(self.must("stack", "export", "--show-secrets")))


def record_export() -> None:
    """Keep an export with sealed secrets, as it is, for the engine to import."""
    with tempfile.TemporaryDirectory() as folder:
        cli, path = Cli(Path(folder)), Path(folder) / "cloud.json"
        begin(cli, CASES["SecretConfig"], path)
        cli.environment |= {"CASE": "SecretConfig", "PROGRAM": "0"}
        cli.must("up", "--yes", "--skip-preview")
        export = cli.must("stack", "export").replace(str(path), "cloud.json")
        settings = (cli.project / "Pulumi.dev.yaml").read_text().replace(str(path), "cloud.json")
    (HERE / "cli-export.json").write_text(json.dumps(portable(json.loads(export)), indent=1) + "\n")
    (HERE / "cli-stack.yaml").write_text(settings)


def portable(value: Any) -> Any:
    """Leave out where on a machine the sources lay."""
    if isinstance(value, dict):
        dropped = ("sourcePosition", "stackTrace")
        return {key: portable(item) for key, item in value.items() if key not in dropped}
    return [portable(item) for item in value] if isinstance(value, list) else value


def flags(do: Do) -> list[str]:
    found = [] if do.operation == "preview" else ["--yes", "--skip-preview"]
    for name, value in do.options.items():
        if name == "targets":
            found += [f"--target={item}" for item in value]
        elif name == "replace":
            found += [f"--replace={item}" for item in value]
        elif name == "parallel":
            found.append(f"--parallel={value}")
        elif value:
            found.append(f"--{name.replace('_', '-')}")
    return found


def begin(cli: Cli, case: Case, path: Path) -> None:
    cli.must("stack", "init", "dev")
    cli.must("config", "set", "things:file", str(path))
    for key, value in case.config.items():
        secret = ["--secret"] if key.endswith("!") else []
        known = str(path) if value == CLOUD else value
        cli.must("config", "set", key.removesuffix("!"), known, *secret)


def record(name: str) -> list[dict[str, Any]]:
    """Run a case and return what came of each of its operations."""
    case = CASES[name]
    with tempfile.TemporaryDirectory() as folder:
        cli, path = Cli(Path(folder)), Path(folder) / "cloud.json"
        begin(cli, case, path)
        return [operation(cli, name, do, path) for do in case.plan]


def operation(cli: Cli, name: str, do: Do, path: Path) -> dict[str, Any]:
    if do.before is not None:
        with things.cloud(str(path)) as state:
            do.before(state)
    log = cli.folder / "events.jsonl"
    log.unlink(missing_ok=True)
    cli.environment |= {"CASE": name, "PROGRAM": str(do.program)}
    done = cli.run(do.operation, *flags(do), "--event-log", str(log))
    events = [json.loads(line) for line in log.read_text().splitlines()]
    with things.cloud(str(path)) as state:
        left = normal.cloud(state)
    return {
        "operation": do.operation,
        "ok": done.returncode == 0,
        "steps": normal.steps(list(pairs(events))),
        "deployment": normal.deployment(cli.export()),
        "cloud": left,
    }


def pairs(events: list[dict[str, Any]]) -> Any:
    """Yield operation and URN of every step; of a refresh, what it came to."""
    reading = set()
    for event in events:
        before = event.get("resourcePreEvent", {}).get("metadata")
        after = event.get("resOutputsEvent", {}).get("metadata")
        if before and before["op"] == "refresh":
            reading.add(before["urn"])
        elif before:
            yield before["op"], before["urn"]
        elif after and after["urn"] in reading:
            reading.discard(after["urn"])
            yield f"refresh: {after['op']}", after["urn"]


def main() -> None:
    known = json.loads(RECORDINGS.read_text()) if RECORDINGS.exists() else {"cases": {}}
    done = subprocess.run(["pulumi", "version"], capture_output=True, text=True, check=True)
    chosen = sys.argv[1:] or list(CASES)
    known["cli"] = done.stdout.strip().removeprefix("v")
    known["cases"] = {key: value for key, value in known["cases"].items() if key in CASES}
    record_export()
    for name in chosen:
        known["cases"][name] = record(name)
        print(name, [item["ok"] for item in known["cases"][name]], flush=True)
        text = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
        RECORDINGS.write_text(text + "\n")


if __name__ == "__main__":
    main()
