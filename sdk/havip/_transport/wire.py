"""Encode requests and decode responses: the envelope of API 3.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import from_json

from havip._transport.reply import Reply
from havip.api._base import Request, Response, parse
from havip.errors import ApiError, BadAnswerError, UsageError, api_error, one_line

R = TypeVar("R", bound=Response)

_CLOCK_SKEW: Final = "AuthFailure.SignatureExpire"
_MAX_EXCERPT: Final = 120


@cache
def _envelope(answer: type[Response]) -> type[BaseModel]:
    """Build the envelope model of a response class once, so that decoding takes one step."""
    return create_model("Envelope", Response=(answer, ...))


def encode(request: Request[Response]) -> bytes:
    """Encode a request as the JSON body of its call, without unset fields.

    Raises:
        UsageError: A text contains bytes that are not UTF-8.
    """
    try:
        return request.model_dump_json(by_alias=True, exclude_none=True).encode()
    except ValueError:
        found = _surrogate(request.model_dump(exclude_none=True), "")
        raise UsageError(
            f"{type(request).__name__}: {found or 'a parameter'} is not text: it has bytes that "
            "are not UTF-8, as from a file name or the command line"
        ) from None


def encode_params(params: Mapping[str, Any]) -> bytes:
    """Encode parameters in wire form as the JSON body of a call.

    Raises:
        UsageError: They are not valid JSON.
    """
    try:
        return json.dumps(
            params, separators=(",", ":"), allow_nan=False, ensure_ascii=False
        ).encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"the parameter {_surrogate(params, '') or '?'} is not text: it has bytes that are "
            "not UTF-8, as from a file name or the command line"
        ) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the parameters are not JSON: {one_line(str(error))}") from None


def _surrogate(value: object, path: str) -> str:
    """Return the path to the first text that cannot be encoded; empty if all can be."""
    if isinstance(value, str):
        return path if any("\ud800" <= char <= "\udfff" for char in value) else ""
    if isinstance(value, Mapping):
        inner = [(_surrogate(key, "a name"), key, item) for key, item in value.items()]
        for bad, key, item in inner:
            if bad or (bad := _surrogate(item, f"{path}.{key}" if path else str(key))):
                return bad
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if bad := _surrogate(item, f"{path}[{index}]"):
                return bad
    return ""


def decode(action: str, answer: type[R], reply: Reply, now: float) -> R:
    """Decode a response into its model.

    Args:
        action: The action.
        answer: The response class.
        reply: The HTTP response.
        now: The local time, to report clock skew.

    Raises:
        ApiError: The service returned an error code.
        BadAnswerError: It is not a response of the API.
    """
    # The fast path handles plain successes; everything else (an error, a missing or malformed
    # Response) takes the slow path below.
    if reply.status == 200 and b'"Error"' not in reply.body:
        try:
            result: R = vars(_envelope(answer).model_validate_json(reply.body))["Response"]
        except ValidationError:
            pass
        else:
            if result.model_fields_set - {"request_id"}:
                return result
    return model_of(action, answer, decode_dict(action, reply, now))


def model_of(action: str, answer: type[R], content: dict[str, Any]) -> R:
    """Parse a successful response in wire form.

    Raises:
        BadAnswerError: It does not match the documentation.
    """
    try:
        return parse(answer, content)
    except ValidationError as error:
        raise BadAnswerError(_misshapen(action, error), 200) from error


def decode_dict(action: str, reply: Reply, now: float) -> dict[str, Any]:
    """Decode a response in wire form: the content of its ``Response``.

    Raises:
        ApiError: The service returned an error code.
        BadAnswerError: It is not a response of the API.
    """
    content = _response(reply.body)
    failure = content.get("Error") if content is not None else None
    if isinstance(failure, dict) and "Code" in failure:
        raise _api_error(action, failure, content or {}, reply, now)
    if reply.status != 200:
        text = f"{action}: HTTP {reply.status} instead of an answer of the API"
        raise BadAnswerError(f"{text}{_excerpt(reply.body)}; check the endpoint", reply.status)
    if content is None:
        text = f"{action}: the answer is not the API's JSON with a Response"
        raise BadAnswerError(f"{text}{_excerpt(reply.body)}; check the endpoint", reply.status)
    return content


def _response(body: bytes) -> dict[str, Any] | None:
    """Return the ``Response`` object of a body, or None if it has none."""
    try:
        envelope = from_json(
            body
        )  # not recursive in Python, where deep nesting would break finalizers
    except ValueError as error:
        if "recursion" in str(error):
            return None
        try:
            envelope = json.loads(body)  # accepts lone surrogates
        except (ValueError, RecursionError):
            return None
    content = envelope.get("Response") if isinstance(envelope, dict) else None
    return content if isinstance(content, dict) else None


def _api_error(
    action: str, failure: dict[str, Any], content: dict[str, Any], reply: Reply, now: float
) -> ApiError:
    """Build the error for an error response."""
    code = str(failure.get("Code"))
    hint = _skew(reply.headers.get("Date"), now) if code == _CLOCK_SKEW else ""
    message = str(failure.get("Message") or "")
    return api_error(action, code, message, str(content.get("RequestId") or ""), hint)


def _skew(date: str | None, now: float) -> str:
    """Return the difference between the local and the server's clock as text, if known."""
    try:
        off = now - parsedate_to_datetime(date or "").timestamp()
    except (ValueError, OverflowError):
        return "the local clock is off: set it by NTP"
    side = "ahead of" if off > 0 else "behind"
    return f"the local clock is {abs(off):.0f} s {side} the server's: set it by NTP"


def _misshapen(action: str, error: ValidationError) -> str:
    """Return one line that names the first malformed field of a response."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{action}: the answer is not of the documented shape: {where}: {first['msg']}"


def _excerpt(body: bytes) -> str:
    """Return the beginning of an unexpected response."""
    text = one_line(body[: _MAX_EXCERPT * 4].decode(errors="replace"))[:_MAX_EXCERPT]
    return f": {text!r}" if text else ": it is empty"
