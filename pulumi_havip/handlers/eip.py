"""Elastic IPs."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from havip.api import (
    Address,
    AllocateAddresses,
    DescribeAddresses,
    ModifyAddressAttribute,
    ModifyAddressesBandwidth,
    ReleaseAddresses,
)
from havip.errors import ApiError
from pulumi_havip.handlers.context import Job
from pulumi_havip.handlers.errors import gone_meanwhile
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import (
    delete_once,
    find_by_tag,
    finishing,
    make_by_token,
    set_once,
)
from pulumi_havip.handlers.model import REPLACE, NamedArgs, State
from pulumi_havip.handlers.ownership_tags import user_tags
from pulumi_havip.handlers.property_types import EipId, EipName
from pulumi_havip.handlers.tags import change_tags, first_tags
from pulumi_havip.handlers.values import Properties

_PASSING: Final = ("CREATING", "BINDING", "UNBINDING")
"""Transient states of an address."""


class EipArgs(NamedArgs):
    """The arguments of an `Eip`."""

    adopt: EipId | None = None
    name: EipName | None = None
    """The name in the console, at most 128 characters; the resource's own name if omitted."""
    internet_charge_type: Annotated[
        Literal[
            "BANDWIDTH_PACKAGE",
            "BANDWIDTH_POSTPAID_BY_HOUR",
            "TRAFFIC_POSTPAID_BY_HOUR",
        ]
        | None,
        REPLACE,
    ] = None
    """Billing of its traffic; by traffic and hour if omitted. Prepaid addresses are not
    supported."""
    bandwidth: Annotated[int, Field(ge=1, le=2000)] | None = None
    """Outgoing bandwidth in Mbit/s, 1 to 2000; 1 if omitted."""
    internet_service_provider: Annotated[Literal["BGP", "CMCC", "CTCC", "CUCC"] | None, REPLACE] = (
        None
    )
    """The ISP line; BGP if omitted."""
    bandwidth_package_id: Annotated[str | None, REPLACE] = None
    """The bandwidth package that it belongs to."""


class EipState(EipArgs, State):
    """The outputs of an `Eip`."""

    public_ip: str = ""
    """The address."""
    status: str = ""
    """``UNBIND`` or ``BIND``; bindings never count as a difference."""
    created_time: str = ""
    """Creation time, in the API's format."""


class EipHandler(Handler[EipArgs, EipState]):
    """An elastic IP: a public address that can be bound to a HAVIP.

    While the HAVIP has no holder, the address counts as idle and incurs charges.

    Example::

        public = havip.Eip("web", bandwidth=10)
        havip.HaVipEipAttachment("web", ha_vip_id=address.id, address_ip=public.public_ip)
    """

    kind = "Eip"
    listing, tagged = "eips", "vpc:eip"
    args = EipArgs
    state = EipState

    def _create(self, job: Job, args: EipArgs) -> tuple[str, Properties]:
        id = make_by_token(
            job,
            args,
            lambda token: _creation(job, args, token),
            lambda answer: answer.address_set[0],
            lambda: self._find(job, args),
            lambda id: job.region.eips.fresh(id) is not None,
        )
        with finishing(job, id, lambda patient: _release(patient, id)):
            row = job.wait(job.region.eips, id, _usable, "its allocation")
        return id, {**_observed(row), "tags": args.tags} if row else {}

    def _find(self, job: Job, args: EipArgs) -> str | None:
        row = find_by_tag(job, DescribeAddresses, args.creation_id)
        return row.address_id if row else None

    def _read(self, job: Job, id: str, state: EipState | None) -> Properties | None:
        row = job.region.eips.get(id)
        return _observed(row) if row else None

    def _update(self, job: Job, id: str, state: EipState, args: EipArgs) -> Properties:
        if args.name != state.name:
            set_once(job, ModifyAddressAttribute(address_id=id, address_name=args.name))
        if args.bandwidth is not None and args.bandwidth != state.bandwidth:
            _widen(job, id, args.bandwidth)
        change_tags(job, self.tagged, id, state.tags, args.tags)
        row = job.region.eips.fresh(id)
        if row is None:
            raise gone_meanwhile(job.name)
        return {**_observed(row), "tags": args.tags}

    def _delete(self, job: Job, id: str, state: EipState) -> None:
        _release(job, id)


def _creation(job: Job, args: EipArgs, token: str | None) -> AllocateAddresses:
    return AllocateAddresses(
        address_name=args.name,
        internet_charge_type=args.internet_charge_type,
        internet_max_bandwidth_out=args.bandwidth,
        internet_service_provider=args.internet_service_provider,
        bandwidth_package_id=args.bandwidth_package_id,
        tags=first_tags(args.tags, args.creation_id, args.origin),
        client_token=job.token(AllocateAddresses, token),
    )


def _usable(row: Address | None) -> bool:
    return row is not None and row.address_status not in ("", "CREATING")


def _widen(job: Job, id: str, bandwidth: int) -> None:
    """Change the bandwidth of an address, and wait until it applies."""
    request = ModifyAddressesBandwidth(address_ids=[id], internet_max_bandwidth_out=bandwidth)
    answer = set_once(job, request)
    task = ("ModifyAddressesBandwidth", answer.task_id) if answer and answer.task_id else None
    job.wait(
        job.region.eips,
        id,
        lambda row: row is None or row.bandwidth == bandwidth,
        "its bandwidth",
        task,
    )


def _release(job: Job, id: str) -> None:
    """Release an address, even while it is being unbound."""
    request = ReleaseAddresses(address_ids=[id])
    for _ in job.ctx.pauses(f"{job.name}: its release"):
        try:
            delete_once(job, lambda: job.region.send(request), job.region.eips, id)
            break
        except ApiError:
            row = job.region.eips.fresh(id)
            if row is None or row.address_status not in _PASSING:
                raise
    job.wait(job.region.eips, id, lambda row: row is None, "its release")


def _observed(row: Address) -> Properties:
    return {
        "name": row.address_name,
        "internet_charge_type": row.internet_charge_type or None,
        "bandwidth": row.bandwidth or None,
        "internet_service_provider": row.internet_service_provider or None,
        "bandwidth_package_id": row.bandwidth_package_id or None,
        "tags": user_tags(row.tag_set),
        "public_ip": row.address_ip,
        "status": row.address_status,
        "created_time": row.created_time,
    }
