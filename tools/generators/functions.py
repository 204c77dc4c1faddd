"""The look-up functions for Pulumi programs, from the models of the provider's look-ups."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, Final

from pydantic.alias_generators import to_snake

from pulumi_havip.handlers.lookups import LOOKUPS, Lookup
from tools.generators.resources import entry, formatted
from tools.generators.schema_texts import field_texts

_HEAD: Final = '''"""Look-ups of existing objects in a Pulumi program. Written by `make generate`.

Each function has an output form, ``…_output``, which takes and returns outputs.
"""

from __future__ import annotations

import pulumi

from pulumi_havip.handlers.lookups import HaVipInfo, InstanceInfo, SubnetInfo
from pulumi_havip.resources.lookups import look_up, look_up_output
'''
_OPTS: Final = "Pulumi invoke options: `provider`, or `parent`, whose provider is used."
_ABOUT: Final[dict[str, tuple[str, str]]] = {
    "getHaVip": (
        "Look up the one HAVIP that matches all given criteria.",
        'shared = havip.get_ha_vip(vpc_id="vpc-1a2b3c4d", vip="172.17.16.3")\n'
        'pulumi.export("holder", shared.instance_id)',
    ),
    "getHaVips": (
        "List the HAVIPs that match all given criteria.",
        'for shared in havip.get_ha_vips(vpc_id="vpc-1a2b3c4d"):\n'
        '    pulumi.log.info(f"{shared.name}: {shared.vip}")',
    ),
    "getSubnet": (
        "Look up the one subnet that matches all given criteria.",
        'subnet = havip.get_subnet(vpc_id="vpc-1a2b3c4d", name="web")',
    ),
    "getInstances": (
        "List the CVM instances that match all given criteria.",
        'nodes = havip.get_instances(subnet_id="subnet-1a2b3c4d", name="web")',
    ),
}
"""Summary and example of each function."""


def source() -> str:
    """Return the text of pulumi_havip/functions.py."""
    parts = [part for lookup in LOOKUPS.values() for part in _pair(lookup)]
    return formatted("\n\n".join([_HEAD, *parts]))


def _pair(lookup: Lookup[Any, Any]) -> Iterator[str]:
    """Yield the plain function of a look-up, and its output form."""
    name, result, items = to_snake(lookup.name), lookup.result.__name__, ""
    if len(lookup.result.model_fields) == 1:  # a result with a single list
        items = next(iter(lookup.result.model_fields))
        (item,) = lookup.result.model_fields[items].annotation.__args__
        result = f"list[{item.__name__}]"
    texts = {**field_texts(lookup.args)}
    names = [one for one in texts if one != "region"] + ["region"]
    given = f'"{lookup.name}", {{{", ".join(f"{one!r}: {one}" for one in names)}}}, opts'
    picked = f".{items}" if items else ""
    yield (
        f"def {name}(*, {''.join(f'{one}: str | None = None, ' for one in names)}"
        f"opts: pulumi.InvokeOptions | None = None) -> {result}:\n"
        f"{textwrap.indent(_doc(lookup, {one: texts[one] for one in names}), '    ')}\n"
        f"    found: {result} = look_up({given}){picked}\n    return found\n"
    )
    applied = f".apply(lambda found: list(found.{items}))" if items else ""
    yield (
        f"def {name}_output(*, "
        f"{''.join(f'{one}: pulumi.Input[str] | None = None, ' for one in names)}"
        "opts: pulumi.InvokeOutputOptions | pulumi.InvokeOptions | None = None"
        f") -> pulumi.Output[{result}]:\n"
        f'    """Call `{name}` with values that may be outputs."""\n'
        f"    return look_up_output({given}){applied}\n"
    )


def _doc(lookup: Lookup[Any, Any], texts: dict[str, str]) -> str:
    summary, example = _ABOUT[lookup.name]
    entries = "".join(entry(*item, 4) for item in {**texts, "opts": _OPTS}.items())
    fails = "An API call failed."
    if not summary.startswith("List"):
        fails = "There is not exactly one match, or an API call failed."
    return (
        f'"""{summary}\n\nExample::\n\n{textwrap.indent(example, "    ")}\n\n'
        f'Args:\n{entries}\nRaises:\n    HavipError: {fails}\n"""'
    )
