"""Exit codes of ``havip``, stable for use in scripts."""

from __future__ import annotations

import sys
from enum import IntEnum

from havip import errors


class Exit(IntEnum):
    """Exit codes of ``havip``."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    DENIED = 4
    NETWORK = 5
    TIMED_OUT = 6
    OUTRUN = 7
    """Another machine's call won (``switch-ip``)."""
    INTERRUPTED = 130


class NothingFoundError(errors.HavipError):
    """The resource given by the user does not exist, although no API call failed."""


_BY_ERROR: tuple[tuple[type[errors.HavipError], Exit], ...] = (
    (errors.UsageError, Exit.USAGE),
    (NothingFoundError, Exit.NOT_FOUND),
    (errors.NotFoundError, Exit.NOT_FOUND),
    (errors.CredentialError, Exit.DENIED),
    (errors.AuthError, Exit.DENIED),
    (errors.DeniedError, Exit.DENIED),
    (errors.TransportError, Exit.NETWORK),
    (errors.WaitTimeout, Exit.TIMED_OUT),
)


def exit_code(error: Exception) -> Exit | None:
    """Return the exit code for an error; None for one that is a bug."""
    if not isinstance(error, errors.HavipError):
        return _of_engine(error)
    if isinstance(error, errors.ApiError) and error.code == "UnsupportedRegion":
        return Exit.USAGE
    known = (*_BY_ERROR, *_of_parts())
    return next((code for kind, code in known if isinstance(error, kind)), Exit.FAILED)


def _of_parts() -> tuple[tuple[type[errors.HavipError], Exit], ...]:
    """Return the exit codes of errors whose modules are imported on demand."""
    from havip import switch

    return (switch.AbsentError, Exit.NOT_FOUND), (switch.LostRaceError, Exit.OUTRUN)


def _of_engine(error: Exception) -> Exit | None:
    """Return the exit code for an error of the engine, which need not be installed."""
    engine = sys.modules.get("pulumi_havip.engine")
    if engine is None or not isinstance(error, engine.EngineError):
        return None
    codes = {
        engine.NoStackError: Exit.NOT_FOUND,
        engine.NoSettingError: Exit.NOT_FOUND,
        engine.ProjectError: Exit.USAGE,
        engine.UnsupportedFeatureError: Exit.USAGE,
        engine.SecretError: Exit.DENIED,
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), Exit.FAILED)
