"""The faults and operations of the lab. Each is a model whose fields are its parameters.

A fault begins, and gives back what undoes it. The name in a history is that of the class, in
lower case with hyphens: `ServiceKilled` is ``service-killed``.
"""

from havip.lab.faults import cloud, network, nodes, services
from havip.lab.faults._base import REGISTRY, AnyFault, LabFault, Undo, all_faults, build, name_of

__all__ = [
    "REGISTRY",
    "AnyFault",
    "LabFault",
    "Undo",
    "all_faults",
    "build",
    "cloud",
    "name_of",
    "network",
    "nodes",
    "services",
]
