"""``havip doctor``: what it prints, what it takes the HAVIPs from, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from havip.cli._exit import NothingFoundError, exit_code
from havip.cli.app import app
from havip.doctor import CHECKS, LocalProbe
from havip.doctor.stacks import havips_in
from havip.errors import UsageError

if TYPE_CHECKING:
    from tests.doctor.conftest import Ward

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command, on a machine that is not a node."""
    monkeypatch.setattr(LocalProbe, "links", lambda _: [])

    def invoke(*words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, ["doctor", *words], input=stdin)

    return invoke


def test_a_healthy_pair_is_one_line_and_success(ward: Ward, run: Run) -> None:
    for which in (ward.vip, "172.17.16.3"):
        done = run(which)
        assert (done.exit_code, done.output) == (0, "1 HAVIP: no problems found\n")


def test_without_havips_nothing_is_called_healthy(ward: Ward, run: Run) -> None:
    done = run("--region", "ap-tokyo")
    assert done.exit_code == 0
    assert done.output == "no HAVIPs to check; list all with: havip ls\n"


def test_each_finding_is_one_line_and_errors_fail(ward: Ward, run: Run) -> None:
    empty = ward.havip("172.17.16.99", [])
    done = run(empty)
    assert done.exit_code == 1
    *lines, summary = done.output.splitlines()
    assert lines == [
        f"error: {empty}: no node may take 172.17.16.99: its range is empty [range-empty] With "
        "CheckAssociate, only members of the range may hold the address. Fix: Add the nodes "
        f"to the range: havip attach {empty} ins-… ins-…",
        f"warning: {empty}: no node has held 172.17.16.99 yet: keepalived has not announced it "
        "[nobody-holds] No guest announces the address, so its traffic is lost. It is only a "
        "warning if the HAVIP never had a holder, as before the first start of keepalived. "
        "Fix: Start keepalived on the nodes, and run havip "
        f"doctor {empty} on each of them.",
    ]
    assert summary == "1 HAVIP: 1 error, 1 warning"


def test_warnings_fail_only_with_strict(ward: Ward, run: Run) -> None:
    vip = ward.havip(None, ward.nodes, check=False)
    ward.take(ward.nodes[0], vip)
    assert run(vip).exit_code == 0
    strict = run(vip, "--strict")
    assert strict.exit_code == 1
    assert strict.output.endswith("1 HAVIP: 0 errors, 1 warning\n")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_programs_get_data(ward: Ward, run: Run, form: str) -> None:
    import yaml

    empty = ward.havip(None, [])
    done = run(ward.vip, empty, "-o", form)
    told = json.loads(done.output) if form == "json" else yaml.safe_load(done.output)
    assert told["havips"] == [ward.vip, empty]
    assert (told["machine"], told["skipped"]) == ("", [])
    first = told["findings"][0]
    assert set(first) == {"check", "level", "subject", "what", "why", "fix", "source"}
    assert (first["check"], first["level"], first["subject"]) == ("range-empty", "error", empty)
    assert done.exit_code == 1


def test_without_a_name_all_of_the_region_are_looked_at(ward: Ward, run: Run) -> None:
    region = ward.control.cloud.region("100000000001", "ap-guangzhou")
    row = region.havips.get(ward.havip(None, []))
    assert row is not None
    region.havips.put(row.model_copy(update={"business": "TKE"}))
    told = json.loads(run("-o", "json").output)
    assert told["havips"] == [ward.vip]


def test_skipped_checks_are_reported(ward: Ward, run: Run) -> None:
    from havip.emulator.http.faults import Fault

    fault = Fault(action="DescribeVpcLimits", code="UnauthorizedOperation", times=None)
    ward.control.faults.add(fault)
    done = run(ward.vip)
    assert done.exit_code == 0
    assert done.output.startswith("skipped: quota-near: DescribeVpcLimits: UnauthorizedOperation")


def test_a_havip_that_is_not_there_is_not_found(ward: Ward, run: Run) -> None:
    for which in ("havip-00000000", "172.17.16.200"):
        assert isinstance(run(which).exception, NothingFoundError)


def test_the_checks_are_listed_without_a_call(run: Run) -> None:
    listed = run("--checks").output
    assert all(f"{one} (" in listed for one in CHECKS)
    told = json.loads(run("--checks", "-o", "json").output)
    assert [one["id"] for one in told] == list(CHECKS)


