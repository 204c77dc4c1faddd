"""Property names in texts: Python's become those of the schema, ``vpcId`` for ``vpc_id``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pydantic.alias_generators import to_camel

from pulumi_havip.handlers import HANDLERS, ProviderSettings
from pulumi_havip.handlers.ha_vip import Association
from pulumi_havip.handlers.lookups import LOOKUPS

_WORD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def to_camel_path(path: str) -> str:
    """Return a property's path in the names of the schema: ``associations[2].instanceId``."""
    return ".".join(to_camel(part) for part in path.split("."))


def in_camel(text: str) -> str:
    """Return a document of ours with every property named as the schema does."""
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
