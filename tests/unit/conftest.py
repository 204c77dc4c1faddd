"""A fake cloud with canned responses, in place of the network."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

import havip

KEY = havip.Credentials("AKIDexample0000000000", "examplekey0000000000")
Answer = Mapping[str, Any] | bytes | BaseException | requests.Response


class Seen(NamedTuple):
    """A request that reached the cloud."""

    action: str
    params: dict[str, Any]
    headers: Mapping[str, str]
    url: str
    options: dict[str, Any]


def reply(
    body: Mapping[str, Any] | bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> requests.Response:
    """Build an HTTP response."""
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers or {"Content-Type": "application/json"})
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response.raw = io.BytesIO(raw)
    return response


def success(**fields: Any) -> dict[str, Any]:
    """Build the body of a response; names are those of the wire."""
    return {"Response": {**fields, "RequestId": "req-1"}}


def failure(code: str, message: str = "no") -> dict[str, Any]:
    """Build the body of an error response."""
    return {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "req-e"}}


class FakeCloud:
    """Canned responses in order; the last one repeats."""

    success = staticmethod(success)
    failure = staticmethod(failure)
    reply = staticmethod(reply)

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answers: list[Answer | Callable[[Seen], Answer]] = [success()]
        self.clock = havip.FakeClock()
        self._lock = threading.Lock()

    def will(self, *answers: Answer | Callable[[Seen], Answer]) -> None:
        """Set the next answers; an exception is raised instead."""
        self.answers = list(answers)
        self.seen.clear()

    def client(self, **options: Any) -> havip.Client:
        """Create a client of this cloud; its time is the cloud's clock."""
        settings: dict[str, Any] = {"credentials": KEY, "clock": self.clock, **options}
        return havip.Client(settings.pop("region", "ap-guangzhou"), **settings)

    def actions(self) -> list[str]:
        """List the actions that arrived."""
        return [one.action for one in self.seen]

    def answer(self, request: requests.PreparedRequest, options: dict[str, Any]) -> Any:
        """Handle a request and return its answer."""
        headers = CaseInsensitiveDict({name: str(value) for name, value in request.headers.items()})
        body = json.loads(request.body or b"{}")
        seen = Seen(headers.get("X-TC-Action", ""), body, headers, str(request.url), options)
        with self._lock:
            self.seen.append(seen)
            found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        found = found(seen) if callable(found) else found
        if isinstance(found, BaseException):
            raise found
        return found if isinstance(found, requests.Response) else reply(found)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """A fake cloud in place of the network."""
    fake = FakeCloud()

    def send(_: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> Any:
        return fake.answer(request, options)

    monkeypatch.setattr(HTTPAdapter, "send", send)
    return fake


@pytest.fixture(autouse=True)
def bare_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Remove the machine's own settings, so that tests do not depend on them."""
    ours = ("TENCENTCLOUD_", "TCCLI_", "HAVIP_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    for name in [*os.environ]:
        if name.startswith(ours) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("HAVIP_METADATA_URL", "")
