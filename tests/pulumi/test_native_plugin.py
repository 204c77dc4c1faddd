"""The native plugin: the protocol's requests in, its answers out, and the schema."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
import grpc.aio
import pytest
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from pulumi_havip.handlers import UNKNOWN, CheckFailure, ResourceError
from pulumi_havip.handlers.errors import message_of
from pulumi_havip.handlers.property_names import prop, render
from pulumi_havip.provider.plugin.provider import HavipPlugin
from pulumi_havip.provider.plugin.server import Servicer
from pulumi_havip.provider.plugin.values import secrets_of, to_camel_path, to_properties, to_values

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

T = TypeVar("T")
URN = "urn:pulumi:dev::shop::havip:index:"


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run one call of the plugin."""
    return asyncio.run(work)


@pytest.fixture
def plugin(life: LifeCycle) -> HavipPlugin:
    plugin = HavipPlugin(life.ctx)
    run(plugin.configure(protocol.ConfigureRequest({}, {}, True, True)))
    return plugin


def make(plugin: HavipPlugin, kind: str, name: str, **props: Any) -> protocol.CreateResponse:
    """Check and create, as the engine does."""
    urn = f"{URN}{kind}::{name}"
    checked = run(plugin.check(protocol.CheckRequest(urn, {}, to_values(props), b"seed")))
    assert not checked.failures
    assert checked.inputs is not None
    return run(plugin.create(protocol.CreateRequest(urn, checked.inputs, 60.0, False)))


def network(plugin: HavipPlugin) -> tuple[str, str]:
    vpc = make(plugin, "Vpc", "net", cidrBlock="172.17.0.0/16")
    subnet = make(
        plugin,
        "Subnet",
        "web",
        vpcId=vpc.resource_id,
        cidrBlock="172.17.16.0/24",
        zone="ap-guangzhou-3",
    )
    return str(vpc.resource_id), str(subnet.resource_id)


def test_values_are_converted_both_ways() -> None:
    props: Any = {"a": 1, "b": True, "c": ["x", {"d": 1.5}], "e": UNKNOWN, "tags": {"A_b": "c"}}
    values = to_values(props, {"b"})
    assert values["b"].is_secret
    assert secrets_of(values) == {"b"}
    back = PropertyValue.unmarshal_map(PropertyValue.marshal_map(values))
    assert to_properties(back) == props
    assert to_properties({"n": PropertyValue.null(), "u": PropertyValue.computed()}) == {
        "u": UNKNOWN
    }


def test_a_resource_goes_through_its_life(plugin: HavipPlugin, life: LifeCycle) -> None:
    vpc, subnet = network(plugin)
    urn = f"{URN}HaVip::web"
    made = make(
        plugin, "HaVip", "web", vpcId=vpc, subnetId=subnet, vip="172.17.16.3", tags={"A_b": "c"}
    )
    id = str(made.resource_id)
    state = to_properties(made.properties)
    assert (state["vip"], state["name"], state["tags"]) == ("172.17.16.3", "web", {"A_b": "c"})
    assert state["creationId"]

    news = to_values({"vpcId": vpc, "subnetId": subnet, "vip": "172.17.16.4", "tags": {"x": "y"}})
    checked = run(plugin.check(protocol.CheckRequest(urn, made.properties, news, b"")))
    assert checked.inputs is not None
    diff = run(plugin.diff(protocol.DiffRequest(urn, id, made.properties, checked.inputs, [])))
    assert (diff.replaces, diff.changes) == (["vip"], True)
    kinds = {path: detail.kind.name for path, detail in diff.detailed_diff.items()}
    assert kinds == {
        "vip": "UPDATE_REPLACE",
        'tags["A_b"]': "DELETE",
        'tags["x"]': "ADD",
    }

    read = run(plugin.read(protocol.ReadRequest(urn, id, made.properties, {})))
    assert read.resource_id == id
    run(plugin.delete(protocol.DeleteRequest(urn, id, made.properties, 60.0)))
    assert run(plugin.read(protocol.ReadRequest(urn, id, made.properties, {}))).resource_id == ""


def test_a_preview_sends_nothing_and_says_what_is_unknown(
    plugin: HavipPlugin, life: LifeCycle
) -> None:
    urn = f"{URN}HaVip::web"
    props = to_values(
        {"vpcId": UNKNOWN, "subnetId": UNKNOWN, "associations": [{"instanceId": UNKNOWN}]}
    )
    checked = run(plugin.check(protocol.CheckRequest(urn, {}, props, b"")))
    assert checked.inputs is not None
    shown = run(plugin.create(protocol.CreateRequest(urn, checked.inputs, 0.0, True)))
    state = to_properties(shown.properties)
    assert state["vip"] is UNKNOWN
    assert state["state"] is UNKNOWN
    assert state["checkAssociate"] is False
    assert state["associations"][0]["instanceId"] is UNKNOWN
    assert life.calls() == []


