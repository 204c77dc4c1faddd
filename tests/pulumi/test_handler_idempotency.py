"""Create once, change once, delete once: what each does after each outcome of a call."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from havip import FakeClock
from havip.errors import (
    DuplicateError,
    HavipError,
    InUseError,
    LostAnswerError,
    NotFoundError,
    ServiceError,
    UnsupportedError,
)
from pulumi_havip.handlers import Context, ProviderSettings, ResourceError
from pulumi_havip.handlers.context import Job
from pulumi_havip.handlers.errors import InDoubtError, UnfinishedError
from pulumi_havip.handlers.idempotency import (
    change_once,
    delete_once,
    find_by_tag,
    finishing,
    look,
    make_by_token,
    make_once,
    set_once,
)

LOST = LostAnswerError("Create", "the answer was lost")
REFUSED = ServiceError("Create", "InternalError", "try again", "r-1")
TAKEN = DuplicateError("Create", "InvalidParameterValue.Duplicate", "taken", "r-2")
IN_USE = InUseError("Delete", "ResourceInUse", "in use", "r-3")
MISMATCH = UnsupportedError("Create", "X.IdempotentParameterMismatch", "other arguments", "r-4")
OTHER = UnsupportedError("Create", "UnsupportedOperation.Other", "never", "r-5")
PASSING = UnsupportedError("Delete", "UnsupportedOperation.InvalidState", "a task runs", "r-6")
GONE = NotFoundError("Delete", "ResourceNotFound", "gone", "r-7")


class Script:
    """A call that has the outcomes of a list, one after another; the last one stays."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.given: list[Any] = []

    def __call__(self, *given: Any) -> Any:
        self.given.append(given)
        found = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def count(self) -> int:
        return len(self.given)


def job(*, again: bool = False, timeout: float = 300.0, region: Any = None) -> Job:
    settings = ProviderSettings.model_validate({"region": "ap-guangzhou", "timeout": timeout})
    return Job(Context(settings, clock=FakeClock()), region, "Vpc 'net'", again)


@pytest.mark.parametrize(
    ("again", "makes", "finds", "outcome", "calls"),
    [
        (False, ["made"], ["found"], "made", (1, 0)),
        (True, ["made"], ["found"], "found", (0, 1)),
        (True, ["made"], [None], "made", (1, 1)),
        (False, [LOST, "made"], ["found"], "found", (1, 1)),
        (False, [LOST, "made"], [None, None, "found"], "found", (1, 3)),
        (False, [LOST, "made"], [None], "made", (2, 3)),
        (False, [REFUSED, REFUSED, "made"], [None], "made", (3, 6)),
        (False, [REFUSED], [None], REFUSED, (4, 12)),
        (False, [TAKEN], ["found"], "found", (1, 1)),
        (False, [TAKEN], [None], TAKEN, (1, 1)),
        (False, [OTHER], ["found"], OTHER, (1, 0)),
    ],
)
def test_a_creation_is_sent_until_its_outcome_is_known(
    again: bool, makes: list[Any], finds: list[Any], outcome: Any, calls: tuple[int, int]
) -> None:
    make, find = Script(*makes), Script(*finds)
    if isinstance(outcome, HavipError):
        with pytest.raises(type(outcome)) as raised:
            make_once(job(again=again), make, find)
        assert raised.value is outcome
    else:
        assert make_once(job(again=again), make, find) == outcome
    assert (make.count, find.count) == calls


def test_a_creation_that_nothing_makes_unique_is_sent_once_where_its_answer_is_lost() -> None:
    make, find, one = Script(LOST), Script(None), job()
    with pytest.raises(InDoubtError, match="Vpc 'net': whether it was made is not known"):
        make_once(one, make, find, never_twice="c-1")
    assert (make.count, find.count, one.ctx.in_doubt) == (1, 5, {"c-1"})
    make, find, one = Script(REFUSED, "made"), Script(None), job()
    assert make_once(one, make, find, never_twice="c-1") == "made"
    assert (make.count, find.count, one.ctx.in_doubt) == (2, 3, set())
    make, find, one = Script(LOST), Script(None, "found"), job()
    assert make_once(one, make, find, never_twice="c-1") == "found"
    assert one.ctx.in_doubt == set()


def never(_: Any) -> bool:
    return False


def living(item: Any) -> bool:
    return bool(item == "alive")


def by_token(
    sent: Script, find: Script, alive: Callable[[Any], bool], *, again: bool = False, id: Any = "c"
) -> tuple[Any, list[Any]]:
    """Create by a token; return the outcome and the tokens that were sent."""
    region, args = SimpleNamespace(send=sent), SimpleNamespace(creation_id=id)
    make: Any = make_by_token
    whole = make(job(again=again, region=region), args, lambda it: it, lambda it: it, find, alive)
    return whole, [token for (token,) in sent.given]


