"""The resource classes for Pulumi programs, from the handlers and their models."""

from __future__ import annotations

import inspect
import subprocess
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pulumi_havip.handlers import HANDLERS
from pulumi_havip.handlers.handler import Handler
from pulumi_havip.handlers.model import INTERNAL, State, marked
from tools.generators.schema_texts import field_texts

MODULES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "network": ("networks, routes and elastic IPs", ("Vpc", "Subnet", "Eip", "RouteEntry")),
    "ha_vip": (
        "HAVIPs and what is attached to them",
        ("HaVip", "HaVipInstanceAttachment", "HaVipEipAttachment"),
    ),
    "instances": ("instances and network interfaces", ("Instance", "NetworkInterface")),
    "placement_group": ("placement groups", ("PlacementGroup",)),
}
"""Subject of each module, and the resources in it."""
_LAST: Final = ("name", "tags", "region", "adopt")
"""The arguments that come last, in this order."""
_INPUT_ONLY: Final = ("adopt", "password", "key_ids", "replace_on_user_data_change", "region")
"""Arguments that are not outputs, or that the base class declares."""
_PICKED: Final = (
    "name",
    "vip",
    "private_ip",
    "associations",
    "instance_type",
    "security_group_ids",
    "dns_servers",
    "charge_type",
    "tags",
)
"""Optional arguments that always have an output, since the cloud chooses a value."""
_WIDTH: Final = 92
_REGION: Final = "The region; that of `{inside}`, or the provider's, if omitted."
_COMMON: Final = {
    "resource_name": "Its name in the program.",
    "region": "The region; the provider's if omitted.",
    "adopt": "The id of an existing resource to adopt instead of creating one.",
    "tags": "Its tags; tags added by others are removed.",
    "opts": "Pulumi resource options.",
}


def module(name: str) -> str:
    """Return the text of a module of resource classes."""
    about, kinds = MODULES[name]
    classes = "\n\n".join(_class(HANDLERS[kind]) for kind in kinds)
    title = f'"""Resource classes: {about}. Written by `make generate`."""'
    return formatted("\n".join([title, *_head(kinds), classes]))


FILES: Final[dict[str, Callable[[], str]]] = {
    f"pulumi_havip/resources/{name}.py": partial(module, name) for name in MODULES
}
"""The generator of each module, by its path."""


def _head(kinds: tuple[str, ...]) -> Iterator[str]:
    yield "\nfrom __future__ import annotations\n\nfrom typing import Literal\n\nimport pulumi\n"
    served = ", ".join(f"{kind}Provider" for kind in kinds)
    yield f"from pulumi_havip.dynamic import {served}"
    shared = "Associations, HavipResource, Strings, Tags, told_by"
    yield f"from pulumi_havip.resources.base import ({shared})"
    others = sorted({of for kind in kinds for _, of, _ in HANDLERS[kind].hints.values()})
    foreign = [of for of in others if of not in (*kinds, "HavipResource")]
    if foreign:
        yield f"from pulumi_havip.resources.network import {', '.join(foreign)}"


def _class(handler: Handler[Any, Any]) -> str:
    kind, texts = handler.kind, field_texts(handler.state)
    outputs = list(_outputs(handler))
    own = [(name, texts[name]) for name, _ in outputs if name not in handler.args.model_fields]
    doc = inspect.cleandoc(handler.__doc__ or "")
    lines = [f'class {kind}(HavipResource, module="havip", name="{kind}"):']
    lines.append(textwrap.indent(f'"""{_documented(doc, own)}\n"""', "    "))
    lines.append(f"\n    _served_by = {kind}Provider\n")
    lines += [f"    {name}: pulumi.Output[{shape}]" for name, shape in outputs]
    lines.append(_constructor(handler))
    return "\n".join(lines)


def _documented(doc: str, own: list[tuple[str, str]]) -> str:
    """Return a class's docstring: the handler's, and the outputs that are not arguments."""
    if not own:
        return doc
    return f"{doc}\n\nAttributes:\n" + "".join(entry(*item, 4) for item in own).rstrip()


