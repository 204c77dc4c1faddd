"""The page of environment variables names each that the code reads, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
NAME: Final = re.compile(r"\b(?:TENCENTCLOUD|HAVIP|TCCLI|TKE|PULUMI_CONFIG)_[A-Z_]*[A-Z]\b")


def names(text: str) -> set[str]:
    return set(NAME.findall(text))


def test_the_page_names_the_variables_that_the_code_reads() -> None:
    code = {
        name
        for folder in ("sdk/havip", "pulumi_havip")
        for file in (ROOT / folder).rglob("*.py")
        for name in names(file.read_text(encoding="utf-8"))
    }
    page = names((ROOT / "docs/reference/environment-variables.md").read_text(encoding="utf-8"))
    assert len(code) > 25
    assert sorted(code - page) == []
    assert sorted(page - code) == []
