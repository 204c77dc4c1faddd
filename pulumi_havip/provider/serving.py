"""Serve dynamic provider calls in a provider process, by forwarding them to the handlers.

Only that process imports this module; programs that declare resources never load it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pulumi import dynamic
from pulumi.output import UNKNOWN as PULUMI_UNKNOWN
from pulumi.output import Unknown

from havip.errors import HavipError
from pulumi_havip.handlers import HANDLERS, UNKNOWN, Context, Properties, plain
from pulumi_havip.handlers.errors import without_subject
from pulumi_havip.handlers.ownership_tags import label
from pulumi_havip.provider.contexts import Contexts


class Error(Exception):
    """The one-line error of a provider process; engines add the resource's name themselves."""

    __module__ = "havip"


DEPLOYMENT: Final = Contexts()
"""The contexts of this provider process, which lives as long as one deployment."""


def configure(kind: str, req: dynamic.ConfigureRequest) -> Context:
    """Return the context of the provider that is configured."""
    with _one_line(kind):
        return DEPLOYMENT.configure(req.config.get)


def check(
    ctx: Context, kind: str, olds: Mapping[str, Any], news: Mapping[str, Any]
) -> dynamic.CheckResult:
    """Validate the arguments and set defaults."""
    with _one_line(kind, news):
        checked = HANDLERS[kind].check(ctx, from_pulumi(news), from_pulumi(olds) or None)
    failures = [dynamic.CheckFailure(f.property, f.reason) for f in checked.failures]
    return dynamic.CheckResult(to_pulumi(checked.inputs), failures)


def diff(
    ctx: Context, kind: str, id: str, olds: Mapping[str, Any], news: Mapping[str, Any]
) -> dynamic.DiffResult:
    """Return whether the resource needs an update or a replacement."""
    with _one_line(kind, olds, id):
        result = HANDLERS[kind].diff(ctx, id, from_pulumi(olds), from_pulumi(news))
    return dynamic.DiffResult(
        changes=result.changed,
        replaces=result.replaces,
        delete_before_replace=result.delete_first,
    )


def create(ctx: Context, kind: str, props: Mapping[str, Any]) -> dynamic.CreateResult:
    """Create the resource."""
    with _one_line(kind, props):
        made = HANDLERS[kind].create(ctx, from_pulumi(props))
    return dynamic.CreateResult(made.id, to_pulumi(plain(made.state)))


def read(ctx: Context, kind: str, id: str, props: Mapping[str, Any]) -> dynamic.ReadResult:
    """Read the resource; an empty id means that it does not exist.

    Called with an empty id, find the result of an interrupted creation with these arguments.
    """
    olds, handler = from_pulumi(props), HANDLERS[kind]
    with _one_line(kind, props, id):
        found = handler.read(ctx, id, olds, olds.get("region")) if id else handler.find(ctx, olds)
    if found is None:
        return dynamic.ReadResult("", {})
    return dynamic.ReadResult(found.id, to_pulumi(plain(found.state)), to_pulumi(found.inputs))


def update(
    ctx: Context, kind: str, id: str, olds: Mapping[str, Any], news: Mapping[str, Any]
) -> dynamic.UpdateResult:
    """Update the resource in place."""
    with _one_line(kind, olds, id):
        changed = HANDLERS[kind].update(ctx, id, from_pulumi(olds), from_pulumi(news))
    return dynamic.UpdateResult(to_pulumi(plain(changed.state)))


def delete(ctx: Context, kind: str, id: str, props: Mapping[str, Any]) -> None:
    """Delete the resource."""
    with _one_line(kind, props, id):
        HANDLERS[kind].delete(ctx, id, from_pulumi(props))


def from_pulumi(props: Mapping[str, Any] | None) -> Properties:
    """Convert Pulumi's values to properties: without its own keys, unknowns as `UNKNOWN`."""
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
    """Convert properties to Pulumi's values, with Pulumi's own unknowns."""
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
    """Return whether this process is Pulumi's dynamic provider server."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return spec is not None and spec.name.startswith("pulumi.dynamic")


@contextmanager
def _one_line(kind: str, props: Mapping[str, Any] | None = None, id: str = "") -> Iterator[None]:
    """Convert an error of havip to one line, without the name that engines add to it.

    In a process that serves providers, Pulumi's server then prints only this line. The switch for
    that is global to the process, so it is set no earlier than here: until then, errors of other
    providers in the process keep their traceback.
    """
    try:
        yield
    except HavipError as error:
        origin = (props or {}).get("origin")
        origin = origin if isinstance(origin, str) else None
        if _serves_providers():
            sys.tracebacklimit = 0
        names = (label(kind, origin, id), label(kind, origin), kind)
        raise Error(without_subject(error, names)) from None
