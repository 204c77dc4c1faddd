"""Measure stacks of 1 to 1,000 HAVIPs on the embedded engine against the real Pulumi CLI.

The same program is deployed, previewed without a change, refreshed and destroyed, by
``havip stack`` and, where ``pulumi`` is on PATH, by the CLI with a backend of files, in the same
run and on the same emulator, a separate server process with raised quotas. Pacing is off,
so that the figures show work rather than waiting. Every operation is a process from its start to
its end; the output has its time, the CPU time including its children, and the calls that the
emulator counted. Only the times for 1,000 HAVIPs have a bar.

    python benchmarks/stacks.py [--sizes 1,10,100,1000] [--no-peer] [--limit SECONDS] [--json]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FULL: Final = 1000
TIME_BARS: Final = {"up": 0.2, "preview": 1.0, "refresh": 1.0, "destroy": 0.2}
"""Maximum time of an operation on 1,000 HAVIPs, relative to the CLI's."""
DESCRIBE_BAR: Final = 12
"""Maximum number of Describe calls in a refresh of 1,000 HAVIPs."""
TERRAFORM: Final = {"up": 2, "refresh": 1, "destroy": 3}
"""Calls that the Terraform provider makes for a HAVIP."""
HAVIP: Final = [sys.executable, "-c", "from havip.cli.main import main; main()"]

PROGRAM: Final = """
import pulumi_havip as havip

vpc = havip.Vpc("bench", cidr_block="10.0.0.0/16")
subnet = havip.Subnet(
    "bench", vpc_id=vpc.id, cidr_block="10.0.0.0/18", zone="ap-guangzhou-3"
)
for number in range({size}):
    havip.HaVip(f"bench-{{number}}", vpc_id=vpc.id, subnet_id=subnet.id)
"""


@dataclass
class Figures:
    """Cost of one operation.

    Attributes:
        wall: Seconds from start to end.
        cpu: CPU seconds of the process and its children, as far as it waited for them.
        calls: Number of calls by action.
    """

    wall: float
    cpu: float
    calls: Mapping[str, int]

    def havip_calls(self) -> int:
        """Count the calls of HAVIP actions."""
        return sum(count for action, count in self.calls.items() if "HaVip" in action)

    def describes(self) -> int:
        """Count the Describe calls."""
        return sum(count for action, count in self.calls.items() if action.startswith("Describe"))


class Emulator:
    """A running ``havip emulator``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def calls(self) -> dict[str, int]:
        """Return the number of calls by action since the last call of this function."""
        request = urllib.request.Request(
            f"{self.url}/_havip/requests",
            b'{"clear": true}',
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            entries = json.load(answer)["requests"]
        counts: dict[str, int] = {}
        for entry in entries:
            counts[entry["action"]] = counts.get(entry["action"], 0) + 1
        return counts


@contextlib.contextmanager
def emulator() -> Iterator[Emulator]:
    """Run the emulator with room for 1,000 HAVIPs and more."""
    command = [*HAVIP, "emulator", "--port", "0", "--quota", "havips_per_vpc=100000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit("the emulator did not start")
        yield Emulator(line.split()[-1])
    finally:
        process.terminate()
        process.communicate(timeout=20)


@dataclass
class Stack:
    """The program of one size, in a separate folder."""

    folder: Path
    size: int
    environment: Mapping[str, str]
    emulator: Emulator
    limit: float

    def measure(self, command: Sequence[str]) -> Figures:
        """Run an operation to its end and return its cost.

        Raises:
            SystemExit: It failed, or exceeded its time limit.
        """
        self.emulator.calls()
        before, begun = _children_cpu(), time.perf_counter()
        self.run(command)
        wall, cpu = time.perf_counter() - begun, _children_cpu() - before
        return Figures(wall, cpu, self.emulator.calls())

    def run(self, command: Sequence[str]) -> None:
        """Run a command in the stack's folder."""
        with tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code = process.wait(self.limit)
            except BaseException as error:
                _end(process)
                if isinstance(error, subprocess.TimeoutExpired):
                    what = " ".join(command[-4:])
                    raise SystemExit(f"{what}: not done in {self.limit:.0f} s") from None
                raise
            if code:
                output.seek(0)
                raise SystemExit(f"{' '.join(command[-4:])} failed:\n{output.read()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a command and its group: with SIGINT, as Ctrl-C does, then by force."""
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
            return


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def engine(stack: Stack) -> dict[str, Figures]:
    """Run the operations on the embedded engine, with a state separate from the CLI's."""
    stack.environment = {**stack.environment, "HAVIP_STATE": str(stack.folder / "state")}
    stack.run([*HAVIP, "stack", "init", "--stack", "bench"])
    return _operate(
        stack,
        "havip",
        [*HAVIP, "stack"],
        {
            "up": ["--yes"],
            "preview": ["--expect-no-changes"],
            "refresh": ["--yes", "--expect-no-changes"],
            "destroy": ["--yes"],
        },
    )


def peer(stack: Stack) -> dict[str, Figures]:
    """Run the operations on the CLI."""
    stack.run(["pulumi", "stack", "init", "bench", "--non-interactive"])
    return _operate(
        stack,
        "pulumi",
        ["pulumi", "--non-interactive"],
        {
            "up": ["--yes", "--skip-preview"],
            "preview": ["--expect-no-changes"],
            "refresh": ["--yes", "--skip-preview", "--expect-no-changes"],
            "destroy": ["--yes", "--skip-preview"],
        },
    )


def _operate(
    stack: Stack, side: str, program: Sequence[str], operations: Mapping[str, Sequence[str]]
) -> dict[str, Figures]:
    """Run the operations one by one, and print the cost of each."""
    results = {}
    for name, options in operations.items():
        figures = stack.measure([*program, name, "--stack", "bench", *options])
        print(
            f"{stack.size:>5} HAVIPs  {side:<6}  {name:<8}{figures.wall:8.2f} s   "
            f"CPU {figures.cpu:7.2f} s  {sum(figures.calls.values()):>5} calls",
            flush=True,
        )
        results[name] = figures
    return results


def environment(folder: Path, endpoint: str) -> dict[str, str]:
    """Return the environment of both sides, with all files in one folder."""
    folder.joinpath("backend").mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TENCENTCLOUD_", "HAVIP_", "PULUMI_"))
    }
    return {
        **kept,
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": (folder / "backend").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_PYTHON_CMD": sys.executable,
        "TENCENTCLOUD_REGION": "ap-guangzhou",
        "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
        "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
        "HAVIP_ENDPOINT": endpoint,
        "HAVIP_PACING": "false",
    }


