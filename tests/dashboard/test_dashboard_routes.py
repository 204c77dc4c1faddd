"""Access to the dashboard, and the security headers of its responses."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
import requests

from havip.emulator import EmulatorServer
from havip.emulator.http.dashboard.assets import assets

from .conftest import VIP, Pair

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def token(server: EmulatorServer) -> str:
    return server.dashboard_url.partition("token=")[2]


def act(server: EmulatorServer, token: str, headers: dict[str, str], **given: Any) -> Any:
    sent = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"} | headers
    url = f"{server.url}/_havip/dashboard/act"
    return requests.post(url, data=json.dumps(given), headers=sent, timeout=10)


def first_state(server: EmulatorServer, token: str, **query: str) -> dict[str, Any]:
    url = f"{server.url}/_havip/dashboard/events"
    params = {"token": token} | query
    with requests.get(url, params=params, stream=True, timeout=10) as response:
        assert response.status_code == 200
        lines: Iterator[bytes] = response.iter_lines()
        for line in lines:
            if line == b"event: state":
                found: dict[str, Any] = json.loads(next(lines).removeprefix(b"data: "))
                return found
    raise AssertionError("no state was sent")


def test_the_page_needs_its_token_and_the_api_goes_on_as_before(
    server: EmulatorServer, token: str
) -> None:
    page = requests.get(server.dashboard_url, headers=BROWSER, timeout=10)
    assert page.status_code == 200
    assert "<html" in page.text
    for wrong in ("/", "/?token=", "/?token=x", f"/?token={token[:-1]}"):
        denied = requests.get(server.url + wrong, headers=BROWSER, timeout=10)
        assert denied.status_code == 403
        assert "token" in denied.text
    api = requests.get(f"{server.url}/", timeout=10)  # no browser: a call of the API without a key
    assert "Response" in api.json()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "havip.example.org"}, 403),
        ({"Host": "127.0.0.1.example.org"}, 403),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "[::1]:80"}, 200),
    ],
)
def test_a_name_that_was_rebound_to_loopback_gets_nothing(
    server: EmulatorServer, headers: dict[str, str], status: int
) -> None:
    found = requests.get(server.dashboard_url, headers=BROWSER | headers, timeout=10)
    assert found.status_code == status


def test_events_and_actions_need_the_token(server: EmulatorServer, pair: Pair, token: str) -> None:
    given = {
        "verb": "announce",
        "sender": pair.first,
        "vip": VIP,
        "account": "100000000001",
        "region": "ap-guangzhou",
    }
    url = f"{server.url}/_havip/dashboard/events"
    assert requests.get(url, params={"token": "x"}, timeout=10).status_code == 403
    assert requests.get(url, timeout=10).status_code == 403
    assert act(server, "x", {}, **given).status_code == 403
    assert act(server, token, {"Authorization": token}, **given).status_code == 403
    assert act(server, token, {"Origin": "http://evil.example"}, **given).status_code == 403
    assert act(server, token, {"Content-Type": "text/plain"}, **given).status_code == 415
    assert first_state(server, token)["havips"][0]["holder"] == ""  # none of them had an effect
    assert act(server, token, {"Origin": server.url}, **given).json() == {
        "accepted": True,
        "reason": "moved",
    }
    assert first_state(server, token)["havips"][0]["holder"] == pair.first


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"verb": 1}, 400),
        ({"verb": "fault"}, 404),
        ({"verb": "announce"}, 400),
        (
            {"verb": "announce", "sender": "ins-0", "vip": VIP, "account": "1", "region": "x"},
            409,
        ),
    ],
)
def test_a_bad_action_is_one_readable_error(
    server: EmulatorServer, token: str, given: dict[str, Any], status: int
) -> None:
    answer = act(server, token, {}, **given)
    assert answer.status_code == status
    assert len(answer.text.strip().splitlines()) == 1


def test_a_state_holds_no_user_data(server: EmulatorServer, pair: Pair, token: str) -> None:
    state = first_state(server, token)
    assert [node["name"] for node in state["nodes"]] == ["lb-a", "lb-b", "lb-c"]
    assert "c2VjcmV0" not in json.dumps(state)
    assert "secret" not in json.dumps(state)


def test_answers_forbid_what_the_page_does_not_need(server: EmulatorServer) -> None:
    for name in (server.dashboard_url, f"{server.url}/_havip/dashboard/app.js"):
        headers = requests.get(name, headers=BROWSER, timeout=10).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["nothing.js", "../routes.py", "vendor/htm.LICENSE", "", "%2e%2e/"]
)
def test_nothing_but_the_files_of_the_page_is_served(server: EmulatorServer, name: str) -> None:
    session = requests.Session()
    request = requests.Request("GET", f"{server.url}/").prepare()
    request.url = f"{server.url}/_havip/dashboard/{name}"
    assert session.send(request, timeout=10).status_code in (403, 404)


def test_a_server_with_open_pages_stops_at_once(token: str, server: EmulatorServer) -> None:
    url = f"{server.url}/_havip/dashboard/events"
    with requests.get(url, params={"token": token}, stream=True, timeout=10) as response:
        lines = response.iter_lines()
        assert next(lines) == b"retry: 1000"
        server.stop()
        assert b"event: state" in list(lines)


def test_only_so_many_pages_may_be_open(token: str, server: EmulatorServer) -> None:
    url = f"{server.url}/_havip/dashboard/events"
    responses = [
        requests.get(url, params={"token": token}, stream=True, timeout=10) for _ in range(17)
    ]
    assert [one.status_code for one in responses] == [200] * 16 + [503]
    for one in responses:
        one.close()


def test_the_vendored_files_are_those_that_were_published() -> None:
    folder = resources.files("havip.emulator.http.dashboard") / "assets" / "vendor"
    table = (folder / "README.md").read_text()
    listed = dict(re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    there = {name.removeprefix("vendor/") for name in assets() if name.startswith("vendor/")}
    assert set(listed) == there
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    licences = {entry.name for entry in folder.iterdir() if entry.name.endswith(".LICENSE")}
    assert licences == {"htm.LICENSE", "pico.LICENSE", "preact.LICENSE", "uPlot.LICENSE"}


def test_the_page_names_no_other_host() -> None:
    for name, asset in assets().items():
        if not name.startswith("vendor/"):
            text = asset.body.decode().replace("http://www.w3.org/2000/svg", "")
            assert "://" not in text, name
