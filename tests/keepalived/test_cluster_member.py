"""The service of a database cluster's machine: who gets its state, and who does not."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from havip.keepalived.nodes.scripts.cluster import member
from havip.keepalived.nodes.scripts.cluster.galera import GaleraMember
from pulumi_havip.components.certificate import draw_certificate


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GaleraMember]:
    """A machine that answers on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setattr(member, "PORT", free.getsockname()[1])
    certify(tmp_path, monkeypatch)
    monkeypatch.setattr(GaleraMember, "state", lambda _: "member")
    one = GaleraMember(
        {"engine": "galera", "self": "127.0.0.1", "nodes": ["127.0.0.1", "10.0.0.2", "10.0.0.3"]}
    )
    with member.MemberServer(one) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield one
        server.shutdown()
        thread.join()


def certify(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = draw_certificate([])
    at = pem.index("-----BEGIN CERTIFICATE")
    (folder / "cluster.key").write_text(pem[:at])
    (folder / "cluster.crt").write_text(pem[at:])
    monkeypatch.setattr(member, "CERTIFICATE", folder / "cluster.crt")
    monkeypatch.setattr(member, "KEY", folder / "cluster.key")


def test_peers_are_told_what_a_machine_has(served: GaleraMember) -> None:
    assert served.query("127.0.0.1") == "member"


def test_a_peer_with_another_certificate_gets_no_answer(
    served: GaleraMember, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    certify(tmp_path / "other", monkeypatch)
    assert served.query("127.0.0.1") is None


def test_a_peer_without_a_certificate_gets_no_answer(served: GaleraMember) -> None:
    assert _told_without_certificate() == b""


def _told_without_certificate() -> bytes:
    context = ssl._create_unverified_context()
    try:
        with (
            socket.create_connection(("127.0.0.1", member.PORT)) as plain,
            context.wrap_socket(plain) as secure,
        ):
            return secure.recv(64)
    except OSError:
        return b""


def test_silent_connections_do_not_block_other_peers(served: GaleraMember) -> None:
    idle = [socket.create_connection(("127.0.0.1", member.PORT)) for _ in range(8)]
    try:
        assert served.query("127.0.0.1") == "member"
    finally:
        for one in idle:
            one.close()


def test_settings_are_those_that_the_set_ups_write(tmp_path: Path) -> None:
    from havip.keepalived.nodes.mariadb import mariadb_nodes

    machines = ["172.17.16.31", "172.17.16.32", "172.17.16.33"]
    setups = mariadb_nodes(
        "172.17.16.3",
        machines[:2],
        witness=machines[2],
        subnet="172.17.16.0/24",
        auth_pass="f7Kq2xZ9",
        certificate=draw_certificate(machines),
    )
    for own, setup in setups.items():
        one = GaleraMember(json.loads(setup.file("/etc/havip/member.json")))
        assert (one.own, one.third) == (own, own == machines[2])
        assert one.peers == [other for other in machines if other != own]
