"""The handlers as a native Pulumi plugin, for YAML, TypeScript, Go and ``pulumi import``.

The plugin is the executable ``pulumi-resource-havip``, which Pulumi starts by itself if it is on
the PATH. The protocol comes from `pulumi.provider.experimental`; only this package depends on it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.resources import files
from typing import Any, Final, TypeVar

from pulumi.provider.experimental import provider as protocol
from pydantic.alias_generators import to_camel

from havip import __version__
from pulumi_havip import urns
from pulumi_havip.handlers import (
    HANDLERS,
    UNKNOWN,
    Context,
    Handler,
    PartialError,
    Properties,
    PropertyChange,
    ResourceError,
    plain,
    read_settings,
)
from pulumi_havip.handlers.lookups import LOOKUPS
from pulumi_havip.handlers.model import INTERNAL, SECRET, marked
from pulumi_havip.handlers.property_names import render
from pulumi_havip.handlers.settings import NAMESPACE
from pulumi_havip.provider.plugin.values import (
    KeptError,
    secrets_of,
    to_camel_path,
    to_properties,
    to_values,
)

T = TypeVar("T")
_THREADS: Final = 32
"""Maximum number of concurrent handler calls; waiting ones share their polls."""
SECRET_SETTINGS: Final = ("secret_id", "secret_key", "token")
"""The settings that are credentials."""
_KINDS: Final = {
    ("add", False): protocol.PropertyDiffKind.ADD,
    ("add", True): protocol.PropertyDiffKind.ADD_REPLACE,
    ("delete", False): protocol.PropertyDiffKind.DELETE,
    ("delete", True): protocol.PropertyDiffKind.DELETE_REPLACE,
    ("update", False): protocol.PropertyDiffKind.UPDATE,
    ("update", True): protocol.PropertyDiffKind.UPDATE_REPLACE,
}


class HavipPlugin(protocol.Provider):
    """The provider as called by Pulumi's engine; handlers run in threads.

    Args:
        context: The context to use instead of the one that `configure` creates, for tests.
    """

    def __init__(self, context: Context | None = None) -> None:
        self._given = context
        self._context: Context | None = context
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="havip")

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """Return the schema as JSON."""
        schema = json.loads(files(__package__).joinpath("schema.json").read_text("utf-8"))
        return protocol.GetSchemaResponse(json.dumps({**schema, "version": __version__}))

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Mark the credentials as secret: the engine stores a provider's settings in the state."""
        found = to_properties(request.new_inputs)
        sealed = secrets_of(request.new_inputs) | {to_camel(name) for name in SECRET_SETTINGS}
        return protocol.CheckResponse(inputs=to_values(found, sealed))

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Read the settings; an invalid one fails the deployment with a one-line error."""
        found = {**to_properties(request.args), **_variables(request.variables)}
        known = {name: value for name, value in found.items() if value is not UNKNOWN}
        settings = read_settings(lambda key: known.get(key.partition(":")[2]))
        self._context = self._given or Context(settings)
        self._context.keeps_partial = True
        return protocol.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_outputs=True, accept_resources=False
        )

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """Validate the arguments and set defaults."""
        if _local(request.urn):
            same: protocol.CheckResponse = _components("local_resources").check(request)
            return same
        handler, ctx = _handler(request.urn), self._ctx()
        news = _pythonic(handler, to_properties(request.new_inputs))
        olds = _pythonic(handler, to_properties(request.old_inputs)) or None
        seed = _seed(request.urn, request.random_seed)
        news["hints"] = {"urn": request.urn}
        checked = await self._run(lambda: handler.check(ctx, news, olds, seed))
        if checked.failures:
            failures = [
                protocol.CheckFailure(
                    to_camel_path(failure.property), render(failure.message, to_camel_path)
                )
                for failure in checked.failures
            ]
            return protocol.CheckResponse(inputs=request.new_inputs, failures=failures)
        secret = secrets_of(request.new_inputs) | _always_secret(handler)
        return protocol.CheckResponse(inputs=to_values(_camel(handler, checked.inputs), secret))

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """Return the detailed diff, and whether it updates or replaces."""
        if kind := _local(request.urn):
            found: protocol.DiffResponse = _components("local_resources").diff(kind, request)
            return found
        handler, ctx = _handler(request.urn), self._ctx()
        olds = _pythonic(handler, to_properties(request.old_state))
        news = _pythonic(handler, to_properties(request.new_inputs))
        result = await self._run(lambda: handler.diff(ctx, request.resource_id, olds, news))
        return protocol.DiffResponse(
            changes=result.changed,
            replaces=[to_camel(name) for name in result.replaces],
            delete_before_replace=result.delete_first,
            diffs=[to_camel(name) for name in result.names],
            detailed_diff={_path(change): _detail(change) for change in result.changes},
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Create the resource; in a preview, return the known outputs."""
        if kind := _local(request.urn):
            local: protocol.CreateResponse = _components("local_resources").create(kind, request)
            return local
        handler, ctx = _handler(request.urn), self._ctx().within(request.timeout)
        props = _pythonic(handler, to_properties(request.properties))
        secret = secrets_of(request.properties) | _always_secret(handler)
        if request.preview:
            return protocol.CreateResponse("", to_values(_previewed(handler, props), secret))
        try:
            made = await self._run(lambda: handler.create(ctx, props))
        except PartialError as error:
            half = error.reading
            state = to_values(plain(half.state, by_alias=True), secret)
            raise KeptError(str(error), half.id, state, request.properties) from error
        return protocol.CreateResponse(made.id, to_values(plain(made.state, by_alias=True), secret))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Read the resource, also by its id alone; an empty id means that it does not exist.

        Called with an empty id, find the result of an interrupted creation with these arguments.
        """
        if kind := _local(request.urn):
            local: protocol.ReadResponse = _components("local_resources").read(kind, request)
            return local
        handler, ctx = _handler(request.urn), self._ctx()
        olds = _pythonic(handler, to_properties(request.properties))
        place = to_properties(request.inputs).get("region")
        if request.resource_id:
            found = await self._run(lambda: handler.read(ctx, request.resource_id, olds, place))
        else:
            found = await self._run(lambda: handler.find(ctx, olds))
        if found is None:
            return protocol.ReadResponse("")
        secret = secrets_of(request.properties, request.inputs) | _always_secret(handler)
        return protocol.ReadResponse(
            found.id,
            to_values(plain(found.state, by_alias=True), secret),
            to_values(_camel(handler, found.inputs), secret),
        )

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Update the resource in place; in a preview, return the known outputs."""
        if kind := _local(request.urn):
            return await self._run(lambda: _components("local_resources").update(kind, request))
        handler, ctx = _handler(request.urn), self._ctx().within(request.timeout)
        olds = _pythonic(handler, to_properties(request.olds))
        news = _pythonic(handler, to_properties(request.news))
        secret = secrets_of(request.olds, request.news) | _always_secret(handler)
        if request.preview:
            after = _camel(handler, {**olds, **news})
            return protocol.UpdateResponse(to_values(after, secret))
        changed = await self._run(lambda: handler.update(ctx, request.resource_id, olds, news))
        return protocol.UpdateResponse(to_values(plain(changed.state, by_alias=True), secret))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Delete the resource."""
        if _local(request.urn):
            return
        handler, ctx = _handler(request.urn), self._ctx().within(request.timeout)
        olds = _pythonic(handler, to_properties(request.properties))
        await self._run(lambda: handler.delete(ctx, request.resource_id, olds))

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        """Call a look-up function."""
        name = request.tok.rpartition(":")[2]
        if name not in LOOKUPS:
            raise ResourceError(f"no function {request.tok}: there are {', '.join(LOOKUPS)}")
        ctx, given = self._ctx(), to_properties(request.args)
        found = await self._run(lambda: LOOKUPS[name].call(ctx, given))
        return protocol.InvokeResponse(to_values(plain(found, by_alias=True)))

    async def construct(self, request: protocol.ConstructRequest) -> protocol.ConstructResponse:
        """Construct a component with all its children."""
        made: protocol.ConstructResponse = await _components("construct").construct(
            request, self._ctx()
        )
        return made

    async def cancel(self) -> None:
        """Cancel all waits; what was already created stays in the state."""
        if self._context is not None:
            self._context.cancelled.set()

    def _ctx(self) -> Context:
        if self._context is None:
            raise ResourceError("the provider was not configured")
        return self._context

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _components(module: str) -> Any:
    """Import a module of the components on first use."""
    return import_module(f"pulumi_havip.components.{module}")


def _local(urn: str) -> str:
    """Return the kind of a resource without a cloud object; empty for all others."""
    kind = urns.kind_of(urn).rpartition(":")[2]
    if not kind or kind in HANDLERS:
        return ""
    return kind if _components("local_resources").is_local(kind) else ""


def _handler(urn: str) -> Handler[Any, Any]:
    """Find the handler of a resource by the type in its URN."""
    kind = urns.kind_of(urn).rpartition(":")[2]
    if kind not in HANDLERS:
        raise ResourceError(f"no resource of type {kind!r}: there are {', '.join(HANDLERS)}")
    return HANDLERS[kind]


def _variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the settings in a configuration with keys like ``havip:config:region``."""
    prefix = f"{NAMESPACE}:config:"
    return {key.removeprefix(prefix): value for key, value in variables.items()}


