"""A pause between two replaced machines: a resource that stands for nothing in the cloud."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

import pulumi
from pulumi import dynamic

from pulumi_havip.resources.native import NativeNames, is_native, register_natively


class PauseProvider(dynamic.ResourceProvider):
    """Serves `Pause`; it holds nothing, since Pulumi keeps it in the state."""

    serialize_as_secret_always = False
    sleep: ClassVar[Callable[[float], None]] = staticmethod(time.sleep)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Record the node to wait for; a first creation waits for nothing."""
        return dynamic.CreateResult(f"pause-{uuid.uuid4()}", props)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Return whether a pause is needed; the name of the last node may differ at any time."""
        names = ("instance_id", "seconds")
        return dynamic.DiffResult(changes=any(_olds.get(n) != _news.get(n) for n in names))

    def update(
        self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]
    ) -> dynamic.UpdateResult:
        """Wait, where another instance has taken the place of the one before, and more follow."""
        if _olds.get("instance_id") != _news.get("instance_id") and not _news["last"]:
            type(self).sleep(float(_news["seconds"]))
        return dynamic.UpdateResult(_news)


class Pause(NativeNames, dynamic.Resource, module="havip", name="Pause"):
    """Time that a replaced machine has to set itself up before the next one is replaced."""

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
            instance_id: The machine; another one is waited for.
            seconds: How long.
            last: Whether no machine follows, so that there is nothing to wait for.
            opts: Options of Pulumi.
        """
        props = {"instance_id": instance_id, "seconds": seconds, "last": last}
        if is_native():
            options = pulumi.ResourceOptions.merge(opts, None)
            register_natively(self, "Pause", resource_name, props, options)
            return
        super().__init__(PauseProvider(), resource_name, props, opts)
