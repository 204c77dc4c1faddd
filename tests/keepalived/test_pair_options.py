"""Any pair that `lb_pair` builds is accepted by keepalived, and the linter finds nothing wrong."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from havip.keepalived import lb_pair, render, unavailable
from havip.keepalived.check import check_all
from havip.keepalived.errors import KeepalivedError
from havip.keepalived.lint import lint
from havip.keepalived.nodes.health_checks import (
    HAPROXY_CHECK,
    MARIADB_CHECK,
    NGINX_CHECK,
    http_check,
    postgresql_check,
)

REASON = unavailable()
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]
HMAC = "k" * 32
OPTIONS: dict[str, list[Any]] = {
    "vip": ["10.0.0.9", ["10.0.0.9", "10.0.0.10"], [f"10.0.0.{n}" for n in range(20, 27)]],
    "nodes": [["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2", "10.0.0.3"], ["10.0.0.1"]],
    "auth_pass": ["f7Kq2xZ9", "x", "a b", 'a"b', "ärgerlic", "a#b", "a!b", "a{b", "$X", "1"],
    "subnet": [None, "10.0.0.0/24", "10.0.0.8/29"],
    "interface": ["eth0", "ens5", "eth0.100", "bond0", "a-name-that-is-too-long", "e/0", "$i"],
    "virtual_router_id": [51, 1, 255, 0, 256],
    "priority": [80, 1, 254, 255, 0],
    "advert_int": [1, 2, 1.0, 0.5, 0, 255, 256, 1.5, 0.2, 0.01, 0.005, 40.95, 40.96, 41.5],
    "name": ["VI_1", "web", "a b", "x#", "é"],
    "check": [
        *(HAPROXY_CHECK, NGINX_CHECK, MARIADB_CHECK, postgresql_check()),
        http_check("http://127.0.0.1:8404/health", seconds=3),
    ],
    "check_interval": [None, 1, 5, 0, 0.5],
    "check_fall": [None, 1, 3, 0],
    "garp_master_refresh": [5, 30, 1, -1],
    "startup_delay": [None, 5, 0.5, 0, 90],
    "track_src_ip": [False, True],
    "notify": [None, "/etc/keepalived/notify.sh", "/bin/sh -c 'echo #'", '"x', "notify"],
}


def options(random: Random) -> dict[str, Any]:
    """Generate options that are usual in most of their parts."""
    return {
        name: values[0] if random.random() < 0.9 else random.choice(values)
        for name, values in OPTIONS.items()
    }


def search(seed: int, count: int) -> None:
    random = Random(seed)
    counts: Counter[str] = Counter()
    texts: list[str] = []
    given: list[dict[str, Any]] = []
    for _ in range(count):
        chosen = options(random)
        version = "2.2.7"
        if chosen["advert_int"] % 1 and random.random() < 0.9:
            chosen["auth_pass"] = None
        if random.random() < 0.1:
            chosen |= {"auth_pass": None, "hmac_key": HMAC}
            version = "2.4.0"
        try:
            files = [render(one) for one in lb_pair(**chosen).values()]
        except KeepalivedError as error:
            counts["refused in a line" if "\n" not in str(error) else "refused"] += 1
            continue
        for number, text in enumerate(files):
            others = {str(n): other for n, other in enumerate(files) if n != number}
            found = lint(text, peers=others, keepalived=version)
            assert [one for one in found if one.severity == "error"] == [], (chosen, text)
        counts["built"] += 1
        counts["of VRRP 3"] += "vrrp_version 3" in files[0]
        if version == "2.2.7":
            texts.append(files[0])
            given.append(chosen)
    for chosen, text, result in zip(given, texts, check_all(texts), strict=True):
        said = [one for one in result.complaints if "not found/accessible" not in one.text]
        assert result.ok or not said, (chosen, text, said)
    print(f"seed {seed}: {count} sets of options: {dict(counts)}, {len(texts)} accepted")
    assert counts["built"] > count // 20
    assert counts["of VRRP 3"] > 0
    assert not counts["refused"]


def test_some_pairs_are_accepted() -> None:
    search(1, 200)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 7))
def test_many_pairs_are_accepted(seed: int) -> None:
    search(seed, 10_000)
