"""Process of a lab of a stack: the emulator, its dashboard and its data plane.

It runs inside the lab's namespaces. Its listening socket was opened before it entered them, so it
serves on the machine's loopback interface.
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
from pathlib import Path

from havip.emulator import EmulatorServer
from havip.emulator.cloud import Cloud
from havip.errors import HavipError
from havip.lab.control import ControlServer
from havip.lab.stack.data_plane import DataPlane
from havip.lab.stack.lab import StackLab
from havip.lab.stack.launch import CloudAddress
from havip.lab.stack.live import LiveStack


def main() -> None:
    """Serve until killed: ``python -m havip.lab.stack.server FOLDER SOCKET STAND_INS SECONDS``."""
    folder, listener = Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        disks = folder / "nodes"
        disks.mkdir()
        server = EmulatorServer(Cloud(), listener=listener).start()
        plane = DataPlane(server, disks, stand_ins=sys.argv[3] == "1", timeout=float(sys.argv[4]))
        lab = StackLab(server, disks, plane)
        live = LiveStack(lab, server.dashboard.collect)
        server.dashboard.lab = live
        lab.start()
        CloudAddress(url=server.url, token=server.dashboard.token).save(folder)
        ControlServer(folder / "control", live.verbs)
    except (HavipError, OSError) as error:
        print(json.dumps({"error": str(error)}), flush=True)  # noqa: T201
        return
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201
    signal.pause()


if __name__ == "__main__":
    main()
