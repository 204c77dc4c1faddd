"""P2: no credential, password or user data is in plaintext anywhere, however it was given.

Each way in gets a canary of its own. A stack is deployed, previewed, refreshed, exported, killed
and destroyed by real processes, and everything that comes out is searched for every canary, in
plain and as the usual encodings of it: files of the project, the state and the temporary folder,
what is printed, JSON events, debug logs, and the command lines of the child processes.
"""

from __future__ import annotations

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from pulumi_havip.engine.credentials import is_credential
from tests.canaries import Canaries

pytestmark = pytest.mark.process
SEED = 20261127
WORDS = (
    ("secret", "key"),
    ("access", "key"),
    ("api", "key"),
    ("db", "password"),
    ("root", "passwd"),
    ("auth", "token"),
    ("private", "key"),
    ("vrrp", "pass"),
    ("client", "credential"),
    ("session", "cookie"),
    ("tls", "cert"),
)
ODD = ("zulu", "colour", "thing", "x1", "motd", "übergabe", "pw")
PROGRAM = """
import pulumi
import pulumi_havip as havip
from pulumi_havip.components import Password

settings = pulumi.Config()
key = pulumi.Config("canary")
vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
zone = "ap-guangzhou-3"
subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone)
inside = {"vpc_id": vpc.id, "subnet_id": subnet.id, "zone": zone}
machine = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5", **inside}
havip.Instance("a", password=settings.require("loginsecret"), **machine)
havip.Instance("b", user_data="#!/bin/sh\\necho " + settings.require("userdata"), **machine)
other = havip.Provider(
    "other", region="ap-guangzhou", secret_id=key.require("id"), secret_key=key.require("explicit")
)
havip.Eip("e", opts=pulumi.ResourceOptions(provider=other))
pulumi.export("word", Password("vrrp", length=8).value)
pulumi.export("sealed", pulumi.Output.secret(settings.require("exported")))
odd = settings.require_secret("odd")
odd.apply(lambda value: pulumi.log.info("logged " + value))
odd.apply(lambda value: print("printed", value))
if settings.get("spoiled"):
    havip.HaVip("spoiled", vpc_id=vpc.id, subnet_id=subnet.id, vip=odd)
"""


def cased(rng: random.Random, words: tuple[str, ...]) -> str:
    """Write words in one of the casings that people use."""
    titled = "".join(word.title() for word in words)
    forms = ("_".join(words), "-".join(words), words[0] + titled[len(words[0]) :], titled)
    text = rng.choice(forms)
    return rng.choice((text, text.upper())) if "_" in text else text


class CommandLines(threading.Thread):
    """Collects the command lines of all descendants of this process."""

    def __init__(self, given: set[str]) -> None:
        super().__init__(daemon=True)
        self._given, self._end = given, threading.Event()
        self.lines: set[str] = set()

    def run(self) -> None:
        while not self._end.wait(0.2):
            for child in psutil.Process().children(recursive=True):
                try:
                    line = " ".join(child.cmdline())
                except psutil.Error:
                    continue
                if not any(word in line for word in self._given):
                    self.lines.add(line)

    def stop(self) -> None:
        self._end.set()
        self.join()


@pytest.fixture
def url() -> Iterator[str]:
    with EmulatorServer() as server:
        server.control.configure(daily_eip_quota=False)
        yield server.url


class Runner:
    """Runs ``havip stack`` in a folder, and keeps all that it says."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.said: dict[str, bytes] = {}
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("HAVIP", "TENCENT", "PUL"))
        }
        folder.joinpath("tmp").mkdir(parents=True)
        self.environment = {
            **kept,
            "HOME": str(folder),
            "TMPDIR": str(folder / "tmp"),
            "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
            "TENCENTCLOUD_REGION": "ap-guangzhou",
            "HAVIP_ENDPOINT": url,
            "HAVIP_PACING": "false",
            "HAVIP_DEBUG": "1",
            "PULUMI_CONFIG_PASSPHRASE": "Cn4PASSPHRASE",
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        main = "from havip.cli.main import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", main, *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def __call__(self, *words: str, typed: str = "", ok: bool = True) -> bytes:
        process = self.start(*words)
        said, _ = process.communicate(typed.encode(), timeout=180)
        self.said[f"{len(self.said)} {' '.join(words[:3])}"] = said
        assert (process.returncode == 0) == ok, said.decode(errors="replace")[-2000:]
        return said


@pytest.fixture
def runner(tmp_path: Path, url: str) -> Runner:
    folder = tmp_path / "shop"
    run = Runner(folder, url)
    folder.joinpath("Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    folder.joinpath("__main__.py").write_text(PROGRAM)
    return run


def settings_of(canaries: Canaries, runner: Runner) -> tuple[list[str], set[str]]:
    """Write settings in every way; return the options of a run and the keys of the file."""
    rng, lines = canaries.rng, ["config:"]
    options, theirs = [], set()
    for words in WORDS:
        for space in ("shop", "havip", "other"):
            name = f"{space}:{cased(rng, words)}"
            if space == "havip" and rng.random() < 0.7:
                continue  # what the provider does not know, it may refuse
            way = rng.choice(("-c", "file"))
            value = canaries.make(f"{way} {name}")
            if way == "-c":
                options += ["-c", f"{name}={value}"]
            else:
                lines.append(f"  {name}: {value}")
                theirs.add(f"{way} {name}")
    for word in ODD:
        options += ["-c", f"{word}={canaries.make(f'-c {word}')}"]
    runner.folder.joinpath("Pulumi.dev.yaml").write_text("\n".join(lines) + "\n")
    for name in ("loginsecret", "userdata", "exported", "canary:explicit", "odd"):
        value = canaries.make(f"--secret {name}") + ("aA1!" if name == "loginsecret" else "")
        runner("stack", "config", "set", "-s", "dev", "--secret", name, typed=value)
    runner("stack", "config", "set", "-s", "dev", "canary:id", DEFAULT_SECRET_ID)
    return options, theirs


def leaks(canaries: Canaries, runner: Runner, theirs: set[str]) -> list[str]:
    """Return what stands where: the user's own settings file may hold what they wrote into it."""
    found = []
    for path in sorted(runner.folder.rglob("*")):
        if path.is_file():
            ways = canaries.found_in(path.read_bytes())
            own = theirs if path.name == "Pulumi.dev.yaml" else set()
            found += [f"{way}: in the file {path.name}" for way in ways if way not in own]
    for what, said in runner.said.items():
        found += [f"{way}: printed by {what}" for way in canaries.found_in(said)]
    return found


