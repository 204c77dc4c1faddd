"""Run a scenario of the lab, inside of its namespaces: the plan on stdin, the result on stdout.

`havip.lab.namespace.run` is what starts it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from havip.errors import HavipError
from havip.lab.namespace import LabError
from havip.lab.scenarios.failover import failover
from havip.lab.scenarios.site import Plan
from havip.lab.scenarios.split import SplitPlan, split
from havip.lab.scenarios.takeover import TakeoverPlan, takeover


def main() -> None:
    """Run the scenario that the command line names."""
    try:
        result = _run(sys.argv[1], sys.stdin.read(), Path(sys.argv[2]))
    except HavipError as error:
        sys.exit(f"havip lab: {error}")
    print(json.dumps(result))  # noqa: T201


def _run(scenario: str, plan: str, folder: Path) -> dict[str, Any]:
    match scenario:
        case "failover":
            return failover(Plan.model_validate_json(plan), folder)
        case "takeover":
            return takeover(TakeoverPlan.model_validate_json(plan), folder)
        case "split":
            return split(SplitPlan.model_validate_json(plan), folder)
    raise LabError(f"there is no scenario {scenario}")


if __name__ == "__main__":
    main()
