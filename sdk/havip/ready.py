"""Conditions for `havip.Client.wait`.

Each condition looks at all objects of a response: it holds if there is at least one object and it
holds for every one. Any function of a response can be used instead; these have a text, which the
error of a failed wait contains.

Example::

    from havip import api, ready

    client.wait(
        api.DescribeHaVips(ha_vip_ids=["havip-1a2b3c4d"]),
        ready.holder_is("ins-1a2b3c4d") & ready.eip_bound(),
    )
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from havip._checks import outcome
from havip.api._base import Response

if TYPE_CHECKING:
    from havip.api import (
        DescribeAddressesResponse,
        DescribeHaVipsResponse,
        DescribeInstancesResponse,
        DescribeNetworkInterfacesResponse,
        HaVip,
    )

R = TypeVar("R", bound=Response, contravariant=True)

__all__ = [
    "Condition",
    "addresses_are",
    "associations_are",
    "eip_bound",
    "eip_unbound",
    "gone",
    "held",
    "holder_is",
    "instances_are",
    "interfaces_are",
    "named",
    "unheld",
]


class Condition(Generic[R]):
    """A condition with a text; ``&`` and ``|`` combine two.

    Args:
        text: The text, which follows the word "not" or "is" in messages.
        test: Returns whether the condition holds for a response.
        absent: Whether it holds if the object does not exist.
    """

    def __init__(self, text: str, test: Callable[[R], bool], *, absent: bool = False) -> None:
        self.text = text
        self.absent = absent
        self._test = test

    def __call__(self, answer: R) -> bool:
        """Return whether the condition holds for a response."""
        return outcome(f"the condition {self.text!r}", self._test(answer))

    def __and__(self, other: Condition[R]) -> Condition[R]:
        return Condition(
            f"{self.text} and {other.text}",
            lambda answer: self(answer) and other(answer),
            absent=self.absent and other.absent,
        )

    def __or__(self, other: Condition[R]) -> Condition[R]:
        return Condition(
            f"{self.text} or {other.text}",
            lambda answer: self(answer) or other(answer),
            absent=self.absent or other.absent,
        )

    def __repr__(self) -> str:
        return f"<condition {self.text}>"


def _each(text: str, test: Callable[[HaVip], bool]) -> Condition[DescribeHaVipsResponse]:
    """Build a condition on every HAVIP of a response, which must have at least one."""
    return Condition(
        text, lambda answer: bool(answer.ha_vip_set) and all(map(test, answer.ha_vip_set))
    )


def held() -> Condition[DescribeHaVipsResponse]:
    """Return a condition: the HAVIP has a holder."""
    return _each("held by somebody", lambda vip: bool(vip.instance_id or vip.network_interface_id))


def unheld() -> Condition[DescribeHaVipsResponse]:
    """Return a condition: the HAVIP has no holder."""
    return _each("held by nobody", lambda vip: not vip.instance_id and not vip.network_interface_id)


def holder_is(holder: str) -> Condition[DescribeHaVipsResponse]:
    """Return a condition: an instance or a network interface holds the HAVIP.

    Args:
        holder: Its id: ``ins-…`` or ``eni-…``.
    """
    return _each(
        f"held by {holder}", lambda vip: holder in (vip.instance_id, vip.network_interface_id)
    )


def eip_bound(address: str | None = None) -> Condition[DescribeHaVipsResponse]:
    """Return a condition: an EIP is bound to the HAVIP.

    Args:
        address: The public address; any if omitted.
    """
    if address is None:
        return _each("bound to an EIP", lambda vip: bool(vip.address_ip))
    return _each(f"bound to the EIP {address}", lambda vip: vip.address_ip == address)


def eip_unbound() -> Condition[DescribeHaVipsResponse]:
    """Return a condition: no EIP is bound to the HAVIP."""
    return _each("free of an EIP", lambda vip: not vip.address_ip)


def associations_are(*instances: str) -> Condition[DescribeHaVipsResponse]:
    """Return a condition: the range of the HAVIP consists of exactly these members.

    Args:
        instances: Ids of instances, or of network interfaces; none for an empty range.
    """
    wanted = frozenset(instances)
    return _each(
        f"allowed for {', '.join(sorted(wanted)) or 'nobody'} alone",
        lambda vip: {one.instance_id for one in vip.ha_vip_association_set} == wanted,
    )


def named(name: str) -> Condition[DescribeHaVipsResponse]:
    """Return a condition: the HAVIP has this name."""
    return _each(f"named {name!r}", lambda vip: vip.ha_vip_name == name)


def instances_are(state: str) -> Condition[DescribeInstancesResponse]:
    """Return a condition: the instances are in a state, such as ``RUNNING`` or ``STOPPED``."""
    return Condition(
        state,
        lambda answer: (
            bool(answer.instance_set)
            and all(one.instance_state == state for one in answer.instance_set)
        ),
    )


def interfaces_are(state: str) -> Condition[DescribeNetworkInterfacesResponse]:
    """Return a condition: the network interfaces are in a state, such as ``AVAILABLE``."""
    return Condition(
        state,
        lambda answer: (
            bool(answer.network_interface_set)
            and all(one.state == state for one in answer.network_interface_set)
        ),
    )


def addresses_are(status: str) -> Condition[DescribeAddressesResponse]:
    """Return a condition: the EIPs have a status, such as ``UNBIND`` or ``BIND``."""
    return Condition(
        status,
        lambda answer: (
            bool(answer.address_set)
            and all(one.address_status == status for one in answer.address_set)
        ),
    )


def gone() -> Condition[Response]:
    """Return a condition: nothing is listed any more, or the object does not exist."""
    return Condition(
        "gone",
        lambda answer: (
            not any(isinstance(value, list) and value for value in vars(answer).values())
        ),
        absent=True,
    )
