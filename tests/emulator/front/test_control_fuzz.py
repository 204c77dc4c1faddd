"""The controls respond to any input with 200 or 4xx and one line, and the cloud keeps working."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from havip.emulator.cloud import Cloud
from havip.emulator.http.control_interface import VERBS, handle_control
from havip.emulator.http.controls import Control
from havip.emulator.http.faults import Fault
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest
from havip.emulator.state.clock import AdjustableClock
from havip.emulator.state.settings import Quotas, Settings
from havip.errors import UsageError

if TYPE_CHECKING:
    from tests.emulator.front.conftest import Ask

pytestmark = pytest.mark.evidence("assumed")

SEED = 20261126
HOSTILE: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    10**400,
    -(10**400),
    math.nan,
    math.inf,
    -math.inf,
    1e300,
    -1e300,
    0.5,
    "",
    "a",
    "nan",
    "1",
    "\ud800",
    "\x00",
    "\x1b[2J\n",
    "\u202e",
    "é" * 70_000,
    "ap-guangzhou",
    "100000000001",
    "ins-00000000",
    "havip-00000000",
    "10.0.0.2",
    "CreateVpc",
    "self",
    [],
    [[]],
    {},
    {"self": 1},
    {"__class__": 1},
    {"": None},
    [{}],
    [None],
    [math.nan],
    [["1", "ap-guangzhou", "vpc", "vpc-00000000", 1, "{}"]],
    [["", "", "clock", "clock", 1, '{"Name":"clock","Offset":1e300}']],
    [["", "", "clock", "clock", 1, '{"Name":"clock","Offset":NaN}']],
    [["", "", "counter", "serial", 1, '{"Name":"serial","Value":-5}']],
    [["", "", "vpc", "a", 2**70, "{}"]],
    [["1", "ap-guangzhou", "task", "t", 1, '{"TaskId":"t","Action":"x","Effect":"none"}']],
    [["1", "nowhere", "vpc", "a", 1, "{}"]],
]
NAMES = ["self", "cls", "__init__", "", "\ud800", "changes", "values", "x" * 5000, "model_config"]


def fields_of(verb: str) -> list[str]:
    kind = VERBS[verb][0]
    return list(kind.model_fields) if kind else list(Settings.model_fields)


def body(draw: random.Random, verb: str) -> Any:
    """Generate a body: fields of the verb or other names, with hostile or likely values."""
    if draw.random() < 0.03:
        return draw.choice(HOSTILE)
    names = fields_of(verb) * 4 + NAMES
    count = draw.choice((0, 1, 1, 1, 2, 3))
    return {draw.choice(names): value(draw) for _ in range(count)}


def value(draw: random.Random) -> Any:
    made = draw.choice(HOSTILE)
    if draw.random() < 0.15:
        names = [*Fault.model_fields, *Quotas.model_fields, "CreateVpc", *NAMES]
        made = {draw.choice(names): draw.choice(HOSTILE) for _ in range(draw.randint(1, 3))}
    return [made] if draw.random() < 0.15 else made


def search(
    control: Control, ask: Callable[..., dict[str, Any]], count: int, seed: int
) -> Counter[int]:
    draw, seen = random.Random(seed), Counter[int]()
    headers = [("Host", "127.0.0.1"), ("Content-Type", "application/json")]
    for number in range(count):
        verb = draw.choice(sorted(VERBS))
        text = json.dumps(body(draw, verb))
        raw = RawRequest("POST", f"/_havip/{verb}", headers, text.encode())
        answer = handle_control(control, raw, "127.0.0.1")
        seen[answer.status] += 1
        where = f"seed {seed}, number {number}: {verb} {text[:300]}"
        told = json.loads(answer.body)
        assert answer.status in (200, 400, 409), where
        if answer.status != 200:
            assert told["error"].isprintable(), where
            assert len(told["error"]) < 1000, where
        if number % 10 == 0 or answer.status == 200:
            check_cloud(control, ask, where)
    return seen


def check_cloud(control: Control, ask: Callable[..., dict[str, Any]], where: str) -> None:
    """Check that the API works, but for what was ordered: faults, limits, quotas and keys."""
    control.faults.clear()
    control.limits.on = False
    for action, params in (
        ("DescribeVpcs", {}),
        ("DescribeHaVips", {}),
        ("CreateVpc", {"VpcName": "a", "CidrBlock": "10.0.0.0/16"}),
        ("AllocateAddresses", {}),
    ):
        code = ask(action, params).get("Error", {}).get("Code", "")
        assert code != "InternalError", f"{where}: {action}"


@pytest.fixture
def control(gateway: Gateway) -> Control:
    gateway.verify = "none"
    return Control(gateway)


@pytest.mark.fuzz
def test_a_sample_of_hostile_control_requests(control: Control, ask: Ask) -> None:
    seen = search(control, ask, 1500, SEED)
    print(f"1500 control requests, seed {SEED}: {dict(seen)}")
    assert seen[200] > 100
    assert seen[400] > 500


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_many_hostile_control_requests(control: Control, ask: Ask, seed: int) -> None:
    print(f"10000 control requests, seed {seed}: {dict(search(control, ask, 10_000, seed))}")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Settings(task_delay=math.nan),
        lambda: Settings(task_delay=-1),
        lambda: Settings(task_delay=math.inf),
        lambda: Settings(utc_offset_hours=100),
        lambda: Settings(quotas={"castles": 1}),  # type: ignore[arg-type]
        lambda: Settings(quotas=Quotas(havips_per_vpc=-1)),
        lambda: Settings(colour="red"),  # type: ignore[call-arg]
        lambda: Settings(regions=()),
        lambda: Settings(regions=("ap guangzhou",)),
        lambda: Settings(zones=(0,)),
        lambda: Settings(failing_tasks={"DeleteHavip": "no"}),
        lambda: Settings.of({"self": 1}),
        lambda: Quotas(havips_per_vpc="ten"),  # type: ignore[arg-type]
        lambda: setattr(Settings(), "task_delay", "soon"),
        lambda: Fault(action="CreateHavip", drop=True),
        lambda: Fault(latency=math.nan),
        lambda: Fault(),
        lambda: Fault(code="a", drop=True),
        lambda: Cloud().clock.advance(math.nan),
        lambda: Cloud().clock.advance(1e300),
        lambda: Cloud().clock.freeze(-1),
        lambda: Cloud().clock.freeze(math.inf),
        lambda: Control(Gateway(Cloud())).configure(task_delay="soon"),
        lambda: Control(Gateway(Cloud())).configure_by_name({"self": 1}),
    ],
)
def test_python_callers_get_one_usage_error(make: Callable[[], object]) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_clock_is_changed_whole_or_not_at_all(control: Control) -> None:
    clock: AdjustableClock = control.cloud.clock
    before = clock.time()
    raw = RawRequest(
        "POST",
        "/_havip/clock",
        [("Host", "127.0.0.1"), ("Content-Type", "application/json")],
        b'{"freeze": 5.0, "advance": -10.0}',
    )
    answer = handle_control(control, raw, "127.0.0.1")
    assert answer.status == 400
    assert (clock.frozen, clock.time()) == (False, before)
