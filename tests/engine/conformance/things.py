"""A dynamic resource whose cloud is a JSON file, and whose inputs say how it behaves.

The file is named by the configuration value ``things:file``. A thing has an ``echo`` of its
value, a ``serial`` that is new with each creation, and a ``revision`` that updates raise.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown

REPLACING = ("address", "slot")
INPUTS = ("value", "address", "slot", "secret", "tags", "items", "fail", "mark")
FILES: dict[str, str] = {}
MOMENT: dict[str, Any] = {}
"""``hook``: called with the name of an action after the cloud has changed; for crash tests."""


@contextmanager
def cloud(path: str) -> Iterator[dict[str, Any]]:
    """Open the cloud alone; what is changed in it is kept."""
    file = Path(path)
    with file.open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.seek(0)
        text = handle.read()
        state = json.loads(text) if text else {"next": 1, "things": {}, "calls": []}
        yield state
        handle.truncate(0)
        handle.write(json.dumps(state, default=text_of))


def moment(action: str) -> None:
    if "hook" in MOMENT:
        MOMENT["hook"](action)


def wait_to_be_let_go() -> None:
    """Report by one pipe that the cloud has changed, and wait for permission by another."""
    Path(FILES["current"] + ".waiting").write_text("x")
    Path(FILES["current"] + ".go").read_text()


def text_of(value: Any) -> Any:
    """Return an asset's text, and anything else as it is."""
    return getattr(value, "text", value)


def differs(old: Any, new: Any) -> bool:
    if isinstance(new, Unknown) or isinstance(old, Unknown):
        return True
    return bool(text_of(old) != text_of(new))


class ThingProvider(ResourceProvider):
    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        path = req.config.get("things:file")
        assert path is not None
        FILES["current"] = path

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        failures = []
        if news.get("fail") == "check":
            failures.append(CheckFailure("fail", "a check that fails was asked for"))
        return CheckResult(dict(news), failures)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        if news.get("fail") == "silent-diff":
            return DiffResult()
        changed = [key for key in INPUTS if differs(olds.get(key), news.get(key))]
        replaces = [key for key in changed if key in REPLACING]
        return DiffResult(
            changes=bool(changed),
            replaces=replaces,
            delete_before_replace="slot" in replaces,
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        self._fail(props, "create")
        with cloud(FILES["current"]) as state:
            state["calls"].append("create")
            number = state["next"]
            state["next"] += 1
            outs = self._outs(props, number, 1)
            state["things"][f"thing-{number}"] = outs
        moment("create")
        if props.get("fail") == "wait":
            wait_to_be_let_go()
        return CreateResult(f"thing-{number}", outs)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        self._fail(news, "update")
        with cloud(FILES["current"]) as state:
            state["calls"].append("update")
            outs = self._outs(news, int(olds["serial"]), int(olds["revision"]) + 1)
            state["things"][id_] = outs
        moment("update")
        return UpdateResult(outs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        self._fail(props, "read")
        with cloud(FILES["current"]) as state:
            state["calls"].append("read")
            if not id_:
                id_ = self._find(state, props)
            found = state["things"].get(id_)
        if found is None:
            return ReadResult("", {})
        return ReadResult(id_, dict(found), {key: found[key] for key in INPUTS if key in found})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        self._fail(props, "delete")
        with cloud(FILES["current"]) as state:
            state["calls"].append("delete")
            state["things"].pop(id_, None)
        moment("delete")

    def _find(self, state: dict[str, Any], props: dict[str, Any]) -> str:
        mark = props.get("mark")
        things = state["things"].items()
        return next((key for key, thing in things if mark and thing.get("mark") == mark), "")

    def _outs(self, props: dict[str, Any], serial: int, revision: int) -> dict[str, Any]:
        kept = {key: props[key] for key in INPUTS if props.get(key) is not None}
        echo = text_of(props.get("value"))
        return {**kept, "echo": echo, "serial": serial, "revision": revision}

    def _fail(self, props: dict[str, Any], action: str) -> None:
        if action in str(props.get("fail")).split("+"):
            raise RuntimeError(f"a {action} that fails was asked for")


class Thing(Resource, module="things", name="Thing"):
    echo: pulumi.Output[Any]
    serial: pulumi.Output[float]
    revision: pulumi.Output[float]
    address: pulumi.Output[Any]
    secret: pulumi.Output[Any]

    def __init__(
        self, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        known = {key: inputs.get(key) for key in INPUTS}
        outputs = {"echo": None, "serial": None, "revision": None}
        super().__init__(ThingProvider(), name, {**known, **outputs}, opts)


class Other(Resource, module="things", name="Other"):
    """A thing of another type, for aliases of type."""

    def __init__(
        self, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        known = {key: inputs.get(key) for key in INPUTS}
        super().__init__(ThingProvider(), name, {**known, "echo": None, "serial": None}, opts)
