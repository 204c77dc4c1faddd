"""Options shared by all commands that call the API."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havip._transport.endpoint import Site
from havip.cli._output import Format, say
from havip.cli._text import json_text, printable_line
from havip.errors import HavipError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from havip import Client
    from havip.api._base import Request

EVERY_REGION = "all"
Region = Annotated[
    str | None,
    typer.Option(help="The region, such as ap-guangzhou; else TENCENTCLOUD_REGION or the profile."),
]
Profile = Annotated[
    str | None,
    typer.Option(
        help="The profile with credentials and region; else HAVIP_PROFILE, then the default one."
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option(help="The URL of the API, such as the emulator's; else HAVIP_ENDPOINT."),
]
OfSite = Annotated[
    Site,
    typer.Option(
        "--site",
        envvar="HAVIP_SITE",
        help="The site of the account; requests that it does not support are rejected locally.",
    ),
]
Output = Annotated[Format, typer.Option("--output", "-o", help="The output format.")]
Query = Annotated[
    str | None,
    typer.Option(help="A JMESPath expression with the API's names, such as '[].HaVipId'."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the modifying call instead of sending it.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not prompt before deleting.")]


@dataclass(frozen=True)
class AccountOptions:
    """Options that select an account, a site or an emulator."""

    profile: Profile = None
    endpoint: Endpoint = None
    site: OfSite = Site.CHINA

    def connect(self, region: str | None = None, **arguments: Any) -> Client:
        """Return a client for a region, by default that of the environment or profile.

        Args:
            region: The region.
            **arguments: Further arguments of `havip.Client`.
        """
        from havip import Client

        return Client(
            region, endpoint=self.endpoint, site=self.site, profile=self.profile, **arguments
        )


@dataclass(frozen=True)
class CloudOptions(AccountOptions):
    """Options that select an account and a region."""

    region: Region = None

    def connect(self, region: str | None = None, **arguments: Any) -> Client:
        """Return a client for a region, by default that of ``--region``."""
        return super().connect(region or self.region, **arguments)


def in_regions(account: AccountOptions, region: str | None) -> Iterator[tuple[str, Client]]:
    """Yield the region and client for ``--region``; for ``all``, one for each region.

    The name of the region is empty if it comes from the environment or a profile.
    """
    if region != EVERY_REGION:
        yield region or "", AccountOptions.connect(account, region)
        return
    # Any available region can list the others.
    first = AccountOptions.connect(account, os.environ.get("TENCENTCLOUD_REGION") or "ap-guangzhou")
    for found in first.describe_regions().region_set:
        if found.region_state in ("", "AVAILABLE"):
            yield found.region, first.for_region(found.region)


def shown_in_dry_run(dry_run: bool, request: Request[Any]) -> bool:
    """Print the call in a dry run; return whether it is a dry run."""
    if dry_run:
        body = json_text(request.to_wire(), indent=None)
        say(f"would call {type(request).__name__} {body}")
    return dry_run


def place(region: str | None, profile: str | None) -> str:
    """Return the region of a command, for messages, from wherever it comes."""
    from havip.credentials.region import find_region

    return region or find_region(None, profile)


ACCOUNT = ("region", "profile", "endpoint", "site")
"""Parameters of `CloudOptions`."""


def reject_unused(context: typer.Context, reason: str, *names: str) -> None:
    """Reject parameters of the command line that have no effect beside the others.

    Those of the environment are for every command, and are not rejected.

    Args:
        context: The context of the command.
        reason: Why they have no effect, such as ``without --havip``.
        *names: The names of the parameters.

    Raises:
        UsageError: One of them was given.
    """
    given = [
        max(one.opts, key=len) if one.opts[0].startswith("-") else str(one.metavar)
        for one in context.command.params
        if one.name in names and str(context.get_parameter_source(one.name)).endswith("COMMANDLINE")
    ]
    if given:
        verb = "has" if len(given) == 1 else "have"
        raise UsageError(f"{', '.join(given)} {verb} no effect {reason}")


class DeclinedError(HavipError):
    """The user declined at a prompt."""


def confirm(question: str, yes: bool) -> None:
    """Prompt before a destructive operation.

    Raises:
        UsageError: There is no terminal, and `--yes` was not given.
        DeclinedError: The user declined.
    """
    if yes:
        return
    require_terminal(question)
    _discard_typed_ahead()
    print(f"{printable_line(question)} [y/N]: ", end="", file=sys.stderr, flush=True)  # noqa: T201
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DeclinedError("declined: nothing was changed")


def _discard_typed_ahead() -> None:
    """Discard input typed before the question was shown, as it cannot be the answer."""
    try:
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except (ImportError, OSError, ValueError, termios.error):
        return


def require_terminal(question: str) -> None:
    """Check that there is a terminal for prompts.

    Raises:
        UsageError: There is no terminal.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{question} There is no terminal for the answer: pass --yes.")
