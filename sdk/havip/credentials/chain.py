"""The credential chain: the providers that a client tries by default, in order."""

from __future__ import annotations

import os
from collections.abc import Iterator

from havip._transport.clock import current_deadline
from havip._transport.endpoint import endpoint_of_environment, is_loopback
from havip._transport.locks import ForkLock
from havip.credentials.base import CredentialProvider, Credentials, NoCredentialsError
from havip.credentials.environment import Environment
from havip.credentials.files import ProfileFile
from havip.credentials.metadata import CvmRole
from havip.credentials.profiles import Profile, selected_profile
from havip.credentials.roles import AssumedRole, Session
from havip.credentials.tccli import TccliProfile
from havip.credentials.web_identity import WebIdentity
from havip.errors import CredentialError

EMULATOR_KEY = "TENCENTCLOUD_SECRET_ID=AKIDEXAMPLE TENCENTCLOUD_SECRET_KEY=SECRETEXAMPLE"


class Chain:
    """The credential chain described in `havip.credentials`, a client's default.

    The first provider with credentials is kept for the lifetime of the chain.

    Args:
        session: The profile, and the connection to the security token service.
    """

    def __init__(self, session: Session | None = None) -> None:
        self._session = session or Session()
        self._lock = ForkLock()
        self._found: CredentialProvider | None = None

    def get(self) -> Credentials:
        """Return the credentials of the first provider that has any.

        Raises:
            CredentialError: No provider has any; the message lists all of them.
        """
        if self._found is not None:
            return self._found.get()
        deadline = current_deadline()
        if not self._lock.acquire(-1 if deadline is None else max(0.0, deadline.left())):
            raise CredentialError(
                "no credentials in the time of the call: another thread still looks for them; "
                "give the call more time (retry=, timeout=)"
            )
        try:
            return self._found.get() if self._found is not None else self._search()
        finally:
            self._lock.release()

    def held(self) -> Credentials | None:
        """Return credentials that need no renewal yet, without blocking; else None."""
        held = getattr(self._found, "held", None)
        found: Credentials | None = held() if held is not None else None
        return found

    @property
    def found(self) -> CredentialProvider | None:
        """The provider that has credentials; None before the first search."""
        return self._found

    def _search(self) -> Credentials:
        """Try the providers in order."""
        absent: list[str] = []
        for provider in self._providers():
            try:
                credentials = provider.get()
            except NoCredentialsError as error:
                absent.append(str(error))
            else:
                self._found = provider
                return credentials
        raise CredentialError(
            f"no credentials found: {'; '.join(absent)}; set the two variables, "
            "run `havip configure`, or give credentials=havip.Credentials(secret_id, secret_key)"
            f"{self._of_emulator()}"
        )

    def _of_emulator(self) -> str:
        """Return a hint with the emulator's key if calls go to this machine."""
        if not is_loopback(self._session.endpoint or endpoint_of_environment()):
            return ""
        return f"; the emulator's key, unless it was given others, is {EMULATOR_KEY}"

    def _providers(self) -> Iterator[CredentialProvider]:
        profile = selected_profile(self._session.profile)
        if profile.explicit:
            yield self._profile(profile)
            return
        yield self._environment()
        yield _WebIdentity(self._session)
        if profile.source:
            yield self._profile(profile)
            return
        yield ProfileFile()
        yield TccliProfile(session=self._session)
        yield CvmRole(clock=self._session.clock)

    def _profile(self, profile: Profile) -> CredentialProvider:
        """Return the provider of an explicitly selected profile, which must exist."""
        file, tccli = ProfileFile(profile.name), TccliProfile(profile.name, self._session)
        in_tccli = tccli.exists()
        if in_tccli and (profile.tccli_first or not file.has_profile()):
            return tccli
        if in_tccli or file.has_profile():
            return file
        raise CredentialError(
            f"there is no profile {profile.name!r}, which {profile.source} asks for: no section "
            f"[{profile.name}] in the credentials file, no tccli profile "
            f"~/.tccli/{profile.name}.credential; run `havip configure --profile {profile.name}`"
        )

    def _environment(self) -> CredentialProvider:
        """Return the key in the environment, or the role that the environment names."""
        role = os.environ.get("TENCENTCLOUD_ROLE_ARN")
        if not role or not os.environ.get("TENCENTCLOUD_SECRET_ID"):
            return Environment()
        name = os.environ.get("TENCENTCLOUD_ROLE_SESSION_NAME") or "havip"
        return AssumedRole(role, name, source=Environment(), session=self._session)


class _WebIdentity:
    """The web identity in the environment, read only when the chain reaches it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._provider: WebIdentity | None = None

    def get(self) -> Credentials:
        if self._provider is None:
            self._provider = WebIdentity.of_environment(self._session)
        return self._provider.get()

    def held(self) -> Credentials | None:
        return None if self._provider is None else self._provider.held()


AssumedRole.default_source = Chain
