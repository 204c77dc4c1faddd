"""Run the tests of what must never be lost against every mutant of the code that keeps it.

    python tests/mutants/run.py [--every N] [--jobs N] [MODULE…]

Each mutant is a process that is forked once the SDKs are loaded, imports the mutated module in
place of the real one, plays histories, and then runs the tests of files, journal and store. One
that no test notices survives; `EXPLAINED` says of each why it changes nothing.
"""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "histories"), str(HERE.parent / "engine/conformance")]

import mutate  # noqa: E402

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
HISTORIES: Final = 60
TESTS: Final = (
    "tests/unit/test_files.py",
    "tests/engine/test_engine_state.py",
    "tests/engine/test_engine_crash.py",
    "tests/engine/test_engine_team.py",
    "tests/engine/test_engine_unhealthy.py",
    "tests/engine/test_engine_conformance.py",
    "tests/pulumi/test_handler_faults.py",
    "tests/pulumi/test_handler_identity.py",
    "tests/pulumi/test_killed_deployments.py",
)
LIMIT: Final = 600
"""Seconds after which a mutant that hangs counts as noticed."""


class Verdict(NamedTuple):
    """Outcome of a mutant; ``by`` is empty if no test failed."""

    module: str
    line: int
    what: str
    by: str


class _Loader(importlib.abc.Loader):
    def __init__(self, tree: ast.Module, path: str) -> None:
        self._code = compile(tree, path, "exec")

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module mutated."""

    def __init__(self, name: str, tree: ast.Module, path: str) -> None:
        self._name, self._tree, self._path = name, tree, path

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != self._name:
            return None
        loader = _Loader(self._tree, self._path)
        return importlib.util.spec_from_loader(name, loader, origin=self._path)


def source_of(module: str) -> Path:
    """Return the file of a module, without importing it."""
    path = module.replace(".", "/") + ".py"
    return next(file for file in (ROOT / path, ROOT / "sdk" / path) if file.exists())


def judge() -> str:
    """Return what notices that something is wrong here, empty where nothing does."""
    import pytest

    try:
        import history

        from havip.emulator import mock_havip
        from pulumi_havip.engine import crypto
    except Exception as error:
        return f"import: {error!r}"[:60]
    crypto._ROUNDS = 10
    with contextlib.closing(_Mock(mock_havip())) as mock:
        for seed in range(HISTORIES):
            if history.failure(mock.control, history.draw(seed)):
                return f"history {seed}"
    quiet = [
        "-q",
        "-x",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-m",
        "not soak",
    ]
    if pytest.main([*quiet, *(str(ROOT / test) for test in TESTS)]):
        return "a test"
    return ""


class _Mock:
    def __init__(self, mock: Any) -> None:
        mock.start()
        mock.control.configure(daily_eip_quota=False)
        self.control = mock.control
        self.close = mock.stop


def _child(module: str, mutant: mutate.Mutant, out: int) -> None:
    """Judge a mutant in this process, and end it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.meta_path.insert(0, _Finder(module, mutant.tree, str(source_of(module))))
    try:
        word = judge()
    except BaseException as error:
        word = repr(error)[:60]
    os.write(out, (word or "-").encode()[:200])
    os._exit(0)


def run(mutants: Sequence[tuple[str, mutate.Mutant]], jobs: int) -> list[Verdict]:
    """Judge mutants, some at once."""
    waiting = list(mutants)
    running: dict[int, Any] = {}
    verdicts: list[Verdict] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            module, mutant = waiting.pop(0)
            there, here = os.pipe()
            child = os.fork()
            if child == 0:
                os.setpgid(0, 0)
                _child(module, mutant, here)
            os.close(here)
            running[child] = (module, mutant, there, time.monotonic())
        done, _ = os.waitpid(-1, os.WNOHANG)
        if not done:
            time.sleep(0.05)
            done = _overdue(running)
        if done in running:
            module, mutant, there, _ = running.pop(done)
            word = os.read(there, 200).decode() or "it died or hung"
            os.close(there)
            by = "" if word == "-" else word
            verdicts.append(Verdict(module, mutant.line, mutant.what, by))
            print(f"{'killed' if by else 'SURVIVED'} {module}:{mutant.line} {mutant.what} [{by}]")
    return verdicts


def _overdue(running: dict[int, Any]) -> int:
    for child, (_, _, _, began) in running.items():
        if time.monotonic() - began > LIMIT:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return child
    return 0


def chosen(modules: Sequence[str], every: int) -> list[tuple[str, mutate.Mutant]]:
    """Return the mutants of modules, or each n-th of them."""
    found = [
        (module, mutant)
        for module in modules
        for mutant in mutate.mutants(source_of(module).read_text(), MODULES[module])
    ]
    return found[::every]


def preload() -> None:
    """Load what no mutant changes, before anything is forked."""
    import grpc  # noqa: F401
    import pulumi
    import pulumi.dynamic  # noqa: F401
    import pytest  # noqa: F401
    import yaml  # noqa: F401


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
    parser.add_argument("--every", type=int, default=1, help="judge each n-th mutant")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    preload()
    verdicts = run(chosen(options.modules or list(MODULES), options.every), options.jobs)
    print(table(verdicts))


if __name__ == "__main__":
    main()
