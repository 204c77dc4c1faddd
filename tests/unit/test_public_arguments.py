"""Arguments of public constructors are checked where they are given: one UsageError each."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

import havip
from havip import credentials, emulator, errors
from havip.emulator import Cloud, EmulatorServer, Fault, Settings, mock_havip
from havip.emulator.errors import ApiFailure
from havip.emulator.http.control_interface import handle_control
from havip.emulator.http.controls import Control
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest
from havip.keepalived import lb_pair
from havip.switch import switch_ip

ARN = "qcs::cam::uin/100000000001:roleName/ci"
WRONG: list[Any] = [
    "",
    "a\nb",
    -1,
    0.5,
    float("nan"),
    float("inf"),
    True,
    b"x",
    (3, 10),
    [],
    {},
    {"self": 1},
    object(),
    int,
    lambda: 0,
]
ROLE = {"role_arn": ARN, "session_name": "ci", "duration": 7200}
CONSTRUCTORS: Mapping[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "WebIdentity": (
        havip.WebIdentity,
        {**ROLE, "provider_id": "github", "token_file": "token", "session": None},
    ),
    "AssumedRole": (
        credentials.AssumedRole,
        {**ROLE, "source": None, "external_id": None, "session": None},
    ),
    "CvmRole": (credentials.CvmRole, {"role": None, "url": None, "clock": None, "timeout": 2.0}),
    "Credentials": (
        havip.Credentials,
        {"secret_id": "AKIDexample", "secret_key": "example", "token": None, "expires": None},
    ),
    "ProfileFile": (credentials.ProfileFile, {"profile": "default", "path": None}),
    "TccliProfile": (credentials.TccliProfile, {"profile": None, "session": None}),
    "FakeClock": (havip.FakeClock, {"start": None}),
    "Retry": (havip.Retry, {"deadline": 1.0, "first": 1.0, "longest": 1.0, "rules": {}}),
    "Cloud": (Cloud, {"settings": None, "keys": None}),
    "EmulatorServer": (
        EmulatorServer,
        {"cloud": None, "host": "127.0.0.1", "port": 0, "verify": "all", "tls": None},
    ),
    "mock_havip": (
        mock_havip,
        {"cloud": None, "settings": None, "clock": None, "verify": None},
    ),
    "Fault": (
        Fault,
        {"action": "", "nth": 1, "code": "InternalError", "latency": 0.0, "effect": "before"},
    ),
    "Settings": (Settings, {"task_delay": 0.0, "zones": (1,), "quotas": emulator.Quotas()}),
}
MEANT: Mapping[tuple[str, str], Callable[[Any], bool]] = {
    ("Retry", "rules"): lambda value: value == {},
    ("Retry", "deadline"): lambda value: value == 0.5,
    ("Retry", "first"): lambda value: value == 0.5,
    ("Retry", "longest"): lambda value: value == 0.5,
    ("CvmRole", "timeout"): lambda value: value == 0.5,
    ("FakeClock", "start"): lambda value: value == 0.5,
    ("Credentials", "expires"): lambda value: value in (-1, 0.5),
    ("Fault", "latency"): lambda value: value == 0.5,
    ("Fault", "action"): lambda value: value == "",
    ("Settings", "task_delay"): lambda value: value == 0.5,
    ("Settings", "zones"): lambda value: value == (3, 10),
    ("Settings", "quotas"): lambda value: value == {},
}


@pytest.mark.parametrize(
    ("name", "argument"), [(name, one) for name, (_, good) in CONSTRUCTORS.items() for one in good]
)
def test_a_wrong_argument_is_named_where_it_is_given(name: str, argument: str) -> None:
    build, good = CONSTRUCTORS[name]
    build(**good)
    kinds = (errors.UsageError, errors.CredentialError)
    for value in WRONG:
        if value.__class__ in (bool, int, float, str, bytes, dict, tuple) and MEANT.get(
            (name, argument), lambda _: False
        )(value):
            continue
        if "\n" in str(value) and argument in ("token_file", "path", "profile"):
            continue  # a name that a file can have
        with pytest.raises(kinds) as caught:
            build(**{**good, argument: value})
        told = str(caught.value)
        assert "\n" not in told
        assert argument in told or name in told, told
        assert len(told) < 400


CONVERTED: list[tuple[Callable[..., object], dict[str, Any]]] = [
    (Fault, {"latency": 1.0, "nth": True}),
    (Fault, {"latency": 1.0, "nth": "2"}),
    (Fault, {"latency": 1.0, "nth": 2.0}),
    (Fault, {"drop": "yes"}),
    (Fault, {"drop": 1}),
    (Fault, {"code": b"InternalError"}),
    (Settings, {"task_delay": "5"}),
    (Settings, {"daily_eip_quota": 0}),
    (Settings, {"zones": (1, "2")}),
    (Settings, {"quotas": {"havips_per_vpc": "9"}}),
    (lambda **values: Settings.of(values), {"quotas": {"havips_per_vpc": True}}),
    (emulator.Quotas, {"havips_per_vpc": 9.0}),
    (lambda **values: setattr(Settings(), "task_polls", values["task_polls"]), {"task_polls": "3"}),
    (havip.api.DescribeHaVips, {"limit": True}),
    (havip.api.DescribeHaVips, {"limit": "5"}),
    (havip.api.DescribeHaVips, {"limit": 5.0}),
    (havip.api.DescribeHaVips, {"ha_vip_ids": ["havip-1a2b3c4d", b"canary"]}),
    (havip.api.CreateHaVip, {"vpc_id": b"canary", "subnet_id": "s", "ha_vip_name": "n"}),
    (havip.api.ReleaseAddresses, {"address_ids": [b"canary"]}),
    (havip.api.Filter, {"name": "vpc-id", "values": [b"canary"]}),
]


@pytest.mark.parametrize(("build", "values"), CONVERTED)
def test_a_value_of_another_type_is_not_converted(
    build: Callable[..., object], values: dict[str, Any]
) -> None:
    with pytest.raises(errors.UsageError, match=r"^\w+: .*is of type \w+, not \w+$") as caught:
        build(**values)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("seed", {"number": "5"}),
        ("seed", {"number": True}),
        ("clock", {"resume": "yes"}),
        ("clock", {"advance": "5"}),
        ("transitions", {"task_polls": 2.0}),
        ("settings", {"task_delay": "1"}),
        ("settings", {"quotas": {"havips_per_vpc": True}}),
        ("limits", {"rates": {"CreateHaVip": "5"}}),
        ("faults", {"add": [{"latency": 1, "nth": "2"}]}),
    ],
)
def test_the_controls_convert_no_value_either(verb: str, arguments: dict[str, Any]) -> None:
    control = Control(Gateway(Cloud()))
    headers = [("Host", "127.0.0.1"), ("Content-Type", "application/json")]
    body = json.dumps(arguments).encode()
    raw = RawRequest("POST", f"/_havip/{verb}", headers, body)
    answer = handle_control(control, raw, "127.0.0.1")
    assert answer.status == 400, answer.body
    assert b"is of type" in answer.body


def test_numbers_of_tasks_and_seconds_and_lists_for_tuples_are_taken() -> None:
    settings = Settings(task_delay=5, zones=[1, 2])  # type: ignore[arg-type]
    assert (settings.task_delay, settings.zones) == (5.0, (1, 2))
    assert havip.api.Filter(name="vpc-id", values=("x",)).values == ["x"]  # type: ignore[arg-type]


def test_a_whole_number_has_a_span() -> None:
    for duration in (0, 43_201):
        with pytest.raises(errors.UsageError, match="1 to 43200"):
            havip.WebIdentity(ARN, "github", "token", duration=duration)
    with pytest.raises(errors.UsageError, match="0 to 65535"):
        EmulatorServer(port=65_536)


def test_a_wrong_credential_is_not_shown() -> None:
    with pytest.raises(errors.UsageError) as caught:
        havip.WebIdentity(ARN, "github", {"token": "canary-secret"})  # type: ignore[arg-type]
    assert "canary" not in str(caught.value)


async def never(_: object) -> bool:
    return False


class Never:
    async def __call__(self, _: object) -> bool:
        return False


USES: list[Callable[[Any], Any]] = [
    lambda client: client.for_region(3),
    lambda client: client.for_region(""),
    lambda client: client.with_options(timeout=(3, 10)),
    lambda client: client.with_options(retry=3),
    lambda client: client.with_options(task_timeout=float("nan")),
    lambda client: client.call(3),
    lambda client: client.call("DescribeVpcs", 3),
    lambda client: client.call("DescribeVpcs", {3: 4}),
    lambda client: client.call("DescribeVpcs", service=3),
    lambda client: client.call("DescribeVpcs", version=3),
    lambda client: client.call("X", service=["vpc"]),
    lambda client: client.call("X", version=["2017-03-12"]),
    lambda client: client.call("DescribeVpcs", timeout="x"),
    lambda client: client.send("x"),
    lambda client: list(client.pages(3)),
    lambda client: list(client.items(None)),
    lambda client: client.wait(havip.api.DescribeVpcs(), 3),
    lambda client: client.wait(havip.api.DescribeVpcs(), None),
    lambda client: client.wait(havip.api.DescribeVpcs(), never),
    lambda client: client.wait(havip.api.DescribeVpcs(), Never()),
    lambda client: client.wait(havip.api.DescribeVpcs(), partial(never)),
    lambda client: client.wait(havip.api.DescribeVpcs(), bool, error=never),
    lambda _: havip.Client("ap-guangzhou", on_attempt=never),  # type: ignore[arg-type]
    lambda _: havip.Client("ap-guangzhou", on_attempt=3),  # type: ignore[arg-type]
    lambda client: client.describe_ha_vips(limit="many"),
    lambda client: client.describe_ha_vips(self=1),
]


@pytest.mark.parametrize("number", range(len(USES)))
def test_a_wrong_argument_of_a_call_is_named_before_anything_is_sent(number: int) -> None:
    with mock_havip() as cloud, havip.Client("ap-guangzhou", retry=havip.Retry(0.0)) as client:
        with pytest.raises((errors.UsageError, TypeError)) as caught:
            USES[number](client)
        assert "\n" not in str(caught.value)
        assert not cloud.all_regions()


@pytest.mark.parametrize("value", [Cloud(), "x", 3, Settings()])
def test_the_mock_decorates_functions_alone(value: Any) -> None:
    with pytest.raises(errors.UsageError, match="cloud="):
        mock_havip(value)


HUGE = 10**400
ANYTHING = [*WRONG, "5", None, HUGE, 10**5000, "\ud800"]


def pair(**changed: Any) -> object:
    return lb_pair(**{
        "vip": "10.0.0.9", "nodes": ["10.0.0.1", "10.0.0.2"], "auth_pass": "x", **changed
    })  # fmt: skip


def of_client(use: Callable[[havip.Client, Any], object]) -> Callable[[Any], object]:
    return lambda value: use(havip.Client("ap-guangzhou", credentials=KEY, retry=ONCE), value)


KEY = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
ONCE = havip.Retry(0.0)
VIPS = "DescribeHaVips"
CALLS: Mapping[str, Callable[[Any], object]] = {
    "announce sender": lambda value: Cloud().announce(value, "10.0.0.8"),
    "announce vip": lambda value: Cloud().announce("ins-1a2b3c4d", value),
    "announce region": lambda value: Cloud().announce("ins-1a2b3c4d", "10.0.0.8", region=value),
    "release": lambda value: Cloud().release(value),
    "release account": lambda value: Cloud().release("10.0.0.8", account=value),
    "advance": lambda value: Cloud().clock.advance(value),
    "freeze": lambda value: Cloud().clock.freeze(value),
    "subscribe": lambda value: Cloud().subscribe(value),
    "load": lambda value: Cloud().load(value),
    "keys": lambda value: emulator.Keys(value),
    "for_region": of_client(lambda client, value: client.for_region(value)),
    "finish": of_client(lambda client, value: client.delete_ha_vip.finish(value)),
    "call service": of_client(lambda client, value: client.call("X", service=value)),
    "call version": of_client(lambda client, value: client.call("X", version=value)),
    "call filters": of_client(lambda client, value: client.call(VIPS, {"Filters": value})),
    "call filters intl": lambda value: havip.Client(
        "ap-guangzhou", site="intl", credentials=KEY, retry=ONCE
    ).call(VIPS, {"Filters": value}),
    "timeout": of_client(lambda client, value: client.with_options(timeout=value)),
    "expires": lambda value: havip.Credentials("AKIDexample", "example", expires=value),
    "switch to": of_client(lambda client, value: switch_ip(client, "10.0.0.8", value or "x")),
    **{
        f"lb_pair {name}": lambda value, name=name: pair(**{name: value})  # type: ignore[misc]
        for name in ("vip", "nodes", "auth_pass", "priority", "advert_int", "check", "subnet")
    },
}


@pytest.mark.parametrize("name", CALLS)
def test_no_argument_of_a_call_ends_in_an_error_of_python(name: str) -> None:
    with mock_havip():
        for value in [*ANYTHING, ["vpc"], [5], {"Name": "x"}, [{"Name": ["x"]}]]:
            with contextlib.suppress(errors.HavipError, ApiFailure):
                CALLS[name](value)
