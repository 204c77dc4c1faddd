"""The errors of havip: one root, and one class for each way in which a caller would react.

HavipError                      everything that havip raises on purpose
├── UsageError                  the call itself is wrong, nothing was sent (also a ValueError)
│   └── SiteError               the chosen site lacks the action, the input or the filter
├── CredentialError             no usable credentials were found
├── TransportError              no usable answer came back
│   ├── UnreachableError        the request was never sent: refused, no such host, TLS, proxy,
│   │                           no free connection or no turn of the rate limiter in time
│   ├── LostAnswerError         it was sent, the answer was lost: the work may have been done
│   └── BadAnswerError          the answer is not the API's: HTTP status, not JSON, too large
├── WaitTimeout                 the awaited state did not come in time (also a TimeoutError)
├── WaitError                   the awaited object went into a state to give up on
├── TaskError                   an asynchronous task of the service ended as FAILED
└── ApiError                    the service answered with an error code
    ├── AuthError               AuthFailure: keys, token or signature
    │   └── SignatureExpiredError   AuthFailure.SignatureExpire: the clocks differ
    ├── DeniedError             UnauthorizedOperation, OperationDenied
    ├── InvalidParameterError   InvalidParameter, InvalidParameterValue, MissingParameter, …
    │   └── DuplicateError      InvalidParameterValue.Duplicate: taken, or there already
    ├── NotFoundError           ResourceNotFound and its relatives
    ├── InUseError              ResourceInUse
    ├── InsufficientError       ResourceInsufficient, ResourceUnavailable
    ├── QuotaError              LimitExceeded: a quota, for which a retry is useless
    ├── ThrottledError          RequestLimitExceeded: a rate, for which a retry helps
    ├── UnsupportedError        UnsupportedOperation: the state of things forbids it
    │   └── BusyError           another task runs on the same thing
    └── ServiceError            InternalError, ServiceUnavailable, FailedOperation

Every text is one line, says what failed and where, and, where known, how to go on.
`ERRORS` is the table from an API error code to its class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


class HavipError(Exception):
    """Any error that havip raises on purpose; its text is one line for a person.

    Attributes:
        attempts: Outcome of each attempt of the call, oldest first; empty where nothing
            was sent. The last one is that of this error.
        in_doubt: Whether an action that changes something may have been done all the same,
            since the answer of an attempt was lost: read back before doing it again.
    """

    attempts: tuple[str, ...] = ()
    in_doubt: bool = False

    def __str__(self) -> str:
        """Return the text, with the failures of earlier attempts, if any."""
        if len(self.attempts) < 2:
            return self._text()
        earlier = ", ".join(dict.fromkeys(self.attempts[:-1]))
        return f"{self._text()} (attempt {len(self.attempts)}; before it: {earlier})"

    def _text(self) -> str:
        return super().__str__()


class UsageError(HavipError, ValueError):
    """The call itself is wrong; nothing was sent."""


class SiteError(UsageError):
    """The site of the client (`site="intl"`) lacks the action, the input or the filter."""


class CredentialError(HavipError):
    """No usable credentials were found; the text names the places that were looked at."""


class TransportError(HavipError):
    """No usable answer came back from the service.

    Attributes:
        code: A name for what happened, which `havip.Retry` knows rules for.
    """

    code: str = "Transport"


class UnreachableError(TransportError):
    """The request was never sent, so nothing can have happened in the cloud."""

    code = "Unreachable"


class LostAnswerError(TransportError):
    """The request was sent and its answer lost: what it asks for may have been done."""

    code = "LostAnswer"


class BadAnswerError(TransportError):
    """Something answered that is not the API, or not in its form.

    Attributes:
        status: The HTTP status of the answer.
    """

    def __init__(self, text: str, status: int = 200) -> None:
        super().__init__(text, status)
        self.status = status
        self.code = f"BadAnswer.{status}"

    @classmethod
    def too_large(cls, text: str, status: int = 200) -> BadAnswerError:
        """Build the error for a response that exceeds the size limit."""
        error = cls(text, status)
        error.code = "BadAnswer.Size"
        return error

    def _text(self) -> str:
        return str(self.args[0])


class WaitTimeout(HavipError, TimeoutError):  # noqa: N818 - a TimeoutError, named like one
    """The awaited state did not come in time.

    Attributes:
        last: The last answer that was seen, None where there was none.
    """

    last: object = None


class WaitError(HavipError):
    """The error predicate of a wait held: the awaited object will not get there.

    Attributes:
        last: The answer on which the predicate held.
    """

    last: object = None


class TaskError(HavipError):
    """An asynchronous task of the service ended as FAILED.

    Attributes:
        action: The action that started the task.
        task_id: The id of the task: the RequestId of the call, or the answer's TaskId.
        output: What the service says about it.
    """

    def __init__(self, action: str, task_id: str, output: str = "") -> None:
        super().__init__(action, task_id, output)
        self.action = action
        self.task_id = task_id
        self.output = output

    def _text(self) -> str:
        output = one_line(self.output) or "no reason given"
        return f"{self.action}: task {self.task_id} FAILED: {output}"


class ApiError(HavipError):
    """The service answered with an error code.

    Args:
        action: The action that was asked for, such as ``CreateHaVip``.
        code: The API's error code, such as ``ResourceNotFound``.
        message: The service's own words.
        request_id: The id under which Tencent's support finds the call.
        hint: How to go on, where it is known.
    """

    def __init__(
        self, action: str, code: str, message: str = "", request_id: str = "", hint: str = ""
    ) -> None:
        super().__init__(action, code, message, request_id, hint)
        self.action = action
        self.code = code
        self.message = message
        self.request_id = request_id
        self.hint = hint

    def _text(self) -> str:
        text = f"{self.action}: {one_line(self.code)}: {one_line(self.message) or 'no message'}"
        text += f" (request id {one_line(self.request_id) or 'unknown'})"
        return f"{text}; {self.hint}" if self.hint else text


class AuthError(ApiError):
    """The service does not accept the keys, the token or the signature."""


class SignatureExpiredError(AuthError):
    """The request's time and the server's differ by more than five minutes."""


class DeniedError(ApiError):
    """The account or the key may not do this."""


class InvalidParameterError(ApiError):
    """A parameter is missing, unknown, malformed or out of range."""


class DuplicateError(InvalidParameterError):
    """The resource exists already, such as a taken address."""


class NotFoundError(ApiError):
    """The object does not exist in this region and account."""


class InUseError(ApiError):
    """The object is in use, such as a subnet in which a HAVIP still is."""


class InsufficientError(ApiError):
    """The service has none left of what was asked for, such as addresses of a subnet."""


class QuotaError(ApiError):
    """A quota of the account is used up; it is raised by a ticket, not by a retry."""


class ThrottledError(ApiError):
    """Too many calls per second; havip repeats them until the deadline of the call."""


class UnsupportedError(ApiError):
    """The state of the object, or the kind of the account, forbids the operation."""


class BusyError(UnsupportedError):
    """Another task runs on the same object; havip repeats the call until its deadline.

    The services have many codes for this, under many families: every code whose last word says
    so (`MutexTaskRunning`, `ResourceBusy`, `OperationInProgress`, …) is one.
    """


class ServiceError(ApiError):
    """The service failed inside."""


ERRORS: Final[Mapping[str, type[ApiError]]] = {
    "AuthFailure": AuthError,
    "AuthFailure.SignatureExpire": SignatureExpiredError,
    "AuthFailure.UnauthorizedOperation": DeniedError,
    "UnauthorizedOperation": DeniedError,
    "UnauthorizedOperation.AttachmentNotFound": NotFoundError,
    "DesOperation.MutexTaskRunning": BusyError,
    "OperationDenied": DeniedError,
    "IpInBlacklist": DeniedError,
    "IpNotInWhitelist": DeniedError,
    "InvalidAction": InvalidParameterError,
    "InvalidFilter": InvalidParameterError,
    "InvalidFilterValue": InvalidParameterError,
    "InvalidParameter": InvalidParameterError,
    "InvalidParameterConflict": InvalidParameterError,
    "InvalidParameterValue": InvalidParameterError,
    "InvalidParameterValue.AddressNotFound": NotFoundError,
    "InvalidParameterValue.Duplicate": DuplicateError,
    "InvalidParameterValue.DuplicatedHaVipAssociations": DuplicateError,
    "InvalidRequest": InvalidParameterError,
    "MissingParameter": InvalidParameterError,
    "NoSuchProduct": InvalidParameterError,
    "NoSuchVersion": InvalidParameterError,
    "UnknownParameter": InvalidParameterError,
    "UnsupportedProtocol": InvalidParameterError,
    "UnsupportedRegion": InvalidParameterError,
    "ResourceNotFound": NotFoundError,
    "ResourceInUse": InUseError,
    "ResourceInsufficient": InsufficientError,
    "ResourceUnavailable": InsufficientError,
    "LimitExceeded": QuotaError,
    "AddressQuotaLimitExceeded": QuotaError,
    "RequestLimitExceeded": ThrottledError,
    "UnsupportedOperation": UnsupportedError,
    "UnsupportedOperation.AttachmentNotFound": NotFoundError,
    "UnsupportedOperation.SubnetNotExists": NotFoundError,
    "ResourceBusy": BusyError,
    "FailedOperation": ServiceError,
    "InternalError": ServiceError,
    "InternalServerError": ServiceError,
    "ServiceUnavailable": ServiceError,
}
"""From an API error code, or the part of it before a dot, to the class that is raised."""


_BUSY: Final = re.compile(
    r"(Mutex\w*|Busy|TaskRunning|TaskConflict(Error)?|Processing|InProcess|InProgress|Operating)$",
    re.IGNORECASE,
)


def is_busy(code: str) -> bool:
    """Return whether a code says that another task holds the object.

    A quota (`LimitExceeded`) is never one, whatever its last word.

    Example::

        >>> is_busy("DesOperation.MutexTaskRunning"), is_busy("MutexOperation.TaskRunning")
        (True, True)
        >>> is_busy("UnsupportedOperation.InstanceStateRunning")
        False
    """
    return bool(_BUSY.search(code.rpartition(".")[2])) and not code.startswith("LimitExceeded")


def error_class(code: str) -> type[ApiError]:
    """Return the class of an error code: the longest entry of `ERRORS` that it begins with.

    Example::

        >>> error_class("InvalidParameterValue.TooLong").__name__
        'InvalidParameterError'
        >>> error_class("InvalidVpcId.NotFound").__name__
        'NotFoundError'
        >>> error_class("DesOperation.MutexTaskRunning").__name__
        'BusyError'
    """
    if code not in ERRORS and is_busy(code):
        return BusyError
    prefix = code
    while prefix not in ERRORS:
        prefix, dot, last = prefix.rpartition(".")
        if last == "NotFound":
            return NotFoundError
        if not dot:
            return ApiError
    return ERRORS[prefix]


_NOT_ENABLED: Final = (
    "HAVIP may not be enabled for this account: ask Tencent Cloud's support to enable HAVIP"
)
HINTS: Final[Mapping[tuple[str, str], str]] = {
    ("CreateHaVip", "UnsupportedOperation"): _NOT_ENABLED,
    ("CreateHaVip", "UnauthorizedOperation"): _NOT_ENABLED,
    ("CreateHaVip", "AuthFailure.UnauthorizedOperation"): (
        f"grant vpc:CreateHaVip to this key; or {_NOT_ENABLED}"
    ),
    ("", "AuthFailure.SecretIdNotFound"): "check the secret id for typing errors and spaces",
    ("", "AuthFailure.SignatureFailure"): "check the secret key for typing errors and spaces",
    ("", "AuthFailure.TokenFailure"): "the session token is wrong or has run out: get a new one",
    ("", "LimitExceeded"): "this is a quota: delete what is not needed, or ask for more by ticket",
}
"""Next step, by action ("" for any) and exact code."""


def api_error(
    action: str, code: str, message: str = "", request_id: str = "", hint: str = ""
) -> ApiError:
    """Build the error for a response, with the class and the hint of its code."""
    hint = hint or HINTS.get((action, code)) or HINTS.get(("", code), "")
    return error_class(code)(action, code, message, request_id, hint)


def one_line(text: str) -> str:
    """Return a text as one line without terminal control characters, as errors are shown."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
