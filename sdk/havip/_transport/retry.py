"""Retry policy: a table of rules, and the backoff.

Calls are of three kinds. Reading actions change nothing. An action with a ClientToken takes effect
once, however often it arrives. Any other action might take effect twice, so it is only sent again
if the first attempt certainly had no effect.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from havip._checks import seconds
from havip.errors import UsageError, is_busy


class Kind(Enum):
    """Effect of sending a call twice."""

    READ = "read"
    """None: the action only reads."""
    TOKEN = "token"  # noqa: S105 - not a password
    """None: the service recognizes the retry by its ClientToken."""
    CHANGE = "change"
    """The action takes effect a second time."""


EVERY: Final = frozenset(Kind)
SAFE: Final = frozenset({Kind.READ, Kind.TOKEN})
NONE: Final[frozenset[Kind]] = frozenset()


class RetryRule(NamedTuple):
    """Retry rule for one kind of failure.

    Attributes:
        again: The kinds of calls that may be retried.
        tries: Maximum number of attempts; None for as many as the deadline allows.
        doubt: Whether the call may have had an effect although the attempt failed.
    """

    again: frozenset[Kind]
    tries: int | None = None
    doubt: bool = False


RULES: Final[Mapping[str, RetryRule]] = {
    # Nothing was sent. A refused connection is usually a restart; a wrong name stays wrong.
    "Unreachable": RetryRule(EVERY, tries=6),
    "Unreachable.Tls": RetryRule(NONE),
    "Unreachable.Name": RetryRule(NONE),
    "Unreachable.Resolver": RetryRule(EVERY, tries=2),
    # The time of the call was over before it was sent.
    "Unreachable.Timeout": RetryRule(NONE),
    # Sent, with an unknown outcome.
    "LostAnswer": RetryRule(SAFE, tries=6, doubt=True),
    # Responses of a proxy or load balancer, or of a failing service.
    "BadAnswer.200": RetryRule(SAFE, tries=2, doubt=True),
    "BadAnswer.Size": RetryRule(NONE, doubt=True),
    "BadAnswer.429": RetryRule(EVERY),
    "BadAnswer.500": RetryRule(SAFE, tries=6, doubt=True),
    "BadAnswer.502": RetryRule(SAFE, tries=6, doubt=True),
    "BadAnswer.503": RetryRule(SAFE, tries=6, doubt=True),
    "BadAnswer.504": RetryRule(SAFE, tries=6, doubt=True),
    # Throttling: rejected before any work. A quota (LimitExceeded) deliberately has no rule.
    "RequestLimitExceeded": RetryRule(EVERY),
    # Another task holds the object, or an earlier attempt of this very call is still running:
    # any code of `havip.errors.is_busy`.
    "Busy": RetryRule(EVERY),
    # Internal error of the service, before or after the work.
    "InternalError": RetryRule(SAFE, tries=4, doubt=True),
    "InternalServerError": RetryRule(SAFE, tries=4, doubt=True),
    "ServiceUnavailable": RetryRule(SAFE, tries=6, doubt=True),
    "FailedOperation.NetDetectTimeOut": RetryRule(SAFE, tries=4, doubt=True),
}
"""Rule by error code, or by the part before a dot; codes without a rule are never retried."""

_NEVER: Final = RetryRule(NONE)


@dataclass(frozen=True)
class Retry:
    """When, how often and how long a client retries a failed call.

    Example::

        client = havip.Client(retry=havip.Retry(deadline=10.0))
        client = havip.Client(retry=havip.Retry(deadline=0.0))   # one attempt, never a second

    Attributes:
        deadline: Seconds from the start of a call after which no attempt starts and none
            continues. The first attempt has the client's `timeout`, even if that is longer.
        first: Approximate length of the first pause in seconds; each further one is twice as long.
        longest: Approximate length of the longest pause in seconds.
        rules: The rule for each kind of failure; a modified copy of `havip.Retry().rules`.

    Raises:
        UsageError: A number is negative or not finite, or `rules` is not a table of rules.
    """

    deadline: float = 60.0
    first: float = 0.2
    longest: float = 5.0
    rules: Mapping[str, RetryRule] = field(default_factory=lambda: RULES, repr=False)

    def __post_init__(self) -> None:
        seconds("Retry: deadline", self.deadline, zero=True)
        seconds("Retry: first", self.first, zero=True)
        seconds("Retry: longest", self.longest, zero=True)
        if not isinstance(self.rules, Mapping) or not all(
            isinstance(code, str) and isinstance(rule, RetryRule)
            for code, rule in self.rules.items()
        ):
            raise UsageError(
                "Retry: rules maps error codes to rules: change a copy of havip.Retry().rules"
            )

    def rule(self, code: str) -> RetryRule:
        """Return the rule of a code: that of its longest prefix in the table.

        Args:
            code: Code of an API error, or of a `havip.errors.TransportError`.
        """
        prefix = "Busy" if code not in self.rules and is_busy(code) else code
        while prefix not in self.rules:
            prefix, dot, _ = prefix.rpartition(".")
            if not dot:
                return _NEVER
        return self.rules[prefix]

    def pause(self, code: str, kind: Kind, attempts: int) -> float | None:
        """Return the seconds to pause before the next attempt; None to give up.

        Args:
            code: The code of the failure.
            kind: The effect of sending the call twice.
            attempts: The number of attempts so far.
        """
        rule = self.rule(code)
        if kind not in rule.again or (rule.tries is not None and attempts >= rule.tries):
            return None
        pause = min(self.longest, self.first * 2.0 ** min(attempts - 1, 16))
        # Half of it is random, so that many clients that failed together do not retry together.
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 - not for secrets

    def is_transient(self, code: str) -> bool:
        """Return whether a read that failed with a code may succeed later.

        Args:
            code: Code of the failure.
        """
        return Kind.READ in self.rule(code).again
