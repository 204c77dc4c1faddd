"""The engine with real processes: the program's, the provider's, and their end."""
# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import things

from pulumi_havip.engine import NoStackError, Workspace
from pulumi_havip.engine.dynamic_server import serve_dynamic
from pulumi_havip.engine.project import Project

WAITING = """
import sys
sys.path.insert(0, {conformance!r})
from things import Thing
Thing("one", value="x", mark="m", fail={fail!r})
"""
ENGINE = """
import sys
from pulumi_havip.engine import Workspace
result = Workspace({folder!r}, "dev", config={{"things:file": {cloud!r}}}).up()
print(result.error)
sys.exit(130 if result.interrupted else not result.ok)
"""
INTERRUPTING = """
import os, pathlib, pulumi, signal, threading
if pulumi.runtime.is_dry_run():
    os.kill(os.getppid(), signal.SIGINT)
    threading.Event().wait()
pathlib.Path("deployed").touch()
"""
CONFORMANCE = Path(__file__).parent / "conformance"


class Folder:
    """A project in a folder, whose one resource waits while it is created."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cloud = str(path / "cloud.json")
        (path / "Pulumi.yaml").write_text("name: waiting\nruntime: python\n")
        text = WAITING.format(conformance=str(CONFORMANCE), fail="wait")
        (path / "__main__.py").write_text(text)
        for name in (".waiting", ".go"):
            os.mkfifo(self.cloud + name)

    def inline(self) -> Workspace:
        """Return the stack with a program that waits for nothing."""

        def program() -> None:
            things.Thing("one", value="x", mark="m")

        project = Project(self.path, "waiting", program, sys.executable)
        config = {"things:file": self.cloud}
        servers = {"pulumi-python": serve_dynamic}
        return Workspace(project, "dev", config=config, environment={}, servers=servers)

    def start(self) -> subprocess.Popen[str]:
        """Start an engine in a separate process and wait until it is amid a creation."""
        code = ENGINE.format(folder=str(self.path), cloud=self.cloud)
        engine = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(CONFORMANCE)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert Path(self.cloud + ".waiting").read_text() == "x"
        return engine

    def let_go(self) -> None:
        Path(self.cloud + ".go").write_text("x")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def ended() -> Iterator[list[psutil.Process]]:
    """Processes that must have ended when the test has."""
    processes: list[psutil.Process] = []
    yield processes
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert not alive


def check_taken_over(folder: Folder) -> None:
    """Go on in this process, which takes less time and makes no difference."""
    assert folder.inline().export()["deployment"]["pending_operations"]
    result = folder.inline().up()
    assert result.ok, result.error
    with things.cloud(folder.cloud) as state:
        assert len(state["things"]) == 1
    assert folder.inline().destroy().ok
    with things.cloud(folder.cloud) as state:
        assert state["things"] == {}


@pytest.mark.process
def test_a_killed_engine_takes_its_children_along_and_the_next_run_continues(
    folder: Folder, ended: list[psutil.Process]
) -> None:
    engine = folder.start()
    ended += psutil.Process(engine.pid).children(recursive=True)
    assert len(ended) == 2
    engine.kill()
    engine.communicate()
    check_taken_over(folder)


@pytest.mark.process
def test_an_interrupted_engine_waits_for_the_step_under_way(
    folder: Folder, ended: list[psutil.Process]
) -> None:
    engine = folder.start()
    ended += psutil.Process(engine.pid).children(recursive=True)
    engine.send_signal(signal.SIGINT)
    program = ended[0]
    psutil.wait_procs([program], timeout=5)
    folder.let_go()
    output, _ = engine.communicate(timeout=10)
    assert (output.strip(), engine.returncode) == ("interrupted", 130)
    names = [record.name for record in folder.inline().resources()]
    assert "one" in names
    assert folder.inline().export()["deployment"].get("pending_operations") is None


@pytest.mark.process
def test_an_interrupt_while_secrets_are_looked_for_deploys_nothing(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: waiting\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(INTERRUPTING)
    code = ENGINE.format(folder=str(tmp_path), cloud="")
    hidden = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=20
    )
    assert (done.stdout.strip(), done.returncode) == ("interrupted", 130)
    assert not (tmp_path / "deployed").exists()


@pytest.mark.process
def test_a_second_interrupt_stops_at_once_and_the_next_run_continues(
    folder: Folder, ended: list[psutil.Process]
) -> None:
    engine = folder.start()
    ended += psutil.Process(engine.pid).children(recursive=True)
    engine.send_signal(signal.SIGINT)
    psutil.wait_procs([ended[0]], timeout=5)
    engine.send_signal(signal.SIGINT)
    output, _ = engine.communicate(timeout=10)
    assert (output.strip(), engine.returncode) == ("interrupted", 130)
    check_taken_over(folder)


@pytest.mark.process
def test_a_killed_provider_is_an_error_and_the_next_run_continues(
    folder: Folder, ended: list[psutil.Process]
) -> None:
    engine = folder.start()
    ended += psutil.Process(engine.pid).children(recursive=True)
    ended[1].kill()
    output, _ = engine.communicate(timeout=10)
    assert "went away before it answered" in output
    assert engine.returncode == 1
    check_taken_over(folder)


@pytest.mark.process
def test_an_error_of_the_program_shows_its_own_lines_alone(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: wrong\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("def f():\n    return 1 / 0\nprint('hello')\nf()\n")
    result = Workspace(tmp_path, "dev", environment=dict(os.environ)).preview()
    lines = result.error.splitlines()
    assert lines[0] == "the program failed:"
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert [line for line in lines if "File" in line] == [
        f'  File "{tmp_path}/__main__.py", line 4, in <module>',
        f'  File "{tmp_path}/__main__.py", line 2, in f',
    ]
    assert "hello" in [message.text for message in result.messages]


@pytest.mark.process
def test_a_missing_configuration_value_is_set_by_the_engine_s_own_command(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: wrong\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("import pulumi\npulumi.Config().require('zone')\n")
    result = Workspace(tmp_path, "dev", environment=dict(os.environ)).preview()
    assert "`havip stack config set -s dev wrong:zone <value>`" in result.error
    assert result.error in [message.text for message in result.messages]


@pytest.mark.process
def test_a_program_that_python_cannot_read_is_shown_without_the_engine_s_lines(
    tmp_path: Path,
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: wrong\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("x = 1\ndef (\n")
    result = Workspace(tmp_path, "dev", environment=dict(os.environ)).preview()
    lines = result.error.splitlines()
    assert [line for line in lines if "File" in line] == [
        f'  File "{tmp_path}/__main__.py", line 2'
    ]
    assert lines[-1].startswith("SyntaxError: ")


@pytest.mark.process
def test_the_command_takes_a_stack_from_nothing_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from havip.cli.stack import app

    monkeypatch.setenv("CASE", "Chain")
    monkeypatch.setenv("PULUMI_STACK", "dev")
    monkeypatch.setenv("HAVIP_STATE", str(tmp_path))
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    runner = CliRunner()
    at = ["-C", str(CONFORMANCE)]
    config = ["-c", f"things:file={tmp_path / 'cloud.json'}"]

    def havip(*arguments: str, **options: Any) -> str:
        done = runner.invoke(app, [*arguments, *at], **options)
        assert done.exit_code == 0, done.output
        return done.output

    assert isinstance(runner.invoke(app, ["output", *at]).exception, NoStackError)
    output = havip("preview", *config)
    assert "things:Thing two create" in output
    assert "[unknown]" in output
    assert "Summary 4 to create" in output
    lines = havip("up", "--yes", "--json", *config).splitlines()
    assert all(line.startswith('{"event": "') for line in lines)
    assert havip("ls") == "dev\n"
    assert havip("output", "all", "--json") == '["x", "x", "x!"]\n'
    export = havip("export")
    assert '"urn:pulumi:dev::conformance::pulumi:pulumi:Stack::conformance-dev"' in export
    havip("import", input=export)
    assert "Summary 4 deleted" in havip("destroy", "--yes", *config)
    havip("rm", "--yes")
    assert "no stack of conformance" in havip("ls")


@pytest.mark.process
@pytest.mark.parametrize("form", ["--json", "--show-sames"])
def test_a_deployment_continues_when_its_output_pipe_is_closed(tmp_path: Path, form: str) -> None:
    cloud, code = tmp_path / "cloud.json", "from havip.cli.main import main; main()"
    command = [sys.executable, "-c", code, "stack", "up", "--yes", form, "-C", str(CONFORMANCE)]
    with subprocess.Popen(
        [*command, "-s", "dev", "--state", str(tmp_path), "-c", f"things:file={cloud}"],
        env={**os.environ, "CASE": "Chain"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout
        assert run.stderr
        run.stdout.readline()
        run.stdout.close()
        said = run.stderr.read()
    assert (run.returncode, said) == (0, b"")
    with things.cloud(str(cloud)) as state:
        assert len(state["things"]) == 3
