"""The client: one typed verb for each action, and the few calls that all of them rest on."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar, cast

from havip import api
from havip._client.site import check_call, has_input
from havip._client.verb import Verb
from havip._client.wait import wait_for
from havip._transport import wire as _wire
from havip._transport.caller import Call, Caller
from havip._transport.clock import Clock, SystemClock
from havip._transport.endpoint import Site, check_site
from havip._transport.http import Transport
from havip._transport.rate_limit import Limiter
from havip._transport.retry import Kind, Retry
from havip.api._base import Request, Response, Service
from havip.credentials import Chain, CredentialProvider, Session
from havip.credentials.region import find_region
from havip.errors import UsageError

R = TypeVar("R", bound=Response)


class Client:
    """A client of one region and account; threads may share it.

    Making one does nothing but remember: credentials, region and endpoint are looked up when
    they are first needed.

    Example::

        client = havip.Client("ap-guangzhou")
        made = client.create_ha_vip(vpc_id="vpc-1a2b3c4d", ha_vip_name="web").ha_vip
        for page in client.pages(api.DescribeHaVips()):
            print(page.ha_vip_set)

    Args:
        region: Region id; that of ``TENCENTCLOUD_REGION`` or the tccli profile if left out.
        credentials: A key, or whatever gives one when asked; if left out, they are looked for
            in the places that `havip.credentials` lists.
        endpoint: A URL to send everything to, in which ``{service}`` and ``{region}`` are filled
            in; or ``regional``, or ``internal``; if left out, that of ``HAVIP_ENDPOINT``, of
            ``TENCENTCLOUD_DOMAIN`` and ``TENCENTCLOUD_PROTOCOL``, or the nearest public one.
        site: ``china`` or ``intl``: what that site lacks is refused before it is sent.
        clock: Where time comes from; a `FakeClock` in tests.
        retry: When and how long a failed call is repeated.
        timeout: Seconds to wait for bytes of an answer, in each attempt.
        connect_timeout: Seconds to wait for a connection, in each attempt.
        connections: How many connections are open at most; more threads wait for one.
        proxies: URL of a proxy by scheme, as in `requests`; the environment's if left out.
        ca: Path of certificates to trust; the environment's, then `requests`' own if left out.
        pace: Calls per second of each action that the client keeps to; True for what the
            service documents (20 mostly); False for no limit.
        language: Language of the service's messages: ``en-US`` or ``zh-CN``.
        task_timeout: Seconds that a verb waits for the task of its action.

    Raises:
        UsageError: The site is not known.
    """

    def __init__(
        self,
        region: str | None = None,
        *,
        credentials: CredentialProvider | None = None,
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
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.site: Site = check_site(site)
        self.task_timeout = task_timeout
        self._region = region
        limiter = Limiter(self.clock, None if pace is True else pace) if pace else None
        self._transport = Transport(
            connections=connections,
            connect_timeout=connect_timeout,
            read_timeout=timeout,
            proxies=proxies,
            ca=ca,
        )
        self._caller = Caller(
            credentials=credentials or Chain(Session(region, endpoint, site, clock)),
            transport=self._transport,
            clock=self.clock,
            retry=retry or Retry(),
            site=self.site,
            region=lambda: find_region(region),
            endpoint=endpoint,
            language=language,
            limiter=limiter,
        )

    def send(self, request: Request[R]) -> R:
        """Send a request and return its answer; the task it may begin is not waited for.

        A ``client_token`` that the action has and the request has not is made here, once, so
        that sending again after a lost answer does the work once. Sending the same request a
        second time is another call, with another token.

        Args:
            request: What to send, such as ``api.DescribeHaVips()``.

        Raises:
            ApiError: The service refused the call.
            TransportError: No usable answer came.
            CredentialError: There is nothing to sign with.
            SiteError: The site lacks the action, an input or a filter.
            UsageError: This is no request.
        """
        _check_request("send", request)
        return self._send(request)

    def _send(self, request: Request[R], deadline: float | None = None) -> R:
        """Send a request; a wait gives it no more time than it has itself."""
        pair = type(request)
        action, answer = pair.__name__, cast("type[R]", pair.answer)
        check_call(self.site, pair, request.to_wire)
        token = self._token(pair, getattr(request, "client_token", None))
        if token:
            request = request.model_copy(update={"client_token": token})
        call = Call(action, pair.service, _wire.encode(request), _kind(pair, token), pair.rate)
        return self._caller.make(
            call, lambda reply, now: _wire.decode(action, answer, reply, now), deadline
        )

    def call(
        self,
        action: str,
        params: Mapping[str, Any] | None = None,
        *,
        service: str | None = None,
        version: str | None = None,
    ) -> dict[str, Any]:
        """Call an action in the API's own terms, such as one that has no verb yet.

        Args:
            action: The action, such as ``DescribeCcns``.
            params: Its parameters as in the API's documents.
            service: The service that has it; if left out, the one that is known to have it, or
                vpc.
            version: The version of the service's API; known for vpc, cvm, tag and sts.

        Returns:
            What is in the ``Response`` of the answer.

        Raises:
            UsageError: The version of the service is not known, a name is none of the API's,
                or the parameters are not JSON.
            ApiError: The service refused the call.
            TransportError: No usable answer came.
            CredentialError: There is nothing to sign with.
            SiteError: The site lacks the action, an input or a filter.
        """
        if not _NAME.fullmatch(action):
            raise UsageError(f"{action!r} is not the name of an action, as DescribeHaVips")
        given = {name: value for name, value in (params or {}).items() if value is not None}
        pair = api.find(action, service)
        token = None
        if pair is not None:
            check_call(self.site, pair, lambda: given)
            token = self._token(pair, given.get("ClientToken"))
        if token:
            given["ClientToken"] = token
        call = Call(
            action,
            _service(_owner(pair) if service is None else service, version),
            _wire.encode_params(given),
            _kind(pair, token) if pair else _guess_kind(action),
            pair.rate if pair else 20,
        )
        return self._caller.make(call, lambda reply, now: _wire.decode_dict(action, reply, now))

    def pages(self, request: Request[R]) -> Iterator[R]:
        """Send a listing request as often as it takes, and yield each answer as it comes.

        Example::

            for page in client.pages(api.DescribeHaVips()):
                for vip in page.ha_vip_set:
                    print(vip.ha_vip_id, vip.vip)

        Args:
            request: What to list. Its offset is where to begin, its limit the size of a page,
                the most that the service allows if left out.

        Raises:
            UsageError: The action is not paged, or this is no request.
        """
        _check_request("pages", request)
        page = request.page
        if page is None:
            raise UsageError(f"{type(request).__name__} is not paged: use send")
        offset = int(getattr(request, "offset", None) or 0)
        limit = int(getattr(request, "limit", None) or page.limit)
        while True:
            number: tuple[Any, Any] = (offset, limit)
            if page.text:
                number = (str(offset), str(limit))
            answer = self.send(request.model_copy(update={"offset": number[0], "limit": number[1]}))
            yield answer
            count = len(getattr(answer, page.items))
            offset += count
            if not count or offset >= int(getattr(answer, page.total) or 0):
                return

    def wait(
        self,
        request: Request[R],
        ready: Callable[[R], bool],
        *,
        error: Callable[[R], bool] | None = None,
        timeout: float = 60.0,
        delay: float = 1.0,
    ) -> R:
        """Send a reading request again and again until its answer is as wanted.

        It may be so at once: the answer may tell of a state from before the change that is
        waited for. `havip.ready` has ready-made conditions.

        Example::

            client.wait(
                api.DescribeHaVips(ha_vip_ids=["havip-1a2b3c4d"]),
                ready.holder_is("ins-1a2b3c4d"),
                timeout=30.0,
            )

        Args:
            request: What to ask.
            ready: Tells of an answer whether it is as wanted.
            error: Tells of an answer whether to give up, as it will never be.
            timeout: Seconds to wait at most.
            delay: Seconds between two questions.

        Returns:
            The answer that was as wanted.

        Raises:
            WaitTimeout: It was not so in time; the text tells the last state.
            WaitError: The error condition held.
            UsageError: The action changes something, or this is no request.
        """
        _check_request("wait", request)
        return wait_for(self._send, self.clock, request, ready, error, timeout, delay)

    def close(self) -> None:
        """Close the connections that are kept alive; the client can still be used."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        region = self._region or "of the environment"
        return f"<havip.Client region {region}, site {self.site}>"

    def _token(self, pair: type[Request[Any]], given: str | None) -> str | None:
        """Make the ClientToken of a call, where its action has one on this site."""
        if "client_token" not in pair.model_fields or not has_input(self.site, pair, "ClientToken"):
            return None
        return given or str(uuid.uuid4())

    # The verbs: one line for each action of havip.api, in the order of the alphabet.
    allocate_addresses = Verb(lambda: api.AllocateAddresses)
    assign_private_ip_addresses = Verb(lambda: api.AssignPrivateIpAddresses)
    associate_address = Verb(lambda: api.AssociateAddress)
    associate_ha_vip_instance = Verb(lambda: api.AssociateHaVipInstance)
    associate_security_groups = Verb(lambda: api.AssociateSecurityGroups)
    assume_role = Verb(lambda: api.AssumeRole)
    attach_network_interface = Verb(lambda: api.AttachNetworkInterface)
    create_disaster_recover_group = Verb(lambda: api.CreateDisasterRecoverGroup)
    create_ha_vip = Verb(lambda: api.CreateHaVip)
    create_network_interface = Verb(lambda: api.CreateNetworkInterface)
    create_route_table = Verb(lambda: api.CreateRouteTable)
    create_routes = Verb(lambda: api.CreateRoutes)
    create_security_group = Verb(lambda: api.CreateSecurityGroup)
    create_security_group_policies = Verb(lambda: api.CreateSecurityGroupPolicies)
    create_subnet = Verb(lambda: api.CreateSubnet)
    create_vpc = Verb(lambda: api.CreateVpc)
    delete_disaster_recover_groups = Verb(lambda: api.DeleteDisasterRecoverGroups)
    delete_ha_vip = Verb(lambda: api.DeleteHaVip)
    delete_network_interface = Verb(lambda: api.DeleteNetworkInterface)
    delete_route_table = Verb(lambda: api.DeleteRouteTable)
    delete_routes = Verb(lambda: api.DeleteRoutes)
    delete_security_group = Verb(lambda: api.DeleteSecurityGroup)
    delete_security_group_policies = Verb(lambda: api.DeleteSecurityGroupPolicies)
    delete_subnet = Verb(lambda: api.DeleteSubnet)
    delete_vpc = Verb(lambda: api.DeleteVpc)
    describe_addresses = Verb(lambda: api.DescribeAddresses)
    describe_bandwidth_packages = Verb(lambda: api.DescribeBandwidthPackages)
    describe_disaster_recover_groups = Verb(lambda: api.DescribeDisasterRecoverGroups)
    describe_ha_vips = Verb(lambda: api.DescribeHaVips)
    describe_images = Verb(lambda: api.DescribeImages)
    describe_instances = Verb(lambda: api.DescribeInstances)
    describe_instances_attributes = Verb(lambda: api.DescribeInstancesAttributes)
    describe_network_interfaces = Verb(lambda: api.DescribeNetworkInterfaces)
    describe_resource_tags_by_resource_ids = Verb(lambda: api.DescribeResourceTagsByResourceIds)
    describe_resources_by_tags = Verb(lambda: api.DescribeResourcesByTags)
    describe_route_tables = Verb(lambda: api.DescribeRouteTables)
    describe_security_group_policies = Verb(lambda: api.DescribeSecurityGroupPolicies)
    describe_security_groups = Verb(lambda: api.DescribeSecurityGroups)
    describe_subnets = Verb(lambda: api.DescribeSubnets)
    describe_task_result = Verb(lambda: api.DescribeTaskResult)
    describe_used_ip_address = Verb(lambda: api.DescribeUsedIpAddress)
    describe_vpc_limits = Verb(lambda: api.DescribeVpcLimits)
    describe_vpc_task_result = Verb(lambda: api.DescribeVpcTaskResult)
    describe_vpcs = Verb(lambda: api.DescribeVpcs)
    describe_zones = Verb(lambda: api.DescribeZones)
    detach_network_interface = Verb(lambda: api.DetachNetworkInterface)
    disassociate_address = Verb(lambda: api.DisassociateAddress)
    disassociate_ha_vip_instance = Verb(lambda: api.DisassociateHaVipInstance)
    disassociate_security_groups = Verb(lambda: api.DisassociateSecurityGroups)
    get_caller_identity = Verb(lambda: api.GetCallerIdentity)
    get_resources = Verb(lambda: api.GetResources)
    ha_vip_associate_address_ip = Verb(lambda: api.HaVipAssociateAddressIp)
    ha_vip_disassociate_address_ip = Verb(lambda: api.HaVipDisassociateAddressIp)
    migrate_private_ip_address = Verb(lambda: api.MigratePrivateIpAddress)
    modify_address_attribute = Verb(lambda: api.ModifyAddressAttribute)
    modify_addresses_bandwidth = Verb(lambda: api.ModifyAddressesBandwidth)
    modify_disaster_recover_group_attribute = Verb(lambda: api.ModifyDisasterRecoverGroupAttribute)
    modify_ha_vip_attribute = Verb(lambda: api.ModifyHaVipAttribute)
    modify_instances_attribute = Verb(lambda: api.ModifyInstancesAttribute)
    modify_network_interface_attribute = Verb(lambda: api.ModifyNetworkInterfaceAttribute)
    modify_resource_tags = Verb(lambda: api.ModifyResourceTags)
    modify_route_table_attribute = Verb(lambda: api.ModifyRouteTableAttribute)
    modify_subnet_attribute = Verb(lambda: api.ModifySubnetAttribute)
    modify_vpc_attribute = Verb(lambda: api.ModifyVpcAttribute)
    release_addresses = Verb(lambda: api.ReleaseAddresses)
    replace_route_table_association = Verb(lambda: api.ReplaceRouteTableAssociation)
    replace_routes = Verb(lambda: api.ReplaceRoutes)
    run_instances = Verb(lambda: api.RunInstances)
    start_instances = Verb(lambda: api.StartInstances)
    stop_instances = Verb(lambda: api.StopInstances)
    terminate_instances = Verb(lambda: api.TerminateInstances)
    unassign_private_ip_addresses = Verb(lambda: api.UnassignPrivateIpAddresses)


