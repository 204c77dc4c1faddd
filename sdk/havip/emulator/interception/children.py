"""Keep processes started while a mock is active away from the real cloud.

A local server serves the same cloud, and the environment of child processes points at it: Python
processes import `guard.sitecustomize`, which also blocks Tencent's hosts, other programs read
``HAVIP_ENDPOINT``, and the Terraform provider gets a domain that does not exist. A forked process
keeps the patches of its parent and a copy of its cloud.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Container, Mapping, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from havip.emulator.http.controls import Control
from havip.emulator.http.messages import MAX_BODY, RawRequest
from havip.emulator.interception.guard import sitecustomize as guard
from havip.emulator.interception.patch import Patch
from havip.emulator.state.access_keys import DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY

DEFAULT_REGION: Final = "ap-guangzhou"
NOWHERE: Final = "mock-havip.invalid"
"""A domain that never resolves (RFC 6761)."""
_FOLDER: Final = str(Path(guard.__file__).resolve().parent)
_PATH: Final = "PYTHONPATH"
_LEADING: Final = ("HAVIP_ENDPOINT", "TENCENTCLOUD_DOMAIN")
_KEY: Final[Mapping[str, str]] = {
    "TENCENTCLOUD_SECRET_ID": DEFAULT_SECRET_ID,
    "TENCENTCLOUD_SECRET_KEY": DEFAULT_SECRET_KEY,
}
_REGION: Final = "TENCENTCLOUD_REGION"
_STARTERS: Final = ("execve", "posix_spawn", "posix_spawnp")


class ChildServer:
    """A loopback server for child processes, built on the standard library alone.

    Args:
        top: Returns the newest mock.
    """

    def __init__(self, top: Callable[[], Control | None]) -> None:
        self._top, self._pid = top, os.getpid()
        self._listener = socket.socket()
        try:
            self._listener.bind(("127.0.0.1", 0))
            self._listener.listen(128)
        except BaseException:
            self._listener.close()
            raise
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(
            target=self._accept, name="mock-havip-children", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening; a forked process must not shut down the parent's socket."""
        if os.getpid() == self._pid:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`
            self._thread.join(1)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with connection, contextlib.suppress(OSError):
            _MockHandler(connection, address, SimpleNamespace(top=self._top))  # type: ignore[arg-type]


class _MockHandler(BaseHTTPRequestHandler):
    """Forwards each request to the newest mock."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        """Handle a POST."""
        size = self.headers.get("Content-Length", "0")
        if not (size.isascii() and size.isdecimal() and int(size) <= MAX_BODY + 1):
            self.close_connection = True
            self.send_error(413)
            return
        control = self.server.top()  # type: ignore[attr-defined]
        if control is None:
            self.close_connection = True
            self.send_error(503, "no mock_havip is active")
            return
        body = self.rfile.read(int(size))
        raw = RawRequest(self.command, self.path, list(self.headers.items()), body)
        response = control.gateway.handle(raw)
        if response.delay:
            getattr(control.cloud.clock.base, "sleep", time.sleep)(response.delay)
        if response.drop:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in (*response.headers, ("Content-Length", str(len(response.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def do_GET(self) -> None:
        """Handle a GET."""
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        """Log nothing: the gateway has its own request log."""


def placeholders(environment: Container[str]) -> dict[str, str]:
    """Return the key and the region that an environment lacks."""
    missing = {} if any(name in environment for name in _KEY) else dict(_KEY)
    if _REGION not in environment:
        missing[_REGION] = DEFAULT_REGION
    return missing


class ChildMocks:
    """Server, environment and patches for child processes while mocks are active.

    Args:
        top: Returns the newest mock.
    """

    def __init__(self, top: Callable[[], Control | None]) -> None:
        self._top = top
        self._server: ChildServer | None = None
        self._path: str | None = None
        self._fork_server: _OwnForkServer | None = None
        starters = [name for name in _STARTERS if hasattr(os, name)]
        self._patches = [self._patch_popen(), *map(self._patch_starter, starters)]

    def start(self) -> None:
        """Start the server, and set the environment of future child processes."""
        try:
            self._server = ChildServer(self._top)
            os.environ[guard.SERVER] = self._server.url
        except Exception:  # without sockets, children fail loudly instead of using the real cloud
            os.environ[guard.SERVER] = f"http://{NOWHERE}"
        self._path = os.environ.get(_PATH)
        os.environ[_PATH] = _with_guard(self._path)
        for patch in self._patches:
            patch.apply()
        # For children of os.system, os.execv and the like, which inherit the environment unseen.
        # This process does not read it from there.
        for name, value in self.environment(None).items():
            if name in _LEADING:
                os.putenv(name, value)
        self._fork_server = _OwnForkServer()

    def stop(self) -> None:
        """Stop the server and undo the changes."""
        if self._fork_server is not None:
            self._fork_server.undo()
        for patch in self._patches:
            patch.undo()
        for name in _LEADING:
            if name in os.environ:
                os.putenv(name, os.environ[name])
            else:
                os.unsetenv(name)
        os.environ.pop(guard.SERVER, None)
        rest = [e for e in os.environ.get(_PATH, "").split(os.pathsep) if e and e != _FOLDER]
        if self._path is None and not rest:
            os.environ.pop(_PATH, None)
        elif os.environ.get(_PATH) == _with_guard(self._path):
            os.environ[_PATH] = self._path or ""
        else:  # changed in the meantime
            os.environ[_PATH] = os.pathsep.join(rest)
        if self._server is not None:
            self._server.close()
            self._server = None

    def environment(self, given: Mapping[Any, Any] | None) -> dict[Any, Any]:
        """Return the environment of a child process, based on the given or the current one."""
        made = dict(os.environ if given is None else given)
        coded = any(isinstance(name, bytes) for name in made)
        server = os.environ.get(guard.SERVER, "")

        def setting(name: str, value: Callable[[str | None], str]) -> None:
            key = name.encode() if coded else name
            now = made.get(key)
            now = now.decode() if isinstance(now, bytes) else now
            made[key] = value(now).encode() if coded else value(now)

        setting(guard.SERVER, lambda _: server)
        setting("HAVIP_ENDPOINT", lambda now: now or server)
        setting("TENCENTCLOUD_DOMAIN", lambda now: now or NOWHERE)
        setting(_PATH, _with_guard)
        for name, value in placeholders({os.fsdecode(name): None for name in made}).items():
            setting(name, lambda _, value=value: value)  # type: ignore[misc]
        return made

    def _patch_popen(self) -> Patch:
        signature = inspect.signature(subprocess.Popen.__init__)

        def start(process: Any, *arguments: Any, **options: Any) -> None:
            if self._top() is None:
                patch.before(process, *arguments, **options)
                return
            bound = signature.bind(process, *arguments, **options)
            bound.arguments["env"] = self.environment(bound.arguments.get("env"))
            patch.before(*bound.args, **bound.kwargs)

        patch = Patch(subprocess.Popen, "__init__", start)
        return patch

    def _patch_starter(self, name: str) -> Patch:
        """Patch a function of `os` that gets the environment of a program explicitly."""

        def start(path: Any, argv: Any, env: Any = None, **options: Any) -> Any:
            within = env if self._top() is None else self.environment(env)
            return patch.before(path, argv, within, **options)

        patch = Patch(os, name, start)
        return patch


class _OwnForkServer:
    """A fork server of `multiprocessing` for the lifetime of the mock.

    A server that was already running would fork processes without this environment, and one started
    under the mock would outlive it.
    """

    _MODULE: Final = "multiprocessing.forkserver"
    _FUNCTIONS: Final = (
        "connect_to_new_process",
        "ensure_running",
        "get_inherited_fds",
        "set_forkserver_preload",
    )

    def __init__(self) -> None:
        self._patches: Sequence[Patch] = ()
        self._server: Any = None
        if module := sys.modules.get(self._MODULE):
            self._server = module.ForkServer()
            self._patches = [
                Patch(module, name, getattr(self._server, name)) for name in self._FUNCTIONS
            ]
        for patch in self._patches:
            patch.apply()

    def undo(self) -> None:
        for patch in self._patches:
            patch.undo()
        if self._server is None and self._MODULE in sys.modules:  # imported in the meantime
            self._server = sys.modules[self._MODULE]._forkserver
        if self._server is not None:
            self._server._stop()


def _with_guard(path: str | None) -> str:
    entries = [entry for entry in (path or "").split(os.pathsep) if entry != _FOLDER]
    return os.pathsep.join([_FOLDER, *entries]) if path else _FOLDER
