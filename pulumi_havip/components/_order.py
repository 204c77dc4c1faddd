"""The order in which nodes change: the holder of the address comes last.

The order is computed when the program runs and is not recorded as a dependency: a failover
between two deployments does not change the stack, and the state never holds two nodes that depend
on each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.output import contains_unknowns
from pulumi.runtime import mocks, settings

from havip.errors import HavipError
from pulumi_havip.components._nodes import PairNode, look_up, look_up_settings

Made = Mapping[str, Sequence[pulumi.Resource]]
"""Resources created for each node, by its name."""


def standby_first(
    owner: str,
    nodes: Sequence[PairNode],
    ha_vip_id: pulumi.Output[str],
    parent: pulumi.Resource | None = None,
) -> pulumi.Output[list[str]]:
    """Return the order of changes: standby nodes from last to first, then the holder.

    Args:
        owner: The component, for a warning if the holder cannot be read.
        nodes: The nodes, in the program's order.
        ha_vip_id: The HAVIP whose holder comes last.
        parent: The component itself; its provider looks up the holder.
    """
    names = [node.name for node in reversed(nodes)]
    keys = [[node.instance_id or "", node.private_ip] for node in reversed(nodes)]

    def order(known: Any) -> list[str]:
        id, known_keys, under = known
        held = _holder(owner, id, under) if id and isinstance(id, str) else set()
        holds = [not held.isdisjoint(_strings(pair)) for pair in known_keys]
        return [name for _, name in sorted(zip(holds, names, strict=True), key=lambda one: one[0])]

    return pulumi.Output.all(ha_vip_id, keys, look_up_settings(parent)).apply(order, True)


def after_those_before(
    value: pulumi.Input[Any], name: str, order: pulumi.Output[list[str]], made: Made
) -> pulumi.Output[Any]:
    """Return a node's value as an output that resolves once all earlier nodes have changed.

    Args:
        value: The value.
        name: The node.
        order: The order of change.
        made: The resources created for each node; read once the program has declared them all.
    """

    async def wait() -> pulumi.Input[Any]:
        names = await order.future() or []
        for before in names[: names.index(name)]:
            # They are missing if the program failed meanwhile; its own error is reported.
            for resource in made.get(before, ()):
                await resource.urn.future()
        return value

    return pulumi.Output.from_input(wait())


def _holder(owner: str, ha_vip_id: str, under: Mapping[str, Any]) -> set[str]:
    """Return the instance id and the address of a HAVIP's holder; empty if there is no holder."""
    if isinstance(settings.get_monitor(), mocks.MockMonitor):
        return set()  # unit tests of programs run without a cloud
    try:
        found = look_up("getHaVips", ha_vip_id, under).ha_vips
        id = found[0].instance_id if found else ""
        rows = look_up("getInstances", id, under).instances if id else []
    except HavipError as error:
        pulumi.log.warn(
            f"{owner}: who holds the address cannot be read, so the first node changes last, "
            f"whether it holds it or not: {error}"
        )
        return set()
    return {id, *(row.private_ip for row in rows)} - {""}


def _strings(pair: Sequence[Any]) -> list[str]:
    return [value for value in pair if not contains_unknowns(value)]
