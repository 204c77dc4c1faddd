"""Packages that import the module of a name on first access."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from havip._lazy import load


def exporter(package: str, modules: Sequence[str]) -> Callable[[str], object]:
    """Build the ``__getattr__`` of a package that exports what its modules list in ``__all__``.

    Args:
        package: The package's name.
        modules: Names of its modules, in search order.
    """

    def export(name: str) -> object:
        if not name.startswith("_"):
            for module in modules:
                loaded = load(f"{package}.{module}")
                if name in loaded.__all__:
                    return getattr(loaded, name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return export
