"""The client for users: methods, wire form, logging, imports."""

from __future__ import annotations

import inspect
import logging
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import api, errors, ready
from havip._client.verb import Verb, verb_name

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud


# Verbs


def test_every_action_has_its_verb_and_every_verb_its_action() -> None:
    verbs = {name: value for name, value in vars(havip.Client).items() if isinstance(value, Verb)}

    assert sorted(verbs) == sorted(verb_name(action) for action in api.ACTIONS)
    for name, verb in verbs.items():
        assert verb_name(verb.request.__name__) == name
        assert api.find(verb.request.__name__) is verb.request


def test_the_verbs_stand_in_the_order_of_the_alphabet() -> None:
    verbs = [name for name, value in vars(havip.Client).items() if isinstance(value, Verb)]

    assert verbs == sorted(verbs)


def test_a_verb_sends_its_action_and_returns_the_model(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(HaVip={"HaVipId": "havip-1", "Vip": "10.0.0.3"}))

    answer = cloud.client().create_ha_vip(
        vpc_id="vpc-1", ha_vip_name="web", tags=[api.Tag(key="team", value="net")]
    )

    assert answer.ha_vip.vip == "10.0.0.3"
    assert cloud.seen[0].action == "CreateHaVip"
    assert cloud.seen[0].params["Tags"] == [{"Key": "team", "Value": "net"}]


def test_a_verb_carries_the_text_and_the_signature_of_its_action(cloud: FakeCloud) -> None:
    client = cloud.client()

    assert client.create_ha_vip.__doc__ == api.describe(api.CreateHaVip)
    assert havip.Client.create_ha_vip.__doc__ == api.describe(api.CreateHaVip)
    told = inspect.signature(client.create_ha_vip)
    assert [*told.parameters] == [*api.CreateHaVip.model_fields]
    assert told.parameters["vpc_id"].default is inspect.Parameter.empty
    assert told.parameters["vip"].default is None
    assert told.return_annotation is api.CreateHaVipResponse
    assert repr(client.create_ha_vip) == f"<verb create_ha_vip of {client!r}>"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"vpc_id": "vpc-1"}, "ha_vip_name is missing"),
        ({"vpc_id": "vpc-1", "ha_vip_nme": "x"}, "ha_vip_nme is not known: ha_vip_name?"),
        ({"vpc_id": "vpc-1", "ha_vip_name": "x", "zz": 1}, "zz is not known"),
        ({"vpc_id": ["secret"], "ha_vip_name": "x"}, "vpc_id: Input should be a valid string"),
        (
            {"vpc_id": "vpc-1", "ha_vip_name": "x", "tags": [{"key": []}]},
            "tags.0.key: Input should be a valid string",
        ),
    ],
)
def test_wrong_parameters_are_told_on_one_line(
    cloud: FakeCloud, arguments: dict[str, Any], text: str
) -> None:
    verb: Any = cloud.client().create_ha_vip

    with pytest.raises(errors.UsageError) as caught:
        verb(**arguments)

    assert str(caught.value).startswith("CreateHaVip: ")
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert cloud.seen == []


def test_parameters_by_position_are_refused(cloud: FakeCloud) -> None:
    verb: Any = cloud.client().create_ha_vip

    with pytest.raises(errors.UsageError, match="by name"):
        verb("vpc-1", "web")


@pytest.mark.parametrize("verb", ["send", "pages", "wait"])
@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("DescribeHaVips", "give api.DescribeHaVips(…), or use client.call('DescribeHaVips', {…})"),
        (api.DescribeHaVips, "give api.DescribeHaVips(…)"),
        ({"Limit": 1}, "give a request, such as api.DescribeHaVips()"),
        (None, "give a request, such as api.DescribeHaVips()"),
    ],
)
def test_the_error_for_other_types_than_requests_says_what_to_pass(
    cloud: FakeCloud, verb: str, given: Any, text: str
) -> None:
    more = (ready.held(),) if verb == "wait" else ()
    with pytest.raises(errors.UsageError) as caught:
        list(getattr(cloud.client(), verb)(given, *more))
    assert str(caught.value).startswith(f"{verb} expects a request instance, got ")
    assert str(caught.value).endswith(f": {text}")
    assert cloud.seen == []


# The wire form


def test_call_takes_and_gives_the_wire_form(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(Something=[1]))

    answer = cloud.client().call("DescribeSomething", {"Limit": 5, "Offset": None})

    assert answer == {"Something": [1], "RequestId": "req-1"}
    assert cloud.seen[0].params == {"Limit": 5}


def test_call_knows_the_service_of_an_action(cloud: FakeCloud) -> None:
    client = cloud.client()

    client.call("DescribeZones")
    client.call("DescribeSomething")
    client.call("DescribeZones", service="vpc")  # an explicit service is not checked

    assert [seen.url for seen in cloud.seen] == [
        "https://cvm.tencentcloudapi.com/",
        "https://vpc.tencentcloudapi.com/",
        "https://vpc.tencentcloudapi.com/",
    ]


