"""Signatures and keys that the gateway accepts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from havip.emulator.cloud import Cloud
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest
from havip.emulator.state.access_keys import Key

if TYPE_CHECKING:
    from tests.emulator.front.conftest import NewRequest, ReadAnswer, SettableClock

Code = Callable[[Any], str]

BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
OLD_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
VECTORS = {
    "POST of 2019": (
        "POST", "/", JSON, 1551113065, OLD_KEY, "content-type;host", BODY,
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    ),
    "GET of 2018": (
        "GET", "/?Limit=10&Offset=0", FORM, 1539084154, OLD_KEY, "content-type;host", b"",
        "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
    ),
    "POST of today": (
        "POST", "/", JSON, 1551113065, "*" * 32, "content-type;host;x-tc-action", BODY,
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
    ),
    "POST in between": (
        "POST", "/", JSON, 1551113065, "Gu5t9xGARNpq86cd98joQYCN3*******",
        "content-type;host;x-tc-action", BODY,
        "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3",
    ),
}  # fmt: skip


@pytest.mark.evidence("doc")
@pytest.mark.parametrize("name", VECTORS)
def test_published_signatures_hold(
    name: str, cloud: Cloud, watch: SettableClock, read_answer: ReadAnswer
) -> None:
    """The four published signatures hold, and do not hold for a changed request."""
    method, target, kind, moment, key, signed, body, signature = VECTORS[name]
    watch.now = moment
    cloud.keys.add(Key("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", key))
    date = "2018-10-09" if method == "GET" else "2019-02-25"
    headers = [
        ("Content-Type", kind),
        ("Host", "cvm.tencentcloudapi.com"),
        ("X-TC-Action", "DescribeInstances"),
        ("X-TC-Version", "2017-03-12"),
        ("X-TC-Timestamp", str(moment)),
        ("X-TC-Region", "ap-guangzhou"),
        (
            "Authorization",
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/"
            f"{date}/cvm/tc3_request, SignedHeaders={signed}, Signature={signature}",
        ),
    ]
    gateway = Gateway(cloud)
    answer = read_answer(gateway.handle(RawRequest(method, target, headers, body)))
    assert answer.get("Error") is None
    changed = body + b" " if body else b""
    target = target.replace("10", "11")
    wrong = read_answer(gateway.handle(RawRequest(method, target, headers, changed)))
    assert wrong["Error"]["Code"] == "AuthFailure.SignatureFailure"


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize(
    "host",
    [
        "vpc.tencentcloudapi.com",
        "vpc.intl.tencentcloudapi.com",
        "vpc.ap-guangzhou.tencentcloudapi.com",
        "127.0.0.1:8765",
        "vpc.localhost:8765",
        "VPC.Example.COM",
        "http://127.0.0.1:8765",
    ],
)
def test_any_host_is_verified_as_it_was_signed(
    host: str, signed_request: NewRequest, code_of: Code
) -> None:
    """Any Host is taken, with its port and in its case, and verified as it was signed."""
    assert code_of(signed_request(host=host)) == ""
    spoiled = signed_request(host=host, more={"Host": "other.example"})
    assert code_of(spoiled) == ""  # the signer of the tests signs what it sends
    signed = signed_request(host=host).raw()
    headers = [(n, "other.example" if n == "Host" else v) for n, v in signed.headers]
    assert code_of(RawRequest("POST", "/", headers, b"{}")) == "AuthFailure.SignatureFailure"


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize(
    "target", ["/", "http://vpc.tencentcloudapi.com/", "http://vpc.tencentcloudapi.com", "/api/"]
)
def test_targets_of_proxies_and_of_domains_with_a_path(
    target: str, signed_request: NewRequest, code_of: Code
) -> None:
    """A target may be a whole URL or have a path: the signature covers `/` all the same."""
    assert code_of(signed_request(target=target)) == ""


@pytest.mark.evidence("official-sdk")
def test_get_is_signed_over_its_query(signed_request: NewRequest, code_of: Code) -> None:
    """The signature of a GET covers its query string."""
    form = "application/x-www-form-urlencoded"
    asked = signed_request(method="GET", content_type=form, body=b"", target="/?Limit=5&Offset=0")
    assert code_of(asked) == ""
    raw = asked.raw()
    changed = RawRequest("GET", "/?Limit=6&Offset=0", raw.headers, b"")
    assert code_of(changed) == "AuthFailure.SignatureFailure"


@pytest.mark.evidence("official-sdk")
def test_an_unsigned_payload_may_change(signed_request: NewRequest, code_of: Code) -> None:
    """With `X-TC-Content-SHA256: UNSIGNED-PAYLOAD` the signature leaves the body out."""
    unsigned = signed_request(more={"X-TC-Content-SHA256": "UNSIGNED-PAYLOAD"}).raw()
    assert code_of(unsigned) == ""
    assert code_of(RawRequest("POST", "/", unsigned.headers, b'{"Limit": "1"}')) == ""


@pytest.mark.evidence("doc")
def test_more_headers_may_be_signed_in_lower_case_values(
    signed_request: NewRequest, code_of: Code
) -> None:
    """More headers than the two that must be signed may be, their values in lower case."""
    names = ("content-type", "host", "x-tc-action", "x-tc-region")
    assert code_of(signed_request(signed=names)) == ""


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Authorization": None}, "AuthFailure.InvalidAuthorization"),
        ({"Authorization": "SKIP"}, "AuthFailure.InvalidAuthorization"),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, "AuthFailure.InvalidAuthorization"),
        ({"X-TC-Timestamp": None}, "MissingParameter"),
        ({"X-TC-Timestamp": "soon"}, "InvalidParameterValue"),
        ({"X-TC-Timestamp": "-1"}, "InvalidParameterValue"),
        ({"X-TC-Timestamp": "1795000001"}, "AuthFailure.SignatureFailure"),
        ({"X-TC-Token": "what"}, "AuthFailure.TokenFailure"),
        ({"Content-Type": "text/plain"}, "AuthFailure.SignatureFailure"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    more: dict[str, str | None], code: str, signed_request: NewRequest, code_of: Code
) -> None:
    """Missing or wrong headers of a signature have their own error codes."""
    signed = signed_request().raw()
    changed = [(n, more.get(n, v)) for n, v in signed.headers]
    headers: list[tuple[str, str]] = [(n, v) for n, v in changed if v is not None]
    headers += [(n, v) for n, v in more.items() if n == "X-TC-Token" and v]
    assert code_of(RawRequest("POST", "/", headers, b"{}")) == code


@pytest.mark.evidence("doc")
def test_a_wrong_secret_and_an_unknown_id(signed_request: NewRequest, code_of: Code) -> None:
    """A wrong secret is a SignatureFailure, an unknown id a SecretIdNotFound."""
    assert code_of(signed_request(secret_key="other")) == "AuthFailure.SignatureFailure"
    assert code_of(signed_request(secret_id="AKIDother")) == "AuthFailure.SecretIdNotFound"
    assert code_of(signed_request(signed=("host",))) == "AuthFailure.InvalidAuthorization"
    assert (
        code_of(signed_request(signed=("content-type", "host", "host")))
        == "AuthFailure.InvalidAuthorization"
    )


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("skew", "code"),
    [
        (299, ""),
        (-299, ""),
        (301, "AuthFailure.SignatureExpire"),
        (-301, "AuthFailure.SignatureExpire"),
        (-86400 * 400, "AuthFailure.SignatureExpire"),
    ],
)
def test_clocks_may_differ_by_five_minutes(
    skew: int, code: str, signed_request: NewRequest, code_of: Code, watch: SettableClock
) -> None:
    """The clocks of caller and service may differ by five minutes."""
    assert code_of(signed_request(timestamp=int(watch.now) + skew)) == code


@pytest.mark.evidence("doc")
def test_temporary_keys_need_their_token_until_they_expire(
    signed_request: NewRequest, code_of: Code, cloud: Cloud
) -> None:
    """A temporary key needs its token, and is a TokenFailure once it has expired."""
    key = cloud.keys.issue("100000000009", cloud.clock.time() + 60)
    by: Any = {"secret_id": key.secret_id, "secret_key": key.secret_key}
    token = {"X-TC-Token": key.token}
    assert code_of(signed_request(**by, more=token)) == ""
    assert code_of(signed_request(**by)) == "AuthFailure.TokenFailure"
    assert code_of(signed_request(**by, more={"X-TC-Token": "other"})) == "AuthFailure.TokenFailure"
    cloud.clock.advance(60)
    assert code_of(signed_request(**by, more=token)) == "AuthFailure.TokenFailure"


@pytest.mark.evidence("assumed")
def test_a_key_that_expired_or_was_removed_is_unknown(
    signed_request: NewRequest, code_of: Code, cloud: Cloud
) -> None:
    """A permanent key that has expired or was removed is a SecretIdNotFound."""
    cloud.keys.add(Key("AKIDshort", "x", expires=cloud.clock.time() + 1))
    short = signed_request(secret_id="AKIDshort", secret_key="x")
    assert code_of(short) == ""
    cloud.clock.advance(1)
    assert code_of(short) == "AuthFailure.SecretIdNotFound"
    cloud.keys.remove("AKIDEXAMPLE")
    assert code_of(signed_request()) == "AuthFailure.SecretIdNotFound"


@pytest.mark.evidence("assumed")
def test_a_host_of_another_product_is_refused(signed_request: NewRequest, code_of: Code) -> None:
    """A credential for one product does not open the host name of another."""
    assert (
        code_of(signed_request(host="cvm.tencentcloudapi.com"))
        == "AuthFailure.InvalidAuthorization"
    )
