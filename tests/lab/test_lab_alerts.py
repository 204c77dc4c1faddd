"""The alert rules fire for real: a lab breaks, the exporter reads it, Prometheus evaluates."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import havip
from havip.api import HaVipAssociation
from havip.lab import labs
from havip.lab.control import send_command
from havip.lab.stack import launch

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "monitoring" / "havip.rules.yml"
MAIN = "from havip.cli.main import main; main()"
REASON = launch.missing() or next(
    (
        f"{tool} is not installed"
        for tool in ("haproxy", "keepalived", "prometheus")
        if not shutil.which(tool)
    ),
    None,
)
pytestmark = [
    pytest.mark.lab,
    pytest.mark.soak,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
PATIENCE = 240.0
"""Seconds: the rules wait a minute before most alerts."""
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: havip
    static_configs: [{{targets: ["{exporter}"]}}]
"""


def until(what: str, true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {PATIENCE:g} s"
        time.sleep(0.2)


@contextmanager
def program(*words: str, log: Path, **environment: str) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(words, stdout=file, stderr=file, env=environment or None)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def address_of(log: Path, pattern: str) -> str:
    found: list[str] = []

    def told() -> bool:
        found[:] = re.findall(pattern, log.read_text())
        return bool(found)

    until(f"{pattern} in {log.name}", told)
    return found[0]


@pytest.fixture
def lab() -> Iterator[labs.LabFolder]:
    name = "alerts"
    words = ("lab", "up", str(ROOT / "examples" / "lb-ha-pair"), "--lab", name)
    done = subprocess.run([sys.executable, "-c", MAIN, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = next(one for one in labs.labs() if one.name == name)
    yield found
    labs.take_down(found)


def test_every_failure_in_the_lab_fires_its_alert(lab: labs.LabFolder, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **launch.cloud_of(lab).environment}
    with ExitStack() as stack:
        log = tmp_path / "exporter.log"
        words = ("exporter", "--listen", "127.0.0.1:0", "--interval", "1", "--no-node")
        stack.enter_context(program(sys.executable, "-c", MAIN, *words, log=log, **environment))
        exporter = address_of(log, r"127\.0\.0\.1:\d+")
        config = tmp_path / "prometheus.yml"
        config.write_text(CONFIG.format(rules=RULES, exporter=exporter))
        log = tmp_path / "prometheus.log"
        options = (f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
                 "--web.listen-address=127.0.0.1:0")  # fmt: skip
        stack.enter_context(program("prometheus", *options, log=log, **environment))
        server = address_of(log, r"address=(127\.0\.0\.1:[1-9]\d+)")

        def firing() -> set[tuple[str, str]]:
            with urllib.request.urlopen(f"http://{server}/api/v1/alerts") as answer:
                alerts: list[dict[str, Any]] = json.load(answer)["data"]["alerts"]
            return {(one["labels"]["alertname"], one["labels"].get("havip", ""))
                    for one in alerts if one["state"] == "firing"}  # fmt: skip

        with havip.Client(
            environment["TENCENTCLOUD_REGION"],
            endpoint=environment["HAVIP_ENDPOINT"],
            credentials=havip.Credentials(
                environment["TENCENTCLOUD_SECRET_ID"], environment["TENCENTCLOUD_SECRET_KEY"]
            ),
        ) as client:
            (vip,) = client.describe_ha_vips().ha_vip_set
            until("a holder", lambda: send_command(lab.control, "status")["havips"][0]["holder"])
            assert firing() == set()

            # Two masters: each announces every five seconds.
            send_command(lab.control, "fault", name="vrrp-lost", node="lb-a", peer="lb-b")
            until("HavipFlapping", lambda: ("HavipFlapping", vip.ha_vip_id) in firing())
            send_command(lab.control, "heal")

            members = [
                HaVipAssociation(instance_id=one, instance_type="CVM")
                for one in (his.instance_id for his in client.describe_instances().instance_set)
            ]
            # A HAVIP that no keepalived knows.
            silent = client.create_ha_vip(
                vpc_id=vip.vpc_id, subnet_id=vip.subnet_id, ha_vip_name="silent",
                check_associate=True, ha_vip_association_set=members,
            ).ha_vip  # fmt: skip
            holder = client.describe_ha_vips(ha_vip_ids=[vip.ha_vip_id]).ha_vip_set[0].instance_id
            gone = HaVipAssociation(
                ha_vip_id=vip.ha_vip_id, instance_id=holder, instance_type="CVM"
            )
            client.disassociate_ha_vip_instance(ha_vip_association_set=[gone])
            wanted = {
                ("HavipNotHeld", silent.ha_vip_id),
                ("HavipHolderOutsideRange", vip.ha_vip_id),
            }
            until(f"{wanted}", lambda: wanted <= firing())
            print(sorted(firing()))
