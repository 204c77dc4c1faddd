"""The engine in a team: names, settings, protection, credentials, location of the state."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from things import Other, Thing

from pulumi_havip.engine import EngineError, ProjectError, StateError, Workspace
from pulumi_havip.engine.errors import LockedError, NoStackError, UnsupportedFeatureError
from pulumi_havip.engine.lock import locked
from pulumi_havip.engine.project import Project

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


def one() -> None:
    Thing("one", value="x")


def other_stack(stack: Workspace, name: str) -> Workspace:
    return Workspace(
        stack.project, name, environment=stack.environment, servers=stack._servers, sink=None
    )


def test_a_name_that_no_stack_has_is_refused_where_the_project_has_others(lab: Lab) -> None:
    stack = lab.stack(one)
    assert stack.up().ok
    typo = other_stack(stack, "dve")
    for operation in (typo.up, typo.preview):
        with pytest.raises(NoStackError, match=r"which has dev; make it with `havip stack init"):
            operation()
    typo._given = stack._given
    assert typo.up(create=True).ok


def test_what_is_protected_and_left_the_program_can_be_unprotected(lab: Lab) -> None:
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


def guarded(*names: str) -> Any:
    def program() -> None:
        for name in names:
            protect = name.isupper()
            Thing(name.lower(), value=name, opts=pulumi.ResourceOptions(protect=protect))

    return program


@pytest.mark.parametrize(
    ("program", "refused"),
    [
        (guarded("ONE", "TWO"), True),
        (guarded("ONE", "two"), True),
        (guarded("ONE"), True),
        (guarded("one", "two"), False),
        (guarded("one"), False),
        (guarded(), True),
    ],
    ids=["both", "one of two", "one, the other left", "none", "none, one left", "no program left"],
)
def test_destroy_asks_the_program_what_is_protected_still(
    lab: Lab, program: Any, refused: bool
) -> None:
    assert lab.stack(guarded("ONE", "TWO")).up().ok
    for preview in (True, False):
        result = lab.stack(program).destroy(preview=preview)
        assert result.protected == refused == (not result.ok)
        told = [item.text for item in result.messages if "protects it no more" in item.text]
        assert bool(told) != refused
    with lab.cloud() as state:
        assert len(state["things"]) == (2 if refused else 0)


def test_destroy_keeps_what_is_protected_where_the_program_fails(lab: Lab) -> None:
    def broken() -> None:
        Thing("other")
        raise RuntimeError("no")

    assert lab.stack(guarded("ONE")).up().ok
    assert lab.stack(broken).destroy().protected
    renamed = pulumi.ResourceOptions(protect=True, aliases=[pulumi.Alias(name="one")])
    assert lab.stack(lambda: (Thing("uno", opts=renamed), None)[1]).destroy().protected


@pytest.mark.process
def test_a_setting_that_is_declared_without_a_value_is_refused_by_name(
    lab: Lab, tmp_path: Path
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
def test_a_credential_that_is_given_in_plain_is_in_no_file(lab: Lab, key: str) -> None:
    stack = lab.stack(one, config={key: "CANARY-5f2"})
    assert stack.up().ok
    assert stack.refresh().ok
    for path in lab.folder.rglob("*"):
        if path.is_file():
            assert b"CANARY-5f2" not in path.read_bytes(), path
    assert "CANARY-5f2" not in json.dumps(stack.export(show_secrets=True))
    assert not stack.preview().changed


def test_files_of_a_stack_are_private(lab: Lab) -> None:
    assert lab.stack(one).up().ok
    assert lab.stack(one).up(replace=["**Thing::one"]).ok
    for path in (lab.folder / ".pulumi" / "stacks").rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path


def test_the_old_state_folder_is_moved_once(lab: Lab) -> None:
    assert lab.stack(one).up().ok
    old = lab.folder / ".havip"
    (lab.folder / ".pulumi").rename(old)
    stack = lab.stack(one)
    assert stack.notice.startswith("moved the state of conformance from")
    assert not stack.preview().changed
    assert lab.stack(one).notice == ""
    assert not list((old / "stacks").rglob("*.json"))


def test_a_stack_in_both_folders_is_refused(lab: Lab) -> None:
    assert lab.stack(one).up().ok
    old = lab.folder / ".havip" / "stacks" / "conformance"
    old.mkdir(parents=True)
    (old / "dev.json").write_bytes(lab.stack(one).file.path.read_bytes())
    with pytest.raises(StateError, match="both hold a state"):
        lab.stack(one)


def test_the_clis_lock_is_respected_and_ours_is_one_that_it_sees(lab: Lab) -> None:
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
def test_the_state_is_in_the_clis_folder(
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


def test_a_backend_that_is_not_a_folder_is_rejected(tmp_path: Path) -> None:
    project = Project(tmp_path, "p", one, "python")
    with pytest.raises(UnsupportedFeatureError, match="s3://states"):
        Workspace(project, "dev", environment={"PULUMI_BACKEND_URL": "s3://states"})


@pytest.mark.parametrize("name", ["a/b", "..", ".", "", "x\ny", "a" * 101])
def test_a_name_that_is_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="cannot be the name of a stack"):
        Workspace(Project(tmp_path, "p", one, "python"), name)


def test_a_full_import_of_a_dynamic_resource_names_the_way_that_works(lab: Lab) -> None:
    def program() -> None:
        Thing("one", value="x", opts=pulumi.ResourceOptions(import_="thing-9"))

    error = lab.stack(program).up().error
    assert "adopt='thing-9'" in error
    assert "KeyError" not in error


def test_engine_errors_are_one_class(lab: Lab) -> None:
    with pytest.raises(EngineError):
        lab.stack(one).destroy()


def test_the_advice_for_protected_resources_works_where_they_share_a_name(lab: Lab) -> None:
    def program() -> None:
        Thing("web", value="x", opts=pulumi.ResourceOptions(protect=True))
        Other("web", value="y", opts=pulumi.ResourceOptions(protect=True))
        Other("plain", value="z")

    stack = lab.stack(program)
    assert stack.up().ok
    [advice] = re.findall(r"`havip stack unprotect (.*?)`", stack.destroy().error)
    assert advice == "web"
    assert len(stack.unprotect(*advice.split())) == 2
    assert stack.destroy().ok


def test_what_is_deleted_with_another_takes_no_call_of_its_own(lab: Lab) -> None:
    def program() -> None:
        box = Thing("box", value="x")
        Thing("inside", value="y", opts=pulumi.ResourceOptions(deleted_with=box))

    def without() -> None:
        Thing("box", value="x")

    assert lab.stack(program).up().ok
    assert lab.stack(without).up().ok  # the box stays, so the other is deleted by itself
    with lab.cloud() as state:
        assert state["calls"].count("delete") == 1
    assert lab.stack(program).up().ok
    assert not lab.stack(program).preview().changed
    assert lab.stack(program).destroy().ok
    with lab.cloud() as state:
        assert state["calls"].count("delete") == 2
    assert lab.stack(program).export()["deployment"].get("resources") is None


def test_a_program_reads_the_outputs_of_another_stack(lab: Lab) -> None:
    def network() -> None:
        pulumi.export("subnet", "subnet-1")
        pulumi.export("key", pulumi.Output.secret("hush"))

    def web() -> None:
        for name in ("net", "organization/conformance/net"):
            found = pulumi.StackReference(f"ref-{len(name)}", stack_name=name)
            pulumi.export(f"subnet-{len(name)}", found.get_output("subnet"))
            pulumi.export(f"key-{len(name)}", found.get_output("key"))

    stack = lab.stack(network)
    assert other_stack(stack, "net").up().ok
    result = lab.stack(web).up(create=True)
    assert result.ok, result.error
    assert result.outputs["subnet-3"] == result.outputs["subnet-28"] == "subnet-1"
    assert repr(result.outputs["key-3"]) == "[secret]"

    def lost() -> None:
        pulumi.StackReference("ref", stack_name="organization/other/gone")

    error = lab.stack(lost).up().error
    assert "organization/other/gone" in error
    assert "no stack gone of other" in error


def test_a_preview_shows_the_inputs_of_what_it_would_create(lab: Lab) -> None:
    def program() -> None:
        Thing("one", value="x", secret=pulumi.Output.secret("hush"), tags={"a": "b"})

    result = lab.stack(program).preview()
    (step,) = [step for step in result.steps if step.name == "one"]
    shown = {change.path: change.new for change in step.changes}
    assert (shown["value"], shown["tags"], repr(shown["secret"])) == ("x", {"a": "b"}, "[secret]")


def test_a_preview_as_json_has_the_form_of_the_clis(lab: Lab) -> None:
    import io

    from pulumi_havip.engine.display_json import PreviewJson

    def before() -> None:
        Thing("one", value="x", secret=pulumi.Output.secret("hush"), slot="a")

    def after() -> None:
        Thing("one", value="x", secret=pulumi.Output.secret("hush"), slot="b")
        Thing("two", value="y")

    def foretold(program: Any) -> Any:
        stack, text = lab.stack(program), io.StringIO()
        stack._sink = PreviewJson(text)
        stack.preview()
        assert "hush" not in text.getvalue()
        return json.loads(text.getvalue())

    first = foretold(before)
    assert first["changeSummary"] == {"create": 2}
    assert {step["op"] for step in first["steps"]} == {"create"}
    assert first["steps"][-1]["newState"]["inputs"]["value"] == "x"
    assert first["steps"][-1]["provider"] == first["steps"][-1]["newState"]["provider"]
    assert lab.stack(before).up().ok
    second = foretold(after)
    ops = {step["op"]: step for step in second["steps"]}
    assert ops["replace"]["replaceReasons"] == ["slot"]
    assert ops["replace"]["detailedDiff"]["slot"]["kind"].endswith("replace")
    assert ops["replace"]["oldState"]["inputs"]["slot"] == "a"
    assert ops.keys() == {"same", "create", "replace"}  # of what stays the same, the stack alone
    assert second["changeSummary"] == {"same": 1, "create": 1, "replace": 1}
    assert not {"created", "modified", "outputs"} & ops["create"]["newState"].keys()
    assert isinstance(second["duration"], int)


def test_an_import_that_would_run_foreign_code_is_refused(lab: Lab) -> None:
    import base64
    import os
    import pickle

    class Evil:
        def __reduce__(self) -> Any:
            return os.system, ("touch /tmp/never",)

    stack = lab.stack(one)
    assert stack.up().ok
    export = stack.export()
    stack.import_(export)
    for held in (base64.b64encode(pickle.dumps(Evil())).decode(), "no pickle"):
        for row in export["deployment"]["resources"]:
            if "__provider" in row.get("inputs", {}):
                row["inputs"]["__provider"] = held
        with pytest.raises(StateError, match=r"holds the code of one's provider.*--trust-code"):
            stack.import_(export)
    stack.import_(export, trust_code=True)
