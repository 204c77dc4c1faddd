"""Generated plans of what programs declare, and the resources that each must have in the cloud."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import world

from pulumi_havip import urns
from pulumi_havip.engine import EngineError
from pulumi_havip.engine.registration import Alias, Goal
from pulumi_havip.engine.values import UNKNOWN, UNKNOWN_WIRE

TYPE: Final = "pulumi-python:dynamic/havip:"
COMPONENT: Final = "shop:index:Pair"
BLOCKS: Final = {
    "dev": ("172.17.0.0/16", "172.17.0.0/18"),
    "prod": ("172.16.0.0/15", "172.16.0.0/14"),
}
"""The networks of the stacks and their replacements: by them, what a stack has is told apart."""
NAMES: Final = ("web", "site")
"""The names that the HAVIP ``web`` may have in the program."""
TITLES: Final = ("web", "front")
"""The names that it may have in the cloud."""
ADOPTERS: Final = ("foreign", "borrowed")
"""The names of the resource that adopts somebody else's EIP."""
ZONE: Final = "ap-guangzhou-3"


class Ref(NamedTuple):
    """An output of another resource of the plan."""

    name: str
    output: str = "id"


class Declared(NamedTuple):
    """One resource of a plan."""

    kind: str
    name: str
    props: dict[str, Any]
    protect: bool = False
    via: str = ""
    key: str = ""
    """The key for references to it; by default its name."""
    names: tuple[str, ...] = ()
    """The names that it may have had, for aliases."""
    gone_with: str = ""
    """The resource whose deletion deletes it as well."""
    inside: bool = True
    """True if it is in the component, in plans that have one."""
    options: dict[str, Any] = {}
    """Further options of the resource, as fields of `Goal`."""


