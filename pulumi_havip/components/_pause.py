"""A pause between two replaced instances: a resource without a cloud object."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

import pulumi
from pulumi import dynamic

from pulumi_havip.resources.native import NativeNames, is_native, register_natively


class PauseProvider(dynamic.ResourceProvider):
    """Provider of `Pause`. It keeps nothing itself; the state holds all values."""

    serialize_as_secret_always = False
    sleep: ClassVar[Callable[[float], None]] = staticmethod(time.sleep)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Record the node to wait for; the first creation does not wait."""
        return dynamic.CreateResult(f"pause-{uuid.uuid4()}", props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Return whether a pause is needed; a change of the last node's name needs none."""
        names = ("instance_id", "seconds")
        return dynamic.DiffResult(changes=any(_olds.get(n) != _news.get(n) for n in names))

    def update(
        self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]
    ) -> dynamic.UpdateResult:
        """Wait if the instance was replaced and more nodes follow."""
        if _olds.get("instance_id") != _news.get("instance_id") and not _news["last"]:
            type(self).sleep(float(_news["seconds"]))
        return dynamic.UpdateResult(_news)


class Pause(NativeNames, dynamic.Resource, module="havip", name="Pause"):
    """Time for a replaced instance to set itself up before the next one is replaced."""

    instance_id: pulumi.Output[str]
    seconds: pulumi.Output[int]
    last: pulumi.Output[bool]

    def __init__(
        self,
        resource_name: str,
        *,
        instance_id: pulumi.Input[str],
        seconds: pulumi.Input[int],
        last: pulumi.Input[bool],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a pause.

        Args:
            resource_name: Its name in the program.
            instance_id: The instance; the pause waits when it changes.
            seconds: The length of the pause.
            last: Whether this is the last node, after which there is no pause.
            opts: Pulumi resource options.
        """
        props = {"instance_id": instance_id, "seconds": seconds, "last": last}
        if is_native():
            options = pulumi.ResourceOptions.merge(opts, None)
            register_natively(self, "Pause", resource_name, props, options)
            return
        super().__init__(PauseProvider(), resource_name, props, opts)
