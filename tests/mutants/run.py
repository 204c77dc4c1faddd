"""Run the tests of what must never be lost against every mutant of the code that keeps it.

    python tests/mutants/run.py [--sample N] [--seed S] [--jobs N] [MODULE…]

The tests of the modules are collected once. A first run notes which functions each test reaches,
and how long it takes. Then every mutant is a fork of this process with the code of its functions
replaced, which runs the tests that reach the changed function until one fails: those that killed
a mutant before come first, then the fastest.

`equivalent.toml` lists the mutants that no test can kill, with the reasons. They are judged as
well: an entry that matches no mutant, or one that is killed, is stale, and the run fails.
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
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final, NamedTuple

import pytest

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
sys.path.insert(0, str(HERE))

import mutate  # type: ignore[import-not-found]  # noqa: E402


class Target(NamedTuple):
    """A module: the tests that judge its mutants, and the functions to mutate (none: all)."""

    tests: tuple[str, ...]
    functions: frozenset[str] = frozenset()


_JOURNAL: Final = "tests/engine/test_engine_journal.py"
_STORE: Final = "tests/engine/test_engine_store.py"
_STATE: Final = "tests/engine/test_engine_state.py"
_CRASH: Final = "tests/engine/test_engine_crash.py"
_PENDING: Final = "tests/engine/test_engine_pending.py"
_STEPS: Final = (
    "tests/engine/test_engine_steps.py",
    "tests/engine/test_engine_team.py",
    "tests/engine/test_engine_unforetold.py",
    "tests/engine/test_engine_unhealthy.py",
    "tests/engine/test_engine_conformance.py",
)
_REPLACEMENTS: Final = (
    *_STEPS,
    "tests/engine/test_engine_failed_steps.py",
    "tests/engine/test_engine_replacements.py",
    "tests/histories/test_histories.py",
)
_HANDLERS: Final = (
    "tests/pulumi/test_handler_idempotency.py",
    "tests/pulumi/test_handler_lifecycles.py",
    "tests/pulumi/test_handler_faults.py",
    "tests/pulumi/test_handler_identity.py",
)
MODULES: Final[dict[str, Target]] = {
    "havip._files": Target(("tests/unit/test_files.py",)),
    "pulumi_havip.engine.store": Target((_STORE, _JOURNAL)),
    "pulumi_havip.engine.stack": Target(
        (_STORE, _STATE, _CRASH),
        frozenset({"_load", "_opened", "_recover", "_save", "_replace"}),
    ),
    "pulumi_havip.engine.journal": Target((_JOURNAL, _STORE, _STATE, _CRASH)),
    "pulumi_havip.engine.pending_operations": Target((_PENDING, _CRASH)),
    "pulumi_havip.engine.steps": Target((*_STEPS, _PENDING, _CRASH)),
    "pulumi_havip.engine.aliases": Target(_REPLACEMENTS),
    "pulumi_havip.engine.custom_resources": Target(_REPLACEMENTS),
    "pulumi_havip.engine.replacement": Target(_REPLACEMENTS),
    "pulumi_havip.handlers.idempotency": Target(_HANDLERS),
    "pulumi_havip.handlers.ownership_tags": Target(_HANDLERS),
}
EQUIVALENT: Final = HERE / "equivalent.toml"
HANGS: Final = 3
"""Seconds of CPU, beside twice that of its tests, after which a mutant hangs, and is noticed."""
WAITS: Final = 1200.0
"""Seconds after which one that waits for something does."""


class Verdict(NamedTuple):
    """Outcome of a mutant; ``by`` is empty if no test failed."""

    module: str
    mutant: mutate.Mutant
    by: str

    @property
    def name(self) -> str:
        """The mutant's name in the list of the equivalent ones."""
        return f"{self.mutant.where}: {self.mutant.what}"


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
        self._functions: dict[Place, list[FunctionType]] = {}
        self._killers: Counter[int] = Counter()
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
        self._functions = _living(self._files)
        gc.collect()
        gc.freeze()  # the forks share the memory of what is there now
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
            self._replace(path, _noting(path))
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
        return Job(module, mutant, tests)

    def _replace(self, path: str, tree: ast.Module) -> None:
        """Replace the code of the functions of a module."""
        for at, code in _codes(compile(tree, path, "exec")).items():
            for function in self._functions.get(at, ()):
                function.__code__ = code

    def _in_order(self, tests: Sequence[int]) -> list[int]:
        return sorted(tests, key=lambda number: (-self._killers[number], self._seconds[number]))

    def _judge(self, session: pytest.Session, waiting: list[Job]) -> Iterator[Verdict]:
        running: dict[int, tuple[Job, int, float]] = {}
        while waiting or running:
            while waiting and len(running) < self._jobs:
                job = waiting.pop(0)
                job = job._replace(tests=self._in_order(job.tests))
                pipe, child = _fork(lambda job=job: self._verdict(session, job))  # type: ignore[misc]
                running[child] = job, pipe, time.monotonic()
            done, _ = os.waitpid(-1, os.WNOHANG)
            if not done:
                time.sleep(0.01)
                done = _overdue(running)
            if done in running:
                job, pipe, began = running.pop(done)
                number, _, by = (_all_of(pipe).decode() or " it died or hung").partition(" ")
                if number:
                    self._killers[int(number)] += 1
                verdict = Verdict(job.module, job.mutant, by)
                print(
                    f"{'killed' if by else 'SURVIVED'} {job.module}:{job.mutant.line} "
                    f"{verdict.name} [{by}] {len(job.tests)} tests, "
                    f"{time.monotonic() - began:.1f} s",
                    flush=True,
                )
                yield verdict

    def _verdict(self, session: pytest.Session, job: Job) -> bytes:
        """Return the number and the name of the test that a mutant fails, none if it passes."""
        self._replace(str(source_of(job.module)), job.mutant.tree)
        most = HANGS + int(2 * sum(self._seconds[number] for number in job.tests))
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        for number in job.tests:
            _run(session.items[number])
            if self.failed:
                return f"{number} {self.failed.rpartition('::')[2]}".encode()[:200]
        return b" "


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


