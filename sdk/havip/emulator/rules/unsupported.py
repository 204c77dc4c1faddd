"""Inputs that are known and would be taken for done, but that the emulator does nothing with."""

from __future__ import annotations

from typing import Any, Final

from havip.api import Request, wire_name
from havip.emulator.errors import Refusal

UNSERVED: Final = {
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
"""By action, the inputs whose effect a caller would look for in vain."""


def refuse_unserved(action: str, request: Request[Any]) -> None:
    """Refuse a request that asks for what the emulator does not have.

    Raises:
        Refusal: UnsupportedOperation, naming the input.
    """
    for name in UNSERVED.get(action, ()):
        if getattr(request, name):
            raise Refusal(
                "UnsupportedOperation", f"The emulator has no `{wire_name(name)}` in {action}."
            )
