"""The Windows part: what Python makes of it, and PowerShell's own judgement where it is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Parser

from havip.keepalived import KeepalivedError
from havip.keepalived.nodes.wsfc import wsfc_command, wsfc_script, wsfc_steps

SUBNET = "172.17.16.0/24"


def test_the_script_takes_what_the_command_gives() -> None:
    command = wsfc_command("172.17.16.3", SUBNET, "SQL Server (MSSQLSERVER)")
    assert command == (
        ".\\wsfc-add-havip.ps1 -Role 'SQL Server (MSSQLSERVER)' "
        "-Address 172.17.16.3 -PrefixLength 24"
    )
    head = wsfc_script().partition("Set-StrictMode")[0]
    for word in ("-Role", "-Address", "-PrefixLength"):
        assert f"${word.removeprefix('-')}" in head
    assert "[switch] $TestMove" in head


def test_the_script_is_plain_ascii_which_every_windows_reads() -> None:
    assert wsfc_script().isascii()


def test_the_steps_name_the_address_the_role_and_the_source() -> None:
    steps = wsfc_steps("172.17.16.3", SUBNET, "SQL")
    assert wsfc_command("172.17.16.3", SUBNET, "SQL") in steps[4]
    assert "document/product/215/20187" in steps[-1]
    assert any("witness" in step for step in steps)


def test_the_script_and_the_command_are_powershell() -> None:
    parser = Parser(Language(tree_sitter_powershell.language()))
    command = wsfc_command("172.17.16.3", SUBNET, "SQL Server (MSSQLSERVER)")
    for text in (wsfc_script(), command):
        assert not parser.parse(text.encode()).root_node.has_error
    cut_off = wsfc_script().rpartition("}")[0]
    assert parser.parse(cut_off.encode()).root_node.has_error


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="PowerShell (pwsh) is not on PATH")
def test_the_analyzer_finds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "wsfc-add-havip.ps1"
    file.write_text(wsfc_script())
    analyze = f"Invoke-ScriptAnalyzer -Path '{file}' -EnableExit | Format-List"
    done = subprocess.run(
        ["pwsh", "-NoProfile", "-Command", f"$ErrorActionPreference = 'Stop'; {analyze}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("vip", "role", "message"),
    [
        ("172.17.17.3", "SQL", "172.17.17.3 is not in the subnet"),
        ("172.17.16.3", "a'; Remove-Item C:\\ #", "is not a valid role name"),
        ("172.17.16.3", "a\u2019b", "is not a valid role name"),
        ("172.17.16.3", " ", "is not a valid role name"),
    ],
)
def test_an_invalid_command_is_rejected(vip: str, role: str, message: str) -> None:
    with pytest.raises(KeepalivedError, match=message):
        wsfc_command(vip, SUBNET, role)
