"""Tests of stacks and of handlers on the emulator, in one process.

`StackUnderTest` deploys a program with the embedded engine; the pytest fixture ``havip_stack``
builds it. `LifeCycle` drives single handlers, without an engine and without a program.
"""

from __future__ import annotations

from pulumi_havip.testing.clock import CloudClock
from pulumi_havip.testing.life_cycle import LifeCycle, Managed
from pulumi_havip.testing.stack import Program, StackFailedError, StackUnderTest

__all__ = [
    "CloudClock",
    "LifeCycle",
    "Managed",
    "Program",
    "StackFailedError",
    "StackUnderTest",
]
