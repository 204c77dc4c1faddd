"""Gateway of the emulated API: authenticates, parses, dispatches and serializes.

It maps a `RawRequest` to a `RawResponse`, independently of the transport: an HTTP server or a
patched client library. An invalid request gets an API error with HTTP status 200, as from the real
service, and changes nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, cast, get_args

from havip import api
from havip._checks import choice, instance
from havip.api._base import Request, Response
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.errors import ApiFailure
from havip.emulator.http import auth
from havip.emulator.http.escaping import escaped_logger
from havip.emulator.http.faults import Fault, Faults, RateLimits
from havip.emulator.http.messages import (
    MAX_BODY,
    MAX_QUERY,
    RawRequest,
    RawResponse,
    header_map,
    parse_params,
    path_and_query,
    read_body,
    read_query,
)
from havip.emulator.http.request_log import Entry, RequestLog, redacted
from havip.emulator.http.translations import message_in
from havip.emulator.http.unset_values import UNSET, with_nulls
from havip.emulator.state.access_keys import DEFAULT_ACCOUNT, Key

log = escaped_logger("havip.emulator")

Verify = Literal["all", "known", "none"]

ROOT_DOMAIN: Final = "tencentcloudapi.com"
REGIONAL: Final = frozenset({"vpc", "cvm"})
"""Services that require a region; for the others it is optional."""


@dataclass(slots=True)
class _Exchange:
    """A request while the gateway processes it."""

    method: str
    query: str
    headers: dict[str, str]
    body: bytes
    entry: Entry
    fault: Fault | None = None

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def required(self, name: str) -> str:
        """Return a header; raise the API's error if it is missing."""
        value = self.headers.get(name.lower())
        if not value:
            raise ApiFailure("MissingParameter", f"The request is missing the header {name}.")
        return value


class Gateway:
    """Authenticates a request, resolves its action, and calls the cloud.

    Example::

        gateway = Gateway(Cloud())
        answer = gateway.handle(RawRequest("POST", "/", headers, body))

    Args:
        cloud: The state and the rules, with the accepted keys.
        verify: Which signatures are verified: ``all``; those of ``known`` keys, while other
            SecretIds are accepted unchecked; or ``none``, where requests need not be signed at all.
            Calls with an unknown key run under the first key's account.

    Raises:
        UsageError: An argument is invalid.
    """

    def __init__(
        self,
        cloud: Cloud,
        *,
        verify: Verify = "all",
    ) -> None:
        self.cloud = instance("cloud", cloud, Cloud, "havip.emulator.Cloud()")
        self.verify: Verify = check_verify(verify)
        self.faults = Faults()
        self.limits = RateLimits()
        self.requests = RequestLog()

    @property
    def services(self) -> frozenset[str]:
        """Names of the emulated services."""
        return frozenset(_service_versions())

    def handle(self, raw: RawRequest) -> RawResponse:
        """Handle a request; never raises. Requests are handled one at a time."""
        request_id = str(uuid.uuid4())
        with self.cloud.lock:
            entry = Entry(self.cloud.clock.time(), request_id)
            self.requests.add(entry)
            language = ""
            fault: Fault | None = None
            try:
                exchange = self._open(raw, entry)
                language = exchange.header("x-tc-language")
                try:
                    answer = self._serve(exchange)
                finally:
                    fault = exchange.fault
                body = _success(answer)
            except ApiFailure as failure:
                body = _failure(entry, language, failure)
            except Exception:  # a defect must still produce a response
                log.exception("%s failed (request %s)", entry.action or "a request", request_id)
                text = "The emulator has a defect; its log shows where."
                body = _failure(entry, language, ApiFailure("InternalError", text))
        return _by_fault(fault, body) if fault else RawResponse(body)

    def _open(self, raw: RawRequest, entry: Entry) -> _Exchange:
        if raw.method not in ("GET", "POST"):
            raise ApiFailure(
                "UnsupportedProtocol", f"The method {raw.method[:20]} is neither GET nor POST."
            )
        query = path_and_query(raw.target)[1]
        if len(query) > MAX_QUERY or len(raw.body) > MAX_BODY:
            raise ApiFailure(
                "RequestSizeLimitExceeded",
                f"The limit is {MAX_QUERY} bytes for a GET and {MAX_BODY} for the body of a POST.",
            )
        if query and raw.method == "POST":
            raise ApiFailure("InvalidRequest", "The parameters of a POST must be in its body only.")
        return _Exchange(raw.method, query, header_map(raw.headers), raw.body, entry)

    def _serve(self, exchange: _Exchange) -> Response | None:
        """Call the cloud; return None if a fault suppresses the response."""
        caller = self._caller(exchange)
        kind = self._kind(exchange, caller)
        params = self._params(exchange)
        exchange.entry.params = redacted(params, len(exchange.body))
        exchange.fault = fault = self.faults.next_for(kind.__name__) if self.faults.orders else None
        if fault is not None:
            exchange.entry.fault = _kind_of(fault)
            if fault.effect == "before" and not fault.only_slow:
                _refuse(fault)
                return None
        if self.limits.on:
            now = self.cloud.clock.time()
            self.limits.check(caller.account, caller.region, kind.__name__, kind.rate, now)
        answer: Response = self.cloud.call(caller, parse_params(kind, params))
        if fault is None or fault.only_slow:
            return answer
        _refuse(fault)
        return None

    def _params(self, exchange: _Exchange) -> dict[str, Any]:
        if exchange.method == "GET":
            return read_query(exchange.query)
        return read_body(exchange.header("content-type"), exchange.body)

    def _caller(self, exchange: _Exchange) -> Caller:
        service, key = self._signer(exchange)
        entry = exchange.entry
        entry.account, entry.service = key.account, service
        wanted = _service_versions().get(service)
        if wanted is None:
            raise ApiFailure(
                "NoSuchProduct", f"The emulator does not have the product `{service}`."
            )
        version = exchange.required("X-TC-Version")
        if version != wanted:
            raise ApiFailure(
                "NoSuchVersion", f"The version of `{service}` is {wanted}, not `{version[:20]}`."
            )
        entry.region = region = exchange.header("x-tc-region")
        if service in REGIONAL:
            exchange.required("X-TC-Region")
        if region and region not in self.cloud.settings.regions:
            raise ApiFailure("UnsupportedRegion", f"The region `{region[:40]}` does not exist.")
        return Caller(
            account=key.account,
            region=region,
            service=service,
            version=version,
            request_id=entry.request_id,
            language=exchange.header("x-tc-language") or "en-US",
            secret_id=key.secret_id,
        )

    def _signer(self, exchange: _Exchange) -> tuple[str, Key]:
        """Return the service called and the key that signed the request."""
        authorization = exchange.header("authorization")
        if self.verify == "none" and not authorization.startswith("TC3-HMAC-SHA256"):
            return self._service_unsigned(exchange), self._any_key("")
        if authorization == "SKIP":
            kind = api.ACTIONS.get(exchange.header("x-tc-action"))
            if kind is not None and not kind.signed:
                _check_host(exchange.header("host"), kind.service.name)
                return kind.service.name, self._any_key("")
        claim = auth.read_claim(authorization)
        _check_host(exchange.header("host"), claim.service)
        found = self.cloud.keys.find(claim.secret_id)
        if self.verify == "none" or (self.verify == "known" and found is None):
            return claim.service, found or self._any_key(claim.secret_id)
        # The cloud's own time may be frozen or advanced by tests while clients use the real one.
        moment = self.cloud.clock.base.time()
        auth.check_moment(exchange.required("X-TC-Timestamp"), claim.date, moment)
        token = exchange.header("x-tc-token")
        key = auth.check_key(found, token, self.cloud.clock.time())
        auth.check_signature(
            key,
            claim,
            auth.Signed(exchange.method, exchange.query, exchange.headers, exchange.body),
        )
        return claim.service, key

    def _any_key(self, secret_id: str) -> Key:
        account = next((key.account for key in self.cloud.keys), DEFAULT_ACCOUNT)
        return Key(secret_id, "", account)

    def _service_unsigned(self, exchange: _Exchange) -> str:
        """Return the service of an unsigned request, from its host or else its action."""
        label = exchange.header("host").rpartition("://")[2].partition(".")[0].lower()
        if label in _service_versions():
            return label
        kind = api.ACTIONS.get(exchange.header("x-tc-action"))
        return kind.service.name if kind else "vpc"

    def _kind(self, exchange: _Exchange, caller: Caller) -> type[Request[Any]]:
        action = exchange.entry.action = exchange.required("X-TC-Action")[:100]
        kind = api.ACTIONS.get(action)
        if kind is None or kind.service.name != caller.service:
            raise ApiFailure(
                "InvalidAction",
                f"The emulator does not have the action `{action}` of `{caller.service}`.",
            )
        return kind


