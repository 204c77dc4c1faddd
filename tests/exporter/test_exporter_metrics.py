"""Metrics of the exporter on the emulated cloud, and the number of its calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

import havip
from havip import FakeClock, api
from havip.emulator import MockHavip, mock_havip
from havip.emulator.http.faults import Fault
from havip.exporter import HaVipCollector

REGION = "ap-guangzhou"


class Rig:
    """A HAVIP with two nodes in its range, and the exporter."""

    def __init__(self, mock: MockHavip, clock: FakeClock) -> None:
        self.control, self.cloud, self.clock = mock.control, mock.control.cloud, clock
        self.client = client = havip.Client(REGION, clock=self.clock)
        vpc = client.create_vpc(vpc_name="v", cidr_block="10.0.0.0/16").vpc.vpc_id
        subnet = client.create_subnet(
            vpc_id=vpc, subnet_name="s", cidr_block="10.0.0.0/24", zone=f"{REGION}-3"
        ).subnet.subnet_id
        self.nodes = client.run_instances(
            placement=api.Placement(zone=f"{REGION}-3"),
            image_id="img-1a2b3c4d",
            instance_count=2,
            virtual_private_cloud=api.VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet),
        ).instance_id_set
        members = [
            api.HaVipAssociation(instance_id=node, instance_type="CVM") for node in self.nodes
        ]
        self.vip = client.create_ha_vip(
            vpc_id=vpc,
            subnet_id=subnet,
            ha_vip_name="web",
            check_associate=True,
            ha_vip_association_set=members,
        ).ha_vip
        self.registry = CollectorRegistry()
        self.registry.register(HaVipCollector({REGION: client}, interval=15.0))
        mock.control.requests.clear()

    def announce(self, node: str) -> None:
        assert self.cloud.announce(node, self.vip.vip).accepted

    def scrape(self, seconds: float = 15.0) -> dict[str, dict[frozenset[str], float]]:
        """Advance the clock, scrape, and return values by name and label values."""
        self.clock.advance(seconds)
        found: dict[str, dict[frozenset[str], float]] = {}
        text = generate_latest(self.registry).decode()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = frozenset(sample.labels.values())
                found.setdefault(sample.name, {})[labels] = sample.value
        return found

    def value(self, name: str, seconds: float = 15.0) -> float:
        return self.scrape(seconds)[name][frozenset({REGION, self.vip.ha_vip_id})]

    def calls(self) -> list[str]:
        return [entry.action for entry in self.control.requests]


@pytest.fixture
def rig() -> Iterator[Rig]:
    clock = FakeClock()
    mock = mock_havip(clock=clock)
    with mock:
        yield Rig(mock, clock)


def test_a_holder_shows_with_its_range(rig: Rig) -> None:
    assert rig.value("havip_held") == 0
    rig.announce(rig.nodes[0])
    found = rig.scrape()
    key = frozenset({REGION, rig.vip.ha_vip_id})
    assert found["havip_held"][key] == 1
    assert found["havip_holder"] == {key | {rig.nodes[0]}: 1}
    assert found["havip_holder_in_range"][key] == 1
    assert found["havip_range_members"][key] == 2
    assert found["havip_range_members_running"][key] == 2
    assert found["havip_eip_bound"][key] == 0


def test_moves_are_counted_and_dated(rig: Rig) -> None:
    rig.announce(rig.nodes[0])
    assert rig.value("havip_moves_total") == 0
    for node in (rig.nodes[1], rig.nodes[0], rig.nodes[0]):
        rig.announce(node)
        rig.scrape()
    assert rig.value("havip_moves_total") == 2
    assert rig.value("havip_last_move_timestamp_seconds") > 0


def test_a_stopped_member_runs_no_more(rig: Rig) -> None:
    rig.client.stop_instances(instance_ids=[rig.nodes[1]])
    rig.clock.advance(600)
    assert rig.value("havip_range_members_running") == 1


def test_an_idle_eip_is_named_until_it_is_bound(rig: Rig) -> None:
    (eip,) = rig.client.allocate_addresses().address_set
    (found,) = rig.client.describe_addresses(address_ids=[eip]).address_set
    assert rig.scrape()["havip_eip_idle"] == {frozenset({REGION, eip, found.address_ip}): 1}
    rig.announce(rig.nodes[0])
    rig.client.ha_vip_associate_address_ip(ha_vip_id=rig.vip.ha_vip_id, address_ip=found.address_ip)
    assert "havip_eip_idle" not in rig.scrape()
    assert rig.value("havip_eip_bound") == 1


def test_findings_of_the_doctor_show_by_rule(rig: Rig) -> None:
    found = rig.scrape()["havip_findings"]
    assert any(rig.vip.ha_vip_id in labels for labels in found)


def test_one_listing_serves_all_scrapes_of_an_interval(rig: Rig) -> None:
    rig.scrape()
    rig.control.requests.clear()
    for _ in range(10):
        rig.scrape(seconds=1.0)
    assert rig.calls() == []
    rig.scrape(seconds=15.0)
    assert rig.calls().count("DescribeHaVips") == 1
    assert len(rig.calls()) <= 5  # HAVIPs, interfaces, instances, EIPs


def test_a_region_that_cannot_be_read_shows_nothing_stale(rig: Rig) -> None:
    rig.announce(rig.nodes[0])
    assert rig.value("havip_held") == 1
    rig.control.faults.add(Fault(action="DescribeHaVips", code="UnauthorizedOperation"))
    found = rig.scrape()
    assert found["havip_up"] == {frozenset({REGION}): 0}
    assert found["havip_read_failures_total"] == {frozenset({REGION}): 1}
    assert "havip_held" not in found
    rig.control.faults.clear()
    assert rig.scrape()["havip_up"] == {frozenset({REGION}): 1}


def test_a_name_that_is_not_unicode_is_escaped(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = havip.Client.pages

    def pages(client: havip.Client, request: Any) -> Iterator[Any]:
        for page in listed(client, request):
            for vip in getattr(page, "ha_vip_set", ()):
                vip.ha_vip_name = "a\ud800b"
            yield page

    monkeypatch.setattr(havip.Client, "pages", pages)
    (labels,) = rig.scrape()["havip_info"]
    assert "a\\ud800b" in labels
