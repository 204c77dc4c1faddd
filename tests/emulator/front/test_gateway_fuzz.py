"""Thousands of malformed requests cause no internal error, no hang, and no change."""

from __future__ import annotations

import json
import logging
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, get_args

import pytest

from havip.api import ACTIONS, Shape
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.messages import RawRequest
from havip.emulator.http.server import EmulatorServer
from havip.emulator.state.settings import Settings

if TYPE_CHECKING:
    from tests.emulator.front.conftest import NewRequest

Tell = Callable[[str, object], None]

SAMPLE, ALL = 2_000, 100_000
SLOWEST = 5.0
FORM = "application/x-www-form-urlencoded"

ODD_TEXTS = (
    "", " ", "a" * 61, "a" * 5_000, "\x00", "\n", "\u200b", "💥" * 30, "'; DROP TABLE row;--",
    "../..", "%00", "{}", "null", "-1", "1e9", "0x10", "١٢", "NaN", "true", "None", "\ufeff",
    "10.0.0.0/33", "10.0.0.1/16", "::/0", "fe80::1%eth0", "256.1.1.1", "10.0.1", "010.0.1.5",
    "0.0.0.0", "255.255.255.255", "havip-", "havip-0000000", "HAVIP-00000000", "qcs::vpc",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**400, -0.0, 1.5, 1e308, [], {}, [[]], [{}],
    [None], {"a": {"b": []}}, [1, "1", None], {"Name": None}, {"Name": "vpc-id", "Values": []},
)  # fmt: skip
ODD_BYTES = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"[" * 40, b"{" * 40, b"9" * 400, b'"', b"\\",
    b"NaN", b"-", b"1e999", b"\r\n\r\n", b"\xef\xbb\xbf", b",", b":", b"}",
)  # fmt: skip
ODD_HEADERS = (
    "", " ", "\x00", "a" * 9_000, "é", "\udcff", "a\r\nX-TC-Action: DeleteVpc", "TC3-HMAC-SHA256",
    "TC3-HMAC-SHA256 Credential=////", "0" * 64, "9" * 30, "-5", "zh-CN", "UNSIGNED-PAYLOAD",
    ",;=/", "http://[::1", "[::1]:x", "vpc." * 300, "tencentcloudapi.com", "application/json;" * 50,
)  # fmt: skip
NAMES = (
    "Host", "Authorization", "Content-Type", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp",
    "X-TC-Region", "X-TC-Token", "X-TC-Language", "X-TC-Content-SHA256", "Content-Length", "Expect",
)  # fmt: skip
METHODS = ("", "GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "get", "PO\x00ST", "P" * 500)
TARGETS = (
    "", "*", "//", "/?", "/?=", "/?a", "/?a=1&a=2", "/?%ff=1", "/#", "/?#?", "http://", "http:///?x=1",
    "://", "vpc.tencentcloudapi.com:443", "/?" + "a=1&" * 9_000, "/?a.0.b=1&a.x=2", "/?a..b=1",
    "/?Filters.0.Name=a&Filters.0.Values.99999999=b", "/_havip/reset", "/?" + "a." * 5_000 + "b=1",
)  # fmt: skip


@dataclass
class Fuzzer:
    """Generates malformed requests from well-formed ones, the same ones for the same seed."""

    signed_request: Any
    ids: Sequence[str]
    seed: int
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def request(self) -> RawRequest:
        """Generate a request, malformed in one to three places, signed before or after."""
        action = self.chance.choice(list(ACTIONS))
        kind = ACTIONS[action]
        params: Any = self.shape(kind)
        asked = self.signed_request(
            action=action,
            service=kind.service.name,
            host=f"{kind.service.name}.tencentcloudapi.com",
        )
        for _ in range(self.chance.randint(0, 3)):
            params = self.garble(params)
        if self.chance.random() < 0.2:
            return self.spoil(self.by_get(asked, params))
        body = json.dumps(params).encode()
        for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
            body = self.noise(body)
        return self.spoil(replace(asked, body=body))

    def spoil(self, asked: Any) -> RawRequest:
        """Sign a request, and, half the time, spoil it after that."""
        raw: RawRequest = asked.raw()
        if self.chance.random() < 0.5:
            return raw
        headers = list(raw.headers)
        method, target, body = raw.method, raw.target, raw.body
        for _ in range(self.chance.randint(1, 3)):
            what = self.chance.randrange(7)
            if what < 4:
                headers = self.bend(headers)
            elif what == 4:
                method = self.chance.choice(METHODS)
            elif what == 5:
                target = self.chance.choice(TARGETS)
            else:
                body = self.noise(body)
        return RawRequest(method, target, headers, body)

    def by_get(self, asked: Any, params: Any) -> Any:
        query = "&".join(f"{k}={v}" for k, v in flat("", params) if k).replace("#", "%23")
        target = f"/?{query}".encode("utf-8", "replace").decode()
        return replace(asked, method="GET", target=target, body=b"", content_type=FORM)

    def shape(self, kind: type[Shape]) -> dict[str, Any]:
        """Generate plausible parameters of a request or a structure."""
        made: dict[str, Any] = {}
        for info in kind.model_fields.values():
            if info.is_required() or self.chance.random() < 0.25:
                made[str(info.alias)] = self.value(info.annotation, str(info.alias))
        return made

    def value(self, annotation: Any, name: str) -> Any:
        if isinstance(annotation, type) and issubclass(annotation, Shape):
            return self.shape(annotation)
        inner = [one for one in get_args(annotation) if one is not type(None)]
        if getattr(annotation, "__origin__", None) is list:
            return [self.value(inner[0], name) for _ in range(self.chance.randint(0, 3))]
        if inner:
            return self.value(inner[0], name)
        if annotation is bool:
            return self.chance.random() < 0.5
        if annotation is int:
            return self.chance.choice((0, 1, 5, 20, 100, 101))
        return self.chance.choice((*self.ids, name, self.chance.choice(ODD_TEXTS)))

    def garble(self, value: Any) -> Any:
        """Change something somewhere in JSON."""
        if self.chance.random() < 0.15:
            return self.chance.choice((*ODD_VALUES, self.chance.choice(ODD_TEXTS)))
        if isinstance(value, dict) and value:
            key = self.chance.choice(list(value))
            what = self.chance.random()
            if what < 0.1:
                return {k: v for k, v in value.items() if k != key}
            if what < 0.2:
                return {**value, self.chance.choice(ODD_TEXTS) or "x": value[key]}
            return {**value, key: self.garble(value[key])}
        if isinstance(value, list) and value:
            place = self.chance.randrange(len(value))
            if self.chance.random() < 0.1:
                return value * self.chance.choice((2, 40))
            return [*value[:place], self.garble(value[place]), *value[place + 1 :]]
        return self.chance.choice((*ODD_VALUES, *ODD_TEXTS))

    def noise(self, body: bytes) -> bytes:
        """Change something somewhere in bytes."""
        place = self.chance.randrange(len(body) + 1)
        what = self.chance.randrange(4)
        if what == 0:
            return body[:place]
        if what == 1:
            return body[:place] + self.chance.choice(ODD_BYTES) + body[place:]
        if what == 2:
            return body[:place] + self.chance.randbytes(1) + body[place + 1 :]
        return body[:place] + body

    def bend(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Drop, double, replace or break a header."""
        place = self.chance.randrange(len(headers)) if headers else 0
        what = self.chance.randrange(4) if headers else 1
        if what == 0:
            return headers[:place] + headers[place + 1 :]
        odd = self.chance.choice(ODD_HEADERS)
        if what == 1:
            return [*headers, (self.chance.choice((*NAMES, odd)), odd)]
        name, value = headers[place]
        if what == 2:
            cut = self.chance.randrange(len(value) + 1)
            odd = value[:cut] + chr(self.chance.randrange(32, 127)) + value[cut + 1 :]
        return [*headers[:place], (name, odd), *headers[place + 1 :]]


def flat(prefix: str, value: Any) -> list[tuple[str, Any]]:
    """Write parameters as a GET does."""
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = {str(index): item for index, item in enumerate(value)}.items()
    else:
        return [(prefix, value)]
    return [pair for key, item in items for pair in flat(f"{prefix}.{key}".strip("."), item)]


@pytest.fixture
def ids(cloud: Cloud, story_of: Callable[[Cloud], list[str]]) -> list[str]:
    return story_of(cloud)


@pytest.fixture
def story_of() -> Callable[[Cloud], list[str]]:
    """Populate a cloud, and return the ids and values that make requests plausible."""
    from havip import api

    def furnish(cloud: Cloud) -> list[str]:
        here = Caller(account="100000000001", region="ap-guangzhou")
        vpc = cloud.call(here, api.CreateVpc(vpc_name="a", cidr_block="10.0.0.0/16")).vpc.vpc_id
        zone = "ap-guangzhou-3"
        made = api.CreateSubnet(vpc_id=vpc, subnet_name="a", cidr_block="10.0.1.0/24", zone=zone)
        subnet = cloud.call(here, made).subnet.subnet_id
        havip = cloud.call(
            here, api.CreateHaVip(vpc_id=vpc, subnet_id=subnet, ha_vip_name="a")
        ).ha_vip
        eni = cloud.call(
            here,
            api.CreateNetworkInterface(vpc_id=vpc, subnet_id=subnet, network_interface_name="a"),
        ).network_interface
        node = cloud.call(
            here,
            api.RunInstances(
                placement=api.Placement(zone=zone),
                image_id="img-22trbn9x",
                virtual_private_cloud=api.VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet),
            ),
        ).instance_id_set[0]
        eip = cloud.call(here, api.AllocateAddresses()).address_set[0]
        address = cloud.call(here, api.DescribeAddresses()).address_set[0].address_ip
        names = ["vpc-id", "subnet-id", "havip-id", "address-ip", "CVM", "ENI", "HAVIP", zone]
        plain = ["10.0.1.77", "10.0.1.0/24", "10.2.0.0/16", "TCP", "ACCEPT", "HOST", "name"]
        things = [vpc, subnet, havip.ha_vip_id, havip.vip, eni.network_interface_id, node, eip]
        return [*things, address, *names, *plain]

    return furnish


def assault(gateway: Gateway, fuzzer: Fuzzer, number: int) -> Counter[str]:
    """Send malformed requests and check what must hold; counts the families of answers."""
    committed: list[object] = []
    gateway.cloud.on_commit = committed.append
    families: Counter[str] = Counter()
    for index in range(number):
        raw = fuzzer.request()
        began = time.perf_counter()
        answer = gateway.handle(raw)
        took = time.perf_counter() - began
        told = json.loads(answer.body)["Response"]
        code = told.get("Error", {}).get("Code", "")
        seen = f"request {index} of seed {fuzzer.seed}: {raw.method} {raw.target[:200]} "
        seen += f"{raw.headers!r} {raw.body[:500]!r} -> {told}"
        assert answer.status == 200, seen
        assert dict(answer.headers) == {"Content-Type": "application/json"}, seen
        assert not code.startswith("InternalError"), seen
        assert told["RequestId"], seen
        assert took < SLOWEST, seen
        assert not (code and committed), f"an error changed something: {seen}"
        committed.clear()
        families[code.partition(".")[0] or "answered"] += 1
    return families


def told(what: str, families: Counter[str]) -> str:
    """Format the number of requests and their most frequent answers."""
    kinds = ", ".join(f"{name} {count}" for name, count in families.most_common(6))
    return f"{families.total()} {what}: {kinds}, …"


@pytest.fixture
def fuzz(
    signed_request: NewRequest,
    cloud: Cloud,
    gateway: Gateway,
    ids: list[str],
    caplog: pytest.LogCaptureFixture,
) -> Callable[[int, int], Counter[str]]:
    def run(seed: int, number: int) -> Counter[str]:
        cloud.settings = Settings(seed=1, daily_eip_quota=False)
        with caplog.at_level(logging.ERROR):
            return assault(gateway, Fuzzer(signed_request, ids, seed), number)

    return run


@pytest.mark.fuzz
@pytest.mark.evidence("assumed")
def test_a_sample_of_malformed_requests(fuzz: Any, record_property: Tell) -> None:
    families = fuzz(20_261_123, SAMPLE)
    record_property("told", told("malformed requests to the gateway", families))
    assert len(families) > 8, "the requests fail for too few reasons to prove much"


@pytest.mark.soak
@pytest.mark.evidence("assumed")
def test_many_malformed_requests(fuzz: Any, record_property: Tell) -> None:
    families = fuzz(random.randrange(2**32), ALL)
    record_property("told", told("malformed requests to the gateway", families))


def bombard(
    server: EmulatorServer, signed_request: Any, chance: random.Random, number: int
) -> Counter[str]:
    """Send broken HTTP to a socket; counts the statuses that came back."""
    place = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    statuses: Counter[str] = Counter()
    good = signed_request(timestamp=int(time.time())).raw()
    lines = [f"{name}: {value}" for name, value in good.headers]
    whole = "\r\n".join(["POST / HTTP/1.1", *lines, "Content-Length: 2", "", "{}"]).encode()
    for _ in range(number):
        cut = chance.randrange(len(whole))
        noise = chance.choice((b"", chance.randbytes(4), *ODD_BYTES))
        keep = whole[cut:] if chance.random() < 0.7 else b""
        with socket.create_connection(place, SLOWEST) as peer:
            peer.sendall(whole[:cut] + noise + keep)
            peer.settimeout(0.01)  # a request that is not whole is waited for
            try:
                status = peer.recv(65536).partition(b"\r\n")[0].decode("latin-1")
            except TimeoutError:
                status = "HTTP/1.1 waits"
            except ConnectionResetError:
                status = "HTTP/1.1 closed"
        assert " 50" not in status, (status, cut, noise)
        statuses[status[9:].partition(" ")[0]] += 1
    return statuses


@pytest.mark.fuzz
@pytest.mark.evidence("assumed")
def test_broken_http_to_the_server(
    signed_request: NewRequest, record_property: Tell, havip_server: EmulatorServer
) -> None:
    statuses = bombard(havip_server, signed_request, random.Random(7), 200)
    record_property("told", told("broken HTTP requests to the server", statuses))
    assert havip_server.cloud.dump() == []


@pytest.mark.soak
@pytest.mark.evidence("assumed")
def test_much_broken_http_to_the_server(
    signed_request: NewRequest, record_property: Tell, havip_server: EmulatorServer
) -> None:
    statuses = bombard(havip_server, signed_request, random.Random(), 10_000)
    record_property("told", told("broken HTTP requests to the server", statuses))
    assert havip_server.cloud.dump() == []
