"""Probe of a machine: from files and commands of a test, and once from the real kernel."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import textwrap
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from havip.doctor import Link, LocalProbe, ProbeError
from havip.doctor.probe import listen, read_link

LINKS = [
    {
        "ifname": "lo",
        "flags": ["LOOPBACK", "UP", "LOWER_UP"],
        "address": "00:00:00:00:00:00",
        "addr_info": [
            {"family": "inet", "local": "127.0.0.1"},
            {"family": "inet6", "local": "::1"},
        ],
    },
    {
        "ifname": "eth0",
        "flags": ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
        "address": "52:54:00:AB:CD:EF",
        "addr_info": [
            {"family": "inet", "local": "172.17.16.7"},
            {"family": "inet", "local": "172.17.16.3"},
        ],
    },
    {"ifname": "eth1", "flags": ["BROADCAST", "UP"], "address": "52:54:00:00:00:01"},
    {"ifname": "tun0", "flags": ["UP", "LOWER_UP"], "addr_info": [{}]},
]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Install an ``ip`` command of the test before that of the machine."""

    def make(text: str) -> None:
        ip = tmp_path / "ip"
        ip.write_text(f"#!/bin/sh\n{text}\n")
        ip.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return make


@pytest.mark.process
def test_interfaces_are_those_that_ip_tells(command: Any) -> None:
    command(f"echo '{json.dumps(LINKS)}'")
    assert LocalProbe().links() == [
        Link("lo", "00:00:00:00:00:00", True, ("127.0.0.1",)),
        Link("eth0", "52:54:00:ab:cd:ef", True, ("172.17.16.7", "172.17.16.3")),
        Link("eth1", "52:54:00:00:00:01", False, ()),
        Link("tun0", "", True, ()),
    ]


@pytest.mark.process
@pytest.mark.parametrize("does", ["exit 1", "echo nonsense", "echo '[{}]'"])
def test_an_ip_that_does_not_answer_as_expected_is_told(command: Any, does: str) -> None:
    command(does)
    with pytest.raises(ProbeError, match="'ip -j addr' failed"):
        LocalProbe().links()


def test_keepalived_is_looked_for_among_the_processes(tmp_path: Path) -> None:
    for pid, name in {"1": "systemd", "17": "haproxy", "gone": ""}.items():
        (tmp_path / pid).mkdir()
        if name:
            (tmp_path / pid / "comm").write_text(f"{name}\n")
    (tmp_path / "18").mkdir()  # a process that ended between two looks
    assert not LocalProbe(proc=str(tmp_path)).keepalived_runs()
    (tmp_path / "18" / "comm").write_text("keepalived\n")
    assert LocalProbe(proc=str(tmp_path)).keepalived_runs()
    with pytest.raises(ProbeError):
        LocalProbe(proc=str(tmp_path / "none")).keepalived_runs()


def test_the_configuration_is_read_missing_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keepalived.conf"
    probe = LocalProbe(config_path=str(path))
    assert probe.config() is None
    path.write_text("global_defs {\n}\n")
    assert probe.config() == "global_defs {\n}\n"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ProbeError, match="cannot be read"):
        probe.config()

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ProbeError, match="run as root"):
        probe.config()


def test_the_id_is_that_of_the_metadata_service(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProbeError, match="switched off by HAVIP_METADATA_URL"):
        LocalProbe().instance_id()


def test_a_missing_right_to_sniff_is_reported_with_the_next_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("havip.doctor.arp.listen", refuse)
    with pytest.raises(ProbeError, match="run as root"):
        LocalProbe().announced("172.17.16.3", 1)


def test_a_machine_without_packet_sockets_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise AttributeError("module 'socket' has no attribute 'AF_PACKET'")

    monkeypatch.setattr("havip.doctor.arp.listen", missing)
    with pytest.raises(ProbeError, match="cannot listen for ARP"):
        LocalProbe().announced("172.17.16.3", 1)


