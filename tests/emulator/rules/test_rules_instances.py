"""Instances, their states, their placement groups and their security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


@pytest.mark.evidence("assumed")
def test_public_images(rig: Rig) -> None:
    """DescribeImages lists three public images, with Ubuntu 22.04 as `img-487zeit5`."""

    def ids(**fields: Any) -> list[str]:
        return [row.image_id for row in rig.do("DescribeImages", **fields).image_set]

    assert len(ids()) == rig.do("DescribeImages", limit=1).total_count == 3
    ubuntu = [{"name": "platform", "values": ["Ubuntu"]}]
    named = [*ubuntu, {"name": "image-name", "values": ["22.04"]}]
    assert ids(filters=named) == ["img-487zeit5"]
    assert ids(image_ids=["img-22trbn9x", "img-00000000"]) == ["img-22trbn9x"]
    rig.refused(
        "InvalidParameter.InvalidParameterCoexistImageIdsFilters",
        "DescribeImages",
        image_ids=["img-22trbn9x"],
        filters=ubuntu,
    )
    rig.refused("InvalidImageId.Malformed", "DescribeImages", image_ids=["ubuntu"])
    rig.refused("InvalidInstanceType.Malformed", "DescribeImages", instance_type="big")
    wrong = [{"name": "colour", "values": ["red"]}]
    rig.refused("InvalidFilter", "DescribeImages", filters=wrong)


@pytest.mark.evidence("official-sdk")
def test_the_disk_of_an_instance(rig: Rig) -> None:
    """DescribeDisks lists the system disk of each instance, by id or by filters, not by both."""
    one, two = rig.instance(rig.subnet()), rig.instance(rig.subnet())
    disk = rig.read_instance(one).system_disk

    def found(**fields: Any) -> list[str]:
        return [row.instance_id for row in rig.do("DescribeDisks", **fields).disk_set]

    assert sorted(found()) == sorted([one, two])
    assert found(disk_ids=[disk.disk_id]) == [one]
    address = rig.read_instance(two).private_ip_addresses[0]
    for name, value in (("instance-id", two), ("instance-ip-address", address)):
        assert two in found(filters=[{"name": name, "values": [value]}])
    assert found(filters=[{"name": "instance-name", "values": ["nobody"]}]) == []
    assert (
        len(
            found(
                filters=[
                    {"name": "instance-name", "values": [rig.read_instance(one).instance_name]}
                ]
            )
        )
        == 2
    )
    (row,) = rig.do("DescribeDisks", disk_ids=[disk.disk_id]).disk_set
    assert (row.disk_type, row.disk_size) == (disk.disk_type, disk.disk_size)
    assert (row.disk_usage, row.disk_state, row.attached) == ("SYSTEM_DISK", "ATTACHED", True)
    both = {"disk_ids": [disk.disk_id], "filters": [{"name": "zone", "values": ["z"]}]}
    rig.refused("InvalidParameterValue", "DescribeDisks", **both)
    rig.refused("InvalidParameterValue", "DescribeDisks", order="UP")
    rig.refused("InvalidParameterValue", "DescribeDisks", disk_ids=["one"])
    wrong = [{"name": "colour", "values": ["red"]}]
    rig.refused("InvalidFilter", "DescribeDisks", filters=wrong)


@pytest.mark.evidence("assumed")
def test_disks_are_listed_newest_first(rig: Rig) -> None:
    """DescribeDisks lists the newest disk first unless the order is ASC."""
    ids = [rig.instance(rig.subnet()) for _ in range(2)]
    for order, wanted in ((None, ids[::-1]), ("DESC", ids[::-1]), ("ASC", ids)):
        rows = rig.do("DescribeDisks", order=order).disk_set
        assert [row.instance_id for row in rows] == wanted


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


@pytest.mark.evidence("official-sdk")
def test_placement_groups_hold_instances(rig: Rig) -> None:
    """Instances join a placement group when they are made; a group in use is not deleted."""
    group = rig.do("CreateDisasterRecoverGroup", name="spread", type="RACK")
    wanted = group.disaster_recover_group_id
    one = rig.instance(rig.subnet(), disaster_recover_group_ids=[wanted])
    found = rig.do("DescribeDisasterRecoverGroups", name="spr")
    assert found.disaster_recover_group_set[0].instance_ids == [one]
    ids = [wanted]
    rig.refused(
        "FailedOperation.PlacementSetNotEmpty",
        "DeleteDisasterRecoverGroups",
        disaster_recover_group_ids=ids,
    )
    rig.do("TerminateInstances", instance_ids=[one])
    rig.do("DeleteDisasterRecoverGroups", disaster_recover_group_ids=ids)
    assert rig.do("DescribeDisasterRecoverGroups").total_count == 0


@pytest.mark.evidence("official-sdk")
def test_a_failed_launch_is_named_so(make_rig: MakeRig) -> None:
    """An instance that is LAUNCH_FAILED fails with InstanceStateLaunchFailed."""
    rig = make_rig(failing_tasks={"RunInstances": "no capacity"})
    ids = [rig.instance(rig.subnet())]
    code = "UnsupportedOperation.InstanceStateLaunchFailed"
    rig.refused(code, "TerminateInstances", instance_ids=ids)


@pytest.mark.evidence("official-sdk")
def test_placement_groups_are_asked_for_by_tens(rig: Rig) -> None:
    """Calls on placement groups take 10 ids, filters of them 5 values."""
    ids, code = [f"ps-{number:08}" for number in range(11)], "InvalidParameterValue.LimitExceeded"
    rig.refused(code, "DescribeDisasterRecoverGroups", disaster_recover_group_ids=ids)
    rig.refused(code, "DeleteDisasterRecoverGroups", disaster_recover_group_ids=ids)
    wanted = [{"name": "tag-key", "values": list("abcdef")}]
    rig.refused(code, "DescribeDisasterRecoverGroups", filters=wanted)
    for affinity in (0, 11):
        rig.refused(
            "InvalidParameterValue",
            "CreateDisasterRecoverGroup",
            name="spread",
            type="HOST",
            affinity=affinity,
        )


@pytest.mark.evidence("official-sdk")
def test_placement_groups_change(rig: Rig) -> None:
    """A placement group is renamed, with 1 to 60 characters, and its affinity raised up to 10."""
    action = "ModifyDisasterRecoverGroupAttribute"
    made = rig.do("CreateDisasterRecoverGroup", name="spread", type="HOST")
    group = {"disaster_recover_group_id": made.disaster_recover_group_id}
    rig.do(action, name="far apart", **group)
    rig.do(action, affinity=3, **group)
    (shown,) = rig.do("DescribeDisasterRecoverGroups").disaster_recover_group_set
    assert (shown.name, shown.affinity) == ("far apart", 3)
    rig.refused("InvalidParameterValue", action, affinity=2, **group)
    rig.refused("InvalidParameterValue", action, affinity=11, **group)
    rig.refused("InvalidParameterValue", action, name="", **group)
    rig.refused("InvalidParameterValue.TooLong", action, name="n" * 61, **group)
    other = {"disaster_recover_group_id": "ps-00000000"}
    rig.refused("ResourceNotFound.InvalidPlacementSet", action, name="b", **other)
    rig.refused("InvalidParameterValue", "CreateDisasterRecoverGroup", name="", type="HOST")


@pytest.mark.evidence("assumed")
def test_a_placement_group_has_a_size(rig: Rig) -> None:
    """A group of the type SW holds 20 instances, RACK 30, HOST 50; groups have a quota of 10."""
    group = rig.do("CreateDisasterRecoverGroup", name="spread", type="SW")
    assert group.cvm_quota_total == 20
    subnet = rig.subnet()
    rig.refused(
        "ResourceInsufficient.DisasterRecoverGroupCvmQuota",
        "RunInstances",
        virtual_private_cloud={"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id},
        instance_count=21,
        disaster_recover_group_ids=[group.disaster_recover_group_id],
    )
    for number in range(9):
        rig.do("CreateDisasterRecoverGroup", name=f"g{number}", type="HOST")
    rig.refused(
        "ResourceInsufficient.InsufficientGroupQuota",
        "CreateDisasterRecoverGroup",
        name="g",
        type="HOST",
    )


@pytest.mark.evidence("assumed")
def test_the_size_of_a_rack_group_is_a_setting(make_rig: MakeRig) -> None:
    """`instances_per_rack_group` of `Quotas` sets how many instances a RACK group holds."""
    rig = make_rig(quotas={"instances_per_rack_group": 2})
    group = rig.do("CreateDisasterRecoverGroup", name="spread", type="RACK")
    assert group.cvm_quota_total == 2


@pytest.mark.evidence("assumed")
def test_a_default_security_group_is_made_when_needed(rig: Rig) -> None:
    """An instance that names no security group is in the region's default one, open to all."""
    one = rig.instance(rig.subnet())
    (group,) = rig.do("DescribeSecurityGroups").security_group_set
    assert group.is_default
    assert rig.read_instance(one).security_group_ids == [group.security_group_id]


