"""Number of calls that a deployment spends on reading, waiting and creating."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from havip import FakeClock, errors
from pulumi_havip.handlers import HANDLERS
from pulumi_havip.handlers.batch_reads import MAX_AGE, PAGE, Listing

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

REGION = "ap-guangzhou"


@pytest.fixture
def thousand(life: LifeCycle) -> tuple[Any, list[str]]:
    """A region that holds a thousand HAVIPs and nothing else."""
    life.control.configure(quotas={"havips_per_vpc": 100_000})
    vpc = life.create("Vpc", "net", cidr_block="10.0.0.0/16")
    subnet = life.create(
        "Subnet", "big", vpc_id=vpc.id, cidr_block="10.0.0.0/18", zone=f"{REGION}-3"
    )
    row = life.create("HaVip", "v", vpc_id=vpc.id, subnet_id=subnet.id)
    region = life.cloud.region("100000000001", REGION)
    first = region.havips.get(row.id)
    ids = [row.id]
    for number in range(1, 1000):
        assert first is not None
        copy = first.model_copy(
            update={
                "ha_vip_id": f"havip-{number:08d}",
                "vip": f"10.0.{number // 250}.{number % 250 + 2}",
            }
        )
        region.havips.put(copy)
        ids.append(copy.ha_vip_id)
    life.deploy(pacing=True)
    life.control.requests.clear()
    return row, ids


def test_a_refresh_of_a_thousand_reads_ten_pages(
    life: LifeCycle, thousand: tuple[Any, list[str]]
) -> None:
    row, ids = thousand
    life.control.limits.on = True
    before = life.clock.time()
    with ThreadPoolExecutor(4) as threads:  # the workers of a dynamic provider
        found = list(threads.map(lambda id: HANDLERS["HaVip"].read(life.ctx, id, row.outputs), ids))
    assert all(found)
    assert life.calls() == ["DescribeHaVips"] * 10
    assert life.clock.time() - before < 3


def test_a_missing_object_is_read_by_its_id(
    life: LifeCycle, thousand: tuple[Any, list[str]]
) -> None:
    row, _ = thousand
    assert HANDLERS["HaVip"].read(life.ctx, "havip-zzzzzzzz", row.outputs) is None
    assert life.calls() == ["DescribeHaVips"] * 11 + ["GetCallerIdentity"]


def test_a_stack_of_creations_is_one_call_each(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    hints = {"subnet_cidr": subnet.cidr_block}
    for number in range(5):
        given: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id, "hints": hints}
        life.create("HaVip", str(number), **given, vip=f"172.17.16.{10 + number}")
    assert sorted(life.calls()) == ["CreateHaVip"] * 5 + ["DescribeVpcLimits"]  # the quota, once


def test_deletions_at_a_time_share_their_polls(life: LifeCycle) -> None:
    vpc, subnet = life.network()
    rows = [
        life.create("HaVip", str(number), vpc_id=vpc.id, subnet_id=subnet.id) for number in range(8)
    ]
    life.control.requests.clear()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(life.delete, rows))
    assert len(life.calls("DeleteHaVip")) == 8
    assert len(life.calls("DescribeHaVips")) <= 8


# -- the listing by itself ----------------------------------------------------------------------


class Source:
    """Rows that are their own ids, and the calls that were made for them."""

    def __init__(self, count: int) -> None:
        self.rows = [f"row-{number}" for number in range(count)]
        self.pages = 0
        self.asked: list[int] = []
        self.clock = FakeClock(0)
        self.listing: Listing[str] = Listing(self.page, self.by_ids, str, self.clock)

    def page(self, start: int) -> tuple[int, Sequence[str]]:
        self.pages += 1
        return len(self.rows), self.rows[start : start + PAGE]

    def by_ids(self, ids: Sequence[str]) -> list[str]:
        self.asked.append(len(ids))
        return [id for id in ids if id in self.rows]


def test_a_region_that_holds_far_more_is_asked_by_ids() -> None:
    source = Source(50_000)
    assert source.listing.get("row-40000") == "row-40000"
    assert source.listing.get("row-40001") == "row-40001"
    assert (source.pages, source.asked) == (1, [1, 1])
    assert source.listing.get("row-7") == "row-7"  # it stood on the page that was looked at
    assert source.asked == [1, 1]


def test_pages_are_read_once_ids_have_cost_as_much() -> None:
    source = Source(3_000)
    for number in range(2_000, 2_100):
        assert source.listing.get(f"row-{number}") == f"row-{number}"
    assert source.pages == 1 + 30
    assert len(source.asked) == 29


def test_a_write_discards_cached_reads() -> None:
    source = Source(10)
    assert source.listing.get("row-1") == "row-1"
    source.rows.remove("row-1")
    assert source.listing.get("row-1") == "row-1"
    source.listing.drop()
    assert source.listing.get("row-1") is None


def test_cached_reads_expire() -> None:
    source = Source(10)
    source.listing.get("row-1")
    source.clock.advance(MAX_AGE + 1)
    source.rows.remove("row-1")
    assert source.listing.get("row-1") is None


def test_after_a_write_a_small_region_is_still_one_call() -> None:
    source = Source(50)
    source.listing.get("row-1")
    source.listing.drop()
    assert [source.listing.get(f"row-{number}") for number in range(50)] == source.rows
    assert (source.pages, source.asked) == (2, [])


def test_an_object_missing_in_a_page_is_not_considered_deleted() -> None:
    source = Source(150)
    pages = iter([(150, source.rows[:100]), (149, source.rows[101:])])
    source.listing = Listing(lambda _: next(pages), source.by_ids, str, source.clock)
    assert source.listing.get("row-100") == "row-100"
    assert source.asked == [1]


def test_an_error_reaches_everyone_who_waits() -> None:
    source = Source(0)

    def fails(ids: Sequence[str]) -> list[str]:
        raise errors.HavipError("no")

    listing: Listing[str] = Listing(source.page, fails, str, source.clock)
    with ThreadPoolExecutor(4) as threads:
        results = [threads.submit(listing.fresh, f"row-{number}") for number in range(8)]
    assert all(isinstance(result.exception(), errors.HavipError) for result in results)


def test_all_lists_everything_once() -> None:
    source = Source(250)
    assert source.listing.all() == source.rows
    assert source.listing.all() == source.rows
    assert source.pages == 3
