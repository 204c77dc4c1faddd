"""Selection of a profile, a named set of credentials."""

from __future__ import annotations

import os
from typing import NamedTuple

from havip.errors import CredentialError, UsageError

DEFAULT = "default"


class Profile(NamedTuple):
    """The selected profile.

    Attributes:
        name: Its name.
        source: What selected it: an argument, a variable, or empty for the default.
        explicit: Whether it takes precedence over the key in the environment.
        tccli_first: Whether a tccli profile takes precedence over a section of the SDKs' file.
    """

    name: str
    source: str
    explicit: bool
    tccli_first: bool


_VARIABLES = ("HAVIP_PROFILE", "TENCENTCLOUD_PROFILE", "TCCLI_PROFILE")


def selected_profile(given: str | None = None) -> Profile:
    """Return the selected profile: the given one, that of a variable, or the default.

    The variables are ``HAVIP_PROFILE``, ``TENCENTCLOUD_PROFILE`` and ``TCCLI_PROFILE``, in this
    order. The argument and ``HAVIP_PROFILE`` take precedence over the key in the environment; the
    other two do not, as in Tencent's own tools.

    Args:
        given: The profile that a client was given.

    Raises:
        CredentialError: The name is not valid for a profile.
    """
    if given is not None:
        return Profile(check_name(given, "profile"), "the argument", True, False)
    for variable in _VARIABLES:
        if name := os.environ.get(variable):
            explicit, tccli = variable == "HAVIP_PROFILE", variable == "TCCLI_PROFILE"
            return Profile(check_name(name, variable), variable, explicit, tccli)
    return Profile(DEFAULT, "", False, False)


def check_name(name: str, source: str) -> str:
    """Check the name of a profile.

    Raises:
        UsageError: It is not a string.
        CredentialError: It is not a valid name.
    """
    if not isinstance(name, str):
        raise UsageError(f"{source} must be the name of a profile, got a {type(name).__name__}")
    if not name.strip() or not name.isprintable() or "/" in name or name in (".", ".."):
        raise CredentialError(f"{source}: {name!r} cannot be the name of a profile")
    return name
