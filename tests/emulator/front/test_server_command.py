"""``havip emulator``: its start, its options, its end."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

import havip
from havip.cli.main import main

pytestmark = pytest.mark.evidence("assumed")

RUN = "from havip.cli.main import main; main()"
Start = Callable[..., "Running"]
Refused = Callable[..., tuple[int, str]]


class Running:
    """A ``havip emulator`` that said where it listens."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.line = process.stdout.readline()
        self.url = self.line.rpartition(" ")[2].strip()

    def client(self, secret_id: str = "AKIDEXAMPLE", secret: str = "SECRETEXAMPLE") -> havip.Client:
        key = havip.Credentials(secret_id, secret)
        return havip.Client("ap-guangzhou", credentials=key, endpoint=self.url)

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Stop it; return exit code, what else it printed, and its errors."""
        self.process.send_signal(number)
        assert self.process.stdout is not None
        out = self.process.stdout.read()  # `communicate` would lose what `readline` has buffered
        err = self.process.communicate(timeout=10)[1]
        return self.process.returncode, out, err


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.delenv("HAVIP_EMULATOR_KEYS", raising=False)
    running: list[subprocess.Popen[str]] = []

    def run(*options: str) -> Running:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, "emulator", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return Running(process)

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run the command where it must not start; return exit code and errors."""

    def run(*options: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["havip", "emulator", "--port", "0", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert told.out == ""
        return int(ended.value.code or 0), told.err

    return run


@pytest.mark.process
def test_one_line_says_that_it_answers_and_a_signal_ends_it(start: Start, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    running = start("--ready-file", str(ready), "--quota", "vpcs_per_region=1", "--task-delay", "2")
    assert running.line.startswith("havip emulator ready on http://127.0.0.1:")
    assert ready.read_text() == f"{running.url}\n"
    with running.client() as client:
        client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
        with pytest.raises(havip.errors.QuotaError):
            client.create_vpc(vpc_name="b", cidr_block="10.0.0.0/16")
    code, rest, errors = running.end()
    assert (code, errors) == (0, "")
    assert re.fullmatch(rf"dashboard: {running.url}/\?token=[\w-]{{24}}\n", rest)
    assert not ready.exists()


@pytest.mark.process
def test_state_in_a_folder_outlives_it(start: Start, refused: Refused, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    first = start("--data", data)
    with first.client() as client:
        client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
    assert first.end(signal.SIGKILL)[0] == -signal.SIGKILL
    second = start("--data", data)
    with second.client() as client:
        assert client.describe_vpcs().total_count == 1
    code, text = refused("--data", data)
    assert code == 1
    assert text.count("\n") == 1
    assert "in use by another emulator" in text
    assert second.end(signal.SIGINT)[0] == 0


@pytest.mark.process
def test_keys_of_variable_and_file(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAVIP_EMULATOR_KEYS", "AKIDone:first AKIDtwo:second:100000000002")
    file = tmp_path / "keys"
    file.write_text("AKIDthree:third # a comment\n\n")
    running = start("--key-file", str(file), "--account", "100000000007")
    for secret_id, secret, account in (
        ("AKIDone", "first", "100000000007"),
        ("AKIDtwo", "second", "100000000002"),
        ("AKIDthree", "third", "100000000007"),
    ):
        with running.client(secret_id, secret) as client:
            assert client.get_caller_identity().account_id == account
    with running.client() as client, pytest.raises(havip.errors.AuthError):
        client.describe_vpcs()


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (("--key", "nonsense-with-a-secret"), 2, "expected ID:SECRET"),
        (("--key-file", "/nonexistent/keys"), 2, "cannot be read"),
        (("--quota", "vpcs_per_region"), 2, "NAME=NUMBER"),
        (("--quota", "castles=1"), 2, "--quota castles=1: unknown quota"),
        (("--tls-cert", "cert.pem"), 2, "must be used together"),
        (("--tls-cert", "/nonexistent/a", "--tls-key", "/nonexistent/b"), 2, "cannot be used"),
        (("--ready-file", "/nonexistent/folder/ready"), 1, "cannot be written"),
        (("--host", "192.0.2.7"), 1, "cannot listen on 192.0.2.7"),
    ],
)
def test_what_it_cannot_do_is_one_line(
    options: tuple[str, ...], code: int, text: str, refused: Refused
) -> None:
    ended, told = refused(*options)
    assert ended == code, told
    assert text in told
    assert told.count("\n") == 1
    assert "nonsense-with-a-secret" not in told


def test_a_port_that_is_taken(refused: Refused) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, text = refused("--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "choose another --port" in text


@pytest.mark.process
def test_rates_are_kept_where_asked(start: Start) -> None:
    running = start("--rate-limits")
    answer = requests.post(f"{running.url}/_havip/limits", json={}, timeout=5)
    assert answer.json()["on"] is True
