"""An explicit provider, for another account, region, site or endpoint within one program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NotRequired

import pulumi
from typing_extensions import TypedDict

_CREDENTIALS: Final = ("secret_id", "secret_key", "token")
_KEYS: Final = {"secret_id": "secretId", "secret_key": "secretKey", "assume_role": "assumeRole"}


class ProviderAssumeRoleArgs(TypedDict):
    """The role that a provider assumes.

    Attributes:
        role_arn: The role, such as ``qcs::cam::uin/100000000001:roleName/deploy``.
        session_name: The session name in the account's audit log; ``havip`` if omitted.
        external_id: The external id that the role's trust policy requires.
        duration: Lifetime of the temporary credentials in seconds; 7200 if omitted.
    """

    role_arn: pulumi.Input[str]
    session_name: NotRequired[pulumi.Input[str]]
    external_id: NotRequired[pulumi.Input[str]]
    duration: NotRequired[pulumi.Input[int]]


class Provider(pulumi.ProviderResource):
    """A provider with explicit settings, for resources, components and look-ups.

    Omitted settings come from the environment, as for the default provider, and never from the
    stack's configuration. Credentials are always secrets.

    Example::

        tokyo = havip.Provider("tokyo", region="ap-tokyo")
        shared = havip.Provider(
            "shared", region="ap-guangzhou",
            assume_role={"role_arn": "qcs::cam::uin/100000000001:roleName/deploy"},
        )
        havip.Vpc("net", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=shared))
    """

    def __init__(
        self,
        resource_name: str,
        *,
        region: pulumi.Input[str] | None = None,
        site: pulumi.Input[Literal["china", "intl"]] | None = None,
        endpoint: pulumi.Input[str] | None = None,
        secret_id: pulumi.Input[str] | None = None,
        secret_key: pulumi.Input[str] | None = None,
        token: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[ProviderAssumeRoleArgs] | None = None,
        timeout: pulumi.Input[float] | None = None,
        pacing: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a provider.

        Args:
            resource_name: Its name in the program.
            region: The default region of its resources.
            site: ``china`` (the default) or ``intl``.
            endpoint: The URL of another endpoint, such as an emulator's.
            secret_id: The id of the API key.
            secret_key: The secret half of the API key.
            token: The session token of temporary keys.
            assume_role: The role to assume with the key.
            timeout: Timeout in seconds for asynchronous operations; 300 if omitted.
            pacing: Whether to keep calls below the API's rate limits (the default).
            opts: Pulumi resource options.
        """
        given: dict[str, Any] = {
            "region": region,
            "site": site,
            "endpoint": endpoint,
            "secret_id": secret_id,
            "secret_key": secret_key,
            "token": token,
            "assume_role": assume_role,
            "timeout": timeout,
            "pacing": pacing,
        }
        self._settings = {name: value for name, value in given.items() if value is not None}
        props: dict[str, Any] = {"havip:provider": resource_name}
        for name, value in self._settings.items():
            secret = name in _CREDENTIALS
            key = f"havip:{_KEYS.get(name, name)}"
            props[key] = pulumi.Output.secret(value) if secret else value
        if assume_role is not None:
            props["havip:assumeRole"] = pulumi.Output.json_dumps(assume_role)
        super().__init__("pulumi-python", resource_name, props, opts)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The explicit settings, for look-ups in the program's process."""
        return self._settings
