"""The models read what the real API answered, and the emulator answers values of the same kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import havip
from havip import api
from havip.api._base import parse
from havip.emulator import mock_havip

Recorded = dict[str, Any]
ANSWERS: list[Recorded] = [
    json.loads(line)
    for line in Path(__file__).with_name("answers.jsonl").read_text("utf-8").splitlines()
]
LISTS = {
    "DescribeAddresses": "AddressSet",
    "DescribeImages": "ImageSet",
    "DescribeInstances": "InstanceSet",
    "DescribeSecurityGroups": "SecurityGroupSet",
    "DescribeSubnets": "SubnetSet",
    "DescribeVpcs": "VpcSet",
}
"""The lists whose items the emulator answers as well."""


def test_there_are_as_many_as_the_readme_says() -> None:
    assert len(ANSWERS) == 42
    assert {answer["action"] for answer in ANSWERS} <= set(api.ACTIONS)


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_the_models_read_it_and_lose_nothing_that_they_know(number: int) -> None:
    answer = ANSWERS[number]
    kind = api.ACTIONS[answer["action"]].answer
    read = parse(kind, json.loads(json.dumps(answer["response"])))
    written = json.loads(read.model_dump_json(by_alias=True))
    for path, value in values(answer["response"]):
        found = at(written, path)
        if value not in (None, "", [], {}) and found is not ABSENT:
            assert found == value, path


ABSENT = object()


def values(item: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield path and value of each leaf."""
    inner = item.items() if isinstance(item, dict) else enumerate(item)
    for name, value in inner:
        if isinstance(value, (dict, list)) and value:
            yield from values(value, (*path, name))
        else:
            yield (*path, name), value


def at(item: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        known = step in item if isinstance(item, dict) else isinstance(item, list)
        if not known or (isinstance(item, list) and step >= len(item)):
            return ABSENT
        item = item[step]
    return item


def kinds(items: list[Any]) -> dict[str, set[str]]:
    """Map each member of items, nested ones by their path, to the kinds of its values."""
    seen: dict[str, set[str]] = {}

    def note(value: Any, path: str) -> None:
        seen.setdefault(path, set()).add(kind_of(value))
        if isinstance(value, dict):
            for name, inner in value.items():
                note(inner, f"{path}.{name}")
        elif isinstance(value, list):
            for inner in value:
                note(inner, f"{path}[]")

    for item in items:
        note(item, "")
    return seen


def kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "switch"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"


@pytest.fixture(scope="module")
def emulated() -> dict[str, list[Any]]:
    """Return the emulator's responses for the recorded lists, as JSON."""
    told: dict[str, list[Any]] = {}
    with mock_havip(), havip.Client("ap-guangzhou") as client:
        vpc = client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16").vpc
        subnet = client.create_subnet(
            vpc_id=vpc.vpc_id, subnet_name="s", cidr_block="10.0.0.0/24", zone="ap-guangzhou-3"
        ).subnet
        client.create_security_group(group_name="g", group_description="")
        client.allocate_addresses()
        tags = [api.TagSpecification(resource_type="instance", tags=[api.Tag(key="k", value="v")])]
        place = api.VirtualPrivateCloud(vpc_id=vpc.vpc_id, subnet_id=subnet.subnet_id)
        (node,) = client.run_instances(
            virtual_private_cloud=place, tag_specification=tags
        ).instance_id_set
        client.stop_instances(instance_ids=[node])
        client.run_instances(virtual_private_cloud=place)
        for action, items in LISTS.items():
            told[action] = raw(action)[items]
    return told


def raw(action: str) -> dict[str, Any]:
    """Call the mock and return the response as it is on the wire."""
    pair = api.ACTIONS[action].service
    answer = requests.post(
        f"https://{pair.name}.tencentcloudapi.com/",
        data="{}",
        headers={
            "Content-Type": "application/json",
            "X-TC-Action": action,
            "X-TC-Version": pair.version,
            "X-TC-Region": "ap-guangzhou",
            "Authorization": "TC3-HMAC-SHA256 Credential=AKIDany/2026-01-01/"
            f"{pair.name}/tc3_request, SignedHeaders=content-type;host, Signature={'0' * 64}",
        },
        timeout=5,
    )
    response: dict[str, Any] = answer.json()["Response"]
    return response


@pytest.mark.parametrize("action", sorted(LISTS))
def test_the_emulator_answers_values_of_the_recorded_kinds(
    action: str, emulated: dict[str, list[Any]]
) -> None:
    """Text, null, list and so on: a client sees none here that the real API does not send."""
    items = LISTS[action]
    recorded = kinds(
        [item for a in ANSWERS if a["action"] == action for item in a["response"].get(items, [])]
    )
    ours = kinds(emulated[action])
    shared = set(ours) & set(recorded)
    assert len(shared) >= min(9, len(recorded) - 2)
    other = {path: (ours[path], recorded[path]) for path in shared if ours[path] - recorded[path]}
    assert other == {}


def test_the_newest_come_first(emulated: dict[str, list[Any]]) -> None:
    for answer in ANSWERS:
        if answer["action"] in ("DescribeInstances", "DescribeSubnets", "DescribeImages"):
            times = [
                item["CreatedTime"] for item in answer["response"].get(LISTS[answer["action"]], [])
            ]
            if len(times) > 2:
                assert times == sorted(times, reverse=True), answer["source"]
    assert [node["InstanceState"] for node in emulated["DescribeInstances"]] == [
        "RUNNING",
        "STOPPED",
    ]
