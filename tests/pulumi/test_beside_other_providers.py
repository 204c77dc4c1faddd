"""A program's own dynamic providers share a process with ours, and lose nothing by it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from pulumi_havip.engine import Workspace

OWN = """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class OwnProvider(ResourceProvider):
    def create(self, props):
        return CreateResult("own", {"share": 1 / props["count"]})

class Own(Resource, module="own", name="Own"):
    def __init__(self, name, count, of):
        super().__init__(OwnProvider(), name, {"count": count, "of": of, "share": None})
"""
PROGRAM = """
import own
import pulumi_havip as havip

vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
own.Own("own", 0, vpc.id)
"""


@pytest.mark.process
def test_errors_of_other_providers_keep_their_traceback(
    havip_server: EmulatorServer, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "__main__.py").write_text(PROGRAM)
    environment = {
        **os.environ,
        "HAVIP_ENDPOINT": havip_server.url,
        "HAVIP_PACING": "false",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "TENCENTCLOUD_REGION": "ap-guangzhou",
        "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
        "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
    }
    result = Workspace(tmp_path, "dev", environment=environment).up()
    lines = result.error.splitlines()
    assert lines[0] == "own: ZeroDivisionError: float division by zero"
    assert [line for line in lines if "File" in line] == [
        f'  File "{tmp_path}/own.py", line 6, in create'
    ]
