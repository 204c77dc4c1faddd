"""The tree of errors: what each answer of the service becomes, and what its text says."""

from __future__ import annotations

import copy
import pickle
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import havip
from havip import Retry, errors

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud

ALL = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.HavipError)
]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    parents: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if not (found := re.match(r"([ │]*(?:[├└]── )?)(\w+(?:Error|Timeout))  ", line)):
            continue
        depth = len(found[1]) // 4
        parents[depth:] = [found[2]]
        drawn[found[2]] = parents[depth - 1] if depth else "Exception"

    assert drawn == {one.__name__: one.__bases__[0].__name__ for one in ALL}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AuthFailure.SignatureFailure", errors.AuthError),
        ("AuthFailure.SignatureExpire", errors.SignatureExpiredError),
        ("AuthFailure.UnauthorizedOperation", errors.DeniedError),
        ("UnauthorizedOperation", errors.DeniedError),
        ("InvalidParameterValue.TooLong", errors.InvalidParameterError),
        ("InvalidParameterValue.Duplicate", errors.DuplicateError),
        ("InvalidParameterValue.LimitExceeded", errors.InvalidParameterError),
        ("InvalidAddressId.NotFound", errors.NotFoundError),
        ("ResourceNotFound.HpcCluster", errors.NotFoundError),
        ("ResourceInUse", errors.InUseError),
        ("ResourceInsufficient.Subnet", errors.InsufficientError),
        ("LimitExceeded", errors.QuotaError),
        ("LimitExceeded.TagQuota", errors.QuotaError),
        ("RequestLimitExceeded.UinLimitExceeded", errors.ThrottledError),
        ("UnsupportedOperation.BindEIP", errors.UnsupportedError),
        ("UnsupportedOperation.MutexOperationTaskRunning", errors.BusyError),
        ("InternalError.ModuleError", errors.ServiceError),
        ("SomethingNew", errors.ApiError),
        ("SomethingNew.Else", errors.ApiError),
    ],
)
def test_a_code_has_its_class(code: str, kind: type[errors.ApiError]) -> None:
    assert errors.error_class(code) is kind


WORDS = ["ResourceBusy", "MutexTaskRunning", "ResourceInUse", "LimitExceeded", "TaskQuota", "Vpc"]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(".".join))
def test_a_busy_error_is_one_that_is_retried(code: str) -> None:
    busy = errors.error_class(code) is errors.BusyError
    assert busy == errors.is_busy(code) == (Retry().rule(code) is Retry().rules["Busy"])


@given(st.text(max_size=30))
def test_any_code_has_a_class(code: str) -> None:
    assert issubclass(errors.error_class(code), errors.ApiError)


def test_the_text_tells_action_code_message_and_request_id(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("ResourceNotFound", "no such\nVPC"))

    with pytest.raises(errors.NotFoundError) as caught:
        cloud.client().create_ha_vip(vpc_id="vpc-1", ha_vip_name="web")

    error = caught.value
    assert str(error) == "CreateHaVip: ResourceNotFound: no such VPC (request id req-e)"
    assert (error.action, error.code) == ("CreateHaVip", "ResourceNotFound")
    assert (error.message, error.request_id) == ("no such\nVPC", "req-e")


@pytest.mark.parametrize("code", ["UnsupportedOperation", "UnauthorizedOperation"])
def test_the_error_of_an_account_without_havip_names_the_support(
    cloud: FakeCloud, code: str
) -> None:
    cloud.will(cloud.failure(code))

    with pytest.raises(errors.ApiError, match="ask Tencent Cloud's support to enable HAVIP"):
        cloud.client().create_ha_vip(vpc_id="vpc-1", ha_vip_name="web")


def test_other_errors_do_not_get_this_hint(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("UnsupportedOperation.SubnetNotExists"))

    with pytest.raises(errors.NotFoundError) as caught:
        cloud.client().create_ha_vip(vpc_id="vpc-1", ha_vip_name="web")

    assert caught.value.hint == ""


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("Thu, 01 Jan 1970 00:20:00 GMT", "the local clock is 200 s behind the server's"),
        ("Thu, 01 Jan 1970 00:10:00 GMT", "the local clock is 400 s ahead of the server's"),
        ("yesterday", "the local clock is off: set it by NTP"),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "the local clock is off"),
        ("Mon, 01 Jan 2020 00:00:00 +99999999999999999999", "the local clock is off"),
        (None, "the local clock is off: set it by NTP"),
    ],
)
def test_clock_skew_is_reported_in_seconds(cloud: FakeCloud, date: str | None, text: str) -> None:
    cloud.clock = havip.FakeClock(start=1000.0)
    headers = {"Date": date} if date else {}
    cloud.will(cloud.reply(cloud.failure("AuthFailure.SignatureExpire"), headers=headers))

    with pytest.raises(errors.SignatureExpiredError, match=text):
        cloud.client().describe_ha_vips()


def examples() -> list[errors.HavipError]:
    """Build one error of each class."""
    made: list[errors.HavipError] = []
    for kind in ALL:
        arguments: tuple[Any, ...] = ("something went wrong",)
        if issubclass(kind, errors.ApiError):
            arguments = ("CreateHaVip", "Code", "message", "req-1", "do this")
        elif kind is errors.TaskError:
            arguments = ("DeleteHaVip", "task-1", "reason")
        made.append(kind(*arguments))
    return made


@pytest.mark.parametrize("error", examples(), ids=lambda error: type(error).__name__)
def test_an_error_can_be_pickled(error: errors.HavipError) -> None:
    error.attempts = ("LostAnswer", "RequestLimitExceeded")
    error.in_doubt = True

    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


@pytest.mark.parametrize("error", examples(), ids=lambda error: type(error).__name__)
def test_every_text_is_one_line(error: errors.HavipError) -> None:
    assert str(error)
    assert "\n" not in str(error)


def test_the_usual_exceptions_of_python_catch_them_too() -> None:
    assert issubclass(errors.UsageError, ValueError)
    assert issubclass(errors.WaitTimeout, TimeoutError)
