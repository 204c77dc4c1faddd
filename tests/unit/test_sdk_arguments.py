"""Invalid arguments raise one error that names them, where they are given."""

from __future__ import annotations

import copy
import math
import pickle
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import havip
from havip import api, errors, ready

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud

NUMBERS: list[Any] = [(3, 10), None, "5", True, math.nan, math.inf, -1, [], 1e300]


class Wrong(NamedTuple):
    """An argument of a client, and values that it must not have."""

    name: str
    values: tuple[Any, ...]


TABLE = [
    Wrong("timeout", (*NUMBERS, 0)),
    Wrong("connect_timeout", (*NUMBERS, 0)),
    Wrong("task_timeout", (*NUMBERS,)),
    Wrong("connections", (0, -1, 1.5, "8", None, True)),
    Wrong("max_response_bytes", (0, -1, 1.5, None)),
    Wrong("retry", (3, 0, False, "3", {"deadline": 3})),
    Wrong("pace", (0, -1, "20", math.nan, math.inf, None)),
    Wrong("credentials", (("AKIDEXAMPLE", "secret-key"), "secret-key", {}, 7)),
    Wrong("credentials", (havip.Environment,)),
    Wrong("proxies", ("http://u:secret-key@127.0.0.1:9", ["http://x"], {"x": 1})),
    Wrong("endpoint", ("", "  ", "nowhere", "ftp://x", "http://", 8080, b"http://x")),
    Wrong("region", ("guangzhou", "", 7, "ap-guangzhou\n", "AP-GUANGZHOU")),
    Wrong("site", ("mars", None, 1)),
    Wrong("clock", (0, havip.FakeClock, "clock")),
    Wrong("language", ("en", None, "")),
    Wrong("ca", ("", 7)),
    Wrong("profile", ("", 7)),
    Wrong("user_agent", ("a\r\nEvil: 1", "ü", 7)),
    Wrong("on_attempt", (7, "print")),
    Wrong("tcp_keepalive", (1, None)),
]
WRONG = [(row.name, value) for row in TABLE for value in row.values]


@pytest.mark.parametrize("kind", [havip.Client, havip.AsyncClient])
@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: repr(value)[:40])
def test_a_client_refuses_a_wrong_argument_by_name(
    kind: type[havip.Client] | type[havip.AsyncClient], name: str, value: Any
) -> None:
    if kind is havip.AsyncClient:
        pytest.importorskip("httpx")

    with pytest.raises(errors.UsageError, match=re.escape(name)) as caught:
        kind(**{"region": "ap-guangzhou", name: value})

    assert "\n" not in str(caught.value)
    assert "secret-key" not in str(caught.value)


@pytest.mark.parametrize("name", ["deadline", "first", "longest"])
@pytest.mark.parametrize("value", NUMBERS)
def test_a_retry_policy_refuses_a_wrong_number_by_name(name: str, value: Any) -> None:
    with pytest.raises(errors.UsageError, match=name):
        havip.Retry(**{name: value})


@pytest.mark.parametrize("rules", [None, [], {"Busy": True}, {7: None}])
def test_a_retry_policy_refuses_rules_that_are_none(rules: Any) -> None:
    with pytest.raises(errors.UsageError, match="rules"):
        havip.Retry(rules=rules)


@pytest.mark.parametrize("name", ["timeout", "delay", "max_delay"])
@pytest.mark.parametrize("value", NUMBERS)
def test_a_wait_refuses_a_wrong_number_by_name(cloud: FakeCloud, name: str, value: Any) -> None:
    with pytest.raises(errors.UsageError, match=name):
        cloud.client().wait(api.DescribeHaVips(), ready.held(), **{name: value})
    assert cloud.seen == []


@pytest.mark.parametrize("name", ["ready", "error"])
def test_a_wait_rejects_other_types_than_conditions(cloud: FakeCloud, name: str) -> None:
    wrong: Any = {"ready": ready.held(), name: "AVAILABLE"}
    with pytest.raises(errors.UsageError, match=name):
        cloud.client().wait(api.DescribeHaVips(), **wrong)
    assert cloud.seen == []


def test_options_of_one_call_are_checked(cloud: FakeCloud) -> None:
    client, wrong = cloud.client(), {"retry": 3, "timeout": math.nan}
    for name, value in wrong.items():
        given: Any = {name: value}
        with pytest.raises(errors.UsageError, match=name):
            client.send(api.DescribeHaVips(), **given)
        with pytest.raises(errors.UsageError, match=name):
            client.call("DescribeHaVips", **given)
        with pytest.raises(errors.UsageError, match=name):
            client.with_options(**given)
    assert cloud.seen == []


def test_invalid_text_is_rejected_with_its_parameter(cloud: FakeCloud) -> None:
    broken = b"caf\xe9".decode("utf-8", "surrogateescape")
    client = cloud.client()

    with pytest.raises(errors.UsageError, match="CreateVpc: vpc_name is not text"):
        client.create_vpc(vpc_name=broken, cidr_block="10.0.0.0/16")
    with pytest.raises(errors.UsageError, match=r"Filters\[0\].Values\[0\] is not text"):
        client.call("DescribeVpcs", {"Filters": [{"Name": "vpc-name", "Values": [broken]}]})
    with pytest.raises(errors.UsageError, match=r"filters\[0\].values\[0\] is not text"):
        client.describe_vpcs(filters=[api.Filter(name="vpc-name", values=[broken])])
    assert cloud.seen == []


@pytest.mark.parametrize("attempt", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_client_is_not_copied_or_pickled(cloud: FakeCloud, attempt: Any) -> None:
    with pytest.raises(errors.UsageError, match=r"cannot be copied or pickled.*each process"):
        attempt(cloud.client())
    with pytest.raises(errors.UsageError, match="cannot be copied or pickled"):
        pickle.dumps(cloud.client().create_ha_vip)
