"""The files of a stack: what each failure leaves, says and cleans up."""
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from things import Thing

from havip import _files
from pulumi_havip.engine import StateError
from pulumi_havip.engine import journal as journals
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.errors import EngineError
from pulumi_havip.engine.journal import Journal, StateSnapshot
from pulumi_havip.engine.resource_state import Record
from pulumi_havip.engine.store import StackFile, digest_of, prepare, stacks
from pulumi_havip.engine.values import Secret

if TYPE_CHECKING:
    from tests.engine.conftest import Lab

EMPTY: dict[str, Any] = {"manifest": {}}


class Disk(_files.Disk):
    """A disk on which one kind of operation fails, for files with a certain name or content."""

    def __init__(self, operation: str, about: str = "") -> None:
        self.operation, self.about = operation, about

    def _fail(self, operation: str, about: str) -> None:
        if operation == self.operation and self.about in about:
            raise OSError(28, "No space left on device")

    def write(self, descriptor: int, content: bytes) -> int:
        self._fail("write", content.decode())
        return super().write(descriptor, content)

    def unlink(self, path: str) -> None:
        self._fail("unlink", path)
        super().unlink(path)


@pytest.fixture
def file(tmp_path: Path) -> StackFile:
    found = StackFile(tmp_path / ".pulumi", "shop", "dev")
    found.save(found.render(EMPTY))
    return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_unreadable_state_is_named_with_its_backup_if_there_is_one(file: StackFile) -> None:
    for kept in ("", f"; the state before the last operation is kept in {file.backup}"):
        for content, reason in ((b"\xff", "cannot be read: "), (b"[]", "no JSON object")):
            file.path.write_bytes(content)
            with pytest.raises(
                StateError, match=f"the state file {file.path}.*{reason}"
            ) as refused:
                file.load()
            assert ("the state before" in str(refused.value)) == bool(kept)
            assert str(refused.value).endswith(kept)
            assert "None" not in str(refused.value)
        file.save(file.render(EMPTY))


def test_a_compressed_state_is_refused_with_the_next_step(tmp_path: Path) -> None:
    file = StackFile(tmp_path, "shop", "dev")
    file.path.parent.mkdir(parents=True)
    file.path.with_name("dev.json.gz").write_bytes(b"")
    with pytest.raises(StateError, match="gunzip"):
        file.load()


def test_a_state_is_private_and_has_no_checksum_of_an_older_content(file: StackFile) -> None:
    checksums = [path.with_name(path.name + ".attrs") for path in (file.path, file.backup)]
    for path in checksums:
        path.write_text("{}")
    file.path.chmod(0o644)
    file.save(file.render(EMPTY | {"pending_operations": []}))
    assert mode(file.path) == 0o600
    assert (file.root / "meta.yaml").exists()
    assert not any(path.exists() for path in checksums)
    assert "pending_operations" not in file.backup.read_text()


