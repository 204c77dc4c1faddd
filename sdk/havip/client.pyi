"""Types of `havip.Client` for editors and type checkers. Written by `make generate`."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar, overload, type_check_only

from havip import api
from havip._client.base import BaseClient
from havip._transport.caller import Attempt
from havip._transport.clock import Clock
from havip._transport.endpoint import (
    Site,
)
from havip._transport.reply import DEFAULT_MAX_BYTES
from havip._transport.retry import Retry
from havip.api._base import Request, Response
from havip.credentials.base import CredentialProvider

R = TypeVar("R", bound=Response)

@type_check_only
class _AllocateAddresses:
    def __call__(
        self,
        *,
        address_count: int | None = None,
        internet_service_provider: str | None = None,
        internet_charge_type: str | None = None,
        ip_charge_type: str | None = None,
        internet_max_bandwidth_out: int | None = None,
        address_charge_prepaid: api.AddressChargePrepaid | None = None,
        address_type: str | None = None,
        anycast_zone: str | None = None,
        vip_cluster: list[str] | None = None,
        applicable_for_clb: bool | None = None,
        tags: list[api.Tag] | None = None,
        bandwidth_package_id: str | None = None,
        address_name: str | None = None,
        dedicated_cluster_id: str | None = None,
        is_dedicated_address_pool: bool | None = None,
        egress: str | None = None,
        anti_ddos_package_id: str | None = None,
        client_token: str | None = None,
    ) -> api.AllocateAddressesResponse:
        """Allocate elastic IPs.

        Asynchronous, polled with the ``task_id`` of the response. Without ``client_token``, a repeated
        call allocates, and bills, again.

        Args:
            address_count: Number of elastic IPs (default 1).
            internet_service_provider: Carrier: ``BGP`` (the default), ``CMCC``, ``CTCC`` or ``CUCC``.
            internet_charge_type: Billing mode of the traffic: ``TRAFFIC_POSTPAID_BY_HOUR``,
                ``BANDWIDTH_POSTPAID_BY_HOUR``, ``BANDWIDTH_PREPAID_BY_MONTH`` or ``BANDWIDTH_PACKAGE``.
            ip_charge_type: ``IP_POSTPAID_BY_HOUR`` or ``IP_PREPAID_BY_MONTH``; for ``ResidentialEIP``
                only.
            internet_max_bandwidth_out: Limit of outgoing bandwidth in Mbps: 1 to 100, 200 (by month) or
                2000 (in a package).
            address_charge_prepaid: Term and renewal; needed for ``BANDWIDTH_PREPAID_BY_MONTH`` and only
                there.
            address_type: ``EIP`` (the default), ``AnycastEIP``, ``HighQualityEIP``, ``AntiDDoSEIP`` or
                ``ResidentialEIP``.
            anycast_zone: ``ANYCAST_ZONE_GLOBAL`` or ``ANYCAST_ZONE_OVERSEAS`` (the default).
            vip_cluster: Particular addresses to ask for; three tries a month.
            applicable_for_clb: Retired: Anycast addresses no longer differ in this.
            tags: Tags.
            bandwidth_package_id: Id of the shared bandwidth package, such as ``bwp-1a2b3c4d``.
            address_name: Name of the elastic IP.
            dedicated_cluster_id: Id of a dedicated cluster (CDC).
            is_dedicated_address_pool: Whether to draw from the account's own pool of addresses.
            egress: Network egress: ``center_egress1`` (the default) to ``center_egress3``;
                special kinds only.
            anti_ddos_package_id: Id of the DDoS protection package; needed for ``AntiDDoSEIP``.
            client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
                new one for each intended call.

        Returns:
            A response with the fields

            address_set: Ids of the new elastic IPs.
            task_id: Id of the task, digits in a string.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 10 calls per second.

        Error codes:
            AddressQuotaLimitExceeded, AddressQuotaLimitExceeded.DailyAllocate,
            FailedOperation.BalanceInsufficient, FailedOperation.InvalidRegion,
            InvalidAccount.NotSupported, InvalidAddressId.Blocked, InvalidParameterConflict,
            InvalidParameterValue.AddressAttacked, InvalidParameterValue.AddressIpNotAvailable,
            InvalidParameterValue.BandwidthOutOfRange,
            InvalidParameterValue.BandwidthPackageIdMalformed,
            InvalidParameterValue.BandwidthPackageNotFound, InvalidParameterValue.BandwidthTooSmall,
            InvalidParameterValue.Combination, InvalidParameterValue.InstanceIdMalformed,
            InvalidParameterValue.InvalidDedicatedClusterId, InvalidParameterValue.InvalidEgress,
            InvalidParameterValue.InvalidTag, InvalidParameterValue.MixedAddressIpSetType,
            InvalidParameterValue.Range, InvalidParameterValue.ResourceIdMalformed,
            InvalidParameterValue.ResourceNotSupport, InvalidParameterValue.TagNotExisted,
            InvalidParameterValue.UnavailableZone, InvalidParameterValue.UnsupportedEgress,
            LimitExceeded.BandwidthPackageQuota, LimitExceeded.BandwidthPackageResourceQuota,
            LimitExceeded.MonthlyAddressRecoveryQuota, LimitExceeded.TagQuota, ResourceInsufficient,
            UnauthorizedOperation.AnycastEip, UnauthorizedOperation.InvalidAccount,
            UnsupportedOperation.AccountNotSupported, UnsupportedOperation.ActionNotFound,
            UnsupportedOperation.BandwidthPackageIdNotSupported,
            UnsupportedOperation.DeliveryFailed, UnsupportedOperation.InstanceStateNotSupported,
            UnsupportedOperation.InvalidAction,
            UnsupportedOperation.NotSupportedPurchaseCenterEgressResource,
            UnsupportedOperation.OfflineChargeType, UnsupportedOperation.UnsupportedRegion
        """
    def start(
        self,
        *,
        address_count: int | None = None,
        internet_service_provider: str | None = None,
        internet_charge_type: str | None = None,
        ip_charge_type: str | None = None,
        internet_max_bandwidth_out: int | None = None,
        address_charge_prepaid: api.AddressChargePrepaid | None = None,
        address_type: str | None = None,
        anycast_zone: str | None = None,
        vip_cluster: list[str] | None = None,
        applicable_for_clb: bool | None = None,
        tags: list[api.Tag] | None = None,
        bandwidth_package_id: str | None = None,
        address_name: str | None = None,
        dedicated_cluster_id: str | None = None,
        is_dedicated_address_pool: bool | None = None,
        egress: str | None = None,
        anti_ddos_package_id: str | None = None,
        client_token: str | None = None,
    ) -> api.AllocateAddressesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.AllocateAddressesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AllocateAddresses]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _AssignPrivateIpAddresses:
    def __call__(
        self,
        *,
        network_interface_id: str,
        private_ip_addresses: list[api.PrivateIpAddressSpecification] | None = None,
        secondary_private_ip_address_count: int | None = None,
        qos_level: str | None = None,
        client_token: str | None = None,
    ) -> api.AssignPrivateIpAddressesResponse:
        """Assign secondary private addresses to a network interface.

        Asynchronous. Give either the addresses or their number.

        Args:
            network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
            private_ip_addresses: Addresses to assign, at most 10; give these or their number.
            secondary_private_ip_address_count: Number of secondary addresses for the service to choose.
            qos_level: Quality of service: ``PT``, ``AU``, ``AG`` or ``DEFAULT``.
            client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
                new one for each intended call.

        Returns:
            A response with the fields

            private_ip_address_set: Private IPv4 addresses.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 100 calls per second.

        Error codes:
            FailedOperation.NetDetectTimeOut, InvalidParameterValue.DuplicatePara,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.Range, InvalidParameterValue.Reserved, LimitExceeded,
            LimitExceeded.ActionLimited, MissingParameter, ResourceInUse, ResourceInsufficient,
            ResourceInsufficient.Subnet, ResourceNotFound, UnsupportedOperation,
            UnsupportedOperation.IdempotentParameterMismatch,
            UnsupportedOperation.IdempotentProcessing, UnsupportedOperation.InvalidState,
            UnsupportedOperation.MutexOperationTaskRunning, UnsupportedOperation.ResourceMismatch
        """
    def start(
        self,
        *,
        network_interface_id: str,
        private_ip_addresses: list[api.PrivateIpAddressSpecification] | None = None,
        secondary_private_ip_address_count: int | None = None,
        qos_level: str | None = None,
        client_token: str | None = None,
    ) -> api.AssignPrivateIpAddressesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.AssignPrivateIpAddressesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AssignPrivateIpAddresses]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _AssociateAddress:
    def __call__(
        self,
        *,
        address_id: str,
        instance_id: str | None = None,
        network_interface_id: str | None = None,
        private_ip_address: str | None = None,
        eip_direct_connection: bool | None = None,
        instance_region: str | None = None,
    ) -> api.AssociateAddressResponse:
        """Bind an elastic IP to an instance, or to a private address of a network interface.

        Asynchronous, polled with the ``task_id`` of the response. For a HAVIP use
        `HaVipAssociateAddressIp`.

        Args:
            address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
            instance_id: Id of an instance; not together with an interface.
            network_interface_id: Id of an interface, with ``private_ip_address``; not together with an
                instance.
            private_ip_address: Private address of the interface to bind to.
            eip_direct_connection: Whether the instance sees the elastic IP itself (default false).
            instance_region: Region of the instance; only for a special case of GAAP.

        Returns:
            A response with the fields

            task_id: Id of the task, digits in a string.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.AddressEniInfoNotFound, FailedOperation.TaskFailed,
            InvalidAccount.NotSupported, InvalidAddressId.Blocked, InvalidAddressId.NotFound,
            InvalidInstanceId.AlreadyBindEip, InvalidInstanceId.NotFound,
            InvalidNetworkInterfaceId.NotFound, InvalidParameter.Conflict, InvalidParameterConflict,
            InvalidParameterValue.AddressIdMalformed, InvalidParameterValue.AddressNotApplicable,
            InvalidParameterValue.AddressNotFound, InvalidParameterValue.Combination,
            InvalidParameterValue.InstanceDoesNotSupportAnycast,
            InvalidParameterValue.InstanceDoesNotSupportEipVisibleOnEni,
            InvalidParameterValue.InstanceHasNoWanIP, InvalidParameterValue.InstanceHasWanIP,
            InvalidParameterValue.InstanceIdMalformed, InvalidParameterValue.InstanceNoWanIP,
            InvalidParameterValue.InstanceNormalPublicIpBlocked,
            InvalidParameterValue.InstanceNotMatchAssociateEni,
            InvalidParameterValue.InstanceVpcDoesNotSupportEipVisibleOnEni,
            InvalidParameterValue.InvalidInstanceInternetChargeType,
            InvalidParameterValue.InvalidInstanceState, InvalidParameterValue.LBAlreadyBindEip,
            InvalidParameterValue.MissingAssociateEntity,
            InvalidParameterValue.NetworkInterfaceIdNotMatch,
            InvalidParameterValue.NetworkInterfaceNotFound,
            InvalidParameterValue.PrivateIpAddressDoesNotSupportEipVisibleOnEni,
            InvalidParameterValue.PrivateIpAddressNotMatch,
            InvalidParameterValue.ResourceNotSupport, InvalidPrivateIpAddress.AlreadyBindEip,
            LimitExceeded.InstanceAddressQuota, MissingParameter, OperationDenied.AddressInArrears,
            OperationDenied.MutexTaskRunning, RequestLimitExceeded,
            UnsupportedOperation.ActionNotFound, UnsupportedOperation.AddressIpNotSupportInstance,
            UnsupportedOperation.AddressStatusNotPermit,
            UnsupportedOperation.IncorrectAddressResourceType,
            UnsupportedOperation.InstanceStateNotSupported,
            UnsupportedOperation.InstanceStatusNotPermit, UnsupportedOperation.InvalidAction,
            UnsupportedOperation.InvalidAddressInternetChargeType,
            UnsupportedOperation.IspNotSupported
        """
    def start(
        self,
        *,
        address_id: str,
        instance_id: str | None = None,
        network_interface_id: str | None = None,
        private_ip_address: str | None = None,
        eip_direct_connection: bool | None = None,
        instance_region: str | None = None,
    ) -> api.AssociateAddressResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.AssociateAddressResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AssociateAddress]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _AssociateHaVipInstance:
    def __call__(
        self, *, ha_vip_association_set: list[api.HaVipAssociation]
    ) -> api.AssociateHaVipInstanceResponse:
        """Add instances or network interfaces to the range that may bind a HAVIP.

        The range only applies if the HAVIP was created with ``check_associate``. It contains either CVM
        instances or attached secondary network interfaces, never both.

        Example::

            member = HaVipAssociation(
                ha_vip_id="havip-1a2b3c4d", instance_id="ins-1a2b3c4d", instance_type="CVM"
            )
            client.associate_ha_vip_instance(ha_vip_association_set=[member])

        Args:
            ha_vip_association_set: Members of the range, at most 10 a call.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.Duplicate,
            InvalidParameterValue.DuplicatedHaVipAssociations, InvalidParameterValue.Malformed,
            InvalidParameterValue.ParameterMismatch, LimitExceeded, MissingParameter,
            ResourceNotFound
        """
    def start(
        self, *, ha_vip_association_set: list[api.HaVipAssociation]
    ) -> api.AssociateHaVipInstanceResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.AssociateHaVipInstanceResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AssociateHaVipInstance]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _AssociateSecurityGroups:
    def __call__(
        self, *, security_group_ids: list[str], instance_ids: list[str]
    ) -> api.AssociateSecurityGroupsResponse:
        """Add security groups to instances.

        Args:
            security_group_ids: Id of the security group to add, exactly one.
            instance_ids: Ids of instances, at most 100.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.SecurityGroupActionFailed, InvalidInstanceId.Malformed,
            InvalidInstanceId.NotFound, InvalidParameterValue.InstanceIdMalformed,
            InvalidParameterValue.LimitExceeded, InvalidSecurityGroupId.NotFound,
            InvalidSgId.Malformed, LimitExceeded.AssociateUSGLimitExceeded,
            LimitExceeded.CvmsVifsPerSecGroupLimitExceeded, LimitExceeded.SingleUSGQuota,
            MutexOperation.TaskRunning, OperationDenied.InstanceOperationInProgress,
            SecGroupActionFailure, UnsupportedOperation.InstanceStateIsolating,
            UnsupportedOperation.InstanceStatePending
        """
    def start(
        self, *, security_group_ids: list[str], instance_ids: list[str]
    ) -> api.AssociateSecurityGroupsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.AssociateSecurityGroupsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AssociateSecurityGroups]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _AssumeRole:
    def __call__(
        self,
        *,
        role_arn: str,
        role_session_name: str,
        duration_seconds: int | None = None,
        policy: str | None = None,
        external_id: str | None = None,
        tags: list[api.Tag] | None = None,
        source_identity: str | None = None,
        serial_number: str | None = None,
        token_code: str | None = None,
    ) -> api.AssumeRoleResponse:
        r"""Assume a role and get temporary credentials for it.

        The response is secret: it contains a key and a token.

        Args:
            role_arn: The role, as ``qcs::cam::uin/<uin>:roleName/<name>`` or ``…:role/<id>``.
            role_session_name: Name of the session, 2 to 128 characters of ``[\w+=,.@_-]``.
            duration_seconds: Lifetime in seconds, at most 43200 (default 7200).
            policy: A policy in JSON, URL-encoded, that restricts the role.
            external_id: The role's external id, 2 to 128 characters.
            tags: Session tags, at most 50.
            source_identity: Id (uin) of the caller.
            serial_number: The MFA device, as ``qcs::cam:uin/<uin>::mfa/softToken``.
            token_code: The code that the MFA device shows.

        Returns:
            A response with the fields

            credentials: The temporary key and token; secret.
            expired_time: Expiry time, in seconds since 1970.
            expiration: Expiry time, in UTC and ISO 8601.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.CheckMFAError, FailedOperation.MFATypeNotSupported,
            InternalError.DbError, InternalError.EncryptError, InternalError.GetAppIdError,
            InternalError.GetRoleError, InternalError.GetSeedTokenError, InternalError.IllegalRole,
            InternalError.PbSerializeError, InternalError.SystemError, InternalError.UnknownError,
            InvalidParameter.AccountNotAvaliable, InvalidParameter.ExtendStrategyOverSize,
            InvalidParameter.GrantOtherResource, InvalidParameter.OverLimit,
            InvalidParameter.OverTimeError, InvalidParameter.ParamError,
            InvalidParameter.PolicyTooLong, InvalidParameter.ResouceError,
            InvalidParameter.StrategyFormatError, InvalidParameter.StrategyInvalid,
            InvalidParameter.TempCodeNotAvaliable, ResourceNotFound.RoleNotFound,
            UnauthorizedOperation, UnsupportedOperation
        """
    def start(
        self,
        *,
        role_arn: str,
        role_session_name: str,
        duration_seconds: int | None = None,
        policy: str | None = None,
        external_id: str | None = None,
        tags: list[api.Tag] | None = None,
        source_identity: str | None = None,
        serial_number: str | None = None,
        token_code: str | None = None,
    ) -> api.AssumeRoleResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.AssumeRoleResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AssumeRole]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _AssumeRoleWithWebIdentity:
    def __call__(
        self,
        *,
        provider_id: str,
        web_identity_token: str,
        role_arn: str,
        role_session_name: str,
        duration_seconds: int | None = None,
    ) -> api.AssumeRoleWithWebIdentityResponse:
        r"""Assume a role with the token of an identity provider; the call is not signed.

        The response is secret: it contains a key and a token.

        Args:
            provider_id: Name of the identity provider in CAM.
            web_identity_token: The OIDC token that the provider issued; secret.
            role_arn: The role, as ``qcs::cam::uin/<uin>:roleName/<name>``.
            role_session_name: Name of the session, 2 to 128 characters of ``[\w+=,.@_-]``.
            duration_seconds: Lifetime of the credentials in seconds, at most 43200 (default 7200).

        Returns:
            A response with the fields

            credentials: The temporary key and token; secret.
            expired_time: Expiry time, in seconds since 1970.
            expiration: Expiry time, in UTC and ISO 8601.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InternalError.GetRoleError, InternalError.SystemError, InternalError.UnknownError,
            InvalidParameter.OverLimit, InvalidParameter.ParamError,
            InvalidParameter.WebIdentityTokenError, RequestLimitExceeded, UnauthorizedOperation
        """
    def start(
        self,
        *,
        provider_id: str,
        web_identity_token: str,
        role_arn: str,
        role_session_name: str,
        duration_seconds: int | None = None,
    ) -> api.AssumeRoleWithWebIdentityResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.AssumeRoleWithWebIdentityResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AssumeRoleWithWebIdentity]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _AttachNetworkInterface:
    def __call__(
        self,
        *,
        network_interface_id: str,
        instance_id: str,
        attach_type: int | None = None,
        client_token: str | None = None,
    ) -> api.AttachNetworkInterfaceResponse:
        """Attach a network interface to an instance of the same zone.

        Asynchronous. The instance must be running or stopped.

        Args:
            network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
            instance_id: Id of the instance, such as ``ins-1a2b3c4d``.
            attach_type: 0 for standard, 1 for extended (default 0).
            client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
                new one for each intended call.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameterValue.Malformed, LimitExceeded,
            LimitExceeded.ActionLimited, ResourceNotFound, UnsupportedOperation,
            UnsupportedOperation.AttachmentAlreadyExists,
            UnsupportedOperation.IdempotentParameterMismatch,
            UnsupportedOperation.IdempotentProcessing, UnsupportedOperation.InvalidState,
            UnsupportedOperation.ResourceIsInvalidState,
            UnsupportedOperation.UnsupportedInstanceFamily, UnsupportedOperation.VpcMismatch,
            UnsupportedOperation.ZoneMismatch
        """
    def start(
        self,
        *,
        network_interface_id: str,
        instance_id: str,
        attach_type: int | None = None,
        client_token: str | None = None,
    ) -> api.AttachNetworkInterfaceResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.AttachNetworkInterfaceResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.AttachNetworkInterface]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateDisasterRecoverGroup:
    def __call__(
        self,
        *,
        name: str,
        type: str,
        client_token: str | None = None,
        affinity: int | None = None,
        strategy: str | None = None,
        partition_count: int | None = None,
        tag_specification: list[api.TagSpecification] | None = None,
    ) -> api.CreateDisasterRecoverGroupResponse:
        """Create a placement group, which keeps its instances on different hardware.

        Args:
            name: Name of the placement group, 1 to 60 characters.
            type: Hardware to separate: ``HOST`` (physical machines), ``SW`` (switches) or ``RACK``.
            client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
                new one for each intended call.
            affinity: How widely instances are spread over the hardware, 1 to 10 (default 1).
            strategy: ``SPREAD`` (the default) or ``PARTITION``.
            partition_count: Partitions of a ``PARTITION`` group, 2 to 30.
            tag_specification: Tags for the new resources, by resource type.

        Returns:
            A response with the fields

            disaster_recover_group_id: Id of the placement group, such as ``ps-1a2b3c4d``.
            type: ``HOST``, ``SW`` or ``RACK``.
            name: Name of the placement group, 1 to 60 characters.
            cvm_quota_total: Instances the group can hold.
            current_num: Instances in the group.
            create_time: Creation time in UTC, as ``YYYY-MM-DDThh:mm:ssZ``.
            strategy: ``SPREAD`` (the default) or ``PARTITION``.
            partition_count: Partitions of a ``PARTITION`` group, 2 to 30.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.InvalidAppIdFormat, InvalidParameterValue.Range,
            InvalidParameterValue.TooLong, ResourceInsufficient.InsufficientGroupQuota
        """
    def start(
        self,
        *,
        name: str,
        type: str,
        client_token: str | None = None,
        affinity: int | None = None,
        strategy: str | None = None,
        partition_count: int | None = None,
        tag_specification: list[api.TagSpecification] | None = None,
    ) -> api.CreateDisasterRecoverGroupResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.CreateDisasterRecoverGroupResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateDisasterRecoverGroup]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateHaVip:
    def __call__(
        self,
        *,
        vpc_id: str,
        ha_vip_name: str,
        subnet_id: str | None = None,
        vip: str | None = None,
        network_interface_id: str | None = None,
        check_associate: bool | None = None,
        tags: list[api.Tag] | None = None,
        ha_vip_association_set: list[api.HaVipAssociation] | None = None,
        client_token: str | None = None,
    ) -> api.CreateHaVipResponse:
        """Create a HAVIP, a private address that guests move within one subnet.

        The address is chosen from the subnet unless ``vip`` is given. The response contains the
        finished HAVIP, which has no holder. Without ``client_token``, a repeated call creates a second
        HAVIP.

        Example::

            made = client.create_ha_vip(
                vpc_id="vpc-1a2b3c4d", subnet_id="subnet-1a2b3c4d", ha_vip_name="web"
            )
            print(made.ha_vip.ha_vip_id, made.ha_vip.vip)

        Args:
            vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
            ha_vip_name: Name of the HAVIP, at most 60 characters.
            subnet_id: Id of the subnet. Optional in the API, but the behavior without it is not
                documented: set it.
            vip: The address: in the VPC, free and not reserved; chosen from the subnet if omitted.
            network_interface_id: Id of an interface to put the address on; its effect is not
                documented.
            check_associate: Whether only members of the range may bind the address (default false).
                No call changes it later.
            tags: Tags to put on it.
            ha_vip_association_set: Members of the range, at most 10; their ``ha_vip_id`` stays unset.
            client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
                new one for each intended call.

        Returns:
            A response with the fields

            ha_vip: The new HAVIP.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter, InvalidParameterValue, InvalidParameterValue.Duplicate,
            InvalidParameterValue.InvalidBusiness, InvalidParameterValue.Malformed,
            InvalidParameterValue.Range, InvalidParameterValue.Reserved,
            InvalidParameterValue.TooLong, LimitExceeded, ResourceInUse, ResourceInsufficient,
            ResourceNotFound, UnsupportedOperation, UnsupportedOperation.NotPutVpcSnatIpAddress,
            UnsupportedOperation.SubnetNotExists,
            UnsupportedOperation.TrafficProtectionNotSupportIPv6
        """
    def start(
        self,
        *,
        vpc_id: str,
        ha_vip_name: str,
        subnet_id: str | None = None,
        vip: str | None = None,
        network_interface_id: str | None = None,
        check_associate: bool | None = None,
        tags: list[api.Tag] | None = None,
        ha_vip_association_set: list[api.HaVipAssociation] | None = None,
        client_token: str | None = None,
    ) -> api.CreateHaVipResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.CreateHaVipResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateHaVip]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateNetworkInterface:
    def __call__(
        self,
        *,
        vpc_id: str,
        network_interface_name: str,
        subnet_id: str,
        network_interface_description: str | None = None,
        qos_level: str | None = None,
        security_group_ids: list[str] | None = None,
        private_ip_addresses: list[api.PrivateIpAddressSpecification] | None = None,
        secondary_private_ip_address_count: int | None = None,
        ipv6_addresses: list[api.Ipv6Address] | None = None,
        ipv6_address_count: int | None = None,
        tags: list[api.Tag] | None = None,
        trunking_flag: str | None = None,
        is_rdma: bool | None = None,
        client_token: str | None = None,
        termination_protection: bool | None = None,
        traffic_protection: bool | None = None,
    ) -> api.CreateNetworkInterfaceResponse:
        """Create a secondary network interface with its private addresses.

        Asynchronous: usable when its ``state`` is AVAILABLE or its task is done.

        Args:
            vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
            network_interface_name: Name of the interface, at most 60 bytes.
            subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
            network_interface_description: Description, at most 60 characters.
            qos_level: Quality of service: ``PT``, ``AU``, ``AG`` or ``DEFAULT``.
            security_group_ids: Ids of security groups.
            private_ip_addresses: Addresses to assign, at most 10, one of them primary.
            secondary_private_ip_address_count: Number of secondary addresses for the service to choose.
            ipv6_addresses: IPv6 addresses to assign, at most 10.
            ipv6_address_count: Number of IPv6 addresses for the service to choose, 1 to 10.
            tags: Tags.
            trunking_flag: ``Enable`` or ``Disable`` (the default).
            is_rdma: Whether it is for RDMA (default false).
            client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
                new one for each intended call.
            termination_protection: Whether it cannot be deleted.
            traffic_protection: Whether its traffic is protected.

        Returns:
            A response with the fields

            network_interface: The new interface.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.NetDetectTimeOut, InvalidParameter.FilterInvalidKey,
            InvalidParameter.FilterNotDict, InvalidParameterValue,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.Range, InvalidParameterValue.Reserved,
            InvalidParameterValue.TagDuplicateKey, InvalidParameterValue.TagDuplicateResourceType,
            InvalidParameterValue.TagInvalidKey, InvalidParameterValue.TagInvalidKeyLen,
            InvalidParameterValue.TagInvalidVal, InvalidParameterValue.TagKeyNotExists,
            InvalidParameterValue.TagNotAllocatedQuota, InvalidParameterValue.TagNotExisted,
            InvalidParameterValue.TagNotSupportTag, InvalidParameterValue.TagResourceFormatError,
            InvalidParameterValue.TagTimestampExceeded, InvalidParameterValue.TagValNotExists,
            InvalidParameterValue.TooLong, LimitExceeded, LimitExceeded.ActionLimited,
            LimitExceeded.NetworkInterfaceLimitExceeded, LimitExceeded.TagKeyExceeded,
            LimitExceeded.TagKeyPerResourceExceeded, LimitExceeded.TagNotEnoughQuota,
            LimitExceeded.TagQuota, LimitExceeded.TagQuotaExceeded, LimitExceeded.TagTagsExceeded,
            MissingParameter, ResourceInUse, ResourceInsufficient, ResourceInsufficient.Subnet,
            ResourceNotFound, UnsupportedOperation,
            UnsupportedOperation.IdempotentParameterMismatch,
            UnsupportedOperation.IdempotentProcessing, UnsupportedOperation.ResourceMismatch,
            UnsupportedOperation.TagAllocate, UnsupportedOperation.TagFree,
            UnsupportedOperation.TagNotPermit, UnsupportedOperation.TagSystemReservedTagKey
        """
    def start(
        self,
        *,
        vpc_id: str,
        network_interface_name: str,
        subnet_id: str,
        network_interface_description: str | None = None,
        qos_level: str | None = None,
        security_group_ids: list[str] | None = None,
        private_ip_addresses: list[api.PrivateIpAddressSpecification] | None = None,
        secondary_private_ip_address_count: int | None = None,
        ipv6_addresses: list[api.Ipv6Address] | None = None,
        ipv6_address_count: int | None = None,
        tags: list[api.Tag] | None = None,
        trunking_flag: str | None = None,
        is_rdma: bool | None = None,
        client_token: str | None = None,
        termination_protection: bool | None = None,
        traffic_protection: bool | None = None,
    ) -> api.CreateNetworkInterfaceResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.CreateNetworkInterfaceResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateNetworkInterface]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateRouteTable:
    def __call__(
        self, *, vpc_id: str, route_table_name: str, tags: list[api.Tag] | None = None
    ) -> api.CreateRouteTableResponse:
        """Create a route table in a VPC.

        Args:
            vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
            route_table_name: Name of the route table, at most 60 bytes.
            tags: Tags.

        Returns:
            A response with the fields

            route_table: The new table.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter, InvalidParameterValue, InvalidParameterValue.Duplicate,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.TagDuplicateKey, InvalidParameterValue.TagDuplicateResourceType,
            InvalidParameterValue.TagInvalidKey, InvalidParameterValue.TagInvalidKeyLen,
            InvalidParameterValue.TagInvalidVal, InvalidParameterValue.TagKeyNotExists,
            InvalidParameterValue.TagNotAllocatedQuota, InvalidParameterValue.TagNotExisted,
            InvalidParameterValue.TagNotSupportTag, InvalidParameterValue.TagResourceFormatError,
            InvalidParameterValue.TagTimestampExceeded, InvalidParameterValue.TagValNotExists,
            InvalidParameterValue.TooLong, LimitExceeded, LimitExceeded.TagKeyExceeded,
            LimitExceeded.TagKeyPerResourceExceeded, LimitExceeded.TagNotEnoughQuota,
            LimitExceeded.TagQuota, LimitExceeded.TagQuotaExceeded, LimitExceeded.TagTagsExceeded,
            MissingParameter, ResourceNotFound, UnsupportedOperation.TagAllocate,
            UnsupportedOperation.TagFree, UnsupportedOperation.TagNotPermit,
            UnsupportedOperation.TagSystemReservedTagKey
        """
    def start(
        self, *, vpc_id: str, route_table_name: str, tags: list[api.Tag] | None = None
    ) -> api.CreateRouteTableResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.CreateRouteTableResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateRouteTable]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateRoutes:
    def __call__(self, *, route_table_id: str, routes: list[api.Route]) -> api.CreateRoutesResponse:
        """Add routes to a route table.

        A HAVIP is a next hop with ``gateway_type`` HAVIP and its id as ``gateway_id``.

        Example::

            route = Route(
                destination_cidr_block="192.0.2.0/24",
                gateway_type="HAVIP",
                gateway_id="havip-1a2b3c4d",
            )
            client.create_routes(route_table_id="rtb-1a2b3c4d", routes=[route])

        Args:
            route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
            routes: The routes.

        Returns:
            A response with the fields

            total_count: Number of routes added.
            route_table_set: The table with the routes that were added, and no others.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.CidrNotInPeerVpc,
            InvalidParameterValue.Duplicate, InvalidParameterValue.Malformed,
            InvalidParameterValue.RouteNextHopInvalid,
            InvalidParameterValue.RoutePolicyPriorityConflict,
            InvalidParameterValue.SubnetOverlapRoute, InvalidParameterValue.VpcCidrConflict,
            InvalidParameterValue.VpcCidrOverlapRoute, LimitExceeded, ResourceNotFound,
            UnknownParameter.WithGuess, UnsupportedOperation,
            UnsupportedOperation.CdcSubnetNotSupportUnLocalGateway,
            UnsupportedOperation.ConflictWithDockerRoute, UnsupportedOperation.Ecmp,
            UnsupportedOperation.EcmpWithCcnRoute, UnsupportedOperation.EcmpWithUserRoute,
            UnsupportedOperation.NormalSubnetNotSupportLocalGateway,
            UnsupportedOperation.SystemRoute
        """
    def start(self, *, route_table_id: str, routes: list[api.Route]) -> api.CreateRoutesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.CreateRoutesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateRoutes]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateSecurityGroup:
    def __call__(
        self,
        *,
        group_name: str,
        group_description: str,
        project_id: str | None = None,
        tags: list[api.Tag] | None = None,
    ) -> api.CreateSecurityGroupResponse:
        """Create a security group, which blocks all traffic until it has policies.

        Args:
            group_name: Name of the security group, at most 60 characters.
            group_description: Description, at most 100 characters.
            project_id: Id of the project; 0 is the default one.
            tags: Tags.

        Returns:
            A response with the fields

            security_group: The new security group.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter, InvalidParameterValue, InvalidParameterValue.Duplicate,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.TagDuplicateKey, InvalidParameterValue.TagDuplicateResourceType,
            InvalidParameterValue.TagInvalidKey, InvalidParameterValue.TagInvalidKeyLen,
            InvalidParameterValue.TagInvalidVal, InvalidParameterValue.TagKeyNotExists,
            InvalidParameterValue.TagNotAllocatedQuota, InvalidParameterValue.TagNotExisted,
            InvalidParameterValue.TagNotSupportTag, InvalidParameterValue.TagResourceFormatError,
            InvalidParameterValue.TagTimestampExceeded, InvalidParameterValue.TagValNotExists,
            InvalidParameterValue.TooLong, LimitExceeded, LimitExceeded.TagKeyExceeded,
            LimitExceeded.TagKeyPerResourceExceeded, LimitExceeded.TagNotEnoughQuota,
            LimitExceeded.TagQuota, LimitExceeded.TagQuotaExceeded, LimitExceeded.TagTagsExceeded,
            MissingParameter, ResourceNotFound, UnsupportedOperation.TagAllocate,
            UnsupportedOperation.TagFree, UnsupportedOperation.TagNotPermit,
            UnsupportedOperation.TagSystemReservedTagKey
        """
    def start(
        self,
        *,
        group_name: str,
        group_description: str,
        project_id: str | None = None,
        tags: list[api.Tag] | None = None,
    ) -> api.CreateSecurityGroupResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.CreateSecurityGroupResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateSecurityGroup]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateSecurityGroupPolicies:
    def __call__(
        self, *, security_group_id: str, security_group_policy_set: api.SecurityGroupPolicySet
    ) -> api.CreateSecurityGroupPoliciesResponse:
        """Add policies of one direction to a security group.

        A call contains either ingress or egress policies. VRRP between keepalived nodes is IP protocol
        112, which only ALL allows.

        Args:
            security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
            security_group_policy_set: The policies.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameter, InvalidParameter.Coexist,
            InvalidParameterValue, InvalidParameterValue.Empty, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.Malformed,
            InvalidParameterValue.MemberApprovalApplicationIdMismatch,
            InvalidParameterValue.MemberApprovalApplicationNotApproved,
            InvalidParameterValue.MemberApprovalApplicationRejected,
            InvalidParameterValue.MemberApprovalApplicationStarted, InvalidParameterValue.Range,
            InvalidParameterValue.TooLong, LimitExceeded, LimitExceeded.SecurityGroupPolicySet,
            ResourceNotFound, UnknownParameter.WithGuess, UnsupportedOperation.BpaasResources,
            UnsupportedOperation.ClbPolicyExceedLimit, UnsupportedOperation.ClbPolicyLimit,
            UnsupportedOperation.DuplicatePolicy, UnsupportedOperation.LockedResources,
            UnsupportedOperation.SgNumExceedLimit, UnsupportedOperation.VersionMismatch
        """
    def start(
        self, *, security_group_id: str, security_group_policy_set: api.SecurityGroupPolicySet
    ) -> api.CreateSecurityGroupPoliciesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.CreateSecurityGroupPoliciesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateSecurityGroupPolicies]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateSubnet:
    def __call__(
        self,
        *,
        vpc_id: str,
        subnet_name: str,
        zone: str,
        stack_type: str | None = None,
        cidr_block: str | None = None,
        ipv6_cidr_block: str | None = None,
        tags: list[api.Tag] | None = None,
        cdc_id: str | None = None,
    ) -> api.CreateSubnetResponse:
        """Create a subnet of a VPC in one availability zone.

        Args:
            vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
            subnet_name: Name of the subnet, at most 60 bytes.
            zone: Availability zone, such as ``ap-guangzhou-3``.
            stack_type: ``DualStack`` or ``IPv6Only``.
            cidr_block: IPv4 block inside of the VPC's, apart from other subnets, prefix 16 to 28.
            ipv6_cidr_block: IPv6 block.
            tags: Tags.
            cdc_id: Id of the dedicated cluster (CDC) it is in; empty outside of one.

        Returns:
            A response with the fields

            subnet: The new subnet.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 100 calls per second.

        Error codes:
            FailedOperation.NetDetectTimeOut, InvalidParameter, InvalidParameterValue,
            InvalidParameterValue.Duplicate, InvalidParameterValue.Empty,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.SubnetConflict, InvalidParameterValue.SubnetOverlap,
            InvalidParameterValue.SubnetOverlapRoute, InvalidParameterValue.SubnetRange,
            InvalidParameterValue.TagDuplicateKey, InvalidParameterValue.TagDuplicateResourceType,
            InvalidParameterValue.TagInvalidKey, InvalidParameterValue.TagInvalidKeyLen,
            InvalidParameterValue.TagInvalidVal, InvalidParameterValue.TagKeyNotExists,
            InvalidParameterValue.TagNotAllocatedQuota, InvalidParameterValue.TagNotExisted,
            InvalidParameterValue.TagNotSupportTag, InvalidParameterValue.TagResourceFormatError,
            InvalidParameterValue.TagTimestampExceeded, InvalidParameterValue.TagValNotExists,
            InvalidParameterValue.TooLong, InvalidParameterValue.ZoneConflict, LimitExceeded,
            LimitExceeded.TagKeyExceeded, LimitExceeded.TagKeyPerResourceExceeded,
            LimitExceeded.TagNotEnoughQuota, LimitExceeded.TagQuota, LimitExceeded.TagQuotaExceeded,
            LimitExceeded.TagTagsExceeded, MissingParameter, ResourceNotFound,
            UnsupportedOperation.AppIdMismatch, UnsupportedOperation.DcGatewaysNotFoundInVpc,
            UnsupportedOperation.RecordExists, UnsupportedOperation.RecordNotExists,
            UnsupportedOperation.TagAllocate, UnsupportedOperation.TagFree,
            UnsupportedOperation.TagNotPermit, UnsupportedOperation.TagSystemReservedTagKey
        """
    def start(
        self,
        *,
        vpc_id: str,
        subnet_name: str,
        zone: str,
        stack_type: str | None = None,
        cidr_block: str | None = None,
        ipv6_cidr_block: str | None = None,
        tags: list[api.Tag] | None = None,
        cdc_id: str | None = None,
    ) -> api.CreateSubnetResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.CreateSubnetResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateSubnet]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _CreateVpc:
    def __call__(
        self,
        *,
        vpc_name: str,
        stack_type: str | None = None,
        cidr_block: str | None = None,
        ipv6_cidr_block: str | None = None,
        address_type: str | None = None,
        enable_multicast: str | None = None,
        dns_servers: list[str] | None = None,
        domain_name: str | None = None,
        tags: list[api.Tag] | None = None,
        enable_route_vpc_publish: bool | None = None,
        enable_route_vpc_publish_ipv6: bool | None = None,
    ) -> api.CreateVpcResponse:
        """Create a VPC, with its default route table and network ACL.

        Args:
            vpc_name: Name of the VPC, at most 60 bytes.
            stack_type: ``DualStack`` or ``IPv6Only``.
            cidr_block: IPv4 block inside of 10.0.0.0/12, 172.16.0.0/12 or 192.168.0.0/16, prefix up to
                28.
            ipv6_cidr_block: IPv6 block.
            address_type: Kind of IPv6 block: ``GUA`` (routed globally) or ``ULA`` (unique locally).
            enable_multicast: ``true`` or ``false``, as a string; VRRP without unicast peers needs it.
            dns_servers: Addresses of DNS servers, at most 4, the first one is preferred.
            domain_name: Domain name assigned by DHCP.
            tags: Tags.
            enable_route_vpc_publish: Whether the whole block is published to a cloud connect network,
                not each subnet; on request only.
            enable_route_vpc_publish_ipv6: The same for IPv6.

        Returns:
            A response with the fields

            vpc: The new VPC.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 100 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.Malformed, InvalidParameterValue.SubnetOverlap,
            InvalidParameterValue.TagDuplicateKey, InvalidParameterValue.TagDuplicateResourceType,
            InvalidParameterValue.TagInvalidKey, InvalidParameterValue.TagInvalidKeyLen,
            InvalidParameterValue.TagInvalidVal, InvalidParameterValue.TagKeyNotExists,
            InvalidParameterValue.TagNotAllocatedQuota, InvalidParameterValue.TagNotExisted,
            InvalidParameterValue.TagNotSupportTag, InvalidParameterValue.TagResourceFormatError,
            InvalidParameterValue.TagTimestampExceeded, InvalidParameterValue.TagValNotExists,
            InvalidParameterValue.TooLong, LimitExceeded, LimitExceeded.TagKeyExceeded,
            LimitExceeded.TagKeyPerResourceExceeded, LimitExceeded.TagNotEnoughQuota,
            LimitExceeded.TagQuota, LimitExceeded.TagQuotaExceeded, LimitExceeded.TagTagsExceeded,
            MissingParameter, ResourceInsufficient, ResourceNotFound, UnauthorizedOperation,
            UnsupportedOperation, UnsupportedOperation.AppIdMismatch,
            UnsupportedOperation.EnableMulticast, UnsupportedOperation.RecordExists,
            UnsupportedOperation.TagAllocate, UnsupportedOperation.TagFree,
            UnsupportedOperation.TagNotPermit, UnsupportedOperation.TagSystemReservedTagKey
        """
    def start(
        self,
        *,
        vpc_name: str,
        stack_type: str | None = None,
        cidr_block: str | None = None,
        ipv6_cidr_block: str | None = None,
        address_type: str | None = None,
        enable_multicast: str | None = None,
        dns_servers: list[str] | None = None,
        domain_name: str | None = None,
        tags: list[api.Tag] | None = None,
        enable_route_vpc_publish: bool | None = None,
        enable_route_vpc_publish_ipv6: bool | None = None,
    ) -> api.CreateVpcResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.CreateVpcResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.CreateVpc]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteDisasterRecoverGroups:
    def __call__(
        self, *, disaster_recover_group_ids: list[str]
    ) -> api.DeleteDisasterRecoverGroupsResponse:
        """Delete placement groups that hold no instance.

        Args:
            disaster_recover_group_ids: Ids of placement groups, at most 10, each empty.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.PlacementSetNotEmpty,
            InvalidParameterValue.DisasterRecoverGroupIdMalformed,
            InvalidParameterValue.LimitExceeded, ResourceInsufficient.DisasterRecoverGroupCvmQuota,
            ResourceNotFound.InvalidPlacementSet
        """
    def start(
        self, *, disaster_recover_group_ids: list[str]
    ) -> api.DeleteDisasterRecoverGroupsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DeleteDisasterRecoverGroupsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteDisasterRecoverGroups]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteHaVip:
    def __call__(self, *, ha_vip_id: str) -> api.DeleteHaVipResponse:
        """Delete a HAVIP and give its address back to the subnet.

        Asynchronous. The holder must release the address first: reconfigure keepalived, then
        delete.

        Example::

            client.delete_ha_vip(ha_vip_id="havip-1a2b3c4d")  # waits for the task

        Args:
            ha_vip_id: Id of the HAVIP, such as ``havip-1a2b3c4d``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter, InvalidParameterValue, InvalidParameterValue.Malformed,
            ResourceNotFound, UnsupportedOperation
        """
    def start(self, *, ha_vip_id: str) -> api.DeleteHaVipResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DeleteHaVipResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteHaVip]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteNetworkInterface:
    def __call__(self, *, network_interface_id: str) -> api.DeleteNetworkInterfaceResponse:
        """Delete a network interface that is attached to nothing.

        Asynchronous. Its private addresses go back to the subnet.

        Args:
            network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, LimitExceeded.ActionLimited, ResourceInUse,
            ResourceNotFound, UnsupportedOperation, UnsupportedOperation.InvalidState
        """
    def start(self, *, network_interface_id: str) -> api.DeleteNetworkInterfaceResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DeleteNetworkInterfaceResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteNetworkInterface]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteRouteTable:
    def __call__(self, *, route_table_id: str) -> api.DeleteRouteTableResponse:
        """Delete a route table that no subnet uses; the default one stays with its VPC.

        Args:
            route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, ResourceNotFound, UnsupportedOperation.DelDefaultRoute,
            UnsupportedOperation.DelRouteWithSubnet,
            UnsupportedOperation.NotSupportDeleteDefaultRouteTable,
            UnsupportedOperation.RouteTableHasSubnetRule
        """
    def start(self, *, route_table_id: str) -> api.DeleteRouteTableResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DeleteRouteTableResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteRouteTable]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteRoutes:
    def __call__(
        self, *, route_table_id: str, routes: list[api.Route] | None = None
    ) -> api.DeleteRoutesResponse:
        """Delete routes from a route table.

        Routes are found by ``route_id``, or else by destination and next hop.

        Args:
            route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
            routes: The routes to delete; ``route_id`` is enough.

        Returns:
            A response with the fields

            route_set: The routes that were deleted.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed, ResourceNotFound,
            UnknownParameter.WithGuess, UnsupportedOperation.DisabledNotifyCcn,
            UnsupportedOperation.SystemRoute
        """
    def start(
        self, *, route_table_id: str, routes: list[api.Route] | None = None
    ) -> api.DeleteRoutesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DeleteRoutesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteRoutes]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteSecurityGroup:
    def __call__(self, *, security_group_id: str) -> api.DeleteSecurityGroupResponse:
        """Delete a security group that nothing uses or refers to.

        Args:
            security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameterValue.Malformed,
            InvalidParameterValue.MemberApprovalApplicationIdMismatch,
            InvalidParameterValue.MemberApprovalApplicationNotApproved,
            InvalidParameterValue.MemberApprovalApplicationRejected,
            InvalidParameterValue.MemberApprovalApplicationStarted, InvalidParameterValue.Range,
            InvalidSecurityGroupID.Malformed, InvalidSecurityGroupID.NotFound, ResourceInUse,
            ResourceNotFound, UnsupportedOperation, UnsupportedOperation.LockedResources
        """
    def start(self, *, security_group_id: str) -> api.DeleteSecurityGroupResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DeleteSecurityGroupResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteSecurityGroup]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteSecurityGroupPolicies:
    def __call__(
        self, *, security_group_id: str, security_group_policy_set: api.SecurityGroupPolicySet
    ) -> api.DeleteSecurityGroupPoliciesResponse:
        """Delete policies of a security group, by index or by content.

        Args:
            security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
            security_group_policy_set: Policies of one direction, each by ``policy_index`` or by
                content.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameter.Coexist, InvalidParameterValue,
            InvalidParameterValue.Empty, InvalidParameterValue.Malformed,
            InvalidParameterValue.MemberApprovalApplicationIdMismatch,
            InvalidParameterValue.MemberApprovalApplicationNotApproved,
            InvalidParameterValue.MemberApprovalApplicationRejected,
            InvalidParameterValue.MemberApprovalApplicationStarted, InvalidParameterValue.Range,
            ResourceNotFound, UnsupportedOperation.BpaasResources,
            UnsupportedOperation.LockedResources, UnsupportedOperation.VersionMismatch
        """
    def start(
        self, *, security_group_id: str, security_group_policy_set: api.SecurityGroupPolicySet
    ) -> api.DeleteSecurityGroupPoliciesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DeleteSecurityGroupPoliciesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteSecurityGroupPolicies]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteSubnet:
    def __call__(self, *, subnet_id: str) -> api.DeleteSubnetResponse:
        """Delete a subnet in which no address is in use; a HAVIP counts as use.

        Args:
            subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 100 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, ResourceInUse, ResourceNotFound,
            UnsupportedOperation.NatGatewaySnatRuleNotExists, UnsupportedOperation.RecordNotExists
        """
    def start(self, *, subnet_id: str) -> api.DeleteSubnetResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DeleteSubnetResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteSubnet]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DeleteVpc:
    def __call__(self, *, vpc_id: str) -> api.DeleteVpcResponse:
        """Delete a VPC that contains only empty subnets, route tables and ACLs.

        Args:
            vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 50 calls per second.

        Error codes:
            FailedOperation.NetDetectTimeOut, InternalError.ModuleError,
            InvalidParameterValue.Malformed, LimitExceeded.ActionLimited, ResourceInUse,
            ResourceNotFound, UnsupportedOperation.AppIdMismatch,
            UnsupportedOperation.RecordNotExists, UnsupportedOperation.RouteTableHasSubnetRule
        """
    def start(self, *, vpc_id: str) -> api.DeleteVpcResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DeleteVpcResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DeleteVpc]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeAddresses:
    def __call__(
        self,
        *,
        address_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeAddressesResponse:
        """List elastic IPs, by their ids or by filters.

        Args:
            address_ids: Ids of elastic IPs; not together with the filter ``address-id``.
            filters: Filters that must all match, at most 10 of 100 values each.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).

        Returns:
            A response with the fields

            total_count: Total number of items.
            address_set: The elastic IPs.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter, InvalidParameter.InvalidFilter,
            InvalidParameterValue.AddressIdMalformed,
            InvalidParameterValue.InvalidDedicatedClusterId, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.NetworkInterfaceIdMalformed,
            InvalidParameterValue.ResourceIdMalformed, LimitExceeded.NumberOfFilters,
            RequestLimitExceeded, UnsupportedOperation
        """
    def start(
        self,
        *,
        address_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeAddressesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeAddressesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeAddresses]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeBandwidthPackages:
    def __call__(
        self,
        *,
        bandwidth_package_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeBandwidthPackagesResponse:
        """List shared bandwidth packages and the resources in them.

        Args:
            bandwidth_package_ids: Ids of packages; not together with filters.
            filters: Filters that must all match, at most 10; not together with ids.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).

        Returns:
            A response with the fields

            total_count: Total number of items.
            bandwidth_package_set: The packages.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter.InvalidFilter, InvalidParameterValue,
            InvalidParameterValue.BandwidthPackageIdMalformed,
            InvalidParameterValue.InvalidBandwidthPackageChargeType, UnsupportedOperation
        """
    def start(
        self,
        *,
        bandwidth_package_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeBandwidthPackagesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeBandwidthPackagesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeBandwidthPackages]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeDisasterRecoverGroups:
    def __call__(
        self,
        *,
        disaster_recover_group_ids: list[str] | None = None,
        name: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        filters: list[api.Filter] | None = None,
    ) -> api.DescribeDisasterRecoverGroupsResponse:
        """List placement groups.

        Args:
            disaster_recover_group_ids: Ids of placement groups, at most 10.
            name: Name, or a part of it, to search for.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).
            filters: Filters that must all match, at most 10 of 5 values each.

        Returns:
            A response with the fields

            disaster_recover_group_set: The placement groups.
            total_count: Total number of items.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.DisasterRecoverGroupIdMalformed,
            InvalidParameterValue.LimitExceeded
        """
    def start(
        self,
        *,
        disaster_recover_group_ids: list[str] | None = None,
        name: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        filters: list[api.Filter] | None = None,
    ) -> api.DescribeDisasterRecoverGroupsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeDisasterRecoverGroupsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeDisasterRecoverGroups]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeDisks:
    def __call__(
        self,
        *,
        disk_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
        order: str | None = None,
        order_field: str | None = None,
        return_bind_auto_snapshot_policy: bool | None = None,
    ) -> api.DescribeDisksResponse:
        """List disks, by their ids or by filters.

        Args:
            disk_ids: Ids of disks; not together with filters.
            filters: Filters that must all match; not together with ids.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, at most 100 (default 20).
            order: ``ASC`` or ``DESC``.
            order_field: ``CREATE_TIME`` (the default) or ``DEADLINE``.
            return_bind_auto_snapshot_policy: Whether to return the policies that take snapshots.

        Returns:
            A response with the fields

            disk_set: The disks.
            total_count: Total number of items.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidFilter, InvalidParameterValue, MissingParameter, UnsupportedOperation
        """
    def start(
        self,
        *,
        disk_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
        order: str | None = None,
        order_field: str | None = None,
        return_bind_auto_snapshot_policy: bool | None = None,
    ) -> api.DescribeDisksResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DescribeDisksResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeDisks]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeHaVips:
    def __call__(
        self,
        *,
        ha_vip_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeHaVipsResponse:
        """List HAVIPs, by their ids or by filters.

        Ids and filters exclude each other. Ids that do not exist are missing in the response.

        Example::

            for page in client.pages(DescribeHaVips()):
                for vip in page.ha_vip_set:
                    print(vip.ha_vip_id, vip.vip, vip.instance_id)

        Args:
            ha_vip_ids: Ids of HAVIPs, at most 100; not together with filters.
            filters: Filters that must all match, at most 10 of 5 values each; not together with ids.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).

        Returns:
            A response with the fields

            total_count: Total number of items.
            ha_vip_set: The HAVIPs.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameter.Coexist, InvalidParameter.FilterInvalidKey,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.Range, InvalidParameterValue.TooLong
        """
    def start(
        self,
        *,
        ha_vip_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeHaVipsResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DescribeHaVipsResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeHaVips]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeImages:
    def __call__(
        self,
        *,
        image_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
        instance_type: str | None = None,
    ) -> api.DescribeImagesResponse:
        """List images, by their ids or by filters.

        Args:
            image_ids: Ids of images; not together with filters.
            filters: Filters that must all match, at most 10 of 5 values each; not together with ids.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).
            instance_type: List images that support this instance type.

        Returns:
            A response with the fields

            image_set: The images.
            total_count: Total number of items.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.IllegalTagKey, InvalidFilter, InvalidFilterValue.LimitExceeded,
            InvalidImageId.Malformed, InvalidInstanceType.Malformed,
            InvalidParameter.InvalidParameterCoexistImageIdsFilters,
            InvalidParameterValue.InstanceTypeNotFound, InvalidParameterValue.InvalidAppIdFormat,
            InvalidParameterValue.InvalidParameterValueLimit, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.TagKeyNotFound, InvalidParameterValue.ZoneNotSupported,
            InvalidRegion.NotFound, InvalidZone.MismatchRegion,
            ResourcesSoldOut.SpecifiedInstanceType, UnauthorizedOperation.InvalidToken,
            UnauthorizedOperation.PermissionDenied, UnsupportedOperation
        """
    def start(
        self,
        *,
        image_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
        instance_type: str | None = None,
    ) -> api.DescribeImagesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DescribeImagesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeImages]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeInstances:
    def __call__(
        self,
        *,
        instance_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeInstancesResponse:
        """List CVM instances, by their ids or by filters.

        Ids and filters exclude each other.

        Args:
            instance_ids: Ids of instances, at most 100; not together with filters.
            filters: Filters that must all match, at most 10 of 5 values each; not together with ids.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).

        Returns:
            A response with the fields

            total_count: Total number of items.
            instance_set: The instances.

        Retrying: safe, it changes nothing.
        Rate: 40 calls per second.

        Error codes:
            FailedOperation.IllegalTagKey, FailedOperation.IllegalTagValue,
            FailedOperation.TagKeyReserved, InternalServerError, InvalidFilter,
            InvalidFilterValue.LimitExceeded, InvalidHostId.Malformed, InvalidInstanceId.Malformed,
            InvalidParameter, InvalidParameterValue, InvalidParameterValue.IPAddressMalformed,
            InvalidParameterValue.IPv6AddressMalformed, InvalidParameterValue.InstanceIdMalformed,
            InvalidParameterValue.InvalidAppIdFormat, InvalidParameterValue.InvalidIpFormat,
            InvalidParameterValue.InvalidTimeFormat, InvalidParameterValue.InvalidVagueName,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.SubnetIdMalformed,
            InvalidParameterValue.TagKeyNotFound, InvalidParameterValue.UuidMalformed,
            InvalidParameterValue.VpcIdMalformed, InvalidSecurityGroupId.NotFound,
            InvalidSgId.Malformed, InvalidZone.MismatchRegion, ResourceNotFound.HpcCluster,
            UnauthorizedOperation.InvalidToken, UnsupportedOperation
        """
    def start(
        self,
        *,
        instance_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeInstancesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeInstancesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeInstances]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeInstancesAttributes:
    def __call__(
        self, *, attributes: list[str], instance_ids: list[str]
    ) -> api.DescribeInstancesAttributesResponse:
        """Read the user data of instances, which `DescribeInstances` does not show.

        Args:
            attributes: Attributes to read: ``UserData``.
            instance_ids: Ids of instances.

        Returns:
            A response with the fields

            instance_set: The instances with their attributes.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidInstanceId.NotFound, InvalidParameterValue.InstanceIdMalformed
        """
    def start(
        self, *, attributes: list[str], instance_ids: list[str]
    ) -> api.DescribeInstancesAttributesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeInstancesAttributesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeInstancesAttributes]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeNetworkInterfaces:
    def __call__(
        self,
        *,
        network_interface_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeNetworkInterfacesResponse:
        """List network interfaces, by their ids or by filters.

        Ids and filters exclude each other.

        Args:
            network_interface_ids: Ids of interfaces, at most 100; not together with filters.
            filters: Filters that must all match; not together with ids.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).

        Returns:
            A response with the fields

            network_interface_set: The interfaces.
            total_count: Total number of items.

        Retrying: safe, it changes nothing.
        Rate: 100 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameter.Coexist, InvalidParameter.FilterInvalidKey,
            InvalidParameter.FilterNotDict, InvalidParameter.FilterValuesNotList,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.NotUtf8EncodingError, InvalidParameterValue.Range,
            LimitExceeded.ActionLimited, ResourceNotFound, UnsupportedOperation
        """
    def start(
        self,
        *,
        network_interface_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeNetworkInterfacesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeNetworkInterfacesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeNetworkInterfaces]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeRegions:
    def __call__(
        self,
    ) -> api.DescribeRegionsResponse:
        """List the regions that the account can use.

        Returns:
            A response with the fields

            total_count: Total number of items.
            region_set: The regions.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.
        """
    def start(
        self,
    ) -> api.DescribeRegionsResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DescribeRegionsResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeRegions]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeResourceTagsByResourceIds:
    def __call__(
        self,
        *,
        service_type: str,
        resource_prefix: str,
        resource_ids: list[str],
        resource_region: str,
        offset: int | None = None,
        limit: int | None = None,
        category: str | None = None,
    ) -> api.DescribeResourceTagsByResourceIdsResponse:
        """Read the tags of resources of one kind, by their ids.

        Args:
            service_type: Product in the six parts of a resource, such as ``vpc`` or ``cvm``.
            resource_prefix: Kind of resource in the six parts, such as ``vpc``, ``subnet``, ``eip`` or
                ``instance``.
            resource_ids: Ids of resources, at most 50.
            resource_region: Region of the resource; empty if it has none.
            offset: Number of items to skip, a multiple of ``limit`` (default 0).
            limit: Maximum number of items (default 15).
            category: ``Custom``, ``System`` or ``All`` (the default).

        Returns:
            A response with the fields

            total_count: Total number of items.
            offset: The offset of this response.
            limit: The limit of this response.
            tags: The tags, each with its resource.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation, InvalidParameterValue.RegionInvalid,
            InvalidParameterValue.ResourceIdInvalid, InvalidParameterValue.ResourcePrefixInvalid,
            InvalidParameterValue.ServiceTypeInvalid, InvalidParameterValue.UinInvalid,
            UnsupportedOperation
        """
    def start(
        self,
        *,
        service_type: str,
        resource_prefix: str,
        resource_ids: list[str],
        resource_region: str,
        offset: int | None = None,
        limit: int | None = None,
        category: str | None = None,
    ) -> api.DescribeResourceTagsByResourceIdsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeResourceTagsByResourceIdsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeResourceTagsByResourceIds]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeResourcesByTags:
    def __call__(
        self,
        *,
        tag_filters: list[api.TagFilter],
        create_uin: int | None = None,
        offset: int | None = None,
        limit: int | None = None,
        resource_prefix: str | None = None,
        resource_id: str | None = None,
        resource_region: str | None = None,
        service_type: str | None = None,
    ) -> api.DescribeResourcesByTagsResponse:
        """List the resources with given tags; all keys must match.

        Args:
            tag_filters: Tags that must all match, at most 6 keys.
            create_uin: Id (uin) of the creator of the tag.
            offset: Number of items to skip, a multiple of ``limit`` (default 0).
            limit: Maximum number of items (default 15).
            resource_prefix: Kind of resource in the six parts, such as ``vpc``, ``subnet``, ``eip`` or
                ``instance``.
            resource_id: Id of the resource.
            resource_region: Region of the resource; empty if it has none.
            service_type: Product in the six parts of a resource, such as ``vpc`` or ``cvm``.

        Returns:
            A response with the fields

            total_count: Total number of items.
            offset: The offset of this response.
            limit: The limit of this response.
            rows: The resources.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation, InvalidParameterValue.TagFilters,
            InvalidParameterValue.TagFiltersLengthExceeded, InvalidParameterValue.UinInvalid,
            UnsupportedOperation
        """
    def start(
        self,
        *,
        tag_filters: list[api.TagFilter],
        create_uin: int | None = None,
        offset: int | None = None,
        limit: int | None = None,
        resource_prefix: str | None = None,
        resource_id: str | None = None,
        resource_region: str | None = None,
        service_type: str | None = None,
    ) -> api.DescribeResourcesByTagsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeResourcesByTagsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeResourcesByTags]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeRouteTables:
    def __call__(
        self,
        *,
        filters: list[api.Filter] | None = None,
        route_table_ids: list[str] | None = None,
        offset: str | None = None,
        limit: str | None = None,
        need_router_info: bool | None = None,
    ) -> api.DescribeRouteTablesResponse:
        """List route tables with their routes, by their ids or by filters.

        Ids and filters exclude each other. Offset and limit are strings.

        Args:
            filters: Filters that must all match; not together with ids.
            route_table_ids: Ids of route tables; not together with filters.
            offset: Number of items to skip (default 0). A string.
            limit: Maximum number of items, 1 to 100 (default 20). A string.
            need_router_info: Whether the response contains the routes (default true).

        Returns:
            A response with the fields

            total_count: Total number of items.
            route_table_set: The route tables.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameter.Coexist, InvalidParameter.FilterInvalidKey,
            InvalidParameter.FilterMissParameter, InvalidParameter.FilterNotDict,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.NotUtf8EncodingError, InvalidParameterValue.Range,
            ResourceNotFound, UnsupportedOperation
        """
    def start(
        self,
        *,
        filters: list[api.Filter] | None = None,
        route_table_ids: list[str] | None = None,
        offset: str | None = None,
        limit: str | None = None,
        need_router_info: bool | None = None,
    ) -> api.DescribeRouteTablesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeRouteTablesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeRouteTables]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeSecurityGroupPolicies:
    def __call__(
        self, *, security_group_id: str, filters: list[api.Filter] | None = None
    ) -> api.DescribeSecurityGroupPoliciesResponse:
        """Read the policies of a security group.

        Args:
            security_group_id: Id of the security group, such as ``sg-1a2b3c4d``.
            filters: Filters that must all match.

        Returns:
            A response with the fields

            security_group_policy_set: The policies, ingress and egress.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter.FilterInvalidKey, InvalidParameter.FilterNotDict,
            InvalidParameter.FilterValuesNotList, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.Malformed, InvalidParameterValue.TooLong, ResourceNotFound,
            UnsupportedOperation
        """
    def start(
        self, *, security_group_id: str, filters: list[api.Filter] | None = None
    ) -> api.DescribeSecurityGroupPoliciesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeSecurityGroupPoliciesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeSecurityGroupPolicies]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeSecurityGroups:
    def __call__(
        self,
        *,
        security_group_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: str | None = None,
        limit: str | None = None,
        order_field: str | None = None,
        order_direction: str | None = None,
    ) -> api.DescribeSecurityGroupsResponse:
        """List security groups, by their ids or by filters.

        Ids and filters exclude each other. Offset and limit are strings.

        Args:
            security_group_ids: Ids of security groups, at most 100; not together with filters.
            filters: Filters that must all match; not together with ids.
            offset: Number of items to skip (default 0). A string.
            limit: Maximum number of items, 1 to 100 (default 20). A string.
            order_field: ``CreatedTime`` or ``UpdateTime``.
            order_direction: ``ASC`` (the default) or ``DESC``.

        Returns:
            A response with the fields

            security_group_set: The security groups.
            total_count: Total number of items.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter.Coexist, InvalidParameter.FilterInvalidKey,
            InvalidParameter.FilterNotDict, InvalidParameter.FilterValuesNotList,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.Range, ResourceNotFound, UnsupportedOperation
        """
    def start(
        self,
        *,
        security_group_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: str | None = None,
        limit: str | None = None,
        order_field: str | None = None,
        order_direction: str | None = None,
    ) -> api.DescribeSecurityGroupsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeSecurityGroupsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeSecurityGroups]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeSubnets:
    def __call__(
        self,
        *,
        subnet_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: str | None = None,
        limit: str | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> api.DescribeSubnetsResponse:
        """List subnets, by their ids or by filters.

        Ids and filters exclude each other. Offset and limit are strings; alternatively,
        page by ``next_token``.

        Args:
            subnet_ids: Ids of subnets, at most 100; not together with filters.
            filters: Filters that must all match; not together with ids.
            offset: Number of items to skip (default 0). A string.
            limit: Maximum number of items, 1 to 100 (default 20). A string.
            max_results: Maximum number of items when paging by token, at most 100.
            next_token: Token of the next page; empty on the last. It is valid for a day.

        Returns:
            A response with the fields

            total_count: Total number of items.
            subnet_set: The subnets.
            next_token: Token of the next page; empty on the last. It is valid for a day.

        Retrying: safe, it changes nothing.
        Rate: 100 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameter.Coexist, InvalidParameter.FilterInvalidKey,
            InvalidParameter.FilterNotDict, InvalidParameter.FilterValuesNotList,
            InvalidParameterValue.Empty, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.Malformed, InvalidParameterValue.NotUtf8EncodingError,
            InvalidParameterValue.Range, ResourceNotFound, UnsupportedOperation,
            UnsupportedOperation.AppIdMismatch
        """
    def start(
        self,
        *,
        subnet_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: str | None = None,
        limit: str | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> api.DescribeSubnetsResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DescribeSubnetsResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeSubnets]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeTaskResult:
    def __call__(
        self, *, task_id: int | None = None, deal_name: str | None = None
    ) -> api.DescribeTaskResultResponse:
        """Query the progress of an asynchronous call on elastic IPs.

        The call's response has its task id as a string; here it is a number.

        Args:
            task_id: Id of the task, as a number.
            deal_name: Number of the billing order; this or the task's id must be given.

        Returns:
            A response with the fields

            task_id: Id of the task, a number.
            result: ``RUNNING``, ``SUCCESS`` or ``FAILED``.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.TaskFailed, InternalServerError, InvalidParameter, MissingParameter
        """
    def start(
        self, *, task_id: int | None = None, deal_name: str | None = None
    ) -> api.DescribeTaskResultResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeTaskResultResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeTaskResult]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeUsedIpAddress:
    def __call__(
        self,
        *,
        vpc_id: str,
        subnet_id: str | None = None,
        ip_addresses: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeUsedIpAddressResponse:
        """List the private addresses in use in a VPC or a subnet, and their users.

        Args:
            vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
            subnet_id: Id of a subnet of it, such as ``subnet-1a2b3c4d``.
            ip_addresses: Addresses to look up, at most 100; not together with filters.
            filters: Filters that must all match; not together with addresses.
            offset: Number of items to skip (default 0).
            limit: Maximum number of items, 1 to 100 (default 20).

        Returns:
            A response with the fields

            ip_address_states: The addresses in use; free ones are omitted.
            total_count: Total number of items.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, InvalidParameterValue.ParameterMismatch
        """
    def start(
        self,
        *,
        vpc_id: str,
        subnet_id: str | None = None,
        ip_addresses: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> api.DescribeUsedIpAddressResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeUsedIpAddressResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeUsedIpAddress]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeVpcLimits:
    def __call__(self, *, limit_types: list[str]) -> api.DescribeVpcLimitsResponse:
        """Read quotas of the account in the region, such as ``vpc-max-havips``.

        Args:
            limit_types: Names of quotas, at most 100, such as ``vpc-max-havips``.

        Returns:
            A response with the fields

            vpc_limit_set: The quotas.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.LimitExceeded
        """
    def start(self, *, limit_types: list[str]) -> api.DescribeVpcLimitsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeVpcLimitsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeVpcLimits]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeVpcTaskResult:
    def __call__(self, *, task_id: str) -> api.DescribeVpcTaskResultResponse:
        """Query the progress of an asynchronous VPC call.

        The task's id is the request id of the call that started it.

        Args:
            task_id: The request id of the call that started the task.

        Returns:
            A response with the fields

            status: ``RUNNING``, ``SUCCESS`` or ``FAILED``.
            output: Message of the task.
            result: Outcome for each resource, in calls on several.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameterValue, ResourceNotFound,
            UnauthorizedOperation, UnsupportedOperation
        """
    def start(self, *, task_id: str) -> api.DescribeVpcTaskResultResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DescribeVpcTaskResultResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeVpcTaskResult]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeVpcs:
    def __call__(
        self,
        *,
        vpc_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: str | None = None,
        limit: str | None = None,
    ) -> api.DescribeVpcsResponse:
        """List VPCs, by their ids or by filters.

        Ids and filters exclude each other. Offset and limit are strings.

        Args:
            vpc_ids: Ids of VPCs, at most 100; not together with filters.
            filters: Filters that must all match; not together with ids.
            offset: Number of items to skip (default 0). A string.
            limit: Maximum number of items, 1 to 100 (default 20). A string.

        Returns:
            A response with the fields

            total_count: Total number of items.
            vpc_set: The VPCs.

        Retrying: safe, it changes nothing.
        Rate: 100 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameter.Coexist, InvalidParameter.FilterInvalidKey,
            InvalidParameter.FilterNotDict, InvalidParameter.FilterValuesNotList,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.Malformed,
            InvalidParameterValue.NotUtf8EncodingError, InvalidParameterValue.Range,
            ResourceNotFound, UnsupportedOperation
        """
    def start(
        self,
        *,
        vpc_ids: list[str] | None = None,
        filters: list[api.Filter] | None = None,
        offset: str | None = None,
        limit: str | None = None,
    ) -> api.DescribeVpcsResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DescribeVpcsResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeVpcs]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DescribeZones:
    def __call__(
        self,
    ) -> api.DescribeZonesResponse:
        """List the availability zones of the region.

        Returns:
            A response with the fields

            total_count: Total number of items.
            zone_set: The zones.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            InvalidFilter, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.ZoneNotSupported, UnsupportedOperation
        """
    def start(
        self,
    ) -> api.DescribeZonesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.DescribeZonesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DescribeZones]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DetachNetworkInterface:
    def __call__(
        self, *, network_interface_id: str, instance_id: str, client_token: str | None = None
    ) -> api.DetachNetworkInterfaceResponse:
        """Detach a network interface from its instance.

        Asynchronous. Rejected while the interface is in the range of a HAVIP.

        Args:
            network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
            instance_id: Id of the instance, such as ``ins-1a2b3c4d``.
            client_token: Idempotency token that makes retries safe: at most 64 ASCII characters, a
                new one for each intended call.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameterValue.Malformed, LimitExceeded.ActionLimited,
            ResourceNotFound, UnsupportedOperation,
            UnsupportedOperation.IdempotentParameterMismatch,
            UnsupportedOperation.IdempotentProcessing, UnsupportedOperation.InstanceAssociateHavip,
            UnsupportedOperation.InvalidState
        """
    def start(
        self, *, network_interface_id: str, instance_id: str, client_token: str | None = None
    ) -> api.DetachNetworkInterfaceResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DetachNetworkInterfaceResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DetachNetworkInterface]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DisassociateAddress:
    def __call__(
        self, *, address_id: str, reallocate_normal_public_ip: bool | None = None
    ) -> api.DisassociateAddressResponse:
        """Unbind an elastic IP from an instance or a network interface.

        Asynchronous, polled with the ``task_id`` of the response. For a HAVIP use
        `HaVipDisassociateAddressIp`.

        Args:
            address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
            reallocate_normal_public_ip: Whether the instance gets an ordinary public address in its
                place (default false).

        Returns:
            A response with the fields

            task_id: Id of the task, digits in a string.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            AddressQuotaLimitExceeded.DailyAllocate, FailedOperation.AddressEniInfoNotFound,
            FailedOperation.MasterEniNotFound, FailedOperation.TaskFailed, InvalidAddressId.Blocked,
            InvalidAddressId.NotFound, InvalidAddressIdStatus.NotPermit,
            InvalidInstance.NotSupported, InvalidInstanceId.NotFound, InvalidParameter,
            InvalidParameterValue.AddressIdMalformed, InvalidParameterValue.AddressNotFound,
            InvalidParameterValue.InstanceIdMalformed,
            InvalidParameterValue.OnlySupportedForMasterNetworkCard,
            InvalidParameterValue.ResourceNotSupport, OperationDenied.MutexTaskRunning,
            UnsupportedOperation.ActionNotFound, UnsupportedOperation.AddressStatusNotPermit,
            UnsupportedOperation.InstanceStateNotSupported, UnsupportedOperation.InvalidAction
        """
    def start(
        self, *, address_id: str, reallocate_normal_public_ip: bool | None = None
    ) -> api.DisassociateAddressResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DisassociateAddressResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DisassociateAddress]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DisassociateHaVipInstance:
    def __call__(
        self, *, ha_vip_association_set: list[api.HaVipAssociation]
    ) -> api.DisassociateHaVipInstanceResponse:
        """Remove instances or network interfaces from the range that may bind a HAVIP.

        Example::

            member = HaVipAssociation(ha_vip_id="havip-1a2b3c4d", instance_id="ins-1a2b3c4d")
            client.disassociate_ha_vip_instance(ha_vip_association_set=[member])

        Args:
            ha_vip_association_set: Members of the range, at most 10 a call.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.Duplicate, InvalidParameterValue.Malformed,
            InvalidParameterValue.ParameterMismatch, LimitExceeded, MissingParameter,
            ResourceNotFound
        """
    def start(
        self, *, ha_vip_association_set: list[api.HaVipAssociation]
    ) -> api.DisassociateHaVipInstanceResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DisassociateHaVipInstanceResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DisassociateHaVipInstance]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _DisassociateSecurityGroups:
    def __call__(
        self, *, security_group_ids: list[str], instance_ids: list[str]
    ) -> api.DisassociateSecurityGroupsResponse:
        """Remove security groups from instances.

        Args:
            security_group_ids: Id of the security group to remove, exactly one.
            instance_ids: Ids of instances, at most 100.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.SecurityGroupActionFailed, InvalidInstanceId.Malformed,
            InvalidInstanceId.NotFound, InvalidParameterValue.InstanceIdMalformed,
            InvalidParameterValue.LimitExceeded, InvalidSecurityGroupId.NotFound,
            InvalidSgId.Malformed, MutexOperation.TaskRunning,
            OperationDenied.InstanceOperationInProgress, SecGroupActionFailure, UnsupportedOperation
        """
    def start(
        self, *, security_group_ids: list[str], instance_ids: list[str]
    ) -> api.DisassociateSecurityGroupsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.DisassociateSecurityGroupsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.DisassociateSecurityGroups]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _GetCallerIdentity:
    def __call__(
        self,
    ) -> api.GetCallerIdentityResponse:
        """Return the identity of the key that signed the call.

        Returns:
            A response with the fields

            arn: The caller as a six-part resource name.
            account_id: Id (uin) of the main account.
            user_id: Id of the caller: a uin, or role and session.
            principal_id: Id (uin) of the account whose key it is.
            type: Kind of caller.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            AuthFailure.AccessKeyIllegal, InternalError.GetSeedTokenError,
            InvalidParameter.AccessKeyNotSupport
        """
    def start(
        self,
    ) -> api.GetCallerIdentityResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.GetCallerIdentityResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.GetCallerIdentity]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _GetResources:
    def __call__(
        self,
        *,
        resource_list: list[str] | None = None,
        tag_filters: list[api.TagFilter] | None = None,
        pagination_token: str | None = None,
        max_results: int | None = None,
    ) -> api.GetResourcesResponse:
        """List resources with their tags, by resource or by tag.

        Pages are chained by ``pagination_token``.

        Args:
            resource_list: Resources in six parts; not together with tag filters.
            tag_filters: Tags that must all match, at most 6 keys of 10 values.
            pagination_token: Token of the next page; empty for the first, and after the last.
            max_results: Maximum number of items, up to 200 (default 50).

        Returns:
            A response with the fields

            pagination_token: Token of the next page; empty for the first, and after the last.
            resource_tag_mapping_list: The resources and their tags.

        Retrying: safe, it changes nothing.
        Rate: 20 calls per second.

        Error codes:
            AuthFailure.UnauthorizedOperation, FailedOperation,
            FailedOperation.ResourceTagProcessing, InvalidParameter,
            InvalidParameter.PaginationTokenInvalid, InvalidParameter.ReservedTagKey,
            InvalidParameter.Tag, InvalidParameterValue.ResourceDescriptionError,
            InvalidParameterValue.TagKeyDuplicate, InvalidParameterValue.TagKeyEmpty,
            InvalidParameterValue.TagKeyLengthExceeded,
            InvalidParameterValue.TagValueCharacterIllegal,
            InvalidParameterValue.TagValueLengthExceeded, LimitExceeded.ResourceNumPerRequest,
            LimitExceeded.TagNumPerRequest, LimitExceeded.TagValue
        """
    def start(
        self,
        *,
        resource_list: list[str] | None = None,
        tag_filters: list[api.TagFilter] | None = None,
        pagination_token: str | None = None,
        max_results: int | None = None,
    ) -> api.GetResourcesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.GetResourcesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.GetResources]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _HaVipAssociateAddressIp:
    def __call__(self, *, ha_vip_id: str, address_ip: str) -> api.HaVipAssociateAddressIpResponse:
        """Bind an elastic IP to a HAVIP, given by its address and not by its id.

        Asynchronous. A HAVIP has at most one elastic IP, and neither may be bound yet. While the
        HAVIP has no holder, the elastic IP counts as idle and is billed.

        Example::

            client.ha_vip_associate_address_ip(
                ha_vip_id="havip-1a2b3c4d", address_ip="203.0.113.7"
            )

        Args:
            ha_vip_id: Id of the HAVIP, which must have no elastic IP yet.
            address_ip: Address of the elastic IP, not its id; it must be bound to nothing.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InternalError.ModuleError, InvalidParameterValue.Malformed, ResourceNotFound,
            UnsupportedOperation, UnsupportedOperation.BindEIP,
            UnsupportedOperation.MutexOperationTaskRunning,
            UnsupportedOperation.UnsupportedBindLocalZoneEIP
        """
    def start(self, *, ha_vip_id: str, address_ip: str) -> api.HaVipAssociateAddressIpResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.HaVipAssociateAddressIpResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.HaVipAssociateAddressIp]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _HaVipDisassociateAddressIp:
    def __call__(self, *, ha_vip_id: str) -> api.HaVipDisassociateAddressIpResponse:
        """Unbind the elastic IP of a HAVIP.

        Asynchronous.

        Example::

            client.ha_vip_disassociate_address_ip(ha_vip_id="havip-1a2b3c4d")

        Args:
            ha_vip_id: Id of the HAVIP, which must have an elastic IP.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, ResourceNotFound, UnsupportedOperation,
            UnsupportedOperation.MutexOperationTaskRunning, UnsupportedOperation.UnbindEIP
        """
    def start(self, *, ha_vip_id: str) -> api.HaVipDisassociateAddressIpResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.HaVipDisassociateAddressIpResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.HaVipDisassociateAddressIp]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _MigratePrivateIpAddress:
    def __call__(
        self,
        *,
        source_network_interface_id: str,
        destination_network_interface_id: str,
        private_ip_address: str,
    ) -> api.MigratePrivateIpAddressResponse:
        """Move a secondary private address to another network interface of the same subnet.

        Asynchronous. Use it to fail over without a HAVIP: an API call moves the address, not the
        guest.

        Example::

            client.migrate_private_ip_address(
                source_network_interface_id="eni-1a2b3c4d",
                destination_network_interface_id="eni-2b3c4d5e",
                private_ip_address="10.0.0.9",
            )

        Args:
            source_network_interface_id: Id of the interface that has the address now.
            destination_network_interface_id: Id of the interface that the address moves to.
            private_ip_address: The secondary address that moves.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 50 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, LimitExceeded, ResourceNotFound,
            UnauthorizedOperation.AttachmentNotFound, UnauthorizedOperation.PrimaryIp,
            UnsupportedOperation, UnsupportedOperation.MutexOperationTaskRunning,
            UnsupportedOperation.PrimaryIp
        """
    def start(
        self,
        *,
        source_network_interface_id: str,
        destination_network_interface_id: str,
        private_ip_address: str,
    ) -> api.MigratePrivateIpAddressResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.MigratePrivateIpAddressResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.MigratePrivateIpAddress]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyAddressAttribute:
    def __call__(
        self,
        *,
        address_id: str,
        address_name: str | None = None,
        eip_direct_connection: str | None = None,
        eip_visible_on_eni: bool | None = None,
    ) -> api.ModifyAddressAttributeResponse:
        """Rename an elastic IP, or change how it passes through to its instance.

        Args:
            address_id: Id of the elastic IP, such as ``eip-1a2b3c4d``.
            address_name: Name of the elastic IP, at most 128 characters.
            eip_direct_connection: ``TRUE`` or ``FALSE``, as a string: whether the instance sees the
                elastic IP itself.
            eip_visible_on_eni: Whether the interface shows the elastic IP.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidAddressId.Blocked, InvalidAddressId.NotFound, InvalidParameter.Conflict,
            InvalidParameterValue, InvalidParameterValue.AddressAlreadyHasPassThrough,
            InvalidParameterValue.AddressIdMalformed, InvalidParameterValue.AddressNotFound,
            InvalidParameterValue.InstanceDoesNotSupportEipVisibleOnEni,
            InvalidParameterValue.InstanceVpcDoesNotSupportEipVisibleOnEni,
            InvalidParameterValue.PrivateIpAddressDoesNotSupportEipVisibleOnEni,
            InvalidParameterValue.ResourceNotExisted, InvalidParameterValue.TooLong,
            OperationDenied.MutexTaskRunning, RequestLimitExceeded,
            UnsupportedOperation.AddressStatusNotPermit,
            UnsupportedOperation.IncorrectAddressResourceType,
            UnsupportedOperation.ModifyAddressAttribute
        """
    def start(
        self,
        *,
        address_id: str,
        address_name: str | None = None,
        eip_direct_connection: str | None = None,
        eip_visible_on_eni: bool | None = None,
    ) -> api.ModifyAddressAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyAddressAttributeResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyAddressAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyAddressesBandwidth:
    def __call__(
        self,
        *,
        address_ids: list[str],
        internet_max_bandwidth_out: int,
        start_time: str | None = None,
        end_time: str | None = None,
    ) -> api.ModifyAddressesBandwidthResponse:
        """Change the bandwidth limit of elastic IPs.

        Asynchronous, polled with the ``task_id`` of the response.

        Args:
            address_ids: Ids of elastic IPs, such as ``eip-1a2b3c4d``.
            internet_max_bandwidth_out: The new limit of outgoing bandwidth in Mbps; how much there can
                be depends on how the traffic is billed.
            start_time: Retired: it has no effect.
            end_time: Retired: it has no effect.

        Returns:
            A response with the fields

            task_id: Id of the task, digits in a string.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.TaskFailed, InternalServerError, InvalidAddressId.NotFound,
            InvalidParameterValue.AddressIdMalformed, InvalidParameterValue.AddressNotFound,
            InvalidParameterValue.AddressTypeConflict, InvalidParameterValue.BandwidthOutOfRange,
            InvalidParameterValue.BandwidthTooSmall, InvalidParameterValue.EgressConflict,
            InvalidParameterValue.InconsistentInstanceInternetChargeType,
            InvalidParameterValue.InstanceIdMalformed, InvalidParameterValue.InstanceNoCalcIP,
            InvalidParameterValue.InstanceNoWanIP, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.ResourceExpired, InvalidParameterValue.ResourceNotExisted,
            InvalidParameterValue.ResourceNotSupport, OperationDenied.AddressInArrears,
            OperationDenied.MutexTaskRunning, RequestLimitExceeded,
            UnsupportedOperation.ActionNotFound, UnsupportedOperation.AddressStatusNotPermit,
            UnsupportedOperation.InstanceStateNotSupported,
            UnsupportedOperation.UnpaidOrderAlreadyExists
        """
    def start(
        self,
        *,
        address_ids: list[str],
        internet_max_bandwidth_out: int,
        start_time: str | None = None,
        end_time: str | None = None,
    ) -> api.ModifyAddressesBandwidthResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyAddressesBandwidthResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyAddressesBandwidth]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyDisasterRecoverGroupAttribute:
    def __call__(
        self,
        *,
        disaster_recover_group_id: str,
        name: str | None = None,
        affinity: int | None = None,
    ) -> api.ModifyDisasterRecoverGroupAttributeResponse:
        """Rename a placement group, or spread its instances more widely.

        Args:
            disaster_recover_group_id: Id of the placement group, such as ``ps-1a2b3c4d``.
            name: Name of the placement group, 1 to 60 characters.
            affinity: How widely instances are spread over the hardware, 1 to 10; it can only be raised.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.TooLong, ResourceInsufficient.DisasterRecoverGroupCvmQuota,
            ResourceNotFound.InvalidPlacementSet
        """
    def start(
        self,
        *,
        disaster_recover_group_id: str,
        name: str | None = None,
        affinity: int | None = None,
    ) -> api.ModifyDisasterRecoverGroupAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self,
        answer: api.ModifyDisasterRecoverGroupAttributeResponse,
        *,
        timeout: float | None = None,
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyDisasterRecoverGroupAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyHaVipAttribute:
    def __call__(
        self, *, ha_vip_id: str, ha_vip_name: str | None = None
    ) -> api.ModifyHaVipAttributeResponse:
        """Rename a HAVIP; nothing else can be changed.

        Example::

            client.modify_ha_vip_attribute(ha_vip_id="havip-1a2b3c4d", ha_vip_name="db")

        Args:
            ha_vip_id: Id of the HAVIP, such as ``havip-1a2b3c4d``.
            ha_vip_name: The new name, at most 60 characters.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameter, InvalidParameterValue, InvalidParameterValue.Malformed,
            InvalidParameterValue.TooLong, ResourceNotFound, UnsupportedOperation
        """
    def start(
        self, *, ha_vip_id: str, ha_vip_name: str | None = None
    ) -> api.ModifyHaVipAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyHaVipAttributeResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyHaVipAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyInstancesAttribute:
    def __call__(
        self,
        *,
        instance_ids: list[str],
        instance_name: str | None = None,
        user_data: str | None = None,
        security_groups: list[str] | None = None,
        cam_role_name: str | None = None,
        host_name: str | None = None,
        disable_api_termination: bool | None = None,
        cam_role_type: str | None = None,
        auto_reboot: bool | None = None,
        enable_jumbo_frame: bool | None = None,
    ) -> api.ModifyInstancesAttributeResponse:
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

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            AuthFailure.CamRoleNameAuthenticateFailed,
            FailedOperation.InvalidInstanceApplicationRole,
            FailedOperation.SecurityGroupActionFailed, InternalServerError,
            InvalidInstance.NotSupported, InvalidInstanceId.Malformed, InvalidInstanceId.NotFound,
            InvalidInstanceName.TooLong, InvalidParameter.HostNameIllegal, InvalidParameterValue,
            InvalidParameterValue.CamRoleNameMalformed, InvalidParameterValue.IllegalHostName,
            InvalidParameterValue.InstanceIdMalformed, InvalidParameterValue.InvalidUserDataFormat,
            InvalidParameterValue.LimitExceeded, InvalidSecurityGroupId.NotFound,
            LimitExceeded.AssociateUSGLimitExceeded, LimitExceeded.CvmsVifsPerSecGroupLimitExceeded,
            LimitExceeded.SingleUSGQuota, MissingParameter, MutexOperation.TaskRunning,
            OperationDenied.InstanceOperationInProgress, UnauthorizedOperation.MFANotFound,
            UnsupportedOperation.InstanceReinstallFailed,
            UnsupportedOperation.InstanceStateEnterRescueMode,
            UnsupportedOperation.InstanceStateEnterServiceLiveMigrate,
            UnsupportedOperation.InstanceStateExitRescueMode,
            UnsupportedOperation.InstanceStateExitServiceLiveMigrate,
            UnsupportedOperation.InstanceStateFreezing, UnsupportedOperation.InstanceStateIsolating,
            UnsupportedOperation.InstanceStatePending, UnsupportedOperation.InstanceStateRebooting,
            UnsupportedOperation.InstanceStateRescueMode,
            UnsupportedOperation.InstanceStateServiceLiveMigrate,
            UnsupportedOperation.InstanceStateShutdown, UnsupportedOperation.InstanceStateStarting,
            UnsupportedOperation.InstanceStateStopping,
            UnsupportedOperation.InstanceStateTerminated,
            UnsupportedOperation.InstanceStateTerminating,
            UnsupportedOperation.InstanceTypeNotSupportHighDensityModeSetting,
            UnsupportedOperation.InstanceTypeNotSupportJumboFrame,
            UnsupportedOperation.InstancesEnableJumboWithoutReboot,
            UnsupportedOperation.InvalidInstanceNotSupportedProtectedInstance,
            UnsupportedOperation.StoppedModeStopCharging
        """
    def start(
        self,
        *,
        instance_ids: list[str],
        instance_name: str | None = None,
        user_data: str | None = None,
        security_groups: list[str] | None = None,
        cam_role_name: str | None = None,
        host_name: str | None = None,
        disable_api_termination: bool | None = None,
        cam_role_type: str | None = None,
        auto_reboot: bool | None = None,
        enable_jumbo_frame: bool | None = None,
    ) -> api.ModifyInstancesAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyInstancesAttributeResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyInstancesAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyNetworkInterfaceAttribute:
    def __call__(
        self,
        *,
        network_interface_id: str,
        network_interface_name: str | None = None,
        network_interface_description: str | None = None,
        security_group_ids: list[str] | None = None,
        trunking_flag: str | None = None,
    ) -> api.ModifyNetworkInterfaceAttributeResponse:
        """Change the name, description, security groups or trunking of a network interface.

        Args:
            network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
            network_interface_name: Name of the interface, at most 60 bytes.
            network_interface_description: Description, at most 60 characters.
            security_group_ids: Ids of security groups.
            trunking_flag: ``Enable`` or ``Disable`` (the default).

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, InvalidParameterValue.TooLong, LimitExceeded,
            LimitExceeded.ActionLimited, ResourceNotFound, UnsupportedOperation,
            UnsupportedOperation.EniNotSupportTerminationProtection,
            UnsupportedOperation.SubEniNotSupportTrunking
        """
    def start(
        self,
        *,
        network_interface_id: str,
        network_interface_name: str | None = None,
        network_interface_description: str | None = None,
        security_group_ids: list[str] | None = None,
        trunking_flag: str | None = None,
    ) -> api.ModifyNetworkInterfaceAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyNetworkInterfaceAttributeResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyNetworkInterfaceAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyResourceTags:
    def __call__(
        self,
        *,
        resource: str,
        replace_tags: list[api.TagPair] | None = None,
        delete_tags: list[api.TagKeyObject] | None = None,
    ) -> api.ModifyResourceTagsResponse:
        """Set and delete tags of one resource.

        The same key cannot be set and deleted in one call.

        Example::

            client.modify_resource_tags(
                resource="qcs::vpc:ap-guangzhou:uin/:vpc/vpc-1a2b3c4d",
                replace_tags=[TagPair(tag_key="team", tag_value="web")],
            )

        Args:
            resource: The resource in six parts: ``qcs::vpc:ap-guangzhou:uin/:vpc/vpc-1a2b3c4d``.
            replace_tags: Tags to set, at most 10.
            delete_tags: Keys to delete, at most 10.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation, FailedOperation.PolicyEnforcedInvalid, InvalidParameter.ReservedTagKey,
            InvalidParameter.Tag, InvalidParameterValue.DeleteTagsParamError,
            InvalidParameterValue.ResourceDescriptionError,
            InvalidParameterValue.TagKeyCharacterIllegal, InvalidParameterValue.TagKeyEmpty,
            InvalidParameterValue.TagKeyLengthExceeded,
            InvalidParameterValue.TagValueCharacterIllegal,
            InvalidParameterValue.TagValueLengthExceeded, LimitExceeded.Quota,
            LimitExceeded.ResourceAttachedTags, LimitExceeded.TagKey, LimitExceeded.TagValue
        """
    def start(
        self,
        *,
        resource: str,
        replace_tags: list[api.TagPair] | None = None,
        delete_tags: list[api.TagKeyObject] | None = None,
    ) -> api.ModifyResourceTagsResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyResourceTagsResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyResourceTags]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyRouteTableAttribute:
    def __call__(
        self, *, route_table_id: str, route_table_name: str
    ) -> api.ModifyRouteTableAttributeResponse:
        """Rename a route table.

        Args:
            route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
            route_table_name: Name of the route table, at most 60 bytes.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, InvalidParameterValue.TooLong, ResourceNotFound
        """
    def start(
        self, *, route_table_id: str, route_table_name: str
    ) -> api.ModifyRouteTableAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyRouteTableAttributeResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyRouteTableAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifySubnetAttribute:
    def __call__(
        self, *, subnet_id: str, subnet_name: str | None = None, enable_broadcast: str | None = None
    ) -> api.ModifySubnetAttributeResponse:
        """Change the name or the broadcast setting of a subnet.

        Args:
            subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.
            subnet_name: Name of the subnet, at most 60 bytes.
            enable_broadcast: ``true`` or ``false``, as a string.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.Malformed, InvalidParameterValue.TooLong,
            ResourceNotFound
        """
    def start(
        self, *, subnet_id: str, subnet_name: str | None = None, enable_broadcast: str | None = None
    ) -> api.ModifySubnetAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifySubnetAttributeResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifySubnetAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ModifyVpcAttribute:
    def __call__(
        self,
        *,
        vpc_id: str,
        vpc_name: str | None = None,
        enable_multicast: str | None = None,
        dns_servers: list[str] | None = None,
        domain_name: str | None = None,
        enable_route_vpc_publish: bool | None = None,
        enable_cdc_publish: bool | None = None,
        enable_route_vpc_publish_ipv6: bool | None = None,
    ) -> api.ModifyVpcAttributeResponse:
        """Change the name, the DNS settings or other settings of a VPC.

        Args:
            vpc_id: Id of the VPC, such as ``vpc-1a2b3c4d``.
            vpc_name: Name of the VPC, at most 60 bytes.
            enable_multicast: ``true`` or ``false``, as a string.
            dns_servers: Addresses of DNS servers, at most 4, the first one is preferred.
            domain_name: Domain name assigned by DHCP.
            enable_route_vpc_publish: Whether the whole block is published to a cloud connect network,
                not each subnet; on request only.
            enable_cdc_publish: Whether subnets of dedicated clusters are published to the cloud connect
                network.
            enable_route_vpc_publish_ipv6: The same for IPv6.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.Malformed, InvalidParameterValue.TooLong, ResourceNotFound,
            UnauthorizedOperation, UnsupportedOperation.CdcPublishNeedCdcId,
            UnsupportedOperation.EnableMulticast,
            UnsupportedOperation.NotSupportedUpdateCcnRoutePublish,
            UnsupportedOperation.SubnetMismatchVpcCdcId
        """
    def start(
        self,
        *,
        vpc_id: str,
        vpc_name: str | None = None,
        enable_multicast: str | None = None,
        dns_servers: list[str] | None = None,
        domain_name: str | None = None,
        enable_route_vpc_publish: bool | None = None,
        enable_cdc_publish: bool | None = None,
        enable_route_vpc_publish_ipv6: bool | None = None,
    ) -> api.ModifyVpcAttributeResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ModifyVpcAttributeResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ModifyVpcAttribute]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ReleaseAddresses:
    def __call__(self, *, address_ids: list[str]) -> api.ReleaseAddressesResponse:
        """Release elastic IPs; this cannot be undone.

        Asynchronous, polled with the ``task_id`` of the response. Each must be unbound.

        Args:
            address_ids: Ids of elastic IPs, each unbound.

        Returns:
            A response with the fields

            task_id: Id of the task, digits in a string.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 10 calls per second.

        Error codes:
            FailedOperation.TaskFailed, InvalidAddressId.NotFound, InvalidAddressState,
            InvalidParameterValue.AddressIdMalformed,
            InvalidParameterValue.AddressInternetChargeTypeConflict,
            InvalidParameterValue.AddressNotFound, InvalidParameterValue.AddressTypeConflict,
            LimitExceeded.AccountReturnQuota, OperationDenied.AddressDeletionProtectionEnabled,
            OperationDenied.MutexTaskRunning, UnsupportedOperation.AddressStatusNotPermit,
            UnsupportedOperation.UnpaidOrderAlreadyExists
        """
    def start(self, *, address_ids: list[str]) -> api.ReleaseAddressesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.ReleaseAddressesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ReleaseAddresses]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ReplaceRouteTableAssociation:
    def __call__(
        self, *, route_table_id: str, subnet_id: str | None = None
    ) -> api.ReplaceRouteTableAssociationResponse:
        """Replace the route table of a subnet.

        A subnet has exactly one.

        Args:
            route_table_id: Id of the table that the subnet is to use.
            subnet_id: Id of the subnet, such as ``subnet-1a2b3c4d``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue.Malformed, ResourceNotFound, UnsupportedOperation.VpcMismatch
        """
    def start(
        self, *, route_table_id: str, subnet_id: str | None = None
    ) -> api.ReplaceRouteTableAssociationResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.ReplaceRouteTableAssociationResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ReplaceRouteTableAssociation]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _ReplaceRoutes:
    def __call__(
        self, *, route_table_id: str, routes: list[api.Route]
    ) -> api.ReplaceRoutesResponse:
        """Change routes of a route table, found by their ids.

        Args:
            route_table_id: Id of the route table, such as ``rtb-1a2b3c4d``.
            routes: The new routes, each with its ``route_id``.

        Returns:
            A response with the fields

            old_route_set: The old routes.
            new_route_set: The new routes.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InvalidParameterValue, InvalidParameterValue.CidrNotInPeerVpc,
            InvalidParameterValue.Duplicate, InvalidParameterValue.Malformed,
            InvalidParameterValue.SubnetOverlapRoute, InvalidParameterValue.VpcCidrConflict,
            InvalidParameterValue.VpcCidrOverlapRoute, LimitExceeded, ResourceNotFound,
            UnknownParameter.WithGuess, UnsupportedOperation,
            UnsupportedOperation.CdcSubnetNotSupportUnLocalGateway,
            UnsupportedOperation.ConflictWithDockerRoute, UnsupportedOperation.Ecmp,
            UnsupportedOperation.NormalSubnetNotSupportLocalGateway,
            UnsupportedOperation.RecordNotExists, UnsupportedOperation.RoutePvgw2,
            UnsupportedOperation.SystemRoute
        """
    def start(self, *, route_table_id: str, routes: list[api.Route]) -> api.ReplaceRoutesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.ReplaceRoutesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.ReplaceRoutes]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _RunInstances:
    def __call__(
        self,
        *,
        instance_charge_type: str | None = None,
        instance_charge_prepaid: api.InstanceChargePrepaid | None = None,
        placement: api.Placement | None = None,
        instance_type: str | None = None,
        image_id: str | None = None,
        system_disk: api.SystemDisk | None = None,
        data_disks: list[api.DataDisk] | None = None,
        virtual_private_cloud: api.VirtualPrivateCloud | None = None,
        internet_accessible: api.InternetAccessible | None = None,
        instance_count: int | None = None,
        min_count: int | None = None,
        instance_name: str | None = None,
        login_settings: api.LoginSettings | None = None,
        security_group_ids: list[str] | None = None,
        enhanced_service: api.EnhancedService | None = None,
        client_token: str | None = None,
        host_name: str | None = None,
        action_timer: api.ActionTimer | None = None,
        disaster_recover_group_ids: list[str] | None = None,
        tag_specification: list[api.TagSpecification] | None = None,
        instance_market_options: api.InstanceMarketOptionsRequest | None = None,
        user_data: str | None = None,
        metadata: api.Metadata | None = None,
        dry_run: bool | None = None,
        cpu_topology: api.CpuTopology | None = None,
        cam_role_name: str | None = None,
        hpc_cluster_id: str | None = None,
        launch_template: api.LaunchTemplate | None = None,
        dedicated_cluster_id: str | None = None,
        chc_ids: list[str] | None = None,
        partition_number: int | None = None,
        disable_api_termination: bool | None = None,
        enable_jumbo_frame: bool | None = None,
        network_interfaces: list[api.NetworkInterfaces] | None = None,
    ) -> api.RunInstancesResponse:
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

        Returns:
            A response with the fields

            instance_id_set: Ids of the instances, which are still being created.

        Retrying: safe with the same ClientToken; without one it may take effect twice.
        Rate: 20 calls per second.

        Error codes:
            AccountQualificationRestrictions, AuthFailure.CamRoleNameAuthenticateFailed,
            FailedOperation.DisasterRecoverGroupNotFound, FailedOperation.IllegalTagKey,
            FailedOperation.IllegalTagValue, FailedOperation.InquiryPriceFailed,
            FailedOperation.NoAvailableIpAddressCountInSubnet,
            FailedOperation.PromotionalRegionRestriction, FailedOperation.SecurityGroupActionFailed,
            FailedOperation.SnapshotSizeLargerThanDataSize,
            FailedOperation.SnapshotSizeLessThanDataSize, FailedOperation.TagKeyReserved,
            InstancesQuotaLimitExceeded, InternalError.TradeUnknownError,
            InvalidAccount.InsufficientBalance, InvalidClientToken.TooLong, InvalidHostId.Malformed,
            InvalidHostId.NotFound, InvalidImageId.Malformed, InvalidImageId.NotFound,
            InvalidInstance.NotSupported, InvalidInstanceName.TooLong,
            InvalidInstanceType.Malformed, InvalidKeyPairId.Malformed,
            InvalidParameter.CdcNotSupported, InvalidParameter.EdgeZoneMissInternetAccessible,
            InvalidParameter.HostIdCustomizedInstanceTypeNotSupport,
            InvalidParameter.HostIdInstanceTypeNotSupport,
            InvalidParameter.HostIdStandardInstanceTypeNotSupport,
            InvalidParameter.HostIdStatusNotSupport, InvalidParameter.InstanceImageNotSupport,
            InvalidParameter.InstanceTypeSupportedHostNotFound,
            InvalidParameter.InternetAccessibleNotSupported, InvalidParameter.InvalidIpFormat,
            InvalidParameter.LackCoreCountOrThreadPerCore, InvalidParameter.OnlySupportForEdgeZone,
            InvalidParameter.ParameterConflict, InvalidParameter.SnapshotNotFound,
            InvalidParameter.SpecialParameterForSpecialAccount, InvalidParameterCombination,
            InvalidParameterValue, InvalidParameterValue.BandwidthPackageIdMalformed,
            InvalidParameterValue.BandwidthPackageIdNotFound,
            InvalidParameterValue.BandwidthPackageIspNotMatch,
            InvalidParameterValue.BandwidthPackageZoneNotMatch,
            InvalidParameterValue.CamRoleNameMalformed, InvalidParameterValue.ChcHostsNotFound,
            InvalidParameterValue.CloudSsdDataDiskSizeTooSmall,
            InvalidParameterValue.CoreCountValue,
            InvalidParameterValue.DedicatedClusterNotSupportedChargeType,
            InvalidParameterValue.DedicatedResourcePackIdsNotFound,
            InvalidParameterValue.DedicatedResourcePackNotValid,
            InvalidParameterValue.DedicatedResourcePackTenancyMismatch,
            InvalidParameterValue.Duplicate, InvalidParameterValue.DuplicateTags,
            InvalidParameterValue.ElasticNetworkNotExist,
            InvalidParameterValue.ElasticNetworkVpcSubnetMismatch,
            InvalidParameterValue.ExternalIpQuotaLimited,
            InvalidParameterValue.HpcClusterIdZoneIdNotMatch,
            InvalidParameterValue.IPAddressMalformed, InvalidParameterValue.IllegalHostName,
            InvalidParameterValue.IncorrectFormat, InvalidParameterValue.InstanceTypeNotFound,
            InvalidParameterValue.InstanceTypeNotSupportElasticNetworks,
            InvalidParameterValue.InstanceTypeNotSupportHpcCluster,
            InvalidParameterValue.InstanceTypeRequiredHpcCluster,
            InvalidParameterValue.InsufficientOffering, InvalidParameterValue.InsufficientPrice,
            InvalidParameterValue.InvalidAppIdFormat,
            InvalidParameterValue.InvalidImageForGivenInstanceType,
            InvalidParameterValue.InvalidImageFormat, InvalidParameterValue.InvalidImageId,
            InvalidParameterValue.InvalidImageOsName, InvalidParameterValue.InvalidImageState,
            InvalidParameterValue.InvalidInstanceTypePeriodicContract,
            InvalidParameterValue.InvalidIpFormat, InvalidParameterValue.InvalidNetworkInterfaceId,
            InvalidParameterValue.InvalidParameterMinCount, InvalidParameterValue.InvalidPassword,
            InvalidParameterValue.InvalidTimeFormat, InvalidParameterValue.InvalidUserDataFormat,
            InvalidParameterValue.InvalidVpcIdSubnetIdNotFound,
            InvalidParameterValue.IspNotSupportForEdgeZone, InvalidParameterValue.IspValueRepeated,
            InvalidParameterValue.KeyPairNotFound, InvalidParameterValue.LaunchTemplateIdMalformed,
            InvalidParameterValue.LaunchTemplateIdNotExisted,
            InvalidParameterValue.LaunchTemplateNotFound,
            InvalidParameterValue.LaunchTemplateVersion, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.MustDhcpEnabledVpc, InvalidParameterValue.MustEnabledIsRdma,
            InvalidParameterValue.NotCdcSubnet, InvalidParameterValue.Range,
            InvalidParameterValue.SnapshotIdMalformed, InvalidParameterValue.SubnetIdMalformed,
            InvalidParameterValue.SubnetIdZoneIdNotMatch, InvalidParameterValue.SubnetNotExist,
            InvalidParameterValue.TagKeyNotFound, InvalidParameterValue.TagQuotaLimitExceeded,
            InvalidParameterValue.ThreadPerCoreValue, InvalidParameterValue.TooLarge,
            InvalidParameterValue.VpcIdMalformed, InvalidParameterValue.VpcIdNotExist,
            InvalidParameterValue.VpcIdSubnetIdNotMatch, InvalidParameterValue.VpcIdZoneIdNotMatch,
            InvalidParameterValue.VpcNotSupportIpv6Address, InvalidParameterValue.ZoneNotSupported,
            InvalidPassword, InvalidPeriod, InvalidPermission, InvalidProjectId.NotFound,
            InvalidSecurityGroupId.NotFound, InvalidZone.MismatchRegion,
            LimitExceeded.CvmInstanceQuota, LimitExceeded.CvmsVifsPerSecGroupLimitExceeded,
            LimitExceeded.DisasterRecoverGroup, LimitExceeded.IPv6AddressNum,
            LimitExceeded.InstanceEniNumLimit, LimitExceeded.InstanceQuota,
            LimitExceeded.PrepayQuota, LimitExceeded.PrepayUnderwriteQuota,
            LimitExceeded.SingleUSGQuota, LimitExceeded.SpotQuota, LimitExceeded.UserSpotQuota,
            LimitExceeded.VpcSubnetNum, MissingParameter,
            MissingParameter.DPDKInstanceTypeRequiredVPC, MissingParameter.MonitorService,
            OperationDenied.AccountNotSupported,
            OperationDenied.ChcInstallCloudImageWithoutDeployNetwork,
            OperationDenied.NotBandwidthShiftUpUserApplyEdgeZoneEip,
            ResourceInsufficient.AvailabilityZoneSoldOut, ResourceInsufficient.CidrBlock,
            ResourceInsufficient.CloudDiskSoldOut, ResourceInsufficient.CloudDiskUnavailable,
            ResourceInsufficient.DisasterRecoverGroupCvmQuota,
            ResourceInsufficient.InsufficientOfferingMinimum,
            ResourceInsufficient.SpecifiedInstanceType, ResourceNotFound.HpcCluster,
            ResourceNotFound.KeyPairNotFound, ResourceNotFound.NoDefaultCbs,
            ResourceNotFound.NoDefaultCbsWithReason, ResourceUnavailable.InstanceType,
            ResourcesSoldOut.EipInsufficient, ResourcesSoldOut.SpecifiedInstanceType,
            UnauthorizedOperation.InvalidToken, UnsupportedOperation,
            UnsupportedOperation.BandwidthPackageIdNotSupported,
            UnsupportedOperation.HibernationOsVersion, UnsupportedOperation.InstanceStateIsolating,
            UnsupportedOperation.InstanceTypeNotSupportConfidentiality,
            UnsupportedOperation.InstanceTypeNotSupportGridLicence,
            UnsupportedOperation.InstanceTypeNotSupportJumboFrame,
            UnsupportedOperation.InstancesEnableJumboWithoutReboot,
            UnsupportedOperation.InvalidDisk, UnsupportedOperation.InvalidRegionDiskEncrypt,
            UnsupportedOperation.KeyPairUnsupportedWindows,
            UnsupportedOperation.MinCountUnsupportedChargeType,
            UnsupportedOperation.MinCountUnsupportedRegion,
            UnsupportedOperation.NoInstanceTypeSupportSpot,
            UnsupportedOperation.NotSupportImportInstancesActionTimer,
            UnsupportedOperation.OnlyForPrepaidAccount,
            UnsupportedOperation.PeriodicContractNotSupportManualRenew,
            UnsupportedOperation.RawLocalDiskInsReinstalltoQcow2,
            UnsupportedOperation.SpotUnsupportedRegion,
            UnsupportedOperation.UnderwritingInstanceTypeOnlySupportAutoRenew,
            UnsupportedOperation.UnsupportedInternationalUser, VpcAddrNotInSubNet, VpcIpIsUsed
        """
    def start(
        self,
        *,
        instance_charge_type: str | None = None,
        instance_charge_prepaid: api.InstanceChargePrepaid | None = None,
        placement: api.Placement | None = None,
        instance_type: str | None = None,
        image_id: str | None = None,
        system_disk: api.SystemDisk | None = None,
        data_disks: list[api.DataDisk] | None = None,
        virtual_private_cloud: api.VirtualPrivateCloud | None = None,
        internet_accessible: api.InternetAccessible | None = None,
        instance_count: int | None = None,
        min_count: int | None = None,
        instance_name: str | None = None,
        login_settings: api.LoginSettings | None = None,
        security_group_ids: list[str] | None = None,
        enhanced_service: api.EnhancedService | None = None,
        client_token: str | None = None,
        host_name: str | None = None,
        action_timer: api.ActionTimer | None = None,
        disaster_recover_group_ids: list[str] | None = None,
        tag_specification: list[api.TagSpecification] | None = None,
        instance_market_options: api.InstanceMarketOptionsRequest | None = None,
        user_data: str | None = None,
        metadata: api.Metadata | None = None,
        dry_run: bool | None = None,
        cpu_topology: api.CpuTopology | None = None,
        cam_role_name: str | None = None,
        hpc_cluster_id: str | None = None,
        launch_template: api.LaunchTemplate | None = None,
        dedicated_cluster_id: str | None = None,
        chc_ids: list[str] | None = None,
        partition_number: int | None = None,
        disable_api_termination: bool | None = None,
        enable_jumbo_frame: bool | None = None,
        network_interfaces: list[api.NetworkInterfaces] | None = None,
    ) -> api.RunInstancesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.RunInstancesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.RunInstances]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _StartInstances:
    def __call__(self, *, instance_ids: list[str]) -> api.StartInstancesResponse:
        """Start stopped instances.

        The call only starts the operation: poll `DescribeInstances` for RUNNING.

        Args:
            instance_ids: Ids of instances, at most 100.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InternalServerError, InvalidInstance.NotSupported, InvalidInstanceId.Malformed,
            InvalidInstanceId.NotFound, InvalidParameterValue,
            InvalidParameterValue.InstanceIdMalformed, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.ZoneNotSupported, MissingParameter, MutexOperation.TaskRunning,
            OperationDenied.InstanceOperationInProgress,
            UnsupportedOperation.InstanceReinstallFailed,
            UnsupportedOperation.InstanceStateCorrupted,
            UnsupportedOperation.InstanceStateEnterRescueMode,
            UnsupportedOperation.InstanceStateExitRescueMode,
            UnsupportedOperation.InstanceStateFreezing, UnsupportedOperation.InstanceStateIsolating,
            UnsupportedOperation.InstanceStatePending, UnsupportedOperation.InstanceStateRebooting,
            UnsupportedOperation.InstanceStateRescueMode, UnsupportedOperation.InstanceStateRunning,
            UnsupportedOperation.InstanceStateServiceLiveMigrate,
            UnsupportedOperation.InstanceStateShutdown, UnsupportedOperation.InstanceStateStarting,
            UnsupportedOperation.InstanceStateStopped, UnsupportedOperation.InstanceStateStopping,
            UnsupportedOperation.InstanceStateTerminated,
            UnsupportedOperation.InstanceStateTerminating
        """
    def start(self, *, instance_ids: list[str]) -> api.StartInstancesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.StartInstancesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.StartInstances]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _StopInstances:
    def __call__(
        self,
        *,
        instance_ids: list[str],
        force_stop: bool | None = None,
        stop_type: str | None = None,
        stopped_mode: str | None = None,
    ) -> api.StopInstancesResponse:
        """Shut down running instances.

        The call only starts the operation: poll `DescribeInstances` for STOPPED.

        Args:
            instance_ids: Ids of instances, at most 100.
            force_stop: Retired for ``stop_type``: whether to power off if a clean shutdown fails.
            stop_type: ``SOFT`` (the default), ``SOFT_FIRST``, or ``HARD``, which powers off.
            stopped_mode: Whether a stopped instance is billed: ``KEEP_CHARGING`` (the default) or
                ``STOP_CHARGING``.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            InternalServerError, InvalidInstance.NotSupported, InvalidInstanceId.Malformed,
            InvalidInstanceId.NotFound, InvalidParameterCombination, InvalidParameterValue,
            InvalidParameterValue.InstanceIdMalformed, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.ZoneNotSupported, MissingParameter, MutexOperation.TaskRunning,
            OperationDenied.InstanceOperationInProgress, UnauthorizedOperation.MFAExpired,
            UnauthorizedOperation.MFANotFound, UnsupportedOperation.HibernationForNormalInstance,
            UnsupportedOperation.InstanceReinstallFailed, UnsupportedOperation.InstanceStateBanning,
            UnsupportedOperation.InstanceStateCorrupted,
            UnsupportedOperation.InstanceStateEnterRescueMode,
            UnsupportedOperation.InstanceStateEnterServiceLiveMigrate,
            UnsupportedOperation.InstanceStateExitRescueMode,
            UnsupportedOperation.InstanceStateExitServiceLiveMigrate,
            UnsupportedOperation.InstanceStateFreezing, UnsupportedOperation.InstanceStateIsolating,
            UnsupportedOperation.InstanceStatePending, UnsupportedOperation.InstanceStateRebooting,
            UnsupportedOperation.InstanceStateRescueMode,
            UnsupportedOperation.InstanceStateServiceLiveMigrate,
            UnsupportedOperation.InstanceStateShutdown, UnsupportedOperation.InstanceStateStarting,
            UnsupportedOperation.InstanceStateStopped, UnsupportedOperation.InstanceStateStopping,
            UnsupportedOperation.InstanceStateTerminated,
            UnsupportedOperation.InstanceStateTerminating,
            UnsupportedOperation.StoppedModeStopCharging
        """
    def start(
        self,
        *,
        instance_ids: list[str],
        force_stop: bool | None = None,
        stop_type: str | None = None,
        stopped_mode: str | None = None,
    ) -> api.StopInstancesResponse:
        """Call the action without waiting for its task."""
    def finish(self, answer: api.StopInstancesResponse, *, timeout: float | None = None) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.StopInstances]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _TerminateInstances:
    def __call__(
        self,
        *,
        instance_ids: list[str],
        release_address: bool | None = None,
        release_prepaid_data_disks: bool | None = None,
    ) -> api.TerminateInstancesResponse:
        """Terminate instances; pay-as-you-go instances are destroyed at once.

        Prepaid ones go to the recycle bin first, and are destroyed by a second call.

        Args:
            instance_ids: Ids of instances, at most 100.
            release_address: Whether to release the elastic IP of the primary interface, of special
                kinds only (default false).
            release_prepaid_data_disks: Whether prepaid data disks are released too (default false).

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 20 calls per second.

        Error codes:
            FailedOperation.InvalidInstanceApplicationRole,
            FailedOperation.InvalidInstanceApplicationRoleEmr, FailedOperation.Unreturnable,
            InternalError.TradeUnknownError, InternalServerError, InvalidAccount.UnpaidOrder,
            InvalidInstance.NotSupported, InvalidInstanceId.Malformed, InvalidInstanceId.NotFound,
            InvalidInstanceNotSupportedPrepaidInstance, InvalidParameterValue,
            InvalidParameterValue.InstanceIdMalformed, InvalidParameterValue.InvalidAppIdFormat,
            InvalidParameterValue.LimitExceeded, InvalidParameterValue.NotSupported,
            LimitExceeded.UserReturnQuota, MissingParameter, MutexOperation.TaskRunning,
            OperationDenied.InstanceOperationInProgress, UnauthorizedOperation.InvalidToken,
            UnauthorizedOperation.MFAExpired, UnauthorizedOperation.MFANotFound,
            UnsupportedOperation, UnsupportedOperation.InstanceChargeType,
            UnsupportedOperation.InstanceMixedPricingModel,
            UnsupportedOperation.InstanceStateBanning,
            UnsupportedOperation.InstanceStateEnterRescueMode,
            UnsupportedOperation.InstanceStateEnterServiceLiveMigrate,
            UnsupportedOperation.InstanceStateExitRescueMode,
            UnsupportedOperation.InstanceStateExitServiceLiveMigrate,
            UnsupportedOperation.InstanceStateFreezing, UnsupportedOperation.InstanceStateIsolating,
            UnsupportedOperation.InstanceStateLaunchFailed,
            UnsupportedOperation.InstanceStatePending, UnsupportedOperation.InstanceStateRebooting,
            UnsupportedOperation.InstanceStateStarting, UnsupportedOperation.InstanceStateStopping,
            UnsupportedOperation.InstanceStateTerminated,
            UnsupportedOperation.InstanceStateTerminating, UnsupportedOperation.InstancesProtected,
            UnsupportedOperation.InvalidInstancesOwner,
            UnsupportedOperation.RedHatInstanceTerminateUnsupported,
            UnsupportedOperation.RedHatInstanceUnsupported, UnsupportedOperation.Region,
            UnsupportedOperation.SpecialInstanceType,
            UnsupportedOperation.UserLimitOperationExceedQuota
        """
    def start(
        self,
        *,
        instance_ids: list[str],
        release_address: bool | None = None,
        release_prepaid_data_disks: bool | None = None,
    ) -> api.TerminateInstancesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.TerminateInstancesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.TerminateInstances]: ...
    @property
    def __name__(self) -> str: ...

@type_check_only
class _UnassignPrivateIpAddresses:
    def __call__(
        self,
        *,
        network_interface_id: str,
        private_ip_addresses: list[api.PrivateIpAddressSpecification],
        instance_id: str | None = None,
    ) -> api.UnassignPrivateIpAddressesResponse:
        """Unassign secondary private addresses from a network interface.

        Asynchronous. An elastic IP bound to such an address is unbound along with it.

        Args:
            network_interface_id: Id of the interface, such as ``eni-1a2b3c4d``.
            private_ip_addresses: Addresses to unassign, at most 10, none of them primary.
            instance_id: Id of the instance, only where its guest is to lose the address too.

        Retrying: not safe, since it may have taken effect: read back first.
        Rate: 100 calls per second.

        Error codes:
            InvalidParameterValue.DuplicatePara, InvalidParameterValue.LimitExceeded,
            InvalidParameterValue.Malformed, LimitExceeded.ActionLimited, ResourceNotFound,
            UnsupportedOperation, UnsupportedOperation.AttachmentNotFound,
            UnsupportedOperation.InvalidState, UnsupportedOperation.MutexOperationTaskRunning
        """
    def start(
        self,
        *,
        network_interface_id: str,
        private_ip_addresses: list[api.PrivateIpAddressSpecification],
        instance_id: str | None = None,
    ) -> api.UnassignPrivateIpAddressesResponse:
        """Call the action without waiting for its task."""
    def finish(
        self, answer: api.UnassignPrivateIpAddressesResponse, *, timeout: float | None = None
    ) -> None:
        """Wait until the task of a `start` has ended."""
    @property
    def request(self) -> type[api.UnassignPrivateIpAddresses]: ...
    @property
    def __name__(self) -> str: ...

class Client(BaseClient):
    """A blocking client of one region and account; threads may share it.

    Creating one does no I/O: credentials, region and endpoint are looked up on first use.

    Example::

        client = havip.Client("ap-guangzhou")
        made = client.create_ha_vip(vpc_id="vpc-1a2b3c4d", ha_vip_name="web").ha_vip
        for vip in client.items(api.DescribeHaVips()):
            print(vip.ha_vip_id, vip.vip)

    Args:
        region: Region id; that of ``TENCENTCLOUD_REGION`` or of the profile if omitted.
        credentials: A key, or a provider that returns one; if omitted, the credential chain
            described in `havip.credentials`.
        profile: The profile for credentials and region, which takes precedence over the
            environment.
        endpoint: A URL for all requests, in which ``{service}`` and ``{region}`` are replaced; or
            ``regional``, or ``internal``. If omitted, that of ``HAVIP_ENDPOINT``, of
            ``TENCENTCLOUD_DOMAIN`` and ``TENCENTCLOUD_PROTOCOL``, or the nearest public one.
        site: ``china`` or ``intl``; parameters that the site lacks are rejected before sending.
        clock: The clock; a `FakeClock` in tests.
        retry: The retry policy.
        timeout: Total timeout in seconds for one attempt, including the wait for a free
            connection and reading the response.
        connect_timeout: Timeout in seconds for a connection, in each attempt.
        connections: Maximum number of concurrent requests; further threads wait for one.
        proxies: Proxy URL by scheme, as in `requests`; those of the environment if omitted.
        ca: Path of the CA bundle; that of the environment, then of `requests`, if omitted.
        pace: Client-side limit of calls per second of each action; True for the documented rates
            (mostly 20); False for no limit.
        language: Language of the service's messages: ``en-US`` or ``zh-CN``.
        task_timeout: Seconds that a method waits for the task of its action.
        max_response_bytes: Maximum size of a response, before and after decompression.
        tcp_keepalive: Whether TCP keepalive keeps idle connections open.
        user_agent: Suffix of the User-Agent header, such as ``myapp/1.0``.
        on_attempt: Called with an `Attempt` after each attempt of a call, for traces and
            metrics; its exceptions are logged.

    Raises:
        UsageError: An argument is out of range or of the wrong type.
    """

    clock: Clock
    site: Site
    task_timeout: float
    def __init__(
        self,
        region: str | None = None,
        *,
        credentials: CredentialProvider | None = None,
        profile: str | None = None,
        endpoint: str | None = None,
        site: str = "china",
        clock: Clock | None = None,
        retry: Retry | None = None,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        connections: int = 16,
        proxies: Mapping[str, str] | None = None,
        ca: str | os.PathLike[str] | None = None,
        pace: bool | float = False,
        language: str = "en-US",
        task_timeout: float = 180.0,
        max_response_bytes: int = DEFAULT_MAX_BYTES,
        tcp_keepalive: bool = True,
        user_agent: str = "",
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> None: ...
    def with_options(
        self,
        *,
        retry: Retry | None = None,
        timeout: float | None = None,
        task_timeout: float | None = None,
    ) -> Self:
        """Return a client with other options that shares connections and credentials.

        Example::

            client.with_options(timeout=5.0, retry=havip.Retry(deadline=8.0)).describe_ha_vips()

        Args:
            retry: The retry policy.
            timeout: Timeout in seconds for one attempt.
            task_timeout: Seconds that a method waits for the task of its action.

        Raises:
            UsageError: A value is out of range.
        """
    def for_region(self, region: str) -> Self:
        """Return a client of another region that shares connections and credentials.

        Example::

            regions = client.describe_regions().region_set
            for one in regions:
                print(one.region, client.for_region(one.region).describe_ha_vips().total_count)

        Args:
            region: Region id, such as ``ap-shanghai``.

        Raises:
            UsageError: The region is malformed.
        """
    def __repr__(self) -> str: ...
    def send(
        self, request: Request[R], *, retry: Retry | None = None, timeout: float | None = None
    ) -> R:
        """Send a request and return its response, without waiting for a task that it starts.

        If the action has a ``client_token`` and the request does not set it, one is generated for
        this call, so that retries after a lost response take effect once. Sending the same request
        object again is another call, with another token.

        Args:
            request: The request, such as ``api.DescribeHaVips()``.
            retry: The retry policy, if it differs from the client's.
            timeout: Timeout in seconds for one attempt, if it differs from the client's.

        Raises:
            ApiError: The service rejected the call.
            TransportError: No usable response was received.
            CredentialError: No credentials were found.
            SiteError: The site lacks the action, an input or a filter.
            UsageError: It is not a request, or an option is out of range.
        """
    def call(
        self,
        action: str,
        params: Mapping[str, Any] | None = None,
        *,
        service: str | None = None,
        version: str | None = None,
        retry: Retry | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Call an action with parameters in wire form, such as an action without a method here.

        Args:
            action: The action, such as ``DescribeCcns``.
            params: Its parameters, named as in the API's documentation.
            service: The service of the action; if omitted, the one known to have it, or vpc.
            version: The version of the service's API; known for vpc, cvm, tag and sts.
            retry: The retry policy, if it differs from the client's.
            timeout: Timeout in seconds for one attempt, if it differs from the client's.

        Returns:
            The content of the ``Response``.

        Raises:
            UsageError: The version of the service is unknown, a name is malformed, or the
                parameters are not valid JSON.
            ApiError: The service rejected the call.
            TransportError: No usable response was received.
            CredentialError: No credentials were found.
            SiteError: The site lacks the action, an input or a filter.
        """
    def pages(self, request: Request[R]) -> Iterator[R]:
        """Send a listing request page by page, and yield each response.

        Items may be deleted during the iteration: no other item is skipped, and none is listed
        twice.

        Example::

            for page in client.pages(api.DescribeHaVips()):
                for vip in page.ha_vip_set:
                    print(vip.ha_vip_id, vip.vip)

        Args:
            request: The request, with the start offset and the page size as its offset and limit;
                the largest page size of the service if omitted.

        Raises:
            UsageError: The action is not paged, or it is not a request.
        """
    @overload
    def items(self, request: api.DescribeAddresses) -> Iterator[api.Address]: ...
    @overload
    def items(self, request: api.DescribeBandwidthPackages) -> Iterator[api.BandwidthPackage]: ...
    @overload
    def items(
        self, request: api.DescribeDisasterRecoverGroups
    ) -> Iterator[api.DisasterRecoverGroup]: ...
    @overload
    def items(self, request: api.DescribeDisks) -> Iterator[api.CloudDisk]: ...
    @overload
    def items(self, request: api.DescribeHaVips) -> Iterator[api.HaVip]: ...
    @overload
    def items(self, request: api.DescribeImages) -> Iterator[api.Image]: ...
    @overload
    def items(self, request: api.DescribeInstances) -> Iterator[api.Instance]: ...
    @overload
    def items(self, request: api.DescribeNetworkInterfaces) -> Iterator[api.NetworkInterface]: ...
    @overload
    def items(
        self, request: api.DescribeResourceTagsByResourceIds
    ) -> Iterator[api.TagResource]: ...
    @overload
    def items(self, request: api.DescribeResourcesByTags) -> Iterator[api.ResourceTag]: ...
    @overload
    def items(self, request: api.DescribeRouteTables) -> Iterator[api.RouteTable]: ...
    @overload
    def items(self, request: api.DescribeSecurityGroups) -> Iterator[api.SecurityGroup]: ...
    @overload
    def items(self, request: api.DescribeSubnets) -> Iterator[api.Subnet]: ...
    @overload
    def items(self, request: api.DescribeUsedIpAddress) -> Iterator[api.IpAddressStates]: ...
    @overload
    def items(self, request: api.DescribeVpcs) -> Iterator[api.Vpc]: ...
    @overload
    def items(self, request: Request[R]) -> Iterator[Any]:
        """Send a listing request page by page, and yield each item.

        Items may be deleted in the loop, as in `pages`.

        Example::

            for vip in client.items(api.DescribeHaVips()):
                print(vip.ha_vip_id, vip.vip)

        Args:
            request: The request, as for `pages`.

        Raises:
            UsageError: The action is not paged, or it is not a request.
        """
    def wait(
        self,
        request: Request[R],
        ready: Callable[[R], bool],
        *,
        error: Callable[[R], bool] | None = None,
        timeout: float = 60.0,
        delay: float = 1.0,
        max_delay: float = 5.0,
    ) -> R:
        """Poll a reading request until a condition holds.

        The condition may hold at once, as the response may show a state from before an expected
        change. `havip.ready` has ready-made conditions. Throttling, lost responses and internal
        errors of the service do not end a wait. Neither does "not found" in its first 15 seconds,
        as a new object may not be visible yet.

        Example::

            client.wait(
                api.DescribeHaVips(ha_vip_ids=["havip-1a2b3c4d"]),
                ready.holder_is("ins-1a2b3c4d"),
                timeout=30.0,
            )

        Args:
            request: The request of a reading action.
            ready: Returns whether a response satisfies the condition.
            error: Returns whether to give up because of a response.
            timeout: Timeout in seconds, including requests and their retries.
            delay: Seconds between the first two requests; each further pause is a quarter longer.
            max_delay: Longest pause in seconds.

        Returns:
            The response that satisfies the condition.

        Raises:
            WaitTimeout: The timeout expired; the message shows the last state.
            WaitError: The error condition held.
            UsageError: The action changes something, or it is not a request.
        """
    def close(self) -> None:
        """Close the idle connections; the client remains usable."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    allocate_addresses: _AllocateAddresses
    """Allocate elastic IPs."""
    assign_private_ip_addresses: _AssignPrivateIpAddresses
    """Assign secondary private addresses to a network interface."""
    associate_address: _AssociateAddress
    """Bind an elastic IP to an instance, or to a private address of a network interface."""
    associate_ha_vip_instance: _AssociateHaVipInstance
    """Add instances or network interfaces to the range that may bind a HAVIP."""
    associate_security_groups: _AssociateSecurityGroups
    """Add security groups to instances."""
    assume_role: _AssumeRole
    """Assume a role and get temporary credentials for it."""
    assume_role_with_web_identity: _AssumeRoleWithWebIdentity
    """Assume a role with the token of an identity provider; the call is not signed."""
    attach_network_interface: _AttachNetworkInterface
    """Attach a network interface to an instance of the same zone."""
    create_disaster_recover_group: _CreateDisasterRecoverGroup
    """Create a placement group, which keeps its instances on different hardware."""
    create_ha_vip: _CreateHaVip
    """Create a HAVIP, a private address that guests move within one subnet."""
    create_network_interface: _CreateNetworkInterface
    """Create a secondary network interface with its private addresses."""
    create_route_table: _CreateRouteTable
    """Create a route table in a VPC."""
    create_routes: _CreateRoutes
    """Add routes to a route table."""
    create_security_group: _CreateSecurityGroup
    """Create a security group, which blocks all traffic until it has policies."""
    create_security_group_policies: _CreateSecurityGroupPolicies
    """Add policies of one direction to a security group."""
    create_subnet: _CreateSubnet
    """Create a subnet of a VPC in one availability zone."""
    create_vpc: _CreateVpc
    """Create a VPC, with its default route table and network ACL."""
    delete_disaster_recover_groups: _DeleteDisasterRecoverGroups
    """Delete placement groups that hold no instance."""
    delete_ha_vip: _DeleteHaVip
    """Delete a HAVIP and give its address back to the subnet."""
    delete_network_interface: _DeleteNetworkInterface
    """Delete a network interface that is attached to nothing."""
    delete_route_table: _DeleteRouteTable
    """Delete a route table that no subnet uses; the default one stays with its VPC."""
    delete_routes: _DeleteRoutes
    """Delete routes from a route table."""
    delete_security_group: _DeleteSecurityGroup
    """Delete a security group that nothing uses or refers to."""
    delete_security_group_policies: _DeleteSecurityGroupPolicies
    """Delete policies of a security group, by index or by content."""
    delete_subnet: _DeleteSubnet
    """Delete a subnet in which no address is in use; a HAVIP counts as use."""
    delete_vpc: _DeleteVpc
    """Delete a VPC that contains only empty subnets, route tables and ACLs."""
    describe_addresses: _DescribeAddresses
    """List elastic IPs, by their ids or by filters."""
    describe_bandwidth_packages: _DescribeBandwidthPackages
    """List shared bandwidth packages and the resources in them."""
    describe_disaster_recover_groups: _DescribeDisasterRecoverGroups
    """List placement groups."""
    describe_disks: _DescribeDisks
    """List disks, by their ids or by filters."""
    describe_ha_vips: _DescribeHaVips
    """List HAVIPs, by their ids or by filters."""
    describe_images: _DescribeImages
    """List images, by their ids or by filters."""
    describe_instances: _DescribeInstances
    """List CVM instances, by their ids or by filters."""
    describe_instances_attributes: _DescribeInstancesAttributes
    """Read the user data of instances, which `DescribeInstances` does not show."""
    describe_network_interfaces: _DescribeNetworkInterfaces
    """List network interfaces, by their ids or by filters."""
    describe_regions: _DescribeRegions
    """List the regions that the account can use."""
    describe_resource_tags_by_resource_ids: _DescribeResourceTagsByResourceIds
    """Read the tags of resources of one kind, by their ids."""
    describe_resources_by_tags: _DescribeResourcesByTags
    """List the resources with given tags; all keys must match."""
    describe_route_tables: _DescribeRouteTables
    """List route tables with their routes, by their ids or by filters."""
    describe_security_group_policies: _DescribeSecurityGroupPolicies
    """Read the policies of a security group."""
    describe_security_groups: _DescribeSecurityGroups
    """List security groups, by their ids or by filters."""
    describe_subnets: _DescribeSubnets
    """List subnets, by their ids or by filters."""
    describe_task_result: _DescribeTaskResult
    """Query the progress of an asynchronous call on elastic IPs."""
    describe_used_ip_address: _DescribeUsedIpAddress
    """List the private addresses in use in a VPC or a subnet, and their users."""
    describe_vpc_limits: _DescribeVpcLimits
    """Read quotas of the account in the region, such as ``vpc-max-havips``."""
    describe_vpc_task_result: _DescribeVpcTaskResult
    """Query the progress of an asynchronous VPC call."""
    describe_vpcs: _DescribeVpcs
    """List VPCs, by their ids or by filters."""
    describe_zones: _DescribeZones
    """List the availability zones of the region."""
    detach_network_interface: _DetachNetworkInterface
    """Detach a network interface from its instance."""
    disassociate_address: _DisassociateAddress
    """Unbind an elastic IP from an instance or a network interface."""
    disassociate_ha_vip_instance: _DisassociateHaVipInstance
    """Remove instances or network interfaces from the range that may bind a HAVIP."""
    disassociate_security_groups: _DisassociateSecurityGroups
    """Remove security groups from instances."""
    get_caller_identity: _GetCallerIdentity
    """Return the identity of the key that signed the call."""
    get_resources: _GetResources
    """List resources with their tags, by resource or by tag."""
    ha_vip_associate_address_ip: _HaVipAssociateAddressIp
    """Bind an elastic IP to a HAVIP, given by its address and not by its id."""
    ha_vip_disassociate_address_ip: _HaVipDisassociateAddressIp
    """Unbind the elastic IP of a HAVIP."""
    migrate_private_ip_address: _MigratePrivateIpAddress
    """Move a secondary private address to another network interface of the same subnet."""
    modify_address_attribute: _ModifyAddressAttribute
    """Rename an elastic IP, or change how it passes through to its instance."""
    modify_addresses_bandwidth: _ModifyAddressesBandwidth
    """Change the bandwidth limit of elastic IPs."""
    modify_disaster_recover_group_attribute: _ModifyDisasterRecoverGroupAttribute
    """Rename a placement group, or spread its instances more widely."""
    modify_ha_vip_attribute: _ModifyHaVipAttribute
    """Rename a HAVIP; nothing else can be changed."""
    modify_instances_attribute: _ModifyInstancesAttribute
    """Change one attribute of instances: name, user data, security groups, role and others."""
    modify_network_interface_attribute: _ModifyNetworkInterfaceAttribute
    """Change the name, description, security groups or trunking of a network interface."""
    modify_resource_tags: _ModifyResourceTags
    """Set and delete tags of one resource."""
    modify_route_table_attribute: _ModifyRouteTableAttribute
    """Rename a route table."""
    modify_subnet_attribute: _ModifySubnetAttribute
    """Change the name or the broadcast setting of a subnet."""
    modify_vpc_attribute: _ModifyVpcAttribute
    """Change the name, the DNS settings or other settings of a VPC."""
    release_addresses: _ReleaseAddresses
    """Release elastic IPs; this cannot be undone."""
    replace_route_table_association: _ReplaceRouteTableAssociation
    """Replace the route table of a subnet."""
    replace_routes: _ReplaceRoutes
    """Change routes of a route table, found by their ids."""
    run_instances: _RunInstances
    """Buy and start CVM instances."""
    start_instances: _StartInstances
    """Start stopped instances."""
    stop_instances: _StopInstances
    """Shut down running instances."""
    terminate_instances: _TerminateInstances
    """Terminate instances; pay-as-you-go instances are destroyed at once."""
    unassign_private_ip_addresses: _UnassignPrivateIpAddresses
    """Unassign secondary private addresses from a network interface."""
