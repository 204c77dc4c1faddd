"""Fixtures for the searches of histories: the emulator that answers this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from havip.emulator import Control, mock_havip

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    monkeypatch.setattr("pulumi_havip.engine.crypto._ROUNDS", 10)  # a million take a second
    mock = mock_havip()
    mock.start()
    mock.control.configure(daily_eip_quota=False)
    try:
        yield mock.control
    finally:
        mock.stop()
