"""Network interfaces: addresses, attachment, and the effects of tasks on them."""

from __future__ import annotations

from collections.abc import Sequence

from havip.api import (
    Address,
    NetworkInterface,
    NetworkInterfaceAttachment,
    PrivateIpAddressSpecification,
    Subnet,
    Tag,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import check_not_busy, require_row
from havip.emulator.rules.eips import unbind_from_interface
from havip.emulator.rules.holders import release_from
from havip.emulator.state.world import AccountRegion

READY = "AVAILABLE"


def new_interface(
    region: AccountRegion,
    subnet: Subnet,
    addresses: Sequence[PrivateIpAddressSpecification],
    *,
    name: str = "",
    description: str = "",
    groups: Sequence[str] = (),
    tags: Sequence[Tag] = (),
    primary: bool = False,
    state: str = READY,
) -> NetworkInterface:
    """Create a detached network interface in a subnet."""
    return region.enis.put(
        NetworkInterface(
            network_interface_id=region.world.new_id("eni", region.enis),
            network_interface_name=name,
            network_interface_description=description,
            subnet_id=subnet.subnet_id,
            vpc_id=subnet.vpc_id,
            group_set=list(groups),
            primary=primary,
            mac_address=_mac(region),
            state=state,
            network_interface_state=state,
            private_ip_address_set=list(addresses),
            zone=subnet.zone,
            created_time=region.now_local(),
            tag_set=list(tags),
            eni_type=int(primary),
            cdc_id=subnet.cdc_id,
            qos_level="DEFAULT",
        )
    )


def address(
    text: str, *, primary: bool = False, description: str = "", state: str = READY
) -> PrivateIpAddressSpecification:
    """Build a private address of an interface, with all fields that clients read."""
    return PrivateIpAddressSpecification(
        private_ip_address=text,
        primary=primary,
        public_ip_address="",
        address_id="",
        description=description,
        is_wan_ip_blocked=False,
        state=state,
        qos_level="DEFAULT",
    )


def attach(region: AccountRegion, eni: NetworkInterface, instance_id: str) -> NetworkInterface:
    """Attach an interface to an instance at the next device index."""
    others = region.enis.rows_with("attachment.instance-id", instance_id)
    used = {other.attachment.device_index for other in others if other.attachment}
    index = next(number for number in range(len(used) + 1) if number not in used)
    return region.enis.put(
        eni.model_copy(
            update={
                "state": READY,
                "network_interface_state": "INUSE",
                "attachment": NetworkInterfaceAttachment(
                    device_index=index,
                    instance_account_id=region.account,
                    attach_time=region.now_local(),
                    instance_id=instance_id,
                ),
            }
        )
    )


def detach(region: AccountRegion, eni: NetworkInterface) -> NetworkInterface:
    """Detach an interface from its instance, and release the HAVIPs that it holds."""
    release_from(region, eni.network_interface_id)
    return region.enis.put(
        eni.model_copy(
            update={"state": READY, "network_interface_state": READY, "attachment": None}
        )
    )


def remove(region: AccountRegion, interface_id: str) -> None:
    """Delete an interface, unbind its EIPs and free its addresses."""
    release_from(region, interface_id)
    unbind_from_interface(region, interface_id)
    region.enis.remove(interface_id)


def with_state(eni: NetworkInterface, state: str) -> NetworkInterface:
    """Return a copy of an interface in another state."""
    shown = "INUSE" if state == READY and eni.attachment else state
    return eni.model_copy(update={"state": state, "network_interface_state": shown})


def with_addresses(
    eni: NetworkInterface, addresses: Sequence[PrivateIpAddressSpecification]
) -> NetworkInterface:
    """Return a copy of an interface with other addresses."""
    return eni.model_copy(update={"private_ip_address_set": list(addresses)})


def with_address_state(eni: NetworkInterface, texts: Sequence[str], state: str) -> NetworkInterface:
    """Return a copy of an interface with some addresses in another state."""
    return with_addresses(
        eni,
        [
            item.model_copy(update={"state": state}) if item.private_ip_address in texts else item
            for item in eni.private_ip_address_set
        ],
    )


def require_interface(region: AccountRegion, interface_id: str) -> NetworkInterface:
    """Return the requested interface.

    Raises:
        ApiFailure: The id is malformed or does not exist.
    """
    return require_row(region.enis, interface_id, "eni", "network interface")


def check_ready(call: ActionCall, eni: NetworkInterface) -> None:
    """Check that no other task is running on an interface.

    Raises:
        ApiFailure: A task is running.
    """
    check_not_busy(call, eni.network_interface_id)
    if eni.state != READY:
        raise ApiFailure(
            "UnsupportedOperation.InvalidState",
            f"`{eni.network_interface_id}` is {eni.state}; wait for {READY}.",
        )


def create_interface(region: AccountRegion, succeeded: bool, interface_id: str) -> None:
    """Finish the creation of an interface, or remove it if the task failed."""
    eni = region.enis.get(interface_id)
    if eni is not None and succeeded:
        texts = [item.private_ip_address or "" for item in eni.private_ip_address_set]
        region.enis.put(with_address_state(with_state(eni, READY), texts, READY))
    elif eni is not None:
        region.enis.remove(interface_id)


def attach_interface(
    region: AccountRegion, succeeded: bool, interface_id: str, instance_id: str
) -> None:
    """Attach an interface."""
    eni = region.enis.get(interface_id)
    if eni is None:
        return
    if succeeded and instance_id in region.instances:
        attach(region, eni, instance_id)
    else:
        region.enis.put(with_state(eni, READY))


def detach_interface(region: AccountRegion, succeeded: bool, interface_id: str) -> None:
    """Detach an interface."""
    eni = region.enis.get(interface_id)
    if eni is not None and succeeded:
        detach(region, eni)
    elif eni is not None:
        region.enis.put(with_state(eni, READY))


def delete_interface(region: AccountRegion, succeeded: bool, interface_id: str) -> None:
    """Delete an interface."""
    eni = region.enis.get(interface_id)
    if eni is not None and succeeded:
        remove(region, interface_id)
    elif eni is not None:
        region.enis.put(with_state(eni, READY))


def assign_addresses(
    region: AccountRegion, succeeded: bool, interface_id: str, addresses: str
) -> None:
    """Finish the assignment of addresses, or remove them if the task failed."""
    _settle_addresses(region, interface_id, addresses, keep=succeeded)


def unassign_addresses(
    region: AccountRegion, succeeded: bool, interface_id: str, addresses: str
) -> None:
    """Unassign addresses from an interface, and unbind their EIPs."""
    _settle_addresses(region, interface_id, addresses, keep=not succeeded)


def migrate_address(
    region: AccountRegion, succeeded: bool, source_id: str, target_id: str, address: str
) -> None:
    """Move an address to another interface, together with its EIP."""
    source, target = region.enis.get(source_id), region.enis.get(target_id)
    if source is None:
        return
    if not succeeded or target is None:
        region.enis.put(with_address_state(source, [address], READY))
        return
    moved = [i for i in source.private_ip_address_set if i.private_ip_address == address]
    rest = [i for i in source.private_ip_address_set if i.private_ip_address != address]
    region.enis.put(with_addresses(source, rest))
    target = with_addresses(target, [*target.private_ip_address_set, *moved])
    region.enis.put(with_address_state(target, [address], READY))
    for eip in region.eips.rows_with("network-interface-id", source_id):
        _follow(region, eip, address, target_id)


def _follow(region: AccountRegion, eip: Address, private_ip: str, interface_id: str) -> None:
    if eip.private_address_ip == private_ip:
        region.eips.put(eip.model_copy(update={"network_interface_id": interface_id}))


def _settle_addresses(
    region: AccountRegion, interface_id: str, addresses: str, *, keep: bool
) -> None:
    eni, texts = region.enis.get(interface_id), addresses.split(",")
    if eni is None:
        return
    if keep:
        region.enis.put(with_address_state(eni, texts, READY))
        return
    for text in texts:
        unbind_from_interface(region, interface_id, text)
    eni = region.enis.get(interface_id) or eni
    rest = [item for item in eni.private_ip_address_set if item.private_ip_address not in texts]
    region.enis.put(with_addresses(eni, rest))


def _mac(region: AccountRegion) -> str:
    tail = region.world.next_random("mac").to_bytes(16)[:3]
    return ":".join(f"{byte:02x}" for byte in (0x52, 0x54, 0x00, *tail))
