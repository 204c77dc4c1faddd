"""The client as its user meets it: verbs, pages, waits, tasks, sites and endpoints."""

from __future__ import annotations

import inspect
import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import api, errors, ready
from havip._verb import Verb, verb_name

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud, Seen


def vip(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Make a HAVIP in wire form."""
    return {"HaVipId": f"havip-{number}", "HaVipName": "web", "State": "UNBIND", **fields}


def listed(cloud: FakeCloud, *vips: dict[str, Any]) -> dict[str, Any]:
    """Make the answer of DescribeHaVips."""
    return cloud.success(TotalCount=len(vips), HaVipSet=list(vips))


# Verbs


def test_every_action_has_its_verb_and_every_verb_its_action() -> None:
    verbs = {name: value for name, value in vars(havip.Client).items() if isinstance(value, Verb)}

    assert sorted(verbs) == sorted(verb_name(action) for action in api.ACTIONS)
    for name, verb in verbs.items():
        assert verb_name(verb.request.__name__) == name
        assert api.find(verb.request.__name__) is verb.request


def test_the_verbs_stand_in_the_order_of_the_alphabet() -> None:
    verbs = [name for name, value in vars(havip.Client).items() if isinstance(value, Verb)]

    assert verbs == sorted(verbs)


def test_a_verb_sends_its_action_and_returns_the_model(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(HaVip=vip(Vip="10.0.0.3")))

    answer = cloud.client().create_ha_vip(
        vpc_id="vpc-1", ha_vip_name="web", tags=[api.Tag(key="team", value="net")]
    )

    assert answer.ha_vip.vip == "10.0.0.3"
    assert cloud.seen[0].action == "CreateHaVip"
    assert cloud.seen[0].params["Tags"] == [{"Key": "team", "Value": "net"}]


def test_a_verb_carries_the_text_and_the_signature_of_its_action(cloud: FakeCloud) -> None:
    client = cloud.client()

    assert client.create_ha_vip.__doc__ == api.describe(api.CreateHaVip)
    assert havip.Client.create_ha_vip.__doc__ == api.describe(api.CreateHaVip)
    told = inspect.signature(client.create_ha_vip)
    assert [*told.parameters] == [*api.CreateHaVip.model_fields]
    assert told.parameters["vpc_id"].default is inspect.Parameter.empty
    assert told.parameters["vip"].default is None
    assert told.return_annotation is api.CreateHaVipResponse
    assert repr(client.create_ha_vip) == f"<verb create_ha_vip of {client!r}>"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"vpc_id": "vpc-1"}, "ha_vip_name is missing"),
        ({"vpc_id": "vpc-1", "ha_vip_nme": "x"}, "ha_vip_nme is not known: ha_vip_name?"),
        ({"vpc_id": "vpc-1", "ha_vip_name": "x", "zz": 1}, "zz is not known"),
        ({"vpc_id": ["secret"], "ha_vip_name": "x"}, "vpc_id: Input should be a valid string"),
        (
            {"vpc_id": "vpc-1", "ha_vip_name": "x", "tags": [{"key": []}]},
            "tags.0.key: Input should be a valid string",
        ),
    ],
)
def test_wrong_parameters_are_told_on_one_line(
    cloud: FakeCloud, arguments: dict[str, Any], text: str
) -> None:
    verb: Any = cloud.client().create_ha_vip

    with pytest.raises(errors.UsageError) as caught:
        verb(**arguments)

    assert str(caught.value).startswith("CreateHaVip: ")
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert cloud.seen == []


def test_parameters_by_position_are_refused(cloud: FakeCloud) -> None:
    verb: Any = cloud.client().create_ha_vip

    with pytest.raises(errors.UsageError, match="by name"):
        verb("vpc-1", "web")


@pytest.mark.parametrize("verb", ["send", "pages", "wait"])
@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("DescribeHaVips", "give api.DescribeHaVips(…), or use client.call('DescribeHaVips', {…})"),
        (api.DescribeHaVips, "give api.DescribeHaVips(…)"),
        ({"Limit": 1}, "give a request, such as api.DescribeHaVips()"),
        (None, "give a request, such as api.DescribeHaVips()"),
    ],
)
def test_what_is_no_request_is_told_what_to_give(
    cloud: FakeCloud, verb: str, given: Any, text: str
) -> None:
    more = (ready.held(),) if verb == "wait" else ()
    with pytest.raises(errors.UsageError) as caught:
        list(getattr(cloud.client(), verb)(given, *more))
    assert str(caught.value).startswith(f"{verb}: this is no request, but ")
    assert str(caught.value).endswith(f": {text}")
    assert cloud.seen == []


# The wire form


def test_call_takes_and_gives_the_wire_form(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(Something=[1]))

    answer = cloud.client().call("DescribeSomething", {"Limit": 5, "Offset": None})

    assert answer == {"Something": [1], "RequestId": "req-1"}
    assert cloud.seen[0].params == {"Limit": 5}


def test_call_knows_the_service_of_an_action(cloud: FakeCloud) -> None:
    client = cloud.client()

    client.call("DescribeZones")
    client.call("DescribeSomething")
    client.call("DescribeZones", service="vpc")  # whoever says so is taken at their word

    assert [seen.url for seen in cloud.seen] == [
        "https://cvm.tencentcloudapi.com/",
        "https://vpc.tencentcloudapi.com/",
        "https://vpc.tencentcloudapi.com/",
    ]


def test_call_reaches_other_services(cloud: FakeCloud) -> None:
    client = cloud.client()

    client.call("DescribeZones", service="cvm")
    client.call("DescribeLoadBalancers", service="clb", version="2018-03-17")

    assert [seen.url for seen in cloud.seen] == [
        "https://cvm.tencentcloudapi.com/",
        "https://clb.tencentcloudapi.com/",
    ]
    assert cloud.seen[1].headers["X-TC-Version"] == "2018-03-17"
    with pytest.raises(errors.UsageError, match="version of the service 'clb' is not known"):
        client.call("DescribeLoadBalancers", service="clb")


@pytest.mark.parametrize(
    ("action", "params", "options"),
    [
        ("Describe HaVips", {}, {}),
        ("X\r\nEvil: 1", {}, {}),
        ("", {}, {}),
        ("DescribeHaVips", {"Limit": {1}}, {}),
        ("DescribeHaVips", {"Limit": float("nan")}, {}),
        ("DescribeHaVips", {}, {"service": "vpc/..", "version": "2017-03-12"}),
        ("DescribeHaVips", {}, {"version": "2017"}),
    ],
)
def test_call_refuses_what_cannot_be_sent(
    cloud: FakeCloud, action: str, params: dict[str, Any], options: dict[str, str]
) -> None:
    with pytest.raises(errors.UsageError) as caught:
        cloud.client().call(action, params, **options)

    assert "\n" not in str(caught.value)
    assert cloud.seen == []


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
    cloud.will(cloud.success(TotalCount=12, HaVipSet=[vip(), vip()]))

    pages = cloud.client().pages(api.DescribeHaVips(offset=8, limit=2))

    assert len(list(pages)) == 2
    assert [seen.params["Offset"] for seen in cloud.seen] == [8, 10]


def test_pages_are_numbered_in_text_where_the_service_wants_text(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(TotalCount=0, VpcSet=[]))

    list(cloud.client().pages(api.DescribeVpcs()))

    assert cloud.seen[0].params == {"Offset": "0", "Limit": "100"}


def test_pages_end_when_a_list_shrinks_underneath(cloud: FakeCloud) -> None:
    cloud.will(
        cloud.success(TotalCount=3, HaVipSet=[vip(), vip()]),
        cloud.success(TotalCount=3, HaVipSet=[]),
    )

    assert len(list(cloud.client().pages(api.DescribeHaVips(limit=2)))) == 2


def test_pages_are_asked_for_one_by_one(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(TotalCount=1000, HaVipSet=[vip()]))

    next(cloud.client().pages(api.DescribeHaVips()))

    assert len(cloud.seen) == 1


def test_what_has_no_pages_says_so(cloud: FakeCloud) -> None:
    with pytest.raises(errors.UsageError, match="DescribeZones is not paged: use send"):
        list(cloud.client().pages(api.DescribeZones()))


# Waits


def test_wait_asks_until_it_is_so(cloud: FakeCloud, caplog: pytest.LogCaptureFixture) -> None:
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
    assert cloud.clock.slept == [2.0, 2.0]
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2, "one line for each change"
    assert told[1].startswith("DescribeHaVips after 4.0 s: ")


def test_a_wait_that_fails_tells_the_last_state(cloud: FakeCloud) -> None:
    cloud.will(listed(cloud, vip(InstanceId="ins-2")))

    with pytest.raises(errors.WaitTimeout) as caught:
        cloud.client().wait(api.DescribeHaVips(), ready.holder_is("ins-1"), timeout=5.0)

    assert str(caught.value) == (
        "DescribeHaVips: not held by ins-1 after 5 s; last seen: HaVipId=havip-1 HaVipName=web "
        "InstanceId=ins-2 State=UNBIND"
    )
    assert isinstance(caught.value.last, api.DescribeHaVipsResponse)
    assert sum(cloud.clock.slept) == 5.0


def test_a_wait_that_fails_tells_much_in_whole_words(cloud: FakeCloud) -> None:
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

    with pytest.raises(errors.ThrottledError):
        cloud.client().wait(api.DescribeHaVips(), ready.held(), timeout=3.0)

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


def test_an_eip_action_without_a_task_has_ended(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(AddressSet=["eip-1"], TaskId=None))

    cloud.client().allocate_addresses()

    assert cloud.actions() == ["AllocateAddresses"]


def test_a_failed_task_tells_why(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(), cloud.success(Status="FAILED", Output="held by\nins-1"))

    with pytest.raises(errors.TaskError) as caught:
        cloud.client().delete_ha_vip(ha_vip_id="havip-1")

    assert str(caught.value) == "DeleteHaVip: task req-1 FAILED: held by ins-1"
    assert caught.value.output == "held by\nins-1"


def test_a_task_that_does_not_end_is_left(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(), cloud.success(Status="RUNNING"))
    client = cloud.client(task_timeout=30.0)

    with pytest.raises(errors.WaitTimeout, match="task req-1 is RUNNING after 30 s"):
        client.delete_ha_vip(ha_vip_id="havip-1")

    assert 30 <= sum(cloud.clock.slept) <= 32
    with pytest.raises(errors.WaitTimeout, match="after 1 s"):
        client.delete_ha_vip.finish(api.DeleteHaVipResponse(request_id="r"), timeout=1.0)


# Regions, endpoints and sites


@pytest.mark.parametrize(
    ("options", "url", "host"),
    [
        ({}, "https://vpc.tencentcloudapi.com/", "vpc.tencentcloudapi.com"),
        (
            {"endpoint": "regional"},
            "https://vpc.ap-guangzhou.tencentcloudapi.com/",
            "vpc.ap-guangzhou.tencentcloudapi.com",
        ),
        (
            {"endpoint": "internal"},
            "https://vpc.internal.tencentcloudapi.com/",
            "vpc.internal.tencentcloudapi.com",
        ),
        (
            {"site": "intl"},
            "https://vpc.intl.tencentcloudapi.com/",
            "vpc.intl.tencentcloudapi.com",
        ),
        ({"endpoint": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ({"endpoint": "http://Example.com:80/"}, "http://example.com/", "example.com"),
        ({"endpoint": "https://[::1]:8443"}, "https://[::1]:8443/", "[::1]:8443"),
        (
            {"endpoint": "https://{service}.{region}.cloud.test"},
            "https://vpc.ap-guangzhou.cloud.test/",
            "vpc.ap-guangzhou.cloud.test",
        ),
    ],
)
def test_endpoints(cloud: FakeCloud, options: dict[str, Any], url: str, host: str) -> None:
    cloud.client(**options).describe_ha_vips()

    assert cloud.seen[0].url == url
    assert cloud.seen[0].headers["Host"] == host


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        ("127.0.0.1:8080", "is not known"),
        ("ftp://127.0.0.1", "has no http"),
        ("http://", "has no http"),
        ("http://127.0.0.1:http", "is malformed"),
        ("http://127.0.0.1/path", "holds more than scheme, host and port"),
        ("http://user:secret@127.0.0.1", "holds more than scheme, host and port"),
    ],
)
def test_a_wrong_endpoint_says_what_is_wanted(cloud: FakeCloud, endpoint: str, text: str) -> None:
    with pytest.raises(errors.UsageError, match=text) as caught:
        cloud.client(endpoint=endpoint).describe_ha_vips()

    assert "http://127.0.0.1:8080" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_environment_gives_region_and_endpoint(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cloud.client(region=None)
    monkeypatch.setenv("TENCENTCLOUD_REGION", "eu-frankfurt")
    monkeypatch.setenv("HAVIP_ENDPOINT", "http://127.0.0.1:8080")

    client.describe_ha_vips()

    assert cloud.seen[0].headers["X-TC-Region"] == "eu-frankfurt"
    assert cloud.seen[0].url == "http://127.0.0.1:8080/"


def test_the_environment_of_terraform_is_understood(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_DOMAIN", "localhost:8080")
    cloud.client().describe_ha_vips()
    monkeypatch.setenv("TENCENTCLOUD_PROTOCOL", "HTTP")
    cloud.client().describe_ha_vips()
    monkeypatch.setenv("HAVIP_ENDPOINT", "http://127.0.0.1:8080")
    cloud.client().describe_ha_vips()

    assert [seen.url for seen in cloud.seen] == [
        "https://vpc.localhost:8080/",
        "http://vpc.localhost:8080/",
        "http://127.0.0.1:8080/",
    ]


@pytest.mark.parametrize("region", ["guangzhou", "AP-Guangzhou", "ap-guangzhou\r\nX-Evil: 1", ""])
def test_a_wrong_region_says_so(cloud: FakeCloud, region: str) -> None:
    with pytest.raises(errors.UsageError, match="region"):
        cloud.client(region=region).describe_ha_vips()
    assert cloud.seen == []


def test_the_international_site_lacks_actions_inputs_and_filters(cloud: FakeCloud) -> None:
    client = cloud.client(site="intl")
    member = [api.HaVipAssociation(instance_id="ins-1", ha_vip_id="havip-1")]

    with pytest.raises(errors.SiteError, match="lacks this action"):
        client.associate_ha_vip_instance(ha_vip_association_set=member)
    with pytest.raises(errors.SiteError, match="lacks its input CheckAssociate"):
        client.create_ha_vip(vpc_id="vpc-1", ha_vip_name="web", check_associate=True)
    with pytest.raises(errors.SiteError, match="lacks its filter check-associate"):
        client.describe_ha_vips(filters=[api.Filter(name="check-associate", values=["true"])])
    with pytest.raises(errors.SiteError, match="lacks its input Tags"):
        client.call("CreateHaVip", {"Tags": []})
    assert cloud.seen == []

    client.describe_ha_vips(filters=[api.Filter(name="vip", values=["10.0.0.3"])])
    assert len(cloud.seen) == 1


def test_a_site_that_is_not_there_is_refused_at_once() -> None:
    with pytest.raises(errors.UsageError, match="take 'china' or 'intl'"):
        havip.Client(site="mars")


# Pace


def test_a_paced_client_keeps_to_the_documented_rate(cloud: FakeCloud) -> None:
    client = cloud.client(pace=True)
    begun = cloud.clock.monotonic()

    for _ in range(41):
        client.describe_ha_vips()

    assert cloud.clock.monotonic() - begun == pytest.approx(2.0)


def test_each_action_has_its_own_pace(cloud: FakeCloud) -> None:
    client = cloud.client(pace=10)
    begun = cloud.clock.monotonic()

    for _ in range(10):
        client.describe_ha_vips()
        client.describe_vpcs()

    assert cloud.clock.monotonic() - begun == pytest.approx(0.9)


def test_repetitions_are_paced_too(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("RequestLimitExceeded"), cloud.success())
    begun = cloud.clock.monotonic()

    cloud.client(pace=0.1).describe_ha_vips()

    assert cloud.clock.monotonic() - begun == pytest.approx(10.0)


def test_threads_share_one_pace(cloud: FakeCloud) -> None:
    client = cloud.client(pace=True)
    begun = cloud.clock.monotonic()
    threads = [threading.Thread(target=client.describe_ha_vips) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(cloud.seen) == 50
    assert cloud.clock.monotonic() - begun == pytest.approx(49 / 20)


def test_a_pace_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        havip.Client(pace=-1)


# Manners


def test_making_a_client_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("something was read")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("os.stat", refuse)
    monkeypatch.setattr("socket.socket", refuse)

    client = havip.Client()

    assert repr(client) == "<havip.Client region of the environment, site china>"
    assert repr(havip.Client("ap-tokyo")) == "<havip.Client region ap-tokyo, site china>"


def test_the_log_shows_calls_and_no_secret(
    cloud: FakeCloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "havip")
    key = havip.Credentials("AKIDsecretid00000000", "secretkey", token="secrettoken")
    cloud.will(
        cloud.failure("RequestLimitExceeded"),
        cloud.success(
            Credentials={"Token": "newtoken", "TmpSecretId": "id", "TmpSecretKey": "newkey"},
            ExpiredTime=1,
        ),
    )
    client = cloud.client(credentials=key)

    client.assume_role(role_arn="arn", role_session_name="me")
    client.call("RunInstances", {"UserData": "c2VjcmV0", "LoginSettings": {"Password": "hunter2"}})
    cloud.will(cloud.reply(b"no json: hunter3"))
    with pytest.raises(errors.BadAnswerError):
        client.modify_ha_vip_attribute(ha_vip_id="havip-1", ha_vip_name="web")

    text = caplog.text
    assert "AssumeRole: RequestLimitExceeded; again in" in text
    assert "RunInstances: to cvm.tencentcloudapi.com, ap-guangzhou, attempt 1" in text
    for secret in ("secretkey", "secrettoken", "newtoken", "newkey", "c2VjcmV0", "hunter", "TC3"):
        assert secret not in text


def test_all_public_names_are_there_and_no_more() -> None:
    assert havip.__all__ == sorted(havip.__all__)
    for name in havip.__all__:
        assert getattr(havip, name) is not None
    assert dir(havip) == havip.__all__
    assert {"CreateHaVip", "CreateHaVipResponse", "HaVip", "find"} <= {*dir(api)}
    assert not {"TYPE_CHECKING", "annotations", "import_module", "Iterator"} & {*dir(api)}
    with pytest.raises(AttributeError, match="has no attribute 'Clinet'"):
        _ = havip.Clinet  # type: ignore[attr-defined]


def test_the_import_loads_nothing_of_the_other_rooms() -> None:
    program = (
        "import sys, havip; havip.Client, havip.ready, havip.credentials;"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('pulumi', 'pulumi_havip', 'aiohttp', 'responses', 'typer', 'grpc')"
        " or name.startswith(('havip.emulator', 'havip.cli.', 'havip.lab', 'havip.keepalived',"
        " 'havip.api.vpc', 'havip.api.cvm'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_fake_clock_moves_when_it_is_told() -> None:
    clock = havip.FakeClock(start=100.0)

    clock.sleep(5.0)
    clock.advance(10.0)

    assert clock.time() == clock.monotonic() == 115.0
    assert clock.slept == [5.0]
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1.0)


def test_the_real_clock_sleeps() -> None:
    clock = havip.SystemClock()
    begun = clock.monotonic()

    clock.sleep(0.001)
    clock.sleep(-1.0)

    assert clock.monotonic() >= begun
    assert clock.time() > 1_600_000_000
