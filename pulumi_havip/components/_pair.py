"""Base class of all pairs: a HAVIP, its range, configured nodes, and the order of changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pulumi
from pulumi.output import Unknown, contains_unknowns

from havip.keepalived.nodes.node import CONFIG
from havip.keepalived.nodes.setup import LIMIT, NodeSetup, packed_size, user_data
from pulumi_havip import HaVip, HaVipInstanceAttachment, Instance, PlacementGroup
from pulumi_havip.components import _router_ids, _rules
from pulumi_havip.components._errors import SetupError, refusing
from pulumi_havip.components._nodes import (
    MachineArgs,
    Nodes,
    PairNode,
    WitnessArgs,
    read_nodes,
    read_witness,
    subnet_cidr,
)
from pulumi_havip.components._order import after_those_before, standby_first
from pulumi_havip.components._stand_ins import with_stand_ins
from pulumi_havip.components.password import Password
from pulumi_havip.resources.base import Tags

_PASSWORD: Final = re.compile(r'[^\x00-\x1f\x7f"\\]*')
_VRRP_LENGTH: Final = 8
"""Maximum length of a VRRP password."""

Known = Mapping[str, Any]
"""Resolved inputs for building the set-up of nodes."""
MakeSetups = Callable[[Known], Mapping[str, NodeSetup]]
"""Builds the set-up of each node, by its address."""
Turn = Callable[[pulumi.Input[Any]], pulumi.Output[Any]]
"""Returns a node's value as an output that resolves when it is the node's turn to change."""


@dataclass(frozen=True)
class Network:
    """Network of a pair.

    Attributes:
        vpc_id: The VPC.
        subnet_id: The subnet.
        subnet_cidr: The CIDR block of the subnet, if the program gives it.
        vip: The HAVIP's address, if the program gives it.
        check_associate: Whether the cloud enforces the range.
    """

    vpc_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    subnet_cidr: pulumi.Input[str] | None
    vip: pulumi.Input[str] | None
    check_associate: bool


class Pair(pulumi.ComponentResource):
    """Base class of the pairs.

    Attributes:
        address: The HAVIP's address.
        ha_vip_id: The HAVIP's id.
        virtual_router_id: The VRRP id under which the nodes elect a primary.
        instance_ids: The id of each node, by its name.
        files: The files of each node: by its name, the content of each file by its path. Secret.
        keepalived: The keepalived.conf of each node, by its name. Secret.
        user_data: The cloud-init user data of each node, by its name. Secret.
        vrrp_password: The VRRP password of the nodes, given or generated. Secret.
        health_command: A command that exits with 0 if the pair serves; it runs on any machine
            that reaches the address.
    """

    address: pulumi.Output[str]
    ha_vip_id: pulumi.Output[str]
    virtual_router_id: pulumi.Output[int]
    instance_ids: pulumi.Output[dict[str, str]]
    files: pulumi.Output[dict[str, dict[str, str]]]
    keepalived: pulumi.Output[dict[str, str]]
    user_data: pulumi.Output[dict[str, str]]
    vrrp_password: pulumi.Output[str]
    health_command: pulumi.Output[str]

    def __init__(
        self,
        kind: str,
        resource_name: str,
        tags: Tags,
        opts: pulumi.ResourceOptions | None,
        *,
        protect: bool | None = None,
    ) -> None:
        self._owner = f"{kind} {resource_name!r}"
        self._check_value("protect", protect)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=protect))
        super().__init__(f"havip:components:{kind}", resource_name, {}, options)
        self._kind = kind
        self._name = resource_name
        self._tags = tags

    # -- the steps, in order --------------------------------------------------------------

    def _read(
        self,
        network: Network,
        nodes: Nodes,
        machine: MachineArgs | None,
        vrrp_password: pulumi.Input[str] | None,
        virtual_router_id: pulumi.Input[int] | None,
        most: int = 10,
        witness: WitnessArgs | pulumi.Input[str] | None = None,
    ) -> None:
        """Parse the arguments, and raise an error for invalid ones as soon as they are known."""
        self._check_value("check_associate", network.check_associate)
        if isinstance(nodes, (str, Mapping)) or not isinstance(nodes, Sequence):
            raise SetupError(
                self._owner,
                f"nodes: {nodes!r} is not a list: give two nodes or more, each as the id of an "
                "instance that exists or by its properties",
            )
        if problem := _rules.count_problem(self._kind, len(nodes), most):
            raise SetupError(self._owner, problem)
        self._network = network
        self._machine = machine
        self._router_id = virtual_router_id
        self._nodes = read_nodes(self._owner, self._name, nodes, machine, self)
        self._witness = None
        if witness is not None:
            self._witness = read_witness(
                self._owner, self._name, self._nodes, witness, machine, self
            )
        self._cidr = subnet_cidr(self._owner, network.subnet_id, network.subnet_cidr, self)
        ips = [node.given_ip for node in self._all]
        self._refuse([network.vip, network.subnet_cidr, *ips])
        late = [network.vip, self._cidr, *(node.private_ip for node in self._all)]
        self._sound = pulumi.Output.all(*late).apply(self._refuse, True)
        self._require_sound(virtual_router_id=virtual_router_id)
        self.vrrp_password = self._draw("vrrp", vrrp_password, _VRRP_LENGTH)
        if vrrp_password is not None:
            self._require(self.vrrp_password, self._check_vrrp)

    @property
    def _all(self) -> list[PairNode]:
        """The nodes behind the HAVIP, followed by the witness."""
        return [*self._nodes, *([] if self._witness is None else [self._witness])]

    def _refuse(self, known: Any) -> None:
        """Raise an error for invalid addresses, as far as addresses are known."""
        if isinstance(known, Unknown):
            return
        vip, cidr, *ips = (value if isinstance(value, str) else None for value in known)
        nodes = dict(zip([node.property for node in self._all], ips, strict=True))
        for problem in _rules.address_problems(vip, nodes, cidr):
            raise SetupError(self._owner, problem)

    def _require(self, value: pulumi.Input[Any], check: Callable[[Any], object]) -> None:
        """Create nothing before a check of the value has passed, if the value is known."""

        def tried(known: Any) -> None:
            if not contains_unknowns(known):
                check(known)

        checked = pulumi.Output.unsecret(pulumi.Output.from_input(value).apply(tried, True))
        self._sound = pulumi.Output.all(self._sound, checked).apply(lambda _: None)

    def _require_sound(self, **values: pulumi.Input[Any]) -> None:
        """Create nothing before the value of each of these properties has been validated."""
        for name, value in values.items():
            self._require(value, partial(self._check_value, name))

    def _check_value(self, name: str, value: Any) -> None:
        if problem := _rules.value_problem(name, value):
            raise SetupError(self._owner, problem)

    def _once_sound(self, value: pulumi.Input[Any]) -> pulumi.Output[Any]:
        return pulumi.Output.all(value, self._sound).apply(lambda known: known[0])

    def _make_address(self, name: pulumi.Input[str] | None) -> None:
        floating = HaVip(
            self._name,
            name=name,
            vpc_id=self._network.vpc_id,
            subnet_id=self._once_sound(self._network.subnet_id),
            vip=self._network.vip,
            # The international site rejects the parameter, even if it is False.
            check_associate=self._network.check_associate or None,
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.address = floating.vip
        self.ha_vip_id = floating.id

    def _draw(self, what: str, given: pulumi.Input[str] | None, length: int) -> pulumi.Output[str]:
        """Return the given password as a secret, or generate one."""
        if given is not None:
            return pulumi.Output.secret(given)
        name = f"{self._name}-{what}"
        return Password(name, length=length, opts=pulumi.ResourceOptions(parent=self)).value

    def _set_up(
        self,
        make: MakeSetups,
        **more: pulumi.Input[Any],
    ) -> None:
        """Build the files and the user data of the nodes.

        Args:
            make: Builds the set-ups from `more`, `vip`, `cidr`, `nodes` (addresses),
                `auth_pass` and `router_id`.
            more: Further inputs of the set-ups.
        """
        self.virtual_router_id = _router_ids.claim(self._owner, self.address, self._router_id)
        everything = self._inputs(self.address, self.virtual_router_id, more)
        secret: pulumi.Output[Any] = pulumi.Output.secret(everything)
        setups = secret.apply(lambda known: self._render(make, known))
        self.files = setups.apply(lambda known: known["files"])
        self.user_data = setups.apply(lambda known: known["user_data"])
        self.keepalived = self.files.apply(
            lambda files: {name: texts[CONFIG] for name, texts in files.items() if CONFIG in texts}
        )

    def _require_set_up(self, make: MakeSetups, **more: pulumi.Input[Any]) -> None:
        """Create nothing before the set-ups have been built, with stand-ins for unknown inputs.

        Args:
            make: Builds the set-ups; see `_set_up`.
            more: Further inputs of the set-ups.
        """

        def tried(known: Any) -> None:
            inputs, _ = known
            if not contains_unknowns(filled := with_stand_ins(inputs)):
                self._render(make, filled)

        given = self._inputs(self._network.vip, self._router_id, more)
        checked = pulumi.Output.unsecret(pulumi.Output.all(given, self._sound).apply(tried, True))
        self._sound = pulumi.Output.all(self._sound, checked).apply(lambda _: None)

    def _inputs(
        self,
        vip: pulumi.Input[str] | None,
        router_id: pulumi.Input[int] | None,
        more: Mapping[str, pulumi.Input[Any]],
    ) -> pulumi.Output[Any]:
        return pulumi.Output.all(
            vip=vip,
            cidr=self._cidr,
            nodes=[node.private_ip for node in self._all],
            auth_pass=self.vrrp_password,
            router_id=router_id,
            **more,
        )

    def _check_vrrp(self, password: str) -> None:
        if not isinstance(password, str) or not _PASSWORD.fullmatch(password):
            raise SetupError(
                self._owner,
                "vrrp_password: it is not printable text without double quotes and backslashes, "
                "which keepalived could not read: use letters and digits",
            )
        size = len(password.encode())
        if not 1 <= size <= _VRRP_LENGTH:
            raise SetupError(
                self._owner,
                f"vrrp_password: it has {size} bytes, and VRRP takes one to "
                f"{_VRRP_LENGTH}: shorten it, or leave it out to have one drawn",
            )

    def _render(self, make: MakeSetups, known: Known) -> dict[str, Any]:
        with refusing(self._owner):
            made = make(known)
        setups = dict(zip([node.name for node in self._all], made.values(), strict=True))
        texts = {name: user_data(setup) for name, setup in setups.items()}
        for name, text in texts.items():
            if (size := packed_size(text)) > LIMIT:
                raise SetupError(
                    self._owner,
                    f"nodes: the user data of {name} has {size} bytes when packed, and an "
                    f"instance takes {LIMIT}: serve less by one pair",
                )
        files = {
            name: {file.path: file.content for file in setup.files}
            for name, setup in setups.items()
        }
        return {"files": files, "user_data": texts}

    def _make_nodes(self, *, replace: bool | None = None) -> None:
        """Create the instances and their range memberships, one node after the other, holder last.

        Later changes follow the same order. A node waits until the one before it is a member of
        the range, so that there is always a node that may bind the address.
        """
        group = self._group() if any(node.instance_id is None for node in self._all) else None
        self._order = standby_first(self._owner, self._nodes, self.ha_vip_id, self)
        made: dict[str, list[pulumi.Resource]] = {}
        ids: dict[str, pulumi.Input[str]] = {}
        for node in self._nodes:
            turn = partial(after_those_before, name=node.name, order=self._order, made=made)
            made[node.name], ids[node.name] = self._make_node(node, group, replace, turn)
        if (third := self._witness) is not None:
            ids[third.name] = (
                third.instance_id
                or self._make_machine(third, group, replace, pulumi.Output.from_input).id
            )
        self.instance_ids = pulumi.Output.all(**ids)

    def _make_node(
        self, node: PairNode, group: pulumi.Input[str] | None, replace: bool | None, turn: Turn
    ) -> tuple[list[pulumi.Resource], pulumi.Input[str]]:
        """Create the resources of a node at its turn; return them and the instance id."""
        made: list[pulumi.Resource] = []
        id = node.instance_id
        if id is None:
            machine = self._make_machine(node, group, replace, turn)
            made, id = [machine], machine.id
        if self._network.check_associate:
            made.append(
                HaVipInstanceAttachment(
                    node.name,
                    ha_vip_id=self.ha_vip_id,
                    instance_id=turn(id),
                    opts=pulumi.ResourceOptions(parent=self, depends_on=made),
                )
            )
        return [*made, *self._settle(node, id, made)], id

    def _settle(
        self, node: PairNode, id: pulumi.Input[str], made: list[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        """Return what the next node waits for in addition to the resources of this one."""
        del node, id, made
        return []

    def _group(self) -> pulumi.Input[str]:
        given = self._machine.get("placement_group_id") if self._machine else None
        if given is not None:
            return given
        opts = pulumi.ResourceOptions(parent=self)
        return PlacementGroup(self._name, tags=self._tags, opts=opts).id

    def _make_machine(
        self,
        node: PairNode,
        group: pulumi.Input[str] | None,
        replace: bool | None,
        turn: Turn,
    ) -> Instance:
        machine: dict[str, Any] = {**(self._machine or {}), **node.machine}
        machine.pop("placement_group_id", None)
        return Instance(
            node.name,
            vpc_id=self._network.vpc_id,
            subnet_id=self._network.subnet_id,
            private_ip=self._once_sound(turn(node.private_ip)),
            placement_group_ids=None if group is None else [group],
            user_data=self.user_data.apply(lambda texts: texts[node.name]),
            replace_on_user_data_change=replace,
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self),
            **machine,
        )