def test_call_reaches_other_services(cloud: FakeCloud) -> None:
    client = cloud.client()

    client.call("DescribeZones", service="cvm")
    client.call("DescribeLoadBalancers", service="clb", version="2018-03-17")

    assert [seen.url for seen in cloud.seen] == [
        "https://cvm.tencentcloudapi.com/",
        "https://clb.tencentcloudapi.com/",
    ]
    assert cloud.seen[1].headers["X-TC-Version"] == "2018-03-17"
    with pytest.raises(errors.UsageError, match="version of the service 'clb' is not known"):
        client.call("DescribeLoadBalancers", service="clb")


@pytest.mark.parametrize(
    ("action", "params", "options"),
    [
        ("Describe HaVips", {}, {}),
        ("X\r\nEvil: 1", {}, {}),
        ("", {}, {}),
        ("DescribeHaVips", {"Limit": {1}}, {}),
        ("DescribeHaVips", {"Limit": float("nan")}, {}),
        ("DescribeHaVips", {}, {"service": "vpc/..", "version": "2017-03-12"}),
        ("DescribeHaVips", {}, {"version": "2017"}),
    ],
)
def test_call_refuses_what_cannot_be_sent(
    cloud: FakeCloud, action: str, params: dict[str, Any], options: dict[str, Any]
) -> None:
    with pytest.raises(errors.UsageError) as caught:
        cloud.client().call(action, params, **options)

    assert "\n" not in str(caught.value)
    assert cloud.seen == []


# Logging, imports and clocks


def test_creating_a_client_does_no_io(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("something was read")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("os.stat", refuse)
    monkeypatch.setattr("socket.socket", refuse)

    client = havip.Client()

    assert repr(client) == "<havip.Client region of the environment, site china>"
    assert repr(havip.Client("ap-tokyo")) == "<havip.Client region ap-tokyo, site china>"


def test_the_log_shows_calls_and_no_secret(
    cloud: FakeCloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "havip")
    key = havip.Credentials("AKIDsecretid00000000", "secretkey", token="secrettoken")
    cloud.will(
        cloud.failure("RequestLimitExceeded"),
        cloud.success(
            Credentials={"Token": "newtoken", "TmpSecretId": "id", "TmpSecretKey": "newkey"},
            ExpiredTime=1,
        ),
    )
    client = cloud.client(credentials=key)

    client.assume_role(role_arn="arn", role_session_name="me")
    client.call("RunInstances", {"UserData": "c2VjcmV0", "LoginSettings": {"Password": "hunter2"}})
    cloud.will(cloud.reply(b"no json: hunter3"))
    with pytest.raises(errors.BadAnswerError):
        client.modify_ha_vip_attribute(ha_vip_id="havip-1", ha_vip_name="web")

    text = caplog.text
    assert "AssumeRole: RequestLimitExceeded; again in" in text
    assert "RunInstances: to cvm.tencentcloudapi.com, ap-guangzhou, attempt 1" in text
    for secret in ("secretkey", "secrettoken", "newtoken", "newkey", "c2VjcmV0", "hunter", "TC3"):
        assert secret not in text


def test_all_public_names_are_there_and_no_more() -> None:
    assert havip.__all__ == sorted(havip.__all__)
    for name in havip.__all__:
        assert getattr(havip, name) is not None
    assert dir(havip) == havip.__all__
    assert {"CreateHaVip", "CreateHaVipResponse", "HaVip", "find"} <= {*dir(api)}
    assert not {"TYPE_CHECKING", "annotations", "import_module", "Iterator"} & {*dir(api)}
    with pytest.raises(AttributeError, match="has no attribute 'Clinet'"):
        _ = havip.Clinet  # type: ignore[attr-defined]


@pytest.mark.process
def test_importing_havip_loads_no_other_package() -> None:
    program = (
        "import sys, havip; havip.Client, havip.ready, havip.credentials;"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('pulumi', 'pulumi_havip', 'aiohttp', 'responses', 'typer', 'grpc')"
        " or name.startswith(('havip.emulator', 'havip.cli.', 'havip.lab', 'havip.keepalived',"
        " 'havip.api.vpc', 'havip.api.cvm'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_fake_clock_moves_when_it_is_told() -> None:
    clock = havip.FakeClock(start=100.0)

    clock.sleep(5.0)
    clock.advance(10.0)

    assert clock.time() == clock.monotonic() == 115.0
    assert clock.slept == [5.0]
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1.0)


def test_the_real_clock_sleeps() -> None:
    clock = havip.SystemClock()
    begun = clock.monotonic()

    clock.sleep(0.001)
    clock.sleep(-1.0)

    assert clock.monotonic() >= begun
    assert clock.time() > 1_600_000_000
