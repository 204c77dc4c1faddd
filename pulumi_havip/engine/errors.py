"""The errors of the engine; each text is one line for a person.

EngineError                 everything the engine raises on purpose
├── ProjectError            the project or its configuration cannot be used
├── StateError              the state file cannot be used
│   └── NoStackError        there is no such stack
├── LockedError             another operation works on the stack
├── SecretError             the passphrase is missing or wrong
│   └── UnsealedError       a resource was made, and a secret of it cannot be kept
├── UnsupportedError        the program uses a feature that only the Pulumi CLI has
├── ProtectedError          what is protected was to be deleted
├── ProviderError           a provider answered with an error
│   ├── ProviderLostError   the provider went away before it answered
│   └── PartialError        the resource exists, and its provider says it is not healthy
└── StoppedError            the operation was interrupted or has failed already
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi_havip.engine import urns

UNLOCK: Final = "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
"""Instructions for giving a passphrase."""


class EngineError(Exception):
    """Any error that the engine raises on purpose."""


class ProjectError(EngineError):
    """The project, its program or its configuration cannot be used."""


class StateError(EngineError):
    """The state file is corrupt, foreign or newer than this engine."""


class NoStackError(StateError):
    """There is no such stack."""


class LockedError(EngineError):
    """Another operation works on the stack."""


class SecretError(EngineError):
    """The passphrase that protects the stack's secrets is missing or wrong."""


class UnsealedError(SecretError):
    """A resource was made, and secret outputs that nobody foretold cannot be kept."""

    def __init__(self, made: str, names: Sequence[str]) -> None:
        noun, are = ("output", "is") if len(names) == 1 else ("outputs", "are")
        super().__init__(
            f"{made}: it exists now, but its secret {noun} {', '.join(names)} cannot be "
            f"sealed, as no passphrase is given, and {are} left out; {UNLOCK} and run `up` again"
        )


class UnsupportedFeatureError(EngineError):
    """The program uses a Pulumi feature that this engine leaves to the Pulumi CLI."""

    def __init__(self, feature: str) -> None:
        super().__init__(
            f"{feature} is a Pulumi feature that the embedded engine lacks; "
            "run this program with the Pulumi CLI (`pulumi up`)"
        )
        self.feature = feature


class ProtectedError(EngineError):
    """Resources are protected and were to be deleted, so nothing is."""

    def __init__(self, *protected: str) -> None:
        names = ", ".join(urns.label(urn) for urn in protected)
        are, them, they = ("is", "it", "it") if len(protected) == 1 else ("are", "them", "they")
        super().__init__(
            f"{names} {are} protected, so nothing is deleted; set protect=False on {them} in the "
            f"program and run `up`, or, where {they} left the program, run `havip stack unprotect "
            f"{' '.join(map(urns.name_of, protected))}`; or leave {them} out with --target"
        )


class ProviderError(EngineError):
    """A provider answered a call with an error.

    Attributes:
        trace: The traceback that came with it, as far as it is of the provider's author.
        unimplemented: Whether the provider has no such call at all.
    """

    trace = ""
    unimplemented = False


class ProviderLostError(ProviderError):
    """The provider's process went away before it answered: the work may have been done."""


class UnhealthyResourceError(ProviderError):
    """The resource was made or changed, and its provider says that it is not healthy.

    Attributes:
        resource_id: The id of the resource.
        outputs: What the provider knows of it.
        inputs: The inputs that the provider read back, None where it gave none.
        reasons: Why it is not healthy.
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
    """The operation was interrupted, or has failed already, and starts nothing more."""
