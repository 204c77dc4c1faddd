"""Picking private addresses for something new in a subnet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from havip.api import Subnet
from havip.emulator.errors import Refusal
from havip.emulator.rules.checks import check_address
from havip.emulator.state.addresses import Span, to_text
from havip.emulator.state.region import Region

_TRIES = 32


def check_free(region: Region, subnet: Subnet, address: str, field: str, taken_code: str) -> str:
    """Check that an address of a subnet can be taken, and give it back.

    Raises:
        Refusal: Malformed, Range, Reserved, or, where something has it, the code given.
    """
    number, span = check_address(address, field), Span.of(subnet.cidr_block)
    if not span.first - 2 <= number <= span.last + 1:
        raise Refusal(
            "InvalidParameterValue.Range",
            f"`{field}` `{address}` is not in `{subnet.cidr_block}` of `{subnet.subnet_id}`.",
        )
    if number not in span:
        raise Refusal(
            "InvalidParameterValue.Reserved",
            f"`{address}` is reserved: the first two addresses of a subnet and its last are.",
        )
    if owner := region.book.owner(subnet.subnet_id, number):
        raise Refusal(taken_code, f"`{address}` is taken by `{owner}`.")
    return to_text(number)


def pick_free(
    region: Region,
    subnet: Subnet,
    count: int,
    *,
    but: Iterable[str] = (),
    full_code: str = "ResourceInsufficient",
) -> list[str]:
    """Pick free addresses of a subnet in the order that the settings say.

    Args:
        region: where.
        subnet: the subnet.
        count: how many.
        but: addresses that are not to be picked, though they are free.
        full_code: the error code where there are not enough.

    Raises:
        Refusal: there are not enough.
    """
    span, avoided = Span.of(subnet.cidr_block), {check_address(text, "") for text in but}
    free = _candidates(region, subnet.subnet_id, span)
    fresh = (number for number in free if number not in avoided)
    picked = list(islice(dict.fromkeys(islice(fresh, count * 2 + _TRIES)), count))
    if len(picked) < count:
        raise Refusal(
            full_code, f"The subnet `{subnet.subnet_id}` has not {count} free addresses left."
        )
    return [to_text(number) for number in picked]


def _candidates(region: Region, subnet_id: str, span: Span) -> Iterator[int]:
    lowest = region.book.free(subnet_id, span)
    if region.settings.allocation == "lowest":
        return lowest
    drawn = (span.first + region.world.chance("address") % span.size for _ in range(_TRIES))
    free = (number for number in drawn if region.book.owner(subnet_id, number) is None)
    return chain(free, lowest)
