"""Decide what to do with a resource, from its diff and its options; no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pulumi_havip.engine import property_paths as paths
from pulumi_havip.engine.events import Change
from pulumi_havip.engine.provider_responses import Diff
from pulumi_havip.engine.registration import Goal
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.values import Properties, unwrap


class Verdict(StrEnum):
    """Outcome of a diff for an existing resource."""

    SAME = "same"
    UPDATE = "update"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome of a diff for a resource, and the reason.

    Attributes:
        verdict: Keep, update or replace.
        delete_first: Whether a replacement deletes the old resource first.
        keys: The properties that force a replacement.
        changes: The properties that differ.
    """

    verdict: Verdict
    delete_first: bool = False
    keys: Sequence[str] = ()
    changes: Sequence[Change] = ()


def settle_diff(diff: Diff, old: Properties, new: Properties, ignore: Sequence[str]) -> Diff:
    """Compare the inputs if the provider did not say whether anything differs."""
    if diff.changes is not None:
        return diff
    kept = paths.ignore(new, old, ignore)
    found = list(paths.differences(unwrap(old), unwrap(kept)))
    if not found:
        return replace(diff, changes=False)
    top = dict.fromkeys(str(paths.parse(change.path)[0]) for change in found)
    return replace(
        diff,
        changes=True,
        changed_keys=tuple(top),
        detailed={change.path: change.kind for change in found},
    )


def apply_replace_on_changes(diff: Diff, patterns: Sequence[str], *, unhealthy: bool) -> Diff:
    """Turn changes into replacements as the option `replace_on_changes` demands."""
    if (not diff.changes and not unhealthy) or not patterns:
        return diff
    parsed = [paths.parse(pattern) for pattern in patterns]

    def hit(path: str) -> bool:
        return any(paths.covers(pattern, paths.parse(path)) for pattern in parsed)

    keys = [*diff.replace_keys, *(key for key in diff.changed_keys if hit(key))]
    changes = diff.changes
    if unhealthy and hit("#initerror"):
        keys.append("#initerror")
        changes = True
    detailed = diff.detailed
    if detailed is not None:
        detailed = {
            path: f"{kind.removesuffix('-replace')}-replace" if hit(path) else kind
            for path, kind in detailed.items()
        }
    unique = tuple(dict.fromkeys(keys))
    return replace(diff, changes=changes, replace_keys=unique, detailed=detailed)


def decide(diff: Diff, goal: Goal, old: Record, new: Record) -> Decision:
    """Return the decision for a resource, given its diff."""
    unhealthy = bool(old.init_errors)
    diff = apply_replace_on_changes(diff, goal.replace_on_changes, unhealthy=unhealthy)
    changes = shown_changes(diff, old.inputs, new.inputs)
    if old.pending_replacement or (diff.changes and diff.replaces):
        first = diff.delete_before_replace
        if goal.delete_before_replace is not None:
            first = goal.delete_before_replace
        return Decision(Verdict.REPLACE, first, diff.replace_keys, changes)
    if diff.changes or unhealthy:
        return Decision(Verdict.UPDATE, changes=changes)
    return Decision(Verdict.SAME)


def shown_changes(diff: Diff, old: Properties, new: Properties) -> list[Change]:
    """Return the differences between inputs, marked if they force a replacement."""
    forcing = [paths.parse(key) for key in diff.replace_keys]
    detailed = diff.detailed or {}
    found = []
    for change in paths.differences(_visible(old), _visible(new)):
        path = paths.parse(change.path)
        forced = any(paths.covers(key, path) for key in forcing)
        kind = detailed.get(change.path, change.kind)
        if forced and not kind.endswith("-replace"):
            kind += "-replace"
        found.append(replace(change, kind=kind))
    return found


def _visible(inputs: Properties) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if not key.startswith("__")}
