"""`make demo`: its results, and what it leaves behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from havip.keepalived import parse
from havip.lab import labs
from havip.lab.namespace import find
from havip.lab.stack import launch

LACKING = launch.missing() or next(
    (f"{tool} is not installed" for tool in ("haproxy", "keepalived") if not find(tool)), None
)
ROOT = Path(__file__).resolve().parents[2]
PEERS = {"lb-a": ("172.17.16.7", "172.17.16.13"), "lb-b": ("172.17.16.13", "172.17.16.7")}


def start(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    (tmp_path / "temporary").mkdir()
    env = os.environ | {
        "TMPDIR": str(tmp_path / "temporary"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "examples/demo.py"), "--output", str(tmp_path / "out"), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=env,
        start_new_session=True,
    )


def still_there(group: int) -> list[psutil.Process]:
    """List the processes of the demo's process group that do not end by themselves at once."""
    found = [process for process in psutil.process_iter() if _group(process) == group]
    return psutil.wait_procs(found, timeout=5)[1]


def _group(process: psutil.Process) -> int | None:
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return None


def expect_the_seeds_settings(folder: Path) -> None:
    for node, (own, peer) in PEERS.items():
        (instance,) = parse((folder / f"{node}.keepalived.conf").read_text()).config.vrrp_instance
        assert instance.authentication
        assert len(instance.authentication.auth_pass.get_secret_value()) == 8
        assert instance.model_dump(exclude_defaults=True, exclude={"authentication", "lines"}) == {
            "name": "VI_1",
            "state": "BACKUP",
            "interface": "eth0",
            "virtual_router_id": 51,
            "nopreempt": True,
            "priority": 80,
            "advert_int": 1,
            "unicast_src_ip": own,
            "unicast_peer": ({"address": peer},),
            "virtual_ipaddress": ({"address": "172.17.16.3"},),
            "garp_master_delay": 1,
            "garp_master_refresh": 5,
            "track_script": ({"name": "checkhaproxy"},),
        }


@pytest.mark.process
@pytest.mark.parametrize(
    "engine",
    [
        "havip",
        pytest.param(
            "pulumi",
            marks=[
                pytest.mark.pulumi_cli,
                pytest.mark.skipif(not shutil.which("pulumi"), reason="no `pulumi` on PATH"),
            ],
        ),
    ],
)
def test_the_demo_succeeds_and_leaves_only_its_results(tmp_path: Path, engine: str) -> None:
    process = start(tmp_path, "--engine", engine)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert "left in the cloud: 0 HAVIPs" in said
    assert "\x1b[" not in said
    expect_the_seeds_settings(tmp_path / "out")
    assert not list((tmp_path / "temporary").iterdir())
    assert not still_there(process.pid)


@pytest.mark.lab
@pytest.mark.skipif(LACKING is not None, reason=str(LACKING))
@pytest.mark.soak
def test_the_demo_in_the_lab_shows_a_failover_and_leaves_nothing(tmp_path: Path) -> None:
    process = start(tmp_path, "--lab")
    said, _ = process.communicate(timeout=400)
    assert process.returncode == 0, said
    holder, other = re.findall(r"(lb-[ab]) answers in place of (lb-[ab]): no answer for", said)[0]
    assert holder != other
    assert "Rename the HAVIP" in said
    assert not [one for one in labs.labs() if one.name == f"demo-{process.pid}"]
    assert not still_there(process.pid)


@pytest.mark.process
def test_ctrl_c_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    process = start(tmp_path)
    assert process.stdout
    while "3. Deploy" not in (line := process.stdout.readline()):
        assert line, "the demo ended early"
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert "interrupted; nothing is left running" in said
    assert "Traceback" not in said
    assert not list((tmp_path / "temporary").iterdir())
    assert not (tmp_path / "out").exists()
    assert not still_there(process.pid)
