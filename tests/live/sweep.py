"""Delete what a broken run of the live tests left in the account.

Everything that the live tests make is in a VPC of their own, or is an EIP or a security group; each
of these carries the tag `havip-live`, whose value is when it was made. Nothing else is touched. The
account and the region are those of the environment::

    python tests/live/sweep.py --older-than 60 --dry-run
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import havip
from havip import api
from havip.errors import HavipError, InUseError, NotFoundError, UnsupportedError

TAG = "havip-live"
TRIES = 10
"""Number of tries of a deletion while the cloud is busy with the deletions before it."""

Say = Callable[[str], None]


def sweep(
    client: havip.Client,
    *,
    older_than: float,
    now: float,
    dry_run: bool = False,
    say: Say = print,
) -> int:
    """Delete what was made more than so many minutes ago, and count what could not be.

    Example::

        sweep(havip.Client("ap-guangzhou"), older_than=60, now=time.time())

    Args:
        client: A client of the account and region.
        older_than: Minutes for which things are left alone.
        now: The time, in seconds since 1970.
        dry_run: Only say what would be deleted.
        say: Takes a line about each thing.

    Returns:
        How many things are left that should be gone.
    """
    left = 0
    for name, delete in found(client, now - older_than * 60):
        if dry_run:
            say(f"would delete {name}")
            continue
        try:
            delete()
            say(f"deleted {name}")
        except HavipError as error:
            left += 1
            say(f"left {name}: {error}")
    return left


def found(client: havip.Client, before: float) -> Iterator[tuple[str, Callable[[], None]]]:
    """List the tagged things made before a time, each with what deletes it; VPCs come first."""
    for vpc in listed(client, api.DescribeVpcs(), "vpc_set"):
        if _made_before(vpc, before):
            yield vpc.vpc_id, partial(clear_vpc, client, vpc.vpc_id)
    for eip in listed(client, api.DescribeAddresses(), "address_set"):
        if _made_before(eip, before):
            yield eip.address_id, partial(release, client, eip)
    for group in listed(client, api.DescribeSecurityGroups(), "security_group_set"):
        if _made_before(group, before):
            wanted = group.security_group_id
            delete = partial(client.delete_security_group, security_group_id=wanted)
            yield wanted, partial(patiently, client, delete)


def clear_vpc(client: havip.Client, vpc_id: str) -> None:
    """Delete a VPC with all that is in it: routes, HAVIPs, interfaces, subnets, tables.

    Raises:
        HavipError: Something in it could not be deleted.
    """
    inside = [api.Filter(name="vpc-id", values=[vpc_id])]
    tables = listed(client, api.DescribeRouteTables(filters=inside), "route_table_set")
    for table in tables:
        routes = [
            api.Route(route_id=route.route_id)
            for route in table.route_set
            if route.route_type == "USER"
        ]
        if routes:
            client.delete_routes(route_table_id=table.route_table_id, routes=routes)
    for havip_row in listed(client, api.DescribeHaVips(filters=inside), "ha_vip_set"):
        delete_havip(client, havip_row)
    wanted = api.DescribeNetworkInterfaces(filters=inside)
    for eni in listed(client, wanted, "network_interface_set"):
        if not eni.primary:
            _delete_eni(client, eni)
    for subnet in listed(client, api.DescribeSubnets(filters=inside), "subnet_set"):
        patiently(client, partial(client.delete_subnet, subnet_id=subnet.subnet_id))
    for table in tables:
        if not table.main:
            client.delete_route_table(route_table_id=table.route_table_id)
    patiently(client, partial(client.delete_vpc, vpc_id=vpc_id))


def delete_havip(client: havip.Client, row: api.HaVip) -> None:
    """Delete a HAVIP, after its EIP was unbound and its range emptied."""
    if row.address_ip:
        client.ha_vip_disassociate_address_ip(ha_vip_id=row.ha_vip_id)
    if row.ha_vip_association_set:
        client.disassociate_ha_vip_instance(ha_vip_association_set=row.ha_vip_association_set)
    patiently(client, partial(client.delete_ha_vip, ha_vip_id=row.ha_vip_id))


def release(client: havip.Client, eip: api.Address) -> None:
    """Release an EIP, after it was unbound."""
    if eip.address_status != "UNBIND":
        client.disassociate_address(address_id=eip.address_id)
    patiently(client, partial(client.release_addresses, address_ids=[eip.address_id]))


def patiently(client: havip.Client, delete: Callable[[], Any]) -> None:
    """Delete something; what is still in use is tried again, what is gone already is fine."""
    for attempt in range(TRIES):
        try:
            delete()
            return
        except NotFoundError:
            return
        except (InUseError, UnsupportedError):
            if attempt == TRIES - 1:
                raise
            client.clock.sleep(1.0)


def listed(client: havip.Client, request: Any, items: str) -> list[Any]:
    """List all rows of a Describe request."""
    return [row for page in client.pages(request) for row in getattr(page, items)]


def _delete_eni(client: havip.Client, eni: api.NetworkInterface) -> None:
    if eni.attachment is not None:
        client.detach_network_interface(
            network_interface_id=eni.network_interface_id,
            instance_id=eni.attachment.instance_id,
        )
    gone = eni.network_interface_id
    patiently(client, partial(client.delete_network_interface, network_interface_id=gone))


def _made_before(row: Any, moment: float) -> bool:
    """Return whether a resource is of the live tests, and old enough."""
    stamps = [tag.value for tag in row.tag_set or () if tag.key == TAG]
    return any(stamp.isdecimal() and int(stamp) < moment for stamp in stamps)


def main(arguments: list[str] | None = None) -> int:
    """Sweep the account and region of the environment; 1 tells that something is left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--older-than", type=float, default=60, metavar="MINUTES")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
    given = parser.parse_args(arguments)
    try:
        with havip.Client() as client:
            left = sweep(
                client, older_than=given.older_than, now=time.time(), dry_run=given.dry_run
            )
    except HavipError as error:
        print(f"sweep: {error}", file=sys.stderr)
        return 1
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
