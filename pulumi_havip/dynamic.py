"""Handlers as Pulumi dynamic providers.

A provider object is pickled into the state of each resource, so these classes stand in this
importable module and hold nothing: what is pickled is their name, and neither code nor a key.
The settings are read by `configure` from the stack's configuration or the environment, once
per provider process, and kept beside the classes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from pulumi import dynamic
from pulumi.output import UNKNOWN as PULUMI_UNKNOWN
from pulumi.output import Unknown

from havip.errors import HavipError

from .handlers import HANDLERS, UNKNOWN, Context, Properties, ResourceError, plain, read_settings
from .handlers.origin import label

_PROVIDER_KEY: Final = "__provider"


class Failed(Exception):  # noqa: N818 - its name stands in front of every message of the CLI
    """What a provider process reports: one line about one resource."""

    __module__ = "havip"


class _Deployment:
    """The context of this provider process, which lives as long as one deployment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: Context | None = None

    def configure(self, config: dynamic.Config) -> None:
        """Make the context from the first configuration; the others are the same."""
        with self._lock:
            if self._context is None:
                self._context = Context(read_settings(config.get))

    def use(self, context: Context | None) -> None:
        """Take a context in place of a configured one, or forget it; for tests."""
        with self._lock:
            self._context = context

    def context(self) -> Context:
        """Give the context.

        Raises:
            ResourceError: The provider was not configured.
        """
        if self._context is None:
            raise ResourceError("the provider was not configured")
        return self._context


DEPLOYMENT: Final = _Deployment()
"""What every provider of this process shares."""


class HavipProvider(dynamic.ResourceProvider):
    """Passes calls of Pulumi on to a handler; the subclasses below name theirs."""

    serialize_as_secret_always = False
    kind: ClassVar[str]

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Read the settings, and make errors one line in a process that only serves these."""
        if _serves_providers():
            sys.tracebacklimit = 0
        with _one_line(self.kind):
            DEPLOYMENT.configure(req.config)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Refuse what is known to be wrong, and fill in defaults."""
        with _one_line(self.kind, news):
            checked = HANDLERS[self.kind].check(
                DEPLOYMENT.context(), from_pulumi(news), from_pulumi(_olds) or None
            )
        failures = [dynamic.CheckFailure(f.property, f.reason) for f in checked.failures]
        return dynamic.CheckResult(to_pulumi(checked.inputs), failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Say whether the resource is to be updated or replaced."""
        with _one_line(self.kind, _olds, _id):
            result = HANDLERS[self.kind].diff(
                DEPLOYMENT.context(), _id, from_pulumi(_olds), from_pulumi(_news)
            )
        return dynamic.DiffResult(
            changes=result.changed,
            replaces=result.replaces,
            delete_before_replace=result.delete_first,
        )

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Make the resource."""
        with _one_line(self.kind, props):
            made = HANDLERS[self.kind].create(DEPLOYMENT.context(), from_pulumi(props))
        return dynamic.CreateResult(made.id, to_pulumi(plain(made.state)))

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Read the resource; an empty id means that it is gone.

        Asked with an empty id, find what an interrupted creation with these arguments made.
        """
        olds, handler, ctx = from_pulumi(props), HANDLERS[self.kind], DEPLOYMENT.context
        with _one_line(self.kind, props, id_):
            if id_:
                found = handler.read(ctx(), id_, olds, olds.get("region"))
            else:
                found = handler.find(ctx(), olds)
        if found is None:
            return dynamic.ReadResult("", {})
        return dynamic.ReadResult(found.id, to_pulumi(plain(found.state)), to_pulumi(found.inputs))

    def update(
        self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]
    ) -> dynamic.UpdateResult:
        """Change the resource in place."""
        with _one_line(self.kind, _olds, _id):
            changed = HANDLERS[self.kind].update(
                DEPLOYMENT.context(), _id, from_pulumi(_olds), from_pulumi(_news)
            )
        return dynamic.UpdateResult(to_pulumi(plain(changed.state)))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the resource."""
        with _one_line(self.kind, _props, _id):
            HANDLERS[self.kind].delete(DEPLOYMENT.context(), _id, from_pulumi(_props))


class VpcProvider(HavipProvider):
    """Serves `pulumi_havip.Vpc`."""

    kind = "Vpc"


class SubnetProvider(HavipProvider):
    """Serves `pulumi_havip.Subnet`."""

    kind = "Subnet"


class PlacementGroupProvider(HavipProvider):
    """Serves `pulumi_havip.PlacementGroup`."""

    kind = "PlacementGroup"


class NetworkInterfaceProvider(HavipProvider):
    """Serves `pulumi_havip.NetworkInterface`."""

    kind = "NetworkInterface"


class InstanceProvider(HavipProvider):
    """Serves `pulumi_havip.Instance`."""

    kind = "Instance"


class EipProvider(HavipProvider):
    """Serves `pulumi_havip.Eip`."""

    kind = "Eip"


class HaVipProvider(HavipProvider):
    """Serves `pulumi_havip.HaVip`."""

    kind = "HaVip"


class HaVipInstanceAttachmentProvider(HavipProvider):
    """Serves `pulumi_havip.HaVipInstanceAttachment`."""

    kind = "HaVipInstanceAttachment"


class HaVipEipAttachmentProvider(HavipProvider):
    """Serves `pulumi_havip.HaVipEipAttachment`."""

    kind = "HaVipEipAttachment"


class RouteEntryProvider(HavipProvider):
    """Serves `pulumi_havip.RouteEntry`."""

    kind = "RouteEntry"


def from_pulumi(props: Mapping[str, Any] | None) -> Properties:
    """Turn what Pulumi hands over into properties: without its own keys, unknowns as `UNKNOWN`."""
    return {key: _from(value) for key, value in (props or {}).items() if not key.startswith("__")}


def _from(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _from(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_from(item) for item in value]
    return value


def to_pulumi(props: Properties) -> dict[str, Any]:
    """Turn properties into what Pulumi takes: unknowns as its own kind."""
    return {key: _to(value) for key, value in props.items()}


def _to(value: Any) -> Any:
    if value is UNKNOWN:
        return PULUMI_UNKNOWN
    if isinstance(value, Mapping):
        return {key: _to(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to(item) for item in value]
    return value


def _serves_providers() -> bool:
    """Tell whether this process is Pulumi's server of dynamic providers, and nothing else."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return spec is not None and spec.name.startswith("pulumi.dynamic")


@contextmanager
def _one_line(kind: str, props: Mapping[str, Any] | None = None, id: str = "") -> Iterator[None]:
    """Turn an error of havip into one line that names the resource."""
    try:
        yield
    except HavipError as error:
        text, origin = " ".join(str(error).split()), (props or {}).get("origin")
        name = label(kind, origin if isinstance(origin, str) else None, id)
        named = text.startswith((f"{kind} ", f"{kind}: "))
        raise Failed(text if named else f"{name}: {text}") from None
