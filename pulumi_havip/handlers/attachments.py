"""Attachments of a HAVIP: an elastic IP, or one member of its range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from havip.api import (
    DescribeAddresses,
    DescribeHaVips,
    HaVip,
    HaVipAssociateAddressIp,
    HaVipDisassociateAddressIp,
    Request,
    Response,
    Tag,
)
from havip.errors import UnsupportedError
from pulumi_havip.handlers.context import Context, Job
from pulumi_havip.handlers.errors import ResourceError
from pulumi_havip.handlers.ha_vip_operations import (
    EMPTY_RANGE,
    Members,
    fits,
    join,
    leave,
    make_room,
    members,
    present,
)
from pulumi_havip.handlers.ha_vip_range import MemberId, MemberType
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import change_once, finishing
from pulumi_havip.handlers.model import (
    REPLACE,
    Args,
    CheckFailure,
    Hints,
    State,
)
from pulumi_havip.handlers.natural_keys import names_of, of_stack
from pulumi_havip.handlers.ownership_tags import label, named
from pulumi_havip.handlers.property_types import Address, HaVipId
from pulumi_havip.handlers.read_results import GONE
from pulumi_havip.handlers.region import RegionReads
from pulumi_havip.handlers.values import Properties, known


def two_parts(kind: str, id: str, example: str) -> tuple[str, str]:
    """Split the id of an attachment into its two parts.

    Raises:
        ResourceError: It does not have two parts.
    """
    first, mark, second = id.partition("#")
    if not mark or not first or not second or "#" in second:
        raise ResourceError(f"{kind}: {id!r} is not its id: write it as {example}")
    return first, second


class HaVipInstanceAttachmentArgs(Args):
    """The arguments of a `HaVipInstanceAttachment`."""

    ha_vip_id: Annotated[HaVipId, REPLACE]
    """The HAVIP."""
    instance_id: Annotated[MemberId, REPLACE]
    """The CVM instance, or the secondary network interface, that may bind it."""
    instance_type: Annotated[MemberType, REPLACE] = Field(default=None, validate_default=True)
    """``CVM`` or ``ENI``; derived from the id if omitted."""


class HaVipInstanceAttachmentState(HaVipInstanceAttachmentArgs, State):
    """The outputs of a `HaVipInstanceAttachment`."""


class HaVipInstanceAttachmentHandler(
    Handler[HaVipInstanceAttachmentArgs, HaVipInstanceAttachmentState]
):
    """One member of a HAVIP's range: an instance or network interface that may bind it.

    Use it for a HAVIP without `associations` of its own. Each attachment manages only its own
    member, so any number of them on one HAVIP stay stable.

    Example::

        havip.HaVipInstanceAttachment("web-a", ha_vip_id=address.id, instance_id=node.id)
    """

    kind = "HaVipInstanceAttachment"
    inside = "ha_vip_id"
    hints = {
        "ha_vip": ("ha_vip_id", "HaVip", "urn"),
        "member": ("instance_id", "HavipResource", "urn"),
    }
    args = HaVipInstanceAttachmentArgs
    state = HaVipInstanceAttachmentState

    def _rules(
        self, ctx: Context, args: HaVipInstanceAttachmentArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        for havip in names_of(args.ha_vip_id, hints.ha_vip):
            if ctx.keys.declared("inline", havip):
                yield CheckFailure(
                    "ha_vip_id",
                    "the range of this HAVIP is given by its `associations`: add the instance "
                    "there, or leave `associations` out and attach every member",
                )
                return
            ctx.keys.declare("attached", havip, hints.urn)
            for instance in names_of(args.instance_id, hints.member):
                if other := ctx.keys.declare("member", f"{havip} {instance}", hints.urn):
                    yield CheckFailure(
                        "instance_id", f"{named(other)} is the same member: leave one of them out"
                    )
                    return
            if known(args.instance_type) and args.instance_type:
                other = ctx.keys.declare("type", havip, args.instance_type)
                if other:
                    yield CheckFailure(
                        "instance_id",
                        f"this HAVIP has members of type {other}: a range holds either instances "
                        f"or network interfaces, not both",
                    )
                    return

    def _delete_first(
        self,
        ctx: Context,
        state: HaVipInstanceAttachmentState,
        args: HaVipInstanceAttachmentArgs,
    ) -> bool:
        """Delete first only if the range of the same HAVIP cannot hold both members."""
        if not known(args.ha_vip_id, args.instance_id) or args.ha_vip_id != state.ha_vip_id:
            return False
        row = ctx.region(state.region).ha_vips.get(state.ha_vip_id)
        there = members(row) if row else {}
        if there and not fits(there, {args.instance_id: args.instance_type or ""}):
            if set(there) == {state.instance_id}:
                ctx.warn(f"{label(self.kind, state.origin)}: {EMPTY_RANGE}")
            return True
        return False

    def _create(self, job: Job, args: HaVipInstanceAttachmentArgs) -> tuple[str, Properties]:
        new: Members = {args.instance_id: args.instance_type or ""}
        with job.ctx.keys.changing("range", args.ha_vip_id):
            make_room(job, args.ha_vip_id, new, args.origin)
            join(job, args.ha_vip_id, new)
        return f"{args.ha_vip_id}#{args.instance_id}", {}

    def _find(self, job: Job, args: HaVipInstanceAttachmentArgs) -> str | None:
        row = job.region.ha_vips.fresh(args.ha_vip_id)
        there = row is not None and args.instance_id in members(row)
        return f"{args.ha_vip_id}#{args.instance_id}" if there else None

    def _read(
        self, job: Job, id: str, state: HaVipInstanceAttachmentState | None
    ) -> Properties | None:
        havip, instance = two_parts(self.kind, id, "havip-1a2b3c4d#ins-1a2b3c4d")
        row = job.region.ha_vips.get(havip)
        if row is None:
            return None
        kind = members(row).get(instance)
        if kind is None:
            return GONE
        return {"ha_vip_id": havip, "instance_id": instance, "instance_type": kind or None}

    def _update(
        self,
        job: Job,
        id: str,
        state: HaVipInstanceAttachmentState,
        args: HaVipInstanceAttachmentArgs,
    ) -> Properties:
        return {}

    def _delete(self, job: Job, id: str, state: HaVipInstanceAttachmentState) -> None:
        keys = job.ctx.keys
        with keys.changing("range", state.ha_vip_id):
            row = job.region.ha_vips.fresh(state.ha_vip_id)
            if row is None:
                self._confirm_gone(job, state)
                return
            if keys.declared("inline", state.ha_vip_id):
                return  # the HAVIP's own `associations` set the range
            if keys.declared("member", f"{state.ha_vip_id} {state.instance_id}"):
                return  # another attachment has the same member
            if state.instance_id in members(row):
                leave(job, state.ha_vip_id, {state.instance_id: state.instance_type or ""})


class HaVipEipAttachmentArgs(Args):
    """The arguments of a `HaVipEipAttachment`."""

    ha_vip_id: Annotated[HaVipId, REPLACE]
    """The HAVIP; it can have one elastic IP."""
    address_ip: Annotated[Address, REPLACE]
    """The address of the elastic IP, such as the `public_ip` of an `Eip`."""


class HaVipEipAttachmentState(HaVipEipAttachmentArgs, State):
    """The outputs of a `HaVipEipAttachment`."""


class HaVipEipAttachmentHandler(Handler[HaVipEipAttachmentArgs, HaVipEipAttachmentState]):
    """An elastic IP bound to a HAVIP: its traffic reaches the holder of the address.

    Example::

        public = havip.Eip("web")
        havip.HaVipEipAttachment("web", ha_vip_id=address.id, address_ip=public.public_ip)
    """

    kind = "HaVipEipAttachment"
    inside = "ha_vip_id"
    hints = {
        "ha_vip": ("ha_vip_id", "HaVip", "urn"),
        "eip": ("address_ip", "Eip", "urn"),
    }
    args = HaVipEipAttachmentArgs
    state = HaVipEipAttachmentState

    def _rules(
        self, ctx: Context, args: HaVipEipAttachmentArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        for eip in names_of(args.address_ip, hints.eip):
            if other := ctx.keys.declare("eip", eip, hints.urn):
                yield CheckFailure(
                    "address_ip", f"{named(other)} binds this elastic IP already: use another one"
                )
                break
        for havip in names_of(args.ha_vip_id, hints.ha_vip):
            if other := ctx.keys.declare("eip of", havip, hints.urn):
                yield CheckFailure(
                    "ha_vip_id",
                    f"{named(other)} binds an elastic IP to this HAVIP, which takes one",
                )
                break
        if known(args.ha_vip_id, args.address_ip):
            ctx.keys.declare("binding", f"{args.ha_vip_id} {args.address_ip}", hints.urn)

    def _delete_first(
        self, ctx: Context, state: HaVipEipAttachmentState, args: HaVipEipAttachmentArgs
    ) -> bool:
        """Delete first if the old binding excludes the new one and is not this stack's own."""
        if not known(args.ha_vip_id, args.address_ip):
            return False
        if args.ha_vip_id != state.ha_vip_id and args.address_ip != state.address_ip:
            return False
        region = ctx.region(state.region)
        row = region.ha_vips.get(state.ha_vip_id)
        tags = _eip_tags(region, state.address_ip)
        return row is not None and not of_stack(args.origin, row.tag_set, tags)

    def _create(self, job: Job, args: HaVipEipAttachmentArgs) -> tuple[str, Properties]:
        havip, ip = args.ha_vip_id, args.address_ip
        release_bindings(job, havip, ip, args.origin)
        bind(job, havip, ip)
        job.ctx.keys.withdraw("bound", havip)
        job.ctx.keys.declare("bound", havip, ip)
        return f"{havip}#{ip}", {}

    def _find(self, job: Job, args: HaVipEipAttachmentArgs) -> str | None:
        there = _bound(job.region.ha_vips.fresh(args.ha_vip_id)) == args.address_ip
        return f"{args.ha_vip_id}#{args.address_ip}" if there else None

    def _read(self, job: Job, id: str, state: HaVipEipAttachmentState | None) -> Properties | None:
        havip, ip = two_parts(self.kind, id, "havip-1a2b3c4d#203.0.113.7")
        row = job.region.ha_vips.get(havip)
        if row is None:
            return None
        return {"ha_vip_id": havip, "address_ip": ip} if row.address_ip == ip else GONE

    def _update(
        self, job: Job, id: str, state: HaVipEipAttachmentState, args: HaVipEipAttachmentArgs
    ) -> Properties:
        return {}

    def _delete(self, job: Job, id: str, state: HaVipEipAttachmentState) -> None:
        keys, havip, ip = job.ctx.keys, state.ha_vip_id, state.address_ip
        with keys.changing("binding", havip):
            if not keys.declared("binding", f"{havip} {ip}"):
                if keys.owner("bound", havip) == ip:
                    keys.withdraw("bound", havip)
                if not unbind(job, havip, ip):
                    self._confirm_gone(job, state)
            _restore(job, havip)


