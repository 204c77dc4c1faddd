"""The rig of the emulator's rules, asking a cloud through the client; and what it may ask."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import api
from havip.errors import (
    ApiError,
    AuthError,
    DeniedError,
    HavipError,
    QuotaError,
    ServiceError,
    SiteError,
    ThrottledError,
    TransportError,
)

HERE = Path(__file__).resolve().parent
EMULATOR = HERE.parent / "emulator"


def load(path: Path) -> ModuleType:
    """Load a file beside the tests, which is not a module that one can import by name."""
    name = f"havip_live_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig
    from tests.live.observed import Observed
else:
    Rig = load(EMULATOR / "rules" / "conftest.py").Rig

sweeping = load(HERE / "sweep.py")

LIVE = os.environ.get("HAVIP_LIVE") == "1"
MAY_BUY = not LIVE or os.environ.get("HAVIP_LIVE_EIP") == "1"

FREE = re.compile(
    r"Describe(?!ResourcesByTags|DisasterRecoverGroups|BandwidthPackages)\w+"
    r"|(Create|Modify|Delete)(Vpc|Subnet|HaVip|NetworkInterface|SecurityGroup)(Attribute|Policies)?"
    r"|(Create|Delete)RouteTable|(Create|Replace|Delete)Routes|ReplaceRouteTableAssociation"
    r"|(Assign|Unassign|Migrate)PrivateIpAddress(es)?"
    r"|(Associate|Disassociate)(HaVipInstance|Address)|HaVip(Associate|Disassociate)AddressIp"
    r"|ModifyResourceTags|ModifyAddressAttribute"
)
"""Actions allowed on a real account: they are free, and reach no further than they say."""
OWNED = {
    "DescribeVpcs",
    "DescribeSubnets",
    "DescribeHaVips",
    "DescribeRouteTables",
    "DescribeNetworkInterfaces",
    "DescribeInstances",
    "DescribeAddresses",
    "DescribeSecurityGroups",
}
"""Lists of which a test sees no more than what it made itself."""
NOT_ASKED = {
    r"rig\.(cloud|watch|away)\b|\bmany\(": "turns a knob of the emulator",
    r"2026-11-18": "knows what the time is",
    r"\.(instance|primary|announce)\(|RunInstances|TerminateInstances": "needs guests, which cost",
    r"AllocateAddresses|ReleaseAddresses": "applies for EIPs, which cost",
    r"AssumeRole|GetCallerIdentity|DisasterRecoverGroup|BandwidthPackages": "is not about HAVIPs",
}
"""Patterns in the text of a rule's test that keep it from a real account, and the reasons."""
TELL_NOTHING = (
    AuthError,
    DeniedError,
    ServiceError,
    SiteError,
    ThrottledError,
    TransportError,
)
"""Errors that are about the account or the moment, and say nothing of what is assumed."""


@dataclass
class Account:
    """Account of the tests, and the one EIP that they share."""

    client: havip.Client
    region: str
    zone: str
    observed: Observed
    eip_id: str = ""

    def eip(self) -> str:
        """Allocate the EIP, once for the whole run."""
        if not MAY_BUY:
            pytest.skip("needs an EIP, which costs: HAVIP_LIVE_EIP=1 allows one")
        if not self.eip_id:
            tag = api.Tag(key=sweeping.TAG, value=str(int(time.time())))
            made = self.client.allocate_addresses(
                address_name=sweeping.TAG, internet_max_bandwidth_out=1, tags=[tag]
            )
            self.eip_id = made.address_set[0]
        return self.eip_id

    def free_eip(self) -> None:
        """Unbind the EIP from what a test bound it to."""
        if self.eip_id:
            (eip,) = self.client.describe_addresses(address_ids=[self.eip_id]).address_set
            if eip.address_status != "UNBIND":
                self.client.disassociate_address(address_id=self.eip_id)

    def close(self) -> None:
        """Release the EIP."""
        if self.eip_id:
            (eip,) = self.client.describe_addresses(address_ids=[self.eip_id]).address_set
            sweeping.release(self.client, eip)


@dataclass(frozen=True)
class _Caller:
    region: str