def check_verify(verify: str) -> Verify:
    """Validate a verification mode.

    Raises:
        UsageError: The mode is unknown.
    """
    return cast("Verify", choice("verify", verify, get_args(Verify)))


@cache
def _service_versions() -> Mapping[str, str]:
    return {kind.service.name: kind.service.version for kind in api.ACTIONS.values()}


def _check_host(host: str, service: str) -> None:
    """Reject a request whose host belongs to another product than its signature."""
    name = host.lower()
    if name.endswith(f".{ROOT_DOMAIN}") and name.partition(".")[0] != service:
        raise ApiFailure(
            "AuthFailure.InvalidAuthorization",
            f"The credential scope is for the product `{service}`, but the host is `{host[:60]}`.",
        )


def _kind_of(fault: Fault) -> str:
    if fault.drop:
        return f"drop {fault.effect}"
    if fault.status is not None:
        return f"status {fault.status} {fault.effect}"
    return f"{fault.code} {fault.effect}" if fault.code else "latency"


def _refuse(fault: Fault) -> None:
    if fault.code is not None:
        raise ApiFailure(fault.code, fault.message)


def _by_fault(fault: Fault, body: bytes) -> RawResponse:
    if fault.status is not None:
        text = f"<html><body><h1>{fault.status}</h1></body></html>"
        headers = (("Content-Type", "text/html"),)
        return RawResponse(text.encode(), fault.status, headers, fault.latency)
    return RawResponse(body, delay=fault.latency, drop=fault.drop)


def _success(answer: Response | None) -> bytes:
    if answer is None:
        return b""
    if (unset := UNSET.get(type(answer))) is not None:
        return b'{"Response":%s}' % with_nulls(answer, unset)
    return b'{"Response":%s}' % answer.__pydantic_serializer__.to_json(
        answer, by_alias=True, exclude_none=True
    )


def _failure(entry: Entry, language: str, failure: ApiFailure) -> bytes:
    entry.code = failure.code
    error = {
        "Code": failure.code,
        "Message": message_in(language, failure),
    }
    answer = {"Response": {"Error": error, "RequestId": entry.request_id}}
    return json.dumps(answer).encode()
