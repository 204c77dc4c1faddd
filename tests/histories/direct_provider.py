"""The handlers behind the engine's calls, without a process and a wire between them."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from killable import Api

from havip.errors import HavipError
from pulumi_havip import urns
from pulumi_havip.engine.errors import ProviderError, ProviderLostError
from pulumi_havip.engine.provider import ProviderClient
from pulumi_havip.engine.provider_responses import Abilities, Diff, ReadAnswer
from pulumi_havip.engine.values import UNKNOWN, Properties, keep_secret, unwrap
from pulumi_havip.handlers import HANDLERS, Context, plain
from pulumi_havip.handlers import UNKNOWN as UNKNOWN_TO_HANDLERS


class DirectProvider(ProviderClient):
    """The handlers behind the engine's calls, without a process and a wire between them."""

    def __init__(self, package: str, context: Context, api: Api) -> None:
        super().__init__(package, no_process)
        self._context = context
        self._api = api

    @property
    def abilities(self) -> Abilities:
        return Abilities()

    def stop(self) -> None:
        return

    def check(
        self, urn: str, olds: Properties, news: Properties, *, unknowns: bool, seed: bytes
    ) -> tuple[Properties, list[tuple[str, str]]]:
        with self._one_line():
            found = self._handler(urn).check(self._context, _to(news), _to(olds) or None)
        inputs = _from(found.inputs)
        keep_secret(inputs, news)
        return inputs, [(item.property, item.reason) for item in found.failures]

    def diff(self, old: Any, news: Properties, *, unknowns: bool, ignore: Any) -> Diff:
        with self._one_line():
            found = self._handler(old.urn).diff(self._context, old.id, _to(old.outputs), _to(news))
        return Diff(found.changed, tuple(found.replaces), delete_before_replace=found.delete_first)

    def create(self, record: Any, *, preview: bool) -> tuple[str, Properties]:
        if preview:
            return "", dict(record.inputs)
        with self._one_line():
            made = self._handler(record.urn).create(self._context, _to(record.inputs))
        return made.id, self._told(made, record.inputs)

    def read(
        self, record: Any, resource_id: str, inputs: Properties, state: Properties
    ) -> ReadAnswer | None:
        handler, props = self._handler(record.urn), _to(state)
        with self._one_line():
            found = (
                handler.read(self._context, resource_id, props, props.get("region"))
                if resource_id
                else handler.find(self._context, props)
            )
        if found is None:
            return None
        given = _from(found.inputs)
        keep_secret(given, inputs)
        keep_secret(given, state)
        return ReadAnswer(found.id, self._told(found, state), given)

    def update(self, old: Any, new: Any, *, preview: bool, ignore: Any) -> Properties:
        if preview:
            return dict(new.inputs)
        with self._one_line():
            made = self._handler(new.urn).update(
                self._context, old.id, _to(old.outputs), _to(new.inputs)
            )
        return self._told(made, new.inputs)

    def delete(self, record: Any) -> None:
        with self._one_line():
            self._handler(record.urn).delete(self._context, record.id, _to(record.outputs))

    def _handler(self, urn: str) -> Any:
        if self._api.provider_dead:
            raise ProviderLostError("the provider went away before it answered")
        kind = urns.kind_of(urn).rpartition(":")[2]
        if kind not in HANDLERS:
            raise ProviderError(f"there is no resource type {kind!r}")
        return HANDLERS[kind]

    def _told(self, reading: Any, inputs: Properties) -> Properties:
        outputs = _from(plain(reading.state))
        keep_secret(outputs, inputs)
        return outputs

    @contextlib.contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except HavipError as error:
            raise ProviderError(str(error)) from error


def no_process() -> Any:
    """Reject the start of a process."""
    raise AssertionError("no process is started here")


def _to(props: Properties) -> Properties:
    found: Properties = _swap(unwrap(dict(props)), UNKNOWN, UNKNOWN_TO_HANDLERS)
    return found


def _from(props: Any) -> Properties:
    found: Properties = _swap(props, UNKNOWN_TO_HANDLERS, UNKNOWN)
    return found


def _swap(value: Any, old: Any, new: Any) -> Any:
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: _swap(item, old, new) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_swap(item, old, new) for item in value]
    return value
