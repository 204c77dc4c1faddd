"""Reference page of the SDK's errors, from their classes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from havip import errors
from havip.errors import HavipError

INTRODUCTION = """# Errors

Every error of the SDK is a `havip.errors.HavipError` with a one-line message. `in_doubt` tells \
you whether the operation may have taken effect: see \
[After an error with in_doubt](../howto/in-doubt.md).

| error | meaning |
| --- | --- |
"""


def page() -> str:
    """Return the page."""
    return INTRODUCTION + "".join(_rows(HavipError, 0))


def _rows(cls: type[Exception], depth: int) -> Iterator[str]:
    text = " ".join((inspect.getdoc(cls) or "").partition("\n\n")[0].split())
    yield f"| {'&nbsp;' * 4 * depth}`{cls.__name__}` | {text} |\n"
    for inner in sorted(cls.__subclasses__(), key=lambda one: one.__name__):
        if inner.__module__ == errors.__name__:
            yield from _rows(inner, depth + 1)
