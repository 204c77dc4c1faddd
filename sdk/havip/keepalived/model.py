"""Former place of `havip.keepalived.config.model`."""

from __future__ import annotations

from havip._deprecated import moved

__getattr__ = moved("havip.keepalived.model", "havip.keepalived.config.model")
