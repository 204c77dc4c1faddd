"""Handlers as Pulumi dynamic providers.

A provider object is pickled into the state of each resource, so these classes are in this
importable module and hold nothing: the pickle contains their name, but no code and no key.
`configure` reads the settings from the stack's configuration or the environment, once per provider
process, and `serving` keeps them outside the classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pulumi import dynamic

if TYPE_CHECKING:
    from pulumi_havip.handlers import Context


class HavipProvider(dynamic.ResourceProvider):
    """Forwards Pulumi's calls to a handler; each subclass below names its handler.

    The program pickles these objects and never calls them: `serving`, the handlers and their
    models are imported only where calls arrive.
    """

    serialize_as_secret_always = False
    kind: ClassVar[str]
    _context: Context | None = None

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Read the settings."""
        from pulumi_havip.provider import serving

        self._context = serving.configure(self.kind, req)

    def _ctx(self) -> Context:
        """Return the provider's context, which only a configured provider process has."""
        from pulumi_havip.provider import serving

        return self._context or serving.DEPLOYMENT.default()

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Validate the arguments and set defaults."""
        from pulumi_havip.provider import serving

        return serving.check(self._ctx(), self.kind, _olds, news)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Return whether the resource needs an update or a replacement."""
        from pulumi_havip.provider import serving

        return serving.diff(self._ctx(), self.kind, _id, _olds, _news)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Create the resource."""
        from pulumi_havip.provider import serving

        return serving.create(self._ctx(), self.kind, props)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Read the resource; an empty id means that it no longer exists."""
        from pulumi_havip.provider import serving

        return serving.read(self._ctx(), self.kind, id_, props)

    def update(
        self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]
    ) -> dynamic.UpdateResult:
        """Update the resource in place."""
        from pulumi_havip.provider import serving

        return serving.update(self._ctx(), self.kind, _id, _olds, _news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the resource."""
        from pulumi_havip.provider import serving

        serving.delete(self._ctx(), self.kind, _id, _props)


class VpcProvider(HavipProvider):
    """Provider of `pulumi_havip.Vpc`."""

    kind = "Vpc"


class SubnetProvider(HavipProvider):
    """Provider of `pulumi_havip.Subnet`."""

    kind = "Subnet"


class PlacementGroupProvider(HavipProvider):
    """Provider of `pulumi_havip.PlacementGroup`."""

    kind = "PlacementGroup"


class NetworkInterfaceProvider(HavipProvider):
    """Provider of `pulumi_havip.NetworkInterface`."""

    kind = "NetworkInterface"


class InstanceProvider(HavipProvider):
    """Provider of `pulumi_havip.Instance`."""

    kind = "Instance"


class EipProvider(HavipProvider):
    """Provider of `pulumi_havip.Eip`."""

    kind = "Eip"


class HaVipProvider(HavipProvider):
    """Provider of `pulumi_havip.HaVip`."""

    kind = "HaVip"


class HaVipInstanceAttachmentProvider(HavipProvider):
    """Provider of `pulumi_havip.HaVipInstanceAttachment`."""

    kind = "HaVipInstanceAttachment"


class HaVipEipAttachmentProvider(HavipProvider):
    """Provider of `pulumi_havip.HaVipEipAttachment`."""

    kind = "HaVipEipAttachment"


class RouteEntryProvider(HavipProvider):
    """Provider of `pulumi_havip.RouteEntry`."""

    kind = "RouteEntry"
