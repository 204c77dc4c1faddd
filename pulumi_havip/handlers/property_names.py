"""Mark property names inside messages.

A message uses Python's property names, ``check_associate``; the native plugin shows those of its
schema, ``checkAssociate``. Replacing names by searching the text would rewrite users' values too,
so `prop` marks a name in a message, and `render` converts only marked names.
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
    """Return a message in which `naming` formats the property names.

    Example::

        >>> render(f"leave {prop('instance_type')} out of 'my_name'", str.upper)
        "leave INSTANCE_TYPE out of 'my_name'"
    """
    return _NAME.sub(lambda found: naming(found[1]), text)
