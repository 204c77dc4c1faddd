"""Generated plans: random ones, changes of one, and simpler ones to shrink a failure."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Final

from plans import ADOPTERS, NAMES, TITLES, Plan

CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "vip": ("", "172.17.16.200", "172.17.16.201"),
    "web_title": TITLES,
    "inline": ("", "-", "a", "b", "ab", "e"),
    "member": ("", "member", "renamed"),
    "eni_member": ("", "emember", "erenamed"),
    "bound": ("", "bound", "rebound"),
    "route": ("", "route", "reroute"),
    "adopted": ("", "", *ADOPTERS),
    "tag": ("", "x", "y"),
    "via": ("", "", "one", "two"),
    "called": ("web", *NAMES),
    "net": ("16", "16", "16", "17"),
    "stack": ("dev",),
    "site": ("china",),
}
RARE: Final = {
    "component": 0.3,
    "protect": 0.06,
    "password": 0.15,
    "group": 0.2,
    "eni": 0.3,
    "c": 0.3,
    "eni_on": 0.7,
    "all_via": 0.2,
    "replaced_vpc": 0.15,
    "kept": 0.3,
    "lent": 0.5,
    "tag_ignored": 0.2,
    "title_replaces": 0.2,
    "delete_first": 0.2,
}


def choose(rng: random.Random) -> Plan:
    """Generate a plan."""
    plan = Plan()
    for item in fields(Plan):
        plan = replace(plan, **{item.name: _draw(rng, item.name)})
    return plan


def change(rng: random.Random, plan: Plan) -> Plan:
    """Generate a plan that differs from another in up to three ways."""
    for item in rng.sample(fields(Plan), rng.randint(1, 3)):
        plan = replace(plan, **{item.name: _draw(rng, item.name)})
    return plan


def _draw(rng: random.Random, name: str) -> Any:
    if name in CHOICES:
        return rng.choice(CHOICES[name])
    if name == "web":
        return rng.random() < 0.85
    return rng.random() < RARE.get(name, 0.45)


def on_site(plan: Plan, site: str) -> Plan:
    """Return a plan for a site. The international one has no ranges, and HAVIPs need an address:

    it is what a lost creation is recognized by.
    """
    if site == "china":
        return plan
    bare: dict[str, Any] = {"inline": "", "checked": False, "member": "", "eni_member": ""}
    return replace(plan, **bare, vip=plan.vip or "172.17.16.200", site=site)


def simpler(plan: Plan) -> Iterator[Plan]:
    """Yield plans that differ from one by being simpler in one way."""
    plainest = Plan()
    for item in fields(Plan):
        if item.name != "site" and getattr(plan, item.name) != getattr(plainest, item.name):
            yield on_site(replace(plan, **{item.name: getattr(plainest, item.name)}), plan.site)
