"""Holders of HAVIPs: processing of gratuitous ARPs, and release."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from havip.api import HaVip, NetworkInterface
from havip.emulator.errors import ApiFailure, not_found
from havip.emulator.rules.checks import require_row
from havip.emulator.state.world import AccountRegion

AVAILABLE = "AVAILABLE"
UNBIND = "UNBIND"


class Reason(StrEnum):
    """Reason why an announcement was accepted or dropped."""

    MOVED = "moved"
    """Accepted: the HAVIP has a new holder."""
    REFRESHED = "refreshed"
    """Accepted: its holder announced it again; nothing changed."""
    NOT_A_HAVIP = "not-a-havip"
    """Dropped: not a HAVIP of the sender's VPC; ordinary addresses do not move."""
    OTHER_SUBNET = "other-subnet"
    """Dropped: the sender has no network interface in the HAVIP's subnet."""
    NOT_IN_RANGE = "not-in-range"
    """Dropped: the HAVIP checks its range, and the sender is not a member."""
    NOT_ATTACHED = "not-attached"
    """Dropped: the network interface is not attached to an instance."""
    NOT_RUNNING = "not-running"
    """Dropped: the instance is not running."""


class Announcement(NamedTuple):
    """Outcome of an announcement.

    Attributes:
        accepted: Whether the cloud accepted it.
        reason: The reason for accepting or dropping it.
        ha_vip_id: The HAVIP, or "" if the address is not a HAVIP.
        interface_id: The network interface considered as the sender.
    """

    accepted: bool
    reason: Reason
    ha_vip_id: str = ""
    interface_id: str = ""


def announce(region: AccountRegion, sender: str, vip: str) -> Announcement:
    """Process a gratuitous ARP: the sender becomes the holder if it is allowed to.

    Args:
        region: The region.
        sender: Id of an instance or of a network interface.
        vip: The address, or the id of the HAVIP.

    Raises:
        ApiFailure: The sender or the HAVIP id does not exist.
    """
    enis = _interfaces(region, sender)
    ha_vip = _find(region, {eni.vpc_id for eni in enis}, vip)
    if ha_vip is None:
        return Announcement(False, Reason.NOT_A_HAVIP)
    near = [eni for eni in enis if eni.subnet_id == ha_vip.subnet_id]
    if not near:
        return Announcement(False, Reason.OTHER_SUBNET, ha_vip.ha_vip_id)
    allowed = [eni for eni in near if _in_range(region, ha_vip, eni)]
    eni = (allowed or near)[0]
    reason = _verdict(region, ha_vip, eni, in_range=bool(allowed))
    if reason is Reason.MOVED:
        _hold(region, ha_vip, eni)
    accepted = reason in (Reason.MOVED, Reason.REFRESHED)
    return Announcement(accepted, reason, ha_vip.ha_vip_id, eni.network_interface_id)


def release(region: AccountRegion, ha_vip: HaVip) -> HaVip:
    """Release a HAVIP from its holder, if it has one."""
    if not ha_vip.network_interface_id:
        return ha_vip
    return region.havips.put(
        ha_vip.model_copy(
            update={
                "network_interface_id": "",
                "instance_id": "",
                "state": UNBIND,
                "flushed_time": region.now_local(),
            }
        )
    )


def release_from(region: AccountRegion, interface_id: str) -> None:
    """Release every HAVIP that a network interface holds."""
    for ha_vip in region.havips.rows_with("holder", interface_id):
        release(region, ha_vip)


def remove_member(region: AccountRegion, member_id: str) -> None:
    """Remove a deleted member from all ranges."""
    for ha_vip in region.havips.rows_with("havip-association.instance-id", member_id):
        rest = [item for item in ha_vip.ha_vip_association_set if item.instance_id != member_id]
        region.havips.put(ha_vip.model_copy(update={"ha_vip_association_set": rest}))


def find_havip(region: AccountRegion, vip: str, vpc_id: str | None = None) -> HaVip:
    """Return a HAVIP by id, or by address if that is unambiguous.

    Raises:
        ApiFailure: The HAVIP does not exist, or several VPCs have one with that address.
    """
    if vip.startswith("havip-"):
        return require_row(region.havips, vip, "havip", "HAVIP")
    found = [row for row in region.havips.rows_with("vip", vip) if vpc_id in (None, row.vpc_id)]
    if not found:
        raise not_found("HAVIP", vip)
    if len(found) > 1:
        raise ApiFailure(
            "InvalidParameterValue", f"Several VPCs have a HAVIP `{vip}`; pass its id."
        )
    return found[0]


def _interfaces(region: AccountRegion, sender: str) -> list[NetworkInterface]:
    if sender.startswith("eni-"):
        return [require_row(region.enis, sender, "eni", "network interface")]
    require_row(region.instances, sender, "ins", "instance")
    enis = region.enis.rows_with("attachment.instance-id", sender)
    return sorted(enis, key=lambda eni: not eni.primary)


def _find(region: AccountRegion, vpcs: set[str], vip: str) -> HaVip | None:
    if vip.startswith("havip-"):
        return find_havip(region, vip)
    rows = region.havips.rows_with("vip", vip)
    return next((row for row in rows if row.vpc_id in vpcs), None)


def _verdict(
    region: AccountRegion, ha_vip: HaVip, eni: NetworkInterface, *, in_range: bool
) -> Reason:
    if eni.attachment is None:
        return Reason.NOT_ATTACHED
    instance = region.instances.get(eni.attachment.instance_id)
    if instance is None or instance.instance_state != "RUNNING":
        return Reason.NOT_RUNNING
    if not in_range:
        return Reason.NOT_IN_RANGE
    held = ha_vip.network_interface_id == eni.network_interface_id
    return Reason.REFRESHED if held else Reason.MOVED


def _in_range(region: AccountRegion, ha_vip: HaVip, eni: NetworkInterface) -> bool:
    if not ha_vip.check_associate:
        return True
    members = {member.instance_id for member in ha_vip.ha_vip_association_set}
    if not members:
        return region.settings.empty_range == "anybody"
    owner = eni.attachment.instance_id if eni.attachment else ""
    return eni.network_interface_id in members or owner in members


def _hold(region: AccountRegion, ha_vip: HaVip, eni: NetworkInterface) -> None:
    region.havips.put(
        ha_vip.model_copy(
            update={
                "network_interface_id": eni.network_interface_id,
                "instance_id": eni.attachment.instance_id if eni.attachment else "",
                "state": AVAILABLE,
                "flushed_time": region.now_local(),
            }
        )
    )
