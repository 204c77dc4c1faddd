"""The commands on HAVIPs: what they do in the cloud, what they print, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from havip.emulator.http.faults import Fault

if TYPE_CHECKING:
    from tests.cli.conftest import Stage

Shell = Callable[..., Any]


def test_ls_is_a_table_for_people(stage: Stage, shell: Shell) -> None:
    vip = stage.havip("web", check_associate=True)
    stage.client.associate_ha_vip_instance(
        ha_vip_association_set=[_member(vip, node) for node in stage.nodes]
    )
    stage.take(stage.nodes[1], vip)
    stage.havip("spare")
    head, first, second = shell("ls").out.splitlines()
    assert head.split() == ["ID", "NAME", "ADDRESS", "STATE", "HOLDER", "EIP", "RANGE", "SUBNET"]
    assert first.split() == [
        *(vip.ha_vip_id, "web", vip.vip, "AVAILABLE", stage.nodes[1], "-"),
        *(",".join(stage.nodes), stage.subnet),
    ]
    assert second.split()[1:7] == ["spare", "10.0.0.5", "UNBIND", "-", "-", "anybody"]


def _member(vip: Any, node: str) -> Any:
    from havip.api import HaVipAssociation

    return HaVipAssociation(ha_vip_id=vip.ha_vip_id, instance_id=node, instance_type="CVM")


def test_ls_without_havips_gives_the_next_step_or_an_empty_list(
    stage: Stage, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = "havip create --vpc VPC --subnet SUBNET --name NAME"
    for words, region in ((), "ap-guangzhou"), (("--region", "ap-tokyo"), "ap-tokyo"):
        out = shell("ls", *words).out
        assert region in out
        assert create in out
    narrowed = shell("ls", "--name", "web").out
    assert "filter" in narrowed
    assert create not in narrowed
    assert json.loads(shell("ls", "-o", "json").out) == []
    assert yaml.safe_load(shell("ls", "-o", "yaml").out) == []


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_ls_and_show_give_programs_the_api_s_own_names(
    stage: Stage, shell: Shell, form: str, read: Callable[[str], Any]
) -> None:
    vip = stage.havip("Größe €")
    (row,) = read(shell("ls", "-o", form).out)
    assert (row["HaVipId"], row["HaVipName"], row["AddressIp"]) == (vip.ha_vip_id, "Größe €", "")
    assert read(shell("show", vip.ha_vip_id, "-o", form).out) == row


def test_show_is_readable_without_an_option(stage: Stage, shell: Shell) -> None:
    vip = stage.havip()
    assert f"Vip: {vip.vip}\n" in shell("show", vip.vip).out


def test_ls_narrows_by_network_and_name(stage: Stage, shell: Shell) -> None:
    one, other = stage.havip("one"), stage.havip("other")

    def ids(*words: str) -> list[str]:
        return [row["HaVipId"] for row in json.loads(shell("ls", *words, "-o", "json").out)]

    assert ids("--vpc", stage.vpc, "--subnet", stage.subnet) == [one.ha_vip_id, other.ha_vip_id]
    assert ids("--name", "other") == [other.ha_vip_id]
    assert ids("--vpc", "vpc-00000000") == []


def test_ls_shows_all_pages(stage: Stage, shell: Shell) -> None:
    stage.control.cloud.settings.quotas.havips_per_vpc = 200
    for number in range(120):
        stage.havip(f"v{number}")
    assert len(json.loads(shell("ls", "-o", "json").out)) == 120


def test_names_that_look_like_markup_are_printed_as_they_are(stage: Stage, shell: Shell) -> None:
    vip = stage.havip("[bold]web[/bold] [/x] :smile:")
    assert "[bold]web[/bold] [/x] :smile:" in shell("ls").out
    renamed = shell("rename", vip.ha_vip_id, "[red]db[/red]")
    assert renamed.out == (
        f"renamed {vip.ha_vip_id} from '[bold]web[/bold] [/x] :smile:' to '[red]db[/red]'\n"
    )
    assert stage.read(vip).ha_vip_name == "[red]db[/red]"


def test_create_checks_its_range_unless_told_not_to(stage: Stage, shell: Shell) -> None:
    words = ("create", "--vpc", stage.vpc, "--subnet", stage.subnet, "--name", "web")
    nodes = [word for node in stage.nodes for word in ("--node", node)]
    done = shell(*words, *nodes, "--vip", "10.0.0.9", "--tag", "team=web", "-o", "json")
    row = json.loads(done.out)
    assert (row["Vip"], row["CheckAssociate"]) == ("10.0.0.9", True)
    assert [one["InstanceId"] for one in row["HaVipAssociationSet"]] == stage.nodes
    assert row["TagSet"] == [{"Key": "team", "Value": "web"}]
    open_ = yaml.safe_load(shell(*words, "--no-check-associate", "-o", "yaml").out)
    assert open_["CheckAssociate"] is False


def test_create_prints_a_row_for_people(stage: Stage, shell: Shell) -> None:
    done = shell("create", "--vpc", stage.vpc, "--subnet", stage.subnet, "--name", "web")
    assert done.code == 0
    assert done.out.splitlines()[1].split()[1:3] == ["web", "10.0.0.4"]


def test_attach_and_detach_change_the_range(stage: Stage, shell: Shell) -> None:
    vip = stage.havip(check_associate=True)
    done = shell("attach", vip.vip, *stage.nodes)
    assert done.out == f"{', '.join(stage.nodes)} may now hold {vip.vip}\n"
    assert stage.range_of(vip) == stage.nodes
    done = shell("detach", vip.ha_vip_id, stage.nodes[0])
    assert done.out == f"{stage.nodes[0]} may no longer hold {vip.vip}\n"
    assert stage.range_of(vip) == stage.nodes[1:]


def test_an_interface_is_attached_as_one(stage: Stage, shell: Shell) -> None:
    vip = stage.havip(check_associate=True)
    eni = stage.client.create_network_interface(
        vpc_id=stage.vpc, subnet_id=stage.subnet, network_interface_name="e"
    ).network_interface.network_interface_id
    stage.client.attach_network_interface(network_interface_id=eni, instance_id=stage.nodes[0])
    assert shell("attach", vip.vip, eni).code == 0
    (member,) = stage.read(vip).ha_vip_association_set
    assert (member.instance_id, member.instance_type) == (eni, "ENI")


def test_eip_bind_and_unbind(stage: Stage, shell: Shell) -> None:
    vip, eip = stage.havip(), stage.eip()
    assert (
        shell("eip", "bind", vip.vip, eip).out
        == f"{eip} is now bound to {vip.vip} ({vip.ha_vip_id})\n"
    )
    assert stage.read(vip).address_ip == eip
    assert shell("eip", "unbind", vip.vip).out == f"{eip} is no longer bound to {vip.vip}\n"
    assert stage.read(vip).address_ip == ""
    refused = shell("eip", "unbind", vip.vip)
    assert (refused.code, "UnsupportedOperation.UnbindEIP" in refused.err) == (1, True)


def test_asynchronous_work_is_waited_for(
    stage: Stage, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havip._client.task.FIRST_PAUSE", 0.0)
    vip, eip = stage.havip(), stage.eip()
    stage.control.cloud.settings.task_polls = 2
    assert shell("eip", "bind", vip.vip, eip).code == 0
    assert stage.read(vip).address_ip == eip
    assert shell("eip", "unbind", vip.vip).code == 0
    assert shell("rm", vip.vip, "--yes").code == 0
    assert not stage.exists(vip)


def test_deletion_prompts_with_name_and_address(stage: Stage, shell: Shell) -> None:
    vip = stage.havip()
    declined = shell("rm", vip.vip, typed="n\n")
    assert f"Delete {vip.ha_vip_id} ({vip.vip})?" in declined.err
    assert declined.err.endswith("havip: declined: nothing was changed\n")
    assert (declined.code, declined.out, stage.exists(vip)) == (1, "", True)
    agreed = shell("rm", vip.vip, typed="y\n")
    assert (agreed.code, agreed.out) == (0, f"deleted {vip.ha_vip_id} ({vip.vip})\n")
    assert not stage.exists(vip)


def test_nothing_is_deleted_without_a_terminal(stage: Stage, shell: Shell) -> None:
    vip = stage.havip()
    done = shell("rm", vip.vip)
    assert (done.code, done.out) == (2, "")
    assert "pass --yes" in done.err
    assert stage.exists(vip)


def test_rm_takes_several_and_each_once(stage: Stage, shell: Shell) -> None:
    one, other = stage.havip("one"), stage.havip("other")
    done = shell("rm", one.ha_vip_id, other.vip, one.vip, "-y")
    assert done.code == 0
    assert len(done.out.splitlines()) == 2
    assert not stage.exists(one)
    assert not stage.exists(other)


def test_rm_deletes_nothing_if_one_does_not_exist(stage: Stage, shell: Shell) -> None:
    vip = stage.havip()
    assert shell("rm", vip.vip, "havip-00000000", "-y").code == 3
    assert stage.exists(vip)


def dry_runs(stage: Stage, vip: Any) -> list[tuple[list[str], str, dict[str, Any]]]:
    """List the commands that change something, and the call that each would make."""
    id, node, members = vip.ha_vip_id, stage.nodes[0], "HaVipAssociationSet"
    place = ["--vpc", stage.vpc, "--subnet", stage.subnet, "--name", "x"]
    return [
        (["rename", id, "new"], "ModifyHaVipAttribute", {"HaVipName": "new"}),
        (["rm", id], "DeleteHaVip", {"HaVipId": id}),
        (["create", *place], "CreateHaVip", {"SubnetId": stage.subnet, "CheckAssociate": True}),
        (
            ["attach", id, node],
            "AssociateHaVipInstance",
            {members: [{"HaVipId": id, "InstanceId": node, "InstanceType": "CVM"}]},
        ),
        (
            ["detach", id, node],
            "DisassociateHaVipInstance",
            {members: [{"HaVipId": id, "InstanceId": node, "InstanceType": "CVM"}]},
        ),
        (
            ["eip", "bind", id, "192.0.2.7"],
            "HaVipAssociateAddressIp",
            {"HaVipId": id, "AddressIp": "192.0.2.7"},
        ),
        (["eip", "unbind", id], "HaVipDisassociateAddressIp", {"HaVipId": id}),
    ]


def test_a_dry_run_shows_the_call_and_sends_nothing(stage: Stage, shell: Shell) -> None:
    vip = stage.havip()
    stage.control.requests.clear()
    for words, action, params in dry_runs(stage, vip):
        done = shell(*words, "--dry-run")
        assert (done.code, done.err) == (0, "")
        name, told = done.out.removeprefix("would call ").split(" ", 1)
        assert name == action
        assert params.items() <= json.loads(told).items()
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["show", "web"], 2, "neither the id (havip-…) nor the address"),
        (["show", "havip-00000000"], 3, "havip ls"),
        (["show", "10.0.0.200"], 3, "no HAVIP 10.0.0.200"),
        (["rename", "10.0.0.4", ""], 2, "the new name is empty"),
        (["attach", "10.0.0.4", "web-1"], 2, "neither an instance (ins-…) nor an interface"),
        (["attach", "10.0.0.4", "ins-00000000"], 3, "ResourceNotFound"),
        (["eip", "bind", "10.0.0.4", "eip-1a2b3c4d"], 3, "no EIP eip-1a2b3c4d"),
        (["eip", "bind", "10.0.0.4", "192.0.2.200"], 3, "ResourceNotFound"),
        (["create", "--vpc", "v", "--subnet", "s", "--name", "n", "--tag", "x"], 2, "KEY=VALUE"),
        (["create", "--vpc", "v", "--subnet", "s", "--name", "n", "--node", "x"], 2, "neither an"),
        (["ls", "--region", "Guangzhou"], 2, "form of a region id"),
        (["ls", "--endpoint", "nowhere"], 2, "endpoint 'nowhere'"),
        (["ls", "--endpoint", "http://127.0.0.1:1"], 5, "cannot reach"),
    ],
)
def test_failures_are_one_line_and_an_exit_code(
    stage: Stage,
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    text: str,
) -> None:
    monkeypatch.setattr("havip._transport.retry.Retry.deadline", 0.0)
    monkeypatch.setattr("havip._transport.retry.Retry.pause", lambda *_: None)
    assert stage.havip().vip == "10.0.0.4"
    done = shell(*words)
    assert (done.code, done.out) == (code, "")
    (line,) = done.err.splitlines()
    assert line.startswith("havip: ")
    assert text in line


@pytest.mark.parametrize(
    ("api_code", "code"),
    [
        ("AuthFailure.SecretIdNotFound", 4),
        ("UnauthorizedOperation", 4),
        ("ResourceNotFound", 3),
        ("LimitExceeded", 1),
        ("InternalError", 1),
        ("UnsupportedOperation", 1),
    ],
)
def test_refusals_of_the_service_have_the_documented_codes(
    stage: Stage, shell: Shell, monkeypatch: pytest.MonkeyPatch, api_code: str, code: int
) -> None:
    monkeypatch.setattr("havip._transport.retry.Retry.pause", lambda *_: None)
    vip = stage.havip()
    stage.control.faults.add(Fault(action="ModifyHaVipAttribute", code=api_code, times=None))
    done = shell("rename", vip.ha_vip_id, "x")
    assert (done.code, done.out) == (code, "")
    assert api_code in done.err


def test_an_address_in_two_vpcs_asks_for_an_id(stage: Stage, shell: Shell) -> None:
    first = stage.havip(vip="10.0.0.9")
    vpc = stage.client.create_vpc(vpc_name="w", cidr_block="10.0.0.0/16").vpc.vpc_id
    subnet = stage.client.create_subnet(
        vpc_id=vpc, subnet_name="s", cidr_block="10.0.0.0/24", zone="ap-guangzhou-3"
    ).subnet.subnet_id
    second = stage.client.create_ha_vip(
        vpc_id=vpc, subnet_id=subnet, ha_vip_name="y", vip="10.0.0.9"
    ).ha_vip
    done = shell("show", "10.0.0.9")
    assert done.code == 2
    assert first.ha_vip_id in done.err
    assert second.ha_vip_id in done.err
