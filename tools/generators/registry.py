"""The registry of the API: the module of each action and structure."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from havip.api._base import Request, Response

API: Final = Path(__file__).resolve().parents[2] / "sdk" / "havip" / "api"
_HEAD: Final = '''\
"""The modules of the actions and structures of the API; written by `make generate`.

The registry finds one action, or lists all, without importing every module: building some two
hundred pydantic classes takes longer than importing pydantic.
"""

from __future__ import annotations

from typing import Final

'''


def source() -> str:
    """Return the text of sdk/havip/api/_registry.py."""
    actions: dict[str, str] = {}
    shapes: dict[str, str] = {}
    for name, module in _modules():
        for exported in module.__all__:
            found = getattr(module, exported)
            if issubclass(found, Request):
                actions[exported] = name
            elif not issubclass(found, Response):
                shapes[exported] = name
    return (
        _HEAD
        + _table("ACTION_HOME", actions, "The module of each action.")
        + _table("SHAPE_HOME", shapes, "The module of each structure.")
    )


def _modules() -> Iterator[tuple[str, ModuleType]]:
    for path in sorted(API.rglob("*.py")):
        parts = path.relative_to(API).with_suffix("").parts
        name = ".".join(parts)
        if parts[-1].startswith("_") or name == "shared":
            continue
        yield name, import_module(f"havip.api.{name}")


def _table(name: str, rows: dict[str, str], text: str) -> str:
    lines = "".join(f'    "{key}": "{rows[key]}",\n' for key in sorted(rows))
    return f'{name}: Final[dict[str, str]] = {{\n{lines}}}\n"""{text}"""\n'


if __name__ == "__main__":  # first of all, as the other generators import what it lists
    (API / "_registry.py").write_text(source(), "utf-8")
