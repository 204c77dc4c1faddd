"""Topologies from nothing but the files of two nodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from havip.cli.app import app
from havip.errors import HavipError
from havip.keepalived import lb_pair, render
from havip.lab import trial
from havip.lab.bounds import timers
from havip.lab.files import topology_of
from havip.lab.namespace import LabError

VIP, FIRST, SECOND = "172.17.16.3", "172.17.16.7", "172.17.16.13"
CONFIGS = lb_pair(VIP, [FIRST, SECOND], auth_pass="1111").values()
PAIR = {name: render(one) for name, one in zip("ab", CONFIGS, strict=True)}


def test_two_files_are_enough() -> None:
    made = topology_of(PAIR)
    assert (made.address, made.havip, made.subnet) == (VIP, VIP, "172.17.16.0/24")
    assert [one.address for one in made.nodes.values()] == [FIRST, SECOND]
    assert made.members == ["node1", "node2"]
    assert list(made.nodes["node1"].services) == ["haproxy", "keepalived"]
    assert made.client not in (VIP, FIRST, SECOND, made.gateway)


def test_a_file_without_its_own_address_is_known_by_its_peers() -> None:
    silent = PAIR["a"].replace(f"unicast_src_ip {FIRST}", "")
    made = topology_of({"a": silent, "b": PAIR["b"]})
    assert made.nodes["node1"].address == FIRST


FORUM = """
! Configuration File for keepalived
vrrp_instance VI_1 {{
    state {state}
    interface ens33
    virtual_router_id 51
    priority {priority}
    advert_int 1
    authentication {{
        auth_type PASS
        auth_pass a-long-password
    }}
    virtual_ipaddress {{
        192.168.1.100/24 dev ens33 label ens33:1
    }}
}}
"""


def test_a_pair_of_a_forum_gets_addresses_and_what_keepalived_takes_of_it_is_played() -> None:
    files = {"a": FORUM.format(state="MASTER", priority=101),
             "b": FORUM.format(state="BACKUP", priority=100)}  # fmt: skip
    made = topology_of(files)
    assert [one.address for one in made.nodes.values()] == ["192.168.1.11", "192.168.1.12"]
    assert (made.address, made.subnet) == ("192.168.1.100", "192.168.1.0/24")
    assert made.nodes["node1"].interface == "ens33"
    found = timers(files["b"], made.address)
    assert found is not None
    assert found.election == pytest.approx(3 + 156 / 256)


def test_the_files_say_what_is_served_and_which_interface_it_is() -> None:
    files = {name: text.replace("haproxy", "nginx").replace("eth0", "ens5")
             for name, text in PAIR.items()}  # fmt: skip
    made = topology_of(files)
    assert list(made.nodes["node2"].services) == ["nginx", "keepalived"]
    assert made.nodes["node2"].interface == "ens5"
    assert topology_of(PAIR, serving="none").nodes["node1"].page


def test_an_haproxy_file_gets_the_servers_and_the_port_that_it_names() -> None:
    servers = "  server one 172.17.16.21:9000 check\n  server two 10.9.9.9:80\n"
    text = f"listen web\n  bind *:8000\n{servers}"
    made = topology_of(PAIR, haproxy=text)
    assert made.port == 8000
    assert [(one.address, one.port) for one in made.web.values()] == [
        ("172.17.16.21", 9000),
        ("10.9.9.9", 80),
    ]


def test_the_range_is_named_by_addresses() -> None:
    assert topology_of(PAIR, members=[SECOND]).members == ["node2"]
    assert topology_of(PAIR, members=[]).members == []


@pytest.mark.parametrize(
    ("files", "more", "told"),
    [
        ({"a": PAIR["a"], "b": PAIR["a"]}, {}, "a and b are both 172.17.16.7"),
        (
            {"a": PAIR["a"], "b": PAIR["b"].replace("unicast_src_ip 172", "unicast_src_ip 10")},
            {},
            "cannot be in the same subnet",
        ),
        ({"a": "vrrp_instance X {", "b": PAIR["b"]}, {}, "a:"),
        ({"a": "global_defs {\n}\n", "b": PAIR["b"]}, {}, "a: has no vrrp_instance"),
        ({"a": PAIR["a"], "b": PAIR["b"].replace(VIP, "172.17.16.9")}, {}, "in common"),
        (
            {"a": PAIR["a"].replace("unicast_src_ip 172.17.16.7", ""),
             "b": PAIR["b"].replace(FIRST, f"{FIRST}\n        172.17.16.8")},
            {},
            "its own address is 172.17.16.7 or 172.17.16.8: set unicast_src_ip",
        ),
        (PAIR, {"members": ["172.17.16.99"]}, "--range: 172.17.16.99 is not a node"),
    ],
)  # fmt: skip
def test_invalid_files_are_rejected_in_one_line(
    files: dict[str, str], more: dict[str, Any], told: str
) -> None:
    with pytest.raises(LabError) as caught:
        topology_of(files, **more)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["a.conf"], "two nodes or more"),
        (["a.conf", "a.conf"], "given twice"),
        (["a.conf", "none.conf"], "none.conf: cannot be read"),
        (["a.conf", "b.conf", "--with", "apache"], "expected haproxy, nginx or none"),
        (["a.conf", "b.conf", "--faults", "node-exploded"], "node-exploded"),
        (["a.conf", "b.conf", "--html", "none/report.html"], "none/report.html: cannot be written"),
        (["a.conf", "b.conf", "--html", "."], ".: cannot be written"),
    ],
)
def test_the_command_rejects_invalid_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in PAIR.items():
        Path(f"{name}.conf").write_text(text)
    done = CliRunner().invoke(app, ["lab", "try", *words])
    assert isinstance(done.exception, HavipError)
    assert told in str(done.exception)


def test_the_timers_of_a_file_are_the_bounds() -> None:
    found = timers(PAIR["a"], VIP)
    assert found is not None
    assert found.election == pytest.approx(3.6875)
    assert found.detection == 2
    assert not found.weighted
    assert not found.detects_hang
    fast = PAIR["a"].replace("advert_int 1", "advert_int 0.2")
    third = timers("global_defs {\n vrrp_version 3\n}\n" + fast.split("}", 1)[1], VIP)
    assert third is not None
    assert third.election == pytest.approx(0.7375)


def test_every_fault_of_a_trial_lasts_longer_than_its_takeover() -> None:
    made = topology_of(PAIR)
    for one in trial.histories(made):
        assert one.steps[0].seconds is not None
        assert one.steps[0].seconds > 3.6875 + 2
    assert not any(one.name.startswith("service") for one in
                   trial.histories(topology_of(PAIR, serving="none")))  # fmt: skip
