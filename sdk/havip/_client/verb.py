"""Verbs: a line in the client's class becomes a typed, documented method for an action."""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, overload

from havip.api import describe
from havip.api._base import Request, Response, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from havip.client import Client

P = ParamSpec("P")
R = TypeVar("R", bound=Response)


class Verb(Generic[P, R]):
    """A method of the client for one action; parameters, types and text are the request's.

    Args:
        pick: Gives the request class of the action. It is asked at the first use, so that
            importing the client does not load the classes of all actions.
    """

    def __init__(self, pick: Callable[[], Callable[P, Request[R]]]) -> None:
        self._pick = pick

    @cached_property
    def request(self) -> type[Request[R]]:
        """The request class of the action."""
        return cast("type[Request[R]]", self._pick())

    @overload
    def __get__(self, client: None, owner: type[Client]) -> Verb[P, R]: ...

    @overload
    def __get__(self, client: Client, owner: type[Client]) -> BoundVerb[P, R]: ...

    def __get__(self, client: Client | None, owner: type[Client]) -> Verb[P, R] | BoundVerb[P, R]:
        """Bind the verb to a client."""
        return self if client is None else BoundVerb(client, self.request)

    if not TYPE_CHECKING:  # what help() and editors ask at run time

        @property
        def __doc__(self) -> str:
            return describe(self.request)


class BoundVerb(Generic[P, R]):
    """A verb of one client: call it, or `start` it and `finish` it later."""

    __slots__ = ("_client", "request")

    def __init__(self, client: Client, request: type[Request[R]]) -> None:
        self._client = client
        self.request = request

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the action; where it is asynchronous, wait until its task has ended.

        Raises:
            UsageError: A parameter is missing, unknown or of the wrong type.
            ApiError: The service refused the call.
            TransportError: No usable answer came.
            CredentialError: There is nothing to sign with.
            TaskError: The task of the call ended as FAILED.
            WaitTimeout: The task had not ended in time.
        """
        answer = self.start(*args, **kwargs)
        self.finish(answer)
        return answer

    def start(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the action and do not wait for its task.

        Example::

            started = client.delete_ha_vip.start(ha_vip_id="havip-1a2b3c4d")
            ...
            client.delete_ha_vip.finish(started)
        """
        return self._client.send(self.request(*args, **kwargs))

    def finish(self, answer: R, *, timeout: float | None = None) -> None:
        """Wait until the task that `start` began has ended; an action without one has ended.

        Args:
            answer: What `start` returned.
            timeout: Seconds to wait at most; the client's `task_timeout` if left out.

        Raises:
            TaskError: The task ended as FAILED.
            WaitTimeout: It had not ended in time.
        """
        if self.request.task is not Task.NONE:
            from havip._client.task import follow

            follow(self._client, self.request, answer, timeout)

    def __repr__(self) -> str:
        return f"<verb {verb_name(self.request.__name__)} of {self._client!r}>"

    if not TYPE_CHECKING:

        @property
        def __doc__(self) -> str:
            return describe(self.request)

        @property
        def __signature__(self) -> inspect.Signature:
            return signature(self.request)


def signature(request: type[Request[Any]]) -> inspect.Signature:
    """Tell the parameters of a verb under their Python names, for help and completion."""
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
    """Name the verb of an action: ``create_ha_vip`` for ``CreateHaVip``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", action).lower()
