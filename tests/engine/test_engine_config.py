"""Configuration and secrets, as the Pulumi CLI writes and reads them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest import mock

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_havip.engine import ProjectError, SecretError, StateError, crypto
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.project import Project, StackConfig, full_key, load_project

if TYPE_CHECKING:
    from tests.engine.conftest import Lab

# Written by the Pulumi CLI 3.259 with the passphrase "x".
CLI_SALT = "v1:D4Pp2mUOV6E=:v1:KX+zHuZXBV5JVWCG:33VuY5Tp8L94zZvqyh0WAys/KyGiSg=="
CLI_FILE = f"""encryptionsalt: {CLI_SALT}
config:
  p1:k: v
  havip:region: eu
  p1:tok:
    secure: v1:WgobM/MGJiG8Eao5:ccDwziidSG+HTUamaCZDrjUuVw==
  p1:many:
    - a
    - b: 1
"""


def project(folder: Path, text: str = "name: p1\nruntime: python\n") -> Project:
    (folder / "Pulumi.yaml").write_text(text)
    (folder / "__main__.py").write_text("")
    return load_project(folder)


def test_the_cli_s_file_is_read_with_its_secrets(tmp_path: Path) -> None:
    found = project(tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text(CLI_FILE)
    config = StackConfig(found, "dev")
    vault = Vault({"PULUMI_CONFIG_PASSPHRASE": "x"}, config.salt)
    values, secret = config.values(vault, {"k": "given", "havip:zone": "z"})
    assert values == {
        "p1:k": "given",
        "havip:region": "eu",
        "p1:tok": "t0p",
        "p1:many": '["a", {"b": 1}]',
        "havip:zone": "z",
    }
    assert secret == {"p1:tok"}


def test_a_secret_is_set_and_read_back(tmp_path: Path, lab: Lab) -> None:
    found = project(tmp_path)
    vault = Vault({"PULUMI_CONFIG_PASSPHRASE": "x"})
    StackConfig(found, "dev").set("token", "t0p", vault)
    StackConfig(found, "dev").set("havip:region", "eu")
    text = (tmp_path / "Pulumi.dev.yaml").read_text()
    assert "t0p" not in text
    again = StackConfig(found, "dev")
    assert again.salt == vault.salt
    values, secret = again.values(Vault({"PULUMI_CONFIG_PASSPHRASE": "x"}, again.salt))
    assert values == {"p1:token": "t0p", "havip:region": "eu"}
    assert secret == {"p1:token"}
    again.remove("token")
    with pytest.raises(ProjectError, match="no value for token"):
        again.remove("token")


@given(st.text(), st.text(), st.booleans())
def test_what_is_set_is_read_back_or_refused(key: str, value: str, sealed: bool) -> None:
    """No key makes the file unreadable, which would take the stack with it."""
    with TemporaryDirectory() as folder, mock.patch.object(crypto, "_ROUNDS", 10):
        found = Project(Path(folder), "p1", Path(folder), "python")
        vault = Vault({"PULUMI_CONFIG_PASSPHRASE": "x\udcff"})
        try:
            StackConfig(found, "dev").set(key, value, vault if sealed else None)
        except ProjectError:
            assert not list(Path(folder).iterdir())
            return
        values, secret = StackConfig(found, "dev").values(vault)
        assert values == {full_key("p1", key): value}
        assert bool(secret) == sealed


@pytest.mark.parametrize("key", ["", ":", "a:", ":a", "config:", "p1:config:", "\udcff", "a\nb"])
def test_a_key_that_could_not_be_read_again_is_refused(tmp_path: Path, key: str) -> None:
    found = project(tmp_path)
    with pytest.raises(ProjectError):
        StackConfig(found, "dev").set(key, "v")
    with pytest.raises(ProjectError):
        StackConfig(found, "dev").set("k", "\udcff")


@pytest.mark.parametrize(
    ("written", "read"),  # as the Pulumi CLI 3.260 reads them
    [
        *((text, text) for text in ("12:30", "12:30:45:10:20:30", "on", "yes", "Y", "=", "tRUE")),
        *((text, text) for text in ("_1", ".", "2024-01-02", "'0123'", "!!str 012")),
        *(("TRUE", "true"), ("False", "false"), ("~", ""), ("null", ""), ("", "")),
        *(("0123456", "42798"), ("0189", "189"), ("0o17", "15"), ("0b11", "3"), ("0xFF", "255")),
        *(("1_000", "1000"), ("1_000.5", "1000.5"), ("-0x1F", "-31"), ("+12", "12"), ("00", "0")),
        *(("1.10", "1.1"), ("1.0", "1"), ("1e3", "1000"), ("1e30", "1e+30"), (".5", "0.5")),
        *(("18446744073709551615",) * 2, ("184467440737095516150", "184467440737095500000")),
        ("[12:30, on, 0123, ~]", '["12:30", "on", 83, null]'),
    ],
)
def test_values_are_read_as_the_cli_reads_them(tmp_path: Path, written: str, read: str) -> None:
    found = project(tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  p1:a: {written}\n")
    values, _ = StackConfig(found, "dev").values(Vault({}))
    assert values == {"p1:a": read.strip("'").removeprefix("!!str ")}
    StackConfig(found, "dev").set("a", written)
    values, _ = StackConfig(found, "dev").values(Vault({}))
    assert values == {"p1:a": written}


def test_comments_and_other_entries_stay_as_they_are(tmp_path: Path) -> None:
    found, path = project(tmp_path), tmp_path / "Pulumi.dev.yaml"
    path.write_text("# top\nconfig:\n  # why\n  p1:a:   0123 # kept\n  p1:b:\n    - x\n# end\n")
    StackConfig(found, "dev").set("c", "12:30")
    StackConfig(found, "dev").set("b", "y")
    assert path.read_text() == (
        "# top\nconfig:\n  # why\n  p1:a:   0123 # kept\n  p1:b: y\n  p1:c: '12:30'\n# end\n"
    )
    StackConfig(found, "dev").remove("b")
    StackConfig(found, "dev").remove("c")
    assert path.read_text() == "# top\nconfig:\n  # why\n  p1:a:   0123 # kept\n# end\n"
    path.write_text("config: {p1:a: 0123}\n")
    StackConfig(found, "dev").set("b", "x")
    values, _ = StackConfig(found, "dev").values(Vault({}))
    assert values == {"p1:a": "83", "p1:b": "x"}


def test_values_that_are_set_at_the_same_time_are_all_kept(tmp_path: Path, lab: Lab) -> None:
    found, phrase = project(tmp_path), {"PULUMI_CONFIG_PASSPHRASE": "x"}
    configs = [(StackConfig(found, "dev"), Vault(phrase)) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(one.set, f"k{n}", str(n), v) for n, (one, v) in enumerate(configs)]
    assert [one.exception() for one in done] == [None] * 6
    config = StackConfig(found, "dev")
    values, _ = config.values(Vault(phrase, config.salt))
    assert values == {f"p1:k{n}": str(n) for n in range(6)}


def test_a_passphrase_comes_from_a_file_too(tmp_path: Path, lab: Lab) -> None:
    sealed = Vault({"PULUMI_CONFIG_PASSPHRASE": "x"})
    text = sealed.encrypt("t0p")
    (tmp_path / "phrase").write_text("x\n")
    named = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "phrase")}
    assert Vault(named, sealed.salt).decrypt(text) == "t0p"
    with pytest.raises(SecretError, match="cannot read the passphrase file"):
        Vault({"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "none")}, sealed.salt).encrypt("")


def test_a_text_that_was_not_sealed_here_is_refused(lab: Lab) -> None:
    vault = Vault({"PULUMI_CONFIG_PASSPHRASE": "x"})
    vault.encrypt("t0p")
    for text in (
        "",
        "v1:x:y",
        "v1:AAAA:AAAA",
        Vault({"PULUMI_CONFIG_PASSPHRASE": "y"}).encrypt(""),
    ):
        with pytest.raises(SecretError, match="another passphrase"):
            vault.decrypt(text)


def test_defaults_of_the_project_hold_for_every_stack(tmp_path: Path) -> None:
    text = (
        "name: p1\nruntime: {name: python}\nconfig:\n  a: 1\n  havip:region: {value: eu}\n"
        "  b: {type: string, default: x}\n  c: {type: string}\n"
    )
    values, _ = StackConfig(project(tmp_path, text), "dev").values(Vault({}))
    assert values == {"p1:a": "1", "havip:region": "eu", "p1:b": "x"}


def test_a_program_reads_its_configuration(lab: Lab) -> None:
    def program() -> None:
        config = pulumi.Config()
        pulumi.export("name", config.get("name"))
        pulumi.export("stack", pulumi.get_stack())
        pulumi.export("project", pulumi.get_project())
        pulumi.export("region", pulumi.Config("havip").get("region"))

    result = lab.stack(program, config={"name": "n", "havip:region": "eu"}).preview()
    assert result.outputs == {
        "name": "n",
        "stack": "dev",
        "project": "conformance",
        "region": "eu",
    }


def test_the_passphrase_does_not_reach_the_program(lab: Lab) -> None:
    stack = lab.stack(lambda: None, environment={"PULUMI_CONFIG_PASSPHRASE": "x", "A": "1"})
    assert set(stack._environment()) == {"A", "PULUMI_PROJECT", "no_grpc_proxy"}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("config: [a]", "Pulumi.yaml: config is not a mapping"),
        ("runtime: {name: python, options: venv}", "Pulumi.yaml: options is not a mapping"),
    ],
)
def test_a_project_file_of_another_form_is_refused(lines: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=reason):
        project(tmp_path, f"name: shop\nruntime: python\n{lines}\n")


@pytest.mark.parametrize("salt", ["v1", "v2:YWJj:v1:x", "v1:c:v1:a:b"])
def test_a_salt_of_another_form_is_refused(salt: str) -> None:
    vault = Vault({"PULUMI_CONFIG_PASSPHRASE": "x"}, salt)
    with pytest.raises(StateError, match="of no form that is known"):
        vault.decrypt("v1:a:b")
