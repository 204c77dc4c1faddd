"""Uses known from boto3 and from editors: iteration, mocks, hooks."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from unittest.mock import create_autospec

import pytest

import havip
from havip import api, errors
from havip.emulator import Quotas, Settings, mock_havip

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud


@pytest.mark.parametrize("limit", [None, 7, 1])
@pytest.mark.parametrize("every", [1, 2, 7, 100])
def test_nothing_is_lost_or_doubled_in_a_loop_that_deletes(limit: int | None, every: int) -> None:
    with mock_havip(settings=Settings(quotas=Quotas(havips_per_vpc=1000))):
        client = havip.Client("ap-guangzhou")
        vpc = client.create_vpc(vpc_name="w", cidr_block="10.0.0.0/16").vpc.vpc_id
        subnet = client.create_subnet(
            vpc_id=vpc, subnet_name="w", cidr_block="10.0.0.0/24", zone="ap-guangzhou-3"
        ).subnet.subnet_id
        for number in range(23):
            client.create_ha_vip(vpc_id=vpc, subnet_id=subnet, ha_vip_name=f"n{number}")
        seen = []
        for number, vip in enumerate(client.items(api.DescribeHaVips(limit=limit))):
            seen.append(vip.ha_vip_name)
            if number % every == 0:
                client.delete_ha_vip(ha_vip_id=vip.ha_vip_id)

    assert sorted(seen) == sorted(f"n{number}" for number in range(23))


def falling(page: int) -> int:
    return 10**9 - page


def swinging(page: int) -> int:
    return 10**9 + page % 2 * 100


@pytest.mark.parametrize("total", [lambda _: 10**9, falling, swinging])
@pytest.mark.parametrize("items", [1, 2, 100])
def test_a_list_that_does_not_end_is_told(
    cloud: FakeCloud, total: Callable[[int], int], items: int
) -> None:
    page = [{"HaVipId": f"havip-{number}"} for number in range(items)]
    cloud.will(*(cloud.success(TotalCount=total(at), HaVipSet=page) for at in range(2000)))

    with pytest.raises(errors.BadAnswerError, match="does not end"):
        list(cloud.client().items(api.DescribeHaVips()))
    assert len(cloud.seen) < 2000


def test_a_list_of_which_most_is_deleted_is_listed_again(cloud: FakeCloud) -> None:
    """Half of a long list is deleted while it is read, in front."""
    whole = [{"HaVipId": f"havip-{number}"} for number in range(400)]
    listed = [(offset, whole) for offset in range(0, 200, 10)]
    left = whole[190:]
    listed += [(200, left), *((offset, left) for offset in range(10, 400, 10))]
    cloud.will(
        *(
            cloud.success(TotalCount=len(rows), HaVipSet=rows[offset : offset + 10])
            for offset, rows in listed
        )
    )

    seen = [vip.ha_vip_id for vip in cloud.client().items(api.DescribeHaVips(limit=10))]
    assert seen == [vip["HaVipId"] for vip in whole]


def test_a_mock_with_the_spec_of_the_client_checks_parameters() -> None:
    mock = create_autospec(havip.Client, instance=True)
    mock.create_ha_vip(vpc_id="vpc-1", ha_vip_name="web")
    with pytest.raises(TypeError):
        mock.create_ha_vip(colour="red")
    assert inspect.iscoroutinefunction(havip.AsyncClient.create_ha_vip)


def test_verbs_have_names_and_go_through_send(cloud: FakeCloud) -> None:
    sent = []

    class Logged(havip.Client):
        def send(self, request: Any, **options: Any) -> Any:
            sent.append(type(request).__name__)
            return super().send(request, **options)

    key = havip.Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
    verb: Any = Logged("ap-guangzhou", credentials=key, clock=cloud.clock).describe_ha_vips
    verb()
    assert sent == ["DescribeHaVips"]
    assert verb.__name__ == "describe_ha_vips"


def test_the_hook_is_called_for_each_attempt(cloud: FakeCloud) -> None:
    told: list[havip.Attempt] = []
    cloud.will(cloud.failure("RequestLimitExceeded"), cloud.failure("ResourceInUse"))

    with pytest.raises(errors.InUseError):
        cloud.client(on_attempt=told.append).describe_ha_vips()

    assert [(one.number, one.code) for one in told] == [
        (1, "RequestLimitExceeded"),
        (2, "ResourceInUse"),
    ]
    assert told[1].request_id == "req-e"


@pytest.mark.parametrize(
    "code",
    [
        "DesOperation.MutexTaskRunning",
        "MutexOperation.TaskRunning",
        "ResourceInUse.ResourceBusy",
        "ResourceBusy.Instance",
    ],
)
def test_a_busy_word_in_any_part_of_a_code_is_repeated(cloud: FakeCloud, code: str) -> None:
    assert errors.error_class(code) is errors.BusyError
    cloud.will(cloud.failure(code), cloud.success())
    cloud.client().release_addresses.start(address_ids=["eip-1"])
    assert len(cloud.seen) == 2


def test_a_verb_is_copied_like_a_method(cloud: FakeCloud) -> None:
    with cloud.client() as client:
        verb: Any = copy.copy(client.describe_ha_vips)
        verb()
        assert cloud.actions() == ["DescribeHaVips"]
        assert verb.__self__ is client
        for duplicate in (copy.deepcopy, pickle.dumps):
            with pytest.raises(errors.UsageError, match="cannot be copied or pickled"):
                duplicate(verb)


@pytest.mark.parametrize(
    "made",
    [havip.FakeClock(), havip.AssumedRole("qcs::cam::uin/1:roleName/a"), havip.CvmRole()],
    ids=lambda made: type(made).__name__,
)
@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickle.dumps])
def test_what_has_locks_is_not_copied(made: object, duplicate: Any) -> None:
    with pytest.raises(errors.UsageError, match="create one in each process"):
        duplicate(made)
