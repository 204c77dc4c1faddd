"""Set-up of complete nodes behind a HAVIP: packages, files, scripts and services."""

from __future__ import annotations

from havip.keepalived.nodes.node import CONFIG, keepalived_file, lb_nodes
from havip.keepalived.nodes.setup import NodeFile, NodeSetup, user_data

__all__ = ["CONFIG", "NodeFile", "NodeSetup", "keepalived_file", "lb_nodes", "user_data"]
