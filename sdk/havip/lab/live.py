"""A lab that keeps running, for interactive fault injection.

As a program (``python -m havip.lab.live FOLDER``) it runs in the namespaces of a lab, reads its
topology from stdin, and prints ``{"ready": …}`` or ``{"error": …}`` to stdout.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from havip.errors import HavipError
from havip.lab import faults, labs, namespace, report
from havip.lab.bounds import bound
from havip.lab.control import ControlServer, Verb, send_command
from havip.lab.faults import LabFault, Undo
from havip.lab.history import Expectation
from havip.lab.judge import Played, PlayedStep, judge
from havip.lab.lab import Lab
from havip.lab.labs import LabFolder
from havip.lab.load_factor import Lateness, slowness
from havip.lab.loads import load_of
from havip.lab.namespace import LabError
from havip.lab.probes import longest
from havip.lab.topology import Topology
from havip.lab.topology_lab import running

_NOTE_PID = 'echo $$ >"$0"; exec "$@"'


class _Active(NamedTuple):
    fault: LabFault
    undo: Undo
    step: PlayedStep


class LiveLab:
    """The verbs of a running lab, for the command and the dashboard.

    Attributes:
        lab: The lab.
        active: The active faults by number.
    """

    def __init__(self, lab: Lab) -> None:
        """Start measuring; the lab must be running."""
        self.lab = lab
        self.began = time.monotonic()
        self.active: dict[int, _Active] = {}
        self.steps: list[PlayedStep] = []
        self.load = load_of(lab)
        self.lateness = Lateness()
        self._number = 0

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The verbs by name."""
        return {
            "status": self.status,
            "fault": self.fault,
            "heal": self.heal,
            "probe": self.probe,
            "report": self.report,
            "logs": self.logs,
            "pid": self.pid,
        }

    def status(self) -> dict[str, Any]:
        """Return the holder of the address, the programs of each node, and the active faults."""
        lab = self.lab
        return {
            "address": lab.topology.address,
            "network": lab.delivered_to(),
            "api": lab.holder(),
            "nodes": {
                name: {
                    "address": lab.spec(name).address,
                    "power": node.running,
                    "holds": name in lab.masters(),
                    "state": self._state(name),
                    "runs": sorted(node.programs()),
                }
                for name, node in lab.nodes.items()
            },
            "faults": {str(number): _named(one.fault) for number, one in self.active.items()},
        }

    def fault(self, name: str, **parameters: Any) -> str:
        """Inject a fault; return its number, name and node."""
        lab = self.lab
        fault = faults.build(name, **parameters).resolved(lab)
        holder = lab.delivered_to() or ""
        allowed = bound(lab, fault, holder)
        node = getattr(fault, "node", "")
        event = lab.events.add("fault", node, fault.name)
        undo = fault.inject(lab)
        step = PlayedStep(
            fault=fault.name,
            node=node,
            text="",
            at=event.at,
            holder=holder,
            bound=allowed.seconds,
            formula=allowed.formula,
        )
        self.steps.append(step)
        self._number += 1
        self.active[self._number] = _Active(fault, undo, step)
        return f"{self._number}: {_named(fault)}"

    def heal(self, number: int | None = None) -> list[str]:
        """Undo a fault, or all in reverse order; return their names."""
        chosen = sorted(self.active, reverse=True) if number is None else [number]
        done = []
        for one in chosen:
            if one not in self.active:
                raise LabError(f"there is no active fault {one}; list them with havip lab status")
            active = self.active.pop(one)
            active.step.holder_before_heal = self.lab.delivered_to() or ""
            active.step.until = self.lab.events.add("heal", active.step.node, active.fault.name).at
            active.undo()
            done.append(_named(active.fault))
        return done

    def probe(self, seconds: float = 2.0) -> dict[str, Any]:
        """Return how many requests of the last seconds were answered, and by which nodes."""
        now = time.monotonic()
        found = [one for one in self.load.requests() if one.at >= now - seconds]
        answered = [one for one in found if one.answered]
        by = {one.by for one in answered if one.by}
        outage = longest(found, now - seconds, now - 0.35) if found else None
        return {
            "asked": len(found),
            "answered": len(answered),
            "by": sorted(by),
            "longest_outage": None if outage is None else round(outage.seconds, 3),
        }

    def report(self) -> str:
        """Render the HTML report of all faults so far."""
        lab, ended = self.lab, time.monotonic()
        played = Played(
            name="live",
            title=f"{lab.topology.address}, live",
            address=lab.topology.address,
            began=self.began,
            ready=self.began,
            ended=ended,
            slowness=slowness(),
            lateness=[self.lateness.most(one.at, one.until or ended) for one in self.steps],
            steps=self.steps,
            recovered=0.0,
            healthy=True,
            agreed=0.0,
            agreement_bound=0.0,
            holder=lab.holder() or "",
            masters=lab.masters(),
            load=self.load.result(),
            requests=self.load.requests(),
            events=list(lab.events),
            adverts=list(lab.fabric.adverts),
            ports={port.name: port.node for port in lab.fabric.ports.values()},
        )
        result = judge(played, Expectation(promises=[]))
        result.promises.clear()
        return report.page([result], title=result.title)

    def logs(self, node: str, service: str = "", lines: int = 40) -> str:
        """Return the end of the logs of a node's services."""
        services = [service] if service else list(self.lab.spec(node).services)
        parts = []
        for one in services:
            if one not in self.lab.spec(node).services:
                raise LabError(
                    f"{node} has no service {one}; it has {', '.join(self.lab.spec(node).services)}"
                )
            text = self.lab.nodes[node].log(one).splitlines()[-lines:]
            parts.append("\n".join([f"--- {one}", *text]))
        return "\n".join(parts)

    def pid(self, node: str) -> int:
        """Return the id of a node's process 1 in the lab's pid namespace."""
        self.lab.spec(node)
        if not self.lab.nodes[node].running:
            raise LabError(f"the node {node} is powered off")
        return self.lab.nodes[node].pid

    def _state(self, name: str) -> str:
        found = self.lab.events.find("state", node=name)
        return found[-1].text if found else ""


