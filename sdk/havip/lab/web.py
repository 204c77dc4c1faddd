"""Web server for the lab that responds to every request with its name."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class NameHandler(BaseHTTPRequestHandler):
    """Responds with the name given on the command line."""

    name = b""
    header = False
    """True if the name is also sent in X-LB, for clients without a load balancer in between."""

    def do_GET(self) -> None:
        """Respond with status 200 and the name."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.name)))
        if self.header:
            self.send_header("X-LB", self.name.decode())
        self.end_headers()
        self.wfile.write(self.name)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


if __name__ == "__main__":
    NameHandler.name = sys.argv[2].encode()
    NameHandler.header = sys.argv[3:] == ["header"]
    ThreadingHTTPServer(("", int(sys.argv[1])), NameHandler).serve_forever()
