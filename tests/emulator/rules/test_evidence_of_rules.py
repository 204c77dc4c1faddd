"""Each rule's test says what it rests on, in a sentence of its own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def evidence() -> ModuleType:
    """The script beside the tests, which is not a module that one can import by name."""
    spec = importlib.util.spec_from_file_location("havip_evidence", FOLDER / "evidence.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_each_rule_has_one_kind_of_evidence(evidence: ModuleType) -> None:
    rules = evidence.rules()
    assert len(rules) > 150
    assert [rule.test for rule in rules if len(rule.kinds) != 1] == []
    assert {kind for rule in rules for kind in rule.kinds} <= set(evidence.KINDS)


def test_what_was_reported_names_the_report(evidence: ModuleType) -> None:
    reported = [rule for rule in evidence.rules() if "reported" in rule.kinds]
    assert len(reported) > 15
    assert [rule.test for rule in reported if not rule.source.startswith("https://")] == []
    assert not [rule.test for rule in evidence.rules() if rule.source and rule not in reported]


def test_each_rule_is_told_in_a_sentence(evidence: ModuleType) -> None:
    texts = [rule.text for rule in evidence.rules()]
    assert [text for text in texts if not text.endswith(".")] == []
    assert len(set(texts)) == len(texts)
