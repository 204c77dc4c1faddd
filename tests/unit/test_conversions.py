"""No model that a program builds converts a value to another type."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Address
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, ValidationError

import havip.api
import havip.keepalived
from havip._parameters import ParameterModel
from havip.api import Response
from havip.emulator.state.settings import CheckedModel
from havip.errors import UsageError
from havip.keepalived.config.blocks import Line, Part


class Word(StrEnum):
    """A text that is not a plain one."""

    FIVE = "5"


SEED = 20261127
PLAIN = ["a", 1, "10.0.0.1", "/a", "k" * 32]
"""Values of which most required fields accept one."""
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-1, 300),
    st.sampled_from([0.0, 1.0, 5.0, 0.5, "5", "1.0", "true", "on", "MASTER", "10.0.0.9", "/b", ""]),
    st.sampled_from([b"5", b"a", bytearray(b"a"), Decimal(5), Word.FIVE, SecretStr("5")]),
    st.just(IPv4Address("10.0.0.9")),
)


def models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the classes below a class that a program builds."""
    for model in base.__subclasses__():
        if not issubclass(model, Response):
            if model.model_fields and model.__module__.startswith("havip."):
                yield model
            yield from models(model)


@cache
def all_models() -> tuple[type[BaseModel], ...]:
    for package in (havip.api, havip.keepalived):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    known = {*models(ParameterModel), *models(CheckedModel)}
    return tuple(sorted(known, key=lambda model: (model.__module__, model.__name__)))


NEEDED: Mapping[str, Mapping[str, Any]] = {"Fault": {"code": "InternalError"}}
"""Optional fields without which a model is refused as a whole."""


@cache
def valid(model: type[BaseModel]) -> Mapping[str, Any]:
    """Return values with which a model can be built."""
    needed = NEEDED.get(model.__name__, {})
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    at = dict.fromkeys(required, 0)
    while True:
        found = {name: candidates(model, name)[number] for name, number in at.items()}
        values = {**needed, **found}
        try:
            model.model_validate(values)
        except ValidationError as error:
            for one in error.errors():
                at[str(one["loc"][0])] += 1
        else:
            return values


def candidates(model: type[BaseModel], name: str) -> list[Any]:
    """List values of which a required field accepts one."""
    inner = [part for part in parts(model.model_fields[name].annotation) if is_model(part)]
    nested = [dict(valid(part)) for part in inner]
    return [*nested, nested, *PLAIN, PLAIN[:1]]


def parts(annotation: Any) -> Iterator[Any]:
    """Yield a type and the types in it."""
    yield annotation
    for inner in get_args(annotation):
        yield from parts(inner)


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Generate values like those of a type, with scalars of any type in them."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if is_model(annotation):
        return st.one_of(SCALARS, nested(annotation))
    if origin in (list, tuple):
        return st.one_of(SCALARS, st.lists(values_of(inner[0]), max_size=3))
    if origin is dict:
        keys = st.sampled_from(["a", b"a", 1, True])
        return st.one_of(SCALARS, st.dictionaries(keys, values_of(inner[1]), max_size=2))
    return st.one_of(SCALARS, *map(values_of, (one for one in inner if not isinstance(one, str))))


@st.composite
def nested(draw: st.DrawFn, model: type[BaseModel]) -> dict[str, Any]:
    """Generate the fields of a model within another, some by the names of the API."""
    name = draw(st.sampled_from(sorted(model.model_fields)))
    field = model.model_fields[name]
    alias = field.alias if field.alias and draw(st.booleans()) else name
    return {**valid(model), alias: draw(values_of(field.annotation))}


def kept_as_given(value: Any, kept: Any) -> bool:
    """Return whether a model has what it was given."""
    if isinstance(kept, SecretStr) and not isinstance(value, SecretStr):
        kept = kept.get_secret_value()
    if isinstance(kept, Line) and isinstance(value, str):
        return True  # a line of a file as text
    if isinstance(kept, BaseModel) and isinstance(value, Mapping):
        named = {field.alias or name: name for name, field in type(kept).model_fields.items()}
        return all(
            kept_as_given(its, getattr(kept, named.get(name) or name, its))
            for name, its in value.items()
        )
    if isinstance(kept, list | tuple):
        return len(value) == len(kept) and all(map(kept_as_given, value, kept))
    if isinstance(kept, dict):
        return all(name in kept and kept_as_given(value[name], kept[name]) for name in value)
    if type(kept) in (float, str) and type(value) is int:
        return True  # a whole number of seconds, or one that the API documents as text
    return isinstance(value, type(kept)) and isinstance(value, bool) == isinstance(kept, bool)


def check(model: type[BaseModel], data: st.DataObject) -> str:
    """Build a model from generated values; return the outcome."""
    values = data.draw(nested(model))
    kinds: list[Callable[[Any], Any]] = [list, tuple, iter]
    passed = {
        name: data.draw(st.sampled_from(kinds))(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    try:
        made = model(**passed)
    except UsageError as error:
        return type(error).__name__ if "\n" not in str(error) else "several lines"
    assert kept_as_given(values, made), (values, made)
    return "accepted"


def search(model: type[BaseModel], examples: int) -> Counter[str]:
    """Build a model many times; returns how often each outcome came."""
    endings: Counter[str] = Counter()

    @seed(SEED)
    @settings(max_examples=examples, deadline=None, database=None)
    @given(data=st.data())
    def build(data: st.DataObject) -> None:
        endings[check(model, data)] += 1

    build()
    return endings


@pytest.mark.parametrize(
    "examples",
    [pytest.param(10, marks=pytest.mark.fuzz), pytest.param(1000, marks=pytest.mark.soak)],
)
def test_no_model_converts_a_value(
    examples: int, record_property: Callable[[str, object], None]
) -> None:
    tally: Counter[str] = Counter()
    for model in all_models():
        endings = search(model, examples)
        rejected = "KeepalivedError" if issubclass(model, Part) else "UsageError"
        assert set(endings) <= {"accepted", rejected}, (model, endings)
        assert endings["accepted"] or examples < 100, f"{model.__name__} accepts nothing"
        tally += endings
    assert tally["accepted"] > len(all_models())
    told = f"conversions: {len(all_models())} models, seed {SEED}: {dict(tally)}"
    record_property("told", told)
