"""The calls that Tencent's Terraform provider makes, in its order and its wire form.

They were recorded from the provider's master of 2026-08 under Terraform 1.11.4, which is brought to
a local server as the proxy of plain HTTP. Each method here is one operation of a resource; `needs`
names the fields that the provider reads without a check, so that null or absence would crash it.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tencentcloud.common.sign import Sign  # type: ignore[import-untyped]

from havip.api import CreateHaVip
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.settings import Settings

pytestmark = pytest.mark.evidence("terraform")

REGION = "ap-guangzhou"
VERSIONS = {"vpc": "2017-03-12", "tag": "2018-08-13"}
Row = dict[str, Any]


class FailedError(Exception):
    """An error of the API."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Wire:
    """Sends as the provider's Go SDK does: absolute targets, Go's spelling of header names."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.calls: list[str] = []

    def close(self) -> None:
        self._connection.close()

    def __call__(self, action: str, /, service: str = "vpc", **params: Any) -> Row:
        self.calls.append(action)
        body = json.dumps(params).encode()
        host = f"{service}.tencentcloudapi.com"
        headers = self._headers(action, service, host, body)
        self._connection.putrequest("POST", f"http://{host}/", True, True)
        for name, value in headers.items():
            self._connection.putheader(name, value)
        self._connection.endheaders(body)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200
        assert answer.getheader("Content-Type") == "application/json"
        response: Row = json.loads(content)["Response"]
        assert response["RequestId"]
        if "Error" in response:
            raise FailedError(response["Error"]["Code"], response["Error"]["Message"])
        return response

    def _headers(self, action: str, service: str, host: str, body: bytes) -> dict[str, str]:
        now = int(time.time())
        date = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")
        scope = f"{date}/{service}/tc3_request"
        canonical = (
            f"POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n"
            f"{hashlib.sha256(body).hexdigest()}"
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"TC3-HMAC-SHA256\n{now}\n{scope}\n{digest}"
        signature = Sign.sign_tc3("SECRETEXAMPLE", date, service, text)
        return {
            "Host": host,
            "User-Agent": "Go-http-client/1.1",
            "Content-Length": str(len(body)),
            "Authorization": f"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, "
            f"SignedHeaders=content-type;host, Signature={signature}",
            "Content-Type": "application/json",
            "X-Tc-Action": action,
            "X-Tc-Language": "en-US",
            "X-Tc-Region": REGION,
            "X-Tc-Requestclient": "Terraform-latest",
            "X-Tc-Timestamp": str(now),
            "X-Tc-Version": VERSIONS[service],
            "Accept-Encoding": "gzip",
        }


def needs(row: Row, names: str) -> Row:
    """Check the fields that the provider takes without looking."""
    for name in names.split():
        assert row.get(name) is not None, f"{name} is missing or null in {row}"
    return row


def named(name: str, *values: str) -> Row:
    return {"Name": name, "Values": [*values]}


class Provider:
    """The operations of the provider's resources."""

    def __init__(self, call: Wire) -> None:
        self.call = call

    # networks -----------------------------------------------------------------------------
    def create_vpc(self, tags: dict[str, str] | None = None) -> str:
        given = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        more: Row = {"Tags": given} if given else {}
        made = self.call(
            "CreateVpc",
            VpcName="tf-vpc",
            CidrBlock="10.0.0.0/16",
            EnableMulticast="false",
            EnableRouteVpcPublish=False,
            EnableRouteVpcPublishIpv6=False,
            **more,
        )
        needs(made["Vpc"], "VpcId IsDefault")
        vpc_id: str = made["Vpc"]["VpcId"]
        assert self.read_vpc(vpc_id)
        return vpc_id

    def read_vpc(self, vpc_id: str) -> Row | None:
        pages: Row = {"Offset": "0", "Limit": "100"}
        told = needs(
            self.call("DescribeVpcs", Filters=[named("vpc-id", vpc_id)], **pages), "TotalCount"
        )
        if not told["VpcSet"]:
            return None
        vpc = needs(
            told["VpcSet"][0],
            "VpcId VpcName CidrBlock CreatedTime IsDefault EnableMulticast DnsServerSet "
            "AssistantCidrSet TagSet EnableRouteVpcPublish EnableRouteVpcPublishIpv6",
        )
        main = [named("vpc-id", vpc_id), named("association.main", "true")]
        tables = self.call("DescribeRouteTables", Filters=shuffled(main), **pages)
        assert needs(tables, "TotalCount")["TotalCount"] == 1
        table = needs(
            tables["RouteTableSet"][0],
            "RouteTableId RouteTableName VpcId Main CreatedTime AssociationSet RouteSet",
        )
        for route in table["RouteSet"]:
            needs(
                route,
                "DestinationCidrBlock GatewayId GatewayType RouteDescription RouteId RouteType "
                "Enabled RouteItemId",
            )
        return vpc

    def create_subnet(self, vpc_id: str) -> str:
        made = self.call(
            "CreateSubnet",
            VpcId=vpc_id,
            SubnetName="tf-subnet",
            CidrBlock="10.0.1.0/24",
            Zone="ap-guangzhou-3",
        )
        subnet_id: str = needs(made["Subnet"], "SubnetId")["SubnetId"]
        self.update_subnet(subnet_id, "tf-subnet")
        return subnet_id

    def update_subnet(self, subnet_id: str, name: str) -> None:
        self.call(
            "ModifySubnetAttribute", SubnetId=subnet_id, SubnetName=name, EnableBroadcast="false"
        )
        read = self.read_subnet(subnet_id)
        assert read
        assert read["SubnetName"] == name

    def read_subnet(self, subnet_id: str) -> Row | None:
        told = self.call(
            "DescribeSubnets", Filters=[named("subnet-id", subnet_id)], Offset="0", Limit="100"
        )
        if not needs(told, "TotalCount")["TotalCount"]:
            return None
        self.read_tags("subnet", subnet_id)
        return needs(
            told["SubnetSet"][0],
            "SubnetId VpcId SubnetName CidrBlock Zone RouteTableId CdcId IsDefault "
            "EnableBroadcast AvailableIpAddressCount CreatedTime",
        )

    # tags ---------------------------------------------------------------------------------
    def read_tags(self, prefix: str, resource: str) -> dict[str, str]:
        told = self.call(
            "DescribeResourceTagsByResourceIds",
            "tag",
            ServiceType="vpc",
            ResourcePrefix=prefix,
            ResourceIds=[resource],
            ResourceRegion=REGION,
            Offset=0,
            Limit=20,
        )
        rows = [needs(tag, "TagKey TagValue ResourceId") for tag in told["Tags"]]
        return {tag["TagKey"]: tag["TagValue"] for tag in rows}

    def update_tags(self, prefix: str, resource: str, put: dict[str, str], drop: list[str]) -> None:
        self.call(
            "ModifyResourceTags",
            "tag",
            Resource=f"qcs::vpc:{REGION}:uin/:{prefix}/{resource}",
            ReplaceTags=[{"TagKey": key, "TagValue": value} for key, value in put.items()],
            DeleteTags=[{"TagKey": key} for key in drop],
        )

    # addresses ----------------------------------------------------------------------------
    def create_eip(self) -> str:
        made = self.call("AllocateAddresses", AddressType="EIP", AddressName="tf-eip")
        eip_id: str = made["AddressSet"][0]
        self._finish(made)
        for _ in range(50):
            if self.describe_eip(eip_id)["AddressStatus"] != "CREATING":
                break
        assert self.read_eip(eip_id)
        return eip_id

    def _finish(self, started: Row) -> None:
        for _ in range(50):
            task = self.call("DescribeTaskResult", TaskId=int(started["TaskId"]))
            if task["Result"] != "RUNNING":
                assert isinstance(task["TaskId"], int)
                assert task["Result"] == "SUCCESS"
                return
        raise AssertionError("the task of an EIP does not end")

    def describe_eip(self, eip_id: str) -> Row:
        told = self.call("DescribeAddresses", AddressIds=[eip_id])
        return needs(told["AddressSet"][0], "AddressStatus") if told["AddressSet"] else {}

    def read_eip(self, eip_id: str) -> Row:
        found = self.describe_eip(eip_id)
        if found:
            needs(found, "AddressId AddressIp AddressType")
            self.read_tags("eip", eip_id)
            by_eip = [named("resource.resource-id", eip_id)]
            told = self.call("DescribeBandwidthPackages", Filters=by_eip)
            assert (told["TotalCount"], told["BandwidthPackageSet"]) == (0, [])
        return found

    def delete_eip(self, eip_id: str) -> None:
        found = self.describe_eip(eip_id)
        if found["AddressStatus"] != "UNBIND":
            self._finish(self.call("DisassociateAddress", AddressId=eip_id))
        self.call("ReleaseAddresses", AddressIds=[eip_id])
        for _ in range(50):
            if not self.describe_eip(eip_id):
                break
        told = self.call(
            "DescribeAddresses", AddressIds=[eip_id], Filters=[named("business-type", "CDC")]
        )
        assert told["AddressSet"] == []

    # HAVIPs -------------------------------------------------------------------------------
    def create_ha_vip(self, vpc_id: str, subnet_id: str, **more: Any) -> str:
        made = self.call(
            "CreateHaVip", VpcId=vpc_id, SubnetId=subnet_id, HaVipName="tf-havip", **more
        )
        havip_id: str = needs(made["HaVip"], "HaVipId")["HaVipId"]
        assert self.read_ha_vip(havip_id)
        return havip_id

    def read_ha_vip(self, havip_id: str) -> Row | None:
        told = self.call("DescribeHaVips", HaVipIds=[havip_id])
        if not told["HaVipSet"]:
            return None
        return needs(
            told["HaVipSet"][0],
            "HaVipId Vip HaVipName State VpcId SubnetId CreatedTime AddressIp InstanceId "
            "NetworkInterfaceId CheckAssociate HaVipAssociationSet",
        )

    def rename_ha_vip(self, havip_id: str, name: str) -> None:
        self.call("ModifyHaVipAttribute", HaVipId=havip_id, HaVipName=name)
        read = self.read_ha_vip(havip_id)
        assert read
        assert read["HaVipName"] == name

    def delete_ha_vip(self, havip_id: str) -> None:
        for _ in range(50):  # the provider tries for five minutes
            try:
                self.call("DeleteHaVip", HaVipId=havip_id)
                break
            except FailedError as failed:
                if not failed.code.startswith("UnsupportedOperation"):
                    raise
        for _ in range(50):
            if self.read_ha_vip(havip_id) is None:
                return
        raise AssertionError("the HAVIP does not go away")

    def attach_eip(self, havip_id: str, address: str) -> None:
        self.call("HaVipAssociateAddressIp", HaVipId=havip_id, AddressIp=address)
        self._await_address(havip_id, bound=True)
        read = self.read_ha_vip(havip_id)
        assert read
        assert (read["AddressIp"], read["State"]) == (address, "UNBIND")

    def detach_eip(self, havip_id: str) -> None:
        self.call("HaVipDisassociateAddressIp", HaVipId=havip_id)
        self._await_address(havip_id, bound=False)

    def _await_address(self, havip_id: str, *, bound: bool) -> None:
        for _ in range(50):
            read = self.read_ha_vip(havip_id)
            assert read
            if bool(read["AddressIp"]) == bound:
                return
        raise AssertionError("the EIP of the HAVIP does not settle")

    def attach_instance(self, havip_id: str, instance: str, kind: str) -> None:
        member = {"HaVipId": havip_id, "InstanceId": instance, "InstanceType": kind}
        self.call("AssociateHaVipInstance", HaVipAssociationSet=[member])
        assert self.read_instance(havip_id, instance) == member

    def read_instance(self, havip_id: str, instance: str) -> Row | None:
        wanted = [
            named("havip-id", havip_id),
            named("havip-association.instance-id", instance),
        ]
        told = self.call("DescribeHaVips", Filters=shuffled(wanted), Offset=0, Limit=100)
        if not told["HaVipSet"]:
            return None
        return needs(
            told["HaVipSet"][0]["HaVipAssociationSet"][0], "HaVipId InstanceId InstanceType"
        )

    def detach_instance(self, havip_id: str, instance: str) -> None:
        member = {"HaVipId": havip_id, "InstanceId": instance}
        self.call("DisassociateHaVipInstance", HaVipAssociationSet=[member])

    # network interfaces -------------------------------------------------------------------
    def create_eni(self, vpc_id: str, subnet_id: str) -> str:
        made = self.call(
            "CreateNetworkInterface",
            VpcId=vpc_id,
            SubnetId=subnet_id,
            NetworkInterfaceName="tf-eni",
            NetworkInterfaceDescription="",
            SecondaryPrivateIpAddressCount=0,
        )
        eni_id: str = made["NetworkInterface"]["NetworkInterfaceId"]
        for _ in range(50):
            eni = self.call("DescribeNetworkInterfaces", NetworkInterfaceIds=[eni_id])[
                "NetworkInterfaceSet"
            ][0]
            states = [eni["State"], *(item["State"] for item in eni["PrivateIpAddressSet"])]
            if set(states) == {"AVAILABLE"}:
                break
        told = self.call(
            "DescribeNetworkInterfaces", NetworkInterfaceIds=[eni_id], Offset=0, Limit=100
        )
        needs(
            told["NetworkInterfaceSet"][0],
            "NetworkInterfaceId State PrivateIpAddressSet GroupSet MacAddress CreatedTime TagSet",
        )
        return eni_id

    def delete_eni(self, eni_id: str) -> None:
        self.call("DeleteNetworkInterface", NetworkInterfaceId=eni_id)
        for _ in range(50):
            told = self.call("DescribeNetworkInterfaces", NetworkInterfaceIds=[eni_id])
            if not told["NetworkInterfaceSet"]:
                return
        raise AssertionError("the network interface does not go away")


