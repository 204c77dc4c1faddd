"""The Containerfile and the compose file: their steps run in a clean environment."""

from __future__ import annotations

import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from havip.cli.emulator import emulator as emulator_command

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "deploy" / "Containerfile"
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
KNOWN = {
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "RUN",
    "USER",
    "VOLUME",
    "WORKDIR",
}


def steps() -> Iterator[tuple[str, str]]:
    for line in FILE.read_text().splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            assert word in KNOWN, f"the test does not know {word}"
            yield word, rest


def one(word: str) -> str:
    (rest,) = (rest for known, rest in steps() if known == word)
    return rest


def test_what_it_copies_is_there_and_what_it_runs_is_a_command() -> None:
    for word, rest in steps():
        if word == "COPY":
            assert all((ROOT / name).exists() for name in rest.split()[:-1]), rest
    assert json.loads(one("ENTRYPOINT"))[:2] == ["havip", "emulator"]
    assert one("USER").split(":")[0] not in ("root", "0")
    assert f":{one('EXPOSE')}/health" in one("HEALTHCHECK")


def test_the_compose_file_builds_it_and_waits_for_it() -> None:
    emulator, smoke = COMPOSE["services"]["havip"], COMPOSE["services"]["smoke"]
    context = (ROOT / "deploy" / emulator["build"]["context"]).resolve()
    assert context / emulator["build"]["dockerfile"] == FILE
    assert smoke["depends_on"] == {"havip": {"condition": "service_healthy"}}
    assert all(port.startswith("127.0.0.1:") for port in emulator["ports"])
    assert emulator["environment"]["HAVIP_EMULATOR_TOKEN"].startswith("${HAVIP_EMULATOR_TOKEN:?")


def test_the_page_on_it_is_well_formed_and_names_options_that_there_are() -> None:
    text = (ROOT / "docs" / "howto" / "emulator-in-ci.md").read_text()
    blocks = re.findall(r"^```(sh|yaml|python)\n(.*?)^```$", text, re.M | re.S)
    assert len(blocks) >= 8
    known = {name.replace("_", "-") for name in inspect.signature(emulator_command).parameters}
    for kind, block in blocks:
        if kind == "yaml":
            assert yaml.safe_load(block)
        if kind == "python":
            compile(block, "emulator-in-ci.md", "exec")
        for options in re.findall(r"havip emulator (.*)", block):
            assert set(re.findall(r"--([a-z-]+)", options)) <= known, options
    assert set(re.findall(r"`(HAVIP_[A-Z_]+)`", text)) == {
        "HAVIP_EMULATOR_KEYS",
        "HAVIP_EMULATOR_TOKEN",
    }


@pytest.mark.soak
def test_its_steps_work_in_a_clean_environment(tmp_path: Path) -> None:
    """Each COPY and RUN in a fresh virtual environment, then the entry point, health and smoke."""
    venv, build = tmp_path / "venv", tmp_path / "build"
    build.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    kept = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_", "HTTPS_", "REQ"))}
    clean = {**kept, "PATH": f"{venv}/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    for word, rest in steps():
        if word == "COPY":
            *names, target = rest.split()
            for name in names:
                copy(ROOT / name, build / target / ("" if target != name else "."))
        elif word == "RUN":
            command = rest.replace("/data", str(tmp_path / "data"))
            subprocess.run(["sh", "-ec", command], cwd=build, env=clean, check=True)
    shutil.rmtree(build)  # nothing of the sources is needed at run time
    check_server(clean, tmp_path)


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def check_server(clean: dict[str, str], tmp_path: Path) -> None:
    token = "0123456789abcdef"
    entry: list[str] = json.loads(one("ENTRYPOINT"))
    words = ["127.0.0.1" if word == "0.0.0.0" else word for word in entry]
    program = shutil.which(words[0], path=clean["PATH"])
    assert program is not None
    environment: dict[str, Any] = {**clean, **COMPOSE["services"]["havip"]["environment"]}
    environment["HAVIP_EMULATOR_TOKEN"] = token
    server = subprocess.Popen(
        [program, *words[1:], "--port", "0"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().rpartition(" ")[2].strip()
        check = re.sub(r"http://[^/]+", url, one("HEALTHCHECK").partition("CMD ")[2])
        health = json.loads(check)
        subprocess.run(health, env=clean, check=True, timeout=30)
        smoke = COMPOSE["services"]["smoke"]
        asked = {**clean, **smoke["environment"], "HAVIP_ENDPOINT": url}
        done = subprocess.run(
            smoke["entrypoint"], env=asked, check=True, capture_output=True, text=True
        )
        assert "havip" in done.stdout.lower() + done.stderr.lower()
        answer = requests.post(
            f"{url}/_havip/status",
            json={},
            headers={"Host": "havip:8765", "Authorization": f"Bearer {token}"},
            timeout=5,
        )
        assert answer.status_code == 200, shlex.join(health)
    finally:
        server.terminate()
        server.communicate(timeout=10)
    assert server.returncode == 0
