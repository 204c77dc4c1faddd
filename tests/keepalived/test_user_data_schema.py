"""The user data of every kind of node against cloud-init's own schema."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from havip.keepalived.nodes.node import lb_nodes
from havip.keepalived.nodes.pair import lb_pair
from havip.keepalived.nodes.setup import NodeSetup, user_data
from tests.keepalived.test_database_nodes import mariadb, postgresql
from tests.keepalived.test_node_setup import WEB

CLOUD_INIT = shutil.which("cloud-init")
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(CLOUD_INIT is None, reason="needs cloud-init: apt-get install cloud-init"),
]


def kinds() -> dict[str, NodeSetup]:
    """Return a node of each kind."""
    pair = lb_pair("172.17.16.3", ["172.17.16.7", "172.17.16.13"], auth_pass="f7Kq2xZ9")
    found = {"load balancer": next(iter(lb_nodes(pair, WEB).values()))}
    for name, make in (("postgresql", postgresql), ("mariadb", mariadb)):
        first, _, witness = make().values()
        found |= {name: first, f"{name} witness": witness}
    packages = postgresql(patroni_source="packages")
    return found | {"patroni of the image": next(iter(packages.values()))}


def judged(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "user-data"
    file.write_text(text)
    words = [str(CLOUD_INIT), "schema", "--config-file", str(file)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("kind", kinds())
def test_cloud_init_accepts_the_user_data(kind: str, tmp_path: Path) -> None:
    done = judged(user_data(kinds()[kind]), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Valid" in done.stdout


def test_cloud_init_refuses_what_is_none(tmp_path: Path) -> None:
    assert judged("#cloud-config\nwrite_files: 7\n", tmp_path).returncode != 0
