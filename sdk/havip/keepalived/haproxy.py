"""Former place of `havip.keepalived.nodes.haproxy`."""

from __future__ import annotations

from havip._deprecated import moved

__getattr__ = moved("havip.keepalived.haproxy", "havip.keepalived.nodes.haproxy")
