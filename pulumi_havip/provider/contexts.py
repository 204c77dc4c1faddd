"""The handler contexts of a process: one for each provider configured in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from pulumi_havip.handlers import Context, ProviderSettings, ResourceError, read_settings
from pulumi_havip.handlers.natural_keys import NaturalKeys

EXPLICIT: Final = "havip:provider"
"""The configuration key of an explicit provider that holds the provider's name."""


class Contexts:
    """The contexts of this process, by their settings.

    A provider process has one context, for the default provider or an explicit one; a program's
    process has one for each provider that its look-ups use. All share the natural keys that the
    program declares, since a resource of one provider may take over the object of another's.
    """

    def __init__(self) -> None:
        self._keys = NaturalKeys()
        self._lock = threading.Lock()
        self._default: Context | None = None
        self._others: dict[ProviderSettings, Context] = {}

    def use(self, context: Context | None) -> None:
        """Set the context of the default provider, instead of configuring it; for tests."""
        with self._lock:
            self._default, self._others = context, {}
            self._keys = context.keys if context else NaturalKeys()

    def configure(self, config: Callable[[str], object]) -> Context:
        """Return the context of a provider, created from its configuration at the first call.

        Args:
            config: Returns the value of a key such as ``havip:region``, or None.

        Raises:
            ResourceError: A setting is malformed.
        """
        if config(EXPLICIT):
            return self.explicit(read_settings(config))
        with self._lock:
            if self._default is None:
                self._default = Context(read_settings(config), keys=self._keys)
            return self._default

    def explicit(self, settings: ProviderSettings) -> Context:
        """Return the context of an explicit provider's settings."""
        with self._lock:
            found = self._others.get(settings)
            if found is None:
                base = self._default
                found = base.with_settings(settings) if base else Context(settings, keys=self._keys)
                self._others[settings] = found
            return found

    def default(self) -> Context:
        """Return the context of the default provider.

        Raises:
            ResourceError: The provider was not configured.
        """
        if self._default is None:
            raise ResourceError("the provider was not configured")
        return self._default
