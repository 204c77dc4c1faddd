"""Errors and logs as the process of a program reports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from pulumi_havip.engine import child as launch
from pulumi_havip.engine.events import Message

if TYPE_CHECKING:
    from tests.engine.conftest import Lab


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
