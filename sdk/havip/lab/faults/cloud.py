"""Faults of the cloud: the HAVIP's range, and its API."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from havip.emulator import Fault as ApiFault
from havip.lab.faults._base import LabFault, OnNode, Undo
from havip.lab.lab import Lab
from havip.lab.namespace import LabError


class RangeChanged(OnNode):
    """A node is taken out of the HAVIP's range under way."""

    undone: ClassVar[str] = "It is in the range again."
    node: str = Field("backup", description="The node that leaves the range, or a role.")

    def begin(self, lab: Lab) -> Undo:
        """Remove the member by an API call."""
        lab.cloud.leave_range(self.node)
        return lambda: lab.cloud.join_range(self.node)


class _OnApi(LabFault):
    def order(self, lab: Lab, fault: ApiFault) -> Undo:
        """Order a fault of the API that lasts until it is undone."""
        if lab.api is None:
            raise LabError(f"{self.name}: the nodes of this topology do not call the API")
        faults = lab.api.control.faults
        faults.add(fault)
        return faults.clear


class ApiDown(_OnApi):
    """The API does not answer: every connection is closed."""

    undone: ClassVar[str] = "The API answers again."

    def begin(self, lab: Lab) -> Undo:
        """Drop every call."""
        return self.order(lab, ApiFault(drop=True, times=None))


class ApiSlow(_OnApi):
    """The API answers late."""

    undone: ClassVar[str] = "It answers at once again."
    delay: float = Field(3, gt=0, description="Seconds by which an answer comes later.")

    def begin(self, lab: Lab) -> Undo:
        """Delay every call."""
        return self.order(lab, ApiFault(latency=self.delay, times=None))


class ApiThrottled(_OnApi):
    """The API refuses calls for their rate (RequestLimitExceeded)."""

    undone: ClassVar[str] = "It takes calls again."

    def begin(self, lab: Lab) -> Undo:
        """Reject every call."""
        return self.order(lab, ApiFault(code="RequestLimitExceeded", times=None))
