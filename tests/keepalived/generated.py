"""Generated keepalived.conf files: whole ones that are plausible, and mutations of them."""

from __future__ import annotations

from random import Random

from havip.keepalived.config.keywords import KEYWORDS

NUMBERS = ["0", "1", "2", "3", "5", "10", "50", "100", "253", "254", "255", "256", "-1", "-20"]
ODD = ["1.5", "0.5", "0.01", "1e3", "+5", "007", "x", "", '""', '" 5"', "4294967296", "1_0"]
ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.9", "10.0.0.9/24", "fd00::5", "fe80::1", "fd00::5/64"]
BAD_ADDRESSES = ["10.0.0.256", "10.0.0", "10.0.0.1/33", "10.0.0.1/x", "01.2.3.4", "::g", "eth0"]
NICS = ["eth0", "eth1", "lo", "a-name-that-is-long"]
WORDS = ["true", "off", "maybe", "MASTER", "BACKUP", "weight", "reverse", "noreverse", "dev", "all"]
SCRIPTS = [
    '"/bin/true"',
    "/bin/true",
    '"/bin/true -a b"',
    "'/bin/true'",
    '"/usr/bin/test -e /"',
    "/bin/true || exit 1",
]


def whole(random: Random) -> str:
    """Return a file that is right in most of its parts."""
    count = random.choice([1, 1, 1, 2, 3])
    names = [f"VI_{number}" for number in range(1, count + 1)]
    parts = [_definitions(random)]
    parts += [_script(random, name) for name in ("c1", "c2") if random.random() < 0.97]
    if random.random() < 0.2:
        parts.append(_file(random))
    parts += [_instance(random, name, at) for at, name in enumerate(names)]
    if count > 1 and random.random() < 0.5:
        parts.insert(random.randrange(len(parts) + 1), _group(random, names))
    if random.random() < 0.15:
        parts.append(_bfd(random))
    if random.random() < 0.25:
        parts.append(_virtual_server(random))
    if random.random() < 0.03:
        random.shuffle(parts)
    return "\n".join(parts) + "\n"


def _block(head: str, lines: list[str]) -> str:
    return "\n".join([f"{head} {{", *(f"    {line}" for line in lines), "}"])


def _maybe(random: Random, chance: float, *lines: str) -> list[str]:
    if random.random() >= chance:
        return []
    return [lines[0] if random.random() < 0.9 else random.choice(lines)]


def _definitions(random: Random) -> str:
    lines = _maybe(random, 0.95, "enable_script_security")
    lines += _maybe(random, 0.95, "script_user root")
    lines += _maybe(random, 0.3, "router_id lb1", 'router_id "lb - 1"', "router_id")
    lines += _maybe(random, 0.2, "vrrp_version 2", "vrrp_version 3", "vrrp_version 4")
    lines += _maybe(random, 0.02, "vrrp_strict")
    lines += _maybe(
        random, 0.2, "vrrp_garp_interval 0.01", "vrrp_garp_interval 0", "vrrp_gna_interval 0"
    )
    lines += _maybe(random, 0.2, "vrrp_startup_delay 5", "vrrp_startup_delay 0")
    lines += _maybe(random, 0.1, "notification_email {\n a@b.c\n }", "smtp_alert", "smtp_alert x")
    lines += _maybe(
        random, 0.1, "dynamic_interfaces", "max_auto_priority", "vrrp_mcast_group4 224.0.0.19"
    )
    return _block("global_defs", lines)


def _script(random: Random, name: str) -> str:
    lines = [f"script {random.choice(SCRIPTS[:5])}"]
    lines += _maybe(random, 0.7, "interval 1", "interval 2", "interval 5", "interval 0.5")
    lines += _maybe(random, 0.4, "timeout 1", "timeout 3", "timeout 0")
    lines += _maybe(random, 0.3, "weight -20", "weight 5 reverse", "weight 254", "weight 5 up")
    lines += _maybe(random, 0.4, "fall 2", "fall 0")
    lines += _maybe(random, 0.4, "rise 1", "rise 2")
    lines += _maybe(random, 0.1, "user root", "user root root", "init_fail")
    return _block(f"vrrp_script {name}", lines)


