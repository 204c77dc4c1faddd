"""A sequence of calls that covers every action, for any client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

ZONE = "ap-guangzhou-3"


class Call(Protocol):
    """Call an action by its wire form and return what is under ``Response``."""

    def __call__(self, action: str, /, **params: Any) -> dict[str, Any]: ...


class Teller:
    """A client with the names of the actions it was heard to call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.actions: set[str] = set()

    def __call__(self, action: str, /, **params: Any) -> dict[str, Any]:
        self.actions.add(action)
        return self._call(action, **params)


def network(call: Call) -> dict[str, str]:
    """Create a VPC with two subnets, rename and list them."""
    vpc = call("CreateVpc", VpcName="a", CidrBlock="172.17.0.0/16")["Vpc"]["VpcId"]
    call("ModifyVpcAttribute", VpcId=vpc, VpcName="lab", EnableMulticast="false")
    assert call("DescribeVpcs", VpcIds=[vpc])["VpcSet"][0]["VpcName"] == "lab"
    places = {"vpc": vpc}
    for name, block in (("web", "172.17.16.0/24"), ("spare", "172.17.17.0/24")):
        made = call("CreateSubnet", VpcId=vpc, SubnetName=name, CidrBlock=block, Zone=ZONE)
        places[name] = made["Subnet"]["SubnetId"]
    call("ModifySubnetAttribute", SubnetId=places["web"], SubnetName="pair")
    by_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    assert call("DescribeSubnets", Filters=by_vpc, Offset="0", Limit="100")["TotalCount"] == 2
    limits = call("DescribeVpcLimits", LimitTypes=["vpc-max-havips"])["VpcLimitSet"]
    assert limits[0]["LimitValue"] == 10
    assert call("DescribeZones")["TotalCount"] >= 1
    assert call("DescribeRegions")["TotalCount"] >= 1
    return places


def guard(call: Call) -> str:
    """Create a security group with a policy, and remove the policy."""
    group = call("CreateSecurityGroup", GroupName="vrrp", GroupDescription="heartbeats")
    group_id: str = group["SecurityGroup"]["SecurityGroupId"]
    rule = {"Protocol": "TCP", "Port": "80", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}
    rules = {"SecurityGroupId": group_id, "SecurityGroupPolicySet": {"Ingress": [rule]}}
    call("CreateSecurityGroupPolicies", **rules)
    told = call("DescribeSecurityGroupPolicies", SecurityGroupId=group_id)
    assert told["SecurityGroupPolicySet"]["Ingress"][0]["Port"] == "80"
    call("DeleteSecurityGroupPolicies", **rules)
    assert call("DescribeSecurityGroups", SecurityGroupIds=[group_id])["TotalCount"] == 1
    return group_id


def machines(call: Call, places: dict[str, str], group: str) -> list[str]:
    """Run two instances in a placement group."""
    spread = call("CreateDisasterRecoverGroup", Name="apart", Type="HOST")
    places["spread"] = spread["DisasterRecoverGroupId"]
    named = {"DisasterRecoverGroupId": places["spread"], "Name": "far apart"}
    call("ModifyDisasterRecoverGroupAttribute", **named)
    listed = call("DescribeDisasterRecoverGroups", DisasterRecoverGroupIds=[places["spread"]])
    assert listed["DisasterRecoverGroupSet"][0]["Name"] == "far apart"
    ids: list[str] = []
    for address in ("172.17.16.7", "172.17.16.13"):
        assert call("DescribeImages", ImageIds=["img-22trbn9x"])["TotalCount"] == 1
        made = call(
            "RunInstances",
            InstanceChargeType="POSTPAID_BY_HOUR",
            Placement={"Zone": ZONE},
            ImageId="img-22trbn9x",
            InstanceType="S5.MEDIUM2",
            VirtualPrivateCloud={
                "VpcId": places["vpc"],
                "SubnetId": places["web"],
                "PrivateIpAddresses": [address],
            },
            InstanceName="node",
            UserData="IyEvYmluL3No",
            DisasterRecoverGroupIds=[places["spread"]],
        )
        ids += made["InstanceIdSet"]
    call("ModifyInstancesAttribute", InstanceIds=ids[:1], InstanceName="first")
    call("AssociateSecurityGroups", SecurityGroupIds=[group], InstanceIds=ids)
    call("DisassociateSecurityGroups", SecurityGroupIds=[group], InstanceIds=ids)
    call("StopInstances", InstanceIds=ids[:1])
    call("StartInstances", InstanceIds=ids[:1])
    told = call("DescribeInstances", InstanceIds=ids)["InstanceSet"]
    assert {node["InstanceState"] for node in told} == {"RUNNING"}
    disks = call("DescribeDisks", DiskIds=[told[0]["SystemDisk"]["DiskId"]])["DiskSet"]
    assert [disk["InstanceId"] for disk in disks] == [told[0]["InstanceId"]]
    read = call("DescribeInstancesAttributes", Attributes=["UserData"], InstanceIds=ids)
    assert read["InstanceSet"][1]["Attributes"]["UserData"] == "IyEvYmluL3No"
    return ids


