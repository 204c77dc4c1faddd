"""Deploy, update and destroy examples/lb-ha-pair without an account.

The cloud is the emulator, in a separate process; the commands are those of a user.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from rich.console import Console

import havip
from havip.lab import labs
from havip.lab.control import send_command
from havip.lab.labs import LabFolder
from havip.lab.namespace import find
from havip.lab.stack import launch

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "demo-output"
STACK = "demo"
console = Console(highlight=False, soft_wrap=True)


class DemoError(Exception):
    """A step of the demo failed."""


def run(*command: str, stdin: str | None = None, capture: bool = False, **env: str) -> str:
    """Run a command as a user would; its output is shown unless captured."""
    if not capture:
        console.print(f"[dim]$ {' '.join(command)}[/dim]")
    done = subprocess.run(
        command,
        input=stdin,
        stdin=None if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else None,
        text=True,
        env=os.environ | env,
        check=False,
    )
    if done.returncode:
        raise DemoError(f"`{' '.join(command)}` ended with exit code {done.returncode}")
    return done.stdout or ""


class Engine:
    """The stack commands of one of the two engines that run the program."""

    def __init__(self, kind: str, project: Path) -> None:
        """Choose the commands, which are mostly the same for `havip stack` and `pulumi`."""
        self.embedded = kind == "havip"
        self._folder = ("-C", str(project))
        self._yes = ("--yes",) if self.embedded else ("--yes", "--skip-preview")
        if not self.embedded and not shutil.which("pulumi"):
            raise DemoError(
                "no `pulumi` on PATH; get it with Pulumi's installer (see its documentation, "
                "“Download & install”), or run `make demo`, which needs no CLI"
            )

    def _command(self, *words: str) -> tuple[str, ...]:
        program = ("havip", "stack") if self.embedded else ("pulumi",)
        return (*program, *words, *self._folder, "-s", STACK)

    def init(self) -> None:
        """Create the stack."""
        words = ("init",) if self.embedded else ("stack", "init")
        run(*self._command(*words), capture=True)

    def configure(self, key: str, value: str, *, secret: bool = False) -> None:
        """Set a value of the stack's configuration; a secret goes through stdin."""
        if secret:
            run(*self._command("config", "set", "--secret", key), stdin=value, capture=True)
        else:
            run(*self._command("config", "set", key, value), capture=True)

    def preview(self, *flags: str) -> None:
        """Preview an update."""
        run(*self._command("preview", *flags))

    def up(self) -> None:
        """Deploy."""
        run(*self._command("up", *self._yes))

    def refresh(self) -> None:
        """Update the state to the cloud."""
        run(*self._command("refresh", *self._yes))

    def destroy(self) -> None:
        """Delete everything."""
        run(*self._command("destroy", *self._yes))

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, with secrets in plaintext."""
        words = ("output",) if self.embedded else ("stack", "output")
        flags = ("--json", "--show-secrets")
        outputs: dict[str, Any] = json.loads(run(*self._command(*words, *flags), capture=True))
        return outputs

    def show_outputs(self) -> None:
        """Print the stack's outputs, with secrets masked."""
        run(*self._command(*(("output",) if self.embedded else ("stack", "output"))))

    def export(self) -> str:
        """Return the stack's deployment from the state."""
        words = ("export",) if self.embedded else ("stack", "export")
        return run(*self._command(*words), capture=True)


@contextmanager
def emulator(secret_id: str, secret_key: str) -> Iterator[str]:
    """Run the emulator in a separate process, and yield its URL."""
    process = subprocess.Popen(
        ["havip", "emulator", "--port", "0", "--task-delay", "0.2"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"HAVIP_EMULATOR_KEYS": f"{secret_id}:{secret_key}"},
        start_new_session=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r"https?://\S+", line)
        if not found:
            raise DemoError(f"the emulator did not start: {line.strip() or 'it said nothing'}")
        yield found.group()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


@contextmanager
def lab(secret_id: str, secret_key: str) -> Iterator[tuple[str, LabFolder]]:
    """Run the emulator as a lab with running instances, and yield its URL and the lab."""
    lacking = launch.missing() or next(
        (f"{tool} is not installed" for tool in ("haproxy", "keepalived") if not find(tool)), None
    )
    if lacking is not None:
        raise DemoError(f"LAB=1: {lacking}; run `make demo` without it, or `make lab-deps` first")
    made = launch.start(f"demo-{os.getpid()}", "the demo")
    try:
        url = launch.cloud_of(made).url
        keys = {"add": [f"{secret_id}:{secret_key}"]}
        requests.post(f"{url}/_havip/keys", json=keys, timeout=10).raise_for_status()
        console.print(f"dashboard: {launch.cloud_of(made).dashboard}")
        yield url, made
    finally:
        labs.take_down(made)


