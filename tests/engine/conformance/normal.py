"""Bringing recordings and runs into one form: no times, no ids, no positions in sources."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

TAG = "4dabf18193072939515e22adb298388d"
_TIMES = ("created", "modified", "sourcePosition", "stackTrace")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def deployment(export: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the resources of an export that shows its secrets, sorted, comparable."""
    return resources(export["deployment"].get("resources") or [])


def resources(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return resources, sorted and comparable."""
    found = [_resource(item) for item in listed]
    return sorted(found, key=lambda item: (item["urn"], bool(item.get("delete"))))


def _resource(source: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in source.items() if key not in _TIMES}
    kept.pop("id", None)
    for key in ("dependencies", "aliases", "ignoreChanges"):
        if key in kept:
            kept[key] = sorted(kept[key])
    if "propertyDependencies" in kept:
        by_key = kept["propertyDependencies"]
        found = {key: sorted(by_key[key]) for key in by_key if by_key[key]}
        kept["propertyDependencies"] = found  # the CLI's refresh drops the empty ones
        if not found:
            del kept["propertyDependencies"]
    text = json.dumps(kept)
    kept = json.loads(_UUID.sub("UUID", text))
    for key in ("inputs", "outputs"):
        if key in kept:
            kept[key] = _plain(kept[key])
    return dict(kept)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if "plaintext" in value:
            return {"secret": _plain(json.loads(value["plaintext"]))}
        hidden = ("serial", "things:file", "boxes:file", "file", "__provider")
        return {key: "*" if key in hidden else _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and (made := re.fullmatch(r"(thing|box)-\d+", value)):
        return f"{made[1]}-N"
    return value


def steps(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the operations on each URN in their order."""
    found: dict[str, list[str]] = defaultdict(list)
    for op, urn in pairs:
        found[urn].append(op)
    return dict(sorted(found.items()))


def cloud(state: dict[str, Any]) -> list[Any]:
    """Return what the cloud holds, whatever the serial numbers."""
    kept = [
        {key: value for key, value in thing.items() if key != "serial"}
        for thing in state["things"].values()
    ]
    return sorted(kept, key=lambda thing: json.dumps(thing, sort_keys=True))
