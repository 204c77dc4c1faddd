"""Setup of all tests: marks, hypothesis profiles, and the summary of long searches."""

from __future__ import annotations

import functools
import gc
import os
import signal
import subprocess
from collections.abc import Iterator
from typing import NoReturn

import hypothesis
import pytest
import typer.main
import typer.testing

NOT_UNIT = ("process", "fuzz", "stack", "lab", "soak", "live", "pulumi_cli")
"""Marks of tests that `make test-fast` leaves out."""

# A busy machine fails no test: examples have no deadline, and slow data is accepted.
hypothesis.settings.register_profile(
    "havip",
    deadline=None,
    print_blob=True,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "havip"))

# A suite that a script starts in the background ignores Ctrl-C, and so would what it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark property tests ``fuzz``, those of stacks ``stack``, and all that is left ``unit``."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("fuzz")
        if "havip_stack" in getattr(item, "fixturenames", ()):
            item.add_marker("stack")
        if not any(item.get_closest_marker(mark) for mark in NOT_UNIT):
            item.add_marker("unit")
    # Tests of the lab wait more than they compute: begun first, they fill no tail of the suite.
    items.sort(key=lambda item: item.get_closest_marker("lab") is None)


def pytest_collection_finish() -> None:
    """Leave what was imported out of garbage collection, which takes a tenth of the time else."""
    gc.freeze()


@pytest.fixture(autouse=True)
def no_process_in_a_unit_test(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fail a test that starts a process and is not marked so: `make test-fast` runs it."""
    if request.node.get_closest_marker("unit"):

        def refuse(*_: object, **__: object) -> NoReturn:
            raise AssertionError("this test starts a process: mark it with pytest.mark.process")

        monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
        monkeypatch.setattr(os, "fork", refuse)


@pytest.fixture(scope="session", autouse=True)
def one_tree_of_commands() -> Iterator[None]:
    """Build the tree of ``havip``'s commands once a process, as there is one call a process."""
    with pytest.MonkeyPatch.context() as patch:
        built = functools.cache(typer.main.get_command)
        patch.setattr(typer.main, "get_command", built)
        patch.setattr(typer.testing, "_get_command", built)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as ``told``, with ``record_property("told", "…")``."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "told" and getattr(report, "when", "") == "call":
                    terminalreporter.write_line(str(value))
