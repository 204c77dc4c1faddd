"""Invariants under any sequence of calls, announcements, failures and restarts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from havip import api
from havip.emulator import ApiFailure, Caller, Cloud, Quotas, Settings
from havip.emulator.state.rows import addresses_of
from havip.emulator.state.world import AccountRegion

QUOTAS = Quotas(
    havips_per_vpc=4, members_per_havip=3, eips_per_region=3, eip_applications_per_day=10**6
)
COMMON = {
    "DesOperation.MutexTaskRunning",
    "LimitExceeded",
    "ResourceNotFound",
    "UnsupportedOperation",
    "UnsupportedOperation.IdempotentParameterMismatch",
}
DELAYS = st.sampled_from([0.0, 0.0, 4.0])
NEAR = st.sampled_from([True, True, True, False])
"""Mostly the first subnet, so that things meet."""


class Watch:
    """A clock that the machine moves."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def time(self) -> float:
        return self.now


class CloudMachine(RuleBasedStateMachine):
    """Does to a small cloud whatever can be done, and looks at it after each step."""

    havips: Bundle[str] = Bundle("havips")
    eips: Bundle[str] = Bundle("eips")
    instances: Bundle[str] = Bundle("instances")
    enis: Bundle[str] = Bundle("enis")

    def __init__(self) -> None:
        super().__init__()
        self.watch = Watch()
        self.cloud = Cloud(self.watch, Settings(seed=1, quotas=QUOTAS))
        self.kept: dict[tuple[str, ...], Any] = {}
        self.broken = False
        self.attach()
        self.calls = 0
        self.build()

    def attach(self) -> None:
        self.cloud.on_commit = self.keep

    def keep(self, changes: Any) -> None:
        if self.broken:
            raise OSError("no space left")
        self.kept.update({change[:4]: change for change in changes})

    def do(self, action: str, **fields: Any) -> Any:
        """Call an action; a refusal is an answer like another."""
        self.calls += 1
        caller = Caller("100000000001", "ap-guangzhou", request_id=f"r{self.calls}")
        kind, code = getattr(api, action), ""
        try:
            return self.cloud.call(caller, kind(**fields))
        except ApiFailure as refusal:
            code = refusal.code
        assert code in {*kind.errors, *COMMON}, (action, code)
        return None

    def build(self) -> None:
        vpc = self.do("CreateVpc", vpc_name="v", cidr_block="10.0.0.0/16").vpc
        self.subnets = [
            self.do(
                "CreateSubnet",
                vpc_id=vpc.vpc_id,
                subnet_name="s",
                cidr_block=f"10.0.{number}.0/28",
                zone="ap-guangzhou-3",
            ).subnet
            for number in range(2)
        ]

    @initialize(target=havips)
    def first_havips(self) -> Any:
        return multiple(self.create(True, True, None, None), self.create(True, False, None, None))

    @initialize(target=instances)
    def first_instances(self) -> Any:
        return multiple(self.run(True), self.run(True))

    @initialize(target=eips)
    def first_eip(self) -> Any:
        return self.allocate()

    @rule(
        target=havips,
        near=NEAR,
        check=st.booleans(),
        host=st.sampled_from([None, None, 1, 2, 3, 4, 14, 15]),
        token=st.sampled_from([None, None, None, "a"]),
    )
    def create(self, near: bool, check: bool, host: int | None, token: str | None) -> Any:
        subnet = self.subnets[near]
        answer = self.do(
            "CreateHaVip",
            vpc_id=subnet.vpc_id,
            subnet_id=subnet.subnet_id,
            ha_vip_name="n",
            check_associate=check,
            client_token=token,
            vip=None if host is None else f"10.0.{int(near)}.{host}",
        )
        return answer.ha_vip.ha_vip_id if answer else multiple()

    @rule(target=instances, near=NEAR)
    def run(self, near: bool) -> Any:
        subnet = self.subnets[near]
        network = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id}
        answer = self.do("RunInstances", virtual_private_cloud=network)
        return answer.instance_id_set[0] if answer else multiple()

    @rule(target=enis, near=NEAR, instance=instances)
    def plug(self, near: bool, instance: str) -> Any:
        subnet = self.subnets[near]
        answer = self.do(
            "CreateNetworkInterface",
            vpc_id=subnet.vpc_id,
            subnet_id=subnet.subnet_id,
            network_interface_name="e",
        )
        if not answer:
            return multiple()
        eni = answer.network_interface.network_interface_id
        self.do("AttachNetworkInterface", network_interface_id=eni, instance_id=instance)
        return eni

    @rule(target=eips)
    def allocate(self) -> Any:
        answer = self.do("AllocateAddresses")
        return answer.address_set[0] if answer else multiple()

    @rule(havip=havips, member=st.one_of(instances, enis))
    def associate(self, havip: str, member: str) -> None:
        items = [{"ha_vip_id": havip, "instance_id": member}]
        self.do("AssociateHaVipInstance", ha_vip_association_set=items)

    @rule(havip=havips, member=st.one_of(instances, enis))
    def disassociate(self, havip: str, member: str) -> None:
        items = [{"ha_vip_id": havip, "instance_id": member}]
        self.do("DisassociateHaVipInstance", ha_vip_association_set=items)

    @rule(havip=havips, sender=st.one_of(instances, enis))
    def announce(self, havip: str, sender: str) -> None:
        try:
            told = self.cloud.announce(sender, havip)
        except ApiFailure:  # one of the two is gone
            return
        held = self.here.havips.get(havip)
        assert held is not None
        assert not told.accepted or held.network_interface_id == told.interface_id

    @rule(havip=havips, eip=eips)
    def bind(self, havip: str, eip: str) -> None:
        found = self.here.eips.get(eip)
        if found is not None:
            self.do("HaVipAssociateAddressIp", ha_vip_id=havip, address_ip=found.address_ip)

    @rule(havip=havips)
    def unbind(self, havip: str) -> None:
        self.do("HaVipDisassociateAddressIp", ha_vip_id=havip)

    @rule(eip=eips, instance=instances)
    def bind_instance(self, eip: str, instance: str) -> None:
        self.do("AssociateAddress", address_id=eip, instance_id=instance)

    @rule(eip=eips)
    def free(self, eip: str) -> None:
        self.do("DisassociateAddress", address_id=eip)

    @rule(eip=consumes(eips))
    def release_eip(self, eip: str) -> None:
        self.do("ReleaseAddresses", address_ids=[eip])

    @rule(havip=havips)
    def delete(self, havip: str) -> None:
        self.do("DeleteHaVip", ha_vip_id=havip)

    @rule(
        instance=instances,
        action=st.sampled_from(["StartInstances", "StopInstances", "TerminateInstances"]),
    )
    def change(self, instance: str, action: str) -> None:
        self.do(action, instance_ids=[instance])

    @rule(eni=enis, instance=instances)
    def unplug(self, eni: str, instance: str) -> None:
        self.do("DetachNetworkInterface", network_interface_id=eni, instance_id=instance)

    @rule(eni=enis)
    def delete_eni(self, eni: str) -> None:
        self.do("DeleteNetworkInterface", network_interface_id=eni)

    @rule(one=enis, two=enis)
    def migrate(self, one: str, two: str) -> None:
        self.do(
            "AssignPrivateIpAddresses",
            network_interface_id=one,
            secondary_private_ip_address_count=1,
        )
        eni = self.here.enis.get(one)
        if eni is not None:
            self.do(
                "MigratePrivateIpAddress",
                source_network_interface_id=one,
                destination_network_interface_id=two,
                private_ip_address=eni.private_ip_address_set[-1].private_ip_address,
            )

    @rule(seconds=st.sampled_from([1, 4, 100_000]))
    def wait(self, seconds: int) -> None:
        self.watch.now += seconds

    @rule(
        delay=DELAYS,
        polls=st.sampled_from([0, 0, 2]),
        failing=st.sampled_from([False, False, True]),
    )
    def configure(self, delay: float, polls: int, failing: bool) -> None:
        texts = {"DeleteHaVip": "broke", "HaVipAssociateAddressIp": "broke"} if failing else {}
        changes = {"task_delay": delay, "task_polls": polls, "failing_tasks": texts}
        self.cloud.settings = self.cloud.settings.model_copy(update=changes)

    @rule(near=NEAR)
    def fail_to_keep(self, near: bool) -> None:
        """Lose what cannot be written, and only that."""
        self.do("DescribeZones")
        before, self.broken = self.cloud.dump(), True
        subnet = self.subnets[near]
        fields = {"vpc_id": subnet.vpc_id, "subnet_id": subnet.subnet_id, "ha_vip_name": "n"}
        with pytest.raises((OSError, AssertionError)):
            assert self.do("CreateHaVip", **fields)
        self.broken = False
        assert self.cloud.dump() == before

    @rule()
    def restart(self) -> None:
        """Go on with a new cloud made of what was kept."""
        rows = [change for change in self.kept.values() if change.row is not None]
        assert sorted(rows) == sorted(self.cloud.dump())
        settings_now = self.cloud.settings
        self.cloud = Cloud(self.watch, settings_now)
        self.cloud.load(rows)
        assert sorted(self.cloud.dump()) == sorted(rows)
        self.attach()

    @property
    def here(self) -> AccountRegion:
        """The rows as they are: reading them does not let time or tasks go on, as a call would."""
        return self.cloud.region("100000000001", "ap-guangzhou")

    @invariant()
    def one_holder_that_may_hold(self) -> None:
        for havip in self.here.havips:
            held = havip.network_interface_id
            assert bool(held) == bool(havip.instance_id) == (havip.state == "AVAILABLE")
            if held:
                eni, instance = self.here.enis.get(held), self.here.instances.get(havip.instance_id)
                assert eni is not None
                assert eni.attachment is not None
                assert instance is not None
                assert eni.subnet_id == havip.subnet_id
                assert eni.attachment.instance_id == instance.instance_id
                assert instance.instance_state in ("RUNNING", "STOPPING", "TERMINATING")

    @invariant()
    def no_address_twice(self) -> None:
        taken = [(row.subnet_id, row.vip) for row in self.here.havips]
        taken += [(eni.subnet_id, text) for eni in self.here.enis for text in addresses_of(eni)]
        assert len(set(taken)) == len(taken)
        used = Counter(subnet_id for subnet_id, _ in taken)
        for subnet in self.subnets:
            assert self.here.book.used(subnet.subnet_id) == used[subnet.subnet_id] <= 13

    @invariant()
    def eips_are_in_step(self) -> None:
        havips = {row.address_ip: row for row in self.here.havips if row.address_ip}
        for eip in self.here.eips:
            bound = havips.pop(eip.address_ip, None)
            assert (eip.instance_type == "HAVIP") == (bound is not None)
            assert eip.address_status != "UNBIND" or not eip.instance_id
            if bound is not None:
                assert eip.instance_id == bound.ha_vip_id
        assert havips == {}

    @invariant()
    def quotas_hold(self) -> None:
        assert len(self.here.havips) <= QUOTAS.havips_per_vpc
        assert len(self.here.eips) <= QUOTAS.eips_per_region
        for havip in self.here.havips:
            members = havip.ha_vip_association_set
            assert len(members) <= QUOTAS.members_per_havip
            assert len({item.instance_type for item in members}) <= 1

    @rule(havip=havips, name=st.sampled_from(["vip", "subnet-id", "address-ip", "havip-name"]))
    def look(self, havip: str, name: str) -> None:
        """Compare what an index finds with a scan of every HAVIP."""
        row = self.here.havips.get(havip)
        field = {"havip-name": "ha_vip_name"}.get(name, name.replace("-", "_"))
        value = getattr(row, field) if row else "none"
        found = self.do("DescribeHaVips", filters=[{"name": name, "values": [value]}])
        assert found.ha_vip_set == [r for r in self.here.havips if getattr(r, field) == value]


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        CloudMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples < 100,
        ),
    )


@pytest.mark.fuzz
def test_invariants_hold() -> None:
    """After any actions: one holder, unique addresses, quotas, and nothing lost by a restart."""
    run(examples=25, steps=50)


@pytest.mark.soak
def test_invariants_hold_in_long_runs() -> None:
    """The same holds over very many random sequences of calls, failures and restarts."""
    run(examples=500, steps=80)
