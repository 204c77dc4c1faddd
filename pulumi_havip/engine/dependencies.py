"""Dependency order among resources, and parallel work along that order."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from pulumi_havip.engine.resource_state import Record


def in_order(records: Sequence[Record]) -> list[Record]:
    """Sort resources so that each follows its dependencies, keeping the order otherwise.

    A resource marked for deletion depends on the old resources of a URN, any other on the new.
    """
    fresh: dict[str, Record] = {}
    stale: dict[str, Record] = {}
    for record in records:
        (stale if record.delete else fresh)[record.urn] = record
    done: set[int] = set()
    ordered: list[Record] = []

    def needed(record: Record) -> Iterable[Record]:
        tables = (stale, fresh) if record.delete else (fresh, stale)
        for urn in record.needs():
            found = tables[0].get(urn) or tables[1].get(urn)
            if found is not None and found is not record:
                yield found

    for record in records:
        stack = [(record, iter(needed(record)))] if id(record) not in done else []
        done.add(id(record))
        while stack:
            top, waiting = stack[-1]
            following = next((item for item in waiting if id(item) not in done), None)
            if following is None:
                ordered.append(top)
                stack.pop()
            else:
                done.add(id(following))
                stack.append((following, iter(needed(following))))
    return ordered


def dependents(
    records: Sequence[Record], root: Record, ignore: Collection[str] = (), *, children: bool = False
) -> list[Record]:
    """Return the direct and indirect dependents of a resource, in order.

    Resources follow what they depend on; but one that a replacement has left has the URN of the
    new one, and its dependents may stand before it.

    Args:
        records: The resources of the stack, in order.
        root: The resource.
        ignore: URNs to skip.
        children: Whether children count as dependents.
    """
    reached = {root.urn}
    found: list[Record] = []
    seen_root = root.delete
    for record in records:
        if record is root:
            seen_root = True
        elif (
            seen_root
            and record.urn not in ignore
            and not reached.isdisjoint(record.needs(parent=children))
        ):
            reached.add(record.urn)
            found.append(record)
    return found


def delete_order(records: Sequence[Record], to_delete: Collection[int]) -> dict[int, set[int]]:
    """Return, for each resource to delete, the resources that must be deleted before it.

    Args:
        records: The resources of the stack, in order.
        to_delete: The keys of the resources to delete.

    Returns:
        The keys that must go before each key.
    """
    before: dict[int, set[int]] = {key: set() for key in to_delete}
    by_urn: dict[str, list[Record]] = defaultdict(list)
    below: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        for urn in set(record.needs()):
            for needed in by_urn[urn]:
                _hold(before, needed, record)
                if not needed.custom and urn != record.parent:
                    _hold_children(before, below, needed, record)
        by_urn[record.urn].append(record)
        below[record.parent].append(record)
    _hold_replaced(records, by_urn, before)
    return before


def _hold_replaced(
    records: Sequence[Record], by_urn: Mapping[str, list[Record]], before: dict[int, set[int]]
) -> None:
    """Ensure that users of a replaced resource are deleted before the old one.

    A deployment interrupted between a replacement and the update of its user leaves the user with
    the old resource in the cloud, while the state has the new one's URN, which is the same.
    """
    for record in records:
        if record.key not in before or record.delete:
            continue
        for urn in record.needs():
            for old in by_urn.get(urn, ()):
                if old.delete and not _goes_before(before, old.key, record.key):
                    _hold(before, old, record)


def _goes_before(before: Mapping[int, set[int]], first: int, then: int) -> bool:
    """Return whether one key must be deleted before another, directly or not."""
    waiting, seen = [then], {then}
    while waiting:
        for key in before.get(waiting.pop(), set()) - seen:
            if key == first:
                return True
            seen.add(key)
            waiting.append(key)
    return False


def _hold(before: dict[int, set[int]], needed: Record, user: Record) -> None:
    if needed.key in before and user.key in before:
        before[needed.key].add(user.key)


def _hold_children(
    before: dict[int, set[int]], below: dict[str, list[Record]], component: Record, user: Record
) -> None:
    """Add the children of a component to the dependencies of the resources that need it."""
    for child in list(below[component.urn]):
        if child is not user:
            _hold(before, child, user)
            if not child.custom:
                _hold_children(before, below, child, user)


def run_ordered(
    before: dict[int, set[int]], work: Callable[[int], None], parallel: int
) -> BaseException | None:
    """Run work for each key, in parallel, each after the keys that go before it.

    Of the keys that may start, the last one in the given order is started: a later resource may
    need an earlier one without declaring it. After the first failure nothing new is started.

    Args:
        before: The keys that go before each key.
        work: Called with each key.
        parallel: The maximum number of calls at once.

    Returns:
        The first failure, or None.
    """
    after: dict[int, list[int]] = defaultdict(list)
    open_count = {key: len(first) for key, first in before.items()}
    for key, first in before.items():
        for other in first:
            after[other].append(key)
    rank = {key: -index for index, key in enumerate(before)}
    ready = [(rank[key], key) for key, count in open_count.items() if not count]
    heapq.heapify(ready)
    failure: BaseException | None = None
    most = max(parallel, 1)
    with ThreadPoolExecutor(max_workers=most, thread_name_prefix="step") as pool:
        running: dict[Future[None], int] = {}
        while running or (ready and failure is None):
            while ready and len(running) < most and failure is None:
                _, key = heapq.heappop(ready)
                running[pool.submit(work, key)] = key
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                key = running.pop(future)
                failure = failure or future.exception()
                for other in after[key]:
                    open_count[other] -= 1
                    if not open_count[other]:
                        heapq.heappush(ready, (rank[other], other))
    return failure