def _file(random: Random) -> str:
    keyword = random.choice(["track_file", "vrrp_track_file"])
    lines = _maybe(random, 0.9, "file /run/maint") + _maybe(random, 0.3, "weight 5", "weight x")
    return _block(f"{keyword} f1", lines)


def _instance(random: Random, name: str, at: int) -> str:
    lines = _maybe(random, 0.9, "state BACKUP", "state BACKUP", "state BACKUP", "state MASTER")
    lines += [f"interface {random.choice(['eth0'] * 20 + ['eth1'])}"]
    lines += [f"virtual_router_id {random.choice([51 + at] * 20 + [51])}"]
    lines += _maybe(random, 0.9, "priority 100", "priority 80", "priority 254", "priority 255")
    lines += _maybe(random, 0.6, "nopreempt") + _maybe(random, 0.03, "preempt_delay 5", "preempt")
    lines += _maybe(random, 0.6, "advert_int 1", "advert_int 1", "advert_int 0.2", "advert_int 50")
    lines += _maybe(random, 0.1, "accept", "version 2", "version 3", "debug 2", "smtp_alert")
    auth = "authentication {\n auth_type PASS\n auth_pass 1111\n }"
    lines += _maybe(
        random, 0.5, auth, auth, auth.replace("PASS", "AH"), auth.replace("1111", "ärger12")
    )
    if random.random() < 0.9:
        lines += _maybe(random, 0.95, "unicast_src_ip 10.0.0.1", "unicast_src_ip 10.0.0.1/24")
        lines += [_list("unicast_peer", random, ["10.0.0.2", "10.0.0.3", "10.0.0.2/32", "fd00::2"])]
    address = f"10.0.{at}.9"
    held = [address, address, f"{address}/24", f"{address} dev eth0", f"{address} label eth0:1"]
    held += [f"{address} brd +", f"{address} scope link", f"{address} {address}", "fd00::9"]
    lines += [_list("virtual_ipaddress", random, held)]
    lines += _maybe(random, 0.1, "virtual_ipaddress_excluded {\n fd00::7\n }")
    lines += _maybe(random, 0.7, "garp_master_delay 1") + _maybe(
        random, 0.7, "garp_master_refresh 5"
    )
    lines += _maybe(random, 0.1, "garp_master_repeat 1", "garp_master_repeat 0", "track_src_ip")
    if random.random() < 0.7:
        tracked = [
            "c1",
            "c1",
            "c2",
            "c1 weight -5",
            "c1 weight 2 reverse",
            "c1 weight",
            "c3",
            "c1 x",
        ]
        lines += [_list("track_script", random, tracked)]
    if random.random() < 0.2:
        lines += [
            _list(
                "track_interface",
                random,
                ["eth1", "eth1 weight -5", "eth0", "eth1 weight -5", "eth2"],
            )
        ]
    lines += _maybe(random, 0.02, "track_file {\n f1\n }", "track_file {\n f1 weight 0\n }")
    lines += _maybe(random, 0.15, 'notify "/bin/true"', "notify_master /bin/true", "notify")
    lines += _maybe(
        random, 0.08, "use_vmac", "vmac_xmit_base", "native_ipv6", "mcast_dst_ip 224.0.0.19"
    )
    lines += _maybe(
        random,
        0.08,
        "dont_track_primary",
        "unicast_ttl 10",
        "dont_track_primary",
        "lower_prio_no_advert",
    )
    if random.random() < 0.3:
        random.shuffle(lines)
    return _block(f"vrrp_instance {name}", lines)


def _list(name: str, random: Random, known: list[str]) -> str:
    entries = random.sample(known, random.choice([1, 1, 1, 1, 2]))
    if random.random() < 0.9:
        entries = known[:1]
    return "\n".join([f"{name} {{", *(f"     {entry}" for entry in entries), "    }"])


