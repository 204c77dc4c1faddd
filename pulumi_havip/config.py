"""Where the provider's settings come from: the stack's configuration, then the environment."""

from __future__ import annotations

import pulumi

from pulumi_havip.handlers import Settings, read_settings


def program_settings() -> Settings:
    """Read the settings inside of a running Pulumi program, for look-up functions.

    Raises:
        ResourceError: A setting is malformed.
    """
    return read_settings(_value_of)


def _value_of(key: str) -> object:
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)
