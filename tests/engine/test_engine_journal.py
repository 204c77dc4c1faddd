"""The journal: whatever was written, a replay gives the snapshot that wrote it."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from havip import _files
from pulumi_havip.engine import checkpoint, crypto, journal
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.errors import SecretError, StateError
from pulumi_havip.engine.journal import Journal, StateSnapshot
from pulumi_havip.engine.resource_state import Pending, Record
from pulumi_havip.engine.store import StackFile, digest_of
from pulumi_havip.engine.values import Secret

SEEDS = 150
KINDS = ("creating", "updating", "deleting", "reading", "importing")


def vault() -> Vault:
    return Vault({"PULUMI_CONFIG_PASSPHRASE": "x"})


def record(rng: random.Random, name: str) -> Record:
    value: Any = rng.choice((1, "x", None, Secret("hush")))
    kind = "test:index:Thing"
    return Record(f"urn:pulumi:dev::shop::{kind}::{name}", kind, id=name, inputs={"value": value})


def seen(snapshot: StateSnapshot) -> tuple[Any, Any]:
    """Return what a snapshot holds: resources by key, and pending operations by number."""
    records = {item.key: (item.id, item.delete, item.inputs) for item in snapshot.records()}
    pending = {number: (it.kind, it.record.id) for number, it in snapshot.pending.items()}
    return records, pending


def by_content(deployment: dict[str, Any]) -> list[str]:
    """Return the resources of a deployment in one order; the snapshot's own may differ."""
    return sorted(json.dumps(item) for item in deployment.get("resources", ()))


def step(rng: random.Random, log: Journal, number: int) -> None:
    """Carry out one change of the journal at random."""
    there = log.snapshot.records()
    pending = list(log.snapshot.pending)
    chosen = rng.choice(there) if there else None
    earlier = rng.choice([None, *pending])
    kind = rng.randrange(6)
    if kind == 0:
        log.begin(rng.choice(KINDS), record(rng, f"n{number}"), instead_of=earlier)
    elif kind == 1 and chosen:
        changed = chosen.copy(inputs={"value": number})
        log.end(earlier, put=[record(rng, f"n{number}")], amend=[changed.copy(delete=True)])
    elif kind == 2 and chosen:
        log.end(earlier, drop=[chosen])
    elif kind == 3 and chosen:
        log.end(put=[chosen.copy(inputs={"value": number})])
    elif kind == 4:
        log.end(earlier, keep_pending=True, put=[record(rng, f"n{number}")])
    elif chosen:
        log.settle(chosen)


@pytest.mark.fuzz
def test_a_replay_gives_the_snapshot_that_wrote_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crypto, "_ROUNDS", 10)
    for seed in range(SEEDS):
        rng = random.Random(seed)
        file = StackFile(tmp_path / str(seed), "shop", "dev")
        keys = vault()
        first = StateSnapshot([record(rng, f"b{number}") for number in range(rng.randrange(4))])
        content = file.render(journal.render(first, keys))
        file.save(content)
        log = Journal(first, keys, file, digest_of(content))
        for number in range(rng.randint(1, 12)):
            step(rng, log, number)
            deployment, digest = file.load()
            salt = checkpoint.salt_of(deployment, "it") or journal.journal_salt(file)
            again = Vault({"PULUMI_CONFIG_PASSPHRASE": "x"}, salt)
            read = StateSnapshot(*checkpoint.read(deployment, again, "it"))
            replayed = journal.replay(file, read, again, digest)
            assert replayed == file.journal.exists()
            assert seen(read) == seen(log.snapshot), f"seed {seed}, step {number}"
        recovered = StackFile(tmp_path / f"{seed} again", "shop", "dev")
        shutil.copytree(file.root, recovered.root)
        journal.recover(recovered, read, again, replayed=replayed)
        assert not recovered.journal.exists()
        log.fold()
        log.close()
        deployment, _ = file.load()
        folded, _ = recovered.load()
        assert by_content(folded) == by_content(deployment), f"seed {seed}"
        read = StateSnapshot(*checkpoint.read(deployment, again, "it"))
        assert {item.id for item in read.records()} == {it.id for it in log.snapshot.records()}
        assert not file.journal.exists()


