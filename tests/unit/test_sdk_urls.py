"""URLs of endpoints, proxies and the metadata service: their passwords are never shown."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

import pytest

import havip
from havip import errors
from havip.credentials.metadata import MetadataService
from tests.unit.conftest import KEY

SECRET = "s3cr"
ENDPOINT = "http://vpc.example.invalid"
UNUSABLE = [
    "http://user:s3cr@127.0.0.1:99999",
    "http://user:s3cr#et@127.0.0.1:9",
    "http://user:12#s3cr@127.0.0.1:9",
    "http://user:s3cr/et@127.0.0.1:9",
    "http://user:s3cr?et@127.0.0.1:9",
    "http://user:s3cr et@127.0.0.1:9",
    "http://user:s3cr@127.0.0.1:abc",
    "http://user:s3cr[@127.0.0.1:9",
    "http://user:s3cr@[::1",
    "http://user:s3cr@\uff54x:9",
    "ftp://user:s3cr@127.0.0.1:9",
    "http://user:s3cr\n@127.0.0.1:9",
    "http://user:s3cr@",
]
UNREACHABLE = [
    "http://user:s3cr@ho^st:9",
    "user:s3cr@127.0.0.1:9",
    "http://user:s3cr@127.0.0.1:9",
    "HTTP://a:s3cr%@127.0.0.1:9",
]
UNSENDABLE = ["http://us\u00e9r:s3cr\u4e2d@127.0.0.1:9"]


def told(error: BaseException | None) -> str:
    """Return all that an error shows, including the errors from which it came."""
    texts = ["".join(traceback.format_exception(error))] if error else []
    while error is not None:
        texts += [str(error), repr(error), repr(error.args)]
        error = error.__context__ if error.__cause__ is None else error.__cause__
    return "\n".join(texts)


def call(options: dict[str, Any]) -> None:
    with havip.Client("ap-guangzhou", **options) as client:
        client.describe_vpcs()


def call_async(options: dict[str, Any]) -> None:
    async def work() -> None:
        async with havip.AsyncClient("ap-guangzhou", **options) as client:
            await client.describe_vpcs()

    asyncio.run(work())


def failure(run: Callable[[dict[str, Any]], None], **options: Any) -> errors.HavipError:
    given = {"credentials": KEY, "retry": havip.Retry(0.0), "timeout": 2.0, **options}
    with pytest.raises(errors.HavipError) as caught:
        run({"endpoint": ENDPOINT, **given})
    return caught.value


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("by_variable", [True, False], ids=["variable", "argument"])
@pytest.mark.parametrize("run", [call, call_async])
@pytest.mark.parametrize("proxy", [*UNUSABLE, *UNSENDABLE, *UNREACHABLE])
def test_the_password_of_a_proxy_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, proxy: str, run: Any, by_variable: bool
) -> None:
    if by_variable:
        monkeypatch.setenv("HTTP_PROXY", proxy)
    error = failure(run, **({} if by_variable else {"proxies": {"http": proxy}}))

    assert SECRET not in told(error)
    if proxy in UNREACHABLE:
        assert isinstance(error, errors.UnreachableError)
    else:
        assert isinstance(error, errors.UsageError)
        assert "proxy" in str(error)
        assert str(error).isprintable()


@pytest.mark.parametrize("run", [call, call_async])
@pytest.mark.parametrize("endpoint", [*UNUSABLE, *UNSENDABLE, *UNREACHABLE, "http://:s3cr@host"])
def test_the_password_of_an_endpoint_is_never_shown(run: Any, endpoint: str) -> None:
    error = failure(run, endpoint=endpoint)

    assert isinstance(error, errors.UsageError)
    assert SECRET not in told(error)
    assert "endpoint" in str(error)


@pytest.mark.parametrize("url", [*UNUSABLE, *UNSENDABLE, *UNREACHABLE, "http://[::1"])
def test_the_password_of_the_metadata_service_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HAVIP_METADATA_URL", url)
    with pytest.raises(errors.HavipError) as caught:
        havip.CvmRole().get()
    assert SECRET not in told(caught.value)
    with pytest.raises(errors.HavipError) as caught:
        MetadataService().instance_id()
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize("ca", ["/nope", "\0"])
@pytest.mark.parametrize("run", [call, call_async])
def test_a_ca_bundle_that_cannot_be_read_is_no_matter_of_the_proxy(run: Any, ca: str) -> None:
    error = failure(run, endpoint="https://127.0.0.1:9", ca=ca)

    assert "cannot use the CA bundle" in str(error)
    assert "proxy" not in str(error)
