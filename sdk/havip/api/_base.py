"""The base classes that every request, response and structure of the API is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, Self, TypeVar, get_args

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from havip.api._misuse import ParameterModel

T = TypeVar("T")

OrEmpty = Annotated[list[T], BeforeValidator(lambda value: [] if value is None else value)]
"""A list that the service leaves out as null when it is empty."""

Unsent = Annotated[str, Field(exclude_if=lambda text: not text)]
"""A text that is left out of what is sent when it is empty."""


def wire_name(name: str) -> str:
    """Turn a Python field name into the API's: ``ha_vip_id`` into ``HaVipId``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


class Service(NamedTuple):
    """A product of the cloud: its name in hosts and signatures, and its API version."""

    name: str
    version: str


class Task(Enum):
    """Kind of task that an action starts, by how it is polled."""

    NONE = "none"
    """The answer is the end: the action is synchronous."""
    VPC = "vpc"
    """`DescribeVpcTaskResult`, with the call's own RequestId as the TaskId."""
    ADDRESS = "address"
    """`DescribeTaskResult`, with the TaskId of the answer as an integer."""


class Page(NamedTuple):
    """Paging by offset and limit: the fields of an action that lists things."""

    items: str
    """The response field that holds the list."""
    limit: int = 100
    """The most that one answer can hold."""
    text: bool = False
    """Whether the service wants Offset and Limit as strings."""
    total: str = "total_count"
    """The response field that holds how many there are in all."""


class Gap(NamedTuple):
    """Parts of an action that the international site lacks, in the API's own names."""

    action: bool = False
    """Whether the site lacks the action itself."""
    inputs: tuple[str, ...] = ()
    """Inputs that the site does not know; those of a structure as ``Routes.CdcId``."""
    filters: tuple[str, ...] = ()
    """Filters that the site does not know."""
    fields: tuple[str, ...] = ()
    """Fields that never come back; those of a structure as ``HaVip.CdcId``."""

    def lacking(self, params: Mapping[str, Any]) -> str:
        """Return the first thing that the site lacks of a call; empty if it lacks nothing.

        Args:
            params: The parameters in wire form.
        """
        if self.action:
            return "this action"
        for path in self.inputs:
            if _given(params, path.split(".")):
                return f"its input {path}"
        for condition in params.get("Filters") or ():
            if condition.get("Name") in self.filters:
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
    """A structure of the API; fields nobody knew are ignored.

    Made of parameters that do not fit, it raises `havip.errors.UsageError`, on one line.

    Numbers are taken where the API has a string and the other way round: the services
    themselves do not agree on Offset, Limit and TaskId.
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
    """A structure that is only ever sent; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Response(Shape):
    """The answer of an action."""

    request_id: str = ""


R = TypeVar("R", bound=Response, covariant=True)


class _Codes:
    """Reads the documented error codes of an action from the table when first asked."""

    def __get__(self, request: object, owner: type[Request[Response]]) -> tuple[str, ...]:
        from havip.api._codes import CODES

        return tuple(CODES.get(owner.__name__, "").split())


class Request(Shape, Generic[R]):
    """The request of an action: the class name is the wire action; unknown fields are refused.

    The class attributes are what there is to know about the action beside its fields.
    """

    model_config = ConfigDict(extra="forbid")

    service: ClassVar[Service]
    answer: ClassVar[type[Response]]
    """The class of the answer, taken from the type argument."""
    task: ClassVar[Task] = Task.NONE
    rate: ClassVar[int] = 20
    """Calls per second that the service allows an account."""
    signed: ClassVar[bool] = True
    """True if calls are signed."""
    reads: ClassVar[bool] = False
    """Whether the action changes nothing, so that it may be sent again at will."""
    errors: ClassVar[_Codes] = _Codes()
    """The documented error codes."""
    filter_names: ClassVar[tuple[str, ...] | None] = None
    """Filters that may be named, a colon at the end standing for any ending; None: undocumented."""
    page: ClassVar[Page | None] = None
    """Paging of the action; None if it is not paged."""
    intl: ClassVar[Gap] = Gap()
    """Parts of the action that the international site lacks."""
    source: ClassVar[str]
    """Source of the names, types and rules."""

    def __class_getitem__(cls, answer: Any) -> Any:
        """Stand for the class itself; a class for each pairing would cost import time."""
        return GenericAlias(cls, answer)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        for base in cls.__dict__.get("__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Response):
                    cls.answer = argument

    @classmethod
    def from_wire(cls, params: dict[str, Any]) -> Self:
        """Read a request as it came over the wire.

        A null counts as absent, at the top; a parameter nobody knows, at any depth, or one
        under its Python name is refused.

        Args:
            params: The JSON object of the request's body.

        Raises:
            pydantic.ValidationError: A parameter is missing, unknown or of the wrong type.
        """
        given = {name: value for name, value in params.items() if value is not None}
        return cls.model_validate(given, extra="forbid", by_alias=True, by_name=False)

    def to_wire(self) -> dict[str, Any]:
        """Return the request as the JSON object that is sent: API names, unset fields left out."""
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
    """Read an answer from the inside of its ``Response`` envelope.

    A null where the API documents a value does not break the reading: it is taken for the
    empty value of its type. Only an answer that fails as it is pays for that.

    Args:
        answer: The response class of the action.
        payload: The JSON object under ``Response``; it is left as it is.

    Raises:
        pydantic.ValidationError: The answer has another form than the API documents.
    """
    try:
        return answer.model_validate(payload)
    except ValidationError as error:
        return answer.model_validate(_without_nulls(payload, error))


def _without_nulls(payload: dict[str, Any], error: ValidationError) -> Any:
    """Copy the payload with an empty value in place of each null that failed."""
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
