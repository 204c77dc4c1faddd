"""EIPs: allocated, bound to HAVIPs, interfaces and instances, released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("terraform")
def test_a_new_eip_is_free(rig: Rig) -> None:
    """AllocateAddresses gives ids and a task of digits; the EIP is UNBIND."""
    answer = rig.do("AllocateAddresses", address_name="front")
    assert answer.task_id.isdigit()
    assert rig.do("DescribeTaskResult", task_id=int(answer.task_id)).result == "SUCCESS"
    eip = rig.read_eip(answer.address_set[0])
    assert (eip.address_name, eip.address_status, eip.address_type) == ("front", "UNBIND", "EIP")


@pytest.mark.evidence("assumed")
def test_public_addresses_are_nobodys(rig: Rig) -> None:
    """EIPs have unique addresses in 198.18.0.0/15, which is not used on the Internet."""
    addresses = {rig.eip().address_ip for _ in range(20)}
    assert len(addresses) == 20
    assert all(address.startswith(("198.18.", "198.19.")) for address in addresses)


@pytest.mark.evidence("doc")
def test_the_time_of_an_eip_is_utc(rig: Rig) -> None:
    """CreatedTime of an EIP is ISO 8601 in UTC, other than that of a HAVIP."""
    assert rig.eip().created_time == "2026-11-18T11:06:40Z"


@pytest.mark.evidence("terraform")
def test_eip_and_havip_are_in_step(rig: Rig) -> None:
    """Binding and unbinding show on both sides at once; the State of the HAVIP stays."""
    havip, eip = rig.havip(), rig.eip()
    rig.bind(havip, eip)
    bound, shown = rig.read_eip(eip.address_id), rig.read_havip(havip)
    assert (shown.address_ip, shown.state) == (eip.address_ip, "UNBIND")
    assert (bound.address_status, bound.instance_id) == ("BIND", havip.ha_vip_id)
    assert (bound.instance_type, bound.private_address_ip) == ("HAVIP", havip.vip)
    rig.do("HaVipDisassociateAddressIp", ha_vip_id=havip.ha_vip_id)
    assert rig.read_eip(eip.address_id) == eip
    assert rig.read_havip(havip) == havip


@pytest.mark.evidence("doc")
def test_a_havip_has_one_eip(rig: Rig) -> None:
    """Binding a second EIP to a HAVIP fails with UnsupportedOperation.BindEIP."""
    havip, eip = rig.havip(), rig.eip()
    rig.bind(havip, eip)
    rig.refused(
        "UnsupportedOperation.BindEIP",
        "HaVipAssociateAddressIp",
        ha_vip_id=havip.ha_vip_id,
        address_ip=rig.eip().address_ip,
    )


@pytest.mark.evidence("doc")
def test_an_eip_has_one_place(rig: Rig) -> None:
    """Binding an EIP that is bound elsewhere fails with UnsupportedOperation.BindEIP."""
    subnet, eip = rig.subnet(), rig.eip()
    rig.do("AssociateAddress", address_id=eip.address_id, instance_id=rig.instance(subnet))
    rig.refused(
        "UnsupportedOperation.BindEIP",
        "HaVipAssociateAddressIp",
        ha_vip_id=rig.havip(subnet).ha_vip_id,
        address_ip=eip.address_ip,
    )


@pytest.mark.evidence("doc")
def test_a_havip_without_eip_has_none_to_unbind(rig: Rig) -> None:
    """HaVipDisassociateAddressIp without an EIP fails with UnsupportedOperation.UnbindEIP."""
    rig.refused(
        "UnsupportedOperation.UnbindEIP",
        "HaVipDisassociateAddressIp",
        ha_vip_id=rig.havip().ha_vip_id,
    )


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("ResourceNotFound", "198.18.9.9"),
        ("InvalidParameterValue.Malformed", "eip-00000000"),
    ],
)
def test_an_eip_is_bound_by_its_address(rig: Rig, code: str, address: str) -> None:
    """HaVipAssociateAddressIp takes the address, not the id, of an EIP that exists."""
    rig.refused(
        code, "HaVipAssociateAddressIp", ha_vip_id=rig.havip().ha_vip_id, address_ip=address
    )


@pytest.mark.evidence("doc")
def test_work_on_one_havip_is_one_after_the_other(make_rig: MakeRig) -> None:
    """While a bind runs, another on the HAVIP or the EIP fails with MutexOperationTaskRunning."""
    rig = make_rig(task_delay=10.0)
    subnet = rig.subnet()
    havip, other = rig.havip(subnet), rig.havip(subnet)
    first, second = rig.eip(), rig.eip()
    rig.watch.now += 10
    rig.bind(havip, first)
    code = "UnsupportedOperation.MutexOperationTaskRunning"
    action = "HaVipAssociateAddressIp"
    rig.refused(code, action, ha_vip_id=havip.ha_vip_id, address_ip=second.address_ip)
    rig.refused(code, action, ha_vip_id=other.ha_vip_id, address_ip=first.address_ip)
    rig.refused(code, "HaVipDisassociateAddressIp", ha_vip_id=havip.ha_vip_id)


@pytest.mark.evidence("assumed")
def test_bandwidth_packages_are_those_of_eips(rig: Rig) -> None:
    """Any bandwidth package can be named by an EIP, and is listed with the EIPs in it."""
    package = {"internet_charge_type": "BANDWIDTH_PACKAGE", "bandwidth_package_id": "bwp-1a2b3c4d"}
    one, two, free = rig.eip(**package), rig.eip(**package), rig.eip()
    assert (one.bandwidth_package_id, free.bandwidth_package_id) == ("bwp-1a2b3c4d", None)
    action = "DescribeBandwidthPackages"

    def ids(eip: Any) -> list[str]:
        wanted = [{"name": "resource.resource-id", "values": [eip.address_id]}]
        return [
            row.bandwidth_package_id for row in rig.do(action, filters=wanted).bandwidth_package_set
        ]

    assert (ids(two), ids(free)) == (["bwp-1a2b3c4d"], [])
    (shown,) = rig.do(action, bandwidth_package_ids=["bwp-1a2b3c4d"]).bandwidth_package_set
    assert [item.address_ip for item in shown.resource_set] == [one.address_ip, two.address_ip]
    rig.do("ReleaseAddresses", address_ids=[one.address_id, two.address_id])
    assert rig.do(action).total_count == 0
    code, wrong = "InvalidParameterValue.BandwidthPackageIdMalformed", {"bandwidth_package_id": "p"}
    rig.refused(code, "AllocateAddresses", **{**package, **wrong})
    rig.refused(code, action, bandwidth_package_ids=["p"])
    code = "InvalidParameterValue.Combination"
    rig.refused(code, "AllocateAddresses", bandwidth_package_id="bwp-1a2b3c4d")


@pytest.mark.evidence("official-sdk")
def test_names_of_eips(rig: Rig) -> None:
    """The name of an EIP has 128 characters at most; one that it is given later has no space."""
    one = {"address_id": rig.eip(address_name="n" * 128).address_id}
    rig.do("ModifyAddressAttribute", address_name="网_a-1" * 21, **one)
    rig.refused("InvalidParameterValue", "AllocateAddresses", address_name="n" * 129)
    rig.refused(
        "InvalidParameterValue.TooLong", "ModifyAddressAttribute", address_name="n" * 129, **one
    )
    rig.refused("InvalidParameterValue", "ModifyAddressAttribute", address_name="a b", **one)


@pytest.mark.evidence("official-sdk")
def test_the_bandwidth_of_eips_is_changed(make_rig: MakeRig) -> None:
    """ModifyAddressesBandwidth sets the bandwidth when its task ends, of all EIPs or of none."""
    rig = make_rig(task_delay=5.0)
    made = rig.do("AllocateAddresses", address_count=2).address_set
    rig.watch.now += 5
    change = {"address_ids": made, "internet_max_bandwidth_out": 20}
    task = rig.do("ModifyAddressesBandwidth", **change).task_id
    assert [rig.read_eip(one).bandwidth for one in made] == [1, 1]
    rig.refused("OperationDenied.MutexTaskRunning", "ModifyAddressesBandwidth", **change)
    rig.watch.now += 5
    assert rig.do("DescribeTaskResult", task_id=int(task)).result == "SUCCESS"
    assert [rig.read_eip(one).bandwidth for one in made] == [20, 20]
    rig.refused(
        "InvalidAddressId.NotFound",
        "ModifyAddressesBandwidth",
        address_ids=[*made, "eip-00000000"],
        internet_max_bandwidth_out=30,
    )


@pytest.mark.evidence("official-sdk")
@pytest.mark.parametrize(
    ("charge_type", "most"),
    [
        ("TRAFFIC_POSTPAID_BY_HOUR", 100),
        ("BANDWIDTH_PREPAID_BY_MONTH", 200),
        ("BANDWIDTH_PACKAGE", 2000),
    ],
)
def test_bandwidth_has_limits(rig: Rig, charge_type: str, most: int) -> None:
    """Bandwidth goes from 1 to 100, 200 by month or 2000 in a package: BandwidthOutOfRange."""
    code, one = (
        "InvalidParameterValue.BandwidthOutOfRange",
        rig.eip(internet_charge_type=charge_type),
    )
    for wrong in (0, most + 1):
        fields = {"internet_max_bandwidth_out": wrong}
        rig.refused(code, "AllocateAddresses", internet_charge_type=charge_type, **fields)
        rig.refused(code, "ModifyAddressesBandwidth", address_ids=[one.address_id], **fields)
    change = {"address_ids": [one.address_id], "internet_max_bandwidth_out": most}
    rig.do("ModifyAddressesBandwidth", **change)
    assert rig.read_eip(one.address_id).bandwidth == most


@pytest.mark.evidence("official-sdk")
@pytest.mark.parametrize(
    ("code", "ids"),
    [
        ("InvalidParameterValue.AddressIdMalformed", []),
        ("InvalidParameterValue.AddressIdMalformed", ["198.18.0.1"]),
        ("InvalidParameterValue.LimitExceeded", [f"eip-{n:08}" for n in range(101)]),
    ],
)
def test_bandwidth_is_that_of_eips(rig: Rig, code: str, ids: list[str]) -> None:
    """ModifyAddressesBandwidth takes 1 to 100 ids of EIPs."""
    fields = {"address_ids": ids, "internet_max_bandwidth_out": 5}
    rig.refused(code, "ModifyAddressesBandwidth", **fields)


@pytest.mark.evidence(
    "reported",
    "https://github.com/tencentcloudstack/terraform-provider-tencentcloud",
)
def test_an_eip_is_unbound_from_a_havip_by_either_call(rig: Rig) -> None:
    """DisassociateAddress unbinds from a HAVIP too, and both sides stay in step."""
    havip, eip = rig.havip(), rig.eip()
    rig.bind(havip, eip)
    rig.do("DisassociateAddress", address_id=eip.address_id)
    assert rig.read_havip(havip).address_ip == ""
    assert rig.read_eip(eip.address_id).address_status == "UNBIND"


@pytest.mark.evidence("official-sdk")
def test_an_eip_of_an_instance(rig: Rig) -> None:
    """AssociateAddress binds to the primary address of an instance, which then shows the EIP."""
    one, eip = rig.instance(rig.subnet()), rig.eip()
    rig.do("AssociateAddress", address_id=eip.address_id, instance_id=one)
    bound, shown = rig.read_eip(eip.address_id), rig.read_instance(one)
    assert (bound.address_status, bound.instance_type, bound.instance_id) == ("BIND", "CVM", one)
    assert shown.public_ip_addresses == [eip.address_ip]
    assert bound.private_address_ip == shown.private_ip_addresses[0]


@pytest.mark.evidence("official-sdk")
def test_an_eip_of_an_interface(rig: Rig) -> None:
    """AssociateAddress binds to a private address of an interface: BIND_ENI."""
    subnet, eip = rig.subnet(), rig.eip()
    eni = rig.eni(subnet)
    address = rig.read_eni(eni).private_ip_address_set[0].private_ip_address
    target = {"network_interface_id": eni, "private_ip_address": address}
    rig.do("AssociateAddress", address_id=eip.address_id, **target)
    assert rig.read_eip(eip.address_id).address_status == "BIND_ENI"
    assert rig.read_eni(eni).private_ip_address_set[0].public_ip_address == eip.address_ip
    rig.refused(
        "InvalidPrivateIpAddress.AlreadyBindEip",
        "AssociateAddress",
        address_id=rig.eip().address_id,
        **target,
    )


@pytest.mark.evidence("official-sdk")
@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("InvalidParameterValue.MissingAssociateEntity", {}),
        ("InvalidInstanceId.NotFound", {"instance_id": "ins-00000000"}),
        ("InvalidNetworkInterfaceId.NotFound", {"network_interface_id": "eni-00000000"}),
    ],
)
def test_an_eip_needs_a_target(rig: Rig, code: str, target: dict[str, str]) -> None:
    """AssociateAddress names an instance or an interface that exists."""
    rig.refused(code, "AssociateAddress", address_id=rig.eip().address_id, **target)


@pytest.mark.evidence("official-sdk")
def test_a_free_eip_is_not_unbound(rig: Rig) -> None:
    """DisassociateAddress of a free EIP fails with InvalidAddressIdStatus.NotPermit."""
    rig.refused(
        "InvalidAddressIdStatus.NotPermit",
        "DisassociateAddress",
        address_id=rig.eip().address_id,
    )


@pytest.mark.evidence("doc")
def test_only_a_free_eip_is_released(rig: Rig) -> None:
    """ReleaseAddresses of a bound EIP fails with AddressStatusNotPermit, and releases none."""
    havip, eip, other = rig.havip(), rig.eip(), rig.eip()
    rig.bind(havip, eip)
    rig.refused(
        "UnsupportedOperation.AddressStatusNotPermit",
        "ReleaseAddresses",
        address_ids=[other.address_id, eip.address_id],
    )
    rig.do("HaVipDisassociateAddressIp", ha_vip_id=havip.ha_vip_id)
    answer = rig.do("ReleaseAddresses", address_ids=[other.address_id, eip.address_id])
    assert rig.do("DescribeTaskResult", task_id=int(answer.task_id)).result == "SUCCESS"
    assert rig.do("DescribeAddresses").total_count == 0


@pytest.mark.evidence("terraform")
def test_ids_and_filters_go_together_for_eips(rig: Rig) -> None:
    """The official provider sends AddressIds with business-type=CDC, and wants an empty set."""
    eip = rig.eip()
    business = {"name": "business-type", "values": ["CDC"]}
    answer = rig.do("DescribeAddresses", address_ids=[eip.address_id], filters=[business])
    assert (answer.total_count, answer.address_set) == (0, [])
    status = {"name": "address-status", "values": ["UNBIND"]}
    answer = rig.do("DescribeAddresses", address_ids=[eip.address_id], filters=[status])
    assert answer.address_set == [eip]


@pytest.mark.evidence("doc")
def test_some_filters_of_eips_take_one_value(rig: Rig) -> None:
    """Of the values of address-name, only the first is used."""
    rig.eip(address_name="a")
    rig.eip(address_name="b")
    wanted = [{"name": "address-name", "values": ["b", "a"]}]
    found = rig.do("DescribeAddresses", filters=wanted).address_set
    assert [eip.address_name for eip in found] == ["b"]


@pytest.mark.evidence("doc")
def test_eips_have_a_quota(rig: Rig) -> None:
    """A region has twenty EIPs; one more fails with AddressQuotaLimitExceeded."""
    rig.do("AllocateAddresses", address_count=20)
    rig.refused("AddressQuotaLimitExceeded", "AllocateAddresses")


@pytest.mark.evidence("doc")
def test_eips_have_a_daily_quota(rig: Rig) -> None:
    """Forty EIPs can be allocated per day, released or not."""
    for _ in range(2):
        made = rig.do("AllocateAddresses", address_count=20).address_set
        rig.do("ReleaseAddresses", address_ids=made)
    rig.refused("AddressQuotaLimitExceeded.DailyAllocate", "AllocateAddresses")
    rig.watch.now += 86_400
    rig.eip()


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("InvalidParameterValue.BandwidthOutOfRange", {"internet_max_bandwidth_out": 101}),
        ("InvalidParameterValue.Combination", {"internet_charge_type": "FREE"}),
    ],
)
def test_options_of_a_request_must_be_on_sale(
    rig: Rig, code: str, fields: dict[str, object]
) -> None:
    """Bandwidth and charge type of new EIPs have limits."""
    rig.refused(code, "AllocateAddresses", **fields)


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize("count", [0, 21])
def test_a_call_allocates_up_to_twenty_eips(rig: Rig, count: int) -> None:
    """AllocateAddresses takes an AddressCount of 1 to 20."""
    rig.refused("InvalidParameterValue.Range", "AllocateAddresses", address_count=count)


@pytest.mark.evidence("official-sdk")
def test_an_eip_is_renamed(rig: Rig) -> None:
    """ModifyAddressAttribute changes the name."""
    eip = rig.eip()
    rig.do("ModifyAddressAttribute", address_id=eip.address_id, address_name="b")
    assert rig.read_eip(eip.address_id).address_name == "b"


@pytest.mark.evidence("terraform")
def test_there_are_no_bandwidth_packages(rig: Rig) -> None:
    """DescribeBandwidthPackages, which the official provider always asks, is empty."""
    wanted = [{"name": "resource.resource-id", "values": [rig.eip().address_id]}]
    answer = rig.do("DescribeBandwidthPackages", filters=wanted)
    assert (answer.total_count, answer.bandwidth_package_set) == (0, [])


@pytest.mark.evidence("official-sdk")
@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("InvalidAddressId.NotFound", "eip-00000000"),
        ("InvalidParameterValue.AddressIdMalformed", "198.18.0.1"),
    ],
)
def test_an_eip_must_exist(rig: Rig, code: str, wanted: str) -> None:
    """Actions on EIPs by id fail with InvalidAddressId.NotFound or AddressIdMalformed."""
    rig.refused(code, "ReleaseAddresses", address_ids=[wanted])
    rig.refused(code, "ModifyAddressAttribute", address_id=wanted, address_name="a")


@pytest.mark.evidence(
    "reported",
    "https://github.com/tencentcloudstack/terraform-provider-tencentcloud/issues/233",
)
def test_an_eip_that_another_task_holds_is_busy(make_rig: MakeRig) -> None:
    """Unbinding or releasing an EIP while a task runs on it is a DesOperation.MutexTaskRunning."""
    rig = make_rig(task_delay=5.0)
    (wanted,) = rig.do("AllocateAddresses").address_set
    code = "DesOperation.MutexTaskRunning"
    rig.refused(code, "ReleaseAddresses", address_ids=[wanted])
    rig.refused(code, "DisassociateAddress", address_id=wanted)
    rig.cloud.settings.eip_mutex_code = "OperationDenied.MutexTaskRunning"
    rig.refused("OperationDenied.MutexTaskRunning", "ReleaseAddresses", address_ids=[wanted])
    rig.watch.now += 5
    rig.do("ReleaseAddresses", address_ids=[wanted])


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_the_values_of_a_fresh_eip(rig: Rig) -> None:
    """A fresh EIP has both application gateways, FTP and SIP, switched on."""
    eip = rig.eip()
    assert (eip.eip_alg_type.ftp, eip.eip_alg_type.sip) == (True, True)
    assert (eip.bandwidth, eip.internet_charge_type) == (1, "TRAFFIC_POSTPAID_BY_HOUR")
