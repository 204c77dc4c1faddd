"""rich console that escapes unsafe characters; imported only when something is printed."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from havip.cli._text import printable


class SafeConsole(Console):
    """A console whose text cannot control the terminal; only rich's own styles can."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Render a string, with unsafe characters escaped."""
        return super().render_str(printable(text), **options)
