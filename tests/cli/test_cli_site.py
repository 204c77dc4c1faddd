"""``--site``: every command that talks to the cloud knows which site the account is of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import typer.main

import havip
from havip.cli.app import app

if TYPE_CHECKING:
    from tests.cli.conftest import Stage

Shell = Callable[..., Any]


def commands(group: Any, *words: str) -> list[tuple[tuple[str, ...], Any]]:
    """List every command with the words that lead to it."""
    if not hasattr(group, "commands"):
        return [(words, group)]
    return [found for name, one in group.commands.items() for found in commands(one, *words, name)]


def test_every_command_with_an_endpoint_has_a_site() -> None:
    options = {
        words: {name for option in one.params for name in option.opts}
        for words, one in commands(typer.main.get_command(app))
    }
    talking = {words for words, names in options.items() if "--endpoint" in names}
    assert ("eip", "unbind") in talking
    assert {words for words, names in options.items() if "--site" in names} == talking


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sites of the clients that commands make."""
    seen: list[str] = []
    make = havip.Client.__init__

    def record(self: Any, *args: Any, **kwargs: Any) -> None:
        seen.append(kwargs.get("site", "china"))
        make(self, *args, **kwargs)

    monkeypatch.setattr(havip.Client, "__init__", record)
    return seen


@pytest.mark.process
@pytest.mark.parametrize("by_option", [True, False])
def test_every_client_is_of_the_site_that_was_chosen(
    stage: Stage, shell: Shell, sites: list[str], monkeypatch: pytest.MonkeyPatch, by_option: bool
) -> None:
    vip, node = stage.havip().ha_vip_id, stage.nodes[0]
    site = ("--site", "intl") if by_option else ()
    if not by_option:
        monkeypatch.setenv("HAVIP_SITE", "intl")
    sites.clear()
    calls = [
        ("ls",),
        ("show", vip),
        ("rename", vip, "x"),
        ("rm", vip, "--dry-run"),
        ("attach", vip, node),
        ("detach", vip, node),
        ("eip", "bind", vip, "198.18.0.1", "--dry-run"),
        ("eip", "unbind", vip, "--dry-run"),
        ("wait", vip, "--for", "unheld"),
        ("watch", vip, "--duration", "0"),
        ("switch-ip", "10.0.0.99", "--to", node, "--region", "ap-guangzhou"),
        ("doctor", vip),
        ("call", "DescribeHaVips"),
        ("keepalived", "render", vip, "--node", "10.0.0.8", "--node", "10.0.0.9"),
    ]
    for words in calls:
        shell(*words, *site)
        assert sites == ["intl"], words
        sites.clear()


def test_the_sites_are_those_of_the_client(shell: Shell, bare: None) -> None:
    done = shell("ls", "--site", "cn")
    assert done.code == 2
    assert "'china'" in done.err
    assert "'intl'" in done.err


def test_what_the_site_lacks_is_refused_by_name(stage: Stage, shell: Shell) -> None:
    vip = stage.havip()
    stage.control.requests.clear()
    done = shell("attach", vip.vip, stage.nodes[0], "--site", "intl")
    assert (done.code, "lacks this action" in done.err) == (2, True)
    assert stage.changes() == []


def test_a_havip_is_created_on_the_international_site(stage: Stage, shell: Shell) -> None:
    words = ("create", "--vpc", stage.vpc, "--subnet", stage.subnet, "--name", "web")
    for more in ((), ("--no-check-associate",)):
        done = shell(*words, *more, "--site", "intl", "-o", "json")
        assert done.code == 0, done.err
        (asked,) = [one for one in stage.control.requests if one.action == "CreateHaVip"]
        assert "CheckAssociate" not in json.dumps(asked.params)
        stage.control.requests.clear()
    done = shell(*words, "--check-associate", "--site", "intl")
    assert (done.code, "lacks its input CheckAssociate" in done.err) == (2, True)
