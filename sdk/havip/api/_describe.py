"""Full description of an action: fields, errors, retry safety, rate, sites and source."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from havip.api._base import Request, Response, Shape, Task
from havip.api._codes import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_TASKS = {
    Task.NONE: "synchronous",
    Task.VPC: "asynchronous, polled by DescribeVpcTaskResult with the call's request id",
    Task.ADDRESS: "asynchronous, polled by DescribeTaskResult with the response's task id",
}


def describe(request: type[Request[Response]]) -> str:
    """Return the full description of an action, for a terminal or for ``help()`` of a verb.

    Args:
        request: The request class of the action.
    """
    summary, _, _ = inspect.cleandoc(request.__doc__ or "").partition("\nArgs:")
    parts = [
        f"{request.__name__} ({request.service.name} {request.service.version})",
        summary.strip(),
        _section("Fields", _fields(request)),
        _section("Answer", _fields(request.answer)),
        _section("Filters", _filters(request)),
        _section("Errors", _errors(request)),
        "\n".join(_facts(request)),
    ]
    return "\n\n".join(part for part in parts if part)


def field_docs(shape: type[Shape]) -> dict[str, str]:
    """Return the descriptions of a class's fields, by Python name.

    Args:
        shape: A request, response or structure.
    """
    _, _, listing = inspect.cleandoc(shape.__doc__ or "").partition("\nArgs:\n")
    entries = re.split(r"^ {4}(\w+): ", listing, flags=re.MULTILINE)[1:]
    texts = (re.sub(r"\s+", " ", text).strip() for text in entries[1::2])
    return dict(zip(entries[::2], texts, strict=True))


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"  {line}" for line in lines)]) if lines else ""


def _fields(shape: type[Shape]) -> list[str]:
    docs = field_docs(shape)
    lines = []
    for name, field in shape.model_fields.items():
        if name == "request_id":
            continue
        needed = ", required" if issubclass(shape, Request) and field.is_required() else ""
        lines.append(f"{field.alias} ({_type(field)}{needed}): {docs.get(name, '')}")
        for inner in _shapes(field.annotation):
            lines += [f"  {line}" for line in _fields(inner)]
    return lines


def _type(field: FieldInfo) -> str:
    """Format a type as its JSON: ``list[HaVip]``, ``str``."""
    text = field.annotation.__name__ if isinstance(field.annotation, type) else ""
    text = text if text and not get_args(field.annotation) else str(field.annotation)
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", text).removesuffix(" | None")


def _shapes(annotation: Any) -> Iterator[type[Shape]]:
    """Return the structures contained in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if issubclass(annotation, Shape):
            yield annotation
        return
    for argument in get_args(annotation):
        yield from _shapes(argument)


def _filters(request: type[Request[Response]]) -> list[str]:
    return [
        f"{name}<key>" if name.endswith(":") else name
        for name in sorted(request.filter_names or ())
    ]


def _errors(request: type[Request[Response]]) -> list[str]:
    return [f"{code}: {MEANINGS[code]}" if code in MEANINGS else code for code in request.errors]


def _facts(request: type[Request[Response]]) -> Iterator[str]:
    yield f"Work: {_TASKS[request.task]}."
    yield f"Retrying: {retry_safety(request)}."
    yield f"Rate: {request.rate} calls per second."
    if request.page:
        yield f"Paging: at most {request.page.limit} a page, list in {request.page.items}."
    yield from _gaps(request)
    yield f"Source: {request.source}"


def retry_safety(request: type[Request[Response]]) -> str:
    """Return whether an action may be retried after its response was lost.

    Args:
        request: The request class of the action.
    """
    if request.reads:
        return "safe, it changes nothing"
    if "client_token" in request.model_fields:
        return "safe with the same ClientToken; without one it may take effect twice"
    return "not safe, since it may have taken effect: read back first"


def _gaps(request: type[Request[Response]]) -> Iterator[str]:
    gap = request.intl
    if gap.action:
        yield "International site: lacks this action."
        return
    for what, names in (("inputs", gap.inputs), ("filters", gap.filters), ("fields", gap.fields)):
        if names:
            yield f"International site: lacks the {what} {', '.join(names)}."
