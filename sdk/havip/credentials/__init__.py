"""Keys, credential providers and the credential chain.

A client without ``credentials=`` tries, in this order:

1. The profile in ``profile=`` or ``HAVIP_PROFILE``; if there is one, nothing else is tried.
2. The environment: ``TENCENTCLOUD_SECRET_ID``, ``TENCENTCLOUD_SECRET_KEY`` and, for temporary
   keys, ``TENCENTCLOUD_TOKEN`` or ``TENCENTCLOUD_SECURITY_TOKEN``; if ``TENCENTCLOUD_ROLE_ARN``
   (and ``TENCENTCLOUD_ROLE_SESSION_NAME``) is set, that role is assumed.
3. The web identity of the environment (`WebIdentity`): a pod of TKE, or a CI job.
4. The profile in ``TENCENTCLOUD_PROFILE`` or ``TCCLI_PROFILE``; then nothing else is tried.
5. The default profile in the credentials file of Tencent's SDKs (`ProfileFile`).
6. The default profile of tccli (`TccliProfile`).
7. The CAM role of the CVM instance (`CvmRole`).

A profile is a section of the SDKs' credentials file, or else a profile of tccli; for
``TCCLI_PROFILE``, the profile of tccli comes first.

Nothing is read before the first call. A source that exists but is broken is an error rather than
skipped: the next one might have the key of another account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from havip._deprecated import renamed
from havip.credentials.base import CredentialProvider, Credentials, Renewed, mask
from havip.credentials.chain import Chain
from havip.credentials.environment import Environment
from havip.credentials.files import ProfileFile
from havip.credentials.metadata import CvmRole
from havip.credentials.roles import AssumedRole, Session
from havip.credentials.tccli import TccliProfile
from havip.credentials.web_identity import WebIdentity

__all__ = [
    "AssumedRole",
    "Chain",
    "CredentialProvider",
    "Credentials",
    "CvmRole",
    "Environment",
    "ProfileFile",
    "Renewed",
    "Session",
    "TccliProfile",
    "WebIdentity",
    "mask",
]

if TYPE_CHECKING:
    AssumeRole = AssumedRole  # its name in 0.1.0
else:

    def __getattr__(name: str) -> object:
        """Return the object behind a deprecated name of 0.1.0."""
        return renamed(__name__, name)
