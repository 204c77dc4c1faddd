"""Interface of faults to the emulator of a stack's lab."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from havip.api import (
    AssociateHaVipInstance,
    DisassociateHaVipInstance,
    HaVipAssociation,
    Request,
    Response,
)
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT
from havip.lab.cloud import REGION, LabCloud
from havip.lab.namespace import LabError

if TYPE_CHECKING:
    from havip.lab.stack.data_plane import DataPlane

R = TypeVar("R", bound=Response)


class StackCloud(LabCloud):
    """Changes the range of the stack's HAVIP through the emulator.

    Args:
        cloud: The emulator's state.
        plane: The data plane, which knows the HAVIP and the instances.
    """

    def __init__(self, cloud: Cloud, plane: DataPlane) -> None:
        self.cloud = cloud
        self._plane = plane

    def leave_range(self, node: str) -> None:
        """Remove a node from the HAVIP's range."""
        self.call(DisassociateHaVipInstance(ha_vip_association_set=[self._member(node)]))

    def join_range(self, node: str) -> None:
        """Add a node to the HAVIP's range."""
        self.call(AssociateHaVipInstance(ha_vip_association_set=[self._member(node)]))

    def call(self, request: Request[R]) -> R:
        """Send a request to the emulator under the account of the HAVIP."""
        main = self._plane.main
        account, region = (main.account, main.region) if main else (DEFAULT_ACCOUNT, REGION)
        return self.cloud.call(Caller(account=account, region=region), request)

    def _member(self, node: str) -> HaVipAssociation:
        main = self._plane.main
        if main is None:
            raise LabError("this stack has no HAVIP and therefore no range")
        return HaVipAssociation(
            instance_id=self._plane.instance_of(node), instance_type="CVM", ha_vip_id=main.id
        )
