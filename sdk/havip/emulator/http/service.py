"""A whole emulator in the foreground of a process: what ``havip emulator`` runs."""

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
        port: The port; 0 takes a free one.
        data: The folder that keeps the state; None keeps it in memory.
        keys: Keys as text; see `parse_key`.
        key_file: A file of more keys.
        account: The account of keys that name none.
        verify: Which signatures must hold; see `Gateway`.
        settings: Values of `Settings`, those of ``quotas`` by name.
        rate_limits: Whether the API's rates are kept.
        tls: A certificate and its key; None speaks HTTP.
        load: A file of rows, as ``POST /_havip/dump`` returns them, to begin with; where a data
            folder holds rows already, those are kept and the file is not read.
        control_token: The token that lets other machines use the controls.
        ready_file: Gets the URL once requests are answered, and goes when the server stops.
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


def run(plan: ServerOptions, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Once it answers, `say` gets a line with the URL, and one with the URL of the dashboard.

    Raises:
        HavipError: Something of the plan cannot be had: a port, a file, a setting.
    """
    tls = tls_context(*plan.tls) if plan.tls else None
    with _cloud(plan) as cloud:
        control = Control(Gateway(cloud, verify=plan.verify))
        control.limits.on = plan.rate_limits
        if plan.load is not None and not cloud.dump():
            control.load(read_rows(plan.load))
        server = HttpServer(control, plan.host, plan.port, tls, plan.control_token)
        asyncio.run(_serve(server, plan.ready_file, say))


async def _serve(server: HttpServer, ready_file: Path | None, say: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await server.start()
    try:
        with _announced(ready_file, server.url):
            say(f"havip emulator ready on {server.url}")
            say(f"dashboard: {server.dashboard.url(server.loopback_url)}")
            await stop.wait()
    finally:
        await server.stop()


@contextlib.contextmanager
def _announced(file: Path | None, url: str) -> Iterator[None]:
    if file is None:
        yield
        return
    try:
        _files.write(file, f"{url}\n", mode=0o644)  # whole or not there: somebody waits for it
    except OSError as error:
        raise HavipError(f"the ready file {file} cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def _cloud(plan: ServerOptions) -> Iterator[Cloud]:
    settings, keys = Settings.of(plan.settings), _keys(plan)
    if plan.data is None:
        yield Cloud(settings=settings, keys=Keys(keys))
        return
    with contextlib.closing(Store(plan.data)) as store:
        cloud = Cloud(settings=settings, keys=Keys(keys, store.master))
        store.attach(cloud)
        yield cloud


def _keys(plan: ServerOptions) -> list[Key]:
    keys = parse_keys(plan.keys, plan.account)
    if plan.key_file is not None:
        keys += read_keys(plan.key_file, plan.account)
    return keys or [Key(DEFAULT_KEY.secret_id, DEFAULT_KEY.secret_key, plan.account)]


def read_rows(file: Path) -> list[RowChange]:
    """Read the rows of a file, in the form in which ``POST /_havip/dump`` returns them.

    Raises:
        UsageError: The file cannot be read, or has another form.
    """
    try:
        return _ROWS.validate_json(file.read_bytes()).rows
    except OSError as error:
        raise UsageError(f"--load {file}: {error.strerror}") from None
    except ValidationError as error:
        raise usage_error(f"--load {file} holds no dump of an emulator", error) from None


class _Rows(BaseModel):
    rows: list[RowChange]


_ROWS = TypeAdapter(_Rows)
