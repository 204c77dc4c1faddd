"""A lab of a stack: real user data, real daemons, the API as the cloud, and nothing left of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import havip
from havip.cli.main import main
from havip.lab import control, labs
from havip.lab.labs import LabFolder
from havip.lab.load_factor import slowness
from havip.lab.search import generate
from havip.lab.stack import launch
from havip.lab.topology import Topology

EXAMPLES = Path(__file__).parents[2] / "examples"
MAIN = "from havip.cli.main import main; main()"
REASON = launch.missing() or next(
    (f"{tool} is not installed" for tool in ("haproxy", "keepalived") if not shutil.which(tool)),
    None,
)
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
PROGRAM = """
import pulumi
import pulumi_havip as havip

vpc = havip.Vpc("one", name="one", cidr_block="10.9.0.0/16")
subnet = havip.Subnet("one", name="one", vpc_id=vpc.id, cidr_block="10.9.1.0/24",
                      zone="ap-guangzhou-3")
havip.Instance("one", image_id="img-487zeit5", instance_type="S5.MEDIUM4", zone=subnet.zone,
               vpc_id=vpc.id, subnet_id=subnet.id, name="one",
               user_data={data!r})
"""


SUFFIX = str(os.getpid())
"""All labs of a user have names of their own, also those of another run of the tests."""


def called(name: str) -> str:
    return f"{name}-{SUFFIX}"


def attempt(*words: str, seconds: float = 240) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, "lab", *words],
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def command(*words: str, code: int = 0) -> str:
    done = attempt(*words)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def is_left(name: str) -> bool:
    return any(one.name == called(name) for one in labs.labs())


@dataclass(frozen=True)
class Lab:
    """A lab that runs."""

    folder: LabFolder

    def ask(self, do: str, **arguments: Any) -> Any:
        return control.send_command(self.folder.control, do, **arguments)

    @property
    def holder(self) -> str:
        (found,) = self.ask("status")["havips"]
        return str(found["holder"])


@contextmanager
def up(name: str, folder: Path) -> Iterator[Lab]:
    told = command("up", str(folder), "--lab", called(name))
    assert f"the lab {called(name)} is running" in told
    lab = next(one for one in labs.labs() if one.name == called(name))
    try:
        yield Lab(lab)
    finally:
        labs.take_down(lab)


@pytest.fixture(scope="module")
def pair() -> Iterator[Lab]:
    """The load balancer pair of the examples, deployed and running."""
    with up("pair", EXAMPLES / "lb-ha-pair") as lab:
        yield lab


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    def make(user_data: str) -> Path:
        (tmp_path / "Pulumi.yaml").write_text("name: one\nruntime: python\n")
        (tmp_path / "__main__.py").write_text(PROGRAM.format(data=user_data))
        return tmp_path

    return make


def until(what: str, true: Callable[[], object], seconds: float = 40) -> None:
    seconds *= slowness()
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.1)


def processes_of(folder: Path) -> list[str]:
    """Return the processes of a lab that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(folder) in line:
                found.append(line.replace("\0", " "))
    return found


def test_the_pair_serves_by_its_own_user_data(pair: Lab) -> None:
    found = pair.ask("status")
    assert set(found["nodes"]) == {"lb-a", "lb-b"}
    for one in found["nodes"].values():
        assert one["set_up"] == "ready"
        assert one["runs"] == ["haproxy", "keepalived"]
    assert sorted(found["stand_ins"]) == ["172.17.16.21:8080", "172.17.16.22:8080"]
    until("a holder", lambda: pair.holder in found["nodes"])
    shown = command("status", "--lab", called("pair"))
    assert f"held by {pair.holder}" in shown
    assert "haproxy" in command("logs", "lb-a", "--lab", called("pair"))


def test_the_sdk_sees_it_as_the_cloud(pair: Lab) -> None:
    until("a holder", lambda: pair.holder)
    variables = dict(
        line.removeprefix("export ").split("=", 1)
        for line in command("env", "--lab", called("pair")).splitlines()
    )
    keys = havip.Credentials(
        variables["TENCENTCLOUD_SECRET_ID"], variables["TENCENTCLOUD_SECRET_KEY"]
    )
    endpoint = variables["HAVIP_ENDPOINT"]
    with havip.Client("ap-guangzhou", endpoint=endpoint, credentials=keys) as client:
        (vip,) = client.describe_ha_vips().ha_vip_set
        instances = client.describe_instances().instance_set
    names = {one.instance_id: one.instance_name for one in instances}
    assert names[vip.instance_id] == pair.holder


