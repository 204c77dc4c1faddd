"""Component resources that create a complete pair of nodes behind a HAVIP.

Example::

    from pulumi_havip.components import LoadBalancerPair

    pair = LoadBalancerPair("web", vpc_id=..., subnet_id=..., nodes=[...], services=[...])
    pulumi.export("address", pair.address)
"""

from __future__ import annotations

from pulumi_havip.components._errors import SetupError
from pulumi_havip.components._nodes import MachineArgs, NodeArgs, WitnessArgs
from pulumi_havip.components.database import DatabaseFailoverCluster
from pulumi_havip.components.load_balancer import LoadBalancerPair, ServerArgs, ServiceArgs
from pulumi_havip.components.password import Password

__all__ = [
    "DatabaseFailoverCluster",
    "LoadBalancerPair",
    "MachineArgs",
    "NodeArgs",
    "Password",
    "ServerArgs",
    "ServiceArgs",
    "SetupError",
    "WitnessArgs",
]
