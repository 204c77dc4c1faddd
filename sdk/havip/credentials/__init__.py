"""Credentials: keys, credential providers and the credential chain.

A client that was given no ``credentials=`` tries, in this order:

1. The profile that ``profile=`` or ``HAVIP_PROFILE`` names; then nothing else is tried.
2. The environment: ``TENCENTCLOUD_SECRET_ID``, ``TENCENTCLOUD_SECRET_KEY`` and, for temporary
   keys, ``TENCENTCLOUD_TOKEN`` or ``TENCENTCLOUD_SECURITY_TOKEN``; with ``TENCENTCLOUD_ROLE_ARN``
   (and ``TENCENTCLOUD_ROLE_SESSION_NAME``) that role is assumed.
3. The web identity of the environment (`WebIdentity`): a pod of TKE, or a CI job.
4. The profile that ``TENCENTCLOUD_PROFILE`` or ``TCCLI_PROFILE`` names; then nothing else.
5. The default profile of the file of Tencent's SDKs (`ProfileFile`).
6. The default profile of tccli (`TccliProfile`).
7. The role of the machine (`CvmRole`).

A profile is a section of the SDKs' file or a profile of tccli of that name; the section first,
except for ``TCCLI_PROFILE``.

Nothing is read before the first call. What is there and broken is an error, and never skipped:
the next provider could have the key of another account.
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
        """Return what a name of 0.1.0 stands for."""
        return renamed(__name__, name)
