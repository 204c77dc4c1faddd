"""Credentials from the environment variables of Tencent's own tools."""

from __future__ import annotations

import os

from havip.credentials.base import Credentials, NoCredentialsError
from havip.errors import CredentialError


class Environment:
    """Credentials from the environment variables of Tencent's own tools."""

    def get(self) -> Credentials:
        """Read the variables, on every call.

        Raises:
            CredentialError: One is missing, or the two variables of the token differ.
        """
        secret_id = os.environ.get("TENCENTCLOUD_SECRET_ID")
        secret_key = os.environ.get("TENCENTCLOUD_SECRET_KEY")
        if not secret_id and not secret_key:
            raise NoCredentialsError("TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set")
        if not secret_id:
            raise CredentialError("TENCENTCLOUD_SECRET_KEY is set, TENCENTCLOUD_SECRET_ID is not")
        if not secret_key:
            raise CredentialError("TENCENTCLOUD_SECRET_ID is set, TENCENTCLOUD_SECRET_KEY is not")
        return Credentials(secret_id, secret_key, _token())

    def held(self) -> Credentials:
        """Do the same: it does not block."""
        return self.get()


def _token() -> str | None:
    """Read the token, which has two possible names."""
    one = os.environ.get("TENCENTCLOUD_TOKEN") or None
    other = os.environ.get("TENCENTCLOUD_SECURITY_TOKEN") or None
    if one and other and one != other:
        raise CredentialError(
            "TENCENTCLOUD_TOKEN and TENCENTCLOUD_SECURITY_TOKEN differ: unset the stale one"
        )
    return one or other
