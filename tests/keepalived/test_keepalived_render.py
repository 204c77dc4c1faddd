from __future__ import annotations

import pytest
from pydantic import SecretStr

from havip.keepalived import (
    Authentication,
    Config,
    GlobalDefs,
    KeepalivedError,
    Track,
    VirtualAddress,
    VrrpInstance,
    VrrpSyncGroup,
    lb_pair,
    parse,
    render,
)
from havip.keepalived.lint import lint

NODES = ["172.17.16.7", "172.17.16.13"]
SECOND_NODE = """\
global_defs {
    script_user root
    enable_script_security
}

vrrp_script checkhaproxy {
    script "/usr/bin/killall -0 haproxy"
    interval 1
    fall 2
    rise 1
}

vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    nopreempt
    priority 80
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass 1111
    }
    unicast_src_ip 172.17.16.13
    unicast_peer {
        172.17.16.7
    }
    virtual_ipaddress {
        172.17.16.3
    }
    garp_master_delay 1
    garp_master_refresh 5
    track_script {
        checkhaproxy
    }
}
"""


def pair(**changes: object) -> dict[str, Config]:
    return lb_pair("172.17.16.3", NODES, **{"auth_pass": "1111", **changes})  # type: ignore[arg-type]


def test_the_second_node_has_the_settings_of_the_seed_with_the_addresses_exchanged() -> None:
    assert render(pair()["172.17.16.13"]) == SECOND_NODE


def test_the_first_node_differs_in_nothing_but_the_two_addresses() -> None:
    text = render(pair()["172.17.16.7"])
    swapped = text.replace("172.17.16.13", "PEER").replace("172.17.16.7\n", "172.17.16.13\n")
    assert swapped.replace("PEER", "172.17.16.7") == SECOND_NODE


def test_three_nodes_have_both_others_as_peers() -> None:
    configs = lb_pair("10.0.0.2", ["10.0.0.3", "10.0.0.4", "10.0.0.5"], auth_pass="x")
    peers = configs["10.0.0.4"].vrrp_instance[0].unicast_peer
    assert [str(peer) for peer in peers] == ["10.0.0.3", "10.0.0.5"]


def test_a_password_is_in_the_text_and_nowhere_else() -> None:
    config = pair(auth_pass=SecretStr("s3cr3t"))["172.17.16.7"]
    assert "s3cr3t" not in repr(config) + str(config) + str(config.model_dump())
    assert "s3cr3t" not in render(config, mask=True)
    assert "auth_pass s3cr3t\n" in render(config)


def test_a_wrong_password_is_not_repeated_in_the_error() -> None:
    with pytest.raises(KeepalivedError) as caught:
        Authentication(auth_pass=SecretStr('top"secret'))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"auth_pass": "123456789"}, "has 9 bytes: auth_pass must have one to 8"),
        ({"auth_pass": ""}, "has 0 bytes"),
        ({"auth_pass": "äöüäö"}, "has 10 bytes"),
        ({"auth_pass": 'a"b'}, ": auth_pass: must be printable text without double quotes"),
        ({"auth_pass": "a\tb"}, ": auth_pass: must be printable"),
        ({"auth_pass": None}, "pass either auth_pass, or hmac_key"),
        ({"hmac_key": "k" * 32}, "pass either auth_pass, or hmac_key"),
        ({"auth_pass": None, "hmac_key": "short"}, ": value: must have 32 to 64 bytes"),
        ({"subnet": "172.17.16.2/31"}, "172.17.16.7 is not in the subnet"),
        ({"subnet": "172.17.16.3"}, "172.17.16.7 is not in the subnet"),
        ({"subnet": "172.17.16.1/24"}, "is not an IPv4 CIDR"),
        ({"check_interval": 0}, ": interval: "),
        ({"garp_master_refresh": -1}, ": garp_master_refresh: "),
        ({"notify": 'a "b"'}, ": notify: "),
        ({"notify": r"/x 'it'\''s'"}, ": notify: is not a command"),
        ({"notify": r"/x \\"}, ": notify: is not a command"),
        ({"notify": r"/x \"a"}, ": notify: is not a command"),
        ({"notify": r"/x \"{\""}, ": notify: is not a command"),
        ({"notify": " "}, ": notify: is not a command"),
        ({"subnet": "172.17.20.0/24"}, "172.17.16.3 is not in the subnet 172.17.20.0/24"),
        ({"advert_int": 0}, "^advert_int: 0 is out of range: use more than 0"),
        ({"advert_int": 0.2}, "^advert_int: 0.2 needs VRRP 3, which has no passwords"),
        ({"advert_int": 0.125}, "^advert_int: 0.125 is neither whole seconds"),
        ({"advert_int": 41.5}, "^advert_int: 41.5 is neither whole seconds"),
        ({"advert_int": 256}, "^advert_int: 256 is out of range: "),
        ({"priority": 900}, "^priority: 900 is out of range: use 1 to 254"),
        ({"interface": "eth0 {"}, ": interface: String should match pattern .*$"),
    ],
)
def test_an_invalid_pair_is_rejected(changes: dict[str, object], message: str) -> None:
    with pytest.raises(KeepalivedError, match=message):
        pair(**changes)


