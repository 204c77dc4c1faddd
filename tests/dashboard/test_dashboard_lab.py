"""Dashboard of a lab: services, probes as a line, and buttons for faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from havip.emulator import EmulatorServer
from havip.errors import HavipError

from .conftest import VIP, Pair

OpenPage = Callable[..., Any]


class FakeLab:
    """A lab whose nodes and probes are made up; what the page has it do is noted."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.done: list[tuple[str, Mapping[str, Any]]] = []
        self.active: list[str] = []
        self.answers: list[dict[str, Any]] = []

    def view(self) -> Mapping[str, Any]:
        services = {"haproxy": "failed" if self.active else "active", "keepalived": "active"}
        return {
            "nodes": {
                self.pair.first: {"power": "ready", "services": services, "note": ""},
                self.pair.second: {"power": "off", "services": {}, "note": ""},
                self.pair.stray: {"power": "failed", "services": {}, "note": "runcmd 3 failed"},
            },
            "faults": [{"name": "service-killed", "title": "Kill the service", "help": ""}],
            "active": self.active,
            "probe": {"target": f"http://{VIP}:80/"},
        }

    def probes(self, after: int) -> tuple[int, Sequence[Mapping[str, Any]]]:
        return len(self.answers), self.answers[after:]

    def act(self, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        self.done.append((verb, arguments))
        if verb == "heal":
            raise HavipError("the node lb-b does not answer")
        self.active = [f"service-killed {arguments['node']}"]
        return {}


@pytest.fixture
def lab(server: EmulatorServer, pair: Pair) -> FakeLab:
    made = FakeLab(pair)
    server.dashboard.lab = made
    pair.cloud.announce(pair.first, VIP)
    return made


def test_nodes_show_their_power_services_and_failures(open_page: OpenPage, lab: FakeLab) -> None:
    page = open_page()
    node = page.locator(f"[data-node={lab.pair.first}]")
    node.get_by_text("haproxy").wait_for()
    page.locator(f"[data-node={lab.pair.second}]").get_by_text("no power").wait_for()
    page.locator(f"[data-node={lab.pair.stray}]").get_by_text("runcmd 3 failed").wait_for()
    # In a lab guests announce, not the page.
    assert page.get_by_role("button", name="Announce").count() == 0


def test_a_button_injects_a_fault_by_keyboard_and_shows_it(
    open_page: OpenPage, lab: FakeLab
) -> None:
    page = open_page(stays=False)  # that healing fails is told on the console, too
    page.get_by_label("Node of the fault").select_option("lb-a")
    page.get_by_role("button", name="Kill the service").focus()
    page.keyboard.press("Enter")
    page.get_by_text(f"Active: service-killed {lab.pair.first}").wait_for()
    assert lab.done[0][0] == "fault"
    assert lab.done[0][1]["fault"] == "service-killed"
    page.locator(f"[data-node={lab.pair.first}]").get_by_text("haproxy failed").wait_for()
    page.get_by_role("button", name="Heal everything").click()
    page.get_by_role("alert").get_by_text("the node lb-b does not answer").wait_for()


def test_probes_are_a_line_and_outages_have_a_text(open_page: OpenPage, lab: FakeLab) -> None:
    now = time.time()
    lab.answers = [
        {"at": now - 10 + step / 50, "ok": not 100 <= step < 200, "who": "lb-a"}
        for step in range(500)
    ]
    page = open_page()
    page.get_by_text("answered in the last second by lb-a").wait_for()
    page.get_by_text("2.02 s").or_(page.get_by_text("2.00 s")).wait_for()
    page.get_by_text("100 requests failed of 500 shown.").wait_for(state="attached")
    chart = page.get_by_role("img", name="Share of requests answered")
    canvas = chart.locator("canvas")
    canvas.wait_for()
    drawn = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    assert canvas.evaluate(drawn) > 10
    lab.answers = [*lab.answers, {"at": now + 1, "ok": False, "who": ""}]
    page.get_by_text("101 requests failed of 501 shown.").wait_for(state="attached")


@pytest.mark.parametrize("width", [1280, 375])
def test_the_lab_is_accessible_too(open_page: OpenPage, lab: FakeLab, width: int) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    lab.answers = [{"at": time.time() - 1, "ok": True, "who": "lb-a"}]
    page = open_page(width=width, scheme="dark")
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")  # no colour on its way
    page.get_by_role("button", name="Kill the service").wait_for()
    found = axe.Axe().run(page)
    problems = [
        f"{one['id']}: {target['html'][:120]}"
        for one in found.response["violations"]
        for target in one["nodes"]
    ]
    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
