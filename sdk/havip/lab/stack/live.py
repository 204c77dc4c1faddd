"""Verbs of a running lab of a stack, for ``havip lab`` and for the dashboard."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from havip.emulator.http.dashboard import EventFeed
from havip.errors import UsageError
from havip.lab import faults
from havip.lab.control import Verb
from havip.lab.events import Event
from havip.lab.history import History, play_in
from havip.lab.judge import plain
from havip.lab.live import LiveLab
from havip.lab.load_factor import slowness
from havip.lab.namespace import LabError
from havip.lab.stack.lab import StackLab, wait_settled

BUTTONS: Mapping[str, str] = {
    "service-killed": "Kill the service",
    "service-hung": "Hang the service",
    "keepalived-stopped": "Stop keepalived",
    "keepalived-killed": "Kill keepalived",
    "node-crashed": "Power off",
    "nic-down": "Set eth0 down",
    "node-isolated": "Isolate the node",
    "vrrp-lost": "Lose VRRP",
    "announcements-lost": "Lose announcements",
    "network-slow": "Slow network (10 s)",
    "range-changed": "Leave the range",
    "api-down": "API down",
}
"""Faults with a button, and their labels."""
_SHOWN = ("state", "node", "note")
_ELECTION = 10.0
"""Seconds within which keepalived elects a master and announces, on an idle machine."""
_FIRST_READ = 128 << 10


class LiveStack(LiveLab):
    """Verbs of a running lab of a stack.

    Args:
        lab: The lab.
        feed: Returns the dashboard's feed with all announcements so far, which then receives the
            events of the lab.
    """

    def __init__(self, lab: StackLab, feed: Callable[[], EventFeed]) -> None:
        super().__init__(lab)
        self.stack, self._feed = lab, feed
        self._target = ""
        lab.events.subscribe(self._publish)

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The verbs by name."""
        own: dict[str, Verb] = {
            "settle": self.settle,
            "aim": self.aim,
            "play": self.play,
            "topology": self.topology,
        }
        return {**super().verbs, **own}

    def status(self) -> dict[str, Any]:
        """Return the holder of the address, the programs of each node, and the active faults."""
        plane = self.stack.plane
        found = super().status()
        for name, node in found["nodes"].items():
            node["set_up"] = plane.power.get(name, "off")
            node["problem"] = plane.problems.get(name, "")
        found["havips"] = [
            {
                "address": one.address,
                "name": one.name,
                "holder": plane.node_of(one.holder) or one.holder,
                "public": plane.inventory.public_of(one),
            }
            for one in plane.inventory.havips
        ]
        found["stand_ins"] = [f"{address}:{port}" for address, port in plane.stand_ins]
        found["asked"] = self._target
        return found

    def fault(self, name: str, **parameters: Any) -> str:
        """Inject a fault; return its number, name and node."""
        injected = super().fault(name, **parameters)
        self._publish_title("fault", time.monotonic(), injected.partition(": ")[2])
        return injected

    def heal(self, number: int | None = None) -> list[str]:
        """Undo a fault, or all in reverse order; return their names."""
        healed = super().heal(number)
        self._publish_title("fault", time.monotonic(), f"healed: {', '.join(healed) or 'nothing'}")
        return healed

    def logs(self, node: str, service: str = "", lines: int = 40) -> str:
        """Return the end of a node's logs: user data, services and programs."""
        self.stack.plane.instance_of(node)
        return self.stack.machines[node].messages(service, lines)

    def aim(self, target: str = "") -> str:
        """Start the client's requests to ``ADDRESS:PORT`` or to the HAVIP, and return the URL."""
        address, colon, port = target.partition(":")
        if colon and not port.isdecimal():
            raise UsageError(f"{target!r} is not in the form ADDRESS:PORT")
        self._target = self.stack.start_probe(address, int(port or 0))
        return self._target

    def settle(self, seconds: float = 300) -> dict[str, str]:
        """Wait until the deployment is set up, probe it, and return the failed set-ups by node."""
        plane = self.stack.plane
        wait_settled(self.stack, seconds)
        if plane.problems or plane.main is None:
            return dict(plane.problems)
        if any("keepalived" in node.services for node in self.stack.machines.values()):
            self.lab.events.wait(lambda: bool(self.stack.holder()), _ELECTION * slowness())
        if self.stack.port:
            self.aim()
            self.lab.probe.wait_answer(time.monotonic(), min(seconds, 30))
        return dict(plane.problems)

    def topology(self) -> dict[str, Any]:
        """Return the stack in the form of a topology, for histories.

        Raises:
            LabError: The stack serves no page on a HAVIP.
        """
        self._require_page()
        return self.stack.topology.model_dump(mode="json")

    def play(self, history: Mapping[str, Any]) -> dict[str, Any]:
        """Play a history, and return its judgement.

        Raises:
            LabError: The stack serves no page on a HAVIP, or a step is impossible.
        """
        self._require_page()
        self.lab.probe.stop()
        return plain(play_in(self.stack, History.model_validate(dict(history))))

    def _require_page(self) -> None:
        if not self.stack.port:
            raise LabError(
                "histories of a stack need a web page on its HAVIP, and no node serves one; for "
                "databases, use the topologies mariadb-cluster and postgresql-cluster"
            )

    # Interface of the dashboard.

    def view(self) -> Mapping[str, Any]:
        """Return nodes by instance id, available faults and active ones."""
        plane = self.stack.plane
        return {
            "nodes": {
                instance: {
                    "power": plane.power.get(name, "off"),
                    "services": dict(sorted(self.stack.machines[name].services.items())),
                    "note": plane.problems.get(name, ""),
                }
                for instance, name in list(plane.names.items())
                if name in self.stack.nodes
            },
            "faults": [
                {"name": name, "title": title, "help": _help(name)}
                for name, title in BUTTONS.items()
                if name in faults.REGISTRY
            ],
            "active": list(super().status()["faults"].values()) if plane.main else [],
            "probe": {"target": f"http://{self._target}/"} if self._target else None,
        }

    def probes(self, after: int) -> tuple[int, Sequence[Mapping[str, Any]]]:
        """Return the requests of clients since a position in their record."""
        path = self.lab.folder / "answers"
        try:
            with path.open("rb") as record:
                size = os.fstat(record.fileno()).st_size
                if after > size:  # the record was truncated
                    after = 0
                start = max(after, size - _FIRST_READ)
                record.seek(start)
                lines = record.read().split(b"\n")
        except FileNotFoundError:
            return 0, []
        if start > after:
            start += len(lines.pop(0)) + 1
        position = start + sum(len(line) + 1 for line in lines[:-1])
        ahead = time.time() - time.monotonic()
        return position, [_sample(line.decode(), ahead) for line in lines[:-1]]

    def act(self, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Inject a fault, or heal all, for the dashboard's buttons.

        Raises:
            HavipError: The action, node or fault does not exist, or it failed.
        """
        if verb == "heal":
            return {"healed": self.heal()}
        if verb != "fault":
            raise UsageError(f"unknown action {verb!r}; expected fault or heal")
        name, node = str(arguments.get("fault", "")), str(arguments.get("node", ""))
        kind = faults.REGISTRY.get(name)
        known = self.stack.plane.node_of(node) or node
        given = {"node": known} if known and kind and "node" in kind.model_fields else {}
        return {"fault": self.fault(name, **given)}

    def _publish(self, event: Event) -> None:
        if event.kind == "drop" and event.text in ("lost", "cut-off"):
            self._feed().publish("announcement", self._lost(event))
        elif event.kind in _SHOWN:
            text = event.text
            if event.kind == "state":
                text = f"keepalived {event.subject} is {event.text}"
            self._publish_title("node", event.at, f"{event.node}: {text}" if event.node else text)

    def _publish_title(self, kind: str, at: float, title: str) -> None:
        self._feed().publish(kind, {"at": _epoch(at), "title": title})

    def _lost(self, event: Event) -> dict[str, Any]:
        main = self.stack.plane.main
        return {
            "at": _epoch(event.at),
            "account": main.account if main else "",
            "region": main.region if main else "",
            "sender": event.node,
            "address": event.subject,
            "havip": "",
            "reason": event.text,
        }


def _sample(line: str, ahead: float) -> dict[str, Any]:
    at, good, *who = line.split(" ", 2)
    return {"at": round(float(at) + ahead, 3), "ok": good == "1", "who": who[0] if who else ""}


def _epoch(monotonic: float) -> float:
    return round(monotonic + time.time() - time.monotonic(), 3)


def _help(name: str) -> str:
    return (faults.REGISTRY[name].__doc__ or "").partition("\n")[0]
