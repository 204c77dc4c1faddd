"""Effects of asynchronous tasks when they finish, by the name stored in the task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from havip.emulator.rules import eips, enis, instances
from havip.emulator.state.world import AccountRegion

Effect = Callable[..., None]
"""``effect(region, succeeded, **arguments)``: apply the effect, or undo its preparation."""


def delete_havip(region: AccountRegion, succeeded: bool, ha_vip_id: str) -> None:
    """Delete a HAVIP and free its address."""
    if succeeded:
        region.havips.remove(ha_vip_id)


EFFECTS: Final[Mapping[str, Effect]] = {
    effect.__name__: effect
    for effect in (
        delete_havip,
        eips.allocate_eips,
        eips.bind_eip_to_havip,
        eips.bind_eip_to_interface,
        eips.change_bandwidth,
        eips.release_eips,
        eips.unbind_eip,
        enis.assign_addresses,
        enis.attach_interface,
        enis.create_interface,
        enis.delete_interface,
        enis.detach_interface,
        enis.migrate_address,
        enis.unassign_addresses,
        instances.start,
        instances.stop,
        instances.terminate,
    )
}
