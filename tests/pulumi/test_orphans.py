"""Leftovers of a killed deployment are listed, with the next steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from pulumi_havip.handlers import HANDLERS
from pulumi_havip.handlers.orphans import find_orphans, ids_in, regions_in

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle


def exported(*rows: Any) -> dict[str, Any]:
    """Write resources as an exported deployment does."""
    return {"resources": [{"id": row.id, "outputs": row.outputs} for row in rows]}


@pytest.fixture
def stack(life: LifeCycle) -> tuple[dict[str, Any], dict[str, Any]]:
    """A deployment, and what it lost sight of."""
    vpc, subnet = life.network()
    given: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id}
    kept = [vpc, subnet, life.create("Eip", "kept"), life.create("HaVip", "kept", **given)]
    lost = {
        "Eip": life.create("Eip", "lost"),
        "HaVip": life.create("HaVip", "lost", **given),
        "Instance": life.instance(subnet, "lost"),
        "NetworkInterface": life.create("NetworkInterface", "lost", **given),
        "PlacementGroup": life.create("PlacementGroup", "lost"),
        "Vpc": life.create("Vpc", "lost", cidr_block="10.0.0.0/16"),
    }
    lost["Subnet"] = life.create(
        "Subnet", "lost", vpc_id=lost["Vpc"].id, cidr_block="10.0.0.0/24", zone=subnet.zone
    )
    return exported(*kept), lost


def test_every_kind_that_has_tags_is_found(life: LifeCycle, stack: Any) -> None:
    deployment, lost = stack
    regions = [life.ctx.region(name) for name in regions_in(deployment)]
    found = find_orphans(regions, "shop/dev", ids_in(deployment))
    assert {row.kind: row.id for row in found} == {kind: row.id for kind, row in lost.items()}
    untagged = {"HaVipInstanceAttachment", "HaVipEipAttachment", "RouteEntry"}
    assert {row.kind for row in found} == set(HANDLERS) - untagged
    havip = next(row for row in found if row.kind == "HaVip")
    assert havip.urn == life.urn("HaVip", "lost")
    assert havip.adopt == f"adopt='{havip.id}'"
    assert havip.delete == f"havip rm {havip.id} --region ap-guangzhou"


def test_resources_adopted_by_another_stack_are_not_orphans(life: LifeCycle, stack: Any) -> None:
    made = stack[1]
    hidden = ("creation_id", "origin", "hints")
    taken = []
    for kind, row in made.items():
        given = {key: value for key, value in row.inputs.items() if key not in hidden}
        hints = {"urn": f"urn:pulumi:dev::other::havip:index:{kind}::taken"}
        taken.append(life.create(kind, "taken", **given, hints=hints, adopt=row.id))
    assert [row.id for row in taken] == [row.id for row in made.values()]
    assert find_orphans([life.ctx.region()], "shop/dev", ids_in(stack[0])) == []
    found = find_orphans([life.ctx.region()], "other/dev", set())
    assert {row.id for row in found} == {row.id for row in taken}


def test_resources_without_a_stack_are_adopted_without_tags(life: LifeCycle) -> None:
    vpc = life.ctx.region().client.create_vpc(vpc_name="own", cidr_block="10.0.0.0/16").vpc
    life.create("Vpc", "own", cidr_block="10.0.0.0/16", adopt=vpc.vpc_id)
    assert life.calls("ModifyResourceTags") == []
    assert find_orphans([life.ctx.region()], "shop/dev", set()) == []


def test_other_stacks_are_ignored(life: LifeCycle, stack: Any) -> None:
    assert find_orphans([life.ctx.region()], "shop/prod", set()) == []


def test_the_command_lists_them(life: LifeCycle, stack: Any, tmp_path: Path) -> None:
    from havip.cli.app import app

    deployment, lost = stack
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": deployment}))
    arguments = ["orphans", "-s", "shop/dev", "--export", str(file), "-o", "json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert {row["id"] for row in json.loads(done.stdout)} == {row.id for row in lost.values()}
    table = CliRunner().invoke(app, arguments[:-2]).stdout
    assert f"havip rm {lost['HaVip'].id} --region ap-guangzhou" in table
    none = CliRunner().invoke(app, ["orphans", "-s", "shop/none", "--export", str(file)])
    assert "all resources with the tag of shop/none" in none.stdout


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '{"deployment": []}',
        '{"deployment": {"resources": {}}}',
        '{"deployment": {"resources": [1]}}',
        '{"deployment": {"resources": [{"id": []}]}}',
        '{"deployment": {"resources": [{"outputs": "x"}]}}',
    ],
)
def test_a_file_that_is_not_a_state_is_rejected(content: str, tmp_path: Path) -> None:
    from havip.cli.app import app

    file = tmp_path / "state.json"
    file.write_text(content)
    done = CliRunner().invoke(app, ["orphans", "-s", "shop/dev", "--export", str(file)])
    assert "is not a state" in str(done.exception)