def test_an_import_reads_by_the_id_alone(plugin: HavipPlugin) -> None:
    vpc, subnet = network(plugin)
    made = make(plugin, "HaVip", "web", vpcId=vpc, subnetId=subnet, checkAssociate=True)
    found = run(plugin.read(protocol.ReadRequest(f"{URN}HaVip::x", str(made.resource_id), {}, {})))
    inputs = to_properties(found.inputs)
    assert (inputs["vpcId"], inputs["checkAssociate"]) == (vpc, True)
    assert "creationId" not in inputs


def test_secrets_stay_secret(plugin: HavipPlugin) -> None:
    vpc, subnet = network(plugin)
    made = make(
        plugin,
        "Instance",
        "node",
        vpcId=vpc,
        subnetId=subnet,
        zone="ap-guangzhou-3",
        instanceType="S5.MEDIUM2",
        imageId="img-487zeit5",
        password="Sup3rS3cret",
        userData="data",
    )
    assert made.properties["password"].is_secret
    assert made.properties["userData"].is_secret
    assert not made.properties["vpcId"].is_secret


def test_failures_name_properties_as_the_schema_does(plugin: HavipPlugin) -> None:
    props = to_values(
        {"vpcId": "x", "subnetId": "subnet-1", "associations": [{"instanceId": "vm"}]}
    )
    checked = run(plugin.check(protocol.CheckRequest(f"{URN}HaVip::web", {}, props, b"")))
    assert [failure.property for failure in checked.failures or []] == [
        "vpcId",
        "associations[0].instanceId",
    ]


def test_messages_name_properties_as_the_schema_does(plugin: HavipPlugin) -> None:
    given = {"vpcId": "vpc-1a2b3c4d", "subnetId": "subnet-1a2b3c4d", "zone": "ap-guangzhou-3"}
    machine = {"instanceType": "S5.MEDIUM2", "imageId": "img-487zeit5"}
    login = {"password": "Sup3rS3cret", "keyIds": ["skey-1a2b3c4d"]}
    props = to_values({**given, **machine, **login})
    checked = run(plugin.check(protocol.CheckRequest(f"{URN}Instance::a", {}, props, b"")))
    [failure] = checked.failures or []
    assert failure.reason == "give either a password or keyIds, not both"


def test_credentials_of_a_provider_are_secrets(plugin: HavipPlugin) -> None:
    news = to_values({"region": UNKNOWN, "secretId": "AKIDX", "secretKey": "SX", "timeout": "60"})
    checked = run(plugin.check_config(protocol.CheckRequest("urn", {}, news, b"")))
    assert checked.inputs is not None
    assert secrets_of(checked.inputs) == {"secretId", "secretKey"}
    back = PropertyValue.unmarshal_map(PropertyValue.marshal_map(checked.inputs))
    assert to_properties(back) == to_properties(news)


def test_an_update_plan_meets_the_same_creation_id_again(plugin: HavipPlugin) -> None:
    request = protocol.CheckRequest(f"{URN}Eip::e", {}, {}, b"seed")
    first, second = run(plugin.check(request)).inputs, run(plugin.check(request)).inputs
    assert first is not None
    assert second is not None
    assert first["creationId"] == second["creationId"]


def test_functions_look_up(plugin: HavipPlugin) -> None:
    vpc, subnet = network(plugin)
    make(plugin, "HaVip", "web", vpcId=vpc, subnetId=subnet, vip="172.17.16.3")
    arguments = to_values({"vpcId": vpc})
    answer = run(plugin.invoke(protocol.InvokeRequest("havip:index:getHaVips", arguments)))
    assert answer.return_value is not None
    [found] = to_properties(answer.return_value)["haVips"]
    assert (found["vip"], found["subnetId"]) == ("172.17.16.3", subnet)


# -- over gRPC ----------------------------------------------------------------------------------


async def _ask(plugin: HavipPlugin, ask: Any) -> Any:
    """Serve the plugin as its process does, and call it."""
    server = grpc.aio.server()
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        Servicer([], "1.0.0", plugin, engine_address=""), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            return await ask(provider_pb2_grpc.ResourceProviderStub(channel))
    finally:
        await server.stop(None)


