"""Reference page of the emulator's coverage, parameter by parameter, with the evidence.

It is derived from three sources: the request classes, the code of the actions (which parameters are
read), and the tests of the rules (which parameters they pass, and their evidence).
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from havip import api
from havip.api import wire_name
from havip.api._base import Request
from havip.emulator.actions import registry
from havip.emulator.rules.checks import UNSUPPORTED
from tests.emulator import evidence

INTRODUCTION = """# Coverage of the emulator

Each parameter of each operation, its support in the emulator, and the evidence of the tests \
that use it (see [Evidence](../explanation/evidence.md)). Generated from code and tests by \
`make generate`.

- **implemented**: the parameter has its effect.
- **no effect**: the parameter is accepted and its type is checked, but it has no effect.
- **unsupported**: a request with the parameter fails with `UnsupportedOperation`.

Operations that are not listed fail with `InvalidAction`, parameters that are not listed with \
`UnknownParameter`, and products other than `vpc`, `cvm`, `tag` and `sts` with `NoSuchProduct`.

| operation | parameter | emulator | evidence |
| --- | --- | --- | --- |
"""
SHARED: Final = {"client_token", "filters", "limit", "max_results", "next_token", "offset"}
"""Parameters that are handled for all actions."""
HELPERS: Final = {
    "eip": "AllocateAddresses",
    "eni": "CreateNetworkInterface",
    "havip": "CreateHaVip",
    "instance": "RunInstances",
    "subnet": "CreateSubnet",
    "vpc": "CreateVpc",
}
"""Helper functions of the tests, with the action that each calls."""
Given = Mapping[tuple[str, str], set[str]]


def page() -> str:
    """Return the page."""
    given = _parameters_given()
    pairs = sorted(api.ACTIONS.items(), key=lambda item: (item[1].service.name != "vpc", item[0]))
    return INTRODUCTION + "".join(
        row for name, pair in pairs for row in _rows(name, pair, _parameters_read(pair), given)
    )


def _rows(name: str, pair: type[Request[Any]], read: set[str], given: Given) -> Iterator[str]:
    for field in pair.model_fields:
        if field in UNSUPPORTED.get(name, ()):
            state = "unsupported"
        else:
            state = "implemented" if field in read | SHARED else "no effect"
        kinds = [kind for kind in evidence.KINDS if kind in given.get((name, field), ())]
        yield f"| {name} | `{wire_name(field)}` | {state} | {', '.join(kinds)} |\n"
    if not pair.model_fields:
        kinds = [kind for kind in evidence.KINDS if kind in given.get((name, ""), ())]
        yield f"| {name} | | implemented | {', '.join(kinds)} |\n"


def _parameters_read(pair: type[Request[Any]]) -> set[str]:
    """Collect the attributes that are read by the module of an action and its base modules."""
    folder = Path(registry.__file__).parent
    modules, read = [registry.HANDLERS[pair].__module__.rpartition(".")[2]], set[str]()
    for module in modules:
        tree = ast.parse((folder / f"{module}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                read.add(node.attr)
            elif isinstance(node, ast.ImportFrom) and node.module:
                package, _, name = node.module.rpartition(".")
                if package == "havip.emulator.actions" and name not in modules:
                    modules.append(name)
    return read


def _parameters_given() -> Given:
    """Map (action, parameter) to the evidence of the tests that pass it."""
    given: dict[tuple[str, str], set[str]] = defaultdict(set)
    kinds = {rule.test: rule.kinds for rule in evidence.rules()}
    for file in sorted(evidence.HERE.rglob("test_rules_*.py")):
        for test in ast.parse(file.read_text("utf-8")).body:
            if isinstance(test, ast.FunctionDef) and test.name in kinds:
                actions, names = _mentioned(test)
                for action in actions:
                    for name in ("", *names & set(api.ACTIONS[action].model_fields)):
                        given[action, name].update(kinds[test.name])
    return given


def _mentioned(test: ast.FunctionDef) -> tuple[set[str], set[str]]:
    """Collect the actions that a test calls, and all keyword names that it uses."""
    actions, names = set[str](), set[str]()
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value in api.ACTIONS:
                actions.add(node.value)
            names.add(node.value)
        elif isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
        elif isinstance(node, ast.Attribute) and node.attr in HELPERS:
            actions.add(HELPERS[node.attr])
    wired = {
        wire_name(field): field for pair in api.ACTIONS.values() for field in pair.model_fields
    }
    return actions, names | {wired[name] for name in names if name in wired}
