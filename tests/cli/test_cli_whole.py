"""The command as a whole: what it needs to be installed, completion, colours, pipes, codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from havip.cli._exit import Exit, NothingFoundError, exit_code
from havip.cli._output import console
from havip.errors import (
    ApiError,
    CredentialError,
    HavipError,
    UnreachableError,
    UsageError,
    WaitTimeout,
    api_error,
)
from havip.switch import AbsentError, LostRaceError

if TYPE_CHECKING:
    from havip.emulator.http.controls import Control
    from tests.cli.conftest import Stage

Shell = Callable[..., Any]


def brought() -> list[str]:
    """List what `pip install havip[cli]` installs: its requirements, and theirs in their turn."""
    found: set[str] = set()
    wanted = [("havip", "cli")]
    while wanted:
        name, extra = wanted.pop()
        for line in metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.name not in found and (
                needed.marker is None or needed.marker.evaluate({"extra": extra})
            ):
                found.add(needed.name)
                wanted.append((needed.name, ""))
    names = {canonicalize_name(one) for one in found}
    return [
        module
        for module, owners in metadata.packages_distributions().items()
        if names & {canonicalize_name(owner) for owner in owners}
    ]


def python(program: str, without: str = "") -> list[Any]:
    """Run a program where only the command's own requirements can be imported."""
    head = f"""
        import sys
        ours = {{"havip", "pulumi_havip", *{brought()!r}}} - {{{without!r}}}
        allowed = ours | {{*sys.stdlib_module_names}}

        class Others:
            def find_spec(self, name, path=None, target=None):
                top = name.partition(".")[0]
                if top not in allowed and not top.startswith("_sysconfigdata"):
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

        sys.meta_path.insert(0, Others())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


RUN = """
    import contextlib, io, json
    from havip.cli.main import main

    def run(*words):
        sys.argv, out, err, code = ["havip", *words], io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = ended.code
        print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""


@pytest.mark.process
def test_the_extra_cli_alone_is_enough_for_the_command() -> None:
    """Everything but Pulumi's and the emulator's server; those say what to install."""
    program = f"""{RUN}
    run("--version")
    run("call", "--list", "-o", "json")
    run("keepalived", "rules", "-o", "json")
    run("doctor", "--checks", "-o", "json")
    run("ls", "--help")
    run("stack", "ls")
    run("emulator")
    run("doctor", "--stack", ".")
    """
    version, listed, rules, checks, helped, stack, emulator, doctor = python(program)
    assert [one[0] for one in (version, listed, rules, checks, helped)] == [0] * 5
    assert len(json.loads(listed[1])) > 60
    for failed, extra in ((stack, "pulumi"), (emulator, "emulator"), (doctor, "pulumi")):
        assert failed[0] == 1
        assert failed[2].endswith(f"run: pip install 'havip[{extra}]'\n")
        assert failed[2].startswith("havip: ")


@pytest.mark.process
@pytest.mark.parametrize(
    ("missing", "form"), [("typer", "json"), ("rich", "table"), ("yaml", "yaml")]
)
def test_without_the_extra_the_command_says_what_to_install(missing: str, form: str) -> None:
    program = f'{RUN}\n    run("doctor", "--checks", "-o", "{form}")'
    ((code, out, err),) = python(program, missing)
    assert (code, out) == (1, "")
    assert err.startswith(f"havip: {missing} is not installed")
    assert err.endswith("run: pip install 'havip[cli]'\n")


