"""Routes of the dashboard: the page, its event stream and its actions.

``GET /?token=…`` is the page; everything else is below ``/_havip/dashboard/``. All routes accept
loopback peers only, and only if the Host header is a loopback name, against DNS rebinding. Events
and actions need the token, which only the page's URL contains: other pages in the same browser, and
other users of the machine, do not know it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import threading
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pydantic import JsonValue

from havip.emulator.errors import ApiFailure
from havip.emulator.http.aiohttp_web import web
from havip.emulator.http.controls import Control
from havip.emulator.http.dashboard.assets import assets, page_headers
from havip.emulator.http.dashboard.feed import EventFeed
from havip.emulator.http.dashboard.lab_view import LabView
from havip.emulator.http.dashboard.stream import MOST_READERS, Stream
from havip.emulator.http.loopback import is_loopback, names_loopback
from havip.emulator.state.events import HaVipEvent
from havip.errors import HavipError

_LOG = logging.getLogger("havip.emulator.dashboard")
PREFIX: Final = "/_havip/dashboard/"
_MAX_BODY: Final = 64 * 1024
_MAX_TARGET: Final = 2048


class _DeniedError(Exception):
    """A rejected request, with an HTTP status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Dashboard:
    """Serves the dashboard of one emulator.

    Args:
        control: The emulator.
        lab: The lab that runs on the emulator's cloud, if any.
        token: The token in the page's URL; random by default.
    """

    def __init__(
        self, control: Control, *, lab: LabView | None = None, token: str | None = None
    ) -> None:
        self.control, self.lab = control, lab
        self.token = token or secrets.token_urlsafe(18)
        self.feed = EventFeed()
        self._announced = control.cloud.subscribe()
        self._readers = 0
        self._collecting = threading.Lock()
        self._closing = asyncio.Event()

    def url(self, server: str) -> str:
        """Return the page's URL on a server, such as ``http://127.0.0.1:8765``."""
        return f"{server}/?token={self.token}"

    def open(self) -> None:
        """Start serving; called in the server's event loop, again after a `close`."""
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Close the open event streams; called in the server's event loop."""
        self._closing.set()

    def collect(self) -> EventFeed:
        """Move new events of the cloud into the feed, and return the feed."""
        with self._collecting:
            for event in self._announced.drain():
                if event.kind in ("announced", "dropped"):
                    self.feed.publish("announcement", _announcement(event))
        return self.feed

    def handles(self, request: web.BaseRequest) -> bool:
        """Return whether a request is for the dashboard rather than for the API."""
        target = request.raw_path
        if target.startswith(PREFIX):
            return True
        return (
            request.method == "GET"
            and (target == "/" or target.startswith("/?token="))
            and "text/html" in request.headers.get("Accept", "")
            and "Authorization" not in request.headers
        )

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Handle a request for the dashboard."""
        try:
            self._admit(request)
            name = urlsplit(request.raw_path).path.removeprefix(PREFIX)
            if name == "/":
                return self._page(request)
            if name == "events":
                return await self._events(request)
            if name == "act":
                return await self._act(request)
            return _asset(request, name)
        except _DeniedError as denied:
            return _text(denied.status, str(denied))

    def _admit(self, request: web.BaseRequest) -> None:
        if not is_loopback(request.remote or ""):
            raise _DeniedError(403, "the dashboard accepts only local requests")
        if not names_loopback(request.headers.get("Host", "")):
            raise _DeniedError(403, "the Host header must be a loopback name or address")
        if len(request.raw_path) > _MAX_TARGET:
            raise _DeniedError(414, "the URL is too long")

    def _page(self, request: web.BaseRequest) -> web.Response:
        if not self._token_matches(_query(request).get("token", "")):
            raise _DeniedError(
                403,
                "The token of this page is missing or wrong. Open the complete URL that the "
                "emulator or the lab printed when it started.",
            )
        return _asset(request, "index.html")

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        query = _query(request)
        self._check_token(request, query.get("token", ""))
        if request.method != "GET":
            raise _DeniedError(405, "the event stream accepts only GET")
        if self._readers >= MOST_READERS:
            raise _DeniedError(503, f"{MOST_READERS} pages are open already; close one")
        stream = Stream(self, _start(request))
        response = web.StreamResponse(
            headers={**page_headers(), "Content-Type": "text/event-stream"}
        )
        self._readers += 1
        try:
            await response.prepare(request)
            with contextlib.suppress(ConnectionError):
                place = (query.get("account", ""), query.get("region", ""))
                await stream.run(response.write, place, self._closing)
        finally:
            self._readers -= 1
        return response

    async def _act(self, request: web.BaseRequest) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        self._check_token(request, token if scheme == "Bearer" else "")
        if request.method != "POST":
            raise _DeniedError(405, "actions accept only POST")
        body = await _read_json(request)
        verb = body.pop("verb", None)
        if not isinstance(verb, str):
            raise _DeniedError(400, "the body has no verb")
        try:
            return _json(await asyncio.to_thread(self._do, verb, body))
        except ApiFailure as refusal:
            return _json({"error": f"{refusal.code}: {refusal.message}"}, 409)
        except HavipError as error:
            return _json({"error": str(error)}, 409)
        except _DeniedError:
            raise
        except Exception as bug:  # a defect must not close the connection without a response
            _LOG.exception("the action %s failed", verb)
            return _json({"error": f"internal error, {type(bug).__name__}: {bug}"}, 500)

    def _do(self, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.lab is not None:
            return self.lab.act(verb, arguments)
        if verb != "announce":
            raise _DeniedError(404, "the only action without a lab is announce")
        try:
            texts = {name: str(arguments[name]) for name in _ANNOUNCE}
        except KeyError as missing:
            raise _DeniedError(400, f"announce needs {missing.args[0]}") from None
        outcome = self.control.cloud.announce(
            texts["sender"], texts["vip"], region=texts["region"], account=texts["account"]
        )
        return {"accepted": outcome.accepted, "reason": str(outcome.reason)}

    def _check_token(self, request: web.BaseRequest, token: str) -> None:
        if not self._token_matches(token):
            raise _DeniedError(403, "the token is missing or wrong: reopen the printed URL")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
            raise _DeniedError(403, "the dashboard rejects requests of other pages")

    def _token_matches(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self.token.encode())


def _announcement(event: HaVipEvent) -> dict[str, Any]:
    return {
        "at": event.time,
        "account": event.account,
        "region": event.region,
        "sender": event.sender,
        "address": event.vip,
        "havip": event.ha_vip_id,
        "reason": event.reason,
    }


_ANNOUNCE = ("sender", "vip", "account", "region")


def _query(request: web.BaseRequest) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(request.raw_path).query).items()}


def _start(request: web.BaseRequest) -> int:
    """Return the number of the last event that a reconnecting page received."""
    last = request.headers.get("Last-Event-ID", "")
    return int(last) if last.isdecimal() and len(last) < 16 else 0


async def _read_json(request: web.BaseRequest) -> dict[str, JsonValue]:
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        raise _DeniedError(415, "the Content-Type must be application/json")
    body = b""
    async for part in request.content.iter_any():
        body += part
        if len(body) > _MAX_BODY:
            raise _DeniedError(413, f"the body has more than {_MAX_BODY} bytes")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _DeniedError(400, "the body is not a JSON object")
    return found


def _asset(request: web.BaseRequest, name: str) -> web.Response:
    if request.method not in ("GET", "HEAD"):
        raise _DeniedError(405, "files accept only GET")
    found = assets().get(name)
    if found is None:
        raise _DeniedError(404, "file not found")
    headers = {**page_headers(), "Content-Type": found.content_type}
    return web.Response(body=found.body, headers=headers)


def _text(status: int, text: str) -> web.Response:
    headers = {**page_headers(), "Content-Type": "text/plain; charset=utf-8"}
    return web.Response(status=status, body=f"{text}\n".encode(), headers=headers)


def _json(data: Mapping[str, Any], status: int = 200) -> web.Response:
    headers = {**page_headers(), "Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(data).encode(), headers=headers)
