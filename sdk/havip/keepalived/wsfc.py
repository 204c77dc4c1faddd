"""Former place of `havip.keepalived.nodes.wsfc`."""

from __future__ import annotations

from havip._deprecated import moved

__getattr__ = moved("havip.keepalived.wsfc", "havip.keepalived.nodes.wsfc")