@dataclass(frozen=True)
class Plan:
    """A program: which resources it has, and how they are."""

    group: bool = False
    a: bool = False
    b: bool = False
    c: bool = False
    """An instance that is in no range: the API detaches no interface from one that is."""
    eni: bool = False
    eni_on: bool = False
    """True if the interface is attached to ``c``; without it, the attachment is not managed."""
    web: bool = True
    vip: str = ""
    web_title: str = "web"
    checked: bool = False
    inline: str = ""
    """The range: empty leaves it to attachments, else its members, ``-`` for none."""
    db: bool = False
    member: str = ""
    """The name of the attachment of ``b`` to ``db``; empty without one."""
    eni_member: str = ""
    """The name of the attachment of the interface to ``db``."""
    eip: bool = False
    bound: str = ""
    route: str = ""
    password: bool = False
    protect: bool = False
    tag: str = ""
    via: str = ""
    """The explicit provider of attachments and routes, with a process of its own."""
    all_via: bool = False
    """True if everything has that provider."""
    replaced_vpc: bool = False
    """True if the network has other addresses; a change replaces everything."""
    called: str = "web"
    """The name of the HAVIP ``web`` in the program; a change is an alias."""
    component: bool = False
    """True if all but the network is in a component; a move is an alias."""
    kept: bool = False
    """True if the EIP is left in the cloud when it is removed (``retain_on_delete``)."""
    adopted: str = ""
    """The name of the resource that adopts somebody else's EIP; a change is a rename."""
    lent: bool = False
    """True if that EIP is left in the cloud when it is removed (``retain_on_delete``)."""
    tag_ignored: bool = False
    """True if changes of the tag are ignored (``ignore_changes``)."""
    title_replaces: bool = False
    """True if another title replaces the HAVIP ``web`` (``replace_on_changes``)."""
    delete_first: bool = False
    """True if replacements of the HAVIP ``web`` and of instances delete the old one first."""
    deleted_with: bool = False
    """True if the members of a range go with their HAVIP, as in the cloud."""
    net: str = "16"
    """The third number of the subnet; a change replaces all that is in the subnet."""
    stack: str = "dev"
    site: str = "china"

    def declared(self) -> Iterator[Declared]:
        """Yield the resources, each after what it needs."""
        inside = {"vpc_id": Ref("vpc"), "subnet_id": Ref("subnet")}
        machine = {"instance_type": "S5.MEDIUM2", "image_id": "img-487zeit5", "zone": ZONE}
        tags = {"tags": {"team": self.tag}} if self.tag else {}
        subnet = {"vpc_id": Ref("vpc"), "cidr_block": f"172.17.{self.net}.0/24", "zone": ZONE}
        block = {"cidr_block": BLOCKS[self.stack][self.replaced_vpc]}
        deaf = {"ignore_changes": ["tags"]} if self.tag_ignored else {}
        yield Declared("Vpc", "vpc", {**block, **tags}, inside=False, options=deaf)
        yield Declared("Subnet", "subnet", subnet, inside=False)
        if self.group:
            yield Declared("PlacementGroup", "group", {})
        for name in ("a", "b", "c"):
            if getattr(self, name):
                extra: dict[str, Any] = {}
                if self.password and name == "b":
                    extra["password"] = world.secret("Sup3r-S3cret")
                yield Declared("Instance", name, {**machine, **inside, **extra},
                               options=self._order())  # fmt: skip
        if self.eni:
            host = {"instance_id": Ref("c")} if self._hosted() else {}
            yield Declared("NetworkInterface", "eni", {**inside, **host})
        titled = {"replace_on_changes": ["name"]} if self.title_replaces else {}
        if self.web:
            yield Declared("HaVip", self.called, self._web(inside), self.protect,
                           key="web", names=NAMES, options=self._order() | titled)  # fmt: skip
        if self.db:
            address = {"vip": self._in_subnet("172.17.16.210")} if self.site == "intl" else {}
            yield Declared("HaVip", "db", {"name": "db", **address, **inside})
        if self.member and self.db and self.b:
            pair = {"ha_vip_id": Ref("db"), "instance_id": Ref("b")}
            yield Declared("HaVipInstanceAttachment", self.member, pair, via=self.via,
                           gone_with="db")  # fmt: skip
        if self.eni_member and self.db and "eni" in self.members("db"):
            pair = {"ha_vip_id": Ref("db"), "instance_id": Ref("eni")}
            yield Declared("HaVipInstanceAttachment", self.eni_member, pair, via=self.via,
                           gone_with="db")  # fmt: skip
        if self.eip:
            yield Declared("Eip", "eip", {}, options={"retain_on_delete": self.kept})
        if self.adopts():
            yield Declared("Eip", self.adopted, {"adopt": world.FOREIGN},
                           options={"retain_on_delete": self.lent})  # fmt: skip
        if self.bound and self.eip and self.web:
            pair = {"ha_vip_id": Ref("web"), "address_ip": Ref("eip", "public_ip")}
            yield Declared("HaVipEipAttachment", self.bound, pair, via=self.via)
        if self.route and self.web:
            hop = {"route_table_id": Ref("subnet", "route_table_id"), "gateway_id": Ref("web")}
            props = {"destination_cidr_block": "192.0.2.0/24", **hop}
            yield Declared("RouteEntry", self.route, props, via=self.via)

    def _web(self, inside: dict[str, Any]) -> dict[str, Any]:
        props: dict[str, Any] = {"name": self.web_title, "check_associate": self.checked, **inside}
        if self.vip:
            props["vip"] = self._in_subnet(self.vip)
        if self.inline:
            props["associations"] = [
                {"instance_id": Ref(name), "instance_type": "ENI" if name == "eni" else "CVM"}
                for name in self._inline()
            ]
        return props

    def _order(self) -> dict[str, Any]:
        return {"delete_before_replace": True} if self.delete_first else {}

    def _in_subnet(self, address: str) -> str:
        return address.replace("172.17.16.", f"172.17.{self.net}.")

    def adopts(self) -> bool:
        """Return whether somebody else's EIP is adopted."""
        return bool(self.adopted) and self.stack == world.STACK

    def members(self, havip: str) -> set[str]:
        """Return the names of the instances in a HAVIP's range."""
        if havip == "web" and self.inline:
            return set(self._inline())
        if havip != "db":
            return set()
        if self.member and self.b:
            return {"b"}
        return {"eni"} if self.eni_member and self._hosted() else set()

    def _inline(self) -> list[str]:
        if self.inline == "e":
            return ["eni"] if self._hosted() else []
        return [name for name in self.inline if name in "ab" and getattr(self, name)]

    def _hosted(self) -> bool:
        """Return whether the interface is attached, as a range wants it."""
        return self.eni and self.c and self.eni_on

    def wanted(self) -> dict[str, Any]:
        """Return what the cloud must hold of it, as `held` says it."""
        names = [(item.kind, item.props.get("name", item.name)) for item in self.declared()]
        plain = sorted(
            f"{kind} {name}"
            for kind, name in names
            if "Attachment" not in kind and kind != "RouteEntry" and name not in ADOPTERS
        )
        havips = {"web": self.web_title} if self.web else {}
        havips |= {"db": "db"} if self.db else {}
        return {
            "objects": plain,
            "vips": {self.web_title: self._in_subnet(self.vip)} if self.web and self.vip else {},
            "members": {
                title: sorted(self.members(name))
                for name, title in havips.items()
                if self.members(name) or (name == "web" and self.inline)
            },
            "bound": [self.web_title] if self.bound and self.eip and self.web else [],
            "routes": ["192.0.2.0/24"] if self.route and self.web else [],
            "tag": self.tag,
            "hosts": ["c"] if self._hosted() else [],
        }

    def identity(self, title: str) -> tuple[Any, ...] | None:
        """Return the properties of an object whose change replaces it; None if it is not declared.

        Args:
            title: The object, as ``KIND NAME``.
        """
        if title not in self.wanted()["objects"]:
            if not self.web or title.partition(" ")[2] not in TITLES:
                return None
            title = f"HaVip {self.web_title}"  # it has another title, not another identity
        kind, _, name = title.partition(" ")
        if kind in ("Eip", "PlacementGroup"):
            return (kind,)
        place = (kind, self.site, self.replaced_vpc, self.net if kind != "Vpc" else "")
        if kind == "HaVip" and name != "db":
            return (*place, self.vip, self.checked, self.title_replaces and self.web_title)
        return (*place, name, self.password and name == "b")

    def names(self) -> list[str]:
        """Return the names of its resources."""
        return sorted(f"{item.kind} {item.name}" for item in self.declared())

    def program(self, deployment: Any, stops_after: int = 0) -> None:
        """Register everything with a deployment, as a program does through the SDK.

        Args:
            deployment: The deployment.
            stops_after: The number of resources after which the program fails; 0 for never.

        Raises:
            EngineError: The program failed.
        """
        root = Goal(urns.STACK_TYPE, f"{world.PROJECT}-{self.stack}", custom=False, inputs={})
        stack, _ = deployment.register(root)
        component = urns.make(self.stack, world.PROJECT, stack.urn, COMPONENT, "pair")
        if self.component:
            deployment.register(Goal(COMPONENT, "pair", custom=False, inputs={}, parent=stack.urn))
        made: dict[str, Any] = {}
        kind = urns.PROVIDER_PREFIX + urns.DYNAMIC_PACKAGE
        provider = ""
        if self.via:
            inputs = {"havip:provider": self.via}
            record, _ = deployment.register(
                Goal(kind, self.via, custom=True, inputs=inputs, parent=stack.urn)
            )
            provider = urns.reference(record.urn, record.id)
        for number, item in enumerate(self.declared()):
            if stops_after and number == stops_after:
                raise EngineError("the program failed")
            parents = (
                (component, stack.urn) if self.component and item.inside else (stack.urn, component)
            )
            kind = TYPE + item.kind
            former = [
                urns.make(self.stack, world.PROJECT, parent, kind, name)
                for parent in parents
                for name in (item.name, *item.names)
            ]
            needs = {key: sorted(_needs(value)) for key, value in item.props.items()}
            goal = Goal(
                kind,
                item.name,
                custom=True,
                inputs={**_resolved(item.props, made), "hints": {"urn": former[0]}},
                parent=parents[0],
                protect=item.protect,
                provider=provider if item.via or self.all_via else "",
                deleted_with=made[item.gone_with].urn
                if self.deleted_with and item.gone_with
                else "",
                aliases=[Alias(urn=one) for one in dict.fromkeys(former[1:]) if one != former[0]],
                dependencies=sorted({made[n].urn for names in needs.values() for n in names}),
                property_dependencies={
                    key: [made[name].urn for name in names] for key, names in needs.items()
                },
                additional_secret_outputs=["password"] if "password" in item.props else [],
                **item.options,
            )
            made[item.key or item.name], _ = deployment.register(goal)
        deployment.register_outputs(stack.urn, {"names": self.names()})


def _needs(value: Any) -> set[str]:
    if isinstance(value, Ref):
        return {value.name}
    if isinstance(value, dict):
        return {name for item in value.values() for name in _needs(item)}
    return {name for item in value for name in _needs(item)} if isinstance(value, list) else set()


def _resolved(value: Any, made: dict[str, Any]) -> Any:
    if isinstance(value, Ref):
        record = made[value.name]
        if value.output == "id":
            return UNKNOWN if record.id in ("", UNKNOWN_WIRE) else record.id
        return record.outputs.get(value.output, UNKNOWN)
    if isinstance(value, dict):
        return {key: _resolved(item, made) for key, item in value.items()}
    return [_resolved(item, made) for item in value] if isinstance(value, list) else value
