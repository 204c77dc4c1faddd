"""Models whose constructor reports invalid parameters in one line."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ValidationError

from havip._checks import unconverted
from havip.errors import UsageError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class ParameterModel(BaseModel):
    """A model whose constructor raises a `UsageError` for invalid parameters.

    It converts no value to another type. Data from a response or a file is validated by pydantic
    and does not go through the constructor.
    """

    _usage_error: ClassVar[type[UsageError]] = UsageError
    """The error of the constructor."""

    if not TYPE_CHECKING:  # type checkers derive the signature from the fields

        def __init__(self, /, *args: Any, **parameters: Any) -> None:
            shape = type(self)
            if args:
                told = "give the parameters by name, not by position"
                raise shape._usage_error(f"{shape.__name__}: {told}")
            for name, value in parameters.items():
                if isinstance(value, Iterator | Set):
                    parameters[name] = list(value)
            try:
                super().__init__(**parameters)
                unconverted(shape.__name__, parameters, self)
            except ValidationError as error:
                raise shape._usage_error(_misuse(shape, error)) from None
            except UsageError as error:
                raise shape._usage_error(str(error)) from None

        # Without this mark, validation of nested data would call the constructor.
        __init__.__pydantic_base_init__ = True


def _misuse(shape: type[BaseModel], error: ValidationError) -> str:
    """Return one line about the invalid parameters of a call, without their values."""
    names = {field.alias or name: name for name, field in shape.model_fields.items()}
    found = error.errors(include_url=False, include_context=False, include_input=False)
    said = [_complaint(one, names) for one in found]
    return f"{shape.__name__}: {'; '.join(said)}"


def _complaint(problem: ErrorDetails, names: dict[str, str]) -> str:
    """Return the problem with one parameter, under the name that the caller used."""
    first, *rest = (str(part) for part in problem["loc"] or ("",))
    where = ".".join([names.get(first, first), *rest])
    if problem["type"] == "missing":
        return f"{where} is missing"
    if problem["type"] != "extra_forbidden":
        return f"{where}: {problem['msg'].removeprefix('Value error, ')}".removeprefix(": ")
    from difflib import get_close_matches

    close = [] if rest else get_close_matches(first, [*names.values()], n=1)
    return f"{where} is not known{f': {close[0]}?' if close else ''}"
