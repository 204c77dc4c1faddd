"""Find HAVIPs without a holder that have an elastic IP, which is billed as idle.

    python idle_eips.py --region ap-guangzhou && echo nothing is idle

The exit code is 1 if there are any, for use in a scheduled job.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import havip
from havip.api import DescribeHaVips, HaVip

NOBODY = "UNBIND"
"""The state of a HAVIP without a holder."""


def idle(region: str) -> Iterator[HaVip]:
    """Yield the HAVIPs of a region that have an EIP but no holder."""
    for page in havip.Client(region).pages(DescribeHaVips(limit=100)):
        for vip in page.ha_vip_set:
            if vip.address_ip and vip.state == NOBODY:
                yield vip


def line(region: str, vip: HaVip) -> str:
    """Format a HAVIP, since when it is idle, and the next step."""
    since = f"nobody holds it since {vip.flushed_time}"
    if vip.flushed_time.startswith("0000"):
        since = "nobody has ever held it"
    return (
        f"{region} {vip.ha_vip_id} {vip.vip} ({vip.ha_vip_name}): {since}, and {vip.address_ip} "
        f"is billed; start keepalived on its nodes, or: havip eip unbind {vip.ha_vip_id}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each idle elastic IP."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--region", action="append", required=True, help="again for more")
    given = parser.parse_args(arguments)
    try:
        found = [line(region, vip) for region in given.region for vip in idle(region)]
    except havip.HavipError as error:
        print(f"idle_eips: {error}", file=sys.stderr)
        return 2
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
