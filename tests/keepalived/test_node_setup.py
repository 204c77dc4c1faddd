"""Files of a node: haproxy, scripts, and user data that cloud-init reads."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from hypothesis import given
from hypothesis import strategies as st

from havip.keepalived import (
    Config,
    KeepalivedError,
    VrrpScript,
    check,
    http_check,
    lb_pair,
    postgresql_check,
    render,
    unavailable,
)
from havip.keepalived.lint import lint
from havip.keepalived.nodes import health_checks as known_checks
from havip.keepalived.nodes.haproxy import (
    Haproxy,
    HaproxyServer,
    HaproxyService,
    render_haproxy,
    service_check,
)
from havip.keepalived.nodes.node import lb_nodes
from havip.keepalived.nodes.scripts import NOTIFY_HOOK, NOTIFY_LOG, PREPARE_NODE, script
from havip.keepalived.nodes.setup import (
    NodeFile,
    NodeSetup,
    packed,
    user_data,
)
from tests.user_data import read_user_data

SCRIPTS = sorted(Path(known_checks.__file__).parent.glob("scripts/*.sh"))
WEB = Haproxy(
    services=(
        HaproxyService(
            name="web",
            port=80,
            health_path="/health?deep=1",
            servers=(
                HaproxyServer(name="web1", address="172.17.16.21", weight=10),
                HaproxyServer(name="web2", address="172.17.16.22", port=8080, backup=True),
            ),
        ),
        HaproxyService(
            name="db",
            port=3306,
            mode="tcp",
            balance="source",
            servers=(HaproxyServer(name="db1", address="172.17.16.31"),),
        ),
    )
)


def test_haproxy_serves_each_service_on_every_address() -> None:
    assert render_haproxy(WEB).partition("listen web\n")[2] == (
        """\
    bind *:80
    mode http
    balance roundrobin
    option httplog
    option forwardfor
    timeout http-request 10s
    option httpchk GET /health?deep=1
    server web1 172.17.16.21:80 check inter 2s fall 2 rise 1 weight 10
    server web2 172.17.16.22:8080 check inter 2s fall 2 rise 1 backup

listen db
    bind *:3306
    mode tcp
    balance source
    option tcplog
    server db1 172.17.16.31:3306 check inter 2s fall 2 rise 1