def test_haproxy_is_killed_and_the_other_node_answers(pair: Lab) -> None:
    until("a holder", lambda: pair.holder)
    before = pair.holder
    begun = time.monotonic()
    told = command("fault", "service-killed", "--lab", called("pair"))
    assert told.strip().endswith(f"service-killed {before}")
    until("the takeover", lambda: pair.holder not in ("", before))
    until("answers", lambda: pair.ask("probe", seconds=0.5)["answered"] > 10)
    outage = pair.ask("probe", seconds=time.monotonic() - begun)["longest_outage"]
    assert 0.3 < outage < 40  # on a quiet machine 2 s
    status = command("status", "--lab", called("pair"))
    assert f"service-killed {before}" in status
    assert f"{before} (172.17.16.{7 if before == 'lb-a' else 13}): ready; runs keepalived" in status
    assert "service-killed" in command("heal", "--lab", called("pair"))
    until("haproxy", lambda: "haproxy" in pair.ask("status")["nodes"][before]["runs"])
    assert pair.ask("status")["faults"] == {}


def test_a_node_comes_back_with_its_disk_and_what_is_enabled(pair: Lab) -> None:
    until("a holder", lambda: pair.holder)
    before = pair.holder
    command("fault", "node-crashed", before, "--lab", called("pair"))
    until("the takeover", lambda: pair.holder not in ("", before))
    assert "is powered off" in command("shell", before, "--lab", called("pair"), code=1)
    command("heal", "--lab", called("pair"))

    def runs() -> list[str]:
        return list(pair.ask("status")["nodes"][before]["runs"])

    until("its services", lambda: runs() == ["haproxy", "keepalived"])
    assert "user data" in command("logs", before, "--lab", called("pair"))


def test_a_history_is_played_on_the_stack(pair: Lab) -> None:
    until("a holder", lambda: pair.holder)
    steps: list[dict[str, Any]] = [
        {"at": 0, "fault": "keepalived-hung", "node": "lb-a", "for": 4},
        {"at": 1, "fault": "keepalived-restarted", "node": "lb-a"},
    ]
    result = pair.ask("play", wait=240, history={"name": "two", "steps": steps})
    assert (result["ok"], result["failures"]) == (True, [])
    assert not any("API call" in one["formula"] for one in result["steps"]), "no call moves a HAVIP"
    assert [one["fault"] for one in result["steps"]] == [one["fault"] for one in steps]
    assert {one["id"]: one["held"] for one in result["promises"]} == {"P5": True, "P6": True}
    pair.ask("aim")


def test_a_stack_is_searched_as_a_topology(pair: Lab) -> None:
    """Its faults are those of a pair, without clocks, pauses and replacements."""
    topology = Topology.model_validate(pair.ask("topology"))
    assert (topology.address, sorted(topology.holders)) == ("172.17.16.3", ["lb-a", "lb-b"])
    drawn = [generate(topology, "examples/lb-ha-pair", 2, seed) for seed in range(200)]
    kinds = {step.fault.name for one in drawn for step in one.steps}
    assert "service-killed" in kinds
    assert not kinds & {"clock-jumped", "node-paused", "node-replaced"}
    assert {one.name for one in drawn[:2]} == {"lb-ha-pair-0", "lb-ha-pair-1"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("existing-vpc", "has no value for existing-vpc:address"),
        pytest.param("havip-route", "no node serves one", marks=pytest.mark.soak),
    ],
)
def test_a_stack_that_cannot_be_searched_says_why(name: str, said: str) -> None:
    done = attempt("search", str(EXAMPLES / name), "--runs", "1", "--seed", "1")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.soak
def test_a_search_that_is_killed_leaves_no_lab() -> None:
    words = ("lab", "search", str(EXAMPLES / "lb-ha-pair"), "--runs", "1", "--seed", "1")
    about = f"reading {EXAMPLES / 'lb-ha-pair'}"

    def found() -> list[LabFolder]:
        return [one for one in labs.labs() if one.about == about and one.alive]

    with subprocess.Popen([sys.executable, "-c", MAIN, *words]) as search:
        until("the lab", found)
        search.kill()
    until("the end of the lab", lambda: not found())


@pytest.mark.soak
def test_random_histories_of_a_stack_break_no_promise() -> None:
    words = ("search", str(EXAMPLES / "lb-ha-pair"), "--runs", "20", "--seed", "1000")
    told = json.loads(attempt(*words, "-o", "json", seconds=3000).stdout)
    assert (told["histories"], told["broken"], told["errors"]) == (20, [], [])