def test_an_error_over_the_wire_is_one_line(plugin: HavipPlugin) -> None:
    async def ask(stub: Any) -> Any:
        props = to_values({"vpcId": "vpc-1a2b3c4d", "subnetId": "subnet-1a2b3c4d", "name": "x"})
        request = provider_pb2.CreateRequest(
            urn=f"{URN}HaVip::web", properties=PropertyValue.marshal_map(props)
        )
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await stub.Create(request)
        return failed.value.details()

    text = run(_ask(plugin, ask))
    assert text.startswith("CreateHaVip: ResourceNotFound: ")
    assert "\n" not in text


def test_an_error_over_the_wire_names_properties_as_the_schema_does(plugin: HavipPlugin) -> None:
    vpc, subnet = network(plugin)
    made = make(plugin, "HaVip", "web", vpcId=vpc, subnetId=subnet)

    async def ask(stub: Any) -> Any:
        props = {"vpcId": vpc, "subnetId": subnet, "checkAssociate": True}
        request = provider_pb2.CreateRequest(
            urn=f"{URN}HaVip::web",
            properties=PropertyValue.marshal_map(to_values({**props, "adopt": made.resource_id})),
        )
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await stub.Create(request)
        return failed.value.details()

    assert "has checkAssociate False, which cannot be changed" in run(_ask(plugin, ask))


def test_something_absent_is_read_without_properties(plugin: HavipPlugin) -> None:
    async def ask(stub: Any) -> Any:
        return await stub.Read(provider_pb2.ReadRequest(urn=f"{URN}Vpc::x", id="vpc-zzzzzzzz"))

    answer = run(_ask(plugin, ask))
    assert not answer.HasField("properties")


def test_an_unfinished_resource_is_kept(plugin: HavipPlugin, life: LifeCycle) -> None:
    vpc, subnet = network(plugin)
    life.control.configure(instance_delay=10_000.0)

    async def ask(stub: Any) -> Any:
        given = {
            "name": "node",
            "vpcId": vpc,
            "subnetId": subnet,
            "zone": "ap-guangzhou-3",
            "instanceType": "S5.MEDIUM2",
            "imageId": "img-487zeit5",
        }
        request = provider_pb2.CreateRequest(
            urn=f"{URN}Instance::node",
            properties=PropertyValue.marshal_map(to_values(given)),
            timeout=20.0,
        )
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await stub.Create(request)
        metadata = dict(failed.value.trailing_metadata() or ())
        return metadata["grpc-status-details-bin"]

    status = status_pb2.Status.FromString(run(_ask(plugin, ask)))
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert detail.id.startswith("ins-")
    assert detail.properties["state"] == "PENDING"
    assert "was made, but not finished" in detail.reasons[0]


def test_cancel_ends_a_wait(plugin: HavipPlugin, life: LifeCycle) -> None:
    life.control.configure(instance_delay=10_000.0)
    run(plugin.cancel())
    with pytest.raises(Exception, match="cancelled while waiting"):
        life.instance(life.network()[1], "node")


def test_the_wire_form_of_unknown_is_pulumis() -> None:
    assert to_values({"a": UNKNOWN})["a"].value == rpc.UNKNOWN


def test_an_error_never_rewrites_a_users_own_words(plugin: HavipPlugin) -> None:
    user_data = "check_associate vpc_id private_ip"
    failure = CheckFailure("user_data", f"{user_data!r} has no {prop('key_ids')}")
    assert render(failure.message, to_camel_path) == f"{user_data!r} has no keyIds"
    error = ResourceError(f"{user_data}: another {prop('check_associate')} replaces it")
    assert message_of(error, to_camel_path) == f"{user_data}: another checkAssociate replaces it"
    assert str(error) == f"{user_data}: another check_associate replaces it"


def test_a_refusal_names_a_property_as_the_schema_and_a_value_as_it_is(
    plugin: HavipPlugin,
) -> None:
    urn = "urn:pulumi:dev::shop::havip:index:RouteEntry::out"
    given = {
        "routeTableId": "rtb-1a2b3c4d",
        "destinationCidrBlock": "192.0.2.0/24",
        "gatewayId": "my_gateway_id",
    }
    request = protocol.CheckRequest(urn, {}, to_values(given), b"")
    [failure] = run(plugin.check(request)).failures or []
    assert failure.property == "gatewayId"
    assert "'my_gateway_id'" in failure.reason
    assert "gatewayType" in failure.reason
