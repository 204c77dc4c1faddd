"""Verdicts over recorded histories."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from havip.lab import loads
from havip.lab.history import Expectation
from havip.lab.judge import Played, judge
from havip.lab.loads import LoadResult
from havip.lab.probes import ClientRequest
from havip.lab.topology import RowLoad


def played(*, recovered: float | None) -> Played:
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
    ("recovered", "broken"), [(3.0, []), (None, ["P5: redundancy back never"])]
)
def test_redundancy_must_be_back_in_the_end(recovered: float | None, broken: list[str]) -> None:
    result = judge(played(recovered=recovered), Expectation())
    assert [one for one in result.failures if one.startswith("P5")] == broken
    assert result.log.endswith("the last words")


@pytest.mark.parametrize(
    ("load", "broken"),
    [
        (LoadResult(10, (), ()), []),
        (LoadResult(10, (4, 7), ()), ["P3: 2 of 10 acknowledged rows lost"]),
        (LoadResult(10, unreadable="no server answers"), ["P3: no server answers"]),
        (
            LoadResult(10, different=("db2 lacks 3 rows of db1",)),
            ["P3: 0 of 10 acknowledged rows lost; db2 lacks 3 rows of db1"],
        ),
    ],
)
def test_rows_that_cannot_be_read_break_the_promise(load: LoadResult, broken: list[str]) -> None:
    history = played(recovered=3.0).model_copy(update={"load": load})
    result = judge(history, Expectation())
    assert [one for one in result.failures if one.startswith("P3")] == broken


def test_a_copy_that_is_not_redundant_yet_may_differ() -> None:
    load = LoadResult(10, different=("db2 lacks 3 rows of db1",))
    history = played(recovered=None).model_copy(update={"load": load})
    assert [one.id for one in judge(history, Expectation()).promises if not one.held] == [
        "P5",
        "P6",
    ]


@pytest.mark.parametrize(
    ("answers", "responds"), [([2.0, 29.0], True), ([2.0, 20.0], False), ([], False)]
)
def test_the_address_must_respond_in_the_end(answers: list[float], responds: bool) -> None:
    requests = [ClientRequest(at, answered=at in answers) for at in range(30)]
    history = played(recovered=3.0).model_copy(update={"requests": requests})
    broken = [one for one in judge(history, Expectation()).failures if one.startswith("P6")]
    assert (broken == []) == responds
    assert all(one.endswith("in the end the address does not respond") for one in broken)


@pytest.mark.parametrize(
    ("rows", "different"),
    [
        ({"db1": "1 2 3", "db2": "1 2 3"}, ()),
        ({"db1": "1 2 3", "db2": "1 2"}, ("db2 lacks 1 rows of db1 and has 0 others",)),
        ({"db1": "1 2 3", "db2": "1 2 3 4"}, ("db2 lacks 0 rows of db1 and has 1 others",)),
        ({"db1": "1 2 3", "db2": None}, ("the rows of db2 cannot be compared: gone",)),
    ],
)
def test_the_rows_of_all_servers_are_compared(
    rows: dict[str, str | None], different: tuple[str, ...],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(loads, "_ON_ITS_WAY", 0.0)

    def server(text: str | None) -> Any:
        answer = (1, "", "gone") if text is None else (0, text, "")
        return SimpleNamespace(attempt=lambda *_, **__: answer)

    (tmp_path / "rows").write_text("1.0 1 1\n2.0 1 2\n")
    nodes = {name: server(text) for name, text in rows.items()}
    topology = SimpleNamespace(holders=[*rows])
    lab: Any = SimpleNamespace(
        nodes=nodes, topology=topology, folder=tmp_path, resolve=lambda _: "db1"
    )
    writer = loads.RowWriter(lab, RowLoad(client=[], rows=["rows"], writable=[], healthy=[]))
    result = writer.result()
    assert (result.acknowledged, result.lost, result.different) == (2, (), different)
