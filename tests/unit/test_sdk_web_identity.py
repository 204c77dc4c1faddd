"""Web identity: pods and CI jobs without a key assume a role by a token in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import havip
from havip import errors
from havip.emulator import Cloud, Control, mock_havip
from havip.emulator.state.access_keys import Key, Keys

ARN = "qcs::cam::uin/100000000001:roleName/pod"
TKE = ("TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN")
CI = (
    "TENCENTCLOUD_PROVIDER_ID",
    "TENCENTCLOUD_WEB_IDENTITY_TOKEN_FILE",
    "TENCENTCLOUD_ROLE_ARN",
)


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """A cloud that checks every signature, and no key in the environment."""
    keys = Keys([Key("AKIDknown", "secretknown", "100000000001")])
    mock = mock_havip(cloud=Cloud(keys=keys), verify="all")
    mock.start()
    for name in ("ID", "KEY"):
        monkeypatch.delenv(f"TENCENTCLOUD_SECRET_{name}", raising=False)
    yield mock.control
    mock.stop()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("header.claims.signature\n")
    return file


def describe(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], token: Path) -> None:
    """Set the variables of a platform."""
    for name, value in zip(names, ("oidc", str(token), ARN), strict=True):
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("names", [TKE, CI])
def test_the_chain_assumes_the_role_and_signs_with_what_it_gets(
    control: Control, token: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    describe(monkeypatch, names, token)
    with havip.Client("ap-guangzhou") as client:
        for _ in range(3):
            assert client.describe_vpcs().total_count == 0
    seen = [entry.action for entry in control.requests]
    assert seen == ["AssumeRoleWithWebIdentity", *["DescribeVpcs"] * 3]
    assert {entry.account for entry in control.requests} == {"100000000001"}
    assert "header.claims" not in str([entry.params for entry in control.requests])


def test_the_region_of_the_pod_is_where_the_role_is_assumed(
    control: Control, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(monkeypatch, TKE, token)
    monkeypatch.setenv("TKE_REGION", "ap-shanghai")
    with havip.Client("ap-guangzhou") as client:
        client.describe_vpcs()
    assert [entry.region for entry in control.requests][1] == "ap-guangzhou"
    provider = havip.WebIdentity.of_environment()
    control.requests.clear()
    provider.get()
    assert [entry.region for entry in control.requests] == ["ap-shanghai"]


@pytest.mark.usefixtures("control")
def test_the_token_is_read_again_at_each_renewal(
    token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = havip.FakeClock()
    session = havip.credentials.Session("ap-guangzhou", clock=clock)
    provider = havip.WebIdentity(ARN, "oidc", token, session=session)
    first = provider.get()
    assert provider.get() is first
    token.write_text("")  # while the platform replaces it
    clock.advance(7200 - 200)
    assert provider.get() is first  # good for another 200 s
    clock.advance(300)
    with pytest.raises(errors.CredentialError, match="does not hold a token"):
        provider.get()
    token.write_text("other.claims.signature")
    clock.advance(60)
    assert provider.get().secret_id != first.secret_id


@pytest.mark.parametrize("missing", range(3))
@pytest.mark.parametrize("empty", [False, True])
def test_half_a_web_identity_of_a_pod_is_an_error_that_names_what_is_missing(
    control: Control, token: Path, monkeypatch: pytest.MonkeyPatch, missing: int, empty: bool
) -> None:
    describe(monkeypatch, TKE, token)
    if empty:
        monkeypatch.setenv(TKE[missing], "")
    else:
        monkeypatch.delenv(TKE[missing])
    with (
        havip.Client("ap-guangzhou") as client,
        pytest.raises(errors.CredentialError, match=TKE[missing]),
    ):
        client.describe_vpcs()
    assert len(control.requests) == 0


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"two words", b"\xff\xfe", b"x" * 70_000, "Schlüssel".encode()]
)
def test_a_malformed_token_is_not_sent(
    control: Control, token: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    token.write_bytes(content)
    describe(monkeypatch, TKE, token)
    with (
        havip.Client("ap-guangzhou") as client,
        pytest.raises(errors.CredentialError, match="does not hold a token") as caught,
    ):
        client.describe_vpcs()
    assert str(token) in str(caught.value)
    assert len(control.requests) == 0


def test_a_token_file_that_is_not_there_is_named(
    control: Control, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token.unlink()
    describe(monkeypatch, CI, token)
    with (
        havip.Client("ap-guangzhou") as client,
        pytest.raises(errors.CredentialError, match="No such file"),
    ):
        client.describe_vpcs()


def test_a_key_of_the_environment_goes_first(
    control: Control, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(monkeypatch, TKE, token)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDknown")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "secretknown")
    with havip.Client("ap-guangzhou") as client:
        client.describe_vpcs()
    assert [entry.action for entry in control.requests] == ["DescribeVpcs"]


def test_the_asynchronous_client_does_the_same(
    control: Control, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("httpx")
    import asyncio

    describe(monkeypatch, TKE, token)

    async def work() -> list[Any]:
        async with havip.AsyncClient("ap-guangzhou") as client:
            return await asyncio.gather(*(client.describe_vpcs() for _ in range(20)))

    assert [page.total_count for page in asyncio.run(work())] == [0] * 20
    seen = [entry.action for entry in control.requests]
    assert seen.count("AssumeRoleWithWebIdentity") == 1
