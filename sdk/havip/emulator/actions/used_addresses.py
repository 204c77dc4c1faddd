"""Private addresses in use in a VPC, and the resources that own them."""

from __future__ import annotations

from collections.abc import Iterator

from havip.api import (
    DescribeUsedIpAddress,
    DescribeUsedIpAddressResponse,
    IpAddressStates,
    NetworkInterface,
)
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import check_address, check_id
from havip.emulator.rules.filters import DescribeQuery
from havip.emulator.state.addresses import to_text
from havip.emulator.state.rows import addresses_of
from havip.emulator.state.world import AccountRegion

USED: DescribeQuery[IpAddressStates] = DescribeQuery(
    values={
        "ip-addresses": lambda row: [row.ip_address],
        "resource-id": lambda row: [row.resource_id],
    },
    id_filter="ip-addresses",
    tags=lambda _: (),
    coexist="InvalidParameterValue.ParameterMismatch",
)


def describe(call: ActionCall, request: DescribeUsedIpAddress) -> DescribeUsedIpAddressResponse:
    """List the addresses in use; an unknown VPC or subnet has none."""
    vpc_id, subnet_id = check_id(request.vpc_id, "vpc"), request.subnet_id
    if subnet_id:
        check_id(subnet_id, "subnet")
    asked = [to_text(check_address(text, "IpAddresses")) for text in request.ip_addresses or ()]
    rows = (row for row in _taken(call.region, vpc_id) if subnet_id in (None, "", row.subnet_id))
    found = USED.find_among(rows, request, asked)
    return DescribeUsedIpAddressResponse(total_count=found.total, ip_address_states=found.rows)


def _taken(region: AccountRegion, vpc_id: str) -> Iterator[IpAddressStates]:
    for eni in region.enis.find("vpc-id", (vpc_id,)).values():
        kind, owner = _owner(eni)
        for address in addresses_of(eni):
            yield _state(vpc_id, eni.subnet_id, address, kind, owner)
    for havip in region.havips.find("vpc-id", (vpc_id,)).values():
        yield _state(vpc_id, havip.subnet_id, havip.vip, "HAVIP", havip.ha_vip_id)


def _owner(eni: NetworkInterface) -> tuple[str, str]:
    """Return the type and id of the owner of an interface's addresses."""
    if eni.primary and eni.attachment:
        return "CVM", eni.attachment.instance_id
    return "ENI", eni.network_interface_id


def _state(vpc: str, subnet: str, address: str, kind: str, owner: str) -> IpAddressStates:
    return IpAddressStates(
        vpc_id=vpc,
        subnet_id=subnet,
        ip_address=address,
        resource_type=kind,
        resource_id=owner,
    )
