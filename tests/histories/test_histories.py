"""P1 and P9: after any history of operations, kills and faults, exactly what is declared exists.

A history is up to six operations (up, preview, refresh, destroy) on programs that change in
between, with up to three kills (before, inside and after any file operation or call of the API)
and up to two faults, on both sites, in one stack or two that use the same names, while somebody
else deletes things. After it, and after every
`up` that reports success, the cloud holds what the program declares and the state knows each of it
once; the next preview has nothing to do, and the next destroy leaves nothing. A failing history is
made short before it is shown.
"""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from havip.emulator.cloud import Cloud

PART: Final = 20
SAMPLE: Final = 3
WHOLE: Final = 1_000
"""Histories of a part, and the parts of the sample and of the whole search."""

Told = Callable[[str, object], None]


def search(cloud: Any, first: int, count: int, record: Told) -> None:
    import history
    import judge
    import shrink

    began, kills = time.monotonic(), 0
    for seed in range(first, first + count):
        try:
            kills += judge.play(cloud, history.draw(seed))
        except Exception as error:
            short = shrink.shrink(cloud, history.draw(seed))
            why = judge.failure(cloud, short) or str(error)
            pytest.fail(f"seed {seed}: {why}\n{history.shown(short)}", pytrace=False)
    each = (time.monotonic() - began) / count * 1000
    record(
        "told",
        f"histories: {count} (seeds {first} to {first + count - 1}), {kills} kills, "
        f"{each:.0f} ms each; `make soak` plays {WHOLE * PART}",
    )


@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(SAMPLE))
def test_a_sample_of_histories(cloud: Cloud, part: int, record_property: Told) -> None:
    search(cloud, part * PART, PART, record_property)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(0, WHOLE, 25))
def test_every_history(cloud: Cloud, part: int, record_property: Told) -> None:
    search(cloud, (50 + part) * PART, 25 * PART, record_property)


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "how",
    [
        "inside",
        pytest.param("before", marks=pytest.mark.soak),
        pytest.param("after", marks=pytest.mark.soak),
    ],
)
def test_a_kill_at_every_event_of_a_small_stack(
    cloud: Cloud, how: str, record_property: Told
) -> None:
    """Two kills: the second deployment dies at the event at which the first one died."""
    import judge
    from history import Move
    from killable import Kill
    from plans import Plan

    plan = Plan(a=True, inline="a", password=False, tag="x")
    killed = at = 0
    while True:
        at += 1
        kill = Kill(at, how)
        short = (Move("up", plan, kill), Move("up", plan, kill))
        if (hits := judge.play(cloud, short)) == 0:
            break
        killed += hits
    assert at > 30
    record_property("told", f"kills {how} each of {at - 1} events, twice: {killed}")


def test_a_history_follows_from_its_seed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, times, the jitter of retries and the order of calls are the same each time."""
    import history
    import judge
    import killable

    sent: list[str] = []
    send = killable.Api._send

    def note(self: Any, call: Any, request: Any) -> Any:
        sent.append(f"{self.calls} {request!r}")
        return send(self, call, request)

    monkeypatch.setattr(killable.Api, "_send", note)
    for seed in range(8):
        sent.clear()
        judge.play(cloud, history.draw(seed))
        first = list(sent)
        sent.clear()
        judge.play(cloud, history.draw(seed))
        assert sent == first, f"seed {seed}"
        assert len(first) > 10


@pytest.mark.fuzz
def test_the_search_detects_a_broken_engine(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge itself: an engine that forgets what it had begun is found out, and made short."""
    import history
    import judge
    import shrink

    from pulumi_havip.engine.journal import Journal

    begin = Journal.begin

    def forgetful(self: Any, kind: str, record: Any, **options: Any) -> int:
        file, self._file = self._file, None
        try:
            return begin(self, kind, record, **options)
        finally:
            self._file = file

    monkeypatch.setattr(Journal, "begin", forgetful)
    found = next((seed for seed in range(200) if judge.failure(cloud, history.draw(seed))), None)
    assert found is not None
    short = shrink.shrink(cloud, history.draw(found))
    assert judge.failure(cloud, short)
    assert len(short) <= 2


EVENTS = [
    pytest.param(range(9, 24, 5), range(16, 40, 4), id="sample"),
    pytest.param(range(4, 26), range(4, 40), id="all", marks=pytest.mark.soak),
]


EVENTS_OF_A_REPLACEMENT = [
    pytest.param(range(13, 37, 8), id="sample"),
    pytest.param(range(8, 48), id="all", marks=pytest.mark.soak),
]
EVENTS_OF_ALL_REPLACEMENTS = [
    pytest.param((13, 26, 51, 77), id="sample"),
    pytest.param(range(8, 130), id="all", marks=pytest.mark.soak),
]
WHOLE_STACK: Final[dict[str, Any]] = {
    "a": True,
    "b": True,
    "db": True,
    "web": True,
    "eip": True,
    "checked": True,
    "web_title": "web",
}


@pytest.mark.parametrize("key", ["route", "bound", "member"])
@pytest.mark.parametrize("name", ["old", "new"])
@pytest.mark.parametrize("before", ["", "one"])
def test_what_moves_to_another_provider_is_not_taken_away(
    cloud: Cloud, key: str, name: str, before: str
) -> None:
    """Each provider is a process, which does not know what the program declares with another."""
    import judge
    from history import Move
    from plans import Plan

    first = Plan(**{**WHOLE_STACK, key: "old", "via": before})
    second = Plan(**{**WHOLE_STACK, key: name, "via": "two"})
    assert not judge.failure(cloud, (Move("up", first), Move("preview", second)))


