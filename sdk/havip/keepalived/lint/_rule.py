"""What a rule is, what it looks at, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from havip.keepalived.config.model import Block, Config, VrrpInstance
from havip.keepalived.config.parse import Document
from havip.keepalived.nodes.cloud import HaVipFacts

GUIDE = "https://cloud.tencent.com/document/product/215/20186"
OVERVIEW = "https://cloud.tencent.com/document/product/215/36691"
MANUAL = "keepalived.conf(5)"
TESTED = "keepalived 2.2.7 --config-test refuses it"
MEASURED = "measured with keepalived 2.2.7 and haproxy 2.6 on two nodes"


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The pair will not fail over, or will not do what the file says."""
    WARNING = "warning"
    """It works until something else happens."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules look at: a file, and what is known of its peers and of the cloud."""

    file: str
    document: Document
    config: Config
    peers: tuple[Subject, ...] = ()
    havip: HaVipFacts | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold, and where."""

    rule: str
    level: Level
    file: str
    line: int
    message: str
    reason: str
    fix: str
    source: str

    def as_dict(self) -> dict[str, Any]:
        """Give the finding as plain data, for JSON."""
        return asdict(self) | {"level": self.level.value}


Problem = tuple[int, str]
"""A line and what is wrong there."""
Look = Callable[[Subject], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, why it holds, how to mend what breaks it, and who says so."""

    id: str
    level: Level
    reason: str
    fix: str
    source: str
    needs: str
    """What must be given besides the file: ``--peer``, ``--havip``, or nothing."""
    look: Look = field(repr=False)

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Look at a file."""
        for line, message in self.look(subject):
            yield Finding(
                self.id,
                self.level,
                subject.file,
                line,
                message,
                self.reason,
                self.fix,
                self.source,
            )


RULES: dict[str, Rule] = {}


def rule(
    id: str,
    level: Level,
    *,
    reason: str,
    fix: str,
    source: str,
    needs: str = "",
) -> Callable[[Look], Look]:
    """Register the function below as what looks for a rule's breach."""

    def register(look: Look) -> Look:
        RULES[id] = Rule(id, level, reason, fix, source, needs, look)
        return look

    return register


def line_of(block: Block, setting: str = "") -> int:
    """The line of a setting; of its block where the setting is not there."""
    return block.lines.get(setting) or block.lines.get("", 1)


def version_of(subject: Subject, instance: VrrpInstance) -> int:
    """The VRRP version that an instance speaks."""
    definitions = subject.config.global_defs
    return instance.version or (definitions and definitions.vrrp_version) or 2


def addresses_of(instance: VrrpInstance) -> list[str]:
    """All addresses that the instance's master holds."""
    held = (*instance.virtual_ipaddress, *instance.virtual_ipaddress_excluded)
    return [virtual.address for virtual in held]
