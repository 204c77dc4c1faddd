"""STS: temporary keys for roles, and the identity of the caller."""

from __future__ import annotations

import re
from typing import Any

from havip.api import (
    AssumeRole,
    AssumeRoleResponse,
    AssumeRoleWithWebIdentity,
    AssumeRoleWithWebIdentityResponse,
    Credentials,
    GetCallerIdentity,
    GetCallerIdentityResponse,
)
from havip.emulator.errors import ApiFailure
from havip.emulator.rules.calls import ActionCall
from havip.emulator.state.clock import utc_text
from havip.emulator.state.rows import RoleSession

DEFAULT_DURATION = 7200
MAX_DURATION = 43_200
_ARN = re.compile(r"qcs::cam::uin/(?P<account>\d{1,20}):(role/\d+|roleName/[\w+=,.@-]{1,128})")
_NAME = re.compile(r"[\w+=,.@-]{2,128}")


def assume_role(call: ActionCall, request: AssumeRole) -> AssumeRoleResponse:
    """Issue a temporary key for a role of this account or another one."""
    return AssumeRoleResponse(**_issue(call, request, call.caller.account))


def assume_role_with_web_identity(
    call: ActionCall, request: AssumeRoleWithWebIdentity
) -> AssumeRoleWithWebIdentityResponse:
    """Issue a temporary key in exchange for a web identity token, which is not verified."""
    if not request.web_identity_token.strip() or not request.provider_id.strip():
        raise ApiFailure(
            "InvalidParameter.WebIdentityTokenError",
            "`WebIdentityToken` and `ProviderId` must not be empty.",
        )
    return AssumeRoleWithWebIdentityResponse(**_issue(call, request, request.provider_id))


def _issue(
    call: ActionCall, request: AssumeRole | AssumeRoleWithWebIdentity, principal: str
) -> dict[str, Any]:
    region, world = call.region, call.region.world
    match = _ARN.fullmatch(request.role_arn)
    if match is None:
        raise ApiFailure(
            "InvalidParameter.ParamError",
            f"`RoleArn` must be qcs::cam::uin/UIN:roleName/NAME, got `{request.role_arn}`.",
        )
    if not _NAME.fullmatch(request.role_session_name):
        raise ApiFailure(
            "InvalidParameter.ParamError",
            "`RoleSessionName` must be 2 to 128 letters, digits or +=,.@_- characters.",
        )
    duration = DEFAULT_DURATION if request.duration_seconds is None else request.duration_seconds
    if not 0 < duration <= MAX_DURATION:
        raise ApiFailure(
            "InvalidParameter.OverTimeError",
            f"`DurationSeconds` must be 1 to {MAX_DURATION}, got {duration}.",
        )
    for old in [row for row in world.sessions if row.expires < region.now]:
        world.sessions.remove(old.secret_id)
    key = world.keys.issue(match["account"], region.now + duration)
    expires = int(key.expires or 0)
    world.sessions.put(
        RoleSession(
            secret_id=key.secret_id,
            role_arn=request.role_arn,
            name=request.role_session_name,
            principal=principal,
            expires=float(expires),
        )
    )
    return {
        "credentials": Credentials(
            token=key.token or "", tmp_secret_id=key.secret_id, tmp_secret_key=key.secret_key
        ),
        "expired_time": expires,
        "expiration": utc_text(expires),
    }


def get_caller_identity(call: ActionCall, _: GetCallerIdentity) -> GetCallerIdentityResponse:
    """Return the identity of the key that signed the request."""
    account = call.caller.account
    session = call.region.world.sessions.get(call.caller.secret_id)
    if session is None:
        return GetCallerIdentityResponse(
            arn=f"qcs::cam::uin/{account}:uin/{account}",
            account_id=account,
            user_id=account,
            principal_id=account,
            type="CAMUser",
        )
    role = session.role_arn.rpartition("/")[2]
    return GetCallerIdentityResponse(
        arn=session.role_arn.replace("cam", "sts", 1),
        account_id=account,
        user_id=f"{role}:{session.name}",
        principal_id=session.principal,
        type="CAMRole",
    )
