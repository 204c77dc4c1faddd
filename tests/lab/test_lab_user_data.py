"""User data of the examples' machines, checked with cloud-init and shellcheck."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from havip.keepalived.nodes.setup import user_data

CONFIG = {
    "lb-ha-pair": {},
    "db-postgresql": {},
    "db-mariadb": {},
    "havip-route": {},
    "api-switch": {"havipSource": "https://example.org/havip.whl", "havip:region": "ap-guangzhou"},
}
ABSENT = [tool for tool in ("cloud-init", "shellcheck") if shutil.which(tool) is None]
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)}"),
]


@pytest.mark.parametrize("name", CONFIG)
def test_cloud_init_and_shellcheck_have_nothing_to_say(
    stack: Any, name: str, tmp_path: Path
) -> None:
    setups = stack(name, **CONFIG[name])
    assert len(setups) == (3 if name.startswith("db") else 2)
    for setup in setups.values():
        file = tmp_path / "user-data"
        file.write_text(user_data(setup))
        schema = ["cloud-init", "schema", "--config-file", str(file)]
        done = subprocess.run(schema, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        for one in setup.files:
            if one.content.startswith("#!/bin/sh"):
                checked = subprocess.run(
                    ["shellcheck", "-"], input=one.content, capture_output=True, text=True
                )
                assert checked.returncode == 0, f"{one.path}: {checked.stdout}"
