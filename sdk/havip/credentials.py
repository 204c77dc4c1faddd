"""Credentials: what signs a call, and the places where they are looked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from havip.errors import CredentialError


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """A key of the API, as it is; also the simplest `CredentialProvider`.

    Attributes:
        secret_id: Id of the key.
        secret_key: The key; never shown by repr.
        token: Session token of temporary credentials.
        expires: When temporary credentials run out, in seconds since 1970; None for never.

    Raises:
        CredentialError: Id or key is empty, or there are spaces around one.
    """

    secret_id: str
    secret_key: str
    token: str | None = None
    expires: float | None = None

    def __post_init__(self) -> None:
        for name in ("secret_id", "secret_key", "token"):
            value: str | None = getattr(self, name)
            if value is None and name == "token":
                continue
            if not value or value != value.strip() or not value.isprintable():
                raise CredentialError(
                    f"{name} is empty or has spaces or unprintable characters around it"
                )

    def __repr__(self) -> str:
        token = ", token=***" if self.token else ""
        return f"Credentials({mask(self.secret_id)}, secret_key=***{token})"

    def get(self) -> Credentials:
        """Give these credentials."""
        return self


class CredentialProvider(Protocol):
    """Anything that gives credentials when a call is about to be signed.

    `get` is called for each attempt, from any thread: a provider keeps what it has until shortly
    before it expires.
    """

    def get(self) -> Credentials:
        """Give credentials that are good for a call now.

        Raises:
            CredentialError: There are none; the text says where they were looked for.
        """
        ...


class EnvironmentCredentials:
    """Credentials of the environment variables that Tencent's own tools read."""

    def get(self) -> Credentials:
        """Read the variables.

        Raises:
            CredentialError: One of them is not set.
        """
        secret_id = os.environ.get("TENCENTCLOUD_SECRET_ID")
        secret_key = os.environ.get("TENCENTCLOUD_SECRET_KEY")
        if not secret_id or not secret_key:
            raise CredentialError(
                "no credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set"
            )
        token = os.environ.get("TENCENTCLOUD_TOKEN") or os.environ.get(
            "TENCENTCLOUD_SECURITY_TOKEN"
        )
        return Credentials(secret_id, secret_key, token or None)


def mask(secret_id: str) -> str:
    """Show enough of a key's id to tell it from others."""
    return f"{secret_id[:4]}***{secret_id[-4:]}" if len(secret_id) > 12 else "***"
