"""The reference page of resources, components and functions, from the plugin's schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic.alias_generators import to_snake

from tools.generators.plugin_schema import VERSION, make_schema

INTRODUCTION: Final = """# Resources, components and functions

Names are those of the Python classes in `pulumi_havip` and `pulumi_havip.components`. The schema \
of the native plugin, for YAML, TypeScript and Go, has the same names in camel case: `vpcId` for \
`vpc_id`, `getHaVip` for `get_ha_vip`. *Required* marks properties without a default, *replaces* \
those whose change replaces the resource.

"""


def page() -> str:
    """Return the page."""
    schema = make_schema(VERSION)
    found = schema["resources"].items()
    parts = [
        "## Resources\n",
        *(_resource(token, one) for token, one in found if "isComponent" not in one),
        "## Components\n",
        *(_resource(token, one) for token, one in found if "isComponent" in one),
        "## Functions\n",
        *(_function(token, one) for token, one in schema["functions"].items()),
        "## Structures\n",
        *(_structure(token, one) for token, one in schema["types"].items()),
    ]
    return INTRODUCTION + "\n".join(parts)


def _resource(token: str, resource: Mapping[str, Any]) -> str:
    text = resource["description"].partition("\n\n## Import")[0]
    inputs = _table("argument", resource["inputProperties"], resource["requiredInputs"])
    only = {
        name: shape
        for name, shape in resource["properties"].items()
        if name not in resource["inputProperties"]
    }
    outputs = "The outputs are the arguments, and:\n\n" if "isComponent" not in resource else ""
    return f"### {_name(token)}\n\n{text}\n\n{inputs}\n{outputs}{_table('output', only, [])}"


def _function(token: str, function: Mapping[str, Any]) -> str:
    inputs = _table("argument", function["inputs"]["properties"], [])
    outputs = _table("result", function["outputs"]["properties"], [])
    name = to_snake(_name(token))
    return f"### {name}\n\n{function['description']}\n\n{inputs}\n{outputs}"


def _structure(token: str, shape: Mapping[str, Any]) -> str:
    if "enum" in shape:
        values = ", ".join(f"`{one['value']}`" for one in shape["enum"])
        return f"### {_name(token)}\n\n{shape['description']} Values: {values}.\n"
    rows = _table("property", shape["properties"], shape.get("required", []))
    return f"### {_name(token)}\n\n{shape['description']}\n\n{rows}"


def _table(head: str, properties: Mapping[str, Any], required: list[str]) -> str:
    rows = (
        f"| `{to_snake(name)}` | {_type(shape)} | {' '.join(_notes(name, shape, required))} |\n"
        for name, shape in properties.items()
    )
    return f"| {head} | type | meaning |\n| --- | --- | --- |\n{''.join(rows)}"


def _notes(name: str, shape: Mapping[str, Any], required: list[str]) -> Iterator[str]:
    text = " ".join(shape.get("description", "").split())
    yield text.replace("|", "\\|")
    marks = [
        *(["required"] if name in required else []),
        *(["replaces"] if shape.get("willReplaceOnChanges") else []),
        *(["secret"] if shape.get("secret") else []),
    ]
    if marks:
        yield f"*({', '.join(marks)})*"


def _type(shape: Mapping[str, Any]) -> str:
    if "$ref" in shape:
        name = _name(shape["$ref"])
        return f"[{name}](#{name.lower()})"
    if shape.get("type") == "array":
        return f"list of {_type(shape['items'])}"
    if shape.get("type") == "object":
        return f"map of {_type(shape['additionalProperties'])}"
    if "oneOf" in shape:
        return " or ".join(dict.fromkeys(_type(one) for one in shape["oneOf"]))
    return str(shape["type"])


def _name(token: str) -> str:
    return token.rpartition(":")[2]
