"""Changes in place that take an action of their own, from preview to no drift."""

from __future__ import annotations

import pulumi
import pytest

import pulumi_havip
from havip.testing import StackFactory


def surroundings() -> None:
    config = pulumi.Config()
    pulumi_havip.Eip("front", name="front", bandwidth=config.get_int("bandwidth") or 5)


@pytest.mark.parametrize("delay", [0.0, 4.0])
def test_the_bandwidth_of_an_eip_is_changed(havip_stack: StackFactory, delay: float) -> None:
    stack = havip_stack(surroundings)
    stack.control.configure(task_delay=delay)
    stack.config["bandwidth"] = "20"
    assert stack.preview().counts["update"] == 1
    assert stack.up().counts["update"] == 1
    assert stack.resource("front", "Eip").outputs["bandwidth"] == 20
    (eip,) = stack.client.describe_addresses().address_set
    assert eip.bandwidth == 20
    stack.assert_no_drift()
    stack.assert_clean_destroy()


def test_a_bandwidth_that_cannot_be_had_says_why(havip_stack: StackFactory) -> None:
    stack = havip_stack(surroundings)
    stack.control.configure(failing_tasks={"ModifyAddressesBandwidth": "no capacity"})
    stack.config["bandwidth"] = "20"
    with pytest.raises(AssertionError, match="ModifyAddressesBandwidth"):
        stack.up()
    stack.control.configure(failing_tasks={})
    stack.up()
    stack.assert_no_drift()