def arp(sender: str, target: str, *, request: bool = True) -> bytes:
    """Write an ARP packet as it stands on the wire."""
    mac = bytes.fromhex("525400abcdef")
    head = struct.pack("!6s6sHHHBBH", b"\xff" * 6, mac, 0x0806, 1, 0x0800, 6, 4, 2 - request)
    return head + mac + socket.inet_aton(sender) + bytes(6) + socket.inet_aton(target)


class Tap:
    """A packet socket that receives the frames of a test, and then nothing."""

    def __init__(self, *packets: tuple[bytes, str, int]) -> None:
        self.packets = list(packets)

    def settimeout(self, seconds: float) -> None:
        assert 0 < seconds <= 5

    def recvfrom(self, _: int) -> tuple[bytes, tuple[str, int, int]]:
        if not self.packets:
            raise TimeoutError
        frame, port, kind = self.packets.pop(0)
        return frame, (port, 0x0806, kind)


OUT, IN = 4, 1  # PACKET_OUTGOING, PACKET_BROADCAST
VIP = "172.17.16.3"


@pytest.mark.parametrize(
    ("packets", "heard"),
    [
        ([], set()),
        ([(arp(VIP, VIP), "eth0", OUT)], {"eth0"}),
        ([(arp(VIP, VIP, request=False), "eth0", OUT)], {"eth0"}),
        ([(arp(VIP, VIP), "lo", OUT)], {"lo"}),
        ([(arp(VIP, VIP), "eth0", IN)], set()),
        ([(arp(VIP, "172.17.16.1"), "eth0", OUT)], set()),
        ([(arp("172.17.16.7", "172.17.16.7"), "eth0", OUT)], set()),
        ([(b"short", "eth0", OUT), (arp(VIP, VIP), "eth1", OUT)], {"eth1"}),
    ],
)
def test_only_announcements_of_the_address_that_leave_count(
    packets: list[tuple[bytes, str, int]], heard: set[str]
) -> None:
    tap: Any = Tap(*packets)
    assert listen(tap, IPv4Address(VIP), 5.0) == heard


def test_links_without_addresses_are_read() -> None:
    assert read_link({"ifname": "x", "flags": []}) == Link("x", "", False, ())


@pytest.mark.lab
@pytest.mark.skipif(os.geteuid() != 0, reason="packet sockets and namespaces need root")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare")
def test_the_real_kernel_is_heard_announcing() -> None:
    """In a namespace of its own: one interface, one address, one announcement that leaves."""
    program = textwrap.dedent(
        f"""
        import socket, subprocess, threading
        from havip.doctor import LocalProbe
        for words in (
            "link add eth0 type veth peer name eth1",
            "link set eth1 up",
            "link set eth0 up",
            "addr add {VIP}/24 dev eth0",
        ):
            subprocess.run(["ip", *words.split()], check=True)
        frame = bytes.fromhex("{arp(VIP, VIP).hex()}")
        out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        out.bind(("eth0", 0))
        stop = threading.Event()
        def announce():
            while not stop.wait(0.05):
                out.send(frame)
        thread = threading.Thread(target=announce)
        thread.start()
        probe = LocalProbe()
        heard = probe.announced("{VIP}", 5), probe.announced("172.17.16.4", 0.2)
        stop.set()
        thread.join()
        (link,) = [one for one in probe.links() if one.name == "eth0"]
        print(sorted(heard[0]), sorted(heard[1]), link.addresses)
        """
    )
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout == f"['eth0'] [] ('{VIP}',)\n", done.stderr


def test_packages_that_are_held_are_read_from_dpkg(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text(
        "Package: keepalived\nStatus: hold ok installed\nVersion: 1\n\n"
        "Package: vim\nEssential: no\nStatus: install ok installed\n\n"
        "Package: haproxy\nPriority: optional\nStatus: hold ok installed\n"
    )
    assert LocalProbe(dpkg_status=str(status)).held() == ("keepalived", "haproxy")
    assert LocalProbe(dpkg_status=str(tmp_path / "none")).held() == ()