@pytest.fixture
def complete(
    shell: Shell, bare: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], list[str]]:
    """Return the completions of a command line, as a shell requests them."""

    def ask(kind: str, line: str) -> list[str]:
        words = line.split(" ")
        environment = {
            "_HAVIP_COMPLETE": f"complete_{kind}",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        done = shell()
        assert done.err == ""
        lines: list[str] = done.out.splitlines()
        return lines

    return ask


def test_shells_complete_commands_and_options(
    complete: Callable[[str, str], list[str]],
) -> None:
    assert complete("bash", "havip swi") == ["switch-ip"]
    assert complete("bash", "havip eip un") == ["unbind"]
    assert any("switch-ip" in line for line in complete("zsh", "havip swi"))
    assert any("--strict" in line for line in complete("fish", "havip doctor --str"))


@pytest.mark.process
@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_a_completion_script_is_written_for_each_shell(
    shell: Shell, bare: None, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("_HAVIP_COMPLETE", f"source_{kind}")
    assert "_HAVIP_COMPLETE=complete_" in shell().out


class Screen(io.StringIO):
    """A terminal of eighty columns."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_where_no_color_is_not_set(
    bare: None, monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    console(markup=True).print("[red]deleted[/red]")
    assert "deleted" in screen.getvalue()
    assert ("\x1b[31m" in screen.getvalue()) is coloured


def test_piped_output_is_plain_and_whole(stage: Stage, shell: Shell) -> None:
    """No escapes, no box, and no column cut to the width of some terminal."""
    stage.control.cloud.settings.quotas.havips_per_vpc = 100
    vip = stage.havip("n" * 60, check_associate=True)
    for node in stage.nodes:
        shell("attach", vip.vip, node)
    out = shell("ls").out
    assert "\x1b" not in out
    assert out.isascii()
    assert ",".join(stage.nodes) in out
    assert "n" * 60 in out


def test_a_narrow_terminal_cuts_no_id(
    stage: Stage, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    vip = stage.havip("web", check_associate=True)
    shell("attach", vip.vip, *stage.nodes)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert shell("ls").code == 0
    row = screen.getvalue().splitlines()[1]
    assert row.split()[:3] == [vip.ha_vip_id, "web", vip.vip]
    assert row.split()[-2:] == [",".join(stage.nodes), stage.subnet]


def test_a_console_never_takes_text_for_markup() -> None:
    with console().capture() as captured:
        console().print("[red]x[/red]")
    assert captured.get() == ""


@pytest.mark.process
def test_a_closed_pipe_ends_the_command_quietly(stage: Stage) -> None:
    program = (
        "import sys; sys.argv[1:] = ['call', '--list']; from havip.cli.main import main; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        assert command.stdout
        assert command.stderr
        command.stdout.close()
        said = command.stderr.read()
    assert "Traceback" not in said
    assert "internal error" not in said


@pytest.mark.process
@pytest.mark.parametrize("words", ["--version", "--help-all", "call --list", "keepalived rules"])
@pytest.mark.parametrize(
    ("streams", "ended"),
    [(">/dev/full", 1), (">&-", 0), (">/dev/null 2>&-", 0), (">/dev/full 2>/dev/full", 1)],
)
def test_output_that_cannot_be_written_is_one_line(words: str, streams: str, ended: int) -> None:
    program = "from havip.cli.main import main; main()"
    script = f'exec "$0" -c "$1" {words} {streams}'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, program], capture_output=True, text=True, check=False
    )
    assert done.returncode == ended
    assert done.stderr in ("", "havip: cannot write: No space left on device\n")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), Exit.USAGE),
        (NothingFoundError("x"), Exit.NOT_FOUND),
        (api_error("A", "ResourceNotFound"), Exit.NOT_FOUND),
        (AbsentError("x"), Exit.NOT_FOUND),
        (CredentialError("x"), Exit.DENIED),
        (api_error("A", "AuthFailure.SignatureFailure"), Exit.DENIED),
        (api_error("A", "UnauthorizedOperation"), Exit.DENIED),
        (UnreachableError("x"), Exit.NETWORK),
        (WaitTimeout("x"), Exit.TIMED_OUT),
        (LostRaceError("x"), Exit.OUTRUN),
        (api_error("A", "LimitExceeded"), Exit.FAILED),
        (ApiError("A", "Whatever"), Exit.FAILED),
        (HavipError("x"), Exit.FAILED),
    ],
)
def test_every_error_has_its_documented_exit_code(error: HavipError, code: Exit) -> None:
    assert exit_code(error) is code


def test_the_help_names_every_code(shell: Shell) -> None:
    told = " ".join(shell("--help").out.split())
    assert all(f" {code.value} " in told for code in Exit)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("configure", Exit.DENIED),
        ("call DescribeHaVips --cli-input -", Exit.USAGE),
        ("doctor --state-file -", Exit.USAGE),
        ("orphans -s a/b --export -", Exit.USAGE),
        ("keepalived lint -", Exit.FAILED),
        ("rm havip-1a2b3c4d", Exit.NOT_FOUND),
    ],
)
def test_a_closed_standard_input_is_empty(
    stage: Stage, shell: Shell, monkeypatch: pytest.MonkeyPatch, words: str, code: Exit
) -> None:
    del stage
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-guangzhou")
    closed = shell(*words.split(), stdin=None)
    assert closed.code == code
    assert "internal error" not in closed.err
    assert closed.err.count("\n") <= 1


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "words",
    [
        ("call", "DescribeHaVips", DEEP),
        ("call", "DescribeHaVips", "--cli-input", "-"),
        ("call", "DescribeHaVips", "--cli-input", "deep.yaml"),
        ("call", "DescribeHaVips", "-p", f"Filters={DEEP}"),
        ("doctor", "--state-file", "-"),
        ("doctor", "--state-file", "deep.yaml"),
        ("orphans", "-s", "a/b", "--export", "deep.yaml"),
        ("exporter", "--no-api", "--node", "--web-config", "deep.yaml"),
        ("ls", "--query", "(" * 20_000),
        ("ls", "--query", "[::0]"),
    ],
)
def test_deeply_nested_input_is_wrong_usage(
    stage: Stage,
    shell: Shell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-guangzhou")
    Path("deep.yaml").write_text("[" * 20_000)
    stage.havip()
    done = shell(*words, stdin=DEEP)
    assert (done.code, done.out) == (Exit.USAGE, "")
    assert "internal error" not in done.err
    assert done.err.count("\n") == 1
    assert len(done.err) < 500


@pytest.mark.parametrize(
    "words",
    [
        ("emulator", "--port", "0", "--quota", "havips_per_vpc=" + "9" * 5000),
        ("emulator", "--port", "0", "--host", "a" * 300),
        ("exporter", "--no-api", "--node", "--listen", f"{'a' * 300}:0"),
    ],
)
def test_long_values_of_options_are_one_line(
    bare: None, shell: Shell, words: tuple[str, ...]
) -> None:
    done = shell(*words)
    assert done.code in (Exit.USAGE, Exit.FAILED)
    assert "internal error" not in done.err
    assert done.err.count("\n") == 1
    assert len(done.err) < 300


@pytest.mark.process
def test_the_exit_code_is_that_of_the_error_if_it_cannot_be_written() -> None:
    program = "from havip.cli.main import main; main()"
    script = 'exec "$0" -c "$1" call Nonsense 2>/dev/full'
    done = subprocess.run(["sh", "-c", script, sys.executable, program], check=False)
    assert done.returncode == Exit.USAGE


def test_unknown_arguments_are_wrong_usage(shell: Shell) -> None:
    for words in (["nonsense"], ["ls", "--nonsense"], ["rename", "havip-1"], ["ls", "-o", "xml"]):
        done = shell(*words)
        assert (done.code, done.out) == (2, "")


def test_without_credentials_the_command_says_where_it_looked(
    shell: Shell, bare: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = shell("ls", "--region", "ap-guangzhou", "--endpoint", "http://127.0.0.1:1")
    assert done.code == 4
    assert "TENCENTCLOUD_SECRET_ID" in done.err
    assert len(done.err.splitlines()) == 1


def test_unexpected_errors_are_one_line_with_a_traceback_on_demand(
    shell: Shell, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object, **__: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr("havip.cli._options.AccountOptions.connect", burst)
    done = shell("ls")
    assert done.code == 1
    assert done.err == (
        "havip: internal error, RuntimeError: surprise (set HAVIP_DEBUG=1 for the traceback)\n"
    )
    monkeypatch.setenv("HAVIP_DEBUG", "1")
    with pytest.raises(RuntimeError):
        shell("ls")


def test_an_unknown_quota_is_reported_with_the_known_ones(shell: Shell, bare: None) -> None:
    done = shell("emulator", "--port", "0", "--quota", "havips=3")
    assert done.code == 2
    assert done.err.startswith("havip: --quota havips=3: unknown quota; expected one of ")
    assert "havips_per_vpc" in done.err


def test_without_a_region_the_option_is_named(
    shell: Shell, bare: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "SECRETEXAMPLE")
    done = shell("ls", "--endpoint", "http://127.0.0.1:1")
    assert (done.code, "(--region ap-guangzhou of the command)" in done.err) == (2, True)
