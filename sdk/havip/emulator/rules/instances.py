"""Instance states, and the effects of tasks on instances."""

from __future__ import annotations

from havip.api import Instance
from havip.emulator.rules import enis
from havip.emulator.rules.eips import unbind_from_interface
from havip.emulator.rules.holders import release_from, remove_member
from havip.emulator.state.rows import InstanceRow, addresses_of
from havip.emulator.state.world import AccountRegion


def put(region: AccountRegion, row: InstanceRow) -> InstanceRow:
    """Store an instance, and set its security groups on its primary interface."""
    for eni in region.enis.rows_with("attachment.instance-id", row.instance_id):
        if eni.primary and eni.group_set != row.security_group_ids:
            region.enis.put(eni.model_copy(update={"group_set": row.security_group_ids}))
    return region.instances.put(row)


def put_state(region: AccountRegion, row: InstanceRow, state: str) -> InstanceRow:
    """Store an instance in another state."""
    return region.instances.put(row.model_copy(update={"instance_state": state}))


def shown(region: AccountRegion, row: InstanceRow) -> Instance:
    """Return an instance with the current addresses of its interfaces."""
    interfaces = region.enis.rows_with("attachment.instance-id", row.instance_id)
    private = [text for eni in interfaces if eni.primary for text in addresses_of(eni)]
    eips = [
        eip.address_ip
        for eni in interfaces
        for eip in region.eips.rows_with("network-interface-id", eni.network_interface_id)
    ]
    public = ([row.public_address] if row.public_address else []) + eips
    return row.model_copy(update={"private_ip_addresses": private, "public_ip_addresses": public})


def start(region: AccountRegion, succeeded: bool, instance_id: str) -> None:
    """Start an instance."""
    row = region.instances.get(instance_id)
    failed = "LAUNCH_FAILED" if row and row.instance_state == "PENDING" else "STOPPED"
    _set_state_if_exists(region, instance_id, "RUNNING" if succeeded else failed)


def stop(region: AccountRegion, succeeded: bool, instance_id: str) -> None:
    """Stop an instance, and release the HAVIPs that it holds."""
    _set_state_if_exists(region, instance_id, "STOPPED" if succeeded else "RUNNING")
    if succeeded:
        for eni in region.enis.rows_with("attachment.instance-id", instance_id):
            release_from(region, eni.network_interface_id)


def terminate(region: AccountRegion, succeeded: bool, instance_id: str) -> None:
    """Delete an instance with its primary interface; detach its other interfaces.

    It is removed from HAVIP ranges, its HAVIPs are released, and its EIPs are unbound.
    """
    if not succeeded:
        _set_state_if_exists(region, instance_id, "RUNNING")
        return
    for eni in region.enis.rows_with("attachment.instance-id", instance_id):
        remove_member(region, eni.network_interface_id)
        if eni.primary:
            enis.remove(region, eni.network_interface_id)
        else:
            unbind_from_interface(region, eni.network_interface_id)
            enis.detach(region, region.enis.get(eni.network_interface_id) or eni)
    remove_member(region, instance_id)
    region.instances.remove(instance_id)


def _set_state_if_exists(region: AccountRegion, instance_id: str, state: str) -> None:
    if (row := region.instances.get(instance_id)) is not None:
        if row.latest_operation_state == "OPERATING":
            row = row.model_copy(update={"latest_operation_state": "SUCCESS"})
        put_state(region, row, state)
