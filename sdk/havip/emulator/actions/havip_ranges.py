"""HAVIP ranges: the instances or ENIs that may hold a HAVIP, and the rules for them."""

from __future__ import annotations

from collections.abc import Sequence

from havip.api import (
    AssociateHaVipInstance,
    AssociateHaVipInstanceResponse,
    DisassociateHaVipInstance,
    DisassociateHaVipInstanceResponse,
    HaVip,
    HaVipAssociation,
    NetworkInterface,
)
from havip.emulator.errors import ApiFailure, not_found
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import check_id, check_quota, require_row
from havip.emulator.state.world import AccountRegion

MAX_ITEMS = 10
_PREFIXES = {"CVM": "ins", "ENI": "eni"}


def associate(call: ActionCall, request: AssociateHaVipInstance) -> AssociateHaVipInstanceResponse:
    """Add members to ranges; all or none."""
    region = call.region
    for ha_vip_id, new in _by_havip(request.ha_vip_association_set).items():
        ha_vip = require_row(region.havips, ha_vip_id, "havip", "HAVIP")
        members = _extended(region, ha_vip, new)
        region.havips.put(ha_vip.model_copy(update={"ha_vip_association_set": members}))
    return AssociateHaVipInstanceResponse()


def disassociate(
    call: ActionCall, request: DisassociateHaVipInstance
) -> DisassociateHaVipInstanceResponse:
    """Remove members from ranges; all or none."""
    region = call.region
    for ha_vip_id, gone in _by_havip(request.ha_vip_association_set).items():
        ha_vip = require_row(region.havips, ha_vip_id, "havip", "HAVIP")
        members = {item.instance_id: item for item in ha_vip.ha_vip_association_set}
        for item in gone:
            _check_kind(item)
            if members.pop(item.instance_id, None) is None:
                raise not_found(f"member of the range of `{ha_vip_id}`", item.instance_id)
        rest = list(members.values())
        region.havips.put(ha_vip.model_copy(update={"ha_vip_association_set": rest}))
    return DisassociateHaVipInstanceResponse()


def check_new_range(
    region: AccountRegion, ha_vip: HaVip, items: Sequence[HaVipAssociation]
) -> list[HaVipAssociation]:
    """Validate the initial range of a new HAVIP, and return its members."""
    _check_items(items)
    return _extended(region, ha_vip, items)


def _by_havip(items: Sequence[HaVipAssociation]) -> dict[str, list[HaVipAssociation]]:
    if not items:
        raise ApiFailure("MissingParameter", "`HaVipAssociationSet` must not be empty.")
    _check_items(items)
    grouped: dict[str, list[HaVipAssociation]] = {}
    for item in items:
        if not item.ha_vip_id:
            raise ApiFailure(
                "MissingParameter", "An item of `HaVipAssociationSet` has no `HaVipId`."
            )
        grouped.setdefault(item.ha_vip_id, []).append(item)
    return grouped


def _check_items(items: Sequence[HaVipAssociation]) -> None:
    if len(items) > MAX_ITEMS:
        raise ApiFailure(
            "LimitExceeded",
            f"`HaVipAssociationSet` accepts at most {MAX_ITEMS} items, got {len(items)}.",
        )
    if len({(item.ha_vip_id, item.instance_id) for item in items}) < len(items):
        raise ApiFailure(
            "InvalidParameterValue.Duplicate", "`HaVipAssociationSet` contains a duplicate item."
        )


def _extended(
    region: AccountRegion, ha_vip: HaVip, new: Sequence[HaVipAssociation]
) -> list[HaVipAssociation]:
    members = list(ha_vip.ha_vip_association_set)
    for item in new:
        kind = _check_kind(item)
        _check_member(region, ha_vip, kind, item.instance_id)
        if any(item.instance_id == member.instance_id for member in members):
            raise ApiFailure(
                "InvalidParameterValue.DuplicatedHaVipAssociations",
                f"`{item.instance_id}` is already in the range of `{ha_vip.ha_vip_id}`.",
            )
        if members and members[0].instance_type != kind:
            raise ApiFailure(
                "InvalidParameterValue.ParameterMismatch",
                f"The range of `{ha_vip.ha_vip_id}` holds {members[0].instance_type}, not {kind}.",
            )
        members.append(
            HaVipAssociation(
                ha_vip_id=ha_vip.ha_vip_id, instance_id=item.instance_id, instance_type=kind
            )
        )
    most = region.settings.quotas.members_per_havip
    check_quota(len(members), most, f"members of the range of `{ha_vip.ha_vip_id}`")
    return members


def _check_kind(item: HaVipAssociation) -> str:
    """Return the type of a member, CVM or ENI; without `InstanceType`, its id decides."""
    prefix = item.instance_id.partition("-")[0]
    by_id = {prefix: kind for kind, prefix in _PREFIXES.items()}.get(prefix)
    if by_id is None:
        raise ApiFailure(
            "InvalidParameterValue.Malformed",
            f"`{item.instance_id}` is neither an instance (ins-) nor a network interface (eni-).",
        )
    check_id(item.instance_id, prefix)
    if item.instance_type and item.instance_type not in _PREFIXES:
        raise ApiFailure(
            "InvalidParameterValue",
            f"`InstanceType` must be CVM or ENI, got `{item.instance_type}`.",
        )
    if item.instance_type and item.instance_type != by_id:
        raise ApiFailure(
            "InvalidParameterValue.ParameterMismatch",
            f"`{item.instance_id}` is not of the type {item.instance_type}.",
        )
    return by_id


def _check_member(region: AccountRegion, ha_vip: HaVip, kind: str, member_id: str) -> None:
    if kind == "CVM":
        require_row(region.instances, member_id, "ins", "instance")
        enis = region.enis.rows_with("attachment.instance-id", member_id)
    else:
        enis = [require_row(region.enis, member_id, "eni", "network interface")]
        _check_eni(region, enis[0])
    if all(eni.subnet_id != ha_vip.subnet_id for eni in enis):
        raise ApiFailure(
            "InvalidParameterValue.ParameterMismatch",
            f"`{member_id}` has no network interface in `{ha_vip.subnet_id}`,"
            f" the subnet of `{ha_vip.ha_vip_id}`.",
        )


def _check_eni(region: AccountRegion, eni: NetworkInterface) -> None:
    if eni.primary:
        raise ApiFailure(
            "InvalidParameterValue",
            f"`{eni.network_interface_id}` is a primary network interface; pass its instance.",
        )
    if eni.attachment is None and region.settings.range_eni == "attached":
        raise ApiFailure(
            "InvalidParameterValue",
            f"`{eni.network_interface_id}` is not attached to an instance; attach it first.",
        )
