"""The lab's service manager: no order of events loses the end of a process, or ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("service_manager.py")


@pytest.mark.lab
@pytest.mark.skipif(os.getuid() != 0, reason="root is required to start services")
def test_services_that_end_at_any_moment(tmp_path: Path) -> None:
    """Processes end before their id is known, while their start or their end is handled."""
    done = subprocess.run(
        [sys.executable, PROGRAM, tmp_path, "20"], capture_output=True, text=True, timeout=200,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == []
