"""The live tests' own promises: they cost nothing, leave nothing, and tell what they saw."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import api
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

if TYPE_CHECKING:
    from tests.live import rig as rigging
    from tests.live import sweep as sweeping
    from tests.live.rig import LiveRig
else:
    rigging = sys.modules["havip_live_rig"]  # the conftest has loaded it
    sweeping = rigging.sweeping

HERE = Path(__file__).resolve().parent
NOW = 1_795_000_000.0

pytestmark = pytest.mark.skipif(rigging.LIVE, reason="is about an emulator")


@pytest.fixture
def client(havip_server: EmulatorServer) -> Any:
    credentials = havip.Credentials(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)
    with havip.Client("ap-guangzhou", credentials=credentials, endpoint=havip_server.url) as made:
        yield made


def litter(client: havip.Client, made: float | None) -> str:
    """Leave a network as a broken run does, with a tag of when it was made, or a stranger's."""
    value = "not a time" if made is None else str(int(made))
    key = "team" if made is None else sweeping.TAG
    tags = [api.Tag(key=key, value=value)]
    vpc = client.create_vpc(vpc_name="a", cidr_block="10.0.0.0/16", tags=tags).vpc.vpc_id
    subnet = client.create_subnet(
        vpc_id=vpc, subnet_name="a", cidr_block="10.0.0.0/24", zone="ap-guangzhou-3"
    ).subnet
    client.create_network_interface(
        vpc_id=vpc, subnet_id=subnet.subnet_id, network_interface_name="a"
    )
    made_havip = client.create_ha_vip(
        vpc_id=vpc, subnet_id=subnet.subnet_id, ha_vip_name="a", check_associate=True
    ).ha_vip
    table = client.create_route_table(vpc_id=vpc, route_table_name="a").route_table
    route = api.Route(
        destination_cidr_block="192.168.0.0/24",
        gateway_type="HAVIP",
        gateway_id=made_havip.ha_vip_id,
    )
    client.create_routes(route_table_id=table.route_table_id, routes=[route])
    (eip_id,) = client.allocate_addresses(tags=tags).address_set
    (eip,) = client.describe_addresses(address_ids=[eip_id]).address_set
    client.ha_vip_associate_address_ip(ha_vip_id=made_havip.ha_vip_id, address_ip=eip.address_ip)
    client.create_security_group(group_name="a", group_description="a", tags=tags)
    return vpc


def left(client: havip.Client) -> dict[str, int]:
    """Count what there is."""
    return {
        "VPCs": client.describe_vpcs().total_count,
        "subnets": client.describe_subnets().total_count,
        "HAVIPs": client.describe_ha_vips().total_count,
        "interfaces": client.describe_network_interfaces().total_count,
        "EIPs": client.describe_addresses().total_count,
        "groups": client.describe_security_groups().total_count,
    }


def test_the_sweeper_deletes_what_is_old_and_of_the_tests(client: havip.Client) -> None:
    one_network = left(client)
    litter(client, made=None)
    strangers = left(client)
    litter(client, made=NOW - 3600)
    young = litter(client, made=NOW - 60)
    lines: list[str] = []
    assert sweeping.sweep(client, older_than=30, now=NOW, say=lines.append) == 0
    assert [line.partition(" ")[0] for line in lines] == ["deleted"] * 3
    assert young in [vpc.vpc_id for vpc in client.describe_vpcs().vpc_set]
    assert left(client) == {what: 2 * count for what, count in strangers.items()}
    assert sweeping.sweep(client, older_than=0, now=NOW, say=lines.append) == 0
    assert left(client) == strangers != one_network


def test_a_dry_run_deletes_nothing(client: havip.Client) -> None:
    litter(client, made=NOW - 3600)
    before = left(client)
    lines: list[str] = []
    assert sweeping.sweep(client, older_than=30, now=NOW, dry_run=True, say=lines.append) == 0
    assert [line.rpartition(" ")[0] for line in lines] == ["would delete"] * 3
    assert left(client) == before


def test_resources_that_cannot_be_swept_are_counted(
    client: havip.Client, havip_server: EmulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "TRIES", 1)
    vpc = litter(client, made=NOW - 3600)
    (subnet,) = client.describe_subnets().subnet_set
    place = api.VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet.subnet_id)
    client.run_instances(virtual_private_cloud=place)
    lines: list[str] = []
    assert sweeping.sweep(client, older_than=30, now=NOW, say=lines.append) == 1
    assert lines[0].startswith(f"left {vpc}: DeleteSubnet: ResourceInUse")


@pytest.mark.parametrize(
    "action", ["RunInstances", "AllocateAddresses", "AssumeRole", "TerminateInstances"]
)
def test_tests_that_cost_money_are_skipped(rig: LiveRig, action: str) -> None:
    with pytest.raises(pytest.skip.Exception, match="is not asked of a real account"):
        rig.do(action)
    with pytest.raises(pytest.skip.Exception, match="costs"):
        rig.instance(None)


def test_one_eip_is_all_there_is(rig: LiveRig) -> None:
    first = rig.eip().address_id
    with pytest.raises(pytest.skip.Exception, match="costs"):
        rig.eip()
    assert rig.account.eip() == first


def test_others_are_not_seen(rig: LiveRig) -> None:
    stranger = rig.client.create_vpc(vpc_name="other", cidr_block="10.0.0.0/16").vpc.vpc_id
    assert rig.do("DescribeVpcs").total_count == 0
    mine = rig.vpc()
    assert [vpc.vpc_id for vpc in rig.do("DescribeVpcs").vpc_set] == [mine.vpc_id]
    with pytest.raises(pytest.skip.Exception, match="cannot be told apart"):
        rig.do("DescribeVpcs", limit="1")
    rig.client.delete_vpc(vpc_id=stranger)


def test_most_assumptions_have_a_live_test() -> None:
    asked, unasked = rigging.rules()
    assert len(asked) > 80
    assert set(unasked.values()) <= set(rigging.NOT_ASKED.values())


@pytest.mark.process
def test_a_live_run_reports_differences(havip_server: EmulatorServer, tmp_path: Path) -> None:
    """A run as on a real account, which is an emulator with another mind, in a process."""
    havip_server.control.configure(taken_address_code="ResourceInUse")
    environment = {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "HAVIP_LIVE": "1",
        "HAVIP_LIVE_REPORT": str(tmp_path / "observed.json"),
        "HAVIP_ENDPOINT": havip_server.url,
        "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
        "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
        "TENCENTCLOUD_REGION": "ap-guangzhou",
    }
    wanted = "taken_address or taken_address_is_a_duplicate or too_long or with_an_eip"
    command = [sys.executable, "-m", "pytest", str(HERE), "-k", wanted, "-p", "no:cacheprovider"]
    done = subprocess.run(
        command,
        env=environment,
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    told = json.loads((tmp_path / "observed.json").read_text(encoding="utf-8"))
    values = {value["name"]: value for value in told["values"]}
    taken = values["taken_address_code"]
    assert (taken["observed"], taken["outcome"]) == ("ResourceInUse", "otherwise")
    assert values["name of 61 characters at creation"]["outcome"] == "as assumed"
    rules = {rule["name"]: rule for rule in told["rules"]}
    assert rules["test_a_taken_address_is_a_duplicate"]["outcome"] == "otherwise"
    assert rules["test_a_held_havip_is_not_deleted"]["outcome"] == "not asked"
    assert "DeleteHaVip with an EIP" not in values, "no EIP was allowed"
    assert (told["left"], told["about"]["live"]) == ([], True)
    assert DEFAULT_SECRET_KEY not in json.dumps(told)
    assert "observed.json: " in done.stdout
