"""The schema of the native plugin, from the handlers' models and the components.

The plugin serves the file with its own version in place of `VERSION`.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pulumi_havip.components import construct
from pulumi_havip.handlers import HANDLERS, ProviderSettings
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.lookups import LOOKUPS, LookupResult
from pulumi_havip.handlers.model import (
    INTERNAL,
    REPLACE,
    SECRET,
    marked,
)
from pulumi_havip.handlers.settings import ENVIRONMENT
from pulumi_havip.provider.plugin.provider import SECRET_SETTINGS
from tools.generators.schema_texts import about, descriptions, markdown

PACKAGE: Final = "havip"
VERSION: Final = "0.0.0"
_SCALARS: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}
_ENUMS: Final[Mapping[frozenset[str], tuple[str, str]]] = {
    frozenset({"CVM", "ENI"}): ("MemberType", "Type of a range member."),
    frozenset({"HOST", "SW", "RACK"}): (
        "PlacementGroupType",
        "Hardware that the instances of a placement group do not share.",
    ),
    frozenset({"POSTPAID_BY_HOUR", "SPOTPAID", "CDHPAID"}): (
        "InstanceChargeType",
        "Billing mode of an instance.",
    ),
    frozenset({"BANDWIDTH_PACKAGE", "BANDWIDTH_POSTPAID_BY_HOUR", "TRAFFIC_POSTPAID_BY_HOUR"}): (
        "EipChargeType",
        "Billing mode of the traffic of an elastic IP.",
    ),
    frozenset({"BGP", "CMCC", "CTCC", "CUCC"}): ("Carrier", "ISP line of an elastic IP."),
}
"""The name and the description of each closed set of values."""
_INPUT_ONLY: Final = ("adopt", "password", "keyIds", "replaceOnUserDataChange")
"""Arguments that are not outputs."""
_PICKED: Final = ("name", "region", "vip", "private_ip", "associations", "instance_type")
"""Optional arguments that always have an output, since the cloud chooses a value."""
_LANGUAGES: Final[Mapping[str, Any]] = {
    "nodejs": {"packageName": "pulumi-havip", "respectSchemaVersion": True},
    "go": {"respectSchemaVersion": True},
    # `pulumi_havip` is the package that holds this very file.
    "python": {"packageName": "pulumi_havip_native", "respectSchemaVersion": True},
}
"""Names of the generated SDKs, which are not in any registry."""


def token(name: str) -> str:
    """Return the token of a resource, function or type, such as ``havip:index:HaVip``."""
    return f"{PACKAGE}:index:{name}"


def text() -> str:
    """Return the file: the schema as JSON."""
    return json.dumps(make_schema(VERSION), indent=1, ensure_ascii=False) + "\n"


def make_schema(version: str) -> dict[str, Any]:
    """Return the schema of the whole package.

    Args:
        version: The version of the package.
    """
    components, parts = construct.describe()
    resources = {token(kind): _resource(handler, parts) for kind, handler in HANDLERS.items()}
    functions = {
        token(name): {
            "description": lookup.text,
            "inputs": _object(lookup.args, parts),
            "outputs": _object(lookup.result, parts),
        }
        for name, lookup in LOOKUPS.items()
    }
    fields = ProviderSettings.model_fields.items()
    settings = {to_camel(name): _setting(name, field) for name, field in fields}
    return {
        "name": PACKAGE,
        "displayName": "HAVIP for Tencent Cloud",
        "version": version,
        "description": "HAVIPs of Tencent Cloud and the network around them.",
        "license": "Apache-2.0",
        "keywords": ["pulumi", "tencentcloud", "havip", "category/network"],
        "language": _LANGUAGES,
        "config": {"variables": settings},
        "provider": {
            "description": "Region, endpoint and credentials of the provider.",
            "inputProperties": settings,
        },
        "types": parts,
        "resources": resources | components,
        "functions": functions,
    }


def _setting(name: str, field: FieldInfo) -> dict[str, Any]:
    if name == "assume_role":
        return _role(name)
    variables = ENVIRONMENT[name]
    named = " or ".join(f"`{variable}`" for variable in variables)
    text = f"{descriptions(ProviderSettings)[name]} If omitted, {named} of the environment applies."
    if name in SECRET_SETTINGS:
        # No `defaultInfo`: an SDK would copy the variable into the state, and a temporary key
        # would still be used when the stack is destroyed.
        return {"type": "string", "description": text, "secret": True}
    # No enum: the Go code generated for one with an environment variable does not compile.
    choices = get_origin(field.annotation) is Literal
    shape = {"type": "string"} if choices else _type(field.annotation, {})
    return {**shape, "description": text, "defaultInfo": {"environment": list(variables)}}


def _role(name: str) -> dict[str, Any]:
    """Return the schema of the role: a string, since engines pass structures as JSON only."""
    text = f"{descriptions(ProviderSettings)[name]} A JSON object with `roleArn` and, optionally, "
    return {"type": "string", "description": f"{text}`sessionName`, `externalId` and `duration`."}


def _resource(handler: Handler[Any, Any], parts: dict[str, Any]) -> dict[str, Any]:
    inputs = _object(handler.args, parts)
    outputs = {
        name: _observed(shape, parts)
        for name, shape in _object(handler.state, parts)["properties"].items()
        if name not in _INPUT_ONLY
    }
    always = {to_camel(name) for name in (*_certain(handler.state), *_PICKED)} & outputs.keys()
    return {
        "description": about(handler.kind),
        "inputProperties": inputs["properties"],
        "requiredInputs": inputs["required"],
        "properties": outputs,
        "required": sorted(always),
    }


def _object(model: type[BaseModel], parts: dict[str, Any]) -> dict[str, Any]:
    fields = {name: f for name, f in model.model_fields.items() if not marked(f, INTERNAL)}
    properties = {
        to_camel(name): {**_property(field, parts), "description": descriptions(model)[name]}
        for name, field in fields.items()
    }
    required = [name for name, field in fields.items() if field.is_required()]
    if issubclass(model, LookupResult):
        properties = {name: _observed(shape, parts) for name, shape in properties.items()}
        required = _certain(model)
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(to_camel(name) for name in required),
    }


def _certain(model: type[BaseModel]) -> list[str]:
    """Return the names of the fields that always have a value."""
    return [
        name
        for name, field in model.model_fields.items()
        if type(None) not in get_args(field.annotation)
    ]


def _observed(shape: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an output property: enums are open, as the cloud may add values."""
    kept = {k: v for k, v in shape.items() if k not in ("default", "willReplaceOnChanges")}
    if "enum" in parts.get(str(kept.get("$ref")).removeprefix("#/types/"), {}):
        del kept["$ref"]
        kept["type"] = "string"
    return kept


