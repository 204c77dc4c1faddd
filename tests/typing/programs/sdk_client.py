"""Types in a program that uses the client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_type

import havip
from havip import api, errors, ready


class Vault:
    """Credentials of one's own make."""

    def get(self) -> havip.Credentials:
        """Return a key."""
        return havip.Credentials("id", "key")


def make() -> havip.Client:
    """Clients take what they should and nothing else."""
    havip.Client("ap-guangzhou", credentials=havip.Credentials("id", "key"), pace=True)
    havip.Client(credentials=Vault(), clock=havip.FakeClock(), retry=havip.Retry(deadline=1.0))
    havip.Client(credentials="key")  # type: ignore[arg-type]
    havip.Client("ap-guangzhou", "key")  # type: ignore[call-arg, arg-type]
    return havip.Client()


def verbs(client: havip.Client) -> None:
    """A verb has the parameters and the answer of its action."""
    made = client.create_ha_vip(vpc_id="vpc-1", ha_vip_name="web")
    assert_type(made, api.CreateHaVipResponse)
    assert_type(made.ha_vip.ha_vip_id, str)
    client.create_ha_vip(vpc=1)  # type: ignore[call-arg]
    client.create_ha_vip(vpc_id=1, ha_vip_name="web")  # type: ignore[arg-type]
    client.create_ha_vip(vpc_id="vpc-1")  # type: ignore[call-arg]
    client.create_ha_vip("vpc-1", "web")  # type: ignore[call-arg]
    client.create_ha_vipp(vpc_id="vpc-1")  # type: ignore[attr-defined]
    assert_type(client.describe_vpcs().vpc_set, list[api.Vpc])


def tasks(client: havip.Client) -> None:
    """Starting and finishing are typed like the verb."""
    started = client.delete_ha_vip.start(ha_vip_id="havip-1")
    assert_type(started, api.DeleteHaVipResponse)
    client.delete_ha_vip.finish(started, timeout=5.0)
    client.delete_ha_vip.start(id="havip-1")  # type: ignore[call-arg]
    client.delete_ha_vip.finish(api.CreateVpcResponse())  # type: ignore[arg-type, call-arg]


def core(client: havip.Client) -> None:
    """Sending a request returns its response."""
    assert_type(client.send(api.DescribeHaVips()), api.DescribeHaVipsResponse)
    assert_type(client.pages(api.DescribeHaVips()), Iterator[api.DescribeHaVipsResponse])
    found = client.wait(api.DescribeHaVips(), ready.held() & ready.eip_bound(), timeout=5.0)
    assert_type(found, api.DescribeHaVipsResponse)
    client.wait(api.DescribeHaVips(), ready.gone())
    client.wait(api.DescribeHaVips(), lambda answer: answer.total_count == 1)
    client.wait(api.DescribeVpcs(), ready.held())  # type: ignore[arg-type]
    client.call("DescribeHaVips", {"Limit": 1})["TotalCount"]


def failures(error: errors.ApiError) -> str:
    """Errors carry what a program decides by."""
    assert_type(error.in_doubt, bool)
    return f"{error.action} {error.code} {error.message} {error.request_id}"
