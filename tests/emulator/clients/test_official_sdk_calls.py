"""The official Python SDK, unmodified, through every action, in every way it can send."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import trustme
from tencentcloud.common.credential import Credential  # type: ignore[import-untyped]
from tencentcloud.common.exception import TencentCloudSDKException  # type: ignore[import-untyped]
from tencentcloud.common.profile.client_profile import ClientProfile  # type: ignore[import-untyped]
from tencentcloud.common.profile.http_profile import HttpProfile  # type: ignore[import-untyped]

from havip.api import ACTIONS
from havip.emulator.http.server import EmulatorServer
from havip.emulator.mock import mock_havip

pytestmark = pytest.mark.evidence("official-sdk")

MODULES = {
    "vpc": "tencentcloud.vpc.v20170312",
    "cvm": "tencentcloud.cvm.v20170312",
    "tag": "tencentcloud.tag.v20180813",
    "sts": "tencentcloud.sts.v20180813",
    "cbs": "tencentcloud.cbs.v20170312",
}


class Official:
    """The official SDK's clients of all services, called by the wire form."""

    def __init__(
        self, http: HttpProfile | None = None, language: str = "zh-CN", unsigned: bool = False
    ) -> None:
        key = Credential("AKIDEXAMPLE", "SECRETEXAMPLE")
        profile = ClientProfile(httpProfile=http, language=language)
        profile.unsignedPayload = unsigned
        self._models = {name: import_module(f"{path}.models") for name, path in MODULES.items()}
        self._clients = {
            name: getattr(import_module(f"{path}.{name}_client"), f"{name.title()}Client")(
                key, "ap-guangzhou", profile
            )
            for name, path in MODULES.items()
        }

    def __call__(self, action: str, /, **params: Any) -> dict[str, Any]:
        service = ACTIONS[action].service.name
        request = getattr(self._models[service], f"{action}Request")()
        request.from_json_string(json.dumps(params))
        answer = getattr(self._clients[service], action)(request)
        told: dict[str, Any] = json.loads(answer.to_json_string())
        return told


@pytest.fixture
def place(havip_server: EmulatorServer) -> str:
    """Host and port of a running emulator."""
    return havip_server.url.partition("://")[2]


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[HttpProfile]:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    certificate, key, ca = (tmp_path / name for name in ("cert.pem", "key.pem", "ca.pem"))
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    authority.cert_pem.write_to_path(str(ca))
    with EmulatorServer(host="localhost", tls=(certificate, key)) as server:
        endpoint = server.url.partition("://")[2]
        yield HttpProfile(protocol="https", endpoint=endpoint, certification=str(ca))


def test_every_action_by_post(place: str, story: Callable[[Any], set[str]]) -> None:
    assert story(Official(HttpProfile(protocol="http", endpoint=place))) == set(ACTIONS)


def test_every_action_by_get(place: str, story: Callable[[Any], set[str]]) -> None:
    http = HttpProfile(protocol="http", endpoint=place, reqMethod="GET")
    assert story(Official(http)) == set(ACTIONS)


def test_every_action_over_https(secure: HttpProfile, story: Callable[[Any], set[str]]) -> None:
    assert story(Official(secure)) == set(ACTIONS)


def test_the_emulator_as_proxy(place: str) -> None:
    """So is Terraform brought to it: whole URLs as targets, Tencent's own host names."""
    official = Official(HttpProfile(protocol="http", proxy=f"http://{place}"), unsigned=True)
    official("CreateVpc", VpcName="a", CidrBlock="10.0.0.0/16")
    assert official("DescribeVpcs")["TotalCount"] == 1


def test_every_action_in_process(story: Callable[[Any], set[str]]) -> None:
    official = Official()
    with mock_havip(verify="all"):
        assert story(official) == set(ACTIONS)


def test_an_error_is_recognised_by_the_official_sdk(place: str) -> None:
    official = Official(HttpProfile(protocol="http", endpoint=place), language="en-US")
    with pytest.raises(TencentCloudSDKException) as caught:
        official("DeleteHaVip", HaVipId="havip-00000000")
    assert caught.value.get_code() == "ResourceNotFound"
    assert "havip-00000000" in caught.value.get_message()
    assert caught.value.get_request_id()


def test_nulls_that_the_official_sdk_sends_count_as_absent(place: str) -> None:
    official = Official(HttpProfile(protocol="http", endpoint=place))
    assert official("DescribeHaVips", HaVipIds=None, Filters=None, Limit=None)["TotalCount"] == 0
