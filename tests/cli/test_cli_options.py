"""Options that all commands share: profiles, queries, regions, tags, logs, help, other names."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Stage

Shell = Callable[..., Any]


@pytest.fixture
def quiet_again() -> Iterator[None]:
    """Undo what ``--debug`` does to the logger of this process."""
    logger = logging.getLogger("havip")
    handlers, level = [*logger.handlers], logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)


def test_a_profile_that_configure_wrote_is_chosen_by_option_and_variable(
    stage: Stage, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "AKIDEXAMPLE\nSECRETEXAMPLE\n"
    monkeypatch.delenv("TENCENTCLOUD_SECRET_ID")
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    assert shell("configure", "--profile", "prod", stdin=key).code == 0
    assert shell("ls").code == 4
    assert shell("ls", "--profile", "prod").code == 0
    assert shell("call", "DescribeHaVips", "--profile", "prod").code == 0
    monkeypatch.setenv("HAVIP_PROFILE", "prod")
    assert shell("ls").code == 0


def test_a_query_selects_by_the_names_of_the_api(stage: Stage, shell: Shell) -> None:
    vip = stage.havip("web")
    assert json.loads(shell("ls", "--query", "[].Vip", "-o", "json").out) == [vip.vip]
    assert shell("ls", "--query", "[0].HaVipId").out == f"{vip.ha_vip_id}\n"
    assert shell("show", vip.ha_vip_id, "--query", "HaVipName").out == "web\n"
    answer = shell("call", "DescribeHaVips", "--query", "HaVipSet[].HaVipName | [0]")
    assert answer.out == "web\n"


def test_a_malformed_query_is_wrong_usage(stage: Stage, shell: Shell) -> None:
    done = shell("ls", "--query", "[")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--query" in done.err


def test_all_regions_are_listed_with_their_names(stage: Stage, shell: Shell) -> None:
    vip = stage.havip("web")
    out = shell("ls", "--region", "all").out.splitlines()
    assert out[0].split()[0] == "REGION"
    assert [line.split()[:2] for line in out[1:]] == [["ap-guangzhou", vip.ha_vip_id]]
    (row,) = json.loads(shell("ls", "--region", "all", "-o", "json").out)
    assert (row["Region"], row["HaVipId"]) == ("ap-guangzhou", vip.ha_vip_id)


def test_an_unknown_region_is_wrong_usage(stage: Stage, shell: Shell) -> None:
    assert shell("ls", "--region", "ap-nowhere").code == 2


def test_ls_filters_by_tags(stage: Stage, shell: Shell) -> None:
    def made(name: str, *tags: str) -> str:
        options = [word for tag in tags for word in ("--tag", tag)]
        done = shell(
            *("create", "--vpc", stage.vpc, "--subnet", stage.subnet, "--name", name),
            *(*options, "-o", "json"),
        )
        return str(json.loads(done.out)["HaVipId"])

    web, _ = made("web", "team=a", "env=prod"), made("db", "team=b")
    for tags in (["team=a"], ["env"], ["team=a", "env=prod"]):
        options = [word for tag in tags for word in ("--tag", tag)]
        found = json.loads(shell("ls", *options, "-o", "json").out)
        assert [row["HaVipId"] for row in found] == [web]


def test_the_names_of_other_tools_work_and_hint(stage: Stage, shell: Shell) -> None:
    vip = stage.havip("web")
    for alias, documented, words in (
        ("list", "ls", ()),
        ("get", "show", (vip.ha_vip_id,)),
        ("delete", "rm", (vip.ha_vip_id, "--yes")),
    ):
        done = shell(alias, *words)
        assert done.code == 0
        assert f"havip {documented}" in done.err
    assert "list" not in shell("--help").out.split()


def test_an_eip_is_bound_by_its_id_as_by_its_address(stage: Stage, shell: Shell) -> None:
    vip = stage.havip("web")
    (eip,) = stage.client.allocate_addresses().address_set
    assert shell("eip", "bind", vip.ha_vip_id, eip).code == 0
    (bound,) = stage.client.describe_ha_vips(ha_vip_ids=[vip.ha_vip_id]).ha_vip_set
    assert bound.address_ip
    assert shell("eip", "bind", vip.ha_vip_id, "eip-00000000").code == 3
    assert shell("eip", "bind", vip.ha_vip_id, "nonsense").code == 2


def test_debug_logs_calls_to_stderr(stage: Stage, shell: Shell, quiet_again: None) -> None:
    done = shell("--debug", "ls", "-o", "json")
    assert json.loads(done.out) == []
    assert "DescribeHaVips" in done.err
    assert "SECRETEXAMPLE" not in done.err


def test_all_help_names_every_command(shell: Shell) -> None:
    out = shell("--help-all").out
    for command in ("havip ls", "havip eip bind", "havip stack up", "havip keepalived lint"):
        assert command in out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("keepalived lint FILE --region ap-guangzhou", "--region"),
        ("keepalived lint FILE --profile p --endpoint http://127.0.0.1:1", "--profile, --endpoint"),
        ("keepalived lint FILE --site intl", "--site"),
        ("keepalived render VIP --advert-int 0.2 --password-file FILE", "--password-file"),
        ("lab up pair --stack dev", "--stack"),
        ("lab up pair -c a=b --port 1", "--config, --port"),
        ("lab up pair --no-stand-ins --seconds 9 --keep", "--stand-ins, --seconds, --keep"),
        ("lab try FILE FILE2 --haproxy FILE --with nginx", "--haproxy"),
        ("lab try FILE FILE2 --faults ,", "--faults"),
        ("lab fault service-killed node1 --set node=node2", "twice"),
        ("lab probe 10.0.0.1:80 --seconds 3 -o json", "--seconds, --output"),
        ("lab down mine --all", "--all"),
        ("doctor -s dev", "-s has"),
        ("doctor --state-file FILE -s dev", "-s has"),
        ("doctor --state-file FILE --region all", "--region"),
        ("doctor VIP --checks --strict", "HAVIP, --strict"),
        ("call DescribeVpcs --list", "ACTION"),
        ("call --list --dry-run --region x", "--dry-run, --region"),
        ("call DescribeVpcs {} --describe -p a=b -o json", "JSON, --param, --output"),
        ("call DescribeVpcs --version 2017-03-12", "--version"),
        ("call DescribeCcns --service vpc --all", "--all"),
        ("exporter --no-api --node --region ap-guangzhou", "--region"),
        ("exporter --no-api --node --findings-every 9", "--findings-every"),
        ("orphans -s p/dev --export FILE --state FOLDER", "--state"),
        ("ls --vpc=", "--vpc"),
    ],
)
def test_an_option_without_effect_is_wrong_usage(
    stage: Stage, shell: Shell, tmp_path: Path, words: str, named: str
) -> None:
    names = {"FILE": "a", "FILE2": "b", "FOLDER": "c", "VIP": stage.havip().vip}
    for name in ("FILE", "FILE2"):
        (tmp_path / names[name]).write_text("")
        names[name] = str(tmp_path / names[name])
    stage.control.requests.clear()
    done = shell(*(names.get(word, word) for word in words.split()))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    assert named in done.err
    assert stage.changes() == []


@pytest.mark.parametrize("words", ["call --list", "doctor --checks", "keepalived lint FILE"])
def test_a_variable_without_effect_is_for_other_commands(
    stage: Stage, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    (tmp_path / "file").write_text("")
    for name in ("HAVIP_SITE", "PULUMI_STACK", "HAVIP_STATE"):
        monkeypatch.setenv(name, "intl")
    done = shell(*words.replace("FILE", str(tmp_path / "file")).split())
    assert "no effect" not in done.err
    assert done.code != 2
