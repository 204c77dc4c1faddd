"""Run a scenario of the lab, inside of its namespaces: the plan on stdin, the result on stdout.

`havip.lab.enclosure.run` is what starts it.
"""

from __future__ import annotations

import json
import sys

from havip.errors import HavipError
from havip.lab.failover import failover
from havip.lab.site import Plan

SCENARIOS = {"failover": failover}


def main() -> None:
    """Run the scenario that the command line names."""
    try:
        plan = Plan.model_validate_json(sys.stdin.read())
        result = SCENARIOS[sys.argv[1]](plan)
    except HavipError as error:
        sys.exit(f"havip lab: {error}")
    print(json.dumps(result))  # noqa: T201


if __name__ == "__main__":
    main()
