"""The notify script that brings an ordinary address, with a stand-in for the havip command."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from havip._client.polling import until
from havip.keepalived.nodes.scripts import NOTIFY_SWITCH, script

TEXT = script(NOTIFY_SWITCH).content


@dataclass
class Node:
    """A folder with the script, and a havip that does what a test has written down."""

    folder: Path

    def __post_init__(self) -> None:
        self.script = self.folder / "notify-switch.sh"
        self.script.write_text(TEXT)
        self.script.chmod(0o755)
        self.havip("exit 0")
        self.command("pidof", "exit 0")
        self.command("ip", f'[ -e "{self.folder}/backup" ] || echo "$5"')

    def command(self, name: str, does: str) -> None:
        """Install a stand-in for a command on PATH."""
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)

    def havip(self, does: str) -> None:
        """Write down what havip does; what it is called with is kept."""
        command = self.folder / "havip"
        command.write_text(f'#!/bin/sh\necho "$@" >>"{self.folder}/calls"\n{does}\n')
        command.chmod(0o755)

    def run(self, *words: str, **more: str) -> int:
        return self.start(*words, **more).wait(30)

    def start(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": f"{self.folder}:/usr/bin:/bin",
            "HAVIP_RUN": str(self.folder / "run"),
            "HAVIP_SWITCH_ENV": str(self.folder / "switch.env"),
            "HAVIP_SWITCH_PAUSE": "0",
            "HAVIP_SWITCH_AGAIN": "0",
            "HAVIP_SWITCH_LOOKS": "2",
            "HAVIP_SWITCH_GUARD": "",
            **more,
        }
        command = [str(self.script), "172.17.16.4", *words]
        return subprocess.Popen(command, env=environment, start_new_session=True)

    def runs(self, name: str, group: subprocess.Popen[bytes]) -> bool:
        """Return whether a command runs in the process group of a run of the script."""
        return (
            subprocess.run(
                ["pgrep", "-x", name, "-g", str(group.pid)], capture_output=True, check=False
            ).returncode
            == 0
        )

    @property
    def calls(self) -> list[str]:
        log = self.folder / "calls"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


@pytest.mark.process
def test_the_master_calls_and_looks_once_more(node: Node) -> None:
    assert node.run("INSTANCE", "VI_1", "MASTER", "80") == 0
    assert node.calls == ["switch-ip 172.17.16.4 --timeout 10"] * 2


@pytest.mark.process
@pytest.mark.parametrize("state", ["BACKUP", "FAULT", "STOP", "MASTER"])
def test_a_node_without_the_address_calls_nothing(node: Node, state: str) -> None:
    """Whatever keepalived says: a script may start when its state is another one already."""
    (node.folder / "backup").touch()
    assert node.run("INSTANCE", "VI_1", state, "80") == 0
    assert node.calls == []


@pytest.mark.process
@pytest.mark.parametrize("words", [(), ("INSTANCE", "VI_1", "BACKUP", "80")])
def test_a_node_with_the_address_calls_whatever_keepalived_says(
    node: Node, words: tuple[str, ...]
) -> None:
    assert node.run(*words) == 0
    assert len(node.calls) == 2


@pytest.mark.process
def test_an_address_left_by_a_dead_keepalived_is_not_moved(node: Node) -> None:
    node.command("pidof", "exit 1")
    assert node.run("INSTANCE", "VI_1", "MASTER", "80") == 0
    assert node.calls == []


@pytest.mark.process
@pytest.mark.parametrize("code", [1, 4, 5, 6, 7])
def test_a_call_that_failed_or_gave_way_is_repeated(node: Node, code: int) -> None:
    node.havip(f'[ "$(wc -l <"{node.folder}/calls")" -gt 3 ] || exit {code}')
    assert node.run("INSTANCE", "VI_1", "MASTER", "80") == 0
    assert len(node.calls) == 5


@pytest.mark.process
def test_it_stops_when_the_node_is_the_master_no_more(node: Node) -> None:
    node.havip(f'touch "{node.folder}/backup"\nexit 7')
    assert node.run("INSTANCE", "VI_1", "MASTER", "80") == 0
    assert len(node.calls) == 1


@pytest.mark.process
def test_the_run_of_a_later_event_replaces_the_one_before(node: Node) -> None:
    first = f'[ "$(wc -l <"{node.folder}/calls")" -ne 2 ]'
    node.havip(f'{first} || "{node.script}" 172.17.16.4 INSTANCE VI_1 MASTER 80 || exit 3')
    assert node.run("INSTANCE", "VI_1", "MASTER", "80", HAVIP_SWITCH_LOOKS="3") == 0
    assert len(node.calls) == 5  # two, and the three of the second run


@pytest.mark.process
def test_a_run_that_was_killed_while_it_waited_does_not_stop_the_next_one(node: Node) -> None:
    """Also if the process that it waited for is alive: systemd may kill only a part."""
    killed = node.start("INSTANCE", "VI_1", "MASTER", "80", HAVIP_SWITCH_AGAIN="300")
    try:
        assert until(lambda: len(node.calls) == 1 and node.runs("sleep", killed), 20)
        killed.kill()
        killed.wait()
        assert node.run("INSTANCE", "VI_1", "MASTER", "80") == 0
        assert len(node.calls) == 3
    finally:
        os.killpg(killed.pid, signal.SIGKILL)


@pytest.mark.process
def test_addresses_are_brought_side_by_side(node: Node) -> None:
    other = f'"{node.script}" 172.17.16.5 INSTANCE VI_2 MASTER 80'
    node.havip(f'[ "$2" = 172.17.16.5 ] || {other}\nexit 0')
    assert node.run("INSTANCE", "VI_1", "MASTER", "80") == 0
    assert sum("172.17.16.5" in call for call in node.calls) == 4


@pytest.mark.process
def test_it_guards_the_address_as_long_as_the_node_is_the_master(node: Node) -> None:
    node.havip(f'[ "$(wc -l <"{node.folder}/calls")" -lt 9 ] || touch "{node.folder}/backup"')
    assert node.run("INSTANCE", "VI_1", "MASTER", "80", HAVIP_SWITCH_GUARD="0") == 0
    assert len(node.calls) == 9


@pytest.mark.process
def test_it_gives_up_in_the_end_with_the_code_of_the_last_call(node: Node) -> None:
    node.havip("exit 6")
    assert node.run("INSTANCE", "VI_1", "MASTER", "80", HAVIP_SWITCH_TRIES="4") == 6
    assert len(node.calls) == 4


@pytest.mark.process
@pytest.mark.parametrize("code", [2, 127])
def test_permanent_errors_end_at_once(node: Node, code: int) -> None:
    node.havip(f"exit {code}")
    assert node.run("INSTANCE", "VI_1", "MASTER", "80") == code
    assert len(node.calls) == 1


@pytest.mark.process
def test_settings_of_the_file_reach_the_command(node: Node) -> None:
    (node.folder / "switch.env").write_text("TENCENTCLOUD_REGION=ap-guangzhou\n")
    node.havip('[ "$TENCENTCLOUD_REGION" = ap-guangzhou ] || exit 2')
    assert node.run("INSTANCE", "VI_1", "MASTER", "80") == 0


@pytest.mark.process
def test_an_address_that_is_missing_is_an_error(node: Node) -> None:
    command = [str(node.script)]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=False)
    assert done.returncode != 0
    assert b"usage" in done.stderr


@pytest.mark.process
@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    done = subprocess.run(
        ["shellcheck", "-"], input=TEXT, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
