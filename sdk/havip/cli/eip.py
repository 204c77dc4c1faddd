"""``havip eip``: the public address of a HAVIP."""

from __future__ import annotations

from typing import Annotated

import typer

from havip._transport.endpoint import Site
from havip.cli._options import DryRun, Endpoint, OfSite, Region, connect, only_shown
from havip.cli._output import say
from havip.cli.havips import Which, find, is_address
from havip.errors import UsageError

app = typer.Typer(help="Bind and unbind the public address of a HAVIP.", no_args_is_help=True)


@app.command()
def bind(
    which: Which,
    address: Annotated[str, typer.Argument(help="The EIP's address, not its id.")],
    dry_run: DryRun = False,
    region: Region = None,
    endpoint: Endpoint = None,
    site: OfSite = Site.CHINA,
) -> None:
    """Bind an EIP to a HAVIP, and wait until it is bound."""
    from havip.api import HaVipAssociateAddressIp

    if not is_address(address):
        raise UsageError(f"{address!r} is not an address: an EIP is bound by it, not by its id")
    client = connect(region, endpoint, site)
    vip = find(client, which)
    request = HaVipAssociateAddressIp(ha_vip_id=vip.ha_vip_id, address_ip=address)
    if not only_shown(dry_run, request):
        client.ha_vip_associate_address_ip(ha_vip_id=vip.ha_vip_id, address_ip=address)
        say(f"{address} now leads to {vip.vip} ({vip.ha_vip_id})")


@app.command()
def unbind(
    which: Which,
    dry_run: DryRun = False,
    region: Region = None,
    endpoint: Endpoint = None,
    site: OfSite = Site.CHINA,
) -> None:
    """Unbind the EIP of a HAVIP, and wait until it is free. An idle EIP is charged."""
    from havip.api import HaVipDisassociateAddressIp

    client = connect(region, endpoint, site)
    vip = find(client, which)
    request = HaVipDisassociateAddressIp(ha_vip_id=vip.ha_vip_id)
    if not only_shown(dry_run, request):
        client.ha_vip_disassociate_address_ip(ha_vip_id=vip.ha_vip_id)
        say(f"{vip.address_ip or 'its EIP'} no longer leads to {vip.vip}")
