"""The CVM service, one module per topic, each imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from havip.api._lazy import exporter

if TYPE_CHECKING:
    from havip.api.cvm.attributes import *  # noqa: F403
    from havip.api.cvm.group import *  # noqa: F403
    from havip.api.cvm.image import *  # noqa: F403
    from havip.api.cvm.instance import *  # noqa: F403
    from havip.api.cvm.parts import *  # noqa: F403
    from havip.api.cvm.run import *  # noqa: F403
    from havip.api.cvm.zone import *  # noqa: F403
else:
    __getattr__ = exporter(
        __name__, ("parts", "instance", "attributes", "image", "run", "group", "zone")
    )
