"""Control interface over HTTP: ``POST /_havip/VERB`` with a JSON object.

Without a token it accepts requests from this machine only. Any web page could make a local browser
send requests here, so the peer must be loopback, the Host header must be a loopback name (against
DNS rebinding), the Content-Type must be ``application/json``, and there must not be an ``Origin``
header: a page cannot send such a request without a preflight, which is never granted.

With a token (``Authorization: Bearer TOKEN``) it accepts any peer, such as another container.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from havip._checks import unconverted
from havip.emulator.errors import ApiFailure
from havip.emulator.http.controls import Control
from havip.emulator.http.escaping import escaped
from havip.emulator.http.faults import Fault
from havip.emulator.http.loopback import is_loopback, names_loopback
from havip.emulator.http.messages import (
    JSON_HEADERS,
    RawRequest,
    RawResponse,
    header_map,
)
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT, parse_keys
from havip.emulator.state.clock import LATEST
from havip.emulator.state.settings import RegionName, known_action, usage_error
from havip.emulator.state.table import RowChange
from havip.errors import UsageError

PREFIX: Final = "/_havip/"
MAX_CONTROL_BODY: Final = 256 * 1024 * 1024
"""Maximum size of a control request; the dump of 100,000 HAVIPs has some 60 million bytes."""


_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,256}")


class ControlError(Exception):
    """A rejected control request, with an HTTP status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


Account = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Moment = Annotated[float, Field(ge=0, le=LATEST, allow_inf_nan=False)]
Rate = Annotated[int, Field(ge=0, le=1_000_000)]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoArguments(_Arguments):
    """A verb without arguments."""


class ClockArguments(_Arguments):
    """``freeze`` (true, or seconds since 1970), then ``advance`` by seconds, or ``resume``."""

    freeze: bool | Moment = False
    advance: float = Field(default=0.0, ge=-LATEST, le=LATEST, allow_inf_nan=False)
    resume: bool = False


class TransitionArguments(_Arguments):
    """Delays of asynchronous tasks, and the actions whose tasks fail."""

    task_delay: float | None = None
    task_polls: int | None = None
    instance_delay: float | None = None
    failing_tasks: dict[str, str] | None = None


class FaultArguments(_Arguments):
    """``clear`` removes all faults, then ``add`` adds some."""

    clear: bool = False
    add: list[Fault] = Field(default_factory=list)


class LimitArguments(_Arguments):
    """``on`` switches rate limits on or off; ``rates`` sets calls per second by action."""

    on: bool | None = None
    rates: dict[str, Rate] = Field(default_factory=dict)

    @field_validator("rates")
    @classmethod
    def _of_known_actions(cls, rates: dict[str, int]) -> dict[str, int]:
        for action in rates:
            known_action(action)
        return rates


class SeedArguments(_Arguments):
    """Seed of ids and random addresses."""

    number: int


class RowArguments(_Arguments):
    """Rows in the form that ``dump`` returns."""

    rows: list[RowChange]


class RequestArguments(_Arguments):
    """``clear`` empties the log after it was read."""

    clear: bool = False


class KeyArguments(_Arguments):
    """``add`` is a list of ``ID:SECRET[:ACCOUNT[:EXPIRES]]``, ``remove`` a list of ids."""

    add: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class HolderArguments(_Arguments):
    """A HAVIP by address or id, with its region and account."""

    vip: Text
    region: RegionName = "ap-guangzhou"
    account: Account = DEFAULT_ACCOUNT


class AnnounceArguments(HolderArguments):
    """``sender`` is the instance or network interface that announces the HAVIP."""

    sender: Text


A = TypeVar("A", bound=BaseModel)
Answer = Mapping[str, Any]
VERBS: dict[str, tuple[type[BaseModel] | None, Callable[[Control, Any], Answer]]] = {}


def _verb(name: str, kind: type[A]) -> Callable[[Callable[[Control, A], Answer]], None]:
    def register(function: Callable[[Control, A], Answer]) -> None:
        VERBS[name] = (kind, function)

    return register


@_verb("status", NoArguments)
def _status(control: Control, _: NoArguments) -> Answer:
    return {
        "services": sorted(control.gateway.services),
        "time": control.cloud.clock.time(),
        "requests": len(control.requests),
    }


@_verb("reset", NoArguments)
def _reset(control: Control, _: NoArguments) -> Answer:
    control.reset()
    return {}


@_verb("seed", SeedArguments)
def _seed(control: Control, arguments: SeedArguments) -> Answer:
    control.cloud.seed(arguments.number)
    return {}


@_verb("dump", NoArguments)
def _dump(control: Control, _: NoArguments) -> Answer:
    return {"rows": [list(row) for row in control.cloud.dump()]}


@_verb("load", RowArguments)
def _load(control: Control, arguments: RowArguments) -> Answer:
    control.load(arguments.rows)
    return {"rows": len(arguments.rows)}


@_verb("clock", ClockArguments)
def _clock(control: Control, arguments: ClockArguments) -> Answer:
    clock = control.cloud.clock
    with clock.all_or_nothing():
        if arguments.freeze is not False:
            clock.freeze(None if arguments.freeze is True else arguments.freeze)
        if arguments.advance:
            clock.advance(arguments.advance)
        if arguments.resume:
            clock.resume()
    return {"time": clock.time(), "frozen": clock.frozen}


@_verb("transitions", TransitionArguments)
def _transitions(control: Control, arguments: TransitionArguments) -> Answer:
    now = control.configure_by_name(arguments.model_dump(exclude_none=True))
    return now.model_dump(mode="json", include=set(TransitionArguments.model_fields))


