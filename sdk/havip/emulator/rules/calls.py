"""Context of an API call, as the actions see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from havip.emulator.state.world import AccountRegion


@dataclass(frozen=True)
class Caller:
    """The origin of a call, from the signature and headers of the request.

    Args:
        account: The account's number (uin).
        region: The region header, or "" for a service without regions.
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


class ActionCall(NamedTuple):
    """The context of an action: the caller, and the resources of the caller's region."""

    region: AccountRegion
    caller: Caller
    action: str = ""
