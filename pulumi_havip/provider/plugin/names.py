"""Property names of the schema: Python's ``vpc_id`` is ``vpcId`` there."""

from __future__ import annotations

from pydantic.alias_generators import to_camel


def to_camel_path(path: str) -> str:
    """Return a property's path in the names of the schema: ``associations[2].instanceId``."""
    return ".".join(to_camel(part) for part in path.split("."))
