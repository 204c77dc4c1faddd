"""CVM instances, availability zones and placement groups."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Input, OrEmpty, Page, Response, Shape
from havip.api._services import CvmRequest
from havip.api.shared import Filter, Tag

__all__ = ["ActionTimer", "AssociateSecurityGroups", "AssociateSecurityGroupsResponse", "CpuTopology", "CreateDisasterRecoverGroup", "CreateDisasterRecoverGroupResponse", "DataDisk", "DeleteDisasterRecoverGroups", "DeleteDisasterRecoverGroupsResponse", "DescribeDisasterRecoverGroups", "DescribeDisasterRecoverGroupsResponse", "DescribeInstances", "DescribeInstancesResponse", "DescribeZones", "DescribeZonesResponse", "DisassociateSecurityGroups", "DisassociateSecurityGroupsResponse", "DisasterRecoverGroup", "EnhancedService", "Externals", "GPUInfo", "Instance", "InstanceChargePrepaid", "InstanceMarketOptionsRequest", "InternetAccessible", "LaunchTemplate", "LoginSettings", "Metadata", "MetadataItem", "ModifyInstancesAttribute", "ModifyInstancesAttributeResponse", "NetworkInterfaces", "Placement", "RunAutomationServiceEnabled", "RunInstances", "RunInstancesResponse", "RunMonitorServiceEnabled", "RunSecurityServiceEnabled", "SpotMarketOptions", "StartInstances", "StartInstancesResponse", "StopInstances", "StopInstancesResponse", "StorageBlock", "SystemDisk", "TagSpecification", "TerminateInstances", "TerminateInstancesResponse", "VirtualPrivateCloud", "ZoneInfo"]


class InstanceChargePrepaid(Input):
    """How an instance that is paid ahead is bought."""

    period: int
    renew_flag: str | None = None


class Placement(Shape):
    """Where an instance runs: zone, project, dedicated host."""

    zone: str
    project_id: int | None = None
    host_ids: list[str] | None = None
    host_id: str | None = None
    dedicated_resource_pack_tenancy: str | None = None
    dedicated_resource_pack_ids: list[str] | None = None
    rack_id: str | None = None


class SystemDisk(Shape):
    """The system disk of an instance."""

    disk_type: str | None = None
    disk_id: str | None = None
    disk_size: int | None = None
    cdc_id: str | None = None
    disk_name: str | None = None
    encrypt: bool | None = None
    kms_key_id: str | None = None


class DataDisk(Shape):
    """A data disk of an instance."""

    disk_size: int
    disk_type: str | None = None
    disk_id: str | None = None
    delete_with_instance: bool | None = None
    snapshot_id: str | None = None
    encrypt: bool | None = None
    kms_key_id: str | None = None
    throughput_performance: int | None = None
    cdc_id: str | None = None
    burst_performance: bool | None = None
    disk_name: str | None = None


class VirtualPrivateCloud(Shape):
    """The VPC, subnet and private addresses of an instance."""

    vpc_id: str
    subnet_id: str
    as_vpc_gateway: bool | None = None
    private_ip_addresses: list[str] | None = None
    ipv6_address_count: int | None = None


class InternetAccessible(Shape):
    """The public network of an instance."""

    internet_charge_type: str | None = None
    internet_max_bandwidth_out: int | None = None
    public_ip_assigned: bool | None = None
    bandwidth_package_id: str | None = None
    internet_service_provider: str | None = None
    ipv4_address_type: Annotated[str | None, Field(alias="IPv4AddressType")] = None
    ipv6_address_type: Annotated[str | None, Field(alias="IPv6AddressType")] = None
    anti_ddos_package_id: Annotated[str | None, Field(alias="AntiDDoSPackageId")] = None


class LoginSettings(Shape):
    """How one logs into an instance; the password is only ever sent."""

    password: str | None = None
    key_ids: list[str] | None = None
    keep_image_login: str | None = None


class RunSecurityServiceEnabled(Input):
    """Whether the security agent runs."""

    enabled: bool | None = None


class RunMonitorServiceEnabled(Input):
    """Whether the monitoring agent runs."""

    enabled: bool | None = None


class RunAutomationServiceEnabled(Input):
    """Whether the automation agent runs."""

    enabled: bool | None = None


class EnhancedService(Input):
    """Which agents new instances run."""

    security_service: RunSecurityServiceEnabled | None = None
    monitor_service: RunMonitorServiceEnabled | None = None
    automation_service: RunAutomationServiceEnabled | None = None


class StorageBlock(Input):
    """A local disk of a host."""

    type: str | None = None
    min_size: int | None = None
    max_size: int | None = None


class Externals(Input):
    """Settings outside of the usual of a timer."""

    release_address: bool | None = None
    unsupport_networks: list[str] | None = None
    storage_block_attr: StorageBlock | None = None


class ActionTimer(Input):
    """When an action on new instances is to happen."""

    timer_action: str | None = None
    action_time: str | None = None
    externals: Externals | None = None
    action_timer_id: str | None = None
    status: str | None = None
    instance_id: str | None = None


class TagSpecification(Input):
    """Tags for the resources that a call makes."""

    resource_type: str
    tags: list[Tag]


class SpotMarketOptions(Input):
    """What is bid on the spot market."""

    max_price: str
    spot_instance_type: str | None = None


class InstanceMarketOptionsRequest(Input):
    """How an instance is bought on the spot market."""

    spot_options: SpotMarketOptions
    market_type: str | None = None


class MetadataItem(Shape):
    """One entry of the metadata of an instance."""

    key: str
    value: str


class Metadata(Shape):
    """Metadata of an instance."""

    items: list[MetadataItem]


class CpuTopology(Shape):
    """Cores and threads of an instance."""

    core_count: int | None = None
    thread_per_core: int | None = None


class LaunchTemplate(Input):
    """A launch template and its version."""

    launch_template_id: str | None = None
    launch_template_version: int | None = None


class NetworkInterfaces(Input):
    """A network interface that is made with an instance."""

    interface_type: str
    vpc_id: str
    subnet_id: str
    private_ipv4_address_count: int
    network_interface_id: str | None = None
    security_group_ids: list[str] | None = None
    delete_with_instance: bool | None = None


class GPUInfo(Shape):
    """The GPUs of an instance."""

    gpu_count: Annotated[float, Field(alias="GPUCount")] = 0.0
    gpu_id: Annotated[list[str], Field(alias="GPUId")] = []
    gpu_type: Annotated[str, Field(alias="GPUType")] = ""


class Instance(Shape):
    """A CVM instance."""

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


class ZoneInfo(Shape):
    """An availability zone."""

    zone: str = ""
    zone_name: str = ""
    zone_id: str = ""
    zone_state: str = ""


class DisasterRecoverGroup(Shape):
    """A placement group."""

    disaster_recover_group_id: str = ""
    name: str = ""
    type: str = ""
    cvm_quota_total: int = 0
    current_num: int = 0
    instance_ids: list[str] = []
    create_time: str = ""
    affinity: int = 0
    strategy: str = ""
    partition_count: int = 0
    tags: list[Tag] = []


class RunInstancesResponse(Response):
    """The answer of `RunInstances`."""

    instance_id_set: list[str] = []


class RunInstances(CvmRequest[RunInstancesResponse]):
    """Buy and start CVM instances.

    The ids come back at once, while the instances are still being made: poll `DescribeInstances`.
    Without ``client_token`` a repeated call buys again.
    """

    intl = Gap(inputs=("Placement.DedicatedResourcePackTenancy", "Placement.DedicatedResourcePackIds", "Placement.RackId", "SystemDisk.Encrypt", "SystemDisk.KmsKeyId"))

    instance_charge_type: str | None = None
    instance_charge_prepaid: InstanceChargePrepaid | None = None
    placement: Placement | None = None
    instance_type: str | None = None
    image_id: str | None = None
    system_disk: SystemDisk | None = None
    data_disks: list[DataDisk] | None = None
    virtual_private_cloud: VirtualPrivateCloud | None = None
    internet_accessible: InternetAccessible | None = None
    instance_count: int | None = None
    min_count: int | None = None
    instance_name: str | None = None
    login_settings: LoginSettings | None = None
    security_group_ids: list[str] | None = None
    enhanced_service: EnhancedService | None = None
    client_token: str | None = None
    host_name: str | None = None
    action_timer: ActionTimer | None = None
    disaster_recover_group_ids: list[str] | None = None
    tag_specification: list[TagSpecification] | None = None
    instance_market_options: InstanceMarketOptionsRequest | None = None
    user_data: str | None = None
    metadata: Metadata | None = None
    dry_run: bool | None = None
    cpu_topology: CpuTopology | None = None
    cam_role_name: str | None = None
    hpc_cluster_id: str | None = None
    launch_template: LaunchTemplate | None = None
    dedicated_cluster_id: str | None = None
    chc_ids: list[str] | None = None
    partition_number: int | None = None
    disable_api_termination: bool | None = None
    enable_jumbo_frame: bool | None = None
    network_interfaces: list[NetworkInterfaces] | None = None


class DescribeInstancesResponse(Response):
    """The answer of `DescribeInstances`."""

    total_count: int = 0
    instance_set: list[Instance] = []


class DescribeInstances(CvmRequest[DescribeInstancesResponse]):
    """List CVM instances, by their ids or by filters.

    Ids and filters exclude each other.
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
    intl = Gap(filters=("dedicated-cluster-id", "uuid", "instance-state", "ipv6-address", "creation-start-time", "creation-end-time"), fields=("Placement.DedicatedResourcePackTenancy", "Placement.DedicatedResourcePackIds", "Placement.RackId", "SystemDisk.Encrypt", "SystemDisk.KmsKeyId", "Instance.DisasterRecoverGroupIds", "Instance.HostName", "Instance.EnableJumboFrame", "Instance.CpuTopology", "Instance.PartitionNumber"))
    source = "https://www.tencentcloud.com/document/product/213/33258"

    instance_ids: list[str] | None = None
    filters: list[Filter] | None = None
    offset: int | None = None
    limit: int | None = None


