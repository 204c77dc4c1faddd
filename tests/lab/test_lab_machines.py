"""The machines and the network of the lab, without any daemon."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from havip.lab import enclosure

REASON = enclosure.missing(())
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]


def inside(program: str, folder: Path) -> Any:
    """Run a program in the namespaces of a lab; it prints JSON."""
    done = subprocess.run(
        enclosure.command(sys.executable, "-c", program, str(folder)),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


TEMPORARY = """
import json, sys
from pathlib import Path
from havip.lab.host import Host

folder = Path(sys.argv[1])
node, other = (Host(name, folder, own_tmp=True) for name in ("node", "other"))
node.run("touch", "/tmp/temptable-1")
seen = [host.run("ls", "/tmp") for host in (node, other)]
node.close(), other.close()
print(json.dumps(seen))
"""


def test_no_machine_sees_the_temporary_files_of_another(tmp_path: Path) -> None:
    # Servers name them after their process id, and every machine has a process of that id.
    assert inside(TEMPORARY, tmp_path) == ["temptable-1\n", ""]
    assert not Path("/tmp/temptable-1").exists()
