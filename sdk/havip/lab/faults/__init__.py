"""Faults and operations of the lab. Each is a model whose fields are its parameters.

`begin` injects a fault and returns the function that undoes it. In histories the name of a fault is
the class name in kebab case: `ServiceKilled` is ``service-killed``.
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
