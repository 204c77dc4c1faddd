"""Every example in the lab, with its own user data: it runs, or one line tells why it cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from havip.lab import cluster_histories, labs
from havip.lab.control import send_command
from havip.lab.stack import launch

EXAMPLES = Path(__file__).parents[2] / "examples"
MAIN = "from havip.cli.main import main; main()"
REASON = launch.missing() or next(
    (f"{tool} is not installed" for tool in ("haproxy", "keepalived", "nginx")
     if not shutil.which(tool)),
    None,
)  # fmt: skip
pytestmark = [
    pytest.mark.lab,
    pytest.mark.soak,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
PATIENCE = 120.0
RUNS = {
    "lb-ha-pair": ({}, {"haproxy", "keepalived"}),
    "havip-route": ({}, {"keepalived"}),
    "db-postgresql": ({}, {"etcd", "havip-member", "keepalived", "patroni"}),
    "db-mariadb": ({}, {"havip-member", "keepalived", "mariadb"}),
    # Windows machines have no user data; who holds the address is decided there.
    "db-wsfc": ({"db-wsfc:image": "img-9qabwvbn", "db-wsfc:password": "Abc12345!xyzq"}, set()),
}
REFUSED = {
    "api-switch": (
        {"api-switch:havipSource": "https://example.org/havip-0.1.0-py3-none-any.whl"},
        "no access to a package index",
    ),
    "existing-vpc": (
        {"existing-vpc:address": "10.0.0.9", "existing-vpc:vpcId": "vpc-1a2b3c4d",
         "existing-vpc:subnetId": "subnet-1a2b3c4d",
         "existing-vpc:instanceIds": '["ins-1a2b3c4d","ins-5e6f7g8h"]',
         "existing-vpc:backends": '["10.0.0.21"]'},
        "there is no ins-",
    ),
}  # fmt: skip


def up(name: str, config: dict[str, str]) -> subprocess.CompletedProcess[str]:
    given = [word for key, value in config.items() for word in ("-c", f"{key}={value}")]
    words = ("lab", "up", str(EXAMPLES / name), "--lab", f"example-{name}", *given)
    command = [sys.executable, "-c", MAIN, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=500)


def find(name: str) -> labs.LabFolder | None:
    return next((one for one in labs.labs() if one.name == f"example-{name}"), None)


def test_every_example_is_tested() -> None:
    assert {one.parent.name for one in EXAMPLES.glob("*/Pulumi.yaml")} == {*RUNS, *REFUSED}


@pytest.mark.parametrize("name", RUNS)
def test_an_example_runs_with_its_own_user_data(name: str) -> None:
    engine = {"db-postgresql": "postgresql", "db-mariadb": "mariadb"}.get(name)
    lacking = cluster_histories.missing(engine) if engine else None
    if lacking:
        pytest.skip(lacking)
    config, services = RUNS[name]
    done = up(name, config)
    lab = find(name)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        assert lab is not None
        end = time.monotonic() + PATIENCE

        def complete() -> bool:
            found = send_command(lab.control, "status")
            runs = {one for node in found["nodes"].values() for one in node["runs"]}
            return services <= runs and (not services or bool(found["havips"][0]["holder"]))

        while not complete():
            assert time.monotonic() < end, send_command(lab.control, "status")
            time.sleep(0.5)
        assert all(
            one["set_up"] == "ready"
            for one in send_command(lab.control, "status")["nodes"].values()
        )
    finally:
        if lab is not None:
            labs.take_down(lab)


@pytest.mark.parametrize("name", REFUSED)
def test_an_example_that_cannot_run_here_says_why(name: str) -> None:
    config, told = REFUSED[name]
    done = up(name, config)
    assert done.returncode == 1
    assert any(told in line for line in (done.stdout + done.stderr).splitlines())
    assert "the lab was removed" in done.stderr
    assert find(name) is None