def _group(random: Random, names: list[str]) -> str:
    members = random.choice([names, names, names[:1], [*names, "VI_9"]])
    inner = "\n".join(["group {", *members, "}"])
    lines = [
        inner,
        *_maybe(random, 0.2, "global_tracking", "sync_group_tracking_weight", "smtp_alert"),
    ]
    return _block("vrrp_sync_group G1", lines)


def _bfd(random: Random) -> str:
    lines = [f"{random.choice(['neighbor_ip', 'neighbour_ip'])} 10.0.0.2"]
    lines += _maybe(random, 0.3, "source_ip 10.0.0.1", "source_ip fd00::1")
    for keyword in ("min_rx", "min_tx", "idle_tx"):
        lines += _maybe(random, 0.3, f"{keyword} 1000", f"{keyword} 50.5", f"{keyword} 0")
    lines += _maybe(random, 0.3, "multiplier 5", "multiplier 256")
    lines += _maybe(random, 0.2, "passive", "ttl 10", "max_hops 20", "weight 5 reverse", "vrrp")
    return _block("bfd_instance b1", lines)


def _virtual_server(random: Random) -> str:
    heads = ["10.0.0.9 80"] * 12 + ["10.0.0.9", "fwmark 1", "group g1", "fd00::9 80", "group"]
    lines = _maybe(random, 0.9, "delay_loop 6", "delay_loop 0")
    lines += _maybe(random, 0.97, "lb_algo rr", "lvs_sched wlc", "lb_algo none")
    lines += _maybe(random, 0.97, "lb_kind NAT", "lvs_method DR", "lb_kind TUN type gue port 5")
    lines += _maybe(random, 0.95, "protocol TCP", "protocol udp", "protocol ICMP")
    lines += _maybe(random, 0.2, "persistence_timeout 50", "persistence_timeout 0")
    lines += _maybe(
        random, 0.1, "quorum 2", "hysteresis 1", "ha_suspend", "ops", "alpha", "weight 2"
    )
    lines += _maybe(random, 0.2, "sorry_server 10.0.0.8 80", "sorry_server_inhibit")
    servers = random.choice(
        [[5], [5, 6], [5, 6], [5, 5], []] if random.random() < 0.3 else [[5, 6]]
    )
    lines += [_real_server(random, last) for last in servers]
    group = "virtual_server_group g1 {\n 10.0.0.9 80\n}\n" if random.random() < 0.1 else ""
    return group + _block(f"virtual_server {random.choice(heads)}", lines)


def _real_server(random: Random, last: int) -> str:
    ports = ["80"] * 12 + ["81", "0", "", "65536"]
    lines = _maybe(random, 0.8, "weight 1", "weight 0", "weight -1")
    lines += _maybe(random, 0.2, "inhibit_on_failure", "lvs_method DR", "notify_up /bin/true")
    lines += _maybe(random, 0.7, random.choice(_CHECKS))
    return _block(f"real_server 10.0.0.{last} {random.choice(ports)}", lines)


_CHECKS = [
    "TCP_CHECK {\n connect_timeout 3\n}",
    "TCP_CHECK {\n connect_port 80\n bindto 10.0.0.1\n retry 3\n delay_before_retry 1\n}",
    "HTTP_GET {\n url {\n path /health\n status_code 200 300-399\n}\n connect_timeout 3\n}",
    "SSL_GET {\n url {\n path /\n digest 0123456789abcdef0123456789abcdef\n}\n}",
    "HTTP_GET {\n connect_timeout 3\n nb_get_retry 3\n}",
    'MISC_CHECK {\n misc_path "/bin/true -x"\n misc_timeout 5\n}',
    "DNS_CHECK {\n type A\n name example.com\n}",
    "SMTP_CHECK {\n host {\n connect_ip 10.0.0.5\n}\n helo_name x\n}",
    "UDP_CHECK {\n connect_port 53\n require_reply\n}",
    "PING_CHECK {\n retry 2\n}",
    "BFD_CHECK {\n name b1\n}",
    "FILE_CHECK {\n track_file f1\n}",
]


