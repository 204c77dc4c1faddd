"""Whose a thing is: ids of creations, what is taken over, and what is refused to be."""

from __future__ import annotations

from typing import Any

import pytest

from havip.errors import DuplicateError
from pulumi_havip.handlers import (
    HANDLERS,
    ResourceError,
    plain,
)

# -- creation ids -------------------------------------------------------------------------------


def test_an_update_carries_the_creation_id_and_a_new_one_draws_its_own(
    life: Any, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    carried = life.check("HaVip", "web", havip, **place).inputs["creation_id"]
    assert carried == havip.creation_id
    assert life.check("HaVip", "web", **place).inputs["creation_id"] != havip.creation_id


def test_the_creation_id_is_the_token_and_a_tag(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place, tags={"env": "dev"})
    [entry] = [entry for entry in life.control.requests if entry.action == "CreateHaVip"]
    tags = {tag["Key"]: tag["Value"] for tag in entry.params["Tags"]}
    assert entry.params["ClientToken"] == havip.creation_id
    assert tags == {
        "env": "dev",
        "havip:creation-id": havip.creation_id,
        "havip:stack": "shop/dev",
        "havip:urn": life.urn("HaVip", "web"),
    }
    assert havip.tags == {"env": "dev"}


@pytest.mark.parametrize("kind", ["Vpc", "Eip", "HaVip"])
def test_a_replayed_creation_takes_over_what_the_first_one_made(
    life: Any, place: dict[str, Any], kind: str
) -> None:
    props: Any = {"Vpc": {"cidr_block": "10.0.0.0/16"}, "Eip": {}, "HaVip": place}[kind]
    checked = life.check(kind, "x", **props)
    first = HANDLERS[kind].create(life.ctx, dict(checked.inputs))
    life.deploy()  # killed before the state was written: a new process is given the same inputs
    second = HANDLERS[kind].create(life.ctx, dict(checked.inputs))
    assert second.id == first.id


def test_a_targeted_replacement_never_gets_its_predecessor_back(
    life: Any, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    life.deploy()
    carried = life.check("HaVip", "web", havip, **place)  # check is not called a second time
    made = HANDLERS["HaVip"].create(life.ctx, carried.inputs)
    assert made.id != havip.id
    assert made.state.creation_id != havip.creation_id


def test_on_the_international_site_the_address_tells(life: Any, place: dict[str, Any]) -> None:
    life.deploy(site="intl")
    life.fault(action="CreateHaVip", drop=True, effect="after")
    havip = life.create("HaVip", "web", **place, vip="172.17.16.3")
    assert havip.vip == "172.17.16.3"
    assert len(life.calls("CreateHaVip")) == 1


def test_on_the_international_site_a_guess_is_never_made(life: Any, place: dict[str, Any]) -> None:
    life.deploy(site="intl")
    life.fault(action="CreateHaVip", drop=True, effect="after")
    with pytest.raises(ResourceError, match="take it over with adopt='havip-"):
        life.create("HaVip", "web", **place)


# -- taking over --------------------------------------------------------------------------------


def test_adopt_takes_over_and_brings_it_to_the_arguments(life: Any, place: dict[str, Any]) -> None:
    there = life.create("HaVip", "old", **place, vip="172.17.16.3")
    life.deploy()
    life.control.requests.clear()
    mine = life.create("HaVip", "web", **place, vip="172.17.16.3", adopt=there.id, tags={"a": "b"})
    assert (mine.id, mine.name) == (there.id, "web")
    assert "CreateHaVip" not in life.calls()
    assert life.read(mine).tags == {"a": "b"}
    assert not life.diff(mine, **place, vip="172.17.16.3", tags={"a": "b"}).changed


def test_adopt_refuses_what_does_not_fit(life: Any, place: dict[str, Any]) -> None:
    there = life.create("HaVip", "old", **place, vip="172.17.16.3")
    life.deploy()
    with pytest.raises(ResourceError, match="which cannot be changed"):
        life.create("HaVip", "web", **place, vip="172.17.16.4", adopt=there.id)
    with pytest.raises(ResourceError, match="there is no havip-zzzzzzzz"):
        life.create("HaVip", "web", **place, adopt="havip-zzzzzzzz")


def test_what_another_product_made_is_left_to_it(life: Any, place: dict[str, Any]) -> None:
    there = life.create("HaVip", "old", **place)
    region = life.cloud.region("100000000001", "ap-guangzhou")
    region.havips.put(region.havips.get(there.id).model_copy(update={"business": "TKE"}))
    life.deploy()
    with pytest.raises(ResourceError, match="belongs to the product TKE"):
        life.create("HaVip", "mine", **place, adopt=there.id)
    with pytest.raises(ResourceError, match="release it there"):
        life.delete(life.read(there))


def test_a_range_may_be_handed_to_attachments(life: Any, place: dict[str, Any]) -> None:
    one = life.node(place, "a")
    havip = life.create("HaVip", "web", **place, associations=[one.id])
    life.deploy()
    havip = life.read(havip)
    attach: Any = {"ha_vip_id": havip.id, "instance_id": one.id}
    life.diff(havip, **place, associations=[one.id])
    assert life.check("HaVipInstanceAttachment", "m", **attach).failures
    life.deploy()
    life.diff(havip, **place)
    assert not life.check("HaVipInstanceAttachment", "m", **attach).failures


def test_a_taken_address_is_refused_with_its_code(life: Any, place: dict[str, Any]) -> None:
    life.create("HaVip", "one", **place, vip="172.17.16.3")
    life.deploy()
    with pytest.raises(DuplicateError, match=r"CreateHaVip: InvalidParameterValue\.Duplicate"):
        life.create("HaVip", "two", **place, vip="172.17.16.3")


def test_a_taken_address_is_told_with_who_has_it(life: Any, place: dict[str, Any]) -> None:
    def refused(name: str, stack: str = "dev") -> str:
        life.deploy()
        urn = f"urn:pulumi:{stack}::shop::pulumi-python:dynamic/havip:HaVip::{name}"
        with pytest.raises(DuplicateError) as error:
            life.create("HaVip", name, **{**place, "vip": "172.17.16.3", "hints": {"urn": urn}})
        return str(error.value).partition("; ")[2]

    id = life.create("HaVip", "one", **place, vip="172.17.16.3").id
    assert refused("one") == (
        f"{id} has it, which an earlier run of this stack made and may have lost: where "
        f"`havip orphans -s shop/dev` lists it, take it over with adopt={id!r}"
    )
    assert refused("two") == (
        f"{id} has it, HaVip 'one' of this stack: where that was renamed, give its old name by "
        "`aliases`, or else take another address"
    )
    assert refused("one", "prod") == (
        f"{id} has it: take that over with adopt={id!r}, or take another address"
    )


def test_an_address_that_no_havip_has_is_taken_all_the_same(
    life: Any, place: dict[str, Any]
) -> None:
    life.node(place, "a", private_ip="172.17.16.3")
    life.deploy()
    with pytest.raises(DuplicateError, match="take another address, or leave it out"):
        life.create("HaVip", "one", **place, vip="172.17.16.3")


def test_an_import_reads_by_the_id_alone_and_by_region(life: Any, place: dict[str, Any]) -> None:
    havip = life.create("HaVip", "web", **place, vip="172.17.16.3")
    life.deploy(region="ap-shanghai")
    found = HANDLERS["HaVip"].read(life.ctx, f"ap-guangzhou/{havip.id}", {})
    assert found is not None
    assert found.id == havip.id
    assert (found.inputs["vip"], found.state.region) == ("172.17.16.3", "ap-guangzhou")
    assert HANDLERS["HaVip"].read(life.ctx, havip.id, {}) is None


@pytest.mark.parametrize("id", ["havip-1#CVM#ins-1", "havip-1", "#ins-1"])
def test_a_malformed_id_of_an_attachment_is_one_line(life: Any, id: str) -> None:
    with pytest.raises(ResourceError, match="write it as havip-1a2b3c4d#ins-1a2b3c4d"):
        HANDLERS["HaVipInstanceAttachment"].read(life.ctx, id, {})


def test_a_state_of_another_provider_is_refused(life: Any) -> None:
    with pytest.raises(ResourceError, match="not of this provider"):
        HANDLERS["HaVip"].read(life.ctx, "havip-1", {"account": "1", "colour": "red"})


def test_a_state_shows_no_secret_in_its_repr(life: Any, place: dict[str, Any]) -> None:
    one = life.node(place, "a", password="Sup3rS3cret", user_data="Sup3rS3cret")
    state = HANDLERS["Instance"].state.model_validate(one.outputs)
    assert "Sup3rS3cret" not in repr(state)
    assert plain(state)["password"] == "Sup3rS3cret"
