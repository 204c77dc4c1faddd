"""Write the checked-in files that are generated from the code: `make generate`.

A generator is a function that returns the whole text of a file, registered in `GENERATED` under
the path of the file. tests/docs/test_generated_files.py fails if a file is out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from havip.lab import reference
from tools.generators import (
    assumptions,
    command,
    doctor_checks,
    emulator_coverage,
    errors,
    functions,
    grafana,
    lint_rules,
    operations,
    plugin_schema,
    policies,
    registry,
    resource_reference,
    resources,
    stubs,
)

ROOT: Final = Path(__file__).resolve().parents[1]
GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "deploy/monitoring/grafana-dashboard.json": grafana.page,
    "docs/reference/assumptions.md": assumptions.page,
    "docs/reference/doctor-checks.md": doctor_checks.page,
    "docs/reference/emulator-coverage.md": emulator_coverage.page,
    "docs/reference/command.md": command.page,
    "docs/reference/errors.md": errors.page,
    "docs/reference/lint-rules.md": lint_rules.page,
    "docs/reference/operations.md": operations.page,
    "docs/reference/lab-faults.md": reference.markdown,
    "docs/reference/resources.md": resource_reference.page,
    **policies.FILES,
    "sdk/havip/api/_registry.py": registry.source,
    "sdk/havip/client.pyi": stubs.client,
    "sdk/havip/async_client.pyi": stubs.async_client,
    "pulumi_havip/functions.py": functions.source,
    **resources.FILES,
    "pulumi_havip/provider/plugin/schema.json": plugin_schema.text,
}
"""The generator of each generated file, by its path from the root of the repository."""


def main() -> None:
    """Write the files that are out of date, and print their paths."""
    for name, generate in GENERATED.items():
        path, text = ROOT / name, generate()
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(name)


if __name__ == "__main__":
    main()
