"""HAVIP as code for Tencent Cloud."""

from __future__ import annotations

from havip import api, errors
from havip._clock import Clock, FakeClock, SystemClock
from havip._retry import Retry
from havip.client import Client
from havip.credentials import CredentialProvider, Credentials, EnvironmentCredentials
from havip.errors import HavipError

__version__ = "0.1.0"
__all__ = [
    "Client",
    "Clock",
    "CredentialProvider",
    "Credentials",
    "EnvironmentCredentials",
    "FakeClock",
    "HavipError",
    "Retry",
    "SystemClock",
    "__version__",
    "api",
    "errors",
]
