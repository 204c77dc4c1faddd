from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from havip.keepalived import (
    Authentication,
    AuthHmac,
    Config,
    GlobalDefs,
    HmacKey,
    ParseError,
    Peer,
    Track,
    VirtualAddress,
    VrrpInstance,
    VrrpScript,
    VrrpSyncGroup,
    parse,
    render,
)

COMMENTED = """\
! both nodes
global_defs {
    router_id lb1   # this one

    # nothing else
}
virtual_server 10.0.0.2 80 { # not ours
    real_server 10.0.0.3 80 {
        weight 1
    }
}

# the pair


vrrp_instance VI_1
{
    priority 80
    use_vmac
    virtual_ipaddress { 10.0.0.2/24 dev eth1 label eth1:1 }
} # the end
"""


def test_comments_unknown_blocks_and_order_are_kept() -> None:
    assert (
        render(parse(COMMENTED))
        == """\
! both nodes
global_defs {
    router_id lb1  # this one

    # nothing else
}
virtual_server 10.0.0.2 80 {  # not ours
    real_server 10.0.0.3 80 {
        weight 1
    }
}

# the pair

vrrp_instance VI_1 {
    priority 80
    use_vmac
    virtual_ipaddress {
        10.0.0.2/24 dev eth1 label eth1:1
    }
}
# the end
"""
    )


def test_the_typed_model_has_values_lines_and_what_it_does_not_know() -> None:
    config = parse(COMMENTED).config
    instance = config.vrrp_instance[0]
    assert instance.virtual_ipaddress[0] == VirtualAddress(
        address="10.0.0.2", prefix=24, dev="eth1", options=("label", "eth1:1")
    )
    assert (instance.lines[""], instance.lines["priority"]) == (16, 18)
    assert [repr(item) for item in instance.unknown] == ["<line 19: use_vmac>"]
    assert [repr(item) for item in config.unknown] == [
        "<line 7: virtual_server 10.0.0.2 80 {1 items}>"
    ]


def test_the_typed_model_writes_back_what_it_does_not_know() -> None:
    text = render(parse(COMMENTED).config)
    assert "    use_vmac\n" in text
    assert "real_server 10.0.0.3 80 {" in text


def test_the_file_of_the_use_cases_page_is_read(seed: str) -> None:
    instance = parse(seed).config.vrrp_instance[0]
    assert instance.state == "BACKUP"
    assert instance.nopreempt
    assert [str(peer) for peer in instance.unicast_peer] == ["172.17.16.13"]
    assert instance.track_script == (Track(name="checkhaproxy"),)
    assert "# 10.0.0.1" not in render(parse(seed).config)
    assert "#IP address of the peer device" in render(parse(seed))


def test_a_password_that_was_read_is_in_no_repr() -> None:
    document = parse("vrrp_instance a {\n authentication {\n auth_pass s3cr3t\n }\n}")
    stray = parse("auth_pass s3cr3t")
    assert "s3cr3t" not in repr(document) + repr(document.config) + repr(stray) + repr(stray.config)
    assert "s3cr3t" not in render(document, mask=True)
    assert "s3cr3t" in render(document)


def test_quotes_group_and_protect_comment_marks() -> None:
    text = "vrrp_script a { script \"/bin/sh -c 'exit 0 # ! { }'\" }  # end"
    script = parse(text).config.vrrp_script[0]
    assert script.script == "/bin/sh -c 'exit 0 # ! { }'"
    assert render(parse(text).config).startswith("vrrp_script a {\n    script \"/bin/sh -c 'exit")


def test_a_command_without_quotes_is_one_value() -> None:
    text = 'vrrp_script a { script /bin/check "two words" }'
    assert parse(text).config.vrrp_script[0].script == "/bin/check 'two words'"


def test_a_setting_given_twice_has_its_last_value_and_lists_are_joined() -> None:
    text = """vrrp_instance a {
        priority 1
        priority 2
        virtual_ipaddress {
            10.0.0.1
        }
        virtual_ipaddress {
            10.0.0.2
        }
    }"""
    instance = parse(text).config.vrrp_instance[0]
    assert instance.priority == 2
    assert [str(one) for one in instance.virtual_ipaddress] == ["10.0.0.1", "10.0.0.2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a\nscript "x', "f.conf:2: a double quote is never closed"),
        ("a {\n}\n}", "f.conf:3: '}' without an open block"),
        ("a\nb {\nc {\n}\n", "f.conf:2: 'b {' is never closed"),
        ("{\n}", "f.conf:1: '{' without a keyword before it"),
        ("a {\n}\n{\n}", "f.conf:3: '{' without a keyword before it"),
        ("vrrp_instance {\n}", "f.conf:1: vrrp_instance: needs one name before its brace"),
        ("vrrp_script a {\n}", "f.conf:1: vrrp_script a: script: field required"),
        (
            "vrrp_instance a {\n\npriority 256\n}",
            "f.conf:3: vrrp_instance a: priority: 256 is not from 1 to 255",
        ),
        (
            "vrrp_instance a {\nunicast_peer {\n10.0.0.256\n}\n}",
            "f.conf:3: vrrp_instance a: unicast_peer: '10.0.0.256' is not an IP address",
        ),
        (
            "vrrp_instance a {\ntrack_script {\nx wait 3\n}\n}",
            "f.conf:3: vrrp_instance a: track_script: 'wait' behind x is ignored",
        ),
    ],
)
def test_bad_text_is_an_error_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        _ = parse(text, file="f.conf").config
    assert str(caught.value).startswith(message)