def _pythonic(handler: Handler[Any, Any], props: Properties) -> Properties:
    """Convert property names to Python: ``vpcId`` to ``vpc_id``; unknown names stay."""
    names = {to_camel(name): name for name in handler.state.model_fields}
    return {names.get(key, key): value for key, value in props.items() if key != "__defaults"}


def _camel(handler: Handler[Any, Any], props: Properties) -> Properties:
    """Convert property names to those of the schema, also inside structures."""
    known = {name: value for name, value in props.items() if name in handler.state.model_fields}
    loaded = handler.state.model_construct(**known)
    shown = plain(loaded, by_alias=True)
    given = {to_camel(name) for name in known}
    return {key: _camel_inside(key, value) for key, value in shown.items() if key in given}


def _camel_inside(name: str, value: Any) -> Any:
    """Convert names in lists of structures; the keys of tags are the user's and stay."""
    if name == "tags" or not isinstance(value, list):
        return value
    return [
        {to_camel(key): inner for key, inner in item.items()} if isinstance(item, dict) else item
        for item in value
    ]


def _path(change: PropertyChange) -> str:
    return to_camel(change.property) + change.key


def _detail(change: PropertyChange) -> protocol.PropertyDiff:
    return protocol.PropertyDiff(_KINDS[change.kind, change.replace], input_diff=False)


