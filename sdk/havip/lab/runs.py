"""Play histories, each in its own lab, several in parallel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from math import inf
from pathlib import Path

from havip.lab import labs, namespace, topologies
from havip.lab.history import History
from havip.lab.judge import Judgment
from havip.lab.namespace import LabError
from havip.lab.stack import deployment
from havip.lab.stack.deployment import is_project
from havip.lab.topology import Topology

AT_ONCE = 3 * (os.cpu_count() or 1)
"""Number of labs that run in parallel: a history mostly waits for VRRP's timers."""
DATABASES_AT_ONCE = 2 * (os.cpu_count() or 1)
"""The same for histories with databases, whose servers compute: on a machine that is too busy,
recovery seems to take longer than it does."""
_SECONDS = 900.0


class NotPlayedError(LabError):
    """The time was over before a history was begun."""


def run(history: History, *, seconds: float = _SECONDS) -> Judgment:
    """Play a history in its own lab.

    Args:
        history: The history.
        seconds: The timeout.

    Raises:
        LabError: It could not be played or timed out; nothing is left behind.
    """
    if is_project(history.topology):
        return deployment.play(history)
    with labs.folder(about=f"playing {history.name}") as folder:
        done = _play(history, folder, seconds)
    if done.returncode or not done.stdout.strip():
        output = done.stderr.strip()
        error = LabError(
            f"{history.name}: the lab ended: {output.rpartition(chr(10))[2] or 'killed'}"
        )
        error.add_note(output[-4000:])
        raise error
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise LabError(f"{history.name}: {answer['error']}")
    return Judgment.model_validate(answer)


def topology_of(name: str) -> Topology:
    """Return a topology by its name, or that of the stack of a project's folder.

    Raises:
        LabError: The topology does not exist, or the stack cannot be deployed.
    """
    return deployment.topology(Path(name)) if is_project(name) else topologies.build(name)


def run_all(
    histories: Iterable[History], *, at_once: int = AT_ONCE, brief: bool = False,
    done: Callable[[History, Judgment | LabError], None] | None = None, seconds: float = inf,
) -> list[Judgment | LabError]:  # fmt: skip
    """Play several histories in parallel, and return their outcomes in the same order.

    Args:
        histories: The histories.
        at_once: Maximum number of labs that run in parallel.
        brief: Whether to omit requests, advertisements and events, to save memory in long searches.
        done: Called in this thread after each history.
        seconds: Time after which no history is begun; what was not is a `NotPlayedError`.
    """
    histories, end = list(histories), time.monotonic() + seconds
    found: dict[int, Judgment | LabError] = {}
    with ThreadPoolExecutor(max(1, at_once)) as pool:
        waiting = {pool.submit(_settle, one, end): number for number, one in enumerate(histories)}
        for future in as_completed(waiting):
            number = waiting[future]
            result = future.result()
            if brief and isinstance(result, Judgment):
                result = result.model_copy(update={"requests": [], "adverts": [], "events": []})
            found[number] = result
            if done is not None and not isinstance(result, NotPlayedError):
                done(histories[number], found[number])
    return [found[number] for number in range(len(histories))]


def _settle(history: History, end: float) -> Judgment | LabError:
    if time.monotonic() >= end:
        return NotPlayedError(f"{history.name}: the time was over")
    try:
        return run(history)
    except LabError as error:
        return error


def _play(history: History, folder: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            namespace.command(sys.executable, "-m", "havip.lab", str(folder)),
            input=history.model_dump_json(),
            env=namespace.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LabError(f"{history.name}: the lab did not end within {seconds:g} s") from None


def good(results: Iterable[Judgment | LabError]) -> Iterator[Judgment]:
    """Yield the results of the histories that could be played."""
    return (one for one in results if isinstance(one, Judgment))