def entry(name: str, text: str, indent: int) -> str:
    """Return an entry of a docstring's Args or Attributes."""
    first = " " * indent
    return (
        textwrap.fill(
            f"{name}: {text}",
            _WIDTH,
            initial_indent=first,
            subsequent_indent=f"{first}    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        + "\n"
    )


def _outputs(handler: Handler[Any, Any]) -> Iterator[tuple[str, str]]:
    for name, field in handler.state.model_fields.items():
        base = name in State.model_fields and name not in handler.args.model_fields
        if base or marked(field, INTERNAL) or name in _INPUT_ONLY:
            continue
        shape = _output(field.annotation)
        optional = _optional(field) and name not in _PICKED
        yield name, f"{shape} | None" if optional else shape


def _optional(field: FieldInfo) -> bool:
    return type(None) in get_args(field.annotation)


def _output(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _output(arguments[0])
    if origin in (Union, types.UnionType):
        return _output(next(item for item in arguments if item is not type(None)))
    if origin is list:
        return f"list[{_output(arguments[0])}]"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "dict[str, str]"
    return "str" if origin is Literal else str(annotation.__name__)


def _input(name: str, annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _input(name, arguments[0])
    if origin in (Union, types.UnionType):
        return _input(name, next(item for item in arguments if item is not type(None)))
    if name in ("tags", "associations"):
        return name.title()
    if origin is list:
        return "Strings"
    if origin is Literal:
        return f"pulumi.Input[Literal[{', '.join(map(repr, arguments))}]]"
    return f"pulumi.Input[{annotation.__name__}]"


def _arguments(handler: Handler[Any, Any]) -> list[tuple[str, FieldInfo]]:
    fields = {n: f for n, f in handler.args.model_fields.items() if not marked(f, INTERNAL)}
    required = [name for name, field in fields.items() if field.is_required()]
    last = [name for name in _LAST if name in fields]
    middle = [name for name in fields if name not in (*required, *last)]
    return [(name, fields[name]) for name in (*required, *middle, *last)]


def _constructor(handler: Handler[Any, Any]) -> str:
    arguments, texts = _arguments(handler), field_texts(handler.args)
    lines = ["", "    def __init__(", "        self,", "        resource_name: str,", "        *,"]
    for name, field in arguments:
        shape = _input(name, field.annotation)
        needed = field.is_required()
        given = shape if needed else f"{shape} | None = None"
        lines.append(f"        {name}: {given},")
    lines.append("        opts: pulumi.ResourceOptions | None = None,\n    ) -> None:")
    lines.append(
        '        """Declare the resource; its class documents what replaces it.\n\n        Args:'
    )
    own = {**texts, **_COMMON}
    if handler.inside:
        own["region"] = _REGION.format(inside=handler.inside)
    told = ("resource_name", *(name for name, _ in arguments), "opts")
    lines += [entry(name, own[name], 12).rstrip() for name in told]
    lines.append('        """')
    given = ", ".join(f'"{name}": {name}' for name, _ in arguments)
    lines.append(f"        self._declare(resource_name, {{{given},}}, opts, ")
    if handler.inside:
        lines.append(f"            inside={handler.inside},")
    if handler.hints:
        hints = ", ".join(
            f'"{hint}": told_by({argument}, {of}, "{attribute}")'
            for hint, (argument, of, attribute) in handler.hints.items()
        )
        lines.append(f"            hints={{{hints},}},")
    lines.append("        )")
    return "\n".join(lines)


def formatted(text: str) -> str:
    """Return Python source in the project's style, without imports that are not used."""
    text = _ruff(text, "check", "--fix", "--exit-zero", "--select", "F401,I")
    return _ruff(text, "format")


def _ruff(text: str, *command: str) -> str:
    name = ["--stdin-filename", "pulumi_havip/resources/generated.py", "-"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "-q", *name],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
