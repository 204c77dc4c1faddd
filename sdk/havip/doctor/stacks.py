"""HAVIPs in the exported state of a Pulumi stack, read without Pulumi."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from havip.errors import UsageError

_HAVIP: Final = re.compile(r"havip-[0-9a-z]+")


def havips_in(state: Any, where: str = "the state") -> dict[str, list[str]]:
    """Find the HAVIPs of a stack, of any provider.

    Example:
        >>> resource = {"custom": True, "id": "havip-1a2b3c4d", "outputs": {"region": "ap-tokyo"}}
        >>> havips_in({"deployment": {"resources": [resource]}})
        {'ap-tokyo': ['havip-1a2b3c4d']}

    Args:
        state: The parsed JSON of ``pulumi stack export`` or ``havip stack export``, or of a state
            file.
        where: The source of the state, for messages.

    Returns:
        The ids by region; the region is empty if the state does not include it.

    Raises:
        UsageError: It is not the state of a stack.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for resource in _resources(state, where):
        id = resource.get("id")
        if not resource.get("custom") or resource.get("delete") or not isinstance(id, str):
            continue
        if _HAVIP.fullmatch(id):
            outputs = resource.get("outputs")
            region = outputs.get("region") if isinstance(outputs, Mapping) else None
            ids = found[region if isinstance(region, str) else ""]
            if id not in ids:
                ids.append(id)
    return dict(found)


def _resources(state: Any, where: str) -> list[Mapping[str, Any]]:
    """Return the resources of an export, or of the checkpoint in a state file."""
    if isinstance(state, Mapping):
        checkpoint = state.get("checkpoint")
        inner = checkpoint.get("latest") if isinstance(checkpoint, Mapping) else None
        deployment = state.get("deployment", inner)
        if isinstance(deployment, Mapping):
            resources = deployment.get("resources") or []
            if isinstance(resources, list) and all(isinstance(one, Mapping) for one in resources):
                return resources
        if isinstance(checkpoint, Mapping) and inner is None:
            return []
    raise UsageError(
        f"{where} is not the state of a Pulumi stack: pass the output of pulumi stack export"
    )
