"""Shrinking of a failing history."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import generator
from history import History, Move
from judge import failure
from killable import Kill


def shrink(control: Any, history: History, *, tries: int = 300) -> History:
    """Return the shortest and simplest history that was found to fail still."""
    best, changed = history, True
    while changed and tries > 0:
        changed = False
        for candidate in _simpler(best):
            tries -= 1
            if tries <= 0:
                break
            if failure(control, candidate):
                best, changed = candidate, True
                break
    return best


def _simpler(history: History) -> Iterator[History]:
    for index in range(len(history)):
        if len(history) > 1:
            yield history[:index] + history[index + 1 :]
    for index, move in enumerate(history):
        for simpler in _simpler_move(move):
            yield (*history[:index], simpler, *history[index + 1 :])


def _simpler_move(move: Move) -> Iterator[Move]:
    if move.trouble:
        yield replace(move, trouble=None)
    if move.first:
        yield replace(move, first=False)
    if move.outside:
        yield replace(move, outside="")
    if move.targets:
        yield replace(move, targets=(), dependents=False)
        if len(move.targets) > 1:
            yield from (replace(move, targets=(one,)) for one in move.targets)
    if move.dependents:
        yield replace(move, dependents=False)
    if move.replace:
        yield replace(move, replace=())
    if move.stops_after:
        yield replace(move, stops_after=0)
    if move.kill:
        yield replace(move, kill=None)
        if move.kill.how != "before":
            yield replace(move, kill=Kill(move.kill.at, "before"))
    for plan in generator.simpler(move.plan):
        yield replace(move, plan=plan)
