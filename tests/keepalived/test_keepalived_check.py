"""Comparison with real keepalived, where it is installed and namespaces can be made."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from havip.keepalived import (
    Authentication,
    CheckUnavailableError,
    Config,
    KeepalivedError,
    Track,
    VirtualAddress,
    VrrpInstance,
    VrrpSyncGroup,
    check,
    lb_pair,
    render,
    unavailable,
)

REASON = unavailable()
needs_keepalived = pytest.mark.skipif(REASON is not None, reason=str(REASON))
NOTIFY = "#!/bin/sh\nexit 0\n"


@pytest.mark.process
@needs_keepalived
def test_keepalived_accepts_both_nodes_of_a_pair(pair: list[Config]) -> None:
    for config in pair:
        assert check(render(config)).complaints == ()
        assert check(render(config)).ok


@pytest.mark.process
@needs_keepalived
def test_keepalived_refuses_the_file_of_the_use_cases_page(seed: str) -> None:
    result = check(seed)
    assert not result.ok
    assert any(one.line == 32 and "checkhaproxy not found" in one.text for one in result.complaints)
    assert any("Ignoring track_interface eth0" in one.text for one in result.complaints)


@pytest.mark.process
@needs_keepalived
def test_keepalived_accepts_all_that_the_model_has(pair: list[Config]) -> None:
    base = pair[0].vrrp_instance[0]
    first = base.model_copy(
        update={
            "nopreempt": False,
            "preempt_delay": 2.5,
            "priority": 100,
            "authentication": Authentication(auth_pass=SecretStr("a #{}!$'")),
            "virtual_ipaddress": (
                VirtualAddress(address="172.17.16.3", prefix=24, dev="eth0"),
                VirtualAddress(address="172.17.16.4", options=("label", "eth0:1")),
            ),
            "virtual_routes": ("10.1.0.0/16 via 172.17.16.1 dev eth0",),
            "garp_master_repeat": 1,
            "garp_master_refresh_repeat": 2,
            "track_interface": (Track(name="eth1"),),
            "track_script": (Track(name="checkhaproxy"),),
            "notify_master": "/etc/keepalived/notify.sh 'one word'",
            "notify": "/etc/keepalived/notify.sh",
        }
    )
    second = VrrpInstance(
        name="VI_2",
        interface="eth1",
        virtual_router_id=52,
        advert_int=0.2,
        version=3,
        unicast_src_ip=base.unicast_src_ip,
        unicast_peer=base.unicast_peer,
        virtual_ipaddress=(VirtualAddress(address="172.17.16.5"),),
        track_script=(Track(name="checkhaproxy", weight=-30, reverse=True),),
    )
    third = base.model_copy(update={"name": "VI_3", "virtual_router_id": 53})
    group = VrrpSyncGroup(name="G1", group=("VI_1", "VI_3"), notify_fault="/etc/keepalived/f.sh")
    config = pair[0].model_copy(
        update={"vrrp_instance": (first, second, third), "vrrp_sync_group": (group,)}
    )
    files = {"/etc/keepalived/notify.sh": NOTIFY, "/etc/keepalived/f.sh": NOTIFY}
    result = check(render(config), files=files)
    assert result.complaints == ()
    assert result.ok


@pytest.mark.process
@needs_keepalived
def test_keepalived_accepts_a_password_of_eight_odd_characters() -> None:
    for config in lb_pair("10.0.0.2", ["10.0.0.3", "10.0.0.4"], auth_pass="# !{}$'~").values():
        assert check(render(config)).ok


@pytest.mark.process
@needs_keepalived
def test_a_script_outside_the_place_of_scripts_cannot_be_tried(pair: list[Config]) -> None:
    with pytest.raises(KeepalivedError, match="only files directly below /etc/keepalived"):
        check(render(pair[0]), files={"/usr/bin/x": ""})


def test_without_its_tools_the_check_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert "apt-get install keepalived" in str(unavailable())
    with pytest.raises(CheckUnavailableError, match="needs keepalived"):
        check("")


GLOBALS = "global_defs {\n    enable_script_security\n    script_user root\n}\n"


@pytest.mark.process
@needs_keepalived
def test_an_included_file_is_read_and_a_script_is_executable(pair: list[Config]) -> None:
    text = (
        render(pair[0]).split("\n\n", 1)[1].replace("VI_1 {", "VI_1 {\n notify /etc/keepalived/n")
    )
    files = {"/etc/keepalived/globals.conf": GLOBALS, "/etc/keepalived/n": NOTIFY}
    result = check(f"include /etc/keepalived/globals.conf\n{text}", files=files)
    assert result.complaints == ()
    assert result.ok


@pytest.mark.process
@needs_keepalived
def test_a_relative_include_is_read_beside_the_file(pair: list[Config], tmp_path: Path) -> None:
    text = render(pair[0]).split("\n\n", 1)[1]
    path = tmp_path / "keepalived.conf"
    path.write_text("written before\n")
    (tmp_path / "globals.conf").write_text(GLOBALS)
    assert check(f"include globals.conf\n{text}", path=path).complaints == ()
    assert path.read_text() == "written before\n"
    (tmp_path / "globals.conf").write_text("no_such_keyword\n")
    result = check(f"include globals.conf\n{text}", path=path)
    assert not result.ok
    wrong = {one for one in result.complaints if "no_such_keyword" in one.text}
    assert {(one.line, "globals.conf: Line 1" in one.text) for one in wrong} == {(0, True)}


@pytest.mark.process
@needs_keepalived
def test_files_of_the_machine_are_included(pair: list[Config]) -> None:
    here = Path("/etc/keepalived/conf.d")
    if not here.parent.is_dir():
        pytest.skip("needs /etc/keepalived")
    made = not here.exists()
    here.mkdir(exist_ok=True)
    file = here / "havip-test-globals.conf"
    try:
        file.write_text(GLOBALS)
        text = render(pair[0]).split("\n\n", 1)[1]
        assert check(f"include {file}\n{text}").ok
    finally:
        file.unlink()
        if made:
            here.rmdir()
