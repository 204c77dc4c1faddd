"""Internals of Pulumi's SDK that the launcher removes are still where it removes them."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_havip.engine import child as launch
from pulumi_havip.engine.events import Message
from pulumi_havip.engine.process import LAUNCHER

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


@pytest.mark.process
def test_the_sdk_waits_for_outputs_by_the_name_that_is_replaced() -> None:
    stack: Any = pulumi.runtime.stack
    assert "asyncio.wait(" in inspect.getsource(stack.wait_for_rpcs)
    script = (
        f"import runpy; m = runpy.run_path({LAUNCHER!r}, run_name='launch'); m['_unburden']()\n"
        "import asyncio, pulumi\n"
        "assert pulumi.runtime.stack.asyncio.wait is m['_wait_for_many']\n"
        "assert pulumi.runtime.stack.asyncio.sleep is asyncio.sleep\n"
        "assert hasattr(pulumi._types.resource_types, 'cache_info')\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_error_is_reported_as_it_arose_however_often_it_is_awaited() -> None:
    import asyncio

    async def fail() -> None:
        raise ValueError("no")

    async def both() -> BaseException:
        task = asyncio.ensure_future(fail())
        for _ in range(2):
            try:
                await task
            except ValueError as error:
                found = error
        return found

    loop, origins = asyncio.new_event_loop(), launch.Origins()
    origins.watch(loop)
    error = loop.run_until_complete(both())
    loop.close()
    assert [frame.name for frame in origins.report(error).stack] == ["fail"]


def test_what_a_function_logs_is_shown_and_what_it_debugs_costs_no_call(lab: Lab) -> None:
    def program() -> None:
        pulumi.log.debug("deep inside")
        pulumi.log.info("on the way")
        pulumi.log.warn("look out")

    assert lab.stack(program).up().ok
    said = [event.text for event in lab.events if isinstance(event, Message)]
    assert [text for text in said if text in ("on the way", "look out")] == [
        "on the way",
        "look out",
    ]
    assert "deep inside" not in said