def shuffled(filters: list[Row]) -> list[Row]:
    """Return filters in an order that differs from call to call, as the provider's are."""
    return random.sample(filters, len(filters))


@pytest.fixture(params=[0, 3], ids=["at once", "after 3 polls"])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    return Cloud(settings=Settings(task_polls=request.param, range_eni="any"))


@pytest.fixture
def provider(cloud: Cloud) -> Iterator[Provider]:
    with EmulatorServer(cloud) as server:
        wire = Wire(int(server.url.rpartition(":")[2]))
        yield Provider(wire)
        wire.close()


def test_the_basic_stack_goes_through_its_life_cycle(provider: Provider) -> None:
    vpc_id = provider.create_vpc()
    subnet_id = provider.create_subnet(vpc_id)
    havip_id = provider.create_ha_vip(vpc_id, subnet_id)
    eip_id = provider.create_eip()
    address = provider.describe_eip(eip_id)["AddressIp"]
    provider.attach_eip(havip_id, address)
    before = [
        provider.read_vpc(vpc_id),
        provider.read_subnet(subnet_id),
        provider.read_ha_vip(havip_id),
        provider.read_eip(eip_id),
    ]
    assert before == [
        provider.read_vpc(vpc_id),
        provider.read_subnet(subnet_id),
        provider.read_ha_vip(havip_id),
        provider.read_eip(eip_id),
    ], "a plan without changes"
    provider.rename_ha_vip(havip_id, "renamed")
    provider.detach_eip(havip_id)
    assert provider.describe_eip(eip_id)["AddressStatus"] == "UNBIND", "together with the HAVIP"
    provider.delete_eip(eip_id)
    assert "DisassociateAddress" not in provider.call.calls
    provider.delete_ha_vip(havip_id)
    provider.call("DeleteSubnet", SubnetId=subnet_id)
    provider.call("DeleteVpc", VpcId=vpc_id)
    assert provider.read_vpc(vpc_id) is None
    assert provider.read_subnet(subnet_id) is None
    assert provider.read_ha_vip(havip_id) is None
    assert provider.read_eip(eip_id) == {}