def test_a_member_of_the_range_is_also_checked_as_a_node(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = ward.node(runs=False)
    for name in ("links", "keepalived_runs", "config"):
        monkeypatch.setattr(LocalProbe, name, lambda _, name=name: getattr(node, name)())
    monkeypatch.setattr(LocalProbe, "announced", lambda _, *words: node.announced(*words))
    done = CliRunner().invoke(app, ["doctor", ward.vip])
    assert done.exit_code == 1
    assert "keepalived is not running on this machine" in done.output
    summary = f"1 HAVIP, and this machine ({ward.nodes[0]}): 1 error, 0 warnings\n"
    assert done.output.endswith(summary)
    assert CliRunner().invoke(app, ["doctor", ward.vip, "--no-node"]).exit_code == 0


def test_a_node_without_a_known_id_is_an_error(ward: Ward, run: Run) -> None:
    done = run(ward.vip, "--node")
    assert "metadata service" in str(done.exception)


def resource(id: str, region: str = "ap-guangzhou", **more: Any) -> dict[str, Any]:
    """Write a resource as it stands in a state."""
    return {
        "urn": f"urn:pulumi:dev::shop::havip:HaVip::{id}",
        "custom": True,
        "id": id,
        "type": "havip:HaVip",
        "inputs": {},
        "outputs": {"region": region, "vip": "172.17.16.3"},
        **more,
    }


def export(*resources: dict[str, Any]) -> dict[str, Any]:
    stack = {
        "urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
        "custom": False,
        "type": "pulumi:pulumi:Stack",
    }
    return {"version": 3, "deployment": {"resources": [stack, *resources]}}


def test_the_havips_of_an_exported_stack_are_looked_at(
    ward: Ward, run: Run, tmp_path: Path
) -> None:
    text = json.dumps(export(resource(ward.vip), resource("havip-00000000")))
    (tmp_path / "state.json").write_text(text)
    from_file = run("--state-file", str(tmp_path / "state.json"))
    from_stdin = run("--state-file", "-", stdin=text)
    assert from_file.output == from_stdin.output
    assert "error: havip-00000000: there is no such HAVIP [havip-gone]" in from_file.output
    assert from_file.output.endswith("1 HAVIP: 1 error, 0 warnings\n")
    assert from_file.exit_code == 1


def test_each_region_of_a_stack_is_asked(ward: Ward, run: Run) -> None:
    text = json.dumps(export(resource(ward.vip), resource("havip-00000000", "ap-tokyo")))
    told = json.loads(run("--state-file", "-", "-o", "json", stdin=text).output)
    assert [one["check"] for one in told["findings"]] == ["havip-gone"]
    assert {entry.region for entry in ward.control.requests} >= {"ap-guangzhou", "ap-tokyo"}


def make_stack(folder: Path, name: str, *resources: dict[str, Any]) -> None:
    """Write a project, and the state of a stack as the embedded engine keeps it."""
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "__main__.py").write_text("")
    state = folder / ".havip" / "stacks" / "shop"
    state.mkdir(parents=True, exist_ok=True)
    latest = export(*resources)["deployment"]
    whole = {"version": 3, "checkpoint": {"stack": f"organization/shop/{name}", "latest": latest}}
    (state / f"{name}.json").write_text(json.dumps(whole))


def test_the_havips_of_a_stack_of_the_engine_are_looked_at(
    ward: Ward, run: Run, tmp_path: Path
) -> None:
    make_stack(tmp_path, "dev", resource(ward.vip))
    for words in ((), ("-s", "dev")):
        done = run("--stack", str(tmp_path), *words)
        assert done.output == "1 HAVIP: no problems found\n"
    make_stack(tmp_path, "prod", resource("havip-00000000"))
    assert "it has dev, prod" in str(run("--stack", str(tmp_path)).exception)
    assert run("--stack", str(tmp_path), "-s", "prod").exit_code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--stack", "nowhere"], 2), (["--stack", ".", "-s", "test"], 3)],
)
def test_a_missing_stack_is_reported(
    ward: Ward,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
) -> None:
    make_stack(tmp_path, "dev", resource(ward.vip))
    monkeypatch.chdir(tmp_path)
    error = run(*words).exception
    assert isinstance(error, Exception)
    assert exit_code(error) == code


@pytest.mark.parametrize(
    ("words", "stdin", "text"),
    [
        (["havip-1", "--state-file", "-"], "{}", "only one of"),
        (["--state-file", "-"], "{", "standard input: invalid JSON"),
        (["--state-file", "-"], "[]", "state of a Pulumi stack"),
        (["--state-file", "-"], '{"deployment": {"resources": [1]}}', "state of a Pulumi stack"),
        (["--state-file", "/nowhere/state.json"], None, "No such file"),
    ],
)
def test_wrong_use_is_one_line(run: Run, words: list[str], stdin: str | None, text: str) -> None:
    done = run(*words, stdin=stdin)
    assert isinstance(done.exception, UsageError)
    assert text in str(done.exception)
    assert "\n" not in str(done.exception)


def test_a_stack_without_a_havip_is_not_found(run: Run) -> None:
    done = run("--state-file", "-", stdin=json.dumps(export()))
    assert isinstance(done.exception, NothingFoundError)


def test_only_living_havips_of_a_state_count() -> None:
    state = export(
        resource("havip-1a2b3c4d"),
        resource("havip-1a2b3c4d"),
        resource("havip-2a2b3c4d", delete=True),
        resource("havip-3a2b3c4d#ins-1a2b3c4d"),
        resource("vpc-1a2b3c4d"),
        resource("havip-4a2b3c4d", outputs=None),
    )
    assert havips_in(state) == {"ap-guangzhou": ["havip-1a2b3c4d"], "": ["havip-4a2b3c4d"]}
    assert havips_in({"version": 3, "checkpoint": {"latest": None}}) == {}
