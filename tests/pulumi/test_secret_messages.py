"""No message, event or error shows the value of a secret setting."""

from __future__ import annotations

import io
from collections.abc import Callable

import pulumi
import pytest

import pulumi_havip as havip
from havip.testing import StackFactory
from pulumi_havip.engine.display_json import JsonLines
from pulumi_havip.engine.secret_filter import SecretFilter
from pulumi_havip.testing import StackFailedError
from tests.canaries import Canaries

Use = Callable[[pulumi.Output[str], havip.Vpc, havip.Subnet], object]


def _raise(value: str) -> None:
    raise RuntimeError(f"cannot use {value}")


USES: dict[str, Use] = {
    "vip": lambda s, v, n: havip.HaVip("bad", vpc_id=v.id, subnet_id=n.id, vip=s),
    "cidr_block": lambda s, _v, _n: havip.Vpc("bad", cidr_block=s),
    "destination": lambda s, _v, n: havip.RouteEntry(
        "bad", route_table_id=n.route_table_id, destination_cidr_block=s, gateway_id="havip-1"
    ),
    "ha_vip_id": lambda s, _v, _n: havip.HaVipEipAttachment("bad", ha_vip_id=s, address_ip=s),
    "adopt": lambda s, _v, _n: havip.Vpc("bad", cidr_block="10.1.0.0/16", adopt=s),
    "search": lambda s, _v, _n: pulumi.export("x", havip.get_ha_vips_output(vip=s)),
    "look-up": lambda s, _v, _n: pulumi.export("x", havip.get_ha_vip_output(name=s).id),
    "exception": lambda s, _v, _n: pulumi.export("x", s.apply(_raise)),
}


@pytest.mark.parametrize("use", USES)
def test_an_error_about_a_secret_setting_masks_it(havip_stack: StackFactory, use: str) -> None:
    canaries = Canaries(len(use))
    canary = canaries.make(use)

    def program() -> None:
        vpc = havip.Vpc("net", cidr_block="172.17.0.0/16")
        zone = "ap-guangzhou-3"
        subnet = havip.Subnet("web", vpc_id=vpc.id, cidr_block="172.17.16.0/24", zone=zone)
        USES[use](pulumi.Config().require_secret("canary"), vpc, subnet)

    stack = havip_stack(program, deploy=False, secrets={"canary": canary})
    lines = io.StringIO()
    with pytest.raises(StackFailedError) as caught:
        stack.up()
    for event in stack.events:
        JsonLines(lines)(event)
    result = caught.value.result
    texts = [*(step.error for step in result.steps), *(item.text for item in result.messages)]
    told = "\n".join([str(caught.value), lines.getvalue(), result.error, *texts])
    assert canaries.found_in(told.encode()) == []
    assert "[secret]" in told


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("", "a text", "a text"),
        ("a", "a text", "a text"),
        ("ab", "absent", "absent"),  # the CLI masks from three bytes on
        ("abc", "<abc> 'abc'", "<[secret]> '[secret]'"),
        ('x"y\\z', "'x\"y\\\\z' " + r"x\"y\\z", "'[secret]' [secret]"),
        ("one\ntwo\n", "<one\ntwo>", "<[secret]\n[secret]>"),
        ('{"user": "root", "pin": [12345, true]}', "root 12345 true", "[secret] [secret] true"),
        ("[not JSON", "is [not JSON", "is [secret]"),
    ],
)
def test_a_secret_is_masked_in_every_form_that_a_text_shows(
    secret: str, text: str, shown: str
) -> None:
    assert SecretFilter([secret])(text) == shown


def test_the_longest_of_several_secrets_is_masked_whole() -> None:
    assert SecretFilter(["abc", "abcdef", "abcd"])("abcdefg abcx") == "[secret]g [secret]x"
