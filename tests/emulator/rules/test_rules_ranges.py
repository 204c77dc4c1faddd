"""The range within which a HAVIP may move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.rules.conftest import MakeRig, Rig


def members(rig: Rig, havip: object) -> list[tuple[str, str]]:
    shown = rig.read_havip(havip).ha_vip_association_set
    return [(item.instance_id, item.instance_type) for item in shown]


def item(havip: object, instance_id: str, kind: str | None = None) -> dict[str, object]:
    return {
        "ha_vip_id": getattr(havip, "ha_vip_id", None),
        "instance_id": instance_id,
        "instance_type": kind,
    }


@pytest.mark.evidence("doc")
def test_instances_join_and_leave_a_range(rig: Rig) -> None:
    """AssociateHaVipInstance adds members, DisassociateHaVipInstance removes them."""
    subnet = rig.subnet()
    havip, one, two = rig.havip(subnet), rig.instance(subnet), rig.instance(subnet)
    rig.allow(havip, one, two, kind="CVM")
    assert members(rig, havip) == [(one, "CVM"), (two, "CVM")]
    rig.do("DisassociateHaVipInstance", ha_vip_association_set=[item(havip, one, "CVM")])
    assert members(rig, havip) == [(two, "CVM")]


@pytest.mark.evidence("terraform")
def test_leaving_needs_no_type(rig: Rig) -> None:
    """The official provider omits InstanceType when it removes a member."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.allow(havip, one)
    rig.do("DisassociateHaVipInstance", ha_vip_association_set=[item(havip, one)])
    assert members(rig, havip) == []


@pytest.mark.evidence("assumed")
def test_the_id_tells_the_type(rig: Rig) -> None:
    """Where InstanceType is left out, `ins-` is a CVM and `eni-` an ENI."""
    subnet = rig.subnet()
    first, second, one = rig.havip(subnet), rig.havip(subnet), rig.instance(subnet)
    eni = rig.eni(subnet, on=one)
    rig.allow(first, one)
    rig.allow(second, eni)
    assert members(rig, first) == [(one, "CVM")]
    assert members(rig, second) == [(eni, "ENI")]


@pytest.mark.evidence("doc")
def test_a_havip_is_created_with_its_range(rig: Rig) -> None:
    """CreateHaVip takes a range, whose items need no HaVipId; the answer has it."""
    subnet = rig.subnet()
    one = rig.instance(subnet)
    havip = rig.havip(subnet, ha_vip_association_set=[{"instance_id": one, "instance_type": "CVM"}])
    assert havip == rig.read_havip(havip)
    assert members(rig, havip) == [(one, "CVM")]
    assert havip.ha_vip_association_set[0].ha_vip_id == havip.ha_vip_id


@pytest.mark.evidence("doc")
def test_a_range_holds_one_kind(rig: Rig) -> None:
    """One HAVIP has CVMs or ENIs in its range, never both."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.allow(havip, one)
    rig.refused(
        "InvalidParameterValue.ParameterMismatch",
        "AssociateHaVipInstance",
        ha_vip_association_set=[item(havip, rig.eni(subnet, on=one), "ENI")],
    )


@pytest.mark.evidence("doc")
def test_a_pair_is_added_once(rig: Rig) -> None:
    """Adding an existing member fails with DuplicatedHaVipAssociations."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.allow(havip, one)
    rig.refused(
        "InvalidParameterValue.DuplicatedHaVipAssociations",
        "AssociateHaVipInstance",
        ha_vip_association_set=[item(havip, one, "CVM")],
    )


@pytest.mark.evidence("doc")
def test_a_pair_is_given_once(rig: Rig) -> None:
    """The same pair twice in one call fails with InvalidParameterValue.Duplicate."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    for action in ("AssociateHaVipInstance", "DisassociateHaVipInstance"):
        rig.refused(
            "InvalidParameterValue.Duplicate",
            action,
            ha_vip_association_set=[item(havip, one, "CVM")] * 2,
        )


@pytest.mark.evidence("doc")
def test_a_call_takes_ten_items(rig: Rig) -> None:
    """Eleven items in one call fail with LimitExceeded."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    items = [item(havip, f"ins-{number:08}", "CVM") for number in range(11)]
    for action in ("AssociateHaVipInstance", "DisassociateHaVipInstance"):
        rig.refused("LimitExceeded", action, ha_vip_association_set=items)


@pytest.mark.evidence("assumed")
def test_a_range_has_ten_members(rig: Rig) -> None:
    """The eleventh member of a range fails with LimitExceeded (quota `members_per_havip`)."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.allow(havip, *(rig.instance(subnet) for _ in range(10)))
    rig.refused(
        "LimitExceeded",
        "AssociateHaVipInstance",
        ha_vip_association_set=[item(havip, rig.instance(subnet), "CVM")],
    )


@pytest.mark.evidence("doc")
def test_all_items_are_taken_or_none(rig: Rig) -> None:
    """If one item is rejected, the whole call has no effect."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    rig.refused(
        "ResourceNotFound",
        "AssociateHaVipInstance",
        ha_vip_association_set=[item(havip, one, "CVM"), item(havip, "ins-00000000", "CVM")],
    )
    assert members(rig, havip) == []


@pytest.mark.evidence("doc")
def test_one_call_reaches_several_havips(rig: Rig) -> None:
    """Each item names its own HAVIP."""
    subnet = rig.subnet()
    first, second, one = rig.havip(subnet), rig.havip(subnet), rig.instance(subnet)
    items = [item(first, one, "CVM"), item(second, one, "CVM")]
    rig.do("AssociateHaVipInstance", ha_vip_association_set=items)
    assert members(rig, first) == members(rig, second) == [(one, "CVM")]


