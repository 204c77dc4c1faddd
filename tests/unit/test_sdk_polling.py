"""The one polling loop: a deadline that everything below it shares, and its own error."""

from __future__ import annotations

import ast
import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import Retry, api, errors, ready
from havip._client.polling import LAST_LOOK, Pauses, poll
from havip._transport.clock import Deadline

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud


class Frozen:
    """A clock of a test library: it stands still whatever is slept."""

    def __init__(self) -> None:
        self.sleeps = 0

    def time(self) -> float:
        return 1_600_000_000.0

    def monotonic(self) -> float:
        return 7.0

    def sleep(self, seconds: float) -> None:
        self.sleeps += 1
        assert self.sleeps < 100_000, "endless"


def test_a_poll_looks_at_growing_intervals_and_once_more_at_its_end() -> None:
    clock = havip.FakeClock()
    looks: list[float] = []

    def look() -> None:
        looks.append(clock.monotonic())

    with pytest.raises(errors.WaitTimeout, match="the pid is there: not within 10 s"):
        poll(look, what="the pid is there", timeout=10.0, clock=clock, pauses=Pauses(1.0, 3.0, 2.0))

    assert clock.slept == [1.0, 2.0, 3.0, 3.0, 1.0]
    assert looks[-1] - looks[0] == pytest.approx(10.0)


def test_a_poll_returns_what_came_even_where_that_is_false() -> None:
    answers = iter([None, None, 0])
    assert poll(lambda: next(answers), what="x", timeout=5.0, clock=havip.FakeClock()) == 0


def test_a_poll_without_time_looks_once() -> None:
    clock = havip.FakeClock()
    assert poll(lambda: "there", what="x", timeout=0.0, clock=clock) == "there"
    with pytest.raises(errors.WaitTimeout):
        poll(lambda: None, what="x", timeout=0.0, clock=clock)
    assert clock.slept == []


def test_a_poll_goes_on_after_what_it_tolerates_and_tells_it_at_its_end() -> None:
    def look() -> None:
        raise errors.LostAnswerError("cut")

    with pytest.raises(errors.WaitTimeout, match="cut") as caught:
        poll(look, what="x", timeout=3.0, clock=havip.FakeClock(), tolerate=lambda _: True)
    assert isinstance(caught.value.__cause__, errors.LostAnswerError)

    with pytest.raises(errors.LostAnswerError):
        poll(look, what="x", timeout=3.0, clock=havip.FakeClock())


def test_nothing_is_endless_while_time_stands_still(cloud: FakeCloud) -> None:
    """Waits, tasks, retries and the rate limiter end by the seconds that were slept."""
    throttled = cloud.failure("RequestLimitExceeded")
    running = cloud.success(Status="RUNNING", TotalCount=0, HaVipSet=[])
    for answer, options in ((throttled, {}), (running, {}), (throttled, {"pace": 5.0})):
        cloud.will(answer)
        client = cloud.client(clock=Frozen(), task_timeout=20.0, **options)
        with pytest.raises(errors.WaitTimeout):
            client.wait(api.DescribeHaVips(), ready.held(), timeout=20.0)
        with pytest.raises((errors.WaitTimeout, errors.ThrottledError)):
            client.delete_ha_vip(ha_vip_id="havip-1")
        with pytest.raises(errors.WaitTimeout):
            poll(lambda: None, what="x", timeout=20.0, clock=Frozen())


def test_pauses_of_nothing_end_while_time_stands_still() -> None:
    clock = Frozen()
    deadline = Deadline(clock, 0.5)
    deadline.slept += 0.5
    assert deadline.left() <= 0


@pytest.mark.parametrize(
    "trouble",
    ["RequestLimitExceeded", "InternalError", "DesOperation.MutexTaskRunning", "LostAnswer"],
)
def test_the_task_of_a_verb_ends_in_its_time_whatever_its_looks_do(
    cloud: FakeCloud, trouble: str
) -> None:
    import requests

    bad: Any = (
        requests.ConnectionError("cut") if trouble == "LostAnswer" else cloud.failure(trouble)
    )
    client = cloud.client()
    cloud.will(cloud.success())
    started = client.delete_ha_vip.start(ha_vip_id="havip-1")
    cloud.will(bad)
    begun = cloud.clock.monotonic()

    with pytest.raises(errors.WaitTimeout, match="after 1 s"):
        client.delete_ha_vip.finish(started, timeout=1.0)

    assert cloud.clock.monotonic() - begun <= 1.0 + LAST_LOOK


def test_a_look_gets_no_more_time_than_its_wait_has(cloud: FakeCloud) -> None:
    cloud.will(cloud.success(TotalCount=0, HaVipSet=[]))
    client = cloud.client(timeout=30.0)

    with pytest.raises(errors.WaitTimeout):
        client.wait(api.DescribeHaVips(), ready.held(), timeout=3.0, delay=1.0)

    limits = [seen.options["timeout"][1] for seen in cloud.seen]
    assert limits[0] <= 3.0
    assert all(limit <= max(3.0, LAST_LOOK) for limit in limits)
    assert limits[-1] == pytest.approx(LAST_LOOK)


@pytest.mark.parametrize("code", ["ResourceNotFound", "InvalidVpcId.NotFound"])
def test_a_wait_outlives_the_first_not_found(cloud: FakeCloud, code: str) -> None:
    vip = {"HaVipId": "havip-1", "InstanceId": "ins-1"}
    found = cloud.success(TotalCount=1, HaVipSet=[vip])
    cloud.will(cloud.failure(code), cloud.failure(code), found)

    cloud.client().wait(api.DescribeHaVips(ha_vip_ids=["havip-1"]), ready.held())

    assert len(cloud.seen) == 3


