"""Address and master agree after any loss of VRRP, with a slow and failing API.

The search plays generated histories on two nodes with real keepalived, see `vrrp_histories`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from havip.keepalived import unavailable
from tests.switch.vrrp_histories import BOUND

TOOLS = ("nft", "pidof", "awk", "ip")
REASON = unavailable() or next(
    (f"needs {tool}" for tool in TOOLS if shutil.which(tool) is None), None
)
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
SCRIPT = Path(__file__).with_name("vrrp_histories.py")
ALONE = "unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private"


def played(folder: Path, first: int, count: int, **more: str) -> list[dict[str, Any]]:
    folder.mkdir()
    done = subprocess.run(
        [*ALONE.split(), sys.executable, str(SCRIPT), str(folder), str(first), str(count)],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=60 + 30 * count,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def judge(found: list[dict[str, Any]]) -> None:
    late = [one for one in found if one["agreed_after"] is None or one["agreed_after"] > BOUND]
    times = sorted(one["agreed_after"] for one in found if one["agreed_after"] is not None)
    print(
        f"{len(found)} histories, seeds {found[0]['seed']} to {found[-1]['seed']}: "
        f"{len(late)} late; agreed after {times[len(times) // 2]} s in the middle, "
        f"{times[-1]} s at most (in the time of the cloud)"
    )
    assert not late, late[:3]


def test_address_and_master_agree_after_some_losses(tmp_path: Path) -> None:
    judge(played(tmp_path / "pair", 1, 3))


@pytest.mark.soak
def test_address_and_master_agree_after_any_loss(tmp_path: Path) -> None:
    judge(played(tmp_path / "pair", 1, 220))


@pytest.mark.soak
def test_without_the_notify_of_a_lower_priority_they_do_not(tmp_path: Path) -> None:
    """The search can fail: this is the defect that it was made for."""
    found = played(tmp_path / "pair", 1, 40, WITHOUT_RX="1")
    assert any(one["agreed_after"] is None for one in found)
