"""Structures that describe an instance, sent and received."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Input, Shape
from havip.api.shared import Tag

__all__ = [
    "CpuTopology",
    "DataDisk",
    "InternetAccessible",
    "LoginSettings",
    "Metadata",
    "MetadataItem",
    "Placement",
    "SystemDisk",
    "TagSpecification",
    "VirtualPrivateCloud",
]


class CpuTopology(Shape):
    """Cores and threads of an instance.

    Args:
        core_count: Number of physical cores; None for the default.
        thread_per_core: 1 disables hyper-threading, 2 enables it; None for the default.
    """

    core_count: int | None = None
    thread_per_core: int | None = None


class DataDisk(Shape):
    """A data disk of an instance.

    Args:
        disk_size: Size in GiB, in steps of 10.
        disk_type: Kind of disk, such as ``CLOUD_PREMIUM`` or ``CLOUD_BSSD``.
        disk_id: Id of the disk; only in responses.
        delete_with_instance: Whether the disk is deleted with its instance (default true); only in
            RunInstances.
        snapshot_id: Id of the snapshot to fill the disk from.
        encrypt: Whether the disk is encrypted; only in RunInstances.
        kms_key_id: Id of the key to encrypt with; only in RunInstances.
        throughput_performance: Throughput bought beyond the disk's own, in MiB/s.
        cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.
        burst_performance: Whether the disk may burst; in trial.
        disk_name: Name of the disk, at most 128 characters.
    """

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


class InternetAccessible(Shape):
    """The public network of an instance.

    Args:
        internet_charge_type: Billing mode of the traffic: ``BANDWIDTH_PREPAID``,
            ``TRAFFIC_POSTPAID_BY_HOUR``, ``BANDWIDTH_POSTPAID_BY_HOUR`` or ``BANDWIDTH_PACKAGE``.
        internet_max_bandwidth_out: Limit of outgoing bandwidth in Mbps.
        public_ip_assigned: Whether to give it a public address; only in RunInstances.
        bandwidth_package_id: Id of the shared bandwidth package, such as ``bwp-1a2b3c4d``.
        internet_service_provider: Carrier: ``BGP`` (the default), ``CMCC``, ``CTCC`` or ``CUCC``.
        ipv4_address_type: Kind of public address: ``WanIP``, ``HighQualityEIP`` or ``AntiDDoSEIP``.
        ipv6_address_type: Kind of public IPv6 address: ``EIPv6`` or ``HighQualityEIPv6``.
        anti_ddos_package_id: Id of the DDoS protection package; needed for ``AntiDDoSEIP``.
    """

    internet_charge_type: str | None = None
    internet_max_bandwidth_out: int | None = None
    public_ip_assigned: bool | None = None
    bandwidth_package_id: str | None = None
    internet_service_provider: str | None = None
    ipv4_address_type: Annotated[str | None, Field(alias="IPv4AddressType")] = None
    ipv6_address_type: Annotated[str | None, Field(alias="IPv6AddressType")] = None
    anti_ddos_package_id: Annotated[str | None, Field(alias="AntiDDoSPackageId")] = None


class LoginSettings(Shape):
    """Login of an instance; the password is only ever sent.

    Args:
        password: Login password; secret.
        key_ids: Ids of SSH keys; not together with a password.
        keep_image_login: ``true`` keeps the image's own login, ``false`` (the default) does not; a
            string.
    """

    password: Annotated[str | None, Field(repr=False)] = None
    key_ids: list[str] | None = None
    keep_image_login: str | None = None


class MetadataItem(Shape):
    """One entry of the metadata of an instance.

    Args:
        key: The key, at most 128 bytes of letters, digits, ``_`` and ``-``.
        value: The value, at most 256 KB.
    """

    key: str
    value: str


class Metadata(Shape):
    """Metadata of an instance.

    Args:
        items: The entries.
    """

    items: list[MetadataItem]


class Placement(Shape):
    """Placement of an instance: zone, project, dedicated host.

    Args:
        zone: Availability zone, such as ``ap-guangzhou-3``.
        project_id: Id of the project; 0 is the default one.
        host_ids: Ids of dedicated hosts to choose from; only in requests.
        host_id: Id of the dedicated host; only in responses.
        dedicated_resource_pack_tenancy: How prepaid resources are drawn on: ``ResourcePool``.
        dedicated_resource_pack_ids: Ids of prepaid resource packs to draw on.
        rack_id: Id of the rack; only in responses.
    """

    zone: str
    project_id: int | None = None
    host_ids: list[str] | None = None
    host_id: str | None = None
    dedicated_resource_pack_tenancy: str | None = None
    dedicated_resource_pack_ids: list[str] | None = None
    rack_id: str | None = None


class SystemDisk(Shape):
    """The system disk of an instance.

    Args:
        disk_type: Kind of disk, such as ``CLOUD_PREMIUM`` or ``CLOUD_BSSD``.
        disk_id: Id of the disk; only in responses.
        disk_size: Size in GiB (default 50).
        cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.
        disk_name: Name of the disk, at most 128 characters.
        encrypt: Whether the disk is encrypted; only in RunInstances.
        kms_key_id: Id of the key to encrypt with; only in RunInstances.
    """

    disk_type: str | None = None
    disk_id: str | None = None
    disk_size: int | None = None
    cdc_id: str | None = None
    disk_name: str | None = None
    encrypt: bool | None = None
    kms_key_id: str | None = None


class VirtualPrivateCloud(Shape):
    """The VPC, subnet and private addresses of an instance.

    Args:
        vpc_id: Id of the VPC; ``DEFAULT`` here and in the subnet means the default ones.
        subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
        as_vpc_gateway: Whether the instance is a public gateway (default false).
        private_ip_addresses: Private addresses, one for each new instance.
        ipv6_address_count: Number of IPv6 addresses for the service to choose, 1 to 10.
    """

    vpc_id: str
    subnet_id: str
    as_vpc_gateway: bool | None = None
    private_ip_addresses: list[str] | None = None
    ipv6_address_count: int | None = None


class TagSpecification(Input):
    """Tags for the resources that a call creates.

    Args:
        resource_type: Kind of resource: ``instance``, ``host``, ``image``, ``keypair``, ``ps`` or
            ``hpc``.
        tags: Tags.
    """

    resource_type: str
    tags: list[Tag]
