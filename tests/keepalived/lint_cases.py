"""Files that break each lint rule: a change of a pair that breaks none."""

from __future__ import annotations

from typing import NamedTuple

from havip.keepalived import lb_pair, render

OWN, PEER = (
    render(config)
    for config in lb_pair(
        "172.17.16.3", ["172.17.16.7", "172.17.16.13"], auth_pass="f7Kq2xZ9"
    ).values()
)


class Case(NamedTuple):
    rule: str
    old: str
    new: str
    near: str
    """Text of the line that the finding points at."""


def put(setting: str) -> tuple[str, str]:
    """A setting more in the instance."""
    return "    state BACKUP\n", f"    state BACKUP\n    {setting}\n"


def top(block: str) -> tuple[str, str]:
    """A block more at the top."""
    return "\nvrrp_instance", f"\n{block}\nvrrp_instance"


def served(old: str, new: str) -> tuple[str, str]:
    """A virtual_server with a change."""
    assert old in VIRTUAL_SERVER
    return top(VIRTUAL_SERVER.replace(old, new))


def dynamic(name: str) -> tuple[str, str]:
    """A track_interface of a name, where interfaces are dynamic."""
    tracked = f"track_interface {{\n {name}\n }}"
    text = "global_defs {\n dynamic_interfaces\n}\n"
    return "\nvrrp_instance VI_1 {\n", f"\n{text}vrrp_instance VI_1 {{\n{tracked}\n"


VIRTUAL_SERVER = """virtual_server 10.0.0.9 80 {
 lb_algo rr
 lb_kind DR
 protocol TCP
 real_server 10.0.0.5 80 {
  weight 1
  HTTP_GET {
   url {
    path /
   }
   connect_timeout 3
  }
 }
}"""
NO_PEER = "    unicast_peer {\n        172.17.16.13\n    }\n"
TRACK = "    track_script {\n        checkhaproxy\n    }\n"
AUTH = "    authentication {\n        auth_type PASS\n        auth_pass f7Kq2xZ9\n    }\n"
SCRIPT_LINE = 'script "/usr/bin/killall -0 haproxy"'
GROUP = "\nvrrp_sync_group G {\n    group {\n        VI_1\n    }\n}\n"
SIX = "\n".join(f"        172.17.16.{last}" for last in range(30, 35))

HMAC = "auth_hmac {\n        key 1 kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\n        active_key 2\n    }"
PROCESS = "vrrp_track_process p {\n    process x\n    quorum_max 2\n    quorum 3\n}"
AGAIN = "vrrp_script checkhaproxy {\n    script /bin/true\n}"


def second(last: int, router_id: int) -> str:
    """An instance more, of the same addresses."""
    name = OWN[OWN.index("vrrp_instance") :].replace("VI_1", f"VI_{last}")
    return name.replace("virtual_router_id 51", f"virtual_router_id {router_id}")


OWNERS = (
    "\nvrrp_sync_group G {\n    group {\n        VI_O\n        VI_1\n    }\n}\n"
    "vrrp_instance VI_O {\n state MASTER\n priority 255\n interface eth0\n"
    " virtual_router_id 9\n virtual_ipaddress {\n 172.17.16.9\n }\n}\nvrrp_instance"
)

