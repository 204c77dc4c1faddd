"""A class name means one thing in the whole product."""

from __future__ import annotations

import ast
from collections import defaultdict
from importlib import import_module
from typing import Final

import pytest

from havip._deprecated import RENAMED
from tests.docs.documents import ROOT

SHARED: Final = {
    **dict.fromkeys(
        ("HaVip", "Instance", "NetworkInterface", "Subnet", "Vpc"),
        "the same object of the cloud: as the API returns it, and as a Pulumi resource",
    ),
    "Credentials": "the API's structure has its official name, as every class of havip.api",
}
"""Names that two classes have, and why."""


def test_no_class_name_is_used_twice() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for package in ("sdk", "pulumi_havip"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    homes[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    shared = {name: places for name, places in homes.items() if len(places) > 1}
    assert {name: places for name, places in shared.items() if name not in SHARED} == {}
    assert shared.keys() == SHARED.keys(), "a name of the list is no longer shared"


def test_a_renamed_class_is_the_same_under_its_old_name() -> None:
    for module, names in RENAMED.items():
        home = import_module(module)
        for old, new in names.items():
            with pytest.warns(DeprecationWarning, match=new):
                assert getattr(home, old) is getattr(home, new)
