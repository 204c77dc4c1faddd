"""HAVIP as code for Tencent Cloud."""

from __future__ import annotations

from havip import api, errors, ready
from havip._clock import Clock, FakeClock, SystemClock
from havip._retry import Retry
from havip.client import Client
from havip.credentials import (
    AssumeRole,
    CredentialProvider,
    Credentials,
    CvmRole,
    Environment,
    ProfileFile,
    TccliProfile,
)
from havip.errors import HavipError

__version__ = "0.1.0"
__all__ = [
    "AssumeRole",
    "Client",
    "Clock",
    "CredentialProvider",
    "Credentials",
    "CvmRole",
    "Environment",
    "FakeClock",
    "HavipError",
    "ProfileFile",
    "Retry",
    "SystemClock",
    "TccliProfile",
    "__version__",
    "api",
    "errors",
    "ready",
]
