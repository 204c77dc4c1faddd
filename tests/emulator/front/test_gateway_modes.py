"""Options of the gateway itself: how much it verifies, its clock, and its defects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from havip.emulator.cloud import Cloud
from havip.emulator.http.gateway import Gateway

if TYPE_CHECKING:
    from tests.emulator.front.conftest import Ask, NewRequest, ReadAnswer

Code = Callable[[Any], str]


@pytest.mark.evidence("assumed")
def test_known_keys_alone_may_be_verified(
    signed_request: NewRequest, cloud: Cloud, read_answer: ReadAnswer
) -> None:
    gateway = Gateway(cloud, verify="known")
    answer = read_answer(gateway.handle(signed_request(secret_id="mine", secret_key="x").raw()))
    assert "Error" not in answer
    wrong = read_answer(gateway.handle(signed_request(secret_key="x").raw()))
    assert wrong["Error"]["Code"] == "AuthFailure.SignatureFailure"
    unsigned = signed_request(more={"Authorization": None}).raw()
    assert "Error" in read_answer(gateway.handle(unsigned))


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize("host", ["", "cvm.tencentcloudapi.com", "127.0.0.1"])
def test_without_verification_no_signature_is_needed(
    host: str, signed_request: NewRequest, cloud: Cloud, read_answer: ReadAnswer
) -> None:
    gateway = Gateway(cloud, verify="none")
    unsigned = signed_request(
        action="DescribeInstances", service="cvm", host=host, more={"Authorization": None}
    )
    assert "Error" not in read_answer(gateway.handle(unsigned.raw()))


def test_no_secret_is_shown_anywhere(
    cloud: Cloud, gateway: Gateway, signed_request: NewRequest
) -> None:
    key = cloud.keys.issue("1", cloud.clock.time() + 60)
    assert key.secret_key not in repr(key)
    assert key.token not in repr(key)
    answer = gateway.handle(signed_request(secret_key="wrong").raw())
    assert b"SECRETEXAMPLE" not in answer.body
    assert "SECRETEXAMPLE" not in repr(list(gateway.requests))


@pytest.mark.evidence("assumed")
def test_advancing_the_clouds_clock_does_not_expire_signatures(
    signed_request: NewRequest, code_of: Code, cloud: Cloud
) -> None:
    cloud.clock.advance(86_400)
    assert code_of(signed_request()) == ""


@pytest.mark.evidence("assumed")
def test_an_internal_error_is_a_response_and_changes_nothing(
    ask: Ask, cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    before = cloud.dump()

    def full(_: object) -> None:
        raise OSError("no space left")

    cloud.on_commit = full
    answer = ask("CreateVpc", {"VpcName": "a", "CidrBlock": "10.0.0.0/16"})
    assert answer["Error"]["Code"] == "InternalError"
    assert "no space left" not in json.dumps(answer)
    assert "no space left" in caplog.text
    cloud.on_commit = None
    assert cloud.dump() == before
