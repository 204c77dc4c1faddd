"""Display of an operation for people: live on a terminal, plain text when piped."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final, Self

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.text import Text

from pulumi_havip import urns
from pulumi_havip.engine.display_tree import Row, Tree, short_type
from pulumi_havip.engine.events import (
    QUIET,
    Change,
    Ended,
    Event,
    Message,
    MessageSeverity,
    Op,
    Result,
    Started,
    Step,
    StepEnded,
    StepStarted,
)
from pulumi_havip.engine.values import UNKNOWN, Secret

_SIGNS: Final[Mapping[Op, tuple[str, str, str, str]]] = {
    # op: sign, color, text in a preview, text otherwise
    Op.CREATE: ("+ ", "green", "create", "created"),
    Op.UPDATE: ("~ ", "yellow", "update", "updated"),
    Op.DELETE: ("- ", "red", "delete", "deleted"),
    Op.REPLACE: ("+-", "magenta", "replace", "replaced"),
    Op.CREATE_REPLACEMENT: ("++", "green", "create replacement", "created replacement"),
    Op.DELETE_REPLACED: ("--", "red", "delete original", "deleted original"),
    Op.IMPORT: ("= ", "blue", "import", "imported"),
    Op.IMPORT_REPLACEMENT: ("= ", "blue", "import replacement", "imported replacement"),
    Op.READ: ("> ", "cyan", "read", "read"),
    Op.READ_REPLACEMENT: (">>", "cyan", "read in its place", "read in its place"),
    Op.DISCARD: ("< ", "cyan", "forget", "forgotten"),
    Op.DISCARD_REPLACED: ("<<", "cyan", "forget original", "forgot original"),
    Op.REFRESH: ("  ", "dim", "refresh", "refreshed"),
    Op.REMOVE_PENDING_REPLACE: ("  ", "dim", "forget", "forgotten"),
    Op.SAME: ("  ", "dim", "unchanged", "unchanged"),
}
_SUMMARY: Final = (
    (Op.CREATE, "to create", "created"),
    (Op.IMPORT, "to import", "imported"),
    (Op.UPDATE, "to update", "updated"),
    (Op.REPLACE, "to replace", "replaced"),
    (Op.DELETE, "to delete", "deleted"),
    (Op.READ, "read", "read"),
    (Op.SAME, "unchanged", "unchanged"),
)
_ROWS: Final = 12
_FOUND: Final = (
    (Op.UPDATE, "changed outside"),
    (Op.DELETE, "gone"),
    (Op.SAME, "as they were"),
)
_TITLES: Final = {
    "preview": "Previewing",
    "up": "Updating",
    "refresh": "Refreshing",
    "destroy": "Destroying",
}
_COLOURS: Final = {MessageSeverity.WARNING: "yellow", MessageSeverity.ERROR: "red"}


class Display:
    """Displays an operation; use it as the sink of a workspace.

    Args:
        console: The console; the display is live if it is a terminal.
        preview: Whether the operation is a preview.
        diff: Whether to list the differing properties of every step.
        sames: Whether to list unchanged resources.
    """

    def __init__(
        self, console: Console, *, preview: bool = False, diff: bool = True, sames: bool = False
    ) -> None:
        self._console = console
        self._preview = preview
        self._diff = diff
        self._sames = sames
        self._running: dict[int, tuple[Step, float]] = {}
        self._spinners: dict[str, Spinner] = {}
        self._began = time.monotonic()
        self._live: Live | None = None
        self._tree = Tree(lines=console.encoding.lower().startswith("utf"))
        self._held: list[Message] = []
        """Messages of a preview, printed below the tree of resources."""

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, Started):
            self._begin(event)
        elif isinstance(event, StepStarted):
            self._tree.note(event.step)
            self._running[id(event.step)] = (event.step, time.monotonic())
        elif isinstance(event, StepEnded):
            self._running.pop(id(event.step), None)
            self._tree.note(event.step)
            self._show_step(event.step)
        elif isinstance(event, Message):
            held = self._preview and event.severity is not MessageSeverity.INFO
            self._held.append(event) if held else self._show_message(event)
        else:
            self._end(event)

    def __enter__(self) -> Self:
        """Start the display."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Restore the terminal."""
        self._stop_live()

    def _begin(self, event: Started) -> None:
        title = _TITLES.get(event.operation, event.operation)
        if self._preview and event.operation != "preview":
            title = f"Previewing {event.operation} of"
        self._console.print(f"[bold]{title}[/bold] {escape(event.project)}/{escape(event.stack)}")
        if self._console.is_terminal:
            self._live = Live(
                console=self._console,
                get_renderable=self._frame,
                refresh_per_second=12,
                transient=True,
            )
            self._live.start()

    def _stop_live(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.stop()

    def _frame(self) -> Group:
        """Render the steps in progress; the live display calls this several times a second."""
        now = time.monotonic()
        steps = [item for item in self._running.copy().values() if not item[0].internal]
        rows = [] if self._preview else list(self._tree.render(_context))
        rows = rows[-max(self._console.height - min(len(steps), _ROWS) - 4, 1) :]
        texts = [f"{_label(step)} [dim]{now - since:.0f} s[/dim]" for step, since in steps[:_ROWS]]
        if len(steps) > _ROWS:
            texts.append(f"[dim]and {len(steps) - _ROWS} more[/dim]")
        if not steps:
            texts.append(f"[dim]working {now - self._began:.0f} s[/dim]")
        for text in texts:
            self._spinners.setdefault(text.partition(" [dim]")[0], Spinner("dots")).update(
                text=text
            )
        spinners = (self._spinners[text.partition(" [dim]")[0]] for text in texts)
        return Group(*(Text.from_markup(row, overflow="ellipsis") for row in rows), *spinners)

    def _show_step(self, step: Step) -> None:
        op = step.op if step.error else step.result or step.op
        if step.internal or (op in QUIET and not step.error and not self._sames):
            return
        if self._preview and op in {Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED}:
            return
        if not self._preview and op is Op.REPLACE:
            return
        sign, colour, would, did = _SIGNS[op]
        verb = would if self._preview else did
        if step.op is Op.REFRESH:
            verb = {Op.UPDATE: "changed outside", Op.DELETE: "gone"}.get(op, verb)
        if step.error:
            sign, colour, verb = "! ", "red", f"{would} failed"
        seconds = "" if self._preview else f" [dim]({step.duration:.1f} s)[/dim]"
        if step.op in {Op.DELETE, Op.DELETE_REPLACED} and _retained(step):
            sign, colour, verb = "< ", "cyan", "keep in the cloud" if self._preview else "kept"
        keys = f" [magenta]because of {', '.join(step.replace_keys)}[/magenta]"
        reason = keys if step.replace_keys and self._preview else ""
        text = f"[{colour}]{_label(step)} {verb}[/{colour}]{reason}{seconds}"
        details = [_change(change) for change in step.changes] if self._diff else []
        row = Row(f" [{colour}]{sign}[/{colour}] ", text, details)
        if self._preview or self._live is not None:
            self._tree.add(step.urn, row)
            return
        inside = "  " * self._tree.depth(step.urn)
        self._print(f"{row.sign}{inside}{row.text}")
        for line in details:
            self._print(f"      {inside}{line}")

    def _show_message(self, message: Message) -> None:
        if message.severity is MessageSeverity.DEBUG:
            return
        colour = _COLOURS.get(message.severity)
        text = escape(message.text)
        if colour:
            text = f"[{colour}]{message.severity}:[/{colour}] {text}"
        self._print(text)

    def _print(self, text: str) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)

    def _end(self, event: Ended) -> None:
        self._stop_live()
        for row in self._tree.render(_context):
            self._print(row)
        for message in self._held:
            self._show_message(message)
        result = event.result
        if result.outputs and not result.error:
            self._print("[bold]Outputs[/bold]")
            width = max(len(name) for name in result.outputs)
            for name in sorted(result.outputs):
                self._print(f"  {escape(name):<{width}}  {escape(shown(result.outputs[name]))}")
        self._print(_summary(result, preview=self._preview))


