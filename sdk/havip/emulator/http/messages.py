"""Raw requests and responses, and the parsing of parameters into typed requests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from pydantic import ValidationError

from havip.api import Request
from havip.emulator.errors import ApiFailure

MAX_QUERY: Final = 32 * 1024
"""Maximum size of a GET in bytes. Source: the API 3.0 page on the structure of requests."""
MAX_BODY: Final = 10 * 1024 * 1024
"""Maximum size of the body of a POST in bytes. Source: as above."""
MAX_DEPTH: Final = 16

JSON_HEADERS: Final = (("Content-Type", "application/json"),)
"""The official SDK mistakes an error for a success if ``; charset=…`` follows."""

_ONCE: Final = frozenset(
    {"authorization", "host", "content-type", "content-length", "x-tc-content-sha256"}
)


@dataclass(slots=True)
class RawRequest:
    """A request as received.

    Attributes:
        method: The method of the request line.
        target: The target of the request line: ``/``, ``/?Limit=1``, or an absolute URL if the
            client uses the emulator as a proxy.
        headers: Names and values, in the order and spelling of the request.
        body: The bytes after the headers.
    """

    method: str
    target: str = "/"
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class RawResponse:
    """A response to send.

    Attributes:
        body: The bytes after the headers.
        status: The HTTP status; API errors have 200.
        headers: Names and values.
        delay: Seconds to wait before the answer is sent.
        drop: Whether to close the connection instead of responding.
    """

    body: bytes
    status: int = 200
    headers: Sequence[tuple[str, str]] = JSON_HEADERS
    delay: float = 0.0
    drop: bool = False


def header_map(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Map lower-case names to stripped values.

    Raises:
        ApiFailure: ``InvalidRequest`` if a significant header occurs more than once.
    """
    known = {name.lower(): value.strip() for name, value in headers}
    if len(known) != len(headers):
        for lower, times in Counter(name.lower() for name, _ in headers).items():
            if times > 1 and (lower in _ONCE or lower.startswith("x-tc-")):
                raise ApiFailure(
                    "InvalidRequest", f"The header `{lower[:40]}` was sent more than once."
                )
    return known


def path_and_query(target: str) -> tuple[str, str]:
    """Split a request target, in origin or absolute form, into path and undecoded query."""
    if not target.startswith("/") and "://" in target:
        rest = target.partition("://")[2]
        target = rest[len(rest.partition("?")[0].partition("/")[0]) :]
    path, _, query = target.partition("#")[0].partition("?")
    return path or "/", query


def read_body(content_type: str, body: bytes) -> dict[str, Any]:
    """Parse the parameters of a POST strictly.

    Raises:
        ApiFailure: The body is not a UTF-8 JSON object, repeats a key, or is nested too deeply.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise ApiFailure(
            "InvalidRequest",
            "The Content-Type of a POST must be application/json; forms and multipart bodies "
            "are not supported.",
        )
    try:
        params = _DECODER.decode(body.decode("utf-8"))
        if b"\\u" in body:  # JSON accepts a lone surrogate, UTF-8 does not
            json.dumps(params, ensure_ascii=False).encode()
    except RecursionError:
        raise ApiFailure("InvalidParameter", "The body is nested too deeply.") from None
    except ValueError as error:
        raise ApiFailure(
            "InvalidParameter", f"The body is not valid UTF-8 JSON: {error}."
        ) from None
    if not isinstance(params, dict):
        raise ApiFailure("InvalidParameter", "The body is not a JSON object.")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        _check_depth(params)
    return params


def read_query(query: str) -> dict[str, Any]:
    """Parse the parameters of a GET, such as ``Filters.0.Name=vpc-id&Filters.0.Values.0=vpc-1``.

    Raises:
        ApiFailure: The query is malformed.
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
        _set_path(tree, name, value)
    return {name: _lists(value, name) for name, value in tree.items()}


def parse_params(kind: type[Request[Any]], params: Mapping[str, Any]) -> Request[Any]:
    """Parse the parameters of a call into a request class.

    Null counts as absent at any depth, and ``"20"`` and ``20`` are interchangeable.

    Raises:
        ApiFailure: UnknownParameter, MissingParameter or InvalidParameter.
    """
    try:
        return kind.from_wire(_without_nulls(params))
    except ValidationError as error:
        raise _parameter_failure(error) from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
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
    return ApiFailure("InvalidParameter", f"The parameter `{path}` is invalid: {problem['msg']}.")


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise ApiFailure("InvalidParameter", "The body is nested too deeply.")
        inner = [item for item in level if isinstance(item, (dict, list))]
        level = [
            part for item in inner for part in (item.values() if isinstance(item, dict) else item)
        ]


def _set_path(tree: dict[str, Any], name: str, value: str) -> None:
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
    raise ApiFailure("InvalidParameter", f"The parameter `{name[:80]}` conflicts with another one.")


def _reject_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        raise ValueError("an object repeats a key")
    return known


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_reject_duplicates, parse_constant=_no_number)
