"""Measure the CPU of a request: the emulator against moto's server.

Both run as separate processes in the same run. Each is asked for 20 things by keep-alive requests:
DescribeHaVips, signed, with the signature verified, and moto's DescribeAddresses, whose signature
moto does not look at. What counts is the CPU time of the server's process, the best of several
rounds that take turns.

    python benchmarks/emulator.py [--calls N] [--rounds N] [--json]
"""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import argparse
import contextlib
from typing import Final

from _servers import Server, emulator, finish, has_moto, havip_call, line, moto, moto_call

PEER_BAR: Final = 1 / 25


def measure_requests(calls: int, rounds: int) -> tuple[float, float | None]:
    """Measure CPU seconds per request, ours and moto's; None if moto is not installed."""
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(emulator())
        our_call = havip_call(ours)
        best = {"ours": 1e9, "moto": 1e9}
        peer: Server | None = None
        if has_moto():
            peer = stack.enter_context(moto())
            peer_call = moto_call(peer)
        for _ in range(rounds):
            best["ours"] = min(best["ours"], ours.cpu(our_call, calls))
            if peer is not None:
                best["moto"] = min(best["moto"], peer.cpu(peer_call, max(calls // 10, 50)))
        return best["ours"], best["moto"] if peer is not None else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the results as JSON too")
    options = parser.parse_args()
    ours, peer = measure_requests(options.calls, options.rounds)
    if peer is None:
        print(
            f"CPU of a request: {ours * 1e3:.3f} ms; no verdict, as the peer is missing: "
            "pip install 'moto[server]'"
        )
        return
    detail = f"{ours * 1e3:.3f} ms against {peer * 1e3:.3f} ms"
    finish([line("CPU of a request against moto's", ours / peer, PEER_BAR, detail)],
           as_json=options.json)  # fmt: skip


if __name__ == "__main__":
    main()