def test_a_bad_password_is_not_in_the_error() -> None:
    with pytest.raises(ParseError) as caught:
        _ = parse('vrrp_instance a { authentication { auth_pass "s3c\\"ret" } }').config
    assert "s3c" not in str(caught.value)


names = st.text("AZaz09_.:-", min_size=1, max_size=6)
nics = st.text("az09_-", min_size=1, max_size=6)
commands = (
    st.text("az/ -#!{}@$~'", min_size=1, max_size=12)
    .filter(lambda text: text.count("'") % 2 == 0)
    .map(lambda text: f"/{text}x")
)
seconds = st.integers(1, 255).map(float) | st.integers(1, 999).map(lambda cents: cents / 100)
whole = st.integers(1, 300).map(float)
counts = st.integers(1, 100)
weights = st.none() | st.integers(-253, 253)
addresses = st.ip_addresses(v=4).map(str)
passwords = st.text("abcXYZ019 #!{}$@'~", min_size=1, max_size=8)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3).map(tuple)


tracks = st.builds(Track, name=names, weight=weights) | st.builds(
    Track, name=names, weight=st.integers(-253, 253), reverse=st.just(True)
)
virtual = st.builds(
    VirtualAddress, address=addresses, prefix=some(st.integers(0, 32)), dev=some(nics)
)
notifies = {
    f"notify_{state}": some(commands) for state in ("master", "backup", "fault", "stop")
} | {"notify": some(commands)}
instances = st.builds(
    VrrpInstance,
    name=names,
    state=st.sampled_from([None, "MASTER", "BACKUP"]),
    interface=some(nics),
    virtual_router_id=some(st.integers(1, 255)),
    version=st.sampled_from([None, 2, 3]),
    nopreempt=st.booleans(),
    preempt_delay=some(seconds),
    priority=some(st.integers(1, 255)),
    advert_int=some(seconds),
    authentication=some(st.builds(Authentication, auth_pass=passwords)),
    unicast_src_ip=some(addresses),
    unicast_peer=many(st.builds(Peer, address=addresses)),
    virtual_ipaddress=many(virtual),
    track_src_ip=st.booleans(),
    strict_mode=st.booleans(),
    notify_master_rx_lower_pri=some(commands),
    track_process=many(tracks),
    auth_hmac=some(
        st.builds(
            AuthHmac,
            key=st.just((HmacKey(id=1, value=SecretStr("k" * 32)),)),
            active_key=some(counts),
        )
    ),
    virtual_routes=many(st.just("10.1.0.0/16 via 10.0.0.1 dev eth0")),
    garp_master_delay=some(counts),
    garp_master_refresh=some(counts),
    dont_track_primary=st.booleans(),
    track_interface=many(st.builds(Track, name=nics)),
    track_script=many(tracks),
    **notifies,
)
scripts = st.builds(
    VrrpScript,
    name=names,
    script=commands,
    interval=some(whole),
    weight=st.integers(-253, 253),
    weight_reverse=st.booleans(),
    fall=some(counts),
    init_fail=st.booleans(),
)
groups = st.builds(VrrpSyncGroup, name=names, group=many(names), **notifies)
definitions = st.builds(
    GlobalDefs,
    router_id=some(names),
    script_user=some(names),
    enable_script_security=st.booleans(),
    vrrp_version=st.sampled_from([None, 2, 3]),
    vrrp_strict=st.booleans(),
    vrrp_garp_interval=some(seconds),
    vrrp_startup_delay=some(seconds),
)
configs = st.builds(
    Config,
    global_defs=some(definitions),
    vrrp_script=many(scripts),
    vrrp_sync_group=many(groups),
    vrrp_instance=many(instances),
)
# The characters that mean something to the reader, in any order.
texts = st.text("ab #!{}\"'\\\n\t\r$@~", max_size=60)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(configs)
def test_what_is_rendered_is_read_back_the_same(config: Config) -> None:
    assert parse(render(config)).config == config


@given(texts)
def test_any_text_is_refused_with_its_line_or_written_back_stably(text: str) -> None:
    try:
        once = render(parse(text))
    except ParseError as error:
        line = error.line
    else:
        assert render(parse(once)) == once
        line = 1
    assert 1 <= line <= text.count("\n") + 1


def test_addresses_have_one_spelling() -> None:
    config = parse("vrrp_instance a { unicast_src_ip 10.0.0.1 }").config
    assert config.vrrp_instance[0].unicast_src_ip == "10.0.0.1"


def test_a_block_that_is_there_again_adds_to_the_first() -> None:
    text = "global_defs {\n script_user root\n}\nglobal_defs {\n enable_script_security\n}"
    definitions = parse(text).config.global_defs
    assert definitions is not None
    assert (definitions.script_user, definitions.enable_script_security) == ("root", True)


def test_a_prefix_that_is_left_open_is_zero_as_in_keepalived() -> None:
    text = "vrrp_instance a {\n virtual_ipaddress {\n 10.0.0.9/\n }\n}"
    (held,) = parse(text).config.vrrp_instance[0].virtual_ipaddress
    assert (held.address, held.prefix) == ("10.0.0.9", 0)
