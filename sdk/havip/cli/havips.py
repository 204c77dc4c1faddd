"""Commands for HAVIPs: ls, show, create, rename, rm, attach, detach."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from havip._transport.endpoint import Site
from havip.cli._exit import NothingFoundError
from havip.cli._groups import grouped
from havip.cli._options import (
    EVERY_REGION,
    AccountOptions,
    CloudOptions,
    DryRun,
    Output,
    Query,
    Yes,
    confirm,
    in_regions,
    place,
    shown_in_dry_run,
)
from havip.cli._output import Columns, Format, say, show_data, show_rows, wire
from havip.errors import UsageError

if TYPE_CHECKING:
    from havip import Client
    from havip.api import HaVip, HaVipAssociation, Tag

Which = Annotated[str, typer.Argument(metavar="HAVIP", help="Its id (havip-…) or its address.")]
Members = Annotated[
    list[str], typer.Argument(metavar="INSTANCE", help="Instances (ins-…) or interfaces (eni-…).")
]


def range_of(vip: HaVip) -> str:
    """Format the range of a HAVIP; without CheckAssociate it is anybody in the subnet."""
    members = ",".join(item.instance_id for item in vip.ha_vip_association_set)
    return (members or "nobody") if vip.check_associate else "anybody"


COLUMNS: Columns[HaVip] = (
    ("ID", lambda vip: vip.ha_vip_id),
    ("NAME", lambda vip: vip.ha_vip_name),
    ("ADDRESS", lambda vip: vip.vip),
    ("STATE", lambda vip: vip.state),
    ("HOLDER", lambda vip: vip.instance_id),
    ("EIP", lambda vip: vip.address_ip),
    ("RANGE", range_of),
    ("SUBNET", lambda vip: vip.subnet_id),
)


class Located(NamedTuple):
    """A HAVIP and its region."""

    region: str
    vip: HaVip

    def wire(self) -> dict[str, Any]:
        """Convert the HAVIP to plain data with the API's names, including its region."""
        return {"Region": self.region, **wire(self.vip)}


def _of_vip(read: Callable[[HaVip], str], row: Located) -> str:
    return read(row.vip)


LOCATED: Columns[Located] = (
    ("REGION", lambda row: row.region),
    *((title, partial(_of_vip, read)) for title, read in COLUMNS),
)


def find(client: Client, which: str) -> HaVip:
    """Return a HAVIP by id or address.

    Raises:
        NothingFoundError: The HAVIP does not exist in the client's region.
        UsageError: The text is neither, or the address exists in several VPCs.
    """
    from havip.api import DescribeHaVips, Filter

    if is_address(which):
        request = DescribeHaVips(filters=[Filter(name="vip", values=[which])])
    elif which.startswith("havip-"):
        request = DescribeHaVips(ha_vip_ids=[which])
    else:
        raise UsageError(
            f"{which!r} is neither the id (havip-…) nor the address of a HAVIP; "
            "look a name up with: havip ls --name"
        )
    found = client.send(request).ha_vip_set
    if len(found) > 1:
        ids = ", ".join(vip.ha_vip_id for vip in found)
        raise UsageError(f"{which} is the address of several HAVIPs: use one of the ids {ids}")
    if not found:
        raise NothingFoundError(f"no HAVIP {which} in this region; list all with: havip ls")
    return found[0]


def is_address(text: str) -> bool:
    """Return whether a text is an IPv4 address."""
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def associations(members: list[str], ha_vip_id: str | None = None) -> list[HaVipAssociation]:
    """Convert instance and interface ids to range members.

    Raises:
        UsageError: An id is neither that of an instance nor of an interface.
    """
    from havip.api import HaVipAssociation

    kinds = {"ins": "CVM", "eni": "ENI"}
    for member in members:
        if member.split("-")[0] not in kinds:
            raise UsageError(f"{member} is neither an instance (ins-…) nor an interface (eni-…)")
    return [
        HaVipAssociation(
            ha_vip_id=ha_vip_id, instance_id=member, instance_type=kinds[member.split("-")[0]]
        )
        for member in members
    ]


def _tags(pairs: list[str]) -> list[Tag] | None:
    from havip.api import Tag

    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise UsageError(f"a tag must be KEY=VALUE, got {wrong[0]!r}")
    return [
        Tag(key=key, value=value) for key, _, value in (p.partition("=") for p in pairs)
    ] or None


def _checked(asked: bool | None, site: Site) -> bool | None:
    """Return the value of CheckAssociate, which the international site does not support."""
    if site is Site.INTL:
        return asked or None
    return asked is not False


@grouped
def ls(
    *,
    vpc: Annotated[str | None, typer.Option(help="Only HAVIPs in this VPC.")] = None,
    subnet: Annotated[str | None, typer.Option(help="Only HAVIPs in this subnet.")] = None,
    name: Annotated[str | None, typer.Option(help="Only HAVIPs with this name.")] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(help="Only HAVIPs with this tag, KEY=VALUE or KEY; may be repeated."),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(help="The region, or all; by default TENCENTCLOUD_REGION or the profile."),
    ] = None,
    account: AccountOptions,
    output: Output = Format.TABLE,
    query: Query = None,
) -> None:
    """List the HAVIPs of a region with their holders."""
    from havip.api import DescribeHaVips, Filter

    wanted = {"vpc-id": vpc, "subnet-id": subnet, "havip-name": name}
    if "" in wanted.values():
        raise UsageError("--vpc, --subnet and --name must not be empty")
    filters = [Filter(name=key, values=[value]) for key, value in wanted.items() if value]
    request = DescribeHaVips(filters=filters or None)
    found = [
        Located(where, vip)
        for where, client in in_regions(account, region)
        for page in client.pages(request)
        for vip in page.ha_vip_set
        if has_tags(vip, tag or [])
    ]
    nothing = _nothing(place(region, account.profile), narrowed=bool(filters or tag))
    if region == EVERY_REGION:
        show_rows(found, LOCATED, output, nothing, query, plain=Located.wire)
    else:
        show_rows([row.vip for row in found], COLUMNS, output, nothing, query)


