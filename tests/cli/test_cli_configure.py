"""``havip configure``: a key goes into a file, and nothing else of the file is lost."""

from __future__ import annotations

import configparser
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havip import ProfileFile
from havip.cli.configure import write_key
from havip.errors import UsageError

Shell = Callable[..., Any]


@pytest.fixture
def file(bare: None, tmp_path: Path) -> Path:
    return tmp_path / ".tencentcloud" / "credentials"


def test_a_key_from_standard_input_is_only_readable_by_its_owner(shell: Shell, file: Path) -> None:
    done = shell("configure", stdin="AKIDnew\nsecret%key\n")
    assert (done.code, done.out) == (0, f"stored the key of [default] in {file}\n")
    assert "secret%key" not in done.out + done.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    key = ProfileFile().get()
    assert (key.secret_id, key.secret_key) == ("AKIDnew", "secret%key")


def test_at_a_terminal_the_key_is_not_shown(
    shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "unseen" if "SecretKey" in prompt else "")
    done = shell("configure", typed="AKIDtyped\n")
    assert (done.code, done.err) == (0, "SecretId: ")
    key = ProfileFile().get()
    assert (key.secret_id, key.secret_key) == ("AKIDtyped", "unseen")


def nothing(_: str) -> str:
    return ""


def ended(_: str) -> str:
    raise EOFError


@pytest.mark.parametrize("typed", ["", "\n", "AKIDtyped\n"])
@pytest.mark.parametrize("key", [nothing, ended])
def test_missing_input_is_named(
    shell: Shell,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    key: Callable[[str], str],
) -> None:
    monkeypatch.setattr("getpass.getpass", key)
    done = shell("configure", typed=typed)
    missing = "SecretKey" if typed.startswith("AKID") else "SecretId"
    assert done.code == 4
    assert f"havip: no {missing} was given, so nothing is stored: " in done.err
    assert not file.exists()


def test_everything_else_in_the_file_stays(shell: Shell, file: Path) -> None:
    file.parent.mkdir()
    file.write_text(
        "# mine\n[other]\nsecret_id = AKIDother\nsecret_key = k\n\n"
        "[default]\n# old\nsecret_id = AKIDold\nsecret_key = old\ntoken = stale\nnote = keep\n"
        "[last]\nsecret_id = AKIDlast\nsecret_key = k\n"
    )
    assert shell("configure", stdin="AKIDnew\nnew\n").code == 0
    assert file.read_text() == (
        "# mine\n[other]\nsecret_id = AKIDother\nsecret_key = k\n\n"
        "[default]\nsecret_id = AKIDnew\nsecret_key = new\n# old\nnote = keep\n"
        "[last]\nsecret_id = AKIDlast\nsecret_key = k\n"
    )


def test_a_profile_is_a_section_of_its_own(shell: Shell, file: Path) -> None:
    shell("configure", stdin="AKIDone\nk\n")
    shell("configure", "--profile", "prod", stdin="AKIDtwo\nk\n")
    assert ProfileFile().get().secret_id == "AKIDone"
    assert ProfileFile("prod").get().secret_id == "AKIDtwo"


@pytest.mark.parametrize("variable", ["HAVIP_PROFILE", "TENCENTCLOUD_PROFILE"])
def test_the_profile_of_the_environment_is_written(
    shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "prod")
    done = shell("configure", stdin="AKIDnew\nk\n")
    assert (done.code, done.out, done.err) == (0, f"stored the key of [prod] in {file}\n", "")
    assert ProfileFile("prod").get().secret_id == "AKIDnew"


