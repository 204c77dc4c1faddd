"""Types of the pairs and of the client's verbs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_type

from havip import Client
from havip.api import (
    ACTIONS,
    CreateHaVip,
    CreateHaVipResponse,
    DescribeHaVips,
    DescribeHaVipsResponse,
    DescribeInstances,
    DescribeVpcs,
    Filter,
    HaVip,
    HaVipAssociation,
    Instance,
    NetworkInterfaceAttachment,
    Page,
    Request,
    Response,
    RunInstances,
    Task,
    find,
    parse,
)


def build() -> None:
    """Requests are made by Python names, complete and of the right types."""
    CreateHaVip(vpc_id="vpc-1", ha_vip_name="web")
    CreateHaVip(vpc_id="vpc-1", ha_vip_name="web", check_associate=True, vip=None)
    CreateHaVip(vpc_id="vpc-1")  # type: ignore[call-arg]
    CreateHaVip(vpc_id="vpc-1", ha_vip_name=7)  # type: ignore[arg-type]
    CreateHaVip(vpc_id="vpc-1", ha_vip_name="web", colour="red")  # type: ignore[call-arg]
    CreateHaVip("vpc-1", "web")  # type: ignore[call-arg]
    DescribeHaVips(filters=[Filter(name="vpc-id", values=["vpc-1"])], limit=100)
    DescribeHaVips(limit="100")  # type: ignore[arg-type]
    DescribeVpcs(limit="100")
    DescribeVpcs(limit=100)  # type: ignore[arg-type]
    HaVipAssociation(instance_id="ins-1", instance_type="CVM")
    RunInstances(instance_count=2)


def read(answer: CreateHaVipResponse, found: DescribeHaVipsResponse) -> None:
    """Answers are typed to the last field."""
    assert_type(answer.ha_vip, HaVip)
    assert_type(answer.ha_vip.check_associate, bool)
    assert_type(answer.request_id, str)
    assert_type(found.ha_vip_set, list[HaVip])
    assert_type(found.total_count, int)
    _ = answer.ha_vip.ha_vip_nam  # type: ignore[attr-defined]
    assert_type(parse(DescribeHaVipsResponse, {}), DescribeHaVipsResponse)


def nullable(instance: Instance, attachment: NetworkInterfaceAttachment | None) -> None:
    """Fields that may be null must be checked first; lists never are null."""
    assert_type(instance.public_ip_addresses, list[str])
    assert_type(instance.latest_operation, str | None)
    instance.latest_operation.lower()  # type: ignore[union-attr]
    _ = attachment.instance_id  # type: ignore[union-attr]


def data() -> None:
    """Data about an action is typed as well."""
    page: Page | None = DescribeHaVips.page
    assert page is None or page.limit == 100
    assert_type(CreateHaVip.errors, tuple[str, ...])
    assert_type(CreateHaVip.task, Task)
    assert_type(find("CreateHaVip"), type[Request[Response]] | None)
    assert_type(ACTIONS["CreateHaVip"].answer, type[Response])


def send(client: Client) -> None:
    """A request carries the type of its answer through the client."""
    assert_type(client.send(DescribeHaVips()), DescribeHaVipsResponse)
    assert_type(client.pages(DescribeHaVips()), Iterator[DescribeHaVipsResponse])
    assert_type(client.send(DescribeInstances()).instance_set, list[Instance])
    created = client.create_ha_vip(vpc_id="vpc-1", ha_vip_name="web")
    assert_type(created, CreateHaVipResponse)
    assert_type(client.create_ha_vip.start(vpc_id="vpc-1", ha_vip_name="a"), CreateHaVipResponse)
    client.create_ha_vip(vpc_id="vpc-1")  # type: ignore[call-arg]
    client.create_ha_vip(vpc_id="vpc-1", ha_vip_name="web", vip=3)  # type: ignore[arg-type]
    client.create_ha_vop(vpc_id="vpc-1")  # type: ignore[attr-defined]
