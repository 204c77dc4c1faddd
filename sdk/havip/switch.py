"""Failover by API call: move a secondary private address to this machine.

Use HAVIPs where they are available: there the guests move the address themselves, without depending
on the API. Elsewhere, a keepalived notify script calls `switch_ip`, or the command ``havip
switch-ip``.

Concurrent calls: the API takes the interface that has the address as a parameter and rejects a call
that names another one, so a call only succeeds if the caller knew the current state. For any number
of callers, this leads to the following rules:

- If a move is in progress when a call first looks, the call waits for it and then moves the
  address. So of two successive calls, the later one gets the address.
- If a move starts after the call has looked, that move wins: the call waits for its end and raises
  `LostRaceError`. So of two concurrent calls, the one that the service accepts first gets the
  address, and no call takes it back.
- If the address is already at its destination, the call does nothing. Repeating a call is safe.

VRRP decides which node *should* have the address: the notify script repeats a call that lost the
race as long as its node is the VRRP master, so that the last node to become master gets the
address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from havip._checks import seconds, words
from havip._client.polling import LAST_LOOK, Pauses, poll
from havip._transport.clock import Deadline
from havip.credentials.metadata import MetadataService
from havip.errors import (
    BadAnswerError,
    BusyError,
    HavipError,
    LostAnswerError,
    NotFoundError,
    TaskError,
    ThrottledError,
    UnreachableError,
    UnsupportedError,
    UsageError,
)
from havip.ready import Condition

if TYPE_CHECKING:
    from havip.api import (
        DescribeNetworkInterfaces,
        DescribeNetworkInterfacesResponse,
        NetworkInterface,
        PrivateIpAddressSpecification,
    )
    from havip.client import Client

__all__ = ["AbsentError", "LostRaceError", "Outcome", "SwitchError", "Switched", "switch_ip"]

T = TypeVar("T")
SETTLED = frozenset({"AVAILABLE", ""})
PAUSE = 0.5
"""Seconds between two looks at an address that is being moved."""


class SwitchError(HavipError):
    """The address cannot be moved to the destination."""


class AbsentError(SwitchError):
    """The address or the destination does not exist."""


class LostRaceError(SwitchError):
    """A concurrent call moved the address elsewhere; it was left there."""


class Outcome(StrEnum):
    """The outcome of a call."""

    MOVED = "moved"
    HERE = "here"
    """Nothing to do: the address was already there."""
    PLANNED = "planned"
    """A dry run: the address would be moved."""


@dataclass(frozen=True, slots=True)
class Switched:
    """The result of `switch_ip`.

    Attributes:
        address: The address.
        outcome: The outcome.
        source: The network interface that had the address.
        source_instance: The instance of that interface; empty if it was not attached.
        destination: The network interface that has the address now; in a dry run, would have.
        destination_instance: The instance of that interface.
        seconds: The duration.
    """

    address: str
    outcome: Outcome
    source: str
    source_instance: str
    destination: str
    destination_instance: str
    seconds: float


def switch_ip(
    client: Client,
    address: str,
    to: str | None = None,
    *,
    timeout: float = 30.0,
    dry_run: bool = False,
) -> Switched:
    """Move a secondary private address to a machine, and wait until it is there.

    The cloud then sends the address's traffic to that interface. The guest must also have the
    address configured in order to respond (keepalived's ``virtual_ipaddress`` does that on the VRRP
    master).

    Example::

        done = switch_ip(havip.Client("ap-guangzhou"), "172.17.16.4")  # to this machine
        print(done.outcome, done.source, "→", done.destination)

    Args:
        client: A client of the region.
        address: The address, a secondary address of some interface in the same subnet.
        to: The destination: an instance (``ins-…``) or network interface (``eni-…``); if omitted,
            this machine, identified by its metadata service. Of an instance's interfaces, one in
            the address's subnet is used, preferably the primary one.
        timeout: Timeout in seconds, of all calls and retries together. A last look at the end may
            add half a second.
        dry_run: Whether to look only, without moving the address.

    Returns:
        The outcome.

    Raises:
        UsageError: The address or the destination is malformed.
        AbsentError: No interface has the address, or the destination does not exist.
        LostRaceError: A concurrent call moved the address elsewhere; see the module's docstring.
        SwitchError: It is a primary address, or the destination has no interface in its subnet.
        WaitTimeout: The address was not there in time; the move may still complete.
        ApiError: The service rejected a call.
        TransportError: No usable response from the service or the metadata service.
        CredentialError: No credentials were found.
    """
    return _Work(client, _address(address), to, timeout).run(dry_run=dry_run)


class _Place(NamedTuple):
    """Location of an address."""

    interface: NetworkInterface
    spec: PrivateIpAddressSpecification

    @property
    def eni(self) -> str:
        return self.interface.network_interface_id

    @property
    def subnet(self) -> str:
        return self.interface.subnet_id


def _this_machine() -> str:
    """Return this machine's id from the metadata service."""
    try:
        return MetadataService().instance_id()
    except UnreachableError as error:
        raise UnreachableError(
            f"{error}; name the node that shall have the address: --to"
        ) from None


