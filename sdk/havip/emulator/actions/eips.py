"""EIPs: allocate, list, rename, bind, unbind, release."""

from __future__ import annotations

import re

from havip.api import (
    Address,
    AlgType,
    AllocateAddresses,
    AllocateAddressesResponse,
    AssociateAddress,
    AssociateAddressResponse,
    DescribeAddresses,
    DescribeAddressesResponse,
    DisassociateAddress,
    DisassociateAddressResponse,
    ModifyAddressAttribute,
    ModifyAddressAttributeResponse,
    NetworkInterface,
    ReleaseAddresses,
    ReleaseAddressesResponse,
)
from havip.emulator.actions.bandwidth import check_bandwidth, check_package
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_id,
    check_ids,
    check_name,
    check_not_busy,
    check_quota,
    check_tags,
)
from havip.emulator.rules.eips import (
    FREE,
    MALFORMED,
    allocate_eips,
    bind_eip_to_interface,
    new_address,
    next_task,
    release_eips,
    require_eip,
    unbind_eip,
)
from havip.emulator.rules.filters import DescribeQuery, text_of
from havip.emulator.rules.tasks import begin
from havip.emulator.state.rows import Counter
from havip.emulator.state.world import AccountRegion

MAX_COUNT = 20
MAX_EIP_NAME = 128
_NAME = re.compile(r"[\w-]+")

EIPS: DescribeQuery[Address] = DescribeQuery(
    values={
        "address-id": lambda row: [row.address_id],
        "address-ip": lambda row: [row.address_ip],
        "address-status": lambda row: [row.address_status],
        "instance-id": lambda row: [row.instance_id],
        "network-interface-id": lambda row: [row.network_interface_id],
        "is-arrears": lambda row: [text_of(row.is_arrears)],
        "instance-type": lambda row: [row.instance_type or ""],
        "address-type": lambda row: [row.address_type],
        "address-isp": lambda row: [row.internet_service_provider],
        "dedicated-cluster-id": lambda row: [row.dedicated_cluster_id],
        "tag-value": lambda row: [tag.value for tag in row.tag_set],
    },
    matchers={
        "address-name": lambda row, wanted: row.address_name in wanted[:1],
        "private-ip-address": lambda row, wanted: row.private_address_ip in wanted[:1],
    },
    switches={"is-arrears"},
    id_filter="address-id",
    tags=lambda row: row.tag_set,
    unknown="InvalidParameter.InvalidFilter",
    too_many="LimitExceeded.NumberOfFilters",
    coexist=None,
)


def allocate(call: ActionCall, request: AllocateAddresses) -> AllocateAddressesResponse:
    """Allocate EIPs."""
    region = call.region
    count = 1 if request.address_count is None else request.address_count
    if not 1 <= count <= MAX_COUNT:
        raise ApiFailure(
            "InvalidParameterValue.Range", f"`AddressCount` must be 1 to {MAX_COUNT}, got {count}."
        )
    tags = check_tags(request.tags)
    name = request.address_name or ""
    # The API documents neither an error code nor a character set, unlike ModifyAddressAttribute.
    check_name(name, "AddressName", longest=MAX_EIP_NAME, code="InvalidParameterValue")
    bandwidth = (
        1 if request.internet_max_bandwidth_out is None else request.internet_max_bandwidth_out
    )
    charge_type = check_bandwidth(request.internet_charge_type, bandwidth)
    package = check_package(charge_type, request.bandwidth_package_id)
    _check_quotas(region, count)
    made = []
    for _ in range(count):
        eip = Address(
            address_id=region.world.new_id("eip", region.eips),
            address_name=name,
            address_status="CREATING",
            address_ip=new_address(region),
            created_time=region.now_utc(),
            address_type=request.address_type or "EIP",
            eip_alg_type=AlgType(ftp=True, sip=True),
            internet_service_provider=request.internet_service_provider or "BGP",
            bandwidth=bandwidth,
            internet_charge_type=charge_type,
            bandwidth_package_id=package,
            tag_set=tags,
            egress=request.egress or "center_egress1",
            dedicated_cluster_id=request.dedicated_cluster_id or "",
        )
        made.append(region.eips.put(eip).address_id)
    number = next_task(region)
    begin(call, allocate_eips, made, holds=made, task_id=number, ids=",".join(made))
    return AllocateAddressesResponse(address_set=made, task_id=number)


def describe(call: ActionCall, request: DescribeAddresses) -> DescribeAddressesResponse:
    """List EIPs; this action accepts ids and filters together."""
    ids = check_ids(request.address_ids, "eip", MALFORMED)
    found = EIPS.find(call.region.eips, request, ids)
    return DescribeAddressesResponse(total_count=found.total, address_set=found.rows)


