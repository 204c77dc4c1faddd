"""The form of requests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from havip.emulator.cloud import Cloud
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import MAX_BODY, MAX_QUERY, RawRequest

if TYPE_CHECKING:
    from havip.emulator.http.gateway import Gateway
    from tests.emulator.front.conftest import Ask, NewRequest, ReadAnswer

Code = Callable[[Any], str]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def vpc(ask: Ask) -> str:
    made: str = ask("CreateVpc", {"VpcName": "a", "CidrBlock": "10.0.0.0/16"})["Vpc"]["VpcId"]
    return made


@pytest.mark.evidence("official-sdk")
def test_get_carries_filters_in_its_query(
    signed_request: NewRequest, read_answer: ReadAnswer, gateway: Gateway, vpc: str
) -> None:
    """A GET carries its parameters in the query, lists as `Filters.0.Values.1`."""
    query = f"Filters.0.Name=vpc-id&Filters.0.Values.0={vpc}&Filters.0.Values.1=vpc-x&Limit=20"
    asked = signed_request(method="GET", target=f"/?{query}", body=b"", content_type=FORM)
    answer = read_answer(gateway.handle(asked.raw()))
    assert [found["VpcId"] for found in answer["VpcSet"]] == [vpc]


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize(
    "query",
    [
        "Filters.0.Name",
        "Filters.1.Name=vpc-id",
        "Filters.00.Name=vpc-id",
        "Filters.0=a&Filters.0.Name=b",
        "Filters.0.Name=a&Filters.0=b",
        "Limit=1&Limit=2",
        "Limit..x=1",
        ".=1",
        "Limit=%ff",
        "&&&",
        ".".join("abcdefghijklmnopqrstuvwxyz") + "=1",
    ],
)
def test_a_query_of_another_form_is_refused(
    query: str, signed_request: NewRequest, code_of: Code
) -> None:
    """A query with gaps, doubles or contradictions in its numbering is an InvalidParameter."""
    asked = signed_request(method="GET", target=f"/?{query}", body=b"", content_type=FORM)
    assert code_of(asked).partition(".")[0] == "InvalidParameter"


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b"{",
        b"{}{}",
        b"{'Limit': 1}",
        b'{"Limit": NaN}',
        b'{"Limit": Infinity}',
        b'{"Limit": "1", "Limit": "2"}',
        b'{"Filters": [{"Name": "a", "Name": "b", "Values": []}]}',
        b"\xff\xfe{}",
        b'{"Limit": ' + b"9" * 5000 + b"}",
        b'{"VpcIds": ' + b"[" * 60 + b"]" * 60 + b"}",
        b'{"VpcIds": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"VpcIds": "vpc-1"}',
        b'{"VpcIds": ["\\ud800"]}',
        b'{"Filters": [{"Name": 1}]}',
    ],
)
def test_a_body_of_another_form_is_refused(
    body: bytes, signed_request: NewRequest, code_of: Code
) -> None:
    """A body that is not one JSON object in UTF-8, with each key once, is an InvalidParameter."""
    assert code_of(signed_request(body=body)) in (
        "InvalidParameter",
        "MissingParameter",
        "InvalidParameterValue",
    )


@pytest.mark.evidence("doc")
def test_a_parameter_nobody_knows_is_named(
    signed_request: NewRequest, gateway: Gateway, read_answer: ReadAnswer
) -> None:
    """A parameter that the action does not have is an UnknownParameter."""
    answer = read_answer(gateway.handle(signed_request(body=b'{"Nmae": 1}').raw()))
    assert answer["Error"]["Code"] == "UnknownParameter"
    assert "Nmae" in answer["Error"]["Message"]


@pytest.mark.evidence("official-sdk")
def test_a_null_counts_as_absent(signed_request: NewRequest, code_of: Code) -> None:
    """A null parameter counts as absent."""
    assert code_of(signed_request(body=b'{"VpcIds": null, "Filters": null, "Limit": null}')) == ""


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize("body", [b'{"Limit": "100", "Offset": "0"}', b'{"Limit": 100}'])
def test_paging_as_text_and_as_numbers(
    body: bytes, signed_request: NewRequest, code_of: Code
) -> None:
    """Offset and Limit may be text or numbers everywhere."""
    assert code_of(signed_request(body=body)) == ""


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "PUT"}, "UnsupportedProtocol"),
        ({"method": "DELETE"}, "UnsupportedProtocol"),
        ({"method": "get"}, "UnsupportedProtocol"),
        ({"action": ""}, "MissingParameter"),
        ({"action": "CreateCastle"}, "InvalidAction"),
        ({"action": "describevpcs"}, "InvalidAction"),
        ({"action": "DescribeInstances"}, "InvalidAction"),
        ({"more": {"X-TC-Version": "2016-04-28"}}, "NoSuchVersion"),
        ({"more": {"X-TC-Version": None}}, "MissingParameter"),
        ({"more": {"X-TC-Region": None}}, "MissingParameter"),
        ({"more": {"X-TC-Region": "eu-atlantis"}}, "UnsupportedRegion"),
        ({"more": {"X-TC-Region": "../../etc"}}, "UnsupportedRegion"),
        ({"service": "cdb", "host": "127.0.0.1"}, "NoSuchProduct"),
        ({"target": "/?Limit=1"}, "InvalidRequest"),
        ({"content_type": "text/plain"}, "InvalidRequest"),
        ({"content_type": "multipart/form-data; boundary=x"}, "InvalidRequest"),
        ({"content_type": FORM}, "InvalidRequest"),
        ({"body": b" " * (MAX_BODY + 1)}, "RequestSizeLimitExceeded"),
        (
            {"method": "GET", "target": f"/?Vpc={'a' * MAX_QUERY}", "body": b""},
            "RequestSizeLimitExceeded",
        ),
    ],
)
def test_what_is_wrong_is_answered_with_its_code(
    change: dict[str, Any], code: str, signed_request: NewRequest, code_of: Code
) -> None:
    """An unsupported method, action, version, region, form or size has its own error code."""
    assert code_of(signed_request(**change)) == code


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize("name", ["Host", "Authorization", "X-TC-Action", "x-tc-region"])
def test_a_header_that_decides_may_stand_once(
    name: str, signed_request: NewRequest, code_of: Code
) -> None:
    """A significant header may occur only once."""
    raw = signed_request().raw()
    twice = [*raw.headers, (name, "other")]
    assert code_of(RawRequest("POST", "/", twice, b"{}")) == "InvalidRequest"


@pytest.mark.evidence("terraform")
def test_names_of_headers_have_any_case(signed_request: NewRequest, code_of: Code) -> None:
    """Names of headers may be written in any case."""
    raw = signed_request().raw()
    for case in (str.lower, str.upper, str.title):
        headers = [(case(name), value) for name, value in raw.headers]
        assert code_of(RawRequest("POST", "/", headers, b"{}")) == ""


@pytest.mark.evidence("official-sdk")
def test_messages_come_in_chinese_on_demand(
    signed_request: NewRequest, gateway: Gateway, read_answer: ReadAnswer
) -> None:
    """Messages come in Chinese with `X-TC-Language: zh-CN`, in English with anything else."""

    def message(language: str | None) -> str:
        asked = signed_request(action="CreateCastle", more={"X-TC-Language": language})
        text: str = read_answer(gateway.handle(asked.raw()))["Error"]["Message"]
        return text

    assert "CreateCastle" in message("en-US")
    assert message(None) == message("en-US")
    assert re.search(r"[\u4e00-\u9fff].*CreateCastle", message("zh-CN"))


@pytest.mark.evidence("doc")
def test_accounts_and_regions_are_apart(
    signed_request: NewRequest,
    gateway: Gateway,
    cloud: Cloud,
    read_answer: ReadAnswer,
    vpc: str,
) -> None:
    """Resources are only visible in their own region and account."""
    from havip.emulator.state.access_keys import Key

    cloud.keys.add(Key("AKIDother", "x", account="100000000002"))

    def seen(**change: Any) -> int:
        answer = read_answer(gateway.handle(signed_request(**change).raw()))
        return int(answer["TotalCount"])

    assert seen() == 1
    assert seen(more={"X-TC-Region": "ap-shanghai"}) == 0
    assert seen(secret_id="AKIDother", secret_key="x") == 0


@pytest.mark.evidence("official-sdk")
def test_request_ids_are_unique(ask: Ask) -> None:
    """Every response has its own RequestId."""
    assert len({ask("DescribeVpcs")["RequestId"] for _ in range(20)}) == 20


@pytest.mark.evidence(
    "reported",
    "https://github.com/yunionio/cloudmux",
)
def test_rates_are_counted_by_whole_seconds(ask: Ask, gateway: Gateway, cloud: Cloud) -> None:
    """Rates are counted for each account, region and action by seconds, refused calls too."""
    gateway.limits.on = True
    cloud.clock.freeze(1_795_000_000.9)

    def refused(calls: int) -> int:
        codes = [ask("DescribeHaVips").get("Error", {}).get("Code") for _ in range(calls)]
        return codes.count("RequestLimitExceeded")

    assert refused(25) == 5
    error = ask("DescribeHaVips")["Error"]
    assert "`26` in a second, which exceeds the frequency limit `20`" in error["Message"]
    chinese = ask("DescribeHaVips", more={"X-TC-Language": "zh-CN"})["Error"]
    assert chinese["Message"].startswith("您当前每秒请求 `27` 次")
    assert "Error" not in ask("DescribeVpcs")
    assert "Error" not in ask("DescribeHaVips", more={"X-TC-Region": "ap-shanghai"})
    cloud.clock.advance(0.2)
    assert refused(25) == 5
