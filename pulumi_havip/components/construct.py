"""Construction of components for programs in any language, by the native plugin.

`COMPONENTS` lists the components, `describe` returns their part of the schema, and `construct`
creates one for a Construct request of the plugin protocol.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import types
from collections.abc import Awaitable, Mapping, Sequence
from typing import (
    Any,
    Final,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import pulumi
from pulumi.output import _OutputData
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.resource import DependencyResource
from pulumi.runtime import rpc
from pydantic.alias_generators import to_camel
from typing_extensions import get_original_bases, is_typeddict

from pulumi_havip.components.database import DatabaseFailoverCluster
from pulumi_havip.components.load_balancer import LoadBalancerPair
from pulumi_havip.handlers import Context, ResourceError
from pulumi_havip.resources.lookups import PROGRAM
from pulumi_havip.resources.native import native_resources

MODULE: Final = "havip:components"
COMPONENTS: Final[Mapping[str, type[pulumi.ComponentResource]]] = {
    component.__name__: component for component in (LoadBalancerPair, DatabaseFailoverCluster)
}
"""The components, by their name in the schema."""
_SCALARS: Final[Mapping[Any, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}
_NAMES: Final = {"Output": pulumi.Output, "T": Any}
"""Names that the annotation `pulumi.Input` refers to."""
_OF_PULUMI: Final = ("self", "resource_name", "opts")


# -- construction ---------------------------------------------------------------------------------


async def construct(
    request: protocol.ConstructRequest, context: Context
) -> protocol.ConstructResponse:
    """Construct a component with all its children.

    Args:
        request: The component's type, name, arguments and options.
        context: The plugin's context, whose settings the component's look-ups use.

    Raises:
        ResourceError: The component does not exist, or an argument is invalid.
    """
    name = request.resource_type.rpartition(":")[2]
    component = COMPONENTS.get(name)
    if component is None:
        raise ResourceError(f"no component {name!r}: there are {', '.join(COMPONENTS)}")
    PROGRAM.use(context)
    given = _arguments(component, request.inputs)
    with native_resources():
        made = component(request.name, **given, opts=request.options)
    state = {to_camel(key): await _value(getattr(made, key)) for key in outputs_of(component)}
    urn = await made.urn.future()
    return protocol.ConstructResponse(str(urn), state, {})


def _arguments(
    component: type[pulumi.ComponentResource], inputs: Mapping[str, PropertyValue]
) -> dict[str, Any]:
    """Return the keyword arguments of a component's constructor."""
    hints = _hints(component)
    names = {to_camel(name): name for name in hints}
    unknown = [key for key in inputs if key not in names]
    if unknown:
        known = ", ".join(names)
        raise ResourceError(f"{component.__name__} has no {unknown[0]}: it has {known}")
    signature = inspect.signature(component.__init__)
    for name in hints:
        required = signature.parameters[name].default is inspect.Parameter.empty
        if required and to_camel(name) not in inputs:
            raise ResourceError(f"{component.__name__}: {to_camel(name)} is required: give it")
    return {
        names[key]: _input(value, hints[names[key]])
        for key, value in inputs.items()
        if value.value is not None
    }


def _input(value: PropertyValue, hint: Any) -> Any:
    """Return an argument: containers as they are, their items as outputs where required."""
    inner, hint = value.value, bare(hint)
    if isinstance(inner, Mapping) and is_typeddict(hint):
        fields = get_type_hints(hint, localns=_NAMES)
        names = {to_camel(name): name for name in fields}
        return {
            names.get(key, key): _input(item, fields.get(names.get(key, key), Any))
            for key, item in inner.items()
        }
    if isinstance(inner, Mapping):
        return {key: _input(item, Any) for key, item in inner.items()}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        of = get_args(hint)[0] if get_origin(hint) in (list, Sequence) else Any
        return [_input(item, of) for item in inner]
    known = not isinstance(inner, Computed) and inner != rpc.UNKNOWN
    plain = _whole(inner)
    if known and not value.is_secret and not value.dependencies:
        return plain
    data: asyncio.Future[_OutputData[Any]] = asyncio.get_running_loop().create_future()
    resources: set[pulumi.Resource] = {DependencyResource(urn) for urn in value.dependencies}
    data.set_result(_OutputData(resources, plain if known else None, known, value.is_secret))
    return pulumi.Output._from_data(data)


def _whole(value: Any) -> Any:
    """Return a whole number as an int; the protocol only has floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


async def _value(output: Any) -> PropertyValue:
    """Return an output of a component as a property value of the protocol."""
    found = pulumi.Output.from_input(output)
    known, secret = await found.is_known(), await found.is_secret()
    urns = {await resource.urn.future() for resource in await found.resources()}
    value = _property(await found.future()) if known else PropertyValue(rpc.UNKNOWN)
    dependencies = [urn for urn in urns if urn]
    return value.with_secret(bool(secret)).with_dependencies(dependencies)


def _property(value: Any) -> PropertyValue:
    if isinstance(value, Mapping):
        return PropertyValue({str(key): _property(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return PropertyValue([_property(item) for item in value])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    return PropertyValue(value)


# -- schema ---------------------------------------------------------------------------------------


def describe() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the components' resources and types in the schema."""
    parts: dict[str, Any] = {}
    resources = {f"{MODULE}:{name}": _component(it, parts) for name, it in COMPONENTS.items()}
    return resources, parts


