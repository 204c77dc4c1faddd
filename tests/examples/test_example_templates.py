"""Examples as templates: their text, requirements and settings."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import havip

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
STACKS = sorted(path.parent.name for path in EXAMPLES.glob("*/Pulumi.yaml"))
RESOURCES = {
    "lb-ha-pair": 13,
    "db-postgresql": 14,
    "db-mariadb": 14,
    "db-wsfc": 7,
    "existing-vpc": 6,
    "api-switch": 7,
    "havip-route": 9,
}
"""Number of resources of each stack; its README shows it."""


def text(name: str, file: str) -> str:
    return (EXAMPLES / name / file).read_text()


def project(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text(name, "Pulumi.yaml"))
    return found


def called(name: str, function: str) -> set[str]:
    """Return the first argument of every call of a method in the program."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(text(name, "__main__.py")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and re.fullmatch(function, node.func.attr)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_all_stacks_are_here() -> None:
    assert set(STACKS) == set(RESOURCES)
    listed = (EXAMPLES / "README.md").read_text()
    assert all(f"[{name}]({name})" in listed for name in STACKS)


@pytest.mark.parametrize("name", STACKS)
def test_requirements_name_this_version_and_its_extras(name: str) -> None:
    lines = text(name, "requirements.txt").splitlines()
    (wanted,) = [line for line in lines if line.startswith("havip")]
    found = re.fullmatch(r"havip\[([a-z,]+)\]==(.+)", wanted)
    assert found
    extras, version = found.groups()
    assert version == havip.__version__
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(extras.split(",")) == {"cli", "emulator", "pulumi"}
    assert set(extras.split(",")) <= set(known["optional-dependencies"])
    assert "--find-links wheels" in lines
    assert "git+" in text(name, "requirements.txt")


@pytest.mark.parametrize("name", STACKS)
def test_the_project_is_a_template(name: str) -> None:
    found = project(name)
    assert found["name"] == name
    assert found["template"]["description"] == found["description"]
    assert "havip:region" in found["template"]["config"]
    assert found["config"]["protect"] == {**found["config"]["protect"], "default": True}
    for key, entry in found["config"].items():
        # Without either the embedded engine and the CLI would take the entry itself as a value.
        assert {"type", "default"} & entry.keys(), key


@pytest.mark.parametrize("name", STACKS)
def test_the_readme_explains_every_setting_and_output(name: str) -> None:
    readme = text(name, "README.md")
    asked = called(name, "require.*|get(_secret)?") - {"region"}
    assert asked >= {"protect"}
    assert asked >= set(project(name)["config"])
    assert [key for key in asked if f"`{key}`" not in readme] == []
    outputs = called(name, "export")
    shown = readme.partition("Outputs\n")[2].partition("Summary")[0]
    assert [output for output in outputs if output not in shown] == []
    assert f"Summary {RESOURCES[name]} created" in readme
    for command in ("pip wheel", "stack preview", "stack up", "stack destroy", "protect false"):
        assert command in readme
    assert re.findall(r"^(\d)\. ", readme, re.MULTILINE) == [
        str(number + 1) for number in range(len(re.findall(r"^\d\. ", readme, re.MULTILINE)))
    ]


@pytest.mark.parametrize("script", sorted((EXAMPLES / "sdk").glob("*.py")), ids=lambda p: p.stem)
def test_the_readme_lists_every_script(script: Path) -> None:
    assert f"`{script.name}" in (EXAMPLES / "sdk" / "README.md").read_text()
