"""Types of the fields of keepalived.conf, each with its syntax."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints


def _canonical(text: str) -> str:
    return str(ip_address(text))


Address: TypeAlias = Annotated[str, AfterValidator(_canonical)]
"""An IPv4 or IPv6 address, in its one usual spelling."""


def _without_prefix(value: Any) -> Any:
    return value.partition("/")[0] if isinstance(value, str) else value


OwnAddress: TypeAlias = Annotated[Address, BeforeValidator(_without_prefix)]
"""An address without a prefix length: keepalived ignores one that stands behind it."""
Text: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f\"\\]+$")]
"""Text on one line, which is quoted where need be."""
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\s\"'\\{}#!~@$]+$")]
"""A name that stands in the file as one word."""
Nic: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\s\"'\\{}#!~@$/:]{1,15}$")]
"""The name of a network interface, of which the kernel has up to 15 characters."""
Command: TypeAlias = Annotated[
    str,
    StringConstraints(
        pattern=r"^(?:[^\x00-\x1f\x7f\"\\']|\\[^\x00-\x1f\x7f]|'[^\x00-\x1f\x7f\"\\']*')+$"
    ),
]
"""A command line: on one line, single quotes around words with spaces, backslash escapes."""
Entry: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f\"\\{}#!]+$")]
"""A line of words that keepalived hands to other code, a route for example."""
Delay: TypeAlias = Annotated[float, Field(ge=0.001, allow_inf_nan=False)]
"""Seconds, of which there is a thousandth at least."""
Seconds: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
WholeSeconds: TypeAlias = Annotated[float, Field(ge=1, multiple_of=1, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Positive: TypeAlias = Annotated[int, Field(ge=1)]
Weight: TypeAlias = Annotated[int, Field(ge=-253, le=253)]
