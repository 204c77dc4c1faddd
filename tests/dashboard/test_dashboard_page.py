"""Dashboard as a person sees it, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from havip.api import CreateHaVip, ModifyHaVipAttribute
from havip.emulator import EmulatorServer
from havip.emulator.cloud import Caller
from havip.emulator.http.dashboard.snapshot import snapshot
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT

from .conftest import VIP, Pair, make_pair

OpenPage = Callable[..., Any]
HERE = Caller(account=DEFAULT_ACCOUNT, region="ap-guangzhou")


def card(page: Any, pair: Pair) -> Any:
    return page.locator(f"[data-havip={pair.havip}]")


def node(page: Any, instance_id: str) -> Any:
    return page.locator(f"[data-node={instance_id}]")


def test_the_holder_moves_after_an_announcement(open_page: OpenPage, pair: Pair) -> None:
    page = open_page()
    card(page, pair).get_by_text("held by nobody").wait_for()
    card(page, pair).get_by_text("May be taken by lb-a, lb-b.").wait_for()
    pair.cloud.announce(pair.first, VIP)
    card(page, pair).get_by_text("held by lb-a").wait_for()
    node(page, pair.first).get_by_text(VIP).wait_for()
    pair.cloud.announce(pair.second, VIP)
    card(page, pair).get_by_text("held by lb-b").wait_for()
    node(page, pair.second).get_by_text(VIP).wait_for()
    assert node(page, pair.first).get_by_text(VIP).count() == 0
    log = page.get_by_role("log")
    assert "lb-b" in log.locator("li").nth(0).inner_text()
    assert "moved" in log.locator("li").nth(0).inner_text()
    # What is seen to move is also spoken.
    assert page.get_by_role("status").inner_text() == f"{VIP} is held by lb-b"


def test_a_dropped_announcement_appears_with_its_reason(open_page: OpenPage, pair: Pair) -> None:
    page = open_page()
    pair.cloud.announce(pair.stray, VIP)
    log = page.get_by_role("log")
    log.get_by_text("the sender is not in the HAVIP's range").wait_for()
    assert "dropped" in log.locator("li").nth(0).inner_text()
    card(page, pair).get_by_text("1 announcement dropped.").wait_for()
    for _ in range(3):
        pair.cloud.announce(pair.stray, VIP)
    log.get_by_text("\u00d74").wait_for()
    assert log.locator("li").count() == 1
    pair.cloud.announce(pair.first, "172.17.16.99")
    log.get_by_text("an ordinary address does not move").wait_for()


def test_refreshes_are_shown_on_request(open_page: OpenPage, pair: Pair) -> None:
    pair.cloud.announce(pair.first, VIP)
    pair.cloud.announce(pair.first, VIP)
    page = open_page()
    log = page.get_by_role("log")
    log.get_by_text("moved").wait_for()
    assert log.locator("li").count() == 1
    page.get_by_label("Announcements to show").select_option("Everything")
    log.get_by_text("refreshed").wait_for()
    assert log.locator("li").count() == 2


def test_what_the_api_changes_appears(open_page: OpenPage, pair: Pair) -> None:
    page = open_page()
    request = ModifyHaVipAttribute(ha_vip_id=pair.havip, ha_vip_name="renamed")
    pair.cloud.call(HERE, request)
    card(page, pair).get_by_text("renamed").wait_for()


def test_the_page_announces_for_an_instance(open_page: OpenPage, pair: Pair) -> None:
    page = open_page()
    page.get_by_label(f"Instance that announces {VIP}").select_option(pair.second)
    page.get_by_role("button", name=f"Announce {VIP} from it").click()
    card(page, pair).get_by_text("held by lb-b").wait_for()


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "{{7*7}}${alert(1)}",
        '"><svg onload=alert(1)>',
        "\u202egnp.exe",
        "x" * 60,
    ],
)
def test_a_hostile_name_is_text(open_page: OpenPage, pair: Pair, name: str) -> None:
    vpc = pair.cloud.region(DEFAULT_ACCOUNT, HERE.region).havips.get(pair.havip)
    assert vpc is not None
    request = CreateHaVip(vpc_id=vpc.vpc_id, subnet_id=vpc.subnet_id, ha_vip_name=name)
    pair.cloud.call(HERE, request)
    page = open_page(width=375)
    assert page.locator("[data-havip]").get_by_text(name, exact=True).count() == 1
    assert page.evaluate("document.querySelectorAll('svg, main img, main script').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_another_region_is_chosen_at_the_top(
    open_page: OpenPage, pair: Pair, server: EmulatorServer
) -> None:
    make_pair(server.cloud, name="far", region="ap-shanghai")
    page = open_page()
    page.get_by_label("Account and region").select_option(f"{DEFAULT_ACCOUNT} ap-shanghai")
    page.locator("[data-node]").get_by_text("far-a").wait_for()
    assert page.get_by_text("lb-a").count() == 0


def test_an_empty_cloud_says_so(open_page: OpenPage) -> None:
    page = open_page(ready="text=No HAVIPs in this region yet")
    assert page.get_by_text("No VPC in this region yet.").count() == 1


def test_the_page_says_when_the_server_is_gone(
    open_page: OpenPage, pair: Pair, server: EmulatorServer
) -> None:
    page = open_page(stays=False)
    page.get_by_role("banner").get_by_text("live").wait_for()
    server.stop()
    page.get_by_text("connection lost").wait_for()


def test_the_keyboard_reaches_everything_in_order(open_page: OpenPage, pair: Pair) -> None:
    pair.cloud.announce(pair.first, VIP)
    page = open_page()
    wanted = page.evaluate(
        "document.querySelectorAll('a, button, select, input, summary, [tabindex=\"0\"]').length"
    )
    reached = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert outline != "none" or shadow != "none", f"no focus is seen on {reached[-1]}"
    assert len(set(reached)) == wanted
    assert "skip" in reached[0]
    page.keyboard.press("Shift+Tab")
    page.get_by_label(f"Instance that announces {VIP}").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("log").locator("li").nth(0).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_it_is_accessible_on_any_screen(
    open_page: OpenPage, pair: Pair, scheme: str, width: int
) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    pair.cloud.announce(pair.first, VIP)
    pair.cloud.announce(pair.stray, VIP)
    page = open_page(scheme=scheme, width=width)
    page.emulate_media(reduced_motion="reduce", color_scheme=scheme)
    page.get_by_role("log").get_by_text("dropped").wait_for()
    found = axe.Axe().run(page)
    problems = [
        f"{one['id']}: {target['html'][:120]} {target['failureSummary'][:200]}"
        for one in found.response["violations"]
        for target in one["nodes"]
    ]
    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = sum(map(int, background[4:-1].split(", "))) < 3 * 128
    assert dark == (scheme == "dark")


ONLY_STATE = """
window.EventSource = class {
  constructor() {
    this.readyState = 1;
    queueMicrotask(() => this.onopen());
    queueMicrotask(() => this.state({ data: JSON.stringify(%s), lastEventId: "" }));
  }
  addEventListener(kind, take) { this[kind] = take; }
  close() {}
};
"""


def test_a_state_that_comes_at_once_and_alone_is_shown(
    open_page: OpenPage, server: EmulatorServer, pair: Pair
) -> None:
    state = {**snapshot(server.cloud, DEFAULT_ACCOUNT, "ap-guangzhou"), "lab": None}
    page = open_page(script=ONLY_STATE % json.dumps(state))
    card(page, pair).get_by_text("held by nobody").wait_for()
