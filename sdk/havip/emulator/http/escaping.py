"""Log records in which text from a request cannot steer a terminal or forge a line."""

from __future__ import annotations

import logging
import traceback


def escaped(text: str) -> str:
    """Return text with everything that is not printable as an escape sequence.

    That is line ends and other control characters, C1 ones included, bidirectional marks, and
    halves of surrogate pairs.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def escaped_logger(name: str) -> logging.Logger:
    """Return the logger of a name, whose records are escaped before any handler sees them."""
    logger = logging.getLogger(name)
    if not any(isinstance(known, _Escaping) for known in logger.filters):
        logger.addFilter(_Escaping())
    return logger


class _Escaping(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = escaped(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            trace = "".join(traceback.format_exception(*record.exc_info))
            # indented, as an exception's text may have lines that look like records
            record.exc_text = "\n".join(f"  {escaped(line)}" for line in trace.split("\n"))
            record.exc_info = None  # a handler that formats it again would not escape it
        return True


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
