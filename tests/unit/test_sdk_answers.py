"""Responses: bytes become models, and anything else an error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from havip import Retry, api, errors
from havip._transport.http import Reply
from havip._transport.wire import decode, decode_dict, encode

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud

ONCE = Retry(deadline=0.0)


def read(body: bytes, status: int = 200) -> api.DescribeHaVipsResponse:
    """Read an answer of DescribeHaVips."""
    return decode("DescribeHaVips", api.DescribeHaVipsResponse, Reply(status, {}, body), 0.0)


def wrapped(**fields: Any) -> bytes:
    """Wrap fields in the envelope of a response."""
    return json.dumps({"Response": {**fields, "RequestId": "req-1"}}).encode()


def test_an_answer_becomes_its_model() -> None:
    answer = read(wrapped(TotalCount=1, HaVipSet=[{"HaVipId": "havip-1", "New": [1]}], More={}))

    assert answer.total_count == 1
    assert answer.ha_vip_set[0].ha_vip_id == "havip-1"
    assert answer.request_id == "req-1"


def test_an_answer_without_fields_is_an_answer() -> None:
    assert read(wrapped()).request_id == "req-1"
    assert read(b'{"Response":{}}').request_id == ""


def test_a_null_counts_as_the_empty_value() -> None:
    answer = read(wrapped(TotalCount=None, HaVipSet=[{"HaVipId": "havip-1", "AddressIp": None}]))

    assert answer.total_count == 0
    assert answer.ha_vip_set[0].address_ip == ""


def test_the_word_error_in_a_name_is_not_an_error() -> None:
    assert read(wrapped(HaVipSet=[{"HaVipName": "Error"}])).ha_vip_set[0].ha_vip_name == "Error"


@pytest.mark.parametrize(
    "body",
    [
        b'{"Response":{"Error":{"Code":"A.B","Message":"m"},"RequestId":"r","TotalCount":0}}',
        b'{"Response":{"\\u0045rror":{"Code":"A.B","Message":"m"},"RequestId":"r"}}',
        b'{"Response":{"Error":{"Code":"A.B"},"HaVipSet":null}}',
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_error_is_found_however_it_is_written(body: bytes, status: int) -> None:
    with pytest.raises(errors.ApiError) as caught:
        read(body, status)

    assert caught.value.code == "A.B"


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (b"", 200, "not the API's JSON with a Response: it is empty; check the endpoint"),
        (b"<html>hello</html>", 200, "'<html>hello</html>'; check the endpoint"),
        (b'{"Response":[]}', 200, "not the API's JSON"),
        (b'{"Reply":{}}', 200, "not the API's JSON"),
        (b'"x"', 200, "not the API's JSON"),
        (b"[" * 100_000, 200, "not the API's JSON"),
        (b"\xff\xfe", 200, "not the API's JSON"),
        (b"try later", 503, "HTTP 503 instead of an answer of the API: 'try later'"),
        (b'{"Response":{"RequestId":"r"}}', 502, "HTTP 502 instead"),
        (b"", 302, "HTTP 302 instead of an answer of the API: it is empty"),
    ],
)
def test_responses_that_are_not_the_apis_are_reported(body: bytes, status: int, text: str) -> None:
    with pytest.raises(errors.BadAnswerError) as caught:
        read(body, status)

    assert text in str(caught.value)
    assert str(caught.value).startswith("DescribeHaVips: ")
    assert caught.value.status == status
    assert caught.value.code == f"BadAnswer.{status}"
    assert len(str(caught.value)) < 300


def test_an_answer_of_another_shape_tells_the_field() -> None:
    with pytest.raises(
        errors.BadAnswerError, match=r"HaVipSet\.0\.CheckAssociate: Input should be"
    ):
        read(wrapped(HaVipSet=[{"CheckAssociate": []}]))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
known = st.sampled_from(
    ["Response", "Error", "Code", "HaVipSet", "TotalCount", "RequestId", "HaVipId"]
)
nested = st.recursive(values, lambda inner: st.dictionaries(known, inner, max_size=4), max_leaves=8)


@example(b'{"Response": {"Error": {"Code": "\\n"}, "RequestId": "a\\nb"}}', 200)
@given(
    body=st.binary(max_size=60)
    | nested.map(lambda value: json.dumps(value).encode())
    | nested.map(lambda value: json.dumps({"Response": value}).encode()),
    status=st.sampled_from([200, 200, 200, 404, 500]),
)
def test_any_bytes_raise_only_the_two_errors(body: bytes, status: int) -> None:
    for answer in (read, lambda b, s: decode_dict("X", Reply(s, {}, b), 0.0)):
        text = ""
        try:
            answer(body, status)
        except (errors.ApiError, errors.BadAnswerError) as error:
            text = str(error)
        assert "\n" not in text


def test_an_error_contains_no_control_characters() -> None:
    error = errors.ApiError("X", "C\x1b[2J", "red \x1b[31m\r\n text", "a\nb")
    assert str(error) == "X: C [2J: red [31m text (request id a b)"


def test_what_is_not_given_is_not_sent() -> None:
    request = api.CreateHaVip(vpc_id="vpc-1", ha_vip_name="名", check_associate=False)

    assert json.loads(encode(request)) == {
        "VpcId": "vpc-1",
        "HaVipName": "名",
        "CheckAssociate": False,
    }


def test_a_web_page_in_place_of_the_api_says_so(cloud: FakeCloud) -> None:
    cloud.will(cloud.reply(b"<html>log in</html>", headers={"Content-Type": "text/html"}))

    with pytest.raises(errors.BadAnswerError, match="log in"):
        cloud.client(retry=ONCE).call("DescribeHaVips")
