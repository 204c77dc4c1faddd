"""A user's unit test: the components under Pulumi's mocks, without an engine or a cloud."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, settings

from pulumi_havip.components import LoadBalancerPair


class Recorder(mocks.Mocks):
    def __init__(self) -> None:
        self.seen: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.seen[f"{args.typ.rpartition(':')[2]} {args.name}"] = args.inputs
        return f"{args.name}-id", {**args.inputs, "value": "drawn123"}

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise NotImplementedError


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    before = settings.SETTINGS
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    recorder = Recorder()
    mocks.set_mocks(recorder, project="shop", stack="dev")
    yield recorder
    settings.SETTINGS = before
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    loop.close()
    with warnings.catch_warnings():  # Pulumi's mocks leave a loop in each of their threads
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_a_pair_works_under_pulumi_mocks(recorder: Recorder) -> None:
    def program() -> Any:
        pair = LoadBalancerPair(
            "web",
            vpc_id="vpc-1a2b3c4d",
            subnet_id="subnet-1a2b3c4d",
            subnet_cidr="10.0.0.0/24",
            vip="10.0.0.9",
            nodes=[
                {"instance_id": f"ins-0000000{last}", "private_ip": f"10.0.0.{last}"}
                for last in (3, 4)
            ],
            services=[
                {"name": "web", "port": 80, "servers": [{"name": "a", "address": "10.0.1.1"}]}
            ],
        )

        def check(known: Any) -> None:
            keepalived, router_id = known
            assert "auth_pass drawn123" in keepalived["web-1"]
            assert router_id == 9

        return pulumi.Output.all(pair.keepalived, pair.virtual_router_id).apply(check)

    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # Pulumi's has no types
    assert recorder.seen["HaVip web"]["check_associate"] is True
    assert recorder.seen["HaVipInstanceAttachment web-2"]["instance_id"] == "ins-00000004"
