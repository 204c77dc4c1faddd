"""Mask the stack's secret settings in texts for the user, as the Pulumi CLI does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

MASK: Final = "[secret]"
_SHORTEST: Final = 3
"""Shorter values are shown, as by the CLI: masking them would hide most of every text."""


class SecretFilter:
    """Masks secrets in texts.

    Args:
        secrets: The values of secret settings, in plaintext.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {form for secret in secrets for form in _forms(secret)}
        longest_first = sorted(known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if known else None

    def __call__(self, text: str) -> str:
        """Return a text with its secrets masked."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _forms(secret: str) -> Iterator[str]:
    """Yield the forms in which a text may show a secret: escaped, a line of it, a part of JSON."""
    for part in (secret, *map(str.strip, secret.splitlines()), *_leaves(secret)):
        for form in (part, json.dumps(part)[1:-1], repr(part)[1:-1]):
            if len(form.encode(errors="replace")) >= _SHORTEST:
                yield form


def _leaves(secret: str) -> Iterator[str]:
    """Yield the texts and numbers in a secret that is a JSON object or list."""
    if secret[:1] not in ("{", "["):
        return
    try:
        pending: list[Any] = [json.loads(secret)]
    except (ValueError, RecursionError):
        return
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        elif value is not None and not isinstance(value, bool):
            yield str(value)
