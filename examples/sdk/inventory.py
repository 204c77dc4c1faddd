"""List the HAVIPs of some regions, with their holder, range and elastic IP.

    python inventory.py --region ap-guangzhou --region ap-tokyo
    python inventory.py --region ap-guangzhou --json > havips.json

Credentials come from the same sources as those of Tencent's tools (TENCENTCLOUD_SECRET_ID, …).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import havip
from havip.api import DescribeHaVips, HaVip

COLUMNS = ("region", "id", "address", "name", "holder", "eip", "range")


def rows(region: str) -> Iterator[dict[str, Any]]:
    """Yield a plain row for each HAVIP of a region, page by page."""
    for page in havip.Client(region).pages(DescribeHaVips(limit=100)):
        for vip in page.ha_vip_set:
            yield _row(region, vip)


def _row(region: str, vip: HaVip) -> dict[str, Any]:
    return {
        "region": region,
        "id": vip.ha_vip_id,
        "address": vip.vip,
        "name": vip.ha_vip_name,
        "holder": vip.instance_id or vip.network_interface_id or "",
        "eip": vip.address_ip,
        "range": [member.instance_id for member in vip.ha_vip_association_set],
        "anybody": not vip.check_associate,
        "subnet": vip.subnet_id,
        "vpc": vip.vpc_id,
    }


def table(found: Sequence[dict[str, Any]]) -> str:
    """Format the rows as text; a range that is not enforced is shown as ``anybody``."""
    lines = [[column.upper() for column in COLUMNS]]
    lines += [[_cell(row, column) for column in COLUMNS] for row in found]
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
    texts = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(text.rstrip() for text in texts)


def _cell(row: dict[str, Any], column: str) -> str:
    if column == "range" and row["anybody"]:
        return "anybody"
    value = row[column]
    return ",".join(value) if isinstance(value, list) else (value or "-")


def main(arguments: list[str] | None = None) -> int:
    """Print the inventory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--region", action="append", required=True, help="again for more")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    given = parser.parse_args(arguments)
    try:
        found = [row for region in given.region for row in rows(region)]
    except havip.HavipError as error:
        print(f"inventory: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found, indent=2) if given.json else table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
