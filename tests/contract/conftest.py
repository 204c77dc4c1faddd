"""The official SDK's models, read as an oracle of names and types."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

import pytest

from havip.api import Shape

_MODELS = {
    "vpc": "tencentcloud.vpc.v20170312.models",
    "cvm": "tencentcloud.cvm.v20170312.models",
    "tag": "tencentcloud.tag.v20180813.models",
    "sts": "tencentcloud.sts.v20180813.models",
    "cbs": "tencentcloud.cbs.v20170312.models",
}
_OURS = {"TagPair": "Tag", "DiskPlacement": "Placement", "CloudDisk": "Disk"}
"""Our names of structures that several services have under one name."""


class Kind(NamedTuple):
    """A type as both sides can tell it: the name of the item, and whether it is a list."""

    item: str
    many: bool = False


def _official_kind(text: str) -> Kind:
    many = text.startswith("list of ")
    return Kind(text.removeprefix("list of ").strip(":`").rsplit(".", 1)[-1], many)


def _our_kind(annotation: Any) -> Kind:
    inner = [argument for argument in get_args(annotation) if argument is not type(None)]
    if get_origin(annotation) is list:
        return Kind(_our_kind(inner[0]).item, many=True)
    if inner:  # T | None
        return _our_kind(inner[0])
    return Kind(_OURS.get(annotation.__name__, annotation.__name__))


class Oracle:
    """Class of the official SDK and ours, in the same terms."""

    def official(self, service: str, name: str) -> dict[str, Kind]:
        model = getattr(import_module(_MODELS[service]), name)
        pairs = re.findall(r":type (\w+): (\S.*)", model.__init__.__doc__ or "")
        return {field: _official_kind(text.strip()) for field, text in pairs}

    def ours(self, shape: type[Shape]) -> dict[str, Kind]:
        fields = shape.model_fields.values()
        return {str(field.alias): _our_kind(field.annotation) for field in fields}

    def official_name(self, shape: type[Shape]) -> str:
        return _OURS.get(shape.__name__, shape.__name__)


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture(scope="session")
def documented() -> dict[str, Any]:
    """Return the facts read from the vendor's documents and the official SDKs."""
    text = (Path(__file__).parent / "documented.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
