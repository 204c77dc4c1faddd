"""From the parameters of a request to its typed form, with the API's own complaints."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from pydantic import ValidationError

from havip import api
from havip.api._base import Request, Shape, wire_name
from havip.emulator.refusals import Refusal


def parse_request(action: str, service: str, params: Mapping[str, Any]) -> Request[Any]:
    """Turn the parameters that came over the wire into the action's request.

    Null counts as absent, and ``"20"`` is as good as ``20`` in either direction.

    Example::

        parse_request("DescribeHaVips", "vpc", {"Limit": "20"})

    Raises:
        Refusal: InvalidAction for an action the service does not have, UnknownParameter,
            MissingParameter or InvalidParameter for parameters that do not fit it.
    """
    kind = _request_class(action, service)
    fields = _known(kind, params, "")
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        lenient = _with_numbers_as_text(fields, error)
    try:
        return kind.model_validate(lenient)
    except ValidationError as error:
        raise _refusal(error) from None


def _request_class(action: str, service: str) -> type[Request[Any]]:
    kind = api.ACTIONS.get(action)
    if kind is None or kind.service.name != service:
        raise Refusal("InvalidAction", f"The service `{service}` has no action `{action}` here.")
    return kind


@cache
def _nested(kind: type[Shape]) -> dict[str, type[Shape] | None]:
    """Map each wire name of a shape to the shape inside it, if there is one."""
    return {
        info.alias or wire_name(name): _shape_in(info.annotation)
        for name, info in kind.model_fields.items()
    }


def _shape_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    return next(filter(None, map(_shape_in, get_args(annotation))), None)


def _known(kind: type[Shape], params: Mapping[str, Any], path: str) -> dict[str, Any]:
    fields = _nested(kind)
    known: dict[str, Any] = {}
    for name, value in params.items():
        if name not in fields:
            raise Refusal("UnknownParameter", f"The parameter `{path}{name}` is not recognized.")
        if value is not None:
            known[name] = _inner(fields[name], value, f"{path}{name}")
    return known


def _inner(kind: type[Shape] | None, value: Any, path: str) -> Any:
    if isinstance(value, list):
        items = (item for item in value if item is not None)
        return [_inner(kind, item, f"{path}.{index}") for index, item in enumerate(items)]
    if kind is not None and isinstance(value, Mapping):
        return _known(kind, value, f"{path}.")
    return value


def _with_numbers_as_text(fields: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    """Write numbers as text where text was wanted; ``Limit`` is text in some actions."""
    for problem in error.errors(include_url=False, include_context=False):
        value = problem["input"]
        if problem["type"] == "string_type" and isinstance(value, (int, float)):
            *parents, last = problem["loc"]
            target: Any = fields
            for step in parents:
                target = target[step]
            target[last] = str(value).lower() if isinstance(value, bool) else str(value)
    return fields


def _refusal(error: ValidationError) -> Refusal:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return Refusal("MissingParameter", f"The request is missing the parameter `{path}`.")
    return Refusal("InvalidParameter", f"The parameter `{path}` does not fit: {problem['msg']}.")
