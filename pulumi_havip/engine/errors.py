"""Errors of the engine; each message is one line for the user.

EngineError                 base class of all errors that the engine raises
├── ProjectError            the project or its configuration cannot be used
│   └── NoSettingError      the configuration has no such value
├── StateError              the state file cannot be used
│   └── NoStackError        the stack does not exist
├── LockedError             another operation is running on the stack
├── SecretError             the passphrase is missing or wrong
│   └── UnsealedError       a resource was created, but a secret of it cannot be stored
├── UnsupportedError        the program uses a feature that only the Pulumi CLI supports
├── ProtectedError          a protected resource would be deleted
├── ProviderError           a provider returned an error
│   ├── ProviderLostError   the provider exited before it answered
│   └── PartialError        the resource exists, but its provider reports it as unhealthy
└── StoppedError            the operation was interrupted or has already failed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi_havip import urns

UNLOCK: Final = "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
"""Instructions for giving a passphrase, for error messages."""


class EngineError(Exception):
    """Base class of the engine's errors."""


class ProjectError(EngineError):
    """The project, its program or its configuration cannot be used."""


class NoSettingError(ProjectError):
    """The configuration has no such value."""


class StateError(EngineError):
    """The state file is corrupt, foreign or newer than this engine."""


class NoStackError(StateError):
    """The stack does not exist."""


class LockedError(EngineError):
    """Another operation is running on the stack."""


class SecretError(EngineError):
    """The passphrase that protects the stack's secrets is missing or wrong."""


class UnsealedError(SecretError):
    """A resource was created, but secret outputs that were not declared cannot be stored."""

    def __init__(self, made: str, names: Sequence[str]) -> None:
        noun, are = ("output", "is") if len(names) == 1 else ("outputs", "are")
        super().__init__(
            f"{made}: it exists now, but its secret {noun} {', '.join(names)} cannot be "
            f"sealed, as no passphrase is given, and {are} left out; {UNLOCK} and run `up` again"
        )


class UnsupportedFeatureError(EngineError):
    """The program uses a Pulumi feature that this engine does not support."""

    def __init__(self, feature: str) -> None:
        super().__init__(
            f"{feature} is a Pulumi feature that the embedded engine lacks; "
            "run this program with the Pulumi CLI (`pulumi up`)"
        )
        self.feature = feature


class ProtectedError(EngineError):
    """Protected resources would be deleted, so nothing is deleted."""

    def __init__(self, *protected: str) -> None:
        names = ", ".join(urns.label(urn) for urn in protected)
        given = " ".join(dict.fromkeys(map(urns.name_of, protected)))
        are, them, they = ("is", "it", "it") if len(protected) == 1 else ("are", "them", "they")
        super().__init__(
            f"{names} {are} protected, so nothing is deleted; set protect=False on {them} in the "
            f"program and run `up`, or, where {they} left the program, run `havip stack unprotect "
            f"{given}`; or leave {them} out with --target"
        )


class ProviderError(EngineError):
    """A provider returned an error.

    Attributes:
        trace: The traceback in it, limited to the provider author's code.
        unimplemented: Whether the provider does not implement the call.
    """

    trace = ""
    unimplemented = False


class ProviderLostError(ProviderError):
    """The provider process exited before it answered; the call may have had an effect."""


class UnhealthyResourceError(ProviderError):
    """The resource was created or updated, but its provider reports it as unhealthy.

    Attributes:
        resource_id: The id of the resource.
        outputs: The outputs returned by the provider.
        inputs: The inputs read back by the provider, or None.
        reasons: Why it is unhealthy.
    """

    def __init__(
        self,
        resource_id: str,
        outputs: Mapping[str, Any],
        inputs: Mapping[str, Any] | None,
        reasons: Sequence[str],
    ) -> None:
        super().__init__("; ".join(reasons) or "the resource did not become healthy")
        self.resource_id = resource_id
        self.outputs = dict(outputs)
        self.inputs = None if inputs is None else dict(inputs)
        self.reasons = list(reasons)


class StoppedError(EngineError):
    """The operation was interrupted or has already failed, and starts nothing more."""
