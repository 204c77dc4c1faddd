"""Metadata service for the lab's instances, in place of `metadata.tencentyun.com`."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

HOST_NAME = "metadata.tencentyun.com"
_ROLE = "cam/security-credentials/"


class MetadataServer:
    """Serves each instance its own metadata, identified by the address of the client."""

    def __init__(self, address: str, instances: Mapping[str, str], *, region: str) -> None:
        """Listen on port 80.

        Args:
            address: The address to listen on.
            instances: Instance ids by primary address; may change while the server runs.
            region: The region of all instances.
        """
        handler = type(
            "_MetadataHandler", (_MetadataHandler,), {"instances": instances, "region": region}
        )
        self._server = ThreadingHTTPServer((address, 80), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="metadata", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _MetadataHandler(BaseHTTPRequestHandler):
    instances: Mapping[str, str] = {}
    region = ""

    def do_GET(self) -> None:
        """Respond with a value as plain text, or 404."""
        value = self._value(self.path.removeprefix("/latest/meta-data/"))
        body = (value or "").encode()
        self.send_response(200 if value is not None else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

    def _value(self, path: str) -> str | None:
        own = self.client_address[0]
        if own not in self.instances:
            return None
        values = {
            "instance-id": self.instances[own],
            "uuid": self.instances[own],
            "local-ipv4": own,
            "placement/region": self.region,
            "placement/zone": f"{self.region}-3",
            _ROLE: "lab",
            f"{_ROLE}lab": self._credentials(),
        }
        return values.get(path)

    def _credentials(self) -> str:
        until = datetime.now(UTC) + timedelta(hours=6)
        return json.dumps(
            {
                "Code": "Success",
                "TmpSecretId": DEFAULT_SECRET_ID,
                "TmpSecretKey": DEFAULT_SECRET_KEY,
                "Token": "lab",
                "ExpiredTime": int(until.timestamp()),
                "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )
