"""New CVM instances."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Gap, Input, Response
from havip.api._services import CvmRequest
from havip.api.cvm.parts import (
    CpuTopology,
    DataDisk,
    InternetAccessible,
    LoginSettings,
    Metadata,
    Placement,
    SystemDisk,
    TagSpecification,
    VirtualPrivateCloud,
)

__all__ = [
    "ActionTimer",
    "EnhancedService",
    "Externals",
    "InstanceChargePrepaid",
    "InstanceMarketOptionsRequest",
    "LaunchTemplate",
    "NetworkInterfaces",
    "RunAutomationServiceEnabled",
    "RunInstances",
    "RunInstancesResponse",
    "RunMonitorServiceEnabled",
    "RunSecurityServiceEnabled",
    "SpotMarketOptions",
    "StorageBlock",
]


class InstanceChargePrepaid(Input):
    """Terms of a prepaid instance.

    Args:
        period: Term in months.
        renew_flag: ``NOTIFY_AND_AUTO_RENEW``, ``NOTIFY_AND_MANUAL_RENEW`` or
            ``DISABLE_NOTIFY_AND_MANUAL_RENEW``.
    """

    period: int
    renew_flag: str | None = None


class RunSecurityServiceEnabled(Input):
    """Setting of the security agent.

    Args:
        enabled: Whether it is on.
    """

    enabled: bool | None = None


class RunMonitorServiceEnabled(Input):
    """Setting of the monitoring agent.

    Args:
        enabled: Whether it is on.
    """

    enabled: bool | None = None


class RunAutomationServiceEnabled(Input):
    """Setting of the automation agent.

    Args:
        enabled: Whether it is on.
    """

    enabled: bool | None = None


class EnhancedService(Input):
    """Agents that new instances run.

    Args:
        security_service: The security agent; on if omitted.
        monitor_service: The monitoring agent; on if omitted.
        automation_service: The automation agent (TAT).
    """

    security_service: RunSecurityServiceEnabled | None = None
    monitor_service: RunMonitorServiceEnabled | None = None
    automation_service: RunAutomationServiceEnabled | None = None


class StorageBlock(Input):
    """A local disk of a host.

    Args:
        type: ``LOCAL_PRO``.
        min_size: Smallest size in GiB.
        max_size: Largest size in GiB.
    """

    type: str | None = None
    min_size: int | None = None
    max_size: int | None = None


class Externals(Input):
    """Further settings of a timer.

    Args:
        release_address: Whether addresses are released.
        unsupport_networks: Networks it does not work in: ``BASIC``, ``VPC1.0``.
        storage_block_attr: Local disks.
    """

    release_address: bool | None = None
    unsupport_networks: list[str] | None = None
    storage_block_attr: StorageBlock | None = None


class ActionTimer(Input):
    """A scheduled action on new instances.

    Args:
        timer_action: ``TerminateInstances``.
        action_time: When, in UTC as ``YYYY-MM-DDThh:mm:ssZ``, at least five minutes ahead.
        externals: Further data; only in responses.
        action_timer_id: Id of the timer; only in responses.
        status: ``UNDO``, ``DOING`` or ``DONE``; only in responses.
        instance_id: Id of its instance; only in responses.
    """

    timer_action: str | None = None
    action_time: str | None = None
    externals: Externals | None = None
    action_timer_id: str | None = None
    status: str | None = None
    instance_id: str | None = None


class SpotMarketOptions(Input):
    """Bid on the spot market.

    Args:
        max_price: The bid, as a decimal in a string.
        spot_instance_type: ``one-time``.
    """

    max_price: str
    spot_instance_type: str | None = None


class InstanceMarketOptionsRequest(Input):
    """Terms of an instance from the spot market.

    Args:
        spot_options: The bid.
        market_type: ``spot``.
    """

    spot_options: SpotMarketOptions
    market_type: str | None = None


class LaunchTemplate(Input):
    """A launch template and its version.

    Args:
        launch_template_id: Id of the template.
        launch_template_version: Version of the template.
    """

    launch_template_id: str | None = None
    launch_template_version: int | None = None


class NetworkInterfaces(Input):
    """A network interface that is created with an instance.

    Args:
        interface_type: ``PRIMARY`` (exactly one) or ``SECONDARY``.
        vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        private_ipv4_address_count: Number of private addresses for the service to choose, 1 to 50.
        network_interface_id: Id of an interface to attach, for a secondary one.
        security_group_ids: Ids of security groups.
        delete_with_instance: Whether a secondary interface is deleted with the instance (default
            false).
    """

    interface_type: str
    vpc_id: str
    subnet_id: str
    private_ipv4_address_count: int
    network_interface_id: str | None = None
    security_group_ids: list[str] | None = None
    delete_with_instance: bool | None = None


class RunInstancesResponse(Response):
    """The response of `RunInstances`.

    Args:
        instance_id_set: Ids of the instances, which are still being created.
    """

    instance_id_set: list[str] = []


class RunInstances(CvmRequest[RunInstancesResponse]):
    """Buy and start CVM instances.

    The ids are returned at once, while the instances are still being created: poll
    `DescribeInstances`. Without ``client_token``, a repeated call buys more instances.

    Example::

        client.run_instances(
            placement=Placement(zone="ap-guangzhou-3"),
            image_id="img-1a2b3c4d",
            instance_type="S5.MEDIUM2",
            virtual_private_cloud=VirtualPrivateCloud(
                vpc_id="vpc-1a2b3c4d", subnet_id="subnet-1a2b3c4d"
            ),
        )

    Args:
        instance_charge_type: ``PREPAID``, ``POSTPAID_BY_HOUR`` (the default), ``CDHPAID``,
            ``SPOTPAID`` or ``CDCPAID``.
        instance_charge_prepaid: Term and renewal; needed for ``PREPAID``.
        placement: Zone, project and host; needed without a launch template.
        instance_type: Type of the instances, such as ``S5.MEDIUM2``; chosen by the service if
            omitted.
        image_id: Id of the image, such as ``img-1a2b3c4d``.
        system_disk: System disk; that of the image if omitted.
        data_disks: Data disks; none if omitted.
        virtual_private_cloud: VPC, subnet and private addresses, as many as instances.
        internet_accessible: Public address and bandwidth; none if omitted.
        instance_count: Number of instances, 1 to 500 (default 1).
        min_count: Minimum number of instances.
        instance_name: Name of the instances, at most 128 characters; a pattern such as
            ``web_{R:1}`` numbers them.
        login_settings: Password, keys or the image's own; a random password is sent to the user if
            omitted.
        security_group_ids: Ids of security groups; the project's default one if omitted.
        enhanced_service: Agents to run; those of the image if omitted.
        client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
            new one for each intended call.
        host_name: Host name inside of the guest: 2 to 60 characters (Windows: 15), no dot or hyphen
            at the ends.
        action_timer: A timer for the new instances; it can only destroy them.
        disaster_recover_group_ids: Id of a placement group, at most one.
        tag_specification: Tags for the new resources, by resource type.
        instance_market_options: Bid for the spot market.
        user_data: Script or cloud-init data in base64, at most 16 KB before encoding; may be
            secret.
        metadata: Metadata for the guest; in trial.
        dry_run: Whether to check the request only; nothing is created then.
        cpu_topology: Cores and threads; chosen by the service if omitted.
        cam_role_name: Name of the CAM role whose credentials the guests can get.
        hpc_cluster_id: Id of the high-performance cluster.
        launch_template: Template to take settings from.
        dedicated_cluster_id: Id of a dedicated cluster (CDC).
        chc_ids: Ids of own physical servers (CHC) for the instances.
        partition_number: Partition of a ``PARTITION`` group to use; chosen by the service if
            omitted.
        disable_api_termination: Whether the API refuses to terminate the instance; false if
            omitted.
        enable_jumbo_frame: Whether jumbo frames are on, where the instance type can.
        network_interfaces: Several interfaces, in place of ``virtual_private_cloud``; in trial.
    """

    intl = Gap(
        inputs=(
            "Placement.DedicatedResourcePackTenancy",
            "Placement.DedicatedResourcePackIds",
            "Placement.RackId",
            "SystemDisk.Encrypt",
            "SystemDisk.KmsKeyId",
        )
    )
    source = "https://cloud.tencent.com/document/api/213/15730"

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
    user_data: Annotated[str | None, Field(repr=False)] = None
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
