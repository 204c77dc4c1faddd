"""Unsupported features are rejected by name, with the next step, before any change."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi import ResourceOptions
from pulumi.runtime.proto import resource_pb2 as pb
from things import Thing

from pulumi_havip.engine import ProjectError, UnsupportedFeatureError, Workspace
from pulumi_havip.engine.unsupported import refuse

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


def replace_with() -> None:
    one = Thing("one")
    Thing("two", opts=ResourceOptions(replace_with=[one]))


def replacement_trigger() -> None:
    Thing("one", opts=ResourceOptions(replacement_trigger="x"))


def hide_diffs() -> None:
    Thing("one", opts=ResourceOptions(hide_diffs=["value"]))


def hook() -> None:
    def run(_args: Any) -> None:
        return

    made = pulumi.ResourceHook("mine", run)
    Thing("one", opts=ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[made])))


def stash() -> None:
    pulumi.Stash("kept", input="x")


def remote_component() -> None:
    pulumi.ComponentResource("other:index:Thing", "one", {}, remote=True)


def cli_version() -> None:
    pulumi.runtime.require_pulumi_version(">=3.0.0")


REFUSED = [
    (replace_with, "the resource option replace_with (on two)"),
    (replacement_trigger, "the resource option replacement_trigger (on one)"),
    (hide_diffs, "the resource option hide_diffs (on one)"),
    (hook, "a resource hook"),
    (stash, "a stash"),
    (remote_component, "a component of another process"),
    (cli_version, "the demand for a CLI of version >=3.0.0"),
]


@pytest.mark.parametrize(("program", "feature"), REFUSED)
def test_an_unsupported_feature_is_named(
    program: Callable[[], None], feature: str, lab: Lab
) -> None:
    result = lab.stack(program).up()
    assert feature in result.error
    assert "Pulumi CLI" in result.error
    assert "\n" not in result.error


@pytest.mark.parametrize(
    "request_",
    [
        pb.RegisterResourceRequest(snippetId="x"),
        pb.ReadResourceRequest(packageRef="x"),
        pb.ResourceInvokeRequest(packageRef="x"),
    ],
)
def test_unsupported_fields_of_a_request_are_rejected(request_: Any) -> None:
    with pytest.raises(UnsupportedFeatureError, match="on one"):
        refuse(request_, "one")


def test_a_program_in_another_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: nodejs\n")
    with pytest.raises(UnsupportedFeatureError, match="nodejs"):
        Workspace(tmp_path, "dev")


@pytest.mark.process
def test_an_environment_of_the_cloud_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    (tmp_path / "Pulumi.dev.yaml").write_text("environment: [shared]\n")
    with pytest.raises(UnsupportedFeatureError, match="ESC"):
        Workspace(tmp_path, "dev").preview()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("name: [", "cannot be read"),
        ("- x", "no mapping"),
        ("runtime: python", "name is missing"),
        ("name: a/b\nruntime: python", "cannot be the name of a project"),
        ("name: x\nruntime: python\nmain: nowhere", "__main__.py is missing"),
        (
            "name: x\nruntime: {name: python, options: {virtualenv: venv}}",
            "the virtualenv venv",
        ),
    ],
)
def test_a_wrong_project_file_is_one_line(content: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(content)
    if "nowhere" not in content:
        (tmp_path / "__main__.py").write_text("")
    with pytest.raises(ProjectError, match=reason) as caught:
        Workspace(tmp_path, "dev")
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_project_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not a Pulumi project"):
        Workspace(tmp_path, "dev")


def test_a_resource_that_is_got_and_does_not_exist_is_an_error(lab: Lab) -> None:
    def program() -> None:
        Thing("got", opts=ResourceOptions(id="thing-99"))

    result = lab.stack(program).up()
    assert "there is no pulumi-python:dynamic/things:Thing with the id thing-99" in result.error


def test_assets_are_known_by_their_content(lab: Lab) -> None:
    def program() -> None:
        Thing("one", value=pulumi.FileAsset("file.txt"))

    missing = lab.stack(program).up()
    assert "the asset file.txt cannot be read" in missing.error


@pytest.mark.parametrize(
    ("asset", "feature"),
    [
        (lambda: pulumi.AssetArchive({"a": pulumi.StringAsset("x")}), "an archive asset"),
        (lambda: pulumi.RemoteAsset("https://example.com/x"), "a remote asset"),
    ],
)
def test_archives_and_remote_assets_are_refused(
    asset: Callable[[], Any], feature: str, lab: Lab
) -> None:
    result = lab.stack(lambda: Thing("one", tags={"deep": [asset()]})).up()
    assert feature in result.error


def test_nothing_is_deleted_if_a_protected_resource_would_be(lab: Lab) -> None:
    def program() -> None:
        Thing("a", opts=ResourceOptions(protect=True))
        Thing("b")

    def dropped() -> None:
        Thing("c")

    def names() -> set[str]:
        return {item.name for item in lab.stack(program).resources() if item.id and item.custom}

    assert lab.stack(program).up().ok
    refused = lab.stack(program).destroy()
    assert refused.error.startswith(
        "Thing a is protected, so nothing is deleted; set protect=False"
    )
    assert "`havip stack unprotect a`" in refused.error
    assert names() >= {"a", "b"}
    assert lab.stack(program).destroy(preview=True).error == refused.error
    assert lab.stack(dropped).up().error == refused.error
    assert names() == {"a", "b", "default"}
    assert lab.stack(program).destroy(targets=["**::b"]).ok
    assert names() == {"a", "default"}
