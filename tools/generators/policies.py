"""Least-privilege CAM policies, from the operations used by the code of each job."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from havip import api
from havip.api._base import Task

ROOT: Final = Path(__file__).resolve().parents[2]
JOBS: Final = {
    "deploy": ("pulumi_havip/handlers",),
    "diagnose": ("sdk/havip/doctor",),
    "operate": ("sdk/havip/cli/havips.py", "sdk/havip/cli/wait.py", "sdk/havip/cli/eip.py"),
    "switch-ip": ("sdk/havip/switch.py",),
}
"""The modules of each job."""
REPORTS: Final = {Task.VPC: "DescribeVpcTaskResult", Task.ADDRESS: "DescribeTaskResult"}
"""The operation that polls each kind of task."""


def policy(job: str) -> str:
    """Return the policy of a job as JSON for CAM."""
    allowed = sorted(f"{api.ACTIONS[name].service.name}:{name}" for name in operations(job))
    statement = {"effect": "allow", "action": allowed, "resource": ["*"]}
    return json.dumps({"version": "2.0", "statement": [statement]}, indent=2) + "\n"


def operations(job: str) -> set[str]:
    """Return the operations that a job needs, including those for polling tasks."""
    used = {name for place in JOBS[job] for path in _modules(place) for name in _named(path)}
    return used | {REPORTS[task] for name in used if (task := api.ACTIONS[name].task) in REPORTS}


FILES: Final[dict[str, Callable[[], str]]] = {
    f"docs/policies/{job}.json": partial(policy, job) for job in JOBS
}
"""The generator of each policy, by its path."""


def _modules(place: str) -> list[Path]:
    path = ROOT / place
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _named(path: Path) -> Iterator[str]:
    """Yield the operations whose request class or client method a module uses."""
    verbs = {_snake(name): name for name in api.ACTIONS}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if name in api.ACTIONS:
            yield name
        elif name in verbs and isinstance(node, ast.Attribute):
            yield verbs[name]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
