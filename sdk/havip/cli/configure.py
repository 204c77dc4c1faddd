"""``havip configure``: store a key for havip and Tencent's own SDKs."""

from __future__ import annotations

import configparser
import getpass
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from havip import _files
from havip.cli._output import hint, say
from havip.errors import CredentialError, UsageError

KEYS = "https://console.cloud.tencent.com/cam/capi"
"""Console page that creates and shows the keys of an account."""


def configure(
    profile: Annotated[
        str | None,
        typer.Option(
            help="The section of the file to write; by default that of HAVIP_PROFILE or "
            "TENCENTCLOUD_PROFILE, else default.",
        ),
    ] = None,
) -> None:
    """Prompt for a key, and store it for havip and Tencent's tools.

    The key is written to ~/.tencentcloud/credentials, readable only by you.
    Without a terminal, id and key are read from standard input, one per line. They cannot be passed
    as options, which other users of the machine can read.
    """
    from havip import Credentials
    from havip.credentials.profiles import selected_profile

    selected = selected_profile()
    name = selected.name if profile is None else profile
    secret_id, secret_key = _prompt() if sys.stdin.isatty() else _read()
    for what, given in (("SecretId", secret_id), ("SecretKey", secret_key)):
        if not given:
            raise CredentialError(
                f"no {what} was given, so nothing is stored: answer both prompts, or pass the id "
                f"and the key on standard input, one per line; get them at {KEYS}"
            )
    Credentials(secret_id, secret_key)  # validates the key
    path = Path(os.environ.get("TENCENTCLOUD_CREDENTIALS_FILE") or "~/.tencentcloud/credentials")
    written = write_key(path.expanduser(), name, secret_id, secret_key)
    say(f"stored the key of [{name}] in {written}")
    if name == selected.name and not selected.explicit and os.environ.get("TENCENTCLOUD_SECRET_ID"):
        hint(
            "havip: the key in TENCENTCLOUD_SECRET_ID takes precedence: unset it, or select the "
            f"profile with HAVIP_PROFILE={name}"
        )


def _prompt() -> tuple[str, str]:
    print("SecretId: ", end="", file=sys.stderr, flush=True)  # noqa: T201
    secret_id = sys.stdin.readline().strip()
    try:
        return secret_id, getpass.getpass("SecretKey (hidden): ").strip() if secret_id else ""
    except EOFError:
        return secret_id, ""


def _read() -> tuple[str, str]:
    return sys.stdin.readline().strip(), sys.stdin.readline().strip()


def write_key(path: Path, profile: str, secret_id: str, secret_key: str) -> Path:
    """Write a key into a section of the file, and preserve everything else.

    Raises:
        UsageError: The profile name is invalid, the file is not an INI file, or it cannot be
            written.
    """
    if not re.fullmatch(r"[\w.@-]+", profile):
        raise UsageError(f"{profile!r} is not a valid profile name: use letters, digits and _.@-")
    values = {"secret_id": secret_id, "secret_key": secret_key}
    try:
        old = path.read_text("utf-8") if path.exists() else ""
        wanted = _parsed(old)
        others = {name: value for name, value in wanted.get(profile, {}).items() if name != "token"}
        wanted[profile] = others | values
        new = _with_key(old, profile, values)
        if _parsed(new) != wanted:
            raise UsageError(
                f"{path} is formatted so that the key cannot be stored without changing other "
                f"values: edit [{profile}] by hand"
            )
        _files.make_folder(path.parent, mode=0o700)
        _files.write(path, new, mode=_files.PRIVATE)
    except (configparser.Error, UnicodeDecodeError):
        raise UsageError(f"{path} is not an INI file: repair it or move it away") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    return path


def _parsed(text: str) -> dict[str, dict[str, str]]:
    """Parse the file as its readers do.

    Raises:
        configparser.Error: It is not an INI file.
    """
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    parser.read_string(text)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _with_key(text: str, profile: str, values: dict[str, str]) -> str:
    """Set the values of a section; add it if it is missing, and remove an old token.

    Lines are classified by the rules of configparser: a line that is indented deeper than its
    option continues the value, even if it looks like a section.
    """
    stale = {*values, "token"}
    kept: list[str] = []
    section, option, depth = "", "", 0
    start: int | None = None
    indent: str | None = None
    for line in text.removesuffix("\n").split("\n") if text else ():
        content = line.strip()
        if content and content[0] not in "#;":
            blank = line[: len(line) - len(line.lstrip())]
            if not option or len(blank) <= depth:  # not a continuation
                depth = len(blank)
                if found := configparser.ConfigParser.SECTCRE.match(content):
                    section, option = found["header"], ""
                    start = len(kept) + 1 if section == profile else start
                else:
                    option = re.split("[=:]", content)[0].strip().lower()
            if section == profile and option in stale:
                continue
            if section == profile and option and indent is None:
                indent = blank
        kept.append(line)
    if start is None:
        kept += ["", f"[{profile}]"] if kept else [f"[{profile}]"]
        start = len(kept)
    # At the indentation of the next option, which would otherwise continue the key.
    kept[start:start] = [f"{indent or ''}{name} = {value}" for name, value in values.items()]
    return "\n".join(kept) + "\n"
