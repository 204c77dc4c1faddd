"""The code blocks of the documents, with the file and line that each begins at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_FENCE: Final = re.compile(
    r"^(?:<!-- tested by (?P<test>\S+) -->\n)?^```(?P<kind>[\w{}-]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    file: str
    line: int
    kind: str
    text: str
    test: str | None
    """The test that checks it, where its document names one."""

    @property
    def is_program(self) -> bool:
        """True if it is the program of a stack."""
        return self.kind == "python" and "import pulumi" in self.text and not self.is_test

    @property
    def is_test(self) -> bool:
        """True if it is a test for pytest."""
        return self.kind == "python" and "\ndef test_" in self.text

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def documents() -> list[Path]:
    """Return the documents whose blocks are tested."""
    return [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(*kinds: str) -> list[Block]:
    """Return the blocks of some kinds that no other test checks."""
    return [block for block in every_block() if block.kind in kinds and block.test is None]


def every_block() -> Iterator[Block]:
    """Yield each block of each document."""
    for path in documents():
        text = path.read_text("utf-8")
        for found in _FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            file = path.relative_to(ROOT).as_posix()
            yield Block(file, line, found["kind"], found["text"], found["test"])
