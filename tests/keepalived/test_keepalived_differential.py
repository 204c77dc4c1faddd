"""The linter against the real keepalived: both take or refuse the same files.

keepalived's own test refuses a file for anything that it ignores or replaces. The rules of the
linter whose source is that test must find something in exactly those files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from havip.keepalived import unavailable
from havip.keepalived.check import CheckResult, check_all
from havip.keepalived.lint import lint, refused
from havip.keepalived.lint.registry import TESTED
from tests.keepalived.generated import mutated, whole

REASON = unavailable()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))
BATCH = 500
ID = "b"
OF_THE_MACHINE = (
    "uid/gid",
    "since not found/accessible",
    "Unable to set default user for ",
    "due to insecure",
    "Invalid smtp server",
    "Unable to create config_save_dir",
    "Invalid cpu_id",
)
"""Complaints of keepalived about users, scripts, hosts and CPUs that this machine does not have."""


def files(seed: int, count: int) -> Iterator[str]:
    random = Random(seed)
    for number in range(count):
        text = whole(random)
        yield text if number % 3 == 0 else mutated(text, random)


def search(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """Compare the linter with keepalived; returns counts and the disagreements."""
    counts: Counter[str] = Counter()
    wrong = []
    for start in range(0, count, BATCH):
        texts = list(files(seed * 1_000_003 + start, min(BATCH, count - start)))
        for text, result in zip(texts, check_all(texts, config_id=ID), strict=True):
            found = lint(text, config_id=ID)
            if any(one.rule == "no-instance" for one in found):
                counts["nothing for VRRP to read"] += 1
                continue
            if any("uid/gid" in one.text for one in result.complaints):
                counts["with a user that this machine does not have"] += 1
                continue
            ok = accepts(result)
            counts["accepted" if ok else "refused"] += 1
            if refused(found) == ok:
                wrong.append(
                    shown(text, result, [str(one) for one in found if one.source == TESTED])
                )
    return counts, wrong


def accepts(result: CheckResult) -> bool:
    """Return whether keepalived accepts a file, on a machine that has what the file names."""
    said = [one for one in result.complaints if not any(k in one.text for k in OF_THE_MACHINE)]
    crashed = not result.complaints
    return result.ok or not (said or crashed)


def shown(text: str, result: CheckResult, found: list[str]) -> str:
    numbered = "\n".join(f"{n:3} {line}" for n, line in enumerate(text.split("\n"), start=1))
    said = "\n".join(f"{one.line}: {one.text}" for one in result.complaints)
    return (
        f"{numbered}\nkeepalived {'accepts' if result.ok else 'refuses'}:\n{said}\nlint: {found}\n"
    )


def report(seed: int, count: int) -> None:
    counts, wrong = search(seed, count)
    print(f"seed {seed}: {dict(counts)}, {len(wrong)} disagreements")
    for one in wrong[:20]:
        print(one)
    assert not wrong, f"{len(wrong)} of {count} files, seed {seed}; the first:\n{wrong[0]}"
    assert min(counts["accepted"], counts["refused"]) > count // 10


@pytest.mark.process
def test_linter_and_keepalived_agree_on_a_sample() -> None:
    report(seed=1, count=250)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_linter_and_keepalived_agree(seed: int) -> None:
    report(seed=seed, count=5_200)
