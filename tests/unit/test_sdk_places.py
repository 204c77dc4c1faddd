"""Targets and rates of a client's calls: regions, endpoints, sites, rate limits."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

import havip
from havip import api, errors
from tests.unit.conftest import KEY

if TYPE_CHECKING:
    from tests.unit.conftest import FakeCloud


# Regions, endpoints and sites


@pytest.mark.parametrize(
    ("options", "url", "host"),
    [
        ({}, "https://vpc.tencentcloudapi.com/", "vpc.tencentcloudapi.com"),
        (
            {"endpoint": "regional"},
            "https://vpc.ap-guangzhou.tencentcloudapi.com/",
            "vpc.ap-guangzhou.tencentcloudapi.com",
        ),
        (
            {"endpoint": "internal"},
            "https://vpc.internal.tencentcloudapi.com/",
            "vpc.internal.tencentcloudapi.com",
        ),
        (
            {"site": "intl"},
            "https://vpc.intl.tencentcloudapi.com/",
            "vpc.intl.tencentcloudapi.com",
        ),
        ({"endpoint": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ({"endpoint": "http://Example.com:80/"}, "http://example.com/", "example.com"),
        ({"endpoint": "https://[::1]:8443"}, "https://[::1]:8443/", "[::1]:8443"),
        (
            {"endpoint": "https://{service}.{region}.cloud.test"},
            "https://vpc.ap-guangzhou.cloud.test/",
            "vpc.ap-guangzhou.cloud.test",
        ),
    ],
)
def test_endpoints(cloud: FakeCloud, options: dict[str, Any], url: str, host: str) -> None:
    cloud.client(**options).describe_ha_vips()

    assert cloud.seen[0].url == url
    assert cloud.seen[0].headers["Host"] == host


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        ("127.0.0.1:8080", "is not known"),
        ("ftp://127.0.0.1", "has no http"),
        ("http://", "has no http"),
        ("http://127.0.0.1:http", "is malformed"),
        ("http://127.0.0.1/path", "holds more than scheme, host and port"),
        ("http://user:secret@127.0.0.1", "holds more than scheme, host and port"),
    ],
)
def test_a_wrong_endpoint_names_the_expected_form(
    cloud: FakeCloud, endpoint: str, text: str
) -> None:
    with pytest.raises(errors.UsageError, match=text) as caught:
        cloud.client(endpoint=endpoint).describe_ha_vips()

    assert "http://127.0.0.1:8080" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_environment_gives_region_and_endpoint(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cloud.client(region=None)
    monkeypatch.setenv("TENCENTCLOUD_REGION", "eu-frankfurt")
    monkeypatch.setenv("HAVIP_ENDPOINT", "http://127.0.0.1:8080")

    client.describe_ha_vips()

    assert cloud.seen[0].headers["X-TC-Region"] == "eu-frankfurt"
    assert cloud.seen[0].url == "http://127.0.0.1:8080/"


def test_the_environment_of_terraform_is_understood(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_DOMAIN", "localhost:8080")
    cloud.client().describe_ha_vips()
    monkeypatch.setenv("TENCENTCLOUD_PROTOCOL", "HTTP")
    cloud.client().describe_ha_vips()
    monkeypatch.setenv("HAVIP_ENDPOINT", "http://127.0.0.1:8080")
    cloud.client().describe_ha_vips()

    assert [seen.url for seen in cloud.seen] == [
        "https://vpc.localhost:8080/",
        "http://vpc.localhost:8080/",
        "http://127.0.0.1:8080/",
    ]


@pytest.mark.parametrize("region", ["guangzhou", "AP-Guangzhou", "ap-guangzhou\r\nX-Evil: 1", ""])
def test_a_wrong_region_says_so(cloud: FakeCloud, region: str) -> None:
    with pytest.raises(errors.UsageError, match="region"):
        cloud.client(region=region).describe_ha_vips()
    assert cloud.seen == []


def test_the_international_site_lacks_actions_inputs_and_filters(cloud: FakeCloud) -> None:
    client = cloud.client(site="intl")
    member = [api.HaVipAssociation(instance_id="ins-1", ha_vip_id="havip-1")]

    with pytest.raises(errors.SiteError, match="lacks this action"):
        client.associate_ha_vip_instance(ha_vip_association_set=member)
    with pytest.raises(errors.SiteError, match="lacks its input CheckAssociate"):
        client.create_ha_vip(vpc_id="vpc-1", ha_vip_name="web", check_associate=True)
    with pytest.raises(errors.SiteError, match="lacks its filter check-associate"):
        client.describe_ha_vips(filters=[api.Filter(name="check-associate", values=["true"])])
    with pytest.raises(errors.SiteError, match="lacks its input Tags"):
        client.call("CreateHaVip", {"Tags": []})
    assert cloud.seen == []

    client.describe_ha_vips(filters=[api.Filter(name="vip", values=["10.0.0.3"])])
    assert len(cloud.seen) == 1


def test_a_site_that_is_not_there_is_refused_at_once() -> None:
    with pytest.raises(errors.UsageError, match="use 'china' or 'intl'"):
        havip.Client(site="mars")


# Pace


def test_a_paced_client_keeps_to_the_documented_rate(cloud: FakeCloud) -> None:
    client = cloud.client(pace=True)
    begun = cloud.clock.monotonic()

    for _ in range(41):
        client.describe_ha_vips()

    assert cloud.clock.monotonic() - begun == pytest.approx(2.0)


def test_each_action_has_its_own_pace(cloud: FakeCloud) -> None:
    client = cloud.client(pace=10)
    begun = cloud.clock.monotonic()

    for _ in range(10):
        client.describe_ha_vips()
        client.describe_vpcs()

    assert cloud.clock.monotonic() - begun == pytest.approx(0.9)


def test_repetitions_are_paced_too(cloud: FakeCloud) -> None:
    cloud.will(cloud.failure("RequestLimitExceeded"), cloud.success())
    begun = cloud.clock.monotonic()

    cloud.client(pace=0.1).describe_ha_vips()

    assert cloud.clock.monotonic() - begun == pytest.approx(10.0)


def test_threads_share_one_pace(cloud: FakeCloud) -> None:
    client = cloud.client(pace=True)
    begun = cloud.clock.monotonic()
    threads = [threading.Thread(target=client.describe_ha_vips) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(cloud.seen) == 50
    assert cloud.clock.monotonic() - begun == pytest.approx(49 / 20)


def test_a_pace_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        havip.Client(pace=-1)


@pytest.mark.parametrize("bad", ["a\nb", "a b", "\udcff", "a\tb", "\x1b[31m", "vpc\u202e", "é"])
def test_a_host_with_characters_that_none_has_is_not_made_into_another(
    monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    """The URL parser drops line breaks: another host than the written one would be asked."""
    monkeypatch.setenv("TENCENTCLOUD_DOMAIN", f"{bad}.example")
    told = []

    def ask(endpoint: str | None) -> None:
        havip.Client("ap-guangzhou", endpoint=endpoint, credentials=KEY).describe_ha_vips()

    for endpoint in (None, f"http://{bad}.example", bad):
        with pytest.raises(errors.UsageError) as caught:
            ask(endpoint)
        told.append(str(caught.value))
    assert all(text.isprintable() for text in told)


@pytest.mark.parametrize("bad", ["a\nb", "\udcff", "\x1b[31m", "a\u202eb"])
def test_a_profile_with_characters_that_cannot_be_printed_is_refused_on_one_line(
    monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    monkeypatch.setenv("HAVIP_PROFILE", bad)
    with pytest.raises(errors.CredentialError, match="cannot be the name of a profile") as caught:
        havip.Client("ap-guangzhou").describe_ha_vips()
    assert str(caught.value).isprintable()
