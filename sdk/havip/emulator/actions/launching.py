"""Validation and creation of instances for RunInstances."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from havip.api import (
    InternetAccessible,
    LoginSettings,
    Placement,
    RunInstances,
    Subnet,
    SystemDisk,
    Tag,
    VirtualPrivateCloud,
)
from havip.emulator.actions.placement_groups import check_room
from havip.emulator.actions.security_groups import default_group
from havip.emulator.errors import ApiFailure
from havip.emulator.rules import enis
from havip.emulator.rules import instances as machines
from havip.emulator.rules.checks import check_free, check_id, check_name, check_tags, pick_free
from havip.emulator.rules.eips import new_address
from havip.emulator.state.rows import InstanceRow
from havip.emulator.state.world import AccountRegion

MAX_COUNT = 500
MAX_USER_DATA = 16 * 1024
DEFAULT_TYPE = "S5.MEDIUM2"
DEFAULT_IMAGE = "img-487zeit5"
OS_NAMES = {
    "img-487zeit5": "Ubuntu Server 22.04 LTS 64bit",
    "img-22trbn9x": "Ubuntu Server 20.04 LTS 64bit",
    "img-eb30mz89": "TencentOS Server 3.1 (TK4)",
}
_TYPE = re.compile(r"[A-Z][A-Za-z0-9]{0,5}\.(?:(\d*)XLARGE|SMALL|MEDIUM|LARGE)(\d+)")
_CPUS = {"SMALL": 1, "MEDIUM": 2, "LARGE": 4}


@dataclass(frozen=True)
class LaunchPlan:
    """Validated plan of the instances to create."""

    count: int
    subnet: Subnet
    addresses: list[str]
    groups: list[str]
    placement_groups: list[str]
    tags: list[Tag]
    cpus: int
    memory: int


def plan(region: AccountRegion, request: RunInstances) -> LaunchPlan:
    """Validate a request for new instances, and fill in its defaults.

    Raises:
        ApiFailure: A parameter is invalid or refers to something that does not exist.
    """
    count = 1 if request.instance_count is None else request.instance_count
    if not 1 <= count <= MAX_COUNT:
        raise ApiFailure(
            "InvalidParameterValue.Range", f"`InstanceCount` must be 1 to {MAX_COUNT}, got {count}."
        )
    _check_texts(request)
    cpus, memory = size_of(request.instance_type or DEFAULT_TYPE)
    subnet = _subnet(region, request)
    groups = check_groups(region, request.security_group_ids)
    return LaunchPlan(
        count=count,
        subnet=subnet,
        addresses=_addresses(region, subnet, request.virtual_private_cloud, count),
        groups=groups,
        placement_groups=check_room(region, request.disaster_recover_group_ids or [], count),
        tags=_tags(request),
        cpus=cpus,
        memory=memory,
    )


def launch(region: AccountRegion, request: RunInstances, ready: LaunchPlan) -> list[InstanceRow]:
    """Create the instances of a plan in the state PENDING."""
    groups = ready.groups or [default_group(region).security_group_id]
    return [_make(region, request, ready, groups, address) for address in ready.addresses]


def check_groups(region: AccountRegion, ids: Sequence[str] | None) -> list[str]:
    """Check that security groups exist, and return their ids without duplicates.

    Raises:
        ApiFailure: An id is malformed or does not exist.
    """
    groups = list(dict.fromkeys(ids or ()))
    for group in groups:
        if check_id(group, "sg") not in region.security_groups:
            raise ApiFailure(
                "InvalidSecurityGroupId.NotFound", f"The security group `{group}` does not exist."
            )
    return groups


def _make(
    region: AccountRegion, request: RunInstances, ready: LaunchPlan, groups: list[str], address: str
) -> InstanceRow:
    instance_id = region.world.new_id("ins", region.instances)
    subnet, wanted = ready.subnet, request.internet_accessible
    eni = enis.new_interface(
        region, subnet, [enis.address(address, primary=True)], groups=groups, primary=True
    )
    enis.attach(region, eni, instance_id)
    row = InstanceRow(
        placement=Placement(zone=subnet.zone, project_id=_project(request)),
        instance_id=instance_id,
        instance_type=request.instance_type or DEFAULT_TYPE,
        cpu=ready.cpus,
        memory=ready.memory,
        restrict_state="NORMAL",
        instance_name=request.instance_name or "Unnamed",
        instance_charge_type=request.instance_charge_type or "POSTPAID_BY_HOUR",
        system_disk=_system_disk(region, request.system_disk),
        data_disks=request.data_disks or [],
        private_ip_addresses=[address],
        internet_accessible=_public_network(wanted),
        virtual_private_cloud=VirtualPrivateCloud(
            vpc_id=subnet.vpc_id, subnet_id=subnet.subnet_id, as_vpc_gateway=False
        ),
        image_id=request.image_id or DEFAULT_IMAGE,
        created_time=region.now_utc(),
        security_group_ids=groups,
        login_settings=LoginSettings(
            key_ids=request.login_settings.key_ids if request.login_settings else []
        ),
        os_name=OS_NAMES.get(request.image_id or DEFAULT_IMAGE, OS_NAMES[DEFAULT_IMAGE]),
        stop_charging_mode="NOT_APPLICABLE",
        isolated_source="NOTISOLATED",
        license_type="TencentCloud",
        default_login_user="root",
        default_login_port=22,
        instance_state="PENDING",
        tags=ready.tags,
        uuid=_uuid(region),
        disaster_recover_group_id=next(iter(ready.placement_groups), ""),
        disaster_recover_group_ids=ready.placement_groups,
        cam_role_name=request.cam_role_name,
        disable_api_termination=request.disable_api_termination or False,
        host_name=request.host_name or "",
        user_data=request.user_data or "",
        public_address=new_address(region) if wanted and wanted.public_ip_assigned else "",
    )
    return machines.put(region, row)


def _system_disk(region: AccountRegion, wanted: SystemDisk | None) -> SystemDisk:
    disk = wanted or SystemDisk(disk_type="CLOUD_BSSD", disk_size=50)
    return disk.model_copy(update={"disk_id": region.world.new_id("disk", ())})


def _public_network(wanted: InternetAccessible | None) -> InternetAccessible:
    """Return the public network settings of an instance with defaults filled in."""
    usual = {"internet_charge_type": "TRAFFIC_POSTPAID_BY_HOUR", "internet_max_bandwidth_out": 0}
    given = wanted.model_dump(exclude_none=True) if wanted else {}
    return InternetAccessible(**{**usual, **given})


def _check_texts(request: RunInstances) -> None:
    name = request.instance_name or ""
    check_name(name, "InstanceName", longest=128, code="InvalidInstanceName.TooLong")
    if request.image_id:
        check_id(request.image_id, "img", "InvalidImageId.Malformed")
    if len(request.user_data or "") > MAX_USER_DATA * 4 // 3 + 4:
        raise ApiFailure(
            "InvalidParameterValue.InvalidUserDataFormat",
            f"`UserData` has more than {MAX_USER_DATA} bytes.",
        )


def size_of(instance_type: str) -> tuple[int, int]:
    """Derive the CPU count and the memory in GB from the name of an instance type.

    Raises:
        ApiFailure: The instance type is malformed.
    """
    match = _TYPE.fullmatch(instance_type)
    if match is None:
        raise ApiFailure(
            "InvalidInstanceType.Malformed", f"Unknown instance type `{instance_type}`."
        )
    size = instance_type.partition(".")[2].rstrip("0123456789")
    cpus = _CPUS.get(size) or 4 * int(match[1] or 1)
    return cpus, int(match[2])


def _subnet(region: AccountRegion, request: RunInstances) -> Subnet:
    network, placement = request.virtual_private_cloud, request.placement
    if network is None:
        raise ApiFailure(
            "MissingParameter",
            "The emulator has no default VPC: pass `VirtualPrivateCloud` with a subnet.",
        )
    vpc_id = check_id(network.vpc_id, "vpc", "InvalidParameterValue.VpcIdMalformed")
    wanted = check_id(network.subnet_id, "subnet", "InvalidParameterValue.SubnetIdMalformed")
    subnet = region.subnets.get(wanted)
    if vpc_id not in region.vpcs:
        raise ApiFailure(
            "InvalidParameterValue.VpcIdNotExist", f"The VPC `{vpc_id}` does not exist."
        )
    if subnet is None:
        raise ApiFailure(
            "InvalidParameterValue.SubnetNotExist", f"The subnet `{wanted}` does not exist."
        )
    if subnet.vpc_id != vpc_id:
        raise ApiFailure(
            "InvalidParameterValue.VpcIdSubnetIdNotMatch",
            f"`{wanted}` is not a subnet of `{vpc_id}`.",
        )
    if placement is not None and placement.zone != subnet.zone:
        mismatch = placement.zone in region.zones()
        raise ApiFailure(
            "InvalidParameterValue.SubnetIdZoneIdNotMatch"
            if mismatch
            else "InvalidZone.MismatchRegion",
            f"`{wanted}` is in the zone `{subnet.zone}`, not in `{placement.zone}`.",
        )
    return subnet


def _addresses(
    region: AccountRegion, subnet: Subnet, network: VirtualPrivateCloud | None, count: int
) -> list[str]:
    named = (network.private_ip_addresses if network else None) or []
    if not named:
        full = "FailedOperation.NoAvailableIpAddressCountInSubnet"
        return pick_free(region, subnet, count, full_code=full)
    if len(named) != count or len(set(named)) != count:
        raise ApiFailure(
            "InvalidParameterValue",
            f"`PrivateIpAddresses` must contain {count} different addresses, one per instance.",
        )
    return [check_free(region, subnet, text, "PrivateIpAddresses", "VpcIpIsUsed") for text in named]


def _tags(request: RunInstances) -> list[Tag]:
    specifications = request.tag_specification or []
    mine = [item.tags for item in specifications if item.resource_type == "instance"]
    return check_tags([tag for tags in mine for tag in tags])


def _project(request: RunInstances) -> int:
    return (request.placement.project_id or 0) if request.placement else 0


def _uuid(region: AccountRegion) -> str:
    text = region.world.next_random("uuid").to_bytes(16).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
