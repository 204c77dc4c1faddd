"""Control of a running lab over a socket in its folder, with one JSON object per line."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from havip.errors import HavipError
from havip.lab.namespace import LabError

_LARGEST = 1 << 20
_SECONDS = 120.0

Verb = Callable[..., Any]


class ControlServer:
    """Control socket of a lab; each verb is a function with keyword arguments."""

    def __init__(self, path: Path, verbs: Mapping[str, Verb]) -> None:
        """Listen on a Unix socket that only its owner can open."""
        handler = type("_ControlHandler", (_ControlHandler,), {"verbs": dict(verbs)})
        self._server = _ControlServer(str(path), handler)
        path.chmod(0o600)
        threading.Thread(target=self._server.serve_forever, name="control", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _ControlServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class _ControlHandler(socketserver.StreamRequestHandler):
    verbs: Mapping[str, Verb] = {}

    def handle(self) -> None:
        """Handle one request per line."""
        while line := self.rfile.readline(_LARGEST):
            self.wfile.write(json.dumps(self._answer(line)).encode() + b"\n")
            self.wfile.flush()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            verb = self.verbs[request.pop("do")]
            return {"answer": verb(**request)}
        except HavipError as error:
            return {"error": str(error)}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return {"error": f"invalid request: {type(error).__name__}: {error}"}


def send_command(path: Path, do: str, *, wait: float = _SECONDS, **arguments: Any) -> Any:
    """Send a request to a running lab, and return the response.

    Args:
        path: The lab's socket.
        do: The verb.
        wait: Timeout in seconds.
        arguments: Arguments of the verb.

    Raises:
        LabError: The lab does not respond, or reports an error.
    """
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(wait)
            connection.connect(str(path))
            connection.sendall(json.dumps({"do": do, **arguments}).encode() + b"\n")
            with connection.makefile("rb") as reader:
                raw = reader.readline()
    except OSError as error:
        raise LabError(f"the lab {path.parent.name} does not respond: {error}") from None
    if not raw:
        raise LabError(f"the lab {path.parent.name} ended")
    answer = json.loads(raw)
    if "error" in answer:
        raise LabError(answer["error"])
    return answer["answer"]
