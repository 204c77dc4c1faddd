"""``havip call``: any action, in the API's own names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from havip.cli.call import call, complete_action, complete_param
from havip.emulator.cloud import Cloud
from havip.emulator.mock import mock_havip
from havip.errors import ApiError, BadAnswerError, HavipError, NotFoundError, UsageError

Run = Callable[..., Result]
app = typer.Typer(pretty_exceptions_enable=False)
app.command()(call)


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=stdin)

    return invoke


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mock_havip() as made:
        yield made


@pytest.fixture
def vpc(cloud: Cloud, run: Run) -> str:
    made = run("CreateVpc", '{"VpcName": "web", "CidrBlock": "10.0.0.0/16"}', "-o", "json")
    found: str = json.loads(made.output)["Vpc"]["VpcId"]
    return found


def refused(result: Result, kind: type[HavipError] = UsageError) -> str:
    assert isinstance(result.exception, kind), (result.exception, result.output)
    text = str(result.exception)
    assert "\n" not in text
    return text


def shown(result: Result) -> object:
    """Read the parameters that a dry run would have sent."""
    assert result.exit_code == 0, result.exception
    return json.loads(result.output.removeprefix("would call ").partition(" ")[2])


def test_actions_are_listed_with_what_they_do(run: Run) -> None:
    listed = run("--list").output
    assert "CreateHaVip " in listed
    assert "Create a HAVIP, a private address that guests move" in listed
    only = json.loads(run("--list", "--service", "sts", "-o", "json").output)
    assert [row["Action"] for row in only] == [
        "AssumeRole",
        "AssumeRoleWithWebIdentity",
        "GetCallerIdentity",
    ]
    assert "expected vpc, cvm, tag or sts" in refused(run("--list", "--service", "nope"))


def test_an_action_is_described_without_a_call(run: Run) -> None:
    text = run("createhavip", "--describe").output
    assert text.startswith("CreateHaVip (vpc 2017-03-12)")
    assert "  VpcId (str, required): Id of the VPC" in text
    assert "ResourceInsufficient" in text
    assert "Tags (list[Tag])" in text


def test_actions_and_parameters_complete(run: Run) -> None:
    assert complete_action("describeha") == ["DescribeHaVips"]
    context = typer.Context(typer.main.get_command(app))
    context.params = {"action": "CreateHaVip"}
    assert complete_param(context, "vp") == ["VpcId="]
    assert complete_param(context, "VpcId=v") == []
    context.params = {}
    assert complete_param(context, "vp") == []


def test_parameters_are_read_by_the_types_of_the_action(run: Run) -> None:
    result = run(
        "DescribeHaVips",
        *("-p", "Filters.0.Name=vpc-id", "-p", "Filters.0.Values=vpc-1"),
        *("-p", "Filters.0.Values=vpc-2", "-p", "Limit=10", "--dry-run"),
    )
    assert shown(result) == {
        "Filters": [{"Name": "vpc-id", "Values": ["vpc-1", "vpc-2"]}],
        "Limit": 10,
    }
    texts = run("AssumeRole", "--dry-run", *_pairs(RoleArn="1", RoleSessionName="s", Policy="{}"))
    assert shown(texts) == {"RoleArn": "1", "RoleSessionName": "s", "Policy": "{}"}
    flags = run(
        "CreateHaVip", "--dry-run", *_pairs(VpcId="v", HaVipName="7", CheckAssociate="true")
    )
    assert shown(flags) == {"VpcId": "v", "HaVipName": "7", "CheckAssociate": True}


def test_lists_and_structures_may_be_json(run: Run) -> None:
    given = _pairs(InstanceIds='["ins-1", "ins-2"]', Filters='[{"Name": "zone", "Values": ["z"]}]')
    assert shown(run("DescribeInstances", "--dry-run", *given)) == {
        "InstanceIds": ["ins-1", "ins-2"],
        "Filters": [{"Name": "zone", "Values": ["z"]}],
    }


def _pairs(**params: str) -> list[str]:
    return [part for name, value in params.items() for part in ("-p", f"{name}={value}")]


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".yml"])
def test_parameters_come_from_a_file_and_are_overruled_by_what_is_typed(
    run: Run, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"params{suffix}"
    file.write_text('{"VpcId": "vpc-1", "HaVipName": "a", "Vip": "10.0.0.9"}', encoding="utf-8")
    result = run(
        "CreateHaVip",
        '{"HaVipName": "b", "Vip": "10.0.0.8"}',
        *("--cli-input", str(file), "-p", "Vip=10.0.0.7", "--dry-run"),
    )
    assert shown(result) == {"VpcId": "vpc-1", "HaVipName": "b", "Vip": "10.0.0.7"}


def test_parameters_come_from_standard_input(run: Run) -> None:
    result = run("DeleteHaVip", "--cli-input", "-", "--dry-run", stdin='{"HaVipId": "havip-1"}')
    assert shown(result) == {"HaVipId": "havip-1"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "havip call --list"),
        (["CreateHaVop"], "did you mean CreateHaVip"),
        (["Zzz"], "list all with: havip call --list"),
        (["CreateHaVip", "-p", "VpcId"], "expected Name=value"),
        (["CreateHaVip", "{"], "invalid JSON"),
        (["CreateHaVip", "[]"], "expected an object"),
        (["CreateHaVip", "-p", "Tags=[{"], "invalid JSON"),
        (["CreateHaVip", "-p", "VpcId=a", "-p", "VpcId=b"], "VpcId is given twice"),
        (["CreateHaVip", "-p", "VpcId=a", "-p", "VpcId.x=b"], "VpcId already has a value"),
        (["CreateHaVip", "-p", "VpcId=a"], "HaVipName is missing"),
        (["CreateHaVip", "-p", "Colour=red"], "Colour is unknown"),
        (["CreateHaVip", "VpcId=vpc-1"], "pass VpcId with --param VpcId="),
        (["CreateHaVip", "-p", "HaVipNam=a"], "did you mean HaVipName?"),
        (["CreateHaVip", "-p", "CheckAssociate=maybe"], "CheckAssociate: Input should be"),
        (["CreateHaVip", "--cli-input", "/nowhere/x.json"], "No such file"),
        (["DescribeZones", "--all"], "DescribeZones is not paged"),
        (["DescribeCcns", "--describe", "--service", "vpc"], "there is no description"),
    ],
)
def test_wrong_use_is_one_line_with_the_next_step(
    run: Run, arguments: list[str], said: str
) -> None:
    assert said in refused(run(*arguments))


@pytest.mark.parametrize(
    ("name", "said"), [("x.json", "invalid JSON"), ("x.yaml", "line 1: invalid YAML")]
)
def test_a_broken_file_is_named(run: Run, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / name).write_text("{", encoding="utf-8")
    text = refused(run("DescribeVpcs", "--cli-input", str(tmp_path / name)))
    assert name in text
    assert said in text


def test_a_listing_is_a_table_for_people_and_json_for_programs(run: Run, vpc: str) -> None:
    table = run("DescribeVpcs").output
    assert table.splitlines()[0].startswith("VpcName")
    assert vpc in table
    answer = json.loads(run("DescribeVpcs", "-o", "json").output)
    assert answer["VpcSet"][0]["VpcId"] == vpc
    assert answer["RequestId"]
    assert "VpcId: " + vpc in run("DescribeVpcs", "-o", "yaml").output


def test_all_pages_are_put_together(run: Run, vpc: str) -> None:
    for number in range(4):
        run("CreateVpc", *_pairs(VpcName=f"v{number}", CidrBlock="10.1.0.0/16"))
    answer = json.loads(run("DescribeVpcs", "-p", "Limit=2", "--all", "-o", "json").output)
    assert answer["TotalCount"] == len(answer["VpcSet"]) == 5


def test_an_unknown_action_is_sent_unchanged(run: Run, cloud: Cloud) -> None:
    del cloud
    result = run("DescribeCcns", "--service", "vpc", "-p", "CcnIds=[1]", "-p", "Name=web")
    assert isinstance(result.exception, ApiError)
    assert result.exception.code == "InvalidAction"
    dry = run("DescribeCcns", "--service", "vpc", "-p", "CcnIds=[1]", "-p", "Name=web", "--dry-run")
    assert shown(dry) == {"CcnIds": [1], "Name": "web"}


def test_deletion_is_confirmed(run: Run, vpc: str) -> None:
    assert "pass --yes" in refused(run("DeleteVpc", "-p", f"VpcId={vpc}"))
    assert run("DeleteVpc", "-p", f"VpcId={vpc}", "--yes").exit_code == 0
    refused(run("DeleteVpc", "-p", f"VpcId={vpc}", "--yes"), NotFoundError)


def test_an_asynchronous_action_is_waited_for_unless_told_not_to(
    run: Run, vpc: str, cloud: Cloud
) -> None:
    del cloud
    subnet = json.loads(
        run(
            "CreateSubnet",
            *_pairs(VpcId=vpc, SubnetName="s", CidrBlock="10.0.1.0/24", Zone="ap-guangzhou-3"),
            *("-o", "json"),
        ).output
    )["Subnet"]["SubnetId"]
    for wait in ("--wait", "--no-wait"):
        made = run("CreateHaVip", *_pairs(VpcId=vpc, SubnetId=subnet, HaVipName="h"), "-o", "json")
        vip = json.loads(made.output)["HaVip"]["HaVipId"]
        done = run("DeleteHaVip", "-p", f"HaVipId={vip}", "--yes", wait, "-o", "json")
        assert json.loads(done.output)["RequestId"], wait


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("AllocateAddresses", {"AddressSet": "x", "TaskId": "5"}),
        ("AllocateAddresses", {"AddressSet": [{"a": 1}]}),
        ("ReleaseAddresses", {"TaskId": {"a": 1}}),
        ("ReleaseAddresses", {"RequestId": ["x"]}),
    ],
)
def test_a_malformed_answer_of_an_asynchronous_action_is_one_line(
    run: Run,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    answer: dict[str, object],
) -> None:
    del cloud
    monkeypatch.setattr("havip.Client.call", lambda *_, **__: answer)
    words = ["-p", "AddressIds=eip-12345678", "--yes"] if action == "ReleaseAddresses" else []
    text = refused(run(action, *words), BadAnswerError)
    assert f"{action}: the answer is not of the documented shape" in text
