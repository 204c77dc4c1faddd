"""Generated files are up to date with the code that they follow from."""

from __future__ import annotations

import pytest

from tools.generate import GENERATED, ROOT


@pytest.mark.process
@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_file_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == GENERATED[name](), "run: make generate"
