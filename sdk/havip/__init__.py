"""Python SDK for Tencent Cloud HAVIPs.

Example::

    import havip
    from havip import api, ready

    client = havip.Client("ap-guangzhou")
    vip = client.create_ha_vip(vpc_id="vpc-1a2b3c4d", ha_vip_name="web").ha_vip
    client.wait(api.DescribeHaVips(ha_vip_ids=[vip.ha_vip_id]), ready.held())

- `Client`: a method for each action of the API; `AsyncClient`: the same for asyncio
- `havip.api`: the requests and responses of all actions
- `havip.ready`: conditions for `Client.wait`; `havip.errors`: the exceptions
- `havip.credentials`: keys, credential providers and the credential chain
- `Retry`: the retry policy; `FakeClock`: time in tests
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from havip import _deprecated
from havip._lazy import load

if TYPE_CHECKING:
    from havip import api, errors, ready
    from havip._transport.caller import Attempt
    from havip._transport.clock import Clock, FakeClock, SystemClock
    from havip._transport.retry import Retry
    from havip.async_client import AsyncClient
    from havip.client import Client
    from havip.credentials import (
        AssumedRole,
        CredentialProvider,
        Credentials,
        CvmRole,
        Environment,
        ProfileFile,
        TccliProfile,
        WebIdentity,
    )
    from havip.errors import HavipError

    AssumeRole = AssumedRole  # its name in 0.1.0

__version__ = "0.2.0"
__all__ = [
    "AssumedRole",
    "AsyncClient",
    "Attempt",
    "Client",
    "Clock",
    "CredentialProvider",
    "Credentials",
    "CvmRole",
    "Environment",
    "FakeClock",
    "HavipError",
    "ProfileFile",
    "Retry",
    "SystemClock",
    "TccliProfile",
    "WebIdentity",
    "__version__",
    "api",
    "errors",
    "ready",
]

# Modules of the public names. They are imported on first use: a program that only needs the
# version, or a part such as havip.keepalived, does not load pydantic.
_HOMES = {
    "_transport.caller": ("Attempt",),
    "_transport.clock": ("Clock", "FakeClock", "SystemClock"),
    "_transport.retry": ("Retry",),
    "async_client": ("AsyncClient",),
    "client": ("Client",),
    "credentials": (
        "AssumedRole",
        "CredentialProvider",
        "Credentials",
        "CvmRole",
        "Environment",
        "ProfileFile",
        "TccliProfile",
        "WebIdentity",
    ),
    "errors": ("HavipError",),
}

_deprecated.install()

if not TYPE_CHECKING:  # otherwise type checkers would accept names that do not exist

    def __getattr__(name: str) -> object:
        """Import the module of a public name on first use."""
        if name in ("api", "errors", "ready"):
            return load(f"{__name__}.{name}")
        for module, names in _HOMES.items():
            if name in names:
                found = getattr(load(f"{__name__}.{module}"), name)
                return globals().setdefault(name, found)
        return _deprecated.renamed(__name__, name)

    def __dir__() -> list[str]:
        """List the public names, loaded or not."""
        return sorted(__all__)
