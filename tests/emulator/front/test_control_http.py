"""The controls, in Python and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from havip.emulator.cloud import Cloud
from havip.emulator.http.control_interface import handle_control
from havip.emulator.http.controls import Control
from havip.emulator.http.faults import Fault
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest

if TYPE_CHECKING:
    from tests.emulator.front.conftest import Ask, CodeOf, NewRequest, SettableClock

pytestmark = pytest.mark.evidence("assumed")

HERE: Mapping[str, str] = {"Host": "127.0.0.1:8765", "Content-Type": "application/json"}
Tell = Callable[..., Any]


@pytest.fixture
def control(gateway: Gateway) -> Control:
    return Control(gateway)


@pytest.fixture
def tell(control: Control) -> Tell:
    """Send a control request and return status and answer."""

    def send(
        verb: str,
        body: Any = None,
        *,
        peer: str = "127.0.0.1",
        method: str = "POST",
        **headers: str | None,
    ) -> tuple[int, Any]:
        given = {**HERE, **{name.replace("_", "-"): value for name, value in headers.items()}}
        kept = [(name, value) for name, value in given.items() if value is not None]
        content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        raw = RawRequest(method, f"/_havip/{verb}", kept, content)
        answer = handle_control(control, raw, peer)
        return answer.status, json.loads(answer.body)

    return send


def make(ask: Any, name: str = "a") -> dict[str, Any]:
    made: dict[str, Any] = ask("CreateVpc", {"VpcName": name, "CidrBlock": "10.0.0.0/16"})
    return made


def count(ask: Any) -> int:
    return int(ask("DescribeVpcs")["TotalCount"])


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "LOCALHOST:1", "[::1]:8765"])
def test_this_machine_may_use_the_controls(peer: str, host: str, tell: Tell) -> None:
    status, answer = tell("status", peer=peer, Host=host)
    assert status == 200
    assert answer["services"] == ["cbs", "cvm", "sts", "tag", "vpc"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"peer": "192.0.2.7"}, 403),
        ({"peer": ""}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:8765"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": "192.0.2.7"}, 403),
        ({"Host": ""}, 403),
        ({"Host": None}, 403),
        ({"Host": "127.0.0.1@evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:8765"}, 403),
        ({"Origin": "null"}, 403),
        ({"method": "GET"}, 405),
        ({"method": "OPTIONS"}, 405),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": None}, 415),
    ],
)
def test_other_machines_may_not(change: dict[str, Any], status: int, tell: Tell, ask: Ask) -> None:
    make(ask)
    assert tell("reset", **change)[0] == status
    assert count(ask) == 1


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("nothing", {}),
        ("", {}),
        ("reset/", {}),
        ("reset", {"what": 1}),
        ("reset", b"[]"),
        ("reset", b"{"),
        ("reset", b"\xff"),
        ("reset", b"[" * 100_000),
        ("clock", {"advance": "soon"}),
        ("faults", {"add": [{}]}),
        ("faults", {"add": [{"code": "a", "drop": True}]}),
        ("faults", {"add": [{"code": "not a code"}]}),
        ("faults", {"add": [{"drop": True, "nth": 0}]}),
        ("limits", {"rates": {"CreateVpc": "many"}}),
        ("transitions", {"task_delay": -1}),
        ("settings", {"colour": "red"}),
        ("settings", {"quotas": {"castles": 1}}),
        ("load", {"rows": [["1"]]}),
        ("load", {"rows": [["1", "ap-guangzhou", "castle", "a", 1, "{}"]]}),
        ("load", {"rows": [["1", "ap-guangzhou", "vpc", "a", 1, "{"]]}),
    ],
)
def test_an_invalid_control_request_changes_nothing(
    verb: str, body: Any, tell: Tell, ask: Any, cloud: Cloud
) -> None:
    make(ask)
    before, settings = cloud.dump(), cloud.settings
    status, answer = tell(verb, body)
    assert 400 <= status < 500
    assert answer["error"]
    assert "\n" not in answer["error"]
    assert (cloud.dump(), cloud.settings) == (before, settings)


def test_reset_empties_everything(tell: Tell, ask: Ask, control: Control) -> None:
    make(ask)
    control.faults.add(Fault(action="CreateVpc", drop=True))
    control.limits.on = True
    assert tell("reset") == (200, {})
    assert count(ask) == 0
    assert not control.faults.orders
    assert not control.limits.on


def test_a_dump_can_be_loaded_elsewhere(tell: Tell, ask: Ask, cloud: Cloud) -> None:
    made = make(ask)["Vpc"]["VpcId"]
    rows = tell("dump")[1]["rows"]
    tell("reset")
    assert tell("load", {"rows": rows})[0] == 200
    assert ask("DescribeVpcs")["VpcSet"][0]["VpcId"] == made
    other = Cloud()
    Control(Gateway(other)).load(cloud.dump())
    assert other.dump() == cloud.dump()


def test_a_seed_makes_ids_repeat(tell: Tell, ask: Ask) -> None:
    seen = []
    for rounds in range(2):
        for _ in range(rounds + 1):  # another past each time
            make(ask)
        tell("reset")
        tell("seed", {"number": 42})
        seen.append(make(ask)["Vpc"]["VpcId"])
    assert seen[0] == seen[1]


def test_keys_come_and_go(
    tell: Tell, signed_request: NewRequest, code_of: CodeOf, cloud: Cloud
) -> None:
    soon = int(cloud.clock.time()) + 60
    keys = ["AKIDone:first", f"AKIDtwo:second:100000000002:{soon}", f"AKIDthree:third::{soon}"]
    status, told = tell("keys", {"add": keys})
    assert status == 200
    assert {key["id"]: (key["account"], key["expires"]) for key in told["keys"]} == {
        "AKIDEXAMPLE": ("100000000001", None),
        "AKIDone": ("100000000001", None),
        "AKIDtwo": ("100000000002", soon),
        "AKIDthree": ("100000000001", soon),
    }
    assert "second" not in json.dumps(told)
    two = signed_request(secret_id="AKIDtwo", secret_key="second")
    assert code_of(two) == ""
    cloud.clock.advance(60)
    assert code_of(two) == "AuthFailure.SecretIdNotFound"
    tell("keys", {"remove": ["AKIDone"]})
    assert code_of(signed_request(secret_id="AKIDone", secret_key="first")) != ""
    assert tell("keys", {"add": ["AKIDfour:fourth", "no key"]})[0] == 400
    assert code_of(signed_request(secret_id="AKIDfour", secret_key="fourth")) != ""


def test_holders_move_by_announcement(tell: Tell, ask: Ask) -> None:
    vpc = make(ask)["Vpc"]["VpcId"]
    zone = "ap-guangzhou-3"
    wanted = {"VpcId": vpc, "SubnetName": "a", "CidrBlock": "10.0.1.0/24", "Zone": zone}
    place = {"VpcId": vpc, "SubnetId": ask("CreateSubnet", wanted)["Subnet"]["SubnetId"]}
    ask("CreateHaVip", {**place, "HaVipName": "a", "Vip": "10.0.1.9"})
    machine = {"Placement": {"Zone": zone}, "ImageId": "img-22trbn9x", "VirtualPrivateCloud": place}
    host = {"service": "cvm", "host": "cvm.tencentcloudapi.com"}
    node = ask("RunInstances", machine, **host)["InstanceIdSet"][0]
    status, told = tell("announce", {"sender": node, "vip": "10.0.1.9"})
    assert (status, told["accepted"], told["reason"]) == (200, True, "moved")
    assert ask("DescribeHaVips")["HaVipSet"][0]["InstanceId"] == node
    assert tell("release", {"vip": "10.0.1.9"}) == (200, {})
    assert ask("DescribeHaVips")["HaVipSet"][0]["InstanceId"] == ""
    assert tell("announce", {"sender": "ins-00000000", "vip": "10.0.1.9"})[0] == 409


def test_the_clock_freezes_advances_and_runs_on(tell: Tell, watch: SettableClock) -> None:
    began = watch.now
    assert tell("clock", {"freeze": True}) == (200, {"time": began, "frozen": True})
    watch.now += 100
    assert tell("clock", {"advance": 5})[1]["time"] == began + 5
    assert tell("clock", {"resume": True})[1] == {"time": began + 5, "frozen": False}
    watch.now += 1
    assert tell("clock")[1]["time"] == began + 6
    assert tell("clock", {"freeze": 1000.5, "advance": 1})[1]["time"] == 1001.5


def test_settings_change_one_by_one(tell: Tell, ask: Ask, cloud: Cloud) -> None:
    assert tell("transitions", {"task_delay": 2.5})[1]["task_delay"] == 2.5
    tell("settings", {"quotas": {"vpcs_per_region": 1}})
    assert cloud.settings.task_delay == 2.5
    assert cloud.settings.quotas.havips_per_vpc == 10
    make(ask)
    assert make(ask, "b")["Error"]["Code"] == "LimitExceeded"


def test_a_fault_strikes_at_the_call_it_was_ordered_for(tell: Tell, ask: Ask) -> None:
    order = {"action": "CreateVpc", "nth": 2, "times": 2, "code": "InternalError.ModuleError"}
    told = tell("faults", {"add": [order]})[1]["faults"]
    assert told[0]["hits"] == 0
    codes = []
    for name in "abcd":
        assert count(ask) >= 0  # other actions are not counted
        codes.append(make(ask, name).get("Error", {}).get("Code", ""))
    assert codes == ["", "InternalError.ModuleError", "InternalError.ModuleError", ""]
    assert count(ask) == 2
    assert tell("faults")[1] == {"faults": []}


def test_a_fault_after_the_effect_hides_what_was_done(ask: Ask, control: Control) -> None:
    control.faults.add(Fault(code="InternalError", effect="after", action="CreateVpc"))
    assert make(ask)["Error"]["Code"] == "InternalError"
    assert count(ask) == 1


def test_a_permanent_fault_ends_when_cleared(tell: Tell, ask: Ask) -> None:
    tell("faults", {"add": [{"code": "RequestLimitExceeded", "times": None}]})
    assert {ask("DescribeVpcs")["Error"]["Code"] for _ in range(3)} == {"RequestLimitExceeded"}
    tell("faults", {"clear": True})
    assert count(ask) == 0


def test_faults_queue_up(ask: Ask, control: Control) -> None:
    for code in ("InternalError", "ResourceInsufficient"):
        control.faults.add(Fault(action="DescribeVpcs", code=code))
    codes = [ask("DescribeVpcs").get("Error", {}).get("Code", "") for _ in range(3)]
    assert codes == ["InternalError", "ResourceInsufficient", ""]


def test_a_failed_signature_does_not_count_as_a_call(
    signed_request: NewRequest, code_of: CodeOf, control: Control
) -> None:
    control.faults.add(Fault(code="InternalError"))
    assert code_of(signed_request(secret_key="x")) == "AuthFailure.SignatureFailure"
    assert code_of(signed_request()) == "InternalError"


def test_rates_are_kept_on_demand(tell: Tell, ask: Ask, cloud: Cloud) -> None:
    cloud.clock.freeze()

    def refused(calls: int) -> int:
        codes = [ask("DescribeHaVips").get("Error", {}).get("Code") for _ in range(calls)]
        return codes.count("RequestLimitExceeded")

    assert refused(50) == 0
    tell("limits", {"on": True})
    assert refused(25) == 5
    other = ask("DescribeHaVips", more={"X-TC-Region": "ap-shanghai"})
    assert "Error" not in other
    cloud.clock.advance(1)
    assert refused(20) == 0
    tell("limits", {"rates": {"DescribeHaVips": 2}})
    cloud.clock.advance(1)
    assert refused(3) == 1
    tell("limits", {"on": False})
    assert refused(50) == 0


def test_the_request_log_tells_and_hides(
    tell: Tell, ask: Ask, signed_request: NewRequest, code_of: CodeOf
) -> None:
    make(ask)
    code_of(signed_request(secret_key="wrong"))
    secret = {"LoginSettings": {"Password": "hunter2"}, "UserData": "aHVudGVyMg=="}
    ask("RunInstances", secret, service="cvm", host="cvm.tencentcloudapi.com")
    told = tell("requests", {"clear": True})[1]["requests"]
    assert [entry["action"] for entry in told] == ["CreateVpc", "", "RunInstances"]
    assert told[0]["params"]["VpcName"] == "a"
    assert told[1]["code"] == "AuthFailure.SignatureFailure"
    assert told[1]["account"] == ""
    assert told[2]["params"]["UserData"] == "(hidden)"
    assert "hunter2" not in json.dumps(told)
    assert "aHVudGVyMg" not in json.dumps(told)
    assert tell("requests")[1] == {"requests": []}


@pytest.mark.parametrize("effect", ["before", "after"])
def test_what_a_fault_struck_is_in_the_log(ask: Ask, control: Control, effect: Any) -> None:
    control.faults.add(Fault(code="RequestLimitExceeded", effect=effect))
    make(ask)
    (entry,) = control.requests
    assert (entry.code, entry.params["VpcName"]) == ("RequestLimitExceeded", "a")


def test_what_was_called_too_often_is_in_the_log(ask: Ask, control: Control) -> None:
    control.cloud.clock.freeze()
    control.limits.on, control.limits.rates["CreateVpc"] = True, 1
    make(ask, "a")
    make(ask, "b")
    told = [(entry.code, entry.params["VpcName"]) for entry in control.requests]
    assert told == [("", "a"), ("RequestLimitExceeded", "b")]
