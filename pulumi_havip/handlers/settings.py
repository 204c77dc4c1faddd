"""Provider configuration: endpoint, account, timeouts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic.alias_generators import to_camel

from pulumi_havip.handlers.errors import ResourceError

NAMESPACE: Final = "havip"
"""The namespace of the configuration keys: ``havip:region``."""
ENVIRONMENT: Final[Mapping[str, tuple[str, ...]]] = {
    "region": ("TENCENTCLOUD_REGION",),
    "endpoint": ("HAVIP_ENDPOINT",),
    "secret_id": ("TENCENTCLOUD_SECRET_ID",),
    "secret_key": ("TENCENTCLOUD_SECRET_KEY",),
    "token": ("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"),
    "assume_role": (),
    "site": ("HAVIP_SITE",),
    "timeout": ("HAVIP_TIMEOUT",),
    "pacing": ("HAVIP_PACING",),
}
"""The environment variables for each setting; the first one that is set applies."""


class AssumeRoleSettings(BaseModel):
    """The role that the provider assumes."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    role_arn: str
    """The role, such as ``qcs::cam::uin/100000000001:roleName/deploy``."""
    session_name: str = "havip"
    """The session name in the account's audit log."""
    external_id: str | None = None
    """The external id that the role's trust policy requires."""
    duration: int = Field(default=7200, gt=0, le=43200)
    """Lifetime of the temporary credentials in seconds."""


class ProviderSettings(BaseModel):
    """The provider's configuration.

    Each setting is a key of the stack's configuration (``havip:secretKey``) or an environment
    variable (`ENVIRONMENT`); the configuration takes precedence.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    region: str | None = None
    """The default region of resources, such as ``ap-guangzhou``."""
    endpoint: str | None = None
    """The URL of another endpoint, such as an emulator's."""
    secret_id: SecretStr | None = None
    """The id of the API key."""
    secret_key: SecretStr | None = None
    """The secret half of the API key."""
    token: SecretStr | None = None
    """The session token of temporary keys."""
    assume_role: AssumeRoleSettings | None = None
    """The role to assume with the key, in this account or another one."""
    site: Literal["china", "intl"] = "china"
    """The site of the account: ``china`` or ``intl`` (international), which lacks several
    features."""
    timeout: float = Field(default=300.0, gt=0, allow_inf_nan=False)
    """Timeout in seconds for asynchronous operations."""
    pacing: bool = True
    """True to keep calls below the API's rate limits."""

    @field_validator("assume_role", mode="before")
    @classmethod
    def _parse_json(cls, value: object) -> object:
        """Parse a role given as JSON, the form of structured configuration."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError('must be an object such as {"roleArn": "qcs::cam::uin/…"}') from None


def read_settings(
    config: Callable[[str], object], environ: Mapping[str, str] = os.environ
) -> ProviderSettings:
    """Read the settings from a stack's configuration and the environment.

    Args:
        config: Returns the value of a full key such as ``havip:region``, or None.
        environ: The environment variables.

    Raises:
        ResourceError: A setting is malformed, or the key is incomplete.
    """
    found = {name: _look_up(name, config, environ) for name in ProviderSettings.model_fields}
    try:
        settings = ProviderSettings.model_validate(
            {k: v for k, v in found.items() if v is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(to_camel(str(part)) for part in first["loc"])
        key = f"{NAMESPACE}:{path}"
        raise ResourceError(
            f"configuration: {key}: {first['msg']}; set it with `pulumi config set`"
        ) from None
    if (settings.secret_id is None) != (settings.secret_key is None):
        missing = "secretKey" if settings.secret_key is None else "secretId"
        raise ResourceError(
            f"configuration: {NAMESPACE}:{missing} is not set, and the other half of the key is: "
            f"set both, or neither to use the usual places"
        )
    return settings


def _look_up(
    name: str, config: Callable[[str], object], environ: Mapping[str, str]
) -> object | None:
    value = config(f"{NAMESPACE}:{to_camel(name)}")
    candidates = [value, *(environ.get(variable) for variable in ENVIRONMENT[name])]
    return next((item for item in candidates if item not in (None, "")), None)
