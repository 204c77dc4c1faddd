"""A route to a HAVIP that the API answers as INTRANAT is the same route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from havip.emulator.state.access_keys import DEFAULT_ACCOUNT
from pulumi_havip.handlers import HANDLERS

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle


@pytest.fixture
def route(life: LifeCycle) -> Any:
    vpc, subnet = life.network()
    havip = life.create("HaVip", "web", vpc_id=vpc.id, subnet_id=subnet.id, vip="172.17.16.3")
    given: Any = {"destination_cidr_block": "192.0.2.0/24", "gateway_id": havip.id}
    row = life.create("RouteEntry", "out", route_table_id=subnet.route_table_id, **given)
    life.deploy()
    return row, given


def read_as_intranat(life: LifeCycle, table: str, hop: str) -> None:
    region = life.cloud.region(DEFAULT_ACCOUNT, "ap-guangzhou")
    row = region.route_tables.get(table)
    otherwise = {"gateway_type": "INTRANAT", "gateway_id": hop}
    assert row is not None
    routes = [item.model_copy(update=otherwise) for item in row.route_set]
    region.route_tables.put(row.model_copy(update={"route_set": routes}))


def test_it_is_not_drift(life: LifeCycle, route: Any) -> None:
    row, given = route
    seen = life.read(row)
    assert (seen.gateway_type, seen.gateway_id) == ("HAVIP", given["gateway_id"])
    table = row.route_table_id
    assert not life.diff(seen, route_table_id=table, **given).changed


def test_the_id_of_another_havip_in_its_place_is_drift(life: LifeCycle, route: Any) -> None:
    """An update that was killed, or another program, has changed the next hop."""
    row, given = route
    rows = life.cloud.region(DEFAULT_ACCOUNT, "ap-guangzhou").subnets
    [subnet] = rows.find("route-table-id", (row.route_table_id,)).values()
    other = life.create("HaVip", "other", vpc_id=subnet.vpc_id, subnet_id=subnet.subnet_id)
    read_as_intranat(life, row.route_table_id, other.id.replace("havip-", "intranat-"))
    life.deploy()
    seen = life.read(row)
    assert (seen.gateway_type, seen.gateway_id) == ("HAVIP", other.id)
    again = life.up(seen, route_table_id=row.route_table_id, **given)
    assert again.gateway_id == given["gateway_id"]


def test_an_id_that_tells_no_havip_is_not_drift(life: LifeCycle, route: Any) -> None:
    row, given = route
    read_as_intranat(life, row.route_table_id, "intranat-1a2b3c4d")
    life.deploy()
    assert life.read(row).gateway_id == given["gateway_id"]


def test_it_is_found_after_a_kill_and_made_once(life: LifeCycle, route: Any) -> None:
    row, _ = route
    life.control.requests.clear()
    handler = HANDLERS["RouteEntry"]
    found = handler.find(life.ctx, dict(row.inputs))
    assert found is not None
    assert found.id == row.id
    assert handler.create(life.ctx, dict(row.inputs)).id == row.id


def test_it_is_deleted(life: LifeCycle, route: Any) -> None:
    row, _ = route
    life.delete(row)
    assert life.calls("DeleteRoutes") == ["DeleteRoutes"]
    assert life.gone(row)


def test_another_next_hop_is_written_all_the_same(life: LifeCycle, route: Any) -> None:
    row, given = route
    rows = life.cloud.region(DEFAULT_ACCOUNT, "ap-guangzhou").subnets
    [subnet] = rows.find("route-table-id", (row.route_table_id,)).values()
    other = life.create("HaVip", "other", vpc_id=subnet.vpc_id, subnet_id=subnet.subnet_id)
    table = row.route_table_id
    changed = life.up(row, route_table_id=table, **{**given, "gateway_id": other.id})
    assert changed.gateway_id == other.id
    assert life.calls("ReplaceRoutes") == ["ReplaceRoutes"]
