"""The plugin's schema, from which SDKs of other languages are generated."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

import pulumi_havip
from pulumi_havip.handlers import HANDLERS
from pulumi_havip.handlers.settings import ENVIRONMENT
from tools.generators.plugin_schema import make_schema


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return make_schema("1.2.3")


def texts(part: Any) -> Iterator[str]:
    """Yield every description inside of a part of the schema."""
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            yield part["description"]
        for inner in part.values():
            yield from texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner)


def test_the_schema_is_made_from_the_models(schema: dict[str, Any]) -> None:
    assert json.loads(json.dumps(schema)) == schema
    components = {"havip:components:LoadBalancerPair", "havip:components:DatabaseFailoverCluster"}
    assert set(schema["resources"]) == {f"havip:index:{kind}" for kind in HANDLERS} | components
    havip = schema["resources"]["havip:index:HaVip"]
    assert havip["requiredInputs"] == ["subnetId", "vpcId"]
    assert havip["inputProperties"]["checkAssociate"] == {
        "type": "boolean",
        "default": False,
        "willReplaceOnChanges": True,
        "description": havip["inputProperties"]["checkAssociate"]["description"],
    }
    members = havip["inputProperties"]["associations"]["items"]["$ref"]
    assert members == "#/types/havip:index:Association"
    assert schema["resources"]["havip:index:Instance"]["inputProperties"]["password"]["secret"]


def test_everything_in_the_schema_is_described(schema: dict[str, Any]) -> None:
    shapes = [*schema["resources"].values(), *schema["functions"].values()]
    assert all(shape["description"] for shape in shapes)
    for resource in schema["resources"].values():
        for side in ("inputProperties", "properties"):
            for name, shape in resource[side].items():
                assert shape["description"], name
        assert "creationId" not in resource["inputProperties"]
        assert set(resource["required"]) <= set(resource["properties"])


def test_descriptions_use_the_schemas_names(schema: dict[str, Any]) -> None:
    names = {name for handler in HANDLERS.values() for name in handler.state.model_fields}
    for text in texts(schema):
        assert "``" not in text.replace("```", "")
        assert set(re.findall(r"\b[a-z]+_[a-z_]+\b", text)).isdisjoint(names), text


def test_a_resource_documents_itself_and_its_import(schema: dict[str, Any]) -> None:
    for kind in HANDLERS:
        text = schema["resources"][f"havip:index:{kind}"]["description"]
        first = (inspect.getdoc(getattr(pulumi_havip, kind)) or "").partition("\n")[0]
        assert text.startswith(first)
        assert f"pulumi import havip:index:{kind} " in text
        assert "Example" not in text
    assert (
        "Changing the VPC, subnet, address or `checkAssociate` replaces the HAVIP."
        in (schema["resources"]["havip:index:HaVip"]["description"])
    )


def test_inputs_are_those_of_the_python_classes(schema: dict[str, Any]) -> None:
    for kind in HANDLERS:
        resource = schema["resources"][f"havip:index:{kind}"]
        parameters = inspect.signature(getattr(pulumi_havip, kind)).parameters
        given = {name: p for name, p in parameters.items() if name not in ("resource_name", "opts")}
        assert set(resource["inputProperties"]) == {to_camel(name) for name in given}
        needed = {to_camel(name) for name, p in given.items() if p.default is p.empty}
        assert set(resource["requiredInputs"]) == needed
        assert "account" in resource["required"]


def test_closed_sets_of_values_are_enums_of_inputs(schema: dict[str, Any]) -> None:
    eip = schema["resources"]["havip:index:Eip"]
    charge = eip["inputProperties"]["internetChargeType"]
    assert charge["$ref"] == "#/types/havip:index:EipChargeType"
    values = [item["value"] for item in schema["types"]["havip:index:EipChargeType"]["enum"]]
    assert "TRAFFIC_POSTPAID_BY_HOUR" in values
    # What the cloud answers is open: it may have a value that is not known yet.
    assert eip["properties"]["internetChargeType"]["type"] == "string"


def test_the_result_of_a_function_is_complete(schema: dict[str, Any]) -> None:
    found = schema["functions"]["havip:index:getHaVip"]["outputs"]
    assert set(found["properties"]) - set(found["required"]) == {"networkInterfaceId"}
    assert not any("default" in shape for shape in found["properties"].values())
    assert schema["functions"]["havip:index:getHaVips"]["outputs"]["required"] == ["haVips"]


def test_credentials_never_go_from_the_environment_into_the_state(schema: dict[str, Any]) -> None:
    settings = schema["provider"]["inputProperties"]
    for name, shape in settings.items():
        variables = ENVIRONMENT[_pythonic(name)]
        assert all(f"`{variable}`" in shape["description"] for variable in variables)
        has_default = "defaultInfo" in shape
        assert has_default is (bool(variables) and not shape.get("secret", False))
    assert {name for name, shape in settings.items() if shape.get("secret")} == {
        "secretId",
        "secretKey",
        "token",
    }


def _pythonic(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)
