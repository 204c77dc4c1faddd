"""The executable ``pulumi-resource-havip``; reports missing dependencies in one line."""

from __future__ import annotations

import sys


def main() -> None:
    """Serve as the plugin, or exit if dependencies of the extra are missing."""
    try:
        from pulumi_havip.provider.plugin.provider import main as serve
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        if name in ("havip", "pulumi_havip"):
            raise
        sys.stderr.write(
            f"pulumi-resource-havip: {name} is not installed, which this needs; run: "
            "pip install 'havip[pulumi]'\n"
        )
        sys.exit(1)
    serve()