def _component(component: type[pulumi.ComponentResource], parts: dict[str, Any]) -> dict[str, Any]:
    told = _told(component.__init__.__doc__, "Args")
    outputs = {**_told(component.__doc__, "Attributes")}
    for base in component.__mro__[1:]:
        outputs = {**_told(base.__doc__, "Attributes"), **outputs}
    signature = inspect.signature(component.__init__)
    inputs, required = {}, []
    for name, hint in _hints(component).items():
        shape = {**_shape(hint, parts), "description": told.get(name, "")}
        if not _takes_outputs(hint):
            shape["plain"] = True
            if "$ref" in shape.get("items", {}):
                shape["items"]["plain"] = True
        default = signature.parameters[name].default
        if default is inspect.Parameter.empty:
            required.append(to_camel(name))
        elif isinstance(default, (bool, int, float, str)):
            shape["default"] = default
        inputs[to_camel(name)] = shape
    found = outputs_of(component)
    return {
        "isComponent": True,
        "description": _markdown(
            inspect.cleandoc((component.__doc__ or "").partition("Example::")[0])
        ),
        "inputProperties": inputs,
        "requiredInputs": sorted(required),
        "properties": {
            to_camel(name): {**_shape(hint, parts), "description": outputs.get(name, "")}
            for name, hint in found.items()
        },
        "required": sorted(map(to_camel, found)),
    }


def outputs_of(component: type[pulumi.ComponentResource]) -> dict[str, Any]:
    """Return the outputs that a component declares, with the type of each."""
    bases = [base for base in component.__mro__ if base.__module__.startswith("pulumi_havip.")]
    return {
        name: get_args(hint)[0]
        for base in reversed(bases)
        for name, hint in inspect.get_annotations(base, eval_str=True).items()
        if _is_output(hint)
    }


def _hints(component: type[pulumi.ComponentResource]) -> dict[str, Any]:
    hints = get_type_hints(component.__init__, localns=_NAMES)
    return {
        name: hints[name]
        for name in inspect.signature(component.__init__).parameters
        if name not in _OF_PULUMI
    }


def _takes_outputs(hint: Any) -> bool:
    return any(_is_output(item) for item in get_args(hint))


def _is_output(hint: Any) -> bool:
    found: Any = get_origin(hint)
    return found is pulumi.Output


def bare(hint: Any) -> Any:
    """Return the type of the value itself, without `Input`, None and alternatives."""
    origin = get_origin(hint)
    if origin in (NotRequired, Required):
        return bare(get_args(hint)[0])
    if origin in _UNIONS:
        kept = [
            item
            for item in get_args(hint)
            if item is not type(None) and not _is_output(item) and get_origin(item) is not Awaitable
        ]
        structures = [item for item in map(bare, kept) if is_typeddict(item)]
        return structures[0] if structures else bare(kept[0])
    return hint


def _shape(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    hint = bare(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (list, Sequence):
        return {"type": "array", "items": _shape(arguments[0], parts)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _shape(arguments[1], parts)}
    if origin is Literal:
        return {"type": "string"}
    if is_typeddict(hint):
        return _reference(hint, parts)
    return {"type": _SCALARS.get(hint, "string")}


def _reference(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    name = f"{MODULE}:{hint.__name__.removesuffix('Args')}"
    if name not in parts:
        parts[name] = {}
        told: dict[str, str] = {}
        for base in (*get_original_bases(hint), hint):
            told |= _told(base.__doc__, "Attributes")
        fields = get_type_hints(hint, localns=_NAMES, include_extras=True)
        parts[name] = {
            "type": "object",
            "description": (hint.__doc__ or "").split("\n")[0],
            "properties": {
                to_camel(key): {
                    **_shape(item, parts),
                    "description": told.get(key, ""),
                    **({} if _takes_outputs(_inside(item)) else {"plain": True}),
                }
                for key, item in fields.items()
            },
            "required": sorted(
                to_camel(key) for key, item in fields.items() if get_origin(item) is not NotRequired
            ),
        }
    return {"$ref": f"#/types/{name}"}


def _inside(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) in (NotRequired, Required) else hint


def _markdown(text: str) -> str:
    """Return docstring text as Markdown, with the property names of the schema."""
    return re.sub(r"`([a-z_]+)`", lambda it: f"`{to_camel(it[1])}`", text.replace("``", "`"))


def _told(doc: str | None, section: str) -> dict[str, str]:
    """Return the description of each name in a section of a docstring."""
    text = inspect.cleandoc(doc or "")
    _, found, after = text.partition(f"{section}:\n")
    told: dict[str, str] = {}
    name = ""
    for line in after.split("\n") if found else []:
        if line and not line.startswith(" "):
            break
        head, mark, rest = line.strip().partition(": ")
        if (
            mark
            and line.startswith("    ")
            and not line.startswith("     ")
            and head.isidentifier()
        ):
            name, told[head] = head, rest
        elif name and line.strip():
            told[name] += f" {line.strip()}"
    return {key: _markdown(value) for key, value in told.items()}


_INDENT: Final = 4
_UNIONS: Final = (types.UnionType, Union)
