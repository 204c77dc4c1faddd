"""Error responses of the emulated API."""

from __future__ import annotations


class ApiFailure(Exception):  # noqa: N818  (it is a response, not a defect of the program)
    """An API error, sent as the ``Error`` of the response.

    Example::

        raise ApiFailure("ResourceNotFound", "The HAVIP `havip-00000000` does not exist.")

    Args:
        code: The API's error code, as ``Family`` or ``Family.Detail``.
        message: One sentence that names the offending value.
        chinese: The message in Chinese, if that of the real API is known.
    """

    def __init__(self, code: str, message: str, chinese: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.chinese = chinese


def not_found(what: str, wanted: str) -> ApiFailure:
    """Build the error for an id that does not exist.

    Example::

        raise not_found("HAVIP", "havip-00000000")
    """
    return ApiFailure("ResourceNotFound", f"The {what} `{wanted}` does not exist.")
