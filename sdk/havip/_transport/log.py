"""Log records of calls under the logger ``havip``, without secrets."""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Final

log = logging.getLogger("havip")
_SECRET: Final = re.compile(
    r"password|secretkey|userdata|tokencode|webidentitytoken|samlassertion|^token$", re.IGNORECASE
)
_LONGEST: Final = 2000


def shown(body: bytes) -> str:
    """Format a JSON body for the log: masked secrets, bounded length."""
    try:
        text = json.dumps(_redacted(json.loads(body)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return f"{len(body)} bytes that are not JSON"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def _redacted(value: Any) -> Any:
    """Copy a JSON value with secret values masked."""
    if isinstance(value, dict):
        return {
            name: "***" if inner and _SECRET.search(name) else _redacted(inner)
            for name, inner in value.items()
        }
    return [_redacted(inner) for inner in value] if isinstance(value, list) else value