def _living(files: Set[str]) -> dict[Place, list[FunctionType]]:
    """Return the functions of some files, by their places."""
    found = defaultdict(list)
    gc.unfreeze()  # frozen objects are not listed
    for item in gc.get_objects():
        if isinstance(item, FunctionType) and item.__code__.co_filename in files:
            found[place(item.__code__)].append(item)
    return found


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
        outcome = f" {error!r}"[:100].encode()
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


def table(verdicts: Sequence[Verdict], equivalent: Mapping[str, Mapping[str, str]]) -> str:
    """Return how many mutants of each module were killed, apart from the equivalent ones."""
    lines = []
    for module in dict.fromkeys(verdict.module for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.module == module]
        known = [each for each in mine if each.name in equivalent.get(module, ())]
        killed, counted = sum(bool(each.by) for each in mine), len(mine) - len(known)
        share = f"{killed / counted:.0%}" if counted else "none"
        lines.append(f"{module:<42} {killed:>4} of {counted:>4} ({share}), {len(known)} equivalent")
    return "\n".join(lines)


def stale(verdicts: Sequence[Verdict], equivalent: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the entries of the list that match no mutant of a judged module, or a killed one."""
    survived: dict[str, set[str]] = defaultdict(set)
    killed: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        (killed if verdict.by else survived)[verdict.module].add(verdict.name)
    return [
        f"STALE {module} {name}"
        for module in {verdict.module for verdict in verdicts}
        for name in equivalent.get(module, ())
        if name in killed[module] or name not in survived[module]
    ]


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, help="judge so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--only", default="", help="judge those whose line and change match this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    modules = options.modules or [*MODULES]
    found = [
        (module, mutant)
        for module in modules
        for mutant in mutate.mutants(source_of(module).read_text(), MODULES[module].functions)
        if re.search(options.only, f"{mutant.line} {mutant.where}: {mutant.what}")
    ]
    if options.sample:
        found = random.Random(options.seed).sample(found, min(options.sample, len(found)))
    judge = Judge(found, options.jobs)
    quiet = ["-q", "-s", "--assert=plain", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"]
    marks = ["-m", "not soak and not lab and not pulumi_cli and not live"]
    tests = dict.fromkeys(test for module in modules for test in MODULES[module].tests)
    pytest.main([*quiet, *marks, *(str(ROOT / test) for test in tests)], plugins=[judge])
    equivalent = tomllib.loads(EQUIVALENT.read_text())
    print(f"mutants: {len(found)} (seed {options.seed})\n{table(judge.verdicts, equivalent)}")
    if not options.sample and not options.only:
        sys.exit("\n".join(stale(judge.verdicts, equivalent)) or 0)


if __name__ == "__main__":
    main()
