"""Call the provider's look-ups from a Pulumi program, with the stack's settings.

Dynamic providers have no functions, so look-ups call the API from the program's process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pydantic.alias_generators import to_camel, to_snake

from havip.errors import HavipError
from pulumi_havip.handlers import Context, ProviderSettings, ResourceError, read_settings
from pulumi_havip.handlers.errors import without_subject
from pulumi_havip.handlers.lookups import LOOKUPS
from pulumi_havip.handlers.settings import NAMESPACE
from pulumi_havip.provider.contexts import Contexts
from pulumi_havip.resources.provider import Provider


class LookupFailed(ResourceError, pulumi.RunError):  # noqa: N818 - an error of two kinds
    """A failed look-up; Pulumi prints its one line and no traceback."""


PROGRAM: Final = Contexts()
"""The contexts of this program's look-ups."""


def look_up(name: str, given: Mapping[str, Any], opts: pulumi.InvokeOptions | None = None) -> Any:
    """Call a look-up of the provider with plain values.

    Raises:
        LookupFailed: It failed, or a setting of its provider is an output.
    """
    settings = _provider_settings(name, opts)
    outputs = [key for key, value in settings.items() if isinstance(value, pulumi.Output)]
    if outputs:
        raise LookupFailed(
            f"{to_snake(name)}: {outputs[0]} of its provider is an output, which is known later: "
            f"use {to_snake(name)}_output"
        )
    return _found(name, given, settings)


def look_up_output(
    name: str, given: Mapping[str, Any], opts: pulumi.InvokeOptions | None = None
) -> pulumi.Output[Any]:
    """Call a look-up of the provider with values that may be outputs."""
    present = {key: value for key, value in given.items() if value is not None}
    settings = _provider_settings(name, opts)
    both = pulumi.Output.from_input({"given": present, "settings": dict(settings)})
    depends_on = getattr(opts, "depends_on", None)
    if depends_on:
        return pulumi.Output.all(both, _done(depends_on)).apply(
            lambda known: _found(name, known[0]["given"], known[0]["settings"])
        )
    return both.apply(lambda known: _found(name, known["given"], known["settings"]))


def _done(depends_on: Any) -> pulumi.Output[Any]:
    """Return an output that resolves when the given resources are complete."""
    resources = depends_on if isinstance(depends_on, (list, tuple)) else [depends_on]
    return pulumi.Output.all(*(getattr(item, "urn", item) for item in resources))


def _provider_settings(name: str, opts: pulumi.InvokeOptions | None) -> Mapping[str, Any]:
    """Return the settings that the program gave a look-up's provider; empty for the default one."""
    if opts is None:
        return {}
    found = opts.provider
    if found is None and opts.parent is not None:
        found = opts.parent.get_provider("pulumi-python:dynamic/havip:HaVip")
    if found is None:
        return {}
    if not isinstance(found, Provider):
        raise LookupFailed(
            f"{to_snake(name)}: opts.provider is a {type(found).__name__}, expected a "
            f"pulumi_havip.Provider"
        )
    return found.settings


def context_of(settings: Mapping[str, Any]) -> Context:
    """Return the context for an explicit provider's settings, or the default one if empty.

    Raises:
        ResourceError: A setting is malformed.
    """
    if settings:
        return PROGRAM.explicit(provider_settings(settings))
    return PROGRAM.configure(stack_config)


def _found(name: str, given: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
    try:
        return LOOKUPS[name].call(context_of(settings), dict(given))
    except HavipError as error:
        raise LookupFailed(f"{to_snake(name)}: {without_subject(error, [name])}") from error


def stack_config(key: str) -> object:
    """Return a value of the stack's configuration, or None."""
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def provider_settings(given: Mapping[str, Any]) -> ProviderSettings:
    """Read the settings of an explicit provider.

    Args:
        given: The settings from the program, as plain values.

    Raises:
        ResourceError: A setting is malformed.
    """
    named = {f"{NAMESPACE}:{to_camel(name)}": value for name, value in given.items()}
    return read_settings(named.get)
