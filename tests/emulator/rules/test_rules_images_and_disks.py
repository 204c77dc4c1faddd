"""Public images, and the system disks of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import Rig


@pytest.mark.evidence("assumed")
def test_public_images(rig: Rig) -> None:
    """DescribeImages lists three public images, with Ubuntu 22.04 as `img-487zeit5`."""

    def ids(**fields: Any) -> list[str]:
        return [row.image_id for row in rig.do("DescribeImages", **fields).image_set]

    assert len(ids()) == rig.do("DescribeImages", limit=1).total_count == 3
    ubuntu = [{"name": "platform", "values": ["Ubuntu"]}]
    named = [*ubuntu, {"name": "image-name", "values": ["22.04"]}]
    assert ids(filters=named) == ["img-487zeit5"]
    assert ids(image_ids=["img-22trbn9x", "img-00000000"]) == ["img-22trbn9x"]
    rig.refused(
        "InvalidParameter.InvalidParameterCoexistImageIdsFilters",
        "DescribeImages",
        image_ids=["img-22trbn9x"],
        filters=ubuntu,
    )
    rig.refused("InvalidImageId.Malformed", "DescribeImages", image_ids=["ubuntu"])
    rig.refused("InvalidInstanceType.Malformed", "DescribeImages", instance_type="big")
    wrong = [{"name": "colour", "values": ["red"]}]
    rig.refused("InvalidFilter", "DescribeImages", filters=wrong)


@pytest.mark.evidence("official-sdk")
def test_the_disk_of_an_instance(rig: Rig) -> None:
    """DescribeDisks lists the system disk of each instance, by id or by filters, not by both."""
    one, two = rig.instance(rig.subnet()), rig.instance(rig.subnet())
    disk = rig.read_instance(one).system_disk

    def found(**fields: Any) -> list[str]:
        return [row.instance_id for row in rig.do("DescribeDisks", **fields).disk_set]

    assert sorted(found()) == sorted([one, two])
    assert found(disk_ids=[disk.disk_id]) == [one]
    address = rig.read_instance(two).private_ip_addresses[0]
    for name, value in (("instance-id", two), ("instance-ip-address", address)):
        assert two in found(filters=[{"name": name, "values": [value]}])
    assert found(filters=[{"name": "instance-name", "values": ["nobody"]}]) == []
    assert (
        len(
            found(
                filters=[
                    {"name": "instance-name", "values": [rig.read_instance(one).instance_name]}
                ]
            )
        )
        == 2
    )
    (row,) = rig.do("DescribeDisks", disk_ids=[disk.disk_id]).disk_set
    assert (row.disk_type, row.disk_size) == (disk.disk_type, disk.disk_size)
    assert (row.disk_usage, row.disk_state, row.attached) == ("SYSTEM_DISK", "ATTACHED", True)
    both = {"disk_ids": [disk.disk_id], "filters": [{"name": "zone", "values": ["z"]}]}
    rig.refused("InvalidParameterValue", "DescribeDisks", **both)
    rig.refused("InvalidParameterValue", "DescribeDisks", order="UP")
    rig.refused("InvalidParameterValue", "DescribeDisks", disk_ids=["one"])
    wrong = [{"name": "colour", "values": ["red"]}]
    rig.refused("InvalidFilter", "DescribeDisks", filters=wrong)


@pytest.mark.evidence("assumed")
def test_disks_are_listed_newest_first(rig: Rig) -> None:
    """DescribeDisks lists the newest disk first unless the order is ASC."""
    ids = [rig.instance(rig.subnet()) for _ in range(2)]
    for order, wanted in ((None, ids[::-1]), ("DESC", ids[::-1]), ("ASC", ids)):
        rows = rig.do("DescribeDisks", order=order).disk_set
        assert [row.instance_id for row in rows] == wanted