@pytest.mark.parametrize(
    ("profile", "words", "warned"),
    [("", [], True), ("", ["--profile", "prod"], False), ("prod", [], False)],
)
def test_a_key_that_takes_precedence_is_named(
    shell: Shell,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    profile: str,
    words: list[str],
    warned: bool,
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDold")
    monkeypatch.setenv("HAVIP_PROFILE", profile)
    done = shell("configure", *words, stdin="AKIDnew\nk\n")
    assert done.code == 0
    assert ("TENCENTCLOUD_SECRET_ID takes precedence" in done.err) == warned
    assert done.err.count("\n") == warned


def test_the_file_may_be_another(
    shell: Shell, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_CREDENTIALS_FILE", str(tmp_path / "mine"))
    assert shell("configure", stdin="AKIDnew\nk\n").code == 0
    assert not file.exists()
    assert ProfileFile().get().secret_id == "AKIDnew"


@pytest.mark.parametrize(
    ("words", "stdin", "code", "text"),
    [
        ([], "", 4, "no SecretId was given, so nothing is stored: "),
        ([], "AKIDnew\n", 4, "no SecretKey was given, so nothing is stored: "),
        ([], "AKID new\nk\n", 4, "characters that no key has"),
        (["--profile", "a]b"], "AKIDnew\nk\n", 2, "is not a valid profile name"),
    ],
)
def test_an_invalid_key_is_rejected(
    shell: Shell, file: Path, words: list[str], stdin: str, code: int, text: str
) -> None:
    done = shell("configure", *words, stdin=stdin)
    assert (done.code, done.out) == (code, "")
    assert text in done.err
    assert not file.exists()


def test_a_file_that_is_something_else_is_left_alone(shell: Shell, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("not an INI file")
    done = shell("configure", stdin="AKIDnew\nk\n")
    assert (done.code, "repair it" in done.err) == (2, True)
    assert file.read_text() == "not an INI file"


NEW = {"secret_id": "AKIDnew", "secret_key": "new"}


def parsed(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    parser.read_string(text)
    return {name: dict(parser.items(name)) for name in parser.sections()}


@pytest.mark.parametrize(
    "text",
    [
        "[default]\nsecret_id = a\n[prod] ; main account\nsecret_id = b\nsecret_key = c\n",
        "[prod]\nsecret_id=a\nsecret_key=b\n  cont\nregion = x",
        "[prod]\nsecret_id=\n  A2\n\n  A3\nnote = 1\n  more",
        "[other]\nx = 1\n [prod]\n",
        "[other]\nnote = a\x85[prod]\x0c[prod]\n[prod]\nsecret_key = b\n",
        "[prod]\n  token = t\n  region = x\n  secret_id = a\n",
        "[DEFAULT]\nsecret_id = a\n[prod]\ntoken: t\n# end",
    ],
)
def test_a_key_is_stored_in_any_format_of_the_file(shell: Shell, file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    wanted = parsed(text)
    assert shell("configure", "--profile", "prod", stdin="AKIDnew\nnew\n").code == 0
    wanted["prod"] = wanted.get("prod", {}) | NEW
    wanted["prod"].pop("token", None)
    assert parsed(file.read_text()) == wanted


LINES = (
    *(
        "[default]",
        "[prod]",
        " [prod]",
        "[prod] ; c",
        "[ prod ]",
        "[prod]]",
        "[other]",
        "[DEFAULT]",
    ),
    *("secret_id = A", "secret_key=B", "SECRET_ID: C", "token = t", "token", "region = ap-x"),
    *("secret_id=\n  A2", "x=[prod]", "rem = 1\x85[prod]", "k=v\x0c"),
    *("  cont", "\tx", "  token = y", " secret_key = z", "", "; comment", "# [prod]", "  # c"),
)


@pytest.mark.fuzz
@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join))
def test_a_stored_key_changes_nothing_else(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "credentials"
        file.write_text(text)
        try:
            write_key(file, "prod", **NEW)
        except UsageError as error:
            assert "\n" not in str(error)  # noqa: PT017 - one of two outcomes
            assert file.read_text() == text
            return
        wanted = parsed(text)
        wanted["prod"] = wanted.get("prod", {}) | NEW
        wanted["prod"].pop("token", None)
        assert parsed(file.read_text()) == wanted


def test_an_unwritable_path_is_reported(
    shell: Shell, bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").write_text("")
    monkeypatch.setenv("TENCENTCLOUD_CREDENTIALS_FILE", str(tmp_path / "plain" / "credentials"))
    done = shell("configure", stdin="AKIDnew\nk\n")
    assert (done.code, "cannot be written" in done.err) == (2, True)