def release_bindings(job: Job, havip: str, ip: str, urn: str | None) -> None:
    """Release bindings that exclude a new one, if this stack created the HAVIP or the EIP.

    A HAVIP has at most one elastic IP, and vice versa. A binding of the stack's old resource would
    otherwise stay until that resource is deleted, which comes later.
    """
    row = job.region.ha_vips.fresh(havip)
    if row is None or row.address_ip == ip:
        return
    for other in job.region.find(DescribeHaVips, {"address-ip": ip}):
        if other.address_ip == ip and of_stack(urn, other.tag_set, _eip_tags(job.region, ip)):
            unbind(job, other.ha_vip_id, ip)
    if row.address_ip and of_stack(urn, row.tag_set, _eip_tags(job.region, row.address_ip)):
        unbind(job, havip, row.address_ip)


def _eip_tags(region: RegionReads, ip: str) -> list[Tag]:
    rows = region.find(DescribeAddresses, {"address-ip": ip})
    return [tag for row in rows if row.address_ip == ip for tag in row.tag_set]


def bind(job: Job, havip: str, ip: str) -> None:
    """Bind an elastic IP to a HAVIP and wait until it is bound; an existing binding is kept.

    Raises:
        ResourceError: The HAVIP has another elastic IP.
        HavipError: It could not be bound; nothing is left bound.
    """
    request = HaVipAssociateAddressIp(ha_vip_id=havip, address_ip=ip)
    with job.ctx.keys.changing("binding", havip):
        task = _send(job, havip, request, ip)
        if task is None:
            return
        with finishing(job, f"{havip}#{ip}", lambda patient: unbind(patient, havip, ip)):
            job.wait(
                job.region.ha_vips,
                havip,
                lambda row: _bound(row) == ip,
                f"the binding of {ip}",
                task,
            )


