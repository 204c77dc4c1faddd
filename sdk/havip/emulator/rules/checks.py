"""Checks that many handlers share: the form of ids, names and tags, and what exists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from havip.api import Shape, Tag
from havip.emulator.errors import Refusal, not_found
from havip.emulator.state.addresses import to_number
from havip.emulator.state.table import Table

S = TypeVar("S", bound=Shape)

MAX_NAME = 60
MAX_TAG_KEY, MAX_TAG_VALUE = 127, 255
_TAIL = re.compile(r"[0-9a-z]{8}")


def check_id(value: str, prefix: str, code: str = "InvalidParameterValue.Malformed") -> str:
    """Check that an id looks like ``prefix-0a1b2c3d``, and give it back.

    Raises:
        Refusal: with the code, where it does not.
    """
    head, _, tail = value.partition("-")
    if head != prefix or not _TAIL.fullmatch(tail):
        raise Refusal(code, f"`{value}` is not an id of the form `{prefix}-xxxxxxxx`.")
    return value


def check_ids(values: Sequence[str] | None, prefix: str, code: str | None = None) -> list[str]:
    """Check a list of ids, and give it back without repetitions."""
    code = code or "InvalidParameterValue.Malformed"
    return [check_id(value, prefix, code) for value in dict.fromkeys(values or ())]


def need(table: Table[S], row_id: str, prefix: str, what: str) -> S:
    """Find the row that a request names.

    Raises:
        Refusal: the id is malformed, or names nothing (ResourceNotFound).
    """
    row = table.get(check_id(row_id, prefix))
    if row is None:
        raise not_found(what, row_id)
    return row


def check_name(
    name: str,
    field: str,
    *,
    longest: int = MAX_NAME,
    code: str = "InvalidParameterValue.TooLong",
) -> str:
    """Check the length of a name, in characters, and give it back.

    Raises:
        Refusal: it is too long.
    """
    if len(name) > longest:
        raise Refusal(code, f"`{field}` has {len(name)} characters; the most is {longest}.")
    return name


def check_bytes(name: str, field: str) -> str:
    """Check the length of a name in bytes, as networks count it, and give it back.

    Raises:
        Refusal: it is too long.
    """
    size = len(name.encode())
    if size > MAX_NAME:
        text = f"`{field}` has {size} bytes; the most is {MAX_NAME}."
        raise Refusal("InvalidParameterValue.TooLong", text)
    return name


def check_address(value: str, field: str) -> int:
    """Read an IPv4 address that a request names.

    Raises:
        Refusal: it is none.
    """
    try:
        return to_number(value)
    except ValueError:
        raise Refusal(
            "InvalidParameterValue.Malformed", f"`{field}` is not an IPv4 address: `{value}`."
        ) from None


def check_tags(tags: Sequence[Tag] | None) -> list[Tag]:
    """Check the tags of something new, and give them back.

    Raises:
        Refusal: a key twice, empty or too long, or a value too long.
    """
    tags = tags or []
    if len({tag.key for tag in tags}) < len(tags):
        raise Refusal("InvalidParameterValue.TagDuplicateKey", "A tag key is given twice.")
    for tag in tags:
        if not 0 < len(tag.key) <= MAX_TAG_KEY:
            raise Refusal(
                "InvalidParameterValue.TagInvalidKeyLen",
                f"A tag key must have 1 to {MAX_TAG_KEY} characters, not {len(tag.key)}.",
            )
        if len(tag.value) > MAX_TAG_VALUE:
            raise Refusal(
                "InvalidParameterValue.TagInvalidVal",
                f"A tag value may have {MAX_TAG_VALUE} characters, not {len(tag.value)}.",
            )
    return [Tag(key=tag.key, value=tag.value) for tag in tags]


def check_quota(count: int, most: int, what: str, code: str = "LimitExceeded") -> None:
    """Refuse where one more would be above the quota.

    Args:
        count: how many there are, the new ones included.
        most: the quota.
        what: what is counted, for the message.
        code: the error code.

    Raises:
        Refusal: it would.
    """
    if count > most:
        raise Refusal(code, f"The quota of {most} {what} is used up.")


def parse_switch(value: str | None, field: str) -> bool | None:
    """Read a switch that the API has as the text ``true`` or ``false``.

    Raises:
        Refusal: it is neither.
    """
    if value is None or value == "":
        return None
    if value.lower() not in ("true", "false"):
        raise Refusal("InvalidParameterValue", f"`{field}` is neither true nor false: `{value}`.")
    return value.lower() == "true"