def test_a_fixed_address_with_its_range_checked(provider: Provider) -> None:
    vpc_id = provider.create_vpc()
    subnet_id = provider.create_subnet(vpc_id)
    havip_id = provider.create_ha_vip(vpc_id, subnet_id, Vip="10.0.1.9", CheckAssociate=True)
    read = provider.read_ha_vip(havip_id)
    assert read
    assert (read["Vip"], read["CheckAssociate"]) == ("10.0.1.9", True)
    with pytest.raises(FailedError) as caught:
        provider.create_ha_vip(vpc_id, subnet_id, Vip="10.0.1.9")
    assert caught.value.code == "InvalidParameterValue.Duplicate", "others are tried for minutes"


def test_an_eni_joins_and_leaves_the_range(provider: Provider) -> None:
    vpc_id = provider.create_vpc()
    subnet_id = provider.create_subnet(vpc_id)
    eni_id = provider.create_eni(vpc_id, subnet_id)
    havip_id = provider.create_ha_vip(vpc_id, subnet_id, CheckAssociate=True)
    provider.attach_instance(havip_id, eni_id, "ENI")
    provider.detach_instance(havip_id, eni_id)
    assert provider.read_instance(havip_id, eni_id) is None
    provider.delete_ha_vip(havip_id)
    provider.delete_eni(eni_id)


