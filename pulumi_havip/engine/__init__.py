"""The embedded engine: runs Pulumi programs in Python without the Pulumi CLI.

It speaks Pulumi's own protocol with the real SDK and the real provider processes, and keeps
its state in Pulumi's checkpoint format. It knows no cloud. What it lacks it refuses by name.
"""

from __future__ import annotations

from pulumi_havip.engine.errors import (
    EngineError,
    LockedError,
    NoStackError,
    ProjectError,
    SecretError,
    StateError,
    UnsupportedError,
)
from pulumi_havip.engine.events import Change, Op, Result, Step
from pulumi_havip.engine.values import UNKNOWN, Secret
from pulumi_havip.engine.workspace import Workspace

__all__ = [
    "UNKNOWN",
    "Change",
    "EngineError",
    "LockedError",
    "NoStackError",
    "Op",
    "ProjectError",
    "Result",
    "Secret",
    "SecretError",
    "StateError",
    "Step",
    "UnsupportedError",
    "Workspace",
]
