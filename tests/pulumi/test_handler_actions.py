"""Every action that the provider can call is one of the API as it is known, and emulated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest

import pulumi_havip
from havip import api
from havip.api import Request
from havip.emulator.actions.registry import HANDLERS
from havip.testing import StackFactory

FILES = sorted(Path(pulumi_havip.__file__).parent.rglob("*.py"))
SENDING = {"call", "send", "start"}


def _pairs(tree: ast.AST) -> Iterator[str]:
    """List the requests that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("havip.api"):
            for alias in node.names:
                if alias.name in api.ACTIONS:
                    yield alias.name


def _by_word(tree: ast.AST) -> Iterator[str]:
    """List the actions that a module calls by a name in quotes, not through a request class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            first = node.args[0]
            if node.func.attr in SENDING and isinstance(first, ast.Constant):
                yield str(first.value)


TREES = [ast.parse(file.read_text(encoding="utf-8")) for file in FILES]
CALLED = sorted({name for tree in TREES for name in _pairs(tree)})


def test_the_provider_calls_nothing_but_pairs() -> None:
    assert [word for tree in TREES for word in _by_word(tree)] == []
    assert len(CALLED) > 30


@pytest.mark.parametrize("action", CALLED)
def test_each_is_an_action_of_the_emulator(action: str) -> None:
    pair: type[Request[api.Response]] = api.ACTIONS[action]
    assert pair in HANDLERS


def process_environment() -> None:
    config = pulumi.Config()
    pulumi_havip.PlacementGroup("apart", name=config.get("group") or "apart")
    pulumi_havip.Eip("front", name="front", bandwidth=config.get_int("bandwidth") or 5)


def test_a_placement_group_is_renamed(havip_stack: StackFactory) -> None:
    stack = havip_stack(process_environment)
    stack.config["group"] = "far apart"
    assert stack.preview().counts["update"] == 1
    assert stack.up().counts["update"] == 1
    (group,) = stack.client.describe_disaster_recover_groups().disaster_recover_group_set
    assert group.name == "far apart"
    stack.assert_no_drift()
    stack.assert_clean_destroy()


@pytest.mark.parametrize("delay", [0.0, 4.0])
def test_the_bandwidth_of_an_eip_is_changed(havip_stack: StackFactory, delay: float) -> None:
    stack = havip_stack(process_environment)
    stack.control.configure(task_delay=delay)
    stack.config["bandwidth"] = "20"
    assert stack.preview().counts["update"] == 1
    assert stack.up().counts["update"] == 1
    assert stack.resource("front", "Eip").outputs["bandwidth"] == 20
    (eip,) = stack.client.describe_addresses().address_set
    assert eip.bandwidth == 20
    stack.assert_no_drift()
    stack.assert_clean_destroy()


def in_a_package() -> None:
    pulumi_havip.Eip(
        "front",
        internet_charge_type="BANDWIDTH_PACKAGE",
        bandwidth_package_id="bwp-1a2b3c4d",
        bandwidth=500,
    )


def test_an_eip_stays_in_its_bandwidth_package(havip_stack: StackFactory) -> None:
    stack = havip_stack(in_a_package)
    (package,) = stack.client.describe_bandwidth_packages().bandwidth_package_set
    assert package.bandwidth_package_id == "bwp-1a2b3c4d"
    stack.assert_no_drift()
    stack.assert_clean_destroy()


def test_an_unavailable_bandwidth_is_explained(havip_stack: StackFactory) -> None:
    stack = havip_stack(process_environment)
    stack.control.configure(failing_tasks={"ModifyAddressesBandwidth": "no capacity"})
    stack.config["bandwidth"] = "20"
    with pytest.raises(AssertionError, match="ModifyAddressesBandwidth"):
        stack.up()
    stack.control.configure(failing_tasks={})
    stack.up()
    stack.assert_no_drift()
