"""The documented error codes of each action and their meanings, loaded on first use.

Source of the lists: the comments on each method of the official Go SDK of 2026-08-21. The
meanings are our own words; codes that explain themselves have none.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    "AllocateAddresses": (
        "AddressQuotaLimitExceeded AddressQuotaLimitExceeded.DailyAllocate "
        "FailedOperation.BalanceInsufficient FailedOperation.InvalidRegion "
        "InvalidAccount.NotSupported InvalidAddressId.Blocked InvalidParameterConflict "
        "InvalidParameterValue.AddressAttacked InvalidParameterValue.AddressIpNotAvailable "
        "InvalidParameterValue.BandwidthOutOfRange "
        "InvalidParameterValue.BandwidthPackageIdMalformed "
        "InvalidParameterValue.BandwidthPackageNotFound InvalidParameterValue.BandwidthTooSmall "
        "InvalidParameterValue.Combination InvalidParameterValue.InstanceIdMalformed "
        "InvalidParameterValue.InvalidDedicatedClusterId InvalidParameterValue.InvalidEgress "
        "InvalidParameterValue.InvalidTag InvalidParameterValue.MixedAddressIpSetType "
        "InvalidParameterValue.Range InvalidParameterValue.ResourceIdMalformed "
        "InvalidParameterValue.ResourceNotSupport InvalidParameterValue.TagNotExisted "
        "InvalidParameterValue.UnavailableZone InvalidParameterValue.UnsupportedEgress "
        "LimitExceeded.BandwidthPackageQuota LimitExceeded.BandwidthPackageResourceQuota "
        "LimitExceeded.MonthlyAddressRecoveryQuota LimitExceeded.TagQuota ResourceInsufficient "
        "UnauthorizedOperation.AnycastEip UnauthorizedOperation.InvalidAccount "
        "UnsupportedOperation.AccountNotSupported UnsupportedOperation.ActionNotFound "
        "UnsupportedOperation.BandwidthPackageIdNotSupported "
        "UnsupportedOperation.DeliveryFailed UnsupportedOperation.InstanceStateNotSupported "
        "UnsupportedOperation.InvalidAction "
        "UnsupportedOperation.NotSupportedPurchaseCenterEgressResource "
        "UnsupportedOperation.OfflineChargeType UnsupportedOperation.UnsupportedRegion"
    ),
    "AssignPrivateIpAddresses": (
        "FailedOperation.NetDetectTimeOut InvalidParameterValue.DuplicatePara "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.Range InvalidParameterValue.Reserved LimitExceeded "
        "LimitExceeded.ActionLimited MissingParameter ResourceInUse ResourceInsufficient "
        "ResourceInsufficient.Subnet ResourceNotFound UnsupportedOperation "
        "UnsupportedOperation.IdempotentParameterMismatch "
        "UnsupportedOperation.IdempotentProcessing UnsupportedOperation.InvalidState "
        "UnsupportedOperation.MutexOperationTaskRunning UnsupportedOperation.ResourceMismatch"
    ),
    "AssociateAddress": (
        "FailedOperation.AddressEniInfoNotFound FailedOperation.TaskFailed "
        "InvalidAccount.NotSupported InvalidAddressId.Blocked InvalidAddressId.NotFound "
        "InvalidInstanceId.AlreadyBindEip InvalidInstanceId.NotFound "
        "InvalidNetworkInterfaceId.NotFound InvalidParameter.Conflict InvalidParameterConflict "
        "InvalidParameterValue.AddressIdMalformed InvalidParameterValue.AddressNotApplicable "
        "InvalidParameterValue.AddressNotFound InvalidParameterValue.Combination "
        "InvalidParameterValue.InstanceDoesNotSupportAnycast "
        "InvalidParameterValue.InstanceDoesNotSupportEipVisibleOnEni "
        "InvalidParameterValue.InstanceHasNoWanIP InvalidParameterValue.InstanceHasWanIP "
        "InvalidParameterValue.InstanceIdMalformed InvalidParameterValue.InstanceNoWanIP "
        "InvalidParameterValue.InstanceNormalPublicIpBlocked "
        "InvalidParameterValue.InstanceNotMatchAssociateEni "
        "InvalidParameterValue.InstanceVpcDoesNotSupportEipVisibleOnEni "
        "InvalidParameterValue.InvalidInstanceInternetChargeType "
        "InvalidParameterValue.InvalidInstanceState InvalidParameterValue.LBAlreadyBindEip "
        "InvalidParameterValue.MissingAssociateEntity "
        "InvalidParameterValue.NetworkInterfaceIdNotMatch "
        "InvalidParameterValue.NetworkInterfaceNotFound "
        "InvalidParameterValue.PrivateIpAddressDoesNotSupportEipVisibleOnEni "
        "InvalidParameterValue.PrivateIpAddressNotMatch "
        "InvalidParameterValue.ResourceNotSupport InvalidPrivateIpAddress.AlreadyBindEip "
        "LimitExceeded.InstanceAddressQuota MissingParameter OperationDenied.AddressInArrears "
        "OperationDenied.MutexTaskRunning RequestLimitExceeded "
        "UnsupportedOperation.ActionNotFound UnsupportedOperation.AddressIpNotSupportInstance "
        "UnsupportedOperation.AddressStatusNotPermit "
        "UnsupportedOperation.IncorrectAddressResourceType "
        "UnsupportedOperation.InstanceStateNotSupported "
        "UnsupportedOperation.InstanceStatusNotPermit UnsupportedOperation.InvalidAction "
        "UnsupportedOperation.InvalidAddressInternetChargeType "
        "UnsupportedOperation.IspNotSupported"
    ),
    "AssociateHaVipInstance": (
        "InvalidParameterValue InvalidParameterValue.Duplicate "
        "InvalidParameterValue.DuplicatedHaVipAssociations InvalidParameterValue.Malformed "
        "InvalidParameterValue.ParameterMismatch LimitExceeded MissingParameter "
        "ResourceNotFound"
    ),
    "AssociateSecurityGroups": (
        "FailedOperation.SecurityGroupActionFailed InvalidInstanceId.Malformed "
        "InvalidInstanceId.NotFound InvalidParameterValue.InstanceIdMalformed "
        "InvalidParameterValue.LimitExceeded InvalidSecurityGroupId.NotFound "
        "InvalidSgId.Malformed LimitExceeded.AssociateUSGLimitExceeded "
        "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded LimitExceeded.SingleUSGQuota "
        "MutexOperation.TaskRunning OperationDenied.InstanceOperationInProgress "
        "SecGroupActionFailure UnsupportedOperation.InstanceStateIsolating "
        "UnsupportedOperation.InstanceStatePending"
    ),
    "AssumeRole": (
        "FailedOperation.CheckMFAError FailedOperation.MFATypeNotSupported "
        "InternalError.DbError InternalError.EncryptError InternalError.GetAppIdError "
        "InternalError.GetRoleError InternalError.GetSeedTokenError InternalError.IllegalRole "
        "InternalError.PbSerializeError InternalError.SystemError InternalError.UnknownError "
        "InvalidParameter.AccountNotAvaliable InvalidParameter.ExtendStrategyOverSize "
        "InvalidParameter.GrantOtherResource InvalidParameter.OverLimit "
        "InvalidParameter.OverTimeError InvalidParameter.ParamError "
        "InvalidParameter.PolicyTooLong InvalidParameter.ResouceError "
        "InvalidParameter.StrategyFormatError InvalidParameter.StrategyInvalid "
        "InvalidParameter.TempCodeNotAvaliable ResourceNotFound.RoleNotFound "
        "UnauthorizedOperation UnsupportedOperation"
    ),
    "AssumeRoleWithWebIdentity": (
        "InternalError.GetRoleError InternalError.SystemError InternalError.UnknownError "
        "InvalidParameter.OverLimit InvalidParameter.ParamError "
        "InvalidParameter.WebIdentityTokenError RequestLimitExceeded UnauthorizedOperation"
    ),
    "AttachNetworkInterface": (
        "InternalError.ModuleError InvalidParameterValue.Malformed LimitExceeded "
        "LimitExceeded.ActionLimited ResourceNotFound UnsupportedOperation "
        "UnsupportedOperation.AttachmentAlreadyExists "
        "UnsupportedOperation.IdempotentParameterMismatch "
        "UnsupportedOperation.IdempotentProcessing UnsupportedOperation.InvalidState "
        "UnsupportedOperation.ResourceIsInvalidState "
        "UnsupportedOperation.UnsupportedInstanceFamily UnsupportedOperation.VpcMismatch "
        "UnsupportedOperation.ZoneMismatch"
    ),
    "CreateDisasterRecoverGroup": (
        "InvalidParameterValue.InvalidAppIdFormat InvalidParameterValue.Range "
        "InvalidParameterValue.TooLong ResourceInsufficient.InsufficientGroupQuota"
    ),
    "CreateHaVip": (
        "InvalidParameter InvalidParameterValue InvalidParameterValue.Duplicate "
        "InvalidParameterValue.InvalidBusiness InvalidParameterValue.Malformed "
        "InvalidParameterValue.Range InvalidParameterValue.Reserved "
        "InvalidParameterValue.TooLong LimitExceeded ResourceInUse ResourceInsufficient "
        "ResourceNotFound UnsupportedOperation UnsupportedOperation.NotPutVpcSnatIpAddress "
        "UnsupportedOperation.SubnetNotExists "
        "UnsupportedOperation.TrafficProtectionNotSupportIPv6"
    ),
    "CreateNetworkInterface": (
        "FailedOperation.NetDetectTimeOut InvalidParameter.FilterInvalidKey "
        "InvalidParameter.FilterNotDict InvalidParameterValue "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.Range InvalidParameterValue.Reserved "
        "InvalidParameterValue.TagDuplicateKey InvalidParameterValue.TagDuplicateResourceType "
        "InvalidParameterValue.TagInvalidKey InvalidParameterValue.TagInvalidKeyLen "
        "InvalidParameterValue.TagInvalidVal InvalidParameterValue.TagKeyNotExists "
        "InvalidParameterValue.TagNotAllocatedQuota InvalidParameterValue.TagNotExisted "
        "InvalidParameterValue.TagNotSupportTag InvalidParameterValue.TagResourceFormatError "
        "InvalidParameterValue.TagTimestampExceeded InvalidParameterValue.TagValNotExists "
        "InvalidParameterValue.TooLong LimitExceeded LimitExceeded.ActionLimited "
        "LimitExceeded.NetworkInterfaceLimitExceeded LimitExceeded.TagKeyExceeded "
        "LimitExceeded.TagKeyPerResourceExceeded LimitExceeded.TagNotEnoughQuota "
        "LimitExceeded.TagQuota LimitExceeded.TagQuotaExceeded LimitExceeded.TagTagsExceeded "
        "MissingParameter ResourceInUse ResourceInsufficient ResourceInsufficient.Subnet "
        "ResourceNotFound UnsupportedOperation UnsupportedOperation.IdempotentParameterMismatch "
        "UnsupportedOperation.IdempotentProcessing UnsupportedOperation.ResourceMismatch "
        "UnsupportedOperation.TagAllocate UnsupportedOperation.TagFree "
        "UnsupportedOperation.TagNotPermit UnsupportedOperation.TagSystemReservedTagKey"
    ),
    "CreateRouteTable": (
        "InvalidParameter InvalidParameterValue InvalidParameterValue.Duplicate "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.TagDuplicateKey InvalidParameterValue.TagDuplicateResourceType "
        "InvalidParameterValue.TagInvalidKey InvalidParameterValue.TagInvalidKeyLen "
        "InvalidParameterValue.TagInvalidVal InvalidParameterValue.TagKeyNotExists "
        "InvalidParameterValue.TagNotAllocatedQuota InvalidParameterValue.TagNotExisted "
        "InvalidParameterValue.TagNotSupportTag InvalidParameterValue.TagResourceFormatError "
        "InvalidParameterValue.TagTimestampExceeded InvalidParameterValue.TagValNotExists "
        "InvalidParameterValue.TooLong LimitExceeded LimitExceeded.TagKeyExceeded "
        "LimitExceeded.TagKeyPerResourceExceeded LimitExceeded.TagNotEnoughQuota "
        "LimitExceeded.TagQuota LimitExceeded.TagQuotaExceeded LimitExceeded.TagTagsExceeded "
        "MissingParameter ResourceNotFound UnsupportedOperation.TagAllocate "
        "UnsupportedOperation.TagFree UnsupportedOperation.TagNotPermit "
        "UnsupportedOperation.TagSystemReservedTagKey"
    ),
    "CreateRoutes": (
        "InvalidParameterValue InvalidParameterValue.CidrNotInPeerVpc "
        "InvalidParameterValue.Duplicate InvalidParameterValue.Malformed "
        "InvalidParameterValue.RouteNextHopInvalid "
        "InvalidParameterValue.RoutePolicyPriorityConflict "
        "InvalidParameterValue.SubnetOverlapRoute InvalidParameterValue.VpcCidrConflict "
        "InvalidParameterValue.VpcCidrOverlapRoute LimitExceeded ResourceNotFound "
        "UnknownParameter.WithGuess UnsupportedOperation "
        "UnsupportedOperation.CdcSubnetNotSupportUnLocalGateway "
        "UnsupportedOperation.ConflictWithDockerRoute UnsupportedOperation.Ecmp "
        "UnsupportedOperation.EcmpWithCcnRoute UnsupportedOperation.EcmpWithUserRoute "
        "UnsupportedOperation.NormalSubnetNotSupportLocalGateway "
        "UnsupportedOperation.SystemRoute"
    ),
    "CreateSecurityGroup": (
        "InvalidParameter InvalidParameterValue InvalidParameterValue.Duplicate "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.TagDuplicateKey InvalidParameterValue.TagDuplicateResourceType "
        "InvalidParameterValue.TagInvalidKey InvalidParameterValue.TagInvalidKeyLen "
        "InvalidParameterValue.TagInvalidVal InvalidParameterValue.TagKeyNotExists "
        "InvalidParameterValue.TagNotAllocatedQuota InvalidParameterValue.TagNotExisted "
        "InvalidParameterValue.TagNotSupportTag InvalidParameterValue.TagResourceFormatError "
        "InvalidParameterValue.TagTimestampExceeded InvalidParameterValue.TagValNotExists "
        "InvalidParameterValue.TooLong LimitExceeded LimitExceeded.TagKeyExceeded "
        "LimitExceeded.TagKeyPerResourceExceeded LimitExceeded.TagNotEnoughQuota "
        "LimitExceeded.TagQuota LimitExceeded.TagQuotaExceeded LimitExceeded.TagTagsExceeded "
        "MissingParameter ResourceNotFound UnsupportedOperation.TagAllocate "
        "UnsupportedOperation.TagFree UnsupportedOperation.TagNotPermit "
        "UnsupportedOperation.TagSystemReservedTagKey"
    ),
    "CreateSecurityGroupPolicies": (
        "InternalError.ModuleError InvalidParameter InvalidParameter.Coexist "
        "InvalidParameterValue InvalidParameterValue.Empty InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.Malformed "
        "InvalidParameterValue.MemberApprovalApplicationIdMismatch "
        "InvalidParameterValue.MemberApprovalApplicationNotApproved "
        "InvalidParameterValue.MemberApprovalApplicationRejected "
        "InvalidParameterValue.MemberApprovalApplicationStarted InvalidParameterValue.Range "
        "InvalidParameterValue.TooLong LimitExceeded LimitExceeded.SecurityGroupPolicySet "
        "ResourceNotFound UnknownParameter.WithGuess UnsupportedOperation.BpaasResources "
        "UnsupportedOperation.ClbPolicyExceedLimit UnsupportedOperation.ClbPolicyLimit "
        "UnsupportedOperation.DuplicatePolicy UnsupportedOperation.LockedResources "
        "UnsupportedOperation.SgNumExceedLimit UnsupportedOperation.VersionMismatch"
    ),
    "CreateSubnet": (
        "FailedOperation.NetDetectTimeOut InvalidParameter InvalidParameterValue "
        "InvalidParameterValue.Duplicate InvalidParameterValue.Empty "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.SubnetConflict InvalidParameterValue.SubnetOverlap "
        "InvalidParameterValue.SubnetOverlapRoute InvalidParameterValue.SubnetRange "
        "InvalidParameterValue.TagDuplicateKey InvalidParameterValue.TagDuplicateResourceType "
        "InvalidParameterValue.TagInvalidKey InvalidParameterValue.TagInvalidKeyLen "
        "InvalidParameterValue.TagInvalidVal InvalidParameterValue.TagKeyNotExists "
        "InvalidParameterValue.TagNotAllocatedQuota InvalidParameterValue.TagNotExisted "
        "InvalidParameterValue.TagNotSupportTag InvalidParameterValue.TagResourceFormatError "
        "InvalidParameterValue.TagTimestampExceeded InvalidParameterValue.TagValNotExists "
        "InvalidParameterValue.TooLong InvalidParameterValue.ZoneConflict LimitExceeded "
        "LimitExceeded.TagKeyExceeded LimitExceeded.TagKeyPerResourceExceeded "
        "LimitExceeded.TagNotEnoughQuota LimitExceeded.TagQuota LimitExceeded.TagQuotaExceeded "
        "LimitExceeded.TagTagsExceeded MissingParameter ResourceNotFound "
        "UnsupportedOperation.AppIdMismatch UnsupportedOperation.DcGatewaysNotFoundInVpc "
        "UnsupportedOperation.RecordExists UnsupportedOperation.RecordNotExists "
        "UnsupportedOperation.TagAllocate UnsupportedOperation.TagFree "
        "UnsupportedOperation.TagNotPermit UnsupportedOperation.TagSystemReservedTagKey"
    ),
    "CreateVpc": (
        "InvalidParameterValue InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.Malformed InvalidParameterValue.SubnetOverlap "
        "InvalidParameterValue.TagDuplicateKey InvalidParameterValue.TagDuplicateResourceType "
        "InvalidParameterValue.TagInvalidKey InvalidParameterValue.TagInvalidKeyLen "
        "InvalidParameterValue.TagInvalidVal InvalidParameterValue.TagKeyNotExists "
        "InvalidParameterValue.TagNotAllocatedQuota InvalidParameterValue.TagNotExisted "
        "InvalidParameterValue.TagNotSupportTag InvalidParameterValue.TagResourceFormatError "
        "InvalidParameterValue.TagTimestampExceeded InvalidParameterValue.TagValNotExists "
        "InvalidParameterValue.TooLong LimitExceeded LimitExceeded.TagKeyExceeded "
        "LimitExceeded.TagKeyPerResourceExceeded LimitExceeded.TagNotEnoughQuota "
        "LimitExceeded.TagQuota LimitExceeded.TagQuotaExceeded LimitExceeded.TagTagsExceeded "
        "MissingParameter ResourceInsufficient ResourceNotFound UnauthorizedOperation "
        "UnsupportedOperation UnsupportedOperation.AppIdMismatch "
        "UnsupportedOperation.EnableMulticast UnsupportedOperation.RecordExists "
        "UnsupportedOperation.TagAllocate UnsupportedOperation.TagFree "
        "UnsupportedOperation.TagNotPermit UnsupportedOperation.TagSystemReservedTagKey"
    ),
    "DeleteDisasterRecoverGroups": (
        "FailedOperation.PlacementSetNotEmpty "
        "InvalidParameterValue.DisasterRecoverGroupIdMalformed "
        "InvalidParameterValue.LimitExceeded ResourceInsufficient.DisasterRecoverGroupCvmQuota "
        "ResourceNotFound.InvalidPlacementSet"
    ),
    "DeleteHaVip": (
        "InvalidParameter InvalidParameterValue InvalidParameterValue.Malformed "
        "ResourceNotFound UnsupportedOperation"
    ),
    "DeleteNetworkInterface": (
        "InvalidParameterValue.Malformed LimitExceeded.ActionLimited ResourceInUse "
        "ResourceNotFound UnsupportedOperation UnsupportedOperation.InvalidState"
    ),
    "DeleteRouteTable": (
        "InvalidParameterValue.Malformed ResourceNotFound UnsupportedOperation.DelDefaultRoute "
        "UnsupportedOperation.DelRouteWithSubnet "
        "UnsupportedOperation.NotSupportDeleteDefaultRouteTable "
        "UnsupportedOperation.RouteTableHasSubnetRule"
    ),
    "DeleteRoutes": (
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed ResourceNotFound "
        "UnknownParameter.WithGuess UnsupportedOperation.DisabledNotifyCcn "
        "UnsupportedOperation.SystemRoute"
    ),
    "DeleteSecurityGroup": (
        "InternalError.ModuleError InvalidParameterValue.Malformed "
        "InvalidParameterValue.MemberApprovalApplicationIdMismatch "
        "InvalidParameterValue.MemberApprovalApplicationNotApproved "
        "InvalidParameterValue.MemberApprovalApplicationRejected "
        "InvalidParameterValue.MemberApprovalApplicationStarted InvalidParameterValue.Range "
        "InvalidSecurityGroupID.Malformed InvalidSecurityGroupID.NotFound ResourceInUse "
        "ResourceNotFound UnsupportedOperation UnsupportedOperation.LockedResources"
    ),
    "DeleteSecurityGroupPolicies": (
        "InternalError.ModuleError InvalidParameter.Coexist InvalidParameterValue "
        "InvalidParameterValue.Empty InvalidParameterValue.Malformed "
        "InvalidParameterValue.MemberApprovalApplicationIdMismatch "
        "InvalidParameterValue.MemberApprovalApplicationNotApproved "
        "InvalidParameterValue.MemberApprovalApplicationRejected "
        "InvalidParameterValue.MemberApprovalApplicationStarted InvalidParameterValue.Range "
        "ResourceNotFound UnsupportedOperation.BpaasResources "
        "UnsupportedOperation.LockedResources UnsupportedOperation.VersionMismatch"
    ),
    "DeleteSubnet": (
        "InvalidParameterValue.Malformed ResourceInUse ResourceNotFound "
        "UnsupportedOperation.NatGatewaySnatRuleNotExists UnsupportedOperation.RecordNotExists"
    ),
    "DeleteVpc": (
        "FailedOperation.NetDetectTimeOut InternalError.ModuleError "
        "InvalidParameterValue.Malformed LimitExceeded.ActionLimited ResourceInUse "
        "ResourceNotFound UnsupportedOperation.AppIdMismatch "
        "UnsupportedOperation.RecordNotExists UnsupportedOperation.RouteTableHasSubnetRule"
    ),
    "DescribeAddresses": (
        "InvalidParameter InvalidParameter.InvalidFilter "
        "InvalidParameterValue.AddressIdMalformed "
        "InvalidParameterValue.InvalidDedicatedClusterId InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.NetworkInterfaceIdMalformed "
        "InvalidParameterValue.ResourceIdMalformed LimitExceeded.NumberOfFilters "
        "RequestLimitExceeded UnsupportedOperation"
    ),
    "DescribeBandwidthPackages": (
        "InvalidParameter.InvalidFilter InvalidParameterValue "
        "InvalidParameterValue.BandwidthPackageIdMalformed "
        "InvalidParameterValue.InvalidBandwidthPackageChargeType UnsupportedOperation"
    ),
    "DescribeDisasterRecoverGroups": (
        "InvalidParameterValue.DisasterRecoverGroupIdMalformed InvalidParameterValue.LimitExceeded"
    ),
    "DescribeDisks": ("InvalidFilter InvalidParameterValue MissingParameter UnsupportedOperation"),
    "DescribeHaVips": (
        "InternalError.ModuleError InvalidParameter.Coexist InvalidParameter.FilterInvalidKey "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.Range InvalidParameterValue.TooLong"
    ),
    "DescribeImages": (
        "FailedOperation.IllegalTagKey InvalidFilter InvalidFilterValue.LimitExceeded "
        "InvalidImageId.Malformed InvalidInstanceType.Malformed "
        "InvalidParameter.InvalidParameterCoexistImageIdsFilters "
        "InvalidParameterValue.InstanceTypeNotFound InvalidParameterValue.InvalidAppIdFormat "
        "InvalidParameterValue.InvalidParameterValueLimit InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.TagKeyNotFound InvalidParameterValue.ZoneNotSupported "
        "InvalidRegion.NotFound InvalidZone.MismatchRegion ResourcesSoldOut.SpecifiedInstanceType "
        "UnauthorizedOperation.InvalidToken UnauthorizedOperation.PermissionDenied "
        "UnsupportedOperation"
    ),
    "DescribeInstances": (
        "FailedOperation.IllegalTagKey FailedOperation.IllegalTagValue "
        "FailedOperation.TagKeyReserved InternalServerError InvalidFilter "
        "InvalidFilterValue.LimitExceeded InvalidHostId.Malformed InvalidInstanceId.Malformed "
        "InvalidParameter InvalidParameterValue InvalidParameterValue.IPAddressMalformed "
        "InvalidParameterValue.IPv6AddressMalformed InvalidParameterValue.InstanceIdMalformed "
        "InvalidParameterValue.InvalidAppIdFormat InvalidParameterValue.InvalidIpFormat "
        "InvalidParameterValue.InvalidTimeFormat InvalidParameterValue.InvalidVagueName "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.SubnetIdMalformed "
        "InvalidParameterValue.TagKeyNotFound InvalidParameterValue.UuidMalformed "
        "InvalidParameterValue.VpcIdMalformed InvalidSecurityGroupId.NotFound "
        "InvalidSgId.Malformed InvalidZone.MismatchRegion ResourceNotFound.HpcCluster "
        "UnauthorizedOperation.InvalidToken UnsupportedOperation"
    ),
    "DescribeInstancesAttributes": (
        "InvalidInstanceId.NotFound InvalidParameterValue.InstanceIdMalformed"
    ),
    "DescribeNetworkInterfaces": (
        "InternalError.ModuleError InvalidParameter.Coexist InvalidParameter.FilterInvalidKey "
        "InvalidParameter.FilterNotDict InvalidParameter.FilterValuesNotList "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.NotUtf8EncodingError InvalidParameterValue.Range "
        "LimitExceeded.ActionLimited ResourceNotFound UnsupportedOperation"
    ),
    "DescribeResourceTagsByResourceIds": (
        "FailedOperation InvalidParameterValue.RegionInvalid "
        "InvalidParameterValue.ResourceIdInvalid InvalidParameterValue.ResourcePrefixInvalid "
        "InvalidParameterValue.ServiceTypeInvalid InvalidParameterValue.UinInvalid "
        "UnsupportedOperation"
    ),
    "DescribeResourcesByTags": (
        "FailedOperation InvalidParameterValue.TagFilters "
        "InvalidParameterValue.TagFiltersLengthExceeded InvalidParameterValue.UinInvalid "
        "UnsupportedOperation"
    ),
    "DescribeRouteTables": (
        "InternalError.ModuleError InvalidParameter.Coexist InvalidParameter.FilterInvalidKey "
        "InvalidParameter.FilterMissParameter InvalidParameter.FilterNotDict "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.NotUtf8EncodingError InvalidParameterValue.Range "
        "ResourceNotFound UnsupportedOperation"
    ),
    "DescribeSecurityGroupPolicies": (
        "InvalidParameter.FilterInvalidKey InvalidParameter.FilterNotDict "
        "InvalidParameter.FilterValuesNotList InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.Malformed InvalidParameterValue.TooLong ResourceNotFound "
        "UnsupportedOperation"
    ),
    "DescribeSecurityGroups": (
        "InvalidParameter.Coexist InvalidParameter.FilterInvalidKey "
        "InvalidParameter.FilterNotDict InvalidParameter.FilterValuesNotList "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.Range ResourceNotFound UnsupportedOperation"
    ),
    "DescribeSubnets": (
        "InternalError.ModuleError InvalidParameter.Coexist InvalidParameter.FilterInvalidKey "
        "InvalidParameter.FilterNotDict InvalidParameter.FilterValuesNotList "
        "InvalidParameterValue.Empty InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.Malformed InvalidParameterValue.NotUtf8EncodingError "
        "InvalidParameterValue.Range ResourceNotFound UnsupportedOperation "
        "UnsupportedOperation.AppIdMismatch"
    ),
    "DescribeTaskResult": (
        "FailedOperation.TaskFailed InternalServerError InvalidParameter MissingParameter"
    ),
    "DescribeUsedIpAddress": (
        "InvalidParameterValue.Malformed InvalidParameterValue.ParameterMismatch"
    ),
    "DescribeVpcLimits": ("InvalidParameterValue InvalidParameterValue.LimitExceeded"),
    "DescribeVpcTaskResult": (
        "InternalError.ModuleError InvalidParameterValue ResourceNotFound UnauthorizedOperation "
        "UnsupportedOperation"
    ),
    "DescribeVpcs": (
        "InternalError.ModuleError InvalidParameter.Coexist InvalidParameter.FilterInvalidKey "
        "InvalidParameter.FilterNotDict InvalidParameter.FilterValuesNotList "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.Malformed "
        "InvalidParameterValue.NotUtf8EncodingError InvalidParameterValue.Range "
        "ResourceNotFound UnsupportedOperation"
    ),
    "DescribeZones": (
        "InvalidFilter InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.ZoneNotSupported UnsupportedOperation"
    ),
    "DetachNetworkInterface": (
        "InternalError.ModuleError InvalidParameterValue.Malformed LimitExceeded.ActionLimited "
        "ResourceNotFound UnsupportedOperation UnsupportedOperation.IdempotentParameterMismatch "
        "UnsupportedOperation.IdempotentProcessing UnsupportedOperation.InstanceAssociateHavip "
        "UnsupportedOperation.InvalidState"
    ),
    "DisassociateAddress": (
        "AddressQuotaLimitExceeded.DailyAllocate FailedOperation.AddressEniInfoNotFound "
        "FailedOperation.MasterEniNotFound FailedOperation.TaskFailed InvalidAddressId.Blocked "
        "InvalidAddressId.NotFound InvalidAddressIdStatus.NotPermit "
        "InvalidInstance.NotSupported InvalidInstanceId.NotFound InvalidParameter "
        "InvalidParameterValue.AddressIdMalformed InvalidParameterValue.AddressNotFound "
        "InvalidParameterValue.InstanceIdMalformed "
        "InvalidParameterValue.OnlySupportedForMasterNetworkCard "
        "InvalidParameterValue.ResourceNotSupport OperationDenied.MutexTaskRunning "
        "UnsupportedOperation.ActionNotFound UnsupportedOperation.AddressStatusNotPermit "
        "UnsupportedOperation.InstanceStateNotSupported UnsupportedOperation.InvalidAction"
    ),
    "DisassociateHaVipInstance": (
        "InvalidParameterValue InvalidParameterValue.Duplicate InvalidParameterValue.Malformed "
        "InvalidParameterValue.ParameterMismatch LimitExceeded MissingParameter "
        "ResourceNotFound"
    ),
    "DisassociateSecurityGroups": (
        "FailedOperation.SecurityGroupActionFailed InvalidInstanceId.Malformed "
        "InvalidInstanceId.NotFound InvalidParameterValue.InstanceIdMalformed "
        "InvalidParameterValue.LimitExceeded InvalidSecurityGroupId.NotFound "
        "InvalidSgId.Malformed MutexOperation.TaskRunning "
        "OperationDenied.InstanceOperationInProgress SecGroupActionFailure UnsupportedOperation"
    ),
    "GetCallerIdentity": (
        "AuthFailure.AccessKeyIllegal InternalError.GetSeedTokenError "
        "InvalidParameter.AccessKeyNotSupport"
    ),
    "GetResources": (
        "AuthFailure.UnauthorizedOperation FailedOperation "
        "FailedOperation.ResourceTagProcessing InvalidParameter "
        "InvalidParameter.PaginationTokenInvalid InvalidParameter.ReservedTagKey "
        "InvalidParameter.Tag InvalidParameterValue.ResourceDescriptionError "
        "InvalidParameterValue.TagKeyDuplicate InvalidParameterValue.TagKeyEmpty "
        "InvalidParameterValue.TagKeyLengthExceeded "
        "InvalidParameterValue.TagValueCharacterIllegal "
        "InvalidParameterValue.TagValueLengthExceeded LimitExceeded.ResourceNumPerRequest "
        "LimitExceeded.TagNumPerRequest LimitExceeded.TagValue"
    ),
    "HaVipAssociateAddressIp": (
        "InternalError.ModuleError InvalidParameterValue.Malformed ResourceNotFound "
        "UnsupportedOperation UnsupportedOperation.BindEIP "
        "UnsupportedOperation.MutexOperationTaskRunning "
        "UnsupportedOperation.UnsupportedBindLocalZoneEIP"
    ),
    "HaVipDisassociateAddressIp": (
        "InvalidParameterValue.Malformed ResourceNotFound UnsupportedOperation "
        "UnsupportedOperation.MutexOperationTaskRunning UnsupportedOperation.UnbindEIP"
    ),
    "MigratePrivateIpAddress": (
        "InvalidParameterValue.Malformed LimitExceeded ResourceNotFound "
        "UnauthorizedOperation.AttachmentNotFound UnauthorizedOperation.PrimaryIp "
        "UnsupportedOperation UnsupportedOperation.MutexOperationTaskRunning "
        "UnsupportedOperation.PrimaryIp"
    ),
    "ModifyAddressAttribute": (
        "InvalidAddressId.Blocked InvalidAddressId.NotFound InvalidParameter.Conflict "
        "InvalidParameterValue InvalidParameterValue.AddressAlreadyHasPassThrough "
        "InvalidParameterValue.AddressIdMalformed InvalidParameterValue.AddressNotFound "
        "InvalidParameterValue.InstanceDoesNotSupportEipVisibleOnEni "
        "InvalidParameterValue.InstanceVpcDoesNotSupportEipVisibleOnEni "
        "InvalidParameterValue.PrivateIpAddressDoesNotSupportEipVisibleOnEni "
        "InvalidParameterValue.ResourceNotExisted InvalidParameterValue.TooLong "
        "OperationDenied.MutexTaskRunning RequestLimitExceeded "
        "UnsupportedOperation.AddressStatusNotPermit "
        "UnsupportedOperation.IncorrectAddressResourceType "
        "UnsupportedOperation.ModifyAddressAttribute"
    ),
    "ModifyAddressesBandwidth": (
        "FailedOperation.TaskFailed InternalServerError InvalidAddressId.NotFound "
        "InvalidParameterValue.AddressIdMalformed InvalidParameterValue.AddressNotFound "
        "InvalidParameterValue.AddressTypeConflict InvalidParameterValue.BandwidthOutOfRange "
        "InvalidParameterValue.BandwidthTooSmall InvalidParameterValue.EgressConflict "
        "InvalidParameterValue.InconsistentInstanceInternetChargeType "
        "InvalidParameterValue.InstanceIdMalformed InvalidParameterValue.InstanceNoCalcIP "
        "InvalidParameterValue.InstanceNoWanIP InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.ResourceExpired InvalidParameterValue.ResourceNotExisted "
        "InvalidParameterValue.ResourceNotSupport OperationDenied.AddressInArrears "
        "OperationDenied.MutexTaskRunning RequestLimitExceeded UnsupportedOperation.ActionNotFound "
        "UnsupportedOperation.AddressStatusNotPermit "
        "UnsupportedOperation.InstanceStateNotSupported "
        "UnsupportedOperation.UnpaidOrderAlreadyExists"
    ),
    "ModifyDisasterRecoverGroupAttribute": (
        "InvalidParameterValue.TooLong ResourceInsufficient.DisasterRecoverGroupCvmQuota "
        "ResourceNotFound.InvalidPlacementSet"
    ),
    "ModifyHaVipAttribute": (
        "InvalidParameter InvalidParameterValue InvalidParameterValue.Malformed "
        "InvalidParameterValue.TooLong ResourceNotFound UnsupportedOperation"
    ),
    "ModifyInstancesAttribute": (
        "AuthFailure.CamRoleNameAuthenticateFailed "
        "FailedOperation.InvalidInstanceApplicationRole "
        "FailedOperation.SecurityGroupActionFailed InternalServerError "
        "InvalidInstance.NotSupported InvalidInstanceId.Malformed InvalidInstanceId.NotFound "
        "InvalidInstanceName.TooLong InvalidParameter.HostNameIllegal InvalidParameterValue "
        "InvalidParameterValue.CamRoleNameMalformed InvalidParameterValue.IllegalHostName "
        "InvalidParameterValue.InstanceIdMalformed InvalidParameterValue.InvalidUserDataFormat "
        "InvalidParameterValue.LimitExceeded InvalidSecurityGroupId.NotFound "
        "LimitExceeded.AssociateUSGLimitExceeded LimitExceeded.CvmsVifsPerSecGroupLimitExceeded "
        "LimitExceeded.SingleUSGQuota MissingParameter MutexOperation.TaskRunning "
        "OperationDenied.InstanceOperationInProgress UnauthorizedOperation.MFANotFound "
        "UnsupportedOperation.InstanceReinstallFailed "
        "UnsupportedOperation.InstanceStateEnterRescueMode "
        "UnsupportedOperation.InstanceStateEnterServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateExitRescueMode "
        "UnsupportedOperation.InstanceStateExitServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateFreezing UnsupportedOperation.InstanceStateIsolating "
        "UnsupportedOperation.InstanceStatePending UnsupportedOperation.InstanceStateRebooting "
        "UnsupportedOperation.InstanceStateRescueMode "
        "UnsupportedOperation.InstanceStateServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateShutdown UnsupportedOperation.InstanceStateStarting "
        "UnsupportedOperation.InstanceStateStopping "
        "UnsupportedOperation.InstanceStateTerminated "
        "UnsupportedOperation.InstanceStateTerminating "
        "UnsupportedOperation.InstanceTypeNotSupportHighDensityModeSetting "
        "UnsupportedOperation.InstanceTypeNotSupportJumboFrame "
        "UnsupportedOperation.InstancesEnableJumboWithoutReboot "
        "UnsupportedOperation.InvalidInstanceNotSupportedProtectedInstance "
        "UnsupportedOperation.StoppedModeStopCharging"
    ),
    "ModifyNetworkInterfaceAttribute": (
        "InvalidParameterValue.Malformed InvalidParameterValue.TooLong LimitExceeded "
        "LimitExceeded.ActionLimited ResourceNotFound UnsupportedOperation "
        "UnsupportedOperation.EniNotSupportTerminationProtection "
        "UnsupportedOperation.SubEniNotSupportTrunking"
    ),
    "ModifyResourceTags": (
        "FailedOperation FailedOperation.PolicyEnforcedInvalid InvalidParameter.ReservedTagKey "
        "InvalidParameter.Tag InvalidParameterValue.DeleteTagsParamError "
        "InvalidParameterValue.ResourceDescriptionError "
        "InvalidParameterValue.TagKeyCharacterIllegal InvalidParameterValue.TagKeyEmpty "
        "InvalidParameterValue.TagKeyLengthExceeded "
        "InvalidParameterValue.TagValueCharacterIllegal "
        "InvalidParameterValue.TagValueLengthExceeded LimitExceeded.Quota "
        "LimitExceeded.ResourceAttachedTags LimitExceeded.TagKey LimitExceeded.TagValue"
    ),
    "ModifyRouteTableAttribute": (
        "InvalidParameterValue.Malformed InvalidParameterValue.TooLong ResourceNotFound"
    ),
    "ModifySubnetAttribute": (
        "InvalidParameterValue InvalidParameterValue.Malformed InvalidParameterValue.TooLong "
        "ResourceNotFound"
    ),
    "ModifyVpcAttribute": (
        "InvalidParameterValue InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.Malformed InvalidParameterValue.TooLong ResourceNotFound "
        "UnauthorizedOperation UnsupportedOperation.CdcPublishNeedCdcId "
        "UnsupportedOperation.EnableMulticast "
        "UnsupportedOperation.NotSupportedUpdateCcnRoutePublish "
        "UnsupportedOperation.SubnetMismatchVpcCdcId"
    ),
    "ReleaseAddresses": (
        "FailedOperation.TaskFailed InvalidAddressId.NotFound InvalidAddressState "
        "InvalidParameterValue.AddressIdMalformed "
        "InvalidParameterValue.AddressInternetChargeTypeConflict "
        "InvalidParameterValue.AddressNotFound InvalidParameterValue.AddressTypeConflict "
        "LimitExceeded.AccountReturnQuota OperationDenied.AddressDeletionProtectionEnabled "
        "OperationDenied.MutexTaskRunning UnsupportedOperation.AddressStatusNotPermit "
        "UnsupportedOperation.UnpaidOrderAlreadyExists"
    ),
    "ReplaceRouteTableAssociation": (
        "InvalidParameterValue.Malformed ResourceNotFound UnsupportedOperation.VpcMismatch"
    ),
    "ReplaceRoutes": (
        "InvalidParameterValue InvalidParameterValue.CidrNotInPeerVpc "
        "InvalidParameterValue.Duplicate InvalidParameterValue.Malformed "
        "InvalidParameterValue.SubnetOverlapRoute InvalidParameterValue.VpcCidrConflict "
        "InvalidParameterValue.VpcCidrOverlapRoute LimitExceeded ResourceNotFound "
        "UnknownParameter.WithGuess UnsupportedOperation "
        "UnsupportedOperation.CdcSubnetNotSupportUnLocalGateway "
        "UnsupportedOperation.ConflictWithDockerRoute UnsupportedOperation.Ecmp "
        "UnsupportedOperation.NormalSubnetNotSupportLocalGateway "
        "UnsupportedOperation.RecordNotExists UnsupportedOperation.RoutePvgw2 "
        "UnsupportedOperation.SystemRoute"
    ),
    "RunInstances": (
        "AccountQualificationRestrictions AuthFailure.CamRoleNameAuthenticateFailed "
        "FailedOperation.DisasterRecoverGroupNotFound FailedOperation.IllegalTagKey "
        "FailedOperation.IllegalTagValue FailedOperation.InquiryPriceFailed "
        "FailedOperation.NoAvailableIpAddressCountInSubnet "
        "FailedOperation.PromotionalRegionRestriction FailedOperation.SecurityGroupActionFailed "
        "FailedOperation.SnapshotSizeLargerThanDataSize "
        "FailedOperation.SnapshotSizeLessThanDataSize FailedOperation.TagKeyReserved "
        "InstancesQuotaLimitExceeded InternalError.TradeUnknownError "
        "InvalidAccount.InsufficientBalance InvalidClientToken.TooLong InvalidHostId.Malformed "
        "InvalidHostId.NotFound InvalidImageId.Malformed InvalidImageId.NotFound "
        "InvalidInstance.NotSupported InvalidInstanceName.TooLong InvalidInstanceType.Malformed "
        "InvalidKeyPairId.Malformed InvalidParameter.CdcNotSupported "
        "InvalidParameter.EdgeZoneMissInternetAccessible "
        "InvalidParameter.HostIdCustomizedInstanceTypeNotSupport "
        "InvalidParameter.HostIdInstanceTypeNotSupport "
        "InvalidParameter.HostIdStandardInstanceTypeNotSupport "
        "InvalidParameter.HostIdStatusNotSupport InvalidParameter.InstanceImageNotSupport "
        "InvalidParameter.InstanceTypeSupportedHostNotFound "
        "InvalidParameter.InternetAccessibleNotSupported InvalidParameter.InvalidIpFormat "
        "InvalidParameter.LackCoreCountOrThreadPerCore InvalidParameter.OnlySupportForEdgeZone "
        "InvalidParameter.ParameterConflict InvalidParameter.SnapshotNotFound "
        "InvalidParameter.SpecialParameterForSpecialAccount InvalidParameterCombination "
        "InvalidParameterValue InvalidParameterValue.BandwidthPackageIdMalformed "
        "InvalidParameterValue.BandwidthPackageIdNotFound "
        "InvalidParameterValue.BandwidthPackageIspNotMatch "
        "InvalidParameterValue.BandwidthPackageZoneNotMatch "
        "InvalidParameterValue.CamRoleNameMalformed InvalidParameterValue.ChcHostsNotFound "
        "InvalidParameterValue.CloudSsdDataDiskSizeTooSmall "
        "InvalidParameterValue.CoreCountValue "
        "InvalidParameterValue.DedicatedClusterNotSupportedChargeType "
        "InvalidParameterValue.DedicatedResourcePackIdsNotFound "
        "InvalidParameterValue.DedicatedResourcePackNotValid "
        "InvalidParameterValue.DedicatedResourcePackTenancyMismatch "
        "InvalidParameterValue.Duplicate InvalidParameterValue.DuplicateTags "
        "InvalidParameterValue.ElasticNetworkNotExist "
        "InvalidParameterValue.ElasticNetworkVpcSubnetMismatch "
        "InvalidParameterValue.ExternalIpQuotaLimited "
        "InvalidParameterValue.HpcClusterIdZoneIdNotMatch "
        "InvalidParameterValue.IPAddressMalformed InvalidParameterValue.IllegalHostName "
        "InvalidParameterValue.IncorrectFormat InvalidParameterValue.InstanceTypeNotFound "
        "InvalidParameterValue.InstanceTypeNotSupportElasticNetworks "
        "InvalidParameterValue.InstanceTypeNotSupportHpcCluster "
        "InvalidParameterValue.InstanceTypeRequiredHpcCluster "
        "InvalidParameterValue.InsufficientOffering InvalidParameterValue.InsufficientPrice "
        "InvalidParameterValue.InvalidAppIdFormat "
        "InvalidParameterValue.InvalidImageForGivenInstanceType "
        "InvalidParameterValue.InvalidImageFormat InvalidParameterValue.InvalidImageId "
        "InvalidParameterValue.InvalidImageOsName InvalidParameterValue.InvalidImageState "
        "InvalidParameterValue.InvalidInstanceTypePeriodicContract "
        "InvalidParameterValue.InvalidIpFormat InvalidParameterValue.InvalidNetworkInterfaceId "
        "InvalidParameterValue.InvalidParameterMinCount InvalidParameterValue.InvalidPassword "
        "InvalidParameterValue.InvalidTimeFormat InvalidParameterValue.InvalidUserDataFormat "
        "InvalidParameterValue.InvalidVpcIdSubnetIdNotFound "
        "InvalidParameterValue.IspNotSupportForEdgeZone InvalidParameterValue.IspValueRepeated "
        "InvalidParameterValue.KeyPairNotFound InvalidParameterValue.LaunchTemplateIdMalformed "
        "InvalidParameterValue.LaunchTemplateIdNotExisted "
        "InvalidParameterValue.LaunchTemplateNotFound "
        "InvalidParameterValue.LaunchTemplateVersion InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.MustDhcpEnabledVpc InvalidParameterValue.MustEnabledIsRdma "
        "InvalidParameterValue.NotCdcSubnet InvalidParameterValue.Range "
        "InvalidParameterValue.SnapshotIdMalformed InvalidParameterValue.SubnetIdMalformed "
        "InvalidParameterValue.SubnetIdZoneIdNotMatch InvalidParameterValue.SubnetNotExist "
        "InvalidParameterValue.TagKeyNotFound InvalidParameterValue.TagQuotaLimitExceeded "
        "InvalidParameterValue.ThreadPerCoreValue InvalidParameterValue.TooLarge "
        "InvalidParameterValue.VpcIdMalformed InvalidParameterValue.VpcIdNotExist "
        "InvalidParameterValue.VpcIdSubnetIdNotMatch InvalidParameterValue.VpcIdZoneIdNotMatch "
        "InvalidParameterValue.VpcNotSupportIpv6Address InvalidParameterValue.ZoneNotSupported "
        "InvalidPassword InvalidPeriod InvalidPermission InvalidProjectId.NotFound "
        "InvalidSecurityGroupId.NotFound InvalidZone.MismatchRegion "
        "LimitExceeded.CvmInstanceQuota LimitExceeded.CvmsVifsPerSecGroupLimitExceeded "
        "LimitExceeded.DisasterRecoverGroup LimitExceeded.IPv6AddressNum "
        "LimitExceeded.InstanceEniNumLimit LimitExceeded.InstanceQuota "
        "LimitExceeded.PrepayQuota LimitExceeded.PrepayUnderwriteQuota "
        "LimitExceeded.SingleUSGQuota LimitExceeded.SpotQuota LimitExceeded.UserSpotQuota "
        "LimitExceeded.VpcSubnetNum MissingParameter "
        "MissingParameter.DPDKInstanceTypeRequiredVPC MissingParameter.MonitorService "
        "OperationDenied.AccountNotSupported "
        "OperationDenied.ChcInstallCloudImageWithoutDeployNetwork "
        "OperationDenied.NotBandwidthShiftUpUserApplyEdgeZoneEip "
        "ResourceInsufficient.AvailabilityZoneSoldOut ResourceInsufficient.CidrBlock "
        "ResourceInsufficient.CloudDiskSoldOut ResourceInsufficient.CloudDiskUnavailable "
        "ResourceInsufficient.DisasterRecoverGroupCvmQuota "
        "ResourceInsufficient.InsufficientOfferingMinimum "
        "ResourceInsufficient.SpecifiedInstanceType ResourceNotFound.HpcCluster "
        "ResourceNotFound.KeyPairNotFound ResourceNotFound.NoDefaultCbs "
        "ResourceNotFound.NoDefaultCbsWithReason ResourceUnavailable.InstanceType "
        "ResourcesSoldOut.EipInsufficient ResourcesSoldOut.SpecifiedInstanceType "
        "UnauthorizedOperation.InvalidToken UnsupportedOperation "
        "UnsupportedOperation.BandwidthPackageIdNotSupported "
        "UnsupportedOperation.HibernationOsVersion UnsupportedOperation.InstanceStateIsolating "
        "UnsupportedOperation.InstanceTypeNotSupportConfidentiality "
        "UnsupportedOperation.InstanceTypeNotSupportGridLicence "
        "UnsupportedOperation.InstanceTypeNotSupportJumboFrame "
        "UnsupportedOperation.InstancesEnableJumboWithoutReboot "
        "UnsupportedOperation.InvalidDisk UnsupportedOperation.InvalidRegionDiskEncrypt "
        "UnsupportedOperation.KeyPairUnsupportedWindows "
        "UnsupportedOperation.MinCountUnsupportedChargeType "
        "UnsupportedOperation.MinCountUnsupportedRegion "
        "UnsupportedOperation.NoInstanceTypeSupportSpot "
        "UnsupportedOperation.NotSupportImportInstancesActionTimer "
        "UnsupportedOperation.OnlyForPrepaidAccount "
        "UnsupportedOperation.PeriodicContractNotSupportManualRenew "
        "UnsupportedOperation.RawLocalDiskInsReinstalltoQcow2 "
        "UnsupportedOperation.SpotUnsupportedRegion "
        "UnsupportedOperation.UnderwritingInstanceTypeOnlySupportAutoRenew "
        "UnsupportedOperation.UnsupportedInternationalUser VpcAddrNotInSubNet VpcIpIsUsed"
    ),
    "StartInstances": (
        "InternalServerError InvalidInstance.NotSupported InvalidInstanceId.Malformed "
        "InvalidInstanceId.NotFound InvalidParameterValue "
        "InvalidParameterValue.InstanceIdMalformed InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.ZoneNotSupported MissingParameter MutexOperation.TaskRunning "
        "OperationDenied.InstanceOperationInProgress "
        "UnsupportedOperation.InstanceReinstallFailed "
        "UnsupportedOperation.InstanceStateCorrupted "
        "UnsupportedOperation.InstanceStateEnterRescueMode "
        "UnsupportedOperation.InstanceStateExitRescueMode "
        "UnsupportedOperation.InstanceStateFreezing UnsupportedOperation.InstanceStateIsolating "
        "UnsupportedOperation.InstanceStatePending UnsupportedOperation.InstanceStateRebooting "
        "UnsupportedOperation.InstanceStateRescueMode UnsupportedOperation.InstanceStateRunning "
        "UnsupportedOperation.InstanceStateServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateShutdown UnsupportedOperation.InstanceStateStarting "
        "UnsupportedOperation.InstanceStateStopped UnsupportedOperation.InstanceStateStopping "
        "UnsupportedOperation.InstanceStateTerminated "
        "UnsupportedOperation.InstanceStateTerminating"
    ),
    "StopInstances": (
        "InternalServerError InvalidInstance.NotSupported InvalidInstanceId.Malformed "
        "InvalidInstanceId.NotFound InvalidParameterCombination InvalidParameterValue "
        "InvalidParameterValue.InstanceIdMalformed InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.ZoneNotSupported MissingParameter MutexOperation.TaskRunning "
        "OperationDenied.InstanceOperationInProgress UnauthorizedOperation.MFAExpired "
        "UnauthorizedOperation.MFANotFound UnsupportedOperation.HibernationForNormalInstance "
        "UnsupportedOperation.InstanceReinstallFailed UnsupportedOperation.InstanceStateBanning "
        "UnsupportedOperation.InstanceStateCorrupted "
        "UnsupportedOperation.InstanceStateEnterRescueMode "
        "UnsupportedOperation.InstanceStateEnterServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateExitRescueMode "
        "UnsupportedOperation.InstanceStateExitServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateFreezing UnsupportedOperation.InstanceStateIsolating "
        "UnsupportedOperation.InstanceStatePending UnsupportedOperation.InstanceStateRebooting "
        "UnsupportedOperation.InstanceStateRescueMode "
        "UnsupportedOperation.InstanceStateServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateShutdown UnsupportedOperation.InstanceStateStarting "
        "UnsupportedOperation.InstanceStateStopped UnsupportedOperation.InstanceStateStopping "
        "UnsupportedOperation.InstanceStateTerminated "
        "UnsupportedOperation.InstanceStateTerminating "
        "UnsupportedOperation.StoppedModeStopCharging"
    ),
    "TerminateInstances": (
        "FailedOperation.InvalidInstanceApplicationRole "
        "FailedOperation.InvalidInstanceApplicationRoleEmr FailedOperation.Unreturnable "
        "InternalError.TradeUnknownError InternalServerError InvalidAccount.UnpaidOrder "
        "InvalidInstance.NotSupported InvalidInstanceId.Malformed InvalidInstanceId.NotFound "
        "InvalidInstanceNotSupportedPrepaidInstance InvalidParameterValue "
        "InvalidParameterValue.InstanceIdMalformed InvalidParameterValue.InvalidAppIdFormat "
        "InvalidParameterValue.LimitExceeded InvalidParameterValue.NotSupported "
        "LimitExceeded.UserReturnQuota MissingParameter MutexOperation.TaskRunning "
        "OperationDenied.InstanceOperationInProgress UnauthorizedOperation.InvalidToken "
        "UnauthorizedOperation.MFAExpired UnauthorizedOperation.MFANotFound "
        "UnsupportedOperation UnsupportedOperation.InstanceChargeType "
        "UnsupportedOperation.InstanceMixedPricingModel "
        "UnsupportedOperation.InstanceStateBanning "
        "UnsupportedOperation.InstanceStateEnterRescueMode "
        "UnsupportedOperation.InstanceStateEnterServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateExitRescueMode "
        "UnsupportedOperation.InstanceStateExitServiceLiveMigrate "
        "UnsupportedOperation.InstanceStateFreezing UnsupportedOperation.InstanceStateIsolating "
        "UnsupportedOperation.InstanceStateLaunchFailed "
        "UnsupportedOperation.InstanceStatePending UnsupportedOperation.InstanceStateRebooting "
        "UnsupportedOperation.InstanceStateStarting UnsupportedOperation.InstanceStateStopping "
        "UnsupportedOperation.InstanceStateTerminated "
        "UnsupportedOperation.InstanceStateTerminating UnsupportedOperation.InstancesProtected "
        "UnsupportedOperation.InvalidInstancesOwner "
        "UnsupportedOperation.RedHatInstanceTerminateUnsupported "
        "UnsupportedOperation.RedHatInstanceUnsupported UnsupportedOperation.Region "
        "UnsupportedOperation.SpecialInstanceType "
        "UnsupportedOperation.UserLimitOperationExceedQuota"
    ),
    "UnassignPrivateIpAddresses": (
        "InvalidParameterValue.DuplicatePara InvalidParameterValue.LimitExceeded "
        "InvalidParameterValue.Malformed LimitExceeded.ActionLimited ResourceNotFound "
        "UnsupportedOperation UnsupportedOperation.AttachmentNotFound "
        "UnsupportedOperation.InvalidState UnsupportedOperation.MutexOperationTaskRunning"
    ),
}
"""The codes of each action, separated by spaces."""

MEANINGS: dict[str, str] = {
    "ActionOffline": "action was retired",
    "AddressQuotaLimitExceeded": "EIP quota used up (default 20 per account and region)",
    "AddressQuotaLimitExceeded.DailyAllocate": "daily EIP allocation count used up (quota x 2)",
    "AuthFailure.InvalidAuthorization": "Authorization header not in the expected form",
    "AuthFailure.InvalidSecretId": "key is not a Cloud API key",
    "AuthFailure.MFAFailure": "MFA check failed",
    "AuthFailure.SecretIdNotFound": (
        "key unknown, deleted, disabled or mistyped (also stray spaces)"
    ),
    "AuthFailure.SignatureExpire": "timestamp differs from server time by more than 5 minutes",
    "AuthFailure.SignatureFailure": "signature does not match",
    "AuthFailure.TokenFailure": "session token wrong or expired",
    "AuthFailure.UnauthorizedOperation": "caller lacks CAM permission",
    "DryRunOperation": "dry run would have succeeded",
    "FailedOperation": "operation failed",
    "FailedOperation.BalanceInsufficient": "account balance too low",
    "FailedOperation.IllegalTagKey": "tag key not allowed",
    "FailedOperation.IllegalTagValue": "tag value not allowed",
    "FailedOperation.InvalidRegion": "region not supported",
    "FailedOperation.NetDetectTimeOut": "backend probe timed out, retry",
    "FailedOperation.TagKeyReserved": "tag key reserved",
    "FailedOperation.TaskFailed": "task failed",
    "InternalError": "server error",
    "InternalError.ModuleError": "internal module failed",
    "InternalServerError": "server error",
    "InvalidAccount.NotSupported": "account not supported",
    "InvalidAction": "action does not exist",
    "InvalidAddressId.Blocked": "EIP is blocked",
    "InvalidAddressId.NotFound": "EIP does not exist",
    "InvalidAddressState": "EIP state forbids the operation",
    "InvalidFilter": "unknown filter",
    "InvalidFilterValue.LimitExceeded": "too many filter values",
    "InvalidHostId.Malformed": "host id malformed",
    "InvalidInstanceId.Malformed": "instance id malformed",
    "InvalidParameter": "parameter wrong in format or type",
    "InvalidParameter.Coexist": (
        "parameters that exclude each other were sent together (Ids and Filters)"
    ),
    "InvalidParameter.FilterInvalidKey": "filter name unknown",
    "InvalidParameter.FilterNotDict": "filter is not an object",
    "InvalidParameter.FilterValuesNotList": "filter values are not a list",
    "InvalidParameter.InvalidFilter": "filter not allowed",
    "InvalidParameterConflict": "two parameters conflict",
    "InvalidParameterValue": "parameter value wrong",
    "InvalidParameterValue.AddressAttacked": "address under attack",
    "InvalidParameterValue.AddressIdMalformed": "EIP id malformed",
    "InvalidParameterValue.AddressInternetChargeTypeConflict": "billing mode conflicts",
    "InvalidParameterValue.AddressIpNotAvailable": "requested IP not available",
    "InvalidParameterValue.AddressNotFound": "EIP not found",
    "InvalidParameterValue.AddressTypeConflict": "wrong EIP type",
    "InvalidParameterValue.BandwidthOutOfRange": "bandwidth out of range",
    "InvalidParameterValue.BandwidthPackageIdMalformed": "package id malformed",
    "InvalidParameterValue.BandwidthPackageNotFound": "package not found",
    "InvalidParameterValue.BandwidthTooSmall": "bandwidth below minimum",
    "InvalidParameterValue.Combination": "parameter combination not allowed",
    "InvalidParameterValue.Duplicate": "same value sent or used twice",
    "InvalidParameterValue.DuplicatePara": "duplicate values in a list",
    "InvalidParameterValue.DuplicatedHaVipAssociations": (
        "that HAVIP and instance are already associated"
    ),
    "InvalidParameterValue.Empty": "empty value",
    "InvalidParameterValue.IPAddressMalformed": "IP malformed",
    "InvalidParameterValue.IPv6AddressMalformed": "IPv6 malformed",
    "InvalidParameterValue.InstanceIdMalformed": "instance id malformed",
    "InvalidParameterValue.InvalidAppIdFormat": "app id malformed",
    "InvalidParameterValue.InvalidBusiness": "Business value unknown or not allowed",
    "InvalidParameterValue.InvalidDedicatedClusterId": "dedicated cluster id wrong",
    "InvalidParameterValue.InvalidEgress": "egress value wrong",
    "InvalidParameterValue.InvalidIpFormat": "IP malformed",
    "InvalidParameterValue.InvalidTag": "tag not allowed",
    "InvalidParameterValue.InvalidTimeFormat": "time malformed",
    "InvalidParameterValue.InvalidVagueName": "fuzzy name not allowed",
    "InvalidParameterValue.LimitExceeded": "value above its limit (for example Limit over 100)",
    "InvalidParameterValue.Malformed": "value malformed (typically a bad id)",
    "InvalidParameterValue.MixedAddressIpSetType": "addresses of different clusters in one call",
    "InvalidParameterValue.NetworkInterfaceIdMalformed": "ENI id malformed",
    "InvalidParameterValue.NotUtf8EncodingError": "not UTF-8",
    "InvalidParameterValue.ParameterMismatch": (
        "value does not fit another value (for example InstanceType against InstanceId)"
    ),
    "InvalidParameterValue.Range": "value outside its range (for example Vip outside the subnet)",
    "InvalidParameterValue.Reserved": (
        "value is a system-reserved object (for example the gateway address)"
    ),
    "InvalidParameterValue.ResourceIdMalformed": "resource id malformed",
    "InvalidParameterValue.ResourceNotSupport": "resource does not support this",
    "InvalidParameterValue.SubnetConflict": "subnet CIDR conflicts",
    "InvalidParameterValue.SubnetIdMalformed": "subnet id malformed",
    "InvalidParameterValue.SubnetOverlap": "CIDR overlaps another subnet",
    "InvalidParameterValue.SubnetOverlapRoute": "CIDR equals a custom route destination",
    "InvalidParameterValue.SubnetRange": "CIDR not allowed",
    "InvalidParameterValue.TagDuplicateKey": "duplicate tag key",
    "InvalidParameterValue.TagDuplicateResourceType": "duplicate tag resource type",
    "InvalidParameterValue.TagInvalidKey": "tag key not allowed",
    "InvalidParameterValue.TagInvalidKeyLen": "tag key length",
    "InvalidParameterValue.TagInvalidVal": "tag value not allowed",
    "InvalidParameterValue.TagKeyNotExists": "tag key absent",
    "InvalidParameterValue.TagKeyNotFound": "tag key absent",
    "InvalidParameterValue.TagNotAllocatedQuota": "no tag quota assigned",
    "InvalidParameterValue.TagNotExisted": "tag absent",
    "InvalidParameterValue.TagNotSupportTag": "tag not supported",
    "InvalidParameterValue.TagResourceFormatError": "tag resource malformed",
    "InvalidParameterValue.TagTimestampExceeded": "tag timestamp over quota",
    "InvalidParameterValue.TagValNotExists": "tag value absent",
    "InvalidParameterValue.TooLong": "value too long (for example name over 60)",
    "InvalidParameterValue.UnavailableZone": "zone unavailable",
    "InvalidParameterValue.UnsupportedEgress": "account cannot use this egress",
    "InvalidParameterValue.UuidMalformed": "uuid malformed",
    "InvalidParameterValue.VpcIdMalformed": "VPC id malformed",
    "InvalidParameterValue.ZoneConflict": "zone differs from the dedicated cluster zone",
    "InvalidRequest": "multipart body malformed",
    "InvalidSecurityGroupId.NotFound": "security group absent",
    "InvalidSgId.Malformed": "security group id malformed",
    "InvalidZone.MismatchRegion": "zone not in the region",
    "IpInBlacklist": "source address blocked",
    "IpNotInWhitelist": "source address not allowed",
    "LimitExceeded": "quota exceeded",
    "LimitExceeded.AccountReturnQuota": "account return quota used up",
    "LimitExceeded.ActionLimited": "action rate limited",
    "LimitExceeded.BandwidthPackageQuota": "package quota",
    "LimitExceeded.BandwidthPackageResourceQuota": "package resource quota",
    "LimitExceeded.MonthlyAddressRecoveryQuota": "monthly recovery quota",
    "LimitExceeded.NumberOfFilters": "too many filters",
    "LimitExceeded.TagKeyExceeded": "too many tag keys",
    "LimitExceeded.TagKeyPerResourceExceeded": "too many tag keys on a resource",
    "LimitExceeded.TagNotEnoughQuota": "tag quota too small",
    "LimitExceeded.TagQuota": "tag quota full",
    "LimitExceeded.TagQuotaExceeded": "tag quota full",
    "LimitExceeded.TagTagsExceeded": "too many tags",
    "MissingParameter": "required parameter absent",
    "NoSuchProduct": "product unknown",
    "NoSuchVersion": "API version unknown",
    "OperationDenied.AddressDeletionProtectionEnabled": "EIP deletion protection is on",
    "OperationDenied.MutexTaskRunning": "another task runs on the resource",
    "RequestLimitExceeded": "rate limit hit",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded": "account limit across regions",
    "RequestLimitExceeded.IPLimitExceeded": "rate limit per source IP",
    "RequestLimitExceeded.UinLimitExceeded": "rate limit per main account",
    "RequestSizeLimitExceeded": "request too large",
    "ResourceInUse": "resource busy or occupied",
    "ResourceInsufficient": "not enough resource",
    "ResourceInsufficient.Subnet": "subnet has no free address",
    "ResourceNotFound": "resource absent",
    "ResourceNotFound.HpcCluster": "HPC cluster absent",
    "ResourceUnavailable": "resource unavailable",
    "ResponseSizeLimitExceeded": "response too large",
    "ServiceUnavailable": "service temporarily unavailable",
    "UnauthorizedOperation": "not permitted",
    "UnauthorizedOperation.AnycastEip": "may not allocate Anycast EIPs",
    "UnauthorizedOperation.AttachmentNotFound": "binding absent",
    "UnauthorizedOperation.InvalidAccount": "account not authorised",
    "UnauthorizedOperation.InvalidToken": "token wrong",
    "UnauthorizedOperation.PrimaryIp": "primary address not allowed",
    "UnknownParameter": "a parameter the action does not define was sent",
    "UnsupportedOperation": "operation not supported",
    "UnsupportedOperation.AccountNotSupported": "account not supported",
    "UnsupportedOperation.ActionNotFound": "action absent",
    "UnsupportedOperation.AddressStatusNotPermit": "EIP status forbids it",
    "UnsupportedOperation.AppIdMismatch": "resource belongs to another account",
    "UnsupportedOperation.AttachmentNotFound": "binding absent",
    "UnsupportedOperation.BandwidthPackageIdNotSupported": "package does not support it",
    "UnsupportedOperation.BindEIP": "an EIP is already bound",
    "UnsupportedOperation.DcGatewaysNotFoundInVpc": "no direct-connect gateway in the VPC",
    "UnsupportedOperation.DeliveryFailed": "fulfilment failed, retry with a new ClientToken",
    "UnsupportedOperation.EnableMulticast": "multicast not offered in the region",
    "UnsupportedOperation.IdempotentParameterMismatch": "ClientToken reused with other parameters",
    "UnsupportedOperation.IdempotentProcessing": (
        "earlier request with this ClientToken still running"
    ),
    "UnsupportedOperation.InstanceStateNotSupported": "bound instance state forbids it",
    "UnsupportedOperation.InvalidAction": "operation not supported",
    "UnsupportedOperation.InvalidState": "resource state forbids it",
    "UnsupportedOperation.MutexOperationTaskRunning": (
        "another exclusive task runs on the resource, retry"
    ),
    "UnsupportedOperation.NatGatewaySnatRuleNotExists": "SNAT rule absent",
    "UnsupportedOperation.NotPutVpcSnatIpAddress": "VPC has no SNAT address pool subnet",
    "UnsupportedOperation.NotSupportedPurchaseCenterEgressResource": (
        "egress not sold in the region"
    ),
    "UnsupportedOperation.OfflineChargeType": "billing mode retired",
    "UnsupportedOperation.PrimaryIp": "value is a primary address",
    "UnsupportedOperation.RecordExists": "record exists",
    "UnsupportedOperation.RecordNotExists": "record absent",
    "UnsupportedOperation.ResourceMismatch": "resource id does not match the address",
    "UnsupportedOperation.RouteTableHasSubnetRule": "route table tied to a subnet",
    "UnsupportedOperation.SubnetNotExists": "subnet absent",
    "UnsupportedOperation.TagAllocate": "tags being assigned",
    "UnsupportedOperation.TagFree": "tags being released",
    "UnsupportedOperation.TagNotPermit": "no permission on the tag",
    "UnsupportedOperation.TagSystemReservedTagKey": "tag key reserved",
    "UnsupportedOperation.TrafficProtectionNotSupportIPv6": "traffic protection has no IPv6",
    "UnsupportedOperation.UnbindEIP": "no EIP is bound",
    "UnsupportedOperation.UnpaidOrderAlreadyExists": "unpaid order exists",
    "UnsupportedOperation.UnsupportedBindLocalZoneEIP": "local-zone EIPs cannot be bound",
    "UnsupportedOperation.UnsupportedRegion": "service not offered there",
    "UnsupportedProtocol": "only GET and POST over HTTP(S)",
    "UnsupportedRegion": "region not served",
}
"""Meaning of the codes that do not explain themselves."""
