"""``havip stack`` as a person meets it: what it says when it is done, asked, or has nothing."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Shell = Callable[..., Any]


@pytest.fixture
def project(bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without resources, in the folder that commands run in."""
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: web\nruntime: python\n")
    (folder / "__main__.py").write_text("import pulumi\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    return folder


def test_init_says_what_was_made_and_where(shell: Shell, project: Path) -> None:
    done = shell("stack", "init", "-s", "dev")
    file = project / ".pulumi/stacks/web/dev.json"
    assert (done.code, done.out) == (0, f"created the empty stack dev of web in {file}\n")
    assert file.exists()


def test_import_reports_what_was_imported_and_where(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    shell("stack", "init", "-s", "dev")
    file = tmp_path / "export.json"
    done = shell("stack", "export", "-s", "dev", "--file", str(file))
    assert (done.out, done.err) == ("", f"wrote the stack dev to {file}\n")
    done = shell("stack", "import", "-s", "dev", "--file", str(file))
    assert done.out == (
        f"imported the stack dev of web from {file}: 0 resources, stored in "
        f"{project / '.pulumi/stacks/web/dev.json'}\n"
    )
    export = shell("stack", "export", "-s", "dev")
    assert (json.loads(export.out)["version"], export.err) == (3, "")
    assert shell("stack", "import", "-s", "dev", stdin=export.out).out.startswith(
        "imported the stack dev of web from standard input: 0 resources, "
    )


def test_rm_says_what_is_forgotten(shell: Shell, project: Path) -> None:
    shell("stack", "init", "-s", "dev")
    done = shell("stack", "rm", "-s", "dev", "--yes")
    assert (done.code, done.out) == (0, "removed the stack dev of web\n")


def test_forget_says_what_the_stack_does_not_have(shell: Shell, project: Path) -> None:
    shell("stack", "init", "-s", "dev")
    done = shell("stack", "forget", "-s", "dev", "--yes", "web")
    assert (done.code, done.out) == (1, "")
    assert "the stack has no resource web: `export` shows what it has\n" in done.err


@pytest.mark.process
@pytest.mark.parametrize("words", [("up",), ("destroy",), ("refresh",), ("rm",)])
def test_a_declined_prompt_fails_and_changes_nothing(
    shell: Shell, project: Path, words: tuple[str, ...]
) -> None:
    shell("stack", "init", "-s", "dev")
    file = project / ".pulumi/stacks/web/dev.json"
    before = file.read_bytes()
    done = shell("stack", *words, "-s", "dev", typed="n\n")
    assert done.code == 1
    assert done.err.endswith("? [y/N]: havip: declined: nothing was changed\n")
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("verb", "question"),
    [
        ("up", "Deploy these changes?"),
        ("destroy", "Delete these resources?"),
        ("refresh", "Write these changes to the state?"),
        ("rm", "Remove the stack dev?"),
    ],
)
def test_nothing_starts_without_a_terminal(
    shell: Shell, project: Path, verb: str, question: str
) -> None:
    shell("stack", "init", "-s", "dev")
    done = shell("stack", verb, "-s", "dev")
    nobody = f"havip: {question} There is no terminal for the answer: pass --yes.\n"
    assert done == (2, "", nobody)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("up", "--json"), "add --yes"),
        (("refresh", "--json"), "add --yes"),
        (("destroy", "--json"), "add --yes"),
        (("up", "--yes", "--target-dependents"), "no effect without --target"),
        (("preview", "--target-dependents"), "no effect without --target"),
        (("destroy", "--yes", "--target-dependents"), "no effect without --target"),
        (("up", "--yes", "--json", "--show-sames"), "no effect with --json"),
        (("preview", "--json", "--no-diff"), "no effect with --json"),
        (("refresh", "--yes", "--json", "--no-diff"), "no effect with --json"),
    ],
)
def test_an_option_without_effect_is_refused(
    shell: Shell, project: Path, words: tuple[str, ...], reason: str
) -> None:
    shell("stack", "init", "-s", "dev")
    done = shell("stack", *words, "-s", "dev", typed="y\n")
    assert (done.code, done.out) == (2, "")
    assert reason in done.err


