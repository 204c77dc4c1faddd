"""P2 for the exporter: no key and no password is in its metrics, its logs or its errors."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import bcrypt
import psutil
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from havip import FakeClock
from havip.doctor.probe import Link, LocalProbe
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.errors import UsageError
from havip.exporter import NodeCollector
from havip.exporter.node import NodeReader
from havip.exporter.server import WebConfig, read_web_config, serve
from tests.canaries import Canaries


def scrape(url: str, header: bytes) -> bytes:
    request = urllib.request.Request(url)
    request.add_header("Authorization", header.decode("latin-1"))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return b"%d %b" % (error.code, error.read())


@pytest.mark.process
@pytest.mark.parametrize("known", [True, False], ids=["a known key", "an unknown key"])
def test_no_output_of_a_running_exporter_holds_a_secret(tmp_path: Path, *, known: bool) -> None:
    canaries = Canaries(1)
    password = canaries.make("basic auth")
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    canaries.ways["the web config"] = hashed
    (tmp_path / "web.yml").write_text(f"basic_auth_users: {{prom: '{hashed}'}}\n")
    with EmulatorServer() as server:
        key = DEFAULT_SECRET_KEY if known else canaries.make("a wrong key")
        canaries.ways["key"] = key
        environment = {
            **os.environ,
            "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": key,
            "TENCENTCLOUD_REGION": "ap-guangzhou",
            "HAVIP_DEBUG": "1",
        }
        main = "from havip.cli.main import main; main()"
        words = ["--debug", "exporter", "--listen", "127.0.0.1:0", "--endpoint", server.url]
        words += ["--web-config", "web.yml", "--findings-every", "1"]
        process = subprocess.Popen(
            [sys.executable, "-c", main, *words],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        said = b""
        try:
            while b"ready on" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            url = said.rpartition(b"ready on ")[2].split()[0].decode()
            right = b"Basic " + b64encode(b"prom:" + password.encode())
            metrics = scrape(url, right)
            refused = [
                scrape(url, b"Basic " + text)
                for text in (password.encode(), b"\xe9" + password.encode(), b64encode(b"\xff"))
            ]
            line = " ".join(psutil.Process(process.pid).cmdline()).encode()
        finally:
            process.terminate()
            said += process.communicate(timeout=30)[0]
    assert b'havip_up{region="ap-guangzhou"} %d' % known in metrics
    assert {text[:3] for text in refused} == {b"401"}
    assert canaries.found_in(b"\n".join([metrics, *refused, said, line])) == []
    assert b"Traceback" not in said


WRONG = [
    "basic_auth_users: {prom: CANARY}",
    "basic_auth_users: {prom: [CANARY]}",
    "basic_auth_users: CANARY",
    "tls_server_config: {cert_file: CERT, key_file: CERT}\n# CANARY",
    "tls_server_config: {cert_file: CERT, key_file: CERT, password: CANARY}",
    "tls_server_config: {cert_file: CERT}\nCANARY",
    "client_secret: CANARY",
    "basic_auth_users: {prom: 'CANARY}",
]


@pytest.mark.parametrize("text", WRONG)
def test_no_error_of_a_web_config_holds_a_secret(text: str, tmp_path: Path) -> None:
    canaries = Canaries(2)
    canary = canaries.make("the file")
    certificate = tmp_path / "server.pem"
    certificate.write_text(f"-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----\n")
    config = tmp_path / "web.yml"
    config.write_text(text.replace("CANARY", canary).replace("CERT", str(certificate)))
    with (
        pytest.raises(UsageError) as refused,
        serve(CollectorRegistry(), "127.0.0.1", 0, read_web_config(config)),
    ):
        pass
    assert canaries.found_in(str(refused.value).encode()) == []
    assert str(refused.value).startswith("web config")


def test_no_repr_of_a_web_config_holds_a_secret() -> None:
    canaries = Canaries(3)
    canary = canaries.make("the hash")
    hashed = f"$2b$04${canary:A<53}"
    assert canaries.found_in(repr(WebConfig(basic_auth_users={"prom": hashed})).encode()) == []
    with pytest.raises(ValueError, match="not a bcrypt hash") as refused:
        WebConfig(basic_auth_users={"prom": canary})
    assert canaries.found_in(str(refused.value).encode()) == []


NODE_FILES = [
    "vrrp_instance a {\n authentication {\n auth_type PASS\n auth_pass CANARY\n }\n"
    " virtual_ipaddress {\n 172.17.16.3\n }\n}\n",
    "vrrp_instance a {\n auth_pass CANARY\n",
    "CANARY {\n",
]


@pytest.mark.parametrize("text", NODE_FILES)
def test_no_metric_of_a_node_holds_a_secret_of_keepalived(text: str) -> None:
    canaries = Canaries(4)
    canary = canaries.make("keepalived.conf")

    class Probe(LocalProbe):
        def keepalived_runs(self) -> bool:
            return True

        def config(self) -> str:
            return text.replace("CANARY", canary)

        def links(self) -> list[Link]:
            return []

        def database(self) -> None:
            return None

    registry = CollectorRegistry()
    registry.register(NodeCollector(15.0, NodeReader(Probe), FakeClock()))
    assert canaries.found_in(generate_latest(registry)) == []