def test_a_journal_that_is_over_is_not_replayed(tmp_path: Path) -> None:
    file = StackFile(tmp_path, "shop", "dev")
    log = Journal(StateSnapshot(), vault(), file, "")
    log.end(put=[Record("urn:pulumi:dev::shop::a:b:C::n", "a:b:C", id="n")])
    whole = file.journal.read_text()
    log.fold()
    log.close()
    _, digest = file.load()
    file.journal.write_text(f'{whole}{{"folded": "{digest}"}}\n')
    snapshot = StateSnapshot()
    assert journal.replay(file, snapshot, vault(), digest) is False
    assert snapshot.records() == []
    journal.recover(file, snapshot, vault(), replayed=False)
    assert not file.journal.exists()
    assert journal.replay(file, snapshot, vault(), digest) is False


@pytest.mark.parametrize(
    "line", ["[]", "5", "{", "{]", '{"begin": 1}', '{"put": 5}', '{"put": [[1]]}']
)
def test_a_corrupt_line_is_named(tmp_path: Path, line: str) -> None:
    file = StackFile(tmp_path, "shop", "dev")
    file.journal.parent.mkdir(parents=True)
    file.journal.write_text(f'{{"base": ""}}\n{line}\n')
    with pytest.raises(StateError, match="is corrupt in line 2"):
        journal.replay(file, StateSnapshot(), vault(), "")


def thing(name: str, **inputs: Any) -> Record:
    return Record(f"urn:pulumi:dev::shop::a:b:C::{name}", "a:b:C", id=name, inputs=inputs)


def test_a_journal_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = StackFile(tmp_path, "shop", "dev")
    file.journal.parent.mkdir(parents=True)
    file.journal.write_bytes(b'{"base": ""}\n\xff\n')
    with pytest.raises(StateError, match=r"dev\.journal cannot be read"):
        journal.replay(file, StateSnapshot(), vault(), "")

    def refuse(path: Path) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(_files.Lines, "reopen", refuse)
    with pytest.raises(StateError, match=r"dev\.journal cannot be written: Input/output error"):
        journal.recover(file, StateSnapshot(), vault(), replayed=True)


def test_a_journal_leaves_no_descriptor_open_and_can_begin_again_after_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(_files.Disk):
        def write(self, descriptor: int, content: bytes) -> int:
            raise OSError(28, "No space left on device")

    opened = Path("/proc/self/fd")
    before = {path.name for path in opened.iterdir()}
    file, real = StackFile(tmp_path, "shop", "dev"), _files.DISK
    log = Journal(StateSnapshot(), vault(), file)
    monkeypatch.setattr(_files, "DISK", Full())
    with pytest.raises(StateError, match="No space left"):
        log.end(put=[thing("one")])
    monkeypatch.setattr(_files, "DISK", real)
    assert {path.name for path in opened.iterdir()} == before
    log.end(put=[thing("two")])
    log.close()
    log.close()
    read = StateSnapshot()
    assert journal.replay(file, read, vault(), "") is True
    journal.recover(file, read, vault(), replayed=True)
    assert [item["id"] for item in file.load()[0]["resources"]] == ["two"]
    assert {path.name for path in opened.iterdir()} == before


def test_a_journal_is_folded_once_and_its_salt_is_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crypto, "_ROUNDS", 10)
    file, keys = StackFile(tmp_path, "shop", "dev"), vault()
    file.save(file.render({}))
    log = Journal(StateSnapshot(), keys, file, file.load()[1])
    log.fold()
    assert not file.journal.exists()
    for number in range(3):
        log.end(put=[thing(f"n{number}", word=Secret("hush"))])
    assert file.journal.read_text().count('"salt"') == 1
    assert journal.journal_salt(file) == keys.salt
    log.fold()
    state, backup = file.path.read_bytes(), file.backup.read_bytes()
    log.fold()
    assert (file.path.read_bytes(), file.backup.read_bytes()) == (state, backup)
    assert state != backup
    log.close()
    assert journal.journal_salt(file) == ""


