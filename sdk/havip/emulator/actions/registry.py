"""Which function answers which request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from havip.api import Request, Response

if TYPE_CHECKING:
    from havip.emulator.state.cloud import Cloud
    from havip.emulator.state.region import Region


@dataclass(frozen=True)
class Caller:
    """Who calls what, as the signature and headers of a request told.

    Args:
        account: the account's number (uin).
        region: the region of the header, or "" for a service that has none.
        service: the product called, such as ``vpc``.
        version: the version of its API.
        request_id: the id that this call's answer will carry.
        language: ``en-US`` or ``zh-CN``, for messages.
        secret_id: the id of the key that signed the call.
    """

    account: str
    region: str = ""
    service: str = "vpc"
    version: str = "2017-03-12"
    request_id: str = ""
    language: str = "en-US"
    secret_id: str = ""


@dataclass(frozen=True)
class Call:
    """What a handler works with: the caller, the caller's region, and the whole cloud."""

    cloud: Cloud
    region: Region
    caller: Caller
    action: str = ""


Q = TypeVar("Q", bound=Request[Any])
A = TypeVar("A", bound=Response)
Handler = Callable[[Call, Any], Response]

HANDLERS: dict[type[Request[Any]], Handler] = {}


def handles(kind: type[Q]) -> Callable[[Callable[[Call, Q], A]], Callable[[Call, Q], A]]:
    """Register the function that answers a kind of request.

    Example::

        @handles(DeleteHaVip)
        def delete_ha_vip(call: Call, request: DeleteHaVip) -> DeleteHaVipResponse: ...
    """

    def register(handler: Callable[[Call, Q], A]) -> Callable[[Call, Q], A]:
        HANDLERS[kind] = handler
        return handler

    return register
