"""The supported services, with the base class of the requests of each."""

from __future__ import annotations

from havip.api._base import R, Request, Service


class VpcRequest(Request[R]):
    """A request to the VPC service: networks, addresses, HAVIPs, routes, security groups."""

    service = Service("vpc", "2017-03-12")
    source = "tencentcloud-sdk-python-vpc 3.1.193"


class CvmRequest(Request[R]):
    """A request to the CVM service: instances, images, placement groups, zones."""

    service = Service("cvm", "2017-03-12")
    source = "tencentcloud-sdk-python-cvm 3.1.178"


class TagRequest(Request[R]):
    """A request to the tag service."""

    service = Service("tag", "2018-08-13")
    source = "tencentcloud-sdk-python-tag 3.1.109"


class StsRequest(Request[R]):
    """A request to the security token service."""

    service = Service("sts", "2018-08-13")
    source = "tencentcloud-sdk-python-sts 3.0.1459"


class CbsRequest(Request[R]):
    """A request to the block storage service."""

    service = Service("cbs", "2017-03-12")
    source = "tencentcloud-sdk-python 3.1.195"
