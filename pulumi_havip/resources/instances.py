"""Resource classes: instances and network interfaces. Written by `make generate`."""

from __future__ import annotations

from typing import Literal

import pulumi

from pulumi_havip.dynamic import InstanceProvider, NetworkInterfaceProvider
from pulumi_havip.resources.base import HavipResource, Strings, Tags, told_by
from pulumi_havip.resources.network import Subnet


class Instance(HavipResource, module="havip", name="Instance"):
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

    Attributes:
        state: ``RUNNING``, ``STOPPED`` and so on; never counts as a difference.
        created_time: Creation time, in the API's format.
    """

    _served_by = InstanceProvider

    name: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    zone: pulumi.Output[str]
    instance_type: pulumi.Output[str]
    image_id: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    security_group_ids: pulumi.Output[list[str]]
    placement_group_ids: pulumi.Output[list[str] | None]
    host_name: pulumi.Output[str | None]
    cam_role_name: pulumi.Output[str | None]
    user_data: pulumi.Output[str | None]
    charge_type: pulumi.Output[str]
    system_disk_type: pulumi.Output[str | None]
    system_disk_size: pulumi.Output[int | None]
    state: pulumi.Output[str]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        zone: pulumi.Input[str],
        instance_type: pulumi.Input[str],
        image_id: pulumi.Input[str],
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        private_ip: pulumi.Input[str] | None = None,
        security_group_ids: Strings | None = None,
        placement_group_ids: Strings | None = None,
        host_name: pulumi.Input[str] | None = None,
        cam_role_name: pulumi.Input[str] | None = None,
        user_data: pulumi.Input[str] | None = None,
        replace_on_user_data_change: pulumi.Input[bool] | None = None,
        password: pulumi.Input[str] | None = None,
        key_ids: Strings | None = None,
        charge_type: pulumi.Input[Literal["POSTPAID_BY_HOUR", "SPOTPAID", "CDHPAID"]] | None = None,
        system_disk_type: pulumi.Input[str] | None = None,
        system_disk_size: pulumi.Input[int] | None = None,
        name: pulumi.Input[str] | None = None,
        tags: Tags | None = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            zone: The availability zone, such as ``ap-guangzhou-3``.
            instance_type: The instance type, such as ``S5.MEDIUM2``.
            image_id: The image, such as ``img-487zeit5``.
            vpc_id: The VPC of its primary network interface.
            subnet_id: The subnet of its primary network interface.
            private_ip: Its private address: free and not reserved in the subnet; chosen by
                the API if omitted.
            security_group_ids: Its security groups; the default one if omitted. VRRP is IP
                protocol 112.
            placement_group_ids: The placement groups that separate it from its peers; at
                most one.
            host_name: The host name of the guest.
            cam_role_name: The CAM role whose credentials the guest gets from its metadata
                service.
            user_data: Cloud-init data, as plain text of up to 16 KB. A change is written to
                the instance, which only reads it at its next first boot; see
                `replace_on_user_data_change`.
            replace_on_user_data_change: True if changed user data replaces the instance.
                The default is False, since replacing both nodes of a pair at once is an
                outage.
            password: The login password, of 8 to 30 characters; a change replaces the
                instance.
            key_ids: The SSH keys that may log in; a change replaces the instance.
            charge_type: Billing mode; pay-as-you-go if omitted. Prepaid instances cannot be
                created here.
            system_disk_type: The type of its system disk, such as ``CLOUD_PREMIUM``.
            system_disk_size: The size of its system disk in GB.
            name: The name in the console, at most 60 characters; the resource's own name if
                omitted.
            tags: Its tags; tags added by others are removed.
            region: The region; that of `subnet_id`, or the provider's, if omitted.
            adopt: The id of an existing resource to adopt instead of creating one.
            opts: Pulumi resource options.
        """
        self._declare(
            resource_name,
            {
                "zone": zone,
                "instance_type": instance_type,
                "image_id": image_id,
                "vpc_id": vpc_id,
                "subnet_id": subnet_id,
                "private_ip": private_ip,
                "security_group_ids": security_group_ids,
                "placement_group_ids": placement_group_ids,
                "host_name": host_name,
                "cam_role_name": cam_role_name,
                "user_data": user_data,
                "replace_on_user_data_change": replace_on_user_data_change,
                "password": password,
                "key_ids": key_ids,
                "charge_type": charge_type,
                "system_disk_type": system_disk_type,
                "system_disk_size": system_disk_size,
                "name": name,
                "tags": tags,
                "region": region,
                "adopt": adopt,
            },
            opts,
            inside=subnet_id,
            hints={
                "subnet": told_by(subnet_id, Subnet, "urn"),
                "subnet_cidr": told_by(subnet_id, Subnet, "cidr_block"),
            },
        )


class NetworkInterface(HavipResource, module="havip", name="NetworkInterface"):
    """A secondary network interface, which can be a member of a HAVIP's range.

    Example::

        eth1 = havip.NetworkInterface(
            "web-a-eth1", vpc_id=vpc.id, subnet_id=subnet.id, instance_id=node.id
        )

    Attributes:
        mac_address: Its MAC address.
        state: ``AVAILABLE`` once it can be used; never counts as a difference.
        created_time: Creation time, in the API's format.
    """

    _served_by = NetworkInterfaceProvider

    name: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    vpc_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    instance_id: pulumi.Output[str | None]
    security_group_ids: pulumi.Output[list[str]]
    description: pulumi.Output[str | None]
    mac_address: pulumi.Output[str]
    state: pulumi.Output[str]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        private_ip: pulumi.Input[str] | None = None,
        instance_id: pulumi.Input[str] | None = None,
        security_group_ids: Strings | None = None,
        description: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        tags: Tags | None = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC of its addresses.
            subnet_id: The subnet of its addresses.
            private_ip: Its private address: free and not reserved in the subnet; chosen by
                the API if omitted.
            instance_id: The instance in the same zone that it is attached to; a change
                moves it there. If omitted, its attachment is not managed.
            security_group_ids: Its security groups; the default one if omitted.
            description: Description of the network interface.
            name: The name in the console, at most 60 characters; the resource's own name if
                omitted.
            tags: Its tags; tags added by others are removed.
            region: The region; that of `subnet_id`, or the provider's, if omitted.
            adopt: The id of an existing resource to adopt instead of creating one.
            opts: Pulumi resource options.
        """
        self._declare(
            resource_name,
            {
                "vpc_id": vpc_id,
                "subnet_id": subnet_id,
                "private_ip": private_ip,
                "instance_id": instance_id,
                "security_group_ids": security_group_ids,
                "description": description,
                "name": name,
                "tags": tags,
                "region": region,
                "adopt": adopt,
            },
            opts,
            inside=subnet_id,
            hints={
                "subnet": told_by(subnet_id, Subnet, "urn"),
                "subnet_cidr": told_by(subnet_id, Subnet, "cidr_block"),
            },
        )
