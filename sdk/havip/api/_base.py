"""Base classes of all requests, responses and structures of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, Self, TypeVar, get_args

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from havip._parameters import ParameterModel

T = TypeVar("T")

OrEmpty = Annotated[list[T], BeforeValidator(lambda value: [] if value is None else value)]
"""A list that the service returns as null when it is empty."""

Unsent = Annotated[str, Field(exclude_if=lambda text: not text)]
"""A string that is not sent when it is empty."""


def wire_name(name: str) -> str:
    """Convert a Python field name to the API's: ``ha_vip_id`` to ``HaVipId``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


class Service(NamedTuple):
    """A product of the cloud: its name in hosts and signatures, and its API version."""

    name: str
    version: str


class Task(Enum):
    """Polling method for the task of an action."""

    NONE = "none"
    """None: the action is synchronous."""
    VPC = "vpc"
    """`DescribeVpcTaskResult`, with the call's own RequestId as the TaskId."""
    ADDRESS = "address"
    """`DescribeTaskResult`, with the TaskId of the response as an integer."""


class Page(NamedTuple):
    """Paging by offset and limit: the fields of an action that lists things."""

    items: str
    """The response field that holds the list."""
    limit: int = 100
    """Maximum number of items in one response."""
    text: bool = False
    """True if the service expects Offset and Limit as strings."""
    total: str = "total_count"
    """The response field with the total number of items."""


class Gap(NamedTuple):
    """Unsupported parts of an action on the international site, in the API's own names."""

    action: bool = False
    """True if the site lacks the action itself."""
    inputs: tuple[str, ...] = ()
    """Inputs that the site does not support; those of a structure as ``Routes.CdcId``."""
    filters: tuple[str, ...] = ()
    """Filters that the site does not support."""
    fields: tuple[str, ...] = ()
    """Fields that the site never returns; those of a structure as ``HaVip.CdcId``."""

    def lacking(self, params: Mapping[str, Any]) -> str:
        """Return the first unsupported part of a call; empty if all of it is supported.

        Parameters of a wrong type are left to the service, as on the other site.

        Args:
            params: The parameters in wire form.
        """
        if self.action:
            return "this action"
        for path in self.inputs:
            if _given(params, path.split(".")):
                return f"its input {path}"
        filters = params.get("Filters")
        for condition in filters if isinstance(filters, list | tuple) else ():
            if isinstance(condition, Mapping) and condition.get("Name") in self.filters:
                return f"its filter {condition['Name']}"
        return ""


def _given(node: object, path: Sequence[str]) -> bool:
    """Return whether a field is present, in any item of a list on the way."""
    if not path:
        return True
    if isinstance(node, list):
        return any(_given(item, path) for item in node)
    return isinstance(node, dict) and path[0] in node and _given(node[path[0]], path[1:])


class Shape(ParameterModel):
    """A structure of the API; unknown fields are ignored.

    Its constructor raises `havip.errors.UsageError`, in one line, for invalid parameters.

    Numbers are accepted for strings and vice versa: the services themselves disagree about Offset,
    Limit and TaskId.
    """

    model_config = ConfigDict(
        alias_generator=wire_name,
        validate_by_name=True,
        validate_by_alias=True,
        extra="ignore",
        defer_build=True,
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
    )


class Input(Shape):
    """A structure that is only sent; unknown fields are rejected."""

    model_config = ConfigDict(extra="forbid")


class Response(Shape):
    """The response of an action."""

    request_id: str = ""


R = TypeVar("R", bound=Response, covariant=True)


class _Codes:
    """Loads the documented error codes of an action on first access."""

    def __get__(self, request: object, owner: type[Request[Response]]) -> tuple[str, ...]:
        from havip.api._codes import CODES

        return tuple(CODES.get(owner.__name__, "").split())


class Request(Shape, Generic[R]):
    """The request of an action: the class name is the action; unknown fields are rejected.

    The class attributes describe the action itself.
    """

    model_config = ConfigDict(extra="forbid")

    service: ClassVar[Service]
    answer: ClassVar[type[Response]]
    """The response class, from the type argument."""
    task: ClassVar[Task] = Task.NONE
    rate: ClassVar[int] = 20
    """Calls per second that the service allows per account."""
    signed: ClassVar[bool] = True
    """True if calls are signed."""
    reads: ClassVar[bool] = False
    """True if the action only reads, so that it may be retried at will."""
    errors: ClassVar[_Codes] = _Codes()
    """The documented error codes."""
    filter_names: ClassVar[tuple[str, ...] | None] = None
    """Allowed filters, a trailing colon standing for any suffix; None if undocumented."""
    page: ClassVar[Page | None] = None
    """Paging of the action; None if it is not paged."""
    intl: ClassVar[Gap] = Gap()
    """Unsupported parts of the action on the international site."""
    source: ClassVar[str]
    """Source of the names, types and rules."""

    def __class_getitem__(cls, answer: Any) -> Any:
        """Return the class itself; a class for each type argument would cost import time."""
        return GenericAlias(cls, answer)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        for base in cls.__dict__.get("__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Response):
                    cls.answer = argument

    @classmethod
    def from_wire(cls, params: dict[str, Any]) -> Self:
        """Parse a request in wire form.

        A null at the top level counts as absent. An unknown parameter at any depth, or one under
        its Python name, is rejected.

        Args:
            params: The JSON object of the request's body.

        Raises:
            pydantic.ValidationError: A parameter is missing, unknown or of the wrong type.
        """
        given = {name: value for name, value in params.items() if value is not None}
        return cls.model_validate(given, extra="forbid", by_alias=True, by_name=False)

    def to_wire(self) -> dict[str, Any]:
        """Return the request in wire form: API names, without unset fields."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


_ZERO: dict[str, object] = {
    "string_type": "",
    "int_type": 0,
    "float_type": 0.0,
    "bool_type": False,
    "list_type": [],
}

A = TypeVar("A", bound=Response)


def parse(answer: type[A], payload: dict[str, Any]) -> A:
    """Parse the content of a ``Response`` envelope.

    A null where the API documents a value is treated as the empty value of its type. Only responses
    that fail otherwise pay for that.

    Args:
        answer: The response class of the action.
        payload: The JSON object under ``Response``; it is not modified.

    Raises:
        pydantic.ValidationError: The response does not match the documentation.
    """
    try:
        return answer.model_validate(payload)
    except ValidationError as error:
        return answer.model_validate(_without_nulls(payload, error))


def _without_nulls(payload: dict[str, Any], error: ValidationError) -> Any:
    """Copy the payload, replacing each null that failed with an empty value."""
    fills = {
        problem["loc"]: _ZERO.get(problem["type"])
        for problem in error.errors(include_url=False, include_context=False)
        if problem["input"] is None
    }
    return _fill(payload, fills, ())


def _fill(node: Any, fills: dict[tuple[int | str, ...], object], at: tuple[int | str, ...]) -> Any:
    if isinstance(node, dict):
        filled = {key: _fill(value, fills, (*at, key)) for key, value in node.items()}
        return {key: value for key, value in filled.items() if value is not None}
    if isinstance(node, list):
        return [_fill(value, fills, (*at, index)) for index, value in enumerate(node)]
    return fills.get(at) if node is None else node
