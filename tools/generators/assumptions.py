"""Reference page of the emulator's assumptions, from the marks of its tests."""

from __future__ import annotations

from tests.emulator import evidence

INTRODUCTION = """# Assumptions of the emulator

Each test of the emulator states its evidence (see [Evidence](../explanation/evidence.md)). \
This page lists the behaviors that are assumed.

`make live` checks them against a real account, when `TENCENTCLOUD_SECRET_ID`, \
`TENCENTCLOUD_SECRET_KEY` and `TENCENTCLOUD_REGION` are set, and writes to \
`havip-observed.json` what the cloud did for each one. HAVIPs are free of charge; an EIP is used \
only with `HAVIP_LIVE_EIP=1`, and `make live-sweep` deletes what an interrupted run left behind.

"""


def page() -> str:
    """Return the page."""
    return INTRODUCTION + evidence.assumptions()
