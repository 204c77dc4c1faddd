"""Each seam to the inside of Pulumi's SDK is where it is applied, and serves for something."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest

from pulumi_havip.engine import pulumi_seams
from pulumi_havip.engine.process import LAUNCHER

SEAMS = {
    "spare_debug_messages": "pulumi.log.debug('x')",  # would raise without an engine to tell
    "keep_sources": "import linecache; assert linecache.checkcache('x') is None; "
    "assert linecache.checkcache.__name__ == '_do_nothing'",
    "read_types_once": "assert hasattr(pulumi._types.resource_types, 'cache_info')",
    "wait_for_many": "import asyncio; assert pulumi.runtime.stack.asyncio.wait is m['wait']; "
    "assert pulumi.runtime.stack.asyncio.sleep is asyncio.sleep",
}


@pytest.mark.process
@pytest.mark.parametrize("name", SEAMS)
def test_a_seam_holds(name: str) -> None:
    path = str(Path(LAUNCHER).with_name("pulumi_seams.py"))
    script = f"import pulumi, runpy; m = runpy.run_path({path!r}); m[{name!r}](); {SEAMS[name]}"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_sdk_still_does_what_the_seams_spare() -> None:
    stack: Any = pulumi.runtime.stack
    types: Any = pulumi._types
    resource: Any = pulumi.runtime.resource
    assert "asyncio.wait(" in inspect.getsource(stack.wait_for_rpcs)
    assert "log.debug(" in inspect.getsource(resource)
    assert callable(types.resource_types)
    assert "_types.resource_types(" in inspect.getsource(pulumi.runtime.rpc)
    assert "traceback.extract_stack()" in inspect.getsource(resource)


def test_every_seam_is_tested_and_applied() -> None:
    source = inspect.getsource(pulumi_seams.unburden)
    assert all(name in source for name in SEAMS)
    functions = {
        name
        for name, item in inspect.getmembers(pulumi_seams, inspect.isfunction)
        if item.__module__ == pulumi_seams.__name__ and not name.startswith("_")
    }
    assert functions - {"unburden", "wait"} == SEAMS.keys()


@pytest.mark.process
def test_the_sdk_of_this_process_is_as_it_came() -> None:
    """The engine, its programs that are functions and its inline provider patch nothing here."""
    script = """
import asyncio, inspect, linecache, logging
import pulumi
before = pulumi.log.debug, linecache.checkcache, pulumi._types.resource_types
from pulumi_havip.testing import StackUnderTest
from pulumi_havip.engine import dynamic_server, inline, workspace, operations
assert before == (pulumi.log.debug, linecache.checkcache, pulumi._types.resource_types)
assert pulumi.runtime.stack.asyncio is asyncio
assert logging.getLogger("asyncio").level == logging.NOTSET
for module in (dynamic_server, inline, operations):
    assert "pulumi_seams" not in inspect.getsource(module)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
