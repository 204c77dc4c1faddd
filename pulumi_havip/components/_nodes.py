"""The nodes of a pair: instances that the component creates, or existing ones given by id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NotRequired

import pulumi
from typing_extensions import TypedDict

from pulumi_havip import Instance, Subnet
from pulumi_havip.components._errors import SetupError, refusing
from pulumi_havip.resources.base import told_by
from pulumi_havip.resources.provider import Provider


class NodeArgs(TypedDict):
    """One node of a pair.

    Attributes:
        private_ip: Its private address. Required for an instance that the component creates;
            looked up for an existing one if omitted.
        instance_id: The id of an existing instance, whichever provider created it. If omitted,
            the component creates an instance.
        name: Its name in the outputs and, for an instance that is created, in the console. The
            default is the pair's name with a number.
    """

    private_ip: NotRequired[pulumi.Input[str]]
    instance_id: NotRequired[pulumi.Input[str]]
    name: NotRequired[str]


class WitnessArgs(NodeArgs):
    """The third machine of a database cluster, which never holds the HAVIP.

    Attributes:
        instance_type: The instance type, if it is created and differs from that of the nodes.
        system_disk_size: The size of its system disk in GB, if it differs.
    """

    instance_type: NotRequired[pulumi.Input[str]]
    system_disk_size: NotRequired[pulumi.Input[int]]


class MachineArgs(TypedDict):
    """Properties shared by all instances that a component creates.

    Attributes:
        image_id: The image, a Debian or Ubuntu with cloud-init.
        instance_type: The instance type, such as ``S5.MEDIUM4``.
        zone: The availability zone of the subnet.
        security_group_ids: Security groups. They must allow VRRP (protocol 112) between the
            nodes, and the ports that the pair serves.
        key_ids: The SSH keys that may log in.
        password: The login password, instead of keys.
        charge_type: The billing mode; the default is pay-as-you-go.
        system_disk_type: The type of their system disk, such as ``CLOUD_PREMIUM``.
        system_disk_size: The size of their system disk in GB.
        placement_group_id: The placement group that spreads them over hosts; created if omitted.
    """

    image_id: pulumi.Input[str]
    instance_type: pulumi.Input[str]
    zone: pulumi.Input[str]
    security_group_ids: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    key_ids: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    password: NotRequired[pulumi.Input[str]]
    charge_type: NotRequired[pulumi.Input[str]]
    system_disk_type: NotRequired[pulumi.Input[str]]
    system_disk_size: NotRequired[pulumi.Input[int]]
    placement_group_id: NotRequired[pulumi.Input[str]]


_MACHINE_NEEDS: Final = ("image_id", "instance_type", "zone")

Nodes = Sequence[NodeArgs | pulumi.Input[str]]
"""Nodes: each is a mapping of properties, or the id of an existing instance."""


@dataclass(frozen=True)
class PairNode:
    """A node in the form that the component works with.

    Attributes:
        name: Its name.
        given_ip: The address given in the program.
        instance_id: The id of the existing instance; None if the component creates it.
        private_ip: Its address.
        property: The component's property that names it, for error messages.
        machine: Machine properties that differ from those of the other nodes.
    """

    name: str
    given_ip: pulumi.Input[str] | None
    instance_id: pulumi.Input[str] | None
    private_ip: pulumi.Output[str]
    property: str
    machine: Mapping[str, Any] = field(default_factory=dict)


def read_nodes(
    owner: str,
    pair: str,
    nodes: Nodes,
    machine: MachineArgs | None,
    parent: pulumi.Resource | None = None,
) -> list[PairNode]:
    """Parse the nodes given in the program.

    Args:
        owner: The component, for errors.
        pair: The component's name.
        nodes: The nodes.
        machine: The machine properties shared by the nodes to create.
        parent: The component itself; its provider looks up existing nodes.

    Raises:
        SetupError: A node is invalid or lacks a property.
    """
    _check_machine(owner, machine)
    found = [
        _read_node(owner, f"nodes[{at}]", f"{pair}-{at + 1}", node, machine, parent)
        for at, node in enumerate(nodes)
    ]
    _check_names(owner, found)
    return found


def read_witness(
    owner: str,
    pair: str,
    nodes: Sequence[PairNode],
    witness: WitnessArgs | pulumi.Input[str],
    machine: MachineArgs | None,
    parent: pulumi.Resource | None = None,
) -> PairNode:
    """Parse the witness, the third machine of a cluster.

    Args:
        owner: The component, for errors.
        pair: The component's name.
        nodes: The nodes behind the HAVIP; the witness must not be one of them.
        witness: The third machine.
        machine: The machine properties shared by the nodes to create.
        parent: The component; its provider looks up an existing witness.

    Raises:
        SetupError: The witness is invalid, lacks a property, or is one of the nodes.
    """
    given: Any = witness
    own: dict[str, Any] = {}
    if isinstance(given, Mapping):
        own = {name: given[name] for name in _WITNESS_OWN if name in given}
        given = {name: value for name, value in given.items() if name not in own}
    found = _read_node(owner, "witness", f"{pair}-witness", given, machine, parent)
    for node in nodes:
        id = found.instance_id
        if id is not None and (id is node.instance_id or _same_text(id, node.instance_id)):
            raise SetupError(
                owner,
                f"witness: it is {node.property} as well, which is in the HAVIP's range: give a "
                "third machine",
            )
    _check_names(owner, [*nodes, found])
    return replace(found, machine=own)


def _same_text(one: object, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one == other


_WITNESS_OWN: Final = ("instance_type", "system_disk_size")


def _check_names(owner: str, found: Sequence[PairNode]) -> None:
    names = [node.name for node in found]
    for name in names:
        if names.count(name) > 1:
            raise SetupError(owner, f"nodes: two are named {name!r}: give each its own name")


def _check_machine(owner: str, machine: object) -> None:
    """Validate the machine properties before anything waits for an instance."""
    if machine is None:
        return
    if not isinstance(machine, Mapping):
        # The value may contain a password, so the message does not repeat it.
        kind = type(machine).__name__
        raise SetupError(owner, f"machine: it is of the type {kind}, no mapping: {_needs()}")
    for name in machine.keys() - MachineArgs.__annotations__.keys():
        known = ", ".join(MachineArgs.__annotations__)
        raise SetupError(owner, f"machine: {name!r} is not a property of a machine: use {known}")
    if lacks := ", ".join(name for name in _MACHINE_NEEDS if machine.get(name) is None):
        raise SetupError(owner, f"machine: it lacks {lacks}: {_needs()}")


def _needs() -> str:
    return f"a machine needs {', '.join(_MACHINE_NEEDS)}"


def _read_node(
    owner: str,
    where: str,
    default: str,
    given: object,
    machine: object,
    parent: pulumi.Resource | None,
) -> PairNode:
    if not isinstance(given, str | Mapping | Awaitable | pulumi.Output):
        raise SetupError(
            owner,
            f"{where}: {given!r} is not a node: give the id of an instance that exists, or its "
            "properties, such as {'private_ip': '10.0.0.7'}",
        )
    args: Mapping[str, Any] = given if isinstance(given, Mapping) else {"instance_id": given}
    for name in args.keys() - NodeArgs.__annotations__.keys():
        known = ", ".join(NodeArgs.__annotations__)
        raise SetupError(owner, f"{where}: {name!r} is not a property of a node: use {known}")
    id, ip = args.get("instance_id"), args.get("private_ip")
    if id is None and ip is None:
        raise SetupError(
            owner,
            f"{where}.private_ip: a machine that is made needs its address beforehand, since "
            "its peer's files hold it: choose a free one of the subnet",
        )
    if id is None and machine is None:
        raise SetupError(
            owner,
            f"{where}.instance_id: it names no instance, and nothing says how to make one: "
            "give the id of one, or `machine`",
        )
    name = args.get("name") or default
    if not isinstance(name, str):
        raise SetupError(
            owner,
            f"{where}.name: {name!r} is not text that is known beforehand, as a name must be",
        )
    if ip is not None:
        address: pulumi.Output[str] = pulumi.Output.from_input(ip)
    else:
        address = _address_of(owner, where, id or "", parent)
    return PairNode(name, ip, id, address, where)


def subnet_cidr(
    owner: str,
    subnet_id: pulumi.Input[str],
    given: pulumi.Input[str] | None,
    parent: pulumi.Resource | None = None,
) -> pulumi.Output[str]:
    """Return the CIDR block of a subnet: as given, from the program's own subnet, or looked up."""
    if given is not None:
        return pulumi.Output.from_input(given)

    def find(id: str, settings: Mapping[str, Any]) -> str:
        with refusing(owner, "subnet_id"):
            return str(look_up("getSubnet", id, settings).cidr_block)

    return _told_or_found(told_by(subnet_id, Subnet, "cidr_block"), subnet_id, find, parent)