def test_deleting_waits_for_the_eip_to_go(provider: Provider) -> None:
    vpc_id = provider.create_vpc()
    subnet_id = provider.create_subnet(vpc_id)
    havip_id = provider.create_ha_vip(vpc_id, subnet_id)
    address = provider.describe_eip(provider.create_eip())["AddressIp"]
    provider.attach_eip(havip_id, address)
    with pytest.raises(FailedError) as caught:
        provider.call("DeleteHaVip", HaVipId=havip_id)
    assert caught.value.code.startswith("UnsupportedOperation")
    provider.detach_eip(havip_id)
    provider.delete_ha_vip(havip_id)


def test_deleting_a_bound_eip_unbinds_it(provider: Provider) -> None:
    vpc_id = provider.create_vpc()
    havip_id = provider.create_ha_vip(vpc_id, provider.create_subnet(vpc_id))
    eip_id = provider.create_eip()
    provider.attach_eip(havip_id, provider.describe_eip(eip_id)["AddressIp"])
    provider.delete_eip(eip_id)
    read = provider.read_ha_vip(havip_id)
    assert read
    assert read["AddressIp"] == ""


def test_tags_of_vpc_subnet_and_eip(provider: Provider) -> None:
    vpc_id = provider.create_vpc({"app": "web"})
    read = provider.read_vpc(vpc_id)
    assert read
    assert read["TagSet"] == [{"Key": "app", "Value": "web"}]
    provider.update_tags("vpc", vpc_id, {"team": "a"}, ["app"])
    read = provider.read_vpc(vpc_id)
    assert read
    assert read["TagSet"] == [{"Key": "team", "Value": "a"}]
    subnet_id, eip_id = provider.create_subnet(vpc_id), provider.create_eip()
    for prefix, resource in (("subnet", subnet_id), ("eip", eip_id)):
        provider.update_tags(prefix, resource, {"app": "web", "team": "a"}, [])
        provider.update_tags(prefix, resource, {"team": "b"}, ["app"])
        assert provider.read_tags(prefix, resource) == {"team": "b"}


