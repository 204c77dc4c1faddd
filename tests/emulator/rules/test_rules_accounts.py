"""Actions, accounts, regions: what there is, and what is apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from havip import api
from havip.emulator.actions.registry import HANDLERS

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig


@pytest.mark.evidence("doc")
@pytest.mark.parametrize("action", sorted(api.ACTIONS))
def test_every_action_is_answered(action: str) -> None:
    """The emulator has every action of the SDK."""
    assert api.ACTIONS[action] in HANDLERS


@pytest.mark.evidence("doc")
def test_an_action_without_a_handler_is_an_error(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """An action that the emulator lacks fails with InvalidAction."""
    monkeypatch.delitem(HANDLERS, api.ACTIONS["DescribeVpcs"])
    rig.refused("InvalidAction", "DescribeVpcs")


@pytest.mark.evidence("doc")
def test_accounts_and_regions_are_apart(rig: Rig) -> None:
    """Resources are only visible in their own account and region."""
    havip = rig.havip()
    for other in (rig.away(account="200000000002"), rig.away(region="ap-shanghai")):
        assert other.do("DescribeHaVips").total_count == 0
        other.refused("ResourceNotFound", "DeleteHaVip", ha_vip_id=havip.ha_vip_id)
    assert rig.do("DescribeHaVips").total_count == 1


@pytest.mark.evidence("doc")
def test_an_unknown_region_is_refused(rig: Rig) -> None:
    """A region that is not in the list of regions fails with UnsupportedRegion."""
    rig.away(region="mars-1").refused("UnsupportedRegion", "DescribeVpcs")


@pytest.mark.evidence(
    "reported",
    "https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_tencentcloud/tests/cassettes",
)
def test_the_regions_there_are(rig: Rig) -> None:
    """All regions that the official SDK names have HAVIPs, and ap-taipei (setting `regions`)."""
    for region in rig.cloud.settings.regions:
        assert rig.away(region=region).havip().ha_vip_id
    assert len(rig.cloud.settings.regions) == 23


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize(
    "action", sorted({a for a, k in api.ACTIONS.items() if k.page} - {"DescribeImages"})
)
def test_every_list_starts_empty(rig: Rig, action: str) -> None:
    """A new account only has public images: all other lists are empty."""
    inputs: dict[str, dict[str, Any]] = {
        "DescribeResourceTagsByResourceIds": {
            "service_type": "vpc",
            "resource_prefix": "vpc",
            "resource_ids": ["vpc-00000000"],
            "resource_region": "ap-guangzhou",
        },
        "DescribeResourcesByTags": {"tag_filters": []},
        "DescribeUsedIpAddress": {"vpc_id": "vpc-00000000"},
    }
    page = api.ACTIONS[action].page
    answer = rig.do(action, **inputs.get(action, {}))
    assert page is not None
    assert (getattr(answer, page.total), getattr(answer, page.items)) == (0, [])
