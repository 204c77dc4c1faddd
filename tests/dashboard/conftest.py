from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from havip.api import (
    CreateHaVip,
    CreateSubnet,
    CreateVpc,
    HaVipAssociation,
    Placement,
    RunInstances,
    VirtualPrivateCloud,
)
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT

ZONE = "ap-guangzhou-3"
VIP = "172.17.16.3"
FLAGS = [
    f"--{flag}"
    for flag in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]


@dataclass
class Pair:
    """Two instances in a HAVIP's range, one that is not, and the HAVIP."""

    cloud: Cloud
    first: str
    second: str
    stray: str
    havip: str


def make_pair(cloud: Cloud, *, name: str = "lb", region: str = "ap-guangzhou") -> Pair:
    caller = Caller(account=DEFAULT_ACCOUNT, region=region)
    zone = f"{region}-3"
    vpc = cloud.call(caller, CreateVpc(vpc_name=name, cidr_block="172.17.0.0/16")).vpc.vpc_id
    subnet = cloud.call(
        caller,
        CreateSubnet(vpc_id=vpc, subnet_name=name, cidr_block="172.17.16.0/24", zone=zone),
    ).subnet.subnet_id

    def instance(own: str, address: str) -> str:
        place = VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet, private_ip_addresses=[address])
        request = RunInstances(
            placement=Placement(zone=zone),
            image_id="img-1a2b3c4d",
            instance_name=own,
            virtual_private_cloud=place,
            user_data="c2VjcmV0LWNhbmFyeQ==",
        )
        return cloud.call(caller, request).instance_id_set[0]

    first, second, stray = (
        instance(f"{name}-{letter}", f"172.17.16.{number}")
        for letter, number in (("a", 7), ("b", 13), ("c", 40))
    )
    members = [HaVipAssociation(instance_id=one, instance_type="CVM") for one in (first, second)]
    request = CreateHaVip(
        vpc_id=vpc,
        subnet_id=subnet,
        vip=VIP,
        ha_vip_name=name,
        check_associate=True,
        ha_vip_association_set=members,
    )
    return Pair(cloud, first, second, stray, cloud.call(caller, request).ha_vip.ha_vip_id)


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    with EmulatorServer() as running:
        yield running


@pytest.fixture
def pair(server: EmulatorServer) -> Pair:
    return make_pair(server.cloud)


@pytest.fixture(scope="module")  # its event loop must not run while other tests do
def chromium() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on PATH: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, server: EmulatorServer) -> Iterator[Callable[..., Any]]:
    """Open the dashboard; whatever leaves the host, fails, or is complained of fails the test."""
    contexts = []
    trouble: list[str] = []
    failed: list[str] = []

    def opened(
        *,
        scheme: str = "light",
        width: int = 1280,
        ready: str = "[data-havip]",
        stays: bool = True,
        script: str = "",
    ) -> Any:
        context = chromium.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 800}
        )
        context.set_default_timeout(60_000)  # a busy machine fails no test
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(script)
        if stays:  # a connection that is refused is told on the console
            page.on("console", lambda said: trouble.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda asked: _check_local(asked.url, server.url, trouble))
        page.on("dialog", lambda dialog: trouble.append(f"dialog: {dialog.message}"))
        page.on("requestfailed", lambda asked: failed.append(f"{asked.url}: {asked.failure}"))
        page.goto(server.dashboard_url)
        from playwright.sync_api import TimeoutError as PageTimeoutError

        try:
            page.wait_for_selector(ready)
        except PageTimeoutError as late:
            shown = page.locator("body").inner_text()
            late.add_note(f"failed requests: {failed}; complaints: {trouble}; shown: {shown!r}")
            raise
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


def _check_local(url: str, server: str, trouble: list[str]) -> None:
    if not url.startswith((f"{server}/", "data:")):
        trouble.append(f"a request left the host: {url}")