"""
    )


@pytest.mark.process
@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
def test_real_haproxy_accepts_the_file(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(render_haproxy(WEB))
    done = subprocess.run(["haproxy", "-c", "-f", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"servers": ()}, "needs at least one server"),
        ({"health_path": "/x\n    acl"}, "health_path"),
        ({"mode": "tcp", "health_path": "/"}, "health_path requires mode http"),
        (
            {"servers": (HaproxyServer(name="a", address="10.0.0.1"),) * 2},
            "two servers have the same name",
        ),
        ({"name": "a b"}, "name"),
    ],
)
def test_a_service_that_cannot_work_is_refused(change: dict[str, Any], message: str) -> None:
    values: dict[str, Any] = {
        "name": "web",
        "port": 80,
        "servers": (HaproxyServer(name="a", address="10.0.0.1"),),
    }
    with pytest.raises(KeepalivedError, match=message):
        HaproxyService(**values | change)


def test_invalid_load_balancer_settings_are_rejected() -> None:
    with pytest.raises(KeepalivedError, match="health_port 80 is used by a service"):
        Haproxy(services=WEB.services, health_port=80)
    with pytest.raises(KeepalivedError, match="health_port is None"):
        service_check(Haproxy(services=WEB.services, health_port=None))


@pytest.mark.process
@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
def test_real_haproxy_answers_the_check_and_prometheus(tmp_path: Path) -> None:
    """A haproxy that hangs, or that has no process, does not."""
    certificate = trustme.CA().issue_cert("web.example")
    (tmp_path / "site.pem").write_bytes(certificate.private_key_and_cert_chain_pem.bytes())
    ports = [_free_port() for _ in range(3)]
    server = HaproxyServer(name="web1", address="127.0.0.1", port=ports[2])
    secure = HaproxyService(
        name="web", port=ports[0], servers=(server,), certificate="/site.pem", maxconn=9
    )
    config = Haproxy(services=(secure,), health_port=ports[1], stats_socket="/stats")
    text = render_haproxy(config).replace("/site.pem", f"{tmp_path}/site.pem")
    text = text.replace("/stats mode", f"{tmp_path}/stats mode")
    text = re.sub(r" +(user|group|log /dev).*\n", "", text)
    (tmp_path / "haproxy.cfg").write_text(text)
    checked = subprocess.run(
        ["haproxy", "-c", "-f", tmp_path / "haproxy.cfg"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    running = subprocess.Popen(["haproxy", "-db", "-f", tmp_path / "haproxy.cfg"])
    try:
        check = service_check(config)
        assert _succeeds(check.script, 10)
        url = check.script.split()[-1]
        said = subprocess.run(
            ["curl", "-s", url.replace("/health", "/metrics")], capture_output=True, text=True
        )
        assert "haproxy_frontend_status" in said.stdout
        running.send_signal(signal.SIGSTOP)
        assert subprocess.run(check.script.split(), timeout=10, check=False).returncode != 0
    finally:
        running.kill()
        running.wait()
    assert subprocess.run(check.script.split(), timeout=10, check=False).returncode != 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _succeeds(command: str, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if subprocess.run(command.split(), timeout=10, check=False).returncode == 0:
            return True
    return False


@pytest.mark.process
@pytest.mark.parametrize("network", ["/run/systemd/network/10-netplan-eth0.network", "n/a"])
def test_a_node_keeps_the_addresses_of_keepalived(tmp_path: Path, network: str) -> None:
    for name, does in {
        "networkctl": f'[ "$1" = reload ] || echo "  Network File: {network}"',
        "systemctl": f'echo "$@" >>{tmp_path}/systemctl.log',
        "selinuxenabled": "exit 0",
        "setsebool": f'echo "$@" >>{tmp_path}/setsebool.log',
    }.items():
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\n{does}\n")
        command.chmod(0o755)
    (tmp_path / "etc/NetworkManager").mkdir(parents=True)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = run_script(PREPARE_NODE, "eth0", HAVIP_ROOT=str(tmp_path), PATH=path)
    assert done.returncode == 0, done.stderr
    kept = tmp_path / "etc/systemd/network/10-netplan-eth0.network.d/havip.conf"
    assert kept.exists() == (network != "n/a")
    assert "eth0" in (tmp_path / "etc/NetworkManager/conf.d/90-havip.conf").read_text()
    assert "nm-cloud-setup.timer" in (tmp_path / "systemctl.log").read_text()
    assert "keepalived_connect_any=1" in (tmp_path / "setsebool.log").read_text()


def test_two_services_on_one_port_are_refused() -> None:
    one = WEB.services[0]
    with pytest.raises(KeepalivedError, match="two services have the same port"):
        Haproxy(services=(one, one.model_copy(update={"name": "other"})))


@pytest.mark.process
@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_passes_shellcheck(path: Path) -> None:
    done = subprocess.run(["shellcheck", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_scripts_are_installed_so_that_root_alone_may_change_them() -> None:
    file = script(NOTIFY_LOG)
    assert (file.path, file.mode) == ("/etc/keepalived/notify-log.sh", "0755")
    assert file.content.startswith("#!/bin/sh\n")


def run_script(path: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-s", *words],
        input=script(path).content,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.process
def test_the_log_script_keeps_the_state(tmp_path: Path) -> None:
    done = run_script(NOTIFY_LOG, "INSTANCE", "VI_1", "MASTER", "80", HAVIP_RUN=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "VI_1").read_text().startswith("MASTER 20")
    assert [path.name for path in tmp_path.iterdir()] == ["VI_1"]


@pytest.mark.process
def test_hooks_run_in_order_and_one_that_fails_stops_none(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name, last in (("10-first", "exit 3"), ("20-second", "exit 0"), ("30-slow", "sleep 9")):
        hook = tmp_path / name
        hook.write_text(f'#!/bin/sh\necho "${{0##*/}} $*" >>{out}\n{last}\n')
        hook.chmod(0o755)
    (tmp_path / "40-no-program").write_text("x")
    done = run_script(
        NOTIFY_HOOK,
        *("INSTANCE", "VI_1", "FAULT", "80"),
        HAVIP_HOOKS=str(tmp_path),
        HAVIP_HOOK_SECONDS="0.1",
    )
    assert done.returncode == 0, done.stderr
    assert out.read_text().splitlines() == [
        f"{name} INSTANCE VI_1 FAULT 80" for name in ("10-first", "20-second", "30-slow")
    ]


CHECKS = [
    known_checks.HAPROXY_CHECK,
    known_checks.NGINX_CHECK,
    known_checks.MARIADB_CHECK,
    http_check("http://127.0.0.1/health?x=1"),
    postgresql_check(),
]


@pytest.mark.parametrize("known", CHECKS, ids=lambda one: one.name)
def test_a_pair_with_any_check_breaks_no_rule(known: VrrpScript) -> None:
    nodes = ["172.17.16.7", "172.17.16.13"]
    pair = lb_pair("172.17.16.3", nodes, auth_pass="f7Kq2xZ9", check=known)
    assert [lint(render(config)) for config in pair.values()] == [[], []]


@pytest.mark.parametrize("url", ["ftp://x", "http://x y", 'http://x/"', "http://x/$(id)"])
def test_a_url_that_would_run_something_else_is_refused(url: str) -> None:
    with pytest.raises(KeepalivedError, match="is not an http or https URL"):
        http_check(url)


def test_a_load_balancer_node_has_all_that_it_needs(pair: list[Config]) -> None:
    configs = {"172.17.16.7": pair[0], "172.17.16.13": pair[1]}
    nodes = lb_nodes(configs, WEB)
    setup = nodes["172.17.16.13"]
    assert setup.secret
    assert "1111" not in repr(setup)
    assert setup.services == ("haproxy", "keepalived")
    assert {file.path: file.mode for file in setup.files} == {
        "/etc/keepalived/keepalived.conf": "0600",
        "/etc/haproxy/haproxy.cfg": "0644",
        "/etc/keepalived/prepare-node.sh": "0755",
        "/etc/systemd/system/keepalived.service.d/havip.conf": "0644",
        "/etc/systemd/system/haproxy.service.d/havip.conf": "0644",
    }
    with pytest.raises(KeepalivedError, match="/etc/passwd is not a file of this node"):
        setup.file("/etc/passwd")


@pytest.mark.process
@pytest.mark.skipif(unavailable() is not None, reason=str(unavailable()))
def test_keepalived_accepts_the_nodes_with_their_scripts(pair: list[Config]) -> None:
    for setup in lb_nodes({"172.17.16.7": pair[0], "172.17.16.13": pair[1]}, WEB).values():
        conf = setup.file("/etc/keepalived/keepalived.conf")
        assert check(conf).ok


def test_user_data_is_what_cloud_init_reads(pair: list[Config]) -> None:
    setup = lb_nodes({"172.17.16.7": pair[0]}, WEB)["172.17.16.7"]
    text = user_data(setup)
    assert text.startswith("#cloud-config\n")
    found = yaml.safe_load(text)
    assert found["packages"] == ["keepalived", "haproxy", "psmisc", "curl"]
    assert [one["path"] for one in found["write_files"]] == [one.path for one in setup.files]
    # A package that starts its service must not find its files before the node is set up.
    assert all(one["defer"] for one in found["write_files"])
    assert found["runcmd"] == [
        ["/etc/keepalived/prepare-node.sh", "eth0"],
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", "haproxy"],
        ["systemctl", "restart", "haproxy"],
        ["systemctl", "enable", "keepalived"],
        ["systemctl", "restart", "keepalived"],
    ]
    assert "virtual_ipaddress {\n        172.17.16.3\n" in found["write_files"][0]["content"]


contents = st.text(max_size=40) | st.text("ab \t\n:#'\"|-{}\\%", max_size=40)
setups = st.builds(
    NodeSetup,
    packages=st.lists(st.just("keepalived"), max_size=2).map(tuple),
    files=st.lists(
        st.builds(
            NodeFile,
            path=st.just("/etc/x.conf"),
            content=contents,
            mode=st.sampled_from(["0600", "0755"]),
        ),
        max_size=3,
    ).map(tuple),
    commands=st.lists(st.lists(contents, min_size=1, max_size=3).map(tuple), max_size=2).map(tuple),
    services=st.sampled_from([(), ("keepalived",), ("haproxy", "keepalived")]),
)


@given(setups)
def test_user_data_is_read_back_as_it_was_written(setup: NodeSetup) -> None:
    assert read_user_data(user_data(setup)) == setup


def test_long_user_data_is_packed() -> None:
    big = user_data(NodeSetup(files=(NodeFile(path="/etc/big", content="abcdefgh\n" * 5000),)))
    assert gzip.decompress(packed(big)).decode() == big
    small = user_data(NodeSetup(packages=("x",)))
    assert packed(small) == small.encode()
