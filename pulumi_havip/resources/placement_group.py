"""Resource classes: placement groups. Written by `make generate`."""

from __future__ import annotations

from typing import Literal

import pulumi

from pulumi_havip.dynamic import PlacementGroupProvider
from pulumi_havip.resources.base import HavipResource, Tags


class PlacementGroup(HavipResource, module="havip", name="PlacementGroup"):
    """A placement group: its instances never share hardware whose failure would affect both.

    Example::

        apart = havip.PlacementGroup("web", type="RACK")
        node = havip.Instance("web-a", placement_group_ids=[apart.id], ...)

    Attributes:
        created_time: Creation time, in the API's format.
    """

    _served_by = PlacementGroupProvider

    name: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    type: pulumi.Output[str]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        type: pulumi.Input[Literal["HOST", "SW", "RACK"]] | None = None,
        name: pulumi.Input[str] | None = None,
        tags: Tags | None = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the resource; its class documents what replaces it.

        Args:
            resource_name: Its name in the program.
            type: Hardware that its instances never share: a physical host (``HOST``), a
                switch (``SW``) or a ``RACK``.
            name: The name in the console, at most 60 characters; the resource's own name if
                omitted.
            tags: Its tags; tags added by others are removed.
            region: The region; the provider's if omitted.
            adopt: The id of an existing resource to adopt instead of creating one.
            opts: Pulumi resource options.
        """
        self._declare(
            resource_name,
            {
                "type": type,
                "name": name,
                "tags": tags,
                "region": region,
                "adopt": adopt,
            },
            opts,
        )