def _label(step: Step) -> str:
    return f"{escape(short_type(step.type))} [bold]{escape(step.name)}[/bold]"


def _context(urn: str) -> Row:
    """Build the row of an unchanged resource that has changed children."""
    return Row("    ", escape(f"{short_type(urns.kind_of(urn))} {urns.name_of(urn)}"))


def _retained(step: Step) -> bool:
    return step.old is not None and step.old.retain_on_delete


def _change(change: Change) -> str:
    kind, _, forced = change.kind.partition("-")
    mark = " [magenta](forces a replacement)[/magenta]" if forced else ""
    path, old, new = escape(change.path), escape(shown(change.old)), escape(shown(change.new))
    if kind == "add":
        return f"[green]+ {path}: {new}[/green]{mark}"
    if kind == "delete":
        return f"[red]- {path}: {old}[/red]{mark}"
    return f"[yellow]~ {path}: {old} => {new}[/yellow]{mark}"


def _summary(result: Result, *, preview: bool) -> str:
    alone = result.operation == "refresh"
    words = [
        f"{result.found[op]} {found}"
        for op, found in _FOUND
        if result.found.get(op) and (alone or op is not Op.SAME)
    ]
    if not alone:
        counts = dict(result.counts)
        kept = [s for s in result.steps if s.op is Op.DELETE and _retained(s) and not s.error]
        counts[Op.DELETE] = counts.get(Op.DELETE, 0) - len(kept)
        words += [
            f"{counts[op]} {would if preview else did}"
            for op, would, did in _SUMMARY
            if counts.get(op)
        ]
        words += [f"{len(kept)} {'to keep' if preview else 'kept'} in the cloud"] if kept else []
    took = f"{result.duration:.1f} s"
    what = ", ".join(words) or "nothing to do"
    if result.interrupted:
        return f"[bold yellow]Interrupted[/bold yellow] after {took}: {what}"
    if result.error:
        return f"[bold red]Failed[/bold red] after {took}: {what}"
    return f"[bold]Summary[/bold] {what} in {took}"


def shown(value: Any) -> str:
    """Format a value for people, with placeholders for secrets and unknowns."""
    if isinstance(value, Secret):
        return "[secret]"
    if value is UNKNOWN:
        return "[unknown]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any, *, show_secrets: bool = False) -> Any:
    """Convert a value to JSON types; secrets are hidden unless `show_secrets` is set."""
    if isinstance(value, Secret):
        return plain(value.value, show_secrets=True) if show_secrets else "[secret]"
    if value is UNKNOWN:
        return "[unknown]"
    if isinstance(value, Mapping):
        return {key: plain(item, show_secrets=show_secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, show_secrets=show_secrets) for item in value]
    return value