ALONE = [
    Case("syntax", "}\n\nvrrp_script", "\n\nvrrp_script", "global_defs"),
    Case("no-instance", OWN[OWN.index("vrrp_instance") :], "", "global_defs"),
    Case("unknown-keyword", "nopreempt", "nopreemt", "nopreemt"),
    Case("unknown-keyword", "global_defs", "globaldefs", "globaldefs"),
    Case("unknown-keyword", "auth_type", "auth_typ", "auth_typ"),
    Case("unknown-keyword", "    script_user", "    script_usr", "script_usr"),
    Case("unknown-keyword", "    fall", "    fail", "fail"),
    Case("line-too-long", "    script_user", f"    # {'a' * 1100}\n    script_user", "aaa"),
    Case("multicast", NO_PEER, "", "vrrp_instance"),
    Case("unicast-source", "    unicast_src_ip 172.17.16.7\n", "", "unicast_peer"),
    Case("peer-is-self", "172.17.16.13", "172.17.16.7", "unicast_peer"),
    Case("peer-is-self", "172.17.16.13", "172.17.16.3", "unicast_peer"),
    Case("address-is-node", "172.17.16.3\n", "172.17.16.7\n", "virtual_ipaddress"),
    Case("no-address", "        172.17.16.3\n", "", "virtual_ipaddress"),
    Case("no-address", "172.17.16.3\n", "fd00::5\n", "virtual_ipaddress"),
    Case("master-nopreempt", "state BACKUP", "state MASTER", "state"),
    Case("owner-nopreempt", "priority 80", "priority 255", "priority"),
    Case("preempt-delay", *put("preempt_delay 10"), "preempt_delay"),
    Case("vrrp-strict", "script_user", "vrrp_strict\n    script_user", "vrrp_strict"),
    Case("vrrp-strict", *put("strict_mode on"), "strict_mode"),
    Case("garp-delay", "    garp_master_delay 1\n", "", "vrrp_instance"),
    Case("garp-delay", "garp_master_delay 1", "garp_master_delay 0", "garp_master_delay"),
    Case("garp-refresh", "    garp_master_refresh 5\n", "", "vrrp_instance"),
    Case("garp-refresh", "garp_master_refresh 5", "garp_master_refresh 0", "garp_master_refresh"),
    Case("garp-refresh", "script_user", "vrrp_min_garp\n    script_user", "garp_master_refresh"),
    Case("no-accept", *put("accept\n    no_accept"), "no_accept"),
    Case("garp-interval-zero", "script_user", "vrrp_garp_interval 0\n script_user", "interval 0"),
    Case("too-many-addresses", "172.17.16.3\n", f"172.17.16.3\n{SIX}\n", "virtual_ipaddress"),
    Case("no-router-id", "    virtual_router_id 51\n", "", "vrrp_instance"),
    Case("router-id-reused", "\nvrrp_instance", f"\n{second(52, 51)}\nvrrp_instance", "id 51"),
    Case("router-id-conflict", "\nvrrp_instance", f"\n{second(52, 51)}\nvrrp_instance", "id 51"),
    Case("advert-int", "advert_int 1", "advert_int 0.5", "advert_int"),
    Case("syntax", "advert_int 1", "advert_int 0", "advert_int"),
    Case("syntax", "advert_int 1", "advert_int 256", "advert_int"),
    Case("advert-int", "advert_int 1", "version 3\n    advert_int 41", "advert_int"),
    Case("interface-no-arp", "interface eth0", "interface lo", "interface"),
    Case("interface-no-arp", "172.17.16.3\n", "172.17.16.3 dev tun0\n", "virtual_ipaddress"),
    Case("interface-missing", "    interface eth0\n", "", "vrrp_instance"),
    Case("vmac", *put("use_vmac"), "use_vmac"),
    Case("own-interface", *put("track_interface {\n        eth0\n    }"), "track_interface"),
    Case("auth-ignored", "script_user", "vrrp_version 3\n    script_user", "authentication"),
    Case("auth-cut", "f7Kq2xZ9", "f7Kq2xZ9+", "auth_pass"),
    Case("auth-sample", "f7Kq2xZ9", "1111", "auth_pass"),
    Case("script-undefined", "vrrp_script checkhaproxy", "vrrp_script check", "track_script"),
    Case("script-unused", TRACK, "", "vrrp_script"),
    Case("weight-nopreempt", "        checkhaproxy", "checkhaproxy weight -30", "track_script"),
    Case("weight-nopreempt", "    fall 2", "    weight -30", "track_script"),
    Case("weight-sync-group", TRACK, TRACK.replace("xy\n", "xy weight -5\n"), "track_script"),
    Case("script-security", "    enable_script_security\n", "", "global_defs"),
    Case("script-user", "    script_user root\n", "", "global_defs"),
    Case("script-shell", '-0 haproxy"', '-0 haproxy || exit 1"', "script"),
    Case("script-shell", '-0 haproxy"', '-0 haproxy >/dev/null 2>&1"', "script"),
    Case("script-shell", "/usr/bin/killall -0 haproxy", "</dev/tcp/127.0.0.1/80", "script"),
    Case("script-shell", *put('notify_master "/bin/echo hi > /tmp/x" root'), "notify_master"),
    Case("script-shell", *put("notify_master '/bin/echo hi > /tmp/x'"), "notify_master"),
    Case("script-unquoted", *put("notify_master /etc/notify.sh master"), "notify_master"),
    Case("script-unquoted", *put('notify_master "/etc/notify.sh" --master'), "notify_master"),
    Case("script-unquoted", *put('notify "/etc/notify.sh" root root x'), "notify"),
    Case("script-unquoted", SCRIPT_LINE, "script /usr/bin/killall -0 haproxy", "script"),
    Case("notify-lower-priority", *put('notify "/x/notify-switch.sh 10.0.0.1"'), "notify"),
    Case("notify-lower-priority", *put("notify_master /usr/bin/aws"), "notify_master"),
    Case("auth-cut", "f7Kq2xZ9", "ärgerlic", "auth_pass"),
    Case("auth-type-missing", "        auth_type PASS\n", "", "authentication"),
    Case("auth-ignored", "        auth_pass f7Kq2xZ9\n", "", "authentication"),
    Case("auth-hmac", *put(HMAC), "auth_hmac"),
    Case("keyword-version", *put(HMAC), "auth_hmac"),
    Case("keyword-version", *put("no_virtual_ipaddress"), "no_virtual"),
    Case("strict-ignores", *put("strict_mode"), "authentication"),
    Case("startup-delay", "script_user", "vrrp_startup_delay 90\n script_user", "startup"),
    Case("unicast-without-peer", NO_PEER, "", "unicast_src_ip"),
    Case("unicast-without-peer", "172.17.16.13", "fd00::8", "unicast"),
    Case("address-family", "172.17.16.13", "fd00::8", "fd00::8"),
    Case("address-family", "172.17.16.3\n", "fd00::5\n", "fd00::5"),
    Case("mcast-destination", *put("mcast_dst_ip 224.0.0.19"), "mcast_dst_ip"),
    Case("track-source", "unicast_src_ip 172.17.16.7", "track_src_ip", "track_src_ip"),
    Case("address-twice", "\nvrrp_instance", f"\n{second(52, 52)}\nvrrp_instance", "virtual_ip"),
    Case("vmac-ignored", *put("use_vmac"), "vrrp_instance"),
    Case("tracker-undefined", *put("track_process {\n  chk\n}"), "track_process"),
    Case("tracker-undefined", *put("track_file {\n  maint\n}"), "track_file"),
    Case("tracker-empty", f"    {SCRIPT_LINE}\n", "", "vrrp_script"),
    Case("tracked-twice", "checkhaproxy\n", "checkhaproxy\n    checkhaproxy\n", "track_script"),
    Case(
        "weight-owner",
        "priority 80",
        "priority 255\n track_interface {\n eth1 weight 5\n }",
        "track_in",
    ),
    Case("weight-nopreempt", *put("track_interface {\n eth1 weight -5\n }"), "track_interface"),
    Case("quorum-range", "\nvrrp_instance", f"\n{PROCESS}\nvrrp_instance", "quorum 3"),
    Case("group-owner", "\nvrrp_instance", OWNERS, "group"),
    Case("duplicate-check", "\nvrrp_instance", f"\n{AGAIN}\nvrrp_instance", "checkhaproxy {"),
    Case("syntax", SCRIPT_LINE, "script '/bin/x", "script"),
    Case("syntax", SCRIPT_LINE, r'script "/bin/sh -c \"a"', "script"),
    Case("syntax", *put(r'notify_master "/bin/echo \"a"'), "notify_master"),
    Case("syntax", "f7Kq2xZ9", r'"a\"b"', "auth_pass"),
    Case("syntax", "script_user", 'router_id "a\\"b"\n    script_user', "router_id"),
    Case("syntax", "script_user", 'router_id a\\"b c"\n    script_user', "router_id"),
    Case("tracker-empty", SCRIPT_LINE, "script ''", "vrrp_script"),
    Case("tracker-empty", SCRIPT_LINE, r'script "/bin/echo \\"', "vrrp_script"),
    Case("syntax", "172.17.16.3\n", "172.17.16.3 172.17.16.4\n", "172.17.16.4"),
    Case("script-interval", "interval 1", "interval 0.2", "interval"),
    Case("script-interval", "interval 1", "interval 1\n    timeout 0", "timeout"),
    Case("script-timeout", "interval 1", "interval 1\n    timeout 4", "timeout"),
    Case("script-path", SCRIPT_LINE, 'script "killall -0 haproxy"', "script"),
    Case("script-path", *put("notify_master notify.sh"), "notify_master"),
    Case("duplicate-name", "\nvrrp_instance", "\nvrrp_instance VI_1 {\n}\nvrrp_instance", "VI_1 {"),
    Case(
        "group-member", "\nvrrp_instance", GROUP.replace("VI_1", "VI_9") + "vrrp_instance", "group"
    ),
    Case("garp-group-empty", "\nvrrp_instance", "\ngarp_group {\n}\nvrrp_instance", "garp_group"),
    Case("vrf-and-interface", *put("vrf eth1"), "vrf"),
    Case("never-opened", "\nvrrp_instance", "\nvrrp_instance", "static_routes"),
    Case("interface-impossible", *dynamic("et/h0"), "et/h0"),
    Case("virtual-server", *served("protocol TCP", ""), "virtual_server"),
    Case("virtual-server", *served("10.0.0.5 80", "10.0.0.5 81"), "real_server"),
    Case("virtual-server", *served("weight 1", "weight 0"), "virtual_server"),
    Case(
        "interface-tracked-by-group",
        *top(GROUP.replace("    group", "    track_interface {\n eth0\n }\n    group")),
        "track_interface",
    ),
    Case("server-group-undefined", *served("10.0.0.9 80", "group g"), "virtual_server group"),
    Case(
        "group-member", "\nvrrp_instance", GROUP.replace("VI_1", "V$_1") + "vrrp_instance", "group"
    ),
    Case("sorry-server-order", *served("lb_algo", "sorry_server_inhibit\n lb_algo"), "inhibit"),
    Case("scheduler-flag", *served("lb_algo", "sh-port\n lb_algo"), "sh-port"),
    Case("ssl-twice", *top("SSL {\n password x\n}\nSSL {\n ca y\n}"), "SSL {"),
    Case("check-empty", *served("path /", ""), "url"),
    Case("check-empty", *served("weight 1", "MISC_CHECK {\n }"), "MISC_CHECK"),
    Case("check-undefined", *served("weight 1", "BFD_CHECK {\n name b\n }"), "name b"),
    Case("bfd-session", *top("bfd_instance b {\n}"), "bfd_instance"),
    Case("syntax", *served("connect_timeout 3", "connect_timeout x"), "connect_timeout"),
    Case("syntax", *top("bfd_instance b {\n neighbor_ip x\n}"), "neighbor_ip"),
    Case("unknown-keyword", *served("weight 1", "wieght 1"), "wieght"),
    Case("not-read", "\nvrrp_instance", "\ninclude other.conf\nvrrp_instance", "include"),
]
PEERED = [
    Case("no-counterpart", "vrrp_instance VI_1", "unknown_block VI_1", "vrrp_instance"),
    Case("same-node", "172.17.16.13", "172.17.16.7", "unicast_src_ip"),
    Case("peers-asymmetric", "        172.17.16.7\n", "        172.17.16.9\n", "unicast_src_ip"),
    Case("peers-asymmetric", "ip 172.17.16.13", "ip 172.17.16.9", "unicast_peer"),
    Case("router-id-differs", "virtual_router_id 51", "virtual_router_id 52", "virtual_router_id"),
    Case("addresses-differ", "172.17.16.3\n", "172.17.16.3\n  172.17.16.4\n", "virtual_ipaddress"),
    Case("priority-differs", "priority 80", "priority 100", "priority"),
    Case("advert-int-differs", "advert_int 1", "advert_int 5", "advert_int"),
    Case("nopreempt-differs", "    nopreempt\n", "", "nopreempt"),
    Case("auth-differs", "f7Kq2xZ9", "f7Kq2xZ0", "authentication"),
    Case("auth-differs", AUTH, "", "authentication"),
    Case("version-differs", "script_user", "vrrp_version 3\n    script_user", "vrrp_instance"),
]
CLOUD = [
    Case("not-a-havip", "172.17.16.3\n", "172.17.16.3\n  172.17.16.5\n", "virtual_ipaddress"),
    Case("havip-unused", "172.17.16.3\n", "172.17.16.4\n", "virtual_ipaddress"),
    Case("outside-subnet", "172.17.16.13", "172.17.17.13", "unicast_peer"),
    Case("outside-range", "172.17.16.13", "172.17.16.9", "unicast_peer"),
    Case("range-missing", NO_PEER, "", "vrrp_instance"),
]


def broken(case: Case, text: str = OWN) -> str:
    assert case.old in text
    changed = text.replace(case.old, case.new, 1)
    if case.rule == "never-opened":
        return changed + "static_routes"
    return changed + GROUP if case.rule == "weight-sync-group" else changed
