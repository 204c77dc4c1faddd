"""EIPs of a lab: 1:1 NAT in the packet filter."""

from __future__ import annotations

from collections.abc import Callable, Collection

from havip.lab import nftables
from havip.lab.stack.inventory import EipBinding

INTERNET = "203.0.113.0/24"
"""Network of the clients on the lab's internet (TEST-NET-3)."""
_RULES = f"""
table bridge lab_eips {{
    map inward {{ type ipv4_addr : ipv4_addr; }}
    map outward {{ type mark . ipv4_addr : ipv4_addr; }}
    chain before {{
        type filter hook prerouting priority -310; policy accept;
        ether type ip ip saddr {INTERNET} ip daddr set ip daddr map @inward
    }}
    chain after {{
        type filter hook postrouting priority 300; policy accept;
        ether type ip ip daddr {INTERNET} ip saddr set meta mark . ip saddr map @outward
    }}
}}
"""


class Eips:
    """NAT rules of the bound EIPs.

    Args:
        mark_of: Returns the packet mark of a VPC.
    """

    def __init__(self, mark_of: Callable[[str], int]) -> None:
        self._mark_of = mark_of
        self._bound: set[EipBinding] = set()
        nftables.run(_RULES)

    def set(self, eips: Collection[EipBinding]) -> None:
        """Replace the set of bound EIPs."""
        wanted = set(eips)
        lines = [line for eip in self._bound - wanted for line in self._elements("delete", eip)]
        lines += [line for eip in wanted - self._bound for line in self._elements("add", eip)]
        if lines:
            nftables.run("\n".join(lines))
        self._bound = wanted

    def _elements(self, verb: str, eip: EipBinding) -> list[str]:
        mark, table = self._mark_of(eip.vpc), "bridge lab_eips"
        return [
            f"{verb} element {table} inward {{ {eip.address} : {eip.private} }}",
            f"{verb} element {table} outward {{ {mark} . {eip.private} : {eip.address} }}",
        ]
