"""The emulator as a service: health, a state to begin with, controls from another machine."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import requests

import havip
from havip.cli.main import main
from havip.emulator import ApiFailure, Caller, Cloud, Control, EmulatorServer, mock_havip
from havip.emulator.http.control_interface import handle_control
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest
from havip.emulator.http.service import read_rows
from havip.errors import UsageError

pytestmark = pytest.mark.evidence("assumed")

TOKEN = "0123456789abcdef0123456789abcdef"
CALLER = Caller("100000000001", "ap-guangzhou")


@pytest.mark.parametrize("host", ["127.0.0.1", "havip", "emulator.test:8765"])
def test_health_needs_no_signature_and_tells_version_and_state_alone(host: str) -> None:
    with EmulatorServer() as server, requests.Session() as session:
        session.headers["Host"] = host
        answer = session.get(f"{server.url}/health", timeout=5)
        assert (answer.status_code, answer.json()) == (
            200,
            {"version": version("havip"), "state": "ready"},
        )
        assert session.head(f"{server.url}/health", timeout=5).status_code == 200
        for method, path in (("POST", "/health"), ("GET", "/health?a=1"), ("GET", "/healthy")):
            other = session.request(method, f"{server.url}{path}", timeout=5)
            assert "Error" in other.json()["Response"]
        assert len(list(server.control.requests)) == 3


HERE = {"Host": "127.0.0.1", "Content-Type": "application/json"}


def status(token: str | None, peer: str = "192.0.2.7", **headers: str) -> int:
    given = {**HERE, **{name.replace("_", "-"): text for name, text in headers.items()}}
    raw = RawRequest("POST", "/_havip/status", list(given.items()), b"{}")
    return handle_control(Control(Gateway(Cloud())), raw, peer, token).status


def test_a_token_lets_other_machines_use_the_controls() -> None:
    bearer = f"Bearer {TOKEN}"
    assert status(TOKEN, Authorization=bearer, Host="havip:8765") == 200
    assert status(TOKEN, peer="127.0.0.1") == 200
    assert status(TOKEN) == 403
    assert status(TOKEN, Authorization="Bearer wrong") == 403
    assert status(TOKEN, peer="127.0.0.1", Authorization="Bearer wrong") == 403
    assert status(TOKEN, Authorization=TOKEN) == 403
    assert status(TOKEN, Authorization="Bearer \udcff") == 403
    assert status(None, Authorization=bearer) == 403
    assert status(None, Authorization="Bearer None") == 403
    assert status(None, Authorization="Bearer ") == 403
    assert status(TOKEN, Authorization=bearer, Origin="http://evil.example") == 403
    assert status(TOKEN, Authorization=bearer, Content_Type="text/plain") == 415


def test_the_server_hands_its_token_to_the_controls() -> None:
    with EmulatorServer(control_token=TOKEN) as server, requests.Session() as session:
        url = f"{server.url}/_havip/status"
        session.headers.update({"Host": "havip", "Content-Type": "application/json"})
        assert session.post(url, data="{}", timeout=5).status_code == 403
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        assert session.post(url, data="{}", timeout=5).status_code == 200


@pytest.mark.parametrize("token", ["", "short", "x" * 257, "with blank 0123456789", "ü" * 20])
def test_a_weak_token_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(UsageError) as caught:
        EmulatorServer(control_token=token)
    assert "16 to 256" in str(caught.value)
    assert not token or token not in str(caught.value)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The dump of an emulator with one VPC."""
    file = tmp_path / "state.json"
    with EmulatorServer() as server, requests.Session() as session:
        with havip.Client(
            "ap-guangzhou",
            endpoint=server.url,
            credentials=havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"),
        ) as client:
            client.create_vpc(vpc_name="kept", cidr_block="10.0.0.0/16")
        dump = session.post(f"{server.url}/_havip/dump", json={}, timeout=5)
        file.write_bytes(dump.content)
    return file


