"""Credentials: what signs a call, and the places where it is looked for, in this order.

1. What the client was given (``credentials=``).
2. The environment: ``TENCENTCLOUD_SECRET_ID``, ``TENCENTCLOUD_SECRET_KEY`` and, for temporary
   keys, ``TENCENTCLOUD_TOKEN`` or ``TENCENTCLOUD_SECURITY_TOKEN``; with ``TENCENTCLOUD_ROLE_ARN``
   (and ``TENCENTCLOUD_ROLE_SESSION_NAME``) that role is taken on.
3. The credentials file of Tencent's SDKs (`ProfileFile`).
4. The profile of tccli (`TccliProfile`); before 3 where ``TCCLI_PROFILE`` asks for one.
5. The role of the machine (`CvmRole`).

Nothing is read before the first call. What is there and broken is an error, and never skipped:
the next place could hold the key of another account.
"""

from __future__ import annotations

from havip.credentials.base import CredentialProvider, Credentials, mask
from havip.credentials.chain import Chain
from havip.credentials.environment import Environment
from havip.credentials.files import ProfileFile
from havip.credentials.metadata import CvmRole
from havip.credentials.roles import AssumeRole, Session
from havip.credentials.tccli import TccliProfile

__all__ = [
    "AssumeRole",
    "Chain",
    "CredentialProvider",
    "Credentials",
    "CvmRole",
    "Environment",
    "ProfileFile",
    "Session",
    "TccliProfile",
    "mask",
]
