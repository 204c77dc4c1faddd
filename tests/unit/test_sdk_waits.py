"""Pages, conditions and tasks: how a client lists and waits."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

import pytest

from havip import api, errors, ready

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud, Seen


def vip(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Build a HAVIP in wire form."""
    return {"HaVipId": f"havip-{number}", "HaVipName": "web", "State": "UNBIND", **fields}


def listed(cloud: FakeCloud, *vips: dict[str, Any]) -> dict[str, Any]:
    """Build the response of DescribeHaVips."""
    return cloud.success(TotalCount=len(vips), HaVipSet=list(vips))


# Pages


def test_pages_go_through_the_whole_list(cloud: FakeCloud) -> None:
    def page(seen: Seen) -> dict[str, Any]:
        offset, limit = seen.params["Offset"], seen.params["Limit"]
        some = [vip(number) for number in range(250)][offset : offset + limit]
        return cloud.success(TotalCount=250, HaVipSet=some)

    cloud.will(page)

    pages = list(cloud.client().pages(api.DescribeHaVips()))

    assert [len(one.ha_vip_set) for one in pages] == [100, 100, 50]
    assert [seen.params for seen in cloud.seen] == [
        {"Offset": offset, "Limit": 100} for offset in (0, 100, 200)
    ]


def test_pages_begin_where_they_are_told_and_in_the_size_they_are_told(cloud: FakeCloud) -> None:
    cloud.will(
        cloud.success(TotalCount=12, HaVipSet=[vip(1), vip(2)]),
        cloud.success(TotalCount=12, HaVipSet=[vip(3), vip(4)]),
    )

    pages = cloud.client().pages(api.DescribeHaVips(offset=8, limit=2))

    assert len(list(pages)) == 2
    assert [seen.params["Offset"] for seen in cloud.seen] == [8, 10]


def test_pages_are_numbered_in_text_where_the_service_wants_text(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(TotalCount=0, VpcSet=[]))

    list(cloud.client().pages(api.DescribeVpcs()))

    assert cloud.seen[0].params == {"Offset": "0", "Limit": "100"}


def test_pages_end_when_a_list_shrinks_underneath(cloud: FakeCloud) -> None:
    cloud.will(
        cloud.success(TotalCount=3, HaVipSet=[vip(1), vip(2)]),
        cloud.success(TotalCount=3, HaVipSet=[]),
    )

    assert len(list(cloud.client().items(api.DescribeHaVips(limit=2)))) == 2


def test_pages_are_asked_for_one_by_one(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(TotalCount=1000, HaVipSet=[vip()]))

    next(cloud.client().pages(api.DescribeHaVips()))

    assert len(cloud.seen) == 1


def test_what_has_no_pages_says_so(cloud: FakeCloud) -> None:
    with pytest.raises(errors.UsageError, match="DescribeZones is not paged: use send"):
        list(cloud.client().pages(api.DescribeZones()))


# Waits


