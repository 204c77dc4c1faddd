"""Import of aiohttp's server, with an error that names the missing extra."""

try:
    from aiohttp import web
except ImportError as missing:
    raise ImportError(
        f"the emulator's server needs {missing.name}; run: pip install 'havip[emulator]'",
        name=missing.name,
    ) from None

__all__ = ["web"]