class LiveRig(Rig):
    """The rig of the emulator's rules, asking through the client whatever cloud there is.

    It sees only what it made. What costs money, needs a guest or turns a knob of the emulator ends
    the test as not asked.

    Args:
        account: The account to test.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.client = account.client
        self.caller: Any = _Caller(account.region)
        self.last = ""
        self.calls: list[dict[str, Any]] = []
        self.groups: set[str] = set()
        self.vpcs: dict[str, None] = {}
        self._nonce = secrets.token_hex(4)
        self._has_eip = False

    def __repr__(self) -> str:
        return f"<LiveRig in {self.account.region}>"

    def __getattr__(self, name: str) -> Any:
        pytest.skip(f"rig.{name} is the emulator's alone")

    def do(self, action: str, **fields: Any) -> Any:
        """Call an action, and wait until its task has ended."""
        try:
            return self._send(action, **fields)
        except QuotaError as error:
            if LIVE:
                pytest.skip(f"the account has no room left: {error}")
            raise

    def refused(self, code: str, action: str, **fields: Any) -> str:
        """Check with which code a call is refused."""
        seen = self.code_of(action, **fields)
        assert seen == code, self.calls[-1]
        return str(self.calls[-1]["message"])

    def code_of(self, action: str, **fields: Any) -> str:
        """Return the code with which a call is rejected, or ``accepted``."""
        try:
            self._send(action, **fields)
        except ApiError as error:
            return error.code
        return "accepted"

    def subnet(self, vpc: Any = None, cidr_block: str = "10.0.0.0/24", **fields: Any) -> Any:
        return super().subnet(vpc, cidr_block, **{"zone": self.account.zone, **fields})

    def instance(self, subnet: Any, **fields: Any) -> str:
        pytest.skip("needs an instance, which costs")

    def announce(self, sender: str, havip: Any) -> Any:
        pytest.skip("needs a guest that announces")

    def eip(self, **fields: Any) -> Any:
        if self._has_eip or fields:
            pytest.skip("needs an EIP of its own, which costs")
        self._has_eip = True
        return self.read_eip(self.account.eip())

    def clean(self) -> None:
        """Delete what was made."""
        steps: list[Callable[[], Any]] = [
            *([self.account.free_eip] if self._has_eip else []),
            *(partial(sweeping.clear_vpc, self.client, vpc_id) for vpc_id in self.vpcs),
            *(partial(self._drop_group, group) for group in self.groups),
        ]
        for delete in steps:
            try:
                delete()
            except HavipError as error:
                self.account.observed.left.append(str(error))

    def _drop_group(self, group: str) -> None:
        if self.code_of("DescribeSecurityGroups", security_group_ids=[group]) == "accepted":
            self.client.delete_security_group(security_group_id=group)

    def _send(self, action: str, **fields: Any) -> Any:
        if not FREE.fullmatch(action):
            pytest.skip(f"{action} is not asked of a real account")
        request = getattr(api, action)(**self._marked(action, fields))
        call: dict[str, Any] = {"action": action, "params": request.to_wire()}
        self.calls.append(call)
        try:
            answer = self.client.send(request)
            self.last = call["request_id"] = answer.request_id
            self._remember(answer)
            getattr(self.client, _snake(action)).finish(answer)
        except HavipError as error:
            if isinstance(error, ApiError):
                call |= {"code": error.code, "message": error.message}
                call["request_id"] = error.request_id
            if LIVE and isinstance(error, TELL_NOTHING):
                pytest.skip(f"cannot tell: {error}")
            raise
        return self._seen(action, request, answer)

    def _marked(self, action: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Add the tag that the sweeper looks for, and make ClientTokens this run's own."""
        if action in ("CreateVpc", "CreateSecurityGroup"):
            stamp = {"key": sweeping.TAG, "value": str(int(time.time()))}
            fields = {**fields, "tags": [*(fields.get("tags") or ()), stamp]}
        token = fields.get("client_token")
        if token:
            rest = token if len(token) + 8 <= 64 else token[8:]
            fields = {**fields, "client_token": self._nonce + rest}
        return fields

    def _remember(self, answer: Any) -> None:
        if vpc := getattr(answer, "vpc", None):
            self.vpcs[vpc.vpc_id] = None
            vpc.tag_set = _without_mark(vpc.tag_set)
        if group := getattr(answer, "security_group", None):
            self.groups.add(group.security_group_id)

    def _seen(self, action: str, request: Any, answer: Any) -> Any:
        """Leave out of a list what this test did not make."""
        page = request.page
        if action not in OWNED:
            return answer
        rows = getattr(answer, page.items)
        mine = [row for row in rows if self._owns(row)]
        total = int(getattr(answer, page.total) or 0)
        if len(mine) < len(rows) and (total > len(rows) or request.offset or request.limit):
            pytest.skip("the region has things of others: their pages cannot be told apart")
        for row in mine:
            if hasattr(row, "tag_set"):
                row.tag_set = _without_mark(row.tag_set)
        changes = {page.items: mine, page.total: total - (len(rows) - len(mine))}
        return answer.model_copy(update=changes)

    def _owns(self, row: Any) -> bool:
        if (vpc_id := getattr(row, "vpc_id", None)) is not None:
            return vpc_id in self.vpcs
        if (group := getattr(row, "security_group_id", None)) is not None:
            return group in self.groups
        return self._has_eip and row.address_id == self.account.eip_id


def _snake(action: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", action).lower()


def _without_mark(tags: Any) -> Any:
    return [tag for tag in tags or () if tag.key != sweeping.TAG]


@cache
def rules() -> tuple[dict[str, FunctionType], dict[str, str]]:
    """Return the tests of the emulator's rules that any cloud can run, and why not the others."""
    asked: dict[str, FunctionType] = {}
    unasked: dict[str, str] = {}
    for file in sorted((EMULATOR / "rules").glob("test_rules_*.py")):
        for name, test in vars(load(file)).items():
            if name.startswith("test_") and isinstance(test, FunctionType):
                assert name not in asked, f"two rules have the test {name}"
                if why := _why_not(test):
                    unasked[name] = why
                else:
                    asked[name] = test
    return asked, unasked


def _why_not(test: Callable[..., Any]) -> str:
    wants = set(inspect.signature(test).parameters)
    if "rig" not in wants or wants & {"make_rig", "monkeypatch", "tmp_path"}:
        return "turns a knob of the emulator"
    text = inspect.getsource(test)
    return next((why for sign, why in NOT_ASKED.items() if re.search(sign, text)), "")