def _always_secret(handler: Handler[Any, Any]) -> set[str]:
    """Return the names of the properties that are always secret."""
    return {
        to_camel(name)
        for name, field in handler.state.model_fields.items()
        if marked(field, SECRET)
    }


def _previewed(handler: Handler[Any, Any], props: Properties) -> Properties:
    """Return the outputs of a planned resource: its arguments, everything else unknown."""
    unknown = {
        to_camel(name): UNKNOWN
        for name, field in handler.state.model_fields.items()
        if not marked(field, INTERNAL) and name not in handler.args.model_fields
    }
    picked = {
        to_camel(name): UNKNOWN
        for name, field in handler.args.model_fields.items()
        if field.default is None
        and name not in ("adopt", "region")
        and name not in props
        and not marked(field, INTERNAL)
        and not marked(field, SECRET)
    }
    return {**unknown, **picked, **_camel(handler, props)}


def _seed(urn: str, random: bytes) -> str | None:
    """Return a creation id derived from the engine's seed, the same in preview and update plan."""
    if not random:
        return None
    return str(uuid.UUID(bytes=hashlib.sha256(random + urn.encode()).digest()[:16]))


def main() -> None:
    """Run the executable ``pulumi-resource-havip``."""
    from pulumi_havip.provider.plugin.server import serve

    sys.exit(serve(HavipPlugin(), sys.argv[1:], __version__))