class _Work:
    """One call of `switch_ip`."""

    def __init__(self, client: Client, address: str, to: str | None, timeout: float) -> None:
        self.client = client
        self.address = address
        self.clock = client.clock
        self.begun = self.clock.monotonic()
        self.timeout = seconds("timeout", timeout, zero=True)
        self.to = (
            self._retried(_this_machine, "the id of this machine")
            if to is None
            else words("to", to, "ins-1a2b3c4d")
        )

    def run(self, *, dry_run: bool) -> Switched:
        mine = self._mine()
        origin = self._settled(mine, first=True)
        if origin.eni in mine:
            return self._done(Outcome.HERE, origin, mine[origin.eni])
        target = self._target(mine, origin)
        if dry_run:
            return self._done(Outcome.PLANNED, origin, target)
        refusals: list[HavipError] = []

        def move() -> Switched | None:
            if refusals and self._left() < LAST_LOOK:  # too late to begin a move
                raise refusals[-1]
            refusal = self._migrate(origin, target)
            now = self._settled(mine, gone_from=None if refusal else origin.eni)
            if now.eni in mine:
                return self._done(Outcome.MOVED, origin, mine[now.eni])
            if now.eni != origin.eni:
                raise LostRaceError(
                    f"{self.address} went to {_named(now.interface)}, whose call came first, and "
                    f"was left there; to have it on {self.to} all the same, call again"
                )
            if refusal is not None:
                refusals.append(refusal)
                raise refusal
            return None

        return poll(
            move,
            what=f"the move of {self.address} to {self.to}",
            timeout=self._left(),
            clock=self.clock,
            pauses=Pauses(PAUSE, PAUSE),
            tolerate=lambda error: isinstance(error, _AGAIN) or _was_away(error),
        )

    def _mine(self) -> dict[str, NetworkInterface]:
        """Read the interfaces that may receive the address."""
        request = _interfaces_of(self.to)
        found = self._retried(
            lambda: self.client.send(request), f"the interfaces of {self.to}"
        ).network_interface_set
        if not found:
            raise AbsentError(
                f"{self.to} is not there, or has no network interface, in this region"
            )
        return {one.network_interface_id: one for one in found}

    def _settled(
        self,
        mine: dict[str, NetworkInterface],
        *,
        first: bool = False,
        gone_from: str | None = None,
    ) -> _Place:
        """Poll the location of the address until no move is in progress.

        Args:
            mine: The interfaces that may receive it, as just read.
            first: Whether this is the first look, when the address must be somewhere.
            gone_from: An interface that a completed move took it from.
        """
        vpc = next(iter(mine.values())).vpc_id
        if first and (here := _places(mine.values(), self.address)) and _still(here):
            return here[0]  # nothing to do after a single call

        def ready(answer: DescribeNetworkInterfacesResponse) -> bool:
            places = _places(answer.network_interface_set, self.address)
            if first and not places:
                return True
            return _still(places) and places[0].eni != gone_from

        answer = self.client.wait(
            _interfaces_with(self.address, vpc),
            Condition(f"done with {self.address}", ready),
            timeout=self._left(),
            delay=PAUSE,
        )
        places = _places(answer.network_interface_set, self.address)
        if not places:
            raise AbsentError(self._absent(vpc))
        return places[0]

    def _absent(self, vpc: str) -> str:
        from havip.api import DescribeHaVips, Filter

        filters = [Filter(name="vip", values=[self.address]), Filter(name="vpc-id", values=[vpc])]
        request = DescribeHaVips(filters=filters)
        vips = self._retried(
            lambda: self.client.send(request), f"the HAVIP with {self.address}"
        ).ha_vip_set
        if vips:
            return (
                f"{self.address} is the HAVIP {vips[0].ha_vip_id}, which no call moves: the guest "
                "that announces it has it, and keepalived does that by itself"
            )
        return (
            f"no network interface of {vpc} has {self.address}: give it to one of the nodes as a "
            "secondary address first (havip call AssignPrivateIpAddresses)"
        )

    def _target(self, mine: dict[str, NetworkInterface], origin: _Place) -> NetworkInterface:
        """Choose the interface that receives the address."""
        if origin.spec.primary:
            raise SwitchError(
                f"{self.address} is the primary address of {_named(origin.interface)}: only "
                "secondary ones can be moved"
            )
        near = [one for one in mine.values() if one.subnet_id == origin.subnet]
        if not near:
            raise SwitchError(
                f"{self.to} has no network interface in {origin.subnet}, where {self.address} is: "
                "an address moves within its subnet only"
            )
        return min(near, key=lambda one: (not one.primary, _index(one), one.network_interface_id))

    def _migrate(self, origin: _Place, target: NetworkInterface) -> HavipError | None:
        """Request the move and poll its task; return an error that leaves the outcome open."""
        from havip.api import MigratePrivateIpAddress

        request = MigratePrivateIpAddress(
            source_network_interface_id=origin.eni,
            destination_network_interface_id=target.network_interface_id,
            private_ip_address=self.address,
        )
        try:
            with Deadline(self.clock, self._left()):
                answer = self.client.send(request)
            self.client.migrate_private_ip_address.finish(answer, timeout=self._left())
        except _OPEN as error:
            return error
        return None

    def _retried(self, read: Callable[[], T], what: str) -> T:
        """Read something within the time of the call."""
        return poll(
            read,
            what=what,
            timeout=self._left(),
            clock=self.clock,
            pauses=Pauses(PAUSE, PAUSE),
            tolerate=lambda error: isinstance(error, BusyError | ThrottledError),
        )

    def _left(self) -> float:
        return max(0.0, self.timeout - (self.clock.monotonic() - self.begun))

    def _done(self, outcome: Outcome, origin: _Place, target: NetworkInterface) -> Switched:
        return Switched(
            address=self.address,
            outcome=outcome,
            source=origin.eni,
            source_instance=_instance(origin.interface),
            destination=target.network_interface_id,
            destination_instance=_instance(target),
            seconds=round(self.clock.monotonic() - self.begun, 3),
        )


