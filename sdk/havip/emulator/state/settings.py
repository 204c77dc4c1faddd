"""The emulator's choices as data: quotas, delays, and each behaviour the documents leave open."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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
    "ap-tokyo",
    "eu-frankfurt",
    "eu-moscow",
    "na-ashburn",
    "na-siliconvalley",
    "na-toronto",
    "sa-saopaulo",
)
"""The regions that the official SDK for Go names."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Quotas(_Data):
    """How many of each thing an account may have; the defaults are the documented ones.

    Example::

        Settings(quotas=Quotas(havips_per_vpc=100_000))
    """

    vpcs_per_region: int = 20
    subnets_per_vpc: int = 100
    route_tables_per_vpc: int = 10
    routes_per_table: int = 50
    havips_per_vpc: int = 10
    members_per_havip: int = 10
    """Members of the range within which a HAVIP may move."""
    interfaces_per_vpc: int = 1000
    """Secondary ENIs, that is: those that no instance was created with."""
    interfaces_per_instance: int = 8
    addresses_per_interface: int = 30
    eips_per_region: int = 20
    eip_applications_per_day: int = 40
    security_groups_per_region: int = 50
    placement_groups_per_region: int = 10
    instances_per_rack_group: int = 30


class Settings(_Data):
    """What a cloud does where the API's documents leave a choice, and how fast it does it.

    Settings may be changed while the cloud runs; the next call sees them.

    Example::

        Settings(task_delay=5.0, taken_address_code="ResourceInUse")
    """

    seed: int | None = None
    """Makes ids and random addresses the same on every run; None draws a new seed."""
    quotas: Quotas = Field(default_factory=Quotas)
    regions: tuple[str, ...] = REGIONS
    zones: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8)
    """The availability zones that every region has: 3 is ``ap-guangzhou-3``."""
    utc_offset_hours: float = 8.0
    """The zone of times such as ``CreatedTime`` of a HAVIP, which carry none."""

    task_delay: float = Field(default=0.0, ge=0)
    """Seconds until an asynchronous call has its effect; 0 is at once."""
    task_polls: int = Field(default=0, ge=0)
    """Reading calls (in the same account and region) until it has its effect; 0 is at once."""
    instance_delay: float = Field(default=0.0, ge=0)
    """Seconds that an instance takes to start, stop or go."""
    failing_tasks: dict[str, str] = Field(default_factory=dict)
    """Actions whose tasks end as FAILED, with the text that the task then shows."""
    task_retention: float = Field(default=86_400.0, gt=0)
    """Seconds for which a finished task can be asked for."""
    token_retention: float = Field(default=86_400.0, gt=0)
    """Seconds for which a ClientToken is remembered."""

    allocation: Literal["lowest", "random"] = "lowest"
    """Which free address of a subnet is given when the caller names none."""
    taken_address_code: str = "InvalidParameterValue.Duplicate"
    """The answer to an address that something else has."""
    delete_held_havip: Literal["refuse", "allow"] = "refuse"
    """Whether a HAVIP that a guest holds can be deleted."""
    empty_range: Literal["nobody", "anybody"] = "nobody"
    """Who may take a HAVIP that checks its range while the range is empty."""
    range_eni: Literal["attached", "any"] = "attached"
    """Whether an ENI must be attached to an instance to join a HAVIP's range."""
    filtered_range: Literal["whole", "matching"] = "whole"
    """How much of its range a HAVIP shows when it was found by a member of the range."""
    daily_eip_quota: bool = True
    """Whether EIP applications are counted per day."""
