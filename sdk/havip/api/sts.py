"""The security token service: roles, and the identity of a key."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from havip.api._base import Response, Shape
from havip.api._services import StsRequest
from havip.api.shared import Tag

__all__ = [
    "AssumeRole",
    "AssumeRoleResponse",
    "AssumeRoleWithWebIdentity",
    "AssumeRoleWithWebIdentityResponse",
    "Credentials",
    "GetCallerIdentity",
    "GetCallerIdentityResponse",
]


class Credentials(Shape):
    """Temporary credentials; the key and the token are secret.

    Args:
        token: The session token, sent along with every call; secret.
        tmp_secret_id: Id of the temporary key.
        tmp_secret_key: The temporary key; secret.
    """

    token: Annotated[str, Field(repr=False)] = ""
    tmp_secret_id: str = ""
    tmp_secret_key: Annotated[str, Field(repr=False)] = ""


class AssumeRoleResponse(Response):
    """The response of `AssumeRole`.

    Args:
        credentials: The temporary key and token; secret.
        expired_time: Expiry time, in seconds since 1970.
        expiration: Expiry time, in UTC and ISO 8601.
    """

    credentials: Credentials
    expired_time: int = 0
    expiration: str = ""


class AssumeRole(StsRequest[AssumeRoleResponse]):
    r"""Assume a role and get temporary credentials for it.

    The response is secret: it contains a key and a token.

    Args:
        role_arn: The role, as ``qcs::cam::uin/<uin>:roleName/<name>`` or ``…:role/<id>``.
        role_session_name: Name of the session, 2 to 128 characters of ``[\w+=,.@_-]``.
        duration_seconds: Lifetime in seconds, at most 43200 (default 7200).
        policy: A policy in JSON, URL-encoded, that restricts the role.
        external_id: The role's external id, 2 to 128 characters.
        tags: Session tags, at most 50.
        source_identity: Id (uin) of the caller.
        serial_number: The MFA device, as ``qcs::cam:uin/<uin>::mfa/softToken``.
        token_code: The code that the MFA device shows.
    """

    role_arn: str
    role_session_name: str
    duration_seconds: int | None = None
    policy: str | None = None
    external_id: str | None = None
    tags: list[Tag] | None = None
    source_identity: str | None = None
    serial_number: str | None = None
    token_code: Annotated[str | None, Field(repr=False)] = None


class AssumeRoleWithWebIdentityResponse(Response):
    """The response of `AssumeRoleWithWebIdentity`.

    Args:
        credentials: The temporary key and token; secret.
        expired_time: Expiry time, in seconds since 1970.
        expiration: Expiry time, in UTC and ISO 8601.
    """

    credentials: Credentials
    expired_time: int = 0
    expiration: str = ""


class AssumeRoleWithWebIdentity(StsRequest[AssumeRoleWithWebIdentityResponse]):
    r"""Assume a role with the token of an identity provider; the call is not signed.

    The response is secret: it contains a key and a token.

    Args:
        provider_id: Name of the identity provider in CAM.
        web_identity_token: The OIDC token that the provider issued; secret.
        role_arn: The role, as ``qcs::cam::uin/<uin>:roleName/<name>``.
        role_session_name: Name of the session, 2 to 128 characters of ``[\w+=,.@_-]``.
        duration_seconds: Lifetime of the credentials in seconds, at most 43200 (default 7200).
    """

    signed = False
    provider_id: str
    web_identity_token: Annotated[str, Field(repr=False)]
    role_arn: str
    role_session_name: str
    duration_seconds: int | None = None


class GetCallerIdentityResponse(Response):
    """The response of `GetCallerIdentity`.

    Args:
        arn: The caller as a six-part resource name.
        account_id: Id (uin) of the main account.
        user_id: Id of the caller: a uin, or role and session.
        principal_id: Id (uin) of the account whose key it is.
        type: Kind of caller.
    """

    arn: str = ""
    account_id: str = ""
    user_id: str = ""
    principal_id: str = ""
    type: str = ""


class GetCallerIdentity(StsRequest[GetCallerIdentityResponse]):
    """Return the identity of the key that signed the call."""

    reads = True
