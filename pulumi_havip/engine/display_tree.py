"""Rows of an operation as a tree: resources are listed under their component.

Steps end in any order. The tree keeps the parent of every resource that it saw, and puts an
unchanged component above its changed children.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from pulumi_havip import urns
from pulumi_havip.engine.events import Step

_DYNAMIC: Final = f"{urns.DYNAMIC_PACKAGE}:dynamic/"


def short_type(kind: str) -> str:
    """Return the short form of a resource type.

    Example::

        short_type("pulumi-python:dynamic/havip:HaVip")  # 'havip:HaVip'
        short_type("havip:index:HaVip")                  # 'havip:HaVip'
        short_type("aws:s3/bucket:Bucket")               # 'aws:s3:Bucket'
    """
    package, module, name = [*kind.removeprefix(_DYNAMIC).split(":"), "", ""][:3]
    if not name:
        return f"{package}:{module}"
    module = module.partition("/")[0]
    return f"{package}:{name}" if module == "index" else f"{package}:{module}:{name}"


class Row(NamedTuple):
    """Row of a step, in rich's markup.

    Attributes:
        sign: The sign in front of the branches.
        text: The text about the resource.
        details: Lines under it.
    """

    sign: str
    text: str
    details: Sequence[str] = ()


class Tree:
    """The rows of an operation, by resource.

    Args:
        lines: Whether branches are drawn with box characters; otherwise with blanks.
    """

    def __init__(self, *, lines: bool = True) -> None:
        self._middle, self._last, self._down = ("├─ ", "└─ ", "│  ") if lines else ("   ",) * 3
        self._parents: dict[str, str] = {}
        self._rows: dict[str, list[Row]] = {}

    def note(self, step: Step) -> None:
        """Record the parent of a step's resource."""
        record = step.new or step.old
        if record is not None:
            self._parents[step.urn] = record.parent

    def depth(self, urn: str) -> int:
        """Return the number of components that contain a resource."""
        return sum(not urns.is_stack(above) for above in self._above(urn))

    def add(self, urn: str, row: Row) -> None:
        """Add a row for a resource."""
        self._rows.setdefault(urn, []).append(row)

    def render(self, context: Callable[[str], Row]) -> Iterator[str]:
        """Yield the rows, each with its branches.

        Args:
            context: Builds the row of a resource that only has rows below it.
        """
        children: dict[str, list[str]] = {}
        for urn in self._rows:
            path = [urn, *self._above(urn)]
            for child, parent in zip(path, [*path[1:], ""], strict=True):
                known = children.setdefault(parent, [])
                if child not in known:
                    known.append(child)
        for root in children.get("", ()):
            yield from self._render(root, children, context, "", "")

    def _render(
        self,
        urn: str,
        children: dict[str, list[str]],
        context: Callable[[str], Row],
        branch: str,
        below: str,
    ) -> Iterator[str]:
        inside = children.get(urn, [])
        for row in self._rows.get(urn) or [context(urn)]:
            yield f"{row.sign}{branch}{row.text}"
            down = below + (self._down if inside else "")
            yield from (f"    {down}   {line}" for line in row.details)
            branch = below
        for child in inside:
            last = child == inside[-1]
            end = self._last if last else self._middle
            yield from self._render(
                child, children, context, below + end, below + ("   " if last else self._down)
            )

    def _above(self, urn: str) -> list[str]:
        found: list[str] = []
        parent = self._parents.get(urn, "")
        while parent and parent not in found:
            found.append(parent)
            parent = self._parents.get(parent, "")
        return found