@pytest.mark.evidence("doc")
@pytest.mark.parametrize(
    ("code", "instance_id", "kind"),
    [
        ("ResourceNotFound", "ins-00000000", "CVM"),
        ("ResourceNotFound", "eni-00000000", "ENI"),
        ("InvalidParameterValue.Malformed", "vpc-00000000", "CVM"),
        ("InvalidParameterValue.Malformed", "ins-1", "CVM"),
        ("InvalidParameterValue.ParameterMismatch", "ins-00000000", "ENI"),
        ("InvalidParameterValue", "ins-00000000", "LB"),
    ],
)
def test_a_member_must_be_what_it_is_said_to_be(
    rig: Rig, code: str, instance_id: str, kind: str
) -> None:
    """Id, type and existence of a member are checked."""
    havip = rig.havip()
    rig.refused(
        code, "AssociateHaVipInstance", ha_vip_association_set=[item(havip, instance_id, kind)]
    )


@pytest.mark.evidence("terraform")
@pytest.mark.parametrize("missing", [None, ""])
def test_an_item_needs_a_havip(rig: Rig, missing: str | None) -> None:
    """HaVipId is missing where it is null or, as the official provider sends it, empty."""
    rig.refused(
        "MissingParameter",
        "AssociateHaVipInstance",
        ha_vip_association_set=[{"ha_vip_id": missing, "instance_id": "ins-00000000"}],
    )


@pytest.mark.evidence("assumed")
def test_an_empty_set_is_missing(rig: Rig) -> None:
    """An empty HaVipAssociationSet fails with MissingParameter."""
    rig.refused("MissingParameter", "AssociateHaVipInstance", ha_vip_association_set=[])


@pytest.mark.evidence("assumed")
def test_an_absent_member_cannot_leave(rig: Rig) -> None:
    """Removing an absent member fails with ResourceNotFound."""
    subnet = rig.subnet()
    rig.refused(
        "ResourceNotFound",
        "DisassociateHaVipInstance",
        ha_vip_association_set=[item(rig.havip(subnet), rig.instance(subnet), "CVM")],
    )


@pytest.mark.evidence("doc")
def test_a_primary_interface_cannot_be_a_member(rig: Rig) -> None:
    """An ENI in a range must be a secondary one; for a primary one name its instance."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet), rig.instance(subnet)
    eni = rig.primary(one).network_interface_id
    rig.refused(
        "InvalidParameterValue",
        "AssociateHaVipInstance",
        ha_vip_association_set=[item(havip, eni, "ENI")],
    )


@pytest.mark.evidence("doc")
def test_an_unattached_interface_cannot_be_a_member(rig: Rig) -> None:
    """An ENI in a range must be attached to an instance, as the console demands it."""
    subnet = rig.subnet()
    rig.refused(
        "InvalidParameterValue",
        "AssociateHaVipInstance",
        ha_vip_association_set=[item(rig.havip(subnet), rig.eni(subnet), "ENI")],
    )


@pytest.mark.evidence("assumed")
def test_any_interface_can_be_a_member_where_the_settings_say_so(make_rig: MakeRig) -> None:
    """`range_eni="any"` lets unattached network interfaces join a range."""
    rig = make_rig(range_eni="any")
    subnet = rig.subnet()
    havip, eni = rig.havip(subnet), rig.eni(subnet)
    rig.allow(havip, eni)
    assert members(rig, havip) == [(eni, "ENI")]


@pytest.mark.evidence("assumed")
def test_a_member_must_be_in_the_subnet(rig: Rig) -> None:
    """A member without an interface in the HAVIP's subnet fails with ParameterMismatch."""
    vpc = rig.vpc()
    havip = rig.havip(rig.subnet(vpc))
    far = rig.instance(rig.subnet(vpc, "10.0.1.0/24"))
    rig.refused(
        "InvalidParameterValue.ParameterMismatch",
        "AssociateHaVipInstance",
        ha_vip_association_set=[item(havip, far, "CVM")],
    )


@pytest.mark.evidence("doc")
def test_a_range_is_kept_without_the_check(rig: Rig) -> None:
    """A HAVIP without CheckAssociate has a range too."""
    subnet = rig.subnet()
    havip, one = rig.havip(subnet, check_associate=False), rig.instance(subnet)
    rig.allow(havip, one)
    assert members(rig, havip) == [(one, "CVM")]


@pytest.mark.evidence("doc")
def test_the_range_neither_moves_nor_holds(rig: Rig) -> None:
    """Joining a range does not change the holder."""
    subnet = rig.subnet()
    havip = rig.havip(subnet)
    rig.allow(havip, rig.instance(subnet))
    assert (rig.read_havip(havip).state, rig.read_havip(havip).instance_id) == ("UNBIND", "")


@pytest.mark.evidence("assumed")
def test_a_terminated_instance_leaves_its_ranges(rig: Rig) -> None:
    """A terminated instance and its interfaces leave all ranges."""
    subnet = rig.subnet()
    first, second, one = rig.havip(subnet), rig.havip(subnet), rig.instance(subnet)
    rig.allow(first, one)
    rig.allow(second, rig.eni(subnet, on=one))
    rig.do("TerminateInstances", instance_ids=[one])
    assert members(rig, first) == members(rig, second) == []
