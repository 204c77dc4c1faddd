"""ClientToken: a repeated request returns the first response and has no further effect."""

from __future__ import annotations

from typing import Any

from havip.api import Request, Response, Task
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.state.rows import TokenRow
from havip.emulator.state.table import oldest

MAX_LENGTH = 64


def replay(call: ActionCall, request: Request[Any], token: str) -> Response | None:
    """Return the stored response for a token, or None if the token is new.

    Args:
        call: The call.
        request: The request.
        token: Its ClientToken.

    Raises:
        ApiFailure: The token is malformed, or was used for a different request.
    """
    _check(token)
    _delete_expired(call)
    known = call.region.tokens.get(_name(call, token))
    if known is None:
        return None
    if known.request != _text(request):
        raise ApiFailure(
            "UnsupportedOperation.IdempotentParameterMismatch",
            f"The ClientToken `{token}` was used for a different `{call.action}`.",
        )
    _alias_task(call, request, known)
    answer: Response = request.answer.model_validate_json(known.answer)
    return answer


def remember(call: ActionCall, request: Request[Any], token: str, answer: Response) -> None:
    """Store the response to a request, for repeated requests with the same token."""
    call.region.tokens.put(
        TokenRow(
            name=_name(call, token),
            request=_text(request),
            answer=answer.model_dump_json(),
            request_id=call.caller.request_id,
            used=call.region.now,
        )
    )


def _name(call: ActionCall, token: str) -> str:
    return f"{call.action}/{token}"


def _text(request: Request[Any]) -> str:
    return request.model_dump_json(exclude={"client_token"})


def _check(token: str) -> None:
    if len(token) > MAX_LENGTH:
        raise ApiFailure(
            "InvalidParameterValue.TooLong",
            f"`ClientToken` has {len(token)} characters; the maximum is {MAX_LENGTH}.",
        )
    if not token.isascii():
        raise ApiFailure("InvalidParameterValue.Malformed", "`ClientToken` must be ASCII.")


def _delete_expired(call: ActionCall) -> None:
    region = call.region
    limit = region.now - region.settings.token_retention
    for row in oldest(region.tokens, lambda row: row.used < limit):
        region.tokens.remove(row.name)


def _alias_task(call: ActionCall, request: Request[Any], known: TokenRow) -> None:
    """Add the RequestId of this response as an alias of the first call's task."""
    first = call.region.tasks.get(known.request_id)
    if request.task is Task.VPC and first is not None:
        call.region.tasks.put(
            first.model_copy(
                update={
                    "task_id": call.caller.request_id,
                    "same_as": first.same_as or first.task_id,
                    "status": "",
                    "holds": [],
                }
            )
        )