class StartInstancesResponse(Response):
    """The answer of `StartInstances`: it succeeded."""


class StartInstances(CvmRequest[StartInstancesResponse]):
    """Start stopped instances.

    The call only begins it: poll `DescribeInstances` for RUNNING.
    """

    instance_ids: list[str]


class StopInstancesResponse(Response):
    """The answer of `StopInstances`: it succeeded."""


class StopInstances(CvmRequest[StopInstancesResponse]):
    """Shut down running instances.

    The call only begins it: poll `DescribeInstances` for STOPPED.
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
    """

    intl = Gap(inputs=("EnableJumboFrame",))

    instance_ids: list[str]
    instance_name: str | None = None
    user_data: str | None = None
    security_groups: list[str] | None = None
    cam_role_name: str | None = None
    host_name: str | None = None
    disable_api_termination: bool | None = None
    cam_role_type: str | None = None
    auto_reboot: bool | None = None
    enable_jumbo_frame: bool | None = None


class DescribeZonesResponse(Response):
    """The answer of `DescribeZones`."""

    total_count: int = 0
    zone_set: list[ZoneInfo] = []


class DescribeZones(CvmRequest[DescribeZonesResponse]):
    """List the availability zones of the region."""

    reads = True


class AssociateSecurityGroupsResponse(Response):
    """The answer of `AssociateSecurityGroups`: it succeeded."""