def test_data_sources_page_and_filter(provider: Provider, cloud: Cloud) -> None:
    cloud.settings.quotas.havips_per_vpc = 200
    vpc_id = provider.create_vpc()
    subnet_id = provider.create_subnet(vpc_id)
    ids = [provider.create_ha_vip(vpc_id, subnet_id) for _ in range(3)]
    caller = Caller(account="100000000001", region=REGION)
    for _ in range(100):
        made = CreateHaVip(vpc_id=vpc_id, subnet_id=subnet_id, ha_vip_name="more")
        cloud.call(caller, made)
    seen: list[str] = []
    while True:
        wanted = shuffled([named("vpc-id", vpc_id), named("subnet-id", subnet_id)])
        told = provider.call("DescribeHaVips", Filters=wanted, Offset=len(seen), Limit=100)
        seen += [row["HaVipId"] for row in told["HaVipSet"]]
        if len(told["HaVipSet"]) < 100:
            break
    assert len(seen) == len(set(seen)) == 103
    for name, value in (("havip-id", ids[0]), ("havip-name", "tf-havip")):
        told = provider.call("DescribeHaVips", Filters=[named(name, value)], Offset=0, Limit=100)
        assert told["HaVipSet"][0]["HaVipId"] == ids[0]


def test_a_deleted_object_is_an_empty_set_and_not_an_error(provider: Provider) -> None:
    assert provider.read_ha_vip("havip-00000000") is None
    assert provider.read_vpc("vpc-00000000") is None
    assert provider.read_subnet("subnet-00000000") is None
    assert provider.read_eip("eip-00000000") == {}
    for action, name, gone in (
        ("DeleteHaVip", "HaVipId", "havip-00000000"),
        ("DeleteVpc", "VpcId", "vpc-00000000"),
        ("DeleteSubnet", "SubnetId", "subnet-00000000"),
    ):
        with pytest.raises(FailedError) as caught:
            provider.call(action, **{name: gone})
        assert caught.value.code.startswith("ResourceNotFound")
