"""The alert rules fire on recorded series, and name metrics that the exporter has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

import havip
from havip.emulator import Cloud
from havip.exporter import HaVipCollector, NodeCollector
from havip.exporter.node import NodeReader
from tests.exporter.test_exporter_node import Probe

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "monitoring"


@pytest.mark.process
@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on PATH")
def test_the_alert_rules_fire_on_recorded_series() -> None:
    done = subprocess.run(
        ["promtool", "test", "rules", "havip.rules.test.yml"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested() -> None:
    alerts = set(re.findall(r"alert: (\w+)", (FOLDER / "havip.rules.yml").read_text()))
    tested = set(re.findall(r"alertname: (\w+)", (FOLDER / "havip.rules.test.yml").read_text()))
    assert alerts == tested


@pytest.mark.parametrize("file", ["havip.rules.yml", "grafana-dashboard.json"])
def test_only_metrics_of_the_exporter_are_named(file: str, havip_cloud: Cloud) -> None:
    registry = CollectorRegistry()
    registry.register(HaVipCollector({"ap-guangzhou": havip.Client("ap-guangzhou")}))
    registry.register(NodeCollector(reader=NodeReader(Probe)))
    known = set(re.findall(r"^# TYPE (\w+)", generate_latest(registry).decode(), re.MULTILINE))
    named = set(re.findall(r"\bhavip_[a-z_]+\b", (FOLDER / file).read_text()))
    assert named
    assert named <= known


def test_the_dashboard_is_one_of_grafana_with_its_panels() -> None:
    board = json.loads((FOLDER / "grafana-dashboard.json").read_text())
    assert {"title", "panels", "templating", "schemaVersion"} <= board.keys()
    assert all(panel["targets"] for panel in board["panels"])
