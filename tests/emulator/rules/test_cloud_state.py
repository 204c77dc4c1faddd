"""The state: accounts and regions, persistence, rollback after errors, time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from havip.emulator import ApiFailure, Cloud, Settings
from havip.emulator.state.table import RowChange

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


def lively(rig: Rig) -> Rig:
    """Create a bit of everything."""
    subnet = rig.subnet()
    havip, eip = rig.havip(subnet, check_associate=True, client_token="t"), rig.eip()
    one = rig.instance(subnet, user_data="Zm9v")
    rig.allow(havip, one)
    rig.announce(one, havip)
    rig.bind(havip, eip)
    rig.eni(subnet, on=one)
    rig.do("CreateSecurityGroup", group_name="g", group_description="d")
    rig.do("CreateDisasterRecoverGroup", name="p", type="SW")
    rig.do("AssumeRole", role_arn="qcs::cam::uin/2:roleName/r", role_session_name="ci")
    rig.cloud.clock.advance(5)
    return rig


def test_a_dump_loads_as_the_same_cloud(rig: Rig) -> None:
    """What `dump` gives makes an equal cloud, in whatever order the rows are loaded."""
    rows = lively(rig).cloud.dump()
    for order in (rows, rows[::-1]):
        copy = Cloud(rig.watch)
        copy.load(order)
        assert sorted(copy.dump()) == sorted(rows)
        assert copy.clock.time() == rig.cloud.clock.time()


def test_a_loaded_cloud_goes_on(rig: Rig) -> None:
    """After a restart addresses, ids, quotas and tokens go on from where they were."""
    lively(rig)
    copy = Cloud(rig.watch, Settings(seed=7))
    copy.load(rig.cloud.dump())
    again = replace(rig, cloud=copy)
    (subnet,) = again.do("DescribeSubnets").subnet_set
    known = {row.ha_vip_id for row in again.do("DescribeHaVips").ha_vip_set}
    assert again.havip(subnet, check_associate=True, client_token="t").ha_vip_id in known
    made = again.havip(subnet)
    assert made.ha_vip_id not in known
    assert made.vip == "10.0.0.5"
    names = [row.ha_vip_id for row in again.do("DescribeHaVips").ha_vip_set]
    assert names == [*known, made.ha_vip_id]


def test_changes_are_handed_over_before_the_answer(rig: Rig) -> None:
    """`on_commit` gets the rows of each call that changed something; they rebuild the cloud."""
    kept: dict[tuple[str, ...], RowChange] = {}

    def keep(changes: Sequence[RowChange]) -> None:
        kept.update({change[:4]: change for change in changes})

    rig.cloud.on_commit = keep
    lively(rig)
    rig.do("DescribeHaVips")
    rig.do("DeleteSecurityGroup", security_group_id=spare(rig))
    rows = [change for change in kept.values() if change.row is not None]
    assert sorted(rows) == sorted(rig.cloud.dump())


def spare(rig: Rig) -> str:
    groups = rig.do("DescribeSecurityGroups").security_group_set
    return next(str(group.security_group_id) for group in groups if not group.is_default)


def test_changes_that_cannot_be_stored_have_no_effect(rig: Rig) -> None:
    """Where keeping the changes fails, the call fails, and everything is as before."""
    subnet = rig.subnet()
    before = rig.cloud.dump()

    def fail(_: object) -> None:
        raise OSError("no space left")

    rig.cloud.on_commit = fail
    with pytest.raises(OSError, match="no space"):
        rig.havip(subnet)
    assert rig.cloud.dump() == before
    assert rig.do("DescribeHaVips").total_count == 0
    rig.cloud.on_commit = None
    assert rig.havip(subnet).vip == "10.0.0.2"


def test_reads_change_nothing(rig: Rig) -> None:
    """Describe calls hand over no changes."""
    seen: list[object] = []
    lively(rig).cloud.on_commit = seen.append
    for action in ("DescribeHaVips", "DescribeVpcs", "DescribeInstances", "DescribeZones"):
        rig.do(action)
    assert seen == []


def test_a_reset_empties_the_cloud(rig: Rig) -> None:
    """`reset` deletes everything of all accounts, and sets the clock right."""
    lively(rig).away(account="200000000002").vpc()
    rig.cloud.reset()
    assert {change.kind for change in rig.cloud.dump()} <= {"counter"}
    assert rig.cloud.clock.time() == rig.watch.now
    assert rig.havip().vip == "10.0.0.2"


def test_a_seed_makes_runs_alike(make_rig: MakeRig) -> None:
    """With the setting `seed` the same calls give the same ids; without, others."""
    first, second, other = make_rig(), make_rig(), make_rig(seed=None)
    ids = [r.havip().ha_vip_id for r in (first, second, other)]
    assert ids[0] == ids[1] != ids[2]


def test_a_seed_makes_the_ids_of_a_new_cloud_those_of_one_that_was_reset(
    make_rig: MakeRig,
) -> None:
    rig, seen = make_rig(seed=None), []
    for _ in range(2):
        rig.cloud.seed(7)
        subnet = rig.subnet()
        seen.append((subnet.vpc_id, subnet.subnet_id, rig.havip(subnet).ha_vip_id))
        rig.cloud.reset()
    assert seen[0] == seen[1]


def test_the_addresses_of_a_subnet_do_not_depend_on_one_before_a_reset(make_rig: MakeRig) -> None:
    """Its id may be the same, and its block another one."""
    rig, ids = make_rig(seed=None), set()
    for block, first in (("10.0.9.0/24", "10.0.9.2"), ("10.0.1.0/24", "10.0.1.2")):
        rig.cloud.seed(7)
        subnet = rig.subnet(cidr_block=block)
        ids.add(subnet.subnet_id)
        assert rig.havip(subnet).vip == first
        rig.cloud.reset()
    assert len(ids) == 1


def test_the_clock_is_frozen_and_advanced(rig: Rig) -> None:
    """The cloud's clock can be stopped, set, moved on, and let run again."""
    clock = rig.cloud.clock
    clock.freeze(at=1000.0)
    rig.watch.now += 50
    clock.advance(10)
    assert (clock.time(), clock.frozen) == (1010.0, True)
    clock.resume()
    rig.watch.now += 1
    assert (clock.time(), clock.frozen) == (1011.0, False)


def test_settings_change_while_the_cloud_runs(rig: Rig) -> None:
    """The next call sees settings that were changed, one by one or as a whole."""
    subnet = rig.subnet()
    rig.cloud.settings = Settings(quotas={"havips_per_vpc": 0})  # type: ignore[arg-type]
    with pytest.raises(ApiFailure, match="LimitExceeded"):
        rig.havip(subnet)
