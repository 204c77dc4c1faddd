"""Former place of `havip.keepalived.nodes.scripts`."""

from __future__ import annotations

from havip._deprecated import moved

__getattr__ = moved("havip.keepalived.scripts", "havip.keepalived.nodes.scripts")
