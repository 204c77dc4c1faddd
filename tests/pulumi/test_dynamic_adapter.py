"""The dynamic adapter: what Pulumi hands over and gets back, without a process."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pulumi import dynamic
from pulumi.dynamic.config import Config
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import UNKNOWN, Unknown

from pulumi_havip import dynamic as adapter
from pulumi_havip.handlers import HANDLERS, ResourceError
from pulumi_havip.provider import serving

if TYPE_CHECKING:
    from pulumi_havip.testing import LifeCycle

PROVIDERS = {kind: getattr(adapter, f"{kind}Provider")() for kind in HANDLERS}
PICKLED = {"__provider": "gASV"}


@pytest.fixture(autouse=True)
def deployment(life: LifeCycle) -> Iterator[None]:
    serving.DEPLOYMENT.use(life.ctx)
    yield
    serving.DEPLOYMENT.use(None)


def make(kind: str, **props: Any) -> tuple[str, dict[str, Any]]:
    """Check and create, as the engine does."""
    provider = PROVIDERS[kind]
    checked = provider.check({}, {**PICKLED, **props})
    assert checked.failures == []
    made = provider.create({**PICKLED, **checked.inputs})
    assert made.outs is not None
    return made.id, {**PICKLED, **made.outs}


@pytest.mark.parametrize("kind", list(HANDLERS))
def test_a_provider_is_pickled_by_its_name_alone(kind: str) -> None:
    provider = getattr(adapter, f"{kind}Provider")()  # as in a program: not configured
    pickled = base64.b64decode(serialize_provider(provider))
    assert provider.serialize_as_secret_always is False
    assert vars(provider) == {}
    assert b"pulumi_havip.dynamic" in pickled
    assert len(pickled) < 90


def test_a_resource_goes_through_its_life() -> None:
    provider = PROVIDERS["Vpc"]
    id, outs = make("Vpc", name="net", cidr_block="10.0.0.0/16")
    assert not provider.diff(
        id, outs, {**PICKLED, "name": "net", "cidr_block": "10.0.0.0/16"}
    ).changes
    news = {**PICKLED, "name": "other", "cidr_block": "10.0.0.0/16"}
    result = provider.diff(id, outs, news)
    assert (result.changes, result.replaces) == (True, [])
    updated = provider.update(id, outs, news).outs
    read = provider.read(id, updated)
    assert (read.id, read.outs["name"], read.inputs["name"]) == (id, "other", "other")
    provider.delete(id, updated)
    gone = provider.read(id, updated)
    assert (gone.id, gone.outs, gone.inputs) == ("", {}, None)


def test_unknown_values_are_converted_both_ways() -> None:
    provider = PROVIDERS["HaVip"]
    props = {"name": "x", "vpc_id": UNKNOWN, "subnet_id": UNKNOWN, "associations": [UNKNOWN]}
    checked = provider.check({}, {**PICKLED, **props})
    assert checked.failures == []
    assert isinstance(checked.inputs["vpc_id"], Unknown)
    assert isinstance(checked.inputs["associations"][0]["instance_id"], Unknown)


def test_an_unknown_of_a_fixed_property_replaces_in_the_preview() -> None:
    id, outs = make("Eip", name="e")
    news = {**PICKLED, "name": "e", "internet_charge_type": UNKNOWN}
    result = PROVIDERS["Eip"].diff(id, outs, news)
    assert result.replaces == ["internet_charge_type"]


def test_a_failure_names_the_property() -> None:
    checked = PROVIDERS["Vpc"].check({}, {**PICKLED, "name": "x", "cidr_block": "8.0.0.0/16"})
    assert [failure.property for failure in checked.failures] == ["cidr_block"]


def test_an_error_is_one_line_with_resource_action_code_and_request() -> None:
    props = {
        "name": "web",
        "vpc_id": "vpc-1a2b3c4d",
        "subnet_id": "subnet-1a2b3c4d",
        "hints": {"urn": "urn:pulumi:dev::shop::havip:HaVip::web"},
    }
    checked = PROVIDERS["HaVip"].check({}, {**PICKLED, **props})
    with pytest.raises(serving.Error) as failed:
        PROVIDERS["HaVip"].create(checked.inputs)
    text = str(failed.value)
    assert text.startswith("CreateHaVip: ResourceNotFound: ")  # engines name the resource
    assert "(request id " in text
    assert "\n" not in text
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_numbers_come_as_floats_and_leave_as_they_should() -> None:
    _, outs = make("Eip", name="e", bandwidth=10.0)
    assert outs["bandwidth"] == 10


def test_configuration_comes_from_the_stack_and_then_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-tokyo")
    monkeypatch.setenv("TENCENTCLOUD_SECURITY_TOKEN", "tok")
    serving.DEPLOYMENT.use(None)
    config = Config(
        {"havip:region": "ap-seoul", "havip:secretId": "i", "havip:secretKey": "k"}, "p"
    )
    PROVIDERS["Vpc"].configure(dynamic.ConfigureRequest(config))
    settings = serving.DEPLOYMENT.default().settings
    assert settings.region == "ap-seoul"
    assert settings.token is not None
    assert settings.token.get_secret_value() == "tok"
    assert "'k'" not in repr(settings)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"havip:secretId": "i"}, "havip:secretKey is not set"),
        ({"havip:site": "mars"}, "havip:site"),
        ({"havip:timeout": "-1"}, "havip:timeout"),
        ({"havip:timeout": "inf"}, "havip:timeout"),
        ({"havip:assumeRole": "[" * 100_000}, "havip:assumeRole"),
    ],
)
def test_a_wrong_configuration_is_one_line(
    config: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TENCENTCLOUD_SECRET_ID", raising=False)
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY", raising=False)
    serving.DEPLOYMENT.use(None)
    with pytest.raises(serving.Error, match=says):
        PROVIDERS["Vpc"].configure(dynamic.ConfigureRequest(Config(config, "p")))


def test_tracebacks_stay_on_outside_of_a_provider_process() -> None:
    before = getattr(sys, "tracebacklimit", None)
    serving.DEPLOYMENT.use(None)
    with pytest.raises(ResourceError, match="not configured"):
        type(PROVIDERS["Vpc"])().delete("vpc-1", {})
    assert getattr(sys, "tracebacklimit", None) == before


def test_get_by_id_reads_without_a_state() -> None:
    id, _ = make("Vpc", name="net", cidr_block="10.0.0.0/16")
    found = PROVIDERS["Vpc"].read(id, {**PICKLED})
    assert (found.id, found.outs["cidr_block"]) == (id, "10.0.0.0/16")


def test_an_empty_id_asks_for_what_a_killed_creation_made() -> None:
    provider = PROVIDERS["Vpc"]
    checked = provider.check({}, {**PICKLED, "name": "net", "cidr_block": "10.0.0.0/16"})
    nothing = provider.read("", {**PICKLED, **checked.inputs})
    assert (nothing.id, nothing.outs) == ("", {})
    made = provider.create({**PICKLED, **checked.inputs})
    found = provider.read("", {**PICKLED, **checked.inputs})
    assert found.id == made.id
    assert found.inputs == checked.inputs


def test_what_is_returned_is_plain_json_and_holds_no_key() -> None:
    _, outs = make("Vpc", name="net", cidr_block="10.0.0.0/16", tags={"a": "b"})
    text = json.dumps(outs)
    assert "AKID" not in text
    assert "SECRET" not in text
