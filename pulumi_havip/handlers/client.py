"""Build SDK clients from provider settings."""

from __future__ import annotations

from havip import AssumedRole, Client, Clock, CredentialProvider, Credentials
from havip.credentials import Session
from pulumi_havip.handlers.settings import ProviderSettings


def connect(settings: ProviderSettings, region: str, clock: Clock) -> Client:
    """Build the client of one region, without sending anything.

    If the settings contain no key, the client searches the credential chain of Tencent's own tools.

    Args:
        settings: The provider's configuration.
        region: The region's name.
        clock: Measures and sleeps.
    """
    return Client(
        region,
        credentials=_credentials(settings, region, clock),
        endpoint=settings.endpoint,
        site=settings.site,
        clock=clock,
        pace=settings.pacing,
    )


def _credentials(
    settings: ProviderSettings, region: str, clock: Clock
) -> CredentialProvider | None:
    """Return the key in the settings, and the role assumed with it, if any."""
    key = None
    if settings.secret_id and settings.secret_key:
        key = Credentials(
            settings.secret_id.get_secret_value(),
            settings.secret_key.get_secret_value(),
            settings.token.get_secret_value() if settings.token else None,
        )
    role = settings.assume_role
    if role is None:
        return key
    return AssumedRole(
        role.role_arn,
        role.session_name,
        source=key,
        duration=role.duration,
        external_id=role.external_id,
        session=Session(region, settings.endpoint, settings.site, clock),
    )
