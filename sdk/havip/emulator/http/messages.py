"""Requests and responses on the wire, and the parsing of requests down to their typed form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from pydantic import ValidationError

from havip.api import Request
from havip.emulator.errors import ApiFailure

MAX_QUERY: Final = 32 * 1024
"""Bytes that a GET may have. Source: the API 3.0 page on the structure of requests."""
MAX_BODY: Final = 10 * 1024 * 1024
"""Bytes that the body of a POST may have. Source: as above."""
MAX_DEPTH: Final = 16

JSON_HEADERS: Final = (("Content-Type", "application/json"),)
"""With ``; charset=…`` after it, the official SDK takes an error for a success."""

_ONCE: Final = frozenset(
    {"authorization", "host", "content-type", "content-length", "x-tc-content-sha256"}
)


@dataclass(slots=True)
class RawRequest:
    """A request as it came in.

    Attributes:
        method: The method of the request line.
        target: The target of the request line: ``/``, ``/?Limit=1``, or a whole URL where the
            caller takes the emulator for a proxy.
        headers: Names and values, in the order and spelling in which they were sent.
        body: The bytes after the headers.
    """

    method: str
    target: str = "/"
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class RawAnswer:
    """An answer to be sent, and how.

    Attributes:
        body: The bytes after the headers.
        status: The HTTP status; errors of the API come with 200.
        headers: Names and values.
        delay: Seconds to wait before the answer is sent.
        drop: Whether to close the connection in place of an answer.
    """

    body: bytes
    status: int = 200
    headers: Sequence[tuple[str, str]] = JSON_HEADERS
    delay: float = 0.0
    drop: bool = False


def header_map(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map lower-case names to values, without the spaces around them.

    Raises:
        ApiFailure: ``InvalidRequest`` where a header that decides something was sent twice.
    """
    known: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if lower in known and (lower in _ONCE or lower.startswith("x-tc-")):
            raise ApiFailure(
                "InvalidRequest", f"The header `{lower[:40]}` was sent more than once."
            )
        known[lower] = value.strip()
    return known


def path_and_query(target: str) -> tuple[str, str]:
    """Split a target, origin form or absolute form, into path and undecoded query."""
    if not target.startswith("/") and "://" in target:
        rest = target.partition("://")[2]
        target = rest[len(rest.partition("?")[0].partition("/")[0]) :]
    path, _, query = target.partition("#")[0].partition("?")
    return path or "/", query


def read_body(content_type: str, body: bytes) -> dict[str, Any]:
    """Read the parameters of a POST, strictly.

    Raises:
        ApiFailure: The body is not one JSON object in UTF-8, names a key twice, or nests too deep.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise ApiFailure(
            "InvalidRequest",
            "The Content-Type of a POST must be application/json; forms and multipart bodies "
            "are not read here.",
        )
    try:
        params = _DECODER.decode(body.decode("utf-8"))
        if b"\\u" in body:  # half a surrogate pair is text to JSON, and to nothing else
            json.dumps(params, ensure_ascii=False).encode()
    except RecursionError:
        raise ApiFailure("InvalidParameter", "The body nests too deep.") from None
    except ValueError as error:
        raise ApiFailure("InvalidParameter", f"The body is not JSON in UTF-8: {error}.") from None
    if not isinstance(params, dict):
        raise ApiFailure("InvalidParameter", "The body is not a JSON object.")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        _check_depth(params)
    return params


def read_query(query: str) -> dict[str, Any]:
    """Read the parameters of a GET, such as ``Filters.0.Name=vpc-id&Filters.0.Values.0=vpc-1``.

    Raises:
        ApiFailure: The query is not of that form.
    """
    if not query:
        return {}
    try:
        pairs = parse_qsl(
            query,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
        )
    except ValueError:
        raise ApiFailure(
            "InvalidParameter", "The query string is not of the form a=b&c=d."
        ) from None
    tree: dict[str, Any] = {}
    for name, value in pairs:
        _plant(tree, name, value)
    return {name: _lists(value, name) for name, value in tree.items()}


def parse_params(kind: type[Request[Any]], params: Mapping[str, Any]) -> Request[Any]:
    """Turn the parameters that came over the wire into a request of a class.

    Null counts as absent at any depth, and ``"20"`` is as good as ``20`` in either direction.

    Raises:
        ApiFailure: UnknownParameter, MissingParameter or InvalidParameter.
    """
    try:
        return kind.from_wire(_without_nulls(params))
    except ValidationError as error:
        raise _parameter_failure(error) from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value


def _parameter_failure(error: ValidationError) -> ApiFailure:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return ApiFailure("UnknownParameter", f"The parameter `{path}` is not recognized.")
    if problem["type"] == "missing":
        return ApiFailure("MissingParameter", f"The request is missing the parameter `{path}`.")
    return ApiFailure("InvalidParameter", f"The parameter `{path}` does not fit: {problem['msg']}.")


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise ApiFailure("InvalidParameter", "The body nests too deep.")
        inner = [item for item in level if isinstance(item, (dict, list))]
        level = [
            part for item in inner for part in (item.values() if isinstance(item, dict) else item)
        ]


def _plant(tree: dict[str, Any], name: str, value: str) -> None:
    *parents, last = name.split(".")
    branch: Any = tree
    for step in parents[:MAX_DEPTH]:
        branch = branch.setdefault(step, {})
        if not isinstance(branch, dict):
            _refuse_name(name)
    if last in branch or not all((*parents, last)) or len(parents) > MAX_DEPTH:
        _refuse_name(name)
    branch[last] = value


def _lists(value: Any, name: str) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(item, f"{name}.{key}") for key, item in value.items()}
    if not any(key[0].isdigit() for key in inner):
        return inner
    wanted = [str(index) for index in range(len(inner))]
    if set(inner) != set(wanted):
        raise ApiFailure(
            "InvalidParameter", f"The items of `{name[:80]}` are not numbered 0, 1, 2, …"
        )
    return [inner[key] for key in wanted]


def _refuse_name(name: str) -> NoReturn:
    raise ApiFailure("InvalidParameter", f"The parameter `{name[:80]}` contradicts another one.")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return known


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_number)
