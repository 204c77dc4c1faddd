"""The VPC service, one module per resource type, each imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from havip.api._lazy import exporter

if TYPE_CHECKING:
    from havip.api.vpc.address import *  # noqa: F403
    from havip.api.vpc.bandwidth import *  # noqa: F403
    from havip.api.vpc.eni import *  # noqa: F403
    from havip.api.vpc.havip import *  # noqa: F403
    from havip.api.vpc.network import *  # noqa: F403
    from havip.api.vpc.private import *  # noqa: F403
    from havip.api.vpc.route import *  # noqa: F403
    from havip.api.vpc.security import *  # noqa: F403
    from havip.api.vpc.subnet import *  # noqa: F403
    from havip.api.vpc.task import *  # noqa: F403
else:
    __getattr__ = exporter(
        __name__,
        (
            "havip",
            "network",
            "subnet",
            "task",
            "address",
            "bandwidth",
            "private",
            "eni",
            "route",
            "security",
        ),
    )
