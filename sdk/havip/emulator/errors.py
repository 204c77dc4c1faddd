"""What the emulator answers when it does not do what was asked."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818  (it is an answer to give, not a fault of the program)
    """A request that the API refuses: it becomes the ``Error`` of the answer.

    Example::

        raise Refusal("ResourceNotFound", "The HAVIP `havip-00000000` does not exist.")

    Args:
        code: the API's error code, as ``Family`` or ``Family.Detail``.
        message: one sentence for a person, naming the value that was refused.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def not_found(what: str, wanted: str) -> Refusal:
    """Build the refusal of an id that names nothing.

    Example::

        raise not_found("HAVIP", "havip-00000000")
    """
    return Refusal("ResourceNotFound", f"The {what} `{wanted}` does not exist.")
