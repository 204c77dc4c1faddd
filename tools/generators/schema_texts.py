"""Descriptions in the plugin's schema, in Markdown and with the schema's property names."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from pulumi_havip.handlers import HANDLERS, ProviderSettings
from pulumi_havip.handlers.ha_vip_range import Association
from pulumi_havip.handlers.lookups import LOOKUPS

EXAMPLE_IDS: Final[Mapping[str, str]] = {
    "Vpc": "vpc-1a2b3c4d",
    "Subnet": "subnet-1a2b3c4d",
    "NetworkInterface": "eni-1a2b3c4d",
    "PlacementGroup": "ps-1a2b3c4d",
    "Instance": "ins-1a2b3c4d",
    "Eip": "eip-1a2b3c4d",
    "HaVip": "havip-1a2b3c4d",
    "HaVipInstanceAttachment": "havip-1a2b3c4d#ins-1a2b3c4d",
    "HaVipEipAttachment": "havip-1a2b3c4d#203.0.113.7",
    "RouteEntry": "rtb-1a2b3c4d#192.0.2.0/24",
}
"""An example id of each resource type, in the form for imports."""
_IMPORT: Final = """

## Import

```sh
pulumi import havip:index:{kind} web '{id}'
```

In another region than the provider's: `ap-tokyo/{id}`."""


_WORD: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def in_camel(text: str) -> str:
    """Return a text with the property names of the schema."""
    return _WORD.sub(lambda found: _names().get(found[0], found[0]), text)


@cache
def _names() -> dict[str, str]:
    return {name: to_camel(name) for name in _all_names() if "_" in name}


def _all_names() -> Iterator[str]:
    yield from ProviderSettings.model_fields
    yield from Association.model_fields
    for handler in HANDLERS.values():
        yield from handler.state.model_fields
    for lookup in LOOKUPS.values():
        yield from lookup.args.model_fields


def markdown(text: str) -> str:
    """Convert the text of a docstring to Markdown with the names of the schema."""
    return in_camel(text.replace("``", "`"))


def about(kind: str) -> str:
    """Return the description of a resource type, from its Python class, and how to import one."""
    doc = inspect.getdoc(HANDLERS[kind]) or ""
    words = re.sub(r"Example::\n\n(?: .*\n|\n)*(?: .*)?", "", doc)
    paragraphs = [" ".join(part.split()) for part in words.split("\n\n") if part.strip()]
    return markdown("\n\n".join(paragraphs)) + _IMPORT.format(kind=kind, id=EXAMPLE_IDS[kind])


def field_texts(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstring below each field in the source of a model and its bases."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if issubclass(cls, BaseModel) and cls.__module__.startswith("pulumi_havip."):
            body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
            found |= dict(_described(body))
    return found


@cache
def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the description of each field: the docstring below it in the source.

    Pydantic could do this too, but for every model on every import; only the schema needs it.
    """
    return {name: markdown(text) for name, text in field_texts(model).items()}


def _described(body: ast.stmt) -> Iterator[tuple[str, str]]:
    statements = getattr(body, "body", [])
    for field, below in itertools.pairwise(statements):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            yield field.target.id, " ".join(str(below.value.value).split())
