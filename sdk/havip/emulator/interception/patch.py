"""Patching of attributes and libraries while a mock is active."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from havip.emulator.http.controls import Control
from havip.emulator.http.messages import RawRequest, RawResponse
from havip.errors import HavipError


class UnsupportedRequestError(HavipError):
    """A request to Tencent's API that the mock does not support; nothing was sent."""


class Patch:
    """Replacement of one attribute of a class or module while a mock is active.

    Args:
        owner: The class or module.
        name: The attribute.
        replacement: The value that replaces it.
    """

    def __init__(self, owner: Any, name: str, replacement: Any) -> None:
        self._owner, self._name, self._replacement = owner, name, replacement
        self._inherited = name not in vars(owner)
        self.before: Callable[..., Any] = getattr(owner, name)

    def apply(self) -> None:
        """Replace the current value."""
        found = getattr(self._owner, self._name)
        if found is not self._replacement:
            self._inherited = self._name not in vars(self._owner)
            self.before = found
            setattr(self._owner, self._name, self._replacement)

    def undo(self) -> None:
        """Restore the previous value.

        If a later patch wraps the replacement, it is left in place: without an
        active mock the replacement passes every call on.
        """
        if getattr(self._owner, self._name) is not self._replacement:
            return
        if self._inherited:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self.before)


class LibraryPatches:
    """Patches of libraries that may be imported before or while mocks are active, or never.

    Nothing is imported for them: as a finder in ``sys.meta_path``, it patches a library that is
    imported later right after its import.

    Args:
        builders: Function that builds the patches of a module, by module name.
    """

    def __init__(self, builders: Mapping[str, Callable[[ModuleType], Sequence[Patch]]]) -> None:
        self._builders = builders
        self._built: dict[str, Sequence[Patch]] = {}
        self._loading: set[str] = set()

    def apply(self) -> None:
        """Patch the libraries imported so far, and later ones on import."""
        sys.meta_path.insert(0, self)
        for name in self._builders:
            if (module := sys.modules.get(name)) is not None:
                self._patch(module)

    def undo(self) -> None:
        """Undo all patches."""
        sys.meta_path.remove(self)
        for patches in self._built.values():
            for patch in patches:
                patch.undo()

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Find a library as usual, and patch it once it is loaded."""
        if name not in self._builders or name in self._loading:
            return None
        self._loading.add(name)
        try:
            spec = find_spec(name)
        finally:
            self._loading.discard(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                if self in sys.meta_path:
                    self._patch(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

    def _patch(self, module: ModuleType) -> None:
        name = module.__name__
        if name not in self._built:
            self._built[name] = self._builders[name](module)
        for patch in self._built[name]:
            patch.apply()


def answer(control: Control, host: str, raw: RawRequest) -> RawResponse:
    """Handle a request to one of Tencent's hosts by the emulator.

    Raises:
        UnsupportedRequestError: The host belongs to a product that is not emulated.
    """
    services = control.gateway.services
    if host.partition(".")[0].lower() not in services:
        raise UnsupportedRequestError(
            f"{raw.method} https://{host}/: mock_havip does not support this product, only "
            f"{', '.join(sorted(services))}; nothing was sent"
        )
    return control.gateway.handle(raw)
