"""Native provider plugins, which are found on PATH and may do more than dynamic ones."""
# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pulumi
import pytest
from boxes import Box, Boxes
from pulumi import Output, ResourceOptions

from pulumi_havip.engine import UNKNOWN, Secret, Workspace

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


@pytest.fixture
def stack(lab: Lab) -> Callable[..., Workspace]:
    """A stack that is configured for the plugin."""

    def make(program: Callable[[], None], **config: str) -> Workspace:
        made: Workspace = lab.stack(program, config={"boxes:file": lab.cloud_path, **config})
        return made

    return make


def ops(result: Any) -> dict[str, list[str]]:
    assert result.ok, result.error
    found: dict[str, list[str]] = {}
    for step in result.steps:
        if "Box" in step.type:
            found.setdefault(step.name, []).append(str(step.result or step.op))
    return found


@pytest.mark.process
def test_a_plugin_resource_goes_through_its_life_cycle(
    stack: Callable[..., Workspace], lab: Lab
) -> None:
    def one() -> None:
        box = Box("box", size=1, place="a", secret=Output.secret("hush"))
        user = Box("user", size=box.id.apply(len))
        pulumi.export("label", box.label)
        pulumi.export("secret", box.secret)
        pulumi.export("later", user.label)
        answer = pulumi.runtime.invoke("boxes:index:greet", {"name": "you"})
        assert answer is not None
        pulumi.export("greeting", answer.value["greeting"])

    def two() -> None:
        box = Box("box", size=2, place="b", secret=Output.secret("hush"))
        Box("user", size=box.id.apply(len))

    preview = stack(one).preview()
    assert preview.ok, preview.error
    assert preview.outputs["label"] == "size 1.0"
    assert preview.outputs["later"] is UNKNOWN
    assert preview.outputs["greeting"] == "hello you"
    assert stack(one).up().outputs["secret"] == Secret("hush")
    assert "hush" not in stack(one).file.path.read_text()
    again = stack(two).preview()
    assert ops(again) == {
        "box": ["create-replacement", "replace", "delete-replaced"],
        "user": ["update"],
    }
    replaced = next(step for step in again.steps if step.op == "replace")
    assert [(change.path, change.kind) for change in replaced.changes] == [
        ("place", "update-replace"),
        ("size", "update"),
    ]
    with lab.cloud() as state:
        state["things"]["box-1"]["size"] = 5
        del state["things"]["box-2"]
    assert ops(stack(one).refresh()) == {"box": ["update"], "user": ["delete"]}
    assert stack(one).destroy().ok
    with lab.cloud() as state:
        assert state["things"] == {}


@pytest.mark.process
def test_an_existing_resource_is_imported_by_its_id(
    stack: Callable[..., Workspace], lab: Lab
) -> None:
    with lab.cloud() as state:
        state["things"]["box-7"] = {"size": 3, "colour": "red", "label": "size 3.0"}

    def program(size: int) -> Callable[[], None]:
        def run() -> None:
            Box("box", size=size, colour="red", opts=ResourceOptions(import_="box-7"))

        return run

    result = stack(program(3)).up()
    assert ops(result) == {"box": ["import"]}, result.error
    assert ops(stack(program(3)).up()) == {"box": ["same"]}
    assert ops(stack(program(4)).up()) == {"box": ["update"]}
    assert stack(program(4)).destroy().ok
    with lab.cloud() as state:
        assert state["things"] == {}


@pytest.mark.process
def test_a_provider_of_the_program_s_own(stack: Callable[..., Workspace], lab: Lab) -> None:
    other = str(lab.folder / "other.json")

    def program() -> None:
        provider = Boxes("mine", file=other)
        Box("box", size=1, opts=ResourceOptions(provider=provider))

    result = stack(program).up()
    assert result.ok, result.error
    assert "box-1" in Path(other).read_text()
    assert not Path(lab.cloud_path).exists()


@pytest.mark.process
@pytest.mark.parametrize(
    ("size", "config", "reason"),
    [
        (13, {}, "box: size: 13 is unlucky"),
        (1, {"boxes:file": ""}, ""),
    ],
)
def test_an_error_of_the_plugin_is_one_line(
    size: int, config: dict[str, str], reason: str, stack: Callable[..., Workspace]
) -> None:
    result = stack(lambda: Box("box", size=size), **config).preview()
    assert reason in result.error
    assert "\n" not in result.error


@pytest.mark.process
def test_a_plugin_whose_configuration_is_refused_is_ended(lab: Lab) -> None:
    result = lab.stack(lambda: Box("box", size=1)).preview()
    assert result.error == "box: file: is missing"
    assert not psutil.Process().children()


def test_a_missing_plugin_is_named(lab: Lab) -> None:
    nothing = {"PULUMI_CONFIG_PASSPHRASE": ""}
    result = lab.stack(lambda: Box("box", size=1), environment=nothing).preview()
    assert "pulumi-resource-boxes is not on PATH" in result.error
