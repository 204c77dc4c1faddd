"""Base class of all resource classes, built on Pulumi's dynamic resources."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, NotRequired, Self

import pulumi
from pulumi import dynamic
from pulumi.resource import create_urn
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from pulumi_havip.dynamic import HavipProvider
from pulumi_havip.resources.native import NativeNames, is_native, register_natively

Strings = pulumi.Input[list[pulumi.Input[str]]] | None
Tags = pulumi.Input[Mapping[str, pulumi.Input[str]]] | None


class HaVipAssociationArgs(TypedDict):
    """A machine that may bind a HAVIP.

    Attributes:
        instance_id: The id of a CVM instance, or of a secondary network interface.
        instance_type: ``CVM`` or ``ENI``; derived from the id if omitted.
    """

    instance_id: pulumi.Input[str]
    instance_type: NotRequired[pulumi.Input[Literal["CVM", "ENI"]]]


Associations = pulumi.Input[Sequence[pulumi.Input[HaVipAssociationArgs] | pulumi.Input[str]]]


_SECRET: Final = ("password", "user_data")
"""Arguments that are always secret."""


class HavipResource(NativeNames, dynamic.Resource):
    """Base class of the resources; a subclass defines its provider and its outputs.

    Attributes:
        region: The region of the resource.
        account: The account (its UIN) in which it was created.
    """

    _served_by: ClassVar[type[HavipProvider]]
    _given_region: pulumi.Input[str | None] | None

    region: pulumi.Output[str]
    account: pulumi.Output[str]

    def _declare(
        self,
        resource_name: str,
        arguments: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
        *,
        inside: pulumi.Input[str] | None = None,
        hints: Mapping[str, Any] | None = None,
    ) -> None:
        """Register the resource.

        Args:
            resource_name: Its name in the program.
            arguments: Its arguments; None counts as omitted.
            opts: Pulumi resource options.
            inside: The id of its parent object, whose region is the default.
            hints: Facts about the resource's network known from the program, for the check.
        """
        if opts is not None and opts.import_ is not None:
            raise pulumi.RunError(self._import_refusal(resource_name, opts.import_, arguments))
        given = dict(arguments)
        secret = [name for name in _SECRET if given.get(name) is not None]
        given |= {name: pulumi.Output.secret(given[name]) for name in secret}
        region = given.get("region")
        if region is None and inside is not None:
            region = _region_of(inside)
        self._given_region = region
        props = {**dict.fromkeys(_outputs(type(self))), **given, "region": region}
        more = pulumi.ResourceOptions(additional_secret_outputs=secret)
        options = pulumi.ResourceOptions.merge(opts, more)
        if is_native():
            native = pulumi.ResourceOptions.merge(
                opts, pulumi.ResourceOptions(additional_secret_outputs=list(map(to_camel, secret)))
            )
            register_natively(self, type(self).__name__, resource_name, props, native)
            return
        urn = create_urn(
            resource_name,
            f"pulumi-python:{self._resource_type_name}",
            opts.parent if opts else None,
            pulumi.get_project(),
            pulumi.get_stack(),
        )
        props["hints"] = {"urn": _bare(urn), **(hints or {})}
        super().__init__(self._served_by(), resource_name, props, options)

    def _import_refusal(self, name: str, id: object, arguments: Mapping[str, Any]) -> str:
        """Return why the option `import_` does not work here, and the alternative."""
        kind = type(self).__name__
        if "adopt" in arguments:
            instead = f"write adopt={id!r} instead, which may be taken out again afterwards"
        else:
            instead = "leave it out: one that exists is taken over as it is"
        return f"{kind} {name!r}: a dynamic resource has no import_: {instead}"

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],
        *,
        region: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """Read an existing resource without managing it.

        Example::

            vpc = havip.Vpc.get("shared", "vpc-1a2b3c4d")

        Args:
            resource_name: The name in the program.
            id: The id in the cloud.
            region: Its region; the provider's if omitted.
            opts: Pulumi resource options.
        """
        found = cls.__new__(cls)
        found._given_region = region
        props = {**dict.fromkeys(_outputs(cls)), "region": region}
        dynamic.Resource.__init__(
            found,
            cls._served_by(),
            resource_name,
            props,
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
        return found


def _bare(urn: pulumi.Output[str]) -> pulumi.Output[str | None]:
    """Return a URN without its dependencies: a resource does not depend on its own parent."""
    return pulumi.Output.from_input(urn.future())


def _outputs(cls: type[HavipResource]) -> list[str]:
    """Return the names of the outputs that a resource class declares."""
    return [
        name
        for base in cls.__mro__
        for name, kind in inspect.get_annotations(base).items()
        if str(kind).startswith("pulumi.Output[")
    ]


def _region_of(value: pulumi.Input[str]) -> pulumi.Output[str | None]:
    """Return the explicit region of the resource that has an id, or None."""

    async def find() -> str | None:
        sources = await pulumi.Output.from_input(value).resources()
        found = [source for source in sources if isinstance(source, HavipResource)]
        given = getattr(found[0], "_given_region", None) if len(found) == 1 else None
        return await pulumi.Output.from_input(given).future() if given is not None else None

    return pulumi.Output.from_input(find())


def told_by(
    value: pulumi.Input[str] | None, kind: type[pulumi.Resource], attribute: str
) -> pulumi.Output[Any]:
    """Look up an attribute of the resource that a value comes from.

    Args:
        value: An argument, such as ``subnet.id``.
        kind: The class of the resource, such as `Subnet`.
        attribute: The attribute, such as ``cidr_block``.

    Returns:
        The attribute; None if the value comes from no such resource, or from several.
    """

    async def find() -> Any:
        sources = await pulumi.Output.from_input(value).resources()
        found = [source for source in sources if isinstance(source, kind)]
        return await getattr(found[0], attribute).future() if len(found) == 1 else None

    return pulumi.Output.from_input(find())
