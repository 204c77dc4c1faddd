"""The emulator: HAVIP's API served locally, with the rules and errors of the cloud.

`Cloud` is the state and the rules, `Settings` every choice that the documents leave open.
"""

from __future__ import annotations

from havip.emulator.cloud import Caller, Cloud
from havip.emulator.refusals import Refusal
from havip.emulator.settings import Quotas, Settings

__all__ = ["Caller", "Cloud", "Quotas", "Refusal", "Settings"]
