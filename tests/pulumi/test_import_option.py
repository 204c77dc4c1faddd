"""The option `import_` on the Python classes: refused in a line that names what works."""

from __future__ import annotations

import pulumi
import pytest

import pulumi_havip as havip
from havip.testing import StackFactory
from pulumi_havip.testing import StackFailedError


def test_a_resource_with_an_id_is_adopted_instead(havip_stack: StackFactory) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(import_="vpc-1a2b3c4d")
        havip.Vpc("net", cidr_block="10.0.0.0/16", opts=opts)

    with pytest.raises(StackFailedError) as failed:
        havip_stack(program)
    assert "adopt='vpc-1a2b3c4d'" in str(failed.value)
    assert "KeyError" not in str(failed.value)


def test_an_attachment_needs_neither(havip_stack: StackFactory) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(import_="havip-1a2b3c4d#ins-1a2b3c4d")
        havip.HaVipInstanceAttachment(
            "a", ha_vip_id="havip-1a2b3c4d", instance_id="ins-1a2b3c4d", opts=opts
        )

    with pytest.raises(StackFailedError, match="taken over as it is"):
        havip_stack(program)
