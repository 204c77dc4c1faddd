"""The journal: whatever was written, a replay gives the snapshot that wrote it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from pulumi_havip.engine import checkpoint, crypto, journal
from pulumi_havip.engine.crypto import Vault
from pulumi_havip.engine.journal import Journal, StateSnapshot
from pulumi_havip.engine.resource_state import Record
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
            again = Vault({"PULUMI_CONFIG_PASSPHRASE": "x"}, log._vault.salt)
            read = StateSnapshot(*checkpoint.read(deployment, again, "it"))
            journal.replay(file, read, again, digest)
            assert seen(read) == seen(log.snapshot), f"seed {seed}, step {number}"
            assert read.next_operation <= log.snapshot.next_operation
        log.fold()
        log.close()
        deployment, _ = file.load()
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
    assert not journal.replay(file, snapshot, vault(), digest)
    assert snapshot.records() == []
