"""Look-ups of what exists, from a program and from a plugin."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import pulumi_havip as havip
from havip.testing import StackFactory
from pulumi_havip.handlers import Properties, ResourceError
from pulumi_havip.resources import lookups

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle


@pytest.fixture(autouse=True)
def program(life: LifeCycle) -> Iterator[None]:
    lookups.PROGRAM.use(life.ctx)
    yield
    lookups.PROGRAM.use(None)


@pytest.fixture
def place(life: LifeCycle) -> dict[str, Any]:
    vpc, subnet = life.network()
    return {"vpc_id": vpc.id, "subnet_id": subnet.id}


def test_a_havip_is_found_by_any_criterion(life: LifeCycle, place: Properties) -> None:
    one = life.create("HaVip", "one", **place, vip="172.17.16.3", tags={"a": "b"})
    life.create("HaVip", "two", **place)
    criteria: list[dict[str, Any]] = [{"id": one.id}, {"name": "one"}, {"vip": "172.17.16.3"}]
    for given in criteria:
        found = havip.get_ha_vip(**given)
        assert (found.id, found.vip, found.tags) == (one.id, "172.17.16.3", {"a": "b"})


def test_no_match_or_several_are_an_error_with_the_next_step(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    with pytest.raises(ResourceError, match="there is no HAVIP in ap-guangzhou with name 'x'"):
        havip.get_ha_vip(name="x")
    for label in "ab":
        life.create("HaVip", label, **place)
    with pytest.raises(ResourceError, match=r"2 HAVIPs fit .*: say more of the one"):
        havip.get_ha_vip(vpc_id=place["vpc_id"])
    with pytest.raises(ResourceError, match="vpc_id: 'net' is not an id"):
        havip.get_ha_vip(vpc_id="net")


def test_lists_give_all_that_fit(life: LifeCycle, place: Properties) -> None:
    for label in "ab":
        life.create("HaVip", label, **place)
    assert {row.name for row in havip.get_ha_vips(**place)} == {"a", "b"}
    assert [row.name for row in havip.get_ha_vips(name="a")] == ["a"]
    assert havip.get_ha_vips(region="ap-tokyo") == []


def test_subnets_and_instances(life: LifeCycle, place: Properties) -> None:
    found = havip.get_subnet(vpc_id=place["vpc_id"], cidr_block="172.17.16.0/24")
    assert (found.id, found.zone) == (place["subnet_id"], "ap-guangzhou-3")
    node = life.create(
        "Instance",
        "node",
        **place,
        zone="ap-guangzhou-3",
        instance_type="S5.MEDIUM2",
        image_id="img-487zeit5",
    )
    [listed] = havip.get_instances(subnet_id=place["subnet_id"], name="node")
    assert (listed.id, listed.private_ip, listed.state) == (node.id, node.private_ip, "RUNNING")


@pytest.mark.parametrize("name", ["get_ha_vip", "get_ha_vips", "get_subnet", "get_instances"])
def test_each_has_an_output_form_with_the_same_arguments(name: str) -> None:
    plain = inspect.signature(getattr(havip, name)).parameters
    lifted = inspect.signature(getattr(havip, f"{name}_output")).parameters
    assert list(plain) == list(lifted)


def test_an_output_form_takes_outputs(life: LifeCycle, place: Properties) -> None:
    one = life.create("HaVip", "one", **place)

    async def look() -> Any:
        return await havip.get_ha_vip_output(id=pulumi.Output.from_input(one.id)).future()

    assert asyncio.run(look()).vip == one.vip


def test_a_failed_look_up_has_no_traceback(havip_stack: StackFactory) -> None:
    def plain() -> None:
        havip.get_ha_vip(vip="172.17.16.3")

    def lifted() -> None:
        havip.get_subnet_output(id=pulumi.Output.from_input("nonsense"))

    for program, line in (
        (plain, "get_ha_vip: there is no HAVIP in ap-guangzhou with vip '172.17.16.3': check "),
        (lifted, "get_subnet: id: 'nonsense' is not an id of this kind: it must look like "),
    ):
        with pytest.raises(AssertionError) as caught:
            havip_stack(program)
        assert line in str(caught.value)
        assert "Traceback" not in str(caught.value)
