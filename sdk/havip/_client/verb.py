"""Verbs: the methods of a client, one for each action, built from the request classes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from havip import api
from havip._transport.caller import run
from havip.api._base import Request, Response, Task

if TYPE_CHECKING:
    from havip._client.base import BaseClient


class Verb:
    """Descriptor for the client method of one action.

    The request class is loaded on first use, so that importing the client does not load the classes
    of all actions.

    Args:
        action: The action.
        bound: Class of the bound methods of a client.
    """

    def __init__(self, action: str, bound: type[BoundVerb]) -> None:
        self.action = action
        self.name = verb_name(action)
        self._bound = bound

    @cached_property
    def request(self) -> type[Request[Response]]:
        """The request class of the action."""
        return api.ACTIONS[self.action]

    def __get__(self, client: BaseClient | None, owner: type[BaseClient]) -> Any:
        """Bind the verb to a client; on the class, return it as a plain function."""
        return self.function(owner) if client is None else self._bound(client, self)

    def function(self, owner: type[BaseClient]) -> Callable[..., Any]:
        """Build the plain function for access through the class, for help() and mocks."""
        name = self.name

        async def awaited(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            return await getattr(self, name)(*args, **kwargs)

        def called(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            return getattr(self, name)(*args, **kwargs)

        asynchronous = inspect.iscoroutinefunction(self._bound.__call__)
        function: Callable[..., Any] = awaited if asynchronous else called
        function.__name__ = name
        function.__qualname__ = f"{owner.__name__}.{name}"
        function.__module__ = owner.__module__
        function.__doc__ = api.describe(self.request)
        # The signature lacks `self`: `unittest.mock` does not treat a descriptor as a method.
        function.__signature__ = signature(self.request)  # type: ignore[attr-defined]
        return function


class BoundVerb:
    """The verb of one client: call it, or `start` it and `finish` it later.

    Args:
        client: The client.
        verb: The verb.
    """

    __slots__ = ("_verb", "client")

    def __init__(self, client: Any, verb: Verb) -> None:
        self.client = client
        self._verb = verb

    @property
    def request(self) -> type[Request[Response]]:
        """The request class of the action."""
        return self._verb.request

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the action; if it is asynchronous, wait until its task has ended.

        Raises:
            UsageError: A parameter is missing, unknown or of the wrong type.
            ApiError: The service rejected the call.
            TransportError: No usable response was received.
            CredentialError: No credentials were found.
            TaskError: The task of the call ended as FAILED.
            WaitTimeout: The task did not end within the timeout.
        """
        answer = self.start(*args, **kwargs)
        if self._verb.request.task is not Task.NONE:
            self.finish(answer)
        return answer

    def start(self, *args: Any, **kwargs: Any) -> Any:
        """Call the action without waiting for its task.

        Example::

            started = client.delete_ha_vip.start(ha_vip_id="havip-1a2b3c4d")
            ...
            client.delete_ha_vip.finish(started)
        """
        return self.client.send(self._verb.request(*args, **kwargs))

    def finish(self, answer: Any, *, timeout: float | None = None) -> Any:
        """Wait until the task of a `start` has ended; return at once if there is no task.

        Args:
            answer: The result of `start`.
            timeout: Timeout in seconds; the client's `task_timeout` if omitted.

        Raises:
            TaskError: The task ended as FAILED.
            WaitTimeout: The task did not end within the timeout.
        """
        return run(self.client._core.finish(self._verb.request, answer, timeout))

    @property
    def __name__(self) -> str:
        return self._verb.name

    def __getattr__(self, name: str) -> Any:
        if name == "__qualname__":  # Python does not allow a property of this name
            return f"{type(self.client).__name__}.{self._verb.name}"
        raise AttributeError(f"verb {self._verb.name} has no attribute {name!r}")

    @property
    def __self__(self) -> Any:
        return self.client

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self.client, self._verb.name)  # as bound methods do

    def __repr__(self) -> str:
        return f"<verb {self._verb.name} of {self.client!r}>"

    if not TYPE_CHECKING:  # for help() and editors at run time

        @property
        def __doc__(self) -> str:
            return api.describe(self._verb.request)

        @property
        def __signature__(self) -> inspect.Signature:
            return signature(self._verb.request)


class AsyncBoundVerb(BoundVerb):
    """The verb of an `havip.AsyncClient`: its methods are coroutines."""

    __slots__ = ()

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the action; if it is asynchronous, wait until its task has ended."""
        answer = await self.start(*args, **kwargs)
        if self._verb.request.task is not Task.NONE:
            await self.finish(answer)
        return answer

    async def start(self, *args: Any, **kwargs: Any) -> Any:
        """Call the action without waiting for its task."""
        return await self.client.send(self._verb.request(*args, **kwargs))

    async def finish(self, answer: Any, *, timeout: float | None = None) -> Any:
        """Wait until the task of a `start` has ended."""
        return await self.client._core.finish(self._verb.request, answer, timeout)


def with_verbs(bound: type[BoundVerb]) -> Callable[[type[Any]], type[Any]]:
    """Return a class decorator that adds a verb for each action.

    Args:
        bound: Class of the bound methods of a client.
    """

    def add(owner: type[Any]) -> type[Any]:
        for action in sorted(api.ACTIONS, key=verb_name):
            setattr(owner, verb_name(action), Verb(action, bound))
        return owner

    return add


def signature(request: type[Request[Any]]) -> inspect.Signature:
    """Return the parameters of a verb under their Python names, for help and completion."""
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.is_required() else field.default,
            annotation=field.annotation,
        )
        for name, field in request.model_fields.items()
    ]
    return inspect.Signature(parameters, return_annotation=request.answer)


def verb_name(action: str) -> str:
    """Return the name of an action's verb: ``create_ha_vip`` for ``CreateHaVip``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", action).lower()