@pytest.mark.parametrize("via", ["", "two"])
@pytest.mark.parametrize("kills", [[], [12, 16]], ids=["whole", "killed"])
def test_an_adopted_object_stays_with_its_new_name(
    cloud: Cloud, via: str, kills: list[int]
) -> None:
    """Also if the new name has another provider, and if the rename is killed and continued."""
    import judge
    from history import Move
    from killable import Kill
    from plans import Plan

    first, second = Plan(adopted="foreign"), Plan(adopted="borrowed", via=via, all_via=bool(via))
    for kill in [Kill(at, "after") for at in kills] or [None]:
        moves = (Move("up", first), Move("up", second, kill), Move("up", second))
        assert not judge.failure(cloud, moves), kill


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("called", ["web", "site"])
@pytest.mark.parametrize("bound", ["bound", ""])
def test_what_moves_by_an_alias_can_be_replaced_in_the_same_run(
    cloud: Cloud, before: bool, called: str, bound: str
) -> None:
    """The replaced HAVIP is deleted first: what depends on its old name goes before it."""
    import judge
    from history import Move
    from plans import Plan

    whole = WHOLE_STACK | {"checked": False, "inline": "b", "vip": "172.17.16.200"}
    first = Plan(**whole, bound="bound", component=before)
    second = Plan(**whole | {"checked": True, "called": called}, bound=bound, component=not before)
    assert not judge.failure(cloud, (Move("up", first), Move("preview", second)))


@pytest.mark.parametrize("call", range(10, 14))
def test_what_an_alias_renamed_and_replaced_is_deleted_after_its_users(
    cloud: Cloud, call: int
) -> None:
    """Also after its user, an attachment, whose creation had an unknown outcome."""
    import judge
    from history import Move
    from killable import Trouble
    from plans import Plan

    first = Plan(web=True, eip=True, vip="172.17.16.200", bound="bound")
    second = Plan(web=True, vip="172.17.16.201", called="site")
    moves = (Move("up", first, trouble=Trouble(call, "dead")), Move("up", second))
    assert not judge.failure(cloud, moves)


@pytest.mark.parametrize(
    "uses", [{}, {"route": "route"}, {"eip": True, "bound": "bound"}], ids=["none", "route", "eip"]
)
@pytest.mark.parametrize("called", ["web", "site"])
@pytest.mark.parametrize("component", [False, True])
@pytest.mark.parametrize("checked", [False, True], ids=["restored", "replaced again"])
@pytest.mark.parametrize("events", EVENTS_OF_A_REPLACEMENT)
def test_what_a_killed_replacement_has_left_does_not_keep_its_address(
    cloud: Cloud,
    uses: dict[str, Any],
    called: str,
    component: bool,
    checked: bool,
    events: range,
) -> None:
    """The program goes back to the address that the old HAVIP still has, by any name."""
    import judge
    from history import Move
    from killable import Kill
    from plans import Plan

    first = Plan(web=True, vip="172.17.16.201", component=component, **uses)
    second = Plan(web=True, checked=True, **uses)
    third = Plan(web=True, checked=checked, vip="172.17.16.201", called=called, **uses)
    for at in events:
        moves = (Move("up", first), Move("up", second, Kill(at, "after")), Move("up", third))
        assert not judge.failure(cloud, moves), at


@pytest.mark.parametrize(
    "change",
    [{"net": "17"}, {"replaced_vpc": True}, {"vip": "172.17.16.201"}, {"checked": True}],
    ids=["subnet", "network", "address", "check"],
)
@pytest.mark.parametrize("how", ["after", "interrupted"])
@pytest.mark.parametrize("events", EVENTS_OF_ALL_REPLACEMENTS)
def test_a_program_that_goes_back_keeps_what_it_had(
    cloud: Cloud, change: dict[str, Any], how: str, events: Iterable[int]
) -> None:
    """A replacement stops on its way, and its change is reverted: no instance is made again."""
    import judge
    from history import Move
    from killable import Kill
    from plans import Plan

    uses = {"inline": "a", "member": "member", "bound": "bound", "route": "route"}
    whole = WHOLE_STACK | uses | {"checked": False, "vip": "172.17.16.200"}
    first, second = Plan(**whole), Plan(**whole | change)
    for at in events:
        moves = (Move("up", first), Move("up", second, Kill(at, how)), Move("up", first))
        assert not judge.failure(cloud, moves), at


@pytest.mark.process
@pytest.mark.parametrize("key", ["route", "bound", "member"])
@pytest.mark.parametrize(("renames", "destroys"), EVENTS)
def test_a_rename_and_a_destroy_that_are_both_killed_lose_nothing(
    cloud: Cloud, key: str, renames: range, destroys: range, record_property: Told
) -> None:
    """Both names of an object are in the state then: one deletion must not take it from both."""
    import judge
    from history import Move
    from killable import Kill
    from plans import Plan

    first, second = Plan(**{**WHOLE_STACK, key: "old"}), Plan(**{**WHOLE_STACK, key: "new"})
    for at in renames:
        for later in destroys:
            moves = (
                Move("up", first),
                Move("up", second, Kill(at, "before")),
                Move("destroy", second, Kill(later, "before")),
            )
            assert not judge.failure(cloud, moves), (at, later)
    record_property("told", f"{key} renamed: {len(renames) * len(destroys)} pairs of kills")