def test_the_public_address_leads_to_the_holder(pair: Lab) -> None:
    until("a holder", lambda: pair.holder)
    (vip,) = pair.ask("status")["havips"]
    pair.ask("aim", target=f"{vip['public']}:80")
    begun = time.monotonic()

    def answered() -> bool:
        last = pair.ask("probe", seconds=1)
        return time.monotonic() > begun + 1.5 and last["answered"] >= 0.9 * last["asked"] > 0

    until("answers at the public address", answered)
    pair.ask("aim")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("fault", "no-such-fault"), 1, "unknown fault no-such-fault"),
        (("fault", "service-killed", "nobody"), 1, "unknown node nobody"),
        (("fault", "service-killed", "--set", "service=nothing"), 1, "has no service 'nothing'"),
        (("fault", "service-killed", "--set", "nonsense"), 2, "NAME=VALUE"),
        (("logs", "nobody"), 1, "unknown node nobody"),
        (("probe", "here:there"), 1, "ADDRESS:PORT"),
        (("shell", "nobody"), 1, "unknown node nobody"),
        (("heal", "99"), 1, "there is no active fault 99"),
        (("up", str(EXAMPLES / "lb-ha-pair")), 1, "is running: run havip lab down"),
        (("up", "/etc"), 2, "has no Pulumi.yaml"),
    ],
)
def test_wrong_use_is_one_line(
    pair: Lab, words: tuple[str, ...], code: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["havip", "lab", *words, "--lab", called("pair")])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == code
    assert said in told
    assert len(told.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("data", "problem", "log"),
    [
        (
            "#cloud-config\nruncmd: [echo so it began, [systemctl, start, nothing]]\n",
            "runcmd 2 (`systemctl start nothing`) exited with 5",
            "Unit nothing.service not found.",
        ),
        pytest.param(
            "#cloud-config\npackages: [no-such-package-of-anybody]\n",
            "apt-get install no-such-package-of-anybody",
            "",
            marks=pytest.mark.soak,
        ),
        pytest.param(
            "#!/bin/sh\necho too bad; exit 3\n",
            "user data exited with 3: too bad",
            "too bad",
            marks=pytest.mark.soak,
        ),
        pytest.param(
            "#include\nhttp://example.org\n",
            "user data begins with '#include'",
            "",
            marks=pytest.mark.soak,
        ),
    ],
)
def test_user_data_that_fails_shows_the_log_and_leaves_nothing(
    project: Callable[[str], Path], data: str, problem: str, log: str
) -> None:
    done = attempt("up", str(project(data)), "--lab", called("bad"))
    assert done.returncode == 1
    first, last = done.stderr.strip().splitlines()[-2:]
    assert first.startswith("havip: one: ")
    assert problem in first
    assert last == "havip: the set-up of one failed: the lab was removed; --keep keeps it running"
    assert log in done.stdout
    assert not is_left("bad")


def test_a_program_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: one\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("raise SystemExit('no')\n")
    told = command("up", str(tmp_path), "--lab", called("bad"), code=1)
    assert told.strip().endswith("with -c KEY=VALUE")
    assert not is_left("bad")


def test_a_lab_that_was_killed_is_cleaned_up(project: Callable[[str], Path]) -> None:
    with up("killed", project("#!/bin/sh\nsleep 1000 & exit 0\n")) as lab:
        path = lab.folder.path
        assert [one["set_up"] for one in lab.ask("status")["nodes"].values()] == ["ready"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE((path / "cloud.json").stat().st_mode) == 0o600
        assert processes_of(path)
        os.kill(lab.folder.pid, signal.SIGKILL)
        until("the end of all", lambda: processes_of(path) == [])
        assert "is running" in command("heal", "--lab", called("killed"), code=1)
        command("down", called("killed"))
        assert not is_left("killed")


def test_a_service_manager_that_ended_is_told(pair: Lab) -> None:
    # Its node is of no use after it.
    command("shell", "lb-b", "--lab", called("pair"), "--", "pkill", "-9", "-f", "lab.systemd")
    told = command("fault", "service-stopped", "lb-b", "--lab", called("pair"), code=1)
    assert "; it ended: without a message" in told


def test_a_lab_that_ends_leaves_nothing(pair: Lab) -> None:
    # The last test of the module: it takes the common lab down.
    path = pair.folder.path
    assert processes_of(path)
    command("down", called("pair"))
    assert processes_of(path) == []
    assert not is_left("pair")
    assert str(path) not in Path("/proc/self/mounts").read_text()
