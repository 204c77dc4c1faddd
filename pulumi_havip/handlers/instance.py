"""CVM instances, limited to what the nodes of a HAVIP need."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from havip.api import (
    DescribeInstances,
    Instance,
    LoginSettings,
    ModifyInstancesAttribute,
    Placement,
    RunInstances,
    SystemDisk,
    TagSpecification,
    TerminateInstances,
    VirtualPrivateCloud,
)
from havip.errors import UnsupportedError
from pulumi_havip.handlers.context import Context, Job
from pulumi_havip.handlers.errors import ResourceError, gone_meanwhile
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.idempotency import (
    delete_once,
    find_by_tag,
    finishing,
    make_by_token,
    set_once,
)
from pulumi_havip.handlers.model import (
    ONCE,
    REPLACE,
    SECRET,
    CheckFailure,
    Hints,
    NamedArgs,
    State,
)
from pulumi_havip.handlers.natural_keys import declare_address
from pulumi_havip.handlers.ownership_tags import user_tags
from pulumi_havip.handlers.property_names import prop
from pulumi_havip.handlers.property_types import (
    SINGLE,
    Address,
    Filled,
    InstanceId,
    PlacementGroupIds,
    SecurityGroupIds,
    SubnetId,
    VpcId,
    elsewhere,
    outside,
)
from pulumi_havip.handlers.tags import change_tags, first_tags
from pulumi_havip.handlers.values import MAYBE_UNKNOWN, Properties, known

USER_DATA_LIMIT = 16 * 1024
"""Maximum size of user data in bytes, before base64 encoding (RunInstances)."""
_HOST_NAME: Final = re.compile(r"(?=.{2,60}$)[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")
_GONE = ("TERMINATING", "SHUTDOWN", "TERMINATED")


def _check_host_name(value: str) -> str:
    if value and not _HOST_NAME.fullmatch(value):
        raise ValueError(
            f"{value!r} is not a host name: take 2 to 60 letters and digits, with single dots and "
            f"hyphens between them"
        )
    return value


def _check_password(value: str) -> str:
    if not 8 <= len(value) <= 30:
        raise ValueError(
            "a password must have 8 to 30 characters (Windows: 12), of at least two kinds: small "
            "and capital letters, digits, punctuation"
        )
    return value


HostName = Annotated[str, AfterValidator(_check_host_name)]
Password = Annotated[str, AfterValidator(_check_password)]


class InstanceArgs(NamedArgs):
    """The arguments of an `Instance`."""

    adopt: InstanceId | None = None
    zone: Annotated[Filled, REPLACE]
    """The availability zone, such as ``ap-guangzhou-3``."""
    instance_type: Annotated[Filled, REPLACE]
    """The instance type, such as ``S5.MEDIUM2``."""
    image_id: Annotated[Filled, REPLACE]
    """The image, such as ``img-487zeit5``."""
    vpc_id: Annotated[VpcId, REPLACE]
    """The VPC of its primary network interface."""
    subnet_id: Annotated[SubnetId, REPLACE]
    """The subnet of its primary network interface."""
    private_ip: Annotated[Address | None, REPLACE] = None
    """Its private address: free and not reserved in the subnet; chosen by the API if omitted."""
    security_group_ids: SecurityGroupIds | None = None
    """Its security groups; the default one if omitted. VRRP is IP protocol 112."""
    placement_group_ids: Annotated[PlacementGroupIds | None, REPLACE] = None
    """The placement groups that separate it from its peers; at most one."""
    host_name: Annotated[HostName | None, REPLACE] = None
    """The host name of the guest."""
    cam_role_name: str | None = None
    """The CAM role whose credentials the guest gets from its metadata service."""
    user_data: Annotated[str | None, SECRET] = Field(default=None, repr=False)
    """Cloud-init data, as plain text of up to 16 KB. A change is written to the instance, which
    only reads it at its next first boot; see `replace_on_user_data_change`."""
    replace_on_user_data_change: Annotated[bool, ONCE] = False
    """True if changed user data replaces the instance. The default is False, since replacing both
    nodes of a pair at once is an outage."""
    password: Annotated[Password | None, SECRET, REPLACE] = Field(default=None, repr=False)
    """The login password, of 8 to 30 characters; a change replaces the instance."""
    key_ids: Annotated[
        Annotated[list[Annotated[Filled, MAYBE_UNKNOWN]], SINGLE] | None, REPLACE
    ] = None
    """The SSH keys that may log in; a change replaces the instance."""
    charge_type: Annotated[Literal["POSTPAID_BY_HOUR", "SPOTPAID", "CDHPAID"] | None, REPLACE] = (
        None
    )
    """Billing mode; pay-as-you-go if omitted. Prepaid instances cannot be created here."""
    system_disk_type: Annotated[str | None, REPLACE] = None
    """The type of its system disk, such as ``CLOUD_PREMIUM``."""
    system_disk_size: Annotated[Annotated[int, Field(ge=20, le=2048)] | None, REPLACE] = None
    """The size of its system disk in GB."""


class InstanceState(InstanceArgs, State):
    """The outputs of an `Instance`."""

    state: str = ""
    """``RUNNING``, ``STOPPED`` and so on; never counts as a difference."""
    created_time: str = ""
    """Creation time, in the API's format."""


