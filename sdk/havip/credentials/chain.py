"""The credential chain: the credential providers that a client tries by default, in order."""

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
from havip.credentials.environment import Environment
from havip.credentials.files import ProfileFile
from havip.credentials.metadata import CvmRole
from havip.credentials.roles import AssumeRole, Session
from havip.credentials.tccli import TccliProfile
from havip.errors import CredentialError

EMULATOR_KEY = "TENCENTCLOUD_SECRET_ID=AKIDEXAMPLE TENCENTCLOUD_SECRET_KEY=SECRETEXAMPLE"


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


AssumeRole.default_source = Chain
