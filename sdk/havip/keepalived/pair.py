"""Former place of `havip.keepalived.nodes.pair`."""

from __future__ import annotations

from havip._deprecated import moved

__getattr__ = moved("havip.keepalived.pair", "havip.keepalived.nodes.pair")