def write_project(folder: Path, size: int) -> Path:
    """Write the program of one size."""
    folder.mkdir()
    folder.joinpath("Pulumi.yaml").write_text(f"name: bench-{size}\nruntime: python\n")
    folder.joinpath("__main__.py").write_text(PROGRAM.format(size=size))
    return folder


def judge_times(
    size: int, ours: Mapping[str, Figures], theirs: Mapping[str, Figures] | None
) -> list[dict[str, Any]]:
    """Compare the times with the CLI's; only those of 1,000 HAVIPs have a bar."""
    if theirs is None:
        print("time against the CLI's: no verdict, as pulumi is not on PATH or was left out")
        return []
    results = []
    for name, bar in TIME_BARS.items():
        ratio = ours[name].wall / theirs[name].wall
        what = f"{name} of {size}, time against the CLI's"
        if size == FULL:
            results.append(verdict(what, ratio, bar))
        else:
            print(f"{what:<50} {ratio:6.3f}")
    return results


def judge_calls(size: int, ours: Mapping[str, Figures]) -> list[dict[str, Any]]:
    """Compare the calls with the Terraform provider's, and a refresh with its bar."""
    results = [
        verdict(
            f"{name} of {size}, calls a HAVIP against Terraform's",
            ours[name].havip_calls() / size,
            bar,
            _listed(ours[name].calls),
        )
        for name, bar in TERRAFORM.items()
    ]
    if size == FULL:
        describes = ours["refresh"].describes()
        results.append(verdict(f"describes of a refresh of {FULL}", describes, DESCRIBE_BAR))
    return results


def _listed(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {action}" for action, count in calls.items() if "HaVip" in action)


def verdict(what: str, figure: float, bar: float, detail: str = "") -> dict[str, Any]:
    """Print one figure next to its bar, and return it for the JSON output."""
    held = figure <= bar
    print(f"{what:<50} {figure:6.3f}  bar {bar:6.3f}  {'ok' if held else 'MISSED':6}  {detail}")
    return {"what": what, "figure": round(figure, 4), "bar": bar, "ok": held}


def run(sizes: Sequence[int], *, with_peer: bool, limit: float) -> list[dict[str, Any]]:
    """Measure every size, and print."""
    results: list[dict[str, Any]] = []
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(emulator())
        around = environment(root, server.url)
        for size in sizes:
            sides = []
            for side in (engine, peer) if with_peer else (engine,):
                folder = write_project(root / f"{side.__name__}-{size}", size)
                sides.append(side(Stack(folder, size, around, server, limit)))
            theirs = sides[1] if with_peer else None
            results += judge_calls(size, sides[0])
            results += judge_times(size, sides[0], theirs)
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="1,10,100,1000", help="numbers of HAVIPs")
    parser.add_argument("--no-peer", action="store_true", help="leave the CLI out")
    parser.add_argument("--limit", type=float, default=900, help="seconds an operation may take")
    parser.add_argument("--json", action="store_true", help="print the results as JSON too")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with_peer = not options.no_peer and shutil.which("pulumi") is not None
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    results = run(sizes, with_peer=with_peer, limit=options.limit)
    if options.json:
        print(json.dumps(results))
    if not all(result["ok"] for result in results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
