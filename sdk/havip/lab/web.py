"""A web server for the lab: it answers every page with its own name."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Named(BaseHTTPRequestHandler):
    """Answers with the name given on the command line."""

    name = b""

    def do_GET(self) -> None:
        """Answer 200 with the name."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.name)))
        self.end_headers()
        self.wfile.write(self.name)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Named.name = sys.argv[2].encode()
    ThreadingHTTPServer(("", int(sys.argv[1])), Named).serve_forever()
