"""Differences of the international site, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from havip._transport.endpoint import Site
from havip.api._base import Request
from havip.errors import SiteError


def check_call(site: Site, pair: type[Request[Any]], params: Callable[[], dict[str, Any]]) -> None:
    """Raise an error for anything that the client's site does not support.

    Args:
        site: The site.
        pair: The request class of the action.
        params: Returns the parameters in wire form.

    Raises:
        SiteError: The site lacks the action, or an input or filter in use.
    """
    gap = pair.intl
    if site is not Site.INTL or not (gap.action or gap.inputs or gap.filters):
        return
    if lacking := gap.lacking(params()):
        raise SiteError(
            f"{pair.__name__}: the international site lacks {lacking}; leave it out, "
            "or use site='china' if the account is one of the China site"
        )


def has_input(site: Site, pair: type[Request[Any]], name: str) -> bool:
    """Return whether an input exists on a site."""
    return site is not Site.INTL or name not in pair.intl.inputs
