"""Transforms of a program: values, options and protection that a team sets in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi import ResourceOptions, ResourceTransformArgs, ResourceTransformResult
from things import Thing  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


def tagged(mark: str) -> Any:
    """Return a transform that appends a mark to the value of each resource."""

    def transform(args: ResourceTransformArgs) -> ResourceTransformResult:
        props = dict(args.props)
        if "value" in props:
            props["value"] = f"{props['value']}{mark}"
        return ResourceTransformResult(props, args.opts)

    return transform


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions | None = None) -> None:
        super().__init__("test:index:Box", name, None, opts)
        Thing("inside", value="v", opts=ResourceOptions(parent=self, transforms=[tagged("1")]))


def values(stack: Any) -> dict[str, Any]:
    found = {record.name: record for record in stack.resources()}
    return {
        name: record.inputs["value"] for name, record in found.items() if "value" in record.inputs
    }


def test_those_of_the_resource_its_parents_and_the_stack_run_in_this_order(lab: Lab) -> None:
    def program() -> None:
        pulumi.runtime.register_resource_transform(tagged("3"))
        Box("box", ResourceOptions(transforms=[tagged("2")]))
        Thing("outside", value="v")

    stack = lab.stack(program)
    assert stack.up().ok
    assert values(stack) == {"inside": "v123", "outside": "v3"}
    assert not stack.preview().changed
    assert stack.destroy().ok


def test_a_transform_protects_and_adds_options(lab: Lab) -> None:
    async def protect(args: ResourceTransformArgs) -> ResourceTransformResult:
        former = [pulumi.Alias(name="old")]
        options = ResourceOptions(protect=True, ignore_changes=["value"], aliases=former)
        return ResourceTransformResult(args.props, ResourceOptions.merge(args.opts, options))

    def old() -> None:
        Thing("old", value="a")

    def program() -> None:
        pulumi.runtime.register_resource_transform(protect)
        Thing("one", value="b")

    assert lab.stack(old).up().ok
    stack = lab.stack(program)
    result = stack.up()
    assert result.ok, result.error
    [record] = [item for item in stack.resources() if item.name == "one"]
    assert record.protect
    assert record.inputs["value"] == "a"
    assert stack.destroy().protected


def test_what_a_transform_leaves_alone_stays_as_it_is(lab: Lab) -> None:
    seen: list[ResourceTransformArgs] = []

    def program() -> None:
        pulumi.runtime.register_resource_transform(lambda args: seen.append(args))
        box = Thing("box", value="x")
        options = ResourceOptions(depends_on=[box], delete_before_replace=True, deleted_with=box)
        Thing("one", value=box.id, opts=options)

    stack = lab.stack(program)
    assert stack.up().ok
    assert not stack.preview().changed
    [one] = [record for record in stack.resources() if record.name == "one"]
    assert one.deleted_with == one.dependencies[0] == one.property_dependencies["value"][0]
    assert [args.name for args in seen[:2]] == ["box", "one"]


@pytest.mark.parametrize("preview", [True, False])
def test_one_that_fails_is_an_error_of_one_line(lab: Lab, preview: bool) -> None:
    def broken(args: ResourceTransformArgs) -> None:
        raise ValueError("no tag of the cost centre")

    def program() -> None:
        pulumi.runtime.register_resource_transform(broken)
        Thing("one", value="x")

    stack = lab.stack(program)
    result = stack.preview() if preview else stack.up()
    assert "a transform of one failed: no tag of the cost centre" in result.error
    assert "\n" not in result.error
