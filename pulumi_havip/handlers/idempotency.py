"""Exactly one of everything, and none of what is deleted, also where an answer is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

from havip.api import Request, Response
from havip.errors import (
    BadAnswerError,
    DuplicateError,
    HavipError,
    InUseError,
    LostAnswerError,
    NotFoundError,
    ServiceError,
    UnsupportedError,
    WaitTimeout,
)
from pulumi_havip.handlers.batch_reads import Listing
from pulumi_havip.handlers.context import Job
from pulumi_havip.handlers.errors import InDoubtError, ResourceError, UnfinishedError
from pulumi_havip.handlers.model import Args
from pulumi_havip.handlers.ownership_tags import CREATION_TAG

R = TypeVar("R", bound=Response)
T = TypeVar("T")
_TRIES: Final = 4
_TOKENS: Final = 20
"""Tokens of one creation id, each of which may have made something that is gone."""
_LOOKS: Final = (0.0, 0.5, 1.0)
"""Seconds before each look for what a lost call may have made: it may still be under way."""
_LONG_LOOKS: Final = (*_LOOKS, 2.0, 4.0)
"""The same, where a creation cannot be sent again: it has nothing that makes it unique."""
_IN_USE_FOR: Final = 60.0
"""Seconds for which a container may still look used after its last content was deleted."""
_UNDO_FOR: Final = 60.0
"""Seconds for which what was made is tried to be taken back, at least."""
_PASSING: Final = ("UnsupportedOperation.InvalidState", "UnsupportedOperation.InstanceStatePending")
"""The refusals of what another task works on, such as a lost deletion, or a start."""

LOST: Final = (LostAnswerError, BadAnswerError)
"""Failures after which the work may have been done, or may still be under way."""
UNCERTAIN: Final = (*LOST, ServiceError)
"""Failures after which the work may have been done."""
TAKEN: Final = (DuplicateError, InUseError)
"""Refusals that an earlier attempt of the same creation may be the cause of."""


def make_once(
    job: Job,
    make: Callable[[], T],
    find: Callable[[], T | None],
    *,
    never_twice: str | None = None,
) -> T:
    """Create something so that there is one of it afterwards, whatever became of the answers.

    Args:
        job: The handler call; where it is a repeated one, `find` comes first.
        make: Sends the creation.
        find: Looks for what an earlier attempt of the same creation made.
        never_twice: The creation id of something of which the service would make a second one:
            it has neither a ClientToken nor an address of its own. It is not sent again while an
            attempt may still be under way.

    Raises:
        InDoubtError: An answer was lost, and the creation cannot be sent again.
        HavipError: It was refused, or its outcome stayed unknown after several attempts.
    """
    if job.again and (found := find()) is not None:
        return found
    last: HavipError | None = None
    for _ in range(_TRIES):
        try:
            return make()
        except UNCERTAIN as error:
            last = error
            lost = never_twice is not None and isinstance(error, LOST)
            found = look(job, find, _LONG_LOOKS if lost else _LOOKS)
            if found is None and lost:
                job.ctx.in_doubt.add(never_twice or "")
                raise InDoubtError(
                    f"{job.name}: whether it was made is not known: {error}; run it again, and it "
                    f"is searched for first"
                ) from error
        except TAKEN:
            found = find()
            if found is None:
                raise
        if found is not None:
            return found
    raise last or AssertionError("no attempt was made")


def make_by_token(
    job: Job,
    args: Args,
    build: Callable[[str | None], Request[R]],
    made: Callable[[R], T],
    find: Callable[[], T | None],
    alive: Callable[[T], bool],
) -> T:
    """Create something with a ClientToken, by which the service recognises a repeated request.

    The token follows from the creation id alone. A token outlives what it made: a repeated
    attempt may be answered with something that was deleted since, and goes on with the next
    token of the same creation id then.

    Args:
        job: The handler call.
        args: The arguments, whose creation id the tokens are derived from.
        build: Builds the request with a token.
        made: Returns what was made, or its id, from the response.
        find: Searches for what an earlier attempt of the same creation made.
        alive: Reads whether what was made still exists.

    Raises:
        HavipError: It was refused, or its outcome stayed unknown after several attempts.
    """
    for number in range(_TOKENS):
        request = build(_token(args.creation_id, number))
        send = partial(job.region.send, request)
        try:
            item = make_once(job, lambda send=send: made(send()), find)  # type: ignore[misc]
        except UnsupportedError as error:
            if not error.code.endswith(".IdempotentParameterMismatch"):
                raise
            found = look(job, find)  # the token has made something of other arguments
            if found is not None:
                return found
            continue
        if not job.again or look(job, partial(_if, alive, item)) is not None:
            return item
    raise ResourceError(
        f"{job.name}: {_TOKENS} attempts to make it were each answered with one that was deleted "
        f"since; go on with --forget-pending"
    )


def _if(alive: Callable[[T], bool], item: T) -> T | None:
    return item if alive(item) else None


def _token(creation_id: str | None, number: int) -> str | None:
    """Return a creation's token of a number; the first is the creation id itself."""
    if creation_id is None or number == 0:
        return creation_id
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{creation_id} {number}"))


