"""The classes of a program: their arguments are the handlers', and secrets stay secret."""

from __future__ import annotations

import asyncio
import gc
import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, rpc, settings

import pulumi_havip as havip
from pulumi_havip.handlers import HANDLERS
from pulumi_havip.handlers.model import INTERNAL, marked
from pulumi_havip.resources.base import _outputs


class Recorder(mocks.Mocks):
    """Keeps what is registered, and gives ids."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, Any]] = {}
        self.kinds: dict[str, str] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.seen[args.name] = args.inputs
        self.kinds[args.name] = args.typ
        return f"{args.name}-id", {**args.inputs, "public_ip": "203.0.113.7"}

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise NotImplementedError


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    before = settings.SETTINGS
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    recorder = Recorder()
    mocks.set_mocks(recorder, project="shop", stack="dev")
    with warnings.catch_warnings():  # Pulumi's mocks leave a loop in each of their threads
        warnings.simplefilter("ignore", ResourceWarning)
        yield recorder
        settings.SETTINGS = before
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()
        gc.collect()


def deploy(program: Any) -> None:
    """Run a program to its end under the mocks."""
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # Pulumi's has no types


@pytest.mark.parametrize("kind", list(HANDLERS))
def test_the_arguments_are_the_handlers(kind: str) -> None:
    handler = HANDLERS[kind]
    taken = set(inspect.signature(getattr(havip, kind).__init__).parameters)
    fields = {
        name for name, field in handler.args.model_fields.items() if not marked(field, INTERNAL)
    }
    assert taken - {"self", "resource_name", "opts"} == fields


@pytest.mark.parametrize("kind", list(HANDLERS))
def test_every_argument_and_output_is_documented_and_typed(kind: str) -> None:
    cls = getattr(havip, kind)
    documentation = inspect.getdoc(cls.__init__) or ""
    for name in inspect.signature(cls.__init__).parameters:
        assert name == "self" or f"{name}: " in documentation
    assert "Example::" in (inspect.getdoc(cls) or "")
    handler = HANDLERS[kind]
    typed = {name for base in cls.__mro__ for name in getattr(base, "__annotations__", {})}
    hidden = {"adopt", "password", "key_ids", "replace_on_user_data_change"}
    outputs = {
        name for name, field in handler.state.model_fields.items() if not marked(field, INTERNAL)
    }
    assert outputs - hidden <= typed


def test_types_names_and_hints(recorder: Recorder) -> None:
    def program() -> None:
        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
        subnet = havip.Subnet(
            "web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="ap-guangzhou-3"
        )
        address = havip.HaVip("vip", vpc_id=vpc.id, subnet_id=subnet.id)
        public = havip.Eip("eip")
        havip.HaVipEipAttachment("bound", ha_vip_id=address.id, address_ip=public.public_ip)

    deploy(program)
    assert recorder.kinds["vip"] == "pulumi-python:dynamic/havip:HaVip"
    assert recorder.seen["web"]["hints"]["vpc_cidr"] == "172.17.0.0/16"
    hints = dict(recorder.seen["vip"]["hints"])
    assert hints.pop("subnet").endswith("havip:Subnet::web")
    assert hints == {
        "urn": "urn:pulumi:dev::shop::pulumi-python:dynamic/havip:HaVip::vip",
        "subnet_cidr": "172.17.16.0/24",
    }
    hints = recorder.seen["bound"]["hints"]
    assert hints["ha_vip"].endswith("HaVip::vip")
    assert hints["eip"].endswith("Eip::eip")


def test_a_parent_is_part_of_the_urn(recorder: Recorder) -> None:
    class Group(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("shop:index:Group", "group")
            havip.Eip("inner", opts=pulumi.ResourceOptions(parent=self))

    deploy(Group)
    urn = recorder.seen["inner"]["hints"]["urn"]
    assert urn.endswith("shop:index:Group$pulumi-python:dynamic/havip:Eip::inner")


def test_a_region_is_passed_on_to_what_is_inside(recorder: Recorder) -> None:
    def program() -> None:
        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16", region="ap-seoul")
        subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone="z")
        address = havip.HaVip("vip", vpc_id=vpc.id, subnet_id=subnet.id)
        havip.HaVipInstanceAttachment("member", ha_vip_id=address.id, instance_id="ins-1")
        havip.Eip("eip")

    deploy(program)
    regions = {name: inputs.get("region") for name, inputs in recorder.seen.items()}
    assert regions == {**dict.fromkeys(["net", "web", "vip", "member"], "ap-seoul"), "eip": None}


def test_a_password_is_a_secret_whatever_came_in(recorder: Recorder) -> None:
    found: list[bool] = []

    def program() -> pulumi.Output[None]:
        node = havip.Instance(
            "node",
            zone="z",
            instance_type="t",
            image_id="i",
            vpc_id="vpc-1",
            subnet_id="subnet-1",
            password="Sup3rS3cret",
            user_data=pulumi.Output.secret("data"),
        )

        async def look() -> None:
            found.append(await node.user_data.is_secret())

        return pulumi.Output.from_input(look())

    deploy(program)
    assert recorder.seen["node"]["password"] == {
        rpc._special_sig_key: rpc._special_secret_sig,
        "value": "Sup3rS3cret",
    }
    assert found == [True]


def test_the_package_exports_what_it_says() -> None:
    assert {*HANDLERS} <= set(havip.__all__)
    assert all(hasattr(havip, name) for name in havip.__all__)


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_the_outputs_and_arguments_are_all_of_the_handlers_state(kind: str) -> None:
    """A program loads no handler, so its classes name by themselves what the state holds."""
    cls = getattr(havip, kind)
    arguments = set(inspect.signature(cls.__init__).parameters) - {"self", "resource_name", "opts"}
    state = HANDLERS[kind].state.model_fields
    told = {name for name, field in state.items() if not marked(field, INTERNAL)} | {"account"}
    assert set(_outputs(cls)) | arguments == told


def test_the_classes_mark_the_models_secrets_as_secret() -> None:
    from pulumi_havip.handlers import HANDLERS
    from pulumi_havip.handlers.model import SECRET, marked
    from pulumi_havip.resources.base import _SECRET

    models = [handler.args for handler in HANDLERS.values()]
    found = {n for model in models for n, f in model.model_fields.items() if marked(f, SECRET)}
    assert found == set(_SECRET)
