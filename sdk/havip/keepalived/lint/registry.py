"""Registry of the lint rules, their subject, and the sources that they cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from havip.keepalived.config.blocks import Block
from havip.keepalived.config.grammar import has_open, is_unread, open_names
from havip.keepalived.config.model import Config, VrrpInstance
from havip.keepalived.config.parse import Document
from havip.keepalived.config.statements import LISTS
from havip.keepalived.config.syntax import Item, Statement
from havip.keepalived.config.values import host, parse_address
from havip.keepalived.nodes.cloud import HaVipFacts
from havip.rules import RuleRegistry

GUIDE = "https://cloud.tencent.com/document/product/215/20186"
OVERVIEW = "https://cloud.tencent.com/document/product/215/36691"
MANUAL = "keepalived.conf(5)"
TESTED = "keepalived 2.2.7 --config-test rejects it"
MEASURED = "measured with keepalived 2.2.7 and haproxy 2.6 on two nodes"
DEFAULT_VERSION = "2.2.7"
"""The version assumed by default: that of Debian 12, which the node set-up installs."""


@dataclass(frozen=True)
class Subject:
    """The subject of the rules: a file with its peers and its HAVIP.

    Attributes:
        file: The file name.
        document: The parsed file.
        config: Its typed model.
        peers: The files of the other nodes.
        havip: The HAVIP to compare with.
        version: The keepalived version that will read the file.
        lost: Keywords of the blocks that were skipped because of unbalanced braces or quotes.
    """

    file: str
    document: Document
    config: Config
    peers: tuple[Subject, ...] = ()
    havip: HaVipFacts | None = None
    version: str = DEFAULT_VERSION
    lost: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> re.Pattern[str]:
        """The definitions whose values only keepalived knows; see `open_names`."""
        return open_names(self.document.items)

    @cached_property
    def _statements(self) -> dict[tuple[str, int, str], Statement]:
        """The top-level statements by keyword, line and name."""
        return {
            (item.name, item.line, item.values[0]): item
            for item in reversed(self.document.items)
            if isinstance(item, Statement) and item.values
        }

    def is_complete(self, where: Block | Statement, *settings: str) -> bool:
        """Return whether all lines of some settings in a block could be read.

        Otherwise the settings may have values that only keepalived knows, from included files,
        sequences and definitions. A rule about an absence requires that the block is complete.

        Args:
            where: The block; the whole file for its `Config`.
            settings: Names of the settings, or of the blocks in it.
        """
        body: Iterable[Item]
        if isinstance(where, Config):
            if self.lost:
                return False
            body = self.document.items
        else:
            statement = where if isinstance(where, Statement) else self.statement(where)
            body = statement.statements if statement else ()
        return not any(
            is_unread(item, self.names) or (item.name in settings and self.has_open(item))
            for item in body
            if isinstance(item, Statement)
        )

    def has_open(self, item: Statement) -> bool:
        """Return whether a statement has lines or words that only keepalived can expand."""
        return has_open(item, self.names)

    def has_all_globals(self, *settings: str) -> bool:
        """Return whether all lines of some settings in global_defs could be read."""
        return self.is_complete(self.config) and all(
            self.is_complete(item, *settings)
            for item in self.document.items
            if isinstance(item, Statement) and item.name == "global_defs"
        )

    def statement(self, block: Block) -> Statement | None:
        """Return the statement from which a block of the model was read."""
        line = block.lines.get("", 0)
        return self._statements.get((block.keyword, line, getattr(block, "name", "")))

    def inner(self, block: Block, name: str) -> dict[str, tuple[str, ...]] | None:
        """Return the words of the settings in a nested block, by name; None without that block."""
        statement = self.statement(block)
        found = [one for one in statement.statements if one.name == name] if statement else []
        if not found:
            return None
        return {one.name: (one.name, *one.values) for item in found for one in item.statements}

    def family(self, one: VrrpInstance) -> tuple[int, list[tuple[str, str, int]]]:
        """Return the IP version of an instance, which is that of its first address.

        Returns:
            The version, and the skipped entries of the other version: setting, address, line.
        """
        version, skipped = 0, []
        statement = self.statement(one)
        for setting, address, line in _addresses(statement) if statement else ():
            found = host(address) if setting != "virtual_ipaddress" else parse_address(address)
            if found is None:
                continue
            version = version or found.version
            if found.version != version:
                skipped.append((setting, str(found), line))
        return version or 4, skipped


_WITH_ADDRESSES = ("unicast_src_ip", "unicast_peer", "virtual_ipaddress")


def _addresses(instance: Statement) -> Iterator[tuple[str, str, int]]:
    """Yield the addresses that determine the IP version of an instance, in file order."""
    for item in instance.statements:
        if item.name in {"unicast_src_ip", "mcast_src_ip", "mcast_dst_ip"}:
            if item.values:
                yield item.name, item.values[0], item.line
        elif item.name == "native_ipv6":
            yield item.name, "::", item.line
        elif item.name in {"unicast_peer", "virtual_ipaddress"}:
            check = LISTS["vrrp_instance"][item.name]
            for entry in item.statements:
                words = (entry.name, *entry.values)
                fatal = item.name == "unicast_peer" and host(words[0]) is None
                if not fatal and (item.name == "unicast_peer" or not any(check(words[:1]))):
                    yield item.name, entry.name.partition("/")[0], entry.line


RULES: RuleRegistry[Subject] = RuleRegistry()
"""All rules by id."""


def line_of(block: Block, setting: str = "") -> int:
    """Return the line of a setting, or of its block if it is not set."""
    if setting in block.lines:
        return block.lines[setting]
    for item in block.unknown:
        if isinstance(item, Statement) and item.name == setting:
            return item.line
    return block.lines.get("", 1)


def other_settings(block: Block) -> dict[str, tuple[str, ...]]:
    """Return the words of the settings of a block without a field, by name."""
    return {
        item.name: (item.name, *item.values)
        for item in block.unknown
        if isinstance(item, Statement)
    }


def version_of(subject: Subject, instance: VrrpInstance) -> int | None:
    """Return the VRRP version of an instance, or None if only keepalived knows it."""
    definitions = subject.config.global_defs
    if instance.version:
        return instance.version
    if subject.family(instance)[0] == 6:
        return 3
    known = subject.is_complete(instance, "version", *_WITH_ADDRESSES)
    if not known or not subject.has_all_globals("vrrp_version"):
        return None
    return (definitions and definitions.vrrp_version) or 2


def strict(subject: Subject, instance: VrrpInstance) -> bool:
    """Return whether an instance is in strict mode."""
    definitions = subject.config.global_defs
    if "strict_mode" in instance.lines:
        return instance.strict_mode
    return bool(definitions and definitions.vrrp_strict)


def addresses_of(instance: VrrpInstance) -> list[str]:
    """Return all addresses held by the master of an instance."""
    held = (*instance.virtual_ipaddress, *instance.virtual_ipaddress_excluded)
    return [virtual.address for virtual in held]
