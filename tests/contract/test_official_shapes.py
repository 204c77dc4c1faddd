"""Every field of every pair against the models of the official SDK."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, get_args

import pytest

from havip import api
from havip.api import ACTIONS, Request, Response, Shape

if TYPE_CHECKING:
    from tests.contract.conftest import Oracle


def _structures(annotation: Any) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _structures(field.annotation)
    for argument in get_args(annotation):
        yield from _structures(argument)


def _reachable() -> dict[tuple[str, str], type[Shape]]:
    found: dict[tuple[str, str], type[Shape]] = {}
    for request in ACTIONS.values():
        for side in (request, request.answer):
            for field in side.model_fields.values():
                for shape in _structures(field.annotation):
                    found[request.service.name, shape.__name__] = shape
    return found


REACHABLE = _reachable()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_request_has_exactly_the_official_inputs(action: str, oracle: Oracle) -> None:
    request = ACTIONS[action]
    assert oracle.ours(request) == oracle.official(request.service.name, f"{action}Request")


@pytest.mark.parametrize("action", ACTIONS)
def test_an_answer_has_exactly_the_official_outputs(action: str, oracle: Oracle) -> None:
    request = ACTIONS[action]
    assert request.answer.__name__ == f"{action}Response"
    assert oracle.ours(request.answer) == oracle.official(request.service.name, f"{action}Response")


@pytest.mark.parametrize(("service", "name"), REACHABLE)
def test_a_structure_has_exactly_the_official_fields(
    service: str, name: str, oracle: Oracle
) -> None:
    shape = REACHABLE[service, name]
    assert oracle.ours(shape) == oracle.official(service, oracle.official_name(shape))


@pytest.mark.parametrize(
    ("service", "module", "client"),
    [
        ("vpc", "tencentcloud.vpc.v20170312.vpc_client", "VpcClient"),
        ("cvm", "tencentcloud.cvm.v20170312.cvm_client", "CvmClient"),
        ("tag", "tencentcloud.tag.v20180813.tag_client", "TagClient"),
        ("cbs", "tencentcloud.cbs.v20170312.cbs_client", "CbsClient"),
        ("sts", "tencentcloud.sts.v20180813.sts_client", "StsClient"),
    ],
)
def test_services_and_versions_are_the_official_ones(
    service: str, module: str, client: str
) -> None:
    official = getattr(import_module(module), client)
    ours = {r.service for r in ACTIONS.values() if r.service.name == service}
    assert ours == {(official._service, official._apiVersion)}
    for action in (a for a, r in ACTIONS.items() if r.service.name == service):
        assert callable(getattr(official, action))


def test_names_listed_for_loading_are_those_the_modules_have() -> None:
    listed = {*dir(api)}
    for module in {request.__module__ for request in ACTIONS.values()} | {"havip.api.cvm.parts"}:
        exported = import_module(module).__all__
        assert sorted(exported) == list(exported)
        assert set(exported) <= listed
        for name in exported:
            assert getattr(api, name).__module__ == module


def test_every_class_of_the_api_is_reached_by_an_action() -> None:
    named = {name for name in dir(api) if isinstance(getattr(api, name), type)}
    shapes = {name for name in named if issubclass(getattr(api, name), Shape)}
    pairs = {name for r in ACTIONS.values() for name in (r.__name__, r.answer.__name__)}
    bases = {"Shape", "Input", "Request", "Response"}
    assert shapes - pairs - bases == {name for _, name in REACHABLE}


def test_actions_are_found_by_name_and_service() -> None:
    assert api.find("CreateHaVip") is api.CreateHaVip
    assert api.find("CreateHaVip", "vpc") is api.CreateHaVip
    assert api.find("CreateHaVip", "cvm") is None
    assert api.find("CreateNothing") is None
    assert issubclass(api.CreateHaVip, Request)
    assert issubclass(api.CreateHaVip.answer, Response)
    assert len(ACTIONS) == len(list(ACTIONS))


def test_a_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'CreateHaVop'"):
        api.CreateHaVop  # type: ignore[attr-defined]  # noqa: B018
