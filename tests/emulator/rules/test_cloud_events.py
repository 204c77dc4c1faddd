"""The event feed: what happens to HAVIPs, to those who subscribe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig


@pytest.fixture
def pair(rig: Rig) -> tuple[Any, str, str]:
    subnet = rig.subnet()
    return rig.havip(subnet), rig.instance(subnet), rig.instance(subnet)


def test_announcements_drops_and_holders_are_published(
    rig: Rig, pair: tuple[Any, str, str]
) -> None:
    havip, one, two = pair
    with rig.cloud.subscribe() as events:
        rig.announce(one, havip)
        rig.announce(two, havip)
        rig.cloud.announce(one, "10.0.0.200")
        rig.cloud.release(havip.ha_vip_id)
        seen = events.drain()
    told = [(event.kind, event.reason, event.instance_id) for event in seen]
    assert told == [
        ("holder", "", one),
        ("announced", "moved", ""),
        ("holder", "", two),
        ("announced", "moved", ""),
        ("dropped", "not-a-havip", ""),
        ("holder", "", ""),
    ]
    assert [event.previous_instance_id for event in seen if event.kind == "holder"] == [
        "",
        one,
        two,
    ]
    assert [event.number for event in seen] == list(range(1, 7))


def test_ranges_and_the_life_of_a_havip_are_published(rig: Rig, pair: tuple[Any, str, str]) -> None:
    havip, one, _ = pair
    with rig.cloud.subscribe() as events:
        rig.allow(havip, one)
        rig.do("DeleteHaVip", ha_vip_id=havip.ha_vip_id)
        rig.havip(rig.subnet())
        seen = [(event.kind, event.members) for event in events.drain()]
    assert seen == [("range", (one,)), ("deleted", (one,)), ("created", ())]


def test_what_is_undone_is_not_published(rig: Rig, pair: tuple[Any, str, str]) -> None:
    havip, one, two = pair
    with rig.cloud.subscribe() as events:
        rig.refused(
            "ResourceNotFound",
            "AssociateHaVipInstance",
            ha_vip_association_set=[
                {"ha_vip_id": havip.ha_vip_id, "instance_id": one},
                {"ha_vip_id": "havip-00000000", "instance_id": two},
            ],
        )
        assert events.drain() == []


def test_a_slow_reader_loses_the_oldest_and_is_told(rig: Rig, pair: tuple[Any, str, str]) -> None:
    havip, one, two = pair
    woken: list[int] = []
    with rig.cloud.subscribe(size=3, on_event=lambda: woken.append(1)) as events:
        for sender in (one, two, one):
            rig.announce(sender, havip)
        seen = events.wait(timeout=0)
    assert [event.number for event in seen] == [4, 5, 6]
    assert (events.lost, len(woken)) == (3, 6)
    rig.announce(two, havip)
    assert events.drain() == []  # it has ended
