"""Stand-ins for inputs that are not known yet, so that files can be built before a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from itertools import islice
from typing import Any, Final

_ANY_SUBNET: Final = "10.0.0.0/24"
_PEM: Final = "".join(
    f"-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n"
    for kind in ("CERTIFICATE", "PRIVATE KEY")
)
_VALUES: Final[Mapping[str, Any]] = {
    "auth_pass": "standin",
    "certificate": _PEM,
    "replication": "standin-standin",
    "router_id": 51,
}


def with_stand_ins(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the inputs that are not known yet by valid values.

    Args:
        inputs: The inputs of the set-ups. An address, a password, a certificate or a router id
            that is neither text nor a number is not known.

    Example:
        >>> with_stand_ins({"vip": None, "cidr": "10.0.0.0/24", "nodes": ["10.0.0.2", None]})
        {'vip': '10.0.0.3', 'cidr': '10.0.0.0/24', 'nodes': ['10.0.0.2', '10.0.0.4']}
    """
    cidr = inputs["cidr"] if isinstance(inputs["cidr"], str) else _ANY_SUBNET
    addresses = [inputs["vip"], *inputs["nodes"]]
    hosts = map(str, islice(IPv4Network(cidr).hosts(), 1, None))  # the first is the gateway
    free = (host for host in hosts if host not in addresses)
    vip, *nodes = (one if isinstance(one, str) else next(free) for one in addresses)
    filled = {
        name: value if isinstance(value, str | int) else _VALUES[name]
        for name, value in inputs.items()
        if name in _VALUES
    }
    return {**inputs, **filled, "vip": vip, "cidr": cidr, "nodes": nodes}
