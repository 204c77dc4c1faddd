"""Health checks as single commands, so that no script has to be installed.

All checks run every second, count after two consecutive failures, and have no weight: a failing
check is a FAULT, which releases the address within about two seconds plus the election (with a
weight and nopreempt the address would not move).
"""

from __future__ import annotations

import re

from havip.keepalived.config.model import VrrpScript
from havip.keepalived.errors import KeepalivedError

HAPROXY_CHECK = VrrpScript(
    name="checkhaproxy", script="/usr/bin/killall -0 haproxy", interval=1, fall=2, rise=1
)
"""Checks that a haproxy process exists. Requires psmisc."""

NGINX_CHECK = VrrpScript(
    name="checknginx", script="/usr/bin/killall -0 nginx", interval=1, fall=2, rise=1
)
"""Checks that an nginx process exists. Requires psmisc."""

MARIADB_CHECK = VrrpScript(
    name="checkmariadb",
    script="/usr/bin/mariadb-admin --no-defaults --connect-timeout=1 ping",
    interval=1,
    timeout=1,
    fall=2,
    rise=1,
)
"""Checks that the local MariaDB responds on its socket, regardless of privileges."""


def http_check(url: str, *, name: str = "checkhttp", seconds: int = 1) -> VrrpScript:
    """Build a check that requests a page, so it also detects a server that hangs.

    Args:
        url: URL of a page on this machine, such as ``http://127.0.0.1/health``. Any response
            other than 2xx or 3xx is a failure. Requires curl.
        name: The name of the check.
        seconds: Timeout of the request.

    Raises:
        KeepalivedError: The URL is invalid, or contains characters that need quoting.

    Example:
        >>> http_check("http://127.0.0.1/health").script
        '/usr/bin/curl -sf -o /dev/null -m 1 http://127.0.0.1/health'
    """
    if not re.fullmatch(r"https?://[\w.:/?&=%+,;@~-]+", url, re.ASCII):
        raise KeepalivedError(f"{url!r} is not an http or https URL without special characters")
    command = f"/usr/bin/curl -sf -o /dev/null -m {seconds} {url}"
    return VrrpScript(name=name, script=command, interval=seconds, timeout=seconds, fall=2, rise=1)


def postgresql_check(
    *, bin_dir: str = "/usr/bin", socket_dir: str = "/var/run/postgresql", port: int = 5432
) -> VrrpScript:
    """Build a check that the local PostgreSQL, primary or standby, accepts connections.

    Args:
        bin_dir: The folder of ``pg_isready``.
        socket_dir: The folder of the server's socket.
        port: The server's port.

    Example:
        >>> postgresql_check().script
        '/usr/bin/pg_isready -q -t 1 -U postgres -h /var/run/postgresql -p 5432'
    """
    command = f"{bin_dir}/pg_isready -q -t 1 -U postgres -h {socket_dir} -p {port}"
    return VrrpScript(name="checkpostgresql", script=command, interval=1, timeout=1, fall=2, rise=1)
