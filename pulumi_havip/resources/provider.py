"""An explicit provider: another account, region, site or endpoint within one program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NotRequired

import pulumi
from typing_extensions import TypedDict

_CREDENTIALS: Final = ("secret_id", "secret_key", "token")
_KEYS: Final = {"secret_id": "secretId", "secret_key": "secretKey", "assume_role": "assumeRole"}


class ProviderAssumeRoleArgs(TypedDict):
    """The role that a provider assumes with its key.

    Attributes:
        role_arn: The role, such as ``qcs::cam::uin/100000000001:roleName/deploy``.
        session_name: The name that the audit log of the account shows; ``havip`` if left out.
        external_id: The external id that the role's owner asks for.
        duration: Seconds for which temporary keys are valid; 7200 if left out.
    """

    role_arn: pulumi.Input[str]
    session_name: NotRequired[pulumi.Input[str]]
    external_id: NotRequired[pulumi.Input[str]]
    duration: NotRequired[pulumi.Input[int]]


class Provider(pulumi.ProviderResource):
    """The provider under settings of its own, for resources, components and look-ups.

    What is left out comes from the environment, as for the default provider, and never from the
    stack's configuration. Credentials are secrets, whether the program says so or not.

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
            region: The region of every resource that names none.
            site: ``china``, if left out, or ``intl``.
            endpoint: A URL to call in place of Tencent Cloud, such as an emulator's.
            secret_id: The id of the API key.
            secret_key: The secret half of the API key.
            token: The session token of temporary keys.
            assume_role: The role that is assumed with the key.
            timeout: Seconds to wait for an asynchronous operation to end; 300 if left out.
            pacing: Whether to keep calls below the API's rates; on if left out.
            opts: Options of Pulumi.
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
        """The settings that the program gave, which look-ups need in the program's process."""
        return self._settings
