"""The controls over HTTP: ``POST /_havip/VERB`` with a JSON object.

Without a token they answer to this machine alone. A browser on this machine could be led to send
requests here by any page it shows. So the peer must be loopback, the Host must name loopback (or a
name that was rebound to it would do), the Content-Type must be ``application/json`` and there must
be no ``Origin``: no page can send that without a preflight request, which is never granted.

With a token (``Authorization: Bearer TOKEN``) they answer to any peer, such as another container.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from havip.emulator.errors import ApiFailure
from havip.emulator.http.controls import Control
from havip.emulator.http.escaping import escaped
from havip.emulator.http.faults import Fault
from havip.emulator.http.loopback import is_loopback, names_loopback
from havip.emulator.http.messages import (
    JSON_HEADERS,
    RawAnswer,
    RawRequest,
    header_map,
)
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT, parse_keys
from havip.emulator.state.clock import LATEST
from havip.emulator.state.settings import RegionName, known_action, usage_error
from havip.emulator.state.table import RowChange
from havip.errors import UsageError

PREFIX: Final = "/_havip/"
MAX_CONTROL_BODY: Final = 256 * 1024 * 1024
"""Bytes of a control request; the dump of 100,000 HAVIPs has some 60 million."""


_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,256}")


class ControlError(Exception):
    """A control request that is refused, with an HTTP status of its own."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


Account = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Moment = Annotated[float, Field(ge=0, le=LATEST, allow_inf_nan=False)]
Rate = Annotated[int, Field(ge=0, le=1_000_000)]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(_Arguments):
    """A verb without arguments."""


class ClockArguments(_Arguments):
    """``freeze`` (true, or seconds since 1970), then ``advance`` by seconds, or ``resume``."""

    freeze: bool | Moment = False
    advance: float = Field(default=0.0, ge=-LATEST, le=LATEST, allow_inf_nan=False)
    resume: bool = False


class TransitionArguments(_Arguments):
    """Duration of asynchronous work, and the tasks that fail."""

    task_delay: float | None = None
    task_polls: int | None = None
    instance_delay: float | None = None
    failing_tasks: dict[str, str] | None = None


class FaultArguments(_Arguments):
    """``clear`` takes back what was ordered, then ``add`` orders."""

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
    """The number that ids and random addresses are drawn from."""

    number: int


class RowArguments(_Arguments):
    """Rows as ``dump`` gives them."""

    rows: list[RowChange]


class RequestArguments(_Arguments):
    """``clear`` forgets the requests after they were told."""

    clear: bool = False


class KeyArguments(_Arguments):
    """``add`` takes keys as ``ID:SECRET[:ACCOUNT[:EXPIRES]]``, ``remove`` their ids."""

    add: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class HolderArguments(_Arguments):
    """Which HAVIP, by address or id, and where."""

    vip: Text
    region: RegionName = "ap-guangzhou"
    account: Account = DEFAULT_ACCOUNT


class AnnounceArguments(HolderArguments):
    """Which instance or network interface announces it."""

    sender: Text


A = TypeVar("A", bound=BaseModel)
Answer = Mapping[str, Any]
VERBS: dict[str, tuple[type[BaseModel] | None, Callable[[Control, Any], Answer]]] = {}


def _verb(name: str, kind: type[A]) -> Callable[[Callable[[Control, A], Answer]], None]:
    def register(function: Callable[[Control, A], Answer]) -> None:
        VERBS[name] = (kind, function)

    return register


@_verb("status", Nothing)
def _status(control: Control, _: Nothing) -> Answer:
    return {
        "services": sorted(control.gateway.services),
        "time": control.cloud.clock.time(),
        "requests": len(control.requests),
    }


@_verb("reset", Nothing)
def _reset(control: Control, _: Nothing) -> Answer:
    control.reset()
    return {}


@_verb("seed", SeedArguments)
def _seed(control: Control, given: SeedArguments) -> Answer:
    control.cloud.seed(given.number)
    return {}


@_verb("dump", Nothing)
def _dump(control: Control, _: Nothing) -> Answer:
    return {"rows": [list(row) for row in control.cloud.dump()]}


@_verb("load", RowArguments)
def _load(control: Control, given: RowArguments) -> Answer:
    control.load(given.rows)
    return {"rows": len(given.rows)}


@_verb("clock", ClockArguments)
def _clock(control: Control, given: ClockArguments) -> Answer:
    clock = control.cloud.clock
    with clock.all_or_nothing():
        if given.freeze is not False:
            clock.freeze(None if given.freeze is True else given.freeze)
        if given.advance:
            clock.advance(given.advance)
        if given.resume:
            clock.resume()
    return {"time": clock.time(), "frozen": clock.frozen}


