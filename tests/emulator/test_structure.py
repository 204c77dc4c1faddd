"""The way of one call through the emulator's files: short, and downward only."""

from __future__ import annotations

import graphlib
import inspect
import json
import sys
from types import FrameType
from typing import Any, get_type_hints

import pytest

import havip.emulator
from havip import api
from havip.emulator import ApiFailure, Caller, Cloud, Settings, UnsupportedRequestError
from havip.emulator.actions.registry import HANDLERS
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest

FOLDER = havip.emulator.__path__[0]
CALLER = Caller(account="100000000001", region="ap-guangzhou")


def trip(call: Any) -> dict[str, set[str]]:
    """Run something and map each of the emulator's files to those that it calls into."""
    calls: dict[str, set[str]] = {}

    def name(frame: FrameType | None) -> str:
        while frame is not None and not frame.f_code.co_filename.startswith(FOLDER):
            frame = frame.f_back
        return frame.f_code.co_filename[len(FOLDER) + 1 :] if frame is not None else ""

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(FOLDER):
            here, caller = name(frame), name(frame.f_back)
            calls.setdefault(here, set())
            if caller and caller != here:
                calls.setdefault(caller, set()).add(here)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    return calls


def test_one_create_ha_vip_crosses_few_files_and_never_goes_back() -> None:
    cloud = Cloud(settings=Settings(seed=1))
    vpc = cloud.call(CALLER, api.CreateVpc(vpc_name="a", cidr_block="10.0.0.0/16")).vpc
    wanted = api.CreateSubnet(
        vpc_id=vpc.vpc_id, subnet_name="s", cidr_block="10.0.0.0/24", zone="ap-guangzhou-3"
    )
    subnet = cloud.call(CALLER, wanted).subnet
    gateway = Gateway(cloud, verify="none")
    params = {"VpcId": vpc.vpc_id, "SubnetId": subnet.subnet_id, "HaVipName": "web"}
    headers = [
        ("Host", "vpc.tencentcloudapi.com"),
        ("Content-Type", "application/json"),
        ("X-TC-Action", "CreateHaVip"),
        ("X-TC-Version", "2017-03-12"),
        ("X-TC-Region", "ap-guangzhou"),
    ]
    raw = RawRequest("POST", "/", headers, json.dumps(params).encode())
    answers: list[Any] = []
    calls = trip(lambda: answers.append(gateway.handle(raw)))
    assert json.loads(answers[0].body)["Response"]["HaVip"]["Vip"] == "10.0.0.2"
    assert "actions/havips.py" in calls
    assert len(calls) <= 15, sorted(calls)
    graphlib.TopologicalSorter(calls).prepare()  # raises where two files call each other


def test_the_table_has_each_action_once_with_the_function_for_its_request() -> None:
    assert set(HANDLERS) == set(api.ACTIONS.values())
    assert len(set(HANDLERS.values())) == len(HANDLERS)
    for kind, function in HANDLERS.items():
        names = list(inspect.signature(function).parameters)
        hints = get_type_hints(function)
        assert hints[names[1]] is kind, function
        assert hints["return"] is kind.answer, function


def test_a_cloud_performs_only_the_actions_that_it_is_given() -> None:
    request = api.DescribeVpcs()
    one = Cloud(handlers={api.DescribeVpcs: HANDLERS[api.DescribeVpcs]})
    assert one.call(CALLER, request).total_count == 0
    with pytest.raises(ApiFailure, match="InvalidAction"):
        one.call(CALLER, api.DescribeHaVips())


@pytest.mark.parametrize(
    ("old", "new"), [("Refusal", ApiFailure), ("UnservedError", UnsupportedRequestError)]
)
def test_names_of_the_first_release_still_work(old: str, new: type) -> None:
    with pytest.warns(DeprecationWarning, match=new.__name__):
        assert getattr(havip.emulator, old) is new
