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
        created_time: When it was made, in UTC as ``YYYY-MM-DDThh:mm:ssZ``.
        expired_time: When it ends, in UTC as ``YYYY-MM-DDThh:mm:ssZ``; empty for what is billed by
            use.
        os_name: Name of the operating system.
        security_group_ids: Ids of security groups.
        login_settings: Only the ids of its keys.
        instance_state: State of the instance, such as ``PENDING``, ``RUNNING``, ``STOPPED`` or
            ``TERMINATING``.
        tags: Tags.
        stop_charging_mode: ``KEEP_CHARGING``, ``STOP_CHARGING`` or ``NOT_APPLICABLE``.
        uuid: An id that is unique in the whole cloud.
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
        gpu_info: GPUs, where there are any.
        license_type: Licence of the operating system.
        disable_api_termination: Whether the API refuses to terminate the instance.
        host_name: Host name inside of the guest.
        default_login_user: User to log in as.
        default_login_port: Port to log in on.
        latest_operation_error_msg: What went wrong in it; None where nothing did.
        enable_jumbo_frame: Whether jumbo frames are on.
        metadata: Metadata that the guest was made with.
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
    """The answer of `DescribeInstances`.

    Args:
        total_count: How many there are in all.
        instance_set: The instances.
    """

    total_count: int = 0
    instance_set: list[Instance] = []


class DescribeInstances(CvmRequest[DescribeInstancesResponse]):
    """List CVM instances, by their ids or by filters.

    Ids and filters exclude each other.

    Args:
        instance_ids: Ids of instances, at most 100; not together with filters.
        filters: Conditions that must all hold, at most 10 of 5 values each; not together with ids.
        offset: How many to skip; 0 if left out.
        limit: How many to list at most, 1 to 100; 20 if left out.
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
    """The answer of `StartInstances`: it succeeded."""


class StartInstances(CvmRequest[StartInstancesResponse]):
    """Start stopped instances.

    The call only begins it: poll `DescribeInstances` for RUNNING.

    Args:
        instance_ids: Ids of instances, at most 100.
    """

    instance_ids: list[str]


class StopInstancesResponse(Response):
    """The answer of `StopInstances`: it succeeded."""


class StopInstances(CvmRequest[StopInstancesResponse]):
    """Shut down running instances.

    The call only begins it: poll `DescribeInstances` for STOPPED.

    Args:
        instance_ids: Ids of instances, at most 100.
        force_stop: Retired for ``stop_type``: whether to pull the plug when a clean stop fails.
        stop_type: ``SOFT`` (the default), ``SOFT_FIRST``, or ``HARD``, which pulls the plug.
        stopped_mode: Whether a stopped instance is billed: ``KEEP_CHARGING`` (the default) or
            ``STOP_CHARGING``.
    """

    instance_ids: list[str]
    force_stop: bool | None = None
    stop_type: str | None = None
    stopped_mode: str | None = None


class TerminateInstancesResponse(Response):
    """The answer of `TerminateInstances`: it succeeded."""


class TerminateInstances(CvmRequest[TerminateInstancesResponse]):
    """Return instances; those billed by use are destroyed at once.

    Prepaid ones go to the recycle bin first, and are destroyed by a second call.

    Args:
        instance_ids: Ids of instances, at most 100.
        release_address: Whether to release the elastic IP of the primary interface, of special
            kinds only; false if left out.
        release_prepaid_data_disks: Whether prepaid data disks go as well; false if left out.
    """

    instance_ids: list[str]
    release_address: bool | None = None
    release_prepaid_data_disks: bool | None = None


class ModifyInstancesAttributeResponse(Response):
    """The answer of `ModifyInstancesAttribute`: it succeeded."""


class ModifyInstancesAttribute(CvmRequest[ModifyInstancesAttributeResponse]):
    """Change one attribute of instances: name, user data, security groups, role and others.

    One kind of attribute a call. ``security_groups`` replaces the ones the instances had, and a new
    host name restarts them.

    Args:
        instance_ids: Ids of instances, at most 100.
        instance_name: The new name, at most 60 characters.
        user_data: Script or cloud-init data in base64, at most 16 KB before encoding; may be
            secret.
        security_groups: Ids of the security groups it is to have from now on, in place of all
            others.
        cam_role_name: Name of the CAM role; empty takes it away.
        host_name: The new host name.
        disable_api_termination: Whether the API is to refuse to terminate it.
        cam_role_type: Kind of the role: ``user``, ``system`` or ``service_linked``.
        auto_reboot: Whether a new host name restarts the instance at once; true if left out.
        enable_jumbo_frame: Whether jumbo frames are to be on.
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
    """The answer of `AssociateSecurityGroups`: it succeeded."""


class AssociateSecurityGroups(CvmRequest[AssociateSecurityGroupsResponse]):
    """Add security groups to instances.

    Args:
        security_group_ids: Id of the security group to add, exactly one.
        instance_ids: Ids of instances, at most 100.
    """

    security_group_ids: list[str]
    instance_ids: list[str]


class DisassociateSecurityGroupsResponse(Response):
    """The answer of `DisassociateSecurityGroups`: it succeeded."""


class DisassociateSecurityGroups(CvmRequest[DisassociateSecurityGroupsResponse]):
    """Remove security groups from instances.

    Args:
        security_group_ids: Id of the security group to take off, exactly one.
        instance_ids: Ids of instances, at most 100.
    """

    security_group_ids: list[str]
    instance_ids: list[str]
