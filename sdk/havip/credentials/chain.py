"""The credential chain and the credentials of environment variables."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

from havip._transport.endpoint import endpoint_of_environment, is_loopback
from havip.credentials.base import (
    AbsentError,
    CredentialProvider,
    Credentials,
)
from havip.credentials.files import ProfileFile, TccliProfile
from havip.credentials.roles import AssumeRole, CvmRole, Session
from havip.errors import CredentialError

EMULATOR_KEY = "TENCENTCLOUD_SECRET_ID=AKIDEXAMPLE TENCENTCLOUD_SECRET_KEY=SECRETEXAMPLE"


class Environment:
    """Credentials of the environment variables that Tencent's own tools read."""

    def get(self) -> Credentials:
        """Read the variables, each time anew.

        Raises:
            CredentialError: One is missing, or the two names of the token differ.
        """
        secret_id = os.environ.get("TENCENTCLOUD_SECRET_ID")
        secret_key = os.environ.get("TENCENTCLOUD_SECRET_KEY")
        if not secret_id and not secret_key:
            raise AbsentError("TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set")
        if not secret_id:
            raise CredentialError("TENCENTCLOUD_SECRET_KEY is set, TENCENTCLOUD_SECRET_ID is not")
        if not secret_key:
            raise CredentialError("TENCENTCLOUD_SECRET_ID is set, TENCENTCLOUD_SECRET_KEY is not")
        return Credentials(secret_id, secret_key, _token())


def _token() -> str | None:
    """Read the token, for which the field has two names."""
    one = os.environ.get("TENCENTCLOUD_TOKEN") or None
    other = os.environ.get("TENCENTCLOUD_SECURITY_TOKEN") or None
    if one and other and one != other:
        raise CredentialError(
            "TENCENTCLOUD_TOKEN and TENCENTCLOUD_SECURITY_TOKEN differ: unset the stale one"
        )
    return one or other


class Chain:
    """The places of this module's text, one after the other; what a client has by default.

    The place that has credentials is kept for the life of the chain.

    Args:
        session: How the security token service is reached where a role is taken on.
    """

    def __init__(self, session: Session | None = None) -> None:
        self._session = session or Session()
        self._lock = threading.Lock()
        self._found: CredentialProvider | None = None

    def get(self) -> Credentials:
        """Give the credentials of the first place that has some.

        Raises:
            CredentialError: No place has any; the text names them all.
        """
        if self._found is not None:
            return self._found.get()
        with self._lock:
            return self._found.get() if self._found is not None else self._search()

    def _search(self) -> Credentials:
        """Look at one place after the other."""
        absent: list[str] = []
        for place in self._places():
            try:
                credentials = place.get()
            except AbsentError as error:
                absent.append(str(error))
            else:
                self._found = place
                return credentials
        raise CredentialError(
            f"no credentials found: {'; '.join(absent)}; set the two variables, "
            "run `havip configure`, or give credentials=havip.Credentials(secret_id, secret_key)"
            f"{self._of_emulator()}"
        )

    def _of_emulator(self) -> str:
        """Name the emulator's key where calls go to this machine."""
        if not is_loopback(self._session.endpoint or endpoint_of_environment()):
            return ""
        return f"; the emulator's key, unless it was given others, is {EMULATOR_KEY}"

    def _places(self) -> Iterator[CredentialProvider]:
        yield self._environment()
        files: list[CredentialProvider] = [ProfileFile(), TccliProfile(session=self._session)]
        yield from reversed(files) if os.environ.get("TCCLI_PROFILE") else files
        yield CvmRole(clock=self._session.clock)

    def _environment(self) -> CredentialProvider:
        """Read the environment, which may name a role to take on as well."""
        role = os.environ.get("TENCENTCLOUD_ROLE_ARN")
        if not role or not os.environ.get("TENCENTCLOUD_SECRET_ID"):
            return Environment()
        name = os.environ.get("TENCENTCLOUD_ROLE_SESSION_NAME") or "havip"
        return AssumeRole(role, name, source=Environment(), session=self._session)
