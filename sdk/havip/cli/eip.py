"""``havip eip``: bind and unbind the EIP of a HAVIP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from havip.cli._exit import NothingFoundError
from havip.cli._groups import grouped
from havip.cli._options import CloudOptions, DryRun, shown_in_dry_run
from havip.cli._output import say
from havip.cli.havips import Which, find, is_address
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip import Client

app = typer.Typer(help="Bind and unbind the public address of a HAVIP.", no_args_is_help=True)


def _address(client: Client, eip: str) -> str:
    """Return the address of an EIP, given as address or id.

    Raises:
        UsageError: The text is neither.
        NothingFoundError: The id does not exist.
    """
    from havip.api import DescribeAddresses

    if is_address(eip):
        return eip
    if not eip.startswith("eip-"):
        raise UsageError(f"{eip!r} is neither the address nor the id (eip-…) of an EIP")
    found = client.send(DescribeAddresses(address_ids=[eip])).address_set
    if not found:
        raise NothingFoundError(f"no EIP {eip} in this region")
    return found[0].address_ip


@app.command()
@grouped
def bind(
    *,
    which: Which,
    address: Annotated[str, typer.Argument(help="The EIP: its address, or its id (eip-…).")],
    dry_run: DryRun = False,
    cloud: CloudOptions,
) -> None:
    """Bind an EIP to a HAVIP, and wait until it is bound."""
    from havip.api import HaVipAssociateAddressIp

    client = cloud.connect()
    address = _address(client, address)
    vip = find(client, which)
    request = HaVipAssociateAddressIp(ha_vip_id=vip.ha_vip_id, address_ip=address)
    if not shown_in_dry_run(dry_run, request):
        client.ha_vip_associate_address_ip(ha_vip_id=vip.ha_vip_id, address_ip=address)
        say(f"{address} is now bound to {vip.vip} ({vip.ha_vip_id})")


@app.command()
@grouped
def unbind(
    *,
    which: Which,
    dry_run: DryRun = False,
    cloud: CloudOptions,
) -> None:
    """Unbind the EIP of a HAVIP, and wait until it is unbound. An idle EIP is charged."""
    from havip.api import HaVipDisassociateAddressIp

    client = cloud.connect()
    vip = find(client, which)
    request = HaVipDisassociateAddressIp(ha_vip_id=vip.ha_vip_id)
    if not shown_in_dry_run(dry_run, request):
        client.ha_vip_disassociate_address_ip(ha_vip_id=vip.ha_vip_id)
        say(f"{vip.address_ip or 'its EIP'} is no longer bound to {vip.vip}")
