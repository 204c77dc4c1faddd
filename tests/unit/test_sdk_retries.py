"""When a call is retried, and when it must not be."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

import havip
from havip import api, errors
from havip._transport.retry import RULES, Kind, Retry

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud


def refused() -> Exception:
    """Return the exception of `requests` when nobody listens: nothing was sent."""
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except OSError as cause:
        inner = NewConnectionError(None, "refused")  # type: ignore[arg-type]
        inner.__cause__ = cause
    return requests.ConnectionError(MaxRetryError(None, "/", inner))  # type: ignore[arg-type]


def lost() -> Exception:
    """Return the exception of `requests` when the connection breaks after sending."""
    reset = ConnectionResetError(104, "Connection reset by peer")
    return requests.ConnectionError(ProtocolError("Connection aborted.", reset))


READ = api.DescribeHaVips()
TOKEN = api.CreateHaVip(vpc_id="vpc-1", ha_vip_name="web")
CHANGE = api.ModifyHaVipAttribute(ha_vip_id="havip-1", ha_vip_name="web")
MADE = {"Response": {"HaVip": {"HaVipId": "havip-1"}, "TotalCount": 1, "RequestId": "r"}}


@pytest.mark.parametrize("request_", [READ, TOKEN, CHANGE], ids=["read", "token", "change"])
@pytest.mark.parametrize(
    "code",
    [
        "RequestLimitExceeded",
        "RequestLimitExceeded.UinLimitExceeded",
        "UnsupportedOperation.MutexOperationTaskRunning",
    ],
)
def test_throttling_is_always_repeated(
    cloud: FakeCloud, request_: api.Request[Any], code: str
) -> None:
    cloud.will(*[cloud.failure(code)] * 9, MADE)

    cloud.client().send(request_)

    assert len(cloud.seen) == 10
    assert len(cloud.clock.slept) == 9
    assert all(0.1 <= pause <= 5.0 for pause in cloud.clock.slept)
    assert cloud.clock.slept[-1] >= 2.5


@pytest.mark.parametrize("request_", [READ, TOKEN, CHANGE], ids=["read", "token", "change"])
@pytest.mark.parametrize(
    "code",
    [
        "LimitExceeded",
        "LimitExceeded.TagQuota",
        "ResourceInUse",
        "InvalidParameterValue.Duplicate",
        "UnsupportedOperation",
        "AuthFailure.SignatureExpire",
        "FailedOperation",
        "SomethingNew",
    ],
)
def test_permanent_errors_are_not_retried(
    cloud: FakeCloud, request_: api.Request[Any], code: str
) -> None:
    cloud.will(cloud.failure(code))

    with pytest.raises(errors.ApiError) as caught:
        cloud.client().send(request_)

    assert len(cloud.seen) == 1
    assert caught.value.attempts == ()
    assert not caught.value.in_doubt


def test_the_services_last_error_is_raised_when_the_deadline_is_over(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("RequestLimitExceeded", "slow down"))
    begun = cloud.clock.monotonic()

    with pytest.raises(errors.ThrottledError) as caught:
        cloud.client(retry=Retry(deadline=20.0)).send(READ)

    assert cloud.clock.monotonic() - begun <= 20.0
    assert caught.value.attempts == ("RequestLimitExceeded",) * len(cloud.seen)
    assert len(cloud.seen) > 3
    assert str(caught.value) == (
        "DescribeHaVips: RequestLimitExceeded: slow down (request id req-e) "
        f"(attempt {len(cloud.seen)}; before it: RequestLimitExceeded)"
    )


def test_a_lost_answer_of_a_plain_change_is_never_sent_again(cloud: FakeCloud) -> None:
    cloud.will(lost(), MADE)

    with pytest.raises(errors.LostAnswerError, match="Connection reset by peer") as caught:
        cloud.client().send(CHANGE)

    assert len(cloud.seen) == 1
    assert caught.value.in_doubt


def test_a_refused_connection_sent_nothing_and_is_tried_again(cloud: FakeCloud) -> None:
    cloud.will(refused(), refused(), MADE)

    cloud.client().send(CHANGE)

    assert len(cloud.seen) == 3


def test_a_host_that_is_not_there_is_not_waited_for_a_minute(cloud: FakeCloud) -> None:
    cloud.will(refused())
    begun = cloud.clock.monotonic()

    with pytest.raises(errors.UnreachableError) as caught:
        cloud.client().send(READ)

    assert cloud.clock.monotonic() - begun < 15
    assert "cannot reach https://vpc.tencentcloudapi.com: Connection refused" in str(caught.value)


def test_a_token_is_made_once_and_repeated(cloud: FakeCloud) -> None:
    cloud.will(lost(), cloud.reply(b"", 502), cloud.failure("InternalError"), MADE)
    client = cloud.client()

    client.send(TOKEN)

    tokens = [seen.params["ClientToken"] for seen in cloud.seen]
    assert len(tokens) == 4
    assert len(set(tokens)) == 1
    assert 0 < len(tokens[0]) <= 64
    assert tokens[0].isascii()
    assert TOKEN.client_token is None

    client.send(TOKEN)
    assert cloud.seen[-1].params["ClientToken"] != tokens[0]


def test_a_token_that_is_given_is_kept(cloud: FakeCloud) -> None:
    cloud.will(lost(), MADE)

    cloud.client().create_ha_vip(vpc_id="vpc-1", ha_vip_name="web", client_token="mine")

    assert [seen.params["ClientToken"] for seen in cloud.seen] == ["mine", "mine"]


def test_the_international_site_has_no_token_for_a_havip(cloud: FakeCloud) -> None:
    cloud.will(lost(), MADE)

    with pytest.raises(errors.LostAnswerError):
        cloud.client(site="intl").send(TOKEN)

    assert [seen.params for seen in cloud.seen] == [{"VpcId": "vpc-1", "HaVipName": "web"}]


def test_the_wire_form_has_the_same_rules(cloud: FakeCloud) -> None:
    cloud.will(lost(), MADE)
    client = cloud.client()

    client.call("CreateHaVip", {"VpcId": "vpc-1", "HaVipName": "web"})
    assert len({seen.params["ClientToken"] for seen in cloud.seen}) == 1

    cloud.will(lost(), MADE)
    client.call("DescribeSomethingNew")
    assert len(cloud.seen) == 2

    cloud.will(lost(), MADE)
    with pytest.raises(errors.LostAnswerError):
        client.call("CreateSomethingNew")


def test_an_outage_after_a_lost_answer_does_not_hide_it(cloud: FakeCloud) -> None:
    cloud.will(lost(), refused())

    with pytest.raises(errors.LostAnswerError) as caught:
        cloud.client().send(TOKEN)

    assert caught.value.attempts[0] == "LostAnswer"
    assert set(caught.value.attempts[1:]) == {"Unreachable"}
    assert caught.value.in_doubt


def test_a_refusal_after_a_lost_answer_is_in_doubt(cloud: FakeCloud) -> None:
    cloud.will(lost(), cloud.failure("InvalidParameterValue.Duplicate"))

    with pytest.raises(errors.DuplicateError, match="before it: LostAnswer") as caught:
        cloud.client().send(TOKEN)

    assert caught.value.in_doubt


def test_a_reading_call_is_never_in_doubt(cloud: FakeCloud) -> None:
    cloud.will(lost())

    with pytest.raises(errors.LostAnswerError) as caught:
        cloud.client().send(READ)

    assert not caught.value.in_doubt


def test_a_later_attempt_gets_no_more_time_than_is_left(cloud: FakeCloud) -> None:
    cloud.will(lost(), MADE)

    cloud.client(retry=Retry(deadline=8.0), timeout=30.0).send(READ)

    limits = [seen.options["timeout"][1] for seen in cloud.seen]
    assert limits[0] == 30.0
    assert 7.0 < limits[1] < 8.0, "what is left, and no more"


def test_users_can_change_the_rules(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("ResourceInUse"), MADE)
    rules = {**RULES, "ResourceInUse": RULES["RequestLimitExceeded"]}

    cloud.client(retry=Retry(rules=rules)).send(CHANGE)

    assert len(cloud.seen) == 2


codes = st.sampled_from(
    [*RULES, "LimitExceeded", "ResourceInUse", "InternalError.ModuleError", "New"]
)


@given(
    failures=st.lists(codes.filter(lambda code: "." not in code or code in RULES), max_size=12),
    request_=st.sampled_from([READ, TOKEN, CHANGE]),
    deadline=st.floats(0.0, 90.0),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_retry_promises_hold_for_any_failures(
    cloud: FakeCloud, failures: list[str], request_: api.Request[Any], deadline: float
) -> None:
    def answer(code: str) -> Any:
        name, _, status = code.partition(".")
        if name == "BadAnswer" and status.isdigit():
            return cloud.reply(b"oops", int(status))
        made = {"Unreachable": refused, "LostAnswer": lost}.get(code)
        return made() if made else cloud.failure(code)

    cloud.will(*[answer(code) for code in failures], MADE)
    cloud.clock = havip.FakeClock()
    begun = cloud.clock.monotonic()
    caught: errors.HavipError | None = None
    try:
        cloud.client(retry=Retry(deadline=deadline)).send(request_)
    except errors.HavipError as error:
        caught = error

    met = failures[: len(cloud.seen)]
    doubtful = {code for code, rule in RULES.items() if rule.doubt}
    assert cloud.clock.monotonic() - begun <= deadline
    assert (caught is None) == (len(cloud.seen) == len(failures) + 1)
    if request_ is CHANGE:
        assert not doubtful.intersection(met[:-1]), "sent again although it may have been done"
        if caught is not None:
            assert caught.in_doubt == (met[-1] in doubtful)
    if caught is not None and len(met) > 1:
        assert list(caught.attempts) == met
    if request_ is TOKEN:
        assert len({seen.params["ClientToken"] for seen in cloud.seen}) == 1


def test_pauses_grow_and_are_randomized() -> None:
    retry = Retry(first=1.0, longest=8.0)

    def pauses(attempts: int) -> list[float]:
        found = [retry.pause("RequestLimitExceeded", Kind.READ, attempts) for _ in range(200)]
        return [pause for pause in found if pause is not None]

    for attempts, top in ((1, 1.0), (2, 2.0), (4, 8.0), (50, 8.0), (10_000, 8.0)):
        some = pauses(attempts)
        assert top / 2 <= min(some) < max(some) <= top
        assert max(some) - min(some) > top / 4


def test_a_name_that_does_not_resolve_is_unreachable(cloud: FakeCloud) -> None:
    inner = NewConnectionError(None, "resolve")  # type: ignore[arg-type]
    inner.__cause__ = socket.gaierror(-2, "Name or service not known")
    cloud.will(requests.ConnectionError(MaxRetryError(None, "/", inner)))  # type: ignore[arg-type]

    with pytest.raises(errors.UnreachableError, match="Name or service not known"):
        cloud.client().send(READ)