def modify(call: ActionCall, request: ModifyAddressAttribute) -> ModifyAddressAttributeResponse:
    """Rename an EIP, or set its direct connection."""
    eip = require_eip(call.region, request.address_id)
    direct = request.eip_direct_connection
    if direct is not None and direct.upper() not in ("TRUE", "FALSE"):
        raise ApiFailure(
            "InvalidParameterValue", f"`EipDirectConnection` must be TRUE or FALSE, got `{direct}`."
        )
    changes = {
        "address_name": request.address_name and _checked_name(request.address_name),
        "is_eip_direct_connection": direct and direct.upper() == "TRUE",
        "eip_visible_on_eni": request.eip_visible_on_eni,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    call.region.eips.put(eip.model_copy(update=given))
    return ModifyAddressAttributeResponse()


def associate(call: ActionCall, request: AssociateAddress) -> AssociateAddressResponse:
    """Bind an EIP to an instance or to a private address of an ENI."""
    region, eip = call.region, require_eip(call.region, request.address_id)
    check_not_busy(call, eip.address_id)
    if eip.address_status != FREE:
        raise _wrong_status(eip)
    eni, private_ip, kind = _target(region, request)
    if any(
        other.private_address_ip == private_ip
        for other in region.eips.rows_with("network-interface-id", eni.network_interface_id)
    ):
        raise ApiFailure("InvalidPrivateIpAddress.AlreadyBindEip", f"`{private_ip}` has an EIP.")
    region.eips.put(eip.model_copy(update={"address_status": "BINDING"}))
    ids, number = [eip.address_id], next_task(region)
    begin(
        call,
        bind_eip_to_interface,
        ids,
        holds=ids,
        task_id=number,
        address_id=eip.address_id,
        interface_id=eni.network_interface_id,
        private_ip=private_ip,
        kind=kind,
    )
    return AssociateAddressResponse(task_id=number)


def disassociate(call: ActionCall, request: DisassociateAddress) -> DisassociateAddressResponse:
    """Unbind an EIP from its instance, ENI or HAVIP."""
    region, eip = call.region, require_eip(call.region, request.address_id)
    check_not_busy(call, eip.address_id)
    if eip.address_status not in ("BIND", "BIND_ENI"):
        raise ApiFailure(
            "InvalidAddressIdStatus.NotPermit",
            f"The EIP `{eip.address_id}` is not bound: its status is {eip.address_status}.",
        )
    region.eips.put(eip.model_copy(update={"address_status": "UNBINDING"}))
    ids, number = [eip.address_id], next_task(region)
    begin(call, unbind_eip, ids, holds=ids, task_id=number, address_id=eip.address_id)
    return DisassociateAddressResponse(task_id=number)


def release(call: ActionCall, request: ReleaseAddresses) -> ReleaseAddressesResponse:
    """Release EIPs; all or none."""
    region, ids = call.region, list(dict.fromkeys(request.address_ids))
    if not ids:
        raise ApiFailure(MALFORMED, "`AddressIds` must not be empty.")
    for address_id in ids:
        eip = require_eip(region, address_id)
        check_not_busy(call, eip.address_id)
        if eip.address_status != FREE:
            raise _wrong_status(eip)
        region.eips.put(eip.model_copy(update={"address_status": "OFFLINING"}))
    number = next_task(region)
    begin(call, release_eips, ids, holds=ids, task_id=number, ids=",".join(ids))
    return ReleaseAddressesResponse(task_id=number)


def _checked_name(name: str) -> str:
    check_name(name, "AddressName", longest=MAX_EIP_NAME)
    if not _NAME.fullmatch(name):
        raise ApiFailure(
            "InvalidParameterValue",
            f"`AddressName` may contain only letters, digits, `-` and `_`, got `{name}`.",
        )
    return name


def _wrong_status(eip: Address) -> ApiFailure:
    return ApiFailure(
        "UnsupportedOperation.AddressStatusNotPermit",
        f"The EIP `{eip.address_id}` is in use: its status is {eip.address_status}.",
    )


def _check_quotas(region: AccountRegion, count: int) -> None:
    quotas = region.settings.quotas
    code = "AddressQuotaLimitExceeded"
    check_quota(len(region.eips) + count, quotas.eips_per_region, "EIPs of the region", code)
    if region.settings.daily_eip_quota:
        name = f"eips on {region.now_local()[:10]}"
        today = region.counters.get(name)
        total = (today.value if today else 0) + count
        most = quotas.eip_applications_per_day
        check_quota(total, most, "EIPs a day", f"{code}.DailyAllocate")
        region.counters.clear()
        region.counters.put(Counter(name=name, value=total))


def _target(region: AccountRegion, request: AssociateAddress) -> tuple[NetworkInterface, str, str]:
    """Return the ENI and private address to bind to, and the kind of binding: CVM or ENI."""
    if request.network_interface_id:
        eni = region.enis.get(check_id(request.network_interface_id, "eni"))
        if eni is None:
            raise ApiFailure(
                "InvalidNetworkInterfaceId.NotFound",
                f"The network interface `{request.network_interface_id}` does not exist.",
            )
        wanted = request.private_ip_address or ""
        if wanted not in [item.private_ip_address for item in eni.private_ip_address_set]:
            raise ApiFailure(
                "InvalidParameterValue.PrivateIpAddressNotMatch",
                f"`{eni.network_interface_id}` has no private address `{wanted}`.",
            )
        return eni, wanted, "ENI"
    if not request.instance_id:
        raise ApiFailure(
            "InvalidParameterValue.MissingAssociateEntity",
            "Pass `InstanceId`, or `NetworkInterfaceId` with `PrivateIpAddress`.",
        )
    check_id(request.instance_id, "ins", "InvalidParameterValue.InstanceIdMalformed")
    for eni in region.enis.rows_with("attachment.instance-id", request.instance_id):
        if eni.primary:
            return eni, eni.private_ip_address_set[0].private_ip_address or "", "CVM"
    raise ApiFailure(
        "InvalidInstanceId.NotFound", f"The instance `{request.instance_id}` does not exist."
    )
