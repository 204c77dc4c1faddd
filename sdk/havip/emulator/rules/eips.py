"""EIP bindings, consistent on both sides, and the effects of tasks on EIPs."""

from __future__ import annotations

from typing import Final

from havip.api import Address, HaVip, NetworkInterface
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.checks import check_id
from havip.emulator.state.addresses import to_number, to_text
from havip.emulator.state.world import AccountRegion

FREE: Final = "UNBIND"
MALFORMED: Final = "InvalidParameterValue.AddressIdMalformed"
_FIRST_TASK: Final = 1_000_000
_FIRST = to_number("198.18.0.1")
_COUNT = 2**17 - 2


def new_address(region: AccountRegion) -> str:
    """Return a public address that is not used by an EIP of the region.

    Addresses come from 198.18.0.0/15, which is reserved for benchmarks and not routed.
    """
    while True:
        address = to_text(_FIRST + region.world.count_up("public-address") % _COUNT)
        if not region.eips.count("address-ip", address):
            return address


def require_eip(region: AccountRegion, address_id: str) -> Address:
    """Return the requested EIP.

    Raises:
        ApiFailure: The id is malformed or does not exist.
    """
    eip = region.eips.get(check_id(address_id, "eip", MALFORMED))
    if eip is None:
        raise ApiFailure("InvalidAddressId.NotFound", f"The EIP `{address_id}` does not exist.")
    return eip


def next_task(region: AccountRegion) -> str:
    """Return the number of a new EIP task."""
    return str(region.world.count_up("task", _FIRST_TASK))


def bind_to_interface(
    region: AccountRegion, eip: Address, eni: NetworkInterface, private_ip: str, kind: str
) -> None:
    """Bind an EIP to a private address of an ENI; the kind is CVM or ENI."""
    owner = eni.attachment.instance_id if eni.attachment else ""
    region.eips.put(
        eip.model_copy(
            update={
                "address_status": "BIND" if kind == "CVM" else "BIND_ENI",
                "instance_id": owner if kind == "CVM" else "",
                "instance_type": kind,
                "network_interface_id": eni.network_interface_id,
                "private_address_ip": private_ip,
            }
        )
    )
    _show_on_interface(region, eni, private_ip, eip.address_id, eip.address_ip)


def bind_to_havip(region: AccountRegion, eip: Address, ha_vip: HaVip) -> None:
    """Bind an EIP to a HAVIP."""
    region.havips.put(ha_vip.model_copy(update={"address_ip": eip.address_ip}))
    region.eips.put(
        eip.model_copy(
            update={
                "address_status": "BIND",
                "instance_id": ha_vip.ha_vip_id,
                "instance_type": "HAVIP",
                "private_address_ip": ha_vip.vip,
            }
        )
    )


def unbind(region: AccountRegion, eip: Address) -> None:
    """Unbind an EIP from its instance, ENI or HAVIP."""
    for ha_vip in region.havips.rows_with("address-ip", eip.address_ip):
        region.havips.put(ha_vip.model_copy(update={"address_ip": ""}))
    if (eni := region.enis.get(eip.network_interface_id)) is not None:
        _show_on_interface(region, eni, eip.private_address_ip, "", "")
    region.eips.put(
        eip.model_copy(
            update={
                "address_status": FREE,
                "instance_id": "",
                "instance_type": None,
                "network_interface_id": "",
                "private_address_ip": "",
            }
        )
    )


def unbind_from_interface(region: AccountRegion, interface_id: str, private_ip: str = "") -> None:
    """Unbind all EIPs of an ENI, or of one of its addresses."""
    for eip in region.eips.rows_with("network-interface-id", interface_id):
        if private_ip in ("", eip.private_address_ip):
            unbind(region, eip)


def allocate_eips(region: AccountRegion, succeeded: bool, ids: str) -> None:
    """Finish the allocation of EIPs, or remove them if the task failed."""
    for address_id in ids.split(","):
        if succeeded:
            _set_status(region, address_id, FREE)
        else:
            region.eips.remove(address_id)


def release_eips(region: AccountRegion, succeeded: bool, ids: str) -> None:
    """Delete EIPs."""
    for address_id in ids.split(","):
        if succeeded:
            region.eips.remove(address_id)
        else:
            _set_status(region, address_id, FREE)


def bind_eip_to_havip(
    region: AccountRegion, succeeded: bool, ha_vip_id: str, address_id: str
) -> None:
    """Bind an EIP to a HAVIP."""
    eip, ha_vip = region.eips.get(address_id), region.havips.get(ha_vip_id)
    if succeeded and eip is not None and ha_vip is not None:
        bind_to_havip(region, eip, ha_vip)
    else:
        _set_status(region, address_id, FREE)


def bind_eip_to_interface(
    region: AccountRegion,
    succeeded: bool,
    address_id: str,
    interface_id: str,
    private_ip: str,
    kind: str,
) -> None:
    """Bind an EIP to an ENI or its instance."""
    eip, eni = region.eips.get(address_id), region.enis.get(interface_id)
    if succeeded and eip is not None and eni is not None:
        bind_to_interface(region, eip, eni, private_ip, kind)
    else:
        _set_status(region, address_id, FREE)


def unbind_eip(region: AccountRegion, succeeded: bool, address_id: str) -> None:
    """Unbind an EIP."""
    eip = region.eips.get(address_id)
    if eip is None:
        return
    if succeeded:
        unbind(region, eip)
    else:
        _set_status(region, address_id, "BIND_ENI" if eip.instance_type == "ENI" else "BIND")


def change_bandwidth(region: AccountRegion, succeeded: bool, ids: str, bandwidth: str) -> None:
    """Set the bandwidth of EIPs."""
    for address_id in ids.split(","):
        eip = region.eips.get(address_id)
        if succeeded and eip is not None:
            region.eips.put(eip.model_copy(update={"bandwidth": int(bandwidth)}))


def _set_status(region: AccountRegion, address_id: str, status: str) -> None:
    if (eip := region.eips.get(address_id)) is not None:
        region.eips.put(eip.model_copy(update={"address_status": status}))


def _show_on_interface(
    region: AccountRegion, eni: NetworkInterface, private_ip: str, address_id: str, public_ip: str
) -> None:
    shown = {"address_id": address_id, "public_ip_address": public_ip}
    addresses = [
        item.model_copy(update=shown) if item.private_ip_address == private_ip else item
        for item in eni.private_ip_address_set
    ]
    region.enis.put(eni.model_copy(update={"private_ip_address_set": addresses}))
