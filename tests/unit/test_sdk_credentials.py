"""Sources of credentials, and their secrecy."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import errors
from havip.credentials import Chain, Session
from tests.unit.conftest import KEY

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud

INI = "[default]\nsecret_id = AKIDfile\nsecret_key = filekey\n"
HOUR = 3600.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def write(path: Path, content: str | dict[str, Any]) -> Path:
    """Write a file of credentials."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def set_environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Set variables, of whose names the common beginning is left out."""
    for name, value in values.items():
        monkeypatch.setenv(f"TENCENTCLOUD_{name.upper()}", value)


# Keys


def test_a_key_is_never_shown() -> None:
    key = havip.Credentials("AKIDabcdefghijklmnop", "thesecret", token="thetoken")

    for text in (repr(key), str(key), f"{key}"):
        assert text == "Credentials(AKID***mnop, ***, token=***)"
    assert "thesecret" not in repr(havip.Credentials("short", "thesecret"))
    assert "short" not in repr(havip.Credentials("short", "thesecret"))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("", "key"), "secret_id is empty"),
        (("id", ""), "secret_key is empty"),
        (("id ", "key"), "secret_id has spaces"),
        (("id", "key\n"), "secret_key has spaces"),
        (("id", "kéy"), "secret_key has spaces or other characters"),
        (("id", "key", ""), "token is empty"),
        (("id", "key", "to\r\nken"), "token has spaces"),
    ],
)
def test_an_invalid_key_is_rejected(arguments: tuple[Any, ...], text: str) -> None:
    with pytest.raises(errors.CredentialError, match=text) as caught:
        havip.Credentials(*arguments)
    assert "kéy" not in str(caught.value)


# The environment


@pytest.mark.parametrize("name", ["token", "security_token"])
def test_the_environment_has_a_key_and_two_names_for_its_token(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    set_environment(monkeypatch, secret_id="id", secret_key="key", **{name: "token"})

    assert havip.Environment().get() == havip.Credentials("id", "key", "token")
    assert Chain().get() == havip.Credentials("id", "key", "token")


def test_tokens_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(
        monkeypatch, secret_id="id", secret_key="key", token="one", security_token="two"
    )

    with pytest.raises(errors.CredentialError, match="differ: unset the stale one"):
        Chain().get()


@pytest.mark.parametrize("name", ["secret_id", "secret_key"])
def test_half_a_key_is_an_error_and_not_skipped(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write(home / ".tencentcloud" / "credentials", INI)
    set_environment(monkeypatch, **{name: "something"})

    with pytest.raises(errors.CredentialError, match="is set, TENCENTCLOUD_SECRET_"):
        Chain().get()


def test_a_changed_environment_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain()
    set_environment(monkeypatch, secret_id="id", secret_key="key")
    assert chain.get().secret_key == "key"

    set_environment(monkeypatch, secret_key="newkey")
    assert chain.get().secret_key == "newkey"


# The credentials file


def test_the_file_of_the_sdks_is_read(home: Path) -> None:
    write(home / ".tencentcloud" / "credentials", INI + "token = 'tok%en'\n[b]\nsecret_id=x\n")

    assert havip.ProfileFile().get() == havip.Credentials("AKIDfile", "filekey", "tok%en")
    assert Chain().get().secret_id == "AKIDfile"


def test_the_file_is_read_again_when_it_changed(home: Path) -> None:
    path = write(home / ".tencentcloud" / "credentials", INI)
    chain = Chain()
    assert chain.get().secret_key == "filekey"

    write(path, INI.replace("filekey", "another-key"))
    assert chain.get().secret_key == "another-key"


def test_another_file_and_another_section(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(home / "keys", INI.replace("default", "work"))
    assert havip.ProfileFile("work", path).get().secret_id == "AKIDfile"

    set_environment(monkeypatch, credentials_file=str(path))
    assert havip.ProfileFile("work").get().secret_id == "AKIDfile"

    set_environment(monkeypatch, credentials_file=str(home / "none"))
    with pytest.raises(errors.CredentialError, match=r"cannot read .*: No such file"):
        Chain().get()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("secret_id = x", "is not an INI file"),
        ("[other]\nsecret_id = x", r"has no section \[default\]"),
        ("[default]\nsecret_id = x", "has no secret_key"),
        ("[default]\nsecret_id = x\nsecret_key = a b", "secret_key has spaces"),
        ("[default]\nsecret_id = x\nsecret_id = y", "is not an INI file"),
        ("", r"has no section \[default\]"),
    ],
)
def test_a_broken_file_is_told_without_its_content(home: Path, content: str, text: str) -> None:
    path = write(home / ".tencentcloud" / "credentials", content)

    with pytest.raises(errors.CredentialError, match=text) as caught:
        Chain().get()
    assert str(path) in str(caught.value)
    assert "a b" not in str(caught.value)


def test_a_binary_file_is_reported(home: Path) -> None:
    path = write(home / ".tencentcloud" / "credentials", "")
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(errors.CredentialError, match="it is not UTF-8 text"):
        Chain().get()


# tccli


def test_a_profile_of_tccli_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".tccli" / "default.credential", {"secretId": "id", "secretKey": "key"})
    write(
        home / ".tccli" / "work.credential",
        {"type": "default", "secretId": "id2", "secretKey": "key2", "token": "token2"},
    )

    assert Chain().get().secret_id == "id"
    assert havip.TccliProfile("work").get() == havip.Credentials("id2", "key2", "token2")
    monkeypatch.setenv("TCCLI_PROFILE", "work")
    assert Chain().get().secret_id == "id2"


