"""One function for each action; importing this registers them all."""

from __future__ import annotations

from havip.emulator.actions import (
    addresses,
    bandwidth,
    havip_ranges,
    havips,
    identity,
    images,
    instances,
    interfaces,
    limits,
    networks,
    placement,
    private_addresses,
    routes,
    security,
    tags,
    task_results,
    used_addresses,
)

__all__ = [
    "addresses",
    "bandwidth",
    "havip_ranges",
    "havips",
    "identity",
    "images",
    "instances",
    "interfaces",
    "limits",
    "networks",
    "placement",
    "private_addresses",
    "routes",
    "security",
    "tags",
    "task_results",
    "used_addresses",
]
