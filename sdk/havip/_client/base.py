"""Base of `havip.Client` and `havip.AsyncClient`: arguments, options and regions."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping
from typing import ClassVar, NamedTuple, NoReturn, Self

from havip._checks import count, function, rate, seconds, text
from havip._client.core import Core, check_retry
from havip._transport.caller import Attempt, Backend, CallSender, Options
from havip._transport.clock import Clock, check_clock
from havip._transport.endpoint import (
    Site,
    Target,
    check_region,
    check_site,
    endpoint_of_environment,
    target,
)
from havip._transport.rate_limit import RateLimiter
from havip._transport.reply import DEFAULT_MAX_BYTES
from havip._transport.retry import Retry
from havip.credentials.base import CredentialProvider, check_provider
from havip.credentials.chain import Chain
from havip.credentials.region import find_region
from havip.credentials.roles import Session
from havip.errors import UsageError

_LANGUAGES = ("en-US", "zh-CN")


class Connection(NamedTuple):
    """The checked arguments about connections.

    Attributes:
        clock: Clock used for sleeping.
        connections: Maximum number of concurrent requests.
        connect_timeout: Timeout in seconds for a connection.
        timeout: Timeout in seconds for one attempt.
        proxies: Proxy URL by scheme.
        ca: Path of the CA bundle.
        max_bytes: Maximum size of a response.
        keepalive: Whether to use TCP keepalive.
    """

    clock: Clock
    connections: int
    connect_timeout: float
    timeout: float
    proxies: Mapping[str, str] | None
    ca: str | None
    max_bytes: int
    keepalive: bool


class BaseClient:
    """A client of one region and account. Use `havip.Client` or `havip.AsyncClient`."""

    _backend: ClassVar[Callable[[Connection], Backend]]

    def __init__(
        self,
        region: str | None = None,
        *,
        credentials: CredentialProvider | None = None,
        profile: str | None = None,
        endpoint: str | None = None,
        site: str = "china",
        clock: Clock | None = None,
        retry: Retry | None = None,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        connections: int = 16,
        proxies: Mapping[str, str] | None = None,
        ca: str | os.PathLike[str] | None = None,
        pace: bool | float = False,
        language: str = "en-US",
        task_timeout: float = 180.0,
        max_response_bytes: int = DEFAULT_MAX_BYTES,
        tcp_keepalive: bool = True,
        user_agent: str = "",
        on_attempt: Callable[[Attempt], None] | None = None,
    ) -> None:
        self.clock: Clock = check_clock(clock)
        self.site: Site = check_site(site)
        self.task_timeout = seconds("task_timeout", task_timeout, zero=True)
        options = Options(
            Retry() if retry is None else check_retry(retry), seconds("timeout", timeout)
        )
        self._region = _check_given_region(region)
        self._endpoint = _check_endpoint(endpoint, self.site)
        self._profile = _check_profile(profile, credentials)
        if language not in _LANGUAGES:
            raise UsageError(f"language must be one of {', '.join(_LANGUAGES)}, got {language!r}")
        if on_attempt is not None:
            function("on_attempt", on_attempt, "print")
        connection = Connection(
            clock=self.clock,
            connections=count("connections", connections),
            connect_timeout=seconds("connect_timeout", connect_timeout),
            timeout=options.timeout,
            proxies=_check_proxies(proxies),
            ca=_check_path("ca", ca),
            max_bytes=count("max_response_bytes", max_response_bytes),
            keepalive=_check_bool("tcp_keepalive", tcp_keepalive),
        )
        caller = CallSender(
            backend=type(self)._backend(connection),
            credentials=check_provider(credentials) or self._chain(clock),
            clock=self.clock,
            resolve=self._resolve,
            language=language,
            limiter=_limiter(self.clock, pace),
            user_agent=text("user_agent", user_agent, "myapp/1.0") if user_agent != "" else "",
            on_attempt=on_attempt,
        )
        self._caller = caller
        self._core = Core(caller, self.clock, self.site, options, self.task_timeout)

    def with_options(
        self,
        *,
        retry: Retry | None = None,
        timeout: float | None = None,
        task_timeout: float | None = None,
    ) -> Self:
        """Return a client with other options that shares connections and credentials.

        Example::

            client.with_options(timeout=5.0, retry=havip.Retry(deadline=8.0)).describe_ha_vips()

        Args:
            retry: The retry policy.
            timeout: Timeout in seconds for one attempt.
            task_timeout: Seconds that a method waits for the task of its action.

        Raises:
            UsageError: A value is out of range.
        """
        made = self._copy()
        old = self._core.options
        made.task_timeout = (
            self.task_timeout
            if task_timeout is None
            else seconds("task_timeout", task_timeout, zero=True)
        )
        options = Options(
            old.retry if retry is None else check_retry(retry),
            old.timeout if timeout is None else seconds("timeout", timeout),
        )
        made._core = self._core._replace(options=options, task_timeout=made.task_timeout)
        return made

    def for_region(self, region: str) -> Self:
        """Return a client of another region that shares connections and credentials.

        Example::

            regions = client.describe_regions().region_set
            for one in regions:
                print(one.region, client.for_region(one.region).describe_ha_vips().total_count)

        Args:
            region: Region id, such as ``ap-shanghai``.

        Raises:
            UsageError: The region is malformed.
        """
        made = self._copy()
        made._region = check_region(region)
        made._caller = copy.copy(self._caller)
        made._caller.redirect(made._resolve)
        made._core = self._core._replace(caller=made._caller)
        return made

    def _copy(self) -> Self:
        made = object.__new__(type(self))
        vars(made).update(vars(self))
        return made

    def _resolve(self, service: str) -> tuple[Target, str]:
        """Return the address and the region of a service."""
        region = find_region(self._region, self._profile)
        endpoint = self._endpoint if self._endpoint is not None else endpoint_of_environment()
        return target(endpoint, self.site, service, region), region

    def _chain(self, clock: Clock | None) -> CredentialProvider:
        return Chain(Session(self._region, self._endpoint, self.site, clock, self._profile))

    def __repr__(self) -> str:
        region = self._region or "of the environment"
        return f"<havip.{type(self).__name__} region {region}, site {self.site}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise UsageError(
            f"a {type(self).__name__} cannot be copied or pickled, since it holds connections and "
            "locks: create one in each process, or use with_options() or for_region()"
        )


def _check_given_region(region: object) -> str | None:
    if region is None:
        return None
    if not isinstance(region, str):
        raise UsageError(f"region must be a region id such as 'ap-guangzhou', got {region!r}")
    return check_region(region)


def _check_endpoint(endpoint: object, site: Site) -> str | None:
    """Check an endpoint; an empty one, as from an unset variable, must not reach the real cloud."""
    if endpoint is None:
        return None
    if not isinstance(endpoint, str):
        raise UsageError(f"endpoint must be a URL, 'regional' or 'internal', got {endpoint!r}")
    if not endpoint.strip():
        raise UsageError(
            "endpoint is empty: give a URL such as http://127.0.0.1:8080, or leave it out for "
            "the public endpoint"
        )
    target(endpoint, site, "vpc", "ap-guangzhou")
    return endpoint


def _check_profile(profile: object, credentials: object) -> str | None:
    if profile is None:
        return None
    if not isinstance(profile, str) or not profile.strip():
        raise UsageError(f"profile must be the name of a profile, got {profile!r}")
    if credentials is not None:
        raise UsageError("give either credentials or profile, not both")
    return profile


def _check_proxies(proxies: object) -> Mapping[str, str] | None:
    """Check proxies; their URLs may contain passwords and are not shown."""
    if proxies is None:
        return None
    if not isinstance(proxies, Mapping) or not all(
        isinstance(scheme, str) and isinstance(url, str) for scheme, url in proxies.items()
    ):
        raise UsageError(
            "proxies must map schemes to URLs, such as {'https': 'http://proxy.example:3128'}, "
            f"got a {type(proxies).__name__}"
        )
    return dict(proxies)


def _check_path(name: str, path: object) -> str | None:
    if path is None:
        return None
    if not isinstance(path, str | os.PathLike) or not os.fspath(path):
        raise UsageError(f"{name} must be the path of a file with certificates, got {path!r}")
    return os.fspath(path)


def _check_bool(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{name} must be True or False, got {value!r}")
    return value


def _limiter(clock: Clock, pace: object) -> RateLimiter | None:
    if isinstance(pace, bool):
        return RateLimiter(clock) if pace else None
    return RateLimiter(clock, rate("pace", pace))
