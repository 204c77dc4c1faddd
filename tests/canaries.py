"""Canaries: secrets that are given in some way, and that nothing that comes out may hold."""

from __future__ import annotations

import base64
import random
import urllib.parse
from collections.abc import Iterator


class Canaries:
    """Secrets, each with the way by which it is given."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.ways: dict[str, str] = {}

    def make(self, way: str) -> str:
        """Generate the canary of a way."""
        drawn = "".join(self.rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=14))
        self.ways[way] = f"Cn4{drawn}"
        return self.ways[way]

    def found_in(self, content: bytes) -> list[str]:
        """Return the ways whose canary stands in some bytes."""
        return [
            way
            for way, canary in self.ways.items()
            if any(form in content for form in self._forms(canary.encode()))
        ]

    @staticmethod
    def _forms(raw: bytes) -> Iterator[bytes]:
        yield raw
        yield raw.hex().encode()
        yield urllib.parse.quote(raw).encode()
        for shift in range(3):  # inside of a longer text that was encoded as a whole
            yield base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]