_VERSIONS = {"vpc": "2017-03-12", "cvm": "2017-03-12", "tag": "2018-08-13", "sts": "2018-08-13"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_READING = ("Describe", "Get", "List", "Inquiry", "Inquire")


def _check_request(verb: str, given: object) -> None:
    """Refuse what is no request, and say what to give in its place."""
    if isinstance(given, Request):
        return
    kind = given if isinstance(given, type) and issubclass(given, Request) else None
    named = given if isinstance(given, str) and given in api.ACTIONS else ""
    action = kind.__name__ if kind else named
    way = f"give api.{action}(…)" if action else "give a request, such as api.DescribeHaVips()"
    if named:
        way += f", or use client.call({action!r}, {{…}})"
    what = "its class" if kind else "None" if given is None else f"a {type(given).__name__}"
    raise UsageError(f"{verb}: this is no request, but {what}: {way}")


def _owner(pair: type[Request[Any]] | None) -> str:
    return pair.service.name if pair else "vpc"


def _service(name: str, version: str | None) -> Service:
    """Name a service and the version of its API."""
    known = version or _VERSIONS.get(name)
    if known is None:
        raise UsageError(f"the API version of the service {name!r} is not known: give version=")
    if not _NAME.fullmatch(name) or not re.fullmatch(r"\d{4}-\d\d-\d\d", known):
        raise UsageError(f"service {name!r}, version {known!r}: not of the form vpc, 2017-03-12")
    return Service(name, known)


def _kind(pair: type[Request[Any]], token: str | None) -> Kind:
    """Tell what a second sending of a call would do."""
    if pair.reads:
        return Kind.READ
    return Kind.TOKEN if token else Kind.CHANGE


def _guess_kind(action: str) -> Kind:
    """Tell the same of an action that is only known by name: Describe… and the like read."""
    return Kind.READ if action.startswith(_READING) else Kind.CHANGE
