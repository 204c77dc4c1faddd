"""A web server for the lab: it answers every page with its own name."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Named(BaseHTTPRequestHandler):
    """Answers with the name given on the command line."""

    name = b""
    header = False
    """Whether it also stands in X-LB: the server is what the client asks, with none before it."""

    def do_GET(self) -> None:
        """Answer 200 with the name."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.name)))
        if self.header:
            self.send_header("X-LB", self.name.decode())
        self.end_headers()
        self.wfile.write(self.name)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


if __name__ == "__main__":
    Named.name = sys.argv[2].encode()
    Named.header = sys.argv[3:] == ["header"]
    ThreadingHTTPServer(("", int(sys.argv[1])), Named).serve_forever()
