from __future__ import annotations

from pathlib import Path

import pytest

from havip.keepalived import Config, lb_pair

FIXTURES = Path(__file__).parent / "files"


@pytest.fixture
def seed() -> str:
    """The keepalived.conf of Tencent's page on use cases, as it stands there."""
    return (FIXTURES / "use-cases.conf").read_text()


@pytest.fixture
def pair() -> list[Config]:
    nodes = ["172.17.16.7", "172.17.16.13"]
    return list(lb_pair("172.17.16.3", nodes, auth_pass="1111").values())