def _was_away(error: HavipError) -> bool:
    """Return whether the address was elsewhere for a moment: other calls moved it and back."""
    return isinstance(error, NotFoundError) and error.code.endswith("AttachmentNotFound")


_AGAIN = (BusyError, ThrottledError, LostAnswerError, BadAnswerError)
"""Errors after which the move may be requested again if the address has not moved."""
_OPEN = (*_AGAIN, NotFoundError, UnsupportedError, TaskError)
"""Errors caused by a concurrent move, or after which the move may still have happened."""


def _places(interfaces: Iterable[NetworkInterface], address: str) -> list[_Place]:
    """Find an address; the API's filter also matches addresses with the same ending."""
    return [
        _Place(interface, spec)
        for interface in interfaces
        for spec in interface.private_ip_address_set
        if spec.private_ip_address == address
    ]


def _still(places: list[_Place]) -> bool:
    """Return whether an address has one location and is not being moved."""
    return len(places) == 1 and (places[0].spec.state or "") in SETTLED


def _interfaces_of(to: str) -> DescribeNetworkInterfaces:
    from havip.api import DescribeNetworkInterfaces, Filter

    if to.startswith("eni-"):
        return DescribeNetworkInterfaces(network_interface_ids=[to])
    if to.startswith("ins-"):
        filters = [Filter(name="attachment.instance-id", values=[to])]
        return DescribeNetworkInterfaces(filters=filters, limit=100)
    raise UsageError(f"{to!r} is neither an instance (ins-…) nor a network interface (eni-…)")


def _interfaces_with(address: str, vpc: str) -> DescribeNetworkInterfaces:
    from havip.api import DescribeNetworkInterfaces, Filter

    wanted = {"address-ip": address, "ip-exact-match": "true", "vpc-id": vpc}
    filters = [Filter(name=name, values=[value]) for name, value in wanted.items()]
    return DescribeNetworkInterfaces(filters=filters, limit=100)


def _address(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise UsageError(f"{text!r} is not an IPv4 address") from None


def _instance(interface: NetworkInterface) -> str:
    return interface.attachment.instance_id if interface.attachment else ""


def _index(interface: NetworkInterface) -> int:
    return interface.attachment.device_index if interface.attachment else 0


def _named(interface: NetworkInterface) -> str:
    instance = _instance(interface)
    return f"{interface.network_interface_id}{f' of {instance}' if instance else ''}"
