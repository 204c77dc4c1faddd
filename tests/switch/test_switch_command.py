"""``havip switch-ip`` on a machine: its metadata service, its role, and its exit codes."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from havip.cli.main import main
from havip.emulator.http.faults import Fault
from havip.errors import WaitTimeout
from havip.switch import LostRaceError

ROLES = "/latest/meta-data/cam/security-credentials/"


Pair = Any
"""Two machines and an address, as conftest.py makes them."""


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The pages of a metadata service, by their path."""
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path)
            self.send_response(200 if found is not None else 404)
            self.end_headers()
            self.wfile.write((found or "").encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}{ROLES}"
        monkeypatch.setenv("HAVIP_METADATA_URL", url)
        yield pages
        server.shutdown()


@pytest.fixture
def machine(
    pair: Pair, metadata: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The second node, as its metadata service describes it; nothing else is configured."""
    for name in ("TENCENTCLOUD_REGION", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    made = pair.client.assume_role(
        role_arn="qcs::cam::uin/100000000001:roleName/havip-node", role_session_name="node"
    )
    role = {
        "Code": "Success",
        "TmpSecretId": made.credentials.tmp_secret_id,
        "TmpSecretKey": made.credentials.tmp_secret_key,
        "Token": made.credentials.token,
        "ExpiredTime": made.expired_time,
    }
    pages = {
        "/latest/meta-data/instance-id": pair.nodes[1],
        "/latest/meta-data/placement/region": "ap-guangzhou",
        ROLES: "havip-node",
        f"{ROLES}havip-node": json.dumps(role),
    }
    metadata.update(pages)
    return metadata


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["havip", "switch-ip", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_machine_moves_the_address_to_itself(
    pair: Pair,
    machine: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, pair.address) == 0
    assert pair.place() == pair.enis[1]
    source, destination = (f"{e} ({n})" for e, n in zip(pair.enis, pair.nodes, strict=False))
    said = f"{pair.address} moved from {source} to {destination} in 0."
    assert capsys.readouterr().out.startswith(said)
    assert run(monkeypatch, pair.address) == 0
    assert capsys.readouterr().out == f"{pair.address} is on {destination} already\n"


def test_a_program_gets_json(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (pair.address, "--to", pair.nodes[1], "--dry-run", "--region", "ap-guangzhou")
    assert run(monkeypatch, *words, "-o", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["destination"]) == ("planned", pair.enis[1])
    assert run(monkeypatch, *words) == 0
    assert "would move from" in capsys.readouterr().out
    assert pair.place() == pair.enis[0]


@pytest.mark.parametrize(
    ("words", "fault", "code", "text"),
    [
        (["172.17.16"], None, 2, "is not an IPv4 address"),
        (["172.17.16.99"], None, 3, "no network interface of vpc-"),
        (["172.17.16.7"], None, 1, "primary address"),
        (["172.17.16.4"], Fault(action="MigratePrivateIpAddress", code="LimitExceeded"), 1, ""),
        (["172.17.16.4"], Fault(code="UnauthorizedOperation"), 4, "UnauthorizedOperation"),
        (["172.17.16.4"], Fault(drop=True, times=None), 5, "lost"),
    ],
)
def test_exit_codes_tell_a_script_what_happened(
    pair: Pair,
    machine: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    fault: Fault | None,
    code: int,
    text: str,
) -> None:
    if fault:
        pair.control.faults.add(fault)
    assert run(monkeypatch, *words, "--timeout", "1") == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("havip: ")
    assert text in line


@pytest.mark.parametrize(
    ("error", "code"),
    [(LostRaceError("another came first"), 7), (WaitTimeout("not in time"), 6)],
)
def test_what_a_script_can_wait_out_has_exit_codes_of_its_own(
    pair: Pair,
    machine: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: int,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("havip.switch.switch_ip", fail)
    assert run(monkeypatch, pair.address) == code


def test_a_machine_elsewhere_needs_a_destination(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, pair.address, "--region", "ap-guangzhou") == 5
    said = capsys.readouterr().err
    assert "metadata service" in said
    assert said.endswith("; name the node that shall have the address: --to\n")


def test_a_metadata_service_that_answers_nonsense_is_not_believed(
    pair: Pair,
    machine: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine["/latest/meta-data/instance-id"] = "<html> not found"
    assert run(monkeypatch, pair.address) == 5
    assert "no instance-id in its answer" in capsys.readouterr().err
