"""``havip call``: any action of the API with its own parameter names."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havip.cli._groups import grouped
from havip.cli._options import (
    ACCOUNT,
    CloudOptions,
    DryRun,
    Output,
    Query,
    Yes,
    confirm,
    reject_unused,
)
from havip.cli._output import Format, console, show_data, show_table, wire
from havip.cli._text import json_text
from havip.errors import UsageError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from havip import Client
    from havip.api import Request, Response

_DESTRUCTIVE = ("Delete", "Terminate", "Release")
_COLUMNS = 8


def complete_action(incomplete: str) -> list[str]:
    """Complete the name of an action."""
    from havip.api import ACTIONS

    return [name for name in sorted(ACTIONS) if name.lower().startswith(incomplete.lower())]


def complete_param(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a parameter of the action."""
    from havip.api import find

    request = find(ctx.params.get("action") or "")
    if request is None or "=" in incomplete:
        return []
    names = (str(field.alias) for field in request.model_fields.values())
    return [f"{name}=" for name in names if name.lower().startswith(incomplete.lower())]


Action = Annotated[
    str | None,
    typer.Argument(
        metavar="ACTION", help="The action, such as DescribeHaVips.", autocompletion=complete_action
    ),
]
Body = Annotated[str | None, typer.Argument(metavar="JSON", help="Parameters as a JSON object.")]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=VALUE",
        help="A parameter; may be repeated, also for list items. Nested: Filters.0.Name=vpc-id.",
        autocompletion=complete_param,
    ),
]
Input = Annotated[
    Path | None,
    typer.Option(
        "--cli-input",
        metavar="FILE",
        help="A JSON or YAML file of parameters, - for standard input.",
    ),
]
OfService = Annotated[
    str | None, typer.Option(help="The service; required only for actions that are not listed.")
]
OfVersion = Annotated[
    str | None, typer.Option(help="The API version of a service that is not listed.")
]
Every = Annotated[bool, typer.Option("--all", help="Fetch every page of a listing.")]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Wait for the task of asynchronous actions.")
]
Listing = Annotated[bool, typer.Option("--list", help="List the actions.")]
Describe = Annotated[
    bool, typer.Option("--describe", help="Describe the action instead of calling it.")
]


@grouped
def call(
    context: typer.Context,
    *,
    action: Action = None,
    body: Body = None,
    param: Param = None,
    cli_input: Input = None,
    service: OfService = None,
    version: OfVersion = None,
    every: Every = False,
    wait: Wait = True,
    listing: Listing = False,
    describe: Describe = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    cloud: CloudOptions,
    output: Output = Format.TABLE,
    query: Query = None,
) -> None:
    """Call any action of the API, with the API's own names.

    Pass passwords and keys in a file or on standard input, with --cli-input: other users of the
    machine can see command-line parameters.
    """
    of_calls = ("body", "param", "cli_input", "version", "every", "wait", "yes", "dry_run", "query")
    if listing:
        reject_unused(context, "with --list", "action", "describe", *of_calls, *ACCOUNT)
        _list_actions(service, output)
        return
    if action is None:
        raise UsageError("no action given; list all with: havip call --list")
    request_class = _find(action, service)
    name = request_class.__name__ if request_class else action
    if describe:
        reject_unused(context, "with --describe", "output", *of_calls, *ACCOUNT)
        _describe(request_class, name)
        return
    from havip.cli._params import gather

    if request_class is None:
        reject_unused(context, f"on {name}, which is not a listed action", "every", "wait")
    else:
        reject_unused(context, f"on {name}, whose version is known", "version")
    params = gather(request_class, param or [], body, cli_input)
    request = _checked(request_class, params) if request_class else None
    params = request.to_wire() if request else params
    if dry_run:
        console().print(f"would call {name} {json_text(params, indent=None)}", markup=False)
        return
    if name.startswith(_DESTRUCTIVE):
        confirm(f"{name} {json_text(params, indent=None)}?", yes)
    with cloud.connect() as client:
        if request is None:
            answer = client.call(name, params, service=service or "", version=version)
        else:
            answer = _pages(client, request) if every else _once(client, request, wait)
    show_answer(answer, output, query)


