"""The parts of the lab that need no namespaces."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from havip.doctor import arp
from havip.lab import http_probe, logs, requirements
from havip.lab import namespace as namespace
from havip.lab.events import EventLog
from havip.lab.lab import election_bound
from havip.lab.probes import ClientRequest, Outage, longest, read


def frame(operation: int, sender: bytes, target: bytes, kind: int = 0x0806) -> bytes:
    head = struct.pack("!6s6sHHHBBH", b"\xff" * 6, b"\x02" * 6, kind, 1, 0x0800, 6, 4, operation)
    return head + b"\x02" * 6 + sender + b"\0" * 6 + target


@pytest.mark.parametrize("operation", [1, 2])
def test_an_announcement_is_a_request_or_a_reply_for_the_own_address(operation: int) -> None:
    own = bytes([10, 0, 0, 2])
    heard = arp.read(frame(operation, own, own), "port1")
    assert heard is not None
    assert heard.gratuitous
    assert (heard.port, str(heard.sender)) == ("port1", "10.0.0.2")


def test_an_arp_request_for_another_address_is_not_an_announcement() -> None:
    heard = arp.read(frame(1, bytes([10, 0, 0, 2]), bytes([10, 0, 0, 3])), "port1")
    assert heard is not None
    assert not heard.gratuitous


@pytest.mark.parametrize("raw", [b"", b"\0" * 20, frame(1, b"abcd", b"abcd", kind=0x0800)])
def test_frames_other_than_arp_are_not_read(raw: bytes) -> None:
    assert arp.read(raw, "port1") is None


def test_an_outage_that_has_not_ended_counts_to_the_end() -> None:
    requests = [ClientRequest(1.0, True), ClientRequest(1.5, False), ClientRequest(2.0, False)]
    assert longest(requests, since=0.0, until=9.0) == Outage(8.0, 2, 3, 1.0)


def test_without_any_answer_the_whole_time_is_an_outage() -> None:
    assert longest([], since=1.0, until=3.0) == Outage(2.0, 0, 0, 1.0)


def test_a_half_written_line_of_a_record_is_left_out(tmp_path: Path) -> None:
    record = tmp_path / "requests"
    record.write_text("1.5000 1\n2.5000 0\n3.5")
    assert read(record) == [ClientRequest(1.5, True), ClientRequest(2.5, False)]
    assert read(tmp_path / "none") == []


@pytest.mark.parametrize(("advert_int", "priority", "bound"), [(1, 80, 3.6875), (5, 100, 15.609)])
def test_the_bound_of_an_election(advert_int: float, priority: int, bound: float) -> None:
    assert election_bound(advert_int, priority) == pytest.approx(bound, abs=0.001)


@pytest.mark.process
@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_installer_passes_shellcheck() -> None:
    script = Path(namespace.__file__).parent / "install-deps.sh"
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_missing_tools_are_named_with_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(namespace, "find", lambda tool: None if tool == "killall" else tool)
    assert namespace.missing() == "the lab needs killall: apt-get install psmisc"


def test_a_lab_that_stays_keeps_a_bounded_number_of_events() -> None:
    log = EventLog(kept=100)
    heard: list[str] = []
    log.subscribe(lambda event: heard.append(event.text))
    for number in range(1000):
        log.add("note", text=str(number))
    assert [one.text for one in log] == [str(number) for number in range(900, 1000)]
    assert len(heard) == 1000


def test_a_record_of_requests_loses_its_older_half_once_it_is_long(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    record = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        for number in range(1000):
            os.write(record, f"{number}.0000 1 lb1\n".encode())
            http_probe.shorten(record, 4000)
            assert path.stat().st_size <= 4000
    finally:
        os.close(record)
    kept = [one.at for one in read(path)]
    assert kept == [float(number) for number in range(1000 - len(kept), 1000)]
    assert len(kept) > 80


def test_a_long_log_is_truncated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_LONGEST", 1000)
    collector, path = logs.LogCollector(), tmp_path / "log"
    lines: list[str] = []
    events = EventLog()

    def heard(at: float, line: str) -> None:
        lines.append(line)
        events.add("note")

    writer = collector.open(path, heard)
    for number in range(100):
        os.write(writer, f"{number:099}\n".encode())
        assert events.wait(lambda number=number: len(lines) > number, 20)  # type: ignore[misc]
        assert path.stat().st_size <= 1200
    os.close(writer)
    collector.close()
    assert int(lines[-1]) == 99


def test_without_root_the_lab_explains_why_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    told = namespace.missing()
    assert told is not None
    assert "sudo" in told
    assert "user namespace" in told
    assert "\n" not in told
    (rights,) = (one for one in requirements.check() if one.name == "rights")
    assert not rights.met
    assert "user namespace" in rights.text
