"""CVM instances."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, OrEmpty, Page, Response, Shape
from havip.api._services import CvmRequest
from havip.api.cvm.parts import (
    CpuTopology,
    DataDisk,
    InternetAccessible,
    LoginSettings,
    Metadata,
    Placement,
    SystemDisk,
    VirtualPrivateCloud,
)
from havip.api.shared import Filter, Tag

__all__ = [
    "AssociateSecurityGroups",
    "AssociateSecurityGroupsResponse",
    "DescribeInstances",
    "DescribeInstancesResponse",
    "DisassociateSecurityGroups",
    "DisassociateSecurityGroupsResponse",
    "GPUInfo",
    "Instance",
    "ModifyInstancesAttribute",
    "ModifyInstancesAttributeResponse",
    "StartInstances",
    "StartInstancesResponse",
    "StopInstances",
    "StopInstancesResponse",
    "TerminateInstances",
    "TerminateInstancesResponse",
]


class GPUInfo(Shape):
    """The GPUs of an instance.

    Args:
        gpu_count: Number of GPUs; below 1 for a share of one.
        gpu_id: Addresses of the GPUs.
        gpu_type: Model of the GPUs.
    """

    gpu_count: Annotated[float, Field(alias="GPUCount")] = 0.0
    gpu_id: Annotated[list[str], Field(alias="GPUId")] = []
    gpu_type: Annotated[str, Field(alias="GPUType")] = ""


class Instance(Shape):
    """A CVM instance.

    Args:
        placement: Zone, project and host.
        instance_id: Id of the instance, such as ``ins-1a2b3c4d``.
        instance_type: Type of the instance, such as ``S5.MEDIUM2``.
        cpu: Number of cores.
        memory: Memory in GiB.
        restrict_state: ``NORMAL``, ``EXPIRED`` or ``PROTECTIVELY_ISOLATED``.
        instance_name: Name of the instance.
        instance_charge_type: ``PREPAID``, ``POSTPAID_BY_HOUR``, ``CDHPAID``, ``SPOTPAID`` or
            ``CDCPAID``.
        system_disk: System disk.
        data_disks: Data disks.
        private_ip_addresses: Private IPv4 addresses of the primary interface.
        public_ip_addresses: Public IPv4 addresses of the primary interface.
        internet_accessible: Public network.
        virtual_private_cloud: VPC, subnet and private addresses.
        image_id: Id of the image, such as ``img-1a2b3c4d``.
        renew_flag: ``NOTIFY_AND_AUTO_RENEW``, ``NOTIFY_AND_MANUAL_RENEW`` or
            ``DISABLE_NOTIFY_AND_MANUAL_RENEW``.
        created_time: Creation time in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
        expired_time: When it ends, in UTC as ``YYYY-MM-DDThh:mm:ssZ``; empty for pay-as-you-go
            instances.
        os_name: Name of the operating system.
        security_group_ids: Ids of security groups.
        login_settings: Only the ids of its keys.
        instance_state: State of the instance, such as ``PENDING``, ``RUNNING``, ``STOPPED`` or
            ``TERMINATING``.
        tags: Tags.
        stop_charging_mode: ``KEEP_CHARGING``, ``STOP_CHARGING`` or ``NOT_APPLICABLE``.
        uuid: A globally unique id.
        latest_operation: The last action on it, such as ``StopInstances``; None before the first.
        latest_operation_state: ``SUCCESS``, ``OPERATING`` or ``FAILED``.
        latest_operation_request_id: Request id of that action.
        disaster_recover_group_id: Retired for ``disaster_recover_group_ids``.
        ipv6_addresses: IPv6 addresses.
        cam_role_name: Name of its CAM role; None without one.
        hpc_cluster_id: Id of the high-performance cluster.
        rdma_ip_addresses: Addresses in the high-performance cluster.
        dedicated_cluster_id: Id of its dedicated cluster.
        isolated_source: Why it is isolated: ``ARREAR``, ``EXPIRE``, ``MANMADE`` or ``NOTISOLATED``.
        disaster_recover_group_ids: Ids of placement groups.
        gpu_info: GPUs, if any.
        license_type: Licence of the operating system.
        disable_api_termination: Whether the API refuses to terminate the instance.
        host_name: Host name inside of the guest.
        default_login_user: User to log in as.
        default_login_port: Port to log in on.
        latest_operation_error_msg: Its error message; None on success.
        enable_jumbo_frame: Whether jumbo frames are on.
        metadata: Metadata given at creation.
        public_ipv6_addresses: Public IPv6 addresses.
        cpu_topology: Cores and threads.
        partition_number: Its partition of a ``PARTITION`` group.
    """

    placement: Placement | None = None
    instance_id: str = ""
    instance_type: str = ""
    cpu: Annotated[int, Field(alias="CPU")] = 0
    memory: int = 0
    restrict_state: str = ""
    instance_name: str = ""
    instance_charge_type: str = ""
    system_disk: SystemDisk | None = None
    data_disks: list[DataDisk] = []
    private_ip_addresses: list[str] = []
    public_ip_addresses: OrEmpty[str] = []
    internet_accessible: InternetAccessible | None = None
    virtual_private_cloud: VirtualPrivateCloud | None = None
    image_id: str = ""
    renew_flag: str = ""
    created_time: str = ""
    expired_time: str = ""
    os_name: str = ""
    security_group_ids: list[str] = []
    login_settings: LoginSettings | None = None
    instance_state: str = ""
    tags: list[Tag] = []
    stop_charging_mode: str = ""
    uuid: str = ""
    latest_operation: str | None = None
    latest_operation_state: str | None = None
    latest_operation_request_id: str | None = None
    disaster_recover_group_id: str = ""
    ipv6_addresses: Annotated[OrEmpty[str], Field(alias="IPv6Addresses")] = []
    cam_role_name: str | None = None
    hpc_cluster_id: str = ""
    rdma_ip_addresses: OrEmpty[str] = []
    dedicated_cluster_id: str = ""
    isolated_source: str = ""
    disaster_recover_group_ids: list[str] = []
    gpu_info: Annotated[GPUInfo | None, Field(alias="GPUInfo")] = None
    license_type: str = ""
    disable_api_termination: bool = False
    host_name: str = ""
    default_login_user: str = ""
    default_login_port: int = 0
    latest_operation_error_msg: str | None = None
    enable_jumbo_frame: bool = False
    metadata: Metadata | None = None
    public_ipv6_addresses: Annotated[list[str], Field(alias="PublicIPv6Addresses")] = []
    cpu_topology: CpuTopology | None = None
    partition_number: int = 0


class DescribeInstancesResponse(Response):
    """The response of `DescribeInstances`.

    Args:
        total_count: Total number of items.
        instance_set: The instances.
    """

    total_count: int = 0
    instance_set: list[Instance] = []


class DescribeInstances(CvmRequest[DescribeInstancesResponse]):
    """List CVM instances, by their ids or by filters.

    Ids and filters exclude each other.

    Args:
        instance_ids: Ids of instances, at most 100; not together with filters.
        filters: Filters that must all match, at most 10 of 5 values each; not together with ids.
        offset: Number of items to skip (default 0).
        limit: Maximum number of items, 1 to 100 (default 20).
    """

    rate = 40
    reads = True
    filter_names = (
        "zone",
        "project-id",
        "host-id",
        "dedicated-cluster-id",
        "vpc-id",
        "subnet-id",
        "instance-id",
        "uuid",
        "security-group-id",
        "instance-name",
        "instance-charge-type",
        "instance-state",
        "private-ip-address",
        "public-ip-address",
        "ipv6-address",
        "tag-key",
        "tag-value",
        "tag:",
        "creation-start-time",
        "creation-end-time",
    )
    page = Page("instance_set")
    intl = Gap(
        filters=(
            "dedicated-cluster-id",
            "uuid",
            "instance-state",
            "ipv6-address",
            "creation-start-time",
            "creation-end-time",
        ),
        fields=(
            "Placement.DedicatedResourcePackTenancy",
            "Placement.DedicatedResourcePackIds",
            "Placement.RackId",
            "SystemDisk.Encrypt",
            "SystemDisk.KmsKeyId",
            "Instance.DisasterRecoverGroupIds",
            "Instance.HostName",
            "Instance.EnableJumboFrame",
            "Instance.CpuTopology",
            "Instance.PartitionNumber",
        ),
    )
    source = "https://cloud.tencent.com/document/api/213/15728"

    instance_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None


class StartInstancesResponse(Response):
    """The response of `StartInstances`."""


class StartInstances(CvmRequest[StartInstancesResponse]):
    """Start stopped instances.

    The call only starts the operation: poll `DescribeInstances` for RUNNING.

    Args:
        instance_ids: Ids of instances, at most 100.
    """

    instance_ids: list[str]


class StopInstancesResponse(Response):
    """The response of `StopInstances`."""


class StopInstances(CvmRequest[StopInstancesResponse]):
    """Shut down running instances.

    The call only starts the operation: poll `DescribeInstances` for STOPPED.

    Args:
        instance_ids: Ids of instances, at most 100.
        force_stop: Retired for ``stop_type``: whether to power off if a clean shutdown fails.
        stop_type: ``SOFT`` (the default), ``SOFT_FIRST``, or ``HARD``, which powers off.
        stopped_mode: Whether a stopped instance is billed: ``KEEP_CHARGING`` (the default) or
            ``STOP_CHARGING``.
    """

    instance_ids: list[str]
    force_stop: bool | None = None
    stop_type: str | None = None
    stopped_mode: str | None = None


class TerminateInstancesResponse(Response):
    """The response of `TerminateInstances`."""


class TerminateInstances(CvmRequest[TerminateInstancesResponse]):
    """Terminate instances; pay-as-you-go instances are destroyed at once.

    Prepaid ones go to the recycle bin first, and are destroyed by a second call.

    Args:
        instance_ids: Ids of instances, at most 100.
        release_address: Whether to release the elastic IP of the primary interface, of special
            kinds only (default false).
        release_prepaid_data_disks: Whether prepaid data disks are released too (default false).
    """

    instance_ids: list[str]
    release_address: bool | None = None
    release_prepaid_data_disks: bool | None = None


class ModifyInstancesAttributeResponse(Response):
    """The response of `ModifyInstancesAttribute`."""


class ModifyInstancesAttribute(CvmRequest[ModifyInstancesAttributeResponse]):
    """Change one attribute of instances: name, user data, security groups, role and others.

    One attribute per call. ``security_groups`` replaces the previous groups, and a new host name
    restarts the instances.

    Args:
        instance_ids: Ids of instances, at most 100.
        instance_name: The new name, at most 60 characters.
        user_data: Script or cloud-init data in base64, at most 16 KB before encoding; may be
            secret.
        security_groups: Ids of the security groups that replace the current ones.
        cam_role_name: Name of the CAM role; empty removes it.
        host_name: The new host name.
        disable_api_termination: Whether the API refuses to terminate it.
        cam_role_type: Kind of the role: ``user``, ``system`` or ``service_linked``.
        auto_reboot: Whether a new host name restarts the instance at once (default true).
        enable_jumbo_frame: Whether jumbo frames are enabled.
    """

    intl = Gap(inputs=("EnableJumboFrame",))

    instance_ids: list[str]
    instance_name: str | None = None
    user_data: Annotated[str | None, Field(repr=False)] = None
    security_groups: list[str] | None = None
    cam_role_name: str | None = None
    host_name: str | None = None
    disable_api_termination: bool | None = None
    cam_role_type: str | None = None
    auto_reboot: bool | None = None
    enable_jumbo_frame: bool | None = None


class AssociateSecurityGroupsResponse(Response):
    """The response of `AssociateSecurityGroups`."""


class AssociateSecurityGroups(CvmRequest[AssociateSecurityGroupsResponse]):
    """Add security groups to instances.

    Args:
        security_group_ids: Id of the security group to add, exactly one.
        instance_ids: Ids of instances, at most 100.
    """

    security_group_ids: list[str]
    instance_ids: list[str]


class DisassociateSecurityGroupsResponse(Response):
    """The response of `DisassociateSecurityGroups`."""


class DisassociateSecurityGroups(CvmRequest[DisassociateSecurityGroupsResponse]):
    """Remove security groups from instances.

    Args:
        security_group_ids: Id of the security group to remove, exactly one.
        instance_ids: Ids of instances, at most 100.
    """

    security_group_ids: list[str]
    instance_ids: list[str]