@pytest.mark.parametrize("seed", [SEED])
def test_no_credential_reaches_any_output(
    runner: Runner, seed: int, record_property: Callable[[str, object], None]
) -> None:
    canaries = Canaries(seed)
    canaries.ways["the key in the environment"] = DEFAULT_SECRET_KEY
    options, theirs = settings_of(canaries, runner)
    lines = CommandLines({word.partition("=")[2] for word in options if "=" in word})
    lines.start()
    at = ("-s", "dev")
    runner("--debug", "stack", "preview", *at, *options)
    runner("stack", "preview", *at, "--json", *options)
    spoiled = ("-c", "spoiled=1", *options)
    told = runner("stack", "preview", *at, "--json", *spoiled, ok=False)
    assert b"logged [secret]" in told
    assert b"'[secret]' is not an IPv4 address" in told
    assert b"printed [secret]" in runner("stack", "up", *at, "--yes", *spoiled, ok=False)
    runner("--debug", "stack", "up", *at, "--yes", *options, ok=False)  # `explicit` is not a key
    canaries.ways["--secret canary:explicit"] = DEFAULT_SECRET_KEY
    name = ("--secret", "canary:explicit")
    runner("stack", "config", "set", *at, *name, typed=DEFAULT_SECRET_KEY)
    runner("stack", "up", *at, "--yes", "--json", *options)
    runner("stack", "refresh", *at, "--yes", *options)
    runner("stack", "export", *at)
    runner("stack", "output", *at)
    runner("stack", "output", *at, "--json")
    runner("stack", "config", "ls", *at)
    del runner.said[next(key for key in runner.said if "config ls" in key)]  # shows their file
    killed = runner.start("stack", "up", *at, "--yes", "--replace", "**Instance::*", *options)
    assert killed.stdout is not None
    killed.stdout.readline()
    killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    runner.said["killed"] = killed.communicate()[0]
    assert leaks(canaries, runner, theirs) == []
    runner("stack", "destroy", *at, "--yes", *options)
    lines.stop()
    assert leaks(canaries, runner, theirs) == []
    assert canaries.found_in("\n".join(lines.lines).encode()) == []
    assert any("child.py" in line for line in lines.lines)
    record_property("told", f"canaries: {len(canaries.ways)} ways in, seed {seed}")


def test_the_search_finds_a_leaked_canary(runner: Runner) -> None:
    canaries = Canaries(1)
    canary = canaries.make("a")
    for content in (
        canary,
        base64.b64encode(f"x{canary}y".encode()).decode(),
        canary.encode().hex(),
    ):
        assert canaries.found_in(content.encode()) == ["a"]
    (runner.folder / "x.json").write_text(canary)
    assert leaks(canaries, runner, set()) == ["a: in the file x.json"]


@pytest.mark.parametrize("seed", range(200))
def test_credentials_are_known_by_their_names(seed: int) -> None:
    rng = random.Random(seed)
    name = cased(rng, rng.choice(WORDS))
    assert is_credential(name, "x")
    assert is_credential("plain", json.dumps({"deep": [{name: "x"}]}))


@pytest.mark.parametrize(
    "name",
    ["region", "havip:site", "endpoint", "timeout", "pacing", "shop:size", "zone", "monkey2"],
)
def test_other_settings_are_kept(name: str) -> None:
    values: list[Any] = ["x", "https://vpc.example.com", '{"a": 1}', "[1", "true"]
    assert not any(is_credential(name, value) for value in values)
    assert is_credential(name, "https://me:word@proxy.example.com")
