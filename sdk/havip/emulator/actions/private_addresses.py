"""Secondary private addresses of network interfaces: assign, unassign, migrate."""

from __future__ import annotations

from collections.abc import Sequence

from havip.api import (
    AssignPrivateIpAddresses,
    AssignPrivateIpAddressesResponse,
    CreateNetworkInterface,
    MigratePrivateIpAddress,
    MigratePrivateIpAddressResponse,
    NetworkInterface,
    PrivateIpAddressSpecification,
    Subnet,
    UnassignPrivateIpAddresses,
    UnassignPrivateIpAddressesResponse,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules import enis
from havip.emulator.rules.calls import ActionCall
from havip.emulator.rules.checks import (
    check_address,
    check_free,
    check_not_busy,
    check_quota,
    pick_free,
    require_row,
)
from havip.emulator.rules.tasks import begin
from havip.emulator.state.world import AccountRegion

MAX_ADDRESSES = 10
_FULL = "ResourceInsufficient.Subnet"
_TAKEN = "ResourceInUse"


def assign(call: ActionCall, request: AssignPrivateIpAddresses) -> AssignPrivateIpAddressesResponse:
    """Assign secondary addresses to an interface."""
    region, eni = call.region, enis.require_interface(call.region, request.network_interface_id)
    enis.check_ready(call, eni)
    named, count = request.private_ip_addresses or [], request.secondary_private_ip_address_count
    if not named and not count:
        raise ApiFailure(
            "MissingParameter",
            "Pass `PrivateIpAddresses` or `SecondaryPrivateIpAddressCount`.",
        )
    _check_count(len(named) + (count or 0))
    subnet = require_row(region.subnets, eni.subnet_id, "subnet", "subnet")
    new = _secondary(region, subnet, named, count or 0, state="PENDING")
    check_quota(
        len(eni.private_ip_address_set) + len(new),
        region.settings.quotas.addresses_per_interface,
        f"addresses of `{eni.network_interface_id}`",
    )
    region.enis.put(enis.with_addresses(eni, [*eni.private_ip_address_set, *new]))
    texts = [item.private_ip_address or "" for item in new]
    wanted = eni.network_interface_id
    begin(
        call,
        enis.assign_addresses,
        [wanted],
        holds=[wanted],
        interface_id=wanted,
        addresses=",".join(texts),
    )
    shown = [
        item
        for item in enis.require_interface(region, wanted).private_ip_address_set
        if item.private_ip_address in texts
    ]
    return AssignPrivateIpAddressesResponse(private_ip_address_set=shown)


def unassign(
    call: ActionCall, request: UnassignPrivateIpAddresses
) -> UnassignPrivateIpAddressesResponse:
    """Unassign secondary addresses from an interface."""
    region, eni = call.region, enis.require_interface(call.region, request.network_interface_id)
    enis.check_ready(call, eni)
    texts = [item.private_ip_address or "" for item in request.private_ip_addresses]
    _check_count(len(texts))
    if len(set(texts)) < len(texts):
        raise ApiFailure(
            "InvalidParameterValue.DuplicatePara",
            "`PrivateIpAddresses` contains a duplicate address.",
        )
    for text in texts:
        if _secondary_of(eni, text).primary:
            raise ApiFailure(
                "UnsupportedOperation", f"`{text}` is the primary address of the interface."
            )
    region.enis.put(enis.with_address_state(eni, texts, "DELETING"))
    wanted = eni.network_interface_id
    begin(
        call,
        enis.unassign_addresses,
        [wanted],
        holds=[wanted],
        interface_id=wanted,
        addresses=",".join(texts),
    )
    return UnassignPrivateIpAddressesResponse()


def migrate(call: ActionCall, request: MigratePrivateIpAddress) -> MigratePrivateIpAddressResponse:
    """Move a secondary address to another interface of the subnet."""
    region = call.region
    source = enis.require_interface(region, request.source_network_interface_id)
    target = enis.require_interface(region, request.destination_network_interface_id)
    text = request.private_ip_address
    if _secondary_of(source, text, "UnauthorizedOperation.AttachmentNotFound").primary:
        raise ApiFailure("UnauthorizedOperation.PrimaryIp", f"`{text}` is a primary address.")
    if source.subnet_id != target.subnet_id or source == target:
        raise ApiFailure(
            "UnsupportedOperation",
            "An address can only move between interfaces of the same subnet.",
        )
    ids = [source.network_interface_id, target.network_interface_id]
    check_not_busy(call, *ids)
    check_quota(
        len(target.private_ip_address_set) + 1,
        region.settings.quotas.addresses_per_interface,
        f"addresses of `{target.network_interface_id}`",
    )
    region.enis.put(enis.with_address_state(source, [text], "MIGRATING"))
    begin(
        call,
        enis.migrate_address,
        ids,
        holds=ids,
        source_id=ids[0],
        target_id=ids[1],
        address=text,
    )
    return MigratePrivateIpAddressResponse()


def first_addresses(
    region: AccountRegion, subnet: Subnet, request: CreateNetworkInterface
) -> list[PrivateIpAddressSpecification]:
    """Return the addresses for a new interface, the primary one first."""
    named, count = request.private_ip_addresses or [], request.secondary_private_ip_address_count
    _check_count(len(named) + (count or 0))
    primaries = [item for item in named if item.primary]
    if len(primaries) > 1:
        raise ApiFailure("InvalidParameterValue", "Only one address can be primary.")
    secondary = [item for item in named if not item.primary]
    texts = [item.private_ip_address or "" for item in named]
    for item in primaries:
        check_free(region, subnet, item.private_ip_address or "", "PrivateIpAddress", _TAKEN)
    first = (
        primaries[0].private_ip_address or ""
        if primaries
        else pick_free(region, subnet, 1, avoid=texts, full_code=_FULL)[0]
    )
    note = (primaries[0].description or "") if primaries else ""
    others = _secondary(region, subnet, secondary, count or 0, avoid=[first], state="PENDING")
    return [enis.address(first, primary=True, description=note, state="PENDING"), *others]


def _secondary(
    region: AccountRegion,
    subnet: Subnet,
    named: Sequence[PrivateIpAddressSpecification],
    count: int,
    *,
    avoid: Sequence[str] = (),
    state: str,
) -> list[PrivateIpAddressSpecification]:
    texts = [
        check_free(region, subnet, item.private_ip_address or "", "PrivateIpAddress", _TAKEN)
        for item in named
    ]
    if len(set(texts) | set(avoid)) < len(texts) + len(avoid):
        raise ApiFailure(
            "InvalidParameterValue.DuplicatePara",
            "`PrivateIpAddresses` contains a duplicate address.",
        )
    picked = pick_free(region, subnet, count, avoid=[*texts, *avoid], full_code=_FULL)
    notes = [item.description or "" for item in named] + [""] * count
    return [
        enis.address(text, description=note, state=state)
        for text, note in zip([*texts, *picked], notes, strict=True)
    ]


def _check_count(count: int) -> None:
    if not 0 <= count <= MAX_ADDRESSES:
        raise ApiFailure(
            "InvalidParameterValue.LimitExceeded",
            f"A call accepts at most {MAX_ADDRESSES} addresses, got {count}.",
        )


def _secondary_of(
    eni: NetworkInterface, text: str, code: str = "UnsupportedOperation.AttachmentNotFound"
) -> PrivateIpAddressSpecification:
    check_address(text, "PrivateIpAddress")
    for item in eni.private_ip_address_set:
        if item.private_ip_address == text:
            return item
    raise ApiFailure(code, f"`{eni.network_interface_id}` has no address `{text}`.")