def has_tags(vip: HaVip, wanted: list[str]) -> bool:
    """Return whether a HAVIP has all given tags: ``KEY=VALUE``, or a key with any value."""
    tags = {tag.key: tag.value for tag in vip.tag_set or []}
    pairs = (text.partition("=") for text in wanted)
    return all(tags.get(key) == value if eq else key in tags for key, eq, value in pairs)


def _nothing(where: str, *, narrowed: bool) -> str:
    if narrowed:
        return f"no HAVIPs in {where} match the filter; run 'havip ls' to list all of them"
    make = "havip create --vpc VPC --subnet SUBNET --name NAME"
    return f"no HAVIPs in {where}; create one with: {make}"


@grouped
def show(
    *,
    which: Which,
    cloud: CloudOptions,
    output: Output = Format.TABLE,
    query: Query = None,
) -> None:
    """Show all properties of a HAVIP."""
    show_data(wire(find(cloud.connect(), which)), output, query)


@grouped
def create(
    *,
    vpc: Annotated[str, typer.Option(help="The id of the VPC.")],
    subnet: Annotated[str, typer.Option(help="The id of the subnet.")],
    name: Annotated[str, typer.Option(help="A name, at most 60 characters.")],
    vip: Annotated[
        str | None, typer.Option(help="The address; by default chosen by the cloud.")
    ] = None,
    check_associate: Annotated[
        bool | None,
        typer.Option(
            help="Allow only members of the range to hold the address.",
            show_default="check-associate; the international site has no ranges",
        ),
    ] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="A member of the range; may be repeated.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="KEY=VALUE; may be repeated.")] = None,
    dry_run: DryRun = False,
    cloud: CloudOptions,
    output: Output = Format.TABLE,
) -> None:
    """Create a HAVIP. Enables CheckAssociate by default, like the console and unlike the API.

    Until the range has members, no instance can hold the address: add some with havip attach.
    """
    from havip.api import CreateHaVip

    request = CreateHaVip(
        vpc_id=vpc,
        subnet_id=subnet,
        ha_vip_name=name,
        vip=vip,
        check_associate=_checked(check_associate, cloud.site),
        ha_vip_association_set=associations(node or []) or None,
        tags=_tags(tag or []),
    )
    if shown_in_dry_run(dry_run, request):
        return
    made = cloud.connect().send(request).ha_vip
    if output is Format.TABLE:
        show_rows([made], COLUMNS, output)
    else:
        show_data(wire(made), output)


@grouped
def rename(
    *,
    which: Which,
    name: Annotated[str, typer.Argument(help="The new name.")],
    dry_run: DryRun = False,
    cloud: CloudOptions,
) -> None:
    """Rename a HAVIP."""
    from havip.api import ModifyHaVipAttribute

    if not name:
        raise UsageError("the new name is empty, which the API would ignore")
    client = cloud.connect()
    vip = find(client, which)
    request = ModifyHaVipAttribute(ha_vip_id=vip.ha_vip_id, ha_vip_name=name)
    if not shown_in_dry_run(dry_run, request):
        client.send(request)
        say(f"renamed {vip.ha_vip_id} from {vip.ha_vip_name!r} to {name!r}")


@grouped
def rm(
    *,
    which: Annotated[list[str], typer.Argument(metavar="HAVIP", help="Ids or addresses.")],
    yes: Yes = False,
    dry_run: DryRun = False,
    cloud: CloudOptions,
) -> None:
    """Delete HAVIPs, and wait until they are deleted."""
    from havip.api import DeleteHaVip

    client = cloud.connect()
    named = {vip.ha_vip_id: vip for vip in (find(client, one) for one in which)}
    vips = list(named.values())
    if not dry_run:
        confirm(f"Delete {', '.join(f'{vip.ha_vip_id} ({vip.vip})' for vip in vips)}?", yes)
    for vip in vips:
        if not shown_in_dry_run(dry_run, DeleteHaVip(ha_vip_id=vip.ha_vip_id)):
            client.delete_ha_vip(ha_vip_id=vip.ha_vip_id)
            say(f"deleted {vip.ha_vip_id} ({vip.vip})")


@grouped
def attach(
    *,
    which: Which,
    members: Members,
    dry_run: DryRun = False,
    cloud: CloudOptions,
) -> None:
    """Add instances or interfaces to a HAVIP's range."""
    from havip.api import AssociateHaVipInstance

    client = cloud.connect()
    vip = find(client, which)
    request = AssociateHaVipInstance(ha_vip_association_set=associations(members, vip.ha_vip_id))
    if not shown_in_dry_run(dry_run, request):
        client.send(request)
        say(f"{', '.join(members)} may now hold {vip.vip}")


@grouped
def detach(
    *,
    which: Which,
    members: Members,
    dry_run: DryRun = False,
    cloud: CloudOptions,
) -> None:
    """Remove instances or interfaces from a HAVIP's range."""
    from havip.api import DisassociateHaVipInstance

    client = cloud.connect()
    vip = find(client, which)
    request = DisassociateHaVipInstance(ha_vip_association_set=associations(members, vip.ha_vip_id))
    if not shown_in_dry_run(dry_run, request):
        client.send(request)
        say(f"{', '.join(members)} may no longer hold {vip.vip}")
