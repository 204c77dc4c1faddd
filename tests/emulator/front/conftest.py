"""Fixtures for the emulator's front: a cloud with a frozen clock, and a signer."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from havip.emulator.cloud import Cloud
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest, RawResponse
from havip.emulator.state.settings import Settings

NOW = 1_795_000_000
VERSIONS = {
    "cbs": "2017-03-12",
    "vpc": "2017-03-12",
    "cvm": "2017-03-12",
    "tag": "2018-08-13",
    "sts": "2018-08-13",
}
VERSIONS["cdb"] = "2017-03-12"  # a product that is not served


@dataclass
class SettableClock:
    """A clock that a test sets."""

    now: float = NOW

    def time(self) -> float:
        return self.now


@dataclass(frozen=True)
class SignedRequest:
    """A request that is still to be signed; written apart from both signers of the project."""

    action: str = "DescribeVpcs"
    body: bytes = b"{}"
    service: str = "vpc"
    method: str = "POST"
    target: str = "/"
    host: str = "vpc.tencentcloudapi.com"
    content_type: str = "application/json"
    secret_id: str = "AKIDEXAMPLE"
    secret_key: str = "SECRETEXAMPLE"
    timestamp: int = NOW
    signed: tuple[str, ...] = ("content-type", "host")
    more: Mapping[str, str | None] = field(default_factory=dict)
    """Headers to add, to replace, or, where None, to leave out, after signing."""

    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": self.content_type,
            "Host": self.host,
            "X-TC-Action": self.action,
            "X-TC-Version": VERSIONS[self.service],
            "X-TC-Timestamp": str(self.timestamp),
            "X-TC-Region": "ap-guangzhou",
        }

    def raw(self) -> RawRequest:
        headers = {**self.headers(), "Authorization": self.authorization()}
        headers.update({name: value or "" for name, value in self.more.items()})
        kept = [(n, v) for n, v in headers.items() if self.more.get(n, "") is not None]
        return RawRequest(self.method, self.target, kept, self.body)

    def authorization(self) -> str:
        lower = {name.lower(): value for name, value in {**self.headers(), **self.more}.items()}
        date = datetime.fromtimestamp(self.timestamp, UTC).strftime("%Y-%m-%d")
        payload = b"UNSIGNED-PAYLOAD" if "x-tc-content-sha256" in lower else self.body
        lines = [self.method, "/", self.target.partition("?")[2]]
        lines += [f"{name}:{lower[name]}" for name in self.signed]
        lines += ["", ";".join(self.signed), hashlib.sha256(payload).hexdigest()]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        scope = f"{date}/{self.service}/tc3_request"
        text = f"TC3-HMAC-SHA256\n{self.timestamp}\n{scope}\n{digest}"
        key = f"TC3{self.secret_key}".encode()
        for part in (*scope.split("/"), text):
            key = hmac.new(key, part.encode(), "sha256").digest()
        return (
            f"TC3-HMAC-SHA256 Credential={self.secret_id}/{scope}, "
            f"SignedHeaders={';'.join(self.signed)}, Signature={key.hex()}"
        )


class Ask(Protocol):
    """Send an action through the gateway and return what is under ``Response``."""

    def __call__(
        self, action: str, params: Mapping[str, Any] | None = None, /, **fields: Any
    ) -> dict[str, Any]: ...


NewRequest = Callable[..., SignedRequest]
ReadAnswer = Callable[[RawResponse], dict[str, Any]]
CodeOf = Callable[[SignedRequest | RawRequest], str]


@pytest.fixture
def watch() -> SettableClock:
    return SettableClock()


@pytest.fixture
def signed_request() -> NewRequest:
    return SignedRequest


@pytest.fixture
def cloud(watch: SettableClock) -> Cloud:
    return Cloud(clock=watch, settings=Settings(seed=1))


@pytest.fixture
def gateway(cloud: Cloud) -> Gateway:
    return Gateway(cloud)


@pytest.fixture
def ask(gateway: Gateway) -> Ask:
    def send(
        action: str, params: Mapping[str, Any] | None = None, /, **fields: Any
    ) -> dict[str, Any]:
        body = json.dumps(params or {}).encode()
        return read(gateway.handle(SignedRequest(action=action, **{"body": body, **fields}).raw()))

    return send


def read(answer: RawResponse) -> dict[str, Any]:
    """Check what holds for every answer of the API, and return what is under ``Response``."""
    assert answer.status == 200
    assert dict(answer.headers) == {"Content-Type": "application/json"}
    response: dict[str, Any] = json.loads(answer.body)["Response"]
    assert response["RequestId"]
    return response


@pytest.fixture
def read_answer() -> ReadAnswer:
    return read


@pytest.fixture
def code_of(gateway: Gateway) -> CodeOf:
    """Send a request and return the error's code, empty without an error."""

    def send(request: SignedRequest | RawRequest) -> str:
        raw = request.raw() if isinstance(request, SignedRequest) else request
        error: dict[str, str] = read(gateway.handle(raw)).get("Error", {})
        return error.get("Code", "")

    return send


__all__ = ["Ask", "CodeOf", "NewRequest", "ReadAnswer", "SettableClock", "SignedRequest", "replace"]
