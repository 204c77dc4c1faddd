"""Holder of a HAVIP: announcements of guests move it, and other events release it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


@pytest.mark.evidence("doc")
def test_an_announcement_makes_the_holder(rig: Rig) -> None:
    """A guest that announces a HAVIP holds it: AVAILABLE, with instance and interface."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    told = rig.announce(one, havip)
    shown = rig.read_havip(havip)
    assert (told.accepted, told.reason) == (True, "moved")
    assert (shown.state, shown.instance_id) == ("AVAILABLE", one)
    assert shown.network_interface_id == rig.primary(one).network_interface_id
    assert shown.flushed_time == "2026-11-18 19:06:40"


@pytest.mark.evidence("doc")
def test_an_announcement_moves_the_holder(rig: Rig) -> None:
    """Another guest of the subnet takes the HAVIP over; FlushedTime tells when."""
    subnet = rig.subnet()
    havip, one, two = rig.havip(subnet), rig.instance(subnet), rig.instance(subnet)
    rig.announce(one, havip)
    rig.watch.now += 90
    rig.announce(two, havip)
    shown = rig.read_havip(havip)
    assert (shown.instance_id, shown.flushed_time) == (two, "2026-11-18 19:08:10")


@pytest.mark.evidence("assumed")
def test_announcing_again_changes_nothing(rig: Rig) -> None:
    """A repeated announcement of the holder is accepted, and FlushedTime stays."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.announce(one, havip)
    before = rig.read_havip(havip)
    rig.watch.now += 5
    told = rig.announce(one, havip)
    assert (told.accepted, told.reason) == (True, "refreshed")
    assert rig.read_havip(havip) == before


@pytest.mark.evidence("doc")
def test_the_address_is_announced(rig: Rig) -> None:
    """An announcement names an address, which is looked for in the VPC of the sender."""
    blue, red = rig.subnet(), rig.subnet()
    here, there = rig.havip(blue), rig.havip(red)
    assert here.vip == there.vip
    one = rig.instance(red)
    assert rig.cloud.announce(one, here.vip).ha_vip_id == there.ha_vip_id
    assert rig.read_havip(here).state == "UNBIND"


@pytest.mark.evidence("doc")
def test_a_havip_stays_in_its_subnet(rig: Rig) -> None:
    """A guest without an interface in the HAVIP's subnet cannot bind it."""
    vpc = rig.vpc()
    havip = rig.havip(rig.subnet(vpc))
    told = rig.announce(rig.instance(rig.subnet(vpc, "10.0.1.0/24")), havip)
    assert (told.accepted, told.reason) == (False, "other-subnet")
    assert rig.read_havip(havip).state == "UNBIND"


@pytest.mark.evidence("doc")
def test_an_ordinary_address_does_not_move(rig: Rig) -> None:
    """An announcement does not move an ordinary address."""
    subnet = rig.subnet()
    one, two = rig.instance(subnet), rig.instance(subnet)
    address = rig.read_instance(one).private_ip_addresses[0]
    assert rig.cloud.announce(two, address).reason == "not-a-havip"
    assert rig.read_instance(one).private_ip_addresses == [address]


@pytest.mark.evidence("doc")
def test_a_checked_range_keeps_others_out(rig: Rig) -> None:
    """With CheckAssociate, only members of the range can bind the HAVIP."""
    subnet = rig.subnet()
    havip = rig.havip(subnet, check_associate=True)
    one, two = rig.instance(subnet), rig.instance(subnet)
    rig.allow(havip, one)
    assert rig.announce(one, havip).accepted
    assert rig.announce(two, havip).reason == "not-in-range"
    assert rig.read_havip(havip).instance_id == one


@pytest.mark.evidence("doc")
def test_an_instance_in_the_range_brings_all_its_interfaces(rig: Rig) -> None:
    """A CVM in the range may bind the HAVIP with any of its interfaces."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet, check_associate=True), rig.instance(subnet)
    rig.allow(havip, one)
    second = rig.eni(subnet, on=one)
    assert rig.announce(second, havip).accepted
    assert rig.read_havip(havip).network_interface_id == second


@pytest.mark.evidence("doc")
def test_an_interface_in_the_range_comes_alone(rig: Rig) -> None:
    """An ENI in the range does not allow its instance's other interfaces to bind the HAVIP."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet, check_associate=True), rig.instance(subnet)
    second = rig.eni(subnet, on=one)
    rig.allow(havip, second)
    assert not rig.announce(rig.primary(one).network_interface_id, havip).accepted
    assert rig.announce(one, havip).interface_id == second


