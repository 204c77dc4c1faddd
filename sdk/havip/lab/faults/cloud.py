"""Faults of the cloud: the HAVIP range and the API."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from havip.emulator import Fault as ApiFault
from havip.emulator.errors import ApiFailure
from havip.lab.faults._base import LabFault, OnNode, Undo
from havip.lab.lab import Lab
from havip.lab.namespace import LabError, NoEffectError


class RangeChanged(OnNode):
    """A node is removed from the HAVIP's range."""

    undone: ClassVar[str] = "It is added to the range again."
    node: str = Field("backup", description="The node to remove, or a role.")

    def begin(self, lab: Lab) -> Undo:
        """Remove the member through the API."""
        try:
            lab.cloud.leave_range(self.node)
        except ApiFailure as error:
            raise NoEffectError(f"{self.name}: {self.node} cannot be removed: {error}") from None
        return lambda: lab.cloud.join_range(self.node)


class _OnApi(LabFault):
    def order(self, lab: Lab, fault: ApiFault) -> Undo:
        """Inject an API fault that lasts until it is undone."""
        if lab.api is None:
            raise LabError(f"{self.name}: the nodes of this topology do not use the API")
        faults = lab.api.control.faults
        faults.add(fault)
        return lambda: faults.remove(fault)


class ApiDown(_OnApi):
    """The API does not respond: every connection is closed."""

    undone: ClassVar[str] = "The API responds again."

    def begin(self, lab: Lab) -> Undo:
        """Drop every call."""
        return self.order(lab, ApiFault(drop=True, times=None))


class ApiSlow(_OnApi):
    """The API responds late."""

    undone: ClassVar[str] = "It responds immediately again."
    delay: float = Field(3, gt=0, description="Seconds by which a response is delayed.")

    def begin(self, lab: Lab) -> Undo:
        """Delay every call."""
        return self.order(lab, ApiFault(latency=self.delay, times=None))


class ApiThrottled(_OnApi):
    """The API rejects calls because of their rate (RequestLimitExceeded)."""

    undone: ClassVar[str] = "It accepts calls again."

    def begin(self, lab: Lab) -> Undo:
        """Reject every call."""
        return self.order(lab, ApiFault(code="RequestLimitExceeded", times=None))
