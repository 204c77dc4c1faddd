"""Parameters as they come over the wire, read into requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from havip import api
from havip.emulator import ApiFailure
from havip.emulator.http.messages import parse_params

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig


def parse_request(action: str, service: str, params: dict[str, Any]) -> api.Request[Any]:
    kind = api.find(action, service)
    assert kind is not None
    return parse_params(kind, params)


def refusal(action: str, params: dict[str, Any]) -> ApiFailure:
    with pytest.raises(ApiFailure) as caught:
        parse_request(action, "vpc", params)
    return caught.value


@pytest.mark.evidence("doc")
def test_parameters_become_a_request() -> None:
    """Parameters have the API's names, at any depth."""
    filters = [{"Name": "vip", "Values": ["10.0.0.2"]}]
    request = parse_request("DescribeHaVips", "vpc", {"Filters": filters, "Limit": 5})
    assert request == api.DescribeHaVips(
        filters=[api.Filter(name="vip", values=["10.0.0.2"])], limit=5
    )


@pytest.mark.evidence("official-sdk")
@pytest.mark.parametrize("value", [20, "20"])
def test_numbers_and_texts_are_as_good(value: object) -> None:
    """Limit is taken as number and as text, whichever of both the action documents."""
    assert parse_request("DescribeVpcs", "vpc", {"Limit": value}) == api.DescribeVpcs(limit="20")
    assert parse_request("DescribeHaVips", "vpc", {"Limit": value}) == api.DescribeHaVips(limit=20)


@pytest.mark.evidence("official-sdk")
def test_null_counts_as_absent() -> None:
    """The official SDK sends null for what is unset, at any depth."""
    item = {"InstanceId": "ins-00000000", "InstanceType": None, "HaVipId": "havip-00000000"}
    params = {"HaVipAssociationSet": [item, None]}
    request = parse_request("AssociateHaVipInstance", "vpc", params)
    assert isinstance(request, api.AssociateHaVipInstance)
    assert request.ha_vip_association_set[0].instance_type is None
    assert len(request.ha_vip_association_set) == 1
    assert refusal("DeleteHaVip", {"HaVipId": None}).code == "MissingParameter"


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"HaVipID": "havip-00000000"}, "HaVipID"),
        ({"ha_vip_ids": []}, "ha_vip_ids"),
        ({"Filters": [{"Name": "vip", "Values": [], "Exact": True}]}, "Filters.0.Exact"),
    ],
)
def test_an_unknown_parameter_is_an_error(params: dict[str, Any], named: str) -> None:
    """A parameter that the action does not have fails with UnknownParameter, and names it."""
    told = refusal("DescribeHaVips", params)
    assert (told.code, named in told.message) == ("UnknownParameter", True)


@pytest.mark.evidence("doc")
def test_a_missing_parameter_is_named() -> None:
    """A required parameter that is absent fails with MissingParameter, and names it."""
    told = refusal("CreateHaVip", {"HaVipName": "a"})
    assert (told.code, "VpcId" in told.message) == ("MissingParameter", True)


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    "params",
    [
        {"Limit": "many"},
        {"Limit": 1.5},
        {"HaVipIds": "havip-00000000"},
        {"HaVipIds": [{}]},
        {"Filters": {"Name": "vip"}},
        {"Limit": []},
    ],
)
def test_a_wrong_type_is_refused(params: dict[str, Any]) -> None:
    """A value of the wrong type fails with InvalidParameter."""
    assert refusal("DescribeHaVips", params).code == "InvalidParameter"


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("RunInstances", {"launch_template": {"launch_template_id": "lt-00000000"}}),
        ("AllocateAddresses", {"vip_cluster": ["198.18.0.9"]}),
        (
            "CreateVpc",
            {"vpc_name": "net", "cidr_block": "10.0.0.0/16", "ipv6_cidr_block": "2001:db8::/56"},
        ),
        (
            "DisassociateAddress",
            {"address_id": "eip-00000000", "reallocate_normal_public_ip": True},
        ),
        ("DescribeSecurityGroups", {"order_field": "created-time"}),
    ],
)
def test_what_is_not_emulated_is_refused(rig: Rig, action: str, fields: dict[str, Any]) -> None:
    """IPv6, launch templates, chosen addresses and sorted lists: UnsupportedOperation."""
    assert action in rig.refused("UnsupportedOperation", action, **fields)


@pytest.mark.evidence("official-sdk")
def test_what_is_switched_off_is_not_refused(rig: Rig) -> None:
    """An input that is off or empty asks for nothing that the emulator would lack."""
    eip, havip = rig.eip(), rig.havip()
    rig.bind(havip, eip)
    off = {"reallocate_normal_public_ip": False}
    rig.do("DisassociateAddress", address_id=eip.address_id, **off)
