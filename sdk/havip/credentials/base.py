"""Keys, the interface of credential providers, and renewal of temporary credentials."""

from __future__ import annotations

import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from havip._checks import is_number
from havip._transport.clock import Clock, check_clock, current_deadline
from havip._transport.locks import ForkLock
from havip._transport.sign import check_key
from havip.errors import CredentialError, HavipError, UsageError

log = logging.getLogger("havip")

RENEW_BEFORE: Final = 300.0
"""Seconds before their expiry from which on temporary credentials are renewed."""
RENEW_AGAIN: Final = 10.0
"""Seconds between two attempts to renew credentials that are still valid."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """An API key; also the simplest `CredentialProvider`.

    Example::

        havip.Client(credentials=havip.Credentials(secret_id, secret_key))

    Attributes:
        secret_id: Id of the key.
        secret_key: The key; omitted from the repr.
        token: Session token of temporary credentials.
        expires: Expiry time of temporary credentials, in seconds since 1970; None for never.

    Raises:
        CredentialError: A value is empty, or contains characters that no key has, such as a space.
    """

    secret_id: str
    secret_key: str
    token: str | None = None
    expires: float | None = None

    def __post_init__(self) -> None:
        _check("secret_id", self.secret_id)
        _check("secret_key", self.secret_key)
        if self.token is not None:
            _check("token", self.token)
        if self.expires is not None and not is_number(self.expires):
            raise CredentialError(
                "expires must be a number of seconds since 1970, or None for never"
            )

    def __repr__(self) -> str:
        token = ", token=***" if self.token else ""
        return f"Credentials({mask(self.secret_id)}, ***{token})"

    def get(self) -> Credentials:
        """Return these credentials."""
        return self

    def held(self) -> Credentials:
        """Return these credentials; a provider with this method does not block in it."""
        return self


class CredentialProvider(Protocol):
    """Interface of credential providers.

    `get` is called for each attempt of a call, from any thread. A provider caches its credentials
    until shortly before they expire, and reads nothing when it is created. `Renewed` is a base
    class for providers of temporary credentials.
    """

    def get(self) -> Credentials:
        """Return credentials that are valid for a call now.

        Raises:
            CredentialError: There are none; the message lists where they were searched.
        """
        ...


def check_provider(
    credentials: CredentialProvider | None, name: str = "credentials"
) -> CredentialProvider | None:
    """Check a credential provider; the error message never shows the value.

    Raises:
        UsageError: It is not a credential provider.
    """
    get = getattr(credentials, "get", None)
    if credentials is not None and (isinstance(credentials, type | Mapping) or not callable(get)):
        raise UsageError(
            f"{name} must be havip.Credentials(secret_id, secret_key), or an object whose get() "
            f"returns them, got a {type(credentials).__name__}"
        )
    return credentials


class NoCredentialsError(CredentialError):
    """A source has no credentials; a source with broken ones raises another error."""


class Renewed(ABC):
    """Base class of providers of temporary credentials; caches and renews them.

    While one thread renews, others continue with the old credentials as long as these are valid,
    and wait otherwise, but no longer than their call may take. A child process forked meanwhile
    renews by itself.

    A subclass implements `_fetch`, which returns new credentials.

    Example::

        class Vault(havip.credentials.Renewed):
            def _fetch(self) -> havip.Credentials:
                found = vault.read("tencent/creds/havip")
                return havip.Credentials(found.id, found.key, found.token, found.expires)

    Args:
        clock: Clock for the expiry time.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock: Clock = check_clock(clock)
        self._lock = ForkLock()
        self._held: Credentials | None = None
        self._renew_at = 0.0

    @abstractmethod
    def _fetch(self) -> Credentials:
        """Return new credentials.

        Raises:
            CredentialError: There are none.
        """

    def held(self) -> Credentials | None:
        """Return credentials that need no renewal yet, without blocking; else None."""
        held = self._held
        return held if held is not None and self._clock.time() < self._renew_at else None

    def get(self) -> Credentials:
        """Return credentials that are valid for a call now.

        Raises:
            CredentialError: New ones were needed and not available.
        """
        held, now = self._held, self._clock.time()
        if held is not None and now < self._renew_at:
            return held
        usable = held is not None and now < _end(held)
        deadline = current_deadline()
        patience = 0.0 if usable else -1 if deadline is None else max(0.0, deadline.left())
        if not self._lock.acquire(patience):
            if usable and held is not None:
                return held
            raise CredentialError(
                f"no credentials within the {deadline.seconds if deadline else 0:.3g} s of the "
                "call: another thread is still getting new ones; give the call more time "
                "(retry=, timeout=)"
            )
        try:
            return self._renew()
        finally:
            self._lock.release()

    def _renew(self) -> Credentials:
        """Fetch new credentials, unless another thread just did; the lock is held."""
        held, now = self._held, self._clock.time()
        if held is not None and now < self._renew_at:
            return held
        try:
            fresh = self._fetch()
            check_key(fresh, self)
        except HavipError as error:
            if held is None or now >= _end(held):
                raise
            log.warning("credentials could not be renewed, the old ones are still used: %s", error)
            self._renew_at = now + RENEW_AGAIN
            return held
        # If they are valid for minutes only, a quarter of their lifetime is the margin.
        end = _end(fresh)
        self._held, self._renew_at = fresh, end - min(RENEW_BEFORE, (end - now) / 4)
        return fresh


def _end(credentials: Credentials) -> float:
    """Return the expiry time; infinite if they never expire."""
    expires: float | None = getattr(credentials, "expires", None)  # the key of another library
    return math.inf if expires is None else expires


def mask(secret_id: str) -> str:
    """Return the part of a key's id that is safe to show."""
    return f"{secret_id[:4]}***{secret_id[-4:]}" if len(secret_id) > 12 else "***"


def _check(name: str, value: object) -> None:
    """Check a part of a key, to avoid a confusing error of the service later."""
    if not isinstance(value, str):
        raise CredentialError(f"{name} must be a string, got a {type(value).__name__}")
    if not value:
        raise CredentialError(f"{name} is empty")
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise CredentialError(f"{name} has spaces or other characters that no key has")