class InstanceHandler(Handler[InstanceArgs, InstanceState]):
    """A CVM instance, which can hold a HAVIP.

    Example::

        node = havip.Instance(
            "web-a",
            zone="ap-guangzhou-3",
            instance_type="S5.MEDIUM2",
            image_id="img-487zeit5",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            private_ip="172.17.16.7",
        )
    """

    kind = "Instance"
    inside = "subnet_id"
    hints = {
        "subnet": ("subnet_id", "Subnet", "urn"),
        "subnet_cidr": ("subnet_id", "Subnet", "cidr_block"),
    }
    listing, tagged = "instances", "cvm:instance"
    args = InstanceArgs
    state = InstanceState

    def _rules(
        self, ctx: Context, args: InstanceArgs, hints: Hints, new: bool
    ) -> Iterator[CheckFailure]:
        if reason := elsewhere(args.zone, args.region or ctx.settings.region):
            yield CheckFailure("zone", reason)
        ip, cidr = args.private_ip, hints.subnet_cidr
        if ip and cidr and known(ip, cidr) and (reason := outside(ip, cidr)):
            yield CheckFailure("private_ip", reason)
        yield from declare_address(ctx.keys, "private_ip", ip, args.subnet_id, hints)
        if args.user_data and known(args.user_data):
            size = len(_packed(args.user_data))
            if size > USER_DATA_LIMIT:
                yield CheckFailure(
                    "user_data",
                    f"{size} bytes when compressed, and the API takes {USER_DATA_LIMIT}: "
                    "shorten it",
                )
        if args.password and args.key_ids and known(args.password, args.key_ids):
            yield CheckFailure("password", f"give either a password or {prop('key_ids')}, not both")
        if known(args.placement_group_ids) and len(args.placement_group_ids or []) > 1:
            yield CheckFailure("placement_group_ids", "the API takes one group: leave some out")

    def _same(self, name: str, old: Any, new: Any) -> bool:
        if name == "security_group_ids":
            return sorted(old or []) == sorted(new)
        return bool(old == new)

    def _replaces(self, name: str, args: InstanceArgs) -> bool:
        if name == "user_data":
            return bool(args.replace_on_user_data_change)
        return super()._replaces(name, args)

    def _delete_first(self, ctx: Context, state: InstanceState, args: InstanceArgs) -> bool:
        """Delete first if the address stays the same: two instances cannot have it."""
        if not known(args.subnet_id) or args.subnet_id != state.subnet_id:
            return False
        return args.private_ip is not None and args.private_ip == state.private_ip

    def _create(self, job: Job, args: InstanceArgs) -> tuple[str, Properties]:
        id = make_by_token(
            job,
            args,
            lambda token: _creation(job, args, token),
            lambda answer: answer.instance_id_set[0],
            lambda: self._find(job, args),
            lambda id: not _gone(job.region.instances.fresh(id)),
        )
        with finishing(job, id, lambda patient: _terminate(patient, id)):
            row = job.wait(job.region.instances, id, lambda row: _up(job, row), "its start")
        return id, {**observe_instance(row), "tags": args.tags} if row else {}

    def _find(self, job: Job, args: InstanceArgs) -> str | None:
        row = find_by_tag(
            job, DescribeInstances, args.creation_id, lambda row: row.instance_state not in _GONE
        )
        return row.instance_id if row else None

    def _read(self, job: Job, id: str, state: InstanceState | None) -> Properties | None:
        row = job.region.instances.get(id)
        return observe_instance(row) if row and row.instance_state not in _GONE else None

    def _update(self, job: Job, id: str, state: InstanceState, args: InstanceArgs) -> Properties:
        wanted: Properties = {}
        if args.name != state.name:
            wanted["instance_name"] = args.name
        groups = args.security_group_ids
        if groups is not None and not self._same(
            "security_group_ids", state.security_group_ids, groups
        ):
            wanted["security_groups"] = groups
        if args.user_data is not None and args.user_data != state.user_data:
            wanted["user_data"] = _encoded(args.user_data)
        if args.cam_role_name is not None and args.cam_role_name != state.cam_role_name:
            wanted["cam_role_name"] = args.cam_role_name
        for name, value in wanted.items():  # the API accepts one attribute per call
            given = {"instance_ids": [id], name: value}
            set_once(job, ModifyInstancesAttribute.model_validate(given))
        change_tags(job, self.tagged, id, state.tags, args.tags)
        row = job.region.instances.fresh(id)
        if row is None:
            raise gone_meanwhile(job.name)
        return {**observe_instance(row), "tags": args.tags}

    def _delete(self, job: Job, id: str, state: InstanceState) -> None:
        _terminate(job, id)


