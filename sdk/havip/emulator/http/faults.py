"""Fault injection and rate limits, applied to requests before they reach the cloud."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from havip.emulator.errors import ApiFailure
from havip.emulator.state.settings import CheckedModel, ErrorCode, known_action


class Fault(CheckedModel):
    """A fault to inject into matching requests.

    Example::

        Fault(action="CreateHaVip", nth=2, drop=True, effect="after")  # executed, response lost
        Fault(code="RequestLimitExceeded", times=3)                    # any action, three times
        Fault(action="DescribeHaVips", status=503, times=None)         # until cleared
        Fault(latency=2.5)                                             # the next call takes 2.5 s
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str | None = None
    """The action to match; None matches every action."""
    nth: int = Field(default=1, ge=1, le=1_000_000_000)
    """The first matching call from now that fails, counted from 1."""
    times: int | None = Field(default=1, ge=1, le=1_000_000_000)
    """Number of consecutive matching calls that fail; None means all."""
    effect: Literal["before", "after"] = "before"
    """True if the fault occurs before or after the call has taken effect."""
    code: ErrorCode | None = None
    """API error code to return."""
    message: str = Field(default="A fault that was ordered.", max_length=1000)
    status: int | None = Field(default=None, ge=400, le=599)
    """HTTP status to return, as a broken gateway in front of the service does."""
    drop: bool = False
    """Close the connection without a response."""
    latency: float = Field(default=0.0, ge=0, le=3600, allow_inf_nan=False)
    """Seconds by which the response is delayed; alone, or combined with one of the above."""

    @property
    def only_slow(self) -> bool:
        """True if the call succeeds and is only delayed."""
        return self.code is None and self.status is None and not self.drop

    @field_validator("action")
    @classmethod
    def _known(cls, action: str | None) -> str | None:
        return action and known_action(action)

    @model_validator(mode="after")
    def _one_kind(self) -> Fault:
        kinds = [self.code is not None, self.status is not None, self.drop]
        if sum(kinds) > 1:
            raise ValueError("a fault accepts only one of code, status and drop")
        if not any(kinds) and not self.latency:
            raise ValueError("a fault needs at least one of code, status, drop and latency")
        return self


@dataclass
class FaultOrder:
    """A fault with the number of calls that matched and that failed."""

    fault: Fault
    seen: int = 0
    hits: int = 0

    @property
    def used_up(self) -> bool:
        """True if the fault is used up."""
        return self.fault.times is not None and self.hits >= self.fault.times


class Faults:
    """The active faults; all of them count a call, the first that is due is applied."""

    def __init__(self) -> None:
        self.orders: tuple[FaultOrder, ...] = ()
        """Faults that are not used up, oldest first."""
        self.lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Add a fault."""
        with self.lock:
            self.orders += (FaultOrder(fault),)

    def remove(self, fault: Fault) -> None:
        """Remove a fault that was added; nothing happens if it is used up."""
        with self.lock:
            self.orders = tuple(one for one in self.orders if one.fault is not fault)

    def clear(self) -> None:
        """Remove all faults."""
        with self.lock:
            self.orders = ()

    def next_for(self, action: str) -> Fault | None:
        """Count a call of an action, and return the fault to apply, if any."""
        found: Fault | None = None
        with self.lock:
            for order in self.orders:
                if order.fault.action not in (None, action):
                    continue
                order.seen += 1
                if found is None and order.seen >= order.fault.nth:
                    order.hits += 1
                    found = order.fault
            self.orders = tuple(order for order in self.orders if not order.used_up)
        return found


class RateLimits:
    """Rate limits per second, account, region and action; off by default.

    The documents state 20 calls a second for each HAVIP action, without the counting method; the
    emulator counts whole seconds of the cloud's clock (assumed).

    Example::

        limits.on = True
        limits.rates["DescribeHaVips"] = 5

    Attributes:
        on: Whether the limits are enforced.
        rates: Calls per second by action, overriding the documented limit.
    """

    def __init__(self) -> None:
        self.on = False
        self.rates: dict[str, int] = {}
        self._second = 0
        self._counts: dict[tuple[str, str, str], int] = {}

    def check(self, account: str, region: str, action: str, rate: int, now: float) -> None:
        """Count a call against its limit.

        Args:
            account: The account of the caller.
            region: The region of the call.
            action: The action called.
            rate: The documented calls per second.
            now: The cloud's time, in seconds since the epoch.

        Raises:
            ApiFailure: ``RequestLimitExceeded`` if the limit of this second is used up; rejected
                count as well.
        """
        if not self.on:
            return
        if int(now) != self._second:
            self._second = int(now)
            self._counts.clear()
        allowed = self.rates.get(action, rate)
        key = (account, region, action)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > allowed:
            raise ApiFailure(
                "RequestLimitExceeded",
                f"Your current request times equals to `{count}` in a second, which exceeds the "
                f"frequency limit `{allowed}` for a second. Please reduce the frequency of calls.",
                f"您当前每秒请求 `{count}` 次，超过了每秒频率上限 `{allowed}`，请稍后重试。",  # noqa: RUF001
            )
