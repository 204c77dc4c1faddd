"""Exceptions of havip: one root, and one class for each way in which a caller would react.

HavipError                      base class of all errors that havip raises
├── UsageError                  invalid call, nothing was sent (also a ValueError)
│   └── SiteError               the chosen site lacks the action, the input or the filter
├── CredentialError             no usable credentials were found
├── TransportError              no usable response was received
│   ├── UnreachableError        the request was never sent: refused, no such host, TLS, proxy,
│   │                           no free connection or no turn of the rate limiter in time
│   ├── LostAnswerError         it was sent, the response was lost: it may have had an effect
│   └── BadAnswerError          not a response of the API: HTTP status, not JSON, too large
├── WaitTimeout                 the awaited state was not reached in time (also a TimeoutError)
├── WaitError                   the awaited object is in a state from which it will not get there
├── TaskError                   an asynchronous task of the service ended as FAILED
└── ApiError                    the service returned an error code
    ├── AuthError               AuthFailure: keys, token or signature
    │   └── SignatureExpiredError   AuthFailure.SignatureExpire: the clocks differ
    ├── DeniedError             UnauthorizedOperation, OperationDenied
    ├── InvalidParameterError   InvalidParameter, InvalidParameterValue, MissingParameter, …
    │   └── DuplicateError      InvalidParameterValue.Duplicate: taken, or already exists
    ├── NotFoundError           ResourceNotFound and its relatives
    ├── InUseError              ResourceInUse
    ├── InsufficientError       ResourceInsufficient, ResourceUnavailable
    ├── QuotaError              LimitExceeded: a quota, for which a retry is useless
    ├── ThrottledError          RequestLimitExceeded: a rate, for which a retry helps
    ├── UnsupportedError        UnsupportedOperation: the object's state forbids it
    │   └── BusyError           another task is running on the same object
    └── ServiceError            InternalError, ServiceUnavailable, FailedOperation

Every message is one line with what failed, where and, if known, the next step.
`ERRORS` maps API error codes to classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


class HavipError(Exception):
    """Base class of havip's errors; the message is one line for the user.

    Attributes:
        attempts: Outcome of each attempt of the call, oldest first; empty if nothing was sent.
            The last one is that of this error.
        in_doubt: Whether a changing action may have had an effect, since the response of an
            attempt was lost: read back before you repeat it.
    """

    attempts: tuple[str, ...] = ()
    in_doubt: bool = False

    def __str__(self) -> str:
        """Return the message, with the failures of earlier attempts, if any."""
        if len(self.attempts) < 2:
            return self._text()
        earlier = ", ".join(dict.fromkeys(self.attempts[:-1]))
        return f"{self._text()} (attempt {len(self.attempts)}; before it: {earlier})"

    def _text(self) -> str:
        return super().__str__()


class UsageError(HavipError, ValueError):
    """The call itself is invalid; nothing was sent."""


class SiteError(UsageError):
    """The site of the client (`site="intl"`) lacks the action, the input or the filter."""


class CredentialError(HavipError):
    """No usable credentials were found; the message lists where they were searched."""


class TransportError(HavipError):
    """No usable response was received from the service.

    Attributes:
        code: A name for the failure, for the rules of `havip.Retry`.
    """

    code: str = "Transport"


class UnreachableError(TransportError):
    """The request was never sent, so it had no effect."""

    code = "Unreachable"


class LostAnswerError(TransportError):
    """The request was sent and its response lost: it may have had an effect."""

    code = "LostAnswer"


class BadAnswerError(TransportError):
    """The response does not come from the API, or is malformed.

    Attributes:
        status: The HTTP status.
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
    """The awaited state was not reached in time.

    Attributes:
        last: The last response, or None.
    """

    last: object = None


class WaitError(HavipError):
    """The error condition of a wait held: the awaited state will not be reached.

    Attributes:
        last: The response for which the condition held.
    """

    last: object = None


class TaskError(HavipError):
    """An asynchronous task of the service ended as FAILED.

    Attributes:
        action: The action that started the task.
        task_id: The id of the task: the RequestId of the call, or the TaskId of its response.
        output: The service's explanation.
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
    """The service returned an error code.

    Args:
        action: The action, such as ``CreateHaVip``.
        code: The API's error code, such as ``ResourceNotFound``.
        message: The service's own message.
        request_id: The request id, for Tencent's support.
        hint: The next step, if known.
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
    """The service rejects the key, the token or the signature."""


class SignatureExpiredError(AuthError):
    """The local clock differs from the server's by more than five minutes."""


class DeniedError(ApiError):
    """The account or the key lacks a permission."""


class InvalidParameterError(ApiError):
    """A parameter is missing, unknown, malformed or out of range."""


class DuplicateError(InvalidParameterError):
    """The resource already exists, or its address is taken."""


class NotFoundError(ApiError):
    """The object does not exist in this region and account."""


class InUseError(ApiError):
    """The object is in use, such as a subnet that contains a HAVIP."""


class InsufficientError(ApiError):
    """The service has no capacity left, such as free addresses in a subnet."""


class QuotaError(ApiError):
    """A quota of the account is used up; have it raised, retries do not help."""


class ThrottledError(ApiError):
    """Too many calls per second; havip retries them until the deadline of the call."""


class UnsupportedError(ApiError):
    """The state of the object, or the type of the account, forbids the operation."""


class BusyError(UnsupportedError):
    """Another task is running on the same object; havip retries the call until its deadline.

    The services have many codes for this: every code of which a part says so (`MutexTaskRunning`,
    `ResourceBusy`, `OperationInProgress`, …) is one.
    """


class ServiceError(ApiError):
    """Internal error of the service."""


ERRORS: Final[Mapping[str, type[ApiError]]] = {
    "AuthFailure": AuthError,
    "AuthFailure.SignatureExpire": SignatureExpiredError,
    "AuthFailure.UnauthorizedOperation": DeniedError,
    "UnauthorizedOperation": DeniedError,
    "UnauthorizedOperation.AttachmentNotFound": NotFoundError,
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
    "FailedOperation": ServiceError,
    "InternalError": ServiceError,
    "InternalServerError": ServiceError,
    "ServiceUnavailable": ServiceError,
}
"""The class for an API error code, or for the part of it before a dot."""


_BUSY: Final = re.compile(
    r"(Mutex\w*|Busy|TaskRunning|TaskConflict(Error)?|Processing|InProcess|InProgress|Operating)$",
    re.IGNORECASE,
)


def is_busy(code: str) -> bool:
    """Return whether a code means that another task holds the object.

    Any part of the code may say so, except that of a quota (`LimitExceeded`).

    Example::

        >>> is_busy("DesOperation.MutexTaskRunning"), is_busy("ResourceBusy.Instance")
        (True, True)
        >>> is_busy("UnsupportedOperation.InstanceStateRunning")
        False
    """
    return any(map(_BUSY.search, code.split("."))) and not code.startswith("LimitExceeded")


def error_class(code: str) -> type[ApiError]:
    """Return the class of an error code: that of its longest prefix in `ERRORS`.

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
    """Return a text as one line without terminal control characters, for error messages."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
