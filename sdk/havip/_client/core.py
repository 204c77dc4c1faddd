"""Code shared by the blocking and the asynchronous client: everything except I/O."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar, cast

from havip import api
from havip._checks import instance, seconds, words
from havip._client.polling import Pauses, poll_with
from havip._client.site import check_call, has_input
from havip._client.task import TaskWatch
from havip._client.wait import Wait
from havip._transport import wire
from havip._transport.caller import Call, CallSender, Options
from havip._transport.clock import Clock, Deadline
from havip._transport.endpoint import Site
from havip._transport.retry import Kind, Retry
from havip.api._base import Request, Response, Service
from havip.errors import UsageError

R = TypeVar("R", bound=Response)
T = TypeVar("T")


class Core(NamedTuple):
    """The operations of a client as coroutines.

    Attributes:
        caller: Sends the calls.
        clock: The clock of the client.
        site: The site of the account.
        options: The default options of a call.
        task_timeout: Seconds that a method waits for the task of its action.
    """

    caller: CallSender
    clock: Clock
    site: Site
    options: Options
    task_timeout: float

    async def send(
        self, request: Request[R], retry: Retry | None = None, timeout: float | None = None
    ) -> R:
        """Send a request."""
        pair = type(request)
        action, answer = pair.__name__, cast("type[R]", pair.answer)
        if self.site is Site.INTL:
            check_call(self.site, pair, request.to_wire)
        if "client_token" in pair.model_fields and (
            token := self._token(pair, getattr(request, "client_token", None))
        ):
            request = request.model_copy(update={"client_token": token})
            kind = Kind.TOKEN
        else:
            kind = Kind.READ if pair.reads else Kind.CHANGE
        call = Call(action, pair.service, wire.encode(request), kind, pair.rate, pair.signed)
        return await self.caller.make(
            call,
            lambda reply, now: wire.decode(action, answer, reply, now),
            self._options(retry, timeout),
        )

    async def call(
        self,
        action: str,
        params: Mapping[str, Any] | None,
        service: str | None,
        version: str | None,
        retry: Retry | None,
        timeout: float | None,
    ) -> dict[str, Any]:
        """Call an action with parameters in wire form."""
        if not isinstance(action, str) or not _NAME.fullmatch(action):
            raise UsageError(f"{action!r} is not the name of an action, as DescribeHaVips")
        if params is not None and not isinstance(params, Mapping):
            raise UsageError(f"call: params must be a mapping, got a {type(params).__name__}")
        if bad := [name for name in params or () if not isinstance(name, str)]:
            raise UsageError(f"call: params maps names to values; {bad[0]!r} is not a name")
        if service is not None:
            words("call: service", service, "vpc")
        if version is not None:
            words("call: version", version, "2017-03-12")
        given = {name: value for name, value in (params or {}).items() if value is not None}
        pair = api.find(action, service)
        token = None
        if pair is not None:
            check_call(self.site, pair, lambda: given)
            if "client_token" in pair.model_fields:
                token = self._token(pair, given.get("ClientToken"))
        if token:
            given["ClientToken"] = token
        call = Call(
            action,
            _service(
                (pair.service.name if pair else "vpc") if service is None else service, version
            ),
            wire.encode_params(given),
            _kind(pair, token) if pair else _guess_kind(action),
            pair.rate if pair else 20,
            pair.signed if pair else True,
        )
        return await self.caller.make(
            call,
            lambda reply, now: wire.decode_dict(action, reply, now),
            self._options(retry, timeout),
        )

    async def wait(
        self,
        request: Request[R],
        ready: Callable[[R], bool],
        error: Callable[[R], bool] | None,
        timeout: float,
        delay: float,
        longest: float,
    ) -> R:
        """Poll until a condition holds."""
        wait = Wait(request, ready, error, self.clock, self._transient)
        deadline = Deadline(self.clock, seconds("wait: timeout", timeout, zero=True))
        first = seconds("wait: delay", delay, zero=True)
        pauses = Pauses(first, max(first, seconds("wait: max_delay", longest, zero=True)), 1.25)
        answer: R = await self.poll(
            lambda: wait.look(self.send), deadline, pauses, wait.late(timeout), wait.tolerates
        )
        return answer

    async def finish(
        self, pair: type[Request[Any]], answer: Response, timeout: float | None = None
    ) -> None:
        """Poll the task of a call until it ends."""
        instance("answer", answer, pair.answer, f"what {pair.__name__} returns")
        watch = TaskWatch.of(pair, answer)
        if watch is None:
            return
        limit = self.task_timeout if timeout is None else seconds("timeout", timeout, zero=True)
        await self.poll(
            lambda: watch.look(self.send),
            Deadline(self.clock, limit),
            watch.pauses(),
            watch.late(limit),
            lambda error: watch.tolerates(error) or self._transient(error),
        )

    async def poll(
        self,
        look: Callable[[], Any],
        deadline: Deadline,
        pauses: Pauses,
        late: Callable[[Any], Any],
        tolerate: Callable[[Any], bool],
    ) -> Any:
        """Poll with the client's clock and I/O."""
        sleep = self.caller.backend.sleep
        return await poll_with(look, deadline, self.clock, sleep, pauses, late, tolerate)

    def _transient(self, error: Exception) -> bool:
        """Return whether a read that failed may succeed later."""
        return self.options.retry.is_transient(str(getattr(error, "code", "")))

    def _options(self, retry: Retry | None, timeout: float | None) -> Options:
        if retry is None and timeout is None:
            return self.options
        return Options(
            self.options.retry if retry is None else check_retry(retry),
            self.options.timeout if timeout is None else seconds("timeout", timeout),
        )

    def _token(self, pair: type[Request[Any]], given: str | None) -> str | None:
        """Build the ClientToken of a call, if its action has one on this site."""
        if self.site is Site.INTL and not has_input(self.site, pair, "ClientToken"):
            return None
        return given or str(uuid.uuid4())