def interfaces(call: Call, places: dict[str, str], nodes: list[str]) -> None:
    """Create two network interfaces, move an address between them, delete them."""
    made = []
    for name in ("left", "right"):
        eni = call(
            "CreateNetworkInterface",
            VpcId=places["vpc"],
            SubnetId=places["spare"],
            NetworkInterfaceName=name,
            NetworkInterfaceDescription="",
        )
        made.append(eni["NetworkInterface"]["NetworkInterfaceId"])
    left, right = made
    call("ModifyNetworkInterfaceAttribute", NetworkInterfaceId=left, NetworkInterfaceName="l")
    call("AttachNetworkInterface", NetworkInterfaceId=left, InstanceId=nodes[0])
    address = [{"PrivateIpAddress": "172.17.17.77", "Primary": False}]
    task = call("AssignPrivateIpAddresses", NetworkInterfaceId=left, PrivateIpAddresses=address)
    assert call("DescribeVpcTaskResult", TaskId=task["RequestId"])["Status"] == "SUCCESS"
    call(
        "MigratePrivateIpAddress",
        SourceNetworkInterfaceId=left,
        DestinationNetworkInterfaceId=right,
        PrivateIpAddress="172.17.17.77",
    )
    told = call("DescribeNetworkInterfaces", NetworkInterfaceIds=[right])
    held = told["NetworkInterfaceSet"][0]["PrivateIpAddressSet"]
    assert "172.17.17.77" in [item["PrivateIpAddress"] for item in held]
    call(
        "UnassignPrivateIpAddresses",
        NetworkInterfaceId=right,
        PrivateIpAddresses=[{"PrivateIpAddress": "172.17.17.77"}],
    )
    call("DetachNetworkInterface", NetworkInterfaceId=left, InstanceId=nodes[0])
    for eni_id in made:
        call("DeleteNetworkInterface", NetworkInterfaceId=eni_id)


def havip(call: Call, places: dict[str, str], nodes: list[str]) -> str:
    """Create a HAVIP with a range of both nodes, and an EIP on it."""
    made = call(
        "CreateHaVip",
        VpcId=places["vpc"],
        SubnetId=places["web"],
        HaVipName="web",
        Vip="172.17.16.3",
        CheckAssociate=True,
    )["HaVip"]
    havip_id: str = made["HaVipId"]
    assert (made["Vip"], made["State"], made["AddressIp"]) == ("172.17.16.3", "UNBIND", "")
    used = call("DescribeUsedIpAddress", VpcId=places["vpc"], IpAddresses=["172.17.16.3"])
    assert [row["ResourceId"] for row in used["IpAddressStates"]] == [havip_id]
    members = [{"HaVipId": havip_id, "InstanceId": i, "InstanceType": "CVM"} for i in nodes]
    call("AssociateHaVipInstance", HaVipAssociationSet=members)
    call("DisassociateHaVipInstance", HaVipAssociationSet=members[1:])
    call("ModifyHaVipAttribute", HaVipId=havip_id, HaVipName="renamed")
    by_name = [{"Name": "havip-name", "Values": ["renamed"]}]
    found = call("DescribeHaVips", Filters=by_name, Offset=0, Limit=100)["HaVipSet"][0]
    assert [m["InstanceId"] for m in found["HaVipAssociationSet"]] == nodes[:1]
    assert found["CheckAssociate"] is True
    return havip_id


def address(call: Call, havip_id: str, node: str) -> None:
    """Bind an EIP to a HAVIP and to an instance, and give it back."""
    made = call("AllocateAddresses", AddressCount=1, AddressName="front")
    eip = made["AddressSet"][0]
    assert call("DescribeTaskResult", TaskId=int(made["TaskId"]))["Result"] == "SUCCESS"
    call("ModifyAddressAttribute", AddressId=eip, AddressName="door")
    wider = call("ModifyAddressesBandwidth", AddressIds=[eip], InternetMaxBandwidthOut=20)
    assert call("DescribeTaskResult", TaskId=int(wider["TaskId"]))["Result"] == "SUCCESS"
    told = call("DescribeAddresses", AddressIds=[eip])["AddressSet"][0]
    assert (told["AddressName"], told["AddressStatus"]) == ("door", "UNBIND")
    assert told["Bandwidth"] == 20
    call("HaVipAssociateAddressIp", HaVipId=havip_id, AddressIp=told["AddressIp"])
    bound = call("DescribeHaVips", HaVipIds=[havip_id])["HaVipSet"][0]
    assert bound["AddressIp"] == told["AddressIp"]
    by_eip = [{"Name": "resource.resource-id", "Values": [eip]}]
    assert call("DescribeBandwidthPackages", Filters=by_eip)["TotalCount"] == 0
    task = call("HaVipDisassociateAddressIp", HaVipId=havip_id)
    assert call("DescribeVpcTaskResult", TaskId=task["RequestId"])["Status"] == "SUCCESS"
    call("AssociateAddress", AddressId=eip, InstanceId=node)
    call("DisassociateAddress", AddressId=eip)
    call("ReleaseAddresses", AddressIds=[eip])
    assert call("DescribeAddresses", AddressIds=[eip])["AddressSet"] == []


