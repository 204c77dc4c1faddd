"""Signatures: the published examples, the official SDK as an oracle, and the headers of a call."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.common.abstract_client import AbstractClient  # type: ignore[import-untyped]
from tencentcloud.common.credential import Credential  # type: ignore[import-untyped]

import havip
from havip._transport.sign import (
    authorization,
    canonical_request,
    sign,
    signing_key,
    utc_date,
)

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud

HOST = "cvm.tencentcloudapi.com"
JSON = "application/json; charset=utf-8"
PAYLOAD = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
DOCUMENTED = "Gu5t9xGARNpq86cd98joQYCN3"


class Vector(NamedTuple):
    """An example that Tencent publishes, with its outcome."""

    name: str
    method: str
    query: str
    headers: dict[str, str]
    body: bytes
    timestamp: int
    key: str
    request_hash: str
    signature: str


BASIC = {"Content-Type": JSON, "Host": HOST}
WITH_ACTION = {**BASIC, "X-TC-Action": "describeinstances"}
THREE_HEADERS = "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
VECTORS = [
    Vector(
        "POST of 2019, two signed headers",
        "POST",
        "",
        BASIC,
        PAYLOAD,
        1551113065,
        f"{DOCUMENTED}EXAMPLE",
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    ),
    Vector(
        "GET of 2018",
        "GET",
        "Limit=10&Offset=0",
        {"Content-Type": "application/x-www-form-urlencoded", "Host": HOST},
        b"",
        1539084154,
        f"{DOCUMENTED}EXAMPLE",
        "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7",
        "5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474",
    ),
    Vector(
        "POST of today's documents, three signed headers",
        "POST",
        "",
        WITH_ACTION,
        PAYLOAD,
        1551113065,
        "*" * 32,
        THREE_HEADERS,
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
    ),
    Vector(
        "POST of the documents in between",
        "POST",
        "",
        WITH_ACTION,
        PAYLOAD,
        1551113065,
        DOCUMENTED + "*" * 7,
        THREE_HEADERS,
        "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3",
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_the_published_examples_come_out(vector: Vector) -> None:
    request, _ = canonical_request(vector.method, vector.query, vector.headers, vector.body)

    assert hashlib.sha256(request.encode()).hexdigest() == vector.request_hash
    assert sign(vector.key, "cvm", vector.timestamp, request) == vector.signature


def test_the_key_of_a_day_is_the_published_one() -> None:
    key = signing_key(f"{DOCUMENTED}EXAMPLE", "2019-02-25", "cvm")

    assert key.hex() == "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1"


def test_the_header_is_the_published_one() -> None:
    header = authorization(
        secret_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        secret_key=f"{DOCUMENTED}EXAMPLE",
        service="cvm",
        host=HOST,
        timestamp=1551113065,
        body=PAYLOAD,
        content_type=JSON,
    )

    assert header == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/"
        f"tc3_request, SignedHeaders=content-type;host, Signature={VECTORS[0].signature}"
    )


@pytest.mark.parametrize(
    ("timestamp", "date"),
    [(0, "1970-01-01"), (1551139199, "2019-02-25"), (1551139200, "2019-02-26")],
)
def test_the_date_is_that_of_utc(timestamp: int, date: str) -> None:
    assert utc_date(timestamp // 86400) == date


keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


@given(
    secret_id=keys,
    secret_key=keys,
    host=st.from_regex(r"[a-zA-Z0-9.-]{1,30}(:[0-9]{1,5})?", fullmatch=True),
    timestamp=st.integers(0, 4_102_444_800),
    body=st.text(max_size=200),
)
def test_the_official_sdk_signs_the_same(
    secret_id: str, secret_key: str, host: str, timestamp: int, body: str
) -> None:
    class Sent:
        method = "POST"
        uri = "/"
        header = {
            "Host": host,
            "Content-Type": "application/json",
            "X-TC-Timestamp": str(timestamp),
        }
        data = body

    client = AbstractClient(Credential("id", "key"), "ap-guangzhou")
    theirs = client._get_tc3_signature({}, Sent, utc_date(timestamp // 86400), "vpc", secret_key)

    ours = authorization(
        secret_id=secret_id,
        secret_key=secret_key,
        service="vpc",
        host=host,
        timestamp=timestamp,
        body=body.encode(),
    )

    assert ours.rpartition("=")[2] == theirs


headers = st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,15}", fullmatch=True), keys)


@given(headers=headers, body=st.binary(max_size=100))
def test_a_canonical_request_names_each_header_once_in_order(
    headers: dict[str, str], body: bytes
) -> None:
    request, names = canonical_request("POST", "", headers, body)

    assert names.split(";") == sorted(name.lower() for name in headers) or not headers
    method, path, query, *lines, empty, last_names, digest = request.split("\n")
    assert (method, path, query, empty) == ("POST", "/", "", "")
    assert [line.split(":", 1)[0] for line in lines] == [
        name.lower() for name in sorted(headers, key=lambda name: (name.lower(), headers[name]))
    ]
    assert last_names == names
    assert digest == hashlib.sha256(body).hexdigest()


def test_a_call_is_signed_over_what_is_sent(cloud: FakeCloud) -> None:
    cloud.clock = havip.FakeClock(start=1551113065.9)

    cloud.client(endpoint="http://127.0.0.1:8080").describe_ha_vips(limit=3)

    [seen] = cloud.seen
    assert seen.headers["Host"] == "127.0.0.1:8080"
    assert seen.headers["X-TC-Timestamp"] == "1551113065"
    assert seen.headers["X-TC-Version"] == "2017-03-12"
    assert seen.headers["X-TC-Region"] == "ap-guangzhou"
    assert seen.headers["Content-Type"] == "application/json"
    expected = authorization(
        secret_id="AKIDexample0000000000",
        secret_key="examplekey0000000000",
        service="vpc",
        host="127.0.0.1:8080",
        timestamp=1551113065,
        body=b'{"Limit":3}',
    )
    assert seen.headers["Authorization"] == expected
    assert re.search(r"/2019-02-25/vpc/tc3_request, ", expected)
    assert "X-TC-Token" not in seen.headers


def test_the_token_of_temporary_keys_is_sent(cloud: FakeCloud) -> None:
    key = havip.Credentials("id", "key", token="token-1")

    cloud.client(credentials=key).describe_ha_vips()

    assert cloud.seen[0].headers["X-TC-Token"] == "token-1"