@pytest.mark.evidence("official-sdk")
def test_security_groups_of_instances(rig: Rig) -> None:
    """Groups are added to and taken off instances; one in use is not deleted."""
    one = [rig.instance(rig.subnet())]
    made = rig.do("CreateSecurityGroup", group_name="g", group_description="d").security_group
    group = [made.security_group_id]
    rig.do("AssociateSecurityGroups", security_group_ids=group, instance_ids=one)
    assert group[0] in rig.read_instance(one[0]).security_group_ids
    assert group[0] in rig.primary(one[0]).group_set
    rig.refused("ResourceInUse", "DeleteSecurityGroup", security_group_id=group[0])
    rig.do("DisassociateSecurityGroups", security_group_ids=group, instance_ids=one)
    rig.do("DeleteSecurityGroup", security_group_id=group[0])


@pytest.mark.evidence("official-sdk")
def test_policies_of_security_groups(rig: Rig) -> None:
    """Policies are added before the others, told by index and version, and deleted."""
    made = rig.do("CreateSecurityGroup", group_name="g", group_description="d").security_group
    group = made.security_group_id

    def add(**policy: object) -> None:
        rig.do(
            "CreateSecurityGroupPolicies",
            security_group_id=group,
            security_group_policy_set={"ingress": [policy]},
        )

    def ports() -> list[str]:
        told = rig.do("DescribeSecurityGroupPolicies", security_group_id=group)
        return [policy.port for policy in told.security_group_policy_set.ingress]

    add(protocol="TCP", port="80", cidr_block="0.0.0.0/0", action="ACCEPT")
    add(protocol="TCP", port="443", cidr_block="0.0.0.0/0", action="accept")
    assert ports() == ["443", "80"]
    rig.refused(
        "UnsupportedOperation.VersionMismatch",
        "DeleteSecurityGroupPolicies",
        security_group_id=group,
        security_group_policy_set={"version": "1", "ingress": [{"policy_index": 0}]},
    )
    rig.do(
        "DeleteSecurityGroupPolicies",
        security_group_id=group,
        security_group_policy_set={"version": "2", "ingress": [{"policy_index": 0}]},
    )
    assert ports() == ["80"]
    both = {"ingress": [{"policy_index": 0}], "egress": [{"policy_index": 0}]}
    rig.refused(
        "InvalidParameter.Coexist",
        "DeleteSecurityGroupPolicies",
        security_group_id=group,
        security_group_policy_set=both,
    )