def _property(field: FieldInfo, parts: dict[str, Any]) -> dict[str, Any]:
    shape = _type(field.annotation, parts)
    if marked(field, SECRET):
        shape["secret"] = True
    if marked(field, REPLACE):  # documentation only: the diff decides
        shape["willReplaceOnChanges"] = True
    default = field.get_default()
    if default is not PydanticUndefined and isinstance(default, (bool, int, float, str)):
        shape["default"] = default
    return shape


def _type(annotation: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type, and register the structures that it refers to."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0], parts)
    if origin in (Union, types.UnionType):
        return _type(next(item for item in arguments if item is not type(None)), parts)
    if origin is list:
        return {"type": "array", "items": _type(arguments[0], parts)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type(arguments[1], parts)}
    if origin is Literal:
        return _enum(arguments, parts)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _reference(annotation, parts)
    return {"type": _SCALARS[annotation]}


def _enum(values: tuple[str, ...], parts: dict[str, Any]) -> dict[str, Any]:
    name, text = _ENUMS[frozenset(values)]
    items = [{"name": _member(value), "value": value} for value in values]
    parts[token(name)] = {"type": "string", "description": text, "enum": items}
    return {"$ref": f"#/types/{token(name)}"}


def _member(value: str) -> str:
    """Return the name of an enum value; short ones are abbreviations and stay in upper case."""
    short = value.isupper() and len(value) < 5
    return value if short else value.title().replace("_", "")


def _reference(model: type[BaseModel], parts: dict[str, Any]) -> dict[str, Any]:
    name = token(model.__name__)
    if name not in parts:
        parts[name] = {}
        parts[name] = {
            "description": markdown((model.__doc__ or "").split("\n")[0]),
            **_object(model, parts),
        }
    return {"$ref": f"#/types/{name}"}
