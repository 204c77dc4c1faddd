"""The etcd server of a machine, which elects the leader of a PostgreSQL cluster."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import member
from .member import ClusterMember, environment, output, say

DATA = Path("/var/lib/etcd/havip")


def new_or_existing(own: str, peers: Sequence[str | None], known: str | None) -> str:
    """Decide how an etcd server starts.

    Args:
        own: State of this machine: ``new`` or ``member``.
        peers: States reported by the two others; None: no reply.
        known: This machine's entry in the running cluster: ``expected`` (never started),
            ``added`` (to be started), ``lost`` (its data is gone), ``absent``; None: no cluster.

    Returns:
        ``new``, ``existing``, ``replace`` (the entry must be replaced first) or ``wait``.
    """
    if own == "member":
        return "existing"
    if known is not None:
        return {"expected": "new", "added": "existing"}.get(known, "replace")
    return "new" if all(one == "new" for one in peers) else "wait"


def server_state() -> str:
    """Return whether this machine's etcd server has already been a member."""
    return "member" if (DATA / "member" / "wal").is_dir() else "new"


def start(machine: ClusterMember) -> None:
    """Wait until it is clear how the server starts, and write the environment of its unit."""
    before = ""
    while True:
        own, entry = machine.state(), None
        listings = [_members(machine, peer) for peer in machine.peers] if own == "new" else []
        running = next((one for one in listings if one is not None), None)
        if running is not None:
            entry = next((one for one in running if _url(machine) in one["peerURLs"]), {})
        peers = [machine.query(peer) for peer in machine.peers] if own == "new" else []
        choice = new_or_existing(own, peers, None if entry is None else _known(entry))
        before = say(f"{choice}: this machine is {own}, its peers are {peers}", before)
        if choice in ("new", "existing"):
            environment("etcd.env", {"ETCD_INITIAL_CLUSTER_STATE": choice})
            return
        if choice == "replace":
            _replace(machine, entry or {})
        time.sleep(1)


def _known(entry: dict[str, Any]) -> str:
    if not entry:
        return "absent"
    if not entry.get("name"):
        return "added"
    return "lost" if entry.get("clientURLs") else "expected"


def _url(machine: ClusterMember) -> str:
    return f"https://{machine.own}:2380"


def _members(machine: ClusterMember, peer: str) -> list[dict[str, Any]] | None:
    """Return the member list of a peer, which needs no quorum; None without a reply."""
    listed = machine.get(peer, 2380, "/members")
    return listed if isinstance(listed, list) else None


def _replace(machine: ClusterMember, entry: dict[str, Any]) -> None:
    endpoints = ",".join(f"https://{peer}:2379" for peer in machine.peers)
    ctl = ["etcdctl", "--endpoints", endpoints, "--cacert", str(member.CERTIFICATE)]
    ctl += ["--cert", str(member.CERTIFICATE), "--key", str(member.KEY), "member"]
    if entry:
        number = entry["id"]
        output([*ctl, "remove", number if isinstance(number, str) else f"{number:x}"], 10)
    output([*ctl, "add", f"node-{machine.own}", f"--peer-urls={_url(machine)}"], 10)


def healthy(machine: ClusterMember, node: str) -> bool:
    """Return whether the etcd of a machine responds and has a leader."""
    status = machine.get(node, 2379, "/health")
    return isinstance(status, dict) and str(status.get("health")).lower() == "true"
