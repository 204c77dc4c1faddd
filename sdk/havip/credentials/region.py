"""The default region of a client."""

from __future__ import annotations

import os

from havip._transport.endpoint import check_region
from havip.credentials.files import section_region
from havip.credentials.profiles import selected_profile
from havip.credentials.tccli import tccli_region
from havip.errors import UsageError


def find_region(given: str | None = None, profile: str | None = None) -> str:
    """Return the region of a client.

    It is the given one; else that of a profile that takes precedence over the environment; else
    that of ``TENCENTCLOUD_REGION``, of ``TKE_REGION`` in a pod of TKE, or of the profile.

    Args:
        given: The client's region id, if given.
        profile: The client's profile, if given.

    Raises:
        UsageError: There is no region, or it is malformed.
    """
    region = given or _of_profile(profile, explicit=True) or os.environ.get("TENCENTCLOUD_REGION")
    region = region or os.environ.get("TKE_REGION") or _of_profile(profile, explicit=False)
    if not region:
        raise UsageError(
            "no region: give one, such as region='ap-guangzhou' (--region ap-guangzhou of "
            "the command), or set TENCENTCLOUD_REGION"
        )
    return check_region(region)


def _of_profile(given: str | None, *, explicit: bool) -> str | None:
    """Return the region of the selected profile, if it has one."""
    profile = selected_profile(given)
    if explicit and not profile.explicit:
        return None
    return section_region(profile.name) or tccli_region(profile.name)
