"""Credentials of roles: that of the machine, and those that are assumed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

import havip
from havip import errors
from havip.credentials import Session
from havip.credentials.base import Renewed

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud

HOUR = 3600.0


# The role of the machine


def role_answer(number: int, until: float, **changes: Any) -> dict[str, Any]:
    """Build the metadata service's response about a role."""
    return {
        "Code": "Success",
        "TmpSecretId": f"AKIDrole{number}",
        "TmpSecretKey": f"rolekey{number}",
        "Token": f"token{number}",
        "ExpiredTime": int(until),
        **changes,
    }


URL = "http://metadata.example/roles"


def test_the_role_of_the_machine_is_asked_for_and_kept(cloud: FakeCloud) -> None:
    role = havip.CvmRole(url=URL, clock=cloud.clock)
    now = cloud.clock.time()
    cloud.will(cloud.reply(b"my/role\n"), role_answer(1, now + 2 * HOUR))

    first = role.get()
    assert (first.secret_id, first.secret_key, first.token) == ("AKIDrole1", "rolekey1", "token1")
    assert [seen.url for seen in cloud.seen] == [f"{URL}/", f"{URL}/my%2Frole"]
    assert cloud.seen[0].options["timeout"] == (1.0, 2.0)
    assert cloud.seen[0].options["proxies"] == {}

    cloud.clock.advance(2 * HOUR - 301)
    assert role.get() is first
    cloud.answers = [cloud.reply(b"my-role"), role_answer(2, now + 4 * HOUR)]
    cloud.clock.advance(2)
    assert role.get().secret_id == "AKIDrole2"


def test_the_chain_ends_with_the_role(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAVIP_METADATA_URL", URL)
    until = cloud.clock.time() + HOUR
    cloud.will(cloud.reply(b"role"), role_answer(1, until), cloud.success())

    cloud.client(credentials=None).describe_ha_vips()

    assert cloud.seen[-1].headers["X-TC-Token"] == "token1"


def test_a_renewal_that_fails_keeps_what_is_still_good(
    cloud: FakeCloud, caplog: pytest.LogCaptureFixture
) -> None:
    role = havip.CvmRole("role", url=URL, clock=cloud.clock)
    cloud.will(role_answer(1, cloud.clock.time() + HOUR))
    first = role.get()

    cloud.will(requests.ConnectionError("down"))
    cloud.clock.advance(HOUR - 200)
    assert role.get() is first
    assert role.get() is first
    assert len(cloud.seen) == 1, "it is not asked again at once"
    assert "could not be renewed" in caplog.text

    cloud.clock.advance(11)
    assert role.get() is first
    assert len(cloud.seen) == 2

    cloud.clock.advance(HOUR)
    with pytest.raises(errors.CredentialError, match="no metadata service answers"):
        role.get()


def test_credentials_of_minutes_are_not_renewed_at_every_call(cloud: FakeCloud) -> None:
    role = havip.CvmRole("role", url=URL, clock=cloud.clock)
    cloud.will(lambda _: role_answer(1, cloud.clock.time() + 240))

    for _ in range(24):
        role.get()
        cloud.clock.advance(10)

    assert len(cloud.seen) <= 3


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ([requests.ConnectTimeout("slow")], "no metadata service answers"),
        ([b""], "none is attached"),
        ([("", 404)], "none is attached"),
        ([b"role", {"Code": "Failed"}], "no credentials for the role 'role': Failed"),
        ([b"role", b"<html>"], "is not as documented"),
        ([b"role", b"[]"], "is not as documented"),
        ([b"role", b"[" * 100_000], "is not as documented"),
        ([b"role", role_answer(1, 0, ExpiredTime=10**400)], "is not as documented"),
        ([b"role", role_answer(1, 0, Token=None)], "token is empty"),
        ([b"role", ("{}", 500)], r"is not as documented \(HTTP 500\)"),
    ],
)
def test_errors_of_the_metadata_service(cloud: FakeCloud, answers: list[Any], text: str) -> None:
    made = [
        cloud.reply(answer[0].encode(), answer[1])
        if isinstance(answer, tuple)
        else cloud.reply(answer)
        if isinstance(answer, bytes)
        else answer
        for answer in answers
    ]
    cloud.will(*made)

    with pytest.raises(errors.CredentialError, match=text):
        havip.CvmRole(url=URL, clock=cloud.clock).get()