def _address_of(
    owner: str, where: str, instance_id: pulumi.Input[str], parent: pulumi.Resource | None
) -> pulumi.Output[str]:
    def find(id: str, settings: Mapping[str, Any]) -> str:
        with refusing(owner, f"{where}.instance_id"):
            found = look_up("getInstances", id, settings).instances
        if not found:
            raise SetupError(
                owner,
                f"{where}.instance_id: there is no {id} here: check the id and the region, "
                "or give its private_ip as well",
            )
        return str(found[0].private_ip)

    return _told_or_found(told_by(instance_id, Instance, "private_ip"), instance_id, find, parent)


def _told_or_found(
    told: pulumi.Output[Any],
    id: pulumi.Input[str],
    find: Callable[[str, Mapping[str, Any]], str],
    parent: pulumi.Resource | None,
) -> pulumi.Output[str]:
    """Return the value given in the program, or look it up by the id."""
    given = pulumi.Output.all(id, look_up_settings(parent))
    return told.apply(lambda value: str(value) if value else given.apply(lambda it: find(*it)))


def look_up_settings(parent: pulumi.Resource | None) -> pulumi.Output[Mapping[str, Any]]:
    """Return the settings of the component's explicit provider, or none for the default one."""
    found = parent.get_provider("pulumi-python:dynamic/havip:HaVip") if parent else None
    settings = found.settings if isinstance(found, Provider) else {}
    return pulumi.Output.from_input(dict(settings))


def look_up(name: str, id: str, settings: Mapping[str, Any]) -> Any:
    """Look something up by its id, with the settings of the component's provider."""
    # Imported here because most programs look nothing up.
    from pulumi_havip.handlers.lookups import LOOKUPS
    from pulumi_havip.resources.lookups import context_of

    return LOOKUPS[name].call(context_of(settings), {"id": id})
