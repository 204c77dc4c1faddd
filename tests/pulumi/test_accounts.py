"""Explicit providers: other accounts, regions and roles for resources, components and look-ups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

import pulumi_havip as havip
from havip.emulator.mock import mock_havip
from havip.emulator.state.access_keys import Key
from havip.emulator.state.settings import Settings as CloudSettings
from havip.testing import StackFactory
from pulumi_havip.testing import StackFailedError, StackUnderTest

SECRET = "Sup3r-S3cret-Key-CANARY"


def net(name: str, opts: pulumi.ResourceOptions | None = None) -> tuple[Any, Any]:
    vpc = havip.Vpc(name, cidr_block="172.17.0.0/16", opts=opts)
    region = "ap-tokyo" if name == "tokyo" else "ap-guangzhou"
    subnet = havip.Subnet(
        name, vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{region}-1", opts=opts
    )
    return vpc, subnet


def two_regions() -> None:
    tokyo = havip.Provider("tokyo", region="ap-tokyo")
    here, there = pulumi.ResourceOptions(), pulumi.ResourceOptions(provider=tokyo)
    vpc, subnet = net("here", here)
    havip.HaVip("here", vpc_id=vpc.id, subnet_id=subnet.id)
    vpc, subnet = net("tokyo", there)
    web = havip.HaVip("tokyo", vpc_id=vpc.id, subnet_id=subnet.id, opts=there)
    found = havip.get_ha_vip_output(id=web.id, opts=pulumi.InvokeOutputOptions(provider=tokyo))
    pulumi.export("found", found.apply(lambda row: row.vip))
    parent = pulumi.InvokeOutputOptions(parent=web)
    pulumi.export("count", havip.get_ha_vips_output(opts=parent, vpc_id=web.vpc_id).apply(len))
    pulumi.export("none", [row.id for row in havip.get_ha_vips(opts=_of(tokyo), vip="10.9.9.9")])


def _of(provider: havip.Provider) -> pulumi.InvokeOptions:
    return pulumi.InvokeOptions(provider=provider)


def test_resources_and_look_ups_of_a_provider_are_in_its_region(havip_stack: StackFactory) -> None:
    stack = havip_stack(two_regions)
    regions = {row.name: row.outputs["region"] for row in stack.resources}
    assert regions == {"here": "ap-guangzhou", "tokyo": "ap-tokyo"}
    assert stack.outputs == {"found": stack.outputs["found"], "count": 1, "none": []}
    assert stack.outputs["found"].startswith("172.17.16.")
    stack.assert_no_drift()
    stack.assert_clean_destroy()


def two_accounts() -> None:
    config = pulumi.Config()
    other = havip.Provider(
        "other",
        region="ap-guangzhou",
        secret_id="AKIDOTHER",
        secret_key=config.require_secret("key"),
    )
    mine, shared = havip.Vpc("mine", cidr_block="10.0.0.0/16"), pulumi.ResourceOptions()
    shared.provider = other
    theirs = havip.Vpc("theirs", cidr_block="10.0.0.0/16", opts=shared)
    pulumi.export("accounts", [mine.account, theirs.account])
    found = havip.get_instances_output(opts=pulumi.InvokeOutputOptions(provider=other))
    pulumi.export("count", found.apply(len))


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "SECRETEXAMPLE")
    mock = mock_havip(settings=CloudSettings(seed=1), verify="known")
    mock.start()
    mock.control.cloud.keys.add(Key("AKIDEXAMPLE", "SECRETEXAMPLE", "100000000001"))
    mock.control.cloud.keys.add(Key("AKIDOTHER", SECRET, "200000000002"))
    try:
        yield StackUnderTest(two_accounts, mock.control, tmp_path, secrets={"test:key": SECRET})
    finally:
        mock.stop()


def test_two_accounts_in_one_program(accounts: Any, tmp_path: Path) -> None:
    accounts.up()
    assert accounts.outputs["accounts"] == ["100000000001", "200000000002"]
    assert accounts.outputs["count"] == 0
    accounts.assert_no_drift()
    written = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(SECRET in text for text in written)
    assert SECRET not in json.dumps([str(event) for event in accounts.events])
    accounts.destroy()


def test_a_look_up_at_once_needs_settings_that_are_known(havip_stack: StackFactory) -> None:
    def program() -> None:
        other = havip.Provider("other", region=pulumi.Output.from_input("ap-tokyo"))
        havip.get_ha_vips(opts=_of(other))

    with pytest.raises(StackFailedError, match="use get_ha_vips_output"):
        havip_stack(program)


def test_a_malformed_role_is_refused_by_name(havip_stack: StackFactory) -> None:
    def program() -> None:
        role: Any = {"role": "x"}
        other = havip.Provider("other", region="ap-tokyo", assume_role=role)
        havip.Vpc("a", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=other))

    with pytest.raises(StackFailedError, match=r"havip:assumeRole\.roleArn"):
        havip_stack(program)


def test_unfiltered_look_ups(havip_stack: StackFactory) -> None:
    def program() -> None:
        pulumi.export("h", havip.get_ha_vips_output().apply(len))
        pulumi.export("i", havip.get_instances_output().apply(len))

    assert havip_stack(program).outputs == {"h": 0, "i": 0}
