"""HAVIPs: create, list, rename and delete them, and bind their EIPs."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network

from havip.api import (
    Address,
    CreateHaVip,
    CreateHaVipResponse,
    DeleteHaVip,
    DeleteHaVipResponse,
    DescribeHaVips,
    DescribeHaVipsResponse,
    HaVip,
    HaVipAssociateAddressIp,
    HaVipAssociateAddressIpResponse,
    HaVipDisassociateAddressIp,
    HaVipDisassociateAddressIpResponse,
    ModifyHaVipAttribute,
    ModifyHaVipAttributeResponse,
    Subnet,
    Vpc,
)
from havip.emulator.actions.havip_ranges import check_new_range
from havip.emulator.errors import ApiFailure, not_found
from havip.emulator.rules import holders
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_address,
    check_free,
    check_id,
    check_ids,
    check_name,
    check_not_busy,
    check_quota,
    check_tags,
    has_running_task,
    pick_free,
    require_row,
)
from havip.emulator.rules.effects import delete_havip
from havip.emulator.rules.eips import FREE, bind_eip_to_havip, unbind_eip
from havip.emulator.rules.filters import DescribeQuery, text_of
from havip.emulator.rules.tasks import begin
from havip.emulator.state.addresses import to_text
from havip.emulator.state.clock import UNSET_TIME
from havip.emulator.state.world import AccountRegion

HAVIPS: DescribeQuery[HaVip] = DescribeQuery(
    values={
        "havip-id": lambda row: [row.ha_vip_id],
        "havip-name": lambda row: [row.ha_vip_name],
        "vpc-id": lambda row: [row.vpc_id],
        "subnet-id": lambda row: [row.subnet_id],
        "vip": lambda row: [row.vip],
        "address-ip": lambda row: [row.address_ip],
        "havip-association.instance-id": lambda row: [
            member.instance_id for member in row.ha_vip_association_set
        ],
        "havip-association.instance-type": lambda row: [
            member.instance_type or "" for member in row.ha_vip_association_set
        ],
        "check-associate": lambda row: [text_of(row.check_associate)],
        "cdc-id": lambda row: [row.cdc_id],
        "type": lambda _: ["NORMAL"],
        "termination-protection": lambda _: ["false"],
        "traffic-protection": lambda _: ["false"],
    },
    switches={"check-associate", "termination-protection", "traffic-protection"},
    id_filter="havip-id",
    max_values=5,
    tags=lambda row: row.tag_set,
)
_MEMBER = "havip-association.instance-id"


def create_ha_vip(call: ActionCall, request: CreateHaVip) -> CreateHaVipResponse:
    """Create a HAVIP without a holder."""
    region = call.region
    vpc = require_row(region.vpcs, request.vpc_id, "vpc", "VPC")
    if not request.ha_vip_name:
        raise ApiFailure("InvalidParameterValue", "`HaVipName` is empty; a HAVIP needs a name.")
    check_name(request.ha_vip_name, "HaVipName")
    tags = check_tags(request.tags)
    subnet = _subnet_for(region, vpc, request)
    check_quota(
        region.havips.count("vpc-id", vpc.vpc_id) + 1,
        region.settings.quotas.havips_per_vpc,
        f"HAVIPs of `{vpc.vpc_id}`",
    )
    ha_vip = HaVip(
        ha_vip_id=region.world.new_id("havip", region.havips),
        ha_vip_name=request.ha_vip_name,
        vip=_vip(region, subnet, request.vip),
        vpc_id=vpc.vpc_id,
        subnet_id=subnet.subnet_id,
        state=holders.UNBIND,
        created_time=region.now_local(),
        check_associate=request.check_associate or False,
        cdc_id=subnet.cdc_id,
        flushed_time=UNSET_TIME,
        tag_set=tags,
    )
    if request.ha_vip_association_set:
        members = check_new_range(region, ha_vip, request.ha_vip_association_set)
        ha_vip = ha_vip.model_copy(update={"ha_vip_association_set": members})
    region.havips.put(ha_vip)
    if request.network_interface_id:
        ha_vip = _assign_holder(region, ha_vip, request.network_interface_id)
    return CreateHaVipResponse(ha_vip=ha_vip)


def describe_ha_vips(call: ActionCall, request: DescribeHaVips) -> DescribeHaVipsResponse:
    """List HAVIPs."""
    ids = check_ids(request.ha_vip_ids, "havip")
    found = HAVIPS.find(call.region.havips, request, ids)
    rows = found.rows
    if call.region.settings.filtered_range == "matching":
        wanted = [item.values for item in request.filters or () if item.name == _MEMBER]
        rows = [_narrowed(row, wanted[0]) for row in rows] if wanted else rows
    return DescribeHaVipsResponse(total_count=found.total, ha_vip_set=rows)


def modify_ha_vip(call: ActionCall, request: ModifyHaVipAttribute) -> ModifyHaVipAttributeResponse:
    """Rename a HAVIP."""
    ha_vip = _require(call.region, request.ha_vip_id)
    if request.ha_vip_name:
        name = check_name(request.ha_vip_name, "HaVipName")
        call.region.havips.put(ha_vip.model_copy(update={"ha_vip_name": name}))
    return ModifyHaVipAttributeResponse()


def delete_ha_vip(call: ActionCall, request: DeleteHaVip) -> DeleteHaVipResponse:
    """Delete a HAVIP that has neither a holder nor an EIP."""
    region, ha_vip = call.region, _require(call.region, request.ha_vip_id)
    if reason := _deletion_obstacle(region, ha_vip):
        raise ApiFailure("UnsupportedOperation", f"The HAVIP `{ha_vip.ha_vip_id}` {reason}.")
    wanted = ha_vip.ha_vip_id
    begin(call, delete_havip, [wanted], holds=[wanted], ha_vip_id=wanted)
    return DeleteHaVipResponse()


def bind_address(
    call: ActionCall, request: HaVipAssociateAddressIp
) -> HaVipAssociateAddressIpResponse:
    """Bind an EIP to a HAVIP."""
    region, ha_vip = call.region, _require(call.region, request.ha_vip_id)
    eip = _eip_at(region, request.address_ip)
    check_not_busy(call, ha_vip.ha_vip_id, eip.address_id)
    if ha_vip.address_ip:
        raise ApiFailure(
            "UnsupportedOperation.BindEIP",
            f"The HAVIP `{ha_vip.ha_vip_id}` already has the EIP `{ha_vip.address_ip}`.",
        )
    if eip.address_status != FREE:
        raise ApiFailure(
            "UnsupportedOperation.BindEIP",
            f"The EIP `{eip.address_ip}` is already bound: its status is {eip.address_status}.",
        )
    region.eips.put(eip.model_copy(update={"address_status": "BINDING"}))
    ids = [ha_vip.ha_vip_id, eip.address_id]
    begin(call, bind_eip_to_havip, ids[:1], holds=ids, ha_vip_id=ids[0], address_id=ids[1])
    return HaVipAssociateAddressIpResponse()


def unbind_address(
    call: ActionCall, request: HaVipDisassociateAddressIp
) -> HaVipDisassociateAddressIpResponse:
    """Unbind the EIP of a HAVIP."""
    region, ha_vip = call.region, _require(call.region, request.ha_vip_id)
    check_not_busy(call, ha_vip.ha_vip_id)
    if not ha_vip.address_ip:
        raise ApiFailure(
            "UnsupportedOperation.UnbindEIP", f"The HAVIP `{ha_vip.ha_vip_id}` has no EIP."
        )
    eip = _eip_at(region, ha_vip.address_ip)
    region.eips.put(eip.model_copy(update={"address_status": "UNBINDING"}))
    ids = [ha_vip.ha_vip_id, eip.address_id]
    begin(call, unbind_eip, ids[:1], holds=ids, address_id=ids[1])
    return HaVipDisassociateAddressIpResponse()


def _require(region: AccountRegion, ha_vip_id: str) -> HaVip:
    return require_row(region.havips, ha_vip_id, "havip", "HAVIP")


def _subnet_for(region: AccountRegion, vpc: Vpc, request: CreateHaVip) -> Subnet:
    """Return the requested subnet, or the subnet of the requested ENI or address."""
    if request.subnet_id:
        subnet = region.subnets.get(check_id(request.subnet_id, "subnet"))
        if subnet is None:
            raise ApiFailure(
                "UnsupportedOperation.SubnetNotExists",
                f"The subnet `{request.subnet_id}` does not exist.",
            )
    elif request.network_interface_id:
        eni = require_row(region.enis, request.network_interface_id, "eni", "network interface")
        subnet = region.subnets.get(eni.subnet_id)
    else:
        subnet = _subnet_around(region, vpc, request.vip)
    if subnet is None or subnet.vpc_id != vpc.vpc_id:
        raise ApiFailure("InvalidParameterValue", f"The subnet is not in the VPC `{vpc.vpc_id}`.")
    return subnet


def _subnet_around(region: AccountRegion, vpc: Vpc, vip: str | None) -> Subnet:
    if not vip:
        raise ApiFailure(
            "InvalidParameter", "The HAVIP needs a subnet: pass `SubnetId`, or a `Vip` inside one."
        )
    number = check_address(vip, "Vip")
    for subnet in region.subnets.rows_with("vpc-id", vpc.vpc_id):
        network = IPv4Network(subnet.cidr_block)
        if int(network[0]) <= number <= int(network[-1]):
            return subnet
    raise ApiFailure(
        "InvalidParameterValue.Range",
        f"`Vip` `{to_text(number)}` is not in any subnet of `{vpc.vpc_id}`.",
    )


def _vip(region: AccountRegion, subnet: Subnet, wanted: str | None) -> str:
    if wanted:
        code = region.settings.taken_address_code
        return check_free(region, subnet, wanted, "Vip", code)
    return pick_free(region, subnet, 1)[0]


def _assign_holder(region: AccountRegion, ha_vip: HaVip, interface_id: str) -> HaVip:
    require_row(region.enis, interface_id, "eni", "network interface")
    answer = holders.announce(region, interface_id, ha_vip.ha_vip_id)
    if not answer.accepted:
        raise ApiFailure(
            "UnsupportedOperation",
            f"The HAVIP cannot be placed on `{interface_id}`: {answer.reason.value}.",
        )
    return _require(region, ha_vip.ha_vip_id)


def _eip_at(region: AccountRegion, address: str) -> Address:
    text = to_text(check_address(address, "AddressIp"))
    found = region.eips.rows_with("address-ip", text)
    if not found:
        raise not_found("EIP", text)
    return found[0]


def _deletion_obstacle(region: AccountRegion, ha_vip: HaVip) -> str | None:
    """Return the reason why a HAVIP cannot be deleted, worded to follow its id, or None."""
    if has_running_task(region, ha_vip.ha_vip_id):
        return "is busy with another task; retry when it has finished"
    if ha_vip.address_ip:
        return f"has the EIP `{ha_vip.address_ip}`; unbind it first"
    if ha_vip.network_interface_id and region.settings.delete_held_havip == "refuse":
        return f"is held by `{ha_vip.instance_id}`; release it first: stop the HA software there"
    for table in region.route_tables.rows_with("vpc-id", ha_vip.vpc_id):
        if any(
            route.gateway_type == "HAVIP" and route.gateway_id == ha_vip.ha_vip_id
            for route in table.route_set
        ):
            return f"is the next hop of a route of `{table.route_table_id}`"
    return None


def _narrowed(ha_vip: HaVip, wanted: Sequence[str]) -> HaVip:
    members = [item for item in ha_vip.ha_vip_association_set if item.instance_id in wanted]
    return ha_vip.model_copy(update={"ha_vip_association_set": members})
