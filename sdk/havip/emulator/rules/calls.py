"""One call of the API, as the actions see it."""

from __future__ import annotations

from dataclasses import dataclass

from havip.emulator.state.world import AccountRegion


@dataclass(frozen=True)
class Caller:
    """The origin of a call, as signature and headers of the request state it.

    Args:
        account: The account's number (uin).
        region: The region of the header, or "" for a service that has none.
        service: The product called, such as ``vpc``.
        version: The version of its API.
        request_id: The RequestId of the response.
        language: ``en-US`` or ``zh-CN``, for messages.
        secret_id: The id of the key that signed the call.
    """

    account: str
    region: str = ""
    service: str = "vpc"
    version: str = "2017-03-12"
    request_id: str = ""
    language: str = "en-US"
    secret_id: str = ""


@dataclass(frozen=True)
class ActionCall:
    """The context of an action: who calls it, and the resources of the caller's region."""

    region: AccountRegion
    caller: Caller
    action: str = ""
