"""Tencent's own command line, unmodified, against the emulator's server."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from havip.api import ACTIONS, CreateSubnet, CreateVpc, RunInstances
from havip.api.cvm import Placement, VirtualPrivateCloud
from havip.emulator.cloud import Caller, Cloud
from havip.emulator.http.server import EmulatorServer

pytestmark = [
    pytest.mark.evidence("official-sdk"),
    pytest.mark.skipif(importlib.util.find_spec("tccli") is None, reason="tccli is not installed"),
]

# One process for all commands: half of a command's time is the start of its interpreter.
RUN = """
import contextlib, io, json, sys
import tccli.main
say = sys.__stdout__
class Sink(io.BytesIO):
    def close(self):
        "Stay open: tccli wraps what it prints to, and drops the wrapper."
for line in sys.stdin:
    sys.argv = ["tccli", *json.loads(line)]
    sinks = [Sink(), Sink()]
    out, err = (io.TextIOWrapper(sink, "utf-8", write_through=True) for sink in sinks)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = tccli.main.main()
        sys.stdout.flush()
    print(json.dumps([code, *(sink.getvalue().decode() for sink in sinks)]), file=say, flush=True)
"""


class Tccli:
    """A process of tccli that runs one command after the other."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process, self._url = process, url

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; return exit code, output and errors."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        code, out, err = json.loads(self._process.stdout.readline())
        return code, out, err

    def __call__(self, action: str, /, **params: Any) -> dict[str, Any]:
        options = ["--endpoint", self._url]
        for name, value in params.items():
            text = value if isinstance(value, str) else json.dumps(value)
            options += [f"--{name}", text]
        code, out, err = self.run(ACTIONS[action].service.name, action, *options)
        if code:
            raise AssertionError(f"tccli {action} ended with {code}: {err}")
        told: dict[str, Any] = json.loads(out)
        return told


@pytest.fixture
def tccli(havip_server: EmulatorServer, tmp_path: Path) -> Iterator[Tccli]:
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE",
        "TENCENTCLOUD_SECRET_KEY": "SECRETEXAMPLE",
        "TENCENTCLOUD_REGION": "ap-guangzhou",
    }
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        yield Tccli(process, havip_server.url)


def furnish(cloud: Cloud) -> tuple[str, str, str]:
    """Create a VPC, a subnet and an instance without tccli, which takes half a second a command."""
    caller = Caller(account="100000000001", region="ap-guangzhou")
    vpc = cloud.call(caller, CreateVpc(vpc_name="a", cidr_block="10.0.0.0/16")).vpc.vpc_id
    made = CreateSubnet(
        vpc_id=vpc, subnet_name="a", cidr_block="10.0.1.0/24", zone="ap-guangzhou-3"
    )
    subnet = cloud.call(caller, made).subnet.subnet_id
    wanted = RunInstances(
        placement=Placement(zone="ap-guangzhou-3"),
        image_id="img-22trbn9x",
        virtual_private_cloud=VirtualPrivateCloud(vpc_id=vpc, subnet_id=subnet),
    )
    return vpc, subnet, cloud.call(caller, wanted).instance_id_set[0]


@pytest.mark.process
def test_the_life_of_a_havip(tccli: Tccli, havip_server: EmulatorServer) -> None:
    vpc, subnet, node = furnish(havip_server.cloud)
    made = tccli("CreateHaVip", VpcId=vpc, SubnetId=subnet, HaVipName="cli-1")["HaVip"]["HaVipId"]
    member = [{"HaVipId": made, "InstanceId": node, "InstanceType": "CVM"}]
    tccli("AssociateHaVipInstance", HaVipAssociationSet=member)
    tccli("ModifyHaVipAttribute", HaVipId=made, HaVipName="cli-2")
    by_name = [{"Name": "havip-name", "Values": ["cli-2"]}]
    listed = tccli("DescribeHaVips", Filters=by_name)["HaVipSet"]
    assert [found["HaVipId"] for found in listed] == [made]
    assert listed[0]["HaVipAssociationSet"] == member
    tccli("DisassociateHaVipInstance", HaVipAssociationSet=member)
    eip = tccli("AllocateAddresses")["AddressSet"][0]
    address = tccli("DescribeAddresses", AddressIds=[eip])["AddressSet"][0]["AddressIp"]
    tccli("HaVipAssociateAddressIp", HaVipId=made, AddressIp=address)
    tccli("HaVipDisassociateAddressIp", HaVipId=made)
    tccli("DeleteHaVip", HaVipId=made)
    assert tccli("DescribeHaVips", HaVipIds=[made])["TotalCount"] == 0


@pytest.mark.process
def test_errors_and_its_own_ways_to_look(tccli: Tccli, havip_server: EmulatorServer) -> None:
    vpc, subnet, _ = furnish(havip_server.cloud)
    endpoint = ("--endpoint", havip_server.url)
    code, _, err = tccli.run("vpc", "DeleteHaVip", *endpoint, "--HaVipId", "havip-00000000")
    assert code == 255
    assert "code:ResourceNotFound" in err
    tccli("CreateHaVip", VpcId=vpc, SubnetId=subnet, HaVipName="a", Vip="10.0.1.9")
    look = ("--filter", "HaVipSet[0].Vip")
    assert json.loads(tccli.run("vpc", "DescribeHaVips", *endpoint, *look)[1]) == "10.0.1.9"
    awaited = {"expr": "HaVipSet[0].Vip", "to": "10.0.1.9", "timeout": 5, "interval": 1}
    waiter = ("--waiter", json.dumps(awaited))
    assert tccli.run("vpc", "DescribeHaVips", *endpoint, *waiter)[0] == 0


@pytest.mark.soak
def test_every_action(tccli: Tccli, story: Callable[[Any], set[str]]) -> None:
    assert story(tccli) == set(ACTIONS)