@_verb("transitions", TransitionArguments)
def _transitions(control: Control, given: TransitionArguments) -> Answer:
    now = control.configure_by_name(given.model_dump(exclude_none=True))
    return now.model_dump(mode="json", include=set(TransitionArguments.model_fields))


@_verb("faults", FaultArguments)
def _faults(control: Control, given: FaultArguments) -> Answer:
    if given.clear:
        control.faults.clear()
    for fault in given.add:
        control.faults.add(fault)
    orders = control.faults.orders
    return {
        "faults": [
            {**order.fault.model_dump(mode="json"), "seen": order.seen, "hits": order.hits}
            for order in orders
        ]
    }


@_verb("limits", LimitArguments)
def _limits(control: Control, given: LimitArguments) -> Answer:
    if given.on is not None:
        control.limits.on = given.on
    control.limits.rates.update(given.rates)
    return {"on": control.limits.on, "rates": dict(control.limits.rates)}


@_verb("requests", RequestArguments)
def _requests(control: Control, given: RequestArguments) -> Answer:
    told = [asdict(entry) for entry in control.requests]
    if given.clear:
        control.requests.clear()
    return {"requests": told}


@_verb("keys", KeyArguments)
def _keys(control: Control, given: KeyArguments) -> Answer:
    keys = control.cloud.keys
    for key in parse_keys(given.add):
        keys.add(key)
    for secret_id in given.remove:
        keys.remove(secret_id)
    return {"keys": [{"id": k.secret_id, "account": k.account, "expires": k.expires} for k in keys]}


@_verb("announce", AnnounceArguments)
def _announce(control: Control, given: AnnounceArguments) -> Answer:
    told = control.cloud.announce(
        given.sender, given.vip, region=given.region, account=given.account
    )
    return told._asdict()


@_verb("release", HolderArguments)
def _release(control: Control, given: HolderArguments) -> Answer:
    control.cloud.release(given.vip, region=given.region, account=given.account)
    return {}


def _settings(control: Control, given: dict[str, JsonValue]) -> Answer:
    return control.configure_by_name(given).model_dump(mode="json")


VERBS["settings"] = (None, _settings)


def is_control(target: str) -> bool:
    """Whether a request line asks for a control; a whole URL never does."""
    return target.startswith(PREFIX)


def check_token(token: str | None) -> str | None:
    """Check that a token is long enough and can be sent in a header, and return it.

    Raises:
        UsageError: It is not; the token is not repeated.
    """
    if token is not None and not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        raise UsageError(
            "the control token must have 16 to 256 letters, digits or -._~+/=; "
            "create one with: openssl rand -hex 16"
        )
    return token


def handle_control(
    control: Control, raw: RawRequest, peer: str, token: str | None = None
) -> RawAnswer:
    """Answer a control request.

    Args:
        control: What is controlled.
        raw: The request.
        peer: The address that it came from.
        token: The token that lets any peer in; None lets in this machine alone.

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
    return RawAnswer(json.dumps(answer).encode(), status, JSON_HEADERS)


def _admit(raw: RawRequest, peer: str, token: str | None) -> None:
    headers = header_map(raw.headers)
    if "authorization" in headers:
        _check_bearer(headers["authorization"], token)
    else:
        _check_local(headers.get("host", ""), peer, token)
    if "origin" in headers:
        raise ControlError(403, "the controls do not answer to web pages")
    if raw.method != "POST":
        raise ControlError(405, "the controls take POST alone")
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ControlError(415, "the Content-Type must be application/json")


def _check_bearer(authorization: str, token: str | None) -> None:
    if token is None:
        raise ControlError(403, "no control token is set: start the emulator with one")
    given = authorization.encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise ControlError(403, "the control token is wrong: expected Authorization: Bearer TOKEN")


def _check_local(host: str, peer: str, token: str | None) -> None:
    if not is_loopback(peer):
        how = "send the control token" if token else "start the emulator with a control token"
        raise ControlError(403, f"the controls answer to this machine alone; {how}")
    if not names_loopback(host):
        raise ControlError(403, "the Host header does not name this machine by loopback")


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _run(control: Control, raw: RawRequest) -> Answer:
    verb = raw.target[len(PREFIX) :]
    if verb not in VERBS:
        raise ControlError(404, f"no control {verb[:40]!r}; there are {', '.join(sorted(VERBS))}")
    kind, function = VERBS[verb]
    try:
        given = json.loads(raw.body or b"{}", parse_constant=_no_number)
        if not isinstance(given, dict):
            raise ControlError(400, f"{verb}: the body is not a JSON object")
        with control.cloud.lock:
            return function(control, kind.model_validate(given) if kind else given)
    except ValidationError as error:
        raise ControlError(400, str(usage_error(verb, error))) from None
    except UsageError:
        raise
    except (ValueError, RecursionError) as error:
        raise ControlError(400, f"{verb}: the body is not JSON: {error}") from None
