"""HAVIPs: floating private addresses, and the range of machines that may bind one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Final

from havip.api import (
    CreateHaVip,
    DescribeHaVips,
    HaVip,
    HaVipAssociation,
    ModifyHaVipAttribute,
)
from havip.errors import DuplicateError, HavipError
from pulumi_havip.handlers.context import Context, Job
from pulumi_havip.handlers.errors import ResourceError
from pulumi_havip.handlers.ha_vip_operations import (
    EMPTY_RANGE,
    delete_ha_vip,
    members,
    present,
    set_range,
)
from pulumi_havip.handlers.ha_vip_range import TYPES, Range, members_of, range_rules
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import finishing, make_by_token, set_once
from pulumi_havip.handlers.model import (
    ONCE,
    REPLACE,
    CheckFailure,
    DiffResult,
    Hints,
    NamedArgs,
    PropertyChange,
    State,
)
from pulumi_havip.handlers.natural_keys import address_conflict, declare_address
from pulumi_havip.handlers.ownership_tags import (
    label,
    made_by,
    named,
    user_tags,
)
from pulumi_havip.handlers.property_types import (
    Address,
    HaVipId,
    InterfaceId,
    SubnetId,
    VpcId,
    outside,
)
from pulumi_havip.handlers.quotas import is_full
from pulumi_havip.handlers.tags import change_tags, first_tags
from pulumi_havip.handlers.values import Properties, known

LEFT_TO_ATTACHMENTS: Final = (
    "without `associations` its range is left as it is: a member that no attachment names stays, "
    "until `associations` leave it out"
)
"""The warning for a program that stops declaring the range."""


class HaVipArgs(NamedArgs):
    """The arguments of a `HaVip`."""

    adopt: HaVipId | None = None
    vpc_id: Annotated[VpcId, REPLACE]
    """The VPC of the address."""
    subnet_id: Annotated[SubnetId, REPLACE]
    """The subnet of the address, within which it can move."""
    vip: Annotated[Address | None, REPLACE] = None
    """The address: free and not reserved in the subnet; chosen by the API if omitted."""
    check_associate: Annotated[bool, REPLACE] = False
    """True if only members of the range may bind the address. The API's default is False; the
    console's default, and the safe choice, is True. Changing it replaces the HAVIP."""
    associations: Range | None = None
    """The range: up to ten instances, or up to ten network interfaces. If given, it is the complete
    range, and members added by others are removed; if omitted, attachments manage the range."""
    network_interface_id: Annotated[InterfaceId | None, ONCE] = None
    """The network interface that holds the address at first. As an output: the current holder's,
    which changes with every failover and therefore never counts as a difference."""


class HaVipState(HaVipArgs, State):
    """The outputs of a `HaVip`."""

    address_ip: str = ""
    """The elastic IP bound to it, or empty."""
    instance_id: str = ""
    """The instance that holds the address, or empty; a failover is never drift."""
    state: str = ""
    """``AVAILABLE`` if an instance holds the address, otherwise ``UNBIND``."""
    created_time: str = ""
    """Creation time, in the API's format."""
    flushed_time: str = ""
    """The last time the address moved, in the API's format."""
    business: str = ""
    """The product that created it, such as ``TKE``; empty if a user did."""


