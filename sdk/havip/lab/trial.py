"""`havip lab try`: one history per fault, all on the same nodes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from havip.lab import faults
from havip.lab.bounds import timers
from havip.lab.history import Expectation, History, HistoryStep
from havip.lab.namespace import LabError
from havip.lab.topology import Topology

DEFAULT = (
    "service-killed",
    "keepalived-stopped",
    "keepalived-killed",
    "keepalived-hung",
    "node-crashed",
    "nic-down",
    "port-down",
    "vrrp-lost",
    "announcements-lost",
)
"""The faults that are tried by default."""
_SERVICES = ("service-killed", "service-hung", "service-stopped", "package-reinstalled")
_PARAMETERS = {"announcements-lost": {"count": 5}}
_MARGIN = 1.5
_LEAST = 4.0
_START = 5.0
"""Seconds from power-on until a node takes part in an election."""


def histories(topology: Topology, chosen: Sequence[str] = DEFAULT) -> list[History]:
    """Build a history for each fault.

    Each fault lasts until a takeover must be complete; afterwards the original holder has enough
    time to take the address back.

    Args:
        topology: The nodes.
        chosen: The names of the faults.

    LabError: A fault does not exist.
        LabError: There is no such fault.
    """
    found = [
        one
        for spec in topology.nodes.values()
        if (one := timers(spec.keepalived_conf, topology.address))
    ]
    if not found:
        raise LabError("no keepalived.conf has a vrrp_instance that the lab can read")
    election = max((one.election for one in found), default=_LEAST)
    detection = max((one.detection or 0 for one in found), default=0)
    topology = topology.model_copy(update={"timeout": election + detection + _START})
    lasting = max(_LEAST, ceil(election + detection + topology.delay + _MARGIN))
    return [
        _history(topology, name, lasting, settle=election + _MARGIN)
        for name in chosen
        if name not in _SERVICES or _serves(topology)
    ]


def _history(topology: Topology, name: str, lasting: float, settle: float) -> History:
    fault = faults.build(name, **_PARAMETERS.get(name, {}))
    steps = [HistoryStep.model_validate({"at": 0, "fault": fault, "for": lasting})]
    if name == "announcements-lost":
        # Lost announcements have an effect only during a failover.
        crash = {"at": 0.2, "fault": "node-crashed", "for": lasting - 0.2}
        steps.append(HistoryStep.model_validate(crash))
    return History(
        name=name,
        topology=topology,
        steps=steps,
        settle=settle,
        expect=Expectation(outage="bound", promises=["P5", "P6"]),
    )


def _serves(topology: Topology) -> bool:
    """Return whether the nodes run a service besides keepalived."""
    return any(set(spec.services) - {"keepalived"} for spec in topology.nodes.values())
