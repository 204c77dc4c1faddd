"""keepalived.conf as a typed model, and the set-up of the nodes behind a HAVIP.

Example:
    >>> from havip.keepalived import lb_pair, render
    >>> pair = lb_pair("172.17.16.3", ["172.17.16.7", "172.17.16.13"], auth_pass="1111")
    >>> text = render(pair["172.17.16.7"])
"""

from __future__ import annotations

from havip.keepalived.check import CheckResult, Complaint, check, unavailable
from havip.keepalived.config.model import (
    Authentication,
    AuthHmac,
    Config,
    GlobalDefs,
    HmacKey,
    Peer,
    Track,
    VirtualAddress,
    VrrpInstance,
    VrrpScript,
    VrrpSyncGroup,
    VrrpTrackProcess,
)
from havip.keepalived.config.parse import Document, parse
from havip.keepalived.config.render import render
from havip.keepalived.errors import CheckUnavailableError, KeepalivedError, ParseError
from havip.keepalived.nodes.health_checks import (
    HAPROXY_CHECK,
    MARIADB_CHECK,
    NGINX_CHECK,
    http_check,
    postgresql_check,
)
from havip.keepalived.nodes.pair import lb_pair, router_id

__all__ = [
    "HAPROXY_CHECK",
    "MARIADB_CHECK",
    "NGINX_CHECK",
    "AuthHmac",
    "Authentication",
    "CheckResult",
    "CheckUnavailableError",
    "Complaint",
    "Config",
    "Document",
    "GlobalDefs",
    "HmacKey",
    "KeepalivedError",
    "ParseError",
    "Peer",
    "Track",
    "VirtualAddress",
    "VrrpInstance",
    "VrrpScript",
    "VrrpSyncGroup",
    "VrrpTrackProcess",
    "check",
    "http_check",
    "lb_pair",
    "parse",
    "postgresql_check",
    "render",
    "router_id",
    "unavailable",
]
