"""500 calls at once: havip's asynchronous client beside Tencent's own, on one emulator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

import havip
from havip.emulator import Cloud, EmulatorServer, Fault
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY
from havip.emulator.state.settings import Settings

pytest.importorskip("httpx")
AT_ONCE = 500
REGION = "ap-guangzhou"
KEY = havip.Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
Ask = Callable[[Any, int], Awaitable[str]]


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    settings = Settings.of({"quotas": {"vpcs_per_region": 2 * AT_ONCE}})
    with EmulatorServer(Cloud(settings=settings)) as running:
        yield running


async def ours(server: EmulatorServer, ask: Ask, **options: Any) -> list[Any]:
    """Send the calls with havip's client, all at once."""
    async with havip.AsyncClient(
        REGION, credentials=KEY, endpoint=server.url, connections=50, **options
    ) as client:
        return await asyncio.gather(*(ask(client, number) for number in range(AT_ONCE)))


async def theirs(server: EmulatorServer, ask: Ask) -> list[Any]:
    """Send the calls with Tencent's client, all at once."""
    module = import_module("tencentcloud.vpc.v20170312.vpc_client_async")
    credential = import_module("tencentcloud.common.credential")
    http = import_module("tencentcloud.common.profile.http_profile").HttpProfile(
        protocol="http", endpoint=server.url.removeprefix("http://"), reqTimeout=60
    )
    profile = import_module("tencentcloud.common.profile.client_profile").ClientProfile(
        httpProfile=http
    )
    key = credential.Credential(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
    async with module.VpcClient(key, REGION, profile) as client:
        return await asyncio.gather(*(ask(client, number) for number in range(AT_ONCE)))


async def create_ours(client: havip.AsyncClient, number: int) -> str:
    made = await client.create_vpc(vpc_name=f"ours-{number}", cidr_block="10.0.0.0/16")
    return made.vpc.vpc_id


async def create_theirs(client: Any, number: int) -> str:
    request = import_module("tencentcloud.vpc.v20170312.models").CreateVpcRequest()
    request.VpcName, request.CidrBlock = f"theirs-{number}", "10.0.0.0/16"
    found: str = (await client.CreateVpc(request)).Vpc.VpcId
    return found


async def read_ours(client: havip.AsyncClient, number: int) -> str:
    page = await client.describe_vpcs(limit="1", offset=str(number % 10))
    return page.vpc_set[0].vpc_id


async def read_theirs(client: Any, number: int) -> str:
    request = import_module("tencentcloud.vpc.v20170312.models").DescribeVpcsRequest()
    request.Limit, request.Offset = "1", str(number % 10)
    found: str = (await client.DescribeVpcs(request)).VpcSet[0].VpcId
    return found


@pytest.mark.process
def test_500_concurrent_calls_take_effect_once_each(server: EmulatorServer) -> None:
    pytest.importorskip("tencentcloud.vpc.v20170312.vpc_client_async")

    made = asyncio.run(ours(server, create_ours))
    made_by_them = asyncio.run(theirs(server, create_theirs))

    vpcs = server.cloud.region("100000000001", REGION).vpcs
    assert len(set(made)) == len(set(made_by_them)) == AT_ONCE
    assert {row.vpc_id for row in vpcs} == {*made, *made_by_them}
    read, read_by_them = (
        asyncio.run(ours(server, read_ours)),
        asyncio.run(theirs(server, read_theirs)),
    )
    assert read == read_by_them


@pytest.mark.fuzz
def test_500_concurrent_calls_survive_faults(server: EmulatorServer) -> None:
    for nth in range(1, 60):
        server.control.faults.add(Fault(nth=5 * nth, code="RequestLimitExceeded"))
        server.control.faults.add(Fault(nth=7 * nth, drop=True))

    # The order of the calls is chance: one of them may meet more faults than six attempts allow.
    rules = havip.Retry().rules
    endless = {**rules, "LostAnswer": rules["LostAnswer"]._replace(tries=None)}
    retry = havip.Retry(first=0.01, longest=0.05, rules=endless)
    made = asyncio.run(ours(server, read_after_one, retry=retry))

    assert made == [0] * AT_ONCE


async def read_after_one(client: havip.AsyncClient, _: int) -> Any:
    return (await client.describe_ha_vips()).total_count
