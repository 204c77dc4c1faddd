"""The embedded engine: runs Python Pulumi programs without the Pulumi CLI.

It uses Pulumi's own protocol, SDK and provider processes, and keeps its state in Pulumi's
checkpoint format. It is independent of any cloud. Features that it lacks raise an error that names
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from havip._deprecated import renamed
from pulumi_havip.engine.errors import (
    EngineError,
    LockedError,
    NoSettingError,
    NoStackError,
    ProjectError,
    SecretError,
    StateError,
    UnsupportedFeatureError,
)
from pulumi_havip.engine.events import Change, Op, Result, Step
from pulumi_havip.engine.values import UNKNOWN, Secret
from pulumi_havip.engine.workspace import Workspace

__all__ = [
    "UNKNOWN",
    "Change",
    "EngineError",
    "LockedError",
    "NoSettingError",
    "NoStackError",
    "Op",
    "ProjectError",
    "Result",
    "Secret",
    "SecretError",
    "StateError",
    "Step",
    "UnsupportedFeatureError",
    "Workspace",
]

if TYPE_CHECKING:
    UnsupportedError = UnsupportedFeatureError  # its name in 0.1.0
else:

    def __getattr__(name: str) -> object:
        """Return the object behind a deprecated name of 0.1.0."""
        return renamed(__name__, name)
