"""Documented facts about actions besides names and types: the data on each pair."""

from __future__ import annotations

import re
from typing import Any

import pytest

from havip import api
from havip.api import ACTIONS, Page, Task, describe
from havip.api._describe import field_docs


@pytest.mark.parametrize("action", ACTIONS)
def test_the_description_of_an_action_is_complete(action: str) -> None:
    request = ACTIONS[action]
    text = describe(request)
    assert request.__doc__
    assert f"{action} ({request.service.name}" in text
    assert all(code in text for code in request.errors)
    assert request.errors or action == "DescribeRegions", "whose page lists none"
    assert re.search(r"^Retrying: \w", text, re.MULTILINE)
    assert f"Rate: {request.rate} calls per second" in text
    assert re.search(r"^Source: (https://\S+|tencentcloud-sdk-python-\w+ \S+)$", text, re.MULTILINE)
    assert ": \n" not in text, "a field without a word on it"


@pytest.mark.parametrize("action", ACTIONS)
def test_fields_are_documented_and_nothing_else_is(action: str) -> None:
    for shape in (ACTIONS[action], ACTIONS[action].answer):
        assert set(field_docs(shape)) == set(shape.model_fields) - {"request_id"}


def test_rules_are_those_documented(documented: dict[str, Any]) -> None:
    for action, rules in documented["actions"].items():
        request = ACTIONS[action]
        needed = [str(f.alias) for f in request.model_fields.values() if f.is_required()]
        assert sorted(needed) == sorted(rules["required"]), action
        assert sorted(request.errors) == rules["errors"], action
        assert request.task.value == rules["task"], action
        assert request.rate == rules["rate"], action
        assert request.service == (rules["service"], rules["version"])
        text = bool(request.page and request.page.text)
        assert text == bool(rules["string_numbers"]), action


def test_filters_are_those_documented(documented: dict[str, Any]) -> None:
    beyond = {"DescribeAddresses": {"business-type"}}  # sent by Terraform, documented nowhere
    for action, rules in documented["actions"].items():
        names = set(ACTIONS[action].filter_names or ())
        assert names - beyond.get(action, set()) == set(rules["filters"]), action


def test_nullable_fields_may_be_none(documented: dict[str, Any]) -> None:
    for names in documented["nullable"].values():
        for shape, fields in names.items():
            model = getattr(api, shape)
            empty = model.model_validate(dict.fromkeys(fields))
            by_alias = {str(f.alias): name for name, f in model.model_fields.items()}
            assert all(getattr(empty, by_alias[field]) in (None, []) for field in fields)


def test_values_named_in_the_text_are_those_documented(documented: dict[str, Any]) -> None:
    texts = {
        "HaVip.State": field_docs(api.HaVip)["state"],
        "HaVipAssociation.InstanceType": field_docs(api.HaVipAssociation)["instance_type"],
        "VpcTask.Status": field_docs(api.DescribeVpcTaskResultResponse)["status"],
        "Address.AddressStatus": field_docs(api.Address)["address_status"],
    }
    assert set(texts) == set(documented["enums"])
    for field, values in documented["enums"].items():
        assert set(values) <= set(re.findall(r"``(\w+)``", texts[field])), field


def test_the_international_site_lacks_what_its_sdk_lacks(documented: dict[str, Any]) -> None:
    gap = documented["intl"]
    for action in gap["missing_actions"]:
        assert ACTIONS[action].intl.action
    create, describe_all = ACTIONS["CreateHaVip"].intl, ACTIONS["DescribeHaVips"]
    assert sorted(create.inputs) == sorted(gap["CreateHaVip_missing_inputs"])
    missing = [f"HaVip.{name}" for name in gap["HaVip_missing_fields"]]
    assert sorted(create.fields) == sorted(describe_all.intl.fields) == sorted(missing)
    left = set(describe_all.filter_names or ()) - set(describe_all.intl.filters)
    assert left == set(gap["DescribeHaVips_filters"])


@pytest.mark.parametrize("action", ACTIONS)
def test_gaps_name_things_that_exist(action: str) -> None:
    request = ACTIONS[action]
    text = describe(request)
    for path in (*request.intl.inputs, *request.intl.fields):
        assert re.search(rf"^ +{path.rsplit('.', 1)[-1]} \(", text, re.MULTILINE), path
    assert set(request.intl.filters) <= set(request.filter_names or ())


@pytest.mark.parametrize("action", [a for a, r in ACTIONS.items() if r.page])
def test_paging_names_fields_that_exist(action: str) -> None:
    request = ACTIONS[action]
    page = request.page
    assert isinstance(page, Page)
    assert page.items in request.answer.model_fields
    assert request.answer.model_fields[page.total].annotation is int
    kind = str if page.text else int
    for name in ("offset", "limit"):
        assert request.model_fields[name].annotation == kind | None


@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_can_be_paged_is(action: str) -> None:
    request = ACTIONS[action]
    assert bool(request.page) == ("offset" in request.model_fields)
    assert request.reads == action.startswith(("Describe", "Get"))


def test_tasks_have_what_is_needed_to_follow_them() -> None:
    followed = [request for request in ACTIONS.values() if request.task is Task.ADDRESS]
    assert followed
    assert all("task_id" in request.answer.model_fields for request in followed)
