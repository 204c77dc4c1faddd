"""P9: a file of a stack that others have spoiled is an error of one line, and is left as it is."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from pulumi_havip.engine import EngineError, Result
from pulumi_havip.engine.project import load_project

SAMPLE: Final = 60
WHOLE: Final = 4_000
VALUES: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        10**400,
        1e400,
        float("nan"),
        "",
        "x",
        "a::b",
        "\ud800",
        "\n",
        "中" * 300,
    ),
    *([], [None], [[]], {}, {"": None}, {"4dabf18193072939515e22adb298388d": "x"}),
    *({"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": 5},),
)
"""Values that are put in place of others in JSON files."""
DEEP: Final = "[" * 100_000 + "]" * 100_000
YAML: Final = (
    *(
        "",
        "5",
        "[]",
        "null",
        "a: b: c",
        "config: 5",
        "config: []",
        "\t",
        "\0",
        "config: {havip:x: .nan}",
    ),
    *(
        "config: {havip:day: 2026-01-31}",
        "config: {havip:day: 2026-13-45}",
        "config: {x: !!set {a}}",
    ),
    *("config: {x: !!binary aGk=}", "config: {5: 6}", "config: {':': 1}", "config: {? [a] : b}"),
    *(
        "config: &a {x: *a}",
        "config: {x: &a [*a]}",
        "config: {x: {secure: [1]}}",
        "encryptionsalt: 5",
    ),
    *("encryptionsalt: v1:x", "encryptionsalt: [v1]", "secretsprovider: awskms://x", "name: [a]"),
    *(f"config: {{x: {'9' * 5000}}}", f"config: {{x: {DEEP}}}", "config: {x: {secure: v1:a:b}}"),
    *("config: {x: 1}\nconfig: {y: 2}", "environment: [a]", "config: !!python/name:os.system {}"),
)
"""Settings of a stack, or of a project, which are not what they should be."""


def spoiled(rng: random.Random, content: bytes) -> bytes:
    """Return a file's content as a person, a disk or a merge may leave it."""
    kind = rng.randrange(8)
    if kind == 0:
        return content[: rng.randrange(len(content) + 1)]
    if kind == 1:
        at = rng.randrange(len(content) + 1)
        return (
            content[:at]
            + rng.choice((b"\0", b"\xff", b"\n", b"{", b'"', b"<<<<<<< HEAD\n"))
            + content[at:]
        )
    if kind == 2:
        return rng.choice(
            (b"", b"null", b"[]", b"5", DEEP.encode(), b"\xef\xbb\xbf" + content, content * 2)
        )
    lines = content.decode().splitlines()
    if not lines:
        return b"x"
    number = rng.randrange(len(lines))
    with contextlib.suppress(ValueError):
        lines[number] = json.dumps(_changed(rng, json.loads(lines[number])))
    if kind == 3:
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return "\n".join([*lines, ""]).encode()


def _changed(rng: random.Random, whole: Any) -> Any:
    """Replace or leave out one value in a JSON value."""
    places: list[tuple[Any, Any]] = []
    waiting = [whole]
    while waiting:
        item = waiting.pop()
        inner = (
            item.items()
            if isinstance(item, dict)
            else enumerate(item)
            if isinstance(item, list)
            else ()
        )
        for key, value in inner:
            places.append((item, key))
            waiting.append(value)
    if not places:
        return rng.choice(VALUES)
    holder, key = rng.choice(places)
    if rng.random() < 0.2:
        del holder[key]
    elif rng.random() < 0.1:
        holder[key] = rng.choice(places)[0]
        with contextlib.suppress(ValueError, RecursionError):
            json.dumps(whole)
            return whole
        holder[key] = None
    else:
        holder[key] = rng.choice(VALUES)
    return whole


OPERATIONS: Final[tuple[Callable[[Any], object], ...]] = (
    lambda stack: stack.resources(),
    lambda stack: stack.export(),
    lambda stack: stack.export(show_secrets=True),
    lambda stack: stack.outputs(),
    lambda stack: stack.config().values(stack.vault()),
    lambda stack: stack.preview(parallel=1),
    lambda stack: stack.refresh(parallel=1),
    lambda stack: stack.up(parallel=1),
    lambda stack: stack.unprotect(),
    lambda stack: stack.forget("db"),
    lambda stack: stack.config().set("a", "b", stack.vault()),
    lambda stack: stack.destroy(parallel=1),
    lambda stack: stack.remove(),
)


def _files(folder: Path) -> Iterator[Path]:
    kinds = ("*.json", "*.journal", "meta.yaml", "*.lock")
    yield from sorted(path for kind in kinds for path in (folder / ".pulumi").rglob(kind))
    yield folder / "Pulumi.dev.yaml"


def play(cloud: Any, seed: int) -> None:
    """Spoil one file of a stack, and use the stack in every way."""
    import generator
    from killable import Api, Events, Kill
    from world import World

    rng = random.Random(seed)
    plan = generator.choose(rng)
    world = World(cloud)
    try:
        world.run("up", plan.program, parallel=1)
        if rng.random() < 0.4:
            world.run(
                "up",
                generator.change(rng, plan).program,
                parallel=1,
                kill=Kill(rng.randint(8, 60), "after"),
            )
        path = rng.choice(list(_files(world.folder)))
        if rng.random() < 0.3 and world.look().file.exists():
            export = world.look().export(show_secrets=True)
            with contextlib.suppress(EngineError):
                world.look().import_(_changed(rng, export), force=True, trust_code=True)
        elif path.suffix == ".yaml":
            path.write_bytes(rng.choice(YAML).encode("utf-8", "surrogatepass"))
        else:
            path.write_bytes(spoiled(rng, path.read_bytes()))
        for operation in rng.sample(OPERATIONS, 6):
            with world._process(Events(None), Api(Events(None), None)) as workspace:
                try:
                    found = operation(workspace(plan.program, plan.stack))
                    text = found.error if isinstance(found, Result) else ""
                except EngineError as error:
                    text = str(error)
                    assert len(text.splitlines()) == 1, text
                    assert len(text) < 2000, text[:100]
                assert "the engine itself failed" not in text, f"{path.name}: {text}"
    finally:
        world.close()


@pytest.mark.fuzz
def test_a_sample_of_spoiled_files(cloud: Any) -> None:
    for seed in range(SAMPLE):
        play(cloud, seed)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(8))
def test_many_spoiled_files(cloud: Any, part: int, record_property: Any) -> None:
    count = WHOLE // 8
    first = 1_000 + part * count
    for seed in range(first, first + count):
        play(cloud, seed)
    record_property("told", f"spoiled files: {count} (seeds {first} to {first + count - 1})")


@pytest.mark.parametrize("text", YAML)
def test_a_spoiled_project_file_is_an_error_of_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "__main__.py").write_text("")
    for before in ("", "name: shop\nruntime: python\n"):
        (tmp_path / "Pulumi.yaml").write_text(before + text)
        told = ""
        try:
            load_project(tmp_path)
        except EngineError as error:
            told = str(error)
        assert "\n" not in told


def test_a_date_among_the_settings_is_the_text_that_it_is(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("")
    settings = "name: shop\nruntime: python\nconfig: {day: 2026-01-31, at: 2026-13-45}\n"
    (tmp_path / "Pulumi.yaml").write_text(settings)
    found = load_project(tmp_path).config
    assert found == {"shop:day": "2026-01-31", "shop:at": "2026-13-45"}
