"""``havip configure``: keep a key where havip, and Tencent's own SDKs, find it."""

from __future__ import annotations

import configparser
import os
from pathlib import Path
from typing import Annotated

import typer

from havip.cli._output import say


def configure(
    profile: Annotated[str, typer.Option(help="The section of the file to write.")] = "default",
) -> None:
    """Ask for a key and keep it in ~/.tencentcloud/credentials, readable by you alone."""
    secret_id = typer.prompt("SecretId")
    secret_key = typer.prompt("SecretKey", hide_input=True)
    path = Path(os.environ.get("TENCENTCLOUD_CREDENTIALS_FILE", "~/.tencentcloud/credentials"))
    written = write_key(path.expanduser(), profile, secret_id.strip(), secret_key.strip())
    say(f"kept the key of [{profile}] in {written}")


def write_key(path: Path, profile: str, secret_id: str, secret_key: str) -> Path:
    """Write a key into a section of the file; the other sections stay as they are."""
    file = configparser.ConfigParser(interpolation=None)
    file.read(path)
    if not file.has_section(profile):
        file.add_section(profile)
    file[profile].update(secret_id=secret_id, secret_key=secret_key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        file.write(out)
    part.replace(path)
    return path
