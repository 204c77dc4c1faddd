"""The registry of the lint rules, what they look at, and the sources they cite."""

from __future__ import annotations

from dataclasses import dataclass

from havip.keepalived.config.model import Block, Config, VrrpInstance
from havip.keepalived.config.parse import Document
from havip.keepalived.nodes.cloud import HaVipFacts
from havip.rules import Registry

GUIDE = "https://cloud.tencent.com/document/product/215/20186"
OVERVIEW = "https://cloud.tencent.com/document/product/215/36691"
MANUAL = "keepalived.conf(5)"
TESTED = "keepalived 2.2.7 --config-test refuses it"
MEASURED = "measured with keepalived 2.2.7 and haproxy 2.6 on two nodes"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules look at: a file, and what is known of its peers and of the cloud."""

    file: str
    document: Document
    config: Config
    peers: tuple[Subject, ...] = ()
    havip: HaVipFacts | None = None


RULES: Registry[Subject] = Registry()
"""All rules by their id."""


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
