"""The emulator's choices as data: quotas, delays, and each behaviour the documents leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from havip.api import ACTIONS
from havip.errors import UsageError

REGIONS = (
    "ap-bangkok",
    "ap-beijing",
    "ap-chengdu",
    "ap-chongqing",
    "ap-guangzhou",
    "ap-guangzhou-open",
    "ap-hongkong",
    "ap-jakarta",
    "ap-mumbai",
    "ap-nanjing",
    "ap-seoul",
    "ap-shanghai",
    "ap-shanghai-fsi",
    "ap-shenzhen-fsi",
    "ap-singapore",
    "ap-taipei",
    "ap-tokyo",
    "eu-frankfurt",
    "eu-moscow",
    "na-ashburn",
    "na-siliconvalley",
    "na-toronto",
    "sa-saopaulo",
)
"""The regions that the official SDK for Go names, and ap-taipei, which DescribeRegions has."""


LONGEST = 1e9
"""Seconds that a delay or a retention may have at most: some thirty years."""

Seconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
RegionName = Annotated[str, Field(pattern=r"^[a-z]{2,}(-[a-z0-9]+)+$", max_length=40)]
ErrorCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(\.[A-Za-z0-9_]+)*$", max_length=128)]


def known_action(name: str) -> str:
    """Check that an action exists, and return its name.

    Raises:
        ValueError: No setting has that name.
    """
    if name not in ACTIONS:
        raise ValueError(f"there is no action {name[:60]!r}")
    return name


def usage_error(what: str, error: ValidationError) -> UsageError:
    """Turn the first problem that pydantic found into an error of one line."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, problem["loc"]))
    named = f"{what}: {ascii(where)[1:-1][:200]}" if where else what
    return UsageError(f"{named}: {problem['msg']}")


class CheckedModel(BaseModel):
    """A model whose values are checked where they are given: one UsageError each.

    Raises:
        UsageError: A value is unknown or does not fit.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise usage_error(type(self).__name__, error) from None

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            super().__setattr__(name, value)
        except ValidationError as error:
            raise usage_error(type(self).__name__, error) from None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build a model from a mapping, whatever its keys are.

        Raises:
            UsageError: A value is unknown or does not fit.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise usage_error(cls.__name__, error) from None


class Quotas(CheckedModel):
    """Quotas of an account, by default the documented ones.

    Example::

        Settings(quotas=Quotas(havips_per_vpc=100_000))
    """

    vpcs_per_region: Count = 20
    subnets_per_vpc: Count = 100
    route_tables_per_vpc: Count = 10
    routes_per_table: Count = 50
    havips_per_vpc: Count = 10
    members_per_havip: Count = 10
    """Members of the range within which a HAVIP may move."""
    interfaces_per_vpc: Count = 1000
    """Secondary ENIs, that is: those that no instance was created with."""
    interfaces_per_instance: Count = 8
    addresses_per_interface: Count = 30
    eips_per_region: Count = 20
    eip_applications_per_day: Count = 40
    security_groups_per_region: Count = 50
    placement_groups_per_region: Count = 10
    instances_per_rack_group: Count = 30


class Settings(CheckedModel):
    """Behavior of a cloud where the API's documents leave a choice, and its speed.

    Settings may be changed while the cloud runs; the next call sees them.

    Example::

        Settings(task_delay=5.0, taken_address_code="ResourceInUse")
    """

    seed: int | None = None
    """Seed of ids and random addresses, the same on every run; None draws a new one."""
    quotas: Quotas = Field(default_factory=Quotas)
    regions: tuple[RegionName, ...] = Field(default=REGIONS, min_length=1)
    zones: tuple[Annotated[int, Field(ge=1, le=999)], ...] = Field(
        default=(1, 2, 3, 4, 5, 6, 7, 8), min_length=1
    )
    """The availability zones that every region has: 3 is ``ap-guangzhou-3``."""
    utc_offset_hours: float = Field(default=8.0, ge=-14, le=14, allow_inf_nan=False)
    """The zone of times such as ``CreatedTime`` of a HAVIP, which carry none."""

    task_delay: Seconds = 0.0
    """Seconds until an asynchronous call has its effect; 0 is at once."""
    task_polls: Count = 0
    """Reading calls (in the same account and region) until it has its effect; 0 is at once."""
    instance_delay: Seconds = 0.0
    """Seconds that an instance takes to start, stop or go."""
    failing_tasks: dict[str, str] = Field(default_factory=dict)
    """Actions whose tasks end as FAILED, with the text that the task then shows."""
    task_retention: Seconds = Field(default=86_400.0, gt=0)
    """Seconds for which a finished task can be asked for."""
    token_retention: Seconds = Field(default=86_400.0, gt=0)
    """Seconds for which a ClientToken is remembered."""

    allocation: Literal["lowest", "random"] = "lowest"
    """Which free address of a subnet is given when the caller names none.

    The real cloud is seen to give neither the lowest nor ascending ones: test with ``random``
    what must not depend on it."""
    taken_address_code: ErrorCode = "InvalidParameterValue.Duplicate"
    """The answer to an address that something else has."""
    eip_mutex_code: ErrorCode = "DesOperation.MutexTaskRunning"
    """The answer to unbinding or releasing an EIP that another task holds.

    ``OperationDenied.MutexTaskRunning`` is seen as well, on releases."""
    delete_held_havip: Literal["refuse", "allow"] = "refuse"
    """Whether a HAVIP that a guest holds can be deleted."""
    empty_range: Literal["nobody", "anybody"] = "nobody"
    """Members that may hold a HAVIP that checks its range while the range is empty."""
    range_eni: Literal["attached", "any"] = "attached"
    """Whether an ENI must be attached to an instance to join a HAVIP's range."""
    filtered_range: Literal["whole", "matching"] = "whole"
    """Part of its range that a HAVIP shows when it was found by a member of the range."""
    daily_eip_quota: bool = True
    """Whether EIP applications are counted per day."""

    @field_validator("failing_tasks")
    @classmethod
    def _of_known_actions(cls, tasks: dict[str, str]) -> dict[str, str]:
        for action in tasks:
            known_action(action)
        return tasks
