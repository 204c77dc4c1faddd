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
        "pulumi_havip.engine.aliases",
        "pulumi_havip.engine.custom_resources",
        "pulumi_havip.engine.replacement",
        "pulumi_havip.handlers.idempotency",
        "pulumi_havip.handlers.ownership_tags",
    ],
)
def test_mutants_are_killed(module: str, record_property: Callable[[str, object], None]) -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), module],
        cwd=RUN.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]  # an entry of equivalent.toml is stale
    survivors = [line for line in done.stdout.splitlines() if line.startswith("SURVIVED")]
    last = done.stdout.splitlines()[-1]
    match = re.search(r"(\d+) of +(\d+)", last)
    assert match is not None, done.stdout[-500:]
    killed, all_ = map(int, match.groups())
    record_property("told", "\n".join([f"mutants: {last}", *survivors]))
    assert killed >= BAR * all_, "\n".join(survivors)


def test_an_entry_of_the_equivalent_mutants_that_is_killed_or_matches_none_is_stale() -> None:
    sys.path.insert(0, str(RUN.parent))
    import mutate
    import run  # type: ignore[import-not-found]

    [first, second] = mutate.mutants("def f(a, b):\n    g(a)\n    g(b)\n")
    verdicts = [run.Verdict("m", first, ""), run.Verdict("m", second, "test_g")]
    known = dict.fromkeys(("f: drop g(a)", "f: drop g(b)", "f: drop g(c)"), "a reason")
    names = {verdict.name: bool(verdict.by) for verdict in verdicts}
    assert set(names) == {"f: drop g(a)", "f: drop g(b)"}
    assert sorted(run.stale(verdicts, {"m": known})) == sorted(
        f"STALE m {name}" for name in known if names.get(name, True)
    )
    survivor = next(name for name, killed in names.items() if not killed)
    assert run.stale(verdicts, {"m": {survivor: "a reason"}}) == []
    assert "1 of    1 (100%), 1 equivalent" in run.table(verdicts, {"m": {survivor: "a reason"}})
