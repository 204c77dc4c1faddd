"""Quota of HAVIPs per VPC, checked before the first one is created.

Exceeding it would fail in the middle of a deployment, and HAVIPs that the program no longer
declares are deleted only after the new ones are created. So a preview counts both.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from havip.api import DescribeHaVips, DescribeVpcLimits
from havip.errors import ApiError, HavipError, SiteError
from pulumi_havip.handlers.model import CheckFailure
from pulumi_havip.handlers.region import RegionReads
from pulumi_havip.handlers.values import known

if TYPE_CHECKING:
    from pulumi_havip.handlers.context import Context

_ALONE: Final = 1
"""Number of HAVIPs in a VPC up to which the quota is not read."""


class HaVipQuota:
    """The new HAVIPs that the program of this deployment declares, by VPC."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: set[str] = set()
        self._new: dict[str, set[str]] = {}
        self._there: dict[str, int] = {}
        self._limits: dict[str, int | None] = {}

    def keep(self, urn: str | None) -> None:
        """Record an existing HAVIP: its replacement does not count as new."""
        if urn:
            self._kept.add(urn)

    def made(self, vpc_id: str) -> None:
        """Record a VPC created by this deployment: it has no other HAVIPs."""
        self._there[vpc_id] = 0

    def check(
        self, ctx: Context, urn: str | None, vpc_id: str, subnet: str | None, place: str | None
    ) -> Iterator[CheckFailure]:
        """Yield a failure for a new HAVIP beyond the quota of its VPC.

        Args:
            ctx: The context.
            urn: The HAVIP.
            vpc_id: Its VPC; may be unknown.
            subnet: The URN of its subnet, if the program declares that.
            place: Its region; the configured one if omitted.
        """
        vpc = vpc_id if known(vpc_id) else subnet
        if not urn or not vpc or not known(vpc, place) or urn in self._kept:
            return
        try:
            with self._lock:
                added = self._new.setdefault(vpc, set())
                added.add(urn)
                region = ctx.region(place)
                there = self._count(region, vpc_id) if known(vpc_id) else 0
                if there + len(added) <= _ALONE:
                    return
                limit = self._limit(region)
        except HavipError:  # the check continues without it; the creation reports the error
            return
        if limit is not None and there + len(added) > limit:
            yield CheckFailure(
                "vpc_id",
                f"a VPC may have {limit} HAVIPs; this one has {there}, and the program adds "
                f"{len(added)}: have the quota raised, or declare fewer",
            )

    def _limit(self, region: RegionReads) -> int | None:
        if region.name not in self._limits:
            self._limits[region.name] = limit_of(region)
        return self._limits[region.name]

    def _count(self, region: RegionReads, vpc_id: str) -> int:
        if vpc_id not in self._there:
            self._there[vpc_id] = len(region.find(DescribeHaVips, {"vpc-id": vpc_id}))
        return self._there[vpc_id]


def limit_of(region: RegionReads) -> int | None:
    """Return the maximum number of HAVIPs per VPC; None if the site does not provide it."""
    try:
        limits = region.send(DescribeVpcLimits(limit_types=["vpc-max-havips"])).vpc_limit_set
    except (ApiError, SiteError):
        return None
    return min((item.limit_value for item in limits), default=None)


def is_full(region: RegionReads, vpc_id: str) -> bool:
    """Return whether a VPC has reached its quota of HAVIPs; False if that cannot be read."""
    try:
        limit = limit_of(region)
        there = len(region.find(DescribeHaVips, {"vpc-id": vpc_id}))
    except ApiError:
        return False
    return limit is not None and there >= limit
