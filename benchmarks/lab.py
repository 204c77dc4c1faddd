"""Compare the lab with a bare bridge: start, stop, throughput, and the time of a move.

Needs root and the packages of `make lab-deps`; otherwise it prints the reason and exits.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

from havip.lab import labs, namespace

RUNS = 5
_INSIDE = r'''
import json, subprocess, sys, time
from pathlib import Path
from types import SimpleNamespace
from havip._client.polling import poll
from havip.lab.events import EventLog
from havip.lab.fabric import Fabric
from havip.lab.logs import LogCollector
from havip.lab.node import Node

RUNS = int(sys.argv[2])
folder = Path(sys.argv[1])
GARP = """
import socket, sys, time
own, zero = socket.inet_aton("10.0.0.9"), bytes(6)
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("eth0", 0))
mac = out.getsockname()[4]
frame = bytes([255] * 6) + mac + bytes.fromhex("08060001080006040001") + mac + own + zero + own
print(time.monotonic(), flush=True)
out.send(frame)
"""
ASK = """
import socket, sys, time
ask = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ask.settimeout(0.0005)
end, last = time.monotonic() + 20, ""
while time.monotonic() < end:
    try:
        ask.sendto(b"?", ("10.0.0.9", 7))
        who = ask.recv(64).decode()
    except OSError:
        continue
    if who != last:
        print(time.monotonic(), who, flush=True)
        last = who
"""
ANSWER = """
import socket, sys
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.bind(("", 7))
while True:
    data, who = out.recvfrom(64)
    out.sendto(sys.argv[1].encode(), who)
"""


def gigabits(client, address):
    """Measure beside others; the server is busy for a moment after each run."""
    words = ("chrt", "--other", "0", "iperf3", "-c", address, "-n", "1G", "-J")
    end = lambda: json.loads(client.run(*words, seconds=40))["end"].get("sum_received")
    return poll(end, what="iperf3", timeout=20)["bits_per_second"] / 1e9


def bare(switch, one, two):
    """Connect a second interface of each node with a bridge in a namespace without any filter."""
    switch.run("sh", "-c", "ip link add bare type bridge && ip link set bare up")
    for number, node in enumerate((one, two), start=1):
        ends = f"b{number} netns {switch.pid} type veth peer name eth1 netns {node.pid}"
        subprocess.run(["ip", "link", "add", *ends.split()], check=True)
        switch.run("sh", "-c", f"ip link set b{number} master bare up")
        node.run("sh", "-c", f"ip address add 10.9.0.{number}/24 dev eth1 && ip link set eth1 up")


events, logs = EventLog(), LogCollector()
up, down = [], []
for number in range(RUNS):
    begun = time.monotonic()
    nodes = [Node(f"n{number}{name}", folder, events=events, logs=logs) for name in "ab"]
    for node in nodes:
        node.start()
    if number == 0:
        fabric = Fabric(lambda *said: SimpleNamespace(accepted=True, reason="moved"), events)
        fabric.add_network(gateways=["10.0.0.1"])
    for index, node in enumerate(nodes):
        address = f"10.0.0.{100 + 2 * number + index}"
        fabric.attach(node, address, 24, sender=node.name, gateway="10.0.0.1")
    up.append(time.monotonic() - begun)
    if number < RUNS - 1:
        begun = time.monotonic()
        for node in nodes:
            node.crash()
        down.append(time.monotonic() - begun)
one, two = nodes
client = Node("client", folder, events=events, logs=logs)
client.start()
fabric.attach(client, "10.0.0.50", 24, gateway="10.0.0.1")
own = f"10.0.0.{100 + 2 * (RUNS - 1) + 1}"
for node in nodes:
    node.run("ip", "address", "add", "10.0.0.9/32", "dev", "eth0")
    node.spawn("answer", sys.executable, "-c", ANSWER, node.name)
one.run(sys.executable, "-c", GARP)
client.spawn("ask", sys.executable, "-u", "-c", ASK)
moves = []
for turn in range(4 * RUNS):
    node = (two, one)[turn % 2]
    time.sleep(0.3)
    sent = float(node.run(sys.executable, "-c", GARP))
    end = time.monotonic() + 5
    while time.monotonic() < end:
        seen = [line.split() for line in client.log("ask").splitlines() if line.count(" ") == 1]
        found = [float(at) for at, who in seen if who == node.name and float(at) >= sent]
        if found:
            moves.append(found[0] - sent)
            break
        time.sleep(0.02)
switch = Node("switch", folder, events=events, logs=logs)
switch.start()
bare(switch, one, two)
two.spawn("iperf3", "chrt", "--other", "0", "iperf3", "-s", "--forceflush")
poll(lambda: "listening" in two.log("iperf3") or None, what="iperf3 listens", timeout=20)
# One after the other, since the load of the machine changes.
pairs = [(gigabits(one, own), gigabits(one, "10.9.0.2")) for _ in range(3 * RUNS)]
lab, plain = zip(*pairs)
print(json.dumps({"up": up, "down": down, "moves": moves, "lab": lab, "bare": plain}))
for node in (*nodes, client, switch):
    node.crash()
'''


def main() -> int:
    """Measure, print figures next to their bars, and return 1 if a bar is missed."""
    lacking = namespace.missing(("iperf3",))
    if lacking:
        print(f"not measured: {lacking}")
        return 0
    with labs.folder(about="a benchmark") as folder:
        inside = (sys.executable, "-c", _INSIDE, str(folder), str(RUNS))
        done = subprocess.run(
            # In real time: what is measured is the lab, and not how busy its machine is.
            namespace.command("chrt", "--fifo", "1", *inside),
            env=namespace.environment(), capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    if done.returncode:
        print(done.stderr.strip()[-2000:])
        return 1
    seen = json.loads(done.stdout.splitlines()[-1])
    share = [lab / bare for lab, bare in zip(seen["lab"], seen["bare"], strict=True)]
    held = [
        _bar("two nodes up", max(seen["up"]), 1.0, "s, longest of 5"),
        _bar("two nodes down", max(seen["down"]), 0.5, "s, longest of 4"),
        _bar("announcement to answer", statistics.median(seen["moves"]) * 1000, 5.0,
             f"ms, median of {len(seen['moves'])}"),
        _bar("throughput against a bare bridge", -statistics.median(share), -0.8,
             f"(negative: more is better), {statistics.median(seen['lab']):.1f} and "
             f"{statistics.median(seen['bare']):.1f} Gbit/s"),
    ]  # fmt: skip
    print(
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {time.strftime('%F %R')}"
    )
    return 0 if all(held) else 1


def _bar(what: str, value: float, limit: float, unit: str) -> bool:
    print(f"{what}: {value:.3f} {unit}; bar {limit:g}{'' if value <= limit else '  MISSED'}")
    return value <= limit


if __name__ == "__main__":
    sys.exit(main())
