"""Writing of requests and parsing of responses."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

import havip
from havip.api import (
    ACTIONS,
    AllocateAddresses,
    CreateHaVip,
    CreateHaVipResponse,
    CreateRoutes,
    DeleteRoutes,
    DescribeHaVips,
    DescribeHaVipsResponse,
    DescribeInstancesResponse,
    DescribeTaskResult,
    DescribeVpcs,
    Filter,
    Gap,
    HaVipAssociation,
    LoginSettings,
    Route,
    RunInstances,
    Tag,
    parse,
    wire_name,
)
from havip.errors import UsageError


def test_a_request_goes_out_under_the_names_of_the_api() -> None:
    request = CreateHaVip(
        vpc_id="vpc-1",
        ha_vip_name="web",
        check_associate=False,
        tags=[Tag(key="team", value="")],
        ha_vip_association_set=[HaVipAssociation(instance_id="ins-1", instance_type="CVM")],
    )
    assert request.to_wire() == {
        "VpcId": "vpc-1",
        "HaVipName": "web",
        "CheckAssociate": False,
        "Tags": [{"Key": "team", "Value": ""}],
        "HaVipAssociationSet": [{"InstanceId": "ins-1", "InstanceType": "CVM"}],
    }


@pytest.mark.parametrize("action", ACTIONS)
def test_every_pair_can_be_written_and_read(action: str) -> None:
    request = ACTIONS[action]
    full = _fill(request)
    assert request.from_wire(full).to_wire() == full
    answer = _fill(request.answer)
    assert parse(request.answer, answer).model_dump(mode="json", by_alias=True) == answer
    assert parse(request.answer, {**answer, "RequestId": "r-1"}).request_id == "r-1"


def _fill(annotation: Any) -> Any:
    """Build a value of a type, with every field set."""
    if hasattr(annotation, "model_fields"):
        fields = annotation.model_fields.values()
        return {str(field.alias): _fill(field.annotation) for field in fields}
    arguments = [a for a in getattr(annotation, "__args__", ()) if a is not type(None)]
    if getattr(annotation, "__origin__", None) is list:
        return [_fill(arguments[0])]
    if arguments:
        return _fill(arguments[0])
    return {str: "text", int: 3, bool: True, float: 0.5}[annotation]


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"VpcId": "vpc-1"}, "HaVipName"),
        ({"VpcId": "vpc-1", "HaVipName": "web", "Colour": "red"}, "Colour"),
        ({"VpcId": "vpc-1", "HaVipName": "web", "vip": "10.0.0.9"}, "vip"),
        ({"VpcId": "vpc-1", "HaVipName": "web", "Tags": [{"Key": "a", "Val": "b"}]}, "Tags.0.Val"),
        ({"VpcId": "vpc-1", "HaVipName": "web", "CheckAssociate": "maybe"}, "CheckAssociate"),
        ({"VpcId": "vpc-1", "HaVipName": {}}, "HaVipName"),
    ],
)
def test_a_request_off_the_wire_is_read_strictly(params: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CreateHaVip.from_wire(params)
    assert where in [".".join(map(str, error["loc"])) for error in caught.value.errors()]


def test_a_null_parameter_counts_as_absent() -> None:
    request = CreateHaVip.from_wire({"VpcId": "vpc-1", "HaVipName": "web", "Vip": None})
    assert request.to_wire() == {"VpcId": "vpc-1", "HaVipName": "web"}
    with pytest.raises(ValidationError, match="HaVipName"):
        CreateHaVip.from_wire({"VpcId": "vpc-1", "HaVipName": None})


def test_numbers_and_strings_stand_for_each_other() -> None:
    assert DescribeVpcs.from_wire({"Limit": 100, "Offset": "0"}).limit == "100"
    assert DescribeHaVips.from_wire({"Limit": "100", "Offset": 0}).limit == 100
    assert DescribeTaskResult.from_wire({"TaskId": "12"}).task_id == 12
    assert parse(AllocateAddresses.answer, {"TaskId": 12}).model_dump()["task_id"] == "12"


def test_a_request_rejects_unknown_names() -> None:
    with pytest.raises(UsageError, match=r"^CreateHaVip: colour is not known$"):
        CreateHaVip(vpc_id="vpc-1", ha_vip_name="web", colour="red")  # type: ignore[call-arg]
    with pytest.raises(UsageError, match=r"^Filter: vals is not known: values\?$"):
        DescribeHaVips(filters=[Filter(name="vpc-id", values=[], vals=[])])  # type: ignore[call-arg]


def test_a_request_of_wrong_parameters_is_one_line_of_havip_s_own() -> None:
    anything: Any = "secret\ntext"
    for make, text in (
        (lambda: CreateHaVip(vpc_id="v"), "CreateHaVip: ha_vip_name is missing"),  # type: ignore[call-arg]
        (lambda: DescribeHaVips(limit=anything), "DescribeHaVips: limit: Input should be a valid"),
        (lambda: CreateHaVip("vpc-1"), "CreateHaVip: give the parameters by name, not by position"),  # type: ignore[call-arg]
    ):
        with pytest.raises(UsageError) as caught:
            make()
        assert str(caught.value).startswith(text)
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)


def test_unknown_fields_are_ignored_and_unknown_values_kept() -> None:
    answer = parse(
        CreateHaVipResponse,
        {"HaVip": {"HaVipId": "havip-1", "State": "FLOATING", "Kind": "GWLB"}, "Hint": 1},
    )
    assert answer.ha_vip.state == "FLOATING"
    assert answer.ha_vip.vip == ""
    assert "Kind" not in answer.model_dump(by_alias=True)["HaVip"]


def test_nulls_in_an_answer_become_empty_values() -> None:
    payload = {
        "TotalCount": None,
        "HaVipSet": [{"HaVipId": "havip-1", "AddressIp": None, "TagSet": None}],
        "RequestId": "r-1",
    }
    answer = parse(DescribeHaVipsResponse, payload)
    assert answer.total_count == 0
    assert answer.ha_vip_set[0].address_ip == ""
    assert answer.ha_vip_set[0].tag_set == []
    assert payload["TotalCount"] is None, "what came is left as it is"


def test_nulls_in_structures_of_both_directions_become_empty_values() -> None:
    instance = {
        "InstanceId": None,
        "Placement": {"Zone": None},
        "DataDisks": [{"DiskSize": None}],
        "PublicIpAddresses": None,
        "SecurityGroupIds": [None],
        "SystemDisk": None,
    }
    (found,) = parse(DescribeInstancesResponse, {"InstanceSet": [instance]}).instance_set
    assert found.instance_id == ""
    assert found.placement
    assert found.placement.zone == ""
    assert found.data_disks[0].disk_size == 0
    assert found.public_ip_addresses == []
    assert found.security_group_ids == [""]
    assert found.system_disk is None


@pytest.mark.parametrize("payload", [{"HaVip": None}, {"HaVip": []}, {}])
def test_an_answer_of_another_form_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="HaVip"):
        parse(CreateHaVipResponse, payload)


def test_names_become_those_of_the_api() -> None:
    assert wire_name("ha_vip_id") == "HaVipId"
    assert wire_name("ipv6_cidr_block") == "Ipv6CidrBlock"


def test_secrets_are_in_no_repr() -> None:
    request = RunInstances(
        login_settings=LoginSettings(password="Zx9-secret"), user_data="Ym9keQ=="
    )
    assert "Zx9-secret" not in repr(request)
    assert "Ym9keQ==" not in repr(request)
    credentials = {"TmpSecretId": "AKID1", "TmpSecretKey": "k3y", "Token": "t0ken"}
    answer = parse(ACTIONS["AssumeRole"].answer, {"Credentials": credentials})
    assert "k3y" not in repr(answer)
    assert "t0ken" not in repr(answer)
    assert answer.model_dump(by_alias=True)["Credentials"]["Token"] == "t0ken"


def test_what_a_site_lacks_of_a_call_is_named() -> None:
    assert Gap(action=True).lacking({}) == "this action"
    gap = Gap(inputs=("Tags", "Routes.CdcId"), filters=("cdc-id",))
    assert gap.lacking({"Tags": []}) == "its input Tags"
    assert gap.lacking({"Routes": [{}, {"CdcId": "c"}]}) == "its input Routes.CdcId"
    assert gap.lacking({"Filters": [{"Name": "cdc-id"}]}) == "its filter cdc-id"
    assert gap.lacking({"Routes": [{}], "Filters": [{"Name": "vpc-id"}]}) == ""
    assert CreateRoutes.intl.lacking({"Routes": [{"CdcId": "c"}]}) == "its input Routes.CdcId"


@pytest.mark.process
def test_importing_the_api_and_listing_actions_loads_no_module_of_it() -> None:
    program = (
        "import sys, havip.api as api; list(api.ACTIONS); dir(api);"
        "print([m for m in sys.modules if m.startswith(('havip.api.vpc.', 'havip.api.cvm.'))]);"
        "api.CreateHaVip;"
        "print([m for m in sys.modules if m.startswith(('havip.api.vpc.', 'havip.api.cvm.'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    before, after = done.stdout.splitlines()
    assert before == "[]"
    assert after == "['havip.api.vpc.havip']"


def test_a_route_is_deleted_by_its_id_alone() -> None:
    request = DeleteRoutes(route_table_id="rtb-1", routes=[Route(route_id=7)])
    assert request.to_wire() == {"RouteTableId": "rtb-1", "Routes": [{"RouteId": 7}]}
    assert DeleteRoutes.from_wire(request.to_wire()) == request


def test_the_docstring_of_a_verb_is_complete() -> None:
    """Fields, errors, retry safety, rate and source stand where help() looks."""
    text = havip.Client("ap-guangzhou").create_ha_vip.__doc__ or ""
    for part in (
        "vpc_id",
        "LimitExceeded",
        "Retrying:",
        "20 calls per second",
        "Source: https://",
    ):
        assert part in text