def show_answer(answer: dict[str, Any], form: Format, query: str | None = None) -> None:
    """Print a response: a list of one kind of resource as a table, anything else as data.

    Args:
        answer: The content of the ``Response`` envelope.
        form: The output format.
        query: A JMESPath expression on the response; its result is printed as data.
    """
    lists = [value for value in answer.values() if _is_rows(value)]
    if form is not Format.TABLE or query is not None or len(lists) != 1:
        show_data(answer, form, query)
        return
    (rows,) = lists
    names = dict.fromkeys(name for row in rows for name, value in row.items() if _is_plain(value))
    shown = [name for name in names if any(row.get(name) not in ("", None) for row in rows)]
    columns = shown[:_COLUMNS]
    show_table(columns, ([_cell(row.get(name)) for name in columns] for row in rows))


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in ("", None) else str(value)


def _list_actions(service: str | None, form: Format) -> None:
    from havip.api import ACTIONS

    rows = [
        {
            "Action": name,
            "Service": request.service.name,
            "Summary": (request.__doc__ or "").partition("\n")[0],
        }
        for name, request in sorted(ACTIONS.items())
        if service in (None, request.service.name)
    ]
    if not rows:
        raise UsageError(f"unknown service {service}; expected vpc, cvm, tag or sts")
    if form is Format.TABLE:
        show_answer({"Actions": rows}, form)
    else:
        show_data(rows, form)


def _describe(request: type[Request[Response]] | None, name: str) -> None:
    from havip.api import describe

    if request is None:
        raise UsageError(f"{name}: there is no description, but it can be called")
    console().print(describe(request), markup=False, soft_wrap=True)


def _find(action: str, service: str | None) -> type[Request[Response]] | None:
    """Find an action case-insensitively; None means to send an unknown action as it is.

    Raises:
        UsageError: The action is unknown, and no service was given.
    """
    from havip.api import ACTIONS, find

    name = next((known for known in ACTIONS if known.lower() == action.lower()), action)
    request = find(name, service)
    if request or service:
        return request
    close = get_close_matches(action, list(ACTIONS), n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else "list all with: havip call --list."
    raise UsageError(f"unknown action {action}: {hint} To send it anyway, add --service")


def _checked(request: type[Request[Response]], params: dict[str, Any]) -> Request[Response]:
    from pydantic import ValidationError

    try:
        return request.from_wire(params)
    except ValidationError as error:
        problems = "; ".join(_complaint(request, problem) for problem in error.errors())
        name = request.__name__
        raise UsageError(f"{name}: {problems}; see havip call {name} --describe") from None


def _complaint(request: type[Request[Response]], problem: ErrorDetails) -> str:
    """Describe the problem of a parameter, without its value, which may be secret."""
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{where} is missing"
    if problem["type"] != "extra_forbidden":
        return f"{where}: {problem['msg']}"
    names = [str(field.alias) for field in request.model_fields.values()]
    close = get_close_matches(where, names, n=1)
    return f"{where} is unknown" + (f", did you mean {close[0]}?" if close else "")


def _once(client: Client, request: Request[Response], wait: bool) -> dict[str, Any]:
    """Send one request, keep unknown fields of the response, and wait for its task, if any."""
    from havip._client.task import follow
    from havip._transport.wire import model_of
    from havip.api import Task

    pair = type(request)
    answer = client.call(pair.__name__, request.to_wire(), service=pair.service.name)
    if wait and pair.task is not Task.NONE:
        follow(client, pair, model_of(pair.__name__, pair.answer, answer))
    return answer


def _pages(client: Client, request: Request[Response]) -> dict[str, Any]:
    """Fetch all pages, and concatenate their lists."""
    answers = list(client.pages(request))
    merged: dict[str, Any] = wire(answers[-1])
    page = request.page
    if page:
        alias = str(type(answers[-1]).model_fields[page.items].alias)
        merged[alias] = [wire(item) for answer in answers for item in getattr(answer, page.items)]
    return merged