class AssociateSecurityGroups(CvmRequest[AssociateSecurityGroupsResponse]):
    """Add security groups to instances."""

    security_group_ids: list[str]
    instance_ids: list[str]


class DisassociateSecurityGroupsResponse(Response):
    """The answer of `DisassociateSecurityGroups`: it succeeded."""


class DisassociateSecurityGroups(CvmRequest[DisassociateSecurityGroupsResponse]):
    """Take security groups off instances."""

    security_group_ids: list[str]
    instance_ids: list[str]


class CreateDisasterRecoverGroupResponse(Response):
    """The answer of `CreateDisasterRecoverGroup`."""

    disaster_recover_group_id: str = ""
    type: str = ""
    name: str = ""
    cvm_quota_total: int = 0
    current_num: int = 0
    create_time: str = ""
    strategy: str = ""
    partition_count: int = 0


class CreateDisasterRecoverGroup(CvmRequest[CreateDisasterRecoverGroupResponse]):
    """Create a placement group, which keeps its instances on different hardware."""

    intl = Gap(inputs=("Strategy", "PartitionCount"), fields=("Strategy", "PartitionCount"))

    name: str
    type: str
    client_token: str | None = None
    affinity: int | None = None
    strategy: str | None = None
    partition_count: int | None = None
    tag_specification: list[TagSpecification] | None = None


class DescribeDisasterRecoverGroupsResponse(Response):
    """The answer of `DescribeDisasterRecoverGroups`."""

    disaster_recover_group_set: list[DisasterRecoverGroup] = []
    total_count: int = 0


class DescribeDisasterRecoverGroups(CvmRequest[DescribeDisasterRecoverGroupsResponse]):
    """List placement groups."""

    reads = True
    filter_names = ("tag-key", "tag-value", "tag:")
    page = Page("disaster_recover_group_set")
    intl = Gap(fields=("DisasterRecoverGroup.Strategy", "DisasterRecoverGroup.PartitionCount"))

    disaster_recover_group_ids: list[str] | None = None
    name: str | None = None
    offset: int | None = None
    limit: int | None = None
    filters: list[Filter] | None = None


class DeleteDisasterRecoverGroupsResponse(Response):
    """The answer of `DeleteDisasterRecoverGroups`: it succeeded."""


class DeleteDisasterRecoverGroups(CvmRequest[DeleteDisasterRecoverGroupsResponse]):
    """Delete placement groups that hold no instance."""

    disaster_recover_group_ids: list[str]