@pytest.mark.parametrize(
    ("address", "what"),
    [("10.0.0.0", "network"), ("10.0.0.1", "the gateway"), ("10.0.0.255", "the broadcast")],
)
def test_the_addresses_that_a_subnet_keeps_are_refused(address: str, what: str) -> None:
    for vip, nodes in ((address, ["10.0.0.3", "10.0.0.4"]), ("10.0.0.2", [address, "10.0.0.4"])):
        with pytest.raises(KeepalivedError, match=f"{address} is .*{what}.*use one from 10.0.0.2"):
            lb_pair(vip, nodes, auth_pass="x", subnet="10.0.0.0/24")


def test_the_options_of_a_pair_are_applied() -> None:
    configs = lb_pair(
        ["10.0.0.2", "10.0.0.9"],
        ["10.0.0.3", "10.0.0.4"],
        hmac_key="k" * 32,
        check_interval=5,
        check_fall=3,
        garp_master_refresh=60,
        startup_delay=5,
        track_src_ip=True,
        notify="/etc/keepalived/notify-log.sh",
    )
    text = render(configs["10.0.0.3"])
    assert lint(text, keepalived="2.4.0") == []
    for line in ("interval 5", "fall 3", "garp_master_refresh 60", "vrrp_startup_delay 5"):
        assert f"    {line}\n" in text
    assert "notify_master_rx_lower_pri" in text
    assert '-log.sh INSTANCE VI_1 MASTER 80"' in text
    assert "k" * 32 not in render(configs["10.0.0.3"], mask=True) + repr(configs)
    assert parse(text).config == configs["10.0.0.3"]


@pytest.mark.parametrize(
    ("vip", "nodes", "message"),
    [
        ("10.0.0.2", ["10.0.0.3"], "needs two nodes or more"),
        ("10.0.0.2", ["10.0.0.3", "10.0.0.3"], "two nodes have the address 10.0.0.3"),
        ("10.0.0.3", ["10.0.0.3", "10.0.0.4"], "both the HAVIP and a node's own"),
        ("10.0.0", ["10.0.0.3", "10.0.0.4"], "'10.0.0', the address of the HAVIP, is not an IPv4"),
        ("fe80::1", ["10.0.0.3", "10.0.0.4"], "is not an IPv4 address"),
    ],
)
def test_addresses_that_cannot_work_are_refused(vip: str, nodes: list[str], message: str) -> None:
    with pytest.raises(KeepalivedError, match=message):
        lb_pair(vip, nodes, auth_pass="x")


def test_zero_is_a_value_and_none_is_not() -> None:
    config = Config(global_defs=GlobalDefs(vrrp_garp_master_delay=0))
    assert "vrrp_garp_master_delay 0\n" in render(config)
    assert render(Config()) == ""


def test_a_fraction_of_a_second_keeps_its_digits() -> None:
    config = Config(vrrp_instance=(VrrpInstance(name="VI_1", advert_int=0.25),))
    assert "advert_int 0.25\n" in render(config)


def test_weights_addresses_and_groups_are_written_as_keepalived_reads_them() -> None:
    instance = VrrpInstance(
        name="VI_1",
        track_script=(Track(name="check", weight=-30, reverse=True),),
        virtual_ipaddress=(VirtualAddress(address="10.0.0.2", prefix=24, dev="eth1"),),
        virtual_routes=("10.1.0.0/16 via 10.0.0.1 dev eth1",),
        notify_master="/etc/keepalived/notify.sh master",
    )
    group = VrrpSyncGroup(name="G1", group=("VI_1", "VI_2"))
    text = render(Config(vrrp_sync_group=(group,), vrrp_instance=(instance,)))
    assert "        check weight -30 reverse\n" in text
    assert "        10.0.0.2/24 dev eth1\n" in text
    assert "        10.1.0.0/16 via 10.0.0.1 dev eth1\n" in text
    assert '    notify_master "/etc/keepalived/notify.sh master"\n' in text
    assert "    group {\n        VI_1\n        VI_2\n    }\n" in text


@pytest.mark.parametrize("name", ["a b", "a\nb", "a{", "", 'a"'])
def test_a_name_that_would_break_the_file_is_refused(name: str) -> None:
    with pytest.raises(KeepalivedError, match=r"^VrrpInstance: name: "):
        VrrpInstance(name=name)


def test_a_value_longer_than_a_line_is_refused() -> None:
    with pytest.raises(KeepalivedError, match="longer than a line"):
        pair(notify=f"/{'a' * 1100}")
