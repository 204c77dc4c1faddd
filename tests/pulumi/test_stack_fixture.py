"""The fixture `havip_stack`: programs deployed on the emulator inside of a test."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import pulumi
import pytest

import pulumi_havip
from havip.emulator.cloud import Cloud
from havip.testing import StackFactory
from pulumi_havip.engine import UNKNOWN
from pulumi_havip.testing import CloudClock, StackFailedError

REGION = "ap-guangzhou"


def pair() -> None:
    config = pulumi.Config()
    vpc = pulumi_havip.Vpc("net", cidr_block="172.17.0.0/16")
    subnet = pulumi_havip.Subnet(
        "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
    )
    web = pulumi_havip.HaVip(
        "web",
        vpc_id=vpc.id,
        subnet_id=subnet.id,
        vip=config.get("vip") or "172.17.16.3",
        name=config.get("name") or "web",
    )
    pulumi.export("address", web.vip)
    pulumi.export("password", config.get_secret("password"))


def test_a_program_is_deployed_changed_and_destroyed(havip_stack: StackFactory) -> None:
    stack = havip_stack(pair)
    assert stack.outputs == {"address": "172.17.16.3"}
    assert [(row.name, row.type.rpartition(":")[2]) for row in stack.resources] == [
        ("net", "Vpc"),
        ("web", "Subnet"),
        ("web", "HaVip"),
    ]
    (row,) = stack.client.describe_ha_vips().ha_vip_set
    assert stack.resource("web", "HaVip").id == row.ha_vip_id
    assert {step.op for step in stack.steps} == {"create"}
    stack.assert_no_drift()
    stack.config["name"] = "front"
    assert stack.preview().counts["update"] == 1
    assert stack.up().counts["update"] == 1
    stack.assert_no_drift()
    stack.assert_clean_destroy()
    assert stack.resources == []


def test_it_may_be_previewed_before_anything_is_there(havip_stack: StackFactory) -> None:
    stack = havip_stack(pair, deploy=False)
    assert stack.preview().counts["create"] == 4
    assert stack.outputs["address"] in ("172.17.16.3", UNKNOWN)
    assert stack.client.describe_vpcs().total_count == 0


def test_a_refused_program_fails_the_test_with_the_reason(havip_stack: StackFactory) -> None:
    with pytest.raises(StackFailedError, match=r"^up: .*172\.18\.0\.1") as caught:
        havip_stack(pair, config={"vip": "172.18.0.1"})
    assert not caught.value.result.ok


def test_drift_is_told_by_property_and_repaired(havip_stack: StackFactory) -> None:
    stack = havip_stack(pair)
    web = stack.resource("web", "HaVip").id
    stack.client.modify_ha_vip_attribute(ha_vip_id=web, ha_vip_name="renamed")
    with pytest.raises(StackFailedError, match=r"drifted: update HaVip web \(.*'renamed'"):
        stack.assert_no_drift()
    stack.refresh()
    stack.up()
    stack.assert_no_drift()


def test_a_holder_that_moved_is_not_drift(havip_stack: StackFactory, havip_cloud: Cloud) -> None:
    def program() -> None:
        vpc = pulumi_havip.Vpc("net", cidr_block="172.17.0.0/16")
        subnet = pulumi_havip.Subnet(
            "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
        )
        where: Any = {"vpc_id": vpc.id, "subnet_id": subnet.id}
        node = pulumi_havip.Instance(
            "a",
            instance_type="S5.MEDIUM2",
            image_id="img-487zeit5",
            zone=f"{REGION}-3",
            **where,
        )
        pulumi_havip.HaVip("web", vip="172.17.16.3", associations=[node.id], **where)

    stack = havip_stack(program)
    assert havip_cloud.announce(stack.resource("a").id, "172.17.16.3").accepted
    stack.assert_no_drift()
    havip_cloud.release("172.17.16.3")
    stack.assert_clean_destroy()


def test_leftovers_of_a_destroy_are_named(havip_stack: StackFactory) -> None:
    def program() -> None:
        vpc = pulumi_havip.Vpc(
            "kept", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(retain_on_delete=True)
        )
        pulumi.export("vpc", vpc.id)

    stack = havip_stack(program)
    vpc = stack.outputs["vpc"]
    with pytest.raises(StackFailedError, match=f"left behind by the destroy: vpc {vpc} in"):
        stack.assert_clean_destroy()


def test_resources_of_others_may_remain(havip_stack: StackFactory) -> None:
    stack = havip_stack(pair)
    stack.client.create_vpc(vpc_name="there", cidr_block="10.0.0.0/16")
    stack.assert_clean_destroy()
    assert stack.client.describe_vpcs().total_count == 1


def test_two_stacks_share_the_cloud_and_not_the_state(havip_stack: StackFactory) -> None:
    one, two = havip_stack(pair), havip_stack(pair)
    assert one.client.describe_ha_vips().total_count == 2
    assert one.resource("net").id != two.resource("net").id
    one.assert_clean_destroy()
    two.assert_no_drift()


def test_secrets_stay_sealed_in_the_state(havip_stack: StackFactory, tmp_path: Path) -> None:
    stack = havip_stack(pair, secrets={"password": "s3cret-of-the-test"})
    assert stack.outputs["password"] == "s3cret-of-the-test"
    files = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any("s3cret-of-the-test" in text for text in [*files, repr(stack.events)])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "infra"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(
        "name: shop\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n"
        "config:\n  size:\n    default: 3\n"
    )
    (folder / "Pulumi.test.yaml").write_text("config:\n  shop:owner: ops\n  havip:region: ap-x\n")
    (folder / "parts.py").write_text(
        "from pathlib import Path\nNAME = Path('name.txt').read_text()\n"
    )
    (folder / "name.txt").write_text("from-a-file")
    (folder / "__main__.py").write_text(
        "import pulumi\nimport pulumi_havip as havip\nfrom parts import NAME\n"
        "config = pulumi.Config()\n"
        "vpc = havip.Vpc(NAME, cidr_block='10.0.0.0/16')\n"
        "pulumi.export('said', [NAME, config.require('owner'), config.require_int('size')])\n"
        "pulumi.export('later', vpc.id.apply(lambda id: [id[:4], NAME]))\n"
    )
    return folder


def test_a_project_folder_runs_as_it_stands(havip_stack: StackFactory, project: Path) -> None:
    before = sorted(path.name for path in project.iterdir())
    here, path = Path.cwd(), list(sys.path)
    stack = havip_stack(project, config={"havip:region": "ap-shanghai"})
    assert stack.outputs == {"said": ["from-a-file", "ops", 3], "later": ["vpc-", "from-a-file"]}
    assert stack.client.describe_vpcs().total_count == 1
    assert "ap-shanghai" in str(stack.client)
    stack.assert_clean_destroy()
    left = {path.name for path in project.iterdir()} - {"__pycache__"}
    assert (sorted(left), Path.cwd(), sys.path) == (before, here, path)
    assert "parts" not in sys.modules


def test_a_folder_that_is_not_a_project_is_rejected(
    havip_stack: StackFactory, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match=r"is not a Pulumi project.*Pulumi\.yaml"):
        havip_stack(tmp_path)


def test_the_environment_does_not_lead_out_of_the_test(
    havip_stack: StackFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAVIP_ENDPOINT", "http://127.0.0.1:1")
    havip_stack(pair).assert_clean_destroy()


def test_without_pulumi_the_fixture_says_what_to_install(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pulumi", None)
    monkeypatch.setitem(sys.modules, "pulumi.dynamic", None)
    monkeypatch.delitem(sys.modules, "pulumi_havip.testing")
    monkeypatch.delitem(sys.modules, "pulumi_havip.testing.stack")
    monkeypatch.delitem(sys.modules, "pulumi_havip.engine.dynamic_server")
    with pytest.raises(pytest.fail.Exception, match=r"pulumi; run: pip install 'havip\[pulumi\]'"):
        request.getfixturevalue("havip_stack")


def clash() -> None:
    vpc = pulumi_havip.Vpc("net", cidr_block="172.17.0.0/16")
    inside: Any = {"vpc_id": vpc.id, "cidr_block": "172.17.16.0/24", "zone": f"{REGION}-3"}
    first = pulumi_havip.Subnet("one", **inside)
    pulumi_havip.Subnet("two", opts=pulumi.ResourceOptions(depends_on=first), **inside)


def test_what_the_cloud_refuses_is_one_line_everywhere(havip_stack: StackFactory) -> None:
    with pytest.raises(StackFailedError) as caught:
        havip_stack(clash)
    result = caught.value.result
    (failed,) = [step for step in result.steps if step.error]
    texts = [result.error, failed.error, *(message.text for message in result.messages)]
    assert {len(text.splitlines()) for text in texts} == {1}
    assert result.error.startswith("two: ")
    for part in ("CreateSubnet: InvalidParameterValue", "request id"):
        assert part in result.error


def test_a_wait_leaves_other_threads_their_time(havip_cloud: Cloud) -> None:
    """A minute of waits for a deletion beside it, say, is not over before that is done."""
    clock, done = CloudClock(havip_cloud, real_part=0.01), threading.Event()
    threading.Timer(0.05, done.set).start()
    for _ in range(60):
        clock.sleep(1)
        if done.is_set():
            break
    assert done.is_set()


def test_a_password_that_leaves_the_program_stays_sealed(havip_stack: StackFactory) -> None:
    def program() -> None:
        given: Any = {"password": "Sup3r-S3cret"} if pulumi.Config().get_bool("with") else {}
        vpc = pulumi_havip.Vpc("net", cidr_block="172.17.0.0/16")
        zone = f"{REGION}-3"
        subnet = pulumi_havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone)
        pulumi_havip.Instance(
            "a",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            zone=zone,
            instance_type="S5.MEDIUM2",
            image_id="img-487zeit5",
            tags={"with": pulumi.Config().get("with") or ""},
            **given,
        )

    stack = havip_stack(program, config={"with": "true"})
    stack.config["with"] = "false"
    stack.up()
    stack.workspace().refresh()
    stack.up()
    assert "Sup3r-S3cret" not in str(stack.workspace().export())


def test_a_preview_before_an_up_leaves_nothing_behind(havip_stack: StackFactory) -> None:
    """A preview precedes the `up` of a protected stack, and keeps its declarations to itself."""

    def program() -> None:
        checked = pulumi.Config().get_bool("checked")
        vpc = pulumi_havip.Vpc("net", cidr_block="172.17.0.0/16")
        subnet = pulumi_havip.Subnet(
            "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=f"{REGION}-3"
        )
        protect = pulumi.ResourceOptions(protect=not checked)
        web = pulumi_havip.HaVip(
            "web",
            vpc_id=vpc.id,
            subnet_id=subnet.id,
            vip="172.17.16.9",
            check_associate=checked,
            opts=protect,
        )
        pulumi_havip.RouteEntry(
            "route",
            route_table_id=subnet.route_table_id,
            destination_cidr_block="192.0.2.0/24",
            gateway_id=web.id,
        )

    stack = havip_stack(program)
    stack.config["checked"] = "true"
    assert stack.up().counts["replace"] == 2
    stack.assert_clean_destroy()


def test_the_cloud_s_time_may_pass_between_operations(havip_stack: StackFactory) -> None:
    stack = havip_stack(pair)
    stack.cloud.clock.advance(400)
    stack.assert_no_drift()


@pytest.mark.parametrize(
    "config", [{"havip:region": "bogus"}, {"havip:secretId": "AKIDx", "havip:secretKey": "a b"}]
)
def test_a_creation_that_was_never_sent_is_not_pending(
    havip_stack: StackFactory, config: dict[str, str]
) -> None:
    stack = havip_stack(pair, deploy=False, config=config)
    with pytest.raises(StackFailedError):
        stack.up()
    assert "pending_operations" not in stack.workspace().export()["deployment"]


def test_a_replacement_of_nothing_names_its_option(havip_stack: StackFactory) -> None:
    result = havip_stack(pair).workspace().preview(replace=["urn:nothing"])
    assert result.error == "the stack has no resource urn:nothing, which was given with --replace"
