"""Former place of `havip.keepalived.nodes.health_checks`."""

from __future__ import annotations

from havip._deprecated import moved

__getattr__ = moved("havip.keepalived.checks", "havip.keepalived.nodes.health_checks")