def check_retry(retry: object) -> Retry:
    """Check a retry policy.

    Raises:
        UsageError: It is not a `Retry`.
    """
    if not isinstance(retry, Retry):
        raise UsageError(
            f"retry must be a havip.Retry, such as havip.Retry(deadline=10), got {retry!r}"
        )
    return retry


def check_request(verb: str, given: object) -> None:
    """Check that a request instance was given.

    Raises:
        UsageError: It is not; the message says what to pass instead.
    """
    if isinstance(given, Request):
        return
    kind = given if isinstance(given, type) and issubclass(given, Request) else None
    named = given if isinstance(given, str) and given in api.ACTIONS else ""
    action = kind.__name__ if kind else named
    way = f"give api.{action}(…)" if action else "give a request, such as api.DescribeHaVips()"
    if named:
        way += f", or use client.call({action!r}, {{…}})"
    what = "its class" if kind else "None" if given is None else f"a {type(given).__name__}"
    raise UsageError(f"{verb} expects a request instance, got {what}: {way}")


_VERSIONS = {
    "cbs": "2017-03-12",
    "cvm": "2017-03-12",
    "sts": "2018-08-13",
    "tag": "2018-08-13",
    "vpc": "2017-03-12",
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_READING = ("Describe", "Get", "List", "Inquiry", "Inquire")


def _service(name: str, version: str | None) -> Service:
    """Build a service from its name and the version of its API."""
    known = version or _VERSIONS.get(name)
    if known is None:
        raise UsageError(f"the API version of the service {name!r} is not known: give version=")
    if not _NAME.fullmatch(name) or not re.fullmatch(r"\d{4}-\d\d-\d\d", known):
        raise UsageError(f"service {name!r}, version {known!r}: not of the form vpc, 2017-03-12")
    return Service(name, known)


def _kind(pair: type[Request[Any]], token: str | None) -> Kind:
    """Return the effect of sending a call twice."""
    if pair.reads:
        return Kind.READ
    return Kind.TOKEN if token else Kind.CHANGE


def _guess_kind(action: str) -> Kind:
    """Guess the same for an action known only by name: Describe… and the like only read."""
    return Kind.READ if action.startswith(_READING) else Kind.CHANGE
