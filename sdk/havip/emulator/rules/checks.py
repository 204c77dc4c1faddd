"""Shared parameter checks of the actions: ids, names, tags, addresses, quotas, existence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from havip.api import ACTIONS, Request, Shape, Subnet, Tag, wire_name
from havip.emulator.errors import ApiFailure, not_found
from havip.emulator.rules.calls import ActionCall
from havip.emulator.state.addresses import AddressRange, to_number, to_text
from havip.emulator.state.table import Table
from havip.emulator.state.world import AccountRegion

S = TypeVar("S", bound=Shape)

MAX_NAME = 60
MAX_TAG_KEY, MAX_TAG_VALUE = 127, 255
UNSUPPORTED: Final = {
    "AllocateAddresses": ("vip_cluster",),
    "CreateNetworkInterface": (
        "ipv6_addresses",
        "ipv6_address_count",
        "termination_protection",
        "traffic_protection",
    ),
    "CreateSubnet": ("ipv6_cidr_block", "stack_type"),
    "CreateVpc": ("ipv6_cidr_block", "stack_type"),
    "DescribeSecurityGroups": ("order_field", "order_direction"),
    "DisassociateAddress": ("reallocate_normal_public_ip",),
    "RunInstances": ("action_timer", "chc_ids", "launch_template", "network_interfaces"),
}
"""Parameters that the emulator rejects, by action, because it would have to ignore them."""

_TAIL = re.compile(r"[0-9a-z]{8}")
_DRAWS = 32
"""Attempts to draw an unused id."""
_BUSY = (
    "UnsupportedOperation.MutexOperationTaskRunning",
    "OperationDenied.MutexTaskRunning",
    "UnsupportedOperation.InvalidState",
)
_EIP_MUTEX = ("DisassociateAddress", "ReleaseAddresses")
"""Actions whose busy code is a setting, as the cloud returns one that is undocumented."""


def check_id(value: str, prefix: str, code: str = "InvalidParameterValue.Malformed") -> str:
    """Check that an id has the form ``prefix-0a1b2c3d``, and return it.

    Raises:
        ApiFailure: The id is malformed; the error has the given code.
    """
    head, _, tail = value.partition("-")
    if head != prefix or not _TAIL.fullmatch(tail):
        raise ApiFailure(code, f"`{value}` is not an id of the form `{prefix}-xxxxxxxx`.")
    return value


def check_ids(values: Sequence[str] | None, prefix: str, code: str | None = None) -> list[str]:
    """Check a list of ids, and return it without duplicates."""
    code = code or "InvalidParameterValue.Malformed"
    return [check_id(value, prefix, code) for value in dict.fromkeys(values or ())]


def require_row(table: Table[S], row_id: str, prefix: str, what: str) -> S:
    """Return the row with the requested id.

    Raises:
        ApiFailure: The id is malformed or does not exist (ResourceNotFound).
    """
    row = table.get(check_id(row_id, prefix))
    if row is None:
        raise not_found(what, row_id)
    return row


def check_name(
    name: str,
    field: str,
    *,
    longest: int = MAX_NAME,
    code: str = "InvalidParameterValue.TooLong",
) -> str:
    """Check the length of a name in characters, and return the name.

    Raises:
        ApiFailure: The name is too long.
    """
    if len(name) > longest:
        raise ApiFailure(code, f"`{field}` has {len(name)} characters; the maximum is {longest}.")
    return name


def check_bytes(name: str, field: str) -> str:
    """Check the length of a name in bytes, as some network actions do, and return the name.

    Raises:
        ApiFailure: The name is too long.
    """
    size = len(name.encode())
    if size > MAX_NAME:
        text = f"`{field}` has {size} bytes; the maximum is {MAX_NAME}."
        raise ApiFailure("InvalidParameterValue.TooLong", text)
    return name


def check_address(value: str, field: str) -> int:
    """Parse an IPv4 address from a request.

    Raises:
        ApiFailure: The text is not an IPv4 address.
    """
    try:
        return to_number(value)
    except ValueError:
        raise ApiFailure(
            "InvalidParameterValue.Malformed", f"`{field}` is not an IPv4 address: `{value}`."
        ) from None


def check_tags(tags: Sequence[Tag] | None) -> list[Tag]:
    """Validate the tags of a new resource, and return them.

    Raises:
        ApiFailure: A key is repeated, empty or too long, or a value is too long.
    """
    tags = tags or []
    if len({tag.key for tag in tags}) < len(tags):
        raise ApiFailure(
            "InvalidParameterValue.TagDuplicateKey", "`Tags` contains a duplicate key."
        )
    for tag in tags:
        if not 0 < len(tag.key) <= MAX_TAG_KEY:
            raise ApiFailure(
                "InvalidParameterValue.TagInvalidKeyLen",
                f"A tag key must have 1 to {MAX_TAG_KEY} characters, got {len(tag.key)}.",
            )
        if len(tag.value) > MAX_TAG_VALUE:
            raise ApiFailure(
                "InvalidParameterValue.TagInvalidVal",
                f"A tag value may have at most {MAX_TAG_VALUE} characters, got {len(tag.value)}.",
            )
    return [Tag(key=tag.key, value=tag.value) for tag in tags]


def check_quota(count: int, most: int, what: str, code: str = "LimitExceeded") -> None:
    """Check a count against a quota.

    Args:
        count: The number of items, including the new ones.
        most: The quota.
        what: The items that are counted, for the message.
        code: The error code.

    Raises:
        ApiFailure: The count exceeds the quota.
    """
    if count > most:
        raise ApiFailure(code, f"The quota of {most} {what} is exceeded.")


def parse_switch(value: str | None, field: str) -> bool | None:
    """Parse a boolean parameter that the API defines as the text ``true`` or ``false``.

    Raises:
        ApiFailure: The value is neither.
    """
    if value is None or value == "":
        return None
    if value.lower() not in ("true", "false"):
        raise ApiFailure(
            "InvalidParameterValue", f"`{field}` is neither true nor false: `{value}`."
        )
    return value.lower() == "true"


def check_supported(action: str, request: Request[Any]) -> None:
    """Check that a request uses only parameters that the emulator supports.

    Raises:
        ApiFailure: UnsupportedOperation, with the name of the parameter.
    """
    for name in UNSUPPORTED.get(action, ()):
        if getattr(request, name):
            raise ApiFailure(
                "UnsupportedOperation",
                f"The emulator does not support `{wire_name(name)}` of {action}.",
            )


def has_running_task(region: AccountRegion, *ids: str) -> bool:
    """Return whether a running task holds any of the resources."""
    return any(region.tasks.count("holds", wanted) for wanted in ids)


def check_not_busy(call: ActionCall, *ids: str) -> None:
    """Check that no other task is running on the resources.

    Raises:
        ApiFailure: Another task is running; the code is the one documented for the action.
    """
    if has_running_task(call.region, *ids):
        if call.action in _EIP_MUTEX:
            code = call.region.settings.eip_mutex_code
        else:
            documented = ACTIONS[call.action].errors
            code = next((code for code in _BUSY if code in documented), "UnsupportedOperation")
        raise ApiFailure(
            code, f"Another task is running on `{ids[0]}`; retry when it has finished."
        )


def check_free(
    region: AccountRegion, subnet: Subnet, address: str, field: str, taken_code: str
) -> str:
    """Check that an address of a subnet is available, and return it in canonical form.

    Raises:
        ApiFailure: Malformed, Range, Reserved, or `taken_code` if the address is in use.
    """
    number, span = check_address(address, field), AddressRange.of(subnet.cidr_block)
    # The range leaves out the network's address, the gateway's and the broadcast address.
    if not span.first - 2 <= number <= span.last + 1:
        raise ApiFailure(
            "InvalidParameterValue.Range",
            f"`{field}` `{address}` is not in `{subnet.cidr_block}` of `{subnet.subnet_id}`.",
        )
    if number not in span:
        raise ApiFailure(
            "InvalidParameterValue.Reserved",
            f"`{address}` is reserved: the first two and the last address of a subnet are.",
        )
    if owner := region.book.owner(subnet.subnet_id, number):
        raise ApiFailure(taken_code, f"`{address}` is in use by `{owner}`.")
    return to_text(number)


def pick_free(
    region: AccountRegion,
    subnet: Subnet,
    count: int,
    *,
    avoid: Sequence[str] = (),
    full_code: str = "ResourceInsufficient",
) -> list[str]:
    """Pick available addresses of a subnet, in the order of the ``allocation`` setting.

    Raises:
        ApiFailure: The subnet does not have enough free addresses.
    """
    span = AddressRange.of(subnet.cidr_block)
    drawn: list[int] = []
    if region.settings.allocation == "random":
        draw = region.world.next_random
        drawn = [span.first + draw("address") % span.size for _ in range(count + _DRAWS)]
    avoided = {check_address(text, "") for text in avoid}
    picked = region.book.pick(subnet.subnet_id, span, count, avoid=avoided, first=drawn)
    if len(picked) < count:
        raise ApiFailure(
            full_code, f"The subnet `{subnet.subnet_id}` does not have {count} free addresses."
        )
    return [to_text(number) for number in picked]
