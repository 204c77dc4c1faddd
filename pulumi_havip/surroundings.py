"""What a HAVIP stands among: networks, instances and elastic IPs, as Pulumi resources."""

from __future__ import annotations

from typing import Literal

import pulumi

from ._resource import HavipResource, Strings, Tags, told_by
from .dynamic import EipProvider, InstanceProvider, SubnetProvider, VpcProvider


class Vpc(HavipResource, module="havip", name="Vpc"):
    """A virtual private cloud.

    Example::

        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")

    Attributes:
        is_default: Whether it is the default VPC of its region.
        created_time: When it was made, as the API writes it.
    """

    _served_by = VpcProvider

    name: pulumi.Output[str]
    cidr_block: pulumi.Output[str]
    dns_servers: pulumi.Output[list[str]]
    enable_multicast: pulumi.Output[bool]
    tags: pulumi.Output[dict[str, str]]
    is_default: pulumi.Output[bool]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        cidr_block: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        dns_servers: Strings = None,
        enable_multicast: pulumi.Input[bool] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a VPC.

        Args:
            resource_name: Its name in the program.
            cidr_block: Its addresses: a private network of /12 to /28; other ones replace it.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            dns_servers: Up to four DNS servers; the cloud's own if left out.
            enable_multicast: Whether instances may send multicast; off if left out.
            tags: Its tags.
            region: The region; the provider's if left out.
            adopt: The id of a VPC that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        given = {
            "name": name,
            "cidr_block": cidr_block,
            "dns_servers": dns_servers,
            "enable_multicast": enable_multicast,
            "tags": tags,
            "region": region,
            "adopt": adopt,
        }
        self._declare(resource_name, given, opts)


class Subnet(HavipResource, module="havip", name="Subnet"):
    """A subnet of a VPC: a HAVIP lives in one and never leaves it.

    Example::

        subnet = havip.Subnet(
            "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3"
        )

    Attributes:
        route_table_id: The route table that it uses.
        is_default: Whether it is the default subnet of its zone.
        created_time: When it was made, as the API writes it.
    """

    _served_by = SubnetProvider

    name: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    cidr_block: pulumi.Output[str]
    zone: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    route_table_id: pulumi.Output[str]
    is_default: pulumi.Output[bool]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        vpc_id: pulumi.Input[str],
        cidr_block: pulumi.Input[str],
        zone: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a subnet; another VPC, network or zone replaces it.

        Args:
            resource_name: Its name in the program.
            vpc_id: The VPC that it is a part of.
            cidr_block: Its addresses: a part of the VPC's, /16 to /28. The first two and the
                last one are the cloud's own.
            zone: The availability zone, such as ``ap-guangzhou-3``.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            tags: Its tags.
            region: The region; the provider's if left out.
            adopt: The id of a subnet that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        given = {
            "name": name,
            "vpc_id": vpc_id,
            "cidr_block": cidr_block,
            "zone": zone,
            "tags": tags,
            "region": region,
            "adopt": adopt,
        }
        hints = {"vpc_cidr": told_by(vpc_id, Vpc, "cidr_block")}
        self._declare(resource_name, given, opts, hints)


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

        Only its name, security groups, user data and tags change in place.

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
            user_data: Cloud-init data as plain text of up to 16 KB; may be a secret.
            replace_on_user_data_change: Whether other user data replaces the instance. Off if
                left out, since replacing both nodes of a pair at once is an outage.
            password: The login password; always a secret.
            key_ids: The SSH keys that may log in.
            charge_type: How it is paid for; by the hour if left out.
            system_disk_type: The kind of its system disk, such as ``CLOUD_PREMIUM``.
            system_disk_size: The size of its system disk in GB.
            tags: Its tags.
            region: The region; the provider's if left out.
            adopt: The id of an instance that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        given = {
            "name": name,
            "zone": zone,
            "instance_type": instance_type,
            "image_id": image_id,
            "vpc_id": vpc_id,
            "subnet_id": subnet_id,
            "private_ip": private_ip,
            "security_group_ids": security_group_ids,
            "placement_group_ids": placement_group_ids,
            "host_name": host_name,
            "user_data": user_data,
            "replace_on_user_data_change": replace_on_user_data_change,
            "password": None if password is None else pulumi.Output.secret(password),
            "key_ids": key_ids,
            "charge_type": charge_type,
            "system_disk_type": system_disk_type,
            "system_disk_size": system_disk_size,
            "tags": tags,
            "region": region,
            "adopt": adopt,
        }
        hints = {"subnet_cidr": told_by(subnet_id, Subnet, "cidr_block")}
        self._declare(resource_name, given, opts, hints)


class Eip(HavipResource, module="havip", name="Eip"):
    """An elastic IP: a public address that can be bound to a HAVIP.

    While nothing holds the HAVIP, the address counts as idle and is charged for.

    Example::

        public = havip.Eip("web", bandwidth=10)
        havip.HaVipEipAttachment("web", ha_vip_id=address.id, address_ip=public.public_ip)

    Attributes:
        public_ip: The address.
        status: ``UNBIND`` where it is free, ``BIND`` where it is bound.
        created_time: When it was made, as the API writes it.
    """

    _served_by = EipProvider

    name: pulumi.Output[str]
    internet_charge_type: pulumi.Output[str | None]
    bandwidth: pulumi.Output[int | None]
    internet_service_provider: pulumi.Output[str | None]
    bandwidth_package_id: pulumi.Output[str | None]
    tags: pulumi.Output[dict[str, str]]
    public_ip: pulumi.Output[str]
    status: pulumi.Output[str]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str] | None = None,
        internet_charge_type: pulumi.Input[
            Literal[
                "BANDWIDTH_PACKAGE",
                "BANDWIDTH_POSTPAID_BY_HOUR",
                "BANDWIDTH_PREPAID_BY_MONTH",
                "TRAFFIC_POSTPAID_BY_HOUR",
            ]
        ]
        | None = None,
        bandwidth: pulumi.Input[int] | None = None,
        internet_service_provider: pulumi.Input[Literal["BGP", "CMCC", "CTCC", "CUCC"]]
        | None = None,
        bandwidth_package_id: pulumi.Input[str] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an elastic IP; another kind of charge, carrier or package replaces it.

        Args:
            resource_name: Its name in the program.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            internet_charge_type: How its traffic is paid for; by traffic and hour if left out.
            bandwidth: Outgoing bandwidth in Mbit/s; 1 if left out.
            internet_service_provider: The carrier; BGP if left out.
            bandwidth_package_id: The shared bandwidth package that it is a part of.
            tags: Its tags.
            region: The region; the provider's if left out.
            adopt: The id of an EIP that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        given = {
            "name": name,
            "internet_charge_type": internet_charge_type,
            "bandwidth": bandwidth,
            "internet_service_provider": internet_service_provider,
            "bandwidth_package_id": bandwidth_package_id,
            "tags": tags,
            "region": region,
            "adopt": adopt,
        }
        self._declare(resource_name, given, opts)
