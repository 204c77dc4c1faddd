"""Assign an ordinary secondary address to an instance; afterwards, the nodes move it themselves.

python assign.py ins-1a2b3c4d 172.17.16.5
"""

from __future__ import annotations

import sys

import havip
from havip.api import Filter, PrivateIpAddressSpecification


def assign(client: havip.Client, instance_id: str, address: str) -> str:
    """Assign the address to the primary interface of the instance; return the interface's id."""
    wanted = [
        Filter(name="attachment.instance-id", values=[instance_id]),
        Filter(name="is-primary", values=["true"]),
    ]
    found = client.describe_network_interfaces(filters=wanted).network_interface_set
    if not found:
        raise havip.HavipError(f"there is no instance {instance_id} in this region")
    interface = found[0].network_interface_id
    client.assign_private_ip_addresses(
        network_interface_id=interface,
        private_ip_addresses=[PrivateIpAddressSpecification(private_ip_address=address)],
    )
    return interface


def main(arguments: list[str]) -> int:
    """Run the command."""
    if len(arguments) != 2:
        print("usage: python assign.py INSTANCE ADDRESS", file=sys.stderr)
        return 2
    instance_id, address = arguments
    try:
        print(f"{address} is on {assign(havip.Client(), instance_id, address)} now")
    except havip.HavipError as error:
        print(f"assign: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