def serve(*options: str) -> tuple[subprocess.Popen[str], str]:
    code = "from havip.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "emulator", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().rpartition(" ")[2].strip()


def names_at(url: str) -> list[str]:
    key = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
    with havip.Client("ap-guangzhou", endpoint=url, credentials=key) as client:
        names = [vpc.vpc_name for vpc in client.describe_vpcs().vpc_set]
        client.create_vpc(vpc_name="later", cidr_block="10.0.0.0/16")
    return names


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    assert process.communicate(timeout=10)[1] == ""
    assert process.returncode == 0


@pytest.mark.process
def test_a_state_is_loaded_once_and_kept_from_then_on(state: Path, tmp_path: Path) -> None:
    options = ("--load", str(state), "--data", str(tmp_path / "data"), "--seed", "7")
    process, url = serve(*options)
    assert names_at(url) == ["kept"]
    end(process)
    process, url = serve(*options)
    assert names_at(url) == ["kept", "later"]
    end(process)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"rows": [1]}',
        '{"rows": [["1", "ap-guangzhou", "castle", "a", 1, "{}"]]}',
        '{"rows": [["1", "nowhere", "vpc", "a", 1, "{}"]]}',
        '{"rows": [["", "", "clock", "clock", 1, "{\\"Name\\":\\"clock\\",\\"Offset\\":1e300}"]]}',
    ],
)
def test_a_file_that_is_not_a_dump_is_reported_in_one_line(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    monkeypatch.setattr(sys, "argv", ["havip", "emulator", "--port", "0", "--load", str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.json"):
        read_rows(tmp_path / "absent.json")


def test_log_lines_contain_no_control_characters(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = "\x1b[2J\u202eforged\x9b\nERROR all is well"
    gateway = Gateway(Cloud(), verify="none")

    def broken(*_: Any) -> None:
        raise RuntimeError(evil)

    monkeypatch.setattr(gateway.cloud, "call", broken)
    headers = [
        ("X-TC-Action", "DescribeVpcs"),
        ("X-TC-Version", "2017-03-12"),
        ("X-TC-Region", "ap-guangzhou"),
        ("Content-Type", "application/json"),
        ("Host", "vpc.tencentcloudapi.com"),
    ]
    with caplog.at_level(logging.DEBUG, "havip.emulator"):
        answer = gateway.handle(RawRequest("POST", "/", headers, b"{}"))
        logging.getLogger("havip.emulator.http").warning("bad line %r from %s", evil, evil)
    assert json.loads(answer.body)["Response"]["Error"]["Code"] == "InternalError"
    lines = caplog.text.split("\n")
    assert "forged" in caplog.text
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("ERROR all") for line in lines)


@pytest.mark.process
def test_a_fork_while_another_thread_is_in_a_call_does_not_hang() -> None:
    """The child takes over the mock with its locks free, whatever other threads were doing."""
    code = """
import os, sys, threading
import havip
from havip.emulator import mock_havip
key = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
stop = threading.Event()
def work():
    with havip.Client("ap-guangzhou", credentials=key) as client:
        while not stop.is_set():
            client.describe_vpcs()
with mock_havip():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads: thread.start()
    for _ in range(30):
        child = os.fork()
        if not child:
            with havip.Client("ap-guangzhou", credentials=key) as client:
                client.describe_vpcs()
            os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    stop.set()
    for thread in threads: thread.join()
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "done", done.stderr


def test_the_mock_works_from_many_threads_at_once() -> None:
    made: list[str] = []

    def work() -> None:
        with havip.Client("ap-guangzhou") as client:
            made.append(client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16").vpc.vpc_id)

    with mock_havip() as cloud:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(made)) == len(cloud.region(CALLER.account, CALLER.region).vpcs) == 8


def test_an_announcement_without_a_place_is_an_error() -> None:
    for where in ({"region": ""}, {"account": ""}, {"region": "nowhere"}):
        with pytest.raises(ApiFailure):
            Cloud().announce("ins-1a2b3c4d", "10.0.0.1", **where)
