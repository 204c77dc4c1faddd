"""The engine in a team's hands: names, settings, protection, credentials, where the state lies."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from things import Thing

from pulumi_havip.engine import EngineError, ProjectError, StateError, Workspace
from pulumi_havip.engine.errors import LockedError, NoStackError, UnsupportedError
from pulumi_havip.engine.lock import locked
from pulumi_havip.engine.project import Project


def one() -> None:
    Thing("one", value="x")


def other_stack(stack: Workspace, name: str) -> Workspace:
    return Workspace(
        stack.project, name, environment=stack.environment, servers=stack._servers, sink=None
    )


def test_a_name_that_no_stack_has_is_refused_where_the_project_has_others(lab: Any) -> None:
    stack = lab.stack(one)
    assert stack.up().ok
    typo = other_stack(stack, "dve")
    for operation in (typo.up, typo.preview):
        with pytest.raises(NoStackError, match=r"which has dev; make it with `havip stack init"):
            operation()
    typo._given = stack._given
    assert typo.up(create=True).ok


def test_what_is_protected_and_left_the_program_can_be_unprotected(lab: Any) -> None:
    def before() -> None:
        for name in ("one", "two"):
            Thing(name, value=name, opts=pulumi.ResourceOptions(protect=True))

    def after() -> None:
        Thing("one", value="one")

    assert lab.stack(before).up().ok
    stack = lab.stack(after)
    assert "havip stack unprotect two" in stack.up().error
    assert [urn.rpartition(":")[2] for urn in stack.unprotect("two")] == ["two"]
    assert stack.unprotect("two") == []
    assert stack.up().ok
    with lab.cloud() as state:
        assert len(state["things"]) == 1
    with pytest.raises(StateError, match="no resource three"):
        stack.unprotect("three")


def test_a_setting_that_is_declared_without_a_value_is_refused_by_name(
    lab: Any, tmp_path: Path
) -> None:
    project = Project(
        lab.folder, "conformance", one, "python", required=frozenset({"conformance:zone"})
    )
    stack = Workspace(project, "dev", environment=lab.environment)
    for operation in (stack.up, stack.preview):
        with pytest.raises(ProjectError, match="no value for conformance:zone"):
            operation()
    assert not stack.file.exists()


@pytest.mark.parametrize("key", ["things:secretKey", "things:token", "other:db_password"])
def test_a_credential_that_is_given_in_plain_is_in_no_file(lab: Any, key: str) -> None:
    stack = lab.stack(one, config={key: "CANARY-5f2"})
    assert stack.up().ok
    assert stack.refresh().ok
    for path in lab.folder.rglob("*"):
        if path.is_file():
            assert b"CANARY-5f2" not in path.read_bytes(), path
    assert "CANARY-5f2" not in json.dumps(stack.export(show_secrets=True))
    assert not stack.preview().changed


def test_files_of_a_stack_are_private(lab: Any) -> None:
    assert lab.stack(one).up().ok
    assert lab.stack(one).up(replace=["**Thing::one"]).ok
    for path in (lab.folder / ".pulumi" / "stacks").rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path


def test_what_lay_in_the_old_folder_is_taken_over_once(lab: Any) -> None:
    assert lab.stack(one).up().ok
    old = lab.folder / ".havip"
    (lab.folder / ".pulumi").rename(old)
    stack = lab.stack(one)
    assert stack.notice.startswith("moved the state of conformance from")
    assert not stack.preview().changed
    assert lab.stack(one).notice == ""
    assert not list((old / "stacks").rglob("*.json"))


def test_a_stack_in_both_folders_is_refused(lab: Any) -> None:
    assert lab.stack(one).up().ok
    old = lab.folder / ".havip" / "stacks" / "conformance"
    old.mkdir(parents=True)
    (old / "dev.json").write_bytes(lab.stack(one).file.path.read_bytes())
    with pytest.raises(StateError, match="both hold a state"):
        lab.stack(one)


def test_the_clis_lock_is_respected_and_ours_is_one_that_it_sees(lab: Any) -> None:
    stack = lab.stack(one)
    assert stack.up().ok
    folder = lab.folder / ".pulumi/locks/organization/conformance/dev"
    with locked(stack.file, "up"):
        (ours,) = folder.glob("*.json")
        assert {"pid", "username", "hostname", "timestamp"} == json.loads(ours.read_text()).keys()
        with pytest.raises(LockedError, match=r"locked by up \(process"):
            lab.stack(one).up()
    assert list(folder.glob("*.json")) == []
    theirs = {"pid": 7, "username": "ann", "hostname": "box", "timestamp": "2026-01-01T00:00:00Z"}
    (folder / "5c.json").write_text(json.dumps(theirs))
    with pytest.raises(LockedError, match=r"Pulumi CLI \(ann@box, process 7\).*pulumi cancel"):
        lab.stack(one).up()


@pytest.mark.parametrize(
    ("chosen", "environment", "backend", "expected"),
    [
        (None, {}, "", "project/.pulumi"),
        ("elsewhere", {}, "", "elsewhere/.pulumi"),
        ("elsewhere/.pulumi", {}, "", "elsewhere/.pulumi"),
        ("file://{tmp}/a", {"HAVIP_STATE": "{tmp}/b"}, "", "a/.pulumi"),
        (None, {"HAVIP_STATE": "{tmp}/b", "PULUMI_BACKEND_URL": "file://{tmp}/c"}, "", "b/.pulumi"),
        (None, {"PULUMI_BACKEND_URL": "file://{tmp}/c"}, "file://./d", "c/.pulumi"),
        (None, {}, "file://./d", "project/d/.pulumi"),
    ],
)
def test_the_state_lies_where_the_cli_would_look(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chosen: str | None,
    environment: dict[str, str],
    backend: str,
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "project").mkdir()
    project = Project(tmp_path / "project", "p", one, "python", backend=backend)
    given = {key: value.format(tmp=tmp_path) for key, value in environment.items()}
    place = None if chosen is None else chosen.format(tmp=tmp_path)
    stack = Workspace(project, "dev", state_dir=place, environment=given)
    assert stack.root == tmp_path / expected


def test_a_backend_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    project = Project(tmp_path, "p", one, "python")
    with pytest.raises(UnsupportedError, match="s3://states"):
        Workspace(project, "dev", environment={"PULUMI_BACKEND_URL": "s3://states"})


@pytest.mark.parametrize("name", ["a/b", "..", ".", "", "x\ny", "a" * 101])
def test_a_name_that_is_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="cannot be the name of a stack"):
        Workspace(Project(tmp_path, "p", one, "python"), name)


def test_a_full_import_of_a_dynamic_resource_names_the_way_that_works(lab: Any) -> None:
    def program() -> None:
        Thing("one", value="x", opts=pulumi.ResourceOptions(import_="thing-9"))

    error = lab.stack(program).up().error
    assert "adopt='thing-9'" in error
    assert "KeyError" not in error


def test_engine_errors_are_one_class(lab: Any) -> None:
    with pytest.raises(EngineError):
        lab.stack(one).destroy()
