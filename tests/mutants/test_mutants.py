"""Every mutant of what keeps the state and the identity of resources is noticed by a test."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run.py")
BAR = 0.95


def test_mutants_differ_from_the_module_in_one_place() -> None:
    sys.path.insert(0, str(RUN.parent))
    import ast

    import mutate  # type: ignore[import-not-found]

    source = "def f(a, b=True):\n    if a == 1 and not b:\n        g(a, k=2)\n    return a\n"
    found = {ast.unparse(mutant.tree) for mutant in mutate.mutants(source)}
    assert ast.unparse(ast.parse(source)) not in found
    assert {text for text in found if "a != 1" in text}
    assert {text for text in found if "a == 1 or not b" in text}
    assert {text for text in found if "a == 1 and b" in text}
    assert {text for text in found if "g(a)" in text}
    assert {text for text in found if "pass" in text}
    assert {text for text in found if "return None" in text}
    assert len(found) == len(list(mutate.mutants(source)))


@pytest.mark.soak
@pytest.mark.parametrize(
    "module",
    [
        "havip._files",
        "pulumi_havip.engine.journal",
        "pulumi_havip.engine.store",
        "pulumi_havip.engine.pending_operations",
        "pulumi_havip.engine.steps",
        "pulumi_havip.engine.stack",
        "pulumi_havip.handlers.idempotency",
    ],
)
def test_mutants_are_killed(module: str, record_property: Callable[[str, object], None]) -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), module],
        cwd=RUN.parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    survivors = [line for line in done.stdout.splitlines() if line.startswith("SURVIVED")]
    last = done.stdout.splitlines()[-1]
    match = re.search(r"(\d+) of +(\d+)", last)
    assert match is not None, done.stdout[-500:]
    killed, all_ = map(int, match.groups())
    record_property("told", "\n".join([f"mutants: {last}", *survivors]))
    assert killed >= BAR * all_, "\n".join(survivors)