def test_a_selected_profile_takes_precedence_over_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / ".tencentcloud" / "credentials", INI)
    write(home / ".tccli" / "default.credential", {"secretId": "id", "secretKey": "key"})
    assert Chain().get().secret_id == "AKIDfile"

    monkeypatch.setenv("TCCLI_PROFILE", "default")
    assert Chain().get().secret_id == "id"

    monkeypatch.setenv("TCCLI_PROFILE", "typo")
    with pytest.raises(errors.CredentialError, match=r"no tccli profile .*typo\.credential"):
        Chain().get()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("{", r"is not JSON \(line 1\)"),
        ("[]", "is not a JSON object"),
        ({"secretId": "id"}, "has no secretKey"),
        ({"secretId": "id", "secretKey": "a b"}, "secretKey|secret_key has spaces"),
        *(
            ({"secretId": "id", "secretKey": "key", "expiresAt": value}, "expires")
            for value in ("soon", [1], {"a": 1}, 10**400, float("nan"))
        ),
    ],
)
def test_a_broken_profile_is_told(home: Path, content: Any, text: str) -> None:
    path = write(home / ".tccli" / "default.credential", content)

    with pytest.raises(errors.CredentialError, match=text) as caught:
        Chain().get()
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, "1" * 5000, "", "nul"])
@pytest.mark.parametrize("kind", ["credential", "configure"])
def test_a_tccli_file_that_is_not_json_is_told(
    cloud: FakeCloud, home: Path, kind: str, content: str
) -> None:
    file = write(home / ".tccli" / f"default.{kind}", content)

    with pytest.raises(errors.CredentialError, match="is not JSON") as caught:
        cloud.client(
            region=None, credentials=KEY if kind == "configure" else None
        ).describe_ha_vips()
    assert str(file) in str(caught.value)


def test_an_expired_login_is_reported(home: Path) -> None:
    clock = havip.FakeClock(start=1000.0)
    content = {"type": "oauth", "secretId": "id", "secretKey": "key", "token": "t"}
    write(home / ".tccli" / "default.credential", {**content, "expiresAt": 1500})
    chain = Chain(Session(clock=clock))
    assert chain.get().expires == 1500.0

    clock.advance(600.0)
    with pytest.raises(errors.CredentialError, match="log in again with tccli"):
        chain.get()


def test_the_region_of_tccli_comes_last(
    cloud: FakeCloud, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.UsageError, match="no region: give one, such as region="):
        cloud.client(region=None).describe_ha_vips()

    write(home / ".tccli" / "default.configure", {"_sys_param": {"region": "ap-tokyo"}})
    cloud.client(region=None).describe_ha_vips()
    set_environment(monkeypatch, region="ap-seoul")
    cloud.client(region=None).describe_ha_vips()

    assert [seen.headers["X-TC-Region"] for seen in cloud.seen] == ["ap-tokyo", "ap-seoul"]


# No credentials


def test_without_credentials_the_error_lists_all_sources(cloud: FakeCloud, home: Path) -> None:
    with pytest.raises(errors.CredentialError) as caught:
        cloud.client(credentials=None).describe_ha_vips()

    text = str(caught.value)
    assert "\n" not in text
    for place in (
        "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set",
        str(home / ".tencentcloud" / "credentials"),
        str(home / ".tccli" / "default.credential"),
        "role of the machine",
        "havip.Credentials(secret_id, secret_key)",
    ):
        assert place in text
    assert cloud.seen == []


