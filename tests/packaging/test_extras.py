"""Every extra alone, in an environment of its own: what it promises works, the rest says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
MOCK: Final = """
import havip
from havip.emulator import mock_havip
with mock_havip():
    assert havip.Client("ap-guangzhou").describe_vpcs().total_count == 0
"""
WORKS: Final = {
    "": "import havip, havip.doctor, havip.switch, havip.emulator",
    "async": "import havip; havip.AsyncClient('ap-guangzhou')",
    "cli": "import havip.cli.app, havip.keepalived",
    "emulator": "from havip.emulator import EmulatorServer; EmulatorServer().start().stop()",
    "exporter": "import havip.exporter",
    "pulumi": "import pulumi_havip; pulumi_havip.HaVip; import pulumi_havip.components",
    "lab": "import havip.lab",
}
LACKING: Final = {
    "havip": ("havip[cli]", {"cli", "exporter"}),
    "pulumi-resource-havip": ("havip[pulumi]", {"pulumi"}),
}


@pytest.mark.soak
@pytest.mark.process
@pytest.mark.parametrize("extra", [*WORKS])
def test_an_extra_works_alone(extra: str, tmp_path: Path) -> None:
    bin_ = tmp_path / "venv" / "bin"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    wanted = f"{ROOT}[{extra}]" if extra else str(ROOT)
    subprocess.run([str(bin_ / "pip"), "install", "--quiet", wanted], check=True, cwd=tmp_path)
    for code in (MOCK, WORKS[extra]):
        subprocess.run([str(bin_ / "python"), "-c", code], check=True, cwd=tmp_path)
    for command, (named, having) in LACKING.items():
        if extra in having:
            continue
        done = subprocess.run(
            [str(bin_ / command), "--help"],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
        assert named in done.stderr


@pytest.mark.process
def test_the_plugin_without_its_extra_says_what_is_missing() -> None:
    code = (
        "import sys; sys.modules['pulumi'] = None\n"
        "from pulumi_havip.provider.plugin.command import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "pip install 'havip[pulumi]'" in done.stderr
