"""The unit files, user data and names that a lab of a stack reads."""

from __future__ import annotations

import base64
import gzip
import subprocess
from pathlib import Path

import pytest

from havip.lab.namespace import LabError
from havip.lab.stack import user_data
from havip.lab.stack.inventory import node_name
from havip.lab.systemd import tmpfiles, unit_files
from havip.lab.systemd.manager import order


def unit(root: Path, name: str, text: str, folder: str = "/lib/systemd/system") -> None:
    path = Path(f"{root}{folder}/{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_later_files_win_drop_ins_add_and_an_empty_value_clears(tmp_path: Path) -> None:
    unit(tmp_path, "a.service", "[Service]\nExecStart=/bin/old \\\n  two\nUser=x\n")
    unit(tmp_path, "a.service.d/10.conf", "[Service]\nExecStart=\nExecStart=/bin/new\n")
    unit(tmp_path, "a.service.d/20.conf", "[Service]\nUser=y\n", "/etc/systemd/system")
    found = unit_files.load("a.service", str(tmp_path))
    assert found.all("Service", "ExecStart") == ["/bin/new"]
    assert found.get("User") == "y"
    unit(tmp_path, "a.service", "[Service]\nUser=z\n", "/etc/systemd/system")
    assert unit_files.load("a.service", str(tmp_path)).all("Service", "ExecStart") == ["/bin/new"]


def test_an_instance_reads_its_template_and_puts_its_name_in(tmp_path: Path) -> None:
    unit(tmp_path, "db@.service", "[Service]\nExecStart=/bin/db %i %p %n %t/x 100%%\n")
    found = unit_files.load("db@15-main.service", str(tmp_path))
    assert found.get("ExecStart") == "/bin/db 15-main db db@15-main.service /run/x 100%"


def test_a_masked_or_absent_unit_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    (tmp_path / "etc/systemd/system/a.service").symlink_to("/dev/null")
    with pytest.raises(unit_files.UnitError, match="masked"):
        unit_files.load("a.service", str(tmp_path))
    with pytest.raises(unit_files.UnitError, match=r"b\.service not found"):
        unit_files.load("b.service", str(tmp_path))


@pytest.mark.parametrize(
    ("line", "words", "ignored", "privileged"),
    [
        ("/bin/a b 'c d'", ("/bin/a", "b", "c d"), False, False),
        ("-/bin/a $MANY x${ONE}y", ("/bin/a", "1", "2", "xoney"), True, False),
        ("+/bin/a $NONE", ("/bin/a",), False, True),
        (":/bin/a $MANY", ("/bin/a", "$MANY"), False, False),
        ("@/bin/a shown b", ("/bin/a", "b"), False, False),
        ("/bin/sh -c 'exit $$'", ("/bin/sh", "-c", "exit $"), False, False),
    ],
)
def test_command_lines(line: str, words: tuple[str, ...], ignored: bool, privileged: bool) -> None:
    found = unit_files.command(line, {"MANY": "1 2", "ONE": "one"})
    assert (found.words, found.ignored, found.privileged) == (words, ignored, privileged)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5", 5), ("1min 30s", 90), ("200ms", 0.2), ("2h", 7200), ("infinity", 7)],
)
def test_time_spans(text: str, seconds: float) -> None:
    assert unit_files.span(text, 7) == pytest.approx(seconds)


def test_units_come_after_what_they_are_ordered_after_also_in_a_circle() -> None:
    assert order(["c", "b", "a"], {"c": ["b"], "b": ["a"]}) == ["a", "b", "c"]
    assert sorted(order(["a", "b"], {"a": ["b"], "b": ["a"]})) == ["a", "b"]


