"""The settings of look-ups: of the stack's configuration, or of an explicit provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pydantic.alias_generators import to_camel

from pulumi_havip.handlers import ProviderSettings, read_settings
from pulumi_havip.handlers.settings import NAMESPACE


def stack_config(key: str) -> object:
    """Return a value of the stack's configuration, or None."""
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def provider_settings(given: Mapping[str, Any]) -> ProviderSettings:
    """Read the settings of an explicit provider.

    Args:
        given: What the program gave it, as plain values.

    Raises:
        ResourceError: A setting is malformed.
    """
    named = {f"{NAMESPACE}:{to_camel(name)}": value for name, value in given.items()}
    return read_settings(named.get)