def test_a_token_follows_from_the_creation_id_and_outlives_the_resource() -> None:
    assert by_token(Script("made"), Script(None), never) == ("made", ["c"])
    assert by_token(Script("made"), Script(None), never, id=None) == ("made", [None])
    _, first = by_token(Script(MISMATCH, MISMATCH, "made"), Script(None), never)
    _, again = by_token(Script(MISMATCH, MISMATCH, "made"), Script(None), never)
    assert first == again
    assert first[0] == "c"
    assert len({*first}) == len(first) == 3
    assert by_token(Script(MISMATCH), Script("found"), never) == ("found", ["c"])
    with pytest.raises(UnsupportedError) as raised:
        by_token(Script(OTHER), Script("found"), never)
    assert raised.value is OTHER


def test_a_token_that_is_answered_by_a_deleted_resource_is_followed_by_the_next() -> None:
    made = Script("dead", "alive")
    found, tokens = by_token(made, Script(None), living, again=True)
    assert (found, len(tokens)) == ("alive", 2)
    with pytest.raises(ResourceError, match="20 attempts"):
        by_token(Script("dead"), Script(None), living, again=True)


def test_a_lost_call_is_looked_for_after_pauses() -> None:
    one, find = job(), Script(None, "found")
    began = one.ctx.clock.monotonic()
    assert look(one, find, (0.0, 2.0, 4.0)) == "found"
    assert one.ctx.clock.monotonic() - began == 2.0
    assert look(one, Script(None), (0.0, 2.0)) is None


def test_a_change_is_sent_until_it_holds() -> None:
    assert change_once(Script("answer"), Script(True)) == "answer"
    send, holds = Script(LOST), Script(False, True)
    assert change_once(send, holds) is None
    assert (send.count, holds.count) == (2, 2)
    send = Script(REFUSED)
    with pytest.raises(ServiceError) as raised:
        change_once(send, Script(False))
    assert (raised.value, send.count) == (REFUSED, 4)
    send = Script(LOST, "answer")
    request: Any = object()
    assert set_once(job(region=SimpleNamespace(send=send)), request) == "answer"
    assert send.given == [(request,), (request,)]


def test_a_creation_that_cannot_be_finished_is_kept_or_taken_back() -> None:
    keeping = job()
    keeping.ctx.keeps_partial = True
    undo = Script(None)
    with pytest.raises(UnfinishedError) as kept, finishing(keeping, "vpc-1", undo):
        raise REFUSED
    assert (kept.value.id, undo.count) == ("vpc-1", 0)
    for timeout, given in ((1.0, 60.0), (300.0, 300.0)):
        undo = Script(None)
        with pytest.raises(ServiceError) as raised, finishing(job(timeout=timeout), "vpc-1", undo):
            raise REFUSED
        assert raised.value is REFUSED
        [(patient,)] = undo.given
        assert patient.ctx.timeout == given
    with (
        pytest.raises(ResourceError, match=r"vpc-1, which was made, could not be taken back.*lost"),
        finishing(job(), "vpc-1", Script(LOST)),
    ):
        raise REFUSED
    with finishing(job(), "vpc-1", undo):
        pass
    assert undo.count == 1


def test_the_tag_of_a_creation_finds_what_counts() -> None:
    describe: Any = object()
    find = Script(["row", "other"])
    one = job(region=SimpleNamespace(find=find))
    assert find_by_tag(one, describe, None) is None
    assert find.count == 0
    assert find_by_tag(one, describe, "c-1") == "row"
    assert find.given == [(describe, {"tag:havip:creation-id": "c-1"})]
    assert find_by_tag(one, describe, "c-1", lambda row: bool(row == "other")) == "other"
    one.ctx.in_doubt.add("c-1")
    assert find_by_tag(one, describe, "c-1") == "row"
    assert find_by_tag(one, describe, "c-2", lambda _: False) is None
    with pytest.raises(InDoubtError, match="Vpc 'net': its creation may still be under way"):
        find_by_tag(one, describe, "c-1", lambda _: False)


@pytest.mark.parametrize(
    ("deletes", "reads", "outcome", "count"),
    [
        (["done"], ["there"], None, 1),
        ([GONE], ["there"], GONE, 1),
        ([LOST, GONE], ["there"], None, 2),
        ([LOST], [None], None, 1),
        ([LOST, "done"], ["there"], None, 2),
        ([IN_USE, IN_USE, "done"], ["there"], None, 3),
        ([PASSING, "done"], ["there"], None, 2),
        ([OTHER], ["there"], OTHER, 1),
        ([IN_USE], ["there"], IN_USE, 0),
    ],
)
def test_a_deletion_is_sent_until_it_is_gone(
    deletes: list[Any], reads: list[Any], outcome: Any, count: int
) -> None:
    delete, fresh, one = Script(*deletes), Script(*reads), job()
    listing: Any = SimpleNamespace(fresh=fresh)
    began = one.ctx.clock.monotonic()
    if outcome is None:
        delete_once(one, delete, listing, "vpc-1")
    else:
        with pytest.raises(type(outcome)) as raised:
            delete_once(one, delete, listing, "vpc-1")
        assert raised.value is outcome
    assert delete.count == count or not count
    assert one.ctx.clock.monotonic() - began <= 61.0  # of the 300 seconds that a job has