def mutated(text: str, random: Random) -> str:
    """Return a text with one to three mistakes, or changes that mean nothing."""
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        lines = text.split("\n")
        at = random.randrange(len(lines))
        text = "\n".join(random.choice(_MUTATIONS)(lines, at, random))
    return text


def _drop(lines: list[str], at: int, random: Random) -> list[str]:
    return lines[:at] + lines[at + 1 :]


def _double(lines: list[str], at: int, random: Random) -> list[str]:
    return lines[: at + 1] + lines[at:]


def _swap(lines: list[str], at: int, random: Random) -> list[str]:
    other = random.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]
    return lines


def _value(lines: list[str], at: int, random: Random) -> list[str]:
    words = lines[at].split(" ")
    pool = random.choice([NUMBERS, NUMBERS, ODD, ADDRESSES, BAD_ADDRESSES, NICS, WORDS])
    words[random.randrange(len(words))] = random.choice(pool)
    lines[at] = " ".join(words)
    return lines


def _more(lines: list[str], at: int, random: Random) -> list[str]:
    lines[at] += " " + random.choice(NUMBERS + ADDRESSES + WORDS + ["{", "}", "# comment", "!x"])
    return lines


def _letter(lines: list[str], at: int, random: Random) -> list[str]:
    line = lines[at]
    if line:
        spot = random.randrange(len(line))
        lines[at] = (
            line[:spot]
            + random.choice(["", "a", "{", "}", '"', "#", "!", "$", " "])
            + line[spot + random.choice([0, 1]) :]
        )
    return lines


def _join(lines: list[str], at: int, random: Random) -> list[str]:
    if at + 1 < len(lines):
        lines[at : at + 2] = [f"{lines[at]} {lines[at + 1].strip()}"]
    return lines


def _split(lines: list[str], at: int, random: Random) -> list[str]:
    words = lines[at].split(" ")
    spot = random.randrange(len(words))
    return [*lines[:at], " ".join(words[:spot]), " ".join(words[spot:]), *lines[at + 1 :]]


def _keyword(lines: list[str], at: int, random: Random) -> list[str]:
    blocks = ["vrrp_instance", "vrrp_script", "virtual_server", "real_server", "TCP_CHECK"]
    block = random.choice([*blocks, "bfd_instance"])
    return [*lines[:at], random.choice(sorted(KEYWORDS[block])), *lines[at:]]


def _define(lines: list[str], at: int, random: Random) -> list[str]:
    words = lines[at].split(" ")
    if len(words) < 2 or any(mark in lines[at] for mark in "{}\"'"):
        return lines
    value, words[-1] = words[-1], random.choice(["$X", "${X}", "$X"])
    shape = random.choice([f"$X={value}", f"$X= {value}", f"$X=\\\n {value}", f"$X={value} # y"])
    lines[at] = " ".join(words)
    return [shape, *lines]


def _condition(lines: list[str], at: int, random: Random) -> list[str]:
    lines[at] = random.choice(["@a ", "@^a ", "@^b "]) + lines[at].strip()
    return lines


def _comment(lines: list[str], at: int, random: Random) -> list[str]:
    lines[at] = random.choice(["# ", "! "]) + lines[at]
    return lines


def _blank(lines: list[str], at: int, random: Random) -> list[str]:
    lines[at] = random.choice(["\t", "  ", "\r", ""]).join(["", lines[at].replace(" ", "\t"), ""])
    return lines


_MUTATIONS = [
    _drop,
    _double,
    _swap,
    _value,
    _value,
    _value,
    _more,
    _letter,
    _letter,
    _join,
    _split,
    _keyword,
    _define,
    _condition,
    _comment,
    _blank,
]