def _encoded(text: str) -> str:
    return base64.b64encode(_packed(text)).decode()


def _packed(text: str) -> bytes:
    """Compress user data that is too long, in a format that cloud-init reads."""
    data = text.encode()
    if len(data) <= USER_DATA_LIMIT or not text.startswith("#"):
        return data
    return gzip.compress(data, mtime=0)


def _creation(job: Job, args: InstanceArgs, token: str | None) -> RunInstances:
    tags = first_tags(args.tags, args.creation_id, args.origin)
    disk = SystemDisk(disk_type=args.system_disk_type, disk_size=args.system_disk_size)
    login = LoginSettings(password=args.password, key_ids=args.key_ids)
    return RunInstances(
        placement=Placement(zone=args.zone),
        instance_type=args.instance_type,
        image_id=args.image_id,
        virtual_private_cloud=VirtualPrivateCloud(
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id,
            private_ip_addresses=[args.private_ip] if args.private_ip else None,
        ),
        instance_count=1,
        instance_name=args.name,
        instance_charge_type=args.charge_type,
        security_group_ids=args.security_group_ids or None,
        disaster_recover_group_ids=args.placement_group_ids or None,
        host_name=args.host_name,
        cam_role_name=args.cam_role_name,
        user_data=_encoded(args.user_data) if args.user_data else None,
        login_settings=login if args.password or args.key_ids else None,
        system_disk=disk if args.system_disk_type or args.system_disk_size else None,
        tag_specification=[TagSpecification(resource_type="instance", tags=tags)],
        client_token=job.token(RunInstances, token),
    )


def _up(job: Job, row: Instance | None) -> bool:
    if row is not None and row.instance_state == "LAUNCH_FAILED":
        raise ResourceError(
            f"{job.name}: the cloud could not start it: "
            f"{row.latest_operation_error_msg or 'no reason given'}; it was taken back"
        )
    return row is not None and row.instance_state == "RUNNING"


def _terminate(job: Job, id: str) -> None:
    request = TerminateInstances(instance_ids=[id])
    try:
        delete_once(job, lambda: job.region.send(request), job.region.instances, id)
    except UnsupportedError as error:  # an earlier attempt, whose response was lost, started it
        if not error.code.endswith(".InstanceStateTerminating"):
            raise
    job.wait(job.region.instances, id, _gone, "its termination")


def _gone(row: Instance | None) -> bool:
    """Return whether an instance has released its address; a returned one is listed for a while."""
    return row is None or row.instance_state in ("SHUTDOWN", "TERMINATED")


def observe_instance(row: Instance) -> Properties:
    """Return the observed properties of an instance."""
    network = row.virtual_private_cloud
    disk = row.system_disk
    return {
        "name": row.instance_name,
        "zone": row.placement.zone if row.placement else None,
        "instance_type": row.instance_type,
        "image_id": row.image_id,
        "vpc_id": network.vpc_id if network else None,
        "subnet_id": network.subnet_id if network else None,
        "private_ip": row.private_ip_addresses[0] if row.private_ip_addresses else None,
        "security_group_ids": row.security_group_ids,
        "placement_group_ids": row.disaster_recover_group_ids or None,
        "host_name": row.host_name or None,
        "cam_role_name": row.cam_role_name or None,
        "charge_type": row.instance_charge_type or None,
        "system_disk_type": disk.disk_type if disk else None,
        "system_disk_size": disk.disk_size if disk else None,
        "tags": user_tags(row.tags),
        "state": row.instance_state,
        "created_time": row.created_time,
    }
