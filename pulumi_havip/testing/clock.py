"""The clock of tests: it sleeps by advancing the emulated cloud."""

from __future__ import annotations

import time
from typing import Final

from havip import FakeClock
from havip.emulator.cloud import Cloud

_LONGEST_SLEEP: Final = 10.0


class CloudClock(FakeClock):
    """A clock whose sleeps advance the emulated cloud as well.

    It starts at the time that the emulator checks signatures against, however far the cloud's own
    clock was advanced.

    Args:
        cloud: The cloud to advance.
        real_part: The part of each sleep that really passes, such as 0.01. Where several threads
            work on one cloud, a sleep that takes no time at all would be over before the work
            that it waits for has begun.
    """

    def __init__(self, cloud: Cloud, *, real_part: float = 0.0) -> None:
        super().__init__(cloud.clock.base.time())
        self._cloud = cloud
        self._real_part = real_part

    def sleep(self, seconds: float) -> None:
        """Advance this clock and the cloud; only the real part of the sleep takes time."""
        seconds = max(0.0, seconds)
        super().sleep(seconds)
        self._cloud.clock.advance(seconds)
        if self._real_part:
            time.sleep(min(seconds, _LONGEST_SLEEP) * self._real_part)
