"""Register the Python classes as resources of the native plugin, inside its components.

A component is written once, with the Python classes. If the plugin constructs it for a program in
another language, it must not depend on Pulumi's Python provider: its resources are then registered
as ``havip:index:HaVip``, with the names of the schema, and served by the plugin itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import pulumi
from pydantic.alias_generators import to_camel

_NATIVE: Final[ContextVar[bool]] = ContextVar("havip native resources", default=False)


@contextmanager
def native_resources() -> Iterator[None]:
    """Register resources declared inside the block as those of the native plugin."""
    token = _NATIVE.set(True)
    try:
        yield
    finally:
        _NATIVE.reset(token)


def is_native() -> bool:
    """Return whether resources are currently registered as those of the native plugin."""
    return _NATIVE.get()


class NativeNames:
    """Translates the property names of natively registered resources; others keep theirs."""

    _native_names: Mapping[str, str] | None = None

    def translate_input_property(self, prop: str) -> str:
        """Return a property's name in the schema."""
        return (self._native_names or {}).get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Return a property's name in Python."""
        back = {camel: name for name, camel in (self._native_names or {}).items()}
        return back.get(prop, prop)


def register_natively(
    resource: Any, kind: str, name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions
) -> None:
    """Register a resource as one of the native plugin.

    Args:
        resource: The resource, which has `NativeNames` among its bases.
        kind: Its kind, such as ``HaVip``.
        name: Its name in the program.
        props: Its arguments, and None for each additional output.
        opts: Pulumi resource options.
    """
    resource._native_names = {prop: to_camel(prop) for prop in props}
    pulumi.CustomResource.__init__(resource, f"havip:index:{kind}", name, dict(props), opts)
