"""From settings to a client of the SDK."""

from __future__ import annotations

from havip import Client, Clock, Credentials
from pulumi_havip.handlers.settings import Settings


def connect(settings: Settings, region: str, clock: Clock) -> Client:
    """Make the client of one region; nothing is sent yet.

    Without a key in the settings the client looks for one in the places that Tencent's own
    tools use.

    Args:
        settings: The provider's configuration.
        region: The region's name.
        clock: Measures and sleeps.
    """
    credentials = None
    if settings.secret_id and settings.secret_key:
        credentials = Credentials(
            settings.secret_id.get_secret_value(),
            settings.secret_key.get_secret_value(),
            settings.token.get_secret_value() if settings.token else None,
        )
    return Client(
        region,
        credentials=credentials,
        endpoint=settings.endpoint,
        site=settings.site,
        clock=clock,
        pace=settings.pacing,
    )
