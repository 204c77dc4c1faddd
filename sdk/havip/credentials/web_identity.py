"""Credentials of a role assumed with the token of an identity provider (OIDC)."""

from __future__ import annotations

import os
from pathlib import Path

from havip._checks import count, path, text
from havip.credentials.base import Credentials, NoCredentialsError, Renewed
from havip.credentials.roles import (
    LONGEST_DURATION,
    ROLE_ARN,
    Session,
    call_sts,
    check_session,
    credentials_of,
)
from havip.errors import CredentialError

_TKE = ("TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN")
_CI = (
    "TENCENTCLOUD_PROVIDER_ID",
    "TENCENTCLOUD_WEB_IDENTITY_TOKEN_FILE",
    "TENCENTCLOUD_ROLE_ARN",
)
LONGEST_TOKEN = 64 * 1024


class WebIdentity(Renewed):
    """Temporary credentials of a role, assumed with a token of an identity provider.

    A pod of TKE has the token, the provider and the role in its ``TKE_*`` variables; a CI job has a
    token of its platform in a file. The file is read at each renewal, since the platform replaces
    it. No key is needed or sent.

    Example::

        credentials = havip.WebIdentity(
            role_arn="qcs::cam::uin/100000000001:roleName/ci",
            provider_id="github",
            token_file="/run/secrets/oidc-token",
        )
        client = havip.Client("ap-guangzhou", credentials=credentials)

    Args:
        role_arn: The role, as ``qcs::cam::uin/<uin>:roleName/<name>``.
        provider_id: Name of the identity provider in CAM.
        token_file: Path of the token file.
        session_name: The session name in the audit log.
        duration: Lifetime of the credentials in seconds, at most 43200.
        session: The connection to the security token service.

    Raises:
        UsageError: An argument is out of range.
    """

    def __init__(
        self,
        role_arn: str,
        provider_id: str,
        token_file: str | os.PathLike[str],
        session_name: str = "havip",
        *,
        duration: int = 7200,
        session: Session | None = None,
    ) -> None:
        self._session = check_session(session)
        super().__init__(self._session.clock)
        self._role_arn = text("role_arn", role_arn, ROLE_ARN)
        self._provider_id = text("provider_id", provider_id, "github")
        self._token_file = Path(path("token_file", token_file, "/run/secrets/oidc-token"))
        self._session_name = text("session_name", session_name, "havip")
        self._duration = count("duration", duration, most=LONGEST_DURATION)

    @classmethod
    def of_environment(cls, session: Session | None = None) -> WebIdentity:
        """Build the provider described by the environment.

        The variables are ``TKE_PROVIDER_ID``, ``TKE_WEB_IDENTITY_TOKEN_FILE`` and
        ``TKE_ROLE_ARN``, which TKE sets in a pod; or ``TENCENTCLOUD_PROVIDER_ID``,
        ``TENCENTCLOUD_WEB_IDENTITY_TOKEN_FILE`` and ``TENCENTCLOUD_ROLE_ARN`` (and
        ``TENCENTCLOUD_ROLE_SESSION_NAME``) elsewhere.

        Args:
            session: The connection to the security token service.

        Raises:
            CredentialError: None, or only some, of the variables are set.
        """
        session = session or Session()
        for names, region in ((_CI, None), (_TKE, os.environ.get("TKE_REGION"))):
            found = [os.environ.get(name, "") for name in names]
            if not found[1] and not (names is _TKE and any(found)):
                continue
            if missing := [name for name, value in zip(names, found, strict=True) if not value]:
                raise CredentialError(
                    f"web identity: {', '.join(missing)} not set, but "
                    f"{next(n for n, v in zip(names, found, strict=True) if v)} is"
                )
            provider, token_file, role = found
            name = os.environ.get("TENCENTCLOUD_ROLE_SESSION_NAME") or "havip"
            reached = session._replace(region=session.region or region)
            return cls(role, provider, token_file, name, session=reached)
        raise NoCredentialsError(
            "web identity: neither TKE_WEB_IDENTITY_TOKEN_FILE nor "
            "TENCENTCLOUD_WEB_IDENTITY_TOKEN_FILE set"
        )

    def _fetch(self) -> Credentials:
        from havip.api import sts

        request = sts.AssumeRoleWithWebIdentity(
            provider_id=self._provider_id,
            web_identity_token=self._token(),
            role_arn=self._role_arn,
            role_session_name=self._session_name,
            duration_seconds=self._duration,
        )
        answer = call_sts(request, sts.AssumeRoleWithWebIdentityResponse, None, self._session)
        return credentials_of(answer)

    def _token(self) -> str:
        try:
            with self._token_file.open("rb") as file:
                token = file.read(LONGEST_TOKEN + 1).decode("ascii").strip()
        except OSError as error:
            raise CredentialError(
                f"web identity: cannot read the token file {self._token_file}: {error.strerror}"
            ) from None
        except UnicodeDecodeError:
            token = ""
        if not token or len(token) > LONGEST_TOKEN or any(char.isspace() for char in token):
            raise CredentialError(f"web identity: {self._token_file} does not hold a token")
        return token
