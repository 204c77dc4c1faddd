"""One-line messages for invalid parameters of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from havip._checks import unconverted
from havip.errors import UsageError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class ParameterModel(BaseModel):
    """A model whose constructor raises a `UsageError` for invalid parameters.

    Data from the wire is validated by pydantic and does not go through the constructor.
    """

    if not TYPE_CHECKING:  # type checkers derive the signature from the fields

        def __init__(self, /, *args: Any, **parameters: Any) -> None:
            shape = type(self)
            if args:
                raise UsageError(f"{shape.__name__}: give the parameters by name, not by position")
            try:
                super().__init__(**parameters)
            except ValidationError as error:
                raise UsageError(misuse(shape, error)) from None
            unconverted(shape.__name__, parameters, self)

        # Without this mark, validation of nested data would call the constructor.
        __init__.__pydantic_base_init__ = True


def misuse(shape: type[BaseModel], error: ValidationError) -> str:
    """Return one line about the invalid parameters of a call, without their values."""
    names = {field.alias: name for name, field in shape.model_fields.items()}
    found = error.errors(include_url=False, include_context=False, include_input=False)
    said = [_complaint(one, names) for one in found]
    return f"{shape.__name__}: {'; '.join(said)}"


def _complaint(problem: ErrorDetails, names: dict[str | None, str]) -> str:
    """Return the problem with one parameter, under the name that the caller used."""
    first, *rest = (str(part) for part in problem["loc"])
    where = ".".join([names.get(first, first), *rest])
    if problem["type"] == "missing":
        return f"{where} is missing"
    if problem["type"] != "extra_forbidden":
        return f"{where}: {problem['msg']}"
    from difflib import get_close_matches

    close = [] if rest else get_close_matches(first, [*names.values()], n=1)
    return f"{where} is not known{f': {close[0]}?' if close else ''}"
