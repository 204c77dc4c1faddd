"""Settings of the emulator: quotas, delays, and behavior that the API documents leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from havip._checks import unconverted
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
"""Regions of the official SDK for Go, plus ap-taipei, which DescribeRegions returns."""


LONGEST = 1e9
"""Maximum of delays and retention times in seconds, some thirty years."""

Seconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
RegionName = Annotated[str, Field(pattern=r"^[a-z]{2,}(-[a-z0-9]+)+$", max_length=40)]
ErrorCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(\.[A-Za-z0-9_]+)*$", max_length=128)]


def known_action(name: str) -> str:
    """Check that an action exists, and return its name.

    Raises:
        ValueError: The action is unknown.
    """
    if name not in ACTIONS:
        raise ValueError(f"unknown action {name[:60]!r}")
    return name


def usage_error(what: str, error: ValidationError) -> UsageError:
    """Convert the first error of a pydantic validation into a one-line UsageError."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, problem["loc"]))
    named = f"{what}: {ascii(where)[1:-1][:200]}" if where else what
    return UsageError(f"{named}: {problem['msg']}")


class CheckedModel(BaseModel):
    """A model that reports invalid values as UsageError.

    Raises:
        UsageError: A field is unknown, or its value is invalid.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise usage_error(type(self).__name__, error) from None
        unconverted(type(self).__name__, values, self)

    def __setattr__(self, name: str, value: Any) -> None:
        before = getattr(self, name, None)
        try:
            super().__setattr__(name, value)
            unconverted(type(self).__name__, {name: value}, self)
        except ValidationError as error:
            raise usage_error(type(self).__name__, error) from None
        except UsageError:
            super().__setattr__(name, before)
            raise

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build a model from a mapping with arbitrary keys.

        Raises:
            UsageError: A field is unknown, or its value is invalid.
        """
        try:
            made = cls.model_validate(dict(values))
        except ValidationError as error:
            raise usage_error(cls.__name__, error) from None
        unconverted(cls.__name__, values, made)
        return made


class Quotas(CheckedModel):
    """Quotas of an account, with the documented values as defaults.

    Example::

        Settings(quotas=Quotas(havips_per_vpc=100_000))
    """

    vpcs_per_region: Count = 20
    subnets_per_vpc: Count = 100
    route_tables_per_vpc: Count = 10
    routes_per_table: Count = 50
    havips_per_vpc: Count = 10
    members_per_havip: Count = 10
    """Members of a HAVIP range."""
    interfaces_per_vpc: Count = 1000
    """Secondary ENIs; primary ones, created with their instances, do not count."""
    interfaces_per_instance: Count = 8
    addresses_per_interface: Count = 30
    eips_per_region: Count = 20
    eip_applications_per_day: Count = 40
    security_groups_per_region: Count = 50
    placement_groups_per_region: Count = 10
    instances_per_rack_group: Count = 30


class Settings(CheckedModel):
    """Timing of a cloud, and its behavior where the API documents leave it open.

    Settings may be changed while the cloud is in use; they apply from the next call on.

    Example::

        Settings(task_delay=5.0, taken_address_code="ResourceInUse")
    """

    seed: int | None = None
    """Seed of ids and random addresses, for reproducible runs; None selects a random one."""
    quotas: Quotas = Field(default_factory=Quotas)
    regions: tuple[RegionName, ...] = Field(default=REGIONS, min_length=1)
    zones: tuple[Annotated[int, Field(ge=1, le=999)], ...] = Field(
        default=(1, 2, 3, 4, 5, 6, 7, 8), min_length=1
    )
    """Availability zones of every region: 3 is ``ap-guangzhou-3``."""
    utc_offset_hours: float = Field(default=8.0, ge=-14, le=14, allow_inf_nan=False)
    """UTC offset of times without a zone, such as ``CreatedTime`` of a HAVIP."""

    task_delay: Seconds = 0.0
    """Seconds until an asynchronous call takes effect; 0 is immediately."""
    task_polls: Count = 0
    """Read calls (in the same account and region) until it takes effect; 0 is immediately."""
    instance_delay: Seconds = 0.0
    """Seconds that an instance takes to start, stop or terminate."""
    failing_tasks: dict[str, str] = Field(default_factory=dict)
    """Actions whose tasks end as FAILED, with the error text of the task."""
    task_retention: Seconds = Field(default=86_400.0, gt=0)
    """Seconds for which a finished task can be queried."""
    token_retention: Seconds = Field(default=86_400.0, gt=0)
    """Seconds for which a ClientToken is remembered."""

    allocation: Literal["lowest", "random"] = "lowest"
    """Free address of a subnet that is assigned if the request does not specify one.

    The real cloud assigns neither the lowest nor ascending ones: use ``random`` to test code that
    must not depend on the order."""
    taken_address_code: ErrorCode = "InvalidParameterValue.Duplicate"
    """Error code for an address that is already in use."""
    eip_mutex_code: ErrorCode = "DesOperation.MutexTaskRunning"
    """Error code for unbinding or releasing an EIP while another task holds it.

    The real API also returns ``OperationDenied.MutexTaskRunning`` on releases."""
    delete_held_havip: Literal["refuse", "allow"] = "refuse"
    """True if a HAVIP with a holder can be deleted."""
    empty_range: Literal["nobody", "anybody"] = "nobody"
    """Members that may hold a HAVIP that checks its range while the range is empty."""
    range_eni: Literal["attached", "any"] = "attached"
    """True if an ENI must be attached to an instance to join a HAVIP range."""
    filtered_range: Literal["whole", "matching"] = "whole"
    """Part of the range in the description of a HAVIP that was found by a member."""
    daily_eip_quota: bool = True
    """True if EIP applications are counted per day."""

    @field_validator("failing_tasks")
    @classmethod
    def _of_known_actions(cls, tasks: dict[str, str]) -> dict[str, str]:
        for action in tasks:
            known_action(action)
        return tasks
