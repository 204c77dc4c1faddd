"""Passwords that are generated once and kept: a resource without a cloud object."""

from __future__ import annotations

import secrets
import string
import uuid
from typing import Any, Final

import pulumi
from pulumi import dynamic

from pulumi_havip.resources.native import NativeNames, is_native, register_natively

ALPHABET: Final = "".join(
    letter for letter in string.ascii_letters + string.digits if letter not in "0O1lI"
)
"""Alphabet of generated passwords: no characters that need quoting or look alike."""


class PasswordProvider(dynamic.ResourceProvider):
    """Provider of `Password`. It keeps nothing itself; the state holds all values."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Generate the password."""
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(int(props["length"])))
        return dynamic.CreateResult(f"password-{uuid.uuid4()}", {**props, "value": drawn})

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Return a replacement if the length or the occasion differs."""
        changed = [name for name in ("length", "occasion") if _olds.get(name) != _news.get(name)]
        return dynamic.DiffResult(changes=bool(changed), replaces=changed)


class Password(NativeNames, dynamic.Resource, module="havip", name="Password"):
    """A password that is generated when the stack is created, and kept by later updates.

    It is a secret: encrypted in the state, masked in every display.

    Example::

        vrrp = Password("vrrp", length=8)
        pulumi.export("vrrpPassword", vrrp.value)

    Attributes:
        value: The password, a secret.
    """

    length: pulumi.Output[int]
    occasion: pulumi.Output[str | None]
    value: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        length: pulumi.Input[int] = 24,
        occasion: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a password.

        Args:
            resource_name: Its name in the program.
            length: Its length; a change generates a new password.
            occasion: Any text; a change generates a new password.
            opts: Pulumi resource options.
        """
        props = {"length": length, "occasion": occasion, "value": None}
        kept = pulumi.ResourceOptions(additional_secret_outputs=["value"])
        options = pulumi.ResourceOptions.merge(opts, kept)
        if is_native():
            register_natively(self, "Password", resource_name, props, options)
            return
        super().__init__(PasswordProvider(), resource_name, props, options)
