"""A native provider plugin whose cloud is the JSON file that its configuration names."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pulumi
from pulumi.provider.experimental import server
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import (
    CheckFailure,
    CheckRequest,
    CheckResponse,
    ConfigureRequest,
    ConfigureResponse,
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    DiffRequest,
    DiffResponse,
    InvokeRequest,
    InvokeResponse,
    PropertyDiff,
    PropertyDiffKind,
    Provider,
    ReadRequest,
    ReadResponse,
    UpdateRequest,
    UpdateResponse,
)
from things import cloud

Values = dict[str, PropertyValue]
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the SDK does not turn it into a computed value


def plain(values: Values) -> dict[str, Any]:
    return {key: value.value for key, value in values.items()}


def known(value: PropertyValue) -> bool:
    return value.value != UNKNOWN


class BoxProvider(Provider):
    path = ""

    async def check_config(self, request: CheckRequest) -> CheckResponse:
        if "file" not in request.new_inputs:
            return CheckResponse(failures=[CheckFailure("file", "is missing")])
        return CheckResponse(request.new_inputs)

    async def configure(self, request: ConfigureRequest) -> ConfigureResponse:
        self.path = str(request.args["file"].value)
        return ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request: CheckRequest) -> CheckResponse:
        size = request.new_inputs.get("size")
        if size is not None and size.value == 13:
            return CheckResponse(request.new_inputs, [CheckFailure("size", "13 is unlucky")])
        return CheckResponse({"colour": PropertyValue("grey"), **request.new_inputs})

    async def diff(self, request: DiffRequest) -> DiffResponse:
        old, new = request.old_state, request.new_inputs
        changed = [key for key in ("size", "place", "colour") if old.get(key) != new.get(key)]
        details = {
            key: PropertyDiff(
                PropertyDiffKind.UPDATE_REPLACE if key == "place" else PropertyDiffKind.UPDATE,
                True,
            )
            for key in changed
        }
        return DiffResponse(
            changes=bool(changed),
            replaces=["place"] if "place" in changed else [],
            diffs=changed,
            detailed_diff=details,
        )

    async def create(self, request: CreateRequest) -> CreateResponse:
        outputs = {**request.properties, "label": self._label(request.properties)}
        if request.preview:
            return CreateResponse("", outputs)
        with cloud(self.path) as state:
            number = state["next"]
            state["next"] += 1
            state["things"][f"box-{number}"] = plain(outputs)
        return CreateResponse(f"box-{number}", outputs)

    def _label(self, values: Values) -> PropertyValue:
        size = values.get("size", PropertyValue(0.0))
        return PropertyValue(f"size {size.value}") if known(size) else PropertyValue(UNKNOWN)

    async def update(self, request: UpdateRequest) -> UpdateResponse:
        outputs = {**request.news, "label": self._label(request.news)}
        if not request.preview:
            with cloud(self.path) as state:
                state["things"][request.resource_id] = plain(outputs)
        return UpdateResponse(outputs)

    async def read(self, request: ReadRequest) -> ReadResponse:
        with cloud(self.path) as state:
            found = state["things"].get(request.resource_id)
        if found is None:
            return ReadResponse("")
        numbers = {key: float(value) for key, value in found.items() if isinstance(value, int)}
        values = {key: PropertyValue(value) for key, value in {**found, **numbers}.items()}
        inputs = {key: value for key, value in values.items() if key != "label"}
        return ReadResponse(request.resource_id, values, inputs)

    async def delete(self, request: DeleteRequest) -> None:
        with cloud(self.path) as state:
            del state["things"][request.resource_id]

    async def invoke(self, request: InvokeRequest) -> InvokeResponse:
        if "name" not in request.args:
            return InvokeResponse(failures=[CheckFailure("name", "is missing")])
        return InvokeResponse({"greeting": PropertyValue(f"hello {request.args['name'].value}")})


class Box(pulumi.CustomResource):
    label: pulumi.Output[str]
    secret: pulumi.Output[str]

    def __init__(
        self, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        known = {"size": None, "place": None, "colour": None, "secret": None, "label": None}
        super().__init__("boxes:index:Box", name, {**known, **inputs}, opts)


class Boxes(pulumi.ProviderResource):
    """A provider that the program configures itself."""

    def __init__(self, name: str, **inputs: Any) -> None:
        super().__init__("boxes", name, inputs)


def install(folder: Path) -> None:
    """Install the plugin's command in a folder, which has to be on PATH."""
    folder.mkdir(exist_ok=True)
    plugin = folder / "pulumi-resource-boxes"
    plugin.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).resolve()} "$@"\n')
    plugin.chmod(0o755)


if __name__ == "__main__":
    asyncio.set_event_loop(asyncio.new_event_loop())
    server.main(sys.argv[1:], "1.0.0", BoxProvider())