def _restore(job: Job, havip: str) -> None:
    """Bind a HAVIP's elastic IP of this deployment again, if it is not bound any more.

    Another provider process of the deployment may have unbound it, since the API unbinds whatever
    the HAVIP has at that time. Deletions come last, so this is the last check.
    """
    ip = job.ctx.keys.owner("bound", havip)
    if ip and _bound(job.region.ha_vips.fresh(havip)) != ip:
        bind(job, havip, ip)


def unbind(job: Job, havip: str, ip: str) -> bool:
    """Unbind an elastic IP from a HAVIP and wait until it is free; another one is left alone.

    Returns:
        Whether the HAVIP exists.
    """
    with job.ctx.keys.changing("binding", havip):  # the request contains no elastic IP
        row = job.region.ha_vips.fresh(havip)
        if row is None or row.address_ip != ip:
            return row is not None
        task = _send(job, havip, HaVipDisassociateAddressIp(ha_vip_id=havip), "")
        if task is not None:
            what = f"the unbinding of {ip}"
            job.wait(job.region.ha_vips, havip, lambda row: _bound(row) != ip, what, task)
    return True


def _bound(row: HaVip | None) -> str:
    return row.address_ip if row else ""


def _send(job: Job, havip: str, request: Request[Response], wanted: str) -> tuple[str, str] | None:
    """Send a change of the binding; return its task, or None if nothing has to change.

    The binding is read before every retry: the API has no token for these calls.
    """

    def holds() -> bool:
        return present(job, havip).address_ip == wanted

    try:
        answer = change_once(lambda: job.region.send(request), holds)
    except UnsupportedError as error:
        bound = present(job, havip).address_ip
        if bound == wanted:
            return None
        if wanted and bound:
            raise ResourceError(
                f"{job.name}: {havip} has the elastic IP {bound}, and takes one: unbind it "
                f"first ({error})"
            ) from None
        raise
    return (type(request).__name__, answer.request_id) if answer else None
