"""Request and response classes of all actions, loaded on first use.

`ACTIONS` maps each action to its request class, which holds everything else: the service, the
response class, paging, rate, error codes, gaps of the international site. All names of the modules
below can be imported from here:

- ``vpc``: ``havip``, ``network``, ``subnet``, ``address``, ``bandwidth``, ``eni``, ``private``,
  ``route``, ``security``, ``task``
- ``cvm``: ``run``, ``instance``, ``attributes``, ``image``, ``group``, ``zone``, ``parts``
- ``tag``, ``sts``
- ``shared``: structures used by several services

Example::

    from havip.api import CreateHaVip, find

    request = CreateHaVip(vpc_id="vpc-1", ha_vip_name="web", subnet_id="subnet-1")
    request.to_wire()  # {"VpcId": "vpc-1", "HaVipName": "web", "SubnetId": "subnet-1"}
    find("CreateHaVip").task  # Task.NONE: the response contains the finished HAVIP
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from havip._lazy import load
from havip.api import _registry
from havip.api._base import (
    Gap as Gap,
)
from havip.api._base import (
    Input as Input,
)
from havip.api._base import (
    Page as Page,
)
from havip.api._base import (
    Request as Request,
)
from havip.api._base import (
    Response as Response,
)
from havip.api._base import (
    Service as Service,
)
from havip.api._base import (
    Shape as Shape,
)
from havip.api._base import (
    Task as Task,
)
from havip.api._base import (
    parse as parse,
)
from havip.api._base import (
    wire_name as wire_name,
)
from havip.api.shared import Filter as Filter
from havip.api.shared import Tag as Tag

if TYPE_CHECKING:
    from havip.api.cbs import *  # noqa: F403
    from havip.api.cvm.attributes import *  # noqa: F403
    from havip.api.cvm.group import *  # noqa: F403
    from havip.api.cvm.image import *  # noqa: F403
    from havip.api.cvm.instance import *  # noqa: F403
    from havip.api.cvm.parts import *  # noqa: F403
    from havip.api.cvm.run import *  # noqa: F403
    from havip.api.cvm.zone import *  # noqa: F403
    from havip.api.sts import *  # noqa: F403
    from havip.api.tag import *  # noqa: F403
    from havip.api.vpc.address import *  # noqa: F403
    from havip.api.vpc.bandwidth import *  # noqa: F403
    from havip.api.vpc.eni import *  # noqa: F403
    from havip.api.vpc.havip import *  # noqa: F403
    from havip.api.vpc.network import *  # noqa: F403
    from havip.api.vpc.private import *  # noqa: F403
    from havip.api.vpc.route import *  # noqa: F403
    from havip.api.vpc.security import *  # noqa: F403
    from havip.api.vpc.subnet import *  # noqa: F403
    from havip.api.vpc.task import *  # noqa: F403


class _Actions(Mapping[str, type[Request[Response]]]):
    """The actions by name; listing them imports nothing, accessing one imports its module."""

    def __init__(self) -> None:
        self._loaded: dict[str, type[Request[Response]]] = {}

    def __getitem__(self, action: str) -> type[Request[Response]]:
        request = self._loaded.get(action)
        if request is None:
            request = getattr(_load(_registry.ACTION_HOME[action]), action)
            self._loaded[action] = request
        return request

    def __iter__(self) -> Iterator[str]:
        return iter(_registry.ACTION_HOME)

    def __len__(self) -> int:
        return len(_registry.ACTION_HOME)

    def __repr__(self) -> str:
        return f"<{len(self)} actions>"


ACTIONS: Mapping[str, type[Request[Response]]] = _Actions()
"""All known actions, by name."""

if not TYPE_CHECKING:  # for a type checker, all names of the modules are public
    __all__ = [
        "ACTIONS",
        "Filter",
        "Gap",
        "Input",
        "Page",
        "Request",
        "Response",
        "Service",
        "Shape",
        "Tag",
        "Task",
        "describe",
        "find",
        "parse",
        "wire_name",
    ]


def find(action: str, service: str | None = None) -> type[Request[Response]] | None:
    """Find the request class of an action.

    Args:
        action: The action, such as ``CreateHaVip``.
        service: The service, such as ``vpc``; any service if omitted.

    Returns:
        The class, or None if the action does not exist (in that service).
    """
    request = ACTIONS.get(action)
    if request is None or (service is not None and request.service.name != service):
        return None
    return request


def describe(request: type[Request[Response]]) -> str:
    """Return the full description of an action: fields, errors, retry safety, rate, sites, source.

    Args:
        request: The request class of the action.
    """
    from havip.api._describe import describe  # only needed for documentation

    return describe(request)


def _load(module: str) -> object:
    return load(f"{__name__}.{module}")


if not TYPE_CHECKING:  # otherwise type checkers would accept names that do not exist

    def __getattr__(name: str) -> object:
        """Import a name from the module that defines it."""
        module = _registry.SHAPE_HOME.get(name) or _registry.ACTION_HOME.get(
            name.removesuffix("Response")
        )
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_load(module), name)

    def __dir__() -> list[str]:
        """List the public names, loaded or not."""
        answers = [f"{action}Response" for action in ACTIONS]
        return sorted({*__all__, *ACTIONS, *answers, *_registry.SHAPE_HOME})