@_verb("faults", FaultArguments)
def _faults(control: Control, arguments: FaultArguments) -> Answer:
    if arguments.clear:
        control.faults.clear()
    for fault in arguments.add:
        control.faults.add(fault)
    orders = control.faults.orders
    return {
        "faults": [
            {**order.fault.model_dump(mode="json"), "seen": order.seen, "hits": order.hits}
            for order in orders
        ]
    }


@_verb("limits", LimitArguments)
def _limits(control: Control, arguments: LimitArguments) -> Answer:
    if arguments.on is not None:
        control.limits.on = arguments.on
    control.limits.rates.update(arguments.rates)
    return {"on": control.limits.on, "rates": dict(control.limits.rates)}


@_verb("requests", RequestArguments)
def _requests(control: Control, arguments: RequestArguments) -> Answer:
    entries = [asdict(entry) for entry in control.requests]
    if arguments.clear:
        control.requests.clear()
    return {"requests": entries}


@_verb("keys", KeyArguments)
def _keys(control: Control, arguments: KeyArguments) -> Answer:
    keys = control.cloud.keys
    for key in parse_keys(arguments.add):
        keys.add(key)
    for secret_id in arguments.remove:
        keys.remove(secret_id)
    return {"keys": [{"id": k.secret_id, "account": k.account, "expires": k.expires} for k in keys]}


@_verb("announce", AnnounceArguments)
def _announce(control: Control, arguments: AnnounceArguments) -> Answer:
    outcome = control.cloud.announce(
        arguments.sender, arguments.vip, region=arguments.region, account=arguments.account
    )
    return outcome._asdict()


@_verb("release", HolderArguments)
def _release(control: Control, arguments: HolderArguments) -> Answer:
    control.cloud.release(arguments.vip, region=arguments.region, account=arguments.account)
    return {}


def _settings(control: Control, arguments: dict[str, JsonValue]) -> Answer:
    return control.configure_by_name(arguments).model_dump(mode="json")


VERBS["settings"] = (None, _settings)


def is_control(target: str) -> bool:
    """Return whether a request target is that of a control; an absolute URL never is."""
    return target.startswith(PREFIX)


def check_token(token: str | None) -> str | None:
    """Validate a control token, and return it.

    Raises:
        UsageError: It is too short or cannot be sent in a header; the token is not repeated.
    """
    if token is not None and not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        raise UsageError(
            "the control token must have 16 to 256 letters, digits or -._~+/=; "
            "create one with: openssl rand -hex 16"
        )
    return token


def handle_control(
    control: Control, raw: RawRequest, peer: str, token: str | None = None
) -> RawResponse:
    """Handle a control request.

    Args:
        control: The controls of the emulator.
        raw: The request.
        peer: The address of the client.
        token: The token that authorizes any peer; None accepts this machine only.

    Returns:
        Status 200 and the verb's result, or 4xx and ``{"error": "…"}``.
    """
    try:
        _admit(raw, peer, token)
        answer, status = _run(control, raw), 200
    except ControlError as error:
        answer, status = {"error": escaped(str(error))}, error.status
    except ApiFailure as refusal:
        answer, status = {"error": escaped(refusal.message), "code": refusal.code}, 409
    except UsageError as error:
        answer, status = {"error": escaped(str(error))}, 400
    return RawResponse(json.dumps(answer).encode(), status, JSON_HEADERS)


def _admit(raw: RawRequest, peer: str, token: str | None) -> None:
    headers = header_map(raw.headers)
    if "authorization" in headers:
        _check_bearer(headers["authorization"], token)
    else:
        _check_local(headers.get("host", ""), peer, token)
    if "origin" in headers:
        raise ControlError(403, "the control interface rejects requests of web pages")
    if raw.method != "POST":
        raise ControlError(405, "the control interface accepts only POST")
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ControlError(415, "the Content-Type must be application/json")


def _check_bearer(authorization: str, token: str | None) -> None:
    if token is None:
        raise ControlError(403, "no control token is set: start the emulator with one")
    arguments = authorization.encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(arguments, f"Bearer {token}".encode()):
        raise ControlError(403, "the control token is wrong: expected Authorization: Bearer TOKEN")


def _check_local(host: str, peer: str, token: str | None) -> None:
    if not is_loopback(peer):
        fix = "send the control token" if token else "start the emulator with a control token"
        raise ControlError(403, f"the control interface accepts only local requests; {fix}")
    if not names_loopback(host):
        raise ControlError(403, "the Host header must be a loopback name or address")


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _run(control: Control, raw: RawRequest) -> Answer:
    verb = raw.target[len(PREFIX) :]
    if verb not in VERBS:
        raise ControlError(
            404, f"unknown control {verb[:40]!r}; expected one of {', '.join(sorted(VERBS))}"
        )
    kind, function = VERBS[verb]
    try:
        arguments = json.loads(raw.body or b"{}", parse_constant=_no_number)
        if not isinstance(arguments, dict):
            raise ControlError(400, f"{verb}: the body is not a JSON object")
        with control.cloud.lock:
            return function(control, _checked(verb, kind, arguments) if kind else arguments)
    except ValidationError as error:
        raise ControlError(400, str(usage_error(verb, error))) from None
    except UsageError:
        raise
    except (ValueError, RecursionError) as error:
        raise ControlError(400, f"{verb}: the body is not JSON: {error}") from None


def _checked(verb: str, kind: type[BaseModel], arguments: dict[str, Any]) -> BaseModel:
    made = kind.model_validate(arguments)
    unconverted(verb, arguments, made)
    return made
