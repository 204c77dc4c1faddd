"""Identity of resources: creation ids, adoption, rejected adoptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from havip.errors import DuplicateError
from pulumi_havip.handlers import (
    HANDLERS,
    Properties,
    ResourceError,
    plain,
)

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

# -- creation ids -------------------------------------------------------------------------------


def test_an_update_carries_the_creation_id_and_a_new_one_draws_its_own(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place)
    carried = life.check("HaVip", "web", havip, **place).inputs["creation_id"]
    assert carried == havip.creation_id
    assert life.check("HaVip", "web", **place).inputs["creation_id"] != havip.creation_id


def test_the_creation_id_is_the_token_and_a_tag(life: LifeCycle, place: Properties) -> None:
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


def test_tags_are_changed_one_by_one_and_a_long_urn_is_cut_to_what_a_tag_takes(
    life: LifeCycle,
) -> None:
    name = "n" * 300
    vpc = life.create("Vpc", name, cidr_block="10.0.0.0/16", tags={"a": "1", "b": "2", "c": "3"})
    [row] = life.ctx.region().vpcs.all()
    urn = next(tag.value for tag in row.tag_set if tag.key == "havip:urn")
    assert urn == life.urn("Vpc", name)[:255]
    vpc = life.up(vpc, cidr_block="10.0.0.0/16", tags={"a": "1", "b": "4", "d": "5"})
    assert life.read(vpc).tags == {"a": "1", "b": "4", "d": "5"}


@pytest.mark.parametrize("kind", ["Vpc", "Eip", "HaVip"])
def test_a_replayed_creation_takes_over_what_the_first_one_made(
    life: LifeCycle, place: dict[str, Any], kind: str
) -> None:
    props: Any = {"Vpc": {"cidr_block": "10.0.0.0/16"}, "Eip": {}, "HaVip": place}[kind]
    checked = life.check(kind, "x", **props)
    first = HANDLERS[kind].create(life.ctx, dict(checked.inputs))
    life.deploy()  # killed before the state was written: a new process is given the same inputs
    second = HANDLERS[kind].create(life.ctx, dict(checked.inputs))
    assert second.id == first.id


def again(life: LifeCycle, kind: str, inputs: dict[str, Any]) -> Any:
    """Do what the engine does after a kill: a new process, which asks for the outcome first."""
    life.deploy()
    found = HANDLERS[kind].find(life.ctx, dict(inputs))
    if found is not None:
        return found
    life.deploy()  # the registration may be served by yet another process
    hints = {"urn": inputs["origin"]}
    news = {k: v for k, v in inputs.items() if k not in ("creation_id", "origin")}
    checked = HANDLERS[kind].check(life.ctx, {**news, "hints": hints}, dict(inputs))
    assert checked.inputs["creation_id"] == inputs["creation_id"]
    return HANDLERS[kind].create(life.ctx, checked.inputs)


KINDS: dict[str, dict[str, Any]] = {
    "Vpc": {"cidr_block": "10.0.0.0/16"},
    "Subnet": {"cidr_block": "172.17.17.0/24", "zone": "ap-guangzhou-3"},
    "Eip": {},
    "PlacementGroup": {},
    "HaVip": {},
    "NetworkInterface": {},
    "Instance": {
        "zone": "ap-guangzhou-3",
        "instance_type": "S5.MEDIUM2",
        "image_id": "img-487zeit5",
    },
}
ACTIONS = {
    "Vpc": "CreateVpc",
    "Subnet": "CreateSubnet",
    "Eip": "AllocateAddresses",
    "PlacementGroup": "CreateDisasterRecoverGroup",
    "HaVip": "CreateHaVip",
    "NetworkInterface": "CreateNetworkInterface",
    "Instance": "RunInstances",
}
UNPLACED = ("Vpc", "Eip", "PlacementGroup")


def props_of(kind: str, place: dict[str, Any]) -> dict[str, Any]:
    inside = {key: value for key, value in place.items() if key != "hints"}
    if kind == "Subnet":
        inside = {"vpc_id": place["vpc_id"]}
    return KINDS[kind] if kind in UNPLACED else {**inside, **KINDS[kind]}


@pytest.mark.parametrize("site", ["china", "intl"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_creation_is_recognized_after_any_number_of_interruptions(
    life: LifeCycle, place: dict[str, Any], kind: str, site: str
) -> None:
    life.deploy(site=site)
    vip = {"vip": "172.17.16.77"} if kind == "HaVip" else {}
    inputs = life.check(kind, "x", **props_of(kind, place), **vip).inputs
    before = len(life.calls(ACTIONS[kind]))
    for _ in range(3):  # journaled, and killed before anything was sent
        life.deploy(site=site)
        assert HANDLERS[kind].find(life.ctx, dict(inputs)) is None
    life.deploy(site=site)
    made = HANDLERS[kind].create(life.ctx, dict(inputs)).id  # and the answer is never written
    for _ in range(3):
        life.deploy(site=site)
        found = HANDLERS[kind].find(life.ctx, dict(inputs))
        assert found is not None
        assert found.id == made
        life.deploy(site=site)
        assert HANDLERS[kind].create(life.ctx, dict(inputs)).id == made
    assert len(life.calls(ACTIONS[kind])) == before + 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("Vpc", "Subnet")])
def test_a_token_can_outlive_its_resource(
    life: LifeCycle, place: dict[str, Any], kind: str
) -> None:
    checked = life.check(kind, "x", **props_of(kind, place))
    ids = set()
    for _ in range(3):  # made, never written down, and deleted by somebody
        made = again(life, kind, checked.inputs)
        HANDLERS[kind].delete(life.ctx, made.id, plain(made.state))
        ids.add(made.id)
    kept = again(life, kind, checked.inputs)
    assert len(ids) == 3
    assert kept.id not in ids
    assert kept.state.creation_id == checked.inputs["creation_id"]
    assert again(life, kind, checked.inputs).id == kept.id


def test_a_retry_with_other_arguments_makes_one_of_those(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    checked = life.check("Instance", "x", **props_of("Instance", place))
    made = HANDLERS["Instance"].create(life.ctx, dict(checked.inputs))
    HANDLERS["Instance"].delete(life.ctx, made.id, plain(made.state))
    mended = {**checked.inputs, "instance_type": "S5.LARGE8"}
    kept = again(life, "Instance", mended)
    assert kept.state.instance_type == "S5.LARGE8"
    assert len(life.calls("TerminateInstances")) == 1


def test_the_result_of_a_lost_attempt_is_updated_to_the_current_arguments(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    checked = life.check("HaVip", "x", **props_of("HaVip", place), vip="172.17.16.9")
    first = HANDLERS["HaVip"].create(life.ctx, dict(checked.inputs))
    life.deploy()
    second = HANDLERS["HaVip"].create(life.ctx, {**checked.inputs, "name": "renamed"})
    assert (second.id, second.state.name) == (first.id, "renamed")
    life.deploy()
    with pytest.raises(ResourceError, match="run it again to have it replaced"):
        HANDLERS["HaVip"].create(
            life.ctx, {**checked.inputs, "vip": "172.17.16.9", "check_associate": True}
        )


def test_on_the_international_site_the_address_identifies_a_creation(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    life.deploy(site="intl")
    life.fault(action="CreateHaVip", drop=True, effect="after")
    havip = life.create("HaVip", "web", **place, vip="172.17.16.3")
    assert havip.vip == "172.17.16.3"
    assert len(life.calls("CreateHaVip")) == 1


def test_on_the_international_site_no_resource_is_guessed(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    life.deploy(site="intl")
    life.fault(action="CreateHaVip", drop=True, effect="after")
    with pytest.raises(ResourceError, match="take it over with adopt='havip-"):
        life.create("HaVip", "web", **place)


def test_on_the_international_site_a_lost_creation_is_not_sent_again(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    """Without a token and an address, a request that is late would make a second one."""
    life.deploy(site="intl")
    life.fault(action="CreateHaVip", drop=True)
    with pytest.raises(ResourceError, match="whether it was made is not known"):
        life.create("HaVip", "web", **place)
    assert len(life.calls("CreateHaVip")) == 1


def test_on_the_international_site_an_address_can_be_changed(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    """The quota, which elsewhere decides what comes first, cannot be read there."""
    life.deploy(site="intl")
    havip = life.create("HaVip", "web", **place, vip="172.17.16.3")
    assert life.up(havip, **place, vip="172.17.16.4").vip == "172.17.16.4"
    assert life.steps[-2:] == ["create HaVip", "delete HaVip"]


# -- taking over --------------------------------------------------------------------------------


def test_adopt_updates_the_resource_to_the_arguments(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    there = life.create("HaVip", "old", **place, vip="172.17.16.3")
    life.deploy()
    life.control.requests.clear()
    mine = life.create("HaVip", "web", **place, vip="172.17.16.3", adopt=there.id, tags={"a": "b"})
    assert (mine.id, mine.name) == (there.id, "web")
    assert "CreateHaVip" not in life.calls()
    assert life.read(mine).tags == {"a": "b"}
    assert not life.diff(mine, **place, vip="172.17.16.3", tags={"a": "b"}).changed


def test_adopt_rejects_a_resource_that_does_not_match(life: LifeCycle, place: Properties) -> None:
    there = life.create("HaVip", "old", **place, vip="172.17.16.3")
    life.deploy()
    with pytest.raises(ResourceError, match="which cannot be changed"):
        life.create("HaVip", "web", **place, vip="172.17.16.4", adopt=there.id)
    with pytest.raises(ResourceError, match="there is no havip-zzzzzzzz"):
        life.create("HaVip", "web", **place, adopt="havip-zzzzzzzz")


def test_a_havip_of_another_product_is_not_managed(life: LifeCycle, place: Properties) -> None:
    there = life.create("HaVip", "old", **place)
    region = life.cloud.region("100000000001", "ap-guangzhou")
    row = region.havips.get(there.id)
    assert row is not None
    region.havips.put(row.model_copy(update={"business": "TKE"}))
    life.deploy()
    with pytest.raises(ResourceError, match="belongs to the product TKE"):
        life.create("HaVip", "mine", **place, adopt=there.id)
    with pytest.raises(ResourceError, match="release it there"):
        life.delete(life.read(there))


def test_a_range_may_be_handed_to_attachments(life: LifeCycle, place: Properties) -> None:
    one = life.instance(place, "a")
    havip = life.create("HaVip", "web", **place, associations=[one.id])
    life.deploy()
    havip = life.read(havip)
    attach: Any = {"ha_vip_id": havip.id, "instance_id": one.id}
    life.diff(havip, **place, associations=[one.id])
    assert life.check("HaVipInstanceAttachment", "m", **attach).failures
    life.deploy()
    life.diff(havip, **place)
    assert not life.check("HaVipInstanceAttachment", "m", **attach).failures


def test_a_taken_address_is_refused_with_its_code(life: LifeCycle, place: Properties) -> None:
    life.create("HaVip", "one", **place, vip="172.17.16.3")
    life.deploy()
    with pytest.raises(DuplicateError, match=r"CreateHaVip: InvalidParameterValue\.Duplicate"):
        life.create("HaVip", "two", **place, vip="172.17.16.3")


def test_an_address_in_use_is_reported_with_its_user(life: LifeCycle, place: Properties) -> None:
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
        f"{id} has it, HaVip 'one' of this stack, and what leaves it is deleted last: where that "
        f"was renamed, give its old name by `aliases`; where it gives the address up, run that "
        f"change first, without this one"
    )
    assert refused("one", "prod") == (
        f"{id} has it: take that over with adopt={id!r}, or take another address"
    )


def test_an_address_may_be_in_use_without_a_havip(life: LifeCycle, place: dict[str, Any]) -> None:
    life.instance(place, "a", private_ip="172.17.16.3")
    life.deploy()
    with pytest.raises(DuplicateError, match="take another address, or leave it out"):
        life.create("HaVip", "one", **place, vip="172.17.16.3")


def test_an_import_reads_by_the_id_alone_and_by_region(
    life: LifeCycle, place: dict[str, Any]
) -> None:
    havip = life.create("HaVip", "web", **place, vip="172.17.16.3")
    life.deploy(region="ap-shanghai")
    found = HANDLERS["HaVip"].read(life.ctx, f"ap-guangzhou/{havip.id}", {})
    assert found is not None
    assert found.id == havip.id
    assert (found.inputs["vip"], found.state.region) == ("172.17.16.3", "ap-guangzhou")
    assert HANDLERS["HaVip"].read(life.ctx, havip.id, {}) is None


@pytest.mark.parametrize("id", ["havip-1#CVM#ins-1", "havip-1", "#ins-1"])
def test_a_malformed_id_of_an_attachment_is_one_line(life: LifeCycle, id: str) -> None:
    with pytest.raises(ResourceError, match="write it as havip-1a2b3c4d#ins-1a2b3c4d"):
        HANDLERS["HaVipInstanceAttachment"].read(life.ctx, id, {})


def test_a_state_of_another_provider_is_refused(life: LifeCycle) -> None:
    with pytest.raises(ResourceError, match="not of this provider"):
        HANDLERS["HaVip"].read(life.ctx, "havip-1", {"account": "1", "colour": "red"})


def test_a_state_shows_no_secret_in_its_repr(life: LifeCycle, place: Properties) -> None:
    one = life.instance(place, "a", password="Sup3rS3cret", user_data="Sup3rS3cret")
    state = HANDLERS["Instance"].state.model_validate(one.outputs)
    assert "Sup3rS3cret" not in repr(state)
    assert plain(state)["password"] == "Sup3rS3cret"
