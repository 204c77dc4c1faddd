"""Foreground emulator process, as run by ``havip emulator``."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from havip import _files
from havip.emulator.cloud import Cloud
from havip.emulator.http.controls import Control
from havip.emulator.http.gateway import Gateway, Verify
from havip.emulator.http.server import HttpServer, tls_context
from havip.emulator.state.access_keys import (
    DEFAULT_ACCOUNT,
    DEFAULT_KEY,
    Key,
    Keys,
    parse_keys,
    read_keys,
)
from havip.emulator.state.settings import Settings, usage_error
from havip.emulator.state.store import Store
from havip.emulator.state.table import RowChange
from havip.errors import HavipError, UsageError


@dataclass(frozen=True)
class ServerOptions:
    """Options of an emulator server.

    Attributes:
        host: The address to listen on.
        port: The port; 0 selects a free one.
        data: The folder that persists the state; None keeps it in memory.
        keys: Keys as text; see `parse_key`.
        key_file: A file with more keys.
        account: The account of keys without one.
        verify: Which signatures are verified; see `Gateway`.
        settings: Fields of `Settings`; those of ``quotas`` by name.
        rate_limits: Whether the API's rate limits are enforced.
        tls: A certificate and its key; None serves HTTP.
        load: A file of rows to start with, as ``POST /_havip/dump`` returns them; ignored if
            the data folder already contains rows.
        control_token: The token that authorizes remote control requests.
        ready_file: Contains the URL while the server accepts requests; removed when it stops.
    """

    host: str = "127.0.0.1"
    port: int = 0
    data: Path | None = None
    keys: Sequence[str] = field(default=(), repr=False)
    key_file: Path | None = None
    account: str = DEFAULT_ACCOUNT
    verify: Verify = "all"
    settings: Mapping[str, Any] = field(default_factory=dict)
    rate_limits: bool = False
    tls: tuple[Path, Path] | None = None
    ready_file: Path | None = None
    load: Path | None = None
    control_token: str | None = field(default=None, repr=False)


def run(options: ServerOptions, echo: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Once the server accepts requests, `echo` receives a line with its URL and one with that of the
    dashboard.

    Raises:
        HavipError: A port, file or setting is unusable.
    """
    tls = tls_context(*options.tls) if options.tls else None
    with _cloud(options) as cloud:
        control = Control(Gateway(cloud, verify=options.verify))
        control.limits.on = options.rate_limits
        if options.load is not None and not cloud.dump():
            control.load(read_rows(options.load))
        server = HttpServer(control, options.host, options.port, tls, options.control_token)
        asyncio.run(_serve(server, options.ready_file, echo))


async def _serve(server: HttpServer, ready_file: Path | None, echo: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await server.start()
    try:
        with _announced(ready_file, server.url):
            echo(f"havip emulator ready on {server.url}")
            echo(f"dashboard: {server.dashboard.url(server.loopback_url)}")
            await stop.wait()
    finally:
        await server.stop()


@contextlib.contextmanager
def _announced(file: Path | None, url: str) -> Iterator[None]:
    if file is None:
        yield
        return
    try:
        _files.write(file, f"{url}\n", mode=0o644)  # atomic: other processes wait for the file
    except OSError as error:
        raise HavipError(f"the ready file {file} cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def _cloud(options: ServerOptions) -> Iterator[Cloud]:
    settings, keys = Settings.of(options.settings), _keys(options)
    if options.data is None:
        yield Cloud(settings=settings, keys=Keys(keys))
        return
    with contextlib.closing(Store(options.data)) as store:
        cloud = Cloud(settings=settings, keys=Keys(keys, store.master))
        store.attach(cloud)
        yield cloud


def _keys(options: ServerOptions) -> list[Key]:
    keys = parse_keys(options.keys, options.account)
    if options.key_file is not None:
        keys += read_keys(options.key_file, options.account)
    return keys or [Key(DEFAULT_KEY.secret_id, DEFAULT_KEY.secret_key, options.account)]


def read_rows(file: Path) -> list[RowChange]:
    """Load the rows of a file in the format of ``POST /_havip/dump``.

    Raises:
        UsageError: The file cannot be read or is malformed.
    """
    try:
        return _ROWS.validate_json(file.read_bytes()).rows
    except OSError as error:
        raise UsageError(f"--load {file}: {error.strerror}") from None
    except ValidationError as error:
        raise usage_error(f"--load {file} is not a dump of an emulator", error) from None


class _Rows(BaseModel):
    rows: list[RowChange]


_ROWS = TypeAdapter(_Rows)
