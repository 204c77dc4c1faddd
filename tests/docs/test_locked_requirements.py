"""Locked requirements: every package is pinned with its hash, as pyproject.toml allows."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: Final = PROJECT["project"]["optional-dependencies"]
GROUPS: Final = PROJECT["dependency-groups"]


def pins(name: str) -> dict[str, str]:
    """Return the version of each package that a file pins."""
    text = (ROOT / "requirements" / name).read_text()
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;]+)[^\\]*\\\n    --hash=sha256:", text, re.M)
    assert len(found) == len(re.findall(r"^[^ #\n]", text, re.M)), "a package without a hash"
    return {canonicalize_name(package): version for package, version in found}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("run.txt", [*PROJECT["project"]["dependencies"], *chain(*EXTRAS.values())]),
        ("dev.txt", list(chain(*GROUPS.values()))),
    ],
)
def test_every_requirement_is_pinned_to_a_version_that_it_allows(
    name: str, wanted: list[str]
) -> None:
    pinned = pins(name)
    for line in wanted:
        requirement = Requirement(line)
        if requirement.name != PROJECT["project"]["name"]:
            version = pinned.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is not in {name}: run `make lock`"
            assert version in requirement.specifier, f"{line}, {version} in {name}: `make lock`"


def test_both_files_pin_the_same_versions() -> None:
    assert pins("run.txt").items() <= pins("dev.txt").items()


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_no_package_index_is_named(name: str) -> None:
    assert "://" not in (ROOT / "requirements" / name).read_text()
