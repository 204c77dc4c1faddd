"""Range of a HAVIP: the machines that may bind it, as resource arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationInfo

from pulumi_havip.handlers.ha_vip_operations import Members
from pulumi_havip.handlers.model import CheckFailure, Model
from pulumi_havip.handlers.property_names import prop
from pulumi_havip.handlers.property_types import RANGE_LIMIT
from pulumi_havip.handlers.values import UNKNOWN, known

TYPES: Final = {"ins": "CVM", "eni": "ENI"}
"""Type of a range member, by the prefix of its id."""


def _member(value: Any) -> Any:
    if isinstance(value, (Mapping, BaseModel)):
        return value
    if isinstance(value, str) or value is UNKNOWN:
        return {"instance_id": value}
    raise ValueError("must be the id of an instance or network interface")


def _check_member(value: str) -> str:
    if value.partition("-")[0] not in TYPES:
        raise ValueError(
            f"{value!r} is neither an instance (ins-…) nor a network interface (eni-…)"
        )
    return value


def _tell_type(given: Any, info: ValidationInfo) -> Any:
    """Return the type derived from the id, and reject a contradicting one."""
    id = info.data.get("instance_id", UNKNOWN)
    if not known(id, given):
        return given
    told = TYPES.get(id.partition("-")[0])
    if given not in (None, told):
        raise ValueError(f"{id} is of type {told}, not {given}: leave {prop('instance_type')} out")
    return told


MemberId = Annotated[str, AfterValidator(_check_member)]
MemberType = Annotated[Literal["CVM", "ENI"] | None, AfterValidator(_tell_type)]


class Association(Model):
    """A machine that may bind the HAVIP."""

    instance_id: MemberId
    """The id of a CVM instance, or of an attached secondary network interface."""
    instance_type: MemberType = Field(default=None, validate_default=True)
    """``CVM`` or ``ENI``; derived from the id if omitted."""


Member = Annotated[Association, BeforeValidator(_member)]


def _sorted(members: list[Association]) -> list[Association]:
    """Sort a range, whose order is insignificant; unknown members keep their position."""
    if not known([member.instance_id for member in members]):
        return members
    return sorted(members, key=lambda member: member.instance_id)


Range = Annotated[list[Member], AfterValidator(_sorted)]


def members_of(associations: Sequence[Association]) -> Members:
    """Return a range in the form used by the operations on HAVIPs: type by id."""
    return {item.instance_id: item.instance_type or "" for item in associations}


def range_rules(associations: list[Association] | None) -> Iterator[CheckFailure]:
    """Yield failures of a range that the API would reject."""
    if not isinstance(associations, list):
        return
    if len(associations) > RANGE_LIMIT:
        yield CheckFailure(
            "associations",
            f"{len(associations)} members, and a HAVIP takes {RANGE_LIMIT}: leave some out",
        )
    ids = [item.instance_id for item in associations if known(item.instance_id)]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield CheckFailure("associations", f"{id} is there twice: write it once")
    kinds = {item.instance_type for item in associations if known(item.instance_type)} - {None}
    if len(kinds) > 1:
        yield CheckFailure(
            "associations",
            "a range holds either instances or network interfaces, not both: choose one kind",
        )
