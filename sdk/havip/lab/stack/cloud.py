"""Interface of faults to the emulator of a stack's lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from havip.api import HaVipAssociation
from havip.emulator.cloud import Caller, Cloud
from havip.lab.cloud import LabCloud
from havip.lab.namespace import LabError

if TYPE_CHECKING:
    from havip.lab.stack.data_plane import DataPlane


class StackCloud(LabCloud):
    """Changes the range of the stack's HAVIP through the emulator.

    Args:
        cloud: The emulator's state.
        plane: The data plane, which knows the HAVIP and the instances.
    """

    def __init__(self, cloud: Cloud, plane: DataPlane) -> None:
        super().__init__(cloud)
        self._plane = plane

    @property
    def caller(self) -> Caller:
        """The account and the region of the HAVIP."""
        main = self._plane.main
        return Caller(account=main.account, region=main.region) if main else super().caller

    def member(self, node: str) -> HaVipAssociation:
        """Return the association of a node with the HAVIP."""
        main = self._plane.main
        if main is None:
            raise LabError("this stack has no HAVIP and therefore no range")
        return HaVipAssociation(
            instance_id=self._plane.instance_of(node), instance_type="CVM", ha_vip_id=main.id
        )
