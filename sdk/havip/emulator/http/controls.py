"""Runtime controls of an emulator: state, clock, faults, rate limits and request log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from havip.emulator.cloud import Cloud
from havip.emulator.errors import ApiFailure
from havip.emulator.http.faults import Faults, RateLimits
from havip.emulator.http.gateway import Gateway
from havip.emulator.http.request_log import RequestLog
from havip.emulator.state.settings import Settings
from havip.emulator.state.table import RowChange
from havip.errors import UsageError


class Control:
    """The controls of one emulator; over HTTP each is a ``POST /_havip/VERB``.

    Example::

        control.faults.add(Fault(action="CreateHaVip", drop=True, effect="after"))
        control.limits.on = True
        control.cloud.clock.advance(60)
        [entry.action for entry in control.requests]

    Args:
        gateway: The gateway whose state, faults, limits and log are controlled.
    """

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    @property
    def cloud(self) -> Cloud:
        """The state and the rules, with clock and settings."""
        return self.gateway.cloud

    @property
    def faults(self) -> Faults:
        """The active faults."""
        return self.gateway.faults

    @property
    def limits(self) -> RateLimits:
        """The rate limits, off by default."""
        return self.gateway.limits

    @property
    def requests(self) -> RequestLog:
        """The requests so far, without secrets."""
        return self.gateway.requests

    def reset(self) -> None:
        """Delete all state, faults, rate limits and logged requests."""
        with self.cloud.lock:
            self.cloud.reset()
            self.faults.clear()
            self.limits.on = False
            self.limits.rates.clear()
            self.requests.clear()

    def load(self, rows: Sequence[RowChange]) -> None:
        """Add rows from the dump of this or another emulator; a store persists them.

        Raises:
            UsageError: A row is invalid, or the rows are inconsistent; no row is added.
        """
        with self.cloud.lock:
            trial = Cloud(settings=self.cloud.settings)
            try:
                trial.load(rows)
                trial.check()
            except KeyError as error:
                raise UsageError(f"load: unknown kind of row {error}") from None
            except (ApiFailure, TypeError, ValueError, OverflowError) as error:
                what = str(error).partition("\n")[0]
                raise UsageError(f"load: a row cannot be read: {what[:200]}") from None
            if self.cloud.on_commit is not None:
                self.cloud.on_commit(rows)
            self.cloud.load(rows)

    def configure(self, **changes: Any) -> Settings:
        """Change settings of the cloud, such as ``task_delay``; all or none.

        Example::

            control.configure(task_delay=2.0, quotas={"havips_per_vpc": 1000})

        Raises:
            UsageError: A setting is unknown or its value is invalid.
        """
        return self.configure_by_name(changes)

    def configure_by_name(self, changes: Mapping[str, Any]) -> Settings:
        """Change settings as `configure` does, with arbitrary keys.

        Raises:
            UsageError: A setting is unknown or its value is invalid.
        """
        given = dict(changes)
        with self.cloud.lock:
            now = self.cloud.settings.model_dump()
            if isinstance(given.get("quotas"), Mapping):
                given["quotas"] = {**now["quotas"], **given["quotas"]}
            self.cloud.settings = Settings.of({**now, **given})
            return self.cloud.settings
