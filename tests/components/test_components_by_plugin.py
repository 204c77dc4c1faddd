"""Components that the native plugin constructs: arguments in, resources and outputs out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi import dynamic
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

from pulumi_havip.components import construct, local_resources
from pulumi_havip.handlers import ResourceError
from pulumi_havip.provider.plugin.server import _fill_unknown_outputs
from pulumi_havip.resources.native import NativeNames

URN = "urn:pulumi:dev::shop::havip:components:LoadBalancerPair$havip:index:"


def test_every_argument_and_output_stands_in_the_schema() -> None:
    resources, types = construct.describe()
    pair = resources["havip:components:LoadBalancerPair"]
    assert pair["isComponent"]
    assert pair["requiredInputs"] == ["nodes", "services", "subnetId", "vpcId"]
    assert pair["inputProperties"]["nodes"]["plain"]
    assert "plain" not in pair["inputProperties"]["services"]
    assert types["havip:components:Service"]["required"] == ["name", "port", "servers"]
    assert "address" in pair["properties"]
    for found in (*resources.values(), *types.values()):
        for name, shape in {**found.get("inputProperties", {}), **found["properties"]}.items():
            assert shape["description"], name
            assert "_" not in name


def test_arguments_keep_their_form_and_users_keys_their_names() -> None:
    given: Any = {
        "vpcId": "vpc-1a2b3c4d",
        "tags": {"Env_x": "y", "vpcId": "z"},
        "nodes": [{"privateIp": "10.0.0.7"}, "ins-1a2b3c4d"],
        "settleSeconds": 60.0,
    }
    hints = construct._hints(construct.COMPONENTS["LoadBalancerPair"])
    names = {"vpcId": "vpc_id", "tags": "tags", "nodes": "nodes", "settleSeconds": "settle_seconds"}

    async def convert() -> dict[str, Any]:
        values = {key: value_of(value) for key, value in given.items()}
        return {names[k]: construct._input(v, hints[names[k]]) for k, v in values.items()}

    assert asyncio.run(convert()) == {
        "vpc_id": "vpc-1a2b3c4d",
        "tags": {"Env_x": "y", "vpcId": "z"},
        "nodes": [{"private_ip": "10.0.0.7"}, "ins-1a2b3c4d"],
        "settle_seconds": 60,
    }


def value_of(value: Any) -> PropertyValue:
    if isinstance(value, dict):
        return PropertyValue({key: value_of(item) for key, item in value.items()})
    if isinstance(value, list):
        return PropertyValue([value_of(item) for item in value])
    return PropertyValue(value)


def test_a_wrong_argument_is_one_line() -> None:
    component = construct.COMPONENTS["LoadBalancerPair"]
    with pytest.raises(ResourceError, match="has no colour: it has vpcId"):
        construct._arguments(component, {"colour": PropertyValue("red")})
    with pytest.raises(ResourceError, match="vpcId is required"):
        construct._arguments(component, {})


def test_an_output_that_is_not_known_yet_can_be_read() -> None:
    output = {rpc._special_sig_key: rpc._special_output_value_sig, "dependencies": ["urn:x"]}
    struct = struct_pb2.Struct()
    struct.update({"plain": {"inside": [output]}})
    _fill_unknown_outputs(struct.fields.values())
    plain: Any = PropertyValue.unmarshal_map(struct)["plain"].value
    read = plain["inside"].value[0]
    assert read.value == rpc.UNKNOWN
    assert read.dependencies == {"urn:x"}


def test_the_plugin_serves_whatever_a_component_declares() -> None:
    """A program in another language needs no Python provider beside the plugin."""
    waiting: list[type] = [dynamic.Resource]
    found: list[type] = []
    while waiting:
        below: list[type] = waiting.pop().__subclasses__()
        waiting += below
        found += [kind for kind in below if kind.__module__.startswith("pulumi_havip.components")]
    assert len(found) > 2
    for kind in found:
        assert issubclass(kind, NativeNames), kind
        assert local_resources.is_local(kind.__name__), kind


def test_a_certificate_is_generated_once_and_secret() -> None:
    addresses = PropertyValue([PropertyValue("10.0.0.7")])
    urn = f"{URN}ClusterCertificate::cluster"
    asked = protocol.CreateRequest(urn, {"addresses": addresses}, 0.0, False)
    made = local_resources.create("ClusterCertificate", asked).properties["pem"]
    assert "BEGIN CERTIFICATE" in str(made.value)
    assert made.is_secret


def test_a_password_is_generated_once_and_secret() -> None:
    props = {"length": PropertyValue(8.0)}
    urn = f"{URN}Password::vrrp"
    made = local_resources.create("Password", protocol.CreateRequest(urn, props, 0.0, False))
    value = made.properties["value"]
    assert len(str(value.value)) == 8
    assert value.is_secret
    same = protocol.DiffRequest(urn, str(made.resource_id), made.properties, props, [])
    assert not local_resources.diff("Password", same).changes
    longer = protocol.DiffRequest(
        urn, str(made.resource_id), made.properties, {"length": PropertyValue(9.0)}, []
    )
    assert local_resources.diff("Password", longer).replaces == ["length"]
