"""The engine does with each program what the Pulumi CLI did when it was recorded."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cases
import normal
import pytest

from pulumi_havip.engine import Secret

if TYPE_CHECKING:
    from tests.engine.conftest import Lab

RECORDED = json.loads((Path(__file__).parent / "conformance" / "recordings.json").read_text())
REFUSED = {("Protect", 1): ["**::two"], ("Protect", 2): ["**::two"]}
"""Operations that the CLI, run without its preview, carries out in part and then refuses, where
the engine does nothing; with what the CLI did, so that both go on from the same state."""
PENDING = {"CreateFails", "ReplacementFails"}


def settings(case: cases.Case, lab: Lab) -> None:
    """Write the stack's configuration as the CLI's `config set` does."""
    config = lab.stack(lambda: None).config()
    config.set("things:file", lab.cloud_path)
    vault = lab.stack(lambda: None).vault()
    for key, value in case.config.items():
        known = lab.cloud_path if value == cases.CLOUD else value
        config.set(key.removesuffix("!"), known, vault if key.endswith("!") else None)


def perform(lab: Lab, case: cases.Case, do: cases.Do) -> dict[str, Any]:
    if do.before is not None:
        with lab.cloud() as state:
            do.before(state)
    stack = lab.stack(case.programs[do.program])
    stack._given = {}
    result = getattr(stack, do.operation)(**do.options)
    pairs = [
        (f"refresh: {told(do, step)}" if step.result else str(step.op), step.urn)
        for step in result.steps
    ]
    with lab.cloud() as state:
        left = normal.cloud(state)
    return {
        "operation": do.operation,
        "ok": result.ok,
        "error": result.error,
        "steps": normal.steps(pairs),
        "deployment": normal.deployment(stack.export(show_secrets=True)),
        "cloud": left,
    }


@pytest.mark.process
@pytest.mark.parametrize("name", cases.CASES)
def test_the_engine_does_what_the_cli_did(name: str, lab: Lab) -> None:
    case = cases.CASES[name]
    settings(case, lab)
    lab.stack(lambda: None).init()
    before: dict[str, Any] = {}
    for index, (do, recorded) in enumerate(zip(case.plan, RECORDED["cases"][name], strict=True)):
        got = perform(lab, case, do)
        where = f"{name}, operation {index} ({do.operation}): {got['error']}"
        assert got["ok"] == recorded["ok"], where
        if (name, index) in REFUSED:
            assert (got["deployment"], got["cloud"]) == (before["deployment"], before["cloud"])
            with_targets = cases.Do(
                do.operation, do.program, options={"targets": REFUSED[name, index]}
            )
            got = perform(lab, case, with_targets) | {"steps": recorded["steps"]}
            for side in (got, recorded):  # the CLI and the targets come to another order
                side["deployment"].sort(key=lambda item: str(item["urn"]))
        assert got["steps"] == recorded["steps"], where
        assert got["deployment"] == recorded["deployment"], where
        assert got["cloud"] == recorded["cloud"], where
        before = got


def told(do: cases.Do, step: Any) -> str:
    """Return what the CLI's log says of a refresh: within an update, not what it came to."""
    return str(step.result) if do.operation == "refresh" else "refresh"


def test_enough_programs_are_recorded() -> None:
    assert len(RECORDED["cases"]) >= 30
    assert RECORDED["cli"].startswith("3.")


@pytest.mark.soak
@pytest.mark.pulumi_cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
@pytest.mark.parametrize("name", cases.CASES)
def test_the_cli_still_does_what_was_recorded(name: str) -> None:
    from record import record

    assert record(name) == RECORDED["cases"][name]


@pytest.fixture
def real(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A lab whose passphrase is worked into a key as often as the CLI does it."""
    monkeypatch.setattr("pulumi_havip.engine.crypto._ROUNDS", 1_000_000)
    return lab


def test_an_export_of_the_cli_is_taken_with_its_secrets_and_needs_no_change(real: Any) -> None:
    lab = real
    folder = Path(__file__).parent / "conformance"
    (lab.folder / "Pulumi.dev.yaml").write_text((folder / "cli-stack.yaml").read_text())
    stack = lab.stack(cases.CASES["SecretConfig"].programs[0])
    stack._given = {}
    stack.import_(json.loads((folder / "cli-export.json").read_text()))
    assert stack.outputs() == {"plain": "p", "secret": Secret("t0p")}
    result = stack.preview()
    assert result.ok, result.error
    assert not result.changed


@pytest.mark.soak
@pytest.mark.pulumi_cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
def test_an_export_of_the_engine_is_taken_by_the_cli_and_needs_no_change(real: Any) -> None:
    lab = real
    from record import Cli, begin

    case = cases.CASES["SecretConfig"]
    settings(case, lab)
    stack = lab.stack(case.programs[0])
    assert stack.up().ok
    cli = Cli(lab.folder)
    begin(cli, case, Path(lab.cloud_path))
    cli.environment |= {"CASE": "SecretConfig", "PROGRAM": "0"}
    cli.must("stack", "import", text=json.dumps(stack.export()))
    cli.must("preview", "--expect-no-changes")