@pytest.mark.evidence("assumed")
def test_nobody_takes_a_checked_havip_without_range(rig: Rig) -> None:
    """With CheckAssociate and an empty range, no guest can bind the HAVIP."""
    subnet = rig.subnet()
    havip = rig.havip(subnet, check_associate=True)
    assert rig.announce(rig.instance(subnet), havip).reason == "not-in-range"


@pytest.mark.evidence("assumed")
def test_anybody_takes_it_where_the_settings_say_so(make_rig: MakeRig) -> None:
    """With `empty_range="anybody"`, any guest can bind a checked HAVIP while its range is empty."""
    rig = make_rig(empty_range="anybody")
    subnet = rig.subnet()
    havip = rig.havip(subnet, check_associate=True)
    assert rig.announce(rig.instance(subnet), havip).accepted


@pytest.mark.evidence("assumed")
def test_an_unchecked_range_keeps_nobody_out(rig: Rig) -> None:
    """Without CheckAssociate the range is kept but not enforced."""
    subnet = rig.subnet()
    havip, one, two = rig.havip(subnet), rig.instance(subnet), rig.instance(subnet)
    rig.allow(havip, one)
    assert rig.announce(two, havip).accepted


@pytest.mark.evidence("assumed")
def test_leaving_the_range_does_not_take_the_havip_away(rig: Rig) -> None:
    """A holder that leaves the range keeps the HAVIP until another guest binds it."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet, check_associate=True), rig.instance(subnet)
    rig.allow(havip, one)
    rig.announce(one, havip)
    gone = [{"ha_vip_id": havip.ha_vip_id, "instance_id": one}]
    rig.do("DisassociateHaVipInstance", ha_vip_association_set=gone)
    assert rig.read_havip(havip).instance_id == one


@pytest.mark.evidence("assumed")
def test_a_stopped_instance_announces_nothing(rig: Rig) -> None:
    """Announcements of an instance that does not run, or of a loose interface, are dropped."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.do("StopInstances", instance_ids=[one])
    assert rig.announce(one, havip).reason == "not-running"
    assert rig.announce(rig.eni(subnet), havip).reason == "not-attached"


@pytest.mark.evidence("assumed")
@pytest.mark.parametrize("action", ["StopInstances", "TerminateInstances"])
def test_an_instance_that_ends_lets_go(rig: Rig, action: str) -> None:
    """Stopping or terminating the holder leaves the HAVIP UNBIND, and FlushedTime tells when."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.announce(one, havip)
    rig.watch.now += 60
    rig.do(action, instance_ids=[one])
    shown = rig.read_havip(havip)
    assert (shown.state, shown.instance_id, shown.network_interface_id) == ("UNBIND", "", "")
    assert shown.flushed_time == "2026-11-18 19:07:40"


@pytest.mark.evidence("doc")
def test_a_detached_interface_lets_go(rig: Rig) -> None:
    """Detaching the interface that holds a HAVIP leaves it UNBIND."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    second = rig.eni(subnet, on=one)
    rig.announce(second, havip)
    rig.do("DetachNetworkInterface", network_interface_id=second, instance_id=one)
    assert rig.read_havip(havip).state == "UNBIND"


@pytest.mark.evidence("doc")
def test_a_release_takes_the_havip_away(rig: Rig) -> None:
    """Releasing a HAVIP from its interface leaves it UNBIND and sets FlushedTime."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.announce(one, havip)
    rig.watch.now += 1
    rig.cloud.release(havip.vip)
    shown = rig.read_havip(havip)
    assert (shown.state, shown.flushed_time) == ("UNBIND", "2026-11-18 19:06:41")


@pytest.mark.evidence("doc")
def test_the_eip_stays_when_the_holder_moves(rig: Rig) -> None:
    """An EIP stays bound to the HAVIP, whichever node holds it."""
    subnet = rig.subnet()
    havip, eip = rig.havip(subnet), rig.eip()
    rig.bind(havip, eip)
    for _ in range(2):
        rig.announce(rig.instance(subnet), havip)
        assert rig.read_havip(havip).address_ip == eip.address_ip


@pytest.mark.evidence("doc")
def test_one_guest_holds_several(rig: Rig) -> None:
    """Nothing limits how many HAVIPs one interface holds; five are advised."""
    subnet = rig.subnet()
    one = rig.instance(subnet)
    havips = [rig.havip(subnet) for _ in range(7)]
    assert all(rig.announce(one, havip).accepted for havip in havips)
