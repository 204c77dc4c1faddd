"""Profiles: named credentials, and the one that is selected."""

from __future__ import annotations

import os
from typing import NamedTuple

from havip.errors import CredentialError, UsageError

DEFAULT = "default"


class Profile(NamedTuple):
    """The selected profile.

    Attributes:
        name: Its name.
        source: What selected it: an argument, a variable, or nothing (empty) for the default.
        explicit: Whether it goes before the key of the environment.
        tccli_first: Whether the profile of tccli goes before the section of the SDKs' file.
    """

    name: str
    source: str
    explicit: bool
    tccli_first: bool


_VARIABLES = ("HAVIP_PROFILE", "TENCENTCLOUD_PROFILE", "TCCLI_PROFILE")


def selected_profile(given: str | None = None) -> Profile:
    """Return the selected profile: the given one, that of a variable, or the default one.

    The variables are ``HAVIP_PROFILE``, ``TENCENTCLOUD_PROFILE`` and ``TCCLI_PROFILE``, in this
    order. The argument and ``HAVIP_PROFILE`` go before the key of the environment; the other
    two, which Tencent's own tools read, after it, as there.

    Args:
        given: The profile that a client was given.

    Raises:
        CredentialError: The name cannot be one of a profile.
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
        UsageError: It is not a text.
        CredentialError: It cannot be a name.
    """
    if not isinstance(name, str):
        raise UsageError(f"{source} is the name of a profile, not a {type(name).__name__}")
    if not name.strip() or "/" in name or "\0" in name or name in (".", ".."):
        raise CredentialError(f"{source}: {name!r} cannot be the name of a profile")
    return name