def test_forget_pending_holds_for_the_preview_before_the_question(
    shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pulumi_havip.engine import Workspace

    given: list[Any] = []
    real = Workspace.preview

    def preview(self: Any, **options: Any) -> Any:
        given.append(options["forget_pending"])
        return real(self, **options)

    monkeypatch.setattr(Workspace, "preview", preview)
    assert shell("stack", "up", "-s", "dev", "--create", "--forget-pending", typed="n\n").code == 1
    assert given == [True]


def test_an_accepted_prompt_continues(shell: Shell, project: Path) -> None:
    shell("stack", "init", "-s", "dev")
    assert shell("stack", "rm", "-s", "dev", typed="y\n").code == 0


def test_an_empty_list_is_explained_only_in_tables(shell: Shell, project: Path) -> None:
    done = shell("stack", "ls")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        f"no stack of web in {project / '.pulumi'} yet; create one with: havip stack init -s NAME\n"
    )
    shell("stack", "init", "-s", "dev")
    assert shell("stack", "ls") == (0, "dev\n", "")
    done = shell("stack", "output", "-s", "dev")
    assert (done.out, done.err) == ("", "the stack dev has no outputs\n")
    assert shell("stack", "output", "-s", "dev", "--json") == (0, "{}\n", "")
    done = shell("stack", "config", "ls", "-s", "dev")
    assert done.err == (
        "the stack dev has no configuration; add some with: "
        "havip stack config set -s dev KEY VALUE\n"
    )


def test_a_file_that_cannot_be_written_or_read_is_one_line(shell: Shell, project: Path) -> None:
    shell("stack", "init", "-s", "dev")
    at = ("-s", "dev", "--file", "nowhere/export.json")
    for verb, doing in (("export", "write"), ("import", "read")):
        done = shell("stack", verb, *at)
        assert (done.code, done.out) == (1, "")
        assert done.err == (
            f"havip: cannot {doing} nowhere/export.json: No such file or directory\n"
        )


def test_a_value_is_typed_a_secret_unseen_or_comes_on_standard_input(
    shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = {"web:password (hidden): ": "typed"}
    monkeypatch.setattr(getpass, "getpass", prompts.__getitem__)
    command = ("stack", "config", "set", "-s", "dev", "--secret", "password")
    for given, value in (({"typed": ""}, "typed"), ({"stdin": "sent\n"}, "sent")):
        assert shell(*command, **given).code == 0
        assert shell("stack", "config", "get", "-s", "dev", "password").out == f"{value}\n"
    assert shell("stack", "config", "set", "-s", "dev", "zone", typed="b\n").err == "web:zone: "
    assert shell("stack", "config", "get", "-s", "dev", "zone").out == "b\n"


def test_an_omitted_secret_is_not_an_empty_one(shell: Shell, project: Path) -> None:
    done = shell("stack", "config", "set", "-s", "dev", "--secret", "password", stdin="")
    assert done.code == 2
    assert done.err == (
        "havip: no value for the secret web:password: enter it at the prompt, or pass it on "
        "standard input\n"
    )
    assert not (project / "Pulumi.dev.yaml").exists()


def test_a_value_that_is_not_there_is_not_found(shell: Shell, project: Path) -> None:
    for verb in ("get", "rm"):
        assert shell("stack", "config", verb, "-s", "dev", "nothing").code == 3


SPOILED: dict[str, dict[str, str]] = {
    "no project": {},
    "a torn project file": {"Pulumi.yaml": "name: [shop"},
    "a project without a name": {"Pulumi.yaml": "runtime: python\n"},
    "a torn state": {
        "Pulumi.yaml": "name: shop\nruntime: python\n",
        ".pulumi/stacks/shop/dev.json": "{",
    },
}
STACK_COMMANDS = {
    "orphans": ("orphans", "-s", "dev"),
    "doctor": ("doctor", "--stack", ".", "-s", "dev"),
    "outputs": ("stack", "output", "-s", "dev"),
    "unprotect": ("stack", "unprotect", "web", "-s", "dev"),
}


@pytest.mark.parametrize("command", STACK_COMMANDS)
@pytest.mark.parametrize("spoiled", SPOILED)
def test_no_command_that_reads_a_stack_ends_in_an_internal_error(
    shell: Shell, control: Any, command: str, spoiled: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name, content in SPOILED[spoiled].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    done = shell(*STACK_COMMANDS[command])
    assert done.code in (1, 2, 3)
    assert done.err.startswith(("havip: ", "Usage: "))
    assert "internal error" not in done.err
