"""Health checks for what a pair serves: each a command, so that no script has to be installed.

All run every second, count after two failures, and have no weight: a failing check is a FAULT,
which gives the address up within about two seconds plus the election (a weight would keep it
under nopreempt).
"""

from __future__ import annotations

import re

from havip.keepalived.config.model import VrrpScript
from havip.keepalived.errors import KeepalivedError

HAPROXY_CHECK = VrrpScript(
    name="checkhaproxy", script="/usr/bin/killall -0 haproxy", interval=1, fall=2, rise=1
)
"""Whether a haproxy process lives. Needs psmisc."""

NGINX_CHECK = VrrpScript(
    name="checknginx", script="/usr/bin/killall -0 nginx", interval=1, fall=2, rise=1
)
"""Whether an nginx process lives. Needs psmisc."""

MARIADB_CHECK = VrrpScript(
    name="checkmariadb",
    script="/usr/bin/mariadb-admin --no-defaults --connect-timeout=1 ping",
    interval=1,
    timeout=1,
    fall=2,
    rise=1,
)
"""Whether the local MariaDB answers on its socket, with whatever rights."""


def http_check(url: str, *, name: str = "checkhttp", seconds: int = 1) -> VrrpScript:
    """Build a check that asks for a page: it also sees a server that lives and does not answer.

    Args:
        url: Of a page of this machine, such as ``http://127.0.0.1/health``. Any answer but one
            of 2xx or 3xx is a failure.
        name: The name of the check.
        seconds: How long an answer may take. Needs curl.

    Raises:
        KeepalivedError: Not a URL that can stand in the file.

    Example:
        >>> http_check("http://127.0.0.1/health").script
        '/usr/bin/curl -sf -o /dev/null -m 1 http://127.0.0.1/health'
    """
    if not re.fullmatch(r"https?://[\w.:/?&=%+,;@~-]+", url, re.ASCII):
        raise KeepalivedError(f"{url!r} is not an http or https URL of plain characters")
    command = f"/usr/bin/curl -sf -o /dev/null -m {seconds} {url}"
    return VrrpScript(name=name, script=command, interval=seconds, timeout=seconds, fall=2, rise=1)


def postgresql_check(
    *, bin_dir: str = "/usr/bin", socket_dir: str = "/var/run/postgresql", port: int = 5432
) -> VrrpScript:
    """Build a check that asks the local PostgreSQL, primary or standby, whether it takes clients.

    Args:
        bin_dir: Where ``pg_isready`` is.
        socket_dir: Where the server's socket is.
        port: The server's port.

    Example:
        >>> postgresql_check().script
        '/usr/bin/pg_isready -q -t 1 -U postgres -h /var/run/postgresql -p 5432'
    """
    command = f"{bin_dir}/pg_isready -q -t 1 -U postgres -h {socket_dir} -p {port}"
    return VrrpScript(name="checkpostgresql", script=command, interval=1, timeout=1, fall=2, rise=1)
