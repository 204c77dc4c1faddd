"""Definitions of a file, put in where they are used, as keepalived does it."""

from __future__ import annotations

import pytest

from havip.keepalived import check, lb_pair, render, unavailable
from havip.keepalived.config.definitions import expand

REASON = unavailable()


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$A=1\nx $A", "\nx 1"),
        ("$A=1 2 # why\nx ${A}3", "\nx 1 23"),
        ("  $A= 1 \n$B=${A}0\nx $B", "\n\nx 10"),
        ("$A=1\n$A=2\nx $A", "\n\nx 2"),
        ("x $A\n$A=1", "x $A\n"),
        ("$A=1\nx $AB $A, ($A)", "\nx $AB 1, (1)"),
        ("$A=1 \\\n    2\nx $A", "$A=1 \\\n    2\nx $A"),
        ("$A=1\n$A=1 \\\n    2\nx $A", "\n$A=1 \\\n    2\nx $A"),
        ("$A=1\r\nx $A\r\n", "\nx 1\r\n"),
        ("x $_INSTANCE", "x $_INSTANCE"),
        ("$=1\n$1=2", "$=1\n$1=2"),
    ],
)
def test_definitions_of_one_line_are_put_in(text: str, expanded: str) -> None:
    assert expand(text) == expanded


@pytest.mark.skipif(REASON is not None, reason=str(REASON))
def test_keepalived_puts_the_same_in() -> None:
    nodes = ["172.17.16.7", "172.17.16.13"]
    file = render(lb_pair("172.17.16.3", nodes, auth_pass="f7Kq2xZ9")["172.17.16.7"])
    used = file.replace("172.17.16.3\n", "$VIP\n").replace("priority 80", "priority ${P}0")
    assert check(f"$VIP=172.17.16.3 # it\n$P=8\n{used}").ok
    assert not check(f"$VIP=172.17.16.3 # it\n{used}").ok
