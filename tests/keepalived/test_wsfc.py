"""The Windows part; no PowerShell is to be had here, so only what Python makes of it is tried."""

from __future__ import annotations

import pytest

from havip.keepalived import KeepalivedError
from havip.keepalived.wsfc import wsfc_command, wsfc_script, wsfc_steps

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


@pytest.mark.parametrize(
    ("vip", "role", "message"),
    [
        ("172.17.17.3", "SQL", "172.17.17.3 is not in the subnet"),
        ("172.17.16.3", "a'; Remove-Item C:\\ #", "cannot be the name of a role"),
        ("172.17.16.3", "a\u2019b", "cannot be the name of a role"),
        ("172.17.16.3", " ", "cannot be the name of a role"),
    ],
)
def test_what_cannot_be_a_command_is_refused(vip: str, role: str, message: str) -> None:
    with pytest.raises(KeepalivedError, match=message):
        wsfc_command(vip, SUBNET, role)
