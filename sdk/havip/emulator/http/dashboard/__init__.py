"""The dashboard: a live page of the cloud that an emulator or a lab serves to this machine.

`Dashboard` answers its routes, `snapshot` reads the cloud for it, `EventFeed` keeps the last
events. A lab adds its nodes, faults and probes by a `LabView`.
"""

from havip.emulator.http.dashboard.feed import EventFeed
from havip.emulator.http.dashboard.lab_view import LabView
from havip.emulator.http.dashboard.routes import Dashboard

__all__ = ["Dashboard", "EventFeed", "LabView"]
