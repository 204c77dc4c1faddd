"""The machines that can hold a HAVIP: instances and network interfaces, as Pulumi resources."""

from __future__ import annotations

import pulumi

from pulumi_havip.dynamic import InstanceProvider, NetworkInterfaceProvider
from pulumi_havip.resources.base import (
    HavipResource,
    Strings,
    Tags,
    told_by,
)
from pulumi_havip.resources.network import Subnet


class Instance(HavipResource, module="havip", name="Instance"):
    """A CVM instance: a machine that can hold a HAVIP.

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
        state: ``RUNNING``, ``STOPPED`` and so on.
        created_time: When it was made, as the API writes it.
    """

    _served_by = InstanceProvider

    name: pulumi.Output[str]
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
    tags: pulumi.Output[dict[str, str]]
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
        name: pulumi.Input[str] | None = None,
        private_ip: pulumi.Input[str] | None = None,
        security_group_ids: Strings = None,
        placement_group_ids: Strings = None,
        host_name: pulumi.Input[str] | None = None,
        cam_role_name: pulumi.Input[str] | None = None,
        user_data: pulumi.Input[str] | None = None,
        replace_on_user_data_change: pulumi.Input[bool] | None = None,
        password: pulumi.Input[str] | None = None,
        key_ids: Strings = None,
        charge_type: pulumi.Input[str] | None = None,
        system_disk_type: pulumi.Input[str] | None = None,
        system_disk_size: pulumi.Input[int] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an instance.

        Only its name, role, security groups, user data and tags change in place.

        Args:
            resource_name: Its name in the program.
            zone: The availability zone, such as ``ap-guangzhou-3``.
            instance_type: The model of the machine, such as ``S5.MEDIUM2``.
            image_id: The image that it is made from.
            vpc_id: The VPC of its primary network interface.
            subnet_id: The subnet of its primary network interface.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            private_ip: Its private address; a free one if left out.
            security_group_ids: Its security groups; they must let VRRP (protocol 112) pass.
            placement_group_ids: The placement group that keeps it apart from its peers.
            host_name: The host name that the guest is given.
            cam_role_name: The CAM role whose credentials the guest gets from its metadata
                service.
            user_data: Cloud-init data as plain text of up to 16 KB; may be a secret.
            replace_on_user_data_change: Whether other user data replaces the instance. Off if
                left out, since replacing both nodes of a pair at once is an outage.
            password: The login password; always a secret.
            key_ids: The SSH keys that may log in.
            charge_type: How it is paid for; by the hour if left out.
            system_disk_type: The kind of its system disk, such as ``CLOUD_PREMIUM``.
            system_disk_size: The size of its system disk in GB.
            tags: Its tags.
            region: The region; the subnet's, or the provider's, if left out.
            adopt: The id of an instance that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(
            locals(),
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
        state: ``AVAILABLE`` once it can be used.
        created_time: When it was made, as the API writes it.
    """

    _served_by = NetworkInterfaceProvider

    name: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    instance_id: pulumi.Output[str | None]
    security_group_ids: pulumi.Output[list[str]]
    description: pulumi.Output[str | None]
    tags: pulumi.Output[dict[str, str]]
    mac_address: pulumi.Output[str]
    state: pulumi.Output[str]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        vpc_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        private_ip: pulumi.Input[str] | None = None,
        instance_id: pulumi.Input[str] | None = None,
        security_group_ids: Strings = None,
        description: pulumi.Input[str] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a network interface; another network or address replaces it.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC of its addresses.
            subnet_id: The subnet of its addresses.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            private_ip: Its private address; a free one if left out.
            instance_id: The instance of the same zone that it is attached to; left out, its
                attachment is not managed.
            security_group_ids: Its security groups; the default one if left out.
            description: What it is for.
            tags: Its tags.
            region: The region; the subnet's, or the provider's, if left out.
            adopt: The id of one that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(
            locals(),
            inside=subnet_id,
            hints={
                "subnet": told_by(subnet_id, Subnet, "urn"),
                "subnet_cidr": told_by(subnet_id, Subnet, "cidr_block"),
            },
        )
