"""Placement groups, which keep the nodes of a pair on different hardware, as a Pulumi resource."""

from __future__ import annotations

from typing import Literal

import pulumi

from pulumi_havip.dynamic import PlacementGroupProvider
from pulumi_havip.resources.base import HavipResource, Tags


class PlacementGroup(HavipResource, module="havip", name="PlacementGroup"):
    """A placement group: its instances never share the hardware that would fail them together.

    Example::

        apart = havip.PlacementGroup("web", type="RACK")
        node = havip.Instance("web-a", placement_group_ids=[apart.id], ...)

    Attributes:
        created_time: When it was made, as the API writes it.
    """

    _served_by = PlacementGroupProvider

    name: pulumi.Output[str]
    type: pulumi.Output[str]
    tags: pulumi.Output[dict[str, str]]
    created_time: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        type: pulumi.Input[Literal["HOST", "SW", "RACK"]] | None = None,
        name: pulumi.Input[str] | None = None,
        tags: Tags = None,
        region: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a placement group.

        Args:
            resource_name: Its name in the program.
            type: What its instances never share: a physical machine (``HOST``, if left out), a
                switch (``SW``) or a ``RACK``; another one replaces the group.
            name: The name in the console, 60 characters at most; `resource_name` if left out.
            tags: Its tags.
            region: The region; the provider's if left out.
            adopt: The id of a group that exists, to take over in place of making one.
            opts: Options of Pulumi.
        """
        self._declare(locals())
