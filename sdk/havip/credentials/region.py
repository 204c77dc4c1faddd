"""The region of a client that was given none."""

from __future__ import annotations

import os

from havip._transport.endpoint import check_region
from havip.credentials.tccli import tccli_region
from havip.errors import UsageError


def find_region(given: str | None) -> str:
    """Return the region: the given one, that of the environment, or that of the tccli profile.

    Args:
        given: Region id that the client was made with, if any.

    Raises:
        UsageError: There is no region, or it is malformed.
    """
    region = given or os.environ.get("TENCENTCLOUD_REGION") or tccli_region()
    if not region:
        raise UsageError(
            "no region: give one, such as region='ap-guangzhou' (--region ap-guangzhou of "
            "the command), or set TENCENTCLOUD_REGION"
        )
    return check_region(region)
