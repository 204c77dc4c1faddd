"""Instances: their states, addresses, filters and user data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("doc")
def test_an_instance_runs(rig: Rig) -> None:
    """RunInstances gives ids; the instance has an address of its subnet and a primary interface."""
    subnet = rig.subnet()
    one = rig.instance(subnet, instance_name="lb1", instance_type="S5.LARGE8")
    shown = rig.read_instance(one)
    assert (shown.instance_state, shown.instance_name) == ("RUNNING", "lb1")
    assert (shown.cpu, shown.memory, shown.placement.zone) == (4, 8, subnet.zone)
    assert shown.private_ip_addresses == ["10.0.0.2"]
    assert shown.created_time == "2026-11-18T11:06:40Z"
    eni = rig.primary(one)
    assert (eni.eni_type, eni.subnet_id, eni.attachment.device_index) == (1, subnet.subnet_id, 0)


@pytest.mark.evidence("official-sdk")
def test_instances_take_named_addresses(rig: Rig) -> None:
    """Private addresses can be named, one an instance; one in use fails with VpcIpIsUsed."""
    subnet = rig.subnet()
    network = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id}
    named = {**network, "private_ip_addresses": ["10.0.0.7", "10.0.0.8"]}
    rig.do("RunInstances", virtual_private_cloud=named, instance_count=2)
    rig.refused("InvalidParameterValue", "RunInstances", virtual_private_cloud=named)
    rig.refused("VpcIpIsUsed", "RunInstances", virtual_private_cloud=named, instance_count=2)


@pytest.mark.evidence("official-sdk")
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        (
            "InvalidParameterValue.VpcIdNotExist",
            {"virtual_private_cloud": {"vpc_id": "vpc-00000000"}},
        ),
        (
            "InvalidParameterValue.SubnetNotExist",
            {"virtual_private_cloud": {"subnet_id": "subnet-00000000"}},
        ),
        ("InvalidParameterValue.VpcIdMalformed", {"virtual_private_cloud": {"vpc_id": "net"}}),
        ("InvalidParameterValue.SubnetIdZoneIdNotMatch", {"placement": {"zone": "ap-guangzhou-4"}}),
        ("InvalidZone.MismatchRegion", {"placement": {"zone": "ap-shanghai-2"}}),
        ("InvalidInstanceType.Malformed", {"instance_type": "big"}),
        ("InvalidImageId.Malformed", {"image_id": "ubuntu"}),
        ("InvalidSecurityGroupId.NotFound", {"security_group_ids": ["sg-00000000"]}),
        (
            "FailedOperation.DisasterRecoverGroupNotFound",
            {"disaster_recover_group_ids": ["ps-00000000"]},
        ),
        ("InvalidParameterValue.Range", {"instance_count": 0}),
        ("InvalidParameterValue.Range", {"instance_count": 501}),
        ("InvalidInstanceName.TooLong", {"instance_name": "n" * 129}),
    ],
)
def test_what_cannot_be_run(rig: Rig, code: str, fields: dict[str, object]) -> None:
    """What RunInstances names must exist and fit together."""
    subnet = rig.subnet()
    network = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id}
    if isinstance(given := fields.get("virtual_private_cloud"), dict):
        network.update(given)
    rig.refused(code, "RunInstances", **{**fields, "virtual_private_cloud": network})


@pytest.mark.evidence("assumed")
def test_any_type_and_image_exists(rig: Rig) -> None:
    """Any well-formed instance type and image exists; the default type is S5.MEDIUM2."""
    subnet = rig.subnet()
    shown = rig.read_instance(rig.instance(subnet))
    assert (shown.instance_type, shown.cpu, shown.memory) == ("S5.MEDIUM2", 2, 2)
    one = rig.instance(subnet, instance_type="SA9.2XLARGE16", image_id="img-00000000")
    shown = rig.read_instance(one)
    assert (shown.cpu, shown.memory, shown.image_id) == (8, 16, "img-00000000")


@pytest.mark.evidence("assumed")
def test_there_is_no_default_vpc(rig: Rig) -> None:
    """RunInstances without a VPC fails with MissingParameter: there is no default VPC here."""
    rig.refused("MissingParameter", "RunInstances", instance_count=1)


@pytest.mark.evidence("official-sdk")
def test_a_dry_run_only_checks(rig: Rig) -> None:
    """With DryRun, nothing is created."""
    subnet = rig.subnet()
    network = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id}
    before = rig.cloud.dump()
    answer = rig.do("RunInstances", virtual_private_cloud=network, dry_run=True)
    assert answer.instance_id_set == []
    assert rig.cloud.dump() == before


@pytest.mark.evidence("official-sdk")
def test_instances_stop_and_start(rig: Rig) -> None:
    """A running instance stops, a stopped one starts; the other way it is refused."""
    one = [rig.instance(rig.subnet())]
    rig.refused("UnsupportedOperation.InstanceStateRunning", "StartInstances", instance_ids=one)
    rig.do("StopInstances", instance_ids=one)
    assert rig.read_instance(one[0]).instance_state == "STOPPED"
    rig.refused("UnsupportedOperation.InstanceStateStopped", "StopInstances", instance_ids=one)
    rig.do("StartInstances", instance_ids=one)
    assert rig.read_instance(one[0]).instance_state == "RUNNING"


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_instances_take_their_time_where_the_settings_say_so(make_rig: MakeRig) -> None:
    """With `instance_delay` an instance is PENDING, STOPPING or TERMINATING so many seconds."""
    rig = make_rig(instance_delay=20.0)
    one = rig.instance(rig.subnet())
    states = []
    for action in ("StopInstances", "StartInstances", "TerminateInstances"):
        states.append(rig.read_instance(one).instance_state)
        rig.watch.now += 20
        rig.do(action, instance_ids=[one])
    states.append(rig.read_instance(one).instance_state)
    rig.watch.now += 20
    assert states == ["PENDING", "STOPPING", "STARTING", "TERMINATING"]
    assert rig.do("DescribeInstances").total_count == 0


@pytest.mark.evidence(
    "reported",
    "https://github.com/tencentcloudstack/terraform-provider-tencentcloud",
)
def test_an_instance_that_cannot_start(make_rig: MakeRig) -> None:
    """Where RunInstances is among `failing_tasks`, new instances end as LAUNCH_FAILED."""
    rig = make_rig(failing_tasks={"RunInstances": "sold out"})
    assert rig.read_instance(rig.instance(rig.subnet())).instance_state == "LAUNCH_FAILED"


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_a_terminated_instance_is_gone_at_once(rig: Rig) -> None:
    """A terminated instance is not listed; its address and EIP are free, other ENIs stay."""
    subnet, eip = rig.subnet(), rig.eip()
    one = rig.instance(subnet)
    eni = rig.eni(subnet, on=one)
    rig.do("AssociateAddress", address_id=eip.address_id, instance_id=one)
    rig.do("TerminateInstances", instance_ids=[one])
    assert rig.do("DescribeInstances", instance_ids=[one]).instance_set == []
    assert rig.read_eip(eip.address_id).address_status == "UNBIND"
    assert rig.read_eni(eni).attachment is None
    assert rig.havip(subnet, vip="10.0.0.2").vip == "10.0.0.2"
    rig.refused("InvalidInstanceId.NotFound", "TerminateInstances", instance_ids=[one])


@pytest.mark.evidence("official-sdk")
def test_a_protected_instance_stays(rig: Rig) -> None:
    """DisableApiTermination keeps an instance from being terminated."""
    one = [rig.instance(rig.subnet(), disable_api_termination=True)]
    rig.refused("UnsupportedOperation.InstancesProtected", "TerminateInstances", instance_ids=one)
    rig.do("ModifyInstancesAttribute", instance_ids=one, disable_api_termination=False)
    rig.do("TerminateInstances", instance_ids=one)


@pytest.mark.evidence("doc")
def test_all_instances_change_or_none(rig: Rig) -> None:
    """An unknown id leaves the other instances of the call unchanged."""
    ids = [rig.instance(rig.subnet()), "ins-00000000"]
    rig.refused("InvalidInstanceId.NotFound", "StopInstances", instance_ids=ids)
    rig.refused("InvalidInstanceId.Malformed", "StopInstances", instance_ids=["one"])
    assert rig.read_instance(ids[0]).instance_state == "RUNNING"


@pytest.mark.evidence("official-sdk")
def test_user_data_is_not_shown(rig: Rig) -> None:
    """UserData is in no answer but that of DescribeInstancesAttributes, which reads it alone."""
    one = rig.instance(rig.subnet(), user_data="c2VjcmV0")
    answer = rig.do("DescribeInstances", instance_ids=[one])
    assert "c2VjcmV0" not in answer.model_dump_json(by_alias=True)
    action, wanted = "DescribeInstancesAttributes", {"attributes": ["UserData"]}
    (read,) = rig.do(action, instance_ids=[one], **wanted).instance_set
    assert (read.instance_id, read.attributes.user_data) == (one, "c2VjcmV0")
    assert "c2VjcmV0" not in repr(read)
    rig.refused("InvalidInstanceId.NotFound", action, instance_ids=["ins-00000000"], **wanted)
    rig.refused("InvalidParameterValue.InstanceIdMalformed", action, instance_ids=["one"], **wanted)
    rig.refused("InvalidParameterValue", action, instance_ids=[one], attributes=["Password"])


@pytest.mark.evidence("terraform")
def test_an_instance_shows_its_public_network(rig: Rig) -> None:
    """InternetAccessible is there even where it was not given: Terraform's provider reads it."""
    shown = rig.read_instance(rig.instance(rig.subnet())).internet_accessible
    assert (shown.internet_charge_type, shown.internet_max_bandwidth_out) == (
        "TRAFFIC_POSTPAID_BY_HOUR",
        0,
    )


@pytest.mark.evidence("doc")
def test_instances_are_found_by_filters(rig: Rig) -> None:
    """Filters find instances by whole values; ids and filters exclude each other."""
    subnet = rig.subnet()
    tags = [{"resource_type": "instance", "tags": [{"key": "role", "value": "lb"}]}]
    one = rig.instance(subnet, instance_name="lb-1", tag_specification=tags)
    rig.instance(rig.subnet(), instance_name="db-1")

    def names(name: str, value: str) -> list[str]:
        found = rig.do("DescribeInstances", filters=[{"name": name, "values": [value]}])
        return [row.instance_name for row in found.instance_set]

    assert names("vpc-id", subnet.vpc_id) == ["lb-1"]
    assert names("instance-name", "lb-1") == ["lb-1"]
    assert names("instance-name", "lb") == []
    assert names("tag:role", "lb") == ["lb-1"]
    assert names("instance-state", "STOPPED") == []
    assert names("creation-start-time", "2026-11-18 11:06:41") == []
    wanted = [{"name": "vpc-id", "values": [subnet.vpc_id]}]
    rig.refused("InvalidParameter", "DescribeInstances", instance_ids=[one], filters=wanted)
