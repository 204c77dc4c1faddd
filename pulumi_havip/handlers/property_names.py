"""Property names inside of messages, kept apart from the text around them.

A message names properties as Python does, ``check_associate``. The native plugin shows the names
of its schema, ``checkAssociate``. Searching a text for names would rewrite users' own values as
well, so a name is put into a message by `prop`, and only `render` turns those into words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_OPEN, _CLOSE = "\ue000", "\ue001"
_NAME: Final = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


def prop(name: str) -> str:
    """Return a property's name, marked as such for `render`."""
    return f"{_OPEN}{name}{_CLOSE}"


def render(text: str, naming: Callable[[str], str] = str) -> str:
    """Return a message with its property names as `naming` writes them.

    Example::

        >>> render(f"leave {prop('instance_type')} out of 'my_name'", str.upper)
        "leave INSTANCE_TYPE out of 'my_name'"
    """
    return _NAME.sub(lambda found: naming(found[1]), text)