def test_wait_polls_until_the_condition_holds(
    cloud: FakeCloud, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.will(
        listed(cloud, vip()),
        listed(cloud, vip()),
        listed(cloud, vip(State="AVAILABLE", InstanceId="ins-1", NetworkInterfaceId="eni-1")),
    )
    caplog.set_level(logging.INFO, "havip")

    answer = cloud.client().wait(
        api.DescribeHaVips(ha_vip_ids=["havip-1"]), ready.holder_is("ins-1"), delay=2.0
    )

    assert answer.ha_vip_set[0].instance_id == "ins-1"
    assert cloud.clock.slept == [2.0, 2.5], "the pauses grow"
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2, "one line for each change"
    assert told[1].startswith("DescribeHaVips after 4.5 s: ")


def test_a_failed_wait_reports_the_last_state(cloud: FakeCloud) -> None:
    cloud.will(listed(cloud, vip(InstanceId="ins-2")))

    with pytest.raises(errors.WaitTimeout) as caught:
        cloud.client().wait(api.DescribeHaVips(), ready.holder_is("ins-1"), timeout=5.0)

    assert str(caught.value) == (
        "DescribeHaVips: not held by ins-1 after 5 s; last seen: HaVipId=havip-1 HaVipName=web "
        "InstanceId=ins-2 State=UNBIND"
    )
    assert isinstance(caught.value.last, api.DescribeHaVipsResponse)
    assert sum(cloud.clock.slept) == 5.0


def test_a_failed_wait_truncates_at_whole_words(cloud: FakeCloud) -> None:
    members = [{"HaVipId": "havip-1", "InstanceId": f"ins-{n}"} for n in range(9)]
    many = [vip(HaVipId=f"havip-{n}", HaVipName="n" * 60) for n in range(9)]
    for listing, end in (
        ([vip(HaVipAssociationSet=members)], "State=UNBIND HaVipAssociationSet=9 entries"),
        (many, "State=UNBIND; and 6 more"),
        ([], "nothing"),
    ):
        cloud.will(listed(cloud, *listing))
        with pytest.raises(errors.WaitTimeout) as caught:
            cloud.client().wait(api.DescribeHaVips(), ready.held(), timeout=1.0)
        assert str(caught.value).endswith(end)
        assert "{" not in str(caught.value)


def test_a_wait_looks_once_more_at_its_end(cloud: FakeCloud) -> None:
    cloud.will(listed(cloud), listed(cloud), listed(cloud, vip()))

    cloud.client().wait(api.DescribeHaVips(), ready.unheld(), timeout=1.5, delay=1.0)

    assert cloud.clock.slept == [1.0, 0.5]


def test_a_wait_does_not_outlast_its_time_when_the_service_is_down(cloud: FakeCloud) -> None:
    cloud.will(listed(cloud, vip()), cloud.failure("RequestLimitExceeded"))
    begun = cloud.clock.monotonic()

    with pytest.raises(errors.WaitTimeout, match=r"last seen: .*RequestLimitExceeded") as caught:
        cloud.client().wait(api.DescribeHaVips(), ready.held(), timeout=3.0)

    assert isinstance(caught.value.__cause__, errors.ThrottledError)
    assert cloud.clock.monotonic() - begun <= 3.0


def test_a_wait_gives_up_when_it_is_told_to(cloud: FakeCloud) -> None:
    cloud.will(listed(cloud, vip(InstanceId="ins-9")))

    with pytest.raises(errors.WaitError, match="given up, held by ins-9"):
        cloud.client().wait(
            api.DescribeHaVips(), ready.holder_is("ins-1"), error=ready.holder_is("ins-9")
        )


def test_a_wait_takes_any_function(cloud: FakeCloud) -> None:
    cloud.will(listed(cloud, vip()))

    answer = cloud.client().wait(api.DescribeHaVips(), lambda found: found.total_count == 1)

    assert answer.total_count == 1


async def never(_: object) -> bool:
    return False


LATER: Any = ready.Condition("x", cast("Any", never))


@pytest.mark.parametrize(
    "conditions",
    [
        {"ready": lambda found: never(found)},
        {"ready": LATER},
        {"ready": LATER & ready.held()},
        {"ready": lambda _: False, "error": lambda found: never(found)},
    ],
)
def test_a_condition_that_returns_a_coroutine_is_not_fulfilled(
    cloud: FakeCloud, conditions: dict[str, Any]
) -> None:
    cloud.will(listed(cloud, vip()))
    with pytest.raises(errors.UsageError, match="plain function"):
        cloud.client().wait(api.DescribeHaVips(), **conditions)


def test_what_is_gone_may_be_an_empty_list_or_an_error(cloud: FakeCloud) -> None:
    client = cloud.client()
    cloud.will(listed(cloud, vip()), listed(cloud))
    assert client.wait(api.DescribeHaVips(), ready.gone()).ha_vip_set == []

    cloud.will(listed(cloud, vip()), cloud.failure("ResourceNotFound"))
    assert client.wait(api.DescribeHaVips(), ready.gone()).ha_vip_set == []

    cloud.will(cloud.failure("ResourceNotFound"))
    with pytest.raises(errors.NotFoundError):
        client.wait(api.DescribeHaVips(), ready.unheld())


def test_a_wait_never_changes_anything(cloud: FakeCloud) -> None:
    with pytest.raises(errors.UsageError, match="DeleteHaVip changes something"):
        cloud.client().wait(api.DeleteHaVip(ha_vip_id="havip-1"), ready.gone())
    assert cloud.seen == []


HELD = vip(InstanceId="ins-1", NetworkInterfaceId="eni-1", AddressIp="1.2.3.4")
RANGE = vip(HaVipAssociationSet=[{"InstanceId": "ins-1"}, {"InstanceId": "ins-2"}])


@pytest.mark.parametrize(
    ("condition", "vips", "holds"),
    [
        (ready.held(), [HELD], True),
        (ready.held(), [HELD, vip()], False),
        (ready.held(), [], False),
        (ready.unheld(), [vip()], True),
        (ready.unheld(), [HELD], False),
        (ready.unheld(), [], False),
        (ready.holder_is("eni-1"), [HELD], True),
        (ready.holder_is(""), [vip()], True),
        (ready.eip_bound(), [HELD], True),
        (ready.eip_bound("1.2.3.4"), [HELD], True),
        (ready.eip_bound("4.3.2.1"), [HELD], False),
        (ready.eip_unbound(), [vip()], True),
        (ready.eip_unbound(), [HELD], False),
        (ready.associations_are("ins-2", "ins-1"), [RANGE], True),
        (ready.associations_are("ins-1"), [RANGE], False),
        (ready.associations_are(), [vip()], True),
        (ready.named("web"), [vip()], True),
        (ready.named("db"), [vip()], False),
        (ready.gone(), [], True),
        (ready.gone(), [vip()], False),
        (ready.held() & ready.eip_bound(), [HELD], True),
        (ready.held() & ready.eip_unbound(), [HELD], False),
        (ready.held() | ready.eip_unbound(), [HELD], True),
        (ready.held() | ready.gone(), [], True),
    ],
    ids=repr,
)
def test_conditions_on_havips(condition: Any, vips: list[dict[str, Any]], holds: bool) -> None:
    answer = api.DescribeHaVipsResponse.model_validate({"HaVipSet": vips})

    assert condition(answer) is holds


def test_conditions_on_the_things_around_a_havip() -> None:
    instances = api.DescribeInstancesResponse.model_validate(
        {"InstanceSet": [{"InstanceState": "RUNNING"}]}
    )
    interfaces = api.DescribeNetworkInterfacesResponse.model_validate(
        {"NetworkInterfaceSet": [{"State": "AVAILABLE"}]}
    )
    addresses = api.DescribeAddressesResponse.model_validate(
        {"AddressSet": [{"AddressStatus": "BIND"}]}
    )

    assert ready.instances_are("RUNNING")(instances)
    assert not ready.instances_are("STOPPED")(instances)
    assert ready.interfaces_are("AVAILABLE")(interfaces)
    assert not ready.interfaces_are("PENDING")(interfaces)
    assert ready.addresses_are("BIND")(addresses)
    assert not ready.addresses_are("UNBIND")(addresses)


# Tasks


def test_an_asynchronous_verb_waits_for_its_task(cloud: FakeCloud) -> None:
    cloud.will(
        cloud.success(),
        cloud.success(Status="RUNNING"),
        cloud.success(Status="RUNNING"),
        cloud.success(Status="SUCCESS"),
    )

    cloud.client().delete_ha_vip(ha_vip_id="havip-1")

    assert cloud.actions() == ["DeleteHaVip", *["DescribeVpcTaskResult"] * 3]
    assert cloud.seen[1].params == {"TaskId": "req-1"}
    assert cloud.clock.slept[0] < cloud.clock.slept[1]


def test_a_verb_can_be_started_and_finished_later(cloud: FakeCloud) -> None:
    client = cloud.client()

    started = client.delete_ha_vip.start(ha_vip_id="havip-1")
    assert cloud.actions() == ["DeleteHaVip"]

    cloud.will(cloud.success(Status="SUCCESS"))
    client.delete_ha_vip.finish(started)
    assert cloud.actions() == ["DescribeVpcTaskResult"]


def test_the_tasks_of_eips_are_asked_for_by_number(cloud: FakeCloud) -> None:
    cloud.will(
        cloud.success(AddressSet=["eip-1"], TaskId="1234567"),
        cloud.success(TaskId=1234567, Result="RUNNING"),
        cloud.success(TaskId=1234567, Result="SUCCESS"),
    )

    answer = cloud.client().allocate_addresses()

    assert answer.address_set == ["eip-1"]
    assert cloud.seen[1].action == "DescribeTaskResult"
    assert cloud.seen[1].params == {"TaskId": 1234567}


@pytest.mark.parametrize("task_id", ["9" * 5000, "9" * 21, "\u00b2", "x"])
def test_the_id_of_a_task_that_is_not_a_number_is_told(cloud: FakeCloud, task_id: str) -> None:
    cloud.will(cloud.success(AddressSet=["eip-1"], TaskId=task_id))

    with pytest.raises(errors.BadAnswerError, match="id of its task is not a number"):
        cloud.client().allocate_addresses()


def test_an_eip_action_without_a_task_has_ended(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(AddressSet=["eip-1"], TaskId=None))

    cloud.client().allocate_addresses()

    assert cloud.actions() == ["AllocateAddresses"]


def test_a_failed_task_gives_its_reason(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(), cloud.success(Status="FAILED", Output="held by\nins-1"))

    with pytest.raises(errors.TaskError) as caught:
        cloud.client().delete_ha_vip(ha_vip_id="havip-1")

    assert str(caught.value) == "DeleteHaVip: task req-1 FAILED: held by ins-1"
    assert caught.value.output == "held by\nins-1"


def test_a_task_that_does_not_end_times_out(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(), cloud.success(Status="RUNNING"))
    client = cloud.client(task_timeout=30.0)

    with pytest.raises(errors.WaitTimeout, match="task req-1 is RUNNING after 30 s"):
        client.delete_ha_vip(ha_vip_id="havip-1")

    assert 30 <= sum(cloud.clock.slept) <= 32
    with pytest.raises(errors.WaitTimeout, match="after 1 s"):
        client.delete_ha_vip.finish(api.DeleteHaVipResponse(request_id="r"), timeout=1.0)
