"""The pytest plugin's fixtures, and the cost of loading the plugin without using it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import havip
from havip.emulator import Cloud, Control, EmulatorServer, Fault

pytestmark = pytest.mark.evidence("assumed")


def test_a_client_and_its_cloud(havip_client: havip.Client, havip_cloud: Cloud) -> None:
    havip_client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16")
    assert havip_client.describe_vpcs().total_count == 1
    assert any(row.kind == "vpc" for row in havip_cloud.dump())


def test_each_test_begins_with_an_empty_cloud(havip_client: havip.Client) -> None:
    assert havip_client.describe_vpcs().total_count == 0


def test_the_controls(havip_client: havip.Client, havip_control: Control) -> None:
    havip_control.faults.add(Fault(code="UnsupportedOperation", action="DescribeVpcs"))
    with pytest.raises(havip.errors.UnsupportedError):
        havip_client.describe_vpcs()
    assert [entry.action for entry in havip_control.requests] == ["DescribeVpcs"]


def test_a_server(havip_server: EmulatorServer) -> None:
    key = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
    with havip.Client("ap-guangzhou", credentials=key, endpoint=havip_server.url) as client:
        assert client.describe_vpcs().total_count == 0
    told = requests.post(f"{havip_server.url}/_havip/requests", json={}, timeout=5).json()
    assert [entry["action"] for entry in told["requests"]] == ["DescribeVpcs"]


@pytest.mark.process
def test_loading_the_plugin_loads_nothing_heavy() -> None:
    code = (
        "import sys, havip.testing; "
        "print([m for m in ('requests', 'pydantic', 'aiohttp', 'pulumi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.process
def test_a_missing_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_server(havip_server): ...\n"
        "def test_client(havip_client): assert havip_client.describe_vpcs().total_count == 0\n"
    )
    code = (
        "import sys, pytest; sys.modules['aiohttp'] = None; "
        "sys.exit(pytest.main(['-q', '-p', 'havip.testing', 'test_it.py']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert "pip install 'havip[emulator]'" in done.stdout
    assert "1 passed, 1 error" in done.stdout