def test_a_wait_for_what_never_comes_or_is_deleted_ends_early(cloud: FakeCloud) -> None:
    gone, there = (
        cloud.failure("ResourceNotFound"),
        cloud.success(TotalCount=1, HaVipSet=[{"HaVipId": "havip-1"}]),
    )
    cloud.will(gone)
    begun = cloud.clock.monotonic()
    with pytest.raises(errors.NotFoundError):
        cloud.client().wait(api.DescribeHaVips(), ready.held(), timeout=600.0)
    assert 15.0 <= cloud.clock.monotonic() - begun < 30.0

    cloud.will(there, gone)
    with pytest.raises(errors.NotFoundError):
        cloud.client().wait(api.DescribeHaVips(), ready.held(), timeout=600.0)
    assert len(cloud.seen) == 2, "what was seen and is gone does not come back"


def test_a_refusal_ends_a_wait_at_once(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("UnauthorizedOperation"))
    with pytest.raises(errors.DeniedError):
        cloud.client().wait(api.DescribeHaVips(), ready.held())
    assert len(cloud.seen) == 1


def test_a_paced_call_does_not_wait_past_its_deadline(cloud: FakeCloud) -> None:
    client = cloud.client(pace=0.01, retry=Retry(deadline=5.0), timeout=5.0)
    client.describe_ha_vips()
    begun = cloud.clock.monotonic()

    with pytest.raises(errors.UnreachableError, match="rate limiter") as caught:
        client.describe_ha_vips()

    assert cloud.clock.monotonic() == begun
    assert caught.value.code == "Unreachable.Timeout"
    assert len(cloud.seen) == 1


def test_credentials_share_the_deadline_of_the_call(cloud: FakeCloud) -> None:
    """A role that cannot be assumed does not hold a call longer than the call may take."""
    cloud.will(cloud.failure("RequestLimitExceeded"))
    role = havip.AssumedRole(
        "arn",
        source=havip.Credentials("id", "key"),
        session=havip.credentials.Session(clock=cloud.clock),
    )
    begun = cloud.clock.monotonic()

    with pytest.raises(errors.ThrottledError):
        cloud.client(credentials=role, retry=Retry(deadline=3.0), timeout=2.0).describe_ha_vips()

    assert cloud.clock.monotonic() - begun <= 3.0
    assert set(cloud.actions()) == {"AssumeRole"}


def test_a_thread_does_not_wait_for_another_s_renewal_past_its_deadline(cloud: FakeCloud) -> None:
    entered, go_on = threading.Event(), threading.Event()

    class Slow(havip.credentials.Renewed):
        def _fetch(self) -> havip.Credentials:
            entered.set()
            assert go_on.wait(10)
            return havip.Credentials("id", "key", expires=self._clock.time() + 3600)

    client = cloud.client(
        credentials=Slow(cloud.clock), clock=None, retry=Retry(deadline=0.2), timeout=0.2
    )

    def first() -> None:
        with contextlib.suppress(errors.HavipError):  # its own time is over, too
            client.describe_ha_vips()

    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(10)
    try:
        with pytest.raises(errors.CredentialError, match="another thread"):
            client.describe_ha_vips()
    finally:
        go_on.set()
        thread.join(10)


OWN_LOOPS = {
    "_client/polling.py": "the loop itself",
    "_transport/caller.py": "sleeps between attempts, on the deadline of the call",
    "_transport/clock.py": "what sleeps",
    "_transport/http.py": "what sleeps",
    "_transport/http_async.py": "what sleeps; reads a body until its deadline",
    "cli/wait.py": "an endless observation, on the deadline of --duration",
    "doctor/probe.py": "reads a socket until its time is over",
    "emulator/interception/with_httpx.py": "the latency of a fault",
    "keepalived/nodes/scripts/cluster/etcd.py": "on a node, which has no havip",
    "keepalived/nodes/scripts/cluster/galera.py": "on a node, which has no havip",
    "keepalived/nodes/scripts/cluster/postgresql.py": "on a node, which has no havip",
    "lab/events.py": "woken by events",
    "lab/history.py": "plays the steps of a history at their times",
    "lab/http_probe.py": "a process that asks at its rate",
    "lab/load_factor.py": "a thread that measures at its rate",
    "lab/row_writer.py": "a process that writes at its rate",
    "lab/systemd/children.py": "the init of a node, which imports nothing of the SDK",
    "lab/systemd/manager.py": "the init of a node, which imports nothing of the SDK",
    "lab/systemd/service.py": "the init of a node, which imports nothing of the SDK",
    "lab/tap.py": "woken by packets",
}
"""The files that sleep, or loop against a clock, and why: all others wait by `poll`."""


def test_nothing_else_in_the_sdk_waits_by_a_loop_of_its_own() -> None:
    root = Path(havip.__file__).parent
    found = {str(file.relative_to(root)) for file in root.rglob("*.py") if _loops(file)}
    assert found == set(OWN_LOOPS)


def _loops(file: Path) -> bool:
    """Return whether a file sleeps, or has a loop that reads a monotonic clock."""
    nodes = [*ast.walk(ast.parse(file.read_text()))]
    loops = [node for node in nodes if isinstance(node, ast.While | ast.For | ast.AsyncFor)]
    return any(_called(node) == "sleep" for node in nodes) or any(
        "monotonic" in _called(node) for loop in loops for node in ast.walk(loop)
    )


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))
