"""Live web page of an emulator or a lab, served to this machine only.

`Dashboard` handles its routes, `snapshot` reads the cloud for it, `EventFeed` buffers the latest
events. A lab adds its nodes, faults and probes through a `LabView`.
"""

from havip.emulator.http.dashboard.feed import EventFeed
from havip.emulator.http.dashboard.lab_view import LabView
from havip.emulator.http.dashboard.routes import Dashboard

__all__ = ["Dashboard", "EventFeed", "LabView"]