def fail_over(made: LabFolder) -> None:
    """Kill haproxy on the holder of the HAVIP, and show the new holder and the outage."""
    console.print("  the nodes run their own user data, and elect a master …")
    problems = send_command(made.control, "settle", wait=400)
    if problems:
        raise DemoError(f"the set-up of a node failed: {problems}")
    until("a holder", lambda: held(made))
    before = held(made)
    run("havip", "lab", "status", "--lab", made.name)
    begun = time.monotonic()
    run("havip", "lab", "fault", "service-killed", "--lab", made.name)
    until("the takeover", lambda: held(made) not in ("", before))
    until("answers", lambda: send_command(made.control, "probe", seconds=0.5)["answered"] > 10)
    found = send_command(made.control, "probe", seconds=time.monotonic() - begun)
    console.print(
        f"  [bold]{held(made)}[/bold] answers in place of {before}: no answer for "
        f"[bold]{found['longest_outage']:.2f} s[/bold] "
        f"({found['asked'] - found['answered']} of {found['asked']} requests of a client failed)"
    )
    run("havip", "lab", "heal", "--lab", made.name)


def held(made: LabFolder) -> str:
    """Return the node that holds the HAVIP, or ""."""
    return str(only(send_command(made.control, "status")["havips"], "HAVIP")["holder"])


