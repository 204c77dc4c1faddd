"""nftables through libnftables: a change takes 0.1 ms in process, 2 ms by the command nft."""

from __future__ import annotations

import ctypes
import functools
import threading
from typing import Any

from havip.lab.namespace import LabError

_LIBRARY = "libnftables.so.1"
_lock = threading.Lock()


def missing() -> str | None:
    """Return the reason why the library cannot be loaded, or None."""
    try:
        ctypes.CDLL(_LIBRARY)
    except OSError as error:
        return str(error)
    return None


@functools.cache
def _library() -> Any:
    library = ctypes.CDLL(_LIBRARY)
    library.nft_ctx_new.restype = ctypes.c_void_p
    library.nft_ctx_get_error_buffer.restype = ctypes.c_char_p
    library.nft_ctx_get_output_buffer.restype = ctypes.c_char_p
    for name in ("nft_ctx_buffer_error", "nft_ctx_buffer_output", "nft_ctx_get_error_buffer",
                 "nft_ctx_get_output_buffer"):  # fmt: skip
        getattr(library, name).argtypes = [ctypes.c_void_p]
    library.nft_run_cmd_from_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    return library


@functools.cache
def _context() -> Any:
    library = _library()
    context = library.nft_ctx_new(0)
    library.nft_ctx_buffer_error(context)
    library.nft_ctx_buffer_output(context)
    return context


def run(text: str) -> str:
    """Run nft commands as one transaction, and return their output.

    Raises:
        LabError: The kernel rejected them; nothing was changed.
    """
    with _lock:
        library, context = _library(), _context()
        status = library.nft_run_cmd_from_buffer(context, text.encode())
        error = library.nft_ctx_get_error_buffer(context).decode(errors="replace")
        printed: str = library.nft_ctx_get_output_buffer(context).decode(errors="replace")
    if status:
        raise LabError(f"nft: {error.strip()} in: {text.strip()}")
    return printed