class Slow(Renewed):
    """Credentials that take as long to get as the test wants."""

    def __init__(self, clock: havip.Clock) -> None:
        super().__init__(clock)
        self.fetched = 0
        self.go_on = threading.Event()
        self.begun = threading.Event()

    def _fetch(self) -> havip.Credentials:
        self.fetched += 1
        self.begun.set()
        assert self.go_on.wait(10)
        until = self._clock.time() + HOUR
        return havip.Credentials(f"id{self.fetched}", "key", expires=until)


def test_many_threads_fetch_once_and_none_waits_for_a_renewal() -> None:
    clock = havip.FakeClock()
    slow = Slow(clock)
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(slow.get().secret_id)) for _ in range(20)]
    for thread in threads:
        thread.start()
    slow.go_on.set()
    for thread in threads:
        thread.join(10)
    assert got == ["id1"] * 20
    assert slow.fetched == 1

    slow.go_on.clear()
    slow.begun.clear()
    clock.advance(HOUR - 100)
    renewing = threading.Thread(target=slow.get)
    renewing.start()
    assert slow.begun.wait(10)
    assert slow.get().secret_id == "id1", "the old ones are still good"
    slow.go_on.set()
    renewing.join(10)
    assert slow.get().secret_id == "id2"


# Assumed roles


def assumed(cloud: FakeCloud, number: int = 1) -> dict[str, Any]:
    """Build the response of AssumeRole."""
    return cloud.success(
        Credentials={
            "TmpSecretId": f"tmp{number}",
            "TmpSecretKey": f"tmpkey{number}",
            "Token": f"token{number}",
        },
        ExpiredTime=int(cloud.clock.time() + 2 * HOUR),
    )


def write_profile(content: dict[str, Any]) -> None:
    """Write the default profile of tccli."""
    path = Path.home() / ".tccli" / "default.credential"
    path.parent.mkdir()
    path.write_text(json.dumps(content), "utf-8")


def test_a_role_is_assumed_with_a_key(cloud: FakeCloud) -> None:
    cloud.will(assumed(cloud), cloud.success())
    role = havip.AssumedRole(
        "qcs::cam::uin/1:roleName/havip",
        "me",
        source=havip.Credentials("id", "key"),
        session=Session(clock=cloud.clock, endpoint="http://127.0.0.1:1"),
    )
    client = cloud.client(credentials=role, endpoint="http://127.0.0.1:1")

    client.describe_ha_vips()
    client.describe_ha_vips()

    assert cloud.actions() == ["AssumeRole", "DescribeHaVips", "DescribeHaVips"]
    first, second = cloud.seen[:2]
    assert first.url == "http://127.0.0.1:1/"
    assert first.params == {
        "RoleArn": "qcs::cam::uin/1:roleName/havip",
        "RoleSessionName": "me",
        "DurationSeconds": 7200,
    }
    assert "Credential=id/" in first.headers["Authorization"]
    assert "/sts/tc3_request" in first.headers["Authorization"]
    assert "Credential=tmp1/" in second.headers["Authorization"]
    assert second.headers["X-TC-Token"] == "token1"

    cloud.will(assumed(cloud, 2), cloud.success())
    cloud.clock.advance(2 * HOUR - 299)
    client.describe_ha_vips()
    assert cloud.actions() == ["AssumeRole", "DescribeHaVips"]


