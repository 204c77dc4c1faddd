"""Parse properties into models, and turn validation errors into check failures."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pulumi_havip.handlers.model import INTERNAL, CheckFailure, marked
from pulumi_havip.handlers.property_names import prop
from pulumi_havip.handlers.values import Properties

M = TypeVar("M", bound=BaseModel)


def load(
    model: type[M], given: Properties, kind: str, context: object = None
) -> tuple[M | None, tuple[CheckFailure, ...]]:
    """Parse properties into a model.

    Args:
        model: The model of a resource's arguments or state.
        given: The properties by name; numbers may be floats.
        kind: The resource's name, for error messages.
        context: `OBSERVED` for values read from the cloud.

    Returns:
        The model and no failures, or None and at least one failure.
    """
    try:
        return model.model_validate(given, context=context), ()
    except ValidationError as error:
        return None, failures_of(model, error, kind)


def failures_of(
    model: type[BaseModel], error: ValidationError, kind: str
) -> tuple[CheckFailure, ...]:
    """Convert the errors of a validation to failures of single properties."""
    details = error.errors(include_url=False, include_input=False)
    return tuple(CheckFailure(_path(item), _reason(model, item, kind)) for item in details)


def _path(item: ErrorDetails) -> str:
    path = ""
    for part in item["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _reason(model: type[BaseModel], item: ErrorDetails, kind: str) -> str:
    if item["type"] == "missing":
        return "is required: give it"
    if item["type"] == "extra_forbidden" and len(item["loc"]) > 1:
        return "there is no such property: leave it out"
    if item["type"] == "extra_forbidden":
        names = [name for name, field in model.model_fields.items() if not marked(field, INTERNAL)]
        return f"{kind} has no such property: leave it out; it has {', '.join(map(prop, names))}"
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    return item["msg"]