def test_credentials_that_come_later_are_found(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cloud.client(credentials=None)
    with pytest.raises(errors.CredentialError):
        client.describe_ha_vips()

    set_environment(monkeypatch, secret_id="id", secret_key="key")
    client.describe_ha_vips()
    assert len(cloud.seen) == 1


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("http://127.0.0.1:8765", True),
        ("http://localhost:8765", True),
        ("http://[::1]:1", True),
        ("https://vpc.tencentcloudapi.com", False),
        ("regional", False),
        ("http://[", False),
        (None, False),
    ],
)
@pytest.mark.parametrize("by_variable", [True, False])
def test_where_calls_go_to_this_machine_the_emulator_s_key_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    endpoint: str | None,
    told: bool,
    by_variable: bool,
) -> None:
    from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HAVIP_METADATA_URL", "")
    for name in ("SECRET_ID", "SECRET_KEY", "CREDENTIALS_FILE"):
        monkeypatch.delenv(f"TENCENTCLOUD_{name}", raising=False)
    if by_variable:
        monkeypatch.delenv("HAVIP_ENDPOINT", raising=False)
        if endpoint is not None:
            monkeypatch.setenv("HAVIP_ENDPOINT", endpoint)
    session = Session(endpoint=None if by_variable else endpoint)
    with pytest.raises(errors.CredentialError) as caught:
        Chain(session).get()
    key = f"={DEFAULT_SECRET_ID} TENCENTCLOUD_SECRET_KEY={DEFAULT_SECRET_KEY}"
    assert str(caught.value).endswith(key) is told


# Homes

forks = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


def run_without_home(work: Callable[[], object], home: Path | None) -> str:
    """Return what a function returns or raises under a user who may not enter a home, or has none.

    Root may enter every directory, so the user is another one, without an entry in passwd.
    """
    reader, writer = os.pipe()
    if not (child := os.fork()):
        try:
            os.setuid(54321)
            os.environ.pop("HOME") if home is None else os.environ.update(HOME=str(home))
            said = repr(work())
        except BaseException as error:
            said = repr(error)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "r") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


@pytest.fixture(params=["forbidden", "absent"])
def no_home(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    if os.getuid():
        pytest.skip("needs root, to become another user")
    if request.param == "absent":
        return None
    write(tmp_path / "home" / ".tencentcloud" / "credentials", INI)
    (tmp_path / "home").chmod(0)
    return tmp_path / "home"


@pytest.mark.process
@forks
def test_without_a_home_the_other_sources_are_used(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch, no_home: Path | None
) -> None:
    def call(**options: Any) -> str:
        cloud.client(region=None, **options).describe_ha_vips()
        return cloud.seen[-1].headers["Authorization"].partition("/")[0]

    set_environment(monkeypatch, region="ap-tokyo")
    assert KEY.secret_id in run_without_home(call, no_home)
    set_environment(monkeypatch, secret_id="AKIDenvironment", secret_key="key")
    assert "AKIDenvironment" in run_without_home(lambda: call(credentials=None), no_home)


@pytest.mark.process
@forks
def test_without_a_home_what_is_missing_is_told(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch, no_home: Path | None
) -> None:
    def call(**options: Any) -> None:
        cloud.client(region=None, **options).describe_ha_vips()

    assert 'UsageError("no region' in run_without_home(call, no_home)
    set_environment(monkeypatch, region="ap-tokyo")
    said = run_without_home(lambda: call(credentials=None), no_home)
    assert "CredentialError(" in said
    assert "no credentials found" in said
    assert "role of the machine" in said
    said = run_without_home(lambda: call(credentials=None, profile="work"), no_home)
    assert "CredentialError(\"there is no profile 'work'" in said


@pytest.mark.process
@forks
def test_a_file_that_is_named_is_not_skipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if os.getuid():
        pytest.skip("needs root, to become another user")
    file = write(tmp_path / "closed" / "credentials", INI)
    file.parent.chmod(0)
    for path, reason in ((str(file), "Permission denied"), ("x" * 5000, "File name too long")):
        set_environment(monkeypatch, credentials_file=path)
        said = run_without_home(lambda: Chain().get(), tmp_path)
        assert f"CredentialError('cannot read {path}: {reason}')" in said