def look(job: Job, find: Callable[[], T | None], pauses: Sequence[float] = _LOOKS) -> T | None:
    """Look for what a call whose answer was lost may have made; it may still be under way."""
    for pause in pauses:
        if pause:
            job.ctx.clock.sleep(pause)
        if (found := find()) is not None:
            return found
    return None


def change_once(send: Callable[[], T], holds: Callable[[], bool]) -> T | None:
    """Send a change that has no token, and look before it is sent again.

    Args:
        send: Sends it.
        holds: Reads whether the change is made.

    Returns:
        The answer; None where it was lost and the change is made.
    """
    last: HavipError | None = None
    for _ in range(_TRIES):
        try:
            return send()
        except UNCERTAIN as error:
            last = error
        if holds():
            return None
    raise last or AssertionError("no attempt was made")


def set_once(job: Job, request: Request[R]) -> R | None:
    """Send a change that sets values, and again where its outcome is unknown: it does no harm."""
    return change_once(lambda: job.region.send(request), lambda: False)


@contextmanager
def finishing(job: Job, id: str, undo: Callable[[Job], object]) -> Iterator[None]:
    """Care for something that was made while it is finished, should that fail.

    Where the adapter can keep half of a resource, it does: the next deployment finishes or
    replaces it. Where it cannot, what was made is taken back, so that nothing is left.

    Args:
        job: The handler call.
        id: The id of what was made.
        undo: Takes it back, with a timeout of its own: that of the job may be used up by what
            is still to begin, and cannot end before.

    Raises:
        UnfinishedError: It failed and the adapter keeps what was made.
        HavipError: It failed, and nothing is left.
    """
    try:
        yield
    except HavipError as error:
        if job.ctx.keeps_partial:
            raise UnfinishedError(id, error) from error
        try:
            undo(replace(job, ctx=job.ctx.within(max(job.ctx.timeout, _UNDO_FOR))))
        except HavipError as second:
            raise ResourceError(
                f"{error}; {id}, which was made, could not be taken back ({second}): "
                f"`havip orphans` finds it"
            ) from error
        raise


def find_by_tag(
    job: Job,
    describe: type[Request[Any]],
    creation_id: str | None,
    counts: Callable[[Any], bool] = lambda _: True,
) -> Any:
    """Return what carries the tag of a creation, or None.

    Args:
        job: The handler call.
        describe: The listing action of its kind, which must know filters by tag.
        creation_id: The id of the creation.
        counts: Returns whether a row counts: one that is going does not.

    Raises:
        InDoubtError: There is nothing yet, and its creation may still be under way.
    """
    if creation_id is None:
        return None
    rows = job.region.find(describe, {f"tag:{CREATION_TAG}": creation_id})
    row = next(filter(counts, rows), None)
    if row is None and creation_id in job.ctx.in_doubt:
        raise InDoubtError(f"{job.name}: its creation may still be under way; run it again")
    return row


def delete_once(job: Job, delete: Callable[[], object], listing: Listing[Any], id: str) -> None:
    """Delete something, also where an answer is lost, or where it or its content is just going.

    Args:
        job: The handler call.
        delete: Sends the deletion; a `NotFoundError` of the first try goes to the caller.
        listing: The objects of its kind, to look whether it is gone.
        id: Its id.
    """
    patience = job.ctx.within(min(job.ctx.timeout, _IN_USE_FOR))
    last: HavipError | None = None
    try:
        for _ in patience.pauses(f"{job.name}: its deletion"):
            try:
                delete()
            except UNCERTAIN as error:
                last = error
                if listing.fresh(id) is None:
                    return
            except InUseError as error:
                last = error
            except UnsupportedError as error:
                if error.code not in _PASSING:
                    raise
                last = error
            except NotFoundError:
                if last is None:
                    raise
                return
            else:
                return
    except WaitTimeout as error:
        raise last or error from None
