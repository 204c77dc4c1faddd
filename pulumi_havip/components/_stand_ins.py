"""Stand-ins for inputs that are not known yet, so that files can be built before a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
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
    """Replace the inputs that are not known yet by values that are as good.

    Args:
        inputs: The inputs of the set-ups; everything that is not text or a number, and stands for
            an address, a password or a certificate, is not known.

    Example:
        >>> with_stand_ins({"vip": None, "cidr": "10.0.0.0/24", "nodes": ["10.0.0.2", None]})
        {'vip': '10.0.0.3', 'cidr': '10.0.0.0/24', 'nodes': ['10.0.0.2', '10.0.0.4']}
    """
    cidr = inputs["cidr"] if isinstance(inputs["cidr"], str) else _ANY_SUBNET
    addresses = [inputs["vip"], *inputs["nodes"]]
    hosts = iter([str(host) for host in IPv4Network(cidr).hosts()][1:])
    free = (host for host in hosts if host not in addresses)
    vip, *nodes = (one if isinstance(one, str) else next(free) for one in addresses)
    filled = {
        name: value if isinstance(value, str | int) else _VALUES[name]
        for name, value in inputs.items()
        if name in _VALUES
    }
    return {**inputs, **filled, "vip": vip, "cidr": cidr, "nodes": nodes}
