"""Create exactly once, delete completely and change safely, even if responses are lost."""

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
"""Maximum number of tokens per creation id; each may have made a resource deleted since."""
_LOOKS: Final = (0.0, 0.5, 1.0)
"""Seconds before each search for the result of a lost call, which may still be running."""
_LONG_LOOKS: Final = (*_LOOKS, 2.0, 4.0)
"""The same, for a creation that cannot be retried because nothing makes it unique."""
_IN_USE_FOR: Final = 60.0
"""Seconds for which a container may still appear in use after its last content was deleted."""
_UNDO_FOR: Final = 60.0
"""Minimum timeout in seconds for undoing a creation."""
_PASSING: Final = ("UnsupportedOperation.InvalidState", "UnsupportedOperation.InstanceStatePending")
"""Errors while another task works on the resource, such as a lost deletion or a start."""

LOST: Final = (LostAnswerError, BadAnswerError)
"""Errors after which the call may have had an effect, or may still be running."""
UNCERTAIN: Final = (*LOST, ServiceError)
"""Errors after which the call may have had an effect."""
TAKEN: Final = (DuplicateError, InUseError)
"""Errors that an earlier attempt of the same creation may have caused."""


def make_once(
    job: Job,
    make: Callable[[], T],
    find: Callable[[], T | None],
    *,
    never_twice: str | None = None,
) -> T:
    """Create a resource so that exactly one exists afterwards, even if responses are lost.

    Args:
        job: The handler call; if it is a repeated one, `find` is called first.
        make: Sends the creation.
        find: Searches for the result of an earlier attempt.
        never_twice: The creation id of a resource without ClientToken or address of its own, of
            which a retry would create a second one. The request is not sent again while an
            earlier attempt may still be running.

    Raises:
        InDoubtError: A response was lost, and the creation cannot be retried.
        HavipError: It failed, or its outcome was still unknown after several attempts.
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
    *,
    never_twice: str | None = None,
) -> T:
    """Create a resource with a ClientToken, by which the service recognizes a retry.

    The token is derived from the creation id alone, and can outlive the resource: a retry may
    return a resource that was deleted since. It then continues with the next token of the same
    creation.

    Args:
        job: The handler call.
        args: The arguments, whose creation id the tokens are derived from.
        build: Builds the request with a token.
        made: Returns the resource, or its id, from the response.
        find: Searches for the result of an earlier attempt of the same creation.
        alive: Reads whether the resource still exists.
        never_twice: See `make_once`; for a site that has no token.

    Raises:
        HavipError: It failed, or its outcome was still unknown after several attempts.
    """
    for number in range(_TOKENS):
        request = build(_token(args.creation_id, number))
        send = partial(job.region.send, request)
        try:
            item = make_once(
                job,
                lambda send=send: made(send()),  # type: ignore[misc]
                find,
                never_twice=never_twice,
            )
        except UnsupportedError as error:
            if not error.code.endswith(".IdempotentParameterMismatch"):
                raise
            found = look(job, find)  # the token belongs to a resource with other arguments
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
    """Return the token of a creation with a number; the first is the creation id itself."""
    if creation_id is None or number == 0:
        return creation_id
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{creation_id} {number}"))


def look(job: Job, find: Callable[[], T | None], pauses: Sequence[float] = _LOOKS) -> T | None:
    """Search for the result of a call whose response was lost; the call may still be running."""
    for pause in pauses:
        if pause:
            job.ctx.clock.sleep(pause)
        if (found := find()) is not None:
            return found
    return None


def change_once(send: Callable[[], T], holds: Callable[[], bool]) -> T | None:
    """Send a change that has no token, and check its effect before any retry.

    Args:
        send: Sends the change.
        holds: Reads whether the change has been made.

    Returns:
        The response; None if it was lost and the change has been made.
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
    """Send a change that sets values, with retries if its outcome is unknown (harmless here)."""
    return change_once(lambda: job.region.send(request), lambda: False)


@contextmanager
def finishing(job: Job, id: str, undo: Callable[[Job], object]) -> Iterator[None]:
    """Handle a failure while a created resource is being finished.

    If the adapter can store an unfinished resource, it does: the next deployment finishes or
    replaces it. Otherwise the creation is undone, so that nothing is left behind.

    Args:
        job: The handler call.
        id: The id of the created resource.
        undo: Undoes the creation, with a timeout of its own, since that of the job may be used up
            when it starts.

    Raises:
        UnfinishedError: A step failed, and the adapter stores the resource.
        HavipError: A step failed, and nothing is left behind.
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
    """Return the resource with the tag of a creation, or None.

    Args:
        job: The handler call.
        describe: The Describe action of its kind, which must support filters by tag.
        creation_id: The id of the creation.
        counts: Returns whether a row counts; one that is being deleted does not.

    Raises:
        InDoubtError: Nothing was found, but the creation may still be running.
    """
    if creation_id is None:
        return None
    rows = job.region.find(describe, {f"tag:{CREATION_TAG}": creation_id})
    row = next(filter(counts, rows), None)
    if row is None and creation_id in job.ctx.in_doubt:
        raise InDoubtError(f"{job.name}: its creation may still be under way; run it again")
    return row


def delete_once(job: Job, delete: Callable[[], object], listing: Listing[Any], id: str) -> None:
    """Delete a resource, even if a response is lost or the resource is already being deleted.

    Args:
        job: The handler call.
        delete: Sends the deletion; a `NotFoundError` of the first attempt is raised to the caller.
        listing: The objects of its kind, to check whether it still exists.
        id: Its id.
    """
    limited = job.ctx.within(min(job.ctx.timeout, _IN_USE_FOR))
    last: HavipError | None = None
    try:
        for _ in limited.pauses(f"{job.name}: its deletion"):
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
