"""Run the tests of what must never be lost against every mutant of the code that keeps it.

    python tests/mutants/run.py [--sample N] [--seed S] [--jobs N] [MODULE…]

The tests are collected once. A first run notes which lines each test reaches, and how long it
takes. Then every mutant is a fork of this process with the code of its functions replaced, which
runs the tests that reach the changed function, the fastest first, until one fails.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import gc
import importlib
import os
import pickle
import random
import re
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final, NamedTuple

import pytest

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
sys.path.insert(0, str(HERE))

import mutate  # type: ignore[import-not-found]  # noqa: E402

MODULES: Final[dict[str, frozenset[str]]] = {
    "havip._files": frozenset(),
    "pulumi_havip.engine.journal": frozenset(),
    "pulumi_havip.engine.store": frozenset(),
    "pulumi_havip.engine.pending_operations": frozenset(),
    "pulumi_havip.engine.steps": frozenset(),
    "pulumi_havip.engine.stack": frozenset({"_load", "_opened", "_recover", "_save", "_replace"}),
    "pulumi_havip.handlers.idempotency": frozenset(),
}
"""Modules to mutate, and the functions in each; all of them if none is named."""
TESTS: Final = (
    "tests/unit/test_files.py",
    "tests/engine/test_engine_journal.py",
    "tests/engine/test_engine_state.py",
    "tests/engine/test_engine_crash.py",
    "tests/engine/test_engine_team.py",
    "tests/engine/test_engine_refusals.py",
    "tests/engine/test_engine_unforetold.py",
    "tests/engine/test_engine_unhealthy.py",
    "tests/engine/test_engine_conformance.py",
    "tests/pulumi/test_handler_faults.py",
    "tests/pulumi/test_handler_identity.py",
    "tests/pulumi/test_killed_deployments.py",
    "tests/histories",
)
BUDGET: Final = 20
"""Seconds of CPU after which no further test is begun: such a mutant counts as not noticed."""
HANGS: Final = 90
"""Seconds of CPU after which a mutant that hangs counts as noticed."""
WAITS: Final = 1200.0
"""Seconds after which one that waits for something does."""


class Verdict(NamedTuple):
    """Outcome of a mutant; ``by`` is empty if no test failed."""

    module: str
    line: int
    what: str
    by: str


class Job(NamedTuple):
    """A mutant, and the tests that reach its function: the numbers of the items, in order."""

    module: str
    mutant: mutate.Mutant
    tests: Sequence[int]


def source_of(module: str) -> Path:
    """Return the file of a module, without importing it."""
    path = module.replace(".", "/") + ".py"
    return next(file for file in (ROOT / path, ROOT / "sdk" / path) if file.exists())


Place = tuple[str, int]
"""A function: its file and its first line."""


def place(code: CodeType) -> Place:
    """Return the place of a function."""
    return code.co_filename, code.co_firstlineno


class Judge:
    """Plugin of pytest that runs the collected tests once for each mutant.

    Args:
        chosen: The mutants.
        jobs: How many are judged at once.
    """

    def __init__(self, chosen: Sequence[tuple[str, mutate.Mutant]], jobs: int) -> None:
        self._chosen, self._jobs = chosen, jobs
        self._files = {str(source_of(module)) for module, _ in chosen}
        self._reached: dict[int, set[Place]] = defaultdict(set)
        self._seconds: dict[int, float] = {}
        self._now = 0
        self.failed = ""
        self.verdicts: list[Verdict] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what starts processes, except for the comparisons with the CLI."""
        items[:] = [
            item
            for item in items
            if "conformance" in item.nodeid or not item.get_closest_marker("process")
        ]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge the mutants in place of one run of the tests."""
        for module in {module for module, _ in self._chosen}:
            importlib.import_module(module)  # what is imported later has its own code
        pipe, child = _fork(lambda: self._baseline(session))
        self._reached, self._seconds = pickle.loads(_all_of(pipe))
        os.waitpid(child, 0)
        total = sum(self._seconds.values())
        print(f"{len(self._seconds)} tests pass, in {total:.0f} s of CPU", flush=True)
        self.verdicts = list(self._judge(session, [self._job(*each) for each in self._chosen]))
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first test that fails."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def _baseline(self, session: pytest.Session) -> bytes:
        """Run every test, and return what each reaches and how long it takes."""
        builtins._reached = lambda *at: self._reached[self._now].add(at)  # type: ignore[attr-defined]
        for path in self._files:
            _replace(path, _noting(path))
        for number, item in enumerate(session.items):
            self._now, began = number, time.process_time()
            _run(item)
            if self.failed:
                print(f"left out, as it fails without a mutant: {self.failed}", file=sys.stderr)
                self.failed = ""
            else:
                self._seconds[number] = time.process_time() - began
        return pickle.dumps((self._reached, self._seconds))

    def _job(self, module: str, mutant: mutate.Mutant) -> Job:
        path = str(source_of(module))
        old = _codes(compile(source_of(module).read_text(), path, "exec"))
        new = _codes(compile(mutant.tree, path, "exec"))
        changed = {at for at, code in old.items() if code != new[at]}
        tests = [number for number in self._seconds if changed & self._reached[number]]
        return Job(module, mutant, sorted(tests, key=lambda number: self._seconds[number]))

    def _judge(self, session: pytest.Session, waiting: list[Job]) -> Iterator[Verdict]:
        running: dict[int, tuple[Job, int, float]] = {}
        while waiting or running:
            while waiting and len(running) < self._jobs:
                job = waiting.pop(0)
                pipe, child = _fork(lambda job=job: self._verdict(session, job))  # type: ignore[misc]
                running[child] = job, pipe, time.monotonic()
            done, _ = os.waitpid(-1, os.WNOHANG)
            if not done:
                time.sleep(0.01)
                done = _overdue(running)
            if done in running:
                job, pipe, began = running.pop(done)
                by = _all_of(pipe).decode() or "it died or hung"
                by = "" if by == "-" else by
                word = "killed" if by else "SURVIVED"
                mutant, seconds = job.mutant, time.monotonic() - began
                print(
                    f"{word} {job.module}:{mutant.line} {mutant.what} [{by}] "
                    f"{len(job.tests)} tests, {seconds:.1f} s",
                    flush=True,
                )
                yield Verdict(job.module, mutant.line, mutant.what, by)

    def _verdict(self, session: pytest.Session, job: Job) -> bytes:
        """Return the name of the test that fails of a mutant, ``-`` if none does."""
        _replace(str(source_of(job.module)), job.mutant.tree)
        resource.setrlimit(resource.RLIMIT_CPU, (HANGS, HANGS))
        for number in job.tests:
            if time.process_time() > BUDGET:
                break
            _run(session.items[number])
            if self.failed:
                return self.failed.rpartition("::")[2].encode()[:200]
        return b"-"


def _run(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _noting(path: str) -> ast.Module:
    """Return a module whose functions tell that they are reached."""
    tree = ast.parse(Path(path).read_text())
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            line = min(item.lineno for item in (node, *node.decorator_list))
            node.body[:0] = ast.parse(f"_reached({path!r}, {line})").body
    return ast.fix_missing_locations(tree)


def _replace(path: str, tree: ast.Module) -> None:
    """Replace the code of the living functions of a module."""
    codes = _codes(compile(tree, path, "exec"))
    gc.unfreeze()  # frozen objects are not listed
    for item in gc.get_objects():
        if isinstance(item, FunctionType) and (at := place(item.__code__)) in codes:
            item.__code__ = codes[at]


def _codes(code: CodeType) -> dict[Place, CodeType]:
    """Return the functions of a module and of its classes, by their places."""
    found: dict[Place, CodeType] = {}
    for item in code.co_consts:
        if isinstance(item, CodeType):
            is_function = item.co_flags & 0x2  # CO_NEWLOCALS: a class's body is run once
            found |= {place(item): item} if is_function else _codes(item)
    return found


def _fork(work: Callable[[], bytes]) -> tuple[int, int]:
    """Do some work in a process of its own; return where its outcome comes, and the process."""
    there, here = os.pipe()
    child = os.fork()
    if child:
        os.close(here)
        return there, child
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1) if os.environ.get("MUTANTS_DEBUG") else (0, 1, 2):
        os.dup2(nowhere, stream)
    try:
        outcome = work()
    except BaseException as error:
        outcome = repr(error)[:100].encode()
    with os.fdopen(here, "wb") as pipe:
        pipe.write(outcome)
    os._exit(0)


def _all_of(pipe: int) -> bytes:
    with os.fdopen(pipe, "rb") as stream:
        return stream.read()


def _overdue(running: dict[int, tuple[Job, int, float]]) -> int:
    for child, (_, _, began) in running.items():
        if time.monotonic() - began > WAITS:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return child
    return 0


def table(verdicts: Sequence[Verdict]) -> str:
    """Return how many mutants of each module were killed."""
    lines = []
    for module in dict.fromkeys(verdict.module for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.module == module]
        killed = sum(bool(verdict.by) for verdict in mine)
        lines.append(f"{module:<42} {killed:>4} of {len(mine):>4} ({killed / len(mine):.0%})")
    return "\n".join(lines)


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, help="judge so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--only", default="", help="judge those whose line and change match this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    found = [
        (module, mutant)
        for module in options.modules or MODULES
        for mutant in mutate.mutants(source_of(module).read_text(), MODULES[module])
        if re.search(options.only, f"{mutant.line} {mutant.what}")
    ]
    if options.sample:
        found = random.Random(options.seed).sample(found, min(options.sample, len(found)))
    judge = Judge(found, options.jobs)
    quiet = ["-q", "-s", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist"]
    marks = ["-m", "not soak and not lab and not pulumi_cli and not live"]
    pytest.main([*quiet, *marks, *(str(ROOT / test) for test in TESTS)], plugins=[judge])
    print(f"mutants: {len(found)} (seed {options.seed})\n{table(judge.verdicts)}")


if __name__ == "__main__":
    main()
