"""Former place of `havip.keepalived.nodes`."""

from __future__ import annotations

from havip._deprecated import moved

__getattr__ = moved("havip.keepalived.setup", "havip.keepalived.nodes.setup")
