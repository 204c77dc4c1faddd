"""Verdicts over recorded histories."""

from __future__ import annotations

import pytest

from havip.lab.history import Expectation
from havip.lab.judge import Played, judge
from havip.lab.loads import LoadResult


def played(*, recovered: float | None, relapsed: bool = False) -> Played:
    return Played(
        name="one",
        title="",
        address="172.17.16.3",
        began=0.0,
        ready=1.0,
        ended=30.0,
        slowness=1.0,
        lateness=[],
        steps=[],
        recovered=recovered,
        healthy=recovered is not None,
        relapsed=relapsed,
        agreed=1.0,
        agreement_bound=10.0,
        holder="db1",
        masters=["db1"],
        load=LoadResult(10, (), ()),
        requests=[],
        events=[],
        adverts=[],
        ports={},
        log="db1: mariadbd: the last words",
    )


@pytest.mark.parametrize(
    ("recovered", "relapsed", "broken"),
    [
        (3.0, False, []),
        (None, False, ["P5: redundancy back never"]),
        (3.0, True, ["P5: redundancy back after 3.0 s, and lost again"]),
    ],
)
def test_redundancy_must_be_back_and_stay(
    recovered: float | None, relapsed: bool, broken: list[str]
) -> None:
    result = judge(played(recovered=recovered, relapsed=relapsed), Expectation())
    assert [one for one in result.failures if one.startswith("P5")] == broken
    assert result.log.endswith("the last words")