def until(what: str, true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for a condition in the lab."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise DemoError(f"{what} did not come within {seconds:g} s")
        time.sleep(0.1)


def only(items: list[Any], what: str) -> Any:
    """Return the only item."""
    if len(items) != 1:
        raise DemoError(f"expected one {what} in the cloud, found {len(items)}")
    return items[0]


def write_keepalived(files: dict[str, str], folder: Path) -> None:
    """Write the nodes' keepalived.conf to the output folder, readable only by the owner."""
    folder.mkdir(exist_ok=True)
    for node, text in files.items():
        path = folder / f"{node}.keepalived.conf"
        path.touch(mode=0o600)
        path.write_text(text)
        console.print(f"  wrote {path} ({len(text.splitlines())} lines)", markup=False)


def change_behind_its_back(client: havip.Client) -> None:
    """Rename the HAVIP and take one node out of its range, as a colleague in the console would."""
    vip = only(client.describe_ha_vips().ha_vip_set, "HAVIP")
    client.modify_ha_vip_attribute(ha_vip_id=vip.ha_vip_id, ha_vip_name="renamed-by-hand")
    lost = vip.ha_vip_association_set[0]
    client.disassociate_ha_vip_instance(ha_vip_association_set=[lost])
    console.print(f"  renamed {vip.ha_vip_id} and took {lost.instance_id} out of its range")


def expect(client: havip.Client, *, name: str, address: str) -> None:
    """Check in the cloud that the HAVIP matches the program."""
    vip = only(client.describe_ha_vips().ha_vip_set, "HAVIP")
    seen = (vip.ha_vip_name, vip.vip, len(vip.ha_vip_association_set), bool(vip.address_ip))
    if seen != (name, address, 2, True):
        raise DemoError(f"the HAVIP in the cloud is not what was deployed: {seen}")
    console.print(f"  in the cloud: {vip.ha_vip_id} {vip.vip} “{name}”, 2 nodes, EIP bound")


def expect_nothing_left(client: havip.Client) -> None:
    """Raise an error if any resource of the stack is still in the cloud."""
    left = {
        "HAVIPs": client.describe_ha_vips().total_count,
        "EIPs": client.describe_addresses().total_count,
        "instances": client.describe_instances().total_count,
        "subnets": client.describe_subnets().total_count,
        "VPCs": client.describe_vpcs().total_count,
    }
    if any(left.values()):
        raise DemoError(f"left behind in the cloud: {left}")
    console.print(f"  left in the cloud: {', '.join(f'0 {what}' for what in left)}")


def expect_no_credential(state: str, *credentials: str) -> None:
    """Raise an error if the deployment's state contains a credential."""
    if any(credential in state for credential in credentials):
        raise DemoError("the stack's state holds a credential")
    console.print(f"  the state ({len(state):,} bytes) holds no credential")


def steps(
    engine: Engine,
    client: havip.Client,
    credentials: tuple[str, str],
    folder: Path,
    made: LabFolder | None,
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the demo's steps, each with its title and its function."""
    password = secrets.token_urlsafe(6)

    def prepare() -> None:
        engine.init()
        engine.configure("vrrpPassword", password, secret=True)
        engine.configure("protect", "false")  # allows the last step to delete the HAVIP

    def outputs() -> None:
        engine.show_outputs()
        write_keepalived(engine.outputs()["keepalived"], folder)

    def change(key: str, value: str, *, name: str, address: str) -> None:
        engine.configure(key, value)
        engine.preview()
        engine.up()
        expect(client, name=name, address=address)

    def repair() -> None:
        engine.up()
        expect(client, name="lb-renamed", address="172.17.16.4")

    def destroy() -> None:
        engine.destroy()
        expect_nothing_left(client)

    yield "Create the stack, and set the VRRP password as a secret", prepare
    yield "Preview", engine.preview
    yield "Deploy", engine.up
    if made is not None:
        yield "The pair runs: kill haproxy on the holder", lambda: fail_over(made)
    yield "Preview again: no changes", lambda: engine.preview("--expect-no-changes")
    yield "Outputs, and keepalived.conf for both nodes", outputs
    yield "No credential in the state", lambda: expect_no_credential(engine.export(), *credentials)
    yield (
        "Rename the HAVIP: an update in place",
        lambda: change("havipName", "lb-renamed", name="lb-renamed", address="172.17.16.3"),
    )
    if made is not None:
        return  # running nodes hold the HAVIP, so it can be neither replaced nor deleted
    yield (
        "Change its address: a replacement",
        lambda: change("address", "172.17.16.4", name="lb-renamed", address="172.17.16.4"),
    )
    yield "Change the HAVIP outside the stack", lambda: change_behind_its_back(client)
    yield "Refresh: detect the drift", engine.refresh
    yield "Deploy again: repair the drift", repair
    yield "Destroy everything", destroy


@contextmanager
def cloud(in_lab: bool, *credentials: str) -> Iterator[tuple[str, LabFolder | None]]:
    """Run the emulator, as a process or as a lab, and yield its URL and the lab."""
    if in_lab:
        with lab(*credentials) as (url, made):
            yield url, made
        return
    with emulator(*credentials) as url:
        yield url, None


def demo(kind: str, workspace: Path, folder: Path, *, in_lab: bool) -> None:
    """Run all steps; all files are in the workspace, except the results, which go to a folder."""
    started = time.monotonic()
    project = workspace / "lb-ha-pair"
    shutil.copytree(HERE / "lb-ha-pair", project)
    credentials = (f"AKID{secrets.token_hex(16)}", secrets.token_hex(16))
    with cloud(in_lab, *credentials) as (url, made):
        console.print(f"[bold]Emulator[/bold] of Tencent Cloud at {url}, signatures checked")
        os.environ |= {
            "HAVIP_ENDPOINT": url,
            "TENCENTCLOUD_REGION": "ap-guangzhou",
            "TENCENTCLOUD_SECRET_ID": credentials[0],
            "TENCENTCLOUD_SECRET_KEY": credentials[1],
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(16),
            "PULUMI_BACKEND_URL": f"file://{workspace}",
            "PULUMI_HOME": str(workspace / "pulumi-home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        engine = Engine(kind, project)
        for number, (title, step) in enumerate(
            steps(engine, havip.Client(), credentials, folder, made), 1
        ):
            begun = time.monotonic()
            console.print(f"\n[bold cyan]{number}. {title}[/bold cyan]")
            step()
            console.print(f"[green]✓[/green] [dim]{time.monotonic() - begun:.1f} s[/dim]")
    console.print(f"\n[bold green]Done[/bold green] in {time.monotonic() - started:.1f} s.")


def main() -> None:
    """Parse the arguments, run the demo, and clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("havip", "pulumi"), default="havip")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder of the results")
    parser.add_argument("--lab", action="store_true", help="run the nodes, and fail over")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    finished = False
    try:
        with tempfile.TemporaryDirectory(prefix="havip-demo-") as workspace:
            demo(given.engine, Path(workspace), given.output, in_lab=given.lab)
        finished = True
    except KeyboardInterrupt:
        sys.exit("demo: interrupted; nothing is left running")
    except (DemoError, havip.HavipError) as error:
        sys.exit(f"demo: {error}")
    finally:
        if not finished:
            shutil.rmtree(given.output, ignore_errors=True)


if __name__ == "__main__":
    main()
