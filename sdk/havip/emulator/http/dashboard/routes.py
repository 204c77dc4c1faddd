"""The routes of the dashboard: its page, its live events, and what it may do.

``GET /?token=…`` is the page; everything else is below ``/_havip/dashboard/``. All of it answers
to loopback alone, and only where the Host header names loopback, or a name that was rebound to
it would do. Events and actions need the token, which only the page's URL holds: another page in
the same browser, and another user of the machine, do not know it.
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
    """A request that is not answered, with an HTTP status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Dashboard:
    """Serves the page of one emulator.

    Args:
        control: The emulator.
        lab: The lab whose cloud that is, if any.
        token: What the page's URL must hold; a new random one by default.
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
        """Begin to serve; called in the server's loop, again after a `close`."""
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Close the open event streams; called in the server's loop."""
        self._closing.set()

    def collect(self) -> EventFeed:
        """Move what the cloud told since the last call into the feed, and return that."""
        with self._collecting:
            for event in self._announced.drain():
                if event.kind in ("announced", "dropped"):
                    self.feed.publish("announcement", _announcement(event))
        return self.feed

    def handles(self, request: web.BaseRequest) -> bool:
        """Return whether a request is one of a browser for the page, and not one of the API."""
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
        """Answer a request of the page."""
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
            raise _DeniedError(403, "the dashboard answers to this machine alone")
        if not names_loopback(request.headers.get("Host", "")):
            raise _DeniedError(403, "the Host header does not name this machine by loopback")
        if len(request.raw_path) > _MAX_TARGET:
            raise _DeniedError(414, "the URL is too long")

    def _page(self, request: web.BaseRequest) -> web.Response:
        if not self._knows_token(_query(request).get("token", "")):
            raise _DeniedError(
                403,
                "This page needs the token of its URL. Open the whole URL that the emulator or "
                "the lab printed when it started.",
            )
        return _asset(request, "index.html")

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        query = _query(request)
        self._check_token(request, query.get("token", ""))
        if request.method != "GET":
            raise _DeniedError(405, "events are read with GET")
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
            raise _DeniedError(405, "actions are done with POST")
        body = await _read_json(request)
        verb = body.pop("verb", None)
        if not isinstance(verb, str):
            raise _DeniedError(400, "the body names no verb")
        try:
            return _json(await asyncio.to_thread(self._do, verb, body))
        except ApiFailure as refusal:
            return _json({"error": f"{refusal.code}: {refusal.message}"}, 409)
        except HavipError as error:
            return _json({"error": str(error)}, 409)
        except _DeniedError:
            raise
        except Exception as bug:  # the border of the dashboard: a defect is still an answer
            _LOG.exception("the action %s failed", verb)
            return _json({"error": f"internal error, {type(bug).__name__}: {bug}"}, 500)

    def _do(self, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.lab is not None:
            return self.lab.act(verb, arguments)
        if verb != "announce":
            raise _DeniedError(404, "without a lab, the only action is announce")
        try:
            texts = {name: str(arguments[name]) for name in _ANNOUNCE}
        except KeyError as missing:
            raise _DeniedError(400, f"announce needs {missing.args[0]}") from None
        told = self.control.cloud.announce(
            texts["sender"], texts["vip"], region=texts["region"], account=texts["account"]
        )
        return {"accepted": told.accepted, "reason": str(told.reason)}

    def _check_token(self, request: web.BaseRequest, token: str) -> None:
        if not self._knows_token(token):
            raise _DeniedError(403, "the token is missing or wrong: open the printed URL again")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
            raise _DeniedError(403, "the dashboard does not answer to other pages")

    def _knows_token(self, token: str) -> bool:
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
    """Return the event after which a page that lost its connection goes on."""
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
        raise _DeniedError(405, "files are read with GET")
    found = assets().get(name)
    if found is None:
        raise _DeniedError(404, "the dashboard has no such file")
    headers = {**page_headers(), "Content-Type": found.content_type}
    return web.Response(body=found.body, headers=headers)


def _text(status: int, text: str) -> web.Response:
    headers = {**page_headers(), "Content-Type": "text/plain; charset=utf-8"}
    return web.Response(status=status, body=f"{text}\n".encode(), headers=headers)


def _json(data: Mapping[str, Any], status: int = 200) -> web.Response:
    headers = {**page_headers(), "Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(data).encode(), headers=headers)
