"""An error of a program is shown with the program's own line, wherever it comes up."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pytest
import things

from pulumi_havip.engine import Workspace, tracebacks

if TYPE_CHECKING:
    from tests.engine.conftest import Lab

PROGRAM = """
import pulumi
from pulumi import ComponentResource, Output

def broken(value):
    return {}["missing"]

outputs = [Output.from_input(i).apply(lambda v: v + 1) for i in range(COUNT)]
bad = Output.from_input(1).apply(broken)
USES
"""
TWICE = """
first = ComponentResource("a:b:C", "first", {"x": bad})
ComponentResource("a:b:C", "second", {"x": first.urn})
pulumi.export("all", Output.all(bad, *outputs))
"""
ONCE = 'pulumi.export("bad", bad)'


def shown(folder: Path) -> list[str]:
    (folder / "Pulumi.yaml").write_text("name: wrong\nruntime: python\n")
    result = Workspace(folder, "dev", environment=dict(os.environ)).preview()
    return result.error.splitlines()


@pytest.mark.process
@pytest.mark.parametrize("uses", [ONCE, TWICE])
@pytest.mark.parametrize("count", [2, 300])
def test_a_function_on_an_output_is_shown_with_its_line(
    uses: str, count: int, tmp_path: Path
) -> None:
    text = PROGRAM.replace("COUNT", str(count)).replace("USES", uses)
    (tmp_path / "__main__.py").write_text(text)
    lines = shown(tmp_path)
    assert lines[-1] == "KeyError: 'missing'"
    assert [line for line in lines if "File" in line] == [
        f'  File "{tmp_path}/__main__.py", line 6, in broken'
    ]


def test_a_function_on_an_output_is_shown_with_its_line_in_a_test_too(lab: Lab) -> None:
    def broken(value: int) -> float:
        return value / 0

    def program() -> None:
        bad = pulumi.Output.from_input(1).apply(broken)
        first = pulumi.ComponentResource("a:b:C", "first", {"x": bad})
        pulumi.ComponentResource("a:b:C", "second", {"x": first.urn})
        pulumi.export("all", pulumi.Output.all(bad, first.urn))

    lines = lab.stack(program).preview().error.splitlines()
    assert [line for line in lines if "File" in line] == [
        f'  File "{__file__}", line {broken.__code__.co_firstlineno + 1}, in broken'
    ]


@pytest.mark.process
def test_packages_inside_the_project_are_not_its_own_code(tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "foreign.py").write_text(
        "import pulumi\ndef later(do):\n    pulumi.Output.from_input(1).apply(lambda _: do())\n"
    )
    (tmp_path / "__main__.py").write_text(
        f"import sys\nsys.path.insert(0, {str(packages)!r})\n"
        "import foreign\nforeign.later(lambda: 1 / 0)\n"
    )
    assert [line for line in shown(tmp_path) if "File" in line] == [
        f'  File "{tmp_path}/__main__.py", line 4, in <lambda>'
    ]


@pytest.mark.process
def test_an_error_inside_the_sdk_is_shown_without_the_engine_s_lines(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(
        "import pulumi\npulumi.ComponentResource('a:b:C', 'c', {'x': object()})\n"
    )
    lines = shown(tmp_path)
    assert "While processing input: 'x'" in lines[-2]
    assert "unexpected input of type object" in lines[-1]
    assert not [line for line in lines if "child.py" in line or "asyncio" in line]
    assert len([line for line in lines if "File" in line]) <= 3  # one for each of the SDK's errors


@pytest.mark.process
def test_an_interrupt_that_the_program_raises_is_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("raise KeyboardInterrupt\n")
    lines = shown(tmp_path)
    assert lines[-1] == "KeyboardInterrupt"
    assert [line for line in lines if "File" in line] == [
        f'  File "{tmp_path}/__main__.py", line 1, in <module>'
    ]


SDK = '  File "/x/site-packages/pulumi/dynamic/__main__.py", line 84, in wrapper\n    return fn()\n'
PACKAGE = (
    '  File "/x/pulumi_havip/provider/serving.py", line 178, in _one_line\n    raise\n    ^^^^^\n'
)
PYTHON = '  File "/usr/lib/python3.11/contextlib.py", line 1, in __exit__\n    self.gen\n'
AUTHOR = '  File "/home/me/cloud.py", line 7, in create\n    return 1 / 0\n           ~~^~~\n'
LIBRARY = '  File "/usr/lib/python3.11/site-packages/requests/api.py", line 7, in get\n    go()\n'
HEAD = "Traceback (most recent call last):\n"


@pytest.mark.parametrize(
    ("text", "what", "trace"),
    [
        ("havip.Failed: one line", "havip.Failed: one line", ""),
        (f"{HEAD}{SDK}{PACKAGE}{PYTHON}Failed: no\n", "Failed: no", ""),
        (f"{HEAD}{SDK}cloud.Error: no\n", "no", ""),
        (f"{HEAD}{SDK}Failed: no\n  and\n\n more\n", "Failed: no and more", ""),
        (f"{HEAD}{SDK}{AUTHOR}Failed: no", "Failed: no", f"{HEAD}{AUTHOR}Failed: no"),
        (f"{HEAD}{SDK}{LIBRARY}Failed: no", "Failed: no", f"{HEAD}{LIBRARY}Failed: no"),
        (f"{HEAD}Failed: no", "Failed: no", ""),
    ],
)
def test_a_provider_s_traceback_is_read(text: str, what: str, trace: str) -> None:
    assert tracebacks.read(text) == (what, trace)


def test_a_provider_s_error_is_one_line_in_its_step_and_its_author_s_lines_at_the_end(
    lab: Lab,
) -> None:
    result = lab.stack(lambda: things.Thing("one", fail="create")).up()
    (failed,) = [step for step in result.steps if step.error]
    assert failed.error == "RuntimeError: a create that fails was asked for"
    lines = result.error.splitlines()
    assert lines[0] == f"one: {failed.error}"
    assert all("things.py" in line for line in lines if "File" in line)
