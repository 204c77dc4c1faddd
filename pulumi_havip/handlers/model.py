"""Models of a resource: its arguments, its state, and the results of check and diff."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from pulumi_havip.handlers.property_names import render
from pulumi_havip.handlers.property_types import Name, RegionName, Tags
from pulumi_havip.handlers.values import Properties, let_unknown_through


class Mark(Enum):
    """Property of a field beyond its type; stands in the ``Annotated`` of the field."""

    REPLACE = "replace"
    """Create-only: another value means another resource."""
    SECRET = "secret"  # noqa: S105 - a mark, not a secret
    """Kept encrypted in the state and hidden in every display."""
    INTERNAL = "internal"
    """Set by the provider; a program never writes it, and it is never a difference."""
    ONCE = "once"
    """Counts at the creation alone; it is never a difference afterwards."""


REPLACE: Final = Mark.REPLACE
SECRET: Final = Mark.SECRET
INTERNAL: Final = Mark.INTERNAL
ONCE: Final = Mark.ONCE


OBSERVED: Final = object()
"""The validation context of what was read from the cloud: it is so, whatever the rules say."""


class Model(BaseModel):
    """The base of all structures here: snake_case in Python, camelCase in the schema."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        hide_input_in_errors=True,
        loc_by_alias=False,
        defer_build=True,
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _pass(cls, value: Any, validate: Callable[[Any], Any], info: ValidationInfo) -> Any:
        """Accept unknown values, and in a state everything that the cloud has."""
        try:
            return let_unknown_through(value, validate)
        except ValueError:
            if info.context is OBSERVED:
                return value
            raise


class Hints(Model):
    """Facts about the network of a resource that the program knows; used by check, then dropped."""

    model_config = ConfigDict(extra="ignore")

    urn: str | None = None
    """The URN under which the resource stands in the stack."""
    subnet: str | None = None
    """The URN of the subnet that the resource goes into."""
    subnet_cidr: str | None = None
    """The CIDR of the subnet that the resource goes into."""
    vpc_cidr: str | None = None
    """The CIDR of the VPC that the resource goes into."""
    ha_vip: str | None = None
    """The URN of the HAVIP that the resource refers to."""
    member: str | None = None
    """The URN of the instance or network interface that the resource refers to."""
    eip: str | None = None
    """The URN of the EIP that the resource refers to."""


class Args(Model):
    """The arguments that every resource has."""

    region: Annotated[RegionName | None, REPLACE] = None
    """The region, such as ``ap-guangzhou``; the provider's `havip:region` where left out."""
    creation_id: Annotated[str | None, INTERNAL] = None
    """Names this creation: drawn by check, sent as ClientToken and as a tag of what is made."""
    origin: Annotated[str | None, INTERNAL] = None
    """The URN of the resource when it was made, where it was known."""


class NamedArgs(Args):
    """The arguments of everything that has an id, a name and tags of its own."""

    name: Name | None = None
    """The name shown in the console, 60 characters at most; the resource's own if left out."""
    tags: Tags = {}
    """The tags; those that others put on are removed."""
    adopt: str | None = None
    """The id of one that exists, to take over in place of making one."""


class State(Args):
    """The outputs that every resource has beside its arguments."""

    model_config = ConfigDict(extra="ignore")

    account: str = ""
    """The account (its UIN) in which the resource was made."""
    managed: Annotated[list[str], INTERNAL] = []
    """The arguments that the program gave: only these are compared and repaired."""


@dataclass(frozen=True)
class CheckFailure:
    """One reason for which arguments are refused.

    Attributes:
        property: The path of the property, such as ``associations[2].instance_id``.
        message: The problem and the fix, as one line; for `render`.
    """

    property: str
    message: str

    @builtins.property
    def reason(self) -> str:
        """Problem and fix, with property names as Python writes them."""
        return render(self.message)


@dataclass(frozen=True)
class Checked:
    """The answer of a check: the arguments as they are to be used, or why they are refused."""

    inputs: Properties
    failures: tuple[CheckFailure, ...] = ()


Kind = Literal["add", "delete", "update"]
"""Change of a value."""


@dataclass(frozen=True)
class PropertyChange:
    """One property that differs.

    Attributes:
        property: The name of the property, in Python's form.
        kind: Whether the value comes, goes or becomes another.
        replace: Whether the difference needs a new resource.
        key: The place inside of the property, such as ``["env"]``; empty for all of it.
    """

    property: str
    kind: Kind = "update"
    replace: bool = False
    key: str = ""


@dataclass(frozen=True)
class DiffResult:
    """Difference between a resource and its arguments.

    Attributes:
        changes: Every difference; none means that nothing is to be done.
        delete_first: Whether a replacement must delete before it creates.
    """

    changes: tuple[PropertyChange, ...] = ()
    delete_first: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return bool(self.changes)

    @property
    def replaces(self) -> list[str]:
        """The properties that make a replacement necessary."""
        return list(dict.fromkeys(c.property for c in self.changes if c.replace))

    @property
    def names(self) -> list[str]:
        """The properties that differ."""
        return list(dict.fromkeys(change.property for change in self.changes))


def marked(field: FieldInfo, mark: Mark) -> bool:
    """Return whether a field of arguments or state carries a mark."""
    return mark in field.metadata
