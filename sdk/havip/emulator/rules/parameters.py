"""From the parameters of a request to its typed form, with the API's own complaints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from havip import api
from havip.api import Request
from havip.emulator.errors import Refusal


def parse_request(action: str, service: str, params: Mapping[str, Any]) -> Request[Any]:
    """Turn the parameters that came over the wire into the action's request.

    Null counts as absent at any depth, and ``"20"`` is as good as ``20`` in either direction.

    Example::

        parse_request("DescribeHaVips", "vpc", {"Limit": "20"})

    Raises:
        Refusal: InvalidAction for an action the service does not have; UnknownParameter,
            MissingParameter or InvalidParameter for parameters that do not fit it.
    """
    kind = api.ACTIONS.get(action)
    if kind is None or kind.service.name != service:
        raise Refusal("InvalidAction", f"The service `{service}` has no action `{action}` here.")
    try:
        return kind.from_wire(_without_nulls(params))
    except ValidationError as error:
        raise _refusal(error) from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value


def _refusal(error: ValidationError) -> Refusal:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return Refusal("UnknownParameter", f"The parameter `{path}` is not recognized.")
    if problem["type"] == "missing":
        return Refusal("MissingParameter", f"The request is missing the parameter `{path}`.")
    return Refusal("InvalidParameter", f"The parameter `{path}` does not fit: {problem['msg']}.")