class HaVipHandler(Handler[HaVipArgs, HaVipState]):
    """A HAVIP: a private address that moves between machines of one subnet.

    The API creates the address and limits which machines may bind it. Software in the machines,
    such as keepalived, decides which one holds it. The holder is therefore an output, and never a
    difference.

    Example::

        address = havip.HaVip(
            "web",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            vip="172.17.16.3",
            check_associate=True,
            associations=[{"instance_id": node.id} for node in nodes],
        )
        pulumi.export("address", address.vip)

    Changing the VPC, subnet, address or `check_associate` replaces the HAVIP. The old one is
    deleted first only if the address stays the same, or if the quota does not allow two.
    """

    kind = "HaVip"
    inside = "subnet_id"
    hints = {
        "subnet": ("subnet_id", "Subnet", "urn"),
        "subnet_cidr": ("subnet_id", "Subnet", "cidr_block"),
    }
    listing, tagged = "ha_vips", "vpc:havip"
    args = HaVipArgs
    state = HaVipState

    def _rules(
        self, ctx: Context, args: HaVipArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        failures = [*range_rules(args.associations), *_site_rules(ctx, args)]
        cidr = hints.subnet_cidr or (_subnet_cidr(ctx, args) if new else None)
        if args.vip and cidr and known(args.vip, cidr) and (reason := outside(args.vip, cidr)):
            failures.append(CheckFailure("vip", reason))
        failures += declare_address(ctx.keys, "vip", args.vip, args.subnet_id, hints)
        if args.associations is not None and hints.urn:
            ctx.keys.declare("inline", hints.urn, hints.urn)
        yield from failures
        if not new:
            ctx.quota.keep(hints.urn)
        elif not failures and not args.adopt:
            yield from ctx.quota.check(ctx, hints.urn, args.vpc_id, hints.subnet, args.region)

    def _same(self, name: str, old: Any, new: Any) -> bool:
        if name == "associations":
            return {item.instance_id for item in old or []} == {item.instance_id for item in new}
        return bool(old == new)

    def _delete_first(self, ctx: Context, state: HaVipState, args: HaVipArgs) -> bool:
        """Delete first if the address stays the same, or if the quota does not allow two."""
        if not known(args.vpc_id) or args.vpc_id != state.vpc_id:
            return False
        return args.vip == state.vip or is_full(ctx.region(state.region), state.vpc_id)

    def _create(self, job: Job, args: HaVipArgs) -> tuple[str, Properties]:
        row = _make(job, args)
        if args.associations is not None:
            job.ctx.keys.declare("inline", row.ha_vip_id, row.ha_vip_id)
            with finishing(
                job, row.ha_vip_id, lambda patient: delete_ha_vip(patient, row.ha_vip_id)
            ):
                row = set_range(job, row, members_of(args.associations))
        return row.ha_vip_id, {**observe_ha_vip(row), "tags": args.tags}

    def _find(self, job: Job, args: HaVipArgs) -> str | None:
        row = _find_creation(job, args)
        return row.ha_vip_id if row else None

    def _read(self, job: Job, id: str, state: HaVipState | None) -> Properties | None:
        row = job.region.ha_vips.get(id)
        if row is None:
            return None
        return observe_ha_vip(row)

    def diff(self, ctx: Context, id: str, olds: Properties, news: Properties) -> DiffResult:
        """Return the diff, and record whether the range is given here or left to attachments."""
        result = super().diff(ctx, id, olds, news)
        if news.get("associations") is None:
            ctx.keys.withdraw("inline", id)
            if "associations" not in (olds.get("managed") or ()):
                return result
            if olds.get("associations"):
                name = label(self.kind, news.get("origin"))
                ctx.warn(f"{name}: {LEFT_TO_ATTACHMENTS}")
            # An update, so that the state tells that attachments set the range from now on.
            left_out = PropertyChange("associations", "delete")
            return replace(result, changes=(*result.changes, left_out))
        if "associations" not in {*result.names, *(olds.get("managed") or ())}:
            # Attachments set the range; one of them may already be leaving the program.
            taken_over = PropertyChange("associations")
            result = replace(result, changes=(*result.changes, taken_over))
        if "associations" in result.names and not result.replaces:
            _warn_of_mixed_kinds(ctx, label(self.kind, news.get("origin")), olds, news)
        ctx.keys.declare("inline", id, id)
        if attachment := ctx.keys.owner("attached", id):
            raise ResourceError(
                f"{label(self.kind, news.get('origin'), id)}: its range is given by `associations` "
                f"and by {named(attachment)}: add the instance to `associations`, or leave them "
                f"out and attach every member"
            )
        return result

    def _refuse_adoption(self, job: Job, observed: Properties) -> None:
        if observed["business"]:
            raise ResourceError(
                f"{job.name}: it belongs to the product {observed['business']}: manage it there"
            )

    def _update(self, job: Job, id: str, state: HaVipState, args: HaVipArgs) -> Properties:
        if args.name != state.name:
            set_once(job, ModifyHaVipAttribute(ha_vip_id=id, ha_vip_name=args.name))
        change_tags(job, self.tagged, id, state.tags, args.tags)
        if args.associations is None:
            return {**observe_ha_vip(present(job, id)), "tags": args.tags}
        with job.ctx.keys.changing("range", id):
            row = set_range(job, present(job, id), members_of(args.associations))
        return {**observe_ha_vip(row), "tags": args.tags}

    def _delete(self, job: Job, id: str, state: HaVipState) -> None:
        if state.business:
            raise ResourceError(
                f"{job.name}: it belongs to the product {state.business}: release it there, and "
                f"remove it from the state with `havip stack forget` or `pulumi state delete`"
            )
        delete_ha_vip(job, id)


def _warn_of_mixed_kinds(ctx: Context, name: str, olds: Properties, news: Properties) -> None:
    """Warn if the members change from instances to network interfaces, or back."""
    old, new = olds.get("associations"), news.get("associations")
    if not old or not new or not known(old, new):
        return
    kinds = {TYPES.get(item["instance_id"].partition("-")[0]) for item in [*old, *new]}
    if len(kinds) > 1:
        ctx.warn(f"{name}: {EMPTY_RANGE}")


def observe_ha_vip(row: HaVip) -> Properties:
    """Return the observed properties of a HAVIP."""
    return {
        "name": row.ha_vip_name,
        "vpc_id": row.vpc_id,
        "subnet_id": row.subnet_id,
        "vip": row.vip,
        "check_associate": row.check_associate,
        "associations": [
            {"instance_id": id, "instance_type": kind or None}
            for id, kind in sorted(members(row).items())
        ],
        "tags": user_tags(row.tag_set),
        "address_ip": row.address_ip,
        "instance_id": row.instance_id,
        "network_interface_id": row.network_interface_id or None,
        "state": row.state,
        "created_time": row.created_time,
        "flushed_time": row.flushed_time,
        "business": row.business,
    }


def _make(job: Job, args: HaVipArgs) -> HaVip:
    unique = bool(args.vip or job.token(CreateHaVip, args.creation_id))
    try:
        made: HaVip = make_by_token(
            job,
            args,
            lambda token: _creation(job, args, token),
            lambda answer: answer.ha_vip,
            lambda: _find_creation(job, args),
            lambda made: job.region.ha_vips.fresh(made.ha_vip_id) is not None,
            never_twice=None if unique else args.creation_id,
        )
    except DuplicateError as error:
        error.hint = error.hint or address_conflict(_holder(job, args), args.origin or "")
        raise
    return made


def _holder(job: Job, args: HaVipArgs) -> HaVip | None:
    """Find the HAVIP that already has the requested address."""
    rows = _rows(job, {"vpc-id": args.vpc_id, "vip": args.vip}) if args.vip else []
    return next((row for row in rows if row.vip == args.vip), None)


def _creation(job: Job, args: HaVipArgs, token: str | None) -> CreateHaVip:
    """Build the request; for the international site, without parameters that it lacks."""
    china = job.ctx.settings.site == "china"
    items = [
        HaVipAssociation(instance_id=id, instance_type=kind)
        for id, kind in members_of(args.associations or []).items()
    ]
    return CreateHaVip(
        vpc_id=args.vpc_id,
        ha_vip_name=args.name or "",
        subnet_id=args.subnet_id,
        vip=args.vip,
        network_interface_id=args.network_interface_id,
        check_associate=args.check_associate if china else None,
        ha_vip_association_set=items or None,
        tags=first_tags(args.tags, args.creation_id, args.origin) if china else None,
        client_token=job.token(CreateHaVip, token),
    )


def _find_creation(job: Job, args: HaVipArgs) -> HaVip | None:
    """Find the result of an earlier attempt: by its tag or, without tags, by its address.

    Raises:
        ResourceError: A HAVIP has the same name, and it is unknown whether this creation made it.
    """
    filters = {"vpc-id": args.vpc_id, "subnet-id": args.subnet_id}
    filters |= {"vip": args.vip} if args.vip else {"havip-name": args.name or ""}
    rows = [
        row
        for row in _rows(job, filters)
        if row.vip == args.vip or (not args.vip and row.ha_vip_name == args.name)
    ]
    for row in rows:
        if made_by(row.tag_set, args.creation_id):
            return row
    if job.ctx.settings.site == "china" or not rows:
        return None
    if args.vip and rows[0].ha_vip_name == args.name:
        return rows[0]
    raise ResourceError(
        f"{job.name}: {rows[0].ha_vip_id} has its name, and may be of an attempt whose answer was "
        f"lost: take it over with adopt={rows[0].ha_vip_id!r}, or delete it"
    )


def _rows(job: Job, filters: dict[str, str]) -> list[HaVip]:
    return job.region.find(DescribeHaVips, filters)


def _site_rules(ctx: Context, args: HaVipArgs) -> Iterator[CheckFailure]:
    """Yield failures for properties that the international site does not support."""
    if ctx.settings.site == "china":
        return
    for name in ("check_associate", "associations", "tags"):
        if getattr(args, name):
            yield CheckFailure(
                name, "the international site has no such input of a HAVIP: leave it out"
            )


def _subnet_cidr(ctx: Context, args: HaVipArgs) -> str | None:
    """Return the CIDR block of the subnet for a given address; None if it cannot be read."""
    if not args.vip or not known(args.vip, args.subnet_id, args.region):
        return None
    try:
        return ctx.region(args.region).subnet_cidr(args.subnet_id)
    except HavipError:  # the check continues without it; the creation reports the error
        return None