def routes(call: Call, places: dict[str, str], havip_id: str) -> None:
    """Route a block to the HAVIP, in a table of its own."""
    table = call("CreateRouteTable", VpcId=places["vpc"], RouteTableName="by-havip")
    table_id = table["RouteTable"]["RouteTableId"]
    route = {"DestinationCidrBlock": "10.9.0.0/16", "GatewayType": "HAVIP", "GatewayId": havip_id}
    made = call("CreateRoutes", RouteTableId=table_id, Routes=[route])["RouteTableSet"]
    route_id = made[0]["RouteSet"][0]["RouteId"]
    other = {**route, "DestinationCidrBlock": "10.10.0.0/16", "RouteId": route_id}
    call("ReplaceRoutes", RouteTableId=table_id, Routes=[other])
    call("ReplaceRouteTableAssociation", RouteTableId=table_id, SubnetId=places["spare"])
    call("ModifyRouteTableAttribute", RouteTableId=table_id, RouteTableName="renamed")
    told = call("DescribeRouteTables", RouteTableIds=[table_id])["RouteTableSet"][0]
    assert told["RouteTableName"] == "renamed"
    assert told["AssociationSet"][0]["SubnetId"] == places["spare"]
    call(
        "DeleteRoutes", RouteTableId=table_id, Routes=[{"RouteId": told["RouteSet"][0]["RouteId"]}]
    )
    by_main = [
        {"Name": "vpc-id", "Values": [places["vpc"]]},
        {"Name": "association.main", "Values": ["true"]},
    ]
    main = call("DescribeRouteTables", Filters=by_main)["RouteTableSet"][0]["RouteTableId"]
    call("ReplaceRouteTableAssociation", RouteTableId=main, SubnetId=places["spare"])
    call("DeleteRouteTable", RouteTableId=table_id)


def tags(call: Call, havip_id: str) -> None:
    """Tag the HAVIP and find it by its tag."""
    name = f"qcs::vpc:ap-guangzhou:uin/:havip/{havip_id}"
    call("ModifyResourceTags", Resource=name, ReplaceTags=[{"TagKey": "app", "TagValue": "web"}])
    told = call(
        "DescribeResourceTagsByResourceIds",
        ServiceType="vpc",
        ResourcePrefix="havip",
        ResourceIds=[havip_id],
        ResourceRegion="ap-guangzhou",
        Offset=0,
        Limit=20,
    )
    assert told["Tags"][0]["TagValue"] == "web"
    wanted = [{"TagKey": "app", "TagValue": ["web"]}]
    assert call("GetResources", TagFilters=wanted)["ResourceTagMappingList"]
    assert call("DescribeResourcesByTags", TagFilters=wanted)["TotalCount"] == 1


def identity(call: Call) -> None:
    """Query the caller's identity, and act as a role."""
    assert call("GetCallerIdentity")["AccountId"] == "100000000001"
    role = "qcs::cam::uin/100000000001:roleName/havip"
    web = call(
        "AssumeRoleWithWebIdentity",
        ProviderId="ci",
        WebIdentityToken="header.claims.signature",
        RoleArn=role,
        RoleSessionName="tests",
    )
    assert web["Credentials"]["Token"]
    told = call("AssumeRole", RoleArn=role, RoleSessionName="tests", DurationSeconds=600)
    assert told["Credentials"]["Token"]


def farewell(
    call: Call, places: dict[str, str], nodes: list[str], havip_id: str, group: str
) -> None:
    """Delete everything, in the order that the rules allow."""
    member = [{"HaVipId": havip_id, "InstanceId": nodes[0], "InstanceType": "CVM"}]
    call("DisassociateHaVipInstance", HaVipAssociationSet=member)
    call("DeleteHaVip", HaVipId=havip_id)
    assert call("DescribeHaVips", HaVipIds=[havip_id])["HaVipSet"] == []
    call("TerminateInstances", InstanceIds=nodes)
    call("DeleteDisasterRecoverGroups", DisasterRecoverGroupIds=[places["spread"]])
    call("DeleteSecurityGroup", SecurityGroupId=group)
    for name in ("web", "spare"):
        call("DeleteSubnet", SubnetId=places[name])
    call("DeleteVpc", VpcId=places["vpc"])
    assert call("DescribeVpcs")["TotalCount"] == 0


@pytest.fixture
def story() -> Callable[[Call], set[str]]:
    """Run every action with a client; return the names of the actions that were called."""

    def tell(call: Call) -> set[str]:
        teller = Teller(call)
        places = network(teller)
        group = guard(teller)
        nodes = machines(teller, places, group)
        interfaces(teller, places, nodes)
        havip_id = havip(teller, places, nodes)
        address(teller, havip_id, nodes[1])
        routes(teller, places, havip_id)
        tags(teller, havip_id)
        identity(teller)
        farewell(teller, places, nodes, havip_id, group)
        return teller.actions

    return tell
