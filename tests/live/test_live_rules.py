"""The tests of the emulator's rules themselves, asked of whatever cloud there is.

They run on an emulator, through the client, or with ``HAVIP_LIVE=1`` on a real account: what passes
there is no longer assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.live import rig as rigging
else:
    import sys

    rigging = sys.modules["havip_live_rig"]  # the conftest has loaded it

globals().update(rigging.rules()[0])
