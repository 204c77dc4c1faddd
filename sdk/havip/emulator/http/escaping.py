"""Loggers that escape text from requests, against log forging and terminal escape sequences."""

from __future__ import annotations

import logging
import traceback


def escaped(text: str) -> str:
    """Return text with every non-printable character as an escape sequence.

    That includes line ends and other control characters (C1 too), bidirectional marks, and lone
    surrogates.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def escaped_logger(name: str) -> logging.Logger:
    """Return a logger whose records are escaped before any handler sees them."""
    logger = logging.getLogger(name)
    if not any(isinstance(known, _Escaping) for known in logger.filters):
        logger.addFilter(_Escaping())
    return logger


class _Escaping(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = escaped(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            trace = "".join(traceback.format_exception(*record.exc_info))
            # indented, so that a line of an exception's text cannot pass for a record
            record.exc_text = "\n".join(f"  {escaped(line)}" for line in trace.split("\n"))
            record.exc_info = None  # a handler that formats it again would not escape it
        return True


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
