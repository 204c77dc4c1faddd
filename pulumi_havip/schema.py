"""The plugin's schema, made from the models that the handlers validate with."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .handlers import HANDLERS, Settings
from .handlers.handler import Handler
from .handlers.lookups import LOOKUPS
from .handlers.model import INTERNAL, REPLACE, SECRET, marked
from .handlers.settings import ENVIRONMENT

PACKAGE: Final = "havip"
_SCALARS: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}
_INPUT_ONLY: Final = ("adopt", "password", "keyIds", "replaceOnUserDataChange")
"""Properties that no output shows."""
_PICKED: Final = ("name", "region", "vip", "private_ip", "associations", "instance_type")
"""Arguments that may be left out, and that are outputs all the same: the cloud picks them."""
_SECRET_SETTINGS: Final = ("secret_id", "secret_key", "token")


def token(name: str) -> str:
    """Give the token of a resource, function or type, such as ``havip:index:HaVip``."""
    return f"{PACKAGE}:index:{name}"


def make_schema(version: str) -> dict[str, Any]:
    """Make the schema of the whole package.

    Args:
        version: The version of the package.
    """
    parts: dict[str, Any] = {}
    resources = {token(kind): _resource(handler, parts) for kind, handler in HANDLERS.items()}
    functions = {
        token(name): {
            "description": lookup.text,
            "inputs": _object(lookup.args, parts),
            "outputs": _object(lookup.result, parts),
        }
        for name, lookup in LOOKUPS.items()
    }
    settings = {to_camel(name): _setting(name, field) for name, field in _settings()}
    return {
        "name": PACKAGE,
        "displayName": "HAVIP for Tencent Cloud",
        "version": version,
        "description": "HAVIPs of Tencent Cloud and what they stand among.",
        "license": "Apache-2.0",
        "keywords": ["pulumi", "tencentcloud", "havip", "category/network"],
        "config": {"variables": settings},
        "provider": {
            "description": "Where the provider calls, and as whom.",
            "inputProperties": settings,
        },
        "types": parts,
        "resources": resources,
        "functions": functions,
    }


@cache
def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """Give the description of each field: the text that stands below it in the source.

    Pydantic can do this as well, for every model whenever it is imported; only the schema
    needs it.
    """
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if issubclass(cls, BaseModel) and cls.__module__.startswith("pulumi_havip."):
            body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
            found |= dict(_described(body))
    return found


def _described(body: ast.stmt) -> Iterator[tuple[str, str]]:
    statements = getattr(body, "body", [])
    for field, below in itertools.pairwise(statements):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            yield field.target.id, " ".join(str(below.value.value).split())


def _settings() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def _setting(name: str, field: FieldInfo) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "string"}
    if name not in _SECRET_SETTINGS:
        shape = _type(field.annotation, {})
    shape["description"] = descriptions(Settings)[name]
    shape["defaultInfo"] = {"environment": list(ENVIRONMENT[name])}
    if name in _SECRET_SETTINGS:
        shape["secret"] = True
    return shape


def _resource(handler: Handler[Any, Any], parts: dict[str, Any]) -> dict[str, Any]:
    inputs = _object(handler.args, parts)
    outputs = _object(handler.state, parts)
    for name in _INPUT_ONLY:
        outputs["properties"].pop(name, None)
    for shape in outputs["properties"].values():
        shape.pop("default", None)
        shape.pop("replaceOnChanges", None)
    always = [
        to_camel(name)
        for name, field in handler.state.model_fields.items()
        if to_camel(name) in outputs["properties"]
        and (name in _PICKED or type(None) not in get_args(field.annotation))
    ]
    return {
        "description": (type(handler).__doc__ or "").split("\n")[0],
        "inputProperties": inputs["properties"],
        "requiredInputs": inputs["required"],
        "properties": outputs["properties"],
        "required": sorted(always),
    }


def _object(model: type[BaseModel], parts: dict[str, Any]) -> dict[str, Any]:
    properties, required = {}, []
    for name, field in model.model_fields.items():
        if marked(field, INTERNAL):
            continue
        properties[to_camel(name)] = {
            **_property(field, parts),
            "description": descriptions(model)[name],
        }
        if field.is_required():
            required.append(to_camel(name))
    return {"type": "object", "properties": properties, "required": sorted(required)}


def _property(field: FieldInfo, parts: dict[str, Any]) -> dict[str, Any]:
    shape = _type(field.annotation, parts)
    if marked(field, SECRET):
        shape["secret"] = True
    if marked(field, REPLACE):
        shape["replaceOnChanges"] = True
    default = field.get_default()
    if default is not PydanticUndefined and isinstance(default, (bool, int, float, str)):
        shape["default"] = default
    return shape


def _type(annotation: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a type, registering the structures that it refers to."""
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
        return {"type": "string"}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _reference(annotation, parts)
    return {"type": _SCALARS[annotation]}


def _reference(model: type[BaseModel], parts: dict[str, Any]) -> dict[str, Any]:
    name = token(model.__name__)
    if name not in parts:
        parts[name] = {}
        parts[name] = {
            "description": (model.__doc__ or "").split("\n")[0],
            **_object(model, parts),
        }
    return {"$ref": f"#/types/{name}"}
