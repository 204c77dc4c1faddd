"""Field types of the models, with their syntax in keepalived.conf."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from havip.keepalived.config.commands import is_runnable

_MOST_BYTES: Final = 900
"""Maximum length of a value in bytes: keepalived reads lines of 1023, with keyword and indent."""
READING: Final[Mapping[str, Any]] = {"reading": True}
"""Validation context for the text of a file, which may have any characters in its words."""


def is_reading(info: ValidationInfo) -> bool:
    """Return whether a value comes from a file and need not be writable."""
    return info.context is READING


def _writable(pattern: str) -> AfterValidator:
    """Build a validator of the syntax that can be written to a file."""

    def check(text: str, info: ValidationInfo) -> str:
        if is_reading(info):
            return text
        if len(text.encode(errors="surrogatepass")) > _MOST_BYTES:
            raise PydanticCustomError("too_long", "is longer than a line that keepalived reads")
        if re.fullmatch(pattern, text):
            return text
        raise PydanticCustomError(
            "string_pattern_mismatch",
            "String should match pattern '{pattern}'",
            {"pattern": pattern},
        )

    return AfterValidator(check)


def _runnable(text: str, info: ValidationInfo) -> str:
    """Require that keepalived finds a command in a text in double quotes."""
    if is_reading(info) or is_runnable(text):
        return text
    raise PydanticCustomError(
        "command", "is not a command that keepalived can read: close its quotes and escapes"
    )


def _canonical(text: str) -> str:
    return str(ip_address(text))


Address: TypeAlias = Annotated[str, AfterValidator(_canonical)]
"""An IPv4 or IPv6 address in canonical form."""


def _without_prefix(value: Any) -> Any:
    return value.partition("/")[0] if isinstance(value, str) else value


OwnAddress: TypeAlias = Annotated[Address, BeforeValidator(_without_prefix)]
"""An address without prefix length, which keepalived would ignore."""
Text: TypeAlias = Annotated[str, _writable(r"[^\x00-\x1f\x7f\"\\]+")]
"""A single line of text, quoted where necessary."""
Name: TypeAlias = Annotated[str, _writable(r"[^\s\"'\\{}#!~@$]+")]
"""A name that is a single unquoted word."""
Nic: TypeAlias = Annotated[str, _writable(r"[^\s\"'\\{}#!~@$/:]{1,15}")]
"""The name of a network interface, at most 15 characters as in the kernel."""
Command: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1),
    _writable(r"(?:[^\x00-\x1f\x7f\"\\']|\\[^\x00-\x1f\x7f]|'[^\x00-\x1f\x7f\"\\']*')+"),
    AfterValidator(_runnable),
]
"""A command line: a single line, with single quotes and backslash escapes."""
Entry: TypeAlias = Annotated[str, _writable(r"[^\x00-\x1f\x7f\"\\{}#!]+")]
"""A line of words that keepalived passes on, such as a route."""
Delay: TypeAlias = Annotated[float, Field(ge=0.001, allow_inf_nan=False)]
"""Seconds, at least 0.001."""
Seconds: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
WholeSeconds: TypeAlias = Annotated[float, Field(ge=1, multiple_of=1, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Positive: TypeAlias = Annotated[int, Field(ge=1)]
Weight: TypeAlias = Annotated[int, Field(ge=-253, le=253)]
WideWeight: TypeAlias = Annotated[int, Field(ge=-254, le=254)]
"""The weight of a process or a file."""