def test_a_full_disk_is_named_with_what_it_kept_from_being_written(
    file: StackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = file.path.read_bytes()
    log = Journal(StateSnapshot(), Vault({}), file, digest_of(state))
    log.end(put=[Record("urn:pulumi:dev::shop::a:b:C::n", "a:b:C", id="n")])
    for disk, words in (
        (Disk("write", "folded"), f"the journal {file.journal} cannot be written: No space left"),
        (Disk("write", "checkpoint"), f"the state file {file.path} cannot be written: No space"),
    ):
        monkeypatch.setattr(_files, "DISK", disk)
        with pytest.raises(StateError, match=words) as refused:
            log.fold()
        assert file.path.read_bytes() == state
    assert str(refused.value).endswith(f"; {file.journal} holds what changed")
    file.journal.rename(file.journal.with_name("away"))
    with pytest.raises(StateError) as refused:
        file.save(file.render(EMPTY))
    assert str(refused.value).endswith("No space left on device")
    file.journal.with_name("away").rename(file.journal)
    monkeypatch.setattr(_files, "DISK", Disk("unlink", "journal"))
    with pytest.raises(StateError, match=f"the journal {file.journal} cannot be written"):
        log.fold()
    log.close()
    assert file.path.read_bytes() != state


def test_what_killed_writers_left_is_deleted_and_nothing_else(file: StackFile) -> None:
    history = file.root / "history" / "shop" / "dev"
    history.mkdir(parents=True)
    for name in (".dev-1.history.json.ab.new", "dev-1.history.json"):
        (history / name).write_text("")
    before = {path for path in file.root.rglob("*") if not path.name.endswith(".new")}
    for path in (file.path, file.backup, file.root / "meta.yaml", file.root / ".gitignore"):
        path.with_name(f".{path.name}.abcd.new").write_text("")
    file.clean()
    assert {*file.root.rglob("*")} == before


def test_a_removed_stack_leaves_its_backup_alone(file: StackFile) -> None:
    file.journal.write_text("{}\n")
    assert stacks(file.root, "shop") == ["dev"]
    state = file.path.read_bytes()
    file.remove()
    assert not file.exists()
    assert file.backup.read_bytes() == state
    assert stacks(file.root, "shop") == []
    file.journal.write_text("{}\n")
    file.remove()
    assert not file.exists()


def test_a_state_folder_is_the_clis_and_hidden_from_git_unless_it_was_there(tmp_path: Path) -> None:
    made, theirs = tmp_path / "made", tmp_path / "theirs"
    (theirs / "history").mkdir(parents=True)
    for root in (made, theirs):
        prepare(root)
        meta = root / "meta.yaml"
        assert (meta.read_text(), mode(meta)) == ("version: 1\n", 0o644)
    assert not (theirs / ".gitignore").exists()
    ignored = made / ".gitignore"
    assert (ignored.read_text(), mode(ignored)) == ("*\n", 0o644)
    for path in (made / "meta.yaml", ignored):
        path.write_text("changed")
    prepare(made)
    assert {path.read_text() for path in made.iterdir()} == {"changed"}


def leave_journal(lab: Lab, *records: Record, vault: Vault | None = None) -> StackFile:
    """Leave the journal of an operation that was killed."""
    stack = lab.stack(lambda: None)
    digest = digest_of(stack.file.path.read_bytes()) if stack.file.path.exists() else ""
    log = Journal(StateSnapshot(), vault or stack.vault(), stack.file, digest)
    log.end(put=records)
    log.close()
    return stack.file


URN = "urn:pulumi:dev::conformance::a:b:C::n"


def test_an_import_replaces_a_state_and_the_journal_that_continues_it(lab: Lab) -> None:
    assert lab.stack(lambda: Thing("one") and None).up().ok
    export = lab.stack(lambda: None).export()
    assert lab.stack(lambda: Thing("two") and None).up().ok
    opened = Path("/proc/self/fd")
    before = {path.name for path in opened.iterdir()}
    for left in (False, True):
        file = lab.stack(lambda: None).file
        if left:
            leave_journal(lab, Record(URN, "a:b:C", id="n"))
        lab.stack(lambda: None).import_(export)
        assert not file.journal.exists()
        assert (
            lab.stack(lambda: None).export()["deployment"]["resources"]
            == (export["deployment"]["resources"])
        )
    assert {path.name for path in opened.iterdir()} == before


def test_a_secret_of_a_journal_alone_is_read_with_its_salt(lab: Lab) -> None:
    vault = Vault(lab.environment)
    leave_journal(lab, Record(URN, "a:b:C", id="n", inputs={"word": Secret("hush")}), vault=vault)
    for _ in range(2):
        [found] = lab.stack(lambda: None).resources()
        assert found.inputs["word"].value == "hush"
        lab.stack(lambda: None).unprotect()  # folds the journal into the state
    configured = lab.stack(lambda: None).config()
    configured.set("word", "hush", Vault(lab.environment))
    assert lab.stack(lambda: None).resources()[0].inputs["word"].value == "hush"


def test_a_journal_that_is_folded_and_begun_again_while_a_state_is_read_is_read_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lab.stack(lambda: Thing("one") and None).up().ok
    leave_journal(lab, Record(URN, "a:b:C", id="n"))
    load, first = StackFile.load, [True]

    def late(self: StackFile) -> tuple[dict[str, Any], str]:
        found, digest = load(self)
        return (found, "before" if first and first.pop() else digest)

    monkeypatch.setattr(StackFile, "load", late)
    assert "n" in [record.name for record in lab.stack(lambda: None).resources()]
    assert not first
    monkeypatch.undo()
    file = lab.stack(lambda: None).file
    file.journal.write_text('{"base":"another"}\n{"drop":[0]}\n')
    with pytest.raises(EngineError, match="continues another state file"):
        lab.stack(lambda: None).resources()
    assert journals.journal_salt(file) == ""


def test_a_state_without_a_change_is_exported_with_the_salt_of_the_settings(lab: Lab) -> None:
    def secret() -> None:
        pulumi.export("word", pulumi.Output.secret("hush"))

    lab.stack(secret).config().set("other", "hush", Vault(lab.environment))
    assert lab.stack(secret).up().ok
    salt = lab.stack(secret).config().salt
    state = lab.stack(secret).export()["deployment"]["secrets_providers"]["state"]["salt"]
    assert state == salt
    assert lab.stack(secret).outputs() == {"word": Secret("hush")}