def test_directories_of_tmpfiles_are_made_below_run_alone(tmp_path: Path) -> None:
    folder = tmp_path / "usr/lib/tmpfiles.d"
    folder.mkdir(parents=True)
    (folder / "a.conf").write_text(
        "# made at boot\nd /run/a 2775 root root - -\nD! /var/run/b 0700\nd /srv/c 0755\n"
        "d /run/d 0755 no-such-user root\nL /run/e - - - - /x\nd /run/%m\nbroken 'line\n"
    )
    tmpfiles.create(str(tmp_path))
    made = {entry.name: entry.stat().st_mode & 0o7777 for entry in (tmp_path / "run").iterdir()}
    assert made == {"a": 0o2775, "b": 0o700}
    assert not (tmp_path / "srv").exists()


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def test_cloud_config_is_read_plain_and_packed() -> None:
    text = """#cloud-config
package_update: true
packages: [haproxy, [nginx, "1.2"]]
users: [default]
bootcmd: [[echo, "a b"]]
runcmd:
- cd /tmp && touch x
- [systemctl, restart, haproxy]
write_files:
- {path: /b, content: late, defer: true}
- {path: /a, content: aGk=, encoding: b64, permissions: "0600", owner: "www-data:www-data"}
"""
    for data in (text, gzip.compress(text.encode())):
        found = user_data.read(encoded(data))
        assert found.packages == ("haproxy", "nginx")
        assert found.boot == ("echo 'a b'",)
        assert found.run == ("cd /tmp && touch x", "systemctl restart haproxy")
        assert [(one.path, one.content, one.mode) for one in found.files] == [
            ("/a", b"hi", 0o600),
            ("/b", b"late", 0o644),
        ]
        assert found.left_out == ("users",)
    assert user_data.read("") == user_data.UserData()
    assert user_data.read(encoded("#!/bin/sh\ntrue\n")).script == "#!/bin/sh\ntrue\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Content-Type: multipart/mixed\n", "begins with 'Content-Type"),
        ("#include\nhttp://example.org\n", "begins with '#include'"),
        ("#cloud-config\na: [\n", "not YAML in line"),
        ("#cloud-config\n- a\n", "without keys"),
        ("#cloud-config\nruncmd: true\n", "runcmd must be a list"),
        ("#cloud-config\nruncmd: [{a: b}]\n", "must be text or a list"),
        ("#cloud-config\nwrite_files: [{path: x}]\n", "needs an absolute path"),
        ("#cloud-config\nwrite_files: [{path: /x, permissions: rw}]\n", "invalid permissions"),
        (b"\xff\xfe", "cannot be read"),
        (b"\x1f\x8bjunk", "cannot be read"),
    ],
)
def test_user_data_that_cannot_be_run_is_one_line(text: str | bytes, said: str) -> None:
    with pytest.raises(LabError, match=said) as caught:
        user_data.read(encoded(text))
    assert "\n" not in str(caught.value)


def test_user_data_that_is_not_base64_is_one_line() -> None:
    with pytest.raises(LabError, match="cannot be read"):
        user_data.read("{}")


@pytest.mark.process
def test_a_script_of_commands_goes_on_and_notes_every_failure(tmp_path: Path) -> None:
    noted = tmp_path / "failed"
    lines = ("cd /tmp", "false", "true", "sh -c 'exit 7'", '[ "$PWD" = /tmp ]')
    script = user_data.shell_script(lines).replace(user_data.FAILED, str(noted))
    assert subprocess.run(["sh", "-c", script], check=False).returncode == 0
    assert noted.read_text() == "2 1\n4 7\n"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("lb-a", "lb-a"),
        ("LB a!", "lb-a-ins-1"),
        ("../../etc", "etc"),
        ("", "ins-1"),
        ("client", "client-ins-1"),
        ("\u4e2d\u6587", "ins-1"),
        ("x" * 100, "x" * 40),
    ],
)
def test_node_names_are_host_names_and_unique(name: str, wanted: str) -> None:
    assert node_name(name, "ins-1", ["lb-a"] if name != "lb-a" else []) == wanted