def test_the_environment_may_name_a_role(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    role = {"SECRET_ID": "id", "SECRET_KEY": "key", "ROLE_ARN": "arn", "ROLE_SESSION_NAME": "me"}
    for name, value in role.items():
        monkeypatch.setenv(f"TENCENTCLOUD_{name}", value)
    cloud.will(assumed(cloud), cloud.success())

    cloud.client(credentials=None, endpoint="http://127.0.0.1:1").describe_ha_vips()

    assert cloud.seen[0].params["RoleArn"] == "arn"
    assert cloud.seen[0].params["RoleSessionName"] == "me"
    assert cloud.seen[0].url == "http://127.0.0.1:1/"
    assert cloud.seen[1].headers["X-TC-Token"] == "token1"


def test_a_tccli_profile_may_name_a_role(cloud: FakeCloud) -> None:
    role = {"role-arn": "arn", "role-session-name": "me"}
    write_profile({"secretId": "id", "secretKey": "key", **role})
    cloud.will(assumed(cloud), cloud.success())

    cloud.client(credentials=None).describe_ha_vips()

    assert cloud.actions() == ["AssumeRole", "DescribeHaVips"]


def test_a_tccli_profile_may_be_the_machines_role(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAVIP_METADATA_URL", URL)
    write_profile({"type": "cvm-role"})
    cloud.will(cloud.reply(b"role"), role_answer(1, cloud.clock.time() + HOUR), cloud.success())

    cloud.client(credentials=None).describe_ha_vips()

    assert cloud.seen[-1].headers["X-TC-Token"] == "token1"


def test_a_role_that_is_refused_tells_the_services_reason(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("UnauthorizedOperation", "not yours"))
    role = havip.AssumedRole("arn", source=havip.Credentials("id", "key"))

    with pytest.raises(errors.DeniedError, match="AssumeRole: UnauthorizedOperation: not yours"):
        cloud.client(credentials=role).describe_ha_vips()


def test_a_role_that_cannot_be_assumed_fails_as_credentials_do(cloud: FakeCloud) -> None:
    cloud.will(requests.ConnectionError("lost"))
    session = Session(clock=cloud.clock)
    role = havip.AssumedRole("arn", source=havip.Credentials("id", "key"), session=session)

    with pytest.raises(errors.LostAnswerError):
        cloud.client(credentials=role).modify_ha_vip_attribute(ha_vip_id="v", ha_vip_name="x")

    assert set(cloud.actions()) == {"AssumeRole"}


class _Provider:
    def __init__(self, found: Any) -> None:
        self._found = found

    def get(self) -> Any:
        return self._found


class _Asynchronous:
    async def get(self) -> havip.Credentials:
        return havip.Credentials("id", "key")


class _Renewed(havip.credentials.Renewed):
    def __init__(self, found: Any) -> None:
        super().__init__(havip.FakeClock())
        self.fetched = 0
        self._found = found

    def _fetch(self) -> Any:
        self.fetched += 1
        return self._found


@pytest.mark.parametrize("found", [None, ("id", "s3cret"), {"secret_id": "id"}, "s3cret", 1])
@pytest.mark.parametrize("make", [_Provider, _Renewed])
def test_a_provider_that_returns_no_key_sends_nothing(
    cloud: FakeCloud, make: Callable[[Any], Any], found: Any
) -> None:
    with pytest.raises(errors.CredentialError, match=type(found).__name__) as caught:
        cloud.client(credentials=make(found)).describe_ha_vips()

    assert make.__name__ in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert cloud.seen == []


def test_an_asynchronous_provider_sends_nothing(cloud: FakeCloud) -> None:
    with pytest.raises(errors.CredentialError, match="coroutine"):
        cloud.client(credentials=_Asynchronous()).describe_ha_vips()
    assert cloud.seen == []


def test_a_key_that_never_expires_is_fetched_once(cloud: FakeCloud) -> None:
    provider = _Renewed(havip.Credentials("id", "key"))
    client = cloud.client(credentials=provider)
    for _ in range(3):
        client.describe_ha_vips()
        cloud.clock.advance(100_000)

    assert provider.fetched == 1
    assert provider.held() is not None
