"""rich's console with text of the cloud made safe; loaded where something is printed."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from havip.cli._text import printable


class SafeConsole(Console):
    """A console whose strings steer nothing; only rich's own styles reach the terminal."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Render a string, with escapes for what would steer a terminal."""
        return super().render_str(printable(text), **options)
