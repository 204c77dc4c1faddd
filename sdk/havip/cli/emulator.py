"""``havip emulator``: serve the API locally."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

_DIGITS: Final = 18


class _Verify(StrEnum):
    ALL = "all"
    KNOWN = "known"
    NONE = "none"


Port = Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 selects a free one.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Data = Annotated[
    Path | None, typer.Option(help="Folder for the state; by default it is kept in memory.")
]
KeyTexts = Annotated[
    list[str] | None,
    typer.Option(
        envvar="HAVIP_EMULATOR_KEYS",
        help="Access key, ID:SECRET[:ACCOUNT[:EXPIRES]]; may be repeated; by default "
        "AKIDEXAMPLE:SECRETEXAMPLE. All users of this machine can read options: pass secrets "
        "in the variable or with --key-file.",
    ),
]
KeyFile = Annotated[Path | None, typer.Option(help="File with access keys, one per line.")]
Account = Annotated[str, typer.Option(help="Account of keys without one.")]
Verification = Annotated[
    _Verify, typer.Option(help="Signatures to verify: all, those of known keys, none.")
]
TaskDelay = Annotated[float, typer.Option(min=0, help="Duration of asynchronous tasks in seconds.")]
QuotaTexts = Annotated[
    list[str] | None, typer.Option(help="Quota as NAME=NUMBER, such as havips_per_vpc=1000.")
]
RateLimits = Annotated[
    bool, typer.Option("--rate-limits", help="Enforce the API's rate limits, mostly 20 per second.")
]
TlsCert = Annotated[Path | None, typer.Option(help="Certificate for HTTPS, in PEM.")]
TlsKey = Annotated[Path | None, typer.Option(help="Key of the certificate, in PEM.")]
LoadFile = Annotated[
    Path | None,
    typer.Option(
        help="Initial state, as returned by POST /_havip/dump. Ignored if --data already "
        "contains a state."
    ),
]
Seed = Annotated[int | None, typer.Option(help="Seed for reproducible ids and random addresses.")]
ControlToken = Annotated[
    str | None,
    typer.Option(
        envvar="HAVIP_EMULATOR_TOKEN",
        help="Token that gives other machines access to the controls, with 'Authorization: Bearer "
        "TOKEN'. All users of this machine can read options: pass it in the variable.",
    ),
]
ReadyFile = Annotated[
    Path | None, typer.Option(help="File to write the URL to when the server is ready.")
]


def emulator(
    port: Port = 8765,
    host: Host = "127.0.0.1",
    data: Data = None,
    key: KeyTexts = None,
    key_file: KeyFile = None,
    account: Account = "100000000001",
    verify: Verification = _Verify.ALL,
    task_delay: TaskDelay = 0.0,
    quota: QuotaTexts = None,
    rate_limits: RateLimits = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    ready_file: ReadyFile = None,
    load: LoadFile = None,
    seed: Seed = None,
    control_token: ControlToken = None,
) -> None:
    """Serve the API on this machine until SIGTERM or Ctrl-C.

    Prints one line when it is ready: havip emulator ready on http://127.0.0.1:PORT
    """
    from havip.emulator.http.service import ServerOptions, run

    run(
        ServerOptions(
            host=host,
            port=port,
            data=data,
            keys=key or [],
            key_file=key_file,
            account=account,
            verify=verify.value,
            settings={**_settings(task_delay, quota or []), "seed": seed},
            rate_limits=rate_limits,
            tls=_tls(tls_cert, tls_key),
            ready_file=ready_file,
            load=load,
            control_token=control_token or None,
        ),
        typer.echo,
    )


def _settings(task_delay: float, quotas: list[str]) -> dict[str, Any]:
    from havip.emulator.state.settings import Quotas
    from havip.errors import UsageError

    numbers: dict[str, int] = {}
    for text in quotas:
        name, _, number = text.partition("=")
        if not number.isdecimal() or len(number) > _DIGITS:
            raise UsageError(f"--quota {name}: expected NAME=NUMBER, of at most {_DIGITS} digits")
        if name not in Quotas.model_fields:
            known = ", ".join(Quotas.model_fields)
            raise UsageError(f"--quota {text}: unknown quota; expected one of {known}")
        numbers[name] = int(number)
    return {"task_delay": task_delay, "quotas": numbers}


def _tls(certificate: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    from havip.errors import UsageError

    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise UsageError("--tls-cert and --tls-key must be used together")
    return certificate, key
