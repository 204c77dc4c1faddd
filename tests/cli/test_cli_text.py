"""Text of the cloud never steers a terminal, and reads back from JSON and YAML as it was."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from havip.api import HaVip
from havip.cli._text import is_safe, json_text, printable, yaml_text
from havip.emulator.http.server import EmulatorServer

if TYPE_CHECKING:
    from tests.cli.conftest import Stage

Shell = Callable[..., Any]

# What terminals, and the readers of the two versions of YAML, take for something else.
NASTY = (
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x7f",
    "\x9b31m",
    "\x85",
    "\u202eabc",
    "\u2066x\u2069",
    "\u2028",
    "\ufeff",
    "\r\n",
    "\udce9",
)
AMBIGUOUS = (
    *("on", "OFF", "y", "no", "null", "~", "", "0o17", "017", "0x1f", "1e3", "1:30", "1_000"),
    *(".inf", "-.INF", ".nan", "2026-01-01", "=", "<<", "- a", "a: b", "# c", "&a", "*a", "!t"),
    *("@a", "`a", "%a", "'a", '"a', "a #b", " a", "a ", "[a", "{a", "|", ">", "?", "---", "..."),
)
texts = st.text(st.characters(codec=None) | st.sampled_from("".join(NASTY)), max_size=30)


def read_1_1(text: str) -> Any:
    return yaml.safe_load(text)


def read_1_2(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


@given(texts | st.sampled_from(NASTY))
def test_no_text_controls_the_terminal(text: str) -> None:
    for shown in (printable(text), json_text([text]), yaml_text([text])):
        assert all(map(is_safe, shown))


@given(texts | st.sampled_from(NASTY + AMBIGUOUS))
def test_json_reads_back_the_same(text: str) -> None:
    assert json.loads(json_text({text: [text]})) == {text: [text]}


@pytest.mark.parametrize("read", [read_1_1, read_1_2])
@given(text=texts | st.sampled_from(NASTY + AMBIGUOUS))
def test_yaml_of_both_versions_reads_back_the_same(read: Callable[[str], Any], text: str) -> None:
    assert read(yaml_text({"name": text, "rows": [text]})) == {"name": text, "rows": [text]}


def test_plain_text_stays_as_it_is() -> None:
    assert printable("Größe 中文 😀 a\tb") == "Größe 中文 😀 a\tb"
    assert "Größe 中文" in json_text(["Größe 中文"])
    assert yaml_text({"HaVipId": "havip-1a2b3c4d"}) == "HaVipId: havip-1a2b3c4d\n"


@pytest.mark.parametrize("name", ["\x1b[2J\x9bx", "\u202eevil", "a\x07b"])
@pytest.mark.parametrize(
    "words",
    [
        ("ls",),
        ("ls", "-o", "json"),
        ("ls", "-o", "yaml"),
        ("call", "DescribeHaVips"),
        ("call", "DescribeHaVips", "-o", "json"),
        ("ls", "--name", "\x1b[2Jnone"),
        ("ls", "--query", "[].HaVipName | [0]"),
        ("create", "--vpc", "vpc-\x1b[2J", "--subnet", "subnet-00000000", "--name", "\x9b"),
    ],
)
def test_every_command_escapes_names(
    stage: Stage, shell: Shell, name: str, words: tuple[str, ...]
) -> None:
    stage.havip(name)
    done = shell(*words)
    assert all(map(is_safe, done.out + done.err))


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\t", "\x0b", "\u2028"])
@pytest.mark.parametrize("words", [("ls",), ("call", "DescribeHaVips")])
def test_a_row_of_a_table_is_one_line(
    stage: Stage, shell: Shell, break_: str, words: tuple[str, ...]
) -> None:
    stage.havip("plain")
    lines = len(shell(*words).out.splitlines())
    stage.havip(f"a{break_}havip-forged  y")
    done = shell(*words)
    assert len(done.out.splitlines()) == lines + 1
    assert "\t" not in done.out


@pytest.mark.parametrize("flag", [(), ("--yes",)])
def test_a_question_and_an_error_are_one_line(
    stage: Stage, shell: Shell, monkeypatch: pytest.MonkeyPatch, flag: tuple[str, ...]
) -> None:
    del stage
    fake = HaVip(ha_vip_id="havip-1\nforged", vip="10.0.0.1\nDelete everything")
    monkeypatch.setattr("havip.cli.havips.find", lambda *_: fake)
    for done in (shell("rm", "havip-1", *flag), shell("rm", "havip-1", *flag, typed="n\n")):
        assert done.code
        assert not any(line.startswith(("forged", "Delete e")) for line in done.err.splitlines())


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_json_has_no_number_that_is_none(number: float) -> None:
    assert json.loads(json_text({"a": [number, 1.5]})) == {"a": [None, 1.5]}


@pytest.mark.process
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_output_gets_an_escaped_form(
    encoding: str, havip_server: EmulatorServer
) -> None:
    environment = os.environ | havip_server.environment | {"PYTHONIOENCODING": encoding}
    command = [str(Path(sys.executable).with_name("havip"))]
    done = subprocess.run(
        [*command, "ls", "--region", "ap-guangzhou", "--name", "中文\udce9"],
        capture_output=True,
        env=environment,
    )
    assert b"Traceback" not in done.stderr
    assert b"internal error" not in done.stderr
    assert done.returncode in (0, 2)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gbk", "utf-16"])
def test_json_and_yaml_are_ascii_where_the_output_is_not_utf_8(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    data = {"name": "é 中 \U0001f600 \x7f \u202e", "é": ["ÿ"]}
    for written, read in ((json_text, json.loads), (yaml_text, read_1_1), (yaml_text, read_1_2)):
        text = written(data)
        assert text.isascii()
        assert read(text) == data