SECRETIVE = [
    ({"inputs": {"word": Secret("hush")}}, "one"),
    ({"outputs": {"word": Secret("hush")}}, "one"),
    ({"additional_secret_outputs": ["word"]}, "one"),
    ({"type": "pulumi:pulumi:Stack", "outputs": {"word": Secret("hush")}}, "the stack"),
]


@pytest.mark.parametrize(("fields", "named"), SECRETIVE)
def test_a_secret_without_a_passphrase_is_refused_before_it_is_written(
    tmp_path: Path, fields: dict[str, Any], named: str
) -> None:
    secretive = thing("one").copy(**fields)
    file = StackFile(tmp_path, "shop", "dev")
    for of in (file, None):  # a preview keeps no file
        log = Journal(StateSnapshot(), Vault({}), of)
        with pytest.raises(SecretError, match=f"{named} is to keep a secret"):
            log.begin("creating", secretive)
        assert log.snapshot.pending == {}
        log.end(put=[thing("two").copy(additional_secret_outputs=["id"])])
        log.close()
    with pytest.raises(SecretError, match=f"{named} is to keep a secret"):
        log.end(put=[secretive])
    assert len(file.journal.read_text().splitlines()) == 2


def test_operations_at_the_same_time_have_numbers_of_their_own(tmp_path: Path) -> None:
    file = StackFile(tmp_path, "shop", "dev")
    before = [Pending("creating", thing("left"))]
    log = Journal(StateSnapshot([], before), vault(), file)
    first, second = (log.begin("creating", thing(name)) for name in ("one", "two"))
    assert [it.record.id for it in log.snapshot.pending.values()] == ["left", "one", "two"]
    log.end(first, put=[thing("one")])
    assert list(log.snapshot.pending) == [0, second]
    log.close()
    read = StateSnapshot([], before)
    assert journal.replay(file, read, vault(), "") is True
    assert seen(read) == seen(log.snapshot)


def test_what_an_operation_touches_comes_first_and_keys_stay_unique() -> None:
    """Compared with a plain list, over random changes of independent resources."""
    for seed in range(60):
        rng = random.Random(seed)
        snapshot = StateSnapshot([thing(f"b{number}") for number in range(rng.randrange(4))])
        log = Journal(snapshot, vault(), None)
        touched: list[str] = []
        rest = [item.id for item in snapshot.records()]
        for number in range(12):
            there = snapshot.records()
            chosen = rng.choice(there) if there else None
            kind = rng.randrange(4)
            if kind == 0 or chosen is None:
                log.end(put=[thing(f"n{number}")])
                touched.append(f"n{number}")
                continue
            new = chosen.copy(inputs={"n": number})
            if kind == 1:
                log.end(put=[new]) if rng.random() < 0.5 else log.settle(new)
                rest = [name for name in rest if name != new.id]
                if new.id not in touched:
                    touched.append(new.id)
            elif kind == 2:
                log.end(amend=[new])
            else:
                log.end(drop=[chosen])
                rest = [name for name in rest if name != new.id]
                touched = [name for name in touched if name != new.id]
            assert new.key in {item.key for item in there}
            if kind != 3:
                assert next(it for it in snapshot.records() if it.id == new.id) is new
        assert [item.id for item in snapshot.records()] == [*touched, *rest]
        keys = [item.key for item in snapshot.records()]
        assert len({*keys}) == len(keys)


def test_the_end_of_a_journal_is_on_the_disk_before_the_state_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a power cut could leave a new state and a journal that seems to continue it."""
    done: list[str] = []

    class Noting(_files.Disk):
        def write(self, descriptor: int, content: bytes) -> int:
            done.append("folded" if b"folded" in content else "write")
            return super().write(descriptor, content)

        def sync(self, descriptor: int) -> None:
            done.append("sync")

        def create(self, path: str, mode: int) -> int:
            done.append("create")
            return super().create(path, mode)

    file = StackFile(tmp_path, "shop", "dev")
    log = Journal(StateSnapshot(), vault(), file, "")
    log.end(put=[Record("urn:pulumi:dev::shop::a:b:C::n", "a:b:C", id="n")])
    monkeypatch.setattr(_files, "DISK", Noting())
    log.fold()
    log.close()
    assert done[:2] == ["folded", "sync"]
