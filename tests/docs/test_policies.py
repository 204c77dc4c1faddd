"""The CAM policies allow what each job calls, and nothing that changes more than it does."""

from __future__ import annotations

import json

import pytest

from havip import api
from havip.emulator import Control
from havip.testing import StackFactory
from tests.docs.documents import ROOT


def allowed(job: str) -> set[str]:
    policy = json.loads((ROOT / f"docs/policies/{job}.json").read_text())
    assert policy["version"] == "2.0"
    return {name for statement in policy["statement"] for name in statement["action"]}


def called(control: Control) -> set[str]:
    return {f"{entry.service}:{entry.action}" for entry in control.requests}


@pytest.mark.parametrize("example", ["lb-ha-pair", "havip-route"])
def test_deploying_calls_nothing_beyond_its_policy(
    example: str, havip_stack: StackFactory, havip_control: Control
) -> None:
    stack = havip_stack(ROOT / "examples" / example)
    stack.assert_no_drift()
    assert called(havip_control) - allowed("deploy") == set()


def test_diagnosing_changes_nothing() -> None:
    assert {name for name in allowed("diagnose") if not api.ACTIONS[name[4:]].reads} == set()


def test_switching_an_address_changes_one_thing() -> None:
    changes = {name for name in allowed("switch-ip") if not api.ACTIONS[name[4:]].reads}
    assert changes == {"vpc:MigratePrivateIpAddress"}
