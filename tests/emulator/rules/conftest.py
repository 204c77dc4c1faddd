"""Fixtures for the emulator's rules: a cloud with a frozen clock, and a caller."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from havip import api
from havip.emulator import ApiFailure, Caller, Cloud, Settings
from havip.emulator.rules.holders import Announcement

NOW = 1_795_000_000.0
"""2026-11-18 11:06:40 UTC, which is 19:06:40 in Shanghai."""
COMMON = {
    "InvalidAction",
    "InvalidParameter",
    "InvalidParameterValue",
    "MissingParameter",
    "ResourceInUse",
    "ResourceInsufficient",
    "ResourceNotFound",
    "LimitExceeded",
    "UnknownParameter",
    "UnsupportedOperation",
    "UnsupportedRegion",
}
"""Codes that any action may answer, by the page of common errors."""
REPORTED = {"DesOperation.MutexTaskRunning", "OperationDenied.MutexTaskRunning"}
"""Codes that the real cloud was seen to answer, although no page has them."""


@dataclass
class Watch:
    """A clock that a test sets."""

    now: float = NOW

    def time(self) -> float:
        return self.now


@dataclass
class Rig:
    """A cloud and someone who calls it, with short ways to what most tests need."""

    cloud: Cloud
    watch: Watch
    caller: Caller = field(
        default_factory=lambda: Caller(account="100000000001", region="ap-guangzhou")
    )
    _calls: Any = field(default_factory=lambda: itertools.count(1))
    last: str = ""
    """The request id of the last call."""

    def do(self, action: str, **fields: Any) -> Any:
        """Call an action with the Python names of its fields."""
        self.last = f"request-{next(self._calls)}"
        caller = replace(self.caller, request_id=self.last)
        return self.cloud.call(caller, getattr(api, action)(**fields))

    def refused(self, code: str, action: str, **fields: Any) -> str:
        """Check that a call is refused with a documented code and changes nothing."""
        before = self.cloud.dump()
        with pytest.raises(ApiFailure) as caught:
            self.do(action, **fields)
        assert caught.value.code == code, str(caught.value)
        assert self.cloud.dump() == before
        documented = {*getattr(api, action).errors, *COMMON, *REPORTED}
        assert code in documented, f"{code} is not documented for {action}"
        return caught.value.message

    def away(self, **changes: str) -> Rig:
        """The same cloud for another account or in another region."""
        return replace(self, caller=replace(self.caller, **changes))

    def vpc(self, cidr_block: str = "10.0.0.0/16", **fields: Any) -> Any:
        fields = {"vpc_name": "net", "cidr_block": cidr_block, **fields}
        return self.do("CreateVpc", **fields).vpc

    def subnet(self, vpc: Any = None, cidr_block: str = "10.0.0.0/24", **fields: Any) -> Any:
        vpc = vpc or self.vpc()
        fields = {"zone": f"{self.caller.region}-3", "subnet_name": "sub", **fields}
        return self.do("CreateSubnet", vpc_id=vpc.vpc_id, cidr_block=cidr_block, **fields).subnet

    def havip(self, subnet: Any = None, **fields: Any) -> Any:
        subnet = subnet or self.subnet()
        fields = {"ha_vip_name": "web", **fields}
        return self.do(
            "CreateHaVip", vpc_id=subnet.vpc_id, subnet_id=subnet.subnet_id, **fields
        ).ha_vip

    def instance(self, subnet: Any, **fields: Any) -> str:
        network = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id}
        fields = {"virtual_private_cloud": network, **fields}
        answer = self.do("RunInstances", **fields)
        return str(answer.instance_id_set[0])

    def eni(self, subnet: Any, on: str = "", **fields: Any) -> str:
        """Create a secondary interface, and attach it to an instance if one is named."""
        fields = {"network_interface_name": "eth1", **fields}
        made = self.do(
            "CreateNetworkInterface", vpc_id=subnet.vpc_id, subnet_id=subnet.subnet_id, **fields
        ).network_interface.network_interface_id
        if on:
            self.do("AttachNetworkInterface", network_interface_id=made, instance_id=on)
        return str(made)

    def primary(self, instance_id: str) -> Any:
        """Read the primary interface of an instance."""
        filters = [
            {"name": "attachment.instance-id", "values": [instance_id]},
            {"name": "is-primary", "values": ["true"]},
        ]
        return self.do("DescribeNetworkInterfaces", filters=filters).network_interface_set[0]

    def eip(self, **fields: Any) -> Any:
        (made,) = self.do("AllocateAddresses", **fields).address_set
        return self.read_eip(made)

    def bind(self, havip: Any, eip: Any) -> None:
        self.do("HaVipAssociateAddressIp", ha_vip_id=havip.ha_vip_id, address_ip=eip.address_ip)

    def allow(self, havip: Any, *members: str, kind: str | None = None) -> None:
        """Add members to the range of a HAVIP."""
        self.do("AssociateHaVipInstance", ha_vip_association_set=ties(havip, *members, kind=kind))

    def announce(self, sender: str, havip: Any) -> Announcement:
        return self.cloud.announce(
            sender, havip.ha_vip_id, region=self.caller.region, account=self.caller.account
        )

    def read_havip(self, havip: Any) -> Any:
        return self.do("DescribeHaVips", ha_vip_ids=[havip.ha_vip_id]).ha_vip_set[0]

    def read_eip(self, address_id: str) -> Any:
        return self.do("DescribeAddresses", address_ids=[address_id]).address_set[0]

    def read_eni(self, interface_id: str) -> Any:
        answer = self.do("DescribeNetworkInterfaces", network_interface_ids=[interface_id])
        return answer.network_interface_set[0]

    def read_instance(self, instance_id: str) -> Any:
        return self.do("DescribeInstances", instance_ids=[instance_id]).instance_set[0]

    def names(self, **filters: str | list[str]) -> list[str]:
        """List the names of the HAVIPs that filters find."""
        wanted = [
            {
                "name": name.replace("__", ".").replace("_", "-"),
                "values": [value] if isinstance(value, str) else value,
            }
            for name, value in filters.items()
        ]
        answer = self.do("DescribeHaVips", filters=wanted)
        assert answer.total_count == len(answer.ha_vip_set)
        return [row.ha_vip_name for row in answer.ha_vip_set]


def ties(havip: Any, *members: str, kind: str | None = None) -> list[dict[str, str | None]]:
    """Write the items of a HaVipAssociationSet."""
    return [
        {"ha_vip_id": havip.ha_vip_id, "instance_id": member, "instance_type": kind}
        for member in members
    ]


MakeRig = Callable[..., Rig]


@pytest.fixture
def make_rig() -> MakeRig:
    """Return a factory of clouds with settings of their own."""

    def make(**settings: Any) -> Rig:
        watch = Watch()
        return Rig(Cloud(watch, Settings(**{"seed": 7, **settings})), watch)

    return make


@pytest.fixture
def rig(make_rig: MakeRig) -> Rig:
    """A cloud as it is by default, with a seed."""
    return make_rig()
