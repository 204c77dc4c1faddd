"""The security token service: roles and whose key it is."""

from __future__ import annotations

from havip.api._base import Response, Shape
from havip.api._services import StsRequest
from havip.api.shared import Tag

__all__ = ["AssumeRole", "AssumeRoleResponse", "Credentials", "GetCallerIdentity", "GetCallerIdentityResponse"]


class Credentials(Shape):
    """Temporary credentials; the key and the token are secret."""

    token: str = ""
    tmp_secret_id: str = ""
    tmp_secret_key: str = ""


class AssumeRoleResponse(Response):
    """The answer of `AssumeRole`."""

    credentials: Credentials
    expired_time: int = 0
    expiration: str = ""


class AssumeRole(StsRequest[AssumeRoleResponse]):
    """Take on a role and get temporary credentials for it.

    The answer is secret: it holds a key and a token.
    """

    role_arn: str
    role_session_name: str
    duration_seconds: int | None = None
    policy: str | None = None
    external_id: str | None = None
    tags: list[Tag] | None = None
    source_identity: str | None = None
    serial_number: str | None = None
    token_code: str | None = None


class GetCallerIdentityResponse(Response):
    """The answer of `GetCallerIdentity`."""

    arn: str = ""
    account_id: str = ""
    user_id: str = ""
    principal_id: str = ""
    type: str = ""


class GetCallerIdentity(StsRequest[GetCallerIdentityResponse]):
    """Tell whose key signed the call."""

    reads = True
