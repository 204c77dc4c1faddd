"""ClientToken: the same request again gets the same answer, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable

from havip.api import Request, Response, Task
from havip.emulator.actions.registry import Call
from havip.emulator.errors import Refusal
from havip.emulator.state.rows import TokenRow
from havip.emulator.state.table import oldest

MAX_LENGTH = 64


def once(
    call: Call, request: Request[Response], token: str, do: Callable[[], Response]
) -> Response:
    """Do what a request asks, unless its ClientToken was used for it before.

    Args:
        call: the call.
        request: the request.
        token: its ClientToken.
        do: does the work; where it is refused, the token stays unused.

    Raises:
        Refusal: the token is no token, or was used for a different request.
    """
    _check(token)
    region = call.region
    for row in oldest(
        region.tokens, lambda row: row.used + region.settings.token_retention < region.now
    ):
        region.tokens.remove(row.name)
    name, text = f"{call.action}/{token}", request.model_dump_json(exclude={"client_token"})
    known = region.tokens.get(name)
    if known is None:
        answer = do()
        region.tokens.put(
            TokenRow(
                name=name,
                request=text,
                answer=answer.model_dump_json(),
                request_id=call.caller.request_id,
                used=region.now,
            )
        )
        return answer
    if known.request != text:
        raise Refusal(
            "UnsupportedOperation.IdempotentParameterMismatch",
            f"The ClientToken `{token}` was used for a different `{call.action}`.",
        )
    _name_again(call, request, known)
    return request.answer.model_validate_json(known.answer)


def _check(token: str) -> None:
    if len(token) > MAX_LENGTH:
        raise Refusal(
            "InvalidParameterValue.TooLong",
            f"`ClientToken` has {len(token)} characters; the most is {MAX_LENGTH}.",
        )
    if not token.isascii():
        raise Refusal("InvalidParameterValue.Malformed", "`ClientToken` must be ASCII.")


def _name_again(call: Call, request: Request[Response], known: TokenRow) -> None:
    """Let the task of the first call be asked for by the id of this one's answer too."""
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
