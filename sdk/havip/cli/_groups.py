"""Option groups: dataclasses whose fields are options of every command that uses them."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator
from inspect import Parameter
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Decorate a command to accept option groups.

    Typer reads the options from the signature of a command. This presents a signature in which
    each parameter with a dataclass type is replaced by the fields of that dataclass.

    Example::

        @dataclass(frozen=True)
        class CloudOptions:
            region: Annotated[str | None, typer.Option(help="The region.")] = None

        @app.command()
        @grouped
        def ls(*, cloud: CloudOptions, output: Output = Format.TABLE) -> None: ...

    Args:
        command: A function whose group parameters have no defaults.
    """
    own = inspect.signature(command, eval_str=True).parameters.values()
    groups: dict[str, Any] = {
        one.name: one.annotation for one in own if dataclasses.is_dataclass(one.annotation)
    }

    @functools.wraps(command)
    def run(**values: Any) -> None:
        for name, group in groups.items():
            fields = [field.name for field in dataclasses.fields(group)]
            values[name] = group(**{field: values.pop(field) for field in fields})
        command(**values)

    shown = [part for one in own for part in _parts(one, groups.get(one.name))]
    run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    return run


def _parts(one: Parameter, group: Any) -> Iterator[Parameter]:
    """Yield a parameter, or one for each field if it is a group."""
    if group is None:
        yield one.replace(kind=Parameter.KEYWORD_ONLY)
        return
    hints = get_type_hints(group, include_extras=True)
    for field in dataclasses.fields(group):
        default = field.default if field.default is not dataclasses.MISSING else Parameter.empty
        yield Parameter(
            field.name, Parameter.KEYWORD_ONLY, default=default, annotation=hints[field.name]
        )