def start(topology: Topology, name: str, about: str) -> LabFolder:
    """Start a lab that keeps running, and return when it is ready.

    Raises:
        LabError: It did not start; nothing is left behind.
    """
    lacking = namespace.missing()
    if lacking:
        raise LabError(lacking)
    path = labs.claim(name, os.getpid(), about)
    command = namespace.command(sys.executable, "-m", "havip.lab.live", str(path), tied=False)
    with (path / "lab.log").open("wb") as log:
        # setsid --fork detaches the lab, so that it outlives this process.
        process = subprocess.Popen(
            ["setsid", "--fork", "sh", "-c", _NOTE_PID, str(path / "pid"), *command],  # noqa: S607
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            env=namespace.environment(),
        )  # fmt: skip
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    with process, process.stdin, process.stdout:
        process.stdin.write(topology.model_dump_json().encode())
        process.stdin.close()
        line = process.stdout.readline()
    labs.own(path, int((path / "pid").read_text()), about)
    found = next(one for one in labs.labs() if one.path == path)
    answer = json.loads(line) if line.strip() else {}
    if "ready" in answer:
        return found
    reason = answer.get("error") or (path / "lab.log").read_text().strip()[-500:] or "no reason"
    labs.take_down(found)
    raise LabError(f"the lab did not start: {reason}")


def shell(lab: LabFolder, node: str, words: Sequence[str] = ()) -> list[str]:
    """Return the command that opens a shell on a node, or runs a command on it."""
    inner = int(send_command(lab.control, "pid", node=node))
    pid = host_pid(lab.pid, inner)
    spaces = ["--net", "--mount", "--uts", "--ipc", "--pid"]
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    enter = ["nsenter", "--target", str(pid), *user, *spaces, "--", "/usr/bin/env"]
    return [*enter, *words] if words else [*enter, f"PS1={node}# ", "/bin/bash", "--norc", "-i"]


def host_pid(ancestor: int, inner: int) -> int:
    """Translate a process id of a lab's pid namespace, searching a process's descendants.

    Raises:
        LabError: The process does not exist.
    """
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":\t", 1) for line in path.read_text().splitlines() if ":\t" in line
            )
        except OSError:
            continue
        ids = lines.get("NSpid", "").split()
        if len(ids) == 3 and ids[1:] == [str(inner), "1"] and _descends(int(ids[0]), ancestor):
            return int(ids[0])
    raise LabError("the processes of the node were not found")


def _descends(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False
        pid = int(stat.rpartition(")")[2].split()[1])
    return False


def _named(fault: LabFault) -> str:
    given = fault.model_dump(exclude_defaults=True, exclude={"node"})
    details = " ".join(f"{key}={value}" for key, value in given.items())
    return " ".join(filter(None, (fault.name, getattr(fault, "node", ""), details)))


def main() -> None:
    """Run a lab until it is killed."""
    folder = Path(sys.argv[1])
    topology = Topology.model_validate_json(sys.stdin.read())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with running(topology, folder) as lab:
        try:
            timeout = topology.timeout * slowness()
            lab.start()
            lab.wait_started(timeout)
            lab.wait_ready(timeout)
            live = LiveLab(lab)
            live.load.start()
            server = ControlServer(folder / "control", live.verbs)
        except HavipError as error:
            print(json.dumps({"error": str(error)}), flush=True)  # noqa: T201
            return
        print(json.dumps({"ready": True}), flush=True)  # noqa: T201
        signal.pause()
        server.close()


if __name__ == "__main__":
    main()
