from __future__ import annotations

from typing import Any

import pytest

from havip.keepalived.setup import NodeSetup, read_user_data, user_data


def lab_plan(setups: dict[str, NodeSetup], **more: Any) -> dict[str, Any]:
    """A site of the nodes, by way of their user data, as real machines get them."""
    given = {node: read_user_data(user_data(setup)) for node, setup in setups.items()}
    first = next(iter(given.values()))
    return {
        "vip": "172.17.16.3",
        "subnet": "172.17.16.0/24",
        "client": "172.17.16.100",
        "nodes": {
            node: [file.model_dump(include={"path", "content", "mode"}) for file in setup.files]
            for node, setup in given.items()
        },
        "setup": [list(command) for command in first.commands],
        "services": [one for one in first.services if not one.startswith("havip-")],
    } | more


@pytest.fixture(scope="session")
def make_plan() -> Any:
    return lab_plan
